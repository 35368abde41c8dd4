"""Evaluation sets as they are published, brought to one form; a set is known by what lies in its folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rag.errors import UsageError

from ..records import EvalSet
from . import multihop, ours, realtimeqa, rgb
from .rows import Loaded

__all__ = ["load_set"]

# A folder is searched for RealTimeQA with all that lies under it, so that comes last.
_FORMATS: tuple[tuple[Callable[[Path], Loaded | None], str], ...] = (
    (multihop.load, multihop.KNOWN_BY),
    (rgb.load, rgb.KNOWN_BY),
    (ours.load, ours.KNOWN_BY),
    (realtimeqa.load, realtimeqa.KNOWN_BY),
)


def load_set(path: str | Path, *, articles: Sequence[str | Path] = (), all_questions: bool = False) -> EvalSet:
    """The set in a file or folder. Downloads nothing; ``articles`` are asked about instead of the set's own.

    Questions of which nobody knows whether the set's articles answer them are left out, and the notes say how many;
    ``all_questions`` keeps them. Raises ``UsageError`` with one line: where, what is wrong, what to do.
    """
    path = Path(path)
    try:
        loaded = _load(path)
        for given in articles:
            if not Path(given).exists():
                raise UsageError(f"{given}: no such file or folder of articles; give another")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); give another file or folder") from None
    _check(path, loaded)
    questions = [question for _, question in loaded.questions]
    asked = [question for question in questions if all_questions or question.answerable is not None]
    if left := len(questions) - len(asked):
        loaded.notes.append(
            f"{left} of {len(questions)} questions left out: no article of the set is known to hold their answer "
            "(--all asks them too)"
        )
    return EvalSet(
        name=loaded.name,
        format=loaded.format,
        questions=tuple(asked),
        records=None if articles else loaded.records,
        paths=tuple(Path(given) for given in articles) or loaded.paths,
        as_of_question_date=loaded.as_of_question_date,
        notes=tuple(loaded.notes),
    )


def _load(path: Path) -> Loaded:
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder; give a file of questions or the folder of a set")
    for load, _ in _FORMATS:
        if loaded := load(path):
            return loaded
    known = ", ".join(known_by for _, known_by in _FORMATS)
    raise UsageError(f"{path}: not a known evaluation set; give one of: {known}")


def _check(path: Path, loaded: Loaded) -> None:
    if not loaded.questions:
        raise UsageError(f"{path}: holds no questions; give another file or folder")
    first: dict[str, str] = {}
    for place, question in loaded.questions:
        if question.id in first:
            raise UsageError(
                f"{place}: question id {question.id!r} is that of {first[question.id]} too; "
                "give each question an id of its own"
            )
        first[question.id] = place
