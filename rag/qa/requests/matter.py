"""What a request beyond a fact is about: its words without those that ask."""

from __future__ import annotations

import re

from rag.qa.requests.kinds import MAX_READ, SAID, RequestKind, without_courtesy
from rag.text.reading.wordings import worded
from rag.text.sentences import sentence_spans
from rag.text.tokens import content
from rag.types import Understood

_LEADING = re.compile(
    r"^(?:(?:many|much|cover(?:s|ed)?|(?:what|which|who|how|why|where|when)(?:['’]?s)?|list|enumerate|all|the|of|on|"
    r"about|with|in|from|for|to|is|are|was|were|has|have|had|did|does|do|s|me|us|a|an|and|been|changed?|happened|"
    r"happening|went|new|news|top|recent|latest|newest|most recent|summary|overview|recap|rundown|gist|highlights|"
    r"headlines?|stories|digest|summ?ari[sz]e|sum up|boil|brief|catch me up|bring me up to (?:speed|date)|walk me "
    r"through|fill me in|update me|tl;?dr|quick|short|full|complete|(?:key|main) points|points|names|bullet|trace|"
    r"track|put|evolution|chronology|timeline|(?:differs?|disagrees?|agrees?|differed|disagreed|agreed)|(?:two|"
    r"different|various|main)? ?versions|differences?|disagreements?|between|say|said|reports?|reported|write|it|"
    r"this|going|outlets|articles?|story|papers|newspapers|sources|accounts|coverage|different|various|tell|"
    r"everything|everyone|anything|there|any|more|give|i|you|we|need|want|know|should|up|so|else|step by step|show|"
    r"compare|contrast|explain|name|every|each|updates?|developments?|changes)\b[,:;’']* ?)+",
    re.I,
)
_TRAILING = re.compile(
    r"[ ,;.?]*\b(?:over time|over the (?:months|weeks|years?)|so far|in a nutshell|change|changed|evolve|evolved|"
    r"develop|developed|unfold|unfolded|progress|progressed|shift|shifted|differ|compare|timeline of|timeline|"
    r"according to (?:each|every|the)(?: of the)? (?:outlet|(?:news)?paper|source|report|article)s?|(?:does|do|did) "
    r"(?:each|every)(?: of the)? (?:outlet|(?:news)?paper|source|report|article)s? \w+|"
    r"recently|lately|step by step|side by side|all about|(?:the )?story|since then|since|and how|to me|(?:and "
    r")?fill me in|names|(?:list|name) (?:them )?all|in (?:\w+) (?:sentences?|words|lines))\s*$",
    re.I,
)
_OF = re.compile(r"\b(?:timeline|chronology|history|comparison|list|evolution|summary|overview) of\b", re.I)
_SIDES_ON = re.compile(
    r"\b(?:outlets|papers|newspapers|sources|accounts?|coverage|versions?|differ|disagree|differences? between "
    r".{3,80}|disagreements? between .{3,80}) (?:[\w ’']{0,40}? )??(?:on|about|over|of) (?P<what>.+)",
    re.I,
)
"""'How do the papers differ on the fare': what the sides speak of."""
_COVERED = re.compile(
    r"\b(?:outlets|papers|newspapers|media|press|sources) (?:cover|report)(?:ed|s)? (?P<what>.+)", re.I
)
_GLUED = re.compile(r"^“(?P<root>[^“”]+)”(?P<own>.*)$")
_SIDE_SAYS = re.compile(
    r"\b(?:(?:does|do|did|is|are|was|were|has|have) )?(?:the )?(?: +(?:and|or|versus|vs\.?|against|with|"
    r",)? *(?:the )? *)?"
    r"(?:both )?\b(?:give|say|report|have|put|state|claim|mention|print|name|write|count|agree|disagree|differ|"
    r"tell)s?\b"
    r"(?: the (?:same|different))?",
    re.I,
)
"""What is left of 'does the Post give' where the outlet's name is taken out."""
_OF_SIDES = re.compile(
    r"\b(?:according to|(?:the )?(?:account|report|version|story) of|that of|those of|compared? (?:to|with))(?: the)?"
    r"(?= *(?:[,;]|and\b|about\b|on\b|over\b|$))|\bthe same as(?: the)?(?= *$)",
    re.I,
)
_AND_THE_OTHER = re.compile(
    r"(?:[,; ]+the(?=[ ?]*$)|[,; ]+(?:and|but|versus|vs\.?|against|or|compared (?:with|to))[,]?(?: (?:how many|"
    r"how much|what|which|when|who|"
    r"where|that|those|the (?:one|figure)))?(?: (?:does|do|did|of|in|by))?(?: (?:the|it))?|,)[ ?]*$",
    re.I,
)
_OF_A_DAY = frozenset(
    content(
        "front page pages headline headlines news newspaper newspapers paper papers press edition day date then happen "
        "happened happening event events thing things story stories report reports make made morning evening all hello "
        "hi everyone please give show read world look like anything everything important main big top"
    )
)
"""What may stand beside the days of a request for all that was reported on them."""
_OF_A_REQUEST = _OF_A_DAY | frozenset(
    content(
        "tell told ask asked know want need whole entire briefly short brief list name names summary sum gist way time "
        "today now end start beginning begin idea please kindly thank line lines sentence sentences step missed miss "
        "abroad away holiday read heard hear remember grandson son daughter wife husband mother father friend colleague"
    )
)
"""Words that name nothing that a request is about."""
_ASIDE = re.compile(
    r"; +|, +(?=(?:my|i|i['’]m|we|you|could|can|would|please|from the|step by|all of (?:it|them)|w/|how did|how has|"
    r"just|nothing|in (?:short|brief|a few)|tell|give|keep|thanks?|ta|cheers)\b)",
    re.I,
)
MAX_ROUNDS = 4


