"""Whether a claim answers in kind: a reason where one is asked for, a doer, a place, a price, no neighbour of it."""

from __future__ import annotations

import re

from rag.qa.attribution.clauses import without
from rag.qa.attribution.objections.endings import INSTALLED, new_names
from rag.qa.attribution.roles import asks_for_object
from rag.qa.attribution.subjects import meant_in
from rag.text.answer_type import answer_type
from rag.text.entities import question_names
from rag.text.quantities import quantities
from rag.text.tokens import among, content
from rag.text.units import BY_NAME, UNITS

_ASKS_SUCCESSOR = re.compile(
    r"\b(?:who|which \w+) (?:has |will |is to |was to |would )?(?:succeed\w*|replac\w+|"
    r"t(?:ake|akes|ook|aken) over from|follow(?:s|ed) \w+ as)\b|\bsuccessor\b|\bsucceeded by\b|\breplaced by\b",
    re.I,
)
_SUCCEEDS = re.compile(
    r"\b(?:succe(?:ed|ss(?:or|ion))\w*|replac\w+|in (?:his|her|their|its) (?:place|stead)|"
    r"t(?:ake|akes|ook|aken|aking) (?:over|charge|office|up|the (?:reins|helm))|step(?:s|ped)? (?:up|in|into)|"
    r"inherit\w*|heir|interim|acting|caretaker|promot\w+|appoint\w+|elect(?:s|ed)?|elevat\w+|install\w*|swor[en]\w*|"
    r"fill(?:s|ed)? the|(?:new|next|incoming) [a-z])",
    re.I,
)
_CUES = (
    r"because|since|as|after|following|amid|when|out of|too|caus\w+|blam\w+|reason\w*|result\w*|prompt\w+|trigger\w+|"
    r"spark\w*|forc\w+|cit(?:es|ed|ing)|grounds|accus\w+|attribut\w+|stem\w+|fail\w*|fear\w*|lack\w*|need\w*|"
    r"in (?:protest|response)"
)
_FAULTS = r"concern\w*|shortage\w*|faulty?|defect\w*|error|means?|meant|explain\w*|found|given"
_CLEAR = re.compile(
    rf"\b(?:{_CUES}|{_FAULTS}|over|to|by|with|without|said|says|for|on account|on the back of|had|has|cannot|could not|"
    r"want\w*|no longer|so that)\b",
    re.I,
)
_TIMED = re.compile(
    r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|shortly|soon|just|immediately) (?:after|before|since|later)\b|"
    r"\bfor (?:\w+ ){0,2}(?:minutes?|hours?|days?|weeks?|months?|years?|decades?)\b",
    re.I,
)
_TIED = re.compile(
    rf"\b(?:{_CUES}|due|owing|thanks|over|so|to (?!the\b|an?\b)[a-z]+|for|in (?:light|order)|led|leads?|leading|with|"
    r"of (?:hunger|cold|thirst|an?)|by|if|want\w*|could not|cannot|couldn['’]t|made|makes)\b",
    re.I,
)
"""A claim without any of these gives no reason: a time or a place at most."""
_STRICT = re.compile(
    rf"\b(?:{_CUES}|{_FAULTS}|(?:due|owing|thanks|led|leads?|leading|in order) to|mistake|"
    r"over (?!\d|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b|a (?:dozen|hundred|thousand))|"
    r"said it|saying|admitt?\w*|brought down|so)\b|: ",
    re.I,
)
_BECAUSE = re.compile(r"\b(?:because(?: of)?|due to|owing to|as a result of|since|thanks to|caused by)\b", re.I)


def no_successor(question: str, quote: str) -> bool:
    """Whether it is asked who came after somebody, and ``quote`` tells of nobody who did: only who was there too."""
    return bool(_ASKS_SUCCESSOR.search(question)) and not _SUCCEEDS.search(quote) and not INSTALLED.search(quote)


