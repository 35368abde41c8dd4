"""A quote as a small language model is shown it: who 'he' is and which day 'Friday' was, in square brackets.

The characters of the quote stay as they are; what is unsure is not inserted, for a wrong name is worse than none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from rag.qa.full_sense import meant_nouns, question_before, row_of
from rag.text.entities import PARTICLES
from rag.text.lexicon import STOPWORDS, TITLES
from rag.text.reading.first_names import FIRST_NAMES, pronoun_of
from rag.text.sentences import sentence_spans
from rag.text.timex.insertion import find_days, in_speech
from rag.text.timex.names import FULL_MONTHS, MONTHS, WEEKDAYS
from rag.types import Evidence

REACH = 3
"""Sentences before a pronoun in which its name is looked for."""
MAX_QUOTE_LENGTH = 2000
"""Characters of a sentence; a longer one is a table or a list, into which nothing is inserted."""

_TITLE_BEFORE = re.compile(
    rf"\b(?:{TITLES}|coach|actor|actress|singer|quarterback|lawyer|attorney|spokesman|spokeswoman)\.? $"
)
_LEADING = re.compile(
    rf"^(?:(?:{TITLES}|Former|First|Then|Republican|Democrat|Democratic|U\.S|US|British|American|But|And|When|While|As|After|"
    r"Although|Because|Since|If|In|On|At|For|With|Like|According|Meanwhile|However|That|The|This|Even|Yet|So|Both|Unlike|"
    r"Actor|Singer|Star|Like|From|By|To|Or|Said|Says|Quarterback|Author|Director|Rapper|Photo|Photos|Watch|Read|Where)\.?\s+)+"
)
_W = r"[A-Z][\w’'-]*[a-z][\w-]*"
_RUN = re.compile(
    rf"(?<![\w’'-])(?:{_W}|(?:[A-Z]\.){{1,2}}(?= ?{_W}))"
    rf"(?:(?:(?<=\bSt)\.)? (?:[A-Z]\.(?:[A-Z]\.)?|(?:{PARTICLES}) (?=[A-Z])|{_W}))*"
    r"(?:,? [JS]r\.)?"
)
_NO_PERSON = frozenset(
    (
        "house street university center centre times post news bank group inc corp company party court department "
        "county city avenue park school college hospital airport stadium island islands beach river lake bay hills "
        "springs award awards day cup league foundation institute museum show hotel church act bill road station state "
        "states united club council committee union association agency office service services international world "
        "series game games army navy force police press magazine journal daily studios pictures entertainment records "
        "music airlines motors technologies systems media network festival theatre theater square garden tower bridge "
        "mountain valley forest coast north south east west york jersey hampshire mexico zealand angeles francisco "
        "diego antonio jose vegas orleans louis carolina dakota virginia korea africa america europe asia britain "
        "kingdom republic senate congress parliament academy ave line law open masters book library palace castle prize"
    ).split()
) | {*WEEKDAYS, *FULL_MONTHS}
_PERSON_AFTER = re.compile(
    r"(?:, (?:\d{1,2},|who\b|whose\b|the (?:\w+ ){0,3}(?:director|president|mother|father|son|daughter))| \(\d\d\))"
)
_SUFFIX = re.compile(r",? (?:[JS]r\.|I{2,3}|IV)$")
_COMPANY = re.compile(
    rf"\b({_W}(?: {_W})?)(?:['’]s (?:CEO|chief executive|shares|stock|revenue|customers)|,? (?:Inc|Corp|Ltd)\b"
    r"| (?:CEO|chief executive|shares|stock|spokes(?:person|man|woman))\b|, the (?:maker|owner|retailer|parent)\b)"
)

_OPENER = (
    r"(?:(?:And|But|Then|Still|So|Yet|Now|Later|Instead|However|Meanwhile|Also|Eventually|Afterward|Today),? "
    r"|(?:In|Since|By|On|At|During|After|Before|Last|Earlier|Later|Until|For) "
    r"(?!(?:\w+ )?(?:he|she|they|it)\b)[^,;“”\"():]{2,40}, )?"
)
_PRONOUN = re.compile(
    rf"{_OPENER}\b"
    r"(?P<word>[Hh]e|[Ss]he|[Tt]hey|[Ii]t|[Tt]he company|[Tt]he firm|[Tt]he (?P<age>\d\d)-year-old)(?![\w’'-])"
)
_OTHER_HUMAN = re.compile(
    r"\b(?:man|woman|boy|girl|suspect|driver|victim|father|mother|brother|sister|son|daughter|wife|husband|officer|"
    r"spokesman|spokeswoman|spokesperson|someone|player|child|baby|official|attorney|lawyer|judge|president|friend|"
    r"gunman|shooter|student|teacher|reporter|doctor|king|queen|prince|princess|pope|mayor|governor|coach|boss|pilot|"
    r"passenger|neighbor|employee|worker|candidate|actor|actress|singer|star|quarterback|rapper|manager|owner)\b",
    re.IGNORECASE,
)
_IT_SAYS = re.compile(
    r" (?:also |has |had |now )?(?:said|says|announced|plans|expects|employs|owns|operates|sells|reported|told|denied|"
    r"declined|warned|urged|accused|agreed|hopes|argued|apologized|acquired|recalled|hired|added that|noted)\b"
)
_PLURAL = re.compile(
    r"(?:The|These|Those) (?:\w+ )?(?P<noun>[a-z]{3,}[^s\W]s|police|men|women|people|children) "
    r"(?:are|were|have|had|will|said|say|found|also|did|do|can|could|would)\b"
)


class _Person:
    def __init__(self, name: str) -> None:
        self.name = name
        self.surname = _SUFFIX.sub("", name).split(" ")[-1]
        self.age: str | None = None
        self.sure = False  # that it is a person
        pronoun = pronoun_of(name)
        self.her: bool | None = None if pronoun is None else pronoun == "she"


class _Reading:
    """What an article says of its people and companies; made once and kept."""

    def __init__(self, body: str, language: str | None) -> None:
        self.body = body
        self.spans = sentence_spans(body, language)
        self.starts = [start for start, _ in self.spans]
        self.people = _people(body)
        companies = {n for n in _COMPANY.findall(body) if not n.endswith(("’s", "'s"))}
        self.companies: set[str] = companies - _DAYS - self.people.keys()

    def before(self, start: int) -> list[str]:
        """The up to ``REACH`` sentences that end before ``start``, nearest first."""
        i = bisect_left(self.starts, start)
        return [self.body[a:b] for a, b in reversed(self.spans[max(0, i - REACH) : i]) if b <= start]

    def mentions(self, text: str) -> list[tuple[int, int, _Person | None]]:
        """(start, end, person) of each run of capitals; None where it is no person that the article introduces."""
        return [
            (start, start + len(name), self.people.get(name) or self.people.get(_SUFFIX.sub("", name)))
            for start, name, _ in _runs(text)
        ]


def _runs(text: str) -> Iterator[tuple[int, str, int]]:
    """(start, words, end) of each run of capitals without what leads up to a name; the words have no possessive 's."""
    for match in _RUN.finditer(text):
        lead = _LEADING.match(match.group() + " ")
        start = match.start() + (lead.end() if lead else 0)
        if start < match.end():
            yield start, re.sub(r"['’]s?$", "", text[start : match.end()]), match.end()


