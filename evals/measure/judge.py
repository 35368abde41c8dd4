"""A language model as the judge of free text: off unless asked for, and never mixed into the other figures."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

from rag import Settings
from rag.errors import LlmError, ModelError, UsageError
from rag.models.factory import open_model
from rag.types import Answer, Message

from ..records import Question
from .lines import plain

if TYPE_CHECKING:
    from rag.protocols import Llm

SYSTEM = (
    "You mark answers to questions about news. Compare the answer with the reference answers. It is correct if it says "
    "the same thing, in whatever words. Reply with one word: CORRECT or INCORRECT."
)
_VERDICT = re.compile(r"\b(in)?correct\b", re.I)


class Judge:
    """Marks answers with a model. What it says is an opinion: see ``judge`` in the summary."""

    def __init__(self, model: Llm, deadline: float):
        self._model = model
        self._deadline = deadline

    def close(self) -> None:
        """Frees the model."""
        self._model.close()

    @classmethod
    def open(cls, name: str, settings: Settings) -> Judge:
        """A judge by the name of any model that the program can answer with. Raises ``RagError``."""
        model = open_model(settings.model_copy(update={"llm": name}))
        if model is None:
            raise UsageError("--judge none: a judge has to be a language model, for example openai/gpt-4.1")
        return cls(model, settings.deadline)

    def mark(self, question: Question, answer: Answer) -> dict[str, Any]:
        """``{"model", "correct", "reply"}``; ``correct`` is None where the model failed or gave no verdict.

        A refusal is not correct, without asking.
        """
        if answer.refused:
            return {"model": self._model.name, "correct": False, "reply": "a refusal"}
        try:
            with closing(
                self._model.stream(judge_messages(question, answer), max_tokens=16, deadline=self._deadline)
            ) as stream:
                reply = "".join(stream)
        except (LlmError, ModelError) as error:
            return {"model": self._model.name, "correct": None, "reply": str(error)}
        found = _VERDICT.search(reply)
        return {"model": self._model.name, "correct": None if not found else not found.group(1), "reply": reply.strip()}


def judge_messages(question: Question, answer: Answer) -> list[Message]:
    """The messages that ask a judge for its verdict on one answer."""
    reference = "\n".join(f"- {a}" for a in question.answers)
    asked = f" (asked on {question.date})" if question.date else ""
    return [
        {"role": "system", "content": SYSTEM},
        {
            "role": "user",
            "content": f"Question{asked}: {question.question}\nReference answers:\n{reference}\n"
            f"Answer to mark: {plain(answer.text)}\n\nCORRECT or INCORRECT?",
        },
    ]