def reasonless(question: str, claim: str, quote: str, before: str) -> bool:
    """Whether a reason is asked for, and neither ``quote`` nor the sentence ``before`` it ties one to what happened."""
    if answer_type(question) != "reason":
        return False
    asked = set(content(question))
    said = set(content(claim))
    repeats = 2 * sum(among(t, said) for t in asked) > len(asked)
    if question.strip().lower().startswith("why") and repeats and not _TIED.search(_TIMED.sub(" ", claim)):
        return True  # 'left the band three days before its tour' gives no reason
    quote = _TIMED.sub(" ", quote)
    if _BECAUSE.search(re.sub(r"\bsince\b", " ", quote)):
        return False
    reason = _BECAUSE.split(claim, maxsplit=1)
    there = set(content(quote))
    if not any(among(t, there) and not among(t, asked) for t in content(reason[-1])):
        return True
    # A reason that the claim ties with 'because' must be tied by the quote, which must speak of what is asked about.
    named = {t for name in question_names(question) for t in content(name)}
    event = [t for t in content(_HOW_COME.sub("", question)) if t not in named and not t.isdigit()]
    earlier = set(content(before))  # 'The bridge was closed. Rain had moved its piers.'
    speaks = not event or any(meant_in(t, there) or meant_in(t, earlier) for t in event)
    return not (speaks and (_STRICT if len(reason) > 1 else _CLEAR).search(quote))


_HOW_COME = re.compile(r"^\s*how come\b", re.I)
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
    if not _WHO.match(question.strip()) or _WHO_SAID.search(question) or asks_for_object(question):
        return False
    asked = set(content(question))
    for name in new_names(question, claim):
        spans = [m.span() for m in re.finditer(rf"(?<![\w’'-]){re.escape(name.split()[-1])}(?![\w-])", quote)]
        if spans and all(_speaks_at(quote, *span) and not _titled(quote, *span, asked) for span in spans):
            return True
    return False


def _speaks_at(quote: str, start: int, end: int) -> bool:
    after, before = quote[end : end + 110], quote[max(0, start - 60) : start]
    return bool(
        re.match(rf"(?:, [^,;.]{{1,90}},)? (?:also |later )?{_SPEAKS}\b", after)
        or re.search(
            rf"\b(?:{_SPEAKS}|according to|lawyer for|attorney for|spokes(?:man|woman|person) for|"
            r"statement (?:by|from)) (?:(?!of the\b|(?:killing|death|arrest|sacking|election) of\b)[\w’'.-]+,? ){0,6}$",
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
    r"\bwhat (?:did|does|do|will|would|is|was|are|were) .*\b(?:cost|worth|price|pay|fee|fare|(?<!death )toll|"
    r"fine)\b(?! of life)",
    re.I,
)
_FREE = re.compile(r"\b(?:free|nothing|no charge|percent|per cent|undisclosed)\b|%", re.I)
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


_NAMES_ASKED = re.compile(
    r"what (?:is|are|was|were) the names? of (?:the |those |both |all )?(?:\w+ ){0,2}?"
    r"(?:m[ae]n|wom[ae]n|people|persons?|suspects?|victims?|boys?|girls?|child(?:ren)?|players?|officers?|drivers?|pilots?|authors?|[a-z]+(?:sons|sters))\b",
    re.I,
)
"""Of those who are asked for by name: 'aged 34 and 41' is none."""
_EVENT = re.compile(r"(?:[a-z]{3}(?:ation|ment)|death|arrest|election|trial|departure|dismissal)$")
"""'Before her resignation' is nobody."""


def nameless(question: str, claim: str) -> bool:
    """Whether it is asked who or where, and a claim brings neither a name nor somebody or some place, or no more than a
    time; or it is asked for people's names, and it brings none."""
    bare = question.strip()
    if not (_WHO.match(bare) or _WHERE_ASKED.match(bare) or _NAMES_ASKED.match(bare)):
        return False
    left = without([q for q in quantities(claim) if q.kind in ("date", "clock")], claim)
    asked = set(content(question))

    def fresh(text: str) -> bool:
        return any(not among(t, asked) for t in content(text))

    if new_names(question, left):
        return False
    if _NAMES_ASKED.match(bare):
        return True
    if _WHERE_ASKED.match(bare):
        return not any(fresh(m[0]) for m in _SOMEWHERE.finditer(left))
    return not any(fresh(m[0]) and not _EVENT.search(m[0]) for m in _SOMEBODY.finditer(left))


_TO_WHERE = re.compile(
    r"(?:where|(?:which|what) (?:\w+ )?(?:country|city|town|place|state|island))\b.*\bto\s*\?*$", re.I
)


def not_there(question: str, claim: str, quote: str) -> bool:
    """Whether it is asked where somebody went to, and ``quote`` has the name that answers, but not as a way or a place:
    'took the Syrian capital', asked which country they fled to."""
    if not _TO_WHERE.match(question.strip()):
        return False
    fresh = [t for name in new_names(question, claim) for t in content(name)]
    ways = re.findall(
        r"\b(?:to|in|into|for|at|toward|towards|reach(?:ed|es)?|via|enter(?:ed|s)?|across)\s((?:\S+\s*){1,4})", quote
    )
    there = {t for way in ways for t in content(way)}
    return bool(fresh) and not any(among(t, there) for t in fresh)


def wrong_measure(question: str, claim: str) -> bool:
    """Whether a claim brings no money where a price is asked for, no number for how many, no time for when."""
    asked, kind = question.strip(), answer_type(question)
    found = quantities(claim)
    free = bool(_FREE.search(claim))
    if kind == "date" and not found and not _SOME_TIME.search(claim):
        return True
    if _SHARE_ASKED.search(asked) and not (
        any(q.kind in ("percent", "points") for q in found) or _FRACTION.search(claim)
    ):
        return True
    if _HOW_LONG.search(asked):
        return not (any(q.kind in ("duration", "length") for q in found) or _LASTS.search(claim))
    measured = any(q.kind not in ("date", "clock", "ordinal") for q in found)
    if kind == "amount" and not (measured or free or _NONE.search(claim)):
        return True
    if (unit := _UNIT_ASKED.match(asked)) and (name := BY_NAME.get(unit[1].lower())):
        return found != [] and all(q.kind != UNITS[name][0] for q in found)  # tonnes, asked how many barrels
    if _PRICE.search(asked):
        return not (free or any(q.kind == "money" for q in found) or _BARE_AMOUNT.search(claim))
    return bool(_AGE_ASKED.search(asked)) and not found


_UNIT_ASKED = re.compile(r"how many (?:cubic |square )?([a-z]+)\b", re.I)
_SHARE_ASKED = re.compile(
    r"\b(?:what|which) (?:(?!of\b)\w+ ){0,2}(?:percentage|percent|proportion|fraction)\b(?! points?\b)|"
    r"\bhow many per ?cent\b",
    re.I,
)
_FEW = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)"
_FRACTION = re.compile(
    rf"\b(?:halves|half|thirds?|quarters?|fifths?|tenths?|{_FEW} (?:in|out of) (?:every )?{_FEW}|majority|minority|"
    r"most|all|none|nobody|every|twice|doubled|tripled|halved|\d+(?:\.\d+)?[ -]?points?)\b",
    re.I,
)
_HOW_LONG = re.compile(r"\bhow (?:much )?long(?:er)?\b", re.I)
_LASTS = re.compile(
    r"\b(?:seconds?|minutes?|hours?|overnight|days?|weeks?|fortnight|months?|years?|decades?|centur(?:y|ies)|life|"
    r"lifetime|forever|indefinite(?:ly)?|permanent(?:ly)?|until|till|since|season|terms?|generations?|moments?|"
    r"inch(?:es)?|feet|foot|yards?|miles?|met(?:re|er)s?|kilomet(?:re|er)s?|km|pages?|words?|characters?|blocks?)\b",
    re.I,
)
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


