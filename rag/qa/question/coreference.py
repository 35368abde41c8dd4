"""Names in a conversation, and which of them a pronoun means: 'How old is he?' after 'Who leads Hezbollah?'.

A pronoun is given a name only where one reading is left.
"""

from __future__ import annotations

import re

from rag.text.entities import NAME_PATTERN
from rag.text.lexicon import TITLES
from rag.text.timex.names import FULL_MONTHS, WEEKDAYS, alternation

Note = tuple[str, str]
"""(The words, what was understood)."""

AUX = r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might|must)"
WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
PREP = r"(?:in|at|from|to|for|by|of|on|with|against|under|during|between|near|over|about|since|until|before|after)"
_BEGINNING = frozenset(
    (
        "who whom whose what which when where why how is are was were do does did has have had will would can could "
        "should may might must in on at the a an and but or so if it he she they this that these those there then for "
        "from with by to of as after before since until according about tell give name list please yes no also not "
        "during i between what's who's because its their his her under over another one two three some many most no "
        "however both while although"
    ).split()
)
_TITLE = re.compile(rf"^(?:{TITLES})\.? ")
_DATE_WORDS = alternation(name.title() for name in (*FULL_MONTHS, *WEEKDAYS))
_NO_PERSON = re.compile(
    r"\b(?:Bank|University|Party|Council|Court|House|Senate|Company|Corp|Inc|Ltd|Group|Union|United|Nations|Bridge|"
    r"River|Lake|Mount|Street|City|County|State|States|Kingdom|Republic|North|South|East|West|New|Agency|Department|"
    r"Ministry|Committee|Commission|Airlines?|Airways|Cup|League|Awards?|Prize|Museum|Park|Islands?|Sea|Ocean|Act|Games|"
    r"Federal|National|International|Institute|Association|Organi[sz]ation|World|Army|Force|Office|Times|News|Post|"
    rf"Journal|Marathon|School|College|Hospital|Station|Airport|Church|Festival|{_DATE_WORDS})\b|\d"
)
CALENDAR = re.compile(rf"^(?:{_DATE_WORDS})$")
_PERSON_WORD = re.compile(r"\b(he|him|his|she|her|hers)\b", re.I)
_THING_WORD = re.compile(r"\b(it|its|they|them|their|theirs)\b", re.I)
_THERE = re.compile(r"\bthere\b", re.I)
_EXISTS = re.compile(
    rf"\b(?:{AUX}|been|be) there\b(?! ?$)|^there\b|\bthere (?:is|are|was|were|has|have|be|been|will)\b", re.I
)
_A_THING = re.compile(rf"\b(?:which|what|a|an|each|every) (?!{AUX}\b)[a-z]+", re.I)
_EVENT_VERB = re.compile(r"^ (?:take|took|taken|happen|last|lasted|mean|start|begin|come about|go)\b", re.I)
_EMPTY_IT = re.compile(
    r"\b(?:is|was|will|does|did|has|would|could) it (?:be |been |ever |still |really )?(?:raining|snowing|rain\b|"
    r"snow\b|true|possible|legal|illegal|likely|unlikely|safe|too late|worth|ok|okay|fair|important|necessary|hard|"
    r"easy|difficult|normal|called|like to|that)\b|\bit (?:takes|costs|seems?|appears?|rains?|snows?|is|was|will be) |"
    r"\bit['’]s |\b(?:does|did|will|would) it (?:take|cost|mean|feel|matter|help|hurt)(?: \w+){0,4} (?:to|for|if|"
    r"that|when) |\b(?:what|which) (?:time|day|date|year) is it\b|\bmake it (?:to|into|through|illegal|possible)\b|"
    r"\bhow is it (?:that|possible)\b",
    re.I,
)
_FUNCTION = re.compile(
    rf"^(?:{AUX}|{PREP}|{WH}|and|or|but|than|as|into|not|so|now|again|that|today|then|this|last|next|too|ever|first|"
    r"still|already|also|really|exactly|yesterday)\b",
    re.I,
)
_PLACES = re.compile(r"\b(in|at|near|on|to|from) ((?:the )?)$", re.I)


