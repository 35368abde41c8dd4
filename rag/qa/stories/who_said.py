"""Who said it, and which outlet had it first: the sentence with what was said, and whose word it is there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.qa.article_days import day_words, ordinal
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.subjects import meant_in
from rag.qa.attribution.support import Claim
from rag.qa.full_sense import as_told
from rag.qa.stories.speakers import MAX_BEFORE, voice
from rag.text.sentences import sentence_spans
from rag.text.tokens import content
from rag.types import Evidence, day

MIN_SHARE_SAID = 0.6
"""Of the words of what was said, what a sentence must have to be the one that says it."""
MIN_SHARE_BESIDE_TITLE = 0.3
"""Of them what a sentence must have that the headline lacks, for those in the headline to count too."""
MIN_SHARE_OF_BEST_SAID = 0.35
"""The same of the sentence that bears most on the question, of those that somebody says."""
MIN_WORDS_SAID = 2
MIN_SCORE_OF_BEST = 0.8
"""Of the best sentence's score, what that one must have."""
MAX_SENTENCES_SAID = 60
"""Sentences, best first, among which it is looked for."""
MIN_SHARE_OF_MATTER = 0.5
"""Of the words of what was reported, what a report must have."""
LENGTH_OF_LEAD = 300
"""Characters at the beginning of an article that say what it is about."""
MIN_SHARE_FIRST = 0.35
"""Of the best sentence's score, what one that reported the same before must have."""

_ASKED = re.compile(
    r"^(?:some(?:body|one) |(?:and |so )?(?:(?:by|from|to|according to) )?(?:who|whom|whose|which (?:[a-z-]+ )?|what|"
    r"where)\b)(?: ?(?:exactly|was|is|it|"
    r"that|"
    r"first|else|actually|the|were))*(?: (?:paper|newspaper|outlet|source|agency|official|expert|words?|claim|quote|"
    r"remark|line|statement|estimate|figure)s?)? *(?:(?:who|that|to|is|are|it) )*(?:says?|said|claim(?:s|ed)?|told|"
    r"stat(?:es|ed)|report(?:s|ed)?|wr(?:ites|ote)|insist(?:s|ed)|argue[sd]?|warn(?:s|ed)?|believe[sd]?|thinks?|thought|reckon(?:s|ed)?|"
    r"admit(?:s|"
    r"ted)|complain(?:s|ed)|suggest(?:s|ed)|maintain(?:s|ed)|predict(?:s|ed)|quoted(?: as saying| with)?|called|"
    r"spoke of|"
    r"described|used the words?|made the remark(?: about)?|mentioned|confirm(?:s|ed)?)?(?: that)?\b",
    re.I,
)
_ASKED_AFTER = re.compile(r"[,.?!–—-]+ (?:so )?who (?:was|is|were|are) (?:that|it|this|they)$", re.I)
_WHO = re.compile(r"(?:and |so )?(?:who|whom|whose|which (?:of the )?[a-z-]+(?<!s)s?)\b", re.I)
_PRONOUN_FIRST = re.compile(r"(?:He|She)\b")
_OUTLET = re.compile(
    r"\b(?:papers?|newspapers?|outlets?|sources?|articles?|agency|station|reports?|reported|published|broke|wrote|"
    r"writes)\b",
    re.I,
)
_FIRST = re.compile(r"\bfirst\b|\bbroke (?:the|this|that)\b", re.I)
_OF_FIRST = frozenset(
    content("first report reported reports broke break story news paper outlet newspaper published was")
)


