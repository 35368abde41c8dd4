"""Which sentences show how something changed: its values, what replaced what, and the words of change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from rag.qa.article_days import ordinal
from rag.qa.stories.side_by_side import same_value, value_of
from rag.text.answer_type import answer_type
from rag.text.quantities import quantities
from rag.text.tokens import content
from rag.types import Evidence, TimelineRow, day

MIN_WORDS_OF_ROW = 4
"""Content words that a sentence must have to tell of a change."""
MIN_BEARING_ON_CHANGE = 1.25
MIN_ROWS_ON_TOPIC = 3
"""Rows with words of the topic, or replaced, from which on others are left out."""
MIN_SHARE_OF_VALUE = 0.7
"""Of the best sentence's score, what another one must have to give a value of what changed."""
MAX_VALUES = 3
BACKGROUND = timedelta(90)
"""Before the first report: what was then is no part of the change."""
SUMMARY_WEIGHTS = {"words": 1.0, "value": 0.5, "first": 0.75, "change": 0.25}
CHANGE_WEIGHTS = {"replaced": 2.0, "words": 1.5, "value": 1.0, "change": 0.75}

_COURSE = re.compile(
    r"\b(?:timelines?|timelin|chronology|step by step|sequence of events|unfold(?:ed)?|in (?:which|what) order|"
    r"history of|how (?:things|events|it all))\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:cut|cuts|raise[sd]?|now|instead|no longer|first (?:proposed|announced|agreed)|slip(?:s|ped)?|delay(?:s|ed)?|"
    r"postpone[sd]?|put (?:off|back)|widen(?:s|ed)?|extend(?:s|ed)?|less than|more than|fewer|later|unchanged|moved|"
    r"revised|trim(?:s|med)?|resign(?:s|ed)?|elected|(?:is|was) over|called off|reopen(?:s|ed)?|closed|"
    r"corrected|new)\b",
    re.I,
)


def rows_of_change(about: str, rows: Sequence[TimelineRow]) -> list[TimelineRow]:
    """The rows of a timeline that show most of how its topic changed, those first."""
    words = set(content(about))
    replacing = {row.replaced_by for row in rows if row.replaced_by is not None}
    days = [published for row in rows if (published := day(row.article.published))]
    begun, ended = (min(days), max(days)) if days else (None, None)
    weighed: list[tuple[float, int, bool]] = []
    for n, row in enumerate(rows):
        bag = set(content(row.quote))
        linked = row.replaced_by is not None or n in replacing
        before = row.last is not None and begun is not None and row.last < begun - BACKGROUND
        if before or not (is_told(row, ended) or (linked and is_told(row, None))):
            continue
        weight = CHANGE_WEIGHTS["replaced"] * linked + CHANGE_WEIGHTS["words"] * len(words & bag) / max(len(words), 1)
        weight += CHANGE_WEIGHTS["value"] * has_value(row.quote) + CHANGE_WEIGHTS["change"] * bool(
            _CHANGE.search(row.quote)
        )
        if weight >= MIN_BEARING_ON_CHANGE:
            weighed.append((weight, n, bool(linked or words & bag)))
    ordered = sorted(weighed, key=lambda entry: (not entry[2], -entry[0]))
    on_topic = [n for _, n, has_words in ordered if has_words]
    chosen = on_topic if len(on_topic) >= MIN_ROWS_ON_TOPIC else [n for _, n, _ in ordered]
    return _replaced_once([rows[n] for n in chosen])


def asks_for_course(question: str) -> bool:
    """Whether what happened is asked for, in its order, rather than what changed."""
    return bool(_COURSE.search(question))


def is_told(row: TimelineRow, newest: date | None) -> bool:
    """Whether a row tells something by itself, and no plan whose day has passed."""
    past = (
        row.planned and row.replaced_by is None and row.last is not None and newest is not None and row.last <= newest
    )
    return not past and row.quote[:1] not in "\"“'‘" and len(set(content(row.quote))) >= MIN_WORDS_OF_ROW


def _replaced_once(rows: Sequence[TimelineRow]) -> list[TimelineRow]:
    """Without a second row of the same days that the same one replaced."""
    taken: set[object] = set()
    kept = []
    for row in rows:
        key = (row.replaced_by, row.first, row.last)
        if row.replaced_by is None or key not in taken:
            taken.add(key)
            kept.append(row)
    return kept


def values_given(about: str, scored: Sequence[Evidence], told: Sequence[str]) -> list[Evidence]:
    """Sentences that give a value of what changed which those that are told do not give, the earliest of each."""
    asked = f"What is the {about}?"
    if answer_type(asked) is None or not scored:
        return []
    words = set(content(about))
    near = [e for e in scored if e.score >= MIN_SHARE_OF_VALUE * scored[0].score and words & set(content(e.quote))]
    chosen: list[Evidence] = []
    for e in sorted(near, key=lambda e: ordinal(e.article)):
        value = value_of(asked, e)
        if value is None or not quantities(value.text) or any(value.text in quote for quote in told):
            continue
        if not any((other := value_of(asked, c)) and same_value(value, other) for c in chosen):
            chosen.append(e)
    return chosen[:MAX_VALUES]


def rows_of_summary(about: str, rows: Sequence[TimelineRow]) -> list[TimelineRow]:
    """The rows of a timeline in the order in which they tell most of its topic: by its words, the rare ones more, by a
    value, by standing first in their article, and by a word of change."""
    words = dict.fromkeys(content(about))
    bags = [set(content(row.quote)) for row in rows]
    rare = {word: 1 / (1 + sum(word in bag for bag in bags)) for word in words}
    total = sum(rare.values()) or 1.0

    def weight(n: int) -> float:
        row = rows[n]
        held = sum(rare[word] for word in words if word in bags[n]) / total
        first = not row.article.body[: row.start].strip()
        return (
            SUMMARY_WEIGHTS["words"] * held
            + SUMMARY_WEIGHTS["value"] * has_value(row.quote)
            + SUMMARY_WEIGHTS["first"] * first
            + SUMMARY_WEIGHTS["change"] * bool(_CHANGE.search(row.quote))
        )

    return [rows[n] for n in sorted(range(len(rows)), key=lambda n: -weight(n))]


def has_value(quote: str) -> bool:
    """Whether a sentence gives a sum, a share or a count, and not only a day."""
    return any(q.kind not in ("ordinal", "date", "clock") for q in quantities(quote))
