"""Whose word a sentence is: what the outlet says itself, or what somebody said to it, and who that is.

Quotation attribution by cue verbs and the phrase that is their subject (Pareti, "PARC 3.0: A Corpus of Attribution
Relations", LREC 2016, calls them cue and source), as far as patterns tell: no sentence is parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.text.entities import NAME_PATTERN, without_title
from rag.text.lexicon import STOPWORDS
from rag.text.reading.first_names import pronoun_of
from rag.text.sentences import sentence_spans
from rag.types import Article

_FINITE_VERB = r"\b(?:was|were|is|are|had|has|have|would|will|could|did|does|may|might|should|must)\b"
_SAYS = (
    r"(?:said|says|say|told|tells|added|adds|announced|announces|confirmed|confirms|claimed|claims|claim|argued|argues|"
    r"argue|insisted|insists|wrote|writes|tweeted|posted|warned|warns|warn|noted|notes|stated|states|reported|reports|"
    r"acknowledged|acknowledges|admitted|admits|denied|denies|deny|estimated|estimates|estimate|predicted|predicts|"
    r"explained|explains|commented|replied|suggested|suggests|testified|alleged|alleges|believes|believe|declared|"
    r"declares|concluded|concludes|recalled|recalls|remarked|asserted|asserts|contended|contends|disclosed|revealed|"
    r"reveals|conceded|concedes|maintained|maintains|complained|complains|promised|promises|vowed|vows|expects|hopes)"
)
_CUE = re.compile(rf"\b{_SAYS}\b")
_ACCORDING = re.compile(
    r"\b(?:according to|in the (?:words|view|opinion) of|in a statement (?:from|by)|as (?:told|"
    r"reported) by) (?P<who>[^,.;”\"]+)",
    re.IGNORECASE,
)
_NO_CUE_BEFORE = re.compile(
    r"\b(?:was|were|be|been|being|is|are|to|not|the|a|an|its|his|her|their|of|by|as|who had|or|and)\s$"
)
_PASSIVE = re.compile(r"\b(?:was|were|be|been|being|is|are)\s(?:\w+ly\s)?$")
_WEAK = frozenset(
    (
        "added adds announced announces believes claim claims complains conceded concedes concluded confirmed "
        "confirms declared declares estimate estimates expects hopes maintained maintains notes posted recalled "
        "recalls report reported reports revealed reveals states suggested suggests warn warns"
    ).split()
)
"""Cues that are nouns or tell of deeds too: they count where 'that' or a quotation follows, or a clause."""
_WHEN = r"(?: \w+day| on \w+(?: \d+)?| in [\w ]{2,30}| at [\w ]{2,30}| last \w+| late| early| also)*"
_THAT = re.compile(rf"{_WHEN},? (?:that\b|how\b|why\b|[“\"])")
_CLAUSE_AFTER = re.compile(
    rf"{_WHEN} (?!(?:was|were|is|are|had|has|have|would|will)\b)(?=[\w$£€])(?:[^,.;:]*?{_FINITE_VERB}|"
    rf"(?:it|them|the \w+) to\b)"
)
_PARENTHETIC = re.compile(r", (?:he|she|they|it|[A-Z][\w’'-]+) $")
_DATELINE = re.compile(r"^[A-Z][A-Z .,'’-]{2,30}(?:, [A-Z][\w.]+)?(?: \([^)]{2,30}\))? [—–-] ")
_LEADING = re.compile(
    r"^(?:(?:On|In|At|By|After|Before|During|Since|Last|Earlier|Later|Also|Meanwhile|However|But|And|"
    r"Still|Yet|Asked|For|With|Under)\b[^,]{0,60}, )+"
)
_CLAUSE = re.compile(r", (?:who|which|whose) [^;]{3,120},[”\"]?$")
_VERB = re.compile(
    r" (?:(?:was|were|is|are|had|has|have|would|will)\b|[a-z]{3,}(?:ed|es)\b|made|took|gave|went|came|saw|met|left|led)"
)
_PRONOUN = re.compile(r"(?:he|she|they|it|we|i)", re.IGNORECASE)
_SPLIT = re.compile(r"[,;:—–“”\"()]|\b(?:but|and|while|who|which|that|when|after|as|because|though|although|so)\b")
_PERSON = re.compile(
    r"(?!(?:He|She|It|They|We|The|A|An|His|Her|Its|Their|On|In|At|By|But|And)\b)[A-Z][\w’'.-]+"
    r"(?: (?:[A-Z]\.|(?:al|bin|da|de|del|der|di|la|le|van|von)(?= )|(?:[ae]l-)?[A-Z][\w’'-]+)){1,4}"
)
_NO_PERSON = re.compile(
    r"^(?:Port|Mount|Lake|Fort|Cape|New|North|South|East|West|San|Santa|Los|Las) |"
    r"\b(?:Street|Road|County|City|Hospital|Bank|Council|Company|Corp|Inc|Ltd|Bridge|River|University|School|Party|Court|"
    r"Authority|Department|Ministry|Agency|Association|Union|Group|Lines|Marine|Post|Times|Gazette|Ledger|Tribune|Wire|Police|"
    r"Airlines|Gallery|Cells|Creamery|House|Landscaping|Motors|Energy|Holdings|Partners|Technologies|Systems|Industries|Club|Committee|Office|Board|Commission|Force|Mutual|States|Nations|Kingdom|Brewery|Foundation|Institute|Service|Health)\b"
)
_FINITE = re.compile(_FINITE_VERB)
MAX_BEFORE = 6
"""Sentences before, in which a pronoun's or a quotation's speaker is looked for."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose word a sentence is. ``speaker`` is as the article writes it ('Louis Abenov', 'police'), '' where it is
    somebody whom the words leave open; None where the outlet says it itself."""

    speaker: str | None = None

    @property
    def attributed(self) -> bool:
        return self.speaker is not None


@lru_cache(maxsize=4096)
def voice(article: Article, start: int, end: int) -> Voice:
    """Whose word the sentence ``body[start:end]`` of an article is."""
    sentence = article.body[start:end]
    who = _speaker(sentence)
    if who is None and not _is_quotation(sentence):
        return Voice()
    if who and not _PRONOUN.fullmatch(who):
        return Voice(who)
    return Voice(_before(article, start, who or "") or "")


def _is_quotation(sentence: str) -> bool:
    """Whether a sentence is a quotation from its first word on, or all but its end."""
    return sentence[:1] in '“"' and (sentence.count("”") + sentence.count('"') == 0 or sentence.rstrip()[-1:] in '”"')


def _speaker(sentence: str) -> str | None:
    """The words for who says it, as the sentence has them; None where nobody does."""
    bare = _DATELINE.sub("", sentence)
    if found := _ACCORDING.search(bare):
        return _named(found["who"])
    outside = _unquoted(bare)
    if disagreed := re.search(r"(?P<who>[^,;:]{3,60}?)(?:, \d\d,)? [a-z]+ed: [“\"]", outside):
        return _named(disagreed["who"])
    for m in _CUE.finditer(outside):
        verb, before, after = m[0], outside[: m.start()], outside[m.end() :]
        if _PASSIVE.search(before) or _NO_CUE_BEFORE.search(before):
            continue
        if verb in _WEAK and not (_THAT.match(after) or _CLAUSE_AFTER.match(after) or _PARENTHETIC.search(before)):
            continue
        who = "" if _aside(before) or _CLAUSE.search(before) else _inverted(verb, before, after)
        who = who or _subject(before)
        if who := _named(who):
            return who
    return None


def _unquoted(text: str) -> str:
    """The sentence with what is quoted blanked out, at the same length: 'said' in a quotation is no cue."""
    return re.sub(r"“[^”]*”?|\"[^\"]*\"?", _blank, text)


def _blank(quoted: re.Match[str]) -> str:
    inner = quoted[0][1:-1]
    comma = "," if inner.endswith(",") else " " if inner else ""
    return quoted[0][0] + " " * (len(inner) - 1) + comma + quoted[0][-1] if len(quoted[0]) > 1 else quoted[0]


def _inverted(verb: str, before: str, after: str) -> str:
    """The speaker after the verb: '..., said Gwen Castellano, who ...'; '' where what follows is what was said."""
    if verb in ("told", "tells") or not re.search(r"[,”\"?!]\s?$", before):
        return ""
    first = _SPLIT.split(after.strip(), maxsplit=1)[0]
    if _FINITE.search(first) or re.match(r"(?:that|on|in|at|last|it|he|she|they|there|no)\b", first):
        return ""
    return first


def _aside(before: str) -> re.Match[str] | None:
    """'Abenov, the director,', 'Ekwall, 31,': a speaker and what is said of them."""
    found = re.search(
        r"(?:^|[,;:—–”\"] ?|\b(?:but|and|while) )(?P<who>[^,;:”\"]{2,60}), (?P<also>[^,;”\"]{1,90}),$", before.rstrip()
    )
    return None if found is None or re.match(r"(?:who|which|whose|said|says)\b", found["also"]) else found


def _subject(before: str) -> str:
    """The subject of a cue: what stands between the last clause's beginning and it; of 'Abenov, the director, said' the
    name before the comma."""
    bare = _LEADING.sub("", before).rstrip()
    bare = re.sub(r"^(?:On|Last|This|Late|Early) (?:on )?\w+day (?:\w+ )?(?=the |a |an |[A-Z])", "", bare)
    if clause := _CLAUSE.search(bare):
        bare = bare[: clause.start()] + ","
    bare = re.sub(r", (?:aged )?\d\d,?$", "", bare)
    if aside := _aside(bare):
        return aside["also"] if _is_person(aside["also"]) and not _is_person(aside["who"]) else aside["who"]
    bare = bare.rstrip(" ,")
    if re.search(r"\b(?:but|and)$", bare):  # 'The chancellor welcomed the decision but said'
        verb = _VERB.search(bare)
        bare = bare[: verb.start()].rstrip(" ,") if verb else ""
        if named := [part for part in bare.split(", ") if _is_person(part)]:
            return named[-1]
    parts = re.split(r"[,;:—–“”\"()]|\b(?:but|and|while|that|when|after|as|because|though|although)\b", bare)
    return next((part.strip() for part in reversed(parts) if part.strip()), "")


def _people(text: str) -> list[str]:
    """The persons whom a text names in full, without their titles."""
    found = [without_title(m[0]) for m in _PERSON.finditer(text)]
    return [name for name in found if " " in name and not _NO_PERSON.search(name)]


def _is_person(words: str) -> bool:
    return bool(_PERSON.fullmatch(words)) and not _NO_PERSON.search(words)


def _named(words: str) -> str:
    """The speaker in a noun phrase: a person's name in it, else the phrase; '' where it is no phrase for a speaker."""
    words = " ".join(words.split()).strip(" ,.;:’'“”\"")
    words = re.split(
        r" (?:who|which|that|on|in|at|during|after|before|last|yesterday|today|also|later|earlier|has|have|"
        r"had|then|himself|herself|now|would|could|will|did)\b",
        words,
        maxsplit=1,
    )[0]
    if not words or len(words.split()) > 12:
        return ""
    if _PRONOUN.fullmatch(words):
        return words
    if people := _people(words):
        return people[-1]
    return "" if words.lower() in STOPWORDS else without_title(words)