def who_said(question: str, scored: Sequence[Evidence]) -> Verdict | None:
    """The sentence that has the words of what was said, with its speaker: named in it, or in the one before that says
    who speaks. None where no sentence has them, or nobody says them.

    ``scored`` are the sentences that bear on the question, best first.
    """
    if _OUTLET.search(question):
        return first_reported(question, scored)
    bare = " ".join(question.split()).strip(" ?!.")
    said = list(dict.fromkeys(content(_ASKED.sub("", _ASKED_AFTER.sub("", bare)))))
    if len(said) < MIN_WORDS_SAID:
        return None
    found: list[tuple[float, float, Evidence, str]] = []
    for e in scored[:MAX_SENTENCES_SAID]:
        bag = set(content(e.quote))
        share = sum(meant_in(word, bag) for word in said) / len(said)
        headline = set(content(e.article.title))
        beside = [word for word in said if not meant_in(word, headline)]  # what the headline does not say already
        if sum(meant_in(word, bag) for word in beside) >= MIN_SHARE_BESIDE_TITLE * len(said):
            share = sum(meant_in(word, bag) or meant_in(word, headline) for word in said) / len(said)
        is_best = not found and share >= MIN_SHARE_OF_BEST_SAID and e.score >= MIN_SCORE_OF_BEST * scored[0].score
        if share < MIN_SHARE_SAID and not is_best:
            continue
        speaker = voice(e.article, e.start, e.end).speaker
        if speaker:
            found.append((share, e.score, e, speaker))
    if not found:
        return None
    *_, e, speaker = max(found, key=lambda each: each[:2])
    claims = [Claim(as_told(e), (e,), e.score)]
    last = speaker.split()[-1]
    if last not in e.quote and (named := _naming(e, speaker)):
        claims.insert(0, Claim(as_told(named), (named,), e.score))
    return Verdict(tuple(claims), speaker)


def named_before(question: str, verdict: Verdict) -> Verdict:
    """A sentence that answers who it was with 'he' or 'she', after the one that names whom it means."""
    if not (_WHO.match(question) and verdict.claims and len(quotes := verdict.claims[0].quotes) == 1):
        return verdict
    e = quotes[0]
    speaker = voice(e.article, e.start, e.end).speaker if _PRONOUN_FIRST.match(e.quote) else None
    if not speaker or speaker.rsplit(maxsplit=1)[-1] in e.quote or not (named := _naming(e, speaker)):
        return verdict
    claims = (Claim(as_told(named), (named,), e.score), *verdict.claims)
    return Verdict(claims, speaker, verdict.reason, verdict.certainty)


def first_reported(question: str, scored: Sequence[Evidence]) -> Verdict | None:
    """The earliest report of what bears on a question after who had it first, with its outlet and day."""
    if not _FIRST.search(question) or not scored:
        return None
    words = [w for w in content(question) if w not in _OF_FIRST]

    def share(e: Evidence) -> float:
        bag = set(content(f"{e.article.title} {e.article.body[:LENGTH_OF_LEAD]} {e.quote}"))
        return sum(meant_in(w, bag) for w in words) / max(len(words), 1)

    near = [
        e
        for e in scored
        if e.article.source and day(e.article.published) and e.score >= MIN_SHARE_FIRST * scored[0].score
        and share(e) >= MIN_SHARE_OF_MATTER
    ]  # fmt: skip
    if not near:
        return None

    def told(e: Evidence) -> int:
        bag = set(content(e.quote))
        return sum(meant_in(w, bag) for w in words)

    e = min(near, key=lambda e: (ordinal(e.article), str(e.article.published), -told(e), -e.score))
    published = day(e.article.published)
    when = day_words(published) if published else ""
    return Verdict((Claim(f"{e.article.source}, {when}: {as_told(e)}", (e,), e.score),), e.article.source)


def _naming(e: Evidence, speaker: str) -> Evidence | None:
    """The sentence before that names who speaks."""
    spans = sentence_spans(e.article.body[: e.start], e.article.language)[-MAX_BEFORE:]
    last = speaker.rsplit(maxsplit=1)[-1]
    span = next(((a, b) for a, b in reversed(spans) if last in e.article.body[a:b]), None)
    return Evidence(e.article, span[0], span[1], e.article.body[span[0] : span[1]], e.score) if span else None
