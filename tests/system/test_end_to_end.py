"""The real embedder and the real embedded model, from a scraped page to a cited answer, and over the seed page."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from rag import News
from rag.types import Answer
from tests.chat.test_chat_page import served
from tests.support.browser import Visit
from tests.support.paths import ROOT

PAGE = ROOT / "corpus" / "continental-dispatch" / "2024-09-28-world.txt"
SEED = ROOT.parent / "shared" / "data" / "seed-page.txt"

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]

OUR_PAGE_ALONE = pytest.mark.parametrize("news", [PAGE], ids=["corpus"], indirect=True)


@pytest.fixture(scope="module", params=[PAGE, SEED], ids=["corpus", "seed"])
def news(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, embedded_model: Any
) -> Iterator[News]:
    if not request.param.exists():
        pytest.skip(f"{request.param} is not there: the page is data beside the project")
    with News.open(tmp_path_factory.mktemp("index"), llm=embedded_model, deadline=240) as opened:
        report = opened.add(request.param)
        assert (report.added, report.failed) == (2, 0)
        yield opened


def ask(news: News, question: str) -> Answer:
    answer = news.ask(question)
    for c in answer.citations:
        assert c.article.body[c.start : c.end] == c.quote
        assert f"[{c.n}]" in answer.text
    assert bool(answer.citations) != answer.refused
    return answer


def test_of_two_missions_the_one_that_is_asked_about(news: News) -> None:
    syria = ask(news, "When does the Syria mission end?")
    assert "September 2026" in syria.text and "2025" not in syria.text
    iraq = ask(news, "When does the mission in Iraq end?")
    assert "September 2025" in iraq.text and "2026" not in iraq.text


@OUR_PAGE_ALONE
def test_a_number_is_cited_from_the_article_that_holds_it(news: News) -> None:
    answer = ask(news, "How many U.S. troops are in Syria?")
    assert "900" in answer.text
    assert all("Iraq" in c.article.title for c in answer.citations)


@OUR_PAGE_ALONE
def test_who_and_how_old(news: News) -> None:
    assert "Nasrallah" in ask(news, "Who succeeded Abbas al-Musawi?").text
    assert "31" in ask(news, "How old was Nasrallah when he took over?").text


@OUR_PAGE_ALONE
@pytest.mark.parametrize(
    "question", ["Who won the men's 100 metres in Paris?", "When does the mission in Afghanistan end?"]
)
def test_what_the_articles_do_not_say_is_refused(news: News, question: str) -> None:
    answer = ask(news, question)
    assert answer.refused
    assert answer.nearest or answer.quotes


@pytest.mark.browser
@OUR_PAGE_ALONE
def test_a_reader_asks_in_a_browser_and_follows_the_citation(news: News, browser: Browser) -> None:
    with served(news) as url:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        one = Visit(context, url)
        one.ask("When does the coalition's mission in Syria end?")
        expect(one.page.locator("#panel mark").first).to_be_visible()
        expect(one.page.locator("#live .ref").first).to_be_visible(timeout=120_000)
        expect(one.page.locator("#live .text strong")).to_contain_text("September 2026")
        one.page.locator("#live .ref").first.click()
        lit = one.page.locator(".source.lit")
        expect(lit.locator("mark")).to_contain_text("September 2026")
        expect(lit.locator("mark")).to_contain_text("Syria")
        assert (one.outside, one.errors) == ([], [])
        context.close()
