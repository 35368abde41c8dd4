"""Evidence that gives another value for what was answered: an older one, a newer one, or another outlet's.

A disagreement that is none is worse than one that goes untold: where the two sentences may be about different things,
different days or different parts of a whole, nothing is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.qa.article_days import day_words, later, ordinal
from rag.qa.attribution.objections.other_referent import other_of_pair
from rag.qa.conflicts.facets import mends
from rag.qa.conflicts.frame import Frame, OtherValue
from rag.qa.conflicts.same_matter import SameMatter
from rag.text.quantities import quantities
from rag.types import Article, Evidence, day

MAX_GAP = 180
"""Days between two articles; further apart they may speak of another year's event."""
MAX_GAP_SCORE = 2  # days; two results further apart are two matches


@dataclass(frozen=True, slots=True)
class ValueChange:
    """Another value than the answer's. ``older``: the answer has replaced it; ``newer``: it replaces the answer;
    ``outlets``: two outlets differ within a day.

    ``text`` is one sentence to put after the answer; ``other`` carries its value. Values are as printed. ``sure`` tells
    that both sentences say it in nearly the same words, so that the newer value may take the place of the answer.
    """

    kind: Literal["older", "newer", "outlets"]
    other: Evidence
    cited_value: str
    other_value: str
    text: str
    sure: bool = True


def value_change(
    question: str, claim_text: str, short: str | None, cited: Evidence, evidence: Sequence[Evidence]
) -> ValueChange | None:
    """The one change or disagreement that is worth telling: a newer value, else another outlet's, else an older one.

    ``claim_text`` is the sentence of the answer, ``short`` its shortest form, ``cited`` the quote that carries it, and
    ``evidence`` every sentence that was selected. Reprints of the cited story are never set against it.
    """
    frame = Frame(question, claim_text, short, cited)
    if frame.value is None and frame.name is None:
        return None
    wide = SameMatter(question, claim_text, cited, frame.value)
    found: list[OtherValue] = []
    support = day(cited.article.published)
    said = quantities(short or claim_text)
    for item in evidence:
        if _same_story(item.article, cited.article):
            continue
        if other_of_pair(question, item.quote, said, ()):
            continue  # the figure of the House is no later one of the Senate's
        other = frame.compare(item) or wide.compare(item)
        if other == "agrees":
            published = day(item.article.published)
            support = max(support, published) if support and published else support
        elif other is not None:
            found.append(other)
    told = [c for other in found if (c := _told(frame, cited, other, support))]
    order = {"newer": 0, "outlets": 1, "older": 2}
    return min(told, key=lambda c: (order[c.kind], -ordinal(c.other.article)), default=None)


def _told(frame: Frame, cited: Evidence, other: OtherValue, support: date | None) -> ValueChange | None:
    ours, theirs = frame.published, day(other.evidence.article.published)
    if ours is None or theirs is None or support is None:
        return None
    gap = (theirs - ours).days
    if abs(gap) > (MAX_GAP_SCORE if other.kind == "score" else MAX_GAP):
        return None
    item = other.evidence
    if other.kind not in ("date", "name") and other.value[:1].isupper() and other.value[1:2].islower():
        other = replace(other, value=other.value[:1].lower() + other.value[1:])  # 'Four people died' begins a sentence
    when = day_words(theirs)
    kind: Literal["older", "newer", "outlets"]
    if mends(item) and not mends(cited) and gap >= -1:
        kind = "newer"
    elif mends(cited) and gap <= 1:
        kind = "older"
    elif abs(gap) > 1:
        kind = "newer" if gap > 0 else "older"
    elif _outlet(item.article) != _outlet(cited.article) and item.article.source and cited.article.source:
        kind = "outlets"
    else:
        is_later = later(item.article, cited.article)
        if is_later is None:
            return None
        kind = "newer" if is_later else "older"
    if kind == "newer" and support > theirs:
        return None  # a still newer article says what the answer says
    if other.bound and (kind == "outlets" or abs(gap) <= 1):
        return None
    if kind == "older":
        text = f"Earlier reports gave {other.value} ({when})."
    elif kind == "newer":
        text = f"A later report gives {other.value} ({when})."
    else:
        first, second = _outlet(cited.article), _outlet(item.article)
        text = f"{first[:1].upper()}{first[1:]} gives {frame.printed}, {second} gives {other.value}."
    return ValueChange(kind, item, frame.printed, other.value, text, other.sure)


def _same_story(a: Article, b: Article) -> bool:
    return a.id == b.id or (a.story is not None and a.story == b.story)


_THE = frozenset({"BBC", "AP", "FT"})


def _outlet(article: Article) -> str:
    source = article.source or ""
    return f"the {source}" if source in _THE else source
