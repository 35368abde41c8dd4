"""What a text says is over: a state, a result that was overturned, an event that was called off, a loss made good.

A quote may hold every word of a claim and say the opposite of it: "the mayor, Ann Marsh, resigned" holds "Ann Marsh is
the mayor". The cues are words; what they bear on is told by how near they stand to the name in question.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.qa.attribution.subjects import known_tokens
from rag.qa.question.request import Time
from rag.text.entities import names
from rag.text.tokens import among, content

_ADVERBS = (
    r"(?:(?:has|had|have|having|who|also|then|later|since|just|himself|herself|abruptly|[a-z]+ly|on \w+day),? ){0,4}"
)
_BE = r"(?:is|was|were|been|being|be|got|gets|are)"
_OUT_OF = r"(?:his|her|its|their|the) (?:[\w’'-]+ ){0,4}"
_LEFT = (
    r"(?:resign(?:s|ed|ing)?|quit(?:s|ting)?|step(?:s|ped|ping)? (?:down|aside)|st(?:an|oo)ds? down|retire[sd]?|died|"
    r"dies|fled|hand(?:s|ed) in (?:his|her|their) (?:[\w’'-]+ )?(?:badge|notice|resignation|gun|keys|whistle)|"
    r"conced(?:es|ed)|(?:has |have |had )?sold|hand(?:s|ed) over|bow(?:s|ed) out|left office|"
    rf"(?:left|leaves|lost|loses|vacate[sd]|relinquishe[sd]) {_OUT_OF}(?:post|job|office|role|seat|title|team|club|"
    r"company|party|presidency|chair|leadership|election|race|vote|bid|crown|command)|(?:will|is to|to|would) (?:leave|"
    rf"step down|stand down|retire|resign|be replaced|be succeeded)|{_BE} (?:[a-z]+ly )?(?:killed|assassinated|"
    r"murdered|shot dead|ousted|sacked|fired|dismissed|removed|replaced|succeeded|voted out|deposed|overthrown|"
    r"unseated|toppled|forced out|pushed out|let go|relieved of|found dead|beaten|defeated|stood down|suspended))\b"
)
_RESULT = (
    rf"(?:{_BE} (?:[a-z]+ly )?(?:disqualified|stripped|demoted|dethroned)|"
    rf"(?:lost|loses|forfeit(?:s|ed)?|surrendered|gave back|returned|was denied) {_OUT_OF}(?:title|win|victory|medal|"
    r"gold|crown|prize|award|place|championship|trophy)|(?:tested|failed) (?:positive|a (?:drug|doping) test))\b"
)
_DID_TO = (
    r"(?:kill(?:s|ed|ing(?: of)?)?|(?:death|murder|assassination|resignation|departure|ouster|removal|dismissal|"
    r"sacking|firing|retirement|exit|defeat|suspension) of|assassinat(?:ed|ing)|ousted|ousting(?: of)?|"
    r"sack(?:ed|s|ing)|fire[sd]|firing|dismiss(?:ed|es|ing)|remov(?:ed|es|ing)|unseat(?:ed|s|ing)|defeat(?:ed|s|ing)|"
    r"beat(?:s|ing)?|replac(?:ed|es|e|ing)|succeed(?:ed|s|ing)?|t(?:ake|akes|ook|aking|aken) (?:over|charge) from|"
    r"in place of|successor (?:to|of)|the reins from|fill the (?:seat|post) (?:of|left by)|vacated by)"
)
_DID_RESULT = (
    r"(?:disqualif(?:ied|ies|ying)|disqualification of|stripp?(?:ed|s|ing)|annul(?:led|s|ling)? the (?:win|victory) of)"
)
_GAP = r"(?:(?!(?:by|before|after|when|while|and|but|as|that|with|from)\b)[\w’'.-]+,? ){0,7}"
_FORMER = r"(?i:former|ex-?|late|outgoing|ousted|deposed|departing|sacked|fallen|one-?time|slain|killed|dismissed)"
_HIS = (
    r"(?:['’]s?)? (?:sudden |surprise |early |own |shock )*(?:death|resignation|departure|killing|ouster|"
    r"successor|removal|exit|dismissal|defeat|assassination|replacement|retirement|term ended|sacking|firing)\b"
)
_HIS_RESULT = r"(?:['’]s?)? (?:disqualification|doping|positive test)\b"
_ENDS = re.compile(
    r"\b(?:resign|quit|step|st(?:an|oo)d\w* down|retir|die|dead|death|kill|assassinat|murder|oust|sack|fir(?:ed|ing)|"
    r"dismiss|remov|replac|succe|depos|overthr|unseat|former|ex-|late|outgoing|previous|predecessor|before|until|"
    r"used to|left|leav|lost|lose|depart|end|took over|takes over|hand\w* over|disqualif|strip|annul)",
    re.I,
)
"""A question or claim with such a word is itself about an end."""


@lru_cache(maxsize=4096)
def _patterns(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What ends an office, a life or a standing of the bearer of ``name``, and what overturns a result."""
    x = rf"(?<![\w’'-]){re.escape(name.rsplit(maxsplit=1)[-1].rstrip('.'))}(?![\w-])"
    aside = r"(?:, [^,;.]{1,90},)?,?"
    subject = rf"{x}(?:,? (?:aged )?\d\d,?)?{aside} {_ADVERBS}"
    end = re.compile(
        rf"{subject}{_LEFT}|\b{_DID_TO} {_GAP}{x}|\b{_FORMER}[ -]{_GAP}{x}|{x}{_HIS}|"
        rf"{x}, (?:the |an? )?(?:former|late|outgoing|then|ousted)\b|{x}{aside} (?:who )?(?:was|had been) "
        rf".{{0,40}}\b(?:until|before)\b|{x} (?:is|was|became|becomes) the (?:first|second|third|fourth|latest|only) "
        r".{0,60}\bto (?:resign|quit|step down|be (?:removed|ousted|sacked|killed|dismissed|voted out))"
    )
    overturn = re.compile(
        rf"{subject}{_RESULT}|\b{_DID_RESULT} {_GAP}{x}|{x}{_HIS_RESULT}|"
        rf"{x}['’]s? .{{0,40}}\b(?:was|were|been|is) (?:annulled|overturned|voided|cancelled|canceled|quashed|"
        r"thrown out|withdrawn|revoked|rescinded|disallowed|struck off|taken away)"
    )
    return end, overturn


