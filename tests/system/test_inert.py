"""Hostile text in every field and on every way out: page, export, command line. It is shown, and does nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rag.chat.kept import export
from rag.chat.turn import Turn
from rag.chat.views import answer as answer_view
from rag.chat.views import controls, sources
from rag.chat.views import library as library_view
from rag.chat.views.render import render
from rag.types import Answer, Article, Citation, Evidence, Filters, Message, Report, ReportItem, Understood
from tests.chat.test_chat_page import HOSTILE
from tests.conftest import OpenNews, Rag, Tally
from tests.support.fakes import FakeLlm

pytestmark = pytest.mark.fault("inert")

HIDDEN = "\u202egnirts\u202c \u2066a\u2069 \u200bzero \ufeffmark \x1b[31mred\x1b]0;title\x07 \x9b2J \x00nul \x08."
TEXT = f"{HOSTILE} {HIDDEN}"
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
TAGS = re.compile(r"<(\w+)([^>]*)>")
SAFE = {
    "a", "article", "b", "blockquote", "button", "code", "details", "dialog", "div", "figcaption", "figure", "form",
    "h2", "h3", "i", "input", "label", "li", "mark", "ol", "p", "section", "span", "strong", "summary", "table", "td",
    "textarea", "th", "time", "tr", "ul",
}  # fmt: skip
FIELDS = ("id", "title", "body", "source", "section", "url", "language", "origin")


def article(**fields: object) -> Article:
    known = {"id": "a1", "title": "Title", "body": "One. Two.", "published": date(2024, 9, 28), "source": "Outlet"}
    return Article(**{**known, **fields})  # type: ignore[arg-type]


def shown(one: Article, question: str = "Why?", name: str = "a.txt") -> str:
    quote = one.body[:20]
    citation = Citation(1, one, quote, 0, len(quote))
    evidence = (Evidence(one, 0, len(quote), quote, 0.5),)
    answer = Answer(
        question=question, text=f"{TEXT} [1] [9]", short=TEXT, refused=False, citations=(citation,), model=TEXT,
        as_of=None, nearest=(one,), evidence=evidence, hits=(), note=TEXT, timings_ms={},
        understood=Understood(TEXT, notes=((TEXT, TEXT),)),
    )  # fmt: skip
    turn = Turn(number=1, question=question, answer=answer, found=evidence, scope=TEXT, copies={one.id: (one,)})
    refused = replace(
        turn, answer=replace(answer, refused=True, citations=(), quotes=(citation,), suggestion=TEXT, cause="spelling")
    )
    alone = replace(turn, answer=replace(answer, refused=True, citations=(), cause="filter"))
    failed = replace(turn, answer=None, error=TEXT)
    item = ReportItem(name, "failed", title=one.title, reason=TEXT)
    return "".join(
        (
            *(answer_view.turn_html(t, current=c) for t in (turn, refused, alone, failed) for c in (True, False)),
            *(sources.panel_html(t) for t in (turn, refused, alone)), sources.panel_html(None, [one]),
            sources.article_html(one, 0, len(quote), 1),
            render("controls", "scope", limits=controls.chips(TEXT, "", "", [TEXT], [TEXT], [TEXT], one), problem=TEXT),
            render("controls", "full", oldest=TEXT), render("controls", "forgotten", title=TEXT),
            controls.menu_html({"chats": [{"id": TEXT, "title": TEXT, "begun": TEXT}], "current": TEXT}),
            library_view.list_html([one], 0),
            library_view.library_article_html(one, [one], leaving=True), library_view.counts_html([one]),
            library_view.report_html(Report((item,)), {name: name}), library_view.refused_html([(name, TEXT)]),
            library_view.message_html(TEXT),
        )
    )  # fmt: skip


@pytest.mark.parametrize("field", [*FIELDS, "authors", "question", "file name"])
def test_every_field_is_text_on_the_page(field: str, tally: Tally) -> None:
    one = article()
    if field == "authors":
        one = article(authors=(TEXT, TEXT))
    elif field in FIELDS:
        one = article(**{field: TEXT})
    html = shown(one, TEXT if field == "question" else "Why?", TEXT if field == "file name" else "a.txt")
    assert {tag for tag, _ in TAGS.findall(html)} <= SAFE
    for tag, attributes in TAGS.findall(html):
        names = set(re.findall(r"\s([\w-]+)=", re.sub(r'"[^"]*"', '""', attributes)))
        assert not [name for name in names if name.startswith("on") or name in ("src", "srcset", "srcdoc", "action")]
        if "href" in names:
            assert re.search(r'href="https?://', attributes), (tag, attributes)
    assert not FORBIDDEN.search(html)
    assert "&lt;script&gt;alert(4)" in html
    tally("fields", 1)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example/x", "https://a b.example", TEXT]
)
def test_no_address_but_of_the_web_is_a_link(address: str) -> None:
    assert "<a " not in shown(article(url=address))


def test_an_export_is_text_too(open_news: OpenNews) -> None:
    one = article(title=TEXT, source=TEXT, body=f"{TEXT} Two.", url="javascript:alert(1)")
    quote = one.body[: len(TEXT)]
    answer = Answer(
        question=TEXT, text=f"{TEXT} [1]", short=None, refused=False, model="m", as_of=None, nearest=(), evidence=(),
        citations=(Citation(1, one, quote, 0, len(quote)),), hits=(), note=TEXT, timings_ms={},
    )  # fmt: skip
    markdown = export.as_markdown([Turn(number=1, question=TEXT, answer=answer)])
    assert not FORBIDDEN.search(markdown)
    assert not re.search(r"(?<!\\)(?:!\[|<script|<img|\]\((?!https?://))", markdown)


def test_nothing_reaches_the_terminal_but_text(rag: Rag, open_news: OpenNews, tally: Tally) -> None:
    with open_news(llm=FakeLlm([["The bridge was closed."]])) as news:
        news.put(
            [
                article(
                    id="a1", title=f"Bridge {TEXT}", source=TEXT, authors=(TEXT,), body=f"The bridge was closed. {TEXT}"
                )
            ]
        )
    for words in (
        ["list"],
        ["show", "a1"],
        ["ask", "Was the bridge closed?"],
        ["search", "bridge closed"],
        ["ask", TEXT],
    ):
        run = rag(*words)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", run.out + run.err), words
        tally("commands", 1)


def test_a_name_of_a_file_is_text_too(rag: Rag, tmp_path: Path) -> None:
    bad = tmp_path / "a\x1b[31m\u202egpj.txt"
    bad.write_text("x")
    run = rag("add", str(bad))
    assert "\x1b" not in run.out + run.err and "\u202e" not in run.out + run.err


def test_filters_of_strangers_find_nothing_and_do_nothing(open_news: OpenNews) -> None:
    with open_news() as news:
        news.put([article()])
        history: list[Message] = [{"role": "user", "content": TEXT}, {"role": "assistant", "content": TEXT}]
        answer = news.ask(TEXT, history=history, filters=Filters(sources=(TEXT,), sections=(TEXT,)))
        assert answer.refused
