"""Four chats over one index on servers, behind one address, while articles come in: everybody gets their own answers,
whether they stay with one chat or meet another with every request."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from rag import News
from rag.types import Article
from tests.conftest import Tally
from tests.support.balancer import Balancer
from tests.support.fake_model_server import FakeModelServer
from tests.support.fakes import FakeEmbedder
from tests.support.paths import ROOT
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.fault("sessions")

SESSIONS = int(os.environ.get("SESSIONS", "8"))
CHATS = 4 if SESSIONS > 8 else 2  # each takes two seconds to start
THINK = float(os.environ.get("THINK", "0"))  # seconds, at most, for which a session reads before it asks again
AT_ONCE = SESSIONS if THINK else 50  # sessions that talk at the same time
TURNS = 2
ALONE = 10  # searches of one session, nobody else there, that the others are compared with
PAUSE = 0.2  # seconds between two articles that come in
KEY = "desk-4f1c9e7a20b85d36"
LETTERS = "bcdfgklmnprstvz"


def town_of(n: int) -> str:
    """A name of its own for each session."""
    a, b = divmod(n, len(LETTERS))
    return f"{LETTERS[a].upper()}ar{LETTERS[b]}o{LETTERS[(a + b) % len(LETTERS)]}eth"


def matter_of(n: int, turn: int) -> str:
    return f"{n + 17} {('boats', 'mills')[turn % 2]}"


def town_article(n: int) -> Article:
    town = town_of(n)
    told = " ".join(f"The council of {town} bought {matter_of(n, turn)} on Friday." for turn in range(TURNS))
    return Article(f"a{n}", f"{town} goes shopping", told, source="The Post")


def question_of(n: int, turn: int) -> str:
    return f"How many {('boats', 'mills')[turn % 2]} did the council of {town_of(n)} buy?"


class Chats:
    """Four chats behind one address, ``url``, and what a browser must know of their page."""

    def __init__(self, balancer: Balancer) -> None:
        self.url, self.ports, self.met = balancer.url, balancer.ports, balancer.met
        config = httpx.get(f"{self.url}/config", timeout=PATIENCE).json()
        parts = {part["id"]: part for part in config["components"]}
        asking = next(each for each in config["dependencies"] if each["api_name"] == "converse")
        self.number = asking["id"]
        self.inputs = [parts[i] for i in asking["inputs"]]

    def data(self, question: str) -> list[Any]:
        """What a browser sends with a question."""
        kinds: dict[str, Any] = {"state": None, "textbox": "", "dropdown": []}
        return [question if p["props"].get("elem_id") == "question" else kinds[p["type"]] for p in self.inputs]

    def converse(self, client: httpx.Client, name: str, question: str) -> str:
        """All that a session is sent of one turn."""
        body = {"fn_index": self.number, "data": self.data(question), "session_hash": name}
        client.post(f"{self.url}/gradio_api/queue/join", json=body).raise_for_status()
        text = ""
        with client.stream("GET", f"{self.url}/gradio_api/queue/data", params={"session_hash": name}) as stream:
            for line in stream.iter_lines():
                text += line
                if line.startswith("data:") and json.loads(line[5:]).get("msg") == "process_completed":
                    assert json.loads(line[5:])["success"], line
                    return text
        raise AssertionError(f"a turn has no end: {text[-500:]}")

    def search(self, client: httpx.Client, question: str) -> tuple[list[str], float]:
        """The ids of what is found, and the seconds that it took."""
        begun, address = time.monotonic(), f"{self.url}/gradio_api/call/search"
        event = client.post(address, json={"data": [question, "", "", "", "", "", 10, ""]}).raise_for_status().json()
        told = client.get(f"{address}/{event['event_id']}").raise_for_status().text
        assert "event: complete" in told, told
        [found] = json.loads(told.rpartition("data: ")[2])
        return [hit["article_id"] for hit in found["hits"]], time.monotonic() - begun

    def complete(self, question: str) -> dict[str, Any]:
        """An answer in one request, at whichever chat has its turn."""
        asked = {"model": "rag-news", "messages": [{"role": "user", "content": question}]}
        key = {"Authorization": f"Bearer {KEY}"}
        reply = httpx.post(f"{self.url}/v1/chat/completions", json=asked, headers=key, timeout=PATIENCE)
        return dict(reply.raise_for_status().json())


@pytest.fixture
def chats(postgres_url: str, chroma_url: str) -> Iterator[Chats]:
    with FakeModelServer("quote") as model, Balancer(CHATS) as balancer:
        given = {
            "RAG_INDEX": postgres_url, "RAG_VECTORS": chroma_url, "RAG_RERANKER": "none", "RAG_LLM": "openai/fake",
            "RAG_API_BASE": model.url, "RAG_API_KEY": "any", "RAG_API_KEYS": KEY, "RAG_API_PER_MINUTE": "10000",
            "RAG_API_AT_ONCE": "100",
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/support/chats_over_fakes.py"), *map(str, balancer.ports)],
            env={**os.environ, **given}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdin and process.stdout
        try:
            for _ in balancer.ports:
                assert process.stdout.readline().startswith("Open http://"), "a chat did not start"
            yield Chats(balancer)
        finally:
            process.stdin.close()
            process.wait(PATIENCE)


@pytest.fixture
def news(postgres_url: str, chroma_url: str) -> Iterator[News]:
    """The index that the chats have too, with an article for each session."""
    given: Any = {"vectors": SecretStr(chroma_url), "embedder": FakeEmbedder(), "llm": "none", "reranker": "none"}
    with News.open(postgres_url, **given) as opened:
        opened.put([town_article(n) for n in range(SESSIONS)])
        yield opened


def talk(chats: Chats, n: int, start: threading.Barrier | None = None) -> list[float]:
    """One session: turns at the chat that it stays with, then one request to another. The seconds of its searches."""
    took = []
    with httpx.Client(timeout=PATIENCE) as client:
        if start:
            start.wait(PATIENCE)
        reads = random.Random(n)
        for turn in range(TURNS):
            time.sleep(reads.uniform(0, THINK))
            told = chats.converse(client, f"reader{n}", question_of(n, turn))
            assert matter_of(n, turn) in told, f"no answer: {' '.join(re.findall(r'>([^<>]+)<', told))}"
            assert set(re.findall(r"did the council of (\w+)", told)) == {town_of(n)}, "another's question"
            time.sleep(reads.uniform(0, THINK))
            ids, seconds = chats.search(client, question_of(n, turn))
            assert f"a{n}" in ids
            took.append(seconds)
    found = chats.complete(question_of(n, 0))
    said = found["choices"][0]["message"]["content"]
    assert set(re.findall(r"council of (\w+)", said)) == {town_of(n)} and matter_of(n, 0) in said
    assert [c["article_id"] for c in found["answer"]["citations"]] == [f"a{n}"]
    return took


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(0.95 * (len(seconds) - 1))]


def test_each_session_of_many_chats_gets_its_own_answers_while_articles_come_in(
    news: News, chats: Chats, tally: Tally, capsys: pytest.CaptureFixture[str]
) -> None:
    with httpx.Client(timeout=PATIENCE) as client:
        alone = [chats.search(client, question_of(n % SESSIONS, 0))[1] for n in range(ALONE)]
    written, over, at_once = 0, threading.Event(), min(SESSIONS, AT_ONCE)

    def write() -> int:
        count = 0
        while not over.wait(PAUSE):
            late = f"The harbour of Late{count} was dredged in May."
            assert news.put([Article(f"late{count}", f"Late{count} dredges", late)]).added == 1
            count += 1
        return count

    with ThreadPoolExecutor(at_once + 1) as pool:
        writer = pool.submit(write)
        try:
            first = pool.map(partial(talk, chats, start=threading.Barrier(at_once)), range(at_once))
            took = [s for each in (*first, *pool.map(partial(talk, chats), range(at_once, SESSIONS))) for s in each]
        finally:
            over.set()
        written = writer.result()
    for port in chats.ports:
        assert httpx.get(f"http://127.0.0.1:{port}/health", timeout=PATIENCE).json() == {"ok": True}
    assert min(chats.met[n] for n in range(CHATS)) > SESSIONS / CHATS, "the chats were not all asked"
    last = written - 1
    for _ in chats.ports:  # what came in last is found by whichever chat is asked
        with httpx.Client(timeout=PATIENCE) as client:
            # Not first: on a busy machine there are many like it, and to the fake embedder some are the same.
            assert f"late{last}" in chats.search(client, f"When was the harbour of Late{last} dredged?")[0]
    tally("sessions", SESSIONS)
    tally("turns", SESSIONS * TURNS)
    tally("articles meanwhile", written)
    with capsys.disabled():
        print(
            f"\n{SESSIONS} sessions, {at_once} at once, thinking up to {THINK:g} s, over {CHATS} chats: "
            f"p95 of {len(took)} searches {1000 * p95(took):.0f} ms; "
            f"of {ALONE} by one session alone {1000 * p95(alone):.0f} ms"
        )
