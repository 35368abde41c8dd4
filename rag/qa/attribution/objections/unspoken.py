"""Whether an article speaks at all of the thing whose price, length or the like is asked for.

'How much is a yearly pass for the bridge?' of an article that knows of the bridge's toll: a draft repeats the
question's words, so 'The yearly pass is $3.75' stands on a quote that holds all it brings. Each word of what is asked
for must stand in the article, in some form of it or in one that says the same.
"""

from __future__ import annotations

import re

from rag.qa.attribution.subjects import LIGHT, alike, asked_names, held, meant_in
from rag.text.sentences import sentence_spans
from rag.text.tokens import content, tokens

MAX_ASKED_WORDS = 5
"""Words that what is asked for has, at most."""

_ENDS = (
    r"(?:of|for|at|in|on|to|from|by|with|per|between|under|over|after|before|during|than|that|who|which|there|and|or|"
    r"costs?|be|been|is|are|was|were|do|does|did|has|have|had|will|would|can|could|may|might|must|should|last|take)\b"
)
_THING = rf"(?P<thing>(?:(?!{_ENDS})[a-z][a-z’'-]*(?: |(?=[?.,]|$))){{1,{MAX_ASKED_WORDS}}})"
_A = r"(?:(?:the|an?|its|their|his|her|one|each|every) )?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"[Hh]ow (?:much|long|big|large|high|old|fast|far|heavy|tall|deep|wide) (?:is|are|was|were|does|do|did|will|"
        rf"would) {_A}{_THING}",
        rf"[Ww]hat (?:is|are|was|were|will be|would be) {_A}{_THING}(?=(?:of|for|at|in|on|to|from|by)\b)",
    )
)
_NO_THING = re.compile(r"(?:it|this|that|they|he|she|we|you|i|there|these|those|the|an?)\b", re.I)
_NO_NOUN = re.compile(r"(?:ly|[^e]ed)$")
"""An adverb or a participle, for which news has too many words: 'estimated', 'newly'."""
_EACH = {
    "yearly": "year", "annual": "year", "monthly": "month", "weekly": "week", "daily": "day", "hourly": "hour",
    "nightly": "night",
}  # fmt: skip
_VAGUE = frozenset(
    content(
        "main exact total overall official average whole full real actual common popular major top biggest largest "
        "highest lowest longest best worst most least"
    )
)
_MEASURES = frozenset(
    content(
        "name title status reason purpose meaning result outcome effect role theme topic subject nickname word term "
        "difference amount size length height age weight width depth distance speed price cost value rate level score "
        "share percentage capital population"
    )
)
"""What articles give without a word for it, as 'the 85-year-old' or 'The Guns of August'; not in 'weight limit'."""


def asked_thing(question: str) -> str:
    """What a question asks the price, length, or the like of, in its words: 'yearly pass'; '' where it does not."""
    text = " ".join(question.split())
    spans = sentence_spans(text)
    last = text[slice(*spans[-1])] if spans else text
    found = next((m for form in _FORMS if (m := form.match(last))), None)
    return "" if found is None or _NO_THING.match(found["thing"]) else found["thing"].strip()


def unspoken(question: str, text: str) -> str | None:
    """The first word of what is asked for that an article's ``text`` has in no form; None where it has them all."""
    named = {t for run in asked_names(question) for t in run}
    bag: set[str] | None = None
    words = [m[0] for m in re.finditer(r"[a-z][a-z’'-]*", asked_thing(question))]
    for n, word in enumerate(words, 1):
        if _NO_NOUN.search(word) and word not in _EACH:
            continue
        passed_over = LIGHT | named | _VAGUE | (_MEASURES if n == len(words) else frozenset())
        for term in content(word):
            if term in passed_over:
                continue
            bag = set(tokens(text)) if bag is None else bag
            if not (held(term, bag) or meant_in(term, bag) or alike(term, bag) or _told_by_time(word, text)):
                return word
    return None


def _told_by_time(word: str, text: str) -> bool:
    """Whether a text says of something that it is 'a year', asked about what is yearly."""
    unit = _EACH.get(word)
    return unit is not None and bool(
        re.search(rf"\b(?:an?|per|each|every) {unit}\b|\b{unit}ly\b", text, re.I)
        or (unit == "year" and re.search(r"\bannual", text, re.I))
    )
