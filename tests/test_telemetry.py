"""What a server tells of its work: figures by the id of the question, and nothing that was read or asked."""

from __future__ import annotations

import json
import logging
import os
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest

from rag import News
from rag.errors import LlmError, UsageError
from rag.telemetry import configure
from rag.types import Article
from tests.conftest import OpenNews, Records
from tests.support.fakes import FakeLlm
from tests.system.test_kill import COMMAND

BODY = "The bridge at Fenwray was closed on Friday. Heavy rain had moved two of its piers."
ARTICLE = Article("bridge", "Bridge closed", BODY)


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, object]]]:
    return [(r.getMessage(), r.told) for r in caplog.records if hasattr(r, "told")]


@pytest.fixture
def news(open_news: OpenNews, caplog: pytest.LogCaptureFixture) -> News:
    caplog.set_level(logging.INFO, "rag")
    return open_news(llm=FakeLlm([["Heavy rain had moved two of its piers."]]), reranker="none")


def test_a_question_has_one_id_from_its_beginning_to_its_end(news: News, caplog: pytest.LogCaptureFixture) -> None:
    news.put([ARTICLE])
    news.ask("What had moved the piers?")
    news.ask("What had moved the piers?")
    (stored, change), *questions = told(caplog)
    assert (stored, change["added"]) == ("stored", 1)
    assert [event for event, _ in questions] == ["asked", "answered"] * 2
    ids = [fields["question"] for _, fields in questions]
    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert questions[1][1]["citations"] == 1
    assert "piers" not in caplog.text and "Bridge" not in caplog.text


@pytest.mark.parametrize(("question", "refused"), [("Hello", True), ("Give me a summary of the bridge.", False)])
def test_small_talk_and_overviews_are_answered_too(
    news: News, caplog: pytest.LogCaptureFixture, question: str, refused: bool
) -> None:
    news.put([ARTICLE])
    news.ask(question)
    assert [event for event, _ in told(caplog)] == ["stored", "asked", "answered"]
    assert told(caplog)[-1][1]["refused"] is refused


def test_what_fails_and_who_leaves_is_told(news: News, caplog: pytest.LogCaptureFixture) -> None:
    news.put([ARTICLE])
    news.llm = FakeLlm([[LlmError("no connection")]])
    news.ask("What had moved the piers?")
    stream = news.stream("What had moved the piers?")
    next(stream)
    cast(Any, stream).close()
    with pytest.raises(UsageError):
        news.ask(" ")
    events = [event for event, _ in told(caplog)]
    assert events == ["stored", "asked", "model failed", "answered", "asked", "left", "failed"]


def test_info_is_json_and_of_this_program_only(records: Records, tmp_path: Path) -> None:
    path = records("a.jsonl", {"title": "Bridge closed", "text": BODY})
    done = subprocess.run(
        [*COMMAND, "add", str(path), "--index", str(tmp_path / "index")],
        capture_output=True, text=True, check=True, env={**os.environ, "RAG_LOG": "info", "RAG_API_KEY": "sk-secret"},
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [(line["event"], line["added"], line["logger"]) for line in lines] == [("stored", 1, "rag.work")]
    assert "piers" not in done.stderr and "sk-secret" not in done.stderr


def test_a_level_that_there_is_not_is_told() -> None:
    with pytest.raises(UsageError, match="RAG_LOG = 'loud'"):
        configure("loud")
