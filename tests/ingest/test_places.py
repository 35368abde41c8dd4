"""The page, time or record that a quote stands at goes with it, from the file to the citation and out again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rag.chat.kept.export import _source
from rag.chat.views.answer import copy_text
from rag.chat.views.render import render
from rag.chat.views.sources import source_rows
from rag.cli.output import print_answer
from rag.ingest.places import carried_places
from rag.types import Answer, Article, Citation
from tests.conftest import OpenNews, Rag
from tests.support.pdfs import PdfPage, pdf_bytes

BODY = "The weir gave way on Sunday night.\n\nForty cows were led over the bridge on Monday."
PRINTED = Article(
    "weir", "Weir gives way", BODY, date(2024, 5, 3), source="The Post", places=((0, "page 3"), (36, "page 5"))
)


def citation(article: Article, start: int) -> Citation:
    end = article.body.find(".", start) + 1
    return Citation(1, article, article.body[start:end], start, end)


def test_a_citation_names_its_page_its_time_or_its_record() -> None:
    assert [citation(PRINTED, at).place for at in (0, 36)] == ["page 3", "page 5"]
    spoken = Article("a", "Talk", "00:12 – ANNA: The weir gave way.\n\n1:02:05 – It rained.", origin="/x/a.vtt")
    assert [citation(spoken, at).place for at in (8, 50)] == ["00:12", "1:02:05"]
    for origin, place in (
        ("/x/a.mbox#mail 12", "mail 12"), ("/x/a.jsonl#line 5", "line 5"), ("/x/a.json#item 2", "item 2"),
        ("/x/a.zip#b.csv#line 9", "line 9"), ("/x/a.mbox#mail 3#item 2", "mail 3"), ("/x/a.txt", None),
    ):  # fmt: skip
        told = citation(replace(PRINTED, places=(), origin=origin), 0)
        assert told.place == place
        assert citation(replace(told.article, url="https://post.example/weir"), 0).place is None


def test_an_address_of_a_pdf_is_opened_at_the_page() -> None:
    article = replace(PRINTED, url="https://post.example/issue.pdf?day=3")
    told = citation(article, 36)
    assert told.url == "https://post.example/issue.pdf?day=3#page=5"
    assert (told.record()["url"], told.record()["place"]) == (told.url, "page 5")
    assert citation(replace(article, url="https://post.example/issue"), 36).url == "https://post.example/issue"


def test_the_label_in_the_command_the_chat_and_what_they_save(capsys: pytest.CaptureFixture[str]) -> None:
    told = citation(replace(PRINTED, url="https://post.example/issue.pdf"), 36)
    answer = Answer("Who?", "Forty cows. [1]", None, False, (told,), "none")
    print_answer(answer)
    out = capsys.readouterr().out
    assert "[1] Weir gives way (The Post, 2024-05-03, page 5) weir" in out and "issue.pdf#page=5" in out
    assert "The Post, Fri 3 May 2024, page 5: Weir gives way https://post.example/issue.pdf#page=5" in copy_text(answer)
    assert "page 5" in _source(told) and "issue.pdf#page=5" in _source(told)
    shown = render("sources", "numbered", rows=source_rows([told], {}), place="place")
    assert ">page 5</span>" in shown and 'href="https://post.example/issue.pdf#page=5"' in shown


def test_places_are_those_of_the_lines_that_are_kept() -> None:
    text = "Head\n\nPage 1\n\nThe weir gave way.\n\nShare this\n\nIt rained and rained."
    places = ((0, "page 1"), (text.index("Share"), "page 2"), (text.index("and rained"), "page 3"))
    body = "The weir gave way.\n\nIt rained and rained."
    assert carried_places(places, text, body) == ((0, "page 1"), (20, "page 2"), (body.index("and"), "page 3"))
    assert carried_places(places, text, "Nothing of it.") == () == carried_places((), text, body)


def test_pages_go_through_the_index_and_out_and_in_again(rag: Rag, tmp_path: Path) -> None:
    one, two = PdfPage(), PdfPage()
    one.line(50, 80, "Weir gives way at night", 22, "F2")
    one.line(50, 104, "3 May 2024", 9)
    left = [f"{BODY[:34]} Water stood {n} feet high in the street." for n in range(9)]
    _, left = one.column(50, 134, 300, left, bottom=190)
    two.column(50, 80, 300, left)
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf_bytes([one, two]))
    added = rag("add", str(path), "--json").json
    assert added["added"] == 1, added
    shown = rag("show", added["items"][0]["article_id"], "--json").json
    assert [p["place"] for p in shown["places"]] == ["page 1", "page 2"] and shown["places"][0]["start"] == 0
    lines = rag("export").out
    (tmp_path / "out.jsonl").write_text(lines, encoding="utf-8")
    other = str(tmp_path / "other")
    assert rag("add", str(tmp_path / "out.jsonl"), "--index", other).status == 0
    assert json.loads(rag("export", "--index", other).out) == json.loads(lines)
    assert rag("check").status == 0


def test_an_earlier_version_keeps_its_places(open_news: OpenNews) -> None:
    with open_news() as news:
        news.put([PRINTED])
        news.put([replace(PRINTED, body=f"{BODY} It rained.", places=())])
        assert news.article("weir").places == ()
        assert news.history("weir")[0].article.places == PRINTED.places
