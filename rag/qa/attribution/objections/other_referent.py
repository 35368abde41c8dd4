"""Whether a quote speaks of another person, time, place, office or part than the question asks about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.qa.attribution.clauses import NAME_RUN, clause_at
from rag.qa.attribution.dates import quote_days
from rag.qa.attribution.objections.endings import new_names
from rag.qa.attribution.subjects import meant_in
from rag.text.entities import question_names
from rag.text.lexicon import TITLES
from rag.text.quantities import Quantity, quantities
from rag.text.tokens import among, content
from rag.types import Evidence, day

_NO_FIRST = frozenset(TITLES.replace(" ", "|").split("|")) | frozenset(
    "Captain Councillor Councilman Councilwoman Inspector Father Sister Brother The A An In On At For By But And When "
    "While As After".split()
)


_OF_A_PEOPLE = re.compile(r"(?:American|African|European|Asian|Australian|Canadian|Indian|British|Briton)s?$")


def namesake(question: str, quote: str, body: str, start: int) -> str | None:
    """The other bearer of a surname: the question names 'Robert Shaw', and the quote is about Mary Shaw.

    ``body`` is the article's text, in which the quote begins at ``start``.
    """
    for name in question_names(question):
        words = name.split()
        while len(words) > 2 and words[0].rstrip(".") in _NO_FIRST:
            words = words[1:]
        if len(words) != 2 or words[0] in _NO_FIRST or not words[1][:1].isupper():
            continue
        first, last = words
        if _OF_A_PEOPLE.search(last):
            continue  # 'Chinese American' is nobody's name
        if re.search(rf"\b{re.escape(first)} (?:[A-Z]\. )?{re.escape(last)}\b", quote):
            continue
        if not re.search(rf"\b{re.escape(last)}\b", quote):
            continue
        for text in (quote, body[:start]):
            found = re.findall(rf"([A-Z][\w’'-]+) (?:[A-Z]\. )?{re.escape(last)}\b", text)
            if bearers := [bearer for bearer in found if bearer not in _NO_FIRST]:
                if bearers[-1] != first:
                    return f"{bearers[-1]} {last}"
                break
    return None


_MOMENT = re.compile(
    r"\bwhen (?:he|she|it|they|(?:[A-Z][\w’'-]+ ?)+?) ?(?:\w+ly )?(?:was |were )?(?P<verb>[a-z]{3,})", re.M
)


def other_moment(question: str, claim: str) -> bool:
    """Whether it is asked how something was when one thing happened, and a claim says it of when another did: 31 'when
    he took over', asked how old he was when he died."""
    asked, said = _MOMENT.search(question), _MOMENT.search(claim)
    if not (asked and said) or question.strip().lower().startswith("when"):
        return False
    verbs = set(content(asked["verb"]))
    return not all(meant_in(t, verbs) for t in content(said["verb"]))


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LAST_ONE = re.compile(r"\blast (?:year|winter|summer|spring|autumn|fall|season)\b", re.I)
_YEAR_BEFORE = re.compile(
    r"\b(?:the (?:year|season) before|a year (?:ago|earlier)|the previous (?:year|season)|last year)\b", re.I
)


_THIS_YEAR = re.compile(r"\bthis (?:year|season|summer|winter|spring|autumn|fall)\b", re.I)


def other_period(question: str, said: Sequence[Quantity], quote: Evidence, shown: Sequence[Quantity]) -> bool:
    """Whether a year or a month is asked about, and the quote gives the answer of another one.

    Only the clause with the answer's value counts, where it has one; a quote without a time of its own has that of its
    article.
    """
    text, published = quote.quote, day(quote.article.published)
    years = {int(y) for y in _YEAR.findall(text)}
    if published and years and _LAST_ONE.search(question) and max(years) < published.year - 1:
        return True
    asked = [q.day for q in quantities(question) if q.day and (q.day.year or q.day.month)]
    told = {q.day.year for q in said if q.day and q.day.year}
    wanted_years = {d.year for d in asked if d.year}
    if told and wanted_years and not told & wanted_years and not question.strip().lower().startswith("when"):
        return True
    if len(asked) != 1 or any(q.day for q in said):
        return False
    [wanted] = asked
    of_this_year = published is not None and wanted.year == published.year and bool(_THIS_YEAR.search(text))
    if wanted.year and str(wanted.year) not in text and _YEAR_BEFORE.search(text) and not of_this_year:
        return published is None or wanted.year != published.year - 1
    held = [q for q in shown if any((q.value, q.kind) == (value.value, value.kind) for value in said)]
    if held:
        text = text[slice(*clause_at(text, held[0].start))]
    printed = [d for d in quote_days(text, quantities(text), published) if (d.year if wanted.year else d.month)]
    if wanted.year:
        return bool(printed) and all(d.year != wanted.year for d in printed) and str(wanted.year) not in quote.quote
    return bool(printed) and all(d.month != wanted.month for d in printed)


