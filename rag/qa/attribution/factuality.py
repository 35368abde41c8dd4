"""Whether a quote states what a claim says, or denies it, only expects it, or reports it as false.

Event factuality (Saurí and Pustejovsky, 2009) as far as cue words and the word right after them tell. Where they do not
tell, nothing is in the way: a claim is never refused for want of a parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from rag.text.lexicon import STOPWORDS
from rag.text.tokens import placed

CueKind = Literal["not", "denied", "expected", "false"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that takes what follows out of the facts: ``heads`` are the forms of what it bears on first, ``scope`` is
    (start, end) of all that it may bear on."""

    kind: CueKind
    start: int
    end: int
    scope: tuple[int, int]
    heads: frozenset[str]


_PATTERNS: dict[CueKind, re.Pattern[str]] = {
    "not": re.compile(
        r"\b(?:not|never|no longer|nor|cannot|[a-z]+n['’]t|nobody|no one|none of|(?:refus|declin)(?:e|es|ed|ing) to|"
        r"fail(?:s|ed|ing)? to|rul(?:e|es|ed|ing) out|unable to|stop(?:s|ped)? short of|no)\b(?! (?:only|just|until|"
        r"doubt|least|matter|mention|surpris|necessarily)\b|\.? ?\d| (?:fewer|less|later|more|sooner|earlier) than)",
        re.I,
    ),
    "denied": re.compile(
        r"\b(?:den(?:y|ies|ied|ying)|(?:reject|dismiss|disput|refut)(?:s|es|ed|ing)? "
        r"(?=(?:\w+ ){0,2}(?:claim|report|allegation|accusation|suggestion|rumou?r|idea|assertion)s?\b))",
        re.I,
    ),
    "false": re.compile(
        r"\b(?:(?:false|wrong|incorrect|mistaken|erroneous)ly (?=claim|sa[iy]|stat|report|identif|suggest|attribut|"
        r"nam|accus|list|gav|announc|believ|assert|alleg|post)|(?:false|fake|bogus|misleading|baseless|unfounded|"
        r"fabricated|untrue|doctored) (?=(?:claim|report|rumou?r|stor(?:y|ies)|statement|allegation|accusation|"
        r"assertion|information|video|image|photo|post|narrative|theor)\w*\b)|(?:was|were|is|are|been|as) (?:false|"
        r"fake|bogus|baseless|unfounded|untrue|fabricated|debunked|retracted|a myth|a hoax|incorrect|wrong)\b|"
        r"no evidence|without evidence|debunk(?:s|ed|ing)?|hoax|myth that|conspiracy theor(?:y|ies)|misinformation|"
        r"disinformation|retract(?:s|ed|ing)?|misstated|misidentified|earlier versions?\b|previous versions?)\b",
        re.I,
    ),
    "expected": re.compile(
        r"\b(?:(?:expected|set|due|scheduled|poised|likely|projected|forecast|predicted|slated|planned|tipped|about|"
        r"hopes?|hoped|hoping|plans?|planning|aims?|aimed|intends?|intended|wants?|wanted|seeks?|vows?|vowed|pledges?|"
        r"pledged|promises?|promised|threatens?|threatened|offers?|offered|agreed|going|proposed?s?|proposal|allowed?|"
        r"ordered) to|could|might|would|should|will|predict(?:s|ed)?|forecasts?|expects?|propos(?:es?|ed|al))\b|"
        r"\bmay\b|[’']ll\b"
    ),
}
_FUTURE = re.compile(
    r"\b(?:will|would|could|might|should|expect\w*|plan(?:s|ned|ning)?\b|propos\w*|likely|upcoming|forecast\w*|"
    r"predict\w*|schedul\w*|potential\w*|going to|set to|due to|about to|aim\w*|pledg\w*|intend\w*|offer\w*|next|soon|"
    r"if|threat\w*)\b|\bmay\b",
    re.I,
)
_TOLD = re.compile(
    r"\b(?:claim|alleg|rumou?r|hoax|fals|fake|myth|debunk|retract|correct|misinform|conspirac|assert)", re.I
)
_TURN = re.compile(
    r";|[.!?]\s|,? (?:but|although|though|whereas|in fact|actually|in reality|however|instead)\b|"
    r", (?:saying|adding|and|while)\b|\b(?:it is|it was|the correct)\b",
    re.I,
)
_LEXICAL = re.compile(
    r"\b(?:except|without|instead|lack|only|stop|halt|suspend|cancel|ban|prohibit|end|block|avoid|prevent|abandon|drop|"
    r"scrap|reject|refus|declin|fail|unable|den[iy]|rul\w+ out|withdr|against|unlikely|few|barely|hardly)",
    re.I,
)
_VERB = re.compile(r"\b(?:is|are|was|were|be|been|has|have|had|did|does|do|will|would|can|could|[a-z]{2,}(?:ed|ing))\b")
_LIGHT = frozenset(
    "plan plans intend intention intentions want need expect expected agree decide allow allowed seek try able likely "
    "going mean believe think reason reports report claims claim allegations yet ever immediately currently fully also "
    "even actually officially publicly formally finally soon eventually have be been being get any".split()
)
_LIGHT_FORMS = frozenset(form for word in _LIGHT for form, _, _ in placed(word))
PAST = {
    past: base
    for base, forms in {
        "rise": "rose risen", "fall": "fell fallen", "win": "won", "lose": "lost", "become": "became",
        "begin": "began begun", "break": "broke broken", "grow": "grew grown", "leave": "left", "meet": "met",
        "pay": "paid", "sell": "sold", "buy": "bought", "send": "sent", "spend": "spent", "stand": "stood",
        "strike": "struck", "take": "took taken", "tell": "told", "go": "went gone", "give": "gave given",
        "hold": "held", "build": "built", "lead": "led", "flee": "fled", "shoot": "shot", "choose": "chose chosen",
        "see": "saw seen", "speak": "spoke spoken", "run": "ran", "make": "made", "keep": "kept", "say": "said",
        "find": "found", "get": "got", "drive": "drove driven", "fly": "flew", "write": "wrote written",
        "sign": "signed", "bring": "brought", "come": "came", "draw": "drew drawn", "fight": "fought",
        "steal": "stole stolen", "sink": "sank sunk", "shrink": "shrank", "sue": "sued", "freeze": "froze frozen",
    }.items()
    for past in forms.split()
}  # fmt: skip
"""Irregular past forms, and their verbs."""
_ALIKE = frozenset("cut hit put set shut cost quit spread beat bid split".split())
"""Verbs whose past looks like their present; past only after has, was and the like."""


