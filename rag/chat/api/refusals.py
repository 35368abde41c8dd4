"""What goes wrong under ``/v1``, in the form that clients of OpenAI read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rag.chat.endpoints import error_text
from rag.errors import RagError, UsageError

LONGEST_LINE = 300  # characters of a message
_KINDS = {429: "requests", 500: "server_error", 503: "server_error"}


class CallRefused(Exception):
    """A call that gets no answer: its status, one line for whoever calls, and what OpenAI calls ``param`` and
    ``code``."""

    def __init__(
        self,
        status: int,
        line: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(line)
        self.status, self.param, self.code = status, param, code
        self.headers = dict(headers or {})

    def record(self, hidden: Callable[[str], str]) -> dict[str, Any]:
        """The body of the response; ``hidden`` takes out of a text what nobody is to read, before it is cut."""
        line, param = hidden(str(self)), hidden(self.param) if self.param else None
        line = line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
        kind = _KINDS.get(self.status, "invalid_request_error")
        return {"error": {"message": line, "type": kind, "param": param and param[:80], "code": self.code}}


def refused_call(error: Exception) -> CallRefused:
    """What a caller is told of ``error``; the log keeps what they need not see."""
    if isinstance(error, CallRefused):
        return error
    line = error_text(error)
    if isinstance(error, UsageError):
        return CallRefused(400, line)
    return CallRefused(503 if isinstance(error, RagError) else 500, line)
