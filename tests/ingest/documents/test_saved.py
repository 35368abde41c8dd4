"""Pages that browsers saved as MHTML are the page that they hold."""

from __future__ import annotations

import base64
import quopri
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.ingest.page import Page
from rag.types import ReportItem
from tests.support.reading import articles, found

BODY = (
    "The ferry across the sound stops in May, after ninety years, the café at the pier with it. "
    "A bridge takes its place; it costs four million, and the town pays half of that sum."
)
HTML = (
    '<html><head><title>Ferry to close</title><meta property="article:published_time" content="2024-03-05">'
    f"</head><body><h1>Ferry to close</h1><p>{BODY}</p><p>{BODY[:90]} The mayor said so on Monday.</p>"
    '<img src="cid:one@mhtml.blink"></body></html>'
)
PAGE = "https://wire.example/2024/ferry"


def saved(head: str, coding: str, charset: str, location: str = f"Content-Location: {PAGE}\n") -> bytes:
    raw = HTML.encode(charset)
    written = base64.encodebytes(raw) if coding == "base64" else quopri.encodestring(raw)
    return (
        f'{head}Subject: Ferry to close\nDate: Tue, 12 Mar 2024 08:00:00 -0000\nMIME-Version: 1.0\n'
        'Content-Type: multipart/related;\n\ttype="text/html";\n\tboundary="----x"\n\n\n------x\n'
        f"Content-Type: text/html; charset={charset}\nContent-ID: <f@mhtml.blink>\n"
        f"Content-Transfer-Encoding: {coding}\n{location}\n"
    ).encode() + written + (
        b"\n------x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n"
        b"Content-Location: cid:one@mhtml.blink\n\n"
        b"iVBORw0KGgo=\n------x--\n"
    )  # fmt: skip


BLINK = f"From: <Saved by Blink>\nSnapshot-Content-Location: {PAGE}\n"


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "a.html", "a.eml", "a.txt"])
@pytest.mark.parametrize(("coding", "charset"), [("quoted-printable", "utf-8"), ("base64", "iso-8859-1")])
def test_the_page_under_its_address(tmp_path: Path, name: str, coding: str, charset: str) -> None:
    (page,) = found(tmp_path / name, saved(BLINK, coding, charset))
    assert isinstance(page, Page), page
    assert (page.title, page.url, page.published) == ("Ferry to close", PAGE, date(2024, 3, 5))
    assert page.text.startswith(BODY)
    (same,) = found(tmp_path / "b.mht", saved(BLINK, coding, charset, location=""))
    assert isinstance(same, Page) and same.url == PAGE
    (same,) = found(tmp_path / "c.mht", saved('From: "Saved by Windows"\n', coding, charset))
    assert isinstance(same, Page) and same.url == PAGE


def test_what_holds_no_page_is_told(tmp_path: Path) -> None:
    for data in (
        b"From: <Saved by Blink>\n\n",
        b"words\n",
        saved(BLINK, "base64", "utf-8").replace(b"text/html; c", b"text/x; c"),
    ):
        (item,) = found(tmp_path / "a.mht", data)
        assert isinstance(item, ReportItem) and "holds no page" in (item.reason or "")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(0, 900), st.sampled_from(["a.mht", "a.mhtml"]))
def test_no_bytes_raise(tmp_path: Path, content: bytes, at: int, name: str) -> None:
    whole = saved(BLINK, "quoted-printable", "utf-8")
    assert found(tmp_path / name, content or b"x")
    assert found(tmp_path / name, whole[:at] + content + whole[at + 20 :])


MILL = (
    b"<article><h1>Mill race drained</h1><p>The mill race was drained on Monday, and divers look for the gate.</p>"
    b"</article></html>"
)
SINGLE_FILE = (
    b"<html><!--\n Page saved with SingleFile \n url: https://a.example/mill \n"
    b" saved date: Wed Mar 06 2024 11:02:03 GMT+0100 (Central European Standard Time)\n-->"
)
WAYBACK = (
    b"\n<!--\n     FILE ARCHIVED ON 10:02:03 Mar 06, 2024 AND RETRIEVED FROM THE\n"
    b"     INTERNET ARCHIVE ON 08:11:01 May 09, 2024.\n-->"
)
KEPT = datetime(2024, 3, 6, 10, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("data", [SINGLE_FILE + MILL, b"<html>" + MILL + WAYBACK])
def test_a_page_that_somebody_kept_was_read_then(tmp_path: Path, data: bytes) -> None:
    (article,) = articles(tmp_path / "a.html", data)
    assert article.read_at == KEPT


def test_a_page_in_a_saved_file_was_read_when_it_was_saved(tmp_path: Path) -> None:
    head = b"From: <Saved by Blink>\nSnapshot-Content-Location: https://a.example/mill\n"
    sent = b"Date: Wed, 6 Mar 2024 11:02:03 +0100\nMIME-Version: 1.0\n"
    parts = b'Content-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n\n<html>'
    (article,) = articles(tmp_path / "a.mhtml", head + sent + parts + MILL + b"\n--b--\n")
    assert article.read_at == KEPT