def _people(body: str) -> dict[str, _Person]:
    """Full name, and surname where only one full name bears it -> person."""
    full: dict[str, _Person] = {}
    for start, shown, end in _runs(body):
        words = shown.split(" ")
        if len(words) > 2 and words[0].lower() not in FIRST_NAMES:  # 'Border Chief Ada Long', 'Affairs Ada Long'
            cut = next((i for i, w in enumerate(words[:-1]) if w.lower() in FIRST_NAMES), 0)
            words = words[cut:]
        if not 2 <= len(words) <= 5 or any(
            w.strip(".").lower() in _NO_PERSON or w.endswith(("’s", "'s")) for w in words
        ):
            continue
        name = " ".join(words)
        person = full.setdefault(name, _Person(name))
        after = body[end : end + 40]
        if told := re.match(r", (\d{1,2}),", after):
            person.age = told[1]
        titled = _TITLE_BEFORE.search(body[max(0, start - 20) : start])
        if titled or words[0].lower() in FIRST_NAMES or _PERSON_AFTER.match(after):
            person.sure = True
    out = {name: person for name, person in full.items() if person.sure}
    by_surname: dict[str, list[_Person]] = {}
    for person in full.values():  # the unsure ones too: they make a surname ambiguous
        by_surname.setdefault(person.surname, []).append(person)
    for surname, several in by_surname.items():
        firsts = {p.name.split(" ")[0] for p in several}
        known = [p for p in several if p.sure]
        if len(firsts) == 1 and known and len(surname) > 2 and surname not in out:
            out[surname] = min(known, key=lambda p: bool(_SUFFIX.search(p.name)))  # not the son, if both are there
    return out


