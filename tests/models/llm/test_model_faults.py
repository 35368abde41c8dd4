"""A language model that fails, over real HTTP and the whole way to the answer: quotes, a plain word, and no key."""

from __future__ import annotations

import json
import logging
import resource
import time
from contextlib import suppress
from datetime import date

import pytest

from rag.errors import LlmError
from rag.models.llm.chat_model import ChatModel
from rag.types import Answer, Article, Found
from tests.conftest import OpenNews, Tally
from tests.models.llm.test_chat_model import KEY, remote
from tests.support.fake_model_server import FakeModelServer

pytestmark = pytest.mark.fault("model")

FAULTS = [
    "hang", "stall", "drip", "429", "429_for_long", "500", "401", "400", "404", "empty_choices", "null_content",
    "filtered", "cut", "cut_hard", "cut_at_once", "garbage", "html", "endless",
    "flood_of_refusal", "flood_in_one_event", "flood_of_events", "flood_of_lines", "squeezed",
]  # fmt: skip
DEADLINE = 2.0
SLACK = 6.0  # seconds for all that is not the model; a machine may be busy
BODY = (
    "The bridge at Fenwray was closed on Friday. Heavy rain had moved two of its piers. It may stay closed until May."
)
QUESTION = "Why was the bridge at Fenwray closed?"


@pytest.fixture(scope="module", autouse=True)
def called_once() -> None:
    """The first call of a process imports what later ones need: seconds, which are not the model's."""
    with FakeModelServer("404") as server, suppress(LlmError):
        list(remote(server).stream([{"role": "user", "content": "Hello"}], max_tokens=1, deadline=120))


def answer_of(open_news: OpenNews, model: ChatModel) -> Answer:
    with open_news(llm=model, deadline=DEADLINE, reranker="none") as news:
        news.put([Article("bridge", "Bridge closed", BODY, published=date(2024, 9, 28), source="The Post")])
        begun = time.monotonic()
        *before, answer = news.stream(QUESTION, asked=date(2024, 9, 30))
        assert time.monotonic() - begun < 2 * DEADLINE + SLACK
        assert any(isinstance(event, Found) and event.evidence for event in before), "the evidence comes first"
        assert isinstance(answer, Answer)
        return answer


@pytest.mark.parametrize("fault", FAULTS)
def test_a_model_that_fails_leaves_quotes_before_the_deadline_and_tells_no_key(
    fault: str, open_news: OpenNews, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tally: Tally
) -> None:
    caplog.set_level(logging.DEBUG)
    with FakeModelServer(fault) as server:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer = answer_of(open_news, remote(server))
        assert KEY in server.keys
    if fault.startswith("flood"):  # the server of 'squeezed' takes as much itself
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 100, "MB, by 200 that were sent"
    tally("failing models", 1)
    assert answer.citations or answer.refused
    for citation in answer.citations:
        assert citation.article.body[citation.start : citation.end] == citation.quote
    if fault not in ("stall", "drip", "endless", "flood_of_events", "flood_of_lines"):
        # of these the few words are checked like any others
        assert answer.note, "a reader is told that the model failed"
        assert answer.citations and answer.citations[0].quote in answer.text
    printed = capfd.readouterr()
    told = json.dumps(answer.record()) + repr(answer) + caplog.text + printed.out + printed.err
    assert KEY not in told and KEY[3:] not in told


def test_what_a_reasoning_model_says_to_itself_is_no_answer(open_news: OpenNews) -> None:
    with FakeModelServer("thoughts") as server:
        answer = answer_of(open_news, remote(server))
    assert answer.text == "Heavy rain had moved two of its piers [1]."


def test_nobody_there(open_news: OpenNews) -> None:
    answer = answer_of(open_news, remote("http://127.0.0.1:9"))
    assert answer.citations[0].quote in answer.text
    assert answer.note