def topic(question: str) -> str:
    """What a request beyond a fact is about; '' where nothing is left."""
    bare = " ".join(question.split()).strip(" ?!.,")
    said = re.match(SAID, bare, re.I)
    if said:
        return bare[said.end() :].strip()
    if glued := _GLUED.match(bare):  # a follow-up with the question that it goes on from
        return topic(glued["own"]) or topic(glued["root"])
    bare = without_courtesy(_main_part(bare))
    if way := worded(bare):
        bare = " and ".join(way.pair) if way.pair and not way.what else way.what
    sides = _COVERED.search(bare[:MAX_READ]) or _SIDES_ON.search(bare[:MAX_READ])
    bare = _OF.sub(" ", sides["what"] if sides else bare).strip()
    for _ in range(MAX_ROUNDS):
        shorter = _LEADING.sub("", _TRAILING.sub("", bare)).strip(" ,:.?")
        if shorter == bare:
            break
        bare = shorter
    bare = re.sub(r"^(?:the|a|an) ", "", bare, flags=re.I)
    return bare if re.search(r"[^\W\d_]{2}", bare) else ""


def _main_part(bare: str) -> str:
    """The sentence of a request that names most, and of it what stands before an aside: 'I was abroad and missed the
    strike at Brightwater. Tell me the whole of it, please', 'the cheeses that were recalled, my fridge is full'."""
    if len(bare) > MAX_READ:
        return bare

    def named(part: str) -> int:
        return len(set(content(part)) - _OF_A_REQUEST)

    sentences = [bare[start:end] for start, end in sentence_spans(bare)]
    parts = [head if named(head := _ASIDE.split(sentence)[0]) else sentence for sentence in sentences]
    if parts == [bare] or not parts:
        return bare
    return max(parts, key=named).strip(" ,;:.?!-–—")


def matter(kind: RequestKind, understood: Understood) -> str:
    """The topic of a request; of news and summaries without the days of reporting and the outlets that it names."""
    about = topic(understood.question)
    if not about or kind not in ("latest", "summary", "comparison"):
        return about
    rest = about
    for words, _ in understood.notes:
        # of 'news from 5 June on' the 'from' may be gone with 'news'
        said = re.sub(r"^(from|in|on|of)\\ ", r"(?:\1 )?", re.escape(words), flags=re.I)
        rest = re.sub(rf"(?<!\w){said}(?:['’]s?)?(?!\w)", " ", rest, flags=re.I)
    if kind == "comparison" and len(understood.sources) > 1:
        rest = _OF_SIDES.sub(" ", _SIDE_SAYS.sub(" ", rest))
        for _ in range(MAX_ROUNDS):
            rest = _AND_THE_OTHER.sub("", rest)
        rest = re.sub(r"^[ ,]*(?:vs\.?|versus|against|or|higher|lower|larger|smaller)\b", " ", rest, flags=re.I)
    rest = topic(re.sub(r"\b(?:on|in|since|from|during|until|of|by|for|around)\s*$", "", rest.strip(), flags=re.I))
    if understood.publication and set(content(rest)) <= _OF_A_DAY:
        return ""
    return rest if rest or understood.publication else about