_reading = lru_cache(maxsize=128)(_Reading)


def in_context(item: Evidence) -> str:
    """The quote, single-spaced, with its :func:`insertions` made; a row of a table in words."""
    if (row := row_of(item)) and row.header:
        return row.in_words()
    parts: list[str] = []
    done = 0
    for at, text in insertions(item):
        parts += (item.quote[done:at], text)
        done = at
    return " ".join("".join((*parts, item.quote[done:])).split())


def insertions(item: Evidence) -> list[tuple[int, str]]:
    """(offset in ``item.quote``, text such as ' [27 Sep 2024]') of all that the quote leaves to its article, in order.

    Taken out again they leave the quote as it was.
    """
    quote = item.quote
    if len(quote) > MAX_QUOTE_LENGTH:
        return []
    article = item.article
    line = max(article.body.rfind("\n\n", 0, item.start), item.start - MAX_QUOTE_LENGTH, 0)
    before = article.body[line : item.start]
    found = [(d.end, f" [{d.label}]") for d in find_days(quote, article.published, before)]
    reading = _reading(article.body, article.language)
    pronoun = None if in_speech(before) else _antecedent(reading, quote, item.start)
    if pronoun:
        found.append((pronoun[0], f" [{pronoun[1]}]"))
    found += [(at, f" [{name}]") for at, name in _full_names(reading, quote) if not pronoun or name != pronoun[1]]
    taken = {at for at, _ in found}
    found += [(r.end, f" [{r.meant}]") for r in meant_nouns(article, item.start, item.end) if r.end not in taken]
    if asked := question_before(article, item.start):
        found.append((0, f"[{asked}] "))
    return sorted(found)


_NO_NAME_BEFORE = re.compile(
    r"\b(?:[Tt]he|[Ii]n|[Aa]t|[Ff]rom|[Nn]ear|[Aa]n?|[Nn]orth|[Ss]outh) $|[-–/’'@#&]$|[A-Z]\w*\.? & $"
)
_NO_NAME_AFTER = re.compile(
    r"[-–/&@]| [A-Z&]| \([A-Z]{2}|, [A-Z][a-z]+\.?,|s\b| (?:family|administration|campaign|estate)\b"
)


def _full_names(reading: _Reading, quote: str) -> list[tuple[int, str]]:
    """(offset after a bare surname, the full name that the article has for it), once a name and two at most."""
    out: dict[str, int] = {}
    for start, end, person in reading.mentions(quote):
        if person is None or quote[start:end] != person.surname or person.name in quote:
            continue
        before, after = quote[max(0, start - 12) : start], quote[end : end + 12]
        if _NO_NAME_BEFORE.search(before) or _NO_NAME_AFTER.match(after):
            continue
        if start == 0 and re.search(rf"\b{re.escape(person.surname.lower())}\b", reading.body):
            continue  # a common word that begins the sentence
        out.setdefault(person.name, end)
    return [(end, name) for name, end in out.items()][:2]