def ended(name: str, text: str) -> bool:
    """Whether ``text`` says of the bearer of ``name`` that an office, a life or a standing has ended."""
    return bool(_patterns(name)[0].search(text))


def overturned(name: str, text: str) -> bool:
    """Whether ``text`` says that ``name`` lost a result: disqualified, stripped of a title."""
    return bool(_patterns(name)[1].search(text))


@lru_cache(maxsize=1024)
def new_names(question: str, claim: str) -> tuple[str, ...]:
    """The names of a claim that its question did not bring: those that answer. 'Hassan Nasrallah' is not new where
    'Nasrallah' is asked about."""
    asked = known_tokens(question, claim)
    fresh = [name for name in names(claim) if any(not among(t, asked) for t in content(name))]
    return tuple(re.sub(r"^(?:The|A|An) ", "", name) for name in fresh)


_STANDING = re.compile(
    r"\b(?:is|are|leads?|heads?|runs?|serves?|remains?|holds?|owns?|manages?|coaches|chairs?|captains?|has been)\b"
)
_WON = re.compile(
    r"\b(?:won|win(?:s|ner|ners|ning)?|champions?|title|gold|first (?:place|prize)|victor|beat|medal|prize|award)\b",
    re.I,
)
_OVERTURNS = re.compile(r"disqualif|stripp|annul|overturn|revok", re.I)
INSTALLED = re.compile(
    r"\b(?:(?:is|was|are|becomes?|became|as) (?:the|its|their|his|her) (?:new|next)|new (?:mayor|chief|leader|champion|"
    r"boss|head|president|chair\w*|director|coach|manager|minister|governor|captain|owner|winner|holder|premier)|"
    r"t(?:akes|ook|aking) (?:over|charge|office)|(?:was|were|been|be|is) (?:elected|named|appointed|chosen|picked|"
    r"promoted|installed|sworn in|confirmed as|declared (?:the )?winner)|(?:elected|named|names|appointed|appoints|"
    r"chose|chooses|picked|picks|hired|hires|promoted|swore in|swears in) [A-Z]|succeed(?:s|ed)|replac(?:es|ed)|"
    r"(?:title|gold|win|prize|crown|award|victory)[^.]{0,30}\b(?:goes|went|passes|passed|awarded) to|"
    r"moves? up|inherits?|wins? (?:the )?(?:race|election|vote))"
)
"""Cues of somebody new in an office or with a title."""
_OFF = re.compile(
    r"\b(?:call(?:s|ed|ing)? off|cancel(?:s|led|ed|ling|ing)?|scrap(?:s|ped|ping)?|shelv(?:e|es|ed|ing)|abandon(?:s|"
    r"ed|ing)?|avert(?:s|ed|ing)?|drop(?:s|ped|ping)? (?:the |its |his |her |their |a )?(?:plan|bid|case|charges?|"
    r"idea|project|lawsuit|strike|proposal)s?|withdr(?:aw|ew|awn|awing)|halt(?:s|ed|ing)?|suspend(?:s|ed|ing)?|"
    r"postpon(?:e|es|ed|ing)|put off|call-off|cancellation of|will not (?:now )?go ahead|won['’]t go ahead)\b",
    re.I,
)
_MOVED = re.compile(r"(?:postpon\w*|put off)[^;.]{0,80}?\b(?:until|to|till)\b", re.I)
_PAIRS: tuple[tuple[str, str], ...] = (
    (
        r"stolen|missing|taken|cut from|disappear\w*|vanish\w*|lost|snatched|looted|whereabouts|unaccounted",
        r"found|recovered|located|returned|turned up|retrieved|traced|handed back|reappeared|came home|"
        r"walked (?:in|into|out|back)|is safe|are safe|safe and (?:sound|well)|alive",
    ),
    (
        r"clos(?:e|es|ed|ing|ure)|shut(?:s|tered|ting)?",
        r"re-?open(?:s|ed|ing)?|open(?:s|ed|ing)? again|back open|handed back to|back in (?:use|service)|"
        r"resum(?:es?|ed)|restor(?:es?|ed)",
    ),
    (
        r"open(?:s|ed)?|running|operating|in service",
        r"clos(?:es|ed|ure)|shut (?:down|for good|its)|shuts|shuttered|ceased|out of service",
    ),
    (
        r"jailed|detained|in (?:prison|jail|custody)|held|hostage|captive|imprisoned|behind bars",
        r"freed|released|acquitted|escaped|let go|set free",
    ),
    (r"trapped|stranded|stuck", r"rescued|freed|brought (?:up|out|home|back)|reached safety|refloated"),
    (
        r"banned|ban|prohibited|forbidden|outlawed",
        r"lifted|ended|overturned|allowed again|struck down|legal again|reversed",
    ),
    (r"alive|surviv\w+", r"died|dead|death"),
    (r"alight|burning|spreading|out of control|rag(?:es|ing)", r"contained|put out|extinguished|under control|is out"),
)
"""A state, and what undoes it."""


