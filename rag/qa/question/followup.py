"""A question that leans on the conversation -> one that stands alone.

Words of the new question are put in the place of words of the old one, or a name in the place of a pronoun, only where
one reading is left; else what the old question is about follows the new one in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.qa.question.coreference import AUX, CALENDAR, PREP, WH, Note, conversation_names, name_for_pronoun, pointer
from rag.qa.question.request import request
from rag.qa.requests.kinds import KINDS_OF_ONE_FACT, kind_of
from rag.qa.requests.matter import topic
from rag.text.entities import NAME_PATTERN
from rag.text.timex.expressions import timexes
from rag.types import Message

_ANY_DAY = date(2020, 6, 15)

MAX_MESSAGES = 16
"""Messages of the history that are read, the newest ones."""
MAX_MESSAGE_LENGTH = 2_000
"""Characters of a message that are read: names stand at its beginning."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """``text`` stands alone. What ``root`` is about is added to the next one that does not; ``glued``: it was."""

    text: str
    root: str
    notes: tuple[Note, ...] = ()
    glued: bool = False


_MARKS = re.compile(r" ?\[\d{1,3}(?:, ?\d{1,3}){0,20}\]")

_GOES_ON = re.compile(r"^(?:and|but|or|so|ok|okay)\b,? ?", re.I)
_WHAT_ABOUT = re.compile(r"^(?:what|how) about ", re.I)
_FULL = re.compile(rf"^(?:{WH}|{AUX})\b", re.I)
_BARE = re.compile(
    r"^(?:why|when|where|who|how|what|which|since when|until when|for how long|how (?:much|many|long|often|so|come|"
    r"old|far)|by how much|how many times|who else|what else|where else|why not|when exactly|where exactly|which "
    r"ones?|who exactly|what for|who (?:said|says) so|what then|then|says who|really|according to whom)$",
    re.I,
)
_WHY = re.compile(r"^why$", re.I)
_OF_AN_EVENT = re.compile(rf"^(?:(?:when|where|why|how) )?({AUX}\b.*)$", re.I | re.S)
_IN_X = re.compile(rf"^({PREP}) ((?:the )?)(.{{1,80}})$", re.I | re.S)

_POINTS = re.compile(
    rf"(?:^|\b(?:{AUX}|{WH}|after|before|of|about|for|to|with|by|and|but|like|from|at) )(?:that|this|these|those)"
    rf"(?= ?$| {AUX}\b| (?:happen\w*|mean\w*|end\w*|start\w*|cost|come|came|work\w*|affect\w*|matter\w*|change\w*|"
    rf"take|took|decision|event|attack|deal|law|case|man|woman|person|place|country|company|city|number|figure|plan|"
    rf"one|ones|report|meeting|vote|game|storm|mission|election|statement|claim|time)\b)",
    re.I,
)
_ELSE = re.compile(
    r"\b(?:else|the same|the other(?: ones?)?|the latter|the former|(?:do|did|does|said|says|think) so|as well)\b ?$|"
    r"^(?:who|what|where) else\b|^the same\b|^since then\b|\bback then\b|\b(?:happened|happens) (?:then|next|after|"
    r"afterwards)\b",
    re.I,
)
_NEWS = re.compile(
    r"^what(?:['’]s| is| has| was)? (?:happen(?:ed|ing)|new|going on|the (?:latest|news))\b.{0,20}\b"
    r"(?:today|yesterday|week|weekend|month|news|latest|now|tonight)$",
    re.I,
)
_DEFINES = re.compile(r"^(?:what|who) (?:is|are|was|were) (?!the\b)[\w-]+(?<!ed)(?<!ing)$", re.I)


def resolve_followup(question: str, history: Sequence[Message]) -> Resolved:
    """The question made to stand alone with the turns before it; what stands alone is left as it is."""
    earlier: Resolved | None = None
    answer = ""
    for message in history[-MAX_MESSAGES:]:
        content = str(message.get("content") or "")[:MAX_MESSAGE_LENGTH]
        if not content.strip():
            continue
        if message.get("role") == "user" and request(content).way != "at once":
            earlier = _one(content, earlier, answer)
            answer = ""
        elif message.get("role") == "assistant":
            answer = " ".join(_MARKS.sub("", content).split())
    return _one(question, earlier, answer)


def _one(question: str, earlier: Resolved | None, answer: str) -> Resolved:
    if earlier is None or len(question) > MAX_MESSAGE_LENGTH or request(question).way == "at once":
        return Resolved(question, question)
    before = " ".join(earlier.text.split()) if not earlier.glued else earlier.root
    plain = " ".join(question.split())
    core = plain.rstrip("?!. ")
    rest = _GOES_ON.sub("", core)
    went_on, about = rest != core, bool(_WHAT_ABOUT.match(rest))
    full = _capital(rest)
    made = None if _BARE.match(rest) and not _WHY.match(rest) else _elliptic(rest, went_on, before)
    if made is None and not about and _FULL.match(full) and not _BARE.match(rest):
        made = None if _POINTS.search(full) else name_for_pronoun(full, before, answer)
        if made is None and not _leans(full):
            # 'And who leads Hamas?' is a question of its own
            text = f"{full}?" if went_on else question
            return Resolved(text, text)
    if made is None and not (went_on or about or _BARE.match(rest) or _leans(full)):
        return Resolved(question, question)
    if made is not None:
        text = made[0].rstrip(" ?") + "?"
        return Resolved(text, text, (made[1],))
    text = f"{_capital(rest)}? (about {_topic(before)})"
    return Resolved(text, before, ((question.strip()[:80], f"asked after: {before[:120]}"),), glued=True)


def _topic(before: str) -> str:
    """What the earlier question is about: 'the mayor of Ashcombe' of 'Who is the mayor of Ashcombe?'."""
    core = before.rstrip("?!. ")
    if kind_of(before) not in KINDS_OF_ONE_FACT and (wider := topic(before)):
        return wider  # 'ferry' of 'Compare what the outlets say about the ferry'
    found = _ASKING.match(core)
    bare = core[found.end() :].strip() if found else core
    if found and _DOES.search(found[0]) and re.search(r" [a-z]+$", bare) and len(bare.split()) > 2:
        bare = bare.rsplit(" ", 1)[0]  # 'the Syria mission' of 'When does the Syria mission end?'
    return bare or core


_DOES = re.compile(r"\b(?:does|do|did|will|would|can|could|should|may|might|must)\b", re.I)
_ASKING = re.compile(
    rf"^(?:(?:{PREP} )?{WH}(?: (?:much|many|long|far|old|often|big|large|high))?(?: (?!{AUX}\b|the\b|an?\b|"
    rf"of\b)[a-z]+){{0,2}}? {AUX}|{AUX}|{WH})\b ?",
    re.I,
)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _leans(core: str) -> bool:
    """Whether words point back at what was said, or there are too few of them to stand alone."""
    if _ELSE.search(core) or _POINTS.search(core) or pointer(core) is not None:
        return True
    if _NEWS.match(core):
        return False
    named = any(word[:1].isupper() for word in core.split()[1:])
    return len(core.split()) <= 4 and not named and not _DEFINES.match(core)


# -- 'And in Iraq?', 'What about the Fed?', 'Why?' ----------------------------------------------------------------


def _elliptic(core: str, went_on: bool, before: str) -> tuple[str, Note] | None:
    """The earlier question with one part exchanged; ``None`` where it is not that, or not safe."""
    about = _WHAT_ABOUT.match(core)
    piece = core[about.end() :] if about else core
    if not piece or len(piece) > 80:
        return None
    if _WHY.match(piece):
        return _why(before)
    if _FULL.match(piece) and not _WHAT_ABOUT.match(core):
        return None
    if not (about or went_on or re.match(rf"{PREP}\b", piece, re.I) or timexes(piece, _ANY_DAY)):
        return None
    when = _time_exchanged(piece, before)
    if when:
        return when
    prepared = _IN_X.match(piece)
    if prepared:
        rest = re.sub(r" ones?$", "", prepared[3])
        exchanged = _place_exchanged(prepared[1].lower(), prepared[2].lower(), rest, before)
        if exchanged is None and prepared[1].lower() in ("in", "at", "for") and not prepared[2]:
            exchanged = _name_exchanged(rest, before, keep_article=True)  # 'in Iraq' after 'the Syria mission'
        return exchanged or _like_exchanged(f"{prepared[2].lower()}{prepared[3]}", before)
    if not (about or went_on):
        return None
    return _name_exchanged(piece, before) or _like_exchanged(piece, before)


def _why(before: str) -> tuple[str, Note] | None:
    found = _OF_AN_EVENT.match(before)
    if not found:
        return None
    text = "Why " + found[1][:1].lower() + found[1][1:]
    return text, ("Why", text.rstrip("?") + "?")


def _time_exchanged(piece: str, before: str) -> tuple[str, Note] | None:
    found = timexes(piece, _ANY_DAY)
    if len(found) != 1:
        return None
    left = re.sub(rf"^(?:{PREP})(?: the)? ?$", "", piece[: found[0].start], flags=re.I)
    if left.strip() or piece[found[0].end :].strip():
        return None  # 'the flood in March' is no time alone
    new = piece if CALENDAR.match(piece.split(maxsplit=1)[0]) else piece[:1].lower() + piece[1:]
    old = timexes(before, _ANY_DAY)
    if len(old) > 1:
        return None
    if not old:
        if re.match(r"(?:when|how old)\b", before, re.I):
            return None
        return f"{before.rstrip('?!. ')} {new}", (piece, new)
    start, end = old[0].start, old[0].end
    if start == 0:
        return None
    leading = re.search(rf"\b(?:{PREP})(?: the)? $", before[max(0, start - 20) : start], re.I)
    has_prep = re.match(rf"{PREP}\b", new, re.I)
    if leading and (has_prep or re.match(r"(?:last|this|next|past|yesterday|today|tomorrow)\b", new, re.I)):
        start -= len(leading[0])
    if before[end : end + 1] in ("'", "’") or (before[:start].endswith("the ") and not leading):
        return None  # 'this year's final', 'the 2022 World Cup'
    if not leading and not has_prep and re.match(r"\d{4}$", new):
        new = f"in {new}"
    return f"{before[:start]}{new}{before[end:]}", (piece, f"in place of {before[start:end].strip()}")


def _place_exchanged(prep: str, article: str, rest: str, before: str) -> tuple[str, Note] | None:
    """'in Iraq' for 'in Syria': the only phrase of the earlier question that begins with the same word."""
    if not _only_a_name(rest):
        return None
    slots = [
        (m.start(), n.end())
        for m in re.finditer(rf"\b{prep} (?:the )?", before, re.I)
        if (n := NAME_PATTERN.match(before, m.end())) and not CALENDAR.match(n[0])
    ]
    if len(slots) != 1:
        return None
    start, end = slots[0]
    if before[end : end + 2] in ("'s", "’s") or (
        prep == "of" and re.match(r"[ -](?:the )?[a-z]+s\b", before[end : end + 20])
    ):
        return None
    old = before[start:end]
    text = f"{before[:start]}{old[: len(prep)]} {article}{rest}{before[end:]}"
    return text, (f"{prep} {article}{rest}", f"in place of {old}")


def _only_a_name(text: str) -> bool:
    return bool(NAME_PATTERN.fullmatch(re.sub(r"^(?:the|a|an) ", "", text, flags=re.I).rstrip(".")))


def _name_exchanged(piece: str, before: str, *, keep_article: bool = False) -> tuple[str, Note] | None:
    """'the Fed' for 'the Bank of England', where the earlier question holds one name that can stand there."""
    piece = piece[:1].lower() + piece[1:] if piece.lower().startswith("the ") else piece
    if not _only_a_name(piece):
        return None
    found = conversation_names(before)
    if len(found) > 1:  # in 'How many U.S. troops are in Syria' the first only says of what kind the troops are
        found = [n for n in found if not re.match(r" [a-z]+s\b(?! (?:in|at)\b$)", before[n.end() : n.end() + 30])]
    if len(found) != 1:
        return None
    start, end = found[0].span()
    the_old = before[:start].endswith(("the ", "The "))
    the_new = piece.startswith("the ")
    if the_new and not the_old and re.search(rf"\b{PREP} $", before[:start], re.I):
        return None  # 'mission in Syria', 'What about the UN?'
    if the_old and not keep_article:
        start -= 4
    if before[start:end].lower() == piece.lower():
        return None
    return f"{before[:start]}{piece}{before[end:]}", (piece, f"in place of {before[start:end]}")


_DETERMINER = r"(?:the|an?|its|his|her|their|our|my|your)"
_OF = r"(?:of|in|at|for|on|from|near|to|by|with)"
_LIKE = re.compile(
    rf"^{_DETERMINER} (?P<what>(?:(?!{PREP}\b|{AUX}\b)[\w’'-]+ ?){{1,4}}?)(?: (?P<prep>{_OF}) (?P<of>.+))?$", re.I
)
_OF_A_NOUN = r"(?:the |an? )?(?:[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*|[a-z][\w’'-]*)"


def _like_exchanged(piece: str, before: str) -> tuple[str, Note] | None:
    """'the port of Corran' for 'the port of Selby', 'the men's race' for 'the women's race': the one phrase of the
    earlier question with the same noun, or else with the same preposition before a name."""
    new = _LIKE.match(piece.strip())
    if not new:
        return None
    *_, noun = new["what"].split()
    own = rf"\b{_DETERMINER} (?:(?!{PREP}\b|{AUX}\b)[\w’'-]+ ){{0,3}}?{re.escape(noun)}\b"
    of = rf" {new['prep']} {_OF_A_NOUN}" if new["prep"] else ""
    found = [m.span() for m in re.finditer(own + of, before)]
    if not found and new["prep"] and _only_a_name(new["of"]):
        any_noun = rf"\b{_DETERMINER} (?:(?!{PREP}\b|{AUX}\b)[\w’'-]+ ){{1,3}}{new['prep']} (?:the )?(?=[A-Z])"
        heads = list(re.finditer(any_noun, before))
        found = [(m.start(), n.end()) for m in heads if (n := NAME_PATTERN.match(before, m.end()))]
    if len(found) != 1:
        return None
    [(start, end)] = found
    old = before[start:end]
    if old.lower() == piece.lower() or (not new["prep"] and " " not in new["what"].strip()):
        return None  # 'And the port?' names no other one
    piece = piece[:1].lower() + piece[1:]
    return f"{before[:start]}{piece}{before[end:]}", (piece, f"in place of {old}")
