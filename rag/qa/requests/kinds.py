"""The kind of a request, by its words: a fact, a list, a comparison, small talk, text that was pasted in ...

Rules, in an order: what is no question about news first, then the kinds of one fact that say so in their first words,
then what takes more than one fact. They are measured on ``evals/sets/requests-kinds.jsonl``.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.qa.question.clock import asked_clock
from rag.text.answer_type import YES_NO
from rag.text.reading.wordings import SAID_IN_OTHER_WORDS, WHY_IN_OTHER_WORDS, worded

RequestKind = Literal[
    "fact", "yes-no", "count", "reason", "who-says", "check", "pasted",
    "list", "comparison", "change", "summary", "latest",
    "about-us", "talk",
]  # fmt: skip
KINDS_OF_ONE_FACT: frozenset[RequestKind] = frozenset(("fact", "yes-no", "count", "reason", "who-says", "check"))
"""Those that one sentence can answer."""
TAKEN_AS: dict[RequestKind, str] = {
    "list": "a list",
    "comparison": "a comparison",
    "change": "a change over time",
    "summary": "a summary",
    "latest": "the latest news",
}
"""What is shown of those that take several sentences."""
KINDS_AT_ONCE: frozenset[RequestKind] = frozenset(("about-us", "talk", "pasted"))
"""Those that are answered without a search."""

MAX_READ = 400
"""Characters of a request that tell its kind."""
MAX_AT_ONCE = 120
"""Characters of small talk, or of a question about the library."""
MAX_ADDRESSES = 4000
"""Characters that are read for web addresses."""
MIN_PASTED, MIN_SENTENCES_PASTED = 140, 3
"""Characters and sentences of a text that was pasted in."""

_ADDRESS = re.compile(r"(?:https?://|www\.)[^/]{3}", re.I)
_DATELINE = re.compile(r"^[A-Z][A-Z .'’-]{2,30}(?:, [\w. ]{2,20})? (?:\([\w ]{2,20}\) )?[—–-] ")
_END = re.compile(r"[.!?][\"”’)]* +(?=[\"“‘(]?[A-Z0-9])")
_ADDRESSED = re.compile(
    r"\?(?= |$)|\b(?:please|pls|(?:tell|give|show) (?:me|us)|(?:can|could|would) you|i(?:['’]d)? (?:need|want|like))\b",
    re.I,
)
"""What a reader says and an article hardly: 'Could you tell me who won? The men and the women, please.'"""
_COURTESY = re.compile(
    r"^(?:(?:and|so|but|ok(?:ay)?|well|hey|hi|hello|please|pls|plz|also|now|um+|sorry|thanks|quick "
    r"question)\b[,:!.]* +|(?:can|could|would|will) (?:you|u) (?:please |pls |kindly |quickly |just )*(?=tell|say|"
    r"list|name|give|show|make|compare|contrast|summ?ar|sum up|explain|recap|brief|catch|bring|check|confirm|verify|"
    r"double|fact|find|trace|track|walk|update|describe|put|enumerate|write)|(?:could|can|may) i (?:please "
    r")?(?:have|get|see) |i(?:['’]d| would)? (?:like|want|need) (?:to (?:have|get|see) )?(?=(?:an? |the |all "
    r")?(?:\w+ )?(?:list|names|summary|overview|timeline|comparison)\b)|(?:do (?:you|u) (?:happen to )?know|tell "
    r"(?:me|us)|(?:i|we)(?:['’]d| would)? (?:like|want|need) to know|(?:i ?a?m|i['’]m) wondering|i wonder|any idea|"
    r"explain(?: to me)?|say)[,:]? (?=(?:please )?(?:who|what|which|when|where|why|how|whose|if|whether|in (?:which|"
    r"what)|by how|on what|number)\b)|(?:my|our|an?|some) [\w -]{2,30}? (?:asks|asked|told|keeps asking|wants? to "
    r"know|wanted to know|wonders|is wondering)(?: me| us)?(?: (?:about|of) |,? (?=(?:who|what|which|when|where|why|"
    r"how|whose|if|whether)\b)))",
    re.I,
)
_CLOSING = re.compile(r"[ ,]+(?:please|pls|plz|thanks|thank you|thx)$", re.I)
MAX_COURTESIES = 6
"""Openings that are taken off one after the other."""

_SAYS = (
    r"hi|hello|hey|hiya|howdy|yo|good (?:morning|afternoon|evening|day|night)|greetings|(?:no |many )?thanks?(?: you)?|"
    r"thx|ty|cheers|ta|bye(?:[- ]bye)?|goodbye|see (?:you|ya)|ok(?:ay)?|cool|great|nice (?:to meet|talking to|meeting|"
    r"chatting with) you|nice|perfect|awesome|brilliant|excellent|got it|i see|wow|oh|ah|aha|sorry|please|help|lol|"
    r"(?:ha){2,}|hm+|never ?mind|yes|yep|no|nope|sure|fine|good|well done|you(?:['’]re| are) (?:welcome|great|right|"
    r"wrong|funny|stupid|useless|the best|awesome|amazing)|(?:it|that)(?:['’]s| is| was) (?:all|great|helpful|good|"
    r"nice|wrong|right|perfect|very helpful|interesting|funny)|(?:how are you|how(?:['’]s| is) it going|what['’]?s up|"
    r"how do you do)(?: (?:doing|today))?|i (?:love|like|hate) (?:you|it|this)|tell me a joke"
)
_AND_SAYS = (
    r"there|all|everyone|again|very much|so much|a lot|for (?:that|your (?:help|time)|the help)|you|then|that helps|"
    r"tomorrow|later|one|to you|job|work|now"
)
_TALK = re.compile(
    rf"(?>(?:{_SAYS})(?!\w)[ ,.!]*)(?>(?:{_SAYS}|{_AND_SAYS})(?!\w)[ ,.!]*)*",
    re.I,
)
"""What is said first, and what may follow; nothing is tried twice, or 'hahaha ...' would take for ever."""
_LIBRARY = r"(?:(?:in|of) )?(?:the |your |this |my )?(?:library|index|archive|collection|database|corpus|store)"
_OURS = rf"(?:there|here|in here|{_LIBRARY}|you|do you|we|stored|indexed|available)"
_PAPERS = r"(?:outlets?|(?:news)?papers?|sources?|publications?|publishers?|media)"
_ABOUT_US = re.compile(
    r"(?:what (?:can|do|could) (?:you|u|it|this) (?:do|know|offer|answer|cover|help (?:me )?with)|what are you(?: "
    r"able to do| good (?:at|for)| for)?|who (?:are|made|built) you|what is this(?: (?:site|page|thing|app|tool|"
    r"program))?|how (?:do|can|does|should) (?:you|i|this|it)(?: (?:site|page|thing|app|tool))? (?:work|use (?:this|"
    r"it|you))|can you help(?: me)?|what (?:can|should|could) i ask(?: you)?|what (?:kinds?|sorts?|types?) of "
    r"(?:questions?|things) (?:can|should|could|do) (?:i|you) (?:ask|answer)(?: you)?|are you (?:an? )?(?:ai|bot|"
    r"robot|human|person|machine|computer|there|real|chat ?gpt|reliable|up to date)|(?:can|do|could|will) you "
    r"(?:make (?:things|stuff|it|this) up|hallucinate|lie|search the (?:web|internet)|use the internet|translate|"
    r"speak|read (?:other languages|german|french|pdfs?)|(?:answer|reply|write|speak) in \w+|summari[sz]e "
    r"(?:articles|texts|stories)|compare (?:articles|outlets)|make (?:lists|timelines))|tell me (?:about|more about|"
    r"something about) (?:yourself|you)|introduce yourself|what is your name|(?:what|which) (?:languages?|topics?|"
    r"subjects?|dates|days|years|period|areas?|regions?|countries) (?:do|can|does|are) (?:you|it|this)(?: (?:speak|"
    r"understand|know|cover|read|about|answer|support))*|who (?:owns|runs|made|built) (?:this|you)(?: (?:site|page|"
    r"app|tool))?|how (?:do|can|could) i add (?:my own |an? |more |new )?(?:articles?|texts?|files?|documents?)|how "
    r"far back do (?:you|the articles|your articles) (?:go|reach)|(?:what|which) models? (?:do|are) you(?: (?:use|"
    r"using|run))?|are you connected to the internet|what is (?:in )?(?:here|there|stored)|when was the (?:last|"
    r"latest|newest|oldest|first) (?:article|story) (?:published|added|written)|how (?:up[- ]to[- ]date|new|current|"
    r"recent|reliable|accurate|good|fast) are you(?:r (?:articles|sources|data|news))?|when were you (?:last "
    r")?(?:updated|made|built)|"
    rf"how (?:many|much) (?:articles?|stories|texts|documents|pieces|reports|{_PAPERS}) (?:are|do|have) {_OURS}(?> "
    rf"(?:have|got|know|hold|cover|read|stored|indexed|all told|in total|{_LIBRARY}))*|(?:what is the )?(?:total "
    rf")?number of (?:articles|stories|{_PAPERS})(?: {_LIBRARY})?|how (?:big|large|old|new) is (?:the |your |this "
    r")?(?:library|index|archive|collection|database|corpus)|"
    r"(?:how (?:new|recent|old|current) is|what is(?: the date of)?|when is|when was|from when is) the (?:newest|"
    r"latest|"
    rf"oldest|most recent|last|first) (?:article|story|report)(?: {_OURS}| from)?|(?:what|which|whats) (?:time|"
    r"dates?|days|years|"
    r"period)(?: (?:span|range|period))? (?:do|does|is|are) (?:the |your |these )?(?:articles|library|index|news)(?: "
    r"(?:cover|span|from))?|"
    rf"(?:what|which|whose|list|name|show)(?: are)?(?: me| all)?(?: the| your)? (?:{_PAPERS}|sections|authors)(?> "
    rf"(?:are|do|have|can|there|{_OURS}|use|read|cover|search|got|know))*(?: {_LIBRARY})?|(?:what is|what|who "
    rf"is) {_LIBRARY}(?: about| contain)?|what does {_LIBRARY} (?:contain|hold|cover)|where (?:do|are) (?:the|your|"
    r"these) (?:articles|news|answers|sources) (?:come )?from)",
    re.I,
)

ARTICLES_COUNTED = re.compile(
    r"(?:^|[,.;:?!–—-] ?)(?:(?:and|so|ok|okay|but) )*(?:how (?:many|much)|(?:what is )?(?:the )?(?:total )?number) "
    r"(?:of )?(?:the |your |these |those |our |different )?(?:articles?|news (?:stories|items|articles|reports)|"
    rf"stories|pieces|reports|items|texts) (?:{_LIBRARY} |(?:in )?(?:here|there|total|all) |altogether )*(?:(?:do|have|"
    r"had|are|can) (?:you|we|i)\b|(?:are|come|were|that are) (?:there )?(?:from|by) |(?:you|we|i)(?:['’]ve)? (?:have|"
    rf"got|hold)\b|(?:are|is) (?:there |stored |kept |held |indexed )?(?:{_LIBRARY}|in here|in there)|did "
    r"(?-i:[A-Z])[\w.'’-]+(?: (?-i:[A-Z])[\w.'’-]+)+ .*\b(?:write|file|author|byline)|(?:were |was )?(?:written|"
    r"filed|published) by |are there (?:on|about|that mention) |(?:on|about|that mention) .{2,60}\b(?:you|we)"
    r"(?:['’]ve)? (?:have|got|hold)\b)|^how many (?:are |come )?(?:from|by) .{2,60} (?:do|have) (?:you|we)\b",
    re.I,
)
"""How many articles there are, of an outlet or author, or on a topic."""

HEARD = (
    r"(?:but )?(?:(?:some(?:one|body)|people|everyone|everybody|a (?:friend|colleague|neighbou?r)|my \w+|they|he|she) "
    r"(?:say|says|said|told me|tells? me|claims?|claimed|thinks?|insists?|reckons?)|i(?:['’]ve| have)? (?:just )?"
    r"(?:read|heard|saw|seen|was told|thought|believe[d]?|understand|gather)|rumou?r has it|word is|apparently|"
    r"supposedly|it is (?:said|claimed|rumou?red))(?: somewhere| online| today| yesterday)?(?:,| that)? (?!(?:"
    r"about|of|who|what|why|how|when|where|which|to|if|whether)\b)(?=\w)"
)
"""Where a claim has been heard: 'somebody told me that'."""
TAG = (
    r", (?:is|are|was|were|do|does|did|has|have|had|will|would|can|could)n['’]?t (?:s?he|it|they|there|we|you)|, "
    r"(?:is|are|was|were|did|does|has|have|will) (?:s?he|it|they|there)"
)
"""How a claim is put to be agreed with: ', didn't she'."""
_NAMED = r"(?:the )?(?:\w+ )?(?:outlets|papers|newspapers|reports|accounts|sources|articles|media|versions|stories)"
_SIDES = r"(?:outlets|papers|newspapers|reports|accounts|sources|articles|media|coverage|versions?|stories)"
SAID = (
    r"what (?:did|does|has|do) (?P<who>.{2,60}?) (?:report|write|say|publish|reported|written|said|published) "
    r"(?:about|on) "
)
"""'What did the Meridian Post report about'."""
_THIS = r"(?:the|this|that|an?|these)"
_SUM = r"(?:summ?ar(?:y|ies)|overview|recap|rundown|synopsis|briefing|digest|gist|highlights)"
_RULES: tuple[tuple[RequestKind, str], ...] = (
    (
        "check",
        r"^(?:is ?it|is this|is that|was it) (?:really |actually )?(?:true|correct|right|accurate|false|a fact)(?: "
        r"that\b| to say\b|:| (?!about|in)\w)|^(?:please )?(?:fact|double|cross)[- ]?check\b|^(?:true or (?:false|"
        r"not)|fact or fiction|debunk|verify|confirm|check (?:this|that|the|if|whether|for me))\b|^can (?:you|u) "
        r"(?:confirm|verify|check)\b|[.,?:;–-] ?(?:is|are|can|could) (?:this|that|it|they) (?:be |really )?(?:true|"
        r"right|correct|accurate)$|[.,?:;–-] ?(?:right|correct|true|true or false|no)$|^(?:does|do|would) (?:it|"
        r"this|that|the claim) (?:hold up|stand up|check out)\b|(?:[.,?:;–-] ?(?:is (?:this|that|it) so|really|yes "
        r"or no))$|^(?:am i right|is (?:it|this) (?:so|really so|a fact))\b|^is (?:this|that|the) (?:claim|"
        r"statement|rumou?r|story|report) (?:true|right|correct|accurate|false)\b|^is the (?:claim|statement|story|"
        r"rumou?r) (?:that|about|.{2,60} (?:right|true|correct))\b|"
        rf"^{HEARD}|{TAG}$|^(?:surely|correct me if i['’]?m wrong),?(?: but)? \w|[.,?:;–-] ?fact or fiction$",
    ),
    (
        "reason",
        r"^(?:w?h?y|why|how come|what(?: on earth)? (?:caused|prompted|led to|made|drove|triggered|motivated|"
        r"explains?|brought about)|(?:for|on) what (?:reasons?|grounds)|what(?:['’]?s| is| was| are| were) (?:the |"
        r"behind |\w+['’]s )?(?:main |real |official )?(?:reasons?|causes?|motives?|grounds|behind (?:the|this|that|"
        r"his|her|their|its) (?:\w+ )?(?:decision|delay|move|change|changes|rise|fall|cut|plan|strike|resignation|"
        r"surge|drop|idea|closure|recall|attack)|explanation)\b|(?:because of|due to) what\b|(?:the )?(?:reasons?|"
        rf"causes?|grounds) (?:for|of|behind|why))\b|^{WHY_IN_OTHER_WORDS}",
    ),
    (
        "who-says",
        r"^(?:(?:and )?(?:who|which (?:\w+ )?(?:papers?|newspapers?|outlets?|articles?|sources?|reports?|officials?|"
        r"minister|agency|station)|whose (?:paper|report)) (?:exactly |was it that |else |actually |first )?(?:said|"
        r"says?|claims?|claimed|reports?|reported|(?:wrote|writes?)(?! the\b| an?\b| for\b)|told|states?|stated|"
        r"alleges?|alleged|denie[sd]|deny|confirm(?:s|ed)?|had the (?:story|news)|broke the (?:story|news)|"
        r"insist(?:s|ed)?|argues?|argued|maintains?|describe[sd]|warn(?:s|ed)|predict(?:s|ed)|admit(?:s|ted)|"
        r"complain(?:s|ed)|suggest(?:s|ed)|blame[sd]|thinks|believe[sd])\b(?! .{2,60} to (?:the )?(?:police|"
        r"authorities|council|prosecutors)$)|who (?:is|was|are) (?:the |your )?sources?\b|says who\b|"
        r"who(?:['’]?s| is| was) (?:saying|claiming|reporting|alleging)\b|(?:where did you (?:get|read|find) "
        r"(?:that|this|it)|how do you know(?: that)?|where is (?:that|this|it) from|(?:the )?sources?(?: for "
        r"(?:that|this))?)$|according to (?:whom?|which|what)\b|on whose (?:word|authority)|"
        r"where (?:does|do|did|is) .{2,80} (?:come )?from$(?<!live from)|"
        rf"{SAID_IN_OTHER_WORDS}|"
        r"whose (?:estimate|figure|claim|number|count|word|statement|words|quote|remark|line)\b|what(?:['’]?s| is|"
        r" was| are) (?:the |"
        r"your |its )?sources? (?:of|for|behind)\b)",
    ),
    (
        "count",
        r"^(?:(?:in|by|for|on|from|after|of) )?how (?:many|mny|often)\b|^(?:what(?:['’]?s| is| was| are| were) "
        r")?(?:the )?(?:total |exact |overall )?(?:number|count) of\b(?! the (?:house|room|car)\b)",
    ),
    (
        "comparison",
        r"^(?:please )?(?:compare|contrast)\b|^(?:a |the )?comparisons? (?:of|between)\b|\bhow (?:do|does|did) "
        rf"{_NAMED}\b.{{0,40}}\b(?:differ|disagree|compare|cover)|\b(?:what|how) (?:do|did) (?:the )?(?:different |"
        r"various |other )?(?:outlets|papers|newspapers|sources|reports) (?:say|report|write|disagree)|"
        rf"\b(?:differences?|disagreements?) between\b.*\b{_SIDES}\b|^(?:what(?:['’]?s| is| are| was| were) )?(?:the "
        r")?(?:main )?differences? between\b(?!.*\bvotes\b)|\b(?:where|in what (?:way|respect)s?|on what|which "
        r"(?:outlets|papers|newspapers|reports|sources)|how) (?:do )?(?:(?:the )?(?:outlets|papers|newspapers|"
        rf"reports|accounts|sources|versions) )?(?:differ|disagree)\b|^(?:do|did) (?:the |all )*{_SIDES} (?:agree|"
        r"disagree|differ|(?:all )?(?:say|report|give|tell) the same)|^any (?:disagreements?|differences?) "
        r"between\b|"
        r"\bhow (?:is|are|was|were) .{2,80} different from\b|\bhow (?:do|does|did) .{2,80} (?:differ (?:from|on|about|"
        r"over|in|as to)|(?:disagree|agree) (?:on|about|over|with)|compare(?: (?:with|to))?|differ$|disagree$)\b|"
        r"\b(?:according to|by|in|from) each (?:of the )?(?:outlet|(?:news)?paper|source|report|article|account)s?\b|"
        r"^(?:what|how|which|when|where|who|why)\b.* (?:does|do|did) (?:each|every) (?:of the )?(?:outlet|(?:news)?"
        r"paper|source|report|article|account)s?\b|^(?:is|are) there (?:a |any )?differences? between\b|^are the "
        r"(?:reports|accounts|outlets|papers|sources|versions) (?:consistent|at odds|in agreement)\b|"
        rf"\bhow (?:similar|different) (?:are|is|were)\b|\bside by side$|^(?:put|set|lay) .{2, 80} side by side\b|"
        rf"\b(?:vs|versus)\b|how (?:the )?{_SIDES} cover",
    ),
    (
        "change",
        r"\b(?:over time|over the (?:months|weeks|years?)|so far changed|chronology|step by step)\b|^(?:(?:make|"
        r"give|show|draw|write|create|build|do) (?:me |us )?)?(?:an? |the )?(?:\w+ )?timelines? (?:of|for|on|"
        r"about)\b|\btimeline$|^(?:what|which things?)(?:['’]?s| has| have| had)? (?:been )?(?:changed|different "
        r"(?:now|since))\b|\bhow (?:has|have|did|does|do) .{2,80}\b(?:change|changed|evolve|evolved|develop|"
        r"developed|unfold|unfolded|progress(?:ed)?|shift|shifted|move|moved)(?: (?:since|over|between|during|from|"
        r"through|until|after|so far)\b.*)?$|^(?:trace|track)\b|^(?:show me |tell me |describe )?how (?:things|the "
        r"\w+|.{2,80}) (?:developed|evolved|unfolded|changed|progressed)(?: (?:since|over|after|during|"
        r"between)\b.*)?$|^(?:(?:give|show|tell) (?:me |us )?)?(?:the )?(?:history|evolution|development|course) "
        r"of\b|^(?:in (?:which|what) order|in what sequence) (?:did|have|has)\b|\bhow (?:did|do) (?:we|it|they|"
        r"things) (?:get|go|come) from\b|\bhow (?:did|does|do|has|have) .{2,80}? (?:keep|kept) \w+ing\b|"
        r"\bhow (?:has|have) .{2,80}\b(?:grown|risen|fallen|slipped|spread|increased|shrunk|dropped|gone (?:up|down))$|"
        r"\bsequence of events\b|^(?:the |all |show me (?:the |all )?)?changes (?:to|"
        r"in|of)\b|^how did (?:things|events|it all) (?:develop|unfold|happen)",
    ),
    (
        "list",
        r"^(?:please )?(?:li?st|enumerate|name (?:all|every|each|the (?:(?!who\b|where\b|that\b|which\b|of\b|"
        r"in\b)\w+ ){0,4}(?!was\b|has\b|does\b)\w+[^\Wsiu]s\b)|give (?:me |us )?(?:all|every|a (?:\w+ )?list|the "
        r"(?:\w+ )?list|(?:the )?names)|show (?:me |us )?(?:all|every|a list)|make (?:me |us )?a (?:\w+ )?list|"
        r"(?:tell|send) me (?:all|every)\b(?! about)|(?:an? |the |your )?(?:full |complete |short |whole )?lists? "
        r"of|bullet points?|(?:the )?names of (?:all|every|everyone|everybody|the \w+s\b)|every(?:one|body) (?:who|"
        r"that)|(?:who|what|which) (?:are|were) all\b|all (?:the |of the )?names|all (?:the )?(?:\w+ "
        r"){0,2}\w+[^\Wsu]s (?:who|that|of|in|with|from|on|for|please))\b|^who all\b|\b(?:list|name) (?:them all|"
        r"them|all of them|all)$|\bnames,? please$|^(?:a )?list\b",
    ),
    (
        "summary",
        rf"^(?:(?:give|write|show|send|get|make) (?:me |us )?(?:an? |the )?(?:\w+ ){{0,2}}{_SUM}|summ?ari[sz]e|sum "
        r"up|"
        r"recap|brief me|catch me up|fill me in|bring me up to (?:speed|date)|tell me (?:all |everything |more |"
        r"something )?about|"
        rf"explain (?:the|this|that|.{{2,60}}) (?:story|article|affair|business|saga|row)|tl;?dr|sum (?:it|this|that|"
        rf".{2, 60}) up|(?:(?:give|tell) me )?the (?:short|brief) version|long story short|run me through|(?:tell|"
        rf"give) me the (?:story|gist)|boil (?:this|it|that)|condense|"
        rf"(?:shorten|abridge|cut down) (?:this|it|that)|(?:an? |the )?(?:\w+ )?{_SUM} (?:of|on|about|"
        rf"for)|(?:an? |the )?(?:\w+ )?{_SUM}$|{_SUM}:|overview|(?:(?:give|show|tell) me |what(?:['’]?s| are) "
        r")?(?:the )?(?:key|main|most important|essential) (?:points|facts|takeaways|things)\b)|.* fill me in$|"
        rf"\w+['’]s {_SUM}$|^(?:what|who)(?:['’]?s| is| was|) (?:it|{_THIS}(?: "
        r"[\w’'-]+){0,3}) (?:all )?about$|^what(?:['’]?s| is| was) (?:the|this|that) (?:[\w’'-]+ ){0,3}story\b|"
        r"^what(?:['’]?s| is) the gist\b|\bin a nutshell\b|\bin (?:two|three|four|five|a few|one|\d) (?:sentences?|"
        r"words|lines)\b|^what (?:do|should) (?:i|we) (?:need to |have to )?know about\b",
    ),
    (
        "latest",
        r"^(?:what(?:['’]?s| is| are|s)? (?:the )?(?:very )?(?:latest|newest|most recent)(?: (?:news|developments?|"
        r"updates?|headlines|state of (?:play|affairs)))?(?: (?:on|about|with|from|in|for|regarding|of)\b|$)|"
        r"(?:(?:give|show|tell|bring|send) (?:me|us) )?(?:the |any |all )?(?:latest|newest|(?:most )?recent) (?:news|"
        r"updates?|developments?|articles?|headlines|stories|reports?|on|about|from|in)\b|(?:is|are|was|were) there "
        r"(?:any |some )?(?:news|updates?|developments?|anything new|something new)\b|(?:have|has) there been (?:any "
        r"|some )?(?:news|updates?|developments?)\b|(?:do|have) (?:you|we) (?:have |got )?(?:any |some )?(?:news|"
        r"updates?|anything new)\b|(?:has|did) anything (?:new )?(?:happened|happen|changed)\b(?! to)|any (?:news|"
        r"updates?|developments?)\b|(?:what(?:['’]?s| is) (?:the )?)?new[s]? (?:on|about|from|in|with|since|of)\b|"
        r"what(?:['’]?s| is) (?:happening|going on|new|up with|in the news)\b|what (?:(?:has )?happened|went on|"
        r"was going on) (?:in|on|during|"
        r"last|this|since|today|yesterday|around|between|over) |what (?:has )?happened "
        r"today$|what (?:has )?happened(?: recently| lately)?$|what (?:did i|have i) miss(?:ed)?\b|update me\b|"
        r"\w+['’]s news$|(?:is there )?(?:any|some)thing (?:new|recent|fresh|"
        r"more recent)\b|what(?:['’]?s| has| have) been (?:happening|going "
        r"on)\b|what are the news\b|how are things\b|where do things stand\b|keep me (?:posted|updated)\b|"
        r"(?:today['’]?s |top |"
        r"the |main )?(?:headlines|top stories)\b|what (?:has been|was|is being) (?:reported|written|published) "
        r"(?:on|about)\b|what do we know "
        rf"(?:so far )?about\b|{SAID})",
    ),
    (
        "yes-no",
        rf"{YES_NO.pattern}|^(?:is|are|was|were|do|does|did|has|have|had|ca|wo|would|should|could)n['’]?t\b|^(?:if|"
        r"whether|any(?:one|body|thing)?)\b",
    ),
)
_FORMS = tuple((kind, re.compile(form, re.I)) for kind, form in _RULES)
_A_FACT = re.compile(
    r"^what(?:['’]?s| is| are|s)? (?:the )?(?:latest|newest|most recent) (?!news\b|developments?\b|updates?\b|"
    r"headlines\b|on\b|about\b|with\b|from\b|in\b|for\b|regarding\b|of\b)\w",
    re.I,
)
_DIFFERENCE_IN_VOTES = re.compile(r"\bdifferences? (?:in|of|between)\b.*\bvotes\b", re.I)
_SENTENCES = re.compile(r"(?<=[.!?:;]) | [-–—] ")
_ASKS = re.compile(r"(?:how|when|who|where|why|which|whether)\b", re.I)
_OUTLETS = re.compile(
    r"\b(?:the (?:articles?|papers?|newspapers?|outlets?|press|media|reports?)|(?:Post|Times|Dispatch|Gazette|Ledger|"
    r"Tribune|Courier|Echo|Radio|Wire|News|Herald|Journal|Guardian|Observer|Star|Mirror|Mail|Telegraph|Chronicle|"
    r"Reuters|BBC|CNN|AP|AFP|NPR))\b"
)


