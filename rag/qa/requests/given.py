"""What a request brings along or points at: a claim, a sentence with a gap, a pasted text, an address, 'this article'
where none is open."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.qa.answer.refusal import Refusal
from rag.qa.asked import Outcome, Question
from rag.qa.attribution.subjects import asked_names
from rag.qa.requests.kinds import HEARD, TAG, RequestKind, is_address
from rag.qa.requests.matter import topic
from rag.text.answer_type import YES_NO
from rag.types import Filters, Hit

PASTED = (
    "This looks like an article, not a question. Add it to the library, or use it as the only source of your next "
    "question."
)
ADDRESS = "This is a web address, not a question. Add its page to the library, and then ask about it."
NOT_OPEN = (
    "No article is open here. Choose “Ask about this article” beside a source, or name what it is about: “Summarise” "
    "and its subject."
)

_NOUN = r"(?:article|piece|text|page|document|post|column|clipping)"
_THIS = re.compile(
    rf"\b(?:this|that|the (?:open|current|above|present|attached)) (?:news |whole |long )?{_NOUN}\b"
    r"(?! (?:of|about|on) \w)",
    re.I,
)
_THE = re.compile(r"\bthe article\b(?! (?:of|about|on|by|from|that|titled|called|headlined|in)\b)", re.I)
_NEWS_OF_ALL = re.compile(
    r"\b(?:news|today|yesterday|days?|weeks?|months?|year|headlines|stories|everything|articles|happened|library|"
    r"all|latest|recent\w*)\b",
    re.I,
)


def pasted_reply(text: str) -> str:
    """What is said to a text or an address that is no question."""
    return ADDRESS if is_address(text) else PASTED


def lacks_article(question: Question, articles: int) -> bool:
    """Whether a request is about an article that is open, where none is; ``articles`` is how many there are."""
    if articles == 1 or question.filters.only is not None:
        return False
    if _THIS.search(question.text) or (_THE.search(question.text) and not asked_names(question.text)):
        return True
    understood = question.understood
    limited = understood.since or understood.until or understood.sources or understood.sections
    return _of_nothing(question.request.kind, question) and not limited and question.filters == Filters()


def _of_nothing(kind: RequestKind, question: Question) -> bool:
    """'Summarise it', 'tl;dr': a summary of nothing that is named."""
    return kind == "summary" and not topic(question.query) and not _NEWS_OF_ALL.search(question.query)


def of_the_open(text: str, filters: Filters) -> bool:
    """Whether a request is about the one article that is open, by its words: no conversation says more of it."""
    return filters.only is not None and len(filters.only) == 1 and bool(_THIS.search(text) or _THE.search(text))


def not_open(question: Question, find: Callable[[Question], list[Hit]]) -> Outcome:
    """What is said where no article is open; with the articles that the conversation is about, if there was one."""
    hits = find(question) if question.query != question.text else []
    return Outcome(hits=tuple(hits), refused=Refusal(NOT_OPEN, "article"))


_BEFORE_CLAIM = re.compile(
    r"^(?:(?:please |can you |could you )?(?:fact|double|cross)[- ]?check(?: (?:this|that|whether|if))?[:,]? |true or "
    r"(?:false|not)[:,]? |fact or fiction[:,]? |(?:please |can you |could you )?(?:confirm|verify|check|debunk)(?: for "
    r"me)?(?: (?:this|that|whether|if))?[:,]? |(?:is|was) (?:it|this|that) (?:really |actually )?(?:true|correct|right|"
    rf"accurate|false|a fact)(?: that| to say(?: that)?|:|,) |{HEARD})",
    re.I,
)
_AFTER_CLAIM = re.compile(
    rf"(?:{TAG})\s*$|"
    r"[ ,.?:;–-]+(?:(?:is|are|can|could) (?:this|that|it|they) (?:be |really )?(?:true|right|correct|accurate|so)|"
    r"right|correct|true|true or false|no|really|yes or no|fact[- ]?check)\s*$",
    re.I,
)
_INVERTED = re.compile(
    r"^(?P<subject>.{2,80}?) (?P<aux>is|are|was|were|has|have|had|will|would|can|could|did|does|do) (?P<rest>.+)$"
)
MAX_CLAIM = 400
"""Characters of a request in which a claim is looked for."""


def claim_asked(request: str) -> str:
    """The claim of a request as a question: 'Was the toll dropped?' of 'Is it true that the toll was dropped?'.

    A claim without an auxiliary stays in its order.
    """
    bare = " ".join(request.split()).strip(" ?!.")
    if len(bare) > MAX_CLAIM:
        return request
    claim = _AFTER_CLAIM.sub("", _BEFORE_CLAIM.sub("", bare)).strip(" ?!.,:")
    if not claim or claim == bare:
        return request
    found = _INVERTED.match(claim)
    if not found:
        return f"{claim[:1].upper()}{claim[1:]}?"
    subject = found["subject"]
    subject = subject[:1].lower() + subject[1:] if re.match(r"(?:The|A|An|This|That) ", subject) else subject
    return f"{found['aux'].capitalize()} {subject} {found['rest']}?"


_GAP = re.compile(
    r"\b(?P<this>this|these) (?!(?:past |coming |last |next )?(?:week|month|year|morning|afternoon|evening|night|"
    r"weekend|season|summer|winter|autumn|fall|spring|quarter|time|day|date|decade|century|era|hour|moment|minute|point|stage|"
    r"term|way|end|kind|sort|type|article|piece|text|page|document|post|column|question|is|was|are|were|has|had|have|"
    r"will|would|can|could|may|might|must|should|does|did|means?|makes?|made|comes?|came|follows?|followed|happens?|"
    r"happened|and|or|but|to|in|on|at|of|by|for|with|from|as|that|which|not|also|\w+day)s?\b)(?=[a-z]{3}|[A-Z])",
    re.I,
)
"""'This drug' of a sentence that asks for its name; 'this week', 'this is' and 'this article' name nothing."""
_ASKS = re.compile(
    rf"{YES_NO.pattern}|\b(?:who|whom|whose|what|when|where|why|how)\b|^(?:please )?(?:tell|show|give|list|name|say|"
    r"find|explain|describe|summ?ar|compare|check|search|look|read|i |we |let|help|make|write|add|open|remove|ask)",
    re.I,
)
"""How a request begins that asks in so many words, with or without a question mark."""
_TO_FINISH = re.compile(r"(?:\s*(?:_{2,}|\.{3,}|…))?\s*[:_…]\s*$|\s*(?:_{2,}|\.{3,})\s*$")
_SINCE = re.compile(r"\b(?:since|until|till)(?: (?:at least|about|around))?$", re.I)
_EXCEPT = re.compile(r"\bexcept\W*$", re.I)
_BLANK = re.compile(r"(?<!\w)_{2,}(?!\w)")
_NO_ARTICLE = re.compile(r" (?:the|an?)$", re.I)
MIN_WORDS_WITH_GAP = 6
"""Words of a sentence with a gap: 'This ferry' alone leans on the conversation."""


def gap_asked(text: str) -> str:
    """A sentence with a gap as a question: 'Which drug was banned this week?' of 'This drug was banned this week.'

    So are 'The bridge was closed for the first time since:' ('... since when?') and 'It is made of ____'. What has a
    question mark stays as it is, and what asks for an exception ('all of these but:').
    """
    bare = " ".join(text.split())
    if len(bare.split()) < MIN_WORDS_WITH_GAP or len(bare) > MAX_CLAIM or "?" in bare or _EXCEPT.search(bare):
        return text
    this = _GAP.search(bare)
    if _ASKS.search(bare[: this.start()] if this else bare):
        return text
    if this:
        which = "Which" if this["this"][0].isupper() else "which"
        return f"{bare[: this.start()]}{which}{bare[this.end('this') :].rstrip(' .:…_')}?"
    if _BLANK.search(bare) and not _TO_FINISH.search(bare):
        return f"{_BLANK.sub('what', bare, count=1).rstrip(' .:')}?"
    if not _TO_FINISH.search(bare):
        return text
    begun = _NO_ARTICLE.sub("", _TO_FINISH.sub("", bare))
    return f"{begun} {'when' if _SINCE.search(begun) else 'whom' if begun.endswith(' by') else 'what'}?"
