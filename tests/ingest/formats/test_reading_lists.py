"""Lists of addresses that services export are told as lists, and give their addresses where they are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.ingest.formats.files import find, read
from rag.ingest.formats.parts import reading_lists
from rag.ingest.page import Page
from rag.types import ReportItem

WEIR, RYE = "https://talbrook.example/weir?a=1&b=2", "https://fenwray.example/rye"
LISTS = {
    "pocket.csv": f"title,url,time_added,tags,status\nWeir,{WEIR},1730700000,,unread\nRye,{RYE},1730790000,,archive\n",
    "instapaper.csv": f"URL,Title,Selection,Folder,Timestamp\n{WEIR},Weir,,Unread,1\n{RYE},Rye,,Unread,2\n",
    "raindrop.csv": "id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n"
    f"1,Weir,,Nobody was hurt.,{WEIR},News,,2024-11-05,,,false\n2,Rye,,,{RYE},News,,2024-11-05,,,false\n",
    "reader.csv": f"Title,URL,ID,Document tags,Saved date,Reading progress,Location,Seen\nWeir,{WEIR},1,,,,later,\n"
    f"Rye,{RYE},2,,,,later,\n",
    "takeout.csv": f"Title,Note,URL,Comment\nWeir,,{WEIR},\nRye,,{RYE},\n",
    "mediacloud.csv": f"stories_id,publish_date,title,url,language,media_name\n1,2024-11-04,Weir,{WEIR},en,Post\n"
    f"2,2024-11-05,Rye,{RYE},en,Chronicle\n",
    "gdelt.csv": f"\ufeffURL,MobileURL,Date,Title\n{WEIR},,2024-11-04,Weir\n{RYE},,2024-11-05,Rye\n",
    "gdelt.json": json.dumps({"articles": [{"url": u, "seendate": "20241104T063000Z"} for u in (WEIR, RYE)]}),
    "pinboard.json": json.dumps([{"href": u, "description": "Weir", "toread": "yes", "tags": ""} for u in (WEIR, RYE)]),
    "firefox.json": json.dumps({"type": "text/x-moz-place-container", "children": [
        {"title": "News", "children": [{"type": "text/x-moz-place", "title": "Weir", "uri": WEIR}]},
        {"type": "text/x-moz-place", "title": "Rye", "uri": RYE}]}),
    "chrome.json": json.dumps({"roots": {"bookmark_bar": {"type": "folder", "children": [
        {"type": "url", "name": "Weir", "url": WEIR}, {"type": "url", "name": "Rye", "url": RYE}]}}}),
    "pocket.html": "<!DOCTYPE html><html><head><title>Pocket Export</title></head><body><ul>"
    f'<li><a href="{WEIR.replace("&", "&amp;")}" time_added="1">Weir</a><li><a href="{RYE}">Rye</a></ul></body></html>',
    "bookmarks.html": "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE><DL><p>"
    f'<DT><A HREF="{WEIR.replace("&", "&amp;")}">Weir</A><DT><A HREF="{RYE}">Rye</A></DL>',
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_gives_its_addresses_where_it_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(LISTS[name], "utf-8")
    assert list(find([path])) == [WEIR, RYE]
    assert list(find([tmp_path])) == [path]  # inside a folder it is a file like the others
    (item,) = read(path)
    assert isinstance(item, ReportItem) and item.reason == f"holds only web addresses; to fetch them: rag add {path}"


def test_what_holds_texts_or_too_much_is_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"title,url,text\nWeir,{WEIR},The weir gave way on Sunday night.\n")
    assert list(find([path])) == [path]
    assert all(isinstance(item, Page) for item in read(path))
    monkeypatch.setattr(reading_lists, "MAX_LIST_ADDRESSES", 1)
    assert reading_lists.reading_list(".csv", LISTS["pocket.csv"].encode()) is None
    assert reading_lists.reading_list(".json", b'{"seendate": 1, "articles": 3}') is None
    assert reading_lists.reading_list(".txt", LISTS["pocket.csv"].encode()) is None


def test_alerts_and_what_was_removed_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(
        "From: Google Alerts <googlealerts-noreply@google.com>\nSubject: Google Alert - weir\n"
        "Date: Mon, 4 Nov 2024 08:00:00 +0000\n\nWeir gives way\n"
        f"<https://www.google.com/url?rct=j&url={WEIR}&ct=ga>\n<https://www.google.com/url?rct=j&url={RYE}&ct=ga>\n"
    )
    (item,) = read(tmp_path / "a.eml")
    assert isinstance(item, ReportItem) and (item.reason or "").startswith("a Google Alert, a list of 2 links")
    gone = {"title": "[Removed]", "content": "[Removed]", "url": "https://removed.com", "publishedAt": "1970-01-01"}
    (tmp_path / "n.json").write_text(json.dumps({"status": "ok", "articles": [gone]}))
    (item,) = read(tmp_path / "n.json")
    assert isinstance(item, ReportItem) and "removed by its source" in (item.reason or "")


def test_event_registrys_time_and_language(tmp_path: Path) -> None:
    article = {
        "uri": "1", "lang": "deu", "date": "2024-11-04", "time": "06:30:00", "dateTime": "2024-11-04T06:30:00Z",
        "dateTimePub": "2024-11-04T06:20:00Z", "url": RYE, "title": "Roggen",
        "body": "Neun Bäcker trafen sich am Montag.",
        "source": {"uri": "fenwray.example", "title": "Fenwray Bote"}, "authors": [{"name": "Ida Lund"}],
    }  # fmt: skip
    (tmp_path / "e.json").write_text(json.dumps({"articles": {"results": [article]}}))
    (page,) = read(tmp_path / "e.json")
    assert isinstance(page, Page) and page.published is not None
    assert (page.language, page.published.isoformat()) == ("de", "2024-11-04T06:20:00+00:00")


def test_clippings_without_notes_and_marks(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: Weir gives way\npublished: 2024-11-04\n---\nThe weir ==gave way==[^1] on Sunday; a == b stays.\n\n"
        "Nobody was hurt.[^note]\n\n[^1]: As the county said.\n[^note]: Two were wet.\n    They dried soon.\n"
    )
    (page,) = read(tmp_path / "a.md")
    assert isinstance(page, Page)
    assert page.text.split("\n\n") == ["The weir gave way on Sunday; a == b stays.", "Nobody was hurt."]
