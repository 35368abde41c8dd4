"""Lists whose articles have their texts in files beside them: Substack, Omnivore, collections of texts."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from rag.ingest.formats.files import find, read
from rag.ingest.page import Page
from rag.types import ReportItem, day

TOWER = "<p>The water tower of Brenn was sold for nine euros.</p><p>Its new owner will live in it from May.</p>"
WELL = "<p>A dry well in Brenn gave water again on Monday.</p><p>Nobody at the waterworks knows why.</p>"
POSTS = (
    "post_id,post_date,is_published,type,audience,title,subtitle\n"
    "101.the-tower,2023-05-02T08:00:00.000Z,true,newsletter,everyone,Tower sold,For nine euros\n"
    "102.a-rumour,,false,newsletter,everyone,Who is the buyer?,\n"
    "103.the-well,2023-05-09T08:00:00.000Z,true,newsletter,only_paid,Water again,\n"
)


def substack(folder: Path) -> Path:
    (folder / "posts").mkdir(parents=True)
    (folder / "posts.csv").write_text(POSTS, "utf-8")
    (folder / "posts" / "101.the-tower.html").write_text(TOWER, "utf-8")
    (folder / "posts" / "102.a-rumour.html").write_text("<p>Two neighbours say that it is the vicar.</p>", "utf-8")
    (folder / "posts" / "103.the-well.html").write_text(WELL, "utf-8")
    (folder / "posts" / "103.opens.csv").write_text("email,opened\na@b.example,1\n", "utf-8")
    return folder


def omnivore(folder: Path) -> Path:
    (folder / "content").mkdir(parents=True)
    (folder / "highlights").mkdir()
    entries = [
        {"id": "q1", "slug": "tower", "title": "Tower sold", "description": "Cheap.", "author": "Ada Prem",
         "url": "https://brenn.example/tower", "savedAt": "2023-06-01", "publishedAt": "2023-05-02T00:00:00Z"},
        {"id": "q2", "slug": "well", "title": "Water again", "description": "", "author": "", "state": "Archived",
         "url": "https://brenn.example/well", "savedAt": "2023-06-01", "publishedAt": "2023-05-09T00:00:00Z"},
    ]  # fmt: skip
    (folder / "metadata_0_to_20.json").write_text(json.dumps(entries), "utf-8")
    (folder / "content" / "tower.html").write_text(f"<div id='readability-page-1'>{TOWER}</div>", "utf-8")
    (folder / "content" / "well.html").write_text(f"<div id='readability-page-1'>{WELL}</div>", "utf-8")
    (folder / "highlights" / "tower.md").write_text("> sold for nine euros\n", "utf-8")
    return folder


def packed(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, f"backup/{file.relative_to(folder)}")
    return path


def taken(path: Path) -> tuple[list[Page], list[ReportItem]]:
    """What a folder or an archive gives: the pages, and all else that is told."""
    found = [item for source in find([path]) for item in (read(source) if isinstance(source, Path) else [source])]
    pages = [item for item in found if isinstance(item, Page)]
    return pages, [item for item in found if isinstance(item, ReportItem)]


@pytest.mark.parametrize("zipped", [False, True])
def test_posts_of_substack_with_titles_and_days_of_their_table(zipped: bool, tmp_path: Path) -> None:
    folder = substack(tmp_path / "export")
    pages, told = taken(packed(folder, tmp_path / "a.zip") if zipped else folder)
    assert [(page.title, day(page.published)) for page in pages] == [
        ("Tower sold", date(2023, 5, 2)), ("Water again", date(2023, 5, 9)),
    ]  # fmt: skip
    assert pages[0].text.endswith("Its new owner will live in it from May.")
    assert {item.status for item in told} == {"left_out"}
    assert any("draft" in str(item.reason) for item in told)


@pytest.mark.parametrize("zipped", [False, True])
def test_pages_kept_by_omnivore_are_one_article_each(zipped: bool, tmp_path: Path) -> None:
    folder = omnivore(tmp_path / "export")
    pages, told = taken(packed(folder, tmp_path / "a.zip") if zipped else folder)
    assert [(p.title, day(p.published), p.authors, p.url) for p in pages] == [
        ("Tower sold", date(2023, 5, 2), ("Ada Prem",), "https://brenn.example/tower"),
        ("Water again", date(2023, 5, 9), (), "https://brenn.example/well"),
    ]
    assert "Nobody at the waterworks knows why." in pages[1].text
    assert [item.status for item in told] == ["left_out"]  # what was marked in a text is no article


def test_a_list_that_is_named_alone_finds_its_texts(tmp_path: Path) -> None:
    pages, _ = taken(substack(tmp_path / "export") / "posts.csv")
    assert [page.title for page in pages] == ["Tower sold", "Water again"]


def test_a_collection_of_plain_texts_and_a_table_of_them(tmp_path: Path) -> None:
    table = (
        "filename,headline,date,outlet\n0001.txt,Tower sold,5/13/2023,The Brenn Post\n0002.txt,Water again,5/9/2023,\n"
    )
    (tmp_path / "metadata.csv").write_text(table, "utf-8")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "0001.txt").write_text("The water tower was sold.\n\nIt cost nine euros.", "utf-8")
    (tmp_path / "texts" / "0002.txt").write_text("A dry well gave water again.", "utf-8")
    (tmp_path / "texts" / "0003.txt").write_text("Fair opens\n\nThe fair of Brenn opened on Friday.", "utf-8")
    pages, told = taken(tmp_path)
    assert [(p.title, day(p.published), p.source) for p in pages[:2]] == [
        ("Tower sold", date(2023, 5, 13), "The Brenn Post"),
        ("Water again", date(2023, 5, 9), None),  # the first row says that the month goes first
    ]
    assert pages[0].text == "The water tower was sold.\n\nIt cost nine euros."
    assert len(pages) == 3  # a text that the table does not name is read as before
    assert not told


def test_a_table_with_texts_of_its_own_claims_no_file(tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("id,title,text\n1,Tower sold,The water tower was sold.\n", "utf-8")
    (tmp_path / "1.txt").write_text("Fair opens\n\nThe fair of Brenn opened on Friday.", "utf-8")
    pages, _ = taken(tmp_path)
    assert sorted(page.text.split("\n")[0] for page in pages) == ["Fair opens", "The water tower was sold."]


def test_a_file_that_two_rows_name_belongs_to_neither(tmp_path: Path) -> None:
    rows = "file,title\na.txt,One\na.txt,Two\nb.txt,Three\n"
    (tmp_path / "list.csv").write_text(rows, "utf-8")
    (tmp_path / "a.txt").write_text("Fair opens\n\nThe fair of Brenn opened on Friday.", "utf-8")
    (tmp_path / "b.txt").write_text("The third text is here.", "utf-8")
    pages, told = taken(tmp_path)
    assert {page.title for page in pages} == {None, "Three"}
    assert [item.status for item in told] == ["failed", "failed"]
