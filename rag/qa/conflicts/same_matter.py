"""Whether a sentence of another article gives a value for the very thing that was answered, in whatever words.

Subject, place, kind of value and time of reference must be shown to be the same: the names asked about stand in both
articles, half of the question's other words in the sentence with its surroundings, the value is of the same kind and
size and counts the same, and nothing in the sentence speaks of another place, person, part, period or measure.
"""

from __future__ import annotations

import re
from datetime import date

from rag.qa.attribution.clauses import NAME_RUN, PLACED, clause_at, places
from rag.qa.attribution.factuality import unsure
from rag.qa.attribution.objections.former_values import background
from rag.qa.attribution.subjects import meant_in
from rag.qa.conflicts.facets import FATES_OF_PEOPLE, events, fates, measures, mends, misplaced, strange_names, times
from rag.qa.conflicts.frame import OtherValue
from rag.text.entities import names, question_names
from rag.text.quantities import Quantity, agree, comparable, in_base_units, quantities
from rag.text.sentences import passage
from rag.text.synonyms import groups
from rag.text.timex.names import FULL_MONTHS, WEEKDAYS
from rag.text.tokens import among, content, tokens
from rag.types import Evidence, day

MAX_DAYS = 120
"""Days between two reports of one matter."""
MAX_RATIO = 3.0
"""Times that one value may be the other: beyond it they are seldom of the same thing. Tolls may rise by more."""
MAX_RATIO_TOLL = 12.0
MIN_BEARING_OF_VALUE = 0.3
"""Share of the cited quote's score that the other sentence must have."""
MIN_SHARED_OF_QUESTION = 0.5
"""Share of the question's words, names aside, that the other sentence with its surroundings must hold."""

_LIGHT = frozenset(
    content(
        "people person man woman thing kind type way number total latest newest current currently first last new get "
        "take do make go come have give happen say know use become look today yet still former say report announce "
        "according expect will by on how what which year month week day"
    )
)
_PAST = re.compile(
    r"\b(?:in those days|at (?:the|that) time|then|once|used to|in the (?:winter|summer|spring|autumn) of|(?:decades?|"
    r"years?|a generation) ago|a (?:year|decade|generation|quarter) earlier|(?:previous|last|year-earlier) "
    r"(?:year|season|edition|quarter|month)|the (?:year|quarter|month) before|compared with|against|record of)\b",
    re.I,
)
_PARTLY = re.compile(
    r"\b(?:together|combined|alone|all (?:\w+ )?of them|each|apiece|"
    r"per (?:person|head|day|week|month|year|household|child)|average|nationwide|countrywide|worldwide|"
    r"across (?:the|all)|in (?:two|three|four|five|six|seven|eight|nine|ten|\d+) "
    r"(?:countries|states|towns|cities|sites|plants)|including|among them|another|more than half|half of)\b",
    re.I,
)
_FUTURE = re.compile(
    r"\b(?:will|would|going to|expect\w*|plan\w*|offer\w*|propos\w*|forecast\w*|predict\w*|set to|from)\b", re.I
)
_ACCORDING = re.compile(
    rf"\b(?:according to|in the view of|does|did|do) (?:the )?({NAME_RUN})(?: [a-z]+){{0,3}}"
    r"(?: expect| predict| forecast| estimate|\?|$)"
)
_NO_PERSON = re.compile(
    r"\b(?:Street|Road|County|City|Hospital|Bank|Council|Company|Corp|Inc|Ltd|Bridge|River|Lake|Mount|University|"
    r"School|Park|Cup|Prize|Party|Court|Airport|Station|Museum|Island|Sands|Bay|Cross|Deep|Hill|North|South|East|West|"
    rf"New|Saint|St|{'|'.join(name.title() for name in (*WEEKDAYS, *FULL_MONTHS))})\b"
)