def _before(article: Article, start: int, pronoun: str) -> str:
    """Who was last named as speaking before ``start``, or as acting where nobody spoke: a person for 'he' or 'she', and
    no Peter for 'she'."""
    other = {"he": "she", "she": "he"}.get(pronoun.lower())
    spans = sentence_spans(article.body[:start], article.language)[-MAX_BEFORE:]
    personal = pronoun.lower() in ("he", "she", "")
    if pronoun.lower() == "they":  # 'the investigators say', before what one person did
        said = (_speaker(article.body[a:b]) for a, b in reversed(spans))
        if several := next((who for who in said if who and not _PRONOUN.fullmatch(who) and not _is_person(who)), ""):
            return several
    for a, b in reversed(spans):
        sentence = article.body[a:b]
        who = _speaker(sentence)
        if who and (_PRONOUN.fullmatch(who) or (other and pronoun_of(who) == other)):
            who = None
        if who and (not personal or (who[:1].isupper() and not _NO_PERSON.search(who))):
            return who
        people = _people(_DATELINE.sub("", sentence)) if personal else []
        if people := [name for name in people if not other or pronoun_of(name) != other]:
            return people[0]
        if not personal and (named := NAME_PATTERN.search(_DATELINE.sub("", sentence))):
            return named[0]
    return ""