def conversation_names(text: str) -> list[re.Match[str]]:
    """Names in ``text``: runs of capitalised words, without the word that a sentence begins with."""
    found: list[re.Match[str]] = []
    position = 0
    while match := NAME_PATTERN.search(text, position):
        first = match[0].split(" ", 1)[0]
        if first.lower().rstrip(".") in _BEGINNING or (len(first) == 1 and first != "X"):
            position = match.start() + len(first)
            continue
        position = match.end()
        if not CALENDAR.match(match[0]):
            found.append(match)
    return found


def pointer(core: str) -> tuple[re.Match[str], str] | None:
    """The first pronoun that points out of the question, and its kind; ``None`` where there is none."""
    for kind, pattern in (("person", _PERSON_WORD), ("thing", _THING_WORD), ("place", _THERE)):
        match = pattern.search(core)
        if match is None:
            continue
        if kind == "place" and _EXISTS.search(core):
            continue
        if kind == "thing" and match[1].lower() == "it" and _EMPTY_IT.search(core + " "):
            continue
        earlier = core[: match.start()]
        subject = re.search(rf"\b{AUX} $", earlier, re.I) and not re.search(
            r",| (?:and|but|when|after|that|because)\b", earlier
        )
        if conversation_names(earlier) or (kind != "place" and not subject and _A_THING.search(earlier)):
            continue  # it points at something within the question
        return match, kind
    return None


def name_for_pronoun(core: str, before: str, answer: str) -> tuple[str, Note] | None:
    """The question ``core`` with a name of the earlier question or its answer for the pronoun; ``None`` if unsure."""
    found = pointer(core)
    if found is None:
        return None
    match, kind = found
    word = match[1].lower() if kind != "place" else "there"
    if kind == "person":
        meant = _person(before, answer)
    elif kind == "thing":
        # 'How long did it take?' speaks of what happened, not of a thing
        event = word == "it" and _EVENT_VERB.match(core[match.end() :]) is not None
        meant = None if event else _thing(before, answer, plural=word.startswith("the"))
    else:
        meant = _place(before, answer)
    if not meant:
        return None
    after = core[match.end() :]
    if kind == "place":
        if re.search(r"\b(?:from|near|to|in|over|up) $", core[: match.start()], re.I):
            meant = meant.split(" ", 1)[1]
    elif word in ("his", "its", "their") or (word == "her" and after.strip() and not _FUNCTION.match(after.strip())):
        meant += "'s"
    elif word in ("hers", "theirs"):
        return None
    return f"{core[: match.start()]}{meant}{after}", (match[0], meant.removesuffix("'s"))


def _new_names(before: str, answer: str) -> list[str]:
    """Names of the answer's first sentence that the question did not hold, each once and at its longest."""
    first = re.split(r"(?<=[a-z0-9)\]])[.!?] ", answer[:600], maxsplit=1)[0]
    asked = {w for n in conversation_names(before) for w in n[0].lower().split()}
    found = dict.fromkeys(name[0].rstrip(".") for name in conversation_names(first))
    new = [name for name in found if not set(name.lower().split()) <= asked]
    return [n for n in new if not any(n != o and n in o.split() for o in new)]


def _like_a_person(name: str) -> bool:
    bare = _TITLE.sub("", name)
    least = 1 if bare != name else 2  # words
    return not _NO_PERSON.search(bare) and least <= len(bare.split()) <= 4 and not bare.isupper()