class SameMatter:
    """What was answered, with what another sentence is compared with. For numbers, money, dates; not for names."""

    def __init__(self, question: str, claim: str, cited: Evidence, value: Quantity | None):
        self.cited = cited
        self.value = value
        self.both = f"{question} {claim}"
        asked = [n for n in question_names(question) if not quantities(n)]
        self.named = {t for n in asked for t in content(n)}
        self.keys = [t for t in dict.fromkeys(content(question)) if t not in self.named | _LIGHT and not t.isdigit()]
        self.fates = fates(question)
        counted = re.search(r"\bhow many ((?:[\w’'-]+ ){0,2}?[\w’'-]+?)s?\b", question, re.I)
        self.ages = bool(re.match(r"how old\b", question.strip(), re.I))
        self.counted = set(content(counted[1])) if counted else set()
        self.people = [n for n in (*asked, *names(claim)) if _like_a_person(n)]
        said = _ACCORDING.search(question)
        self.source = set(content(said[1])) if said else set()
        self.known = set(tokens(f"{cited.article.title} {cited.article.body}")) | set(tokens(self.both))
        self.times = times(self.both, day(cited.article.published))
        self.measures = measures(f"{self.both} {cited.quote}")

    def compare(self, item: Evidence) -> OtherValue | None:
        """What ``item`` says of the same thing: another value, or nothing that can be compared."""
        value = self.value
        if value is None or item.score < MIN_BEARING_OF_VALUE * self.cited.score:
            return None
        ours, theirs = day(self.cited.article.published), day(item.article.published)
        if ours is None or theirs is None or abs((ours - theirs).days) > MAX_DAYS:
            return None
        there = set(tokens(f"{item.article.title} {item.article.body}"))
        held = sum(among(t, there) for t in self.named)
        if not self.named or held < (0.5 if mends(item) else 1.0) * len(self.named):
            return None
        if self.source and not all(among(t, set(tokens(passage(item)))) for t in self.source):
            return None
        if not self._bears(item):
            return None
        known = quantities(self.cited.quote)
        found = [q for q in quantities(item.quote) if self._of_kind(q, value)]
        if len(found) > 1:  # 'by 221 to 198', where the cited quote has '212 to 198'
            found = [q for q in found if agree(q, value) or not any(agree(q, k) and k.kind == q.kind for k in known)]
        if any(agree(q, value) for q in found) or len({(q.value, q.day) for q in found}) != 1:
            return None
        other = found[0]
        if self._apart(item, value, other, theirs):
            return None
        return OtherValue(item, other.text, other.kind, bound=False, sure=False)

    def _bears(self, item: Evidence) -> bool:
        near = f"{passage(item)} {item.article.body[item.end : item.end + 80]}"
        bag = set(tokens(near))
        if mends(item) and all(among(t, bag) for t in self.named):
            return True
        own, title = set(tokens(item.quote)), set(tokens(item.article.title))
        itself = (
            any(meant_in(t, own) for t in self.keys)
            or bool(self.fates & fates(item.quote))
            or (self.ages and bool(re.search(r", (?:aged )?\d\d,| \d\d years old|\baged? \d\d\b", item.quote)))
        )
        headed = len(self.keys) > 1 and all(meant_in(t, title) for t in self.keys)
        their_fates = fates(near)
        same_fate = bool(self.fates & their_fates)
        if not (itself or headed) or (self.fates and their_fates and not same_fate):
            return False
        held = sum(meant_in(t, bag) or (same_fate and bool(fates(t))) for t in self.keys)
        return bool(self.keys) and held >= MIN_SHARED_OF_QUESTION * len(self.keys)

    def _of_kind(self, q: Quantity, value: Quantity) -> bool:
        if {q.kind, value.kind} <= {"number", "count"}:
            is_year = q.kind == "number" and 1900 < q.value < 2100 and len(q.text) == 4
            return not is_year and self._counts_alike(q, value)
        if q.day is not None and q.day.month is None and q.day.year is None:
            return False  # a weekday
        alike = q.unit == value.unit or q.kind == "duration"
        return q.kind == value.kind != "ordinal" and alike and comparable(q, value)

    def _counts_alike(self, q: Quantity, value: Quantity) -> bool:
        theirs, mine = set(q.nouns), self.counted | value.nouns
        if set(tokens(" ".join(theirs))) & set(self.keys):
            return True
        if (_SOME & theirs) - mine:
            return False  # 'three children' of those who died
        if not theirs or mine & theirs:
            return True
        here = fates(" ".join(theirs)) | (theirs & FATES_OF_PEOPLE)
        if here and self.fates:
            return bool(here & self.fates)
        return bool(groups(mine) & groups(theirs)) or bool(_HUMAN & mine and _HUMAN & theirs)

    def _apart(self, item: Evidence, value: Quantity, other: Quantity, published: date) -> bool:
        """Whether something in the sentence shows that the value is of another thing."""
        quote = item.quote
        clause = quote[slice(*clause_at(quote, other.start))]
        cue = unsure(quote, (other.start, other.end))
        if _PAST.search(clause) or _PARTLY.search(quote) or cue in ("not", "denied", "false"):
            return True
        if re.match(r"\s(?:\w+ )?of (?:them|these|those|whom)\b", quote[other.end : other.end + 24]):
            return True
        if re.search(r"\bhad been (?:[\w.]+ ){0,3}$", quote[: other.start]):
            return True
        if background([other], item, quantities(quote)) or self._other_name(quote):
            return True
        asked, told = events(self.both), events(f"{item.article.title}. {quote}")
        if asked and told and not asked & told:
            return True  # a crash, where a fire is asked about
        theirs = measures(clause)
        strange = theirs - self.measures
        if strange and (self.measures - theirs or strange - measures(passage(self.cited))):
            return True
        if other.day is not None:
            bare_month = other.day.year is None and other.day.day is None  # 'in January', which may be the last one
            ahead = _ahead(value, day(self.cited.article.published)) and _ahead(other, published)
            return not ahead or (bare_month and cue != "expected")
        smaller, larger = sorted((in_base_units(value), in_base_units(other)))
        if smaller > 0 and larger / smaller > (MAX_RATIO_TOLL if self.fates else MAX_RATIO):
            return True
        ours = unsure(self.cited.quote, (value.start, value.end))
        if (cue == "expected") != (ours == "expected") and not _FUTURE.search(self.both):
            return True
        return self._other_time(item, published)

    def _other_time(self, item: Evidence, published: date) -> bool:
        """Whether the question has a time of reference and the other sentence another one, or its article none."""
        theirs, cited_day = times(item.quote, published), day(self.cited.article.published)
        if any(mine and theirs[unit] and not mine & theirs[unit] for unit, mine in self.times.items()):
            return True
        quarter, whole = self.times["quarter"], f"{item.article.title} {item.article.body}"
        if quarter and not quarter & (theirs["quarter"] or times(whole, published)["quarter"]):
            return True
        if self.times["weekday"] and not theirs["weekday"] and cited_day != published:
            return True
        own = times(self.cited.quote, cited_day)
        for unit in ("quarter", "year"):
            if theirs[unit] and own[unit] and not own[unit] & theirs[unit]:
                return True
            if theirs[unit] and not own[unit] and not self.times[unit]:
                return unit == "year" and theirs["year"] != {published.year}
        return False

    def _other_name(self, quote: str) -> bool:
        """Whether the sentence is about somebody, or some place, that the cited article does not know."""
        if strange_names(quote, self.known):
            return True
        there = set(tokens(quote))
        absent = self.people and not any(tokens(n)[-1] in there for n in self.people)
        if absent and any(_like_a_person(n) for n in names(quote)):
            return True
        told = [content(place) for place in places(quote)]
        if any(words and not any(among(t, self.known) for t in words) for words in told):
            return True
        if misplaced(quote, self.named, set(tokens(self.both))):
            return True
        said = {t for words in told for t in words}
        wanted = {t for m in PLACED.finditer(self.both) for t in content(m[2])}
        return bool(wanted and said) and not any(among(t, wanted | self.named) for t in said)


_HUMAN = frozenset(content("people resident passenger person inhabitant"))
_SOME = frozenset(
    content(
        "children child women woman men man girls boys civilians soldiers officers workers pupils students tourists "
        "foreigners americans babies teenagers elderly firefighters staff drivers"
    )
)


def _like_a_person(name: str) -> bool:
    words = name.split()
    return (
        2 <= len(words) <= 3
        and not _NO_PERSON.search(name)
        and not words[-1].endswith("s")
        and all(w[:1].isupper() for w in words)
    )


def _ahead(q: Quantity, published: date | None) -> bool:
    if q.day is None or published is None:
        return False
    if q.day.year is None:
        return q.day.month is not None
    return (q.day.year, q.day.month or 12, q.day.day or 28) >= (published.year, published.month, published.day)