def _antecedent(reading: _Reading, quote: str, start: int) -> tuple[int, str] | None:
    """(offset after the pronoun, whom it means) where a pronoun is the subject and has one reading."""
    match = _PRONOUN.match(quote)
    if not match:
        return None
    word, at = match["word"].lower(), match.end("word")
    opener = quote[1 : match.start("word")]
    if any(n not in _DAYS for n in re.findall(r"(?<= )[A-Z]\w+", opener)):
        return None
    sentences = reading.before(start)
    if word in ("he", "she") or match["age"]:
        name = _who(reading, quote, sentences, word, match["age"])
    elif word in ("the company", "the firm"):
        name = _company(reading, sentences)
    elif word == "it":
        name = _company(reading, sentences[:1]) if _IT_SAYS.match(quote, at) else None
    else:
        plural = _PLURAL.match(sentences[0]) if sentences else None
        name = "the " + plural[0][: plural.end("noun")].split(" ", 1)[1] if plural else None
    return (at, name) if name and name not in quote else None


_DAYS = frozenset(name.title() for name in (*WEEKDAYS, *MONTHS))


def _who(reading: _Reading, quote: str, sentences: list[str], word: str, age: str | None) -> str | None:
    if age:
        aged = {p.name: p for p in reading.people.values() if p.age == age}
        return next(iter(aged)) if len(aged) == 1 else None
    her = word == "she"
    for sentence in sentences:
        said = reading.mentions(sentence)
        people = list(dict.fromkeys(p for _, _, p in said if p))
        if not people:
            # Only a sentence that goes on about the same one is passed over: 'She ...', or words of a speaker.
            same = sentence.startswith("She " if her else "He ") or sentence[0] in '“"'
            if same and not _OTHER_HUMAN.search(sentence) and all(a == 0 or sentence[a:b] in _DAYS for a, b, _ in said):
                continue
            return None
        fitting = [p for p in people if p.her is None or p.her == her]
        if len(fitting) != 1:
            return None
        person = fitting[0]
        start, end = next((a, b) for a, b, p in said if p is person)
        reach = len(sentence) if re.match(r"(?:When|As|After|While|If|Before|Although|Though)\b", sentence) else 25
        others = any(
            p is None and a < reach and b > start + 1 and a != start and sentence[a:b] not in _DAYS for a, b, p in said
        )
        head, shown = sentence[:start], re.escape(sentence[start:end])
        subject = start <= 60 and not _NO_SUBJECT.search(head) and not others
        tagged = re.search(
            rf"{shown}(?:,[^,“”\"]{{1,60}},)? (?:said|says|told|added|wrote|tweeted)\b"
            rf"|\b(?:said|says|added) (?:[\w.]+ ){{0,5}}{shown}",
            sentence,
        )
        if not (subject or tagged) or sentence[end : end + 2] in ("’s", "'s") or person.surname in quote:
            return None
        if person.her is None and (_HIM if her else _HERS).search(" ".join((quote, *sentences))):
            return None
        return person.name
    return None


_HIM, _HERS = re.compile(r"\b(?:he|him|his)\b", re.IGNORECASE), re.compile(r"\b(?:she|her|hers)\b", re.IGNORECASE)
_NO_SUBJECT = re.compile(
    r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ww]e|I|[Ii]t|who|which|whose|told|asked|met|saw|of|by|with|for|against|about|between|from|"
    r"and|to|is|was|are|were|had|has|[a-z]+ed)\b[^,]*$|[“\"]"
)


def _company(reading: _Reading, sentences: list[str]) -> str | None:
    """The one company that the sentences speak of, if it is a subject there."""
    named = {n for s in sentences for n in reading.companies if n in s}
    if len(named) != 1:
        return None
    name: str = named.pop()
    opening = next((sentences[0][a:b] for a, b, _ in reading.mentions(sentences[0]) if a == 0), name)
    if opening != name and opening.lower() not in STOPWORDS:
        return None  # another one has the word
    if len(reading.companies) == 1:
        return name
    return name if any(re.match(rf"(?:\w+,? )?{re.escape(name)}(?: |['’]s )", s) for s in sentences) else None
