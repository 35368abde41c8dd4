"""The questions that the start page offers, asked of the sample articles with the embedded models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rag import News
from rag.chat.layout import EXAMPLES
from tests.support.paths import CORPUS

RIGHT = {
    "When does the coalition mission in Syria end?": ("September 2026", "2025"),
    "How many U.S. troops are in Syria?": ("2,000", "900"),
    "What is the toll on the Brannock Narrows Bridge?": ("$3.75", "$4.50"),
    "Who is the mayor of Ashcombe?": ("Okonjo-Bell", "Marrow is"),
    "Who won the Nobel Peace Prize in 2024?": ("Nihon Hidankyo", "Han Kang"),
    "How many jobs will the Kestrel plant in Tolland Flats create?": ("850", "1,200"),
}
"""What a right answer holds, and what a stale or a wrong one does."""

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory, embedded_model: Any) -> Iterator[News]:
    with News.open(tmp_path_factory.mktemp("index"), llm=embedded_model, deadline=240) as opened:
        opened.add(CORPUS)
        yield opened


@pytest.mark.parametrize("question", EXAMPLES)
def test_a_suggested_question_comes_out_right(news: News, question: str) -> None:
    answer = news.ask(question)
    right, wrong = RIGHT[question]
    told = answer.text.split(" Earlier reports gave")[0]
    assert right in told and wrong not in told
    for c in answer.citations:
        assert c.article.body[c.start : c.end] == c.quote
