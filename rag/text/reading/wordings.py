"""Ways to ask for more than one fact that begin with no word of their own for it ('Where are we with the dam?', 'What
sets the dam apart from the canal?'): the kind of what is asked for, and what it is about.

Each is the whole of a request: a question after one fact that only begins like one of them is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

WordedKind = Literal["list", "comparison", "change", "summary", "latest"]
MAX_WORDED = 200
"""Characters of a request that may be one of these."""

WHY_IN_OTHER_WORDS = (
    r"(?:and |so )?(?:(?:what(?:['’]?s| (?:is|was|were|lay|lies)) )(?:behind (?:the|this|"
    r"that|its|his|her|their|\w+['’]s) (?:(?!in\b|of\b|on\b|at\b|for\b)\w+ ){0,3}(?:\w+(?:ion|ing|ment|ure|ay|age|ance|"
    r"ence)|move|changes?|rise|fall|cuts?|"
    r"plan|strike|surge|drop|recall|attack|break|outbreak|accident|grounding|fire|crash|row|war|jump|slump|switch|turn|"
    r"success|loss|vote|ban|arrests?|raid|deal)\b|to blame for|at the (?:root|bottom) of|the "
    r"(?:thinking|idea|rationale|motives?|logic|reasoning|trigger|explanation|motivation) (?:behind|for|of))\b|(?:what|"
    r"which) reasons? (?!to\b)\w|what (?:led|forced|persuaded|convinced|moved|got|induced|pushed|compelled|drove|"
    r"pressed) .{2,90} (?:to|into)\b|what brought .{2,90} (?:about|down)$|how did it (?:come about|come|happen) that\b|"
    r"how (?:is|was|are|were) .{2,90} (?:explained|justified|accounted for)$|how (?:do|does|did) .{2,60} (?:explain|"
    r"justify|account for)\b|what (?:do|does|did) .{2,60} give as (?:its|the|his|her|their|a) reasons?\b|"
    r"what(?:ever| on "
    r"earth| in the world) (?:caused|led|made)\b|whyever\b|.{2,90} (?:because of|due to|owing to) what$)"
)
"""How a reason is asked for without 'why'."""
SAID_IN_OTHER_WORDS = (
    r"who (?:was|were) (?:the )?first to (?:say|report|tell|write|announce|confirm|claim|warn|admit)\b|which (?:\w+ )?"
    r"(?:papers?|newspapers?|outlets?|sources?|agency|station) (?:was|were|had|got) (?:it )?first\b|which (?:\w+ )?(?:"
    r"papers?|newspapers?|outlets?|agency|station) broke\b|where (?:was|were) .{2,90} first (?:reported|published|told|"
    r"announced)$|who is it (?:that|who) (?:says|said|claims|claimed|thinks|warns)\b|who (?:is|was|can be) quoted\b|"
    r"who (?:first )?(?:called|spoke of|talked of|(?:made|used|coined) the (?:remark|comment|words?|phrase|joke|"
    r"expression|"
    r"comparison|claim)|mentioned|accused|joked|quipped|complained|likened|compared|expressed|voiced|described|"
    r"questioned|criticized|criticised|praised|estimated|(?:gave|named|cited|quoted) (?:the|a|an) (?:number|figure|"
    r"estimate|sum|count|date)|put (?:the )?[\w ]{2,40} at|doubts|doubted|disputes|disputed|apologi[sz]ed)\b|"
    r"by whom (?:was|is)"
    r" (?:it|this|that) (?:said|claimed|reported|alleged)\b|from whom (?:do|did) (?:we|you|they)\b|who(?:['’]?s| is|"
    r" was)? behind (?:the|this|that) (?:claim|report|rumou?r|statement|figure|quote|estimate)\b|which (?:\w+ ){0,2}"
    r"(?:experts?|officials?|analysts?|lawyers?|ministers?|doctors?|professors?|witness(?:es)?|politicians?|"
    r"scientists?|"
    r"researchers?|investigators?|economists?|commissioners?|council\w*|spokes\w+|officers?|residents?|executives?|"
    r"unions?|persons?|people|man|woman|judges?) "
    r"(?:said|says|claims|claimed|warned|told|stated|admitted|denied|insisted|predicted|complained) (?!yes\b|no\b)\w"
)
"""How it is asked who said something, without 'said' next to 'who'; what stands before an end of words is left out."""

_X = r"(?P<what>(?!(?:who|what|when|where|why|how|which|whether|if|that|you|me|us)\b)\w.{1,120}?)"
_NO_SENTENCE = (
    r"(?!(?:how|who|what|which|why|whose|when|where|whether|is|are|was|were|do|does|did|has|have|had|can|could|"
    r"will|would|may|should|any|in|on|at|for|to|from|give|tell|show|list|name|please|i|you|no|not|if|describe|after|"
    r"before|since|make|write|send|get|let)\b)\w(?:(?!\b(?:how|who|what|which|why)\b)[^,:;?]){1,80}?"
)
"""What is no sentence: no word for a question or a wish stands at its beginning."""
_PHRASE = rf"(?P<what>{_NO_SENTENCE})"
_TWO_PHRASES = rf"(?P<one>{_NO_SENTENCE})"
_SIDES = r"(?:outlets|(?:news)?papers|media|press|sources|reports|accounts|articles|versions|stories)"
_THE_SIDES = rf"(?:all )?(?:of )?(?:the )?(?:different |various |other |several )?{_SIDES}"
_FIGURES = r"(?:figures?|numbers?|values?|sums?|dates?|times?|amounts?|estimates?|counts?|prices?|causes?|totals?)"
_VARYING = r"(?:differing|different|conflicting|contradictory|diverging|competing|rival|varying|inconsistent)"
_ON = r"(?:on|about|over|of|for|as to|regarding|concerning|in|with)"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|"
    r"fall|winter|\d{4})"
)
_MEASURE = (
    r"(?:numbers?|counts?|tolls?|figures?|estimates?|forecasts?|totals?|tall(?:y|ies)|size|prices?|rates?|bills?|"
    r"costs?|"
    r"rewards?|fines?|dates?|deadlines?|shares?|budgets?|value)"
)
_TEXT = r"(?:this|the) (?:article|text|piece|page|report|story|document)"

_WAYS: tuple[tuple[WordedKind, str], ...] = (
    ("comparison",
     r"how (?:do|does|did) (?P<one>.+) (?:stack|measure|shape) up (?:against|beside|next to|to) (?P<two>.+)"),
    ("comparison", r"how (?:do|does|did) (?P<one>.+?) and (?P<two>.+) (?:stack up|measure up|diverge|vary|contrast)"),
    ("comparison", r"what (?:distinguishes|separates|sets) (?P<one>.+?) (?:apart )?from (?P<two>.+)"),
    ("comparison", r"in what (?:ways? |respects? )?(?:do|does|did) (?P<one>.+?) and (?P<two>.+) differ"),
    ("comparison",
     r"(?:set|put|place|lay|hold) (?P<one>.+?) (?:beside|next to|alongside|up against|against) (?P<two>.+)"),
    ("comparison",
     r"(?:what(?:['’]?s| is| was) )?the differences? in (?P<what>.+) between (?P<one>.+?) and (?P<two>.+)"),
    ("comparison", rf"{_TWO_PHRASES} (?:(?:as )?compared (?:with|to)|in comparison (?:with|to)) (?P<two>.+)"),
    ("comparison", rf"{_TWO_PHRASES} (?:against|next to|beside|alongside) (?P<two>(?:the|that|those) (?:ones?|"
               rf"figures?|numbers?|other)\b.*)"),
    ("comparison",
     rf"(?:do|did) {_THE_SIDES} (?:of|on|about) {_X} (?:agree|disagree|differ|conflict|match|tally|vary)"),
    ("comparison", rf"how (?:do|did) {_THE_SIDES} (?:of|on|about) {_X} (?:vary|differ|diverge|conflict|compare)"),
    ("comparison", rf"(?:(?:are|were) there )?(?:any )?{_VARYING} (?:{_SIDES}|{_FIGURES}|claims) {_ON} {_X}"),
    ("comparison",
     rf"(?:what|which) {_FIGURES} (?:do|did) {_THE_SIDES} (?:give|name|report|print|quote|have) {_ON} {_X}"),
    ("comparison",
     rf"(?:what|which) (?P<what>{_FIGURES} (?:of|for) .+) (?:do|did) {_THE_SIDES} (?:give|name|report|print|quote|"
     rf"have)"),
    ("comparison", rf"who (?:gives|gave|has|reports|names) (?:which|what) (?P<what>{_FIGURES} (?:of|for) .+)"),
    ("comparison", rf"which (?P<what>{_FIGURES} (?:of|for) .+) are (?:going around|around|in circulation|out there)"),
    ("comparison",
     rf"where (?:do|did) {_THE_SIDES} (?:contradict|clash|diverge)(?: (?:each other|one another))? {_ON} {_X}"),
    ("comparison",
     rf"(?:discrepanc(?:y|ies)|differences?|contradictions?) (?:between|among|in) {_THE_SIDES} {_ON} {_X}"),
    ("comparison", rf"(?:the )?differences? in how {_THE_SIDES} (?:tell|report|cover|describe|see) {_X}"),
    ("comparison", rf"how (?:was|were|is) {_X} (?:reported|covered|told|described) (?:in|by|across) {_THE_SIDES}"),
    ("comparison", rf"what (?:do|did) {_THE_SIDES} make of {_X}"),
    ("change",
     rf"what (?:became|has become) of {_X} (?:over|in the course of|during|through(?:out)?|between|from|since) "
     rf"(?:the |this |last )?(?:year|months?|weeks?|time|\d{{4}}|{_MONTH})\b.*"),
    ("change",
     rf"{_PHRASE} (?:from|between) (?:\d{{1,2}} )?{_MONTH}(?: \d+)? (?:to|till|until|and|through) (?:\d{{1,2}} "
     rf")?{_MONTH}(?: \d+)?"),
    ("change",
     rf"{_PHRASE} (?:through|over|throughout|across|in the course of) (?:the |last |this )?(?:year|months|weeks|"
     rf"summer|winter|\d{{4}})"),
    ("change",
     rf"how (?:did|has|have) (?P<what>.*\b{_MEASURE}\b.{{0,60}}?) (?:(?:kept? )?ris(?:en?|ing)|fall(?:en)?|"
     r"go(?:ne)? (?:up|down)|climb(?:ed)?|gr[oe]wn?|shr[iu]nk|increased?|decreased?|dropped|drop|move[d]?)(?: "
     r"(?:over|since|through|during|between|from|day by day)\b.*)?"),
    ("change",
     rf"how (?:was|were|has|have|did) {_X} (?:been |get |got )?(?:revised|adjusted|amended|altered)(?: over .+)?"),
    ("change",
     rf"(?:follow|chronicle|chart|plot|retrace|reconstruct) {_X}(?: (?:through|over) the (?:months|weeks|year))?"),
    ("change",
     r"(?:(?:show|list|give|tell|describe)(?: me)? )(?:all )?(?:the |how )?(?:changes (?:in|to|of)|(?:course|"
     rf"evolution|development|progress|stages|sequence|ups and downs) of) {_X}"),
    ("change", rf"(?:lay out|sketch|outline) the (?:course|evolution|development|sequence|stages) of {_X}"),
    ("change",
     r"(?:the |what were the )?(?:sequence|stages|phases|course|progression|milestones|ups and downs) (?:of|in) "
     rf"{_X}"),
    ("change",
     rf"what (?:was|were) {_X} at (?:first|the (?:start|beginning|outset)) and (?:what (?:is|are|was|were) (?:it|"
     r"they) )?(?:now|today|at the end|in the end|later|afterwards)"),
    ("change",
     rf"from (?:what|where) to (?:what|where) (?:did|has|have) {_X} (?:rise|fall|change|go|drop|grow|move|risen|"
     r"fallen|changed|gone|dropped|grown|moved)"),
    ("change", rf"how much (?:did|has|have) {_X} changed? (?:over|from|between|since|during) .+"),
    ("change", rf"(?:an? |the )?timeline(?:,? please)?[,:]* (?:of )?{_X}"),
    ("change",
     rf"(?:how did |(?:give|tell|show) me )?(?:the )?{_X}(?: (?:develop|unfold|spread|go|grow))?,? (?:day by day|"
     r"week by week|month by month|blow by blow|chronologically|in chronological order)"),
    ("change", rf"from .{{2,40}} to (?:now|today|the end|the last)[:,] (?:the )?{_X}"),
    ("change", rf"when did what happen (?:in|at|with|during) {_X}"),
    ("change", rf"how did the (?:story|affair|case|saga) of {_X} (?:go on|continue)"),
    ("list", rf"name (?:me )?(?:some|a few|several|two|three|four|five|\d+) (?:of )?{_X}"),
    ("list", rf"name them: {_X}"),
    ("list",
     rf"(?:(?:tell|show|give|send|read) (?:me|us)|let me (?:have|see)) (?:all )?(?:the )?(?:names|list) of {_X}"),
    ("list", r"every (?P<what>\w+ (?:that|who|which) .+)"),
    ("list",
     r"(?:tell me )?(?:what|which) (?P<what>.+?)(?:[,.?!;–-] ?|\? )(?:all of them|list them(?: all)?|(?:please "
     r")?list|name them(?: all)?|give (?:them )?all|names)(?: please)?"),
    ("list", rf"(?:write|jot|note) down (?:all )?{_X}"),
    ("list", rf"(?:count off|itemi[sz]e|reel off|rattle off|run down) {_X}"),
    ("list", r"(?:show|give)(?: me)? the (?P<what>\w+) list"),
    ("list", r"what all (?:was|were|got|has been|have been) (?P<what>.+)"),
    ("summary", rf"(?:walk|talk|take|guide) me through {_X}"),
    ("summary", rf"{_PHRASE} (?:in (?:brief|short|summary)|at a glance|explained|(?<!a )(?<!the )summary|recap)"),
    ("summary", rf"(?:in (?:brief|short)|briefly|(?:a )?quick(?:ly)?(?: recap| summary)?)[:,] {_X}"),
    ("summary",
     rf"(?:outline|sketch|digest|describe|recount|retell|break down|explain) {_X}(?: (?:for|to) me| briefly)?"),
    ("summary", rf"break {_X} down(?: for me)?"),
    ("summary",
     r"(?:(?:give|tell|show|get) (?:me )?)?(?:some |the |an? (?:bit of )?)?(?:background|context|essentials|"
     r"basics|lowdown|ins and outs|(?:key|main|essential|basic) facts|pr[eé]cis|outline) (?:on|of|about|to|"
     rf"behind|for|in) {_X}"),
    ("summary", rf"(?:get|bring|catch) me up (?:to (?:speed|date) )?(?:on|with|about) {_X}"),
    ("summary", rf"i(?:['’]ve)? missed {_X}[,;:.–-]+ ?what happened"),
    ("summary", rf"{_PHRASE}(?:[,:;]| [–-]) ?what happened"),
    ("summary", rf"(?:so |(?:tell|show) me )?what (?:exactly |really |actually )?happened (?:with|at) {_X}"),
    ("summary", rf"in (?:short|brief), what happened (?:with|at|in|to) {_X}"),
    ("summary",
     r"what(?:['’]?s| is| was) the (?:story|deal|business|fuss|row|affair) (?:with|about|behind|around|over) "
     rf"{_X}"),
    ("summary",
     r"(?:what (?:are|were) )?the (?:main|key|central|most important) (?:points|facts|takeaways) (?:of|in|from|"
     rf"on|about) {_X}"),
    ("summary", rf"how (?:would|do) you (?:sum up|summ?ari[sz]e) {_X}"),
    ("summary", rf"put {_X} in(?:to)? (?:a few|two|three|your own|simple|plain) (?:\w+ )?(?:words|sentences)"),
    ("summary", rf"who,? what,? (?:when|where)[\w, ]{{0,20}}: {_X}"),
    ("summary", rf"(?:paraphrase|rephrase|simplify|digest|explain) {_TEXT}"),
    ("summary", rf"what (?:does|did) {_TEXT} (?:say|tell(?: us| me)?|cover)|what(?:['’]?s| is) (?:said )?in {_TEXT}"),
    ("summary",
     rf"(?:(?:what(?:['’]?s| is) )?the )?(?:main|central|key) (?:message|point|idea|argument|news) of {_TEXT}"),
    ("latest", rf"where (?:are|do) (?:we|things|matters) (?:now )?(?:stand )?(?:now )?(?:with|on|in) {_X}"),
    ("latest", rf"where (?:does|do) {_X} (?:now stand|stand (?:now|today|at the moment|at present|currently))"),
    ("latest",
     r"where (?:does|do) (?P<what>.* (?:talks|negotiations|project|case|investigation|inquiry|trial|plans?|"
     r"dispute|strike|repairs|works?|search|deal|row)) stand"),
    ("latest",
     r"how (?:are|is|do) (?:things|it|matters) (?:going |coming along |looking |stand(?:ing)? )?(?:with|at|on) "
     rf"{_X}"),
    ("latest",
     rf"how (?:is|are) {_X} (?:going|coming along|progressing|getting on|shaping up)(?: now| at the moment)?"),
    ("latest",
     r"(?:what(?:['’]?s| is| are) )?(?:the )?(?:current |latest |present )?(?:state of (?:play|affairs|things)|"
     rf"status|buzz|word) {_ON} {_X}"),
    ("latest", rf"what(?:['’]?s| is) the (?:current|latest|present) (?:state of|situation (?:in|at|with)) {_X}"),
    ("latest", rf"(?:is there )?any(?:thing)? ?(?:movement|progress|headway|word|sign of movement) {_ON} {_X}"),
    ("latest", rf"(?:is there )?(?:any|some)thing (?:on|about) {_X} (?:lately|recently|of late|this week|these days)"),
    ("latest", rf"(?:have you |you )?got any(?:thing)? (?:new|fresh|recent|news)(?: news)? {_ON} {_X}"),
    ("latest",
     r"(?:(?:is|was) there |give me |send me |show me |i(?:['’]d like| want| need) )?(?:an |the |any |some "
     rf")?updates? {_ON} {_X}"),
    ("latest", rf"(?:the )?(?:latest |recent |newest )?{_PHRASE} news"),
    ("latest",
     rf"what(?:['’]?s| is) (?:making|in) (?:the )?(?:news|headlines|papers) (?:in|about|on|from|around) {_X}"),
    ("latest",
     r"what (?:has |have )?(?:happened|been happening|gone on|been going on) (?:lately|recently) (?:in|at|with|"
     rf"around) {_X}"),
    ("latest",
     rf"what (?:are|is) (?:people|they|everyone|everybody) (?:saying|writing) about {_X}(?: lately| now| today)?"),
    ("latest", rf"what (?:is|was) (?:known|reported) (?:so far )?about {_X}"),
    ("latest",
     r"what(?:['’]?s| is| are) (?:the )?(?:very )?(?:latest|newest|most recent) (?:news|developments?|updates?|"
     rf"reports?) (?:at|to|over|around|concerning) {_X}"),
    ("latest",
     r"(?:tell|give|show|bring|read) (?:me|us) (?:the |any |all (?:the )?|some )?(?:latest |recent |newest "
     rf")?news (?:about|on|from|of|in) {_X}"),
    ("latest",
     r"(?:give|show|tell|bring|read) (?:me|us) (?:the |today['’]s |this week['’]s )*(?:top |main |biggest "
     r")?(?:stories|headlines|news)(?: (?:of|from|in) (?P<what>.+))?"),
    ("latest",
     rf"what (?:came out|was (?:new|written)) (?:(?:today|yesterday|this week|last week|on \w+day) )?about {_X}"),
    ("latest", r"(?:the )?(?:latest|newest)"),
)  # fmt: skip
_FORMS = tuple((kind, re.compile(rf"(?:and |so |now )?(?:{form})", re.I)) for kind, form in _WAYS)


@dataclass(frozen=True, slots=True)
class Worded:
    """The kind of a request, what it is about ('' for nothing in particular), and the two things that it compares."""

    kind: WordedKind
    what: str
    pair: tuple[str, str] | None = None


def worded(bare: str) -> Worded | None:
    """What a request without its last sign asks for by one of these ways; None where it is none of them."""
    if len(bare) > MAX_WORDED:
        return None
    for kind, form in _FORMS:
        if found := form.fullmatch(bare):
            part = found.groupdict()
            pair = (part["one"], part["two"]) if part.get("one") and part.get("two") else None
            return Worded(kind, (part.get("what") or "").strip(), pair)
    return None