_DIED_OF = re.compile(r"\b(?:of|from) (?:his|her|their|the) (?:injuries|wounds|burns)\b", re.I)


def other_fate(question: str, claim: str, quote: str) -> bool:
    """Whether the injured are asked about, and a quote knows only of the dead."""
    asked = [i for i, fate in enumerate(_FATED) if re.search(rf"\b(?:{fate})\b", question, re.I)]
    if len(asked) != 1:
        return False
    told = _DIED_OF.sub(" ", quote)
    here = [i for i, fate in enumerate(_FATED) if re.search(rf"\b(?:{fate})\b", told, re.I)]
    return bool(here) and asked[0] not in here and bool(quantities(claim))


_ALLEGED = re.compile(
    r"\b(?:alleged(?:ly)?|accused of|suspected of|charged with|(?:is|are) said to|den(?:ies|ied|y|ying))\b", re.I
)
_CHARGED = re.compile(r"accus|suspect|charg|arrest", re.I)


def only_alleged(question: str, claim: str, quote: str) -> bool:
    """Whether it is asked who did something, and a quote only accuses the one whom the claim names."""
    both = f"{question} {claim}"
    if not _WHO.match(question.strip()) or _ALLEGED.search(both) or _CHARGED.search(question):
        return False
    surnames = "|".join(re.escape(name.split()[-1]) for name in new_names(question, claim))
    return bool(surnames and re.search(rf"\b(?:{surnames})\b[^.;]{{0,80}}{_ALLEGED.pattern}", quote, re.I))
