"""The items that sentences name: what the reader takes in them, and what stands beside it in a row of names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.support import Claim
from rag.qa.full_sense import as_told
from rag.qa.requests.matter import topic
from rag.text.tokens import content
from rag.types import Evidence

MIN_ITEM = 0.4
"""What a sentence must score (0..1) for the words that the reader takes in it to be named as an item."""
MIN_SURE_ITEM = 0.2
"""The same of a sentence that has the word for the things that are asked for, or names several things in a row."""
MIN_NAMED_ITEM = 0.22
"""The same of one that has the word and names a single thing."""
MAX_ITEMS_OF_SENTENCE = 40
MAX_WORDS_OF_ITEM = 5
"""Of one that is no name: 'fire engines'."""
OF_THE_ONE_BEFORE = 0.9
"""Of the score of the sentence before, what one has that goes on from it to name several: 'They include A, B and C.'"""
MIN_ITEMS = 2
MAX_FURTHER = 3
"""Sentences that name others beside the one that answers."""
MIN_FURTHER = 0.3
"""Of the score of the one that answers, what they must have."""
_OTHERS = re.compile(r"\b(?:others?|also|besides|among them)\b", re.I)
"""A row that such a word shows to be a part: 'The other candidates are ...'."""

NAME = r"[A-Z][\w’'.-]+(?: (?:(?:of|the|de|van|al|&) )?[A-Z][\w’'.-]+)*"
_ASIDE = r"(?:, (?:an?|the|who|whose|aged|\d+)\b[^,.;:]{1,60})?"
_ROW = re.compile(rf"{NAME}{_ASIDE}(?:(?:, and |, | and )(?:the )?{NAME}{_ASIDE}){{1,39}}")
_TITLE = r"[“\"][^“”\"\n]{2,80}[”\"](?: \([^()\n]{1,60}\))?"
_TITLES = re.compile(rf"{_TITLE}(?:,? (?:and |or )?{_TITLE}){{1,39}}")
"""A row of titles: '"Anora," "Wicked" and "Conclave"'."""
_GOES_ON = re.compile(r"(?:They|These|Those|The others|Others|Among them|Also|The list|It)\b")
_FIRST = re.compile(rf"\W{{0,3}}(?:(?:The|An?) )?(?!(?:The|An?)\b)({NAME})")
_LISTS = re.compile(rf"\b(?:consists? of|includes?|included|are|were|comprises?|namely|takes? in)(?: also)?:? {NAME}")
"""How a sentence begins to list: 'Crew-10 consists of'."""
_ASIDES = re.compile(r", (?:an?|the|who|whose|aged|\d+)\b[^,.;:]{1,60}(?=,|$)")
_PERSONS = re.compile(
    r"\b(?:people|persons|men|women|children|candidates?|laureates?|winners?|victims?|suspects?|leaders?|members?|"
    r"compan(?:y|ies)|firms?|bidders?|banks?|airlines?|parties|unions?|clubs?|teams?|astronauts?|executives?|"
    r"presidents?|residents?|crew|officers?|chiefs?|heads?|ministers?|mayors?|judges?|students?|residents?|players?|"
    r"\w{3,}(?:ists?|ees|ors|ants))\b",
    re.I,
)
_AMOUNTS = re.compile(
    r"\b(?:dates?|days|years|prices?|rewards?|fines?|numbers?|figures?|amounts?|rates?|votes?|scores?|times?|"
    r"estimates?|"
    r"tolls?|costs?|counts?|offers?|fares?)\b",
    re.I,
)
_HEAD = re.compile(
    r" (?:of|for|in|that|who|which|from|on|at|with|to|about|by|were|was|are|is|has|have|had|do|does|did|will|can|could|"
    r"would|wants?|given|stolen|made|taken|[a-z]{2,}ed)\b"
)
_DATELINE = re.compile(r"[A-Z][A-Z .,'’-]{2,30}(?:, [A-Z][\w. ]+)? ?(?:\([^)]{2,30}\) )?[—–-] ")
ASKS_SEVERAL = re.compile(
    r"(?:and |so )?(?:(?:which|what) (?:(?!is\b|was\b|does\b|has\b|of\b|did\b|are\b|were\b)[\w’'-]+ ){0,3}?"
    r"(?!is\b|was\b|does\b|has\b|this\b)[\w-]{2,}(?<!s)s (?:of (?:the )?(?:[\w’'-]+ ){1,4}(?:were|are|have|had)\b|"
    r"(?!of\b)\w)|"
    r"who (?:are|were) the (?:[\w’'-]+ ){0,4}?\w{2,}s\b|(?:what|which) (?:are|were) the names of\b|who (?:all |else )?"
    r"(?:voted|dissented|abstained|opposed|attended|signed|turned up|showed up|came to|bid|competed|cast|backed|"
    r"objected|was (?:there|present|"
    r"invited|aboard|in the running)|were (?:there|present|invited|aboard|in the running)|ran (?:for|against)|"
    r"stood for|"
    r"took part|competed)\b)",
    re.I,
)
"""A question after several, each of which a sentence may name: 'Which cheeses were recalled?', 'Who voted no?'."""
_ARE_SEVERAL = re.compile(
    r"(?:and |so )?(?:who\b|(?:what|which) (?:are|were) the names\b|(?:which|what) (?:[\w’'-]+ ){0,5}?[\w-]{2,}(?<!s)s "
    r"(?:(?:of|in|on|at|from) (?:[\w’'-]+ ){1,4}?)?(?:were|are|have|had|do|did|will|would|can|could|won|ran|fell|"
    r"bid|took|"
    r"made|gave|got|lost|led|met|came|went|set|cut|left|said|hit|struck|stole|beat|broke|flew|sank|sold|spoke|stood|"
    r"wrote|"
    r"became|began|chose|fought|found|grew|kept|sent|held|fled|rose|bought|paid|saw|quit|[a-z]{2,}ed)\b)",
    re.I,
)
"""The same, with a verb that several do: 'Which towns flooded?', not 'Which town floods first?'."""
_COUNTED_AND_DONE = re.compile(r"^(?:\d+|two|three|four|five|six|seven|eight|nine|ten) [a-z]{2,}ed (?=[a-z]+s\b)", re.I)
"""'Three declared' of 'three declared candidates'."""
_NUMBER = re.compile(r"(?:\d+|two|three|four|five|six|ten|first|last)$", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def question_of_list(about: str) -> str:
    """What the reader is asked for the items: 'Who are the candidates for mayor?'."""
    return f"Who are the {about}?" if _PERSONS.search(head(about)) else f"What are the {about}?"


def head(about: str) -> str:
    """What is asked for, without what limits it: 'Nobel laureates' of 'Nobel laureates of 2024'."""
    return _HEAD.split(_COUNTED_AND_DONE.sub("", about), maxsplit=1)[0]


def thing_words(about: str) -> set[str]:
    """The word for what is asked for: 'laureates', but no number: 'the top three'."""
    last = content(head(about))[-1:]
    return set() if last and _NUMBER.search(head(about)) else set(last)


def items_of(about: str, scored: Sequence[Evidence]) -> list[tuple[Evidence, list[str]]]:
    """Sentences with the items that each is the first to name, best first.

    Where some say the word for what is asked for and name two things or more, only these count: 'the other candidates
    are A and B' lists candidates, 'the mayor, C, resigned' does not.
    """
    asked, things, years = set(content(about)), thing_words(about), set(_YEAR.findall(about))
    sure: list[tuple[Evidence, list[str]]] = []
    others: list[tuple[Evidence, list[str]]] = []
    of_years = [e for e in scored if not years or not (named := set(_YEAR.findall(e.quote))) or named & years]
    amounts = bool(_AMOUNTS.search(head(about)))
    listing = any(_LISTS.search(e.quote) and row_of_names(e) for e in of_years if e.score >= MIN_SURE_ITEM)
    for e in of_years:
        words, row = set(content(e.quote)), row_of_names(e)
        span = [item for item in named_alone(e) if amounts or not re.match(r"\W?\d", item)]
        if row and listing and (e.quote.startswith(row[0]) or not (_LISTS.search(e.quote) or _holds_span(row, e))):
            continue  # who does something or what else has two names, beside a sentence that says who they are
        if row and words & asked and e.score >= MIN_SURE_ITEM:
            sure.append((e, row))
        elif span and things and things <= words and e.score >= MIN_NAMED_ITEM:
            sure.append((e, row or span))
        elif e.score >= MIN_ITEM and (row or span):
            others.append((e, row or span))
    first = each_once(asked, sure)
    return first if sum(len(items) for _, items in first) > 1 else each_once(asked, [*sure, *others])


def ruled_items(about: str, scored: Sequence[Evidence], least: float) -> list[tuple[Evidence, list[str]]]:
    """:func:`items_of`, beside the best sentence that there is where that scores ``least`` and few are named otherwise;
    none where there is but one item."""
    found, best = items_of(about, scored), scored[0].score if scored else 0.0
    if sum(len(items) for _, items in found) < MIN_ITEMS and best >= least:
        found = items_of(about, [replace(e, score=e.score / best) for e in scored])
    return found if sum(len(items) for _, items in found) >= MIN_ITEMS else []


def several_named(question: str, verdict: Verdict, scored: Sequence[Evidence]) -> Verdict:
    """An answer to a question after several, with further sentences that name others, where its own names but one."""
    asked = " ".join(question.split())
    if not (ASKS_SEVERAL.match(asked) and _ARE_SEVERAL.match(asked)) or not verdict.claims:
        return verdict
    first = verdict.claims[0].quotes[0]
    row = row_of_names(first)
    if any(name.rsplit(maxsplit=1)[-1] not in verdict.claims[0].text for name in row):  # a draft that names but one
        whole = replace(verdict.claims[0], text=as_told(first))
        verdict = replace(verdict, claims=(whole, *verdict.claims[1:]), short=", ".join(row))
    if len(row) > 1 and not _OTHERS.search(first.quote):
        return verdict
    best = next((e.score for e in scored if _is_same(e, first)), 0.0) or 1.0
    found = items_of(topic(question), [replace(e, score=min(e.score / best, 1.0)) for e in scored])
    if not any(_is_same(e, first) for e, _ in found):
        return verdict
    others = [e for e, _ in found if not _is_same(e, first) and e.score >= MIN_FURTHER]
    also = tuple(Claim(as_told(e), (replace(e, score=e.score * best),), e.score * best) for e in others[:MAX_FURTHER])
    return replace(verdict, claims=(verdict.claims[0], *also)) if also else verdict


def _is_same(e: Evidence, other: Evidence) -> bool:
    return (e.article.id, e.start) == (other.article.id, other.start)


def row_of_names(e: Evidence) -> list[str]:
    """The names of a row ('A, B and C') that holds what the reader takes, or of the only row where that is no name."""
    start, end = (e.span[0] - e.start, e.span[1] - e.start) if e.span else (0, 0)
    if titles := _titles(e.quote, start, end) or _row_of_things(e.quote, start, end):
        return titles[:MAX_ITEMS_OF_SENTENCE]
    rows = [row for row in _ROW.finditer(e.quote) if " and " in _ASIDES.sub("", row[0])]
    held = [row for row in rows if row.start() < end and start < row.end()]
    if not held and (again := " ".join(named_alone(e))):  # 'Ann Marsh and Bo Lind voted no. Marsh wanted ...'
        held = [row for row in rows if re.search(rf"\b{re.escape(again)}\b", row[0])]
    if not held and (len(rows) != 1 or named_alone(e)):
        return []
    return _parts((held or rows)[0])


def _parts(row: re.Match[str]) -> list[str]:
    found = [name.strip(" ,.") for name in re.split(r",? and (?:the )?|, ", _ASIDES.sub("", row[0]))]
    return [name for name in found if name][:MAX_ITEMS_OF_SENTENCE]


def longest_row(quote: str) -> list[str]:
    """The names or titles of the longest row of a sentence; none where there is no row."""
    rows = [row for row in _ROW.finditer(quote) if " and " in _ASIDES.sub("", row[0])]
    if rows:
        return _parts(max(rows, key=lambda row: len(row[0])))
    titles = [row[0] for row in _TITLES.finditer(quote)]
    return _named_titles(max(titles, key=len)) if titles else []


def named_first(quote: str) -> str:
    """The name with which a sentence begins, no quotation and no dateline; '' where it begins otherwise."""
    found = None if quote[:1] in ('"', "“") or _DATELINE.match(quote) else _FIRST.match(quote)
    return found[1] if found and content(found[1]) else ""


def _titles(quote: str, start: int, end: int) -> list[str]:
    """The titles of a row that holds ``quote[start:end]``, which the reader takes."""
    held = [row for row in _TITLES.finditer(quote) if row.start() < end and start < row.end()]
    return _named_titles(held[0][0]) if held else []


def _named_titles(row: str) -> list[str]:
    return [title.strip(" ,.") for title in re.findall(r"[“\"]([^“”\"\n]+)[”\"]", row)]


def _row_of_things(quote: str, start: int, end: int) -> list[str]:
    """What the reader takes where that is a row of things without names: 'buses, ambulances and fire engines'."""
    taken = quote[start:end].strip(" .;:")
    if ", " not in taken or not re.search(r",? and ", taken):
        return []
    before = quote[:start].split()
    if before and len(before) < MAX_WORDS_OF_ITEM and not re.search(r"[^\w -]", quote[:start]):
        taken = f"{' '.join(before)} {taken}"  # 'School' of 'School buses, ...' at the beginning of the sentence
    found = [item.strip() for item in re.split(r",? and (?:the )?|, ", taken)]
    return found if all(0 < len(item.split()) <= MAX_WORDS_OF_ITEM for item in found) else []


def going_on(scored: Sequence[Evidence]) -> list[Evidence]:
    """The sentences, best first, each that names several and goes on from the one before nearly as likely as that."""
    at = {(e.article.id, e.end): e for e in scored}

    def score(e: Evidence) -> float:
        before = at.get((e.article.id, len(e.article.body[: e.start].rstrip())))
        goes_on = before is not None and _GOES_ON.match(e.quote) and len(row_of_names(e)) > 1
        return max(e.score, OF_THE_ONE_BEFORE * before.score) if before and goes_on else e.score

    return sorted((replace(e, score=score(e)) for e in scored), key=lambda e: -e.score)


def _holds_span(row: Sequence[str], e: Evidence) -> bool:
    """Whether the reader takes one of a row of names."""
    return any(word in name for word in named_alone(e) for name in row)


def named_alone(e: Evidence) -> list[str]:
    """The reader's words, if they can name something; the whole name of which they are a part. At most one."""
    words = e.article.body[e.span[0] : e.span[1]].strip(' ,.;:“”"') if e.span else ""
    if re.fullmatch(r"[A-Z][\w’'-]+", words):
        whole = (name[0] for name in re.finditer(NAME, e.quote) if words in name[0].split())
        words = next(whole, words)
    if (line := _DATELINE.match(e.quote)) and words and words in line[0]:
        return []  # where it was written
    named = re.search(r"[A-Z]|\d", words) and not re.search(r"['’]s?$", words)  # 'Ann Marsh's' is of something else
    return [words] if named else []


def each_once(asked: set[str], found: Sequence[tuple[Evidence, list[str]]]) -> list[tuple[Evidence, list[str]]]:
    taken: list[set[str]] = []
    kept: list[tuple[Evidence, list[str]]] = []
    for e, items in found:
        new: list[str] = []
        for item in items:
            bag = set(content(item)) - asked
            if bag and not any(bag <= other or other <= bag for other in taken):
                taken.append(bag)
                new.append(item)
        if new:
            kept.append((e, new))
    return kept
