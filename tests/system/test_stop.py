"""SIGTERM, as a service manager sends it: the process is gone within seconds, and nothing that was told is lost."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.conftest import OpenNews, Records, Tally
from tests.support.fake_model_server import FakeModelServer
from tests.support.paths import ROOT
from tests.support.patience import PATIENCE, free_port
from tests.system.test_kill import assert_whole, body, start

pytestmark = [
    pytest.mark.fault("stop"),
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM to another process"),
]
WITHIN = 5.0
CHAT = """
import sys
sys.path.insert(0, {root!r})
import rag.models.factory
from tests.support.fakes import FakeEmbedder
rag.models.factory.open_embedder = lambda *_: FakeEmbedder()
from rag.chat.server import main
sys.exit(main())
"""


def terminated(process: subprocess.Popen[str]) -> float:
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    return time.monotonic() - begun


def test_an_add_stops_and_what_it_had_counted_is_there(
    open_news: OpenNews, records: Records, tmp_path: Path, tally: Tally
) -> None:
    path = records("in.jsonl", *[{"id": f"a{n}", "title": "T", "text": body(n)} for n in range(2000)])
    process = start("add", str(path), "--index", str(tmp_path / "index"))
    assert process.stderr
    said = process.stderr.readline()
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - begun < WITHIN
    assert "Traceback" not in rest
    counted = [int(m) for m in re.findall(r"indexing: (\d+) of", said + rest)]
    with open_news() as news:
        assert len(assert_whole(news)) >= max(counted, default=0)
    tally("terminations", 1)


def test_a_chat_stops_in_the_middle_of_an_answer_and_of_an_add(
    open_news: OpenNews, records: Records, tmp_path: Path, tally: Tally
) -> None:
    index, port = tmp_path / "index", free_port()
    with open_news() as news:
        news.add(records("in.jsonl", *[{"id": f"a{n}", "title": "T", "text": body(n)} for n in range(50)]))
    with FakeModelServer("drip") as model:
        process = subprocess.Popen(
            [sys.executable, "-c", CHAT.format(root=str(ROOT))],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "RAG_INDEX": str(index), "RAG_LLM": "openai/fake", "RAG_API_BASE": model.url,
                 "RAG_API_KEY": "any", "RAG_RERANKER": "none", "PORT": str(port), "HOST": "127.0.0.1",
                 "TMPDIR": str(tmp_path)},
        )  # fmt: skip
        try:
            assert process.stdout
            assert process.stdout.readline().startswith("Open http")
            url = f"http://127.0.0.1:{port}/gradio_api/call/ask"
            threading.Thread(target=lambda: _asked(url), daemon=True).start()
            assert model.begun.wait(PATIENCE), "the question never reached the model"
            assert list(tmp_path.glob("news-chat-*"))
            assert terminated(process) < WITHIN
            assert not list(tmp_path.glob("news-chat-*")), "copies of uploads are left"
        finally:
            process.kill()
            process.communicate()
    with open_news() as news:
        assert len(assert_whole(news)) == 50
    tally("terminations", 1)


def _asked(url: str) -> None:
    try:
        joined = httpx.post(url, json={"data": ["Who came to town7?", *[""] * 7]}, timeout=PATIENCE).json()
        httpx.get(f"{url}/{joined['event_id']}", timeout=PATIENCE)
    except (httpx.HTTPError, KeyError):
        pass  # it is stopped in the middle
