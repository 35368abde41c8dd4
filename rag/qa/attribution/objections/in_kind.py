"""Whether a claim answers in kind: a reason where one is asked for, a doer, a place, a price, no neighbour of it."""

from __future__ import annotations

import re

from rag.qa.attribution.objections.endings import new_names
from rag.text.answer_type import answer_type
from rag.text.entities import question_names
from rag.text.quantities import quantities
from rag.text.synonyms import groups, means_some
from rag.text.tokens import among, content

_HOW = re.compile(r"^how (?:did|does|do|was|were|is|are|has|have|had|can|could|will|would)\b", re.I)


def mannerless(question: str, claim: str) -> bool:
    """Whether it is asked how something came about, and a claim brings no more than a time or a number."""
    if not _HOW.match(question.strip()):
        return False
    bare = list(claim)
    for q in quantities(claim):
        bare[q.start : q.end] = " " * (q.end - q.start)
    asked = set(content(question))
    idle = set(content("morning afternoon evening night day week month year early late local time about around"))
    return not any(t not in idle and not among(t, asked) for t in content("".join(bare)))


_CLEAR = re.compile(
    r"\b(?:because|since|as|due to|owing to|thanks to|caus\w+|blam\w+|reasons?|result\w*|led to|leads? to|leading to|"
    r"prompt\w+|trigger\w+|spark\w*|forc\w+|cit(?:es|ed|ing)|grounds|attribut\w+|stem\w+|fail\w*|fear\w*|concern\w*|"
    r"too|lack\w*|shortage\w*|faulty|fault|defect\w*|error|over|amid|after|following|in protest|in response|so that|"
    r"in order to|to|means?|meant|explain\w*|found|by|with|when|without|accus\w+|said|says|for|out of|down to|"
    r"on account|on the back of|given|had|has|cannot|could not|need\w*|want\w*|no longer)\b",
    re.I,
)
_TIMED = re.compile(
    r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|shortly|soon|just|immediately) (?:after|before|since|later)\b|"
    r"\bfor (?:\w+ ){0,2}(?:minutes?|hours?|days?|weeks?|months?|years?|decades?)\b",
    re.I,
)
_TIED = re.compile(
    r"\b(?:because|since|as|after|following|due|owing|thanks|caus\w+|blam\w+|reason\w*|over|amid|so|"
    r"to (?!the\b|an?\b)[a-z]+|for|in (?:protest|response|light|order)|result\w*|led|leads?|leading|prompt\w+|"
    r"trigger\w+|spark\w+|forc\w+|cit(?:es|ed|ing)|grounds|accus\w+|attribut\w+|stem\w+|fail\w*|when|with|out of|of "
    r"(?:hunger|cold|thirst|an?)|fear\w*|too|lack\w*|by|if|need\w*|want\w*|could not|cannot|couldn['’]t|made|makes)\b",
    re.I,
)
"""A claim without any of these gives no reason: a time or a place at most."""
_STRICT = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|caus\w+|blam\w+|reasons?|result\w*|led to|leads? to|leading to|"
    r"prompt\w+|trigger\w+|spark\w*|forc\w+|cit(?:es|ed|ing)|grounds|attribut\w+|stem\w+|fail\w*|fear\w*|concern\w*|"
    r"too|lack\w*|shortage\w*|faulty?|defect\w*|"
    r"error|mistake|over (?!\d|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b|a (?:dozen|hundred|thousand))|"
    r"amid|after|following|in (?:protest|response)|so that|in order to|means?|meant|explain\w*|found|accus\w+|need\w*|"
    r"as|when|given|said it|saying|out of|admitt?\w*|brought down|so)\b|: ",
    re.I,
)
_BECAUSE = re.compile(r"\b(?:because(?: of)?|due to|owing to|as a result of|since|thanks to|caused by)\b", re.I)


def reasonless(question: str, claim: str, quote: str, before: str) -> bool:
    """Whether a reason is asked for, and neither ``quote`` nor the sentence ``before`` it ties one to what happened."""
    if answer_type(question) != "reason":
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
    new = [t for t in content(told) if not among(t, asked)]
    there = set(content(quote))
    held = [t for t in new if among(t, there)]
    if not held:
        return True
    # A reason that the claim ties with 'because' must be tied by the quote, which must speak of what is asked about.
    named = {t for name in question_names(question) for t in content(name)}
    verb = [t for t in content(_asked_event(question)) if t not in named and not t.isdigit()]
    speaks = not verb or any(among(t, there) or means_some(t, groups(there)) for t in verb)
    cue = _STRICT if len(reason) > 1 else _CLEAR
    earlier = set(content(before))
    leads = any(
        among(t, earlier) or means_some(t, groups(earlier)) for t in verb
    )  # 'The bridge was closed. Rain had moved its piers.'
    return not (cue.search(quote) and (speaks or leads))


