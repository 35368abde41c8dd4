"""Whether a text takes back what a claim says: a state that ended, a result that was overturned, a value that was
replaced, an event that was called off, a loss that was made good.

A quote may hold every word of a claim and say the opposite of it: "the mayor, Ann Marsh, resigned" holds "Ann Marsh is
the mayor". The cues are words; what they bear on is told by how near they stand to the name or value in question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rag.clauses import clauses
from rag.dated import days
from rag.quantities import Quantity, agree, comparable, quantities
from rag.request import Time
from rag.sentences import passage
from rag.terms import content, names, related, tokens
from rag.types import Evidence, day

_ADVERBS = (
    r"(?:(?:has|had|have|having|who|also|then|later|since|just|himself|herself|abruptly|[a-z]+ly|on \w+day),? ){0,4}"
)
_BE = r"(?:is|was|were|been|being|be|got|gets|are)"
_OUT_OF = r"(?:his|her|its|their|the) (?:[\w’'-]+ ){0,4}"

_LEFT = (
    r"(?:resign(?:s|ed|ing)?|quit(?:s|ting)?|step(?:s|ped|ping)? (?:down|aside)|st(?:an|oo)ds? down|retire[sd]?|died|"
    r"dies|"
    r"fled|hand(?:s|ed) in (?:his|her|their) (?:[\w’'-]+ )?(?:badge|notice|resignation|gun|keys|whistle)|conced(?:es|"
    r"ed)|"
    r"(?:has |have |had )?sold|hand(?:s|ed) over|bow(?:s|ed) out|left office|"
    rf"(?:left|leaves|lost|loses|vacate[sd]|relinquishe[sd]) {_OUT_OF}(?:post|job|office|role|seat|title|team|club|"
    rf"company|party|"
    rf"presidency|chair|leadership|election|race|vote|bid|crown|command)|(?:will|is to|to|would) (?:leave|step down|"
    rf"stand "
    rf"down|retire|resign|be replaced|be succeeded)|{_BE} (?:[a-z]+ly )?(?:killed|assassinated|murdered|shot dead|"
    rf"ousted|sacked|"
    r"fired|dismissed|removed|replaced|succeeded|voted out|deposed|overthrown|unseated|toppled|forced out|pushed out|"
    r"let go|"
    r"relieved of|found dead|beaten|defeated|stood down|suspended))\b"
)
_RESULT = (
    rf"(?:{_BE} (?:[a-z]+ly )?(?:disqualified|stripped|demoted|dethroned)|(?:lost|loses|forfeit(?:s|ed)?|surrendered|"
    rf"gave back|returned|was denied) {_OUT_OF}(?:title|win|victory|medal|gold|crown|prize|award|place|championship|"
    rf"trophy)|"
    r"(?:tested|failed) (?:positive|a (?:drug|doping) test))\b"
)
_DID_TO = (
    r"(?:kill(?:s|ed|ing(?: of)?)?|(?:death|murder|assassination|resignation|departure|ouster|removal|dismissal|"
    r"sacking|firing|"
    r"retirement|exit|defeat|suspension) of|assassinat(?:ed|ing)|ousted|ousting(?: of)?|sack(?:ed|s|ing)|fire[sd]|"
    r"firing|"
    r"dismiss(?:ed|es|ing)|remov(?:ed|es|ing)|unseat(?:ed|s|ing)|defeat(?:ed|s|ing)|beat(?:s|ing)?|"
    r"replac(?:ed|es|e|ing)|succeed(?:ed|s|ing)?|t(?:ake|akes|ook|aking|aken) (?:over|charge) from|in place of|"
    r"successor (?:to|of)|"
    r"the reins from|fill the (?:seat|post) (?:of|left by)|vacated by)"
)
_DID_RESULT = (
    r"(?:disqualif(?:ied|ies|ying)|disqualification of|stripp?(?:ed|s|ing)|annul(?:led|s|ling)? the (?:win|victory) of)"
)
_GAP = r"(?:(?!(?:by|before|after|when|while|and|but|as|that|with|from)\b)[\w’'.-]+,? ){0,7}"
_FORMER = (
    r"(?:[Ff]ormer|[Ee]x-?|[Ll]ate|[Oo]utgoing|[Oo]usted|[Dd]eposed|[Dd]eparting|[Ss]acked|[Ff]allen|[Oo]ne-time|"
    r"[Oo]netime|"
    r"[Ss]lain|[Kk]illed|[Dd]ismissed)"
)
_HIS = (
    r"(?:['’]s?)? (?:sudden |surprise |early |own |shock )*(?:death|resignation|departure|killing|ouster|"
    r"successor|removal|exit|dismissal|defeat|assassination|replacement|retirement|term ended|sacking|firing)\b"
)
_HIS_RESULT = r"(?:['’]s?)? (?:disqualification|doping|positive test)\b"
_ENDS = re.compile(
    r"\b(?:resign|quit|step\w* down|st(?:an|oo)d\w* down|retir|die[sd]?|dead|death|kill|assassinat|murder|oust|sack|"
    r"fir(?:ed|ing)|"
    r"dismiss|remov|replac|succe|depos|overthr|unseat|former|ex-|late|outgoing|previous|predecessor|before|until|"
    r"used to|left|"
    r"leav|lost|lose|step|depart|end(?:ed)?|took over|takes over|hand\w* over|disqualif|strip|annul)",
    re.I,
)
"""A question or claim with such a word is itself about an end."""


@lru_cache(maxsize=4096)
def _ended(name: str) -> re.Pattern[str]:
    last = re.escape(name.rsplit(maxsplit=1)[-1].rstrip("."))
    x = rf"(?<![\w’'-]){last}(?![\w-])"
    return re.compile(
        rf"{x}(?:,? (?:aged )?\d\d,?)?(?:, [^,;.]{{1,90}},)?,? {_ADVERBS}{_LEFT}|\b{_DID_TO} {_GAP}{x}|"
        rf"\b{_FORMER}[ -]{_GAP}{x}|{x}{_HIS}|{x}, (?:the |an? )?(?:former|late|outgoing|then|ousted)\b|"
        rf"{x}(?:, [^,;.]{{1,90}},)?,? (?:who )?(?:was|had been) .{{0,40}}\b(?:until|before)\b|"
        rf"{x} (?:is|was|became|becomes) the (?:first|second|third|fourth|latest|only) .{{0,60}}\bto (?:resign|quit|"
        rf"step down|be "
        r"(?:removed|ousted|sacked|killed|dismissed|voted out))"
    )


@lru_cache(maxsize=4096)
def _overturned(name: str) -> re.Pattern[str]:
    last = re.escape(name.rsplit(maxsplit=1)[-1].rstrip("."))
    x = rf"(?<![\w’'-]){last}(?![\w-])"
    return re.compile(
        rf"{x}(?:,? (?:aged )?\d\d,?)?(?:, [^,;.]{{1,90}},)?,? {_ADVERBS}{_RESULT}|\b{_DID_RESULT} {_GAP}{x}|"
        rf"{x}{_HIS_RESULT}|"
        rf"{x}['’]s? .{{0,40}}\b(?:was|were|been|is) (?:annulled|overturned|voided|cancelled|canceled|quashed|"
        rf"thrown out|withdrawn|"
        r"revoked|rescinded|disallowed|struck off|taken away)"
    )


def ended(name: str, text: str) -> bool:
    """Whether ``text`` says of the bearer of ``name`` that an office, a life or a standing has ended."""
    return bool(_ended(name).search(text))


def overturned(name: str, text: str) -> bool:
    """Whether ``text`` says that ``name`` lost a result: disqualified, stripped of a title."""
    return bool(_overturned(name).search(text))


def new_names(question: str, claim: str) -> list[str]:
    """The names of a claim that its question did not bring: those that answer."""
    asked = set(tokens(question))
    found = []
    for name in names(claim):
        words = [t for t in content(name) if t not in asked and not any(related(t, a) for a in asked)]
        if words and not name[0].isdigit() and name.lower() not in ("the", "a", "an", "he", "she", "it", "they"):
            found.append(re.sub(r"['’]s?$", "", re.sub(r"^(?:The|A|An) ", "", name)))
    return found


_STANDING = re.compile(
    r"\b(?:is|are|leads?|heads?|runs?|serves?|remains?|holds?|owns?|manages?|coaches|chairs?|captains?|has been)\b"
)
_WON = re.compile(
    r"\b(?:won|win(?:s|ner|ners|ning)?|champions?|title|gold|first (?:place|prize)|victor|beat|medal|prize|award)\b",
    re.I,
)


def taken_back(question: str, claim: str, text: str, now: bool = True) -> str | None:
    """Why ``text`` (a quote, its headline, a later sentence) ends what ``claim`` says of someone; None where not.

    ``now`` tells that the state of today is asked for, so that 'was the mayor' is no answer either.
    """
    both = f"{question} {claim}"
    if not _ENDS.search(both) and (now or _STANDING.search(claim)):
        for name in new_names(question, claim):
            if ended(name, text):
                return f"{name} no longer is or does that"
    if _WON.search(both) and not re.search(r"disqualif|stripp|annul|overturn|revok", both, re.I):
        for name in new_names(question, claim):
            if overturned(name, text):
                return f"{name} lost it again"
    return None


INSTALLED = re.compile(
    r"\b(?:(?:is|was|are|becomes?|became|as) (?:the|its|their|his|her) (?:new|next)|new (?:mayor|chief|leader|"
    r"champion|boss|head|president|"
    r"chair\w*|director|coach|manager|minister|governor|captain|owner|winner|holder|premier)|t(?:akes|ook|"
    r"aking) (?:over|charge|office)|"
    r"(?:was|were|been|be|is) (?:elected|named|appointed|chosen|picked|promoted|installed|sworn in|confirmed as|"
    r"declared (?:the )?winner)|"
    r"(?:elected|named|names|appointed|appoints|chose|chooses|picked|picks|hired|hires|promoted|swore in|"
    r"swears in) [A-Z]|"
    r"succeed(?:s|ed)|replac(?:es|ed)|(?:title|gold|win|prize|crown|award|victory)[^.]{0,30}\b(?:goes|went|passes|"
    r"passed|awarded) to|"
    r"moves? up|inherits?|wins? (?:the )?(?:race|election|vote))"
)
"""Cues of somebody new in an office or with a title."""


# -- values -------------------------------------------------------------------------------------------------------

_OLD_BEFORE = re.compile(
    r"\b(?:(?:down|up|cut|raised|reduced|lowered|increased|rose|fell|revised|slashed|trimmed|moved|postponed|changed|"
    r"delayed|"
    r"dropped|climbed|brought forward|pushed back|put back)?,? ?from|instead of|rather than|not(?: the| an?| on| in|"
    r" at)?|"
    r"replac(?:es|ing|ed)|had been|used to be|compared with|earlier|previous(?:ly)?|initial(?:ly)?|original(?:ly)?|"
    r"(?:at )?first|once|formerly|the old|as against|than the|correct(?:s|ed|ing) (?:a|an|the|its|"
    r"an earlier)(?: earlier)? (?:figure|toll|"
    r"number|count|date|total|estimate)? ?of|mistakenly|wrongly|incorrectly|erroneously|had (?:said|put|given|"
    r"reported|promised|"
    r"planned|expected|proposed|announced|asked|wanted|sought|estimated)(?: it)?(?: at)?)"
    r"(?: (?:about|around|some|the|a|an|its|nearly|almost|over|under|on|in|at|for|to|be|by|price|toll|fee|figure|"
    r"total|cost|date|"
    r"estimate|plan|planned|target|proposed|announced|reported|promised|number|count|earlier|of|end|early|late|mid|"
    r"level|rate|"
    r"more|less|than|as many as|[\w-]+)){0,3} ?$",
    re.I,
)
_OLD_AFTER = re.compile(
    r"^[^;.]{0,70}?\b(?:has|have|had|was|were|is|are|been) (?:now |since |just |been ){0,2}(?:lowered|raised|cut|"
    r"reduced|"
    r"increased|scaled (?:back|down)|trimmed|slashed|changed|moved|pushed back|put back|put off|brought forward|"
    r"revised|"
    r"whittled)\b[^;.]{0,30}?\bto\b|"
    r"^[^,;.]{0,40}?,? ?\b(?:first |originally |initially |previously |earlier |once )(?:announced|planned|reported|"
    r"proposed|said|given|"
    r"promised|agreed|thought|expected|feared|estimated|asked|approved|set|scheduled)\b|^[\w ]{0,25} (?:was|"
    r"were) (?:wrong|incorrect|"
    r"too (?:high|low)|a mistake|an error)\b",
    re.I,
)
_MISREPORTED = re.compile(
    r"\b(?:[Ii]n (?:a|an|its|our|the|some) (?:\w+ )?(?:story|stories|report|article|item|dispatch|version|headline|"
    r"edition)s?\b[^.]*?\b(?:said|reported|gave|"
    r"stated|put|wrote|called|listed|named)|(?:earlier|previous) (?:version|story|report|article)s?\b[^.]*?\b(?:said|"
    r"gave|reported|stated|put|"
    r"misstated)|(?:misstated|misreported|mistakenly|erroneously|incorrectly|wrongly)\b[^.]*?)"
    r"(?![^.]*\b(?:in fact|it (?:is|was)|the correct|there (?:are|were)|should (?:be|have)|, not|rather|but|"
    r"instead)\b)[^.]*$"
)
_ASKS_OLD = re.compile(
    r"\b(?:first|original\w*|initial\w*|before|previous\w*|earlier|formerly|used to|at the time|from|down|up|cuts?|"
    r"rais\w+|"
    r"lower\w*|reduc\w+|increas\w+|rose|rise|fell|fall|chang\w+)\b",
    re.I,
)


def replaced(said: Quantity, quote: str, shown: Sequence[Quantity]) -> bool:
    """Whether ``quote`` gives the value ``said`` only as the one that another of its kind replaces."""
    mine = [q for q in shown if q.kind == said.kind and q.value == said.value and q.day == said.day]
    if mine and all(_MISREPORTED.search(quote[: q.start]) for q in mine):
        return True
    numbers = ("number", "count")
    others = [
        q
        for q in shown
        if q not in mine
        and (q.kind in (said.kind, "number") or {q.kind, said.kind} <= set(numbers))
        and (comparable(q, said) or q.kind == "number")
    ]
    if not mine or not others:
        return False
    return all(_old(q, quote) for q in mine) and not all(_old(q, quote) for q in others)


def repeats(question: str, claim: str, text: str) -> bool:
    """Whether a sentence speaks of the value that a claim gives: its name, its number, its new words."""
    named = new_names(question, claim)
    there = set(tokens(text))
    if named:
        return any(tokens(n)[-1:] and tokens(n)[-1] in there for n in named)
    values = [q for q in quantities(claim) if q.kind != "ordinal"]
    if values:
        return any(agree(q, v) for v in values for q in quantities(text))
    asked = set(content(question))
    return any(t in there for t in content(claim) if not _among(t, asked))


def misreported(text: str) -> bool:
    """Whether a sentence recalls what an earlier report had wrong, and no more."""
    return bool(_MISREPORTED.search(text.rstrip(' .”"')))


def _old(q: Quantity, quote: str) -> bool:
    before = quote[max(0, q.start - 70) : q.start]
    clause = re.split(r"[;:—–]|, (?:and|but|while)\b| (?:but|while) ", before)[-1]
    return bool(_OLD_BEFORE.search(clause) or _OLD_AFTER.match(quote[q.end : q.end + 60]))


def tells_first(claim: str, quote: str) -> bool:
    """Whether ``quote`` itself gives the value of ``claim`` as the one that came first: 'had asked for £120'."""
    values = [q for q in quantities(claim) if q.kind != "ordinal"]
    mine = [q for q in quantities(quote) if any(agree(q, v) for v in values)]
    return any(_old(q, quote) for q in mine)


def asks_old(text: str) -> bool:
    """Whether a question or a claim is itself about a former value."""
    return bool(_ASKS_OLD.search(text))


# -- events and states --------------------------------------------------------------------------------------------

_OFF = re.compile(
    r"\b(?:call(?:s|ed|ing)? off|cancel(?:s|led|ed|ling|ing)?|scrap(?:s|ped|ping)?|shelv(?:e|es|ed|ing)|abandon(?:s|"
    r"ed|ing)?|"
    r"avert(?:s|ed|ing)?|drop(?:s|ped|ping)? (?:the |its |his |her |their |a )?(?:plan|bid|case|charges?|idea|"
    r"project|lawsuit|strike|"
    r"proposal)s?|withdr(?:aw|ew|awn|awing)|halt(?:s|ed|ing)?|suspend(?:s|ed|ing)?|postpon(?:e|es|ed|ing)|put off|"
    r"call-off|cancellation of|will not (?:now )?go ahead|won['’]t go ahead)\b",
    re.I,
)
_PAIRS: tuple[tuple[str, str], ...] = (
    (
        r"stolen|missing|taken|cut from|disappear\w*|vanish\w*|lost|snatched|looted|whereabouts|unaccounted",
        r"found|recovered|located|returned|turned up|retrieved|traced|handed back|reappeared|came home|walked (?:in|"
        r"into|out|back)|"
        r"is safe|are safe|safe and (?:sound|well)|alive",
    ),
    (
        r"clos(?:e|es|ed|ing|ure)|shut(?:s|tered|ting)?",
        r"re-?open(?:s|ed|ing)?|open(?:s|ed|ing)? again|back open|is open again|handed back to|back in (?:use|"
        r"service)|resum(?:es?|ed)|restor(?:es?|ed)",
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
    (r"alive|survived|surviv\w+", r"died|dead|has died|death"),
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
        after = quote[cue.end() :]
        stop = re.search(r"[;.]| (?:after|because|since|but|while|until) |, ", after)
        span = after[: stop.start()] if stop else after
        moved = re.match(r"[^;.]{0,80}?\b(?:until|to|till)\b", after)
        if (
            moved
            and re.match(r"postpon|put off", cue[0], re.I)
            and said & set(content(after[moved.end() : moved.end() + 60]))
        ):
            continue  # 'postponed until 5 May' says that it is on 5 May
        passive = re.search(r"\b(?:was|were|been|is|are|be|being|has|have)\s+(?:\w+ly )?$", quote[: cue.start()])
        subject = re.split(r"[;:—–]|\b(?:and|but|while|after)\b", quote[: cue.start()])[-1] if passive else ""
        words = set(content(f"{subject} {span}"))
        if words & said:
            return True
    return False


def _denied(text: str, at: int) -> bool:
    return bool(
        re.search(
            r"\b(?:not|never|yet to|n['’]t|no plans? to|refus\w+ to|nor|without being)\b[^,;.]{0,20}$", text[:at], re.I
        )
    )


_HOW = re.compile(r"^how (?:did|does|do|was|were|is|are|has|have|had|can|could|will|would)\b", re.I)
_LOCATED = re.compile(r"\b(?:in|at|near|on|from|to|by|of|off|outside)\b", re.I)


def mannerless(question: str, claim: str) -> bool:
    """Whether it is asked how something came about, and a claim brings no more than a time or a number."""
    if not _HOW.match(question.strip()):
        return False
    bare = list(claim)
    for q in quantities(claim):
        bare[q.start : q.end] = " " * (q.end - q.start)
    asked = set(content(question))
    idle = set(content("morning afternoon evening night day week month year early late local time about around"))
    return not any(t not in idle and not _among(t, asked) for t in content("".join(bare)))


# -- reasons and doers --------------------------------------------------------------------------------------------

_WHY = re.compile(
    r"^(?:why\b|(?:what|which) (?:was |is |were )?(?:the )?(?:reasons?|causes?|caused|led|prompted|triggered|made|"
    r"motive)\b|how come\b|for what reason)",
    re.I,
)
_REASON = re.compile(
    r"\b(?:because|since|as|after|following|due to|owing to|thanks to|caus(?:e|es|ed|ing)|blam(?:e|es|ed|ing)|"
    r"reasons?|over|amid|so that|"
    r"in order to|to|for|in (?:protest|response|light|view)|results?|resulted|led|leads|leading|prompt(?:s|ed|ing)|"
    r"trigger(?:s|ed|ing)|"
    r"spark(?:s|ed|ing)?|forc(?:e|es|ed|ing)|cit(?:es|ed|ing)|grounds|accus(?:ed|ing|es)|attribut\w+|stem(?:s|med|"
    r"ming)|fail(?:s|ed|ure|ing|ures)|"
    r"when|with|saying|said|says|out of|fear(?:s|ed|ing)?|concern(?:s|ed)?|worr(?:y|ies|ied)|means?|meant|so|"
    r"mak(?:es|ing)|made|"
    r"shortage|lack|too|without|fault(?:y|s)?|defects?|error|mistake|explain(?:s|ed)?|admitt?(?:ed|ing)?|under|by|"
    r"from|found|had|has)\b",
    re.I,
)
_CLEAR = re.compile(
    r"\b(?:because|since|as|due to|owing to|thanks to|caus\w+|blam\w+|reasons?|result\w*|led to|leads? to|leading to|"
    r"prompt\w+|"
    r"trigger\w+|spark\w*|forc\w+|cit(?:es|ed|ing)|grounds|attribut\w+|stem\w+|fail\w*|fear\w*|concern\w*|too|"
    r"lack\w*|shortage\w*|faulty|"
    r"fault|defect\w*|error|over|amid|after|following|in protest|in response|so that|in order to|to|means?|meant|"
    r"explain\w*|found|by|"
    r"with|when|without|accus\w+|said|says|for|out of|down to|on account|on the back of|given|had|has|cannot|"
    r"could not|need\w*|want\w*|no longer)\b",
    re.I,
)
_TIMED = re.compile(
    r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|shortly|soon|just|immediately) (?:after|before|since|later)\b",
    re.I,
)
_TIED = re.compile(
    r"\b(?:because|since|as|after|following|due|owing|thanks|caus\w+|blam\w+|reason\w*|over|amid|so|"
    r"to (?!the\b|an?\b)[a-z]+|for|in (?:protest|response|light|order)|result\w*|led|leads?|leading|prompt\w+|"
    r"trigger\w+|spark\w+|forc\w+|cit(?:es|ed|ing)|grounds|accus\w+|attribut\w+|stem\w+|fail\w*|when|with|out of|"
    r"of (?:hunger|cold|thirst|an?)|fear\w*|too|lack\w*|by|if|need\w*|want\w*|could not|cannot|couldn['’]t|made|"
    r"makes)\b",
    re.I,
)
"""A claim without any of these gives no reason: a time or a place at most."""
_STRICT = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|caus\w+|blam\w+|reasons?|result\w*|led to|leads? to|leading to|"
    r"prompt\w+|trigger\w+|"
    r"spark\w*|forc\w+|cit(?:es|ed|ing)|grounds|attribut\w+|stem\w+|fail\w*|fear\w*|concern\w*|too|lack\w*|"
    r"shortage\w*|faulty?|defect\w*|"
    r"error|mistake|over|amid|after|following|in (?:protest|response)|so that|in order to|means?|meant|explain\w*|"
    r"found|accus\w+|need\w*|"
    r"as|when|given|said it|saying|out of|admitt?\w*|brought down|so)\b|: ",
    re.I,
)
_BECAUSE = re.compile(r"\b(?:because(?: of)?|due to|owing to|as a result of|since|thanks to|caused by)\b", re.I)
_ONLY_WHEN = re.compile(r"\b(?:on|at|in|last|this|yesterday|today|earlier|late)\b", re.I)


def reasonless(question: str, claim: str, quote: str, before: str) -> bool:
    """Whether a reason is asked for, and neither ``quote`` nor the sentence ``before`` it ties one to what happened."""
    if not _WHY.match(question.strip()):
        return False
    asked = set(content(question))
    if (
        question.strip().lower().startswith("why")
        and _repeats_event(question, claim)
        and not _TIED.search(_TIMED.sub(" ", claim))
    ):
        return True  # 'left the band three days before its tour' gives no reason
    quote = _TIMED.sub(" ", quote)
    if _BECAUSE.search(re.sub(r"\bsince\b", " ", quote)):
        return False
    reason = _BECAUSE.split(claim, maxsplit=1)
    told = reason[1] if len(reason) > 1 else claim
    new = [t for t in content(told) if not _among(t, asked)]
    there = set(content(quote))
    held = [t for t in new if _among(t, there)]
    if not held:
        return True
    # A reason that the claim ties with 'because' must be tied by the quote, which must speak of what is asked about.
    verb = [t for t in content(_asked_event(question)) if t]
    speaks = not verb or any(_among(t, there) for t in verb)
    cue = _STRICT if len(reason) > 1 else _CLEAR
    leads = any(_among(t, set(content(before))) for t in verb)  # 'The bridge was closed. Rain had moved its piers.'
    return not (cue.search(quote) and (speaks or leads))


def _repeats_event(question: str, claim: str) -> bool:
    """Whether a claim tells what is asked about once more, and not only the reason for it."""
    event = set(content(_asked_event(question)))
    said = set(content(claim))
    return 2 * sum(_among(t, said) for t in event) > len(event)


def _asked_event(question: str) -> str:
    """What happened, of 'Why did the cost double?': the words after the first name or noun."""
    return re.sub(
        r"^(?:why|how come|what|which)\b(?: (?:is|are|was|were|did|do|does|has|have|had|will|the|a|an))*",
        "",
        question.strip(" ?"),
        flags=re.I,
    )


_SPEAKS = (
    r"(?:said|says|told|added|announced|explained|noted|warned|confirmed|reported|wrote|argued|insisted|declined|"
    r"stated)"
)
_WHO = re.compile(r"^(?:who|whom|whose)\b", re.I)
_WHO_SAID = re.compile(
    rf"\b(?:{_SPEAKS}|say|tell|add|announce|explain|warn|confirm|report|criti\w+|call\w*|comment\w*|claim\w*|"
    rf"accus\w+|represent\w*|spoke\w*)\b",
    re.I,
)


def only_speaks(question: str, claim: str, quote: str) -> bool:
    """Whether the name that answers a question for who did or owns something stands in ``quote`` as a speaker alone."""
    if not _WHO.match(question.strip()) or _WHO_SAID.search(question):
        return False
    asked = set(content(question))
    for name in new_names(question, claim):
        last = re.escape(name.split()[-1])
        places = list(re.finditer(rf"(?<![\w’'-]){last}(?![\w-])", quote))
        if not places:
            continue
        speaking = [_speaks_at(quote, m.start(), m.end()) for m in places]
        if all(speaking) and not any(_titled(quote, m.start(), m.end(), asked) for m in places):
            return True
    return False


def _speaks_at(quote: str, start: int, end: int) -> bool:
    after, before = quote[end : end + 110], quote[max(0, start - 60) : start]
    return bool(
        re.match(rf"(?:, [^,;.]{{1,90}},)? (?:also |later )?{_SPEAKS}\b", after)
        or re.search(
            rf"\b(?:{_SPEAKS}|according to|lawyer for|attorney for|spokes(?:man|woman|person) for|statement (?:by|"
            rf"from))"
            rf" (?:[\w’'.-]+,? ){{0,6}}$",
            before,
        )
    )


def _titled(quote: str, start: int, end: int, asked: set[str]) -> bool:
    """Whether words beside the name hold what is asked: 'chief executive Ann Marsh', 'Marsh, who owns the yard,'."""
    near = quote[max(0, start - 60) : start] + quote[end : end + 60]
    own = re.match(r",? (?:an?|the|its|their|who|whose|chief|owner|head)\b[^,;.]{1,90}", quote[end:])
    before = re.search(r"(?:[\w’'-]+ ){1,6}$", quote[max(0, start - 60) : start])
    beside = (own[0] if own else "") + " " + (before[0] if before else "")
    return bool(near) and any(_among(t, asked) for t in content(beside))


def _among(term: str, terms: Iterable[str]) -> bool:
    return any(term == other or related(term, other) for other in terms)


# -- namesakes, years ---------------------------------------------------------------------------------------------

_FIRST_LAST = r"([A-Z][\w’'-]+) (?:[A-Z]\. )?{last}\b"
_NO_FIRST = frozenset(
    "Mr Mrs Ms Dr Sir Lord Lady Mayor President Minister Senator Sen Rep Gov Governor Chancellor Judge Justice "
    "Captain Chief Coach "
    "Councillor Councilman Councilwoman Professor Prof The A An In On At For By But And When While As After "
    "Detective Inspector "
    "Sergeant Officer Director Chairman Secretary General Colonel Lieutenant Father Sister Brother King "
    "Queen Prince Princess Pope".split()
)


def namesake(question: str, quote: str, body: str, start: int) -> str | None:
    """The other bearer of a surname: the question names 'Robert Shaw', and the quote is about Mary Shaw.

    ``body`` is the article's text, in which the quote begins at ``start``.
    """
    for name in names(question[:1].lower() + question[1:]):
        words = re.sub(r"['’]s?$", "", name).split()
        while len(words) > 2 and words[0].rstrip(".") in _NO_FIRST:
            words = words[1:]
        if len(words) != 2 or words[0] in _NO_FIRST or not words[1][:1].isupper():
            continue
        first, last = words
        if re.search(rf"\b{re.escape(first)} (?:[A-Z]\. )?{re.escape(last)}\b", quote):
            continue
        if not re.search(rf"\b{re.escape(last)}\b", quote):
            continue
        pattern = re.compile(_FIRST_LAST.format(last=re.escape(last)))
        near = [m[1] for m in pattern.finditer(quote) if m[1] not in _NO_FIRST]
        earlier = [m[1] for m in pattern.finditer(body[:start]) if m[1] not in _NO_FIRST]
        bearer = near[-1] if near else earlier[-1] if earlier else None
        if bearer and bearer != first:
            return f"{bearer} {last}"
    return None


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LAST_ONE = re.compile(r"\blast (?:year|winter|summer|spring|autumn|fall|season)\b", re.I)
_YEAR_BEFORE = re.compile(
    r"\b(?:the (?:year|season) before|a year (?:ago|earlier)|the previous (?:year|season)|last year)\b", re.I
)


def other_period(question: str, said: Sequence[Quantity], quote: Evidence, shown: Sequence[Quantity]) -> bool:
    """Whether a year or a month is asked about, and the quote gives the answer of another one.

    Only the clause with the answer's value counts, where it has one; a quote without a time of its own has that of its
    article.
    """
    text, published = quote.quote, day(quote.article.published)
    years = {int(y) for y in _YEAR.findall(text)}
    if published and years and _LAST_ONE.search(question) and max(years) < published.year - 1:
        return True
    asked = [q.day for q in quantities(question) if q.kind == "date" and q.day and (q.day.year or q.day.month)]
    if len(asked) != 1 or any(q.day for q in said):
        return False
    [wanted] = asked
    if wanted.year and str(wanted.year) not in text and _YEAR_BEFORE.search(text):
        return published is None or wanted.year != published.year - 1
    for span in clauses(text):
        if any(span[0] <= q.start < span[1] for s in said for q in shown if q.value == s.value and q.kind == s.kind):
            text = quote.quote[slice(*span)]
            break
    times = [d for d in days(text, quantities(text), published) if d.year or d.month]
    printed = [d for d in times if (d.year if wanted.year else d.month)]
    if not printed:
        return False
    if wanted.year:
        return (
            all(d.year is not None and d.year != wanted.year for d in printed) and str(wanted.year) not in quote.quote
        )
    return all(d.month is not None and d.month != wanted.month for d in printed)


# -- all together -------------------------------------------------------------------------------------------------

_ALONE = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Ff]rom) ((?:the )?[A-Z][\w’'-]+(?:(?:,| and|, and)? [A-Za-z][\w’'-]+){0,5}) alone\b"
)
_FIRST_PART = re.compile(
    r"\b(?:first|second|third|last|one|a|only a?) ?(?:piece|part|phase|stage|section|instalment|tranche) of\b", re.I
)
_HOLDER = re.compile(
    r"^(?:who|what) (?:is|was|are|were|became|has become|will be)(?: the| now|"
    r" currently)* (?P<role>[\w’' -]{3,40}?) (?:of|in|for|at) (?:the )?(?P<of>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)",
    re.I,
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
        tie = re.search(
            rf"\b{re.escape(name.split()[-1])},? (?:\d\d, )?(?:the )?(?:[a-z’'-]+ "
            rf"){{0,3}}of (?:the )?([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)",
            quote,
        )
        if tie and of and not any(_among(t, of) for t in content(tie[1])):
            return True
    return False


def other_role(question: str, claim: str, quote: str) -> bool:
    """Whether one office is asked about, and the quote gives another: 'elected as its speaker' of a president."""
    match = re.search(
        r"\b(?:elected|named|appointed|chosen|made|picked|sworn in as|hired as|is the|became|is)(?: the| as| a| an|"
        r" new)* ([a-z][a-z-]+)(?: of\b| in\b|\?|$)",
        question,
    )
    if not match:
        return False
    role = set(content(match[1]))
    given = _AS_ROLE.search(quote)
    return bool(role and given and not any(_among(t, set(content(quote))) for t in role) and role & set(content(claim)))


def part_only(question: str, claim: str, quote: str) -> bool:
    """Whether a quote gives a number of some places 'alone', and the claim gives it of more."""
    both = set(content(f"{question} {claim}"))
    if _FIRST_PART.search(quote) and not _FIRST_PART.search(f"{question} {claim}"):
        return True
    return any(not any(_among(t, both) for t in content(m[1])) for m in _ALONE.finditer(quote))


_PRICE = re.compile(
    r"^how much (?:did|does|do|will|would|is|was|are|were|has|have|had) (?!.*\b(?:weigh|grow|grew|rain|snow|time|"
    r"longer|rise|fall|shrink|change|"
    r"of\b)).*\b(?:cost|pay|paid|charge\w*|worth|fined?|spen[dt]\w*|price|earn\w*|owe\w*|sell|sold|raise\w*|give|"
    r"gave|toll|fee|fare|rent|"
    r"budget)\b|\bwhat (?:did|does|do|will|would|is|was|are|were) .*\b(?:cost|worth|price|pay|fee|fare|toll|"
    r"fine)\b(?! of life)",
    re.I,
)
_FREE = re.compile(r"\b(?:free|nothing|no charge|percent|per cent|%|undisclosed)\b|%", re.I)
_AGE_ASKED = re.compile(r"^how old\b|\bwhat age\b", re.I)


_WHERE_ASKED = re.compile(r"^where\b", re.I)
_WHO_ASKED = re.compile(r"^(?:who|whom|whose)\b", re.I)
_SOMEBODY = re.compile(
    r"\b(?:an?|the|his|her|its|their|two|three|four|five|\d+) (?:[\w’'-]+ ){0,4}[a-z]{3,}|\b(?:nobody|no one|none|"
    r"police|people|men|women|"
    r"residents|workers|voters|officials|firefighters|scientists|students|soldiers|rebels|thieves|himself|herself|"
    r"[a-z]+(?:ists|ers|ors|ians))\b",
    re.I,
)


_SOMEWHERE = re.compile(
    r"\b(?:in|at|near|on|to|from|behind|beneath|under|inside|outside|off|aboard|into|back|by|along|around|above|"
    r"below|across|between|beside|"
    r"over|through|via|with)\b (?:[\w’'-]+ ?){1,5}",
    re.I,
)


def nameless(question: str, claim: str) -> bool:
    """Whether it is asked who or where, and a claim brings neither a name nor somebody or some place, or no more than a
    time."""
    bare = question.strip()
    if not (_WHO_ASKED.match(bare) or _WHERE_ASKED.match(bare)):
        return False
    text = list(claim)
    for q in quantities(claim):
        if q.kind in ("date", "clock"):
            text[q.start : q.end] = " " * (q.end - q.start)
    left = "".join(text)
    asked = set(content(question))
    fresh = [t for t in content(left) if not _among(t, asked)]
    if not fresh:
        return True
    if _WHERE_ASKED.match(bare):
        places = [m[0] for m in _SOMEWHERE.finditer(left)]
        return not any(not _among(t, asked) for place in places for t in content(place)) and not new_names(
            question, left
        )
    if _WHO_ASKED.match(bare) and not new_names(question, left):
        return not any(any(not _among(t, asked) for t in content(m[0])) for m in _SOMEBODY.finditer(left))
    return False


def wrong_measure(question: str, claim: str) -> bool:
    """Whether a price is asked for and a claim brings no money, or an age and it brings no number."""
    bare = question.strip()
    found = quantities(claim)
    if _PRICE.search(bare):
        return not any(q.kind == "money" for q in found) and not _FREE.search(claim) and not _BARE_AMOUNT.search(claim)
    return bool(_AGE_ASKED.search(bare)) and not found


_BARE_AMOUNT = re.compile(r"\b\d[\d,.]*\s?(?:p|c|cents?|pence|dollars?|pounds?|euros?|a share|each)\b", re.I)
_FATED = (
    r"kill\w*|dead|died|die|deaths?|fatal\w*|lost their lives",
    r"injur\w*|hurt|wound\w*|casualt\w*",
    r"missing|unaccounted",
    r"arrest\w*|detain\w*",
    r"evacuat\w*|displac\w*",
    r"rescu\w*|saved",
)


def other_fate(question: str, claim: str, quote: str) -> bool:
    """Whether the injured are asked about, and a quote knows only of the dead."""
    asked = [i for i, fate in enumerate(_FATED) if re.search(rf"\b(?:{fate})\b", question, re.I)]
    if len(asked) != 1:
        return False
    here = [i for i, fate in enumerate(_FATED) if re.search(rf"\b(?:{fate})\b", quote, re.I)]
    return bool(here) and asked[0] not in here and bool(quantities(claim))


_BACKGROUND = re.compile(
    r"\b(?:last|previous(?:ly)?|earlier|ago|since|record|until|before|when|then|once|at the time|in the past)\b", re.I
)


def background(said: Sequence[Quantity], quote: Evidence, shown: Sequence[Quantity]) -> bool:
    """Whether a value is one that a quote recalls from a year or more before its article."""
    published = day(quote.article.published)
    if published is None or not said:
        return False
    for value in said:
        if value.day is not None:
            continue
        for q in shown:
            if q.value != value.value or q.kind != value.kind:
                continue
            span = next(((a, b) for a, b in clauses(quote.quote) if a <= q.start < b), (0, len(quote.quote)))
            before = [
                d.day.year
                for d in shown
                if d.day
                and d.day.year
                and (span[0] <= d.start < span[1] or _near(quote.quote, d, q))
                and not re.search(r"\b(?:since|until|than in|from|before) (?:\w+ )?$", quote.quote[: d.start])
            ]
            if before and max(before) < published.year - 1 and _BACKGROUND.search(quote.quote):
                return True
    return False


def _near(text: str, a: Quantity, b: Quantity) -> bool:
    first, second = sorted((a, b), key=lambda q: q.start)
    return "." not in text[first.end : second.start] and second.start - first.end < 100


def against(
    question: str, claim: str, quote: Evidence, said: Sequence[Quantity], shown: Sequence[Quantity], time: Time
) -> str | None:
    """Why ``quote`` takes back what ``claim`` says; None where nothing is in the way.

    ``said`` are the quantities that the claim brings, ``shown`` those of the quote.
    """
    text = quote.quote
    if why := over(question, claim, text, time):
        return why
    if called_off(question, claim, text):
        return "by the quote that was called off"
    if not asks_old(f"{question} {claim}") and any(replaced(q, text, shown) for q in said):
        return "the quote gives that value as the earlier one"
    if nameless(question, claim):
        return "the quote does not say who or where"
    if wrong_measure(question, claim):
        return "the quote gives another kind of figure"
    if other_fate(question, claim, text):
        return "the quote tells of another fate"
    if time == "now" and background(said, quote, shown):
        return "the quote recalls that value from long before"
    if mannerless(question, claim):
        return "the quote does not say how"
    if reasonless(question, claim, text, _before(quote)):
        return "the quote does not say why"
    if only_speaks(question, claim, text):
        return "the quote names a speaker, not who did it"
    if only_alleged(question, claim, text):
        return "the quote only accuses"
    if only_beside(question, text):
        return "the quote says it of another place"
    if other := namesake(question, text, quote.article.body, quote.start):
        return f"the quote is about {other}"
    if other_period(question, said, quote, shown):
        return "the quote speaks of another time"
    if of_another_place(question, claim, text):
        return "the quote says it of another place"
    if other_role(question, claim, text):
        return "the quote gives another office"
    if part_only(question, claim, text):
        return "the quote gives a part of it"
    return None


_RULED = r"(?:victory|win|election|result|title|vote|verdict|conviction|ruling|award|record)"
_VOID = re.compile(
    r"\b(?:annul(?:led|s)|overturn(?:ed|s)|void(?:ed|s)|quash(?:ed|es)|set aside|struck down|declared (?:null|void)|"
    r"threw out|"
    rf"thrown out|nullified)\b[^.;]{{0,60}}\b{_RULED}\b|\b{_RULED}\b[^.;]{{0,50}}\b(?:annulled|overturned|voided|"
    rf"quashed|"
    r"set aside|struck down|void|nullified|thrown out)\b",
    re.I,
)
_HELD = re.compile(r"\b(?:won|win|winner|elected|election|victory|record|title|convicted|guilty|awarded)\b", re.I)
_ALLEGED = re.compile(
    r"\b(?:alleged(?:ly)?|accused of|suspected of|charged with|is said to|are said to|denies|denied|den(?:y|ying))\b",
    re.I,
)
_CHARGED = re.compile(r"accus|suspect|charg|arrest", re.I)


def only_alleged(question: str, claim: str, quote: str) -> bool:
    """Whether it is asked who did something, and a quote only accuses the one whom the claim names."""
    both = f"{question} {claim}"
    if not _WHO.match(question.strip()) or _ALLEGED.search(both) or _CHARGED.search(question):
        return False
    for name in new_names(question, claim):
        last = re.escape(name.split()[-1])
        if re.search(rf"\b{last}\b[^.;]{{0,80}}{_ALLEGED.pattern}", quote, re.I):
            return True
    return False


_FAR_FROM = (
    r"\b(?:miles?|kilomet(?:re|er)s?|km|north|south|east|west|up|down|along|hours?|minutes?)\b[^,;.]{0,30}?"
    r"\b(?:from|of|beyond|past)\b (?:the )?"
)


def only_beside(question: str, quote: str) -> bool:
    """Whether a quote has the place that is asked about only to say where another one is: '20 miles up the coast from
    Garrow Head'."""
    if re.match(r"how (?:far|long|close|near)\b", question.strip(), re.I):
        return False
    for name in names(question[:1].lower() + question[1:]):
        bare = re.escape(re.sub(r"['’]s?$", "", name))
        places = list(re.finditer(rf"\b{bare}\b", quote))
        if places and all(re.search(rf"{_FAR_FROM}$", quote[: m.start()], re.I) for m in places):
            return True
    return False