def _person(before: str, answer: str) -> str | None:
    new = [n for n in _new_names(before, answer) if _like_a_person(n)]
    asked = [n[0] for n in conversation_names(before) if _like_a_person(n[0])]
    who = re.match(r"whom?\b", before, re.I)
    if len(new) == 1 and (who or (not asked and re.match(r"(?:which|what)\b", before, re.I))):
        return new[0]
    if new and who:
        return None
    if asked:
        return asked[0] if len(set(asked)) == 1 else None
    singles = [
        n[0]
        for n in conversation_names(before)
        if " " not in n[0] and not n[0].isupper() and re.search(rf"\b(?:{AUX}) $", before[: n.start()], re.I)
    ]
    if len(new) == 1 and not singles:
        return new[0]
    return singles[0] if len(singles) == 1 and not new and not _NO_PERSON.search(singles[0]) else None


def _thing(before: str, answer: str, *, plural: bool) -> str | None:
    new = _new_names(before, answer)
    asked = conversation_names(before)
    if re.match(r"(?:which\b|who\b|what (?!(?:is|are|was|did|does|do|will|has|happened)\b))", before, re.I):
        if len(new) == 1 and not (_like_a_person(new[0]) and not plural):
            article = re.search(rf"\b[Tt]he {re.escape(new[0])}", answer)
            return f"the {new[0]}" if article else new[0]
        return None
    if len(asked) != 1:
        return None
    name = asked[0]
    if _like_a_person(name[0]) and not plural and _TITLE.match(name[0]):
        return None
    head, tail = before[: name.start()], before[name.end() :].rstrip("?!. ")
    if tail[:1] in ("'", "’", "-"):
        return None  # 'the Fed's rate': the rate or the Fed
    the = head.lower().endswith("the ")
    stem, full = (head[:-4], f"the {name[0]}") if the else (head, name[0])
    if re.search(rf"\b{PREP} $", stem, re.I):
        return _phrase(stem, full, tail)
    words, goes_on = tail.split(), _FUNCTION.match(tail.strip())
    if not re.search(rf"\b(?:{AUX}) $", stem, re.I):
        return None if words else full
    # 'will the Kestrel plant open': how far the name goes cannot be told
    known = goes_on or len(words) < 2 or _FUNCTION.match(" ".join(words[1:]))
    copula = re.search(r"\b(?:is|are|was|were) $", stem, re.I)
    described = copula and words and not goes_on and not words[0].endswith(("ed", "ing"))
    return full if known and not described else None


def _phrase(stem: str, name: str, tail: str) -> str | None:
    """'the coalition mission in Syria', where 'in Syria' follows a noun with its article in 'does the ... end'."""
    found = re.search(rf"\b{AUX} (the (?:[\w'’-]+ ){{1,5}}{PREP}) $", stem, re.I)
    words = tail.split()
    if not found or len(words) > 1 or re.search(rf" {AUX}\b| {PREP} .* {PREP}$", found[1], re.I):
        return None
    inner = found[1].split()[1:-1]
    if not words and len(inner) > 1 and inner[-1].endswith(("ed", "ing")):
        return None
    if not words and not re.search(r"\b(?:is|are|was|were) the\b", found[0], re.I):
        return None  # 'did the army strike in Syria': the last word is a verb
    return f"{found[1]} {name}"


def _place(before: str, answer: str) -> str | None:
    if re.match(r"(?:where|in (?:which|what)|which (?:city|country|town|state|village|place))\b", before, re.I):
        new = _new_names(before, answer)
        if len(new) == 1:
            return f"in {new[0]}"
        if new or before.lower().startswith("where"):
            return None
    slots = []
    for name in conversation_names(before):
        found = _PLACES.search(before[: name.start()])
        if found and before[name.end() : name.end() + 1] not in ("'", "’"):
            prep = "in" if found[1].lower() in ("to", "from") else found[1].lower()
            slots.append(f"{prep} {found[2].lower()}{name[0]}")
    if not slots:
        only = {n[0] for n in conversation_names(before) if not _like_a_person(n[0])}
        return f"in {only.pop()}" if len(only) == 1 else None  # 'the Syria mission'
    return slots[0] if len(set(slots)) == 1 else None