_ALONE = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Ff]rom) ((?:the )?[A-Z][\w’'-]+(?:(?:,| and|, and)? [A-Za-z][\w’'-]+){0,5}) alone\b"
)
_FIRST_PART = re.compile(
    r"\b(?:first|second|third|last|one|a|only a?) ?(?:piece|part|phase|stage|section|instalment|tranche) of\b", re.I
)
_HOLDER = re.compile(
    r"^(?:who|what) (?:is|was|are|were|became|has become|will be)(?: the| now| currently)* [\w’' -]{3,40}? "
    rf"(?:of|in|for|at) (?:the )?(?P<of>{NAME_RUN})",
    re.I,
)
_ROLE_ASKED = re.compile(
    r"\b(?:elected|named|appointed|chosen|made|picked|sworn in as|hired as|is the|became|is)(?: the| as| a| an| new)* "
    r"([a-z][a-z-]+)(?: of\b| in\b|\?|$)"
)
_AS_ROLE = re.compile(
    r"\b(?:as|to be|become|becomes|became) (?:its|their|the|a|an|his|her)? ?(?:new |next |first |interim |acting |"
    r"deputy )*([a-z][a-z-]+(?: [a-z-]+)?)"
)
_PLAIN = frozenset(content("county city town state north south east west new district province island university bank"))


def of_another_place(question: str, claim: str, quote: str) -> bool:
    """Whether the office asked about is that of one place, and the quote ties its bearer to another: 'Sheriff Hutchins
    of Bent County, whose deputies helped those of Teller County'."""
    asked = _HOLDER.match(question.strip())
    if not asked:
        return False
    of = {t for t in content(asked["of"]) if t not in _PLAIN}
    for name in new_names(question, claim):
        surname = re.escape(name.split()[-1])
        tie = re.search(rf"\b{surname},? (?:\d\d, )?(?:the )?(?:[a-z’'-]+ ){{0,3}}of (?:the )?({NAME_RUN})", quote)
        if tie and of and not any(among(t, of) for t in content(tie[1])):
            return True
    return False


def other_role(question: str, claim: str, quote: str) -> bool:
    """Whether one office is asked about, and the quote gives another: 'elected as its speaker' of a president."""
    asked, given = _ROLE_ASKED.search(question), _AS_ROLE.search(quote)
    if not asked or not given:
        return False
    role, there = set(content(asked[1])), set(content(quote))
    return bool(role & set(content(claim))) and not any(among(t, there) for t in role)


def part_only(question: str, claim: str, quote: str) -> bool:
    """Whether a quote gives a number of some places 'alone', and the claim gives it of more."""
    both = f"{question} {claim}"
    if _FIRST_PART.search(quote) and not _FIRST_PART.search(both):
        return True
    told = set(content(both))
    return any(not any(among(t, told) for t in content(m[1])) for m in _ALONE.finditer(quote))


_FAR_FROM = re.compile(
    r"\b(?:miles?|kilomet(?:re|er)s?|km|north|south|east|west|up|down|along|hours?|minutes?)\b[^,;.]{0,30}?"
    r"\b(?:from|of|beyond|past)\b (?:the )?$",
    re.I,
)


def only_beside(question: str, quote: str) -> bool:
    """Whether a quote has the place that is asked about only to say where another one is: '20 miles up the coast from
    Garrow Head'."""
    if re.match(r"how (?:far|long|close|near)\b", question.strip(), re.I):
        return False
    for name in question_names(question):
        starts = [m.start() for m in re.finditer(rf"\b{re.escape(name)}\b", quote)]
        if starts and all(_FAR_FROM.search(quote[:start]) for start in starts):
            return True
    return False


_FATE = (
    r"(?:(?:was|were|been|got) (?:also )?(?:killed|murdered|shot|executed|assassinated|injured|hurt|wounded|arrested|"
    r"detained|captured|kidnapped|abducted|taken|convicted|sentenced|jailed|released|freed|rescued|found|trapped|"
    r"buried|sacked|fired|dismissed|suspended|nominated|seen|photographed|pictured)|died|perished|drowned|"
    r"disappeared|vanished|fled|escaped|travell?ed|flew|sailed)"
)
_WITH_WHOM = re.compile(
    rf"(?:who|which\b[^?,]{{1,40}}?|how many\b[^?,]{{0,40}}?)(?: else)? (?:has |have |had )?{_FATE}\b[^?,]{{0,40}}?"
    rf"\b(?:with|alongside|beside) (?:the |a )?(?:[a-z]+ ){{0,2}}(?P<them>{NAME_RUN})"
)
_TOGETHER = re.compile(r"\b(?:alongside|together|both|the same|jointly|accompan\w+|as well as|side by side)\b", re.I)
_MANY = re.compile(r"\b(?:were|have been|had been|all|died|perished|drowned|three|two)\b", re.I)


