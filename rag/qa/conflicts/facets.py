"""What a sentence says of the matter besides a value: fates, measures, events, times, and that it corrects a report."""

from __future__ import annotations

import re
from datetime import date

from rag.text.quantities import fate, quantities
from rag.text.timex.calendar import Day
from rag.text.tokens import content

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
    r"kill\w*|dead|died?\b|deaths?|lost their lives|bodies",
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
_QUARTER = (
    (
        re.compile(
            r"\b(?:first quarter|first three months|three months (?:to|ended|through) march|"
            r"between january and march|january to march|q1)\b",
            re.I,
        ),
        1,
    ),
    (
        re.compile(
            r"\b(?:second quarter|three months (?:to|ended|through) june|between april and june|april to june|q2)\b",
            re.I,
        ),
        2,
    ),
    (
        re.compile(
            r"\b(?:third quarter|three months (?:to|ended|through) september|between july and september|"
            r"july to september|q3)\b",
            re.I,
        ),
        3,
    ),
    (
        re.compile(
            r"\b(?:fourth quarter|final quarter|three months (?:to|ended|through) december|"
            r"between october and december|q4)\b",
            re.I,
        ),
        4,
    ),
)
FATES_OF_PEOPLE = frozenset(f for w in "killed injured missing arrested rescued displaced".split() if (f := fate(w)))

FATE_OF_WORD = dict.fromkeys(content("casualty casualties treated"), "hurt") | {"casualty": "hurt"}


def fates(text: str) -> set[str]:
    """What a text says of those who are counted: 'dead', 'hurt' ..."""
    found = {f for w in re.findall(r"[A-Za-z]+", text) if (f := fate(w) or FATE_OF_WORD.get(w.lower()))}
    if re.search(
        r"\b(?:bodies|bod(?:y|ies) of|lost (?:his|her|their) li(?:fe|ves)|claimed [\w ]{1,20}lives)\b", text, re.I
    ):
        found.add("dead")
    return found | {f for w in content(text) if (f := FATE_OF_WORD.get(w))}


_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


def times(text: str, published: date | None) -> dict[str, set[int]]:
    """The quarters, weekdays, months and years that a text names."""
    found: dict[str, set[int]] = {}
    for pattern, number in _QUARTER:
        if pattern.search(text):
            found.setdefault("quarter", set()).add(number)
    for n, name in enumerate(_WEEKDAYS):
        if re.search(rf"\b{name}\b", text, re.I):
            found.setdefault("weekday", set()).add(n)
    for q in quantities(text):
        if q.kind == "date" and q.day:
            if q.day.year:
                found.setdefault("year", set()).add(q.day.year)
            if q.day.month:
                found.setdefault("month", set()).add(q.day.month)
    if published and re.search(r"\bthis year\b", text, re.I):
        found.setdefault("year", set()).add(published.year)
    if published and re.search(r"\blast year\b", text, re.I):
        found.setdefault("year", set()).add(published.year - 1)
    return found


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


def date_parts(day: Day) -> tuple[int | None, ...]:
    return day.year, day.month, day.day


def same_day(a: Day, b: Day) -> bool:
    """Whether two dates agree in all parts that both have, of which there is one at least."""
    both = [(x, y) for x, y in zip(date_parts(a), date_parts(b), strict=True) if x is not None and y is not None]
    return bool(both) and all(x == y for x, y in both)