def kind_of(text: str) -> RequestKind:
    """The kind of a request that stands alone."""
    if is_address(text):
        return "pasted"
    bare = " ".join(text[: 4 * MAX_READ].split())
    asks = bare.endswith(("?", ":", "__")) and len(text) <= 4 * MAX_READ  # ':' leaves a gap, 'closed since:'
    bare = bare.strip(" ?!.,")
    if len(bare) <= MAX_AT_ONCE:
        spelled = _spelled_out(bare)
        if _ABOUT_US.fullmatch(spelled) or _ABOUT_US.fullmatch(without_courtesy(spelled)):
            return "about-us"
        if _TALK.fullmatch(bare):
            return "talk"
        if ARTICLES_COUNTED.search(bare):
            return "about-us"
    plain = without_courtesy(bare)[:MAX_READ]
    kind: RequestKind = next((k for k, form in _FORMS if form.search(plain)), "fact")
    if kind != "check" and not asks and len(bare) >= MIN_PASTED and _is_text(bare):
        return "pasted"
    if kind == "latest" and not _latest(plain):
        return "fact"
    if kind in ("fact", "yes-no", "count") and not asked_clock(plain) and (way := worded(plain)):
        return way.kind
    return _asked_last(bare) or kind if kind in ("fact", "yes-no") else kind


