"""Words of news that say the same: 'sacked' and 'dismissed', 'cost' and 'price'. For telling whether a text speaks of
what a question asks at all; too coarse for anything else."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.text.tokens import content

_GROUPS = """
sack sacked fire fired dismiss dismissed dismissal oust ousted remove removed axed lose lost job
leave left leaves leaving quit quits resign resigned resignation step stepped down depart departed departure exit
  gone go went retire retired abandon
die died dead death deaths kill killed fatal fatalities lives victims toll body bodies drowned murdered
injure injured injuries hurt wounded casualties hospital
start started starts begin began begun launch launched open opened opens opening kick inaugurate commence resume
  broke
end ended ends finish finished conclude concluded stop stopped halt over complete completed expire expires last
  until
reopen reopened reopens reopening open again resume
close closed closes closure shut shuts shutdown
cost costs price priced prices charge charged fee fees fare pay paid pays worth bill spend spent spending budget
  estimate valued value expensive toll rate sum amount money buy
buy bought buys purchase purchased acquire acquired takeover owner own owns owned belongs sold sell sells sale
crowd crowds march marched marchers rally rallied protest protested protesters demonstrators demonstration people
  gathered
launch launched lift fly flew flies liftoff blast
earn earned earns profit income revenue make made turnover salary
win won wins winner victory beat beats defeat defeated champion title medal gold triumph triumphed prize award
  awarded
lose lost loses defeat defeated beaten
lead leads led leader head heads headed chief run runs ran chair chairs boss captain direct director president
  charge manage manages manager executive command
elect elected election vote voted votes ballot poll choose chose chosen
appoint appointed name named names hire hired choose chose chosen pick picked successor succeed succeeded replace
  replaced
steal stole stolen theft thieves thief rob robbed robbery taken snatched burglary burglars
find found discover discovered locate located recover recovered
build built construction construct builder erected
happen happened occur occurred take took place
cause caused causes reason blame blamed why because start started spark sparked lead led result
rise rose risen increase increased grow grew up climb climbed higher raise raised jump jumped
fall fell fallen drop dropped decrease decline declined down cut lower lowered reduce reduced shrink
delay delayed postpone postponed put back off late slip slipped pushed later
cancel cancelled canceled call called off scrap scrapped drop dropped
say said says tell told announce announced state stated report reported claim claimed
work works worked job jobs employ employs employed employee employees staff workers hire posts positions
live lives lived home homes house houses resident residents people
make made makes produce produced produces create created creates
sign signed signature signatures petition names
travel trip journey fly flew flight flights sail sailed crossing
reach reached arrive arrived arrives
arrest arrested accuse accused accuses prosecutors detain detained custody held police charged
suspend suspended suspension
rescue rescued save saved saves
attack attacked strike struck hit bomb bombed raid shelling
crash crashed collide collided collision accident hit
storm hurricane typhoon cyclone
rain rains rainfall flood floods flooded flooding
landslide hillside slope slid mudslide
fire fires blaze wildfire burn burned burning flames
strike strikes walkout walk
study research researchers scientists found survey report
film movie picture
ship ferry boat vessel
car cars vehicle vehicles truck
child children kids pupils students
school schools
doctor doctors hospital medical
game match play played
team side club
company firm business maker
money funds cash million billion dollars pounds
offer offers offered offering bid bids approach approached proposal propose proposed
agree agreed agreement deal accord pact
ban banned prohibit prohibited forbid outlaw
allow allowed permit permitted let
visit visited visitors tourists
move moved relocate relocated
hurt damage damaged destroyed destroy wreck
weigh weighs weight heavy kilograms tons pounds
long length lasted duration hours days weeks months years minutes
old age aged years
big size large area acres
country nation state
president leader
"""


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(re.sub(r"\n  +", " ", _GROUPS.strip()).splitlines()):
        for term in content(line):
            found.setdefault(term, set()).add(number)
    return {term: frozenset(groups) for term, groups in found.items()}


def groups(terms: set[str]) -> frozenset[int]:
    """The groups of meaning that some of ``terms`` (as of ``rag.text.tokens``) belong to."""
    table = _table()
    return frozenset(g for term in terms for g in table.get(term, ()))


def means_some(term: str, groups_there: frozenset[int]) -> bool:
    """Whether a term says the same as one of those whose groups are given."""
    return bool(_table().get(term, frozenset()) & groups_there)
