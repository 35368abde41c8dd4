"""What a question wants besides a fact, and of which time: the state now, what happened, or what was first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.qa.question.clock import asked_clock

RequestKind = Literal["fact", "summary", "list", "comparison", "change", "latest", "talk"]
Time = Literal["now", "then", "first"]


@dataclass(frozen=True, slots=True)
class Request:
    """``kind`` is 'fact' where one sentence can answer; ``time`` is that of the state asked about."""

    kind: RequestKind = "fact"
    time: Time = "then"


_TALK = re.compile(
    r"(?:(?:hi|hello|hey|hiya|howdy|yo|good (?:morning|afternoon|evening|day)|greetings|thanks?(?: you)?|thank you|thx|"
    r"cheers|ta|bye|goodbye|see you|ok(?:ay)?|cool|great|nice|perfect|got it|i see|wow|sorry|please|help)"
    r"(?:[ ,]+(?:there|all|everyone|again|very much|so much|a lot|for (?:that|your help|the help)|you|then|that helps|"
    r"that's (?:great|helpful|all)))*)+",
    re.I,
)
_ABOUT_US = re.compile(
    r"(?:what (?:can|do) you (?:do|know|offer|answer)|what are you(?: able to do)?|who (?:are|made) you|how (?:do|"
    r"can|does) (?:you|i|this|it) (?:work|use (?:this|it|you))|what is this|how does this (?:work|site work)|"
    r"can you help(?: me)?|what (?:can|should|could) i ask(?: you)?|what (?:kinds? of )?questions can i ask|are you "
    r"(?:an? )?(?:ai|bot|robot|human|person|there))",
    re.I,
)
_SAID = (
    r"what (?:did|does|has|do) (?P<who>.{2,60}?) (?:report|write|say|publish|reported|written|said|published) "
    r"(?:about|on) "
)
_KINDS: dict[RequestKind, str] = {
    "summary": r"^(?:please |can you |could you |would you )*(?:(?:give|write|show|send) (?:me |us )?(?:an? |"
    r"the )?(?:\w+ )?(?:summary|overview|recap|rundown|synopsis|briefing)|summari[sz]e|sum up|recap|brief me|"
    r"catch me up|bring me up to (?:speed|date)|tell me (?:all |everything |more )?about|explain (?:the|this) "
    r"(?:story|article)|tl;?dr|(?:a |the )?(?:short |brief |quick )?(?:summary|overview|recap) of)\b|"
    r"^(?:what|who) is (?:it|this(?: article| story)?|the (?:article|story)) about$|\bin a nutshell\b",
    "comparison": r"^(?:please |can you |could you )*(?:compare|contrast)\b|"
    r"\bhow do (?:the )?(?:\w+ )?(?:outlets|papers|newspapers|reports|accounts|sources|articles|media)\b.{0,30}"
    r"\b(?:differ|disagree|compare|cover)|\bwhat (?:do|did) (?:the )?(?:different |various |other )?(?:outlets|papers|"
    r"newspapers|sources|reports) (?:say|report|write|disagree)|\b(?:differences?|disagreements?) between\b.*"
    r"\b(?:reports?|accounts?|outlets|coverage|versions?)\b|"
    r"\bwhere do (?:the )?(?:outlets|papers|reports|accounts|sources) (?:differ|disagree)",
    "change": r"\b(?:over time|over the (?:months|weeks|years)|so far changed|timeline|chronology|step by step)\b|"
    r"^(?:what|which things?) (?:has |have |had )?changed\b|\bhow (?:has|have|did|does) .{2,80}\b(?:change|"
    r"changed|evolve|evolved|develop|developed|unfold|unfolded|progress(?:ed)?)$",
    "list": r"^(?:please |can you |could you )*(?:list|enumerate|name (?:all|every|each|the (?:\w+ ){0,4}\w+s\b)|"
    r"give (?:me |us )?(?:all|a list|the list)|show (?:me |us )?(?:all|a list)|make a list)\b",
    "latest": r"^(?:what(?:['’]s| is| are|s)? (?:the )?(?:latest|newest|most recent)(?: (?:news|developments?|updates?|"
    r"headlines|state of (?:play|affairs)))?(?: (?:on|about|with|from|in|for|regarding|of)\b|$)|"
    r"(?:the )?latest (?:news|updates?|on|about)\b|any (?:news|updates?|developments?)\b|(?:what(?:['’]s|"
    r" is) )?new[s]? (?:on|about|from|in|with)\b|what(?:['’]s| is) (?:happening|going on|new)\b|"
    r"what (?:has )?happened (?:in|on|during|last|this|since|today|yesterday|around|between|over) |what "
    rf"(?:has )?happened(?: recently| lately)?$|{_SAID})",
}
_FORMS = {kind: re.compile(form, re.I) for kind, form in _KINDS.items()}
_A_FACT = re.compile(
    r"^what(?:['’]s| is| are|s)? (?:the )?(?:latest|newest|most recent) (?!news\b|developments?\b|updates?\b)\w", re.I
)

_FIRST = re.compile(
    r"\b(?:at first|originally|initially|to begin with|at the outset|start(?:ed|s)? (?:out )?(?:with|at|from)|"
    r"begin with|began with|begun with|in the beginning|original|initial|(?<!the )first (?:going|meant|said|thought|"
    r"believed|planned|proposed|announced|reported|estimated|promised|put|blamed|expected|"
    r"given|told|suggested|quoted|scheduled|set|supposed|due|claimed|declared|named|asked|suspected|offered)|"
    r"first (?:estimate|plan|proposal|figure|guess|theory|version|date|price|report|offer|announcement)|before (?:it|"
    r"they|he|she|that|this) (?:was|were) (?:changed|cut|raised|corrected|lowered|reduced|revised|postponed|moved))\b",
    re.I,
)
_NOW_WORDS = re.compile(
    r"\b(?:now|currently|current|still|yet|today|at the moment|at present|these days|nowadays|so far|latest|newest|"
    r"most recent)\b",
    re.I,
)
_GROWS = re.compile(
    r"^how many\b.*\b(?:die[sd]?|dead|killed|deaths?|injured|hurt|wounded|missing|arrested|detained|evacuated|"
    r"displaced|infected|sickened|ill|"
    r"cases|homeless)\b|\b(?:in the end|in total|altogether|finally|eventually|all told)\b|\bdeath toll\b",
    re.I,
)
"""Counts that later reports raise: the last one is meant."""
_WILL = r"is|are|am|does|do|has|have|will|can|may|should|must|['’]s|['’]re|isn['’]t|aren['’]t|doesn['’]t|don['’]t"
_DID = r"was|were|did|had|wasn['’]t|weren['’]t|didn['’]t|hadn['’]t|could|would"
_AUX = re.compile(rf"(?:\b|(?<=\w))(?P<now>{_WILL})\b|\b(?P<then>{_DID})\b", re.I)
_HAPPENED = re.compile(
    r"(?:has|have|['’]ve) (?!had\b|to\b)(?:\w+ ){0,6}?(?:[a-z]{2,}ed|become|been [a-z]+(?:ed|en|t)|won|made|taken|"
    r"given|chosen|sold|bought|found|lost|sent|set|shut|cut|hit|died|broken|begun|gone|left|led|paid|put|said|seen|told|"
    r"written)\b",
    re.I,
)
_PRESENT = re.compile(
    r"^(?:who|what|which(?: \w+){1,3}) (?:(?:currently|now|still) )?(?!was\b|is\b|has\b|does\b)[a-z]+(?<!s)s\b"
    r"(?! (?:was|were|did|had)\b)",
    re.I,
)


def request(question: str) -> Request:
    """What ``question`` (one that stands alone) wants."""
    bare = " ".join(question.split()).strip(" ?!.,")
    if _TALK.fullmatch(bare) or _ABOUT_US.fullmatch(bare):
        return Request("talk")
    kind: RequestKind = next((k for k, form in _FORMS.items() if form.search(bare)), "fact")
    if kind == "latest" and _A_FACT.match(bare):
        kind = "fact"  # 'the latest death toll'
    if kind == "latest" and asked_clock(bare):
        kind = "fact"  # 'what happened in the assembly at 14:30'
    said = re.match(_SAID, bare, re.I)
    if kind == "latest" and said and (not _OUTLETS.search(said["who"]) or _ASKS.match(bare, said.end())):
        kind = "fact"  # what somebody said, or an outlet of 'how many acres', is one fact
    return Request(kind, _time(bare))


_ASKS = re.compile(r"(?:how|when|who|where|why|which|whether)\b", re.I)
_OUTLETS = re.compile(
    r"\b(?:the (?:articles?|papers?|newspapers?|outlets?|press|media|reports?)|(?:Post|Times|Dispatch|Gazette|Ledger|"
    r"Tribune|Courier|Echo|Radio|Wire|News|Herald|Journal|Guardian|Observer|Star|Mirror|Mail|Telegraph|Chronicle|"
    r"Reuters|BBC|CNN|AP|AFP|NPR))\b"
)


_LEADING = re.compile(
    r"^(?:please |can you |could you |would you )*(?:(?:what|which|who|how|why|where|when|list|all|the|of|on|about|"
    r"with|in|from|for|is|are|was|were|has|have|had|did|does|do|s|me|us|a|an|and|changed?|happened|happening|new|news|"
    r"latest|newest|most recent|summary|overview|"
    r"recap|rundown|difference|differences|between|say|said|report|reports|reported|write|it|this|going|outlets|"
    r"articles?|story|papers|sources|different|various|tell|everything|more|give|"
    r"show|compare|contrast|explain|name|every|each|any|updates?|developments?)\b[,:’']* ?)+",
    re.I,
)
_TRAILING = re.compile(
    r"\b(?:over time|over the (?:months|weeks|years)|so far|in a nutshell|change|changed|evolve|evolved|develop|"
    r"developed|unfold|unfolded|progress|progressed|differ|compare|timeline of|timeline|recently|lately)\s*$",
    re.I,
)


def topic(question: str) -> str:
    """What a request beyond a fact is about: its words without those that ask; '' where nothing is left."""
    bare = " ".join(question.split()).strip(" ?!.,")
    said = re.match(_SAID, bare, re.I)
    if said:
        return bare[said.end() :].strip()
    bare = re.sub(r"\b(?:timeline|chronology|history|comparison|list) of\b", " ", bare, flags=re.I)
    for pattern in (_TRAILING, _LEADING, _TRAILING):
        bare = pattern.sub("", bare).strip(" ,:")
    bare = re.sub(r"^(?:the|a|an) ", "", bare, flags=re.I)
    return bare if re.search(r"[^\W\d_]{2}", bare) else ""


def without_first(question: str) -> str:
    """A question without the words that ask for what was first: they are no words of the matter."""
    return _FIRST.sub(" ", question)


def _time(bare: str) -> Time:
    if _FIRST.search(bare):
        return "first"
    if _NOW_WORDS.search(bare) or _PRESENT.match(bare) or _GROWS.search(bare):
        return "now"
    found = _AUX.search(bare)  # 'has offered' happened, and stays so
    return "now" if found and found["now"] and not _HAPPENED.match(bare, found.start()) else "then"