def surely_a_fact(text: str) -> bool:
    """Whether a rule, and not only the lack of one, takes a request for one fact: by how many votes, at what time."""
    bare = " ".join(text[:MAX_READ].split())
    return bool(_DIFFERENCE_IN_VOTES.search(bare) or asked_clock(bare))


def _asked_last(bare: str) -> RequestKind | None:
    """What the last sentence of several asks for, if that is no plain fact: 'I have been away. What is new?'"""
    *before, last = _SENTENCES.split(bare)
    kind = kind_of(last) if before else None
    return kind if kind in TAKEN_AS or kind in ("reason", "who-says", "check") else None


def is_address(text: str) -> bool:
    """Whether a text is one or more web addresses and nothing else."""
    words = text[:MAX_ADDRESSES].split()
    return bool(words) and all(_ADDRESS.match(word) for word in words)


def without_courtesy(bare: str) -> str:
    """A request without the words that only open it: 'And could you please tell me'."""
    bare = _CLOSING.sub("", bare)
    for _ in range(MAX_COURTESIES):
        opening = _COURTESY.match(bare)
        if opening is None or not (rest := bare[opening.end() :].strip()):
            break
        bare = rest
    return bare


def _spelled_out(bare: str) -> str:
    return re.sub(r"\b(what|who|how)['’]?s\b", r"\1 is", bare, flags=re.I)


def _is_text(bare: str) -> bool:
    if len(bare) <= MAX_READ and _ADDRESSED.search(bare):
        return False
    return bool(_DATELINE.match(bare)) or len(_END.findall(bare)) + 1 >= MIN_SENTENCES_PASTED


def _latest(bare: str) -> bool:
    """Whether what looks like a request for news is one."""
    if _A_FACT.match(bare) or asked_clock(bare):
        return False  # 'the latest death toll', 'what happened in the assembly at 14:30'
    said = re.match(SAID, bare, re.I)  # what somebody said, or an outlet of 'how many acres', is one fact
    return not (
        said and said["who"].lower() != "been" and (not _OUTLETS.search(said["who"]) or _ASKS.match(bare, said.end()))
    )