def cues(text: str) -> list[Cue]:
    """The cues of a sentence, in order. Two denials in a row ('did not rule out') are none."""
    words = placed(text)
    found: list[Cue] = []
    for kind, pattern in _PATTERNS.items():
        for m in pattern.finditer(text):
            turn = _TURN.search(text, m.end())
            stop = turn.start() if turn else len(text)
            start = m.end()
            if kind == "false" and m.group()[-1] != " ":
                # 'the claim that ... was debunked' bears on what stands before it as well
                start = max((t.end() for t in _TURN.finditer(text, 0, m.start())), default=0)
            elif kind == "not" and re.search(r"\b(?:until|before|unless|without)\b", text[start:stop]):
                continue  # 'will not end until May' says that it ends in May
            found.append(Cue(kind, m.start(), m.end(), (start, stop), _heads(text, words, m.end(), stop)))
    found.sort(key=lambda c: (c.start, c.end))
    single: list[Cue] = []
    for cue in found:
        last = single[-1] if single else None
        if last and last.kind == "not" and cue.kind in ("not", "denied") and cue.start - last.end <= 12:
            if cue.start >= last.end and cue.heads != last.heads:
                single.pop()
            continue
        single.append(cue)
    return single


def _heads(text: str, words: list[tuple[str, int, int]], start: int, stop: int) -> frozenset[str]:
    """The first word with a meaning after a cue, before a comma; of light ones ('plan to close') the next one too."""
    heads: set[str] = set()
    for form, begin, end in words:
        if begin < start:
            continue
        if begin >= stop or "," in text[start:begin] or len(heads) == 4:
            break
        word = text[begin:end].lower()
        if word in ("say", "says", "said"):
            heads.add("say")  # 'did not say how many' denies nothing of what follows
            break
        if word in STOPWORDS or (word.endswith("ly") and len(word) > 4):
            continue
        heads.add(base(word, form))
        if word not in _LIGHT:
            break
    return frozenset(heads)


