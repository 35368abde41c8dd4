"""Alerts of followed questions against the changes that were due: which are right, which are false, what was missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..records import FedArticle, StandingQuestion, holds

TOLD_AS = {"changed": "superseded"}
"""A kind of change by the name that the program gives it, where the names differ."""


class Alert(Protocol):
    """A change of a followed question as the program tells it (``rag.types.Change``)."""

    @property
    def day(self) -> dt.date: ...
    @property
    def kind(self) -> str: ...
    @property
    def old(self) -> str: ...
    @property
    def new(self) -> str: ...
    @property
    def new_quote(self) -> str: ...
    @property
    def article_id(self) -> str: ...
    @property
    def source(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Marks:
    """What became of one question on one day: a verdict for each alert ('right', 'false', 'allowed', 'unread' where
    nobody has written down what is right) with the reason why it is false, and why a due change was missed."""

    verdicts: tuple[str, ...]
    reasons: tuple[str, ...]
    missed: str | None


def fits(values: Sequence[str], alert: Alert, kind: str) -> bool:
    """Whether an alert tells a value by one of its spellings; of what is withdrawn, also that nothing is said now."""
    if kind == "withdrawn" and (not alert.new or alert.kind == "withdrawn"):
        return True
    return bool(alert.new) and holds(values, alert.new)


def mark(
    question: StandingQuestion, day: dt.date, told: Sequence[Alert], before: Sequence[Alert], fed: Sequence[FedArticle]
) -> Marks:
    """Marks the alerts ``told`` within the feed of ``day``; ``before`` are those of earlier days, ``fed`` all articles
    until then, the newest first.

    An alert is right if a change was due that day and it tells the new value; the same one again is false.
    """
    if question.changes is None:
        return Marks(("unread",) * len(told), ("",) * len(told), None)
    due, hit = question.due(day), False
    verdicts, reasons = [], []
    for n, alert in enumerate(told):
        why = ""
        if due and not hit and fits(due.values, alert, due.kind):
            hit, verdict = True, "right"
        elif any(on == day and holds(values, alert.new) for on, values in question.allowed):
            verdict = "allowed"
        else:
            verdict, why = "false", _why(question, day, alert, [*before, *told[:n]], fed)
        verdicts.append(verdict)
        reasons.append(why)
    missed = None if hit or not due else _missed(question, due.values, told, before)
    return Marks(tuple(verdicts), tuple(reasons), missed)


def _why(
    question: StandingQuestion, day: dt.date, alert: Alert, before: Sequence[Alert], fed: Sequence[FedArticle]
) -> str:
    """Why an alert is false, in words; the first that holds."""
    role = next((a.role for a in fed if a.id == alert.article_id), "")
    right = question.accepted(day)
    if any(alert.new and alert.new == b.new for b in before) and any(holds(v, alert.new) for v in right):
        return "told before"
    if not alert.new:
        return "still said, but told as gone"
    if any(holds(values, alert.new) for values in right):
        late = any(c.day < day and holds(c.values, alert.new) for c in question.changes or ())
        return "late: it changed on an earlier day" if late else "right, but nothing had changed"
    if any(holds(values, alert.new) for values in _earlier(question, day)):
        return "an old value told as new"
    return "of something else that sounds alike" if role == "other" else "a wrong value"


def _earlier(question: StandingQuestion, day: dt.date) -> list[tuple[str, ...]]:
    return [question.values, *(c.values for c in question.changes or () if c.day < day)]


def _missed(question: StandingQuestion, values: Sequence[str], told: Sequence[Alert], before: Sequence[Alert]) -> str:
    if told:
        return "another value was told: " + "; ".join(alert.new or "nothing" for alert in told)
    if any(b.new and holds(values, b.new) for b in before):
        return "told too early"
    return "nothing was told"


def alert_line(alert: Alert, verdict: str, why: str, fed: Sequence[FedArticle]) -> dict[str, Any]:
    """An alert as it stands in a line of ``results.jsonl``, with the role of its article."""
    article = next((a for a in fed if a.id == alert.article_id), None)
    return {
        "kind": alert.kind,
        "old": alert.old,
        "new": alert.new,
        "quote": alert.new_quote,
        "article": alert.article_id,
        "source": alert.source,
        "day": alert.day.isoformat(),
        "role": article.role if article else None,
        "verdict": verdict,
        "why": why,
    }


def value_right(question: StandingQuestion, day: dt.date, value: str | None) -> bool | None:
    """Whether the value that is held at the end of a day is one that is right then; None where nobody knows."""
    if question.changes is None:
        return None
    return any(holds(values, value) if value else not values for values in question.accepted(day))


def told_states(line: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(what was the case, what was told) of a question-day, by the program's names of states."""
    due = line["due"]["kind"] if line["due"] else ("reworded" if line["reworded"] else "stands")
    was = TOLD_AS.get(due, due)
    told = [alert["kind"] for alert in line["alerts"] if alert["verdict"] != "allowed"]
    return [(was, kind) for kind in told] or [(was, "nothing")]
