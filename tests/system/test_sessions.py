"""Many chats at once over Gradio's own protocol, each with a secret of its own: nobody sees another's."""

from __future__ import annotations

import gc
import json
import os
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.chat import chat_page, server
from rag.types import Filters, Message
from tests.conftest import Tally
from tests.support.fake_news import FakeNews, Script
from tests.support.patience import PATIENCE, free_port

pytestmark = [pytest.mark.fault("sessions"), pytest.mark.volume]

SESSIONS = int(os.environ.get("SESSIONS", "6"))
TURNS = 2
GROWTH = (
    60.0  # MiB that a second round as large as the first may cost; 200 sessions (nightly) that Gradio kept cost 100
)


class Echo(FakeNews):
    """Answers each question with its own words and those of its history, after a moment."""

    def stream(
        self, question: str, *, history: Any = (), filters: Filters | None = None, as_written: bool = False,
        form: str = "", text: str | None = None,
    ) -> Iterator[Any]:  # fmt: skip
        told: list[Message] = list(history)
        said = " ".join(m["content"] for m in told if m["role"] == "user")
        self.scripts[question] = Script(text=f"You asked {question} [1], after: {said}.", short=None)
        time.sleep(0.02)
        yield from super().stream(question, history=history, filters=filters, as_written=as_written)


class Page:
    """The chat over ``news``, at ``url``."""

    def __init__(self, news: Echo) -> None:
        self.demo = chat_page.build(news)
        self.url = server.serve(self.demo, "127.0.0.1", free_port())
        self.number, self.converse = next(
            (n, f) for n, f in self.demo.fns.items() if getattr(f.fn, "__name__", "") == "converse"
        )

    def data(self, question: str) -> list[Any]:
        """What a browser sends with a question: the state of a session stays at the server."""
        kinds: dict[str, Any] = {"state": None, "textbox": "", "dropdown": []}
        return [
            question if part.elem_id == "question" else kinds[part.get_block_name()] for part in self.converse.inputs
        ]


@contextmanager
def page(news: Echo) -> Iterator[Page]:
    open_page = Page(news)
    try:
        yield open_page
    finally:
        open_page.demo.close()


def talk(page: Page, name: str, start: threading.Barrier | None = None, turns: int = TURNS) -> list[str]:
    """All that one session is sent in its turns."""
    seen = []
    with httpx.Client(timeout=PATIENCE) as client:
        if start:
            start.wait(PATIENCE)
        for turn in range(turns):
            body = {"fn_index": page.number, "data": page.data(f"secret-{name}-{turn}"), "session_hash": name}
            client.post(f"{page.url}/gradio_api/queue/join", json=body).raise_for_status()
            with client.stream("GET", f"{page.url}/gradio_api/queue/data", params={"session_hash": name}) as stream:
                text = ""
                for line in stream.iter_lines():
                    text += line
                    if line.startswith("data:") and json.loads(line[5:]).get("msg") == "process_completed":
                        assert json.loads(line[5:])["success"], line
                        break
            seen.append(text)
    return seen


def resident() -> float:
    """MiB of this process."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="measures memory as Linux tells it")
def test_every_session_gets_its_own_answers_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    # Gradio remembers so many sessions. The first round fills that, so that a second shows what else is left behind.
    monkeypatch.setattr(server, "SESSIONS", SESSIONS)
    sizes, at_once = [], min(SESSIONS, 50)
    with page(Echo()) as chat:
        for round_ in "ab":
            names = [f"{round_}{n:03}" for n in range(SESSIONS)]
            with ThreadPoolExecutor(at_once) as pool:
                first = pool.map(partial(talk, chat, start=threading.Barrier(at_once)), names[:at_once])
                rest = pool.map(partial(talk, chat), names[at_once:])
                told = [*first, *rest]
            for name, turns in zip(names, told, strict=True):
                for number, text in enumerate(turns):
                    assert set(re.findall(r"secret-(\w+)-\d", text)) == {name}, "another's words"
                    assert f"You asked secret-{name}-{number}" in text
            sizes.append(resident())
    tally("sessions", 2 * SESSIONS)
    tally("turns", 2 * SESSIONS * TURNS)
    assert sizes[1] - sizes[0] < GROWTH, sizes


def test_gradio_forgets_the_sessions_that_were_silent_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it keeps of one is never given back else, closed or not."""
    monkeypatch.setattr(server, "SESSIONS", 2)
    with page(Echo()) as chat:
        for name in "abc":
            talk(chat, name, turns=2)
        assert list(chat.demo.state_holder.session_data) == ["b", "c"]


class Meeting(Echo):
    """Answers nobody before twelve are waiting for their answers."""

    def __init__(self) -> None:
        super().__init__()
        self.met = threading.Barrier(12)

    def stream(
        self, question: str, *, history: Any = (), filters: Filters | None = None, as_written: bool = False,
        form: str = "", text: str | None = None,
    ) -> Iterator[Any]:  # fmt: skip
        self.met.wait(PATIENCE)
        yield from super().stream(question, history=history, filters=filters, as_written=as_written)


def test_twelve_who_ask_at_once_are_answered_side_by_side() -> None:
    names = [f"reader{letter}" for letter in "abcdefghijkl"]
    with page(Meeting()) as chat, ThreadPoolExecutor(len(names)) as pool:
        told = list(pool.map(partial(talk, chat, turns=1), names))
    for name, (text,) in zip(names, told, strict=True):
        assert set(re.findall(r"secret-(\w+)-\d", text)) == {name}, "another's words"
        assert f"You asked secret-{name}-0" in text