def base(word: str, form: str) -> str:
    """``form``, the comparable form of ``word``; of a past form that is irregular, that of the verb: 'won' is 'win'."""
    past = PAST.get(word.lower())
    return placed(past)[0][0] if past else form


def conflict(question: str, claim: str, quote: str) -> str | None:
    """Why ``quote`` does not state what ``claim`` says in answer to ``question``; None where nothing is in the way."""
    in_quote = cues(quote)
    whole = bool(_VERB.search(claim)) or any(w.lower() in PAST for w in re.findall(r"[A-Za-z]+", claim))
    stated = claim if whole else f"{question} {claim}"
    in_claim = cues(stated)
    if not in_quote and not in_claim:
        return None
    said = _forms(stated)
    kinds = {c.kind for c in in_claim}
    denied = {h for c in in_claim if c.kind in ("not", "denied") for h in c.heads}
    refuses = bool(re.match(r"no\b", claim.strip(), re.I))
    shown = _forms(quote)
    new = set(_forms(claim)) - set(_forms(question)) or set(said)
    for cue in in_quote:
        if cue.kind == "not" and not refuses:
            heads = {h for h in cue.heads if h in said and h not in denied}
            if heads and heads == set(cue.heads) - _LIGHT_FORMS and not _free(heads, shown, in_quote):
                return "the quote denies what the draft says"
        elif cue.kind == "denied" and not refuses and kinds.isdisjoint(("not", "denied")):
            bare = cue.heads and cue.heads <= said.keys() and not _free(cue.heads, shown, in_quote)
            if bare or _inside(new, shown, cue):
                return "the quote denies what the draft says"
        elif cue.kind == "false" and not refuses and not _TOLD.search(f"{question} {claim}"):
            if _inside(new, shown, cue) and "not" not in kinds:
                return "the quote calls false what the draft says"
        elif cue.kind == "expected" and "expected" not in kinds and not _FUTURE.search(question):
            heads = set(cue.heads) & set(_past(stated))
            if heads and not _free(heads, shown, in_quote):
                return "the quote only expects what the draft says has happened"
    if denied and not _LEXICAL.search(quote) and not any(c.kind != "expected" for c in in_quote):
        heads = denied & set(shown)
        if heads and heads == denied - _LIGHT_FORMS:
            return "the quote says the opposite of the draft"
    return None


def unsure(sentence: str, around: tuple[int, int]) -> CueKind | None:
    """The cue that what stands at ``around`` (start, end) of a sentence is under, if any."""
    for cue in cues(sentence):
        if cue.scope[0] <= around[0] and around[1] <= cue.scope[1]:
            return cue.kind
    return None


def _forms(text: str) -> dict[str, list[tuple[int, int]]]:
    """Where each word with a meaning stands, verbs in the past under their base."""
    found: dict[str, list[tuple[int, int]]] = {}
    for form, start, end in placed(text):
        word = text[start:end].lower()
        if word not in STOPWORDS:
            found.setdefault(base(word, form), []).append((start, end))
    return found


def _free(heads: Iterable[str], shown: dict[str, list[tuple[int, int]]], found: list[Cue]) -> bool:
    """Whether one of ``heads`` also stands where no cue bears on it."""
    return any(
        not any(c.end <= start and head in c.heads and start <= c.scope[1] for c in found)
        for head in heads
        for start, _ in shown.get(head, ())
    )


def _inside(new: set[str], shown: dict[str, list[tuple[int, int]]], cue: Cue) -> bool:
    """Whether most of what is ``new`` in a claim stands in a quote, and only under ``cue``."""
    there = [
        [cue.scope[0] <= s and e <= cue.scope[1] for s, e in spans] for form, spans in shown.items() if form in new
    ]
    telling = [under for under in there if all(under) or not any(under)]
    return bool(telling) and sum(map(all, telling)) >= 0.75 * len(telling)


def _past(text: str) -> Iterator[str]:
    """The bases of what a text says has happened."""
    did = False
    last = ""
    for form, start, end in placed(text):
        word = text[start:end].lower()
        if word == "did":
            did = True
        elif word in PAST or (
            (word.endswith("ed") and last not in ("be", "is", "are", "to"))
            or did
            or (word in _ALIKE and last in ("has", "have", "had", "was", "were"))
        ):
            yield base(word, form)
        last = word
