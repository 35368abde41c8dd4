"""What chat programs ask beside the questions of their users, as Open WebUI does after each answer: a title, tags, what
to ask next. It is answered by rule, without a search and without the language model: the articles know nothing of it.

Their prompts begin with a headline and name the object that they want. So they are recognised, not by their wording.
"""

from __future__ import annotations

import json
import re

TITLE_LENGTH = 60  # characters of a title, at most

_TASK = re.compile(r"\s*### Task:")
_OBJECT = re.compile(r'\{\s*"(title|tags|follow_ups|queries|text|prompt)"\s*:')
_FACE = re.compile(r"\s*Your task is to reflect the speaker's likely facial expression\b")
_ASKED = re.compile(r"^USER: (.*?)(?=\n(?:ASSISTANT|USER|SYSTEM): |\n</chat_history>|\Z)", re.DOTALL | re.MULTILINE)


def task_reply(prompt: str, system: str = "") -> str | None:
    """The reply to a prompt that is no question of a user; None where it is one. ``system`` are the system messages."""
    if system.lstrip().startswith("Available Tools:") and '"tool_calls"' in system:
        return '{"tool_calls": []}'
    if _FACE.match(prompt):
        return "🙂"
    wanted = _OBJECT.search(prompt) if _TASK.match(prompt) else None
    if wanted is None:
        return None
    match wanted[1]:
        case "title":
            reply: dict[str, object] = {"title": _title(prompt)}
        case "text" | "prompt" as name:
            reply = {name: ""}
        case name:
            reply = {name: []}
    return json.dumps(reply, ensure_ascii=False)


def bare_question(prompt: str) -> str:
    """The question of a user, without the instructions and documents that a chat program has put before it."""
    _, context, asked = prompt.rpartition("</context>")
    asked = asked.strip().removeprefix("<user_query>").removesuffix("</user_query>").strip()
    return asked if context and asked and _TASK.match(prompt) else prompt


def _title(prompt: str) -> str:
    """What was asked last in the chat that the prompt repeats, as far as it fits."""
    asked = _ASKED.findall(prompt)
    line = " ".join(asked[-1].split()) if asked else ""
    if len(line) > TITLE_LENGTH:
        line = line[: TITLE_LENGTH - 1].rpartition(" ")[0] or line[: TITLE_LENGTH - 1]
        return f"{line.rstrip(' ,.;:')}…"
    return line.rstrip(" ?.") or "News"
