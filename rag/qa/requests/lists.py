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
MAX_ITEMS_OF_SENTENCE = 8
MAX_FURTHER = 3
"""Sentences that name others beside the one that answers."""
MIN_FURTHER = 0.3
"""Of the score of the one that answers, what they must have."""
_OTHERS = re.compile(r"\b(?:others?|also|besides|among them)\b", re.I)
"""A row that such a word shows to be a part: 'The other candidates are ...'."""

_NAME = r"[A-Z][\w’'.-]+(?: (?:(?:of|the|de|van|al|&) )?[A-Z][\w’'.-]+)*"
_ASIDE = r"(?:, (?:an?|the|who|whose|aged|\d+)\b[^,.;:]{1,60})?"
_ROW = re.compile(rf"{_NAME}{_ASIDE}(?:(?:, and |, | and )(?:the )?{_NAME}{_ASIDE}){{1,9}}")
_LISTS = re.compile(rf"\b(?:consists? of|includes?|included|are|were|comprises?|namely|takes? in)(?: also)?:? {_NAME}")
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
    r" (?:of|for|in|that|who|which|from|on|at|with|to|about|by|were|was|are|is|given|stolen|made|taken|[a-z]{2,}ed)\b"
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
        span = [item for item in _span(e) if amounts or not re.match(r"\W?\d", item)]
        if row and listing and (e.quote.startswith(row[0]) or not (_LISTS.search(e.quote) or _holds_span(row, e))):
            continue  # who does something or what else has two names, beside a sentence that says who they are
        if row and words & asked and e.score >= MIN_SURE_ITEM:
            sure.append((e, row))
        elif span and things and things <= words and e.score >= MIN_NAMED_ITEM:
            sure.append((e, row or span))
        elif e.score >= MIN_ITEM and (row or span):
            others.append((e, row or span))
    first = _each_once(asked, sure)
    return first if sum(len(items) for _, items in first) > 1 else _each_once(asked, [*sure, *others])


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
    rows = [row for row in _ROW.finditer(e.quote) if " and " in _ASIDES.sub("", row[0])]
    start, end = (e.span[0] - e.start, e.span[1] - e.start) if e.span else (0, 0)
    held = [row for row in rows if row.start() < end and start < row.end()]
    if not held and (again := " ".join(_span(e))):  # 'Ann Marsh and Bo Lind voted no. Marsh wanted ...'
        held = [row for row in rows if re.search(rf"\b{re.escape(again)}\b", row[0])]
    if not held and (len(rows) != 1 or _span(e)):
        return []
    row = _ASIDES.sub("", (held or rows)[0][0])
    found = [name.strip(" ,.") for name in re.split(r",? and (?:the )?|, ", row)]
    return [name for name in found if name][:MAX_ITEMS_OF_SENTENCE]


def _holds_span(row: Sequence[str], e: Evidence) -> bool:
    """Whether the reader takes one of a row of names."""
    return any(word in name for word in _span(e) for name in row)


def _span(e: Evidence) -> list[str]:
    """The reader's words, if they can name something; the whole name of which they are a part."""
    words = e.article.body[e.span[0] : e.span[1]].strip(' ,.;:“”"') if e.span else ""
    if re.fullmatch(r"[A-Z][\w’'-]+", words):
        whole = (name[0] for name in re.finditer(_NAME, e.quote) if words in name[0].split())
        words = next(whole, words)
    if (line := _DATELINE.match(e.quote)) and words and words in line[0]:
        return []  # where it was written
    named = re.search(r"[A-Z]|\d", words) and not re.search(r"['’]s?$", words)  # 'Ann Marsh's' is of something else
    return [words] if named else []


def _each_once(asked: set[str], found: Sequence[tuple[Evidence, list[str]]]) -> list[tuple[Evidence, list[str]]]:
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