_ONCE = re.compile(
    r"\b(?:once|formerly|no longer|used to be|previously)(?:,| a| an| the)? ((?:[a-z]+ly )?[a-z-]{4,})\b"
)


def once_so(claim: str, quote: str) -> bool:
    """Whether a quote says that something was so once, of which a claim says that it is: 'once critically endangered'."""
    if _ONCE.search(claim):
        return False
    said = set(content(claim))
    return any(content(m[1])[-1:] and content(m[1])[-1] in said for m in _ONCE.finditer(quote))


def over(question: str, claim: str, text: str, time: Time) -> str | None:
    """Why a sentence ends what a claim says, whether it is the claim's own quote or one of a later report."""
    if (time == "now" or _WON.search(question)) and (why := taken_back(question, claim, text, time == "now")):
        return f"a report says that {why}"
    if time == "now" and (undone_state(question, claim, text) or once_so(claim, text)):
        return "a report says that this is over"
    voided = _HELD.search(question) and _VOID.search(text) and not _VOID.search(f"{question} {claim}")
    if voided and any(n.split()[-1] in text for n in new_names(question, claim)):
        return "a report says that this was annulled"
    return None


def _before(quote: Evidence) -> str:
    """The sentence before a quote."""
    whole = passage(quote)
    return whole.removesuffix(quote.quote) if whole.endswith(quote.quote) else ""