def not_together(question: str, quote: str, before: str) -> bool:
    """Whether it is asked who was killed, arrested, found with somebody, and neither the quote nor the sentence
    ``before`` it says of two that it befell them together: 'Nasrallah's cousin was killed too, in October'."""
    asked = _WITH_WHOM.match(question.strip()[:1].lower() + question.strip()[1:])
    if not asked:
        return False
    surname = re.escape(asked["them"].split()[-1].removesuffix("’s").removesuffix("'s"))
    text = f"{before} {quote}"
    beside = re.search(rf"\bwith (?:[\w’'-]+ ){{0,5}}(?:{surname}|him|her|them|others?)\b", text)
    in_list = re.search(rf"\b{surname}\b(?!['’]s)", quote) and re.search(r"\band\b", quote) and _MANY.search(quote)
    return not (_TOGETHER.search(text) or beside or in_list)


_FAMILIES = tuple(
    tuple(re.compile(member) for member in family)
    for family in (
        (
            r"\bSenat(?:e|ors?)\b",
            r"\b(?:[Tt]he|U\.?S\.?|\d+) House\b(?! of (?:Lords|Commons))|"
            r"\bHouse (?:of Representatives|Republicans|Democrats)\b",
        ),
        (r"\bHouse of Lords\b|\bpeers\b", r"\bHouse of Commons\b|\bMPs\b"),
        (r"\b[Uu]pper [Hh]ouse\b", r"\b[Ll]ower [Hh]ouse\b"),
        (r"(?i:\b(?:men|male|boys)\b)", r"(?i:\b(?:women|female|girls)\b)"),
        (r"(?i:\bimport(?:s|ed|ing)?\b)", r"(?i:\bexport(?:s|ed|ing)?\b)"),
        (r"(?i:\bsingles\b)", r"(?i:\bdoubles\b)"),
        (r"(?i:\bwholesale\b)", r"(?i:\bretail\b)"),
        (r"(?i:\burban\b)", r"(?i:\brural\b)"),
        (r"(?i:\bindoor\b)", r"(?i:\boutdoor\b)"),
        (r"(?i:\bdomestic\b)", r"(?i:\binternational\b)"),
        (r"(?i:\badults?\b)", r"(?i:\bchild(?:ren)?\b)"),
        (r"(?i:\b(?:one[- ]way|single) (?:ticket|fare|trip|crossing))", r"(?i:\b(?:return|round[- ]trip)\b)"),
        (r"\bSummer (?:Olympic|Paralympic|Games)", r"\bWinter (?:Olympic|Paralympic|Games)"),
        (r"(?i:\bnorthbound\b)", r"(?i:\bsouthbound\b)"),
        (r"(?i:\beastbound\b)", r"(?i:\bwestbound\b)"),
        (r"(?i:\b(?:an?|per|each|every) hour\b|\bhourly\b)", r"(?i:\b(?:per|each|every) day\b|\bdaily\b)",
         r"(?i:\b(?:per|each|every) week\b|\bweekly\b)", r"(?i:\b(?:per|each|every) month\b|\bmonthly\b)",
         r"(?i:\b(?:per|each|every) year\b|\b(?:yearly|annual)\b)"),
    )
)  # fmt: skip
"""What comes in two or more of a kind, each with values of its own."""


def other_of_pair(question: str, quote: str, said: Sequence[Quantity], shown: Sequence[Quantity]) -> str | None:
    """The words for the other one of a kind, where a claim has a figure of the one asked about and a quote, or the
    clause of it that has this figure, speaks of the other alone: '39 House Republicans', asked about the Senate; an
    annual pass, asked about a monthly one. A name may be of both."""
    if not said:
        return None
    held = [q for q in shown if any((q.value, q.kind) == (value.value, value.kind) for value in said)]
    clause = quote[slice(*clause_at(quote, held[0].start))] if held else quote
    for family in _FAMILIES:
        asked = [member for member in family if member.search(question)]
        if len(asked) != 1:
            continue
        for text in (quote, clause):
            other = next((found for member in family if member not in asked and (found := member.search(text))), None)
            if other and not asked[0].search(text):
                return other[0]
    return None
