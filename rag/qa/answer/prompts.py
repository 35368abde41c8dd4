"""Every prompt, and the sentence that refuses, in one place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.qa.answer.in_context import in_context
from rag.qa.answer.injection import addresses_the_model
from rag.text.sanitize import UNSEEN
from rag.text.timex.names import short_day
from rag.types import Evidence, Message, day

REFUSAL = "The articles do not say."
"""What a reader gets when the evidence does not hold the answer."""

_TASK = (
    "You answer questions from quotes of news articles. Use only the quotes. Answer in one short, complete sentence."
)

NOT_FOUND = "NOT FOUND"
"""What the model is asked to write then: two words that small models copy reliably."""

SYSTEM = f"{_TASK} If the quotes do not contain the answer, reply {NOT_FOUND}."


def answer_messages(question: str, evidence: Sequence[Evidence], *, may_decline: bool = True) -> list[Message]:
    """The messages that ask for an answer: the quotes best first, each under its number, day and headline.

    Days and names that a quote leaves to its article stand in it in brackets.

    With ``may_decline`` the model is told how to say that the quotes do not hold it.
    """
    return [
        *prompt_prefix(may_decline=may_decline),
        {"role": "user", "content": f"Quotes:\n{_numbered(evidence, in_context)}\n\nQuestion: {_one_line(question)}"},
    ]


_NUMBER = re.compile(r"\[(\d{1,2})\]")


def _one_line(text: str) -> str:
    """Outside text as a model is shown it: on one line, without what no reader sees, and without a number like those of
    the quotes."""
    return _NUMBER.sub(r"(\1)", " ".join(UNSEEN.sub("", text).split()))


def _numbered(evidence: Sequence[Evidence], words: Callable[[Evidence], str] = lambda item: item.quote) -> str:
    """The quotes, a line each: its number, its day, the headline of its article the first time, its words."""
    lines = []
    titled: set[str] = set()
    for n, item in enumerate(evidence, 1):
        published = day(item.article.published)
        about = [short_day(published)] if published else []
        if item.article.id not in titled:
            if not addresses_the_model(item.article.title):
                about.append(_one_line(item.article.title))
            titled.add(item.article.id)
        lines.append(f"[{n}] " + (f"({', '.join(about)}) " if about else "") + _one_line(words(item)))
    return "\n".join(lines)


CHOOSER = "You answer multiple choice questions about the news from quotes of articles. Reply with one letter."


def choice_messages(question: str, choices: Sequence[str], evidence: Sequence[Evidence]) -> list[Message]:
    """The messages that ask for the letter of one choice: A for the first."""
    quotes = f"Quotes:\n{_numbered(evidence)}\n\n" if evidence else ""
    options = "\n".join(f"{chr(65 + n)}) {_one_line(choice)}" for n, choice in enumerate(choices))
    return [
        {"role": "system", "content": CHOOSER},
        {"role": "user", "content": f"{quotes}Question: {_one_line(question)}\n{options}\n\nThe letter of the answer:"},
    ]


CHECKER = "You check answers against quotes of news articles. Reply with one word: yes or no."

CHECK_OPTIONS = ("yes", "no")


def check_messages(question: str, answer: str, passages: Sequence[str]) -> list[Message]:
    """The messages that ask whether passages carry an answer; the model's reply is one of ``CHECK_OPTIONS``."""
    told = " ".join(dict.fromkeys(map(_one_line, passages)))
    said = f"Quote: {told}\n\nQuestion: {_one_line(question)}\nAnswer: {_one_line(answer)}\n\n"
    asked = said + "Is this answer to the question correct according to the quote?"
    return [{"role": "system", "content": CHECKER}, {"role": "user", "content": asked}]


def prompt_prefix(*, may_decline: bool = True) -> list[Message]:
    """What every conversation with the model begins with; read once, it is free from then on."""
    return [{"role": "system", "content": SYSTEM if may_decline else _TASK}]