def undone_state(question: str, claim: str, quote: str) -> bool:
    """Whether a claim tells of a state ('was stolen') that its own quote says is over ('has been found')."""
    for state, end in _PAIRS:
        said = re.search(rf"\b(?:{state})\b", claim, re.I)
        if not said or re.search(rf"\b(?:{end})\b", f"{question} {claim}", re.I):
            continue
        if (over := re.search(rf"\b(?:{end})\b", quote, re.I)) and not _denied(quote, over.start()):
            return True
    return False


def called_off(question: str, claim: str, quote: str) -> bool:
    """Whether ``quote`` says that what a claim tells as coming or done was called off."""
    both = f"{question} {claim}"
    if _OFF.search(both) or re.search(r"\b(?:not|never|no longer|off)\b", claim, re.I):
        return False
    said = set(content(claim))
    for cue in _OFF.finditer(quote):
        if _denied(quote, cue.start()):
            continue
        moved = _MOVED.match(quote, cue.start())
        if moved and said & set(content(quote[moved.end() : moved.end() + 60])):
            continue  # 'postponed until 5 May' says that it is on 5 May
        before, after = quote[: cue.start()], quote[cue.end() :]
        passive = re.search(r"\b(?:was|were|been|is|are|be|being|has|have)\s+(?:\w+ly )?$", before)
        subject = re.split(r"[;:—–]|\b(?:and|but|while|after)\b", before)[-1] if passive else ""
        [span, *_] = re.split(r"[;.]| (?:after|because|since|but|while|until) |, ", after, maxsplit=1)
        if said & set(content(f"{subject} {span}")):
            return True
    return False


