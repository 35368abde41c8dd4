"""Objects of Notion's interface, authors of any shape, and the columns of those who watch the press."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.ingest.formats.files import read
from rag.ingest.page import Page

TEXT = "The lido at Senn stays shut this summer. A crack was found under the deep end on Monday."


def pages(path: Path) -> list[Page]:
    found = list(read(path))
    assert all(isinstance(page, Page) for page in found), found
    return [page for page in found if isinstance(page, Page)]


def saved(tmp_path: Path, document: Any) -> Path:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def words(text: str) -> list[dict[str, str]]:
    return [{"type": "text", "plain_text": part} for part in text.partition(" ")]


LIDO = {
    "object": "page",
    "id": "5d1c",
    "created_time": "2025-01-02T08:00:00.000Z",
    "url": "https://notes.example/5d1c",
    "properties": {
        "Headline": {"id": "title", "type": "title", "title": words("Lido shut")},
        "Tag": {"type": "rich_text", "rich_text": []},
        "Date": {"type": "date", "date": {"start": "2024-05-04", "end": None}},
        "Team": {"type": "people", "people": [{"object": "user", "name": "Ida Lund"}]},
        "Outlet": {"type": "select", "select": {"name": "Senn Post"}},
        "Link": {"type": "url", "url": "https://senn.example/lido"},
        "Filed": {"type": "created_time", "created_time": "2025-01-02T08:00:00.000Z"},
    },
    "children": [
        {"object": "block", "type": "paragraph", "paragraph": {"rich_text": words(TEXT)}},
        {"object": "block", "type": "image", "image": {"caption": words("The empty basin")}},
        {"object": "block", "type": "quote", "quote": {"rich_text": words("Nobody swims, she said.")}},
    ],
}


@pytest.mark.parametrize("around", [lambda page: page, lambda page: [page], lambda page: {"results": [page]}])
def test_a_page_of_notion_with_typed_properties_and_blocks(around: Any, tmp_path: Path) -> None:
    [page] = pages(saved(tmp_path, around(LIDO)))
    assert (page.title, page.published, page.source) == ("Lido shut", date(2024, 5, 4), "Senn Post")
    assert (page.authors, page.url) == (("Ida Lund",), "https://senn.example/lido")
    assert page.text == f"{TEXT}\n\nNobody swims, she said."


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ({"12": {"name": "Ida Lund"}, "13": {"name": "Bo Wirth"}}, ("Ida Lund", "Bo Wirth")),
        ({"edges": [{"node": {"firstName": "Ida", "lastName": "Lund"}}]}, ("Ida Lund",)),
        ([{"uid": 7, "profile": {"screen_name": "Ida Lund"}}, "Bo Wirth"], ("Ida Lund", "Bo Wirth")),
        ({"data": [{"id": 1, "attributes": {"name": "Ida Lund"}}]}, ("Ida Lund",)),
    ],
)
def test_authors_in_objects_of_any_shape(authors: Any, names: tuple[str, ...], tmp_path: Path) -> None:
    [page] = pages(saved(tmp_path, [{"title": "Lido shut", "text": TEXT, "authors": authors}]))
    assert (page.authors, page.note) == (names, None)


def test_an_author_that_is_not_understood_is_told_and_its_article_is_read(tmp_path: Path) -> None:
    [page] = pages(saved(tmp_path, [{"title": "Lido shut", "text": TEXT, "author": {"x": {"y": 1}}}]))
    assert page.authors == () and page.note == 'authors not understood: {"x": {"y": 1}}'


@pytest.mark.parametrize("column", ["Opening Text", "Hit Sentence", "Standfirst", "Teaser"])
def test_a_table_with_the_beginning_of_the_text_alone(column: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f"Date,Headline,{column},Source\n07-May-2024 03:00PM,Lido shut,{TEXT},Senn Post\n", encoding="utf-8"
    )
    [page] = pages(path)
    assert (page.title, page.text, page.source) == ("Lido shut", TEXT, "Senn Post")
    assert "only its summary is there" in (page.note or "")
