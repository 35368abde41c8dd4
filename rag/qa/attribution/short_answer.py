"""The shortest phrase of a claim that answers the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.qa.attribution.subjects import known_tokens
from rag.text.answer_type import YES_NO, answer_type
from rag.text.entities import PARTICLES
from rag.text.lexicon import STOPWORDS, TITLE_WORDS
from rag.text.quantities import Quantity, quantities
from rag.text.timex.expressions import Timex, timexes
from rag.text.tokens import content, placed, related, tokens

MAX_SHORT_ANSWER = 120  # characters; what is longer is no short answer
_WORD = r"(?:(?:[A-Z]\.){2,}|No\. \d+|[A-Z](?:[\w'’&-]|\.(?=\w))*)"
_NAME = re.compile(
    rf"{_WORD}(?:\.(?= [A-Z][a-z]))?(?:(?: (?:(?:of|{PARTICLES}|&) (?:the )?)?"
    rf"(?:(?:(?:a[ldnrstz]|ash|el|bin)-|[dlo]['’])?{_WORD}|\d+\b(?!,\d|%|\.\d))(?:(?<= [A-Z])\.(?= [A-Z]))?)|"
    r",? (?:Jr|Sr)\.?)*"
)
_PLACE_MORE = re.compile(r",\s[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*)*")
_LEAD = re.compile(r"^(?:the|a|an|its|their|his|her)\s+", re.I)
_ACCORDING = re.compile(r"^(?:according to|as reported by|based on|in)\b[^,]*,\s+", re.I)
_QUESTION_TYPE = re.compile(
    r"\b(?:which|what)(?: (?:of the following|type of|kind of|part of|sort of|popular|new|other|US|American))* "
    r"(?P<noun>(?:[\w'’&-]+ ){0,4}?[\w'’&-]+?)(?=[?,.:]|['’]s?\b|"
    r" (?:is|are|was|were|has|have|had|did|do|does|will|would|may|might|can|could|should|in|on|of|to|for|from|with|by|"
    r"at|near|that|who|where|this|just|recently|took|won|[a-z]+ed)\b|$)",
    re.I,
)
_PERCENT = re.compile(r"\b(?:percentage|percent|per cent|what share|rate)\b|%", re.I)
_MONEY = re.compile(
    r"\bhow much (?!(?:time|longer|water|snow|rain|faster|more)\b)|\b(?:price|cost|salary|value|worth|pay|fine|"
    r"amount|money|bonus)\b",
    re.I,
)
_AGE = re.compile(r"\bhow old\b|\bage\b", re.I)
_WHERE = re.compile(r"\bwhere\b|\bwhat (?:is|was) the location\b", re.I)
_CALLED = re.compile(r"\bname[ds]?\b|\bcalled\b|\bknown as\b", re.I)
_DOING = re.compile(
    r"\bdoing what\b|\bto do what\b|\bwhat (?:did|does|do|is|was|are|were|will|happened)\b.*\b(?:do|doing|happen|"
    r"say|said|announce)\b|^(?:why|how)\b(?! (?:many|much|old|long|far|large|big|high|tall|often))",
    re.I,
)
_PLACES = frozenset(
    "country countries city cities state states territory region island town planet continent nation location "
    "place prison site airport".split()
)
_PERSONS = frozenset("justice leader singer player golfer star actor astronaut senator judge president".split())
_SHOPS = frozenset("company chain brand retailer restaurant store".split())
_WATER = frozenset("gulf sea ocean lake river bay strait".split())
_BREAKS = frozenset(
    "is are was were be been being has have had will would can could may might should did does do that which "
    "who whom whose where when while because since after before until as with without by from for in on at to "
    "into onto over under than about during through between against among amid if but so not it they he she "
    "there this these those also then near off took takes take become became becomes made".split()
)
_INNER = frozenset("of and or the a an".split())


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    text: str
    score: float


Span = tuple[int, int]
"""Where words begin and end in a text."""


def short_phrase(question: str, claim: str, quotes: Sequence[str] = (), read: Span | None = None) -> str | None:
    """The date, amount, name or noun of ``claim`` that ``question`` asks for; None where nothing in it is new.

    ``quotes`` are texts that the claim rests on; a bare surname is told in full where they give one full name. At
    ``read`` are the words of the claim that a reader takes for the answer: of several dates or amounts the one is meant
    that they touch, and a phrase that is a part of them is told as they have it.
    """
    found = _phrase(question, claim, quotes, read)
    if read and found and answer_type(_asking(question)) not in ("date", "amount"):
        words = claim[slice(*read)]
        if len(words) <= MAX_SHORT_ANSWER and re.search(rf"(?<!\w){re.escape(found)}(?!\w)", words):
            return _tidy(words) or found
    return found


def read_phrase(question: str, claim: str, quotes: Sequence[str], read: Span) -> str | None:
    """The same of a claim that is a quote, in which much stands that was not asked for: the words that a reader takes
    for the answer, whole. None for a question that a few words do not answer."""
    kind = answer_type(_asking(question))
    if kind in ("yes_no", "reason") or _DOING.search(_asking(question)):
        return None
    if kind in ("date", "amount"):
        return _phrase(question, claim, quotes, read)
    if not content(claim[slice(*read)]):  # a pronoun
        return None
    whole = _touched(quantities(claim), read)  # '$18.9 million', of which a reader may choose less
    start, end = min([read[0], *(q.start for q in whole)]), max([read[1], *(q.end for q in whole)])
    return _person(_tidy(claim[start:end]), kind == "person", quotes)


def _phrase(question: str, claim: str, quotes: Sequence[str], read: Span | None) -> str | None:
    text = claim.strip().rstrip(".").strip()
    asked = known_tokens(question, claim)
    if YES_NO.match(question) and (m := re.match(r"(?:yes|no)\b", text, re.I)):
        return m.group().capitalize()
    ask = _asking(question)
    kind = answer_type(ask)
    if kind == "date" and (found := _date(text, question, read)):
        return found
    if kind == "amount" and (found := _amount(ask, text, question, read)):
        return found
    bare = _ACCORDING.sub("", text)
    text = bare if len(bare) > 3 else text
    if _DOING.search(ask):
        return _rest(text, asked)
    want = _wanted(ask)
    person = (kind == "person" and not want) or bool(want & _PERSONS)
    if len(text.split()) <= 5 and not (set(content(text)) & asked):
        return _person(_tidy(text), person, quotes)
    where = bool(_WHERE.search(ask))
    place = where or bool(want & _PLACES)
    if _SEVERAL.search(ask) and (listed := _listed(text, asked, want, place)):
        return listed
    named = person or place or bool(_CALLED.search(ask))
    nouns = _nouns(text, asked, want)
    chosen = _best(_names(text, asked, want, place), text, want, where)
    if chosen is None or (not named and nouns and not _proper(want, chosen, nouns, text)):
        chosen = nouns[0] if nouns else chosen
    if chosen is None:
        return _rest(text, asked)
    return _person(_tidy(chosen.text), person, quotes)


def _person(answer: str, person: bool, quotes: Sequence[str]) -> str | None:
    """An answer that is short enough; a bare surname in full, where the texts give exactly one first name with it."""
    if person and len(answer.split()) == 1:
        pattern = re.compile(rf"\b([A-Z][a-z]+(?: [A-Z]\.)?) {re.escape(answer)}\b")
        given = {first for quote in quotes for first in pattern.findall(quote)}
        firsts = {first for first in given if first.lower() not in TITLE_WORDS | STOPWORDS | {"former", "ceo"}}
        if len(firsts) == 1:
            answer = f"{firsts.pop()} {answer}"
    return answer if 0 < len(answer) <= MAX_SHORT_ANSWER else None


def _asking(question: str) -> str:
    """The sentence of a question that asks."""
    parts = [p for p in re.split(r"(?<=[.!?])\s+(?=[A-Z])", question.strip()) if p.strip()]
    return next((p for p in reversed(parts) if "?" in p), parts[-1] if parts else question)


def _wanted(ask: str) -> set[str]:
    """The nouns of what is asked for: {'sea', 'animal'} for 'which sea animal'."""
    m = _QUESTION_TYPE.search(ask)
    return {w.lower() for w in re.findall(r"[^\W\d_]+", m["noun"])} if m else set()


def _known(form: str, asked: set[str]) -> bool:
    if form in asked or form[0].isdigit():
        return form in asked
    return any(related(form, a) or (len(a) >= 4 and form.startswith(a[:-2]) and a.startswith(form)) for a in asked)


def _fresh(text: str, asked: set[str]) -> bool:
    return any(not _known(t, asked) for t in content(text))


_ANY_DAY = date(2000, 6, 15)
_VAGUE = re.compile(
    r"\b(?:\w+ (?:days|weeks|months|years) later|(?:early|mid|late)[- ]\w+|spring|summer|autumn|winter)\b", re.I
)


def _touched(found: Sequence[Quantity], read: Span | None) -> list[Quantity]:
    """Those of some quantities that the words a reader chose touch."""
    return [q for q in found if read and q.start < read[1] and read[0] < q.end]


def _date(text: str, question: str, read: Span | None) -> str | None:
    said = [q.text for q in quantities(question) if q.kind in ("date", "clock")]
    dates = [q for q in quantities(text) if q.kind in ("date", "clock") and q.text not in said]
    dates = _touched(dates, read) or dates
    if re.search(r"\bwhat time\b", question, re.I):
        dates = [q for q in dates if q.kind == "clock"] or dates
    if dates:
        first = dates[0]
        end = first.end
        for other in dates[1:]:  # 'Friday at 3 p.m.', 'Tuesday, 4 May'
            if not re.fullmatch(r",? (?:at |on )?", text[end : other.start]):
                break
            end = other.end
        return text[slice(*_whole_period(text, first.start, end, question))]
    named = next(iter(timexes(text, _ANY_DAY)), None) or _VAGUE.search(text)
    if named:
        return text[named.start : named.end] if isinstance(named, Timex) else named.group()
    return next((q.text for q in quantities(text) if q.kind == "duration"), None)


def _whole_period(text: str, start: int, end: int, question: str) -> tuple[int, int]:
    """Where the expression begins and ends that a date is part of: 'the third quarter of 2027', 'May to July 2025'."""
    if re.search(r"\b(?:what|which) (?:year|month|day)\b", question, re.I):
        return start, end
    around = (t for t in timexes(text, _ANY_DAY) if t.start <= start and end <= t.end)
    widest = max(around, key=lambda t: t.end - t.start, default=None)
    return (widest.start, widest.end) if widest else (start, end)


def _amount(ask: str, text: str, question: str, read: Span | None) -> str | None:
    said = {q.text for q in quantities(question)}
    found = [q for q in quantities(text) if q.text not in said and q.kind not in ("date", "clock")]
    found = _touched(found, read) or found
    plain = [q for q in found if q.kind != "ordinal"] or found
    if not plain:
        years = [q for q in quantities(text) if q.kind == "date" and q.text not in said]
        return years[0].text if years and re.fullmatch(r"\d{4}", years[0].text) else None
    unit = re.search(r"\bhow (?:many|much) ((?:[\w-]+ ){0,3}[\w-]+)", ask, re.I)
    wanted = set(tokens(unit[1])) if unit else set()
    shares = [q for q in plain if _PERCENT.search(ask) and q.kind in ("percent", "points")]
    sums = [q for q in plain if _MONEY.search(ask) and q.kind == "money"]
    near = [q for q in plain if wanted & set(tokens(text[q.start : q.end + 20]))]
    several = _PARTS.match(text, plain[0].start)
    if several and wanted and not wanted & set(tokens(several.group())):
        return several.group()
    [chosen, *_] = shares or sums or near or plain
    shown = chosen.text.strip(" .,")
    measured = chosen.kind in ("duration", "length", "weight", "area", "volume")
    if measured and (_AGE.search(ask) or wanted & set(tokens(shown))):
        bare = re.match(
            r"(?:[\w.,½¼¾]+?(?:[ -](?:hundred|thousand|million|billion|trillion|dozen|and|a|half))*)(?=[ -][a-z]+$)",
            shown,
            re.I,
        )
        return bare.group() if bare else shown
    return shown


_PARTS = re.compile(r"\d[\d,]* [a-z]+(?:, \d[\d,]* [a-z]+)*,? and \d[\d,]* [a-z]+\b")
"""'114 passengers and 23 crew', where people are asked about: neither number alone answers."""


def _names(text: str, asked: set[str], want: set[str], place: bool) -> list[_Found]:
    found: list[_Found] = []
    for m in _NAME.finditer(text):
        start, end = m.span()
        name = m.group()
        if m.start() and text[m.start() - 1].isalnum():
            continue
        first, *more_words = name.split()
        if start == 0 and more_words and first != "New" and first.lower() in STOPWORDS | {"according", "mr", "some"}:
            start += len(first) + 1
            name = text[start:end]
        elif name.lower() in STOPWORDS or name in ("Yes", "No"):
            continue
        if place and (more := _PLACE_MORE.match(text, end)) and not re.match(r"['’]s", text[end:]):
            name, end = text[start : more.end()], more.end()
        while listed := re.match(rf"(?:, (?:and )?| and ){_NAME.pattern}", text[end:]):  # 'Canada and Mexico'
            if not _fresh(listed.group(), asked):
                break
            end += listed.end()
            name = text[start:end]
        if found and start < found[-1].end:
            continue
        tail = re.search(r"(?<=\w \w\w\w\w) of (?:the )?(?P<of>.+)$", name)
        if tail and not _fresh(tail["of"], asked):  # 'the East Wing' of what was asked about
            name, end = name[: tail.start()], start + tail.start()
        owner = re.match(r"^(.*?)['’]s?(?= |$)", name)
        if owner and owner.group() == name and not ("&" in name or want & _SHOPS):
            name, score = owner[1], -2.0
        else:
            score = 0.0
        if _fresh(name, asked):
            found.append(_Found(start, end, name, score))
    return found


_SEVERAL = re.compile(
    r"\b(?:which|what|who)\b.{0,20}\b(?:two|three|four|five|six|both)\b|\bnames of\b|"
    r"\b(?:which|what) (?:\w+ )?\w+[^s\W]s\b",
    re.I,
)
_JOINS = re.compile(r"(?:,? and |, (?:and )?| & )(?:the |an? )?")
_JOINS_ONE = re.compile(r" (?:in|for|of) (?:the )?")


def _listed(text: str, asked: set[str], want: set[str], place: bool) -> str | None:
    """Names that stand beside each other, as they stand: 'the Prize in Literature and the Booker Prize'."""
    runs: list[tuple[int, int, int]] = []  # (start, end, how many names)
    for found in _names(text, asked, want, place):
        between = text[runs[-1][1] : found.start] if runs else ""
        if runs and (_JOINS.fullmatch(between) or _JOINS_ONE.fullmatch(between)):
            runs[-1] = (runs[-1][0], found.end, runs[-1][2] + bool(_JOINS.fullmatch(between)))
        else:
            runs.append((found.start, found.end, 1))
    start, end, count = max(runs, key=lambda run: run[2], default=(0, 0, 0))
    return _tidy(text[start:end]) if count > 1 and end - start <= MAX_SHORT_ANSWER else None


def _best(names: Sequence[_Found], text: str, want: set[str], where: bool) -> _Found | None:
    """The name that stands where the answer would: after 'called', in the main clause, of the kind asked for."""

    def score(f: _Found) -> float:
        before, after = text[: f.start].rstrip(), text[f.end : f.end + 30]
        words = {w.lower() for w in re.findall(r"[^\W\d_]+", f.text)}
        total = f.score + 2.5 * bool(_INTRODUCES.search(before))
        total += 1.0 * bool(re.search(r"\b(?:is|was|are|were)(?: the)?[\s\"'“]*$", before)) * (f.start > 12)
        total += 1.0 * bool(words & want) + 1.0 * bool(words & _WATER and want & {"water", "sea", "ocean"})
        if where:
            total += 2.0 * bool(re.search(r"\b(?:in|at|near|on|to|from|outside|of)(?: the)?$", before))
            total -= 1.0 * bool(re.match(r"\s[a-z]+ in\b", after))
        total -= 1.0 * bool(re.search(r"\b(?:that|which|who)\b[^,]*$", before)) * (f.start > 0)
        total -= 0.5 * (len(before.split()) > 12)
        total += 0.6 * (f.start <= 4)
        return total - 1.5 * bool(quantities(f.text) and re.fullmatch(r"[A-Z][a-z]+day|[A-Z][a-z]+ \d+", f.text))

    return max(names, key=score, default=None)


_INTRODUCES = re.compile(r"\b(?:known as|called|named|name (?:is|was)(?: the)?|dubbed|titled)(?: the)?[\s\"'“‘]*$")


def _proper(want: set[str], chosen: _Found, nouns: Sequence[_Found], text: str) -> bool:
    """Whether the name answers, where a noun could as well: it stands before it, or is of a kind that has names."""
    if chosen.start == nouns[0].start == 0 and " " not in chosen.text and not want & _NAMED:
        rest = re.match(r" ([a-z]+)", text[chosen.end :])  # 'Bird flu was found'
        return not (rest and nouns[0].end > chosen.end and not re.search(r"(?:ed|es)$", rest[1]))
    return bool(want & _NAMED) or chosen.start < nouns[0].end


_NAMED = (
    frozenset(
        "company automaker airline carrier team retailer platform app network brand chain giant broadcaster university "
        "party hurricane storm singer movie film show series holiday festival mountain volcano river hospital "
        "bank service "
        "newspaper agency group cartel minority water street region body character streaming".split()
    )
    | _PLACES
)


def _nouns(text: str, asked: set[str], want: set[str]) -> list[_Found]:
    """Runs of words that the question did not bring, cut at verbs, prepositions and punctuation, the best first."""
    wanted = set(tokens(" ".join(want)))
    runs: list[list[tuple[str, int, int]]] = [[]]
    inside = [(q.start, q.end) for q in quantities(text)]  # 'grades 6 to 12' is not cut at 'to'
    last = 0
    for form, start, end in placed(text):
        word = text[start:end].lower()
        if runs[-1] and re.search(r"[,;:()—–\"“”]", text[last:start]):
            runs.append([])
        last = end
        if runs[-1] and any(a < start and end < b for a, b in inside):
            runs[-1].append((word, start, end))
            continue
        known = all(_known(t, asked) for t in tokens(text[start:end]) or [form])
        if word in _BREAKS or (known and word not in _INNER and not (runs[-1] and form in wanted)):
            runs.append([])
            continue
        runs[-1].append((word, start, end))
    found: list[_Found] = []
    for words in runs:
        while words and words[0][0] in STOPWORDS:
            words.pop(0)
        while words and (words[-1][0] in STOPWORDS or placed(words[-1][0])[0][0] in wanted):
            words.pop()
        if not words:
            continue
        start, end = words[0][1], words[-1][2]
        if len(words) == 1:  # 'sea otter' where a sea animal is asked for
            left = re.search(r"([^\W\d_]+) $", text[:start])
            right = re.match(r" ([^\W\d_]+)", text[end:])
            if left and set(tokens(left[1])) & wanted and left[1].lower() not in STOPWORDS:
                start = left.start(1)
            elif right and set(tokens(right[1])) & wanted and start and text[:start].strip() == "":
                end += right.end()
        verb = re.fullmatch(r"[a-z]{3,}(?:ed|es|ing)", words[0][0]) and len(runs) > 1
        verb = verb and not (len(words) > 1 and words[1][0].isdigit())  # 'grades 6 to 12'
        found.append(_Found(start, end, text[start:end], -1.0 if verb else 0.0))
    return sorted(found, key=lambda f: -f.score)


def _rest(text: str, asked: set[str]) -> str | None:
    """All from the first to the last word that the question did not bring."""
    words = [
        (start, end)
        for form, start, end in placed(text)
        if text[start:end].lower() not in STOPWORDS and not _known(form, asked)
    ]
    if not words:
        return None
    phrase = text[words[0][0] : words[-1][1]]
    return _tidy(phrase) if len(phrase) <= MAX_SHORT_ANSWER else None


def _tidy(phrase: str) -> str:
    phrase = _LEAD.sub("", phrase.strip(" .,;:\"'“”‘’"))
    return re.sub(r"['’]s$", "", phrase) if phrase[:1].islower() else phrase
