"""Words of news that say the same: 'sacked' and 'dismissed', 'cost' and 'price'; a word stands for all its forms.

For telling whether a text speaks of what a question asks at all; too coarse for anything else.
"""

from __future__ import annotations

from functools import lru_cache

from rag.text.tokens import content

_GROUPS = """
sack fire dismiss oust remove axed lose lost job
leave left quit resign step depart departure exit gone go went retire abandon
die dead death kill fatal lives victims toll body drowned murdered
injure injuries hurt wounded casualties hospital
start begin began begun launch open kick inaugurate commence resume broke
end finish conclude stop halt complete expire last
reopen open resume
close closure shut shutdown
cost price charge fee fare pay paid worth bill spend spent budget estimate value expense toll rate sum amount money buy
buy bought purchase acquire takeover owner belongs sold sell sale
crowd march marchers rally protest demonstrators people gathered
launch lift fly flew liftoff blast
earn profit income revenue make made turnover salary
win won winner victory beat defeat champion title medal gold triumph prize award
lose lost defeat beaten
lead led leader head chief run ran chair boss captain direct director president charge manage executive command
elect vote ballot poll choose chose chosen
appoint name hire choose chose chosen pick successor succeed replace
succeed successor predecessor replace took take over
steal stole stolen theft thieves thief rob robbery taken snatched burglary burglars
find found discover locate recover
build built construction builder erected
happen occur take took place
cause reason blame start spark lead led result
rise rose risen increase grow grew climb higher raise jump
fall fell fallen drop decrease decline cut lower reduce shrink
delay postpone put back late slip pushed later
cancel call scrap drop
tell told announce state report claim
work job employ employee staff workers hire posts positions
live home house resident people
make made produce create
sign signature petition names
travel trip journey fly flew flight sail crossing
reach arrive
arrest accuse prosecutors detain custody held police charged
suspend suspension
rescue save
attack strike struck hit bomb raid shelling
crash collide collision accident hit
storm hurricane typhoon cyclone
rain rainfall flood
landslide hillside slope slid mudslide
fire blaze wildfire burn flames
strike walkout walk
study research scientists found survey report
film movie picture
ship ferry boat vessel
car vehicle truck
child children kids pupils students
school
doctor hospital medical
game match play
team side club
company firm business maker
money funds cash million billion dollars pounds
offer bid approach proposal
agree agreement deal pact
ban prohibit forbid outlaw
allow permit let
visit visitors tourists
move relocate
hurt damage destroyed wreck
weigh weight heavy kilograms tons pounds
length lasted duration hours days weeks months years minutes
age years
big size large area acres
country nation state
president leader
"""


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.strip().splitlines()):
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
