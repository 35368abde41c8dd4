"""Whether a sentence of another article gives a value for the very thing that was answered, in whatever words.

Subject, place, kind of value and time of reference must be shown to be the same: the names asked about stand in both
articles, half of the question's other words in the sentence with its surroundings, the value is of the same kind and
size and counts the same, and nothing in the sentence speaks of another place, person, part, period or measure.
"""

from __future__ import annotations

import re
from datetime import date

from rag.qa.attribution.clauses import PLACED, clauses
from rag.qa.attribution.factuality import unsure
from rag.qa.attribution.objections.former_values import background
from rag.qa.conflicts.facets import FATE_OF_WORD, FATES_OF_PEOPLE, corrects, events, fates, measures, same_day, times
from rag.text.entities import names, question_names
from rag.text.lexicon import STOPWORDS
from rag.text.quantities import Quantity, agree, comparable, fate, in_base_units, quantities
from rag.text.sentences import passage
from rag.text.synonyms import groups, means_some
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
    r"\b(?:in those days|at (?:the|that) time|back then|then|once|used to|in the (?:winter|summer|spring|autumn) of|"
    r"decades? ago|years? ago|a (?:year|decade|generation) (?:ago|earlier)|"
    r"(?:the )?(?:previous|last|year-earlier) (?:year|season|edition|quarter|month)|the (?:year|quarter|month) before|"
    r"last year(?:['’]s)?|compared with|against|from an? (?:year|quarter) earlier|record of)\b",
    re.I,
)
_PARTLY = re.compile(
    r"\b(?:together|combined|alone|all (?:\w+ )?of them|each|apiece|per (?:person|head|day|week|"
    r"month|year|household|child)|on average|an average|average|nationwide|countrywide|worldwide|across (?:the|all)|"
    r"in (?:two|three|four|five|six|seven|eight|nine|ten|\d+) (?:countries|states|towns|cities|sites|plants)|"
    r"including|among them|another|more than half|half of)\b",
    re.I,
)
_FUTURE = re.compile(
    r"\b(?:will|would|going to|expect\w*|plan\w*|offer\w*|propos\w*|forecast\w*|predict\w*|set to|from)\b", re.I
)
_SAYS = re.compile(r"\b(?:said|says|told|according|announced|added|confirmed|reported|warned|estimated)\b", re.I)
_ACCORDING = re.compile(
    r"\b(?:according to|in the view of|does|did|"
    r"do) (?:the )?([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)(?: [a-z]+){0,3}(?: expect| predict| forecast| estimate|\?|$)"
)
_NO_PERSON = re.compile(
    r"\b(?:Street|Road|County|City|Hospital|Bank|Council|Company|Corp|Inc|Ltd|Bridge|River|Lake|Mount|University|"
    r"School|Park|Cup|Prize|Party|Court|Airport|Station|Museum|Island|Sands|Bay|Cross|Deep|Hill|North|South|East|West|"
    r"New|Saint|St|Monday|Tuesday|Wednesday|Thursday|Friday|"
    r"Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December)\b"
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

    def compare(self, item: Evidence) -> tuple[str, str] | None:
        """(The other value as printed, its kind), where ``item`` gives one for the same thing; else None."""
        value = self.value
        if (
            value is None
            or item.article.id == self.cited.article.id
            or item.score < MIN_BEARING_OF_VALUE * self.cited.score
        ):
            return None
        ours, theirs = day(self.cited.article.published), day(item.article.published)
        if ours is None or theirs is None or abs((ours - theirs).days) > MAX_DAYS:
            return None
        whole = f"{item.article.title} {item.article.body}"
        there = set(tokens(whole))
        held = sum(among(t, there) for t in self.named)
        mends = corrects(item.quote) or corrects(item.article.title)
        if not self.named or held < (0.5 if mends else 1.0) * len(self.named):
            return None
        if self.source and not all(among(t, set(tokens(passage(item)))) for t in self.source):
            return None
        if not self._bears(item):
            return None
        known = quantities(self.cited.quote)
        found = [q for q in quantities(item.quote) if self._of_kind(q, value)]
        if len(found) > 1:  # 'by 221 to 198', where the cited quote has '212 to 198'
            found = [q for q in found if agree(q, value) or not any(agree(q, k) and k.kind == q.kind for k in known)]
        if any(self._agrees(q, value) for q in found):
            return None
        if len({(q.value, q.day) for q in found}) != 1:
            return None
        other = found[0]
        if self._apart(item, other, theirs):
            return None
        text = (
            other.text
            if item.quote[other.start :][:1].isdigit() or other.start
            else other.text[:1].lower() + other.text[1:]
        )
        return text, other.kind

    def _bears(self, item: Evidence) -> bool:
        near = f"{passage(item)} {_next(item)}"
        bag = set(tokens(near))
        meant = groups(bag)
        their_fates = fates(near)
        if (corrects(item.quote) or corrects(item.article.title)) and all(among(t, bag) for t in self.named):
            return True
        same_fate = bool(self.fates & their_fates)
        held = sum(among(t, bag) or means_some(t, meant) or (same_fate and bool(fates(t))) for t in self.keys)
        own, title = set(tokens(item.quote)), set(tokens(item.article.title))
        own_meant, title_meant = groups(own), groups(title)
        itself = any(among(t, own) or means_some(t, own_meant) for t in self.keys) or bool(
            self.fates & fates(item.quote)
        )
        itself = itself or (
            self.ages and bool(re.search(r", (?:aged )?\d\d,| \d\d years old|\baged? \d\d\b", item.quote))
        )
        headed = len(self.keys) > 1 and all(among(t, title) or means_some(t, title_meant) for t in self.keys)
        if not (itself or headed):
            return False
        return (
            bool(self.keys)
            and held >= MIN_SHARED_OF_QUESTION * len(self.keys)
            and (not (self.fates and their_fates) or bool(self.fates & their_fates))
        )

    def _of_kind(self, q: Quantity, value: Quantity) -> bool:
        if q.kind == "ordinal":
            return False
        if {q.kind, value.kind} <= {"number", "count"}:
            if q.day or (q.kind == "number" and 1900 < q.value < 2100 and len(q.text) == 4):
                return False
            return self._counts_alike(q, value)
        if value.day is not None and q.day is not None and q.day.month is None and q.day.year is None:
            return False  # a weekday
        return comparable(q, value) and q.kind == value.kind and (q.unit == value.unit or q.kind == "duration")

    def _counts_alike(self, q: Quantity, value: Quantity) -> bool:
        theirs = set(q.nouns)
        mine = set(value.nouns) | self.counted
        if set(tokens(" ".join(theirs))) & set(self.keys):
            return True
        if (_SOME & theirs) - mine:
            return False  # 'three children' of those who died
        if not theirs or mine & theirs:
            return True
        here = {f for n in theirs if (f := FATE_OF_WORD.get(n) or fate(n) or (n if n in FATES_OF_PEOPLE else None))}
        if here and self.fates:
            return bool(here & self.fates)
        return bool(groups(mine) & groups(theirs)) or bool(_HUMAN & mine and _HUMAN & theirs)

    def _agrees(self, q: Quantity, value: Quantity) -> bool:
        if q.day is not None and value.day is not None:
            return same_day(q.day, value.day)
        return agree(q, value)

    def _apart(self, item: Evidence, other: Quantity, published: date) -> bool:
        """Whether something in the sentence shows that the value is of another thing."""
        value, quote = self.value, item.quote
        assert value is not None
        one, two = in_base_units(value), in_base_units(other)
        if value.day is None and one > 0 and two > 0:
            ratio = max(one, two) / min(one, two)
            if ratio > (MAX_RATIO_TOLL if self.fates else MAX_RATIO):
                return True
        if value.day is not None and not (
            _ahead(value, day(self.cited.article.published)) and _ahead(other, published)
        ):
            return True
        cue = unsure(quote, (other.start, other.end))
        bare_month = other.day is not None and other.day.year is None and other.day.day is None
        if bare_month and cue != "expected":
            return True  # 'in January', which may be the last one
        if re.match(r"\s(?:\w+ )?of (?:them|these|those|whom)\b", quote[other.end : other.end + 24]):
            return True
        clause = next((quote[a:b] for a, b in clauses(quote) if a <= other.start < b), quote)
        if _PAST.search(clause) or _PARTLY.search(quote) or cue in ("not", "denied", "false"):
            return True
        if re.search(r"\bhad been (?:[\w.]+ ){0,3}$", quote[: other.start]):
            return True
        if background([other], item, quantities(quote)):
            return True
        ours = unsure(self.cited.quote, (value.start, value.end))
        if value.day is None and (cue == "expected") != (ours == "expected") and not _FUTURE.search(self.both):
            return True
        if self._other_event(item):
            return True
        theirs = measures(clause)
        if theirs - self.measures and (
            self.measures - theirs or theirs - measures(passage(self.cited)) - self.measures
        ):
            return True
        if value.day is None and self._other_time(item, published):
            return True
        return self._other_name(quote)

    def _other_event(self, item: Evidence) -> bool:
        """Whether a crash is told of, where a fire is asked about."""
        mine = events(self.both)
        there = events(f"{item.article.title}. {item.quote}")
        return bool(mine) and bool(there) and not mine & there

    def _other_time(self, item: Evidence, published: date) -> bool:
        """Whether the question has a time of reference and the other sentence another one, or its article none."""
        theirs = times(f"{item.quote}", published)
        for unit in ("quarter", "weekday", "month", "year"):
            mine = self.times.get(unit)
            if not mine:
                continue
            if unit in theirs:
                if not mine & theirs[unit]:
                    return True
            elif (
                unit == "quarter"
                and not mine & times(f"{item.article.title} {item.article.body}", published).get("quarter", set())
            ) or (unit == "weekday" and day(self.cited.article.published) != published):
                return True
        own = times(self.cited.quote, day(self.cited.article.published))
        for unit in ("quarter", "year"):
            if unit in theirs and unit in own and not own[unit] & theirs[unit]:
                return True
            if unit in theirs and unit not in own and unit not in self.times:
                return unit == "year" and theirs["year"] != {published.year}
        return False

    def _other_name(self, quote: str) -> bool:
        """Whether the sentence is about somebody, or some place, that the cited article does not know."""
        for span in clauses(quote):
            text = quote[slice(*span)]
            if _SAYS.search(text):
                continue
            for name in names(text):
                bare = re.sub(r"['’]s?$", "", name)
                words = [t for t in content(bare) if t not in STOPWORDS]
                if quantities(bare) or not words or bare.lower() in STOPWORDS or _CALENDAR.fullmatch(bare):
                    continue
                if span[0] == 0 and text.startswith(name) and " " not in name:
                    continue
                if any(not among(t, self.known) for t in words):
                    return True
        there = set(tokens(quote))
        absent = self.people and not any(tokens(n)[-1] in there for n in self.people)
        if absent and any(_like_a_person(n) for n in names(quote)):
            return True
        for place in PLACED.finditer(quote):
            words = [t for t in content(place[2]) if not quantities(place[2])]
            if words and not any(among(t, self.known) for t in words):
                return True
        if not any(among(t, there) for t in self.named):
            elsewhere = [m[2] for m in PLACED.finditer(quote) if not quantities(m[2])]
            if any(not among(t, set(tokens(self.both))) for place in elsewhere for t in content(place)):
                return True  # 'in Syria', of a question about Iraq
        asked = [m[2] for m in PLACED.finditer(self.both)]
        said = [m[2] for m in PLACED.finditer(quote) if not quantities(m[2]) and not _NO_PLACE.match(m[2])]
        if asked and said:
            wanted = {t for a in asked for t in content(a)}
            return not any(among(t, wanted | self.named) for p in said for t in content(p))
        return False


_HUMAN = frozenset(content("people resident passenger person inhabitant"))
_SOME = frozenset(
    content(
        "children child women woman men man girls boys civilians soldiers officers workers pupils students tourists "
        "foreigners americans babies teenagers elderly firefighters staff drivers"
    )
)
_NO_PLACE = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|"
    r"November|December"
)
_CALENDAR = re.compile(r"Christmas(?: Day| Eve)?|Easter|New Year(?:'s)?(?: Day| Eve)?|Ramadan|Thanksgiving|Halloween")


def _next(item: Evidence) -> str:
    """The beginning of what follows a sentence."""
    return item.article.body[item.end : item.end + 80]


def _like_a_person(name: str) -> bool:
    words = re.sub(r"['’]s?$", "", name).split()
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
