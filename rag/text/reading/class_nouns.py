"""What 'the ship' or 'the works' means in an article: what an earlier sentence introduced by that noun, or by one of
the same class, with a name or with words of its own ('the tanker Halina', 'a paint works in Merrin').

Only where one reading is left: of two ships neither is 'the ship'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.text.sentences import sentence_spans
from rag.text.tokens import content

_CLASSES = """
ship boat vessel ferry tanker freighter trawler yacht liner barge cutter frigate submarine tug steamer
building tower skyscraper house hall mansion castle villa structure block high-rise
company firm business maker manufacturer chain retailer carmaker airline insurer producer publisher supplier operator
plant factory works mill refinery foundry smelter brewery shipyard facility
law act bill legislation statute ordinance
club team side
school college academy university institution
hospital clinic infirmary
plane aircraft jet airliner helicopter
train tram railcar locomotive
storm hurricane typhoon cyclone
film movie documentary
book novel
series show programme play musical
bridge viaduct crossing structure
museum gallery
hotel inn
church cathedral chapel mosque temple
prison jail
stadium arena
spacecraft probe satellite rocket capsule lander
vehicle car bus coach lorry truck
mountain peak volcano
newspaper paper daily
medicine drug vaccine treatment
quake earthquake tremor
tournament championship cup
festival fair
"""
_CLASS_OF: dict[str, frozenset[str]] = {}
for _line in _CLASSES.strip().splitlines():
    for _noun in _line.split():
        _CLASS_OF[_noun] = _CLASS_OF.get(_noun, frozenset()) | frozenset(_line.split())
_ORGANISATIONS = _CLASS_OF["company"]

_NAME = r"[A-Z][\w’'&.-]*(?: (?:of |de |van |von |the )?[A-Z][\w’'&.-]*)*"
_SMALL = (
    r"(?!(?:of|in|at|on|for|from|to|by|with|and|or|but|as|that|which|who|is|was|were|has|had|near|off)\b)[a-z][\w’'-]*"
)
_PLACE = rf"(?: (?:in|at|of|near|off|on) (?:the )?(?P<place>{_NAME}))"
_DEFINITE = re.compile(
    r"\b(?P<the>[Tt]he) (?P<noun>[a-z][a-z-]{2,})(?=['’]s\b|[ ,.;:)]|$)(?! (?:of|in|at|from|that|which|who|whose)\b| "
    r"[A-Z\d])"
)
_OPENS = re.compile(r"^[“\"‘'(]?(?:[A-Z][^,;“”\"]{2,40}, )?$")
_LEAD_SUBJECT = re.compile(rf"^(?P<name>{_NAME})(?:, [^,.;]{{3,80}},)? (?!and\b|or\b)[a-z]")
_PLACED_NAME = re.compile(r"\b(?:in|at|from|to|near|on|of|for|by|until|since|before|after|and)(?: the)? $|[“\"‘]$")
MAX_CHARACTERS = 20_000
"""Characters of an article that are read; what is longer is no news."""


@dataclass(frozen=True, slots=True)
class Referent:
    """What a class noun that ends at ``end`` of a sentence means: a name, or the words that introduced it."""

    end: int
    meant: str


def referents(title: str, body: str, start: int, end: int) -> tuple[Referent, ...]:
    """What the class nouns with 'the' in the sentence ``body[start:end]`` mean, where the article says it before."""
    if len(body) > MAX_CHARACTERS:
        return ()
    sentence = body[start:end]
    found: list[Referent] = []
    for m in _DEFINITE.finditer(sentence):
        noun = m["noun"]
        opens = _OPENS.match(sentence[: m.start()])
        if noun not in _CLASS_OF and (not opens or noun.endswith("s")):
            continue
        named = _one(title, body[:start] + sentence[: m.start()], noun)
        if named and named not in sentence:
            found.append(Referent(m.end("noun"), named))
    return tuple(found[:2])


def others(title: str, body: str, start: int, end: int) -> tuple[str, ...]:
    """The other things of the class of a sentence's own class noun that an article introduces: the trawler Magda, where
    'the freighter' is the Petrel."""
    sentence = body[start:end]
    found: list[str] = []
    for m in _DEFINITE.finditer(sentence):
        noun = m["noun"]
        if noun in _CLASS_OF and (mine := _one(title, body[:start] + sentence[: m.start()], noun)):
            known = set(content(mine))
            found += [n for n in _introduced(f"{title}\n\n{body}", _CLASS_OF[noun]) if not known & set(content(n))]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=256)
def of_class(question: str, title: str, body: str) -> tuple[str, ...]:
    """The things that an article introduces of the class that a question names: its hotels, asked about a hotel."""
    nouns = {word.lower() for word in re.findall(r"[^\W\d_]+", question)} & _CLASS_OF.keys()
    found = (_introduced(f"{title}\n\n{body}", frozenset({noun})) for noun in sorted(nouns))
    return tuple(dict.fromkeys(name for names in found for name in names))


@lru_cache(maxsize=512)
def _one(title: str, before: str, noun: str) -> str | None:
    """The one thing of that class that was introduced; None where there is none, or several."""
    nouns = _CLASS_OF.get(noun, frozenset()) | {noun}
    text = f"{title}\n\n{before}"
    same = _introduced(text, frozenset({noun}))
    found = same or _introduced(text, nouns)
    if not found and nouns & _ORGANISATIONS:
        spans = sentence_spans(before[:600])
        found = _lead_subject(before[spans[0][0] : spans[0][1]]) if spans else []
    merged: list[str] = []
    for one in sorted(dict.fromkeys(found), key=lambda name: -len(content(name))):
        words = set(content(one))
        if not any(words <= set(content(other)) for other in merged):
            merged.append(one)
    return merged[0] if len(merged) == 1 else None


def _lead_subject(sentence: str) -> list[str]:
    """The name with which the first sentence begins, if that has no other one than of places."""
    lead = _LEAD_SUBJECT.match(sentence)
    if not lead:
        return []
    rest = sentence[lead.end("name") :]
    strange = [m for m in re.finditer(_NAME, rest) if not _PLACED_NAME.search(rest[: m.start()])]
    return [] if strange else [lead["name"]]


def _introduced(text: str, nouns: frozenset[str]) -> list[str]:
    """How things of these classes were introduced in a text, in order."""
    found: list[tuple[int, str]] = []
    for pattern in _introductions(nouns):
        for m in pattern.finditer(text):
            g = m.groupdict()
            name = _OPENING.sub("", g["name"])
            whole = " ".join(filter(None, (name.rstrip("."), (g.get("place") or "").rstrip("."))))
            if name and content(name):
                found.append((m.start(), whole))
    return [name for _, name in sorted(found)]


_OPENING = re.compile(r"^(?:The|A|An|In|On|At|And|But|When|After) ")


@lru_cache(maxsize=1024)
def _introductions(nouns: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    words = "|".join(sorted(map(re.escape, nouns), key=len, reverse=True))
    any_case = "|".join(sorted((re.escape(n.title()) for n in nouns), key=len, reverse=True))
    patterns = (
        rf"\b(?P<noun>{words}) (?P<name>{_NAME})",  # the tanker Halina
        rf"(?P<name>{_NAME}) (?P<noun>{words})\b{_PLACE}?",  # the Meridian hotel in Carrow
        rf"(?P<name>(?:{_NAME} )(?:{any_case}))\b",  # the Lindqvist Tower
        rf"(?P<name>{_NAME}), (?:an?|the) (?:{_SMALL} ){{0,3}}(?P<noun>{words})\b",  # Vetch, a maker of clocks
        rf"\b(?:[Aa]n?|[Tt]he|[Ii]ts|[Tt]heir) (?P<name>(?:{_SMALL} "
        rf"){{0,3}}(?:{words}))\b{_PLACE}",  # a works in Merrin
        rf"\b(?:[Aa]n?) (?P<name>(?:{_SMALL} ){{1,3}}(?:{words}))\b(?! [A-Z])",  # a paint works
    )
    return tuple(map(re.compile, patterns))