def _repeats_event(question: str, claim: str) -> bool:
    """Whether a claim tells what is asked about once more, and not only the reason for it."""
    event = set(content(_asked_event(question)))
    said = set(content(claim))
    return 2 * sum(among(t, said) for t in event) > len(event)


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
            rf"\b(?:{_SPEAKS}|according to|lawyer for|attorney for|spokes(?:man|woman|person) for|"
            r"statement (?:by|from)) (?:[\w’'.-]+,? ){0,6}$",
            before,
        )
    )


def _titled(quote: str, start: int, end: int, asked: set[str]) -> bool:
    """Whether words beside the name hold what is asked: 'chief executive Ann Marsh', 'Marsh, who owns the yard,'."""
    own = re.match(r",? (?:an?|the|its|their|who|whose|chief|owner|head)\b[^,;.]{1,90}", quote[end:])
    before = re.search(r"(?:[\w’'-]+ ){1,6}$", quote[max(0, start - 60) : start])
    beside = (own[0] if own else "") + " " + (before[0] if before else "")
    return any(among(t, asked) for t in content(beside))


_PRICE = re.compile(
    r"^how much (?:did|does|do|will|would|is|was|are|were|has|have|had) "
    r"(?!.*\b(?:weigh|grow|grew|rain|snow|time|longer|rise|fall|shrink|change|of\b)).*\b(?:cost|pay|paid|charge\w*|"
    r"worth|fined?|spen[dt]\w*|price|earn\w*|owe\w*|sell|sold|raise\w*|give|gave|toll|fee|fare|rent|budget)\b|"
    r"\bwhat (?:did|does|do|will|would|is|was|are|were) .*\b(?:cost|worth|price|pay|fee|fare|toll|fine)\b(?! of life)",
    re.I,
)
_FREE = re.compile(r"\b(?:free|nothing|no charge|percent|per cent|%|undisclosed)\b|%", re.I)
_AGE_ASKED = re.compile(r"^how old\b|\bwhat age\b", re.I)
_WHERE_ASKED = re.compile(r"^where\b", re.I)
_SOMEBODY = re.compile(
    r"\b(?:an?|the|his|her|its|their|two|three|four|five|\d+) (?:[\w’'-]+ ){0,4}[a-z]{3,}|"
    r"\b(?:nobody|no one|none|police|people|men|women|residents|workers|voters|officials|firefighters|scientists|"
    r"students|soldiers|rebels|thieves|himself|herself|[a-z]+(?:ists|ers|ors|ians))\b",
    re.I,
)
_SOMEWHERE = re.compile(
    r"\b(?:in|at|near|on|to|from|behind|beneath|under|inside|outside|off|aboard|into|back|by|along|around|above|"
    r"below|across|between|beside|over|through|via|with)\b (?:[\w’'-]+ ?){1,5}",
    re.I,
)


def nameless(question: str, claim: str) -> bool:
    """Whether it is asked who or where, and a claim brings neither a name nor somebody or some place, or no more than a
    time."""
    bare = question.strip()
    if not (_WHO.match(bare) or _WHERE_ASKED.match(bare)):
        return False
    text = list(claim)
    for q in quantities(claim):
        if q.kind in ("date", "clock"):
            text[q.start : q.end] = " " * (q.end - q.start)
    left = "".join(text)
    asked = set(content(question))
    fresh = [t for t in content(left) if not among(t, asked)]
    if not fresh:
        return True
    if _WHERE_ASKED.match(bare):
        places = [m[0] for m in _SOMEWHERE.finditer(left)]
        return not any(not among(t, asked) for place in places for t in content(place)) and not new_names(
            question, left
        )
    if _WHO.match(bare) and not new_names(question, left):
        return not any(any(not among(t, asked) for t in content(m[0])) for m in _SOMEBODY.finditer(left))
    return False


def wrong_measure(question: str, claim: str) -> bool:
    """Whether a claim brings no money where a price is asked for, no number for how many, no time for when."""
    bare = question.strip()
    found = quantities(claim)
    if not [q for q in found if q.kind not in ("date", "clock", "ordinal") or answer_type(question) == "date"]:
        amount = answer_type(question) == "amount" and not _FREE.search(claim) and not _NONE.search(claim)
        if amount or (answer_type(question) == "date" and not _SOME_TIME.search(claim)):
            return True
    if _PRICE.search(bare):
        return not any(q.kind == "money" for q in found) and not _FREE.search(claim) and not _BARE_AMOUNT.search(claim)
    return bool(_AGE_ASKED.search(bare)) and not found


_NONE = re.compile(
    r"\b(?:none|nobody|nothing|few|many|most|all|both|several|dozens?|hundreds|thousands|half|once|twice|every|each)\b",
    re.I,
)
_SOME_TIME = re.compile(
    r"\b(?:when|after|before|once|until|as soon as|during|while|now|soon|later|immediately|never|not|night|morning|"
    r"evening|afternoon|noon|weekend|christmas|easter|end of|start of|beginning)\b",
    re.I,
)
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