_DENIES = re.compile(r"\b(?:not|never|yet to|n['’]t|no plans? to|refus\w+ to|nor|without being)\b[^,;.]{0,20}$", re.I)


def _denied(text: str, at: int) -> bool:
    return bool(_DENIES.search(text[:at]))


_RULED = r"(?:victory|win|election|result|title|vote|verdict|conviction|ruling|award|record)"
_VOID = re.compile(
    r"\b(?:annul(?:led|s)|overturn(?:ed|s)|void(?:ed|s)|quash(?:ed|es)|set aside|struck down|declared (?:null|void)|"
    rf"threw out|thrown out|nullified)\b[^.;]{{0,60}}\b{_RULED}\b|\b{_RULED}\b[^.;]{{0,50}}\b(?:annulled|overturned|"
    r"voided|quashed|set aside|struck down|void|nullified|thrown out)\b",
    re.I,
)
_HELD = re.compile(r"\b(?:won|win|winner|elected|election|victory|record|title|convicted|guilty|awarded)\b", re.I)
_ONCE = re.compile(
    r"\b(?:once|formerly|no longer|used to be|previously)(?:,| a| an| the)? ((?:[a-z]+ly )?[a-z-]{4,})\b"
)


def once_so(claim: str, quote: str) -> bool:
    """Whether a quote says that something was so once, of which a claim says that it is: 'once endangered'."""
    if _ONCE.search(claim):
        return False
    said = set(content(claim))
    return any(content(m[1])[-1:] and content(m[1])[-1] in said for m in _ONCE.finditer(quote))


def over(question: str, claim: str, text: str, time: Time) -> str | None:
    """Why a sentence ends what a claim says, whether it is the claim's own quote or one of a later report."""
    both, now, named = f"{question} {claim}", time == "now", new_names(question, claim)
    won = _WON.search(question)
    if (now or (won and _STANDING.search(claim))) and not _ENDS.search(both):  # 'was the mayor' is no answer either
        for name in named:
            if ended(name, text):
                return f"a report says that {name} no longer is or does that"
    if (won or (now and _WON.search(claim))) and not _OVERTURNS.search(both):
        for name in named:
            if overturned(name, text):
                return f"a report says that {name} lost it again"
    if now and (undone_state(question, claim, text) or once_so(claim, text)):
        return "a report says that this is over"
    voided = _HELD.search(question) and _VOID.search(text) and not _VOID.search(both)
    if voided and any(name.split()[-1] in text for name in named):
        return "a report says that this was annulled"
    return None
