"""What a sentence says of the matter besides a value: fates, measures, events, times, and that it corrects a report."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from rag.qa.attribution.clauses import clauses, places
from rag.text.entities import names
from rag.text.quantities import fate, quantities
from rag.text.timex.calendar import Day
from rag.text.timex.names import WEEKDAYS
from rag.text.tokens import among, content, tokens
from rag.text.units import FATE_BY_WORD
from rag.types import Evidence

_MEASURES = (
    r"fin(?:e|ed|es)\b|penalt\w+",
    r"settle\w*|compensat\w*|damages",
    r"average\w*|on average|mean\b|median",
    r"record\b(?! (?:of|in))|top speed|peak\w*|maximum|touched|highest",
    r"rents?\b|tenants?|rental",
    r"profits?\b|earn\w*|net income",
    r"sales|revenues?|turnover",
    r"budget\w*",
    r"salar\w+|wages?|pay rise",
    r"kill\w*|dead|died?\b|deaths?|drown\w*|perish\w*|lost their lives|bodies",
    r"injur\w*|hurt|wound\w*|casualt\w*",
    r"missing|unaccounted",
    r"arrest\w*|detain\w*",
    r"evacuat\w*|displac\w*|left their homes",
    r"votes?\b",
    r"seats?\b",
    r"acres?|hectares?|square",
    r"insured|insurance",
    r"loans?\b|borrow\w*|debts?\b",
    r"grants?\b|subsid\w+",
    r"deposits?\b",
    r"passengers?\b",
    r"crew\b",
    r"donat\w*|gifts?\b|stepped in|pledg\w*|rais(?:ed|ing)|fund(?:s|ed|ing)?\b",
    r"inflation",
    r"unemploy\w*|jobless\w*",
    r"shares?\b|stock\w*",
)
_EVENTS = (
    r"fires?|blazes?|wildfires?|flames",
    r"crash\w*|collision|collided|accident|pile-up|derail\w*",
    r"floods?|flooding|deluge",
    r"earthquakes?|quakes?|tremors?",
    r"explosions?|blasts?|bomb\w*",
    r"storms?|hurricanes?|typhoons?|cyclones?|tornado\w*|gales?",
    r"landslides?|mudslides?|avalanches?|hillside",
    r"shootings?|gunm[ae]n|gunfire",
    r"attacks?|stabbings?|raids?",
    r"outbreaks?|epidemics?",
    r"strikes?|walkouts?",
    r"protests?|riots?|demonstrations?",
)
_QUARTERS = [
    re.compile(
        rf"\b(?:{nth} quarter|three months (?:to|ended|through) {last}|between {first} and {last}|{first} to {last}"
        rf"|q{n})\b",
        re.I,
    )
    for n, nth, first, last in (
        (1, "first three months|first", "january", "march"),
        (2, "second", "april", "june"),
        (3, "third", "july", "september"),
        (4, "(?:fourth|final)", "october", "december"),
    )
]
_SAYS = re.compile(r"\b(?:said|says|told|according|announced|added|confirmed|reported|warned|estimated)\b", re.I)
FATES_OF_PEOPLE = frozenset(FATE_BY_WORD.values())
HURT = frozenset(content("casualty treated"))
"""What :func:`fate` does not know of those who are hurt."""


def fates(text: str) -> set[str]:
    """What a text says of those who are counted: 'dead', 'hurt' ..."""
    found = {f for w in re.findall(r"[A-Za-z]+", text) if (f := fate(w))}
    if re.search(r"\b(?:bodies|body of)\b", text, re.I):
        found.add("dead")
    return found if HURT.isdisjoint(content(text)) else found | {"hurt"}


def times(text: str, published: date | None) -> dict[str, set[int]]:
    """The quarters, weekdays, months and years that a text names."""
    days = [q.day for q in quantities(text) if q.day]
    years = {d.year for d in days if d.year}
    for words, back in (("this year", 0), ("last year", 1)):
        if published and re.search(rf"\b{words}\b", text, re.I):
            years.add(published.year - back)
    return {
        "quarter": {n for n, pattern in enumerate(_QUARTERS, 1) if pattern.search(text)},
        "weekday": {n for name, n in WEEKDAYS.items() if re.search(rf"\b{name}\b", text, re.I)},
        "month": {d.month for d in days if d.month},
        "year": years,
    }


def measures(text: str) -> set[int]:
    """The measures that a text speaks of, as numbers: a fine, a record, deaths ..."""
    return {i for i, measure in enumerate(_MEASURES) if re.search(rf"\b(?:{measure})", text, re.I)}


def events(text: str) -> set[int]:
    """The kinds of events that a text names, as numbers."""
    return {i for i, event in enumerate(_EVENTS) if re.search(rf"\b(?:{event})\b", text, re.I)}


_CORRECTION = re.compile(
    r"\bfor the record\b|\bretract\w*|\bt(?:ake|akes|ook|aken) back\b|\bcorrect(?:ed|ion|ions|s)\b|\bclarification|"
    r"\bearlier version\b|\bmisstated\b|\bnot as (?:printed|reported|stated)",
    re.I,
)


def corrects(text: str) -> bool:
    """Whether a sentence or a headline says that it corrects an earlier report."""
    return bool(_CORRECTION.search(text))


RECALLS = re.compile(
    r"\bin a story (?:published|of)\b|\breported that\b|\b(?:first|original|earlier) statement\b", re.I
)
"""How a correction says what was reported wrongly."""


def mends(item: Evidence) -> bool:
    """Whether a sentence, or the headline above it, says that it corrects an earlier report."""
    return corrects(item.quote) or corrects(item.article.title)


def same_day(a: Day, b: Day) -> bool | None:
    """Whether two dates agree in all parts that both have; None where they have none in common."""
    pairs = ((a.year, b.year), (a.month, b.month), (a.day, b.day))
    both = [x == y for x, y in pairs if x is not None and y is not None]
    return all(both) if both else None


def misplaced(text: str, named: Collection[str], asked: Collection[str]) -> bool:
    """Whether a sentence has no name of ``named`` and a place that is not ``asked`` about: 'in Syria', of Iraq."""
    there = set(tokens(text))
    strange = any(not among(t, asked) for place in places(text) for t in content(place))
    return strange and not any(among(t, there) for t in named)


def strange_names(text: str, known: Collection[str], at: int | None = None) -> bool:
    """Whether a sentence names what has a word that is not ``known``; whoever says it may be anyone.

    The clause that holds the character ``at`` counts even so.
    """
    for start, end in clauses(text):
        clause = text[start:end]
        if _SAYS.search(clause) and not (at is not None and start <= at < end):
            continue
        for name in names(clause):
            opens = start == 0 and clause.startswith(name) and " " not in name
            told = opens or quantities(name) or _FEAST.fullmatch(name)
            if not told and any(not among(t, known) for t in content(name)):
                return True
    return False


_FEAST = re.compile(r"Christmas(?: Day| Eve)?|Easter|New Year(?:'s)?(?: Day| Eve)?|Ramadan|Thanksgiving|Halloween")
