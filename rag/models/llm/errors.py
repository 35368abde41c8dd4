"""What litellm raises, as one plain line for a user: what happened and what to do, and never a key."""

from __future__ import annotations

import json
import os
import re
from urllib.parse import quote

from rag.errors import LlmError, LlmTimeout

# Seconds before the one retry of a request that the provider was too busy for; a longer Retry-After is not obeyed.
RETRY_AFTER = 0.5
LONGEST_RETRY_AFTER = 5.0

EMPTY = {
    "content_filter": "withheld its answer (content filter)",
    "length": "spent all its tokens before the first word: allow more",
}
"""What went wrong with a reply without text, by its finish reason."""

_KEYLIKE = re.compile(
    r"(?i)\b(?:sk|pk|rk|gsk|xai|hf|key)[-_][\w*.-]{6,}|\bAIza[\w-]{20,}|(?<=bearer )\S+|(?<=://)[^/@\s]+(?=@)|"
    r"(?<=key=)[^&\s]+|(?<=token=)[^&\s]+|(?<=secret=)[^&\s]+"
)
_NO_KEY = "Missing credentials"  # of the OpenAI client, before it asks anybody
_WRAPPING = re.compile(r"^(?:litellm\.\w+: )?(?:\w+Error: )?(?:\w+Exception - )?")


# Names of exceptions -> what they mean to the user.
_BY_KIND = {
    "ContextWindowExceededError": "the prompt is too long for {model}",
    "NotFoundError": "{who} was not found: check its name in RAG_LLM",
    "RateLimitError": "{who} is over its limit of requests or its quota: try again later",
}
_BY_CAUSE = {
    "ConnectError ConnectTimeout ConnectionError": "cannot reach {who}: is it running, and is the network up?",
    "ImportError": "{model} needs a package that is not installed: {text}",
    "TooLong": "{who} sent more than an answer can have, or compressed: see that it speaks OpenAI's protocol",
    "UnicodeEncodeError LocalProtocolError": (
        "the request to {who} cannot be sent: see that RAG_API_KEY is one line of plain characters"
    ),
}


def redact(text: str, key: str | None) -> str:
    """One line, without anything that is or looks like a key."""
    known = [key, *(v for k, v in os.environ.items() if k.upper().endswith(("_KEY", "_TOKEN", "_SECRET", "PASSWORD")))]
    spelled = {form for s in known if s and len(s) >= 4 for form in (s, json.dumps(s)[1:-1], quote(s, safe=""))}
    for secret in sorted(spelled, key=len, reverse=True):
        text = text.replace(secret, "***")
    return " ".join(_KEYLIKE.sub("***", text).split())


def plain_failure(error: Exception, model: str, api_base: str | None, key: str | None) -> LlmError:
    """The failure by its kind, with the provider's own words only where nothing else would help."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    causes = {kind.__name__ for cause in _chain(error) for kind in type(cause).__mro__}
    status = getattr(error, "status_code", None)
    text = str(error)
    who = f"{model} at {redact(api_base, key)}" if api_base else model
    if _NO_KEY in text:
        return LlmError(f"{model} needs a key: set RAG_API_KEY")
    if status in (401, 403) or kinds & {"AuthenticationError", "PermissionDeniedError"}:
        return LlmError(f"{who} refused the key: set RAG_API_KEY to one that it accepts")
    if kinds & {"Timeout", "TimeoutError", "APITimeoutError"}:
        return LlmTimeout(f"{who} did not answer in time")
    if "LLM Provider NOT provided" in text:
        return LlmError(f"{model} is unknown: write provider/model in RAG_LLM, such as ollama/llama3.2")
    if key and not (key.isascii() and key.isprintable()):
        causes.add("UnicodeEncodeError")
    for found, meanings in ((kinds, _BY_KIND), (causes, _BY_CAUSE)):
        for names, meaning in meanings.items():
            if found & set(names.split()):
                return LlmError(meaning.format(who=who, model=model, text=redact(text, key)[:200]))
    if isinstance(status, int) and status >= 500 and "JSONDecodeError" not in causes:
        return LlmError(f"{who} failed on its side (status {status}): try again later")
    if kinds & {"BadRequestError", "UnprocessableEntityError"}:
        return LlmError(f"{who} refused the request", redact(_WRAPPING.sub("", text), key)[:200].rstrip(" ."))
    return LlmError(f"{who} gave an answer that cannot be read ({type(error).__name__})")


def retry_after(error: Exception) -> float | None:
    """Seconds to wait before trying once more; ``None`` if that would not help."""
    chain = _chain(error)
    if getattr(error, "status_code", None) not in (408, 429, 500, 502, 503, 504, 529) or _NO_KEY in str(error):
        return None
    if {type(cause).__name__ for cause in chain} & {"JSONDecodeError", "ConnectError"}:  # called 500 by litellm
        return None
    for cause in chain:
        headers = getattr(cause, "litellm_response_headers", None) or getattr(
            getattr(cause, "response", None), "headers", None
        )
        if headers and "retry-after" in headers:
            try:
                pause = float(headers["retry-after"])
            except ValueError:  # a date: rarely soon
                return None
            return max(0.0, pause) if pause <= LONGEST_RETRY_AFTER else None
    return RETRY_AFTER


def _chain(error: BaseException | None) -> list[BaseException]:
    """The error and what led to it."""
    chain: list[BaseException] = []
    while error is not None and len(chain) < 10:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain
