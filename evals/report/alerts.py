"""From the lines of a replay to its figures, and to what a person reads of each false and each missed alert."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..measure.alerts import TOLD_AS, told_states
from ..measure.statistics import wilson

ReplayLine = Mapping[str, Any]
"""A question on a day: see ``evals.runs.replay``."""


def summarise_replay(lines: Sequence[ReplayLine]) -> dict[str, Any]:
    """The figures of a replay, each with n and Wilson's 95% interval.

    ``precision`` of the alerts, ``recall`` of the changes that were due, ``false_days`` the share of question-days with
    a false alert, ``first_right`` of the values found on the day of the question, ``value_right`` of those held at the
    end of each later day, ``kind_right`` of the right alerts those that name the kind of change, ``left_alone`` of the
    questions that never change those without a false alert, ``dated`` of the alerts those that give the day of feeding.
    Where nobody has written down what changes, only the alerts are counted.
    """
    later = [line for line in lines if not line["first"]]
    alerts = [(line, alert) for line in later for alert in line["alerts"]]
    judged = [(line, alert) for line, alert in alerts if alert["verdict"] in ("right", "false")]
    right = [(line, alert) for line, alert in judged if alert["verdict"] == "right"]
    false = [(line, alert) for line, alert in judged if alert["verdict"] == "false"]
    due = [line for line in later if line["due"]]
    troubled = {line["question_id"] for line, _ in false}
    still = {line["question_id"] for line in lines if line["still"]}
    asked = [line for line in lines if line["first"]]
    found = {
        "precision": wilson(len(right), len(judged)),
        "recall": _share(line["missed"] is None for line in due),
        "first_right": _share(line["right"] for line in asked if line["right"] is not None),
        "value_right": _share(line["right"] for line in later if line["right"] is not None),
        "kind_right": _share(
            alert["kind"] == TOLD_AS.get(line["due"]["kind"], line["due"]["kind"]) for line, alert in right
        ),
        "left_alone": wilson(len(still - troubled), len(still)),
        "dated": _share(alert["day"] == line["day"] for line, alert in alerts),
    }
    unread = [line for line in later if any(a["verdict"] == "unread" for a in line["alerts"])]
    if any(line["still"] is None for line in lines):
        found = {"alert_days": wilson(len(unread), len(later)), "dated": found["dated"]}
    else:
        found["false_days"] = _share(any(a["verdict"] == "false" for a in line["alerts"]) for line in later)
    return {
        "questions": len(asked),
        "question_days": len(later),
        "days": len({line["day"] for line in later}),
        "alerts": len(alerts),
        "metrics": {name: figure.record() for name, figure in found.items() if figure},
        "recall_by_kind": {
            kind: figure.record()
            for kind in ("changed", "corrected", "contested", "withdrawn")
            if (figure := _share(line["missed"] is None for line in due if line["due"]["kind"] == kind))
        },
        "false_by_role": dict(Counter(alert["role"] or "of no role" for _, alert in false).most_common()),
        "false_by_reason": dict(Counter(alert["why"] for _, alert in false).most_common()),
        "missed_by_reason": dict(Counter(line["missed"].split(":")[0] for line in due if line["missed"]).most_common()),
        "states": _confusion(later),
    }


def _share(right: Iterable[bool]) -> Any:
    found = list(right)
    return wilson(sum(found), len(found))


def _confusion(lines: Iterable[ReplayLine]) -> dict[str, dict[str, int]]:
    """What was the case -> what was told -> question-days; days on which nothing of the story was fed are left out,
    unless something was told."""
    table: dict[str, Counter[str]] = {}
    for line in lines:
        if line["still"] is not None and (line["touched"] or line["alerts"]):
            for was, told in told_states(line):
                table.setdefault(was, Counter())[told] += 1
    return {was: dict(told.most_common()) for was, told in sorted(table.items())}


def in_words(lines: Sequence[ReplayLine]) -> Iterator[str]:
    """Each false and each missed alert and each wrong first value; where nobody knows what is right, each alert."""
    for line in lines:
        head = f"{line['day']}  {line['question_id']}  {line['question']}"
        if line["first"] and line["right"] is False:
            yield f"{head}\n    first value wrong: {line['value'] or 'nothing'}, not {_spelled(line['expected'])}"
        for alert in line["alerts"]:
            if alert["verdict"] in ("false", "unread"):
                why = f"false ({alert['why']})" if alert["verdict"] == "false" else "told"
                role = f", {alert['role']}" if alert["role"] else ""
                yield (
                    f"{head}\n    {why}: {alert['old'] or 'nothing'} -> {alert['new'] or 'nothing'} [{alert['kind']}]"
                    f"\n    {alert['source'] or 'no outlet'} ({alert['article']}{role}): {alert['quote']}"
                )
        if line["missed"]:
            due = line["due"]
            yield (
                f"{head}\n    missed ({line['missed']}): {due['kind']} to {_spelled(due['values'])}"
                f"\n    {due['article']}: {due['quote']}"
            )


def _spelled(values: Sequence[str]) -> str:
    return values[0] if values else "nothing"
