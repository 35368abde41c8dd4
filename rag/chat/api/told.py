"""An answer as OpenAI's protocol has it: the message with [n] and its sources, and the same as fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from rag.chat.kept.export import escaped, linked
from rag.chat.turn import MARKER, note_of, sources_of, without_markers
from rag.chat.views.escape import as_sentence, cited_day, safe_url
from rag.types import Answer, Citation

SOURCES_HEADING = "Sources:"
_LIST = re.compile(rf"\n\n{SOURCES_HEADING}\n(?=- \[\d{{1,3}}\] ).*\Z", re.DOTALL)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
WORDS_AT_EITHER_END = 5  # of a quote that an address names


def answer_text(answer: Answer) -> str:
    """The answer and the note on it, as Markdown in which outside words show as they are, with [n]."""
    lines = answer.text.strip().split("\n")
    if answer.quotes and sum(line.startswith("- ") for line in lines) == len(answer.quotes):
        numbers = iter(answer.quotes)  # a refusal has its quotes in a line each, without numbers
        lines = [f"{line} [{next(numbers).n}]" if line.startswith("- ") else line for line in lines]
    cited = {c.n for c in sources_of(answer)}
    text = "\n".join(_line(line, cited) for line in lines)
    note = note_of(answer)
    return f"{text}\n\n{escaped(as_sentence(note))}" if note else text


def _line(line: str, cited: set[int]) -> str:
    """A line with the numbers of its sources as they are and all else escaped; '- ' makes it an item."""
    item, line = ("- ", line[2:]) if line.startswith("- ") else ("", line)
    parts, at = [item], 0
    for marker in MARKER.finditer(line):
        if int(marker[1]) in cited:
            parts += [_between(line[at : marker.start()], at), " " * (marker.group()[0] != "["), f"[{marker[1]}]"]
            at = marker.end()
    return "".join([*parts, _between(line[at:], at)])


def _between(text: str, at: int) -> str:
    """What is between two numbers; what would make a link of the number before it does not."""
    blank = " " if at and text[:1].isspace() else ""
    return f"{blank}{chr(92) if at and text[:1] in ('(', ':') else ''}{escaped(text)}"


def source_list(answer: Answer) -> str:
    """The list at the end of the message: numbers, outlet, day, headline with its address; '' without sources.

    An article has one line, whatever number of its sentences is cited.
    """
    numbers: dict[str, str] = {}
    for c in sources_of(answer):
        outlet = escaped(c.article.source or "Unknown outlet")
        told = f"{outlet}, {cited_day(c.article)}: {linked(c.article.title, c.url)}"
        numbers[told] = f"{numbers.get(told, '')}[{c.n}] "
    lines = [f"- {cited}{told}" for told, cited in numbers.items()]
    return "\n".join(["", "", SOURCES_HEADING, *lines]) if lines else ""


def answer_alone(message: str) -> str:
    """A message of ours as a follow-up question gets to read it: without sources, numbers and backslashes."""
    return without_markers(_ESCAPE.sub(r"\1", _LIST.sub("", message)))


def url_citations(answer: Answer, text: str) -> list[dict[str, Any]]:
    """OpenAI's own form of the sources, in the order of their numbers: one for each, whether it has an address or not.

    Programs that show them beside [n] count them and take equal addresses or headlines for one source (Open WebUI),
    so each address names its quote, which browsers show, and a headline that comes again has its number.
    """
    found: list[dict[str, Any]] = []
    addresses: set[str] = set()
    titles: set[str] = set()
    for citation in sources_of(answer):
        address, title = _address(citation), " ".join(citation.article.title.split())
        address += f"&n={citation.n}" if address in addresses else ""
        title += f" [{citation.n}]" if title in titles else ""
        addresses.add(address)
        titles.add(title)
        at = text.find(f"[{citation.n}]")
        end = at + len(f"[{citation.n}]") if at >= 0 else 0
        where = {"start_index": max(at, 0), "end_index": end, "title": title, "url": address}
        found.append({"type": "url_citation", "url_citation": where})
    return found


def _address(citation: Citation) -> str:
    """The address of the article at its quote; where it has none, one that no browser follows."""
    url = safe_url(citation.url)
    if url is None:
        return f"article:{quote(citation.article.id, safe='')}#{citation.start}-{citation.end}"
    if url != citation.article.url:  # it is opened at a page already
        return url
    words = citation.quote.split()
    short = len(words) <= 2 * WORDS_AT_EITHER_END
    ends = [words] if short else [words[:WORDS_AT_EITHER_END], words[-WORDS_AT_EITHER_END:]]
    directive = ",".join(quote(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return f"{url}{'' if '#' in url else '#'}:~:text={directive}"


class Completion:
    """The records that one reply is made of, with ``name`` as its id; ``created`` is in seconds since 1970."""

    def __init__(self, name: str, created: int, model: str, ignored: Sequence[str]) -> None:
        self._head = {"id": name, "created": created, "model": model}
        self._more: dict[str, Any] = {"ignored": list(ignored)} if ignored else {}

    def whole(self, answer: Answer | str) -> dict[str, Any]:
        """The body of a reply that is not streamed; ``answer`` may be a text alone."""
        *texts, (fields, more) = _parts(answer)
        message = {"role": "assistant", "content": "".join(t for t in texts if isinstance(t, str)), "refusal": None}
        choice = {"index": 0, "message": message | fields, "logprobs": None, "finish_reason": "stop"}
        made = {"object": "chat.completion", "choices": [choice], "usage": usage_record(answer)}
        return {**self._head, **made, **more, **self._more}

    def first(self, *, with_usage: bool) -> dict[str, Any]:
        """The chunk that says that there will be an answer."""
        return self._chunk({"role": "assistant", "content": "", "refusal": None}, None, with_usage)

    def chunks(self, answer: Answer | str, *, with_usage: bool) -> Iterator[dict[str, Any]]:
        """The chunks after the first one: the text, its sources, the end with all fields, and what it cost."""
        *texts, (fields, more) = _parts(answer)
        for text in texts:
            yield self._chunk({"content": text}, None, with_usage)
        yield self._chunk(fields, "stop", with_usage) | more | self._more
        if with_usage:
            yield self._head | {"object": "chat.completion.chunk", "choices": [], "usage": usage_record(answer)}

    def _chunk(self, delta: dict[str, Any], finish: str | None, with_usage: bool) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if with_usage else {}
        return self._head | {"object": "chat.completion.chunk", "choices": [choice]} | usage


def _parts(answer: Answer | str) -> list[Any]:
    """The texts of a message, one after the other, and in the end the fields of the message and of the reply."""
    if isinstance(answer, str):
        return [answer, ({}, {})]
    text, sources = answer_text(answer), source_list(answer)
    citations = [c.record() for c in sources_of(answer)]
    fields = {"citations": citations, "annotations": url_citations(answer, text)}
    return [*filter(None, (text, sources)), (fields, {"answer": answer.record()})]


def usage_record(answer: Answer | str) -> dict[str, int]:
    """The tokens that the language model read and wrote; none where it did not write."""
    tokens = {} if isinstance(answer, str) else answer.tokens
    prompt, written = tokens.get("prompt", 0), tokens.get("completion", 0)
    return {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}
