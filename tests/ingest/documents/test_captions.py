"""Transcripts in WebVTT, SubRip and TTML: one article each, in paragraphs that begin with their time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.ingest.documents.captions import named_by_file, time_code
from rag.ingest.formats.files import find
from rag.ingest.page import Page
from rag.ingest.segment.segmenter import segment
from rag.qa.live_entries import live_entries
from rag.types import Article, Citation
from tests.support.reading import found, reason

VTT = """WEBVTT - Harbour talks
Language: en
NOTE Date: 2024-05-03

STYLE
::cue { color: white }

intro one
00:00:12.000 --> 00:00:15.000 align:start
<v Anna Berg>The harbour opens in <c.yellow>May</c>,
the council says.</v>

2
00:15.200 --> 00:17.000
<v Anna Berg>It costs 4 million &amp; more.

00:17.100 --> 00:18.000
[Applause]

NOTE a remark of the editor

00:00:18.500 --> 00:00:20.000
<v.loud Tom Reyes>Who pays for it?

01:02:05.000 --> 01:02:09.000
ANNA BERG: The town pays half of it.
"""


def transcript(path: Path, data: str | bytes) -> Article:
    (page,) = found(path, data)
    assert isinstance(page, Page), page
    (article,) = segment(page)
    return article


@pytest.mark.parametrize("name", ["talks.vtt", "talks.txt", "talks.srt"])
def test_speakers_and_times_stay(tmp_path: Path, name: str) -> None:
    article = transcript(tmp_path / name, VTT)
    assert article.title == "Harbour talks"
    assert article.published == date(2024, 5, 3)
    assert article.language == "en"
    assert article.body.split("\n\n") == [
        "00:12 – Anna Berg: The harbour opens in May, the council says. It costs 4 million & more.",
        "00:18 – Tom Reyes: Who pays for it?",
        "1:02:05 – ANNA BERG: The town pays half of it.",
    ]


def test_a_citation_names_the_time_code(tmp_path: Path) -> None:
    article = transcript(tmp_path / "a.vtt", VTT)
    quote = "The town pays half of it."
    start = article.body.index(quote)
    assert Citation(1, article, quote, start, start + len(quote)).entry == "1:02:05"
    assert Citation(1, article, "Who", article.body.index("Who"), article.body.index("Who") + 3).entry == "00:18"
    assert live_entries(article) == []  # no times of a day
    short = transcript(tmp_path / "b.vtt", VTT.split("01:02:05", maxsplit=1)[0])
    assert live_entries(short) == []


def test_rolling_captions_are_joined(tmp_path: Path) -> None:
    rolling = """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.389 align:start position:0%
 \n
good<00:00:00.400><c> evening</c><00:00:00.800><c> the</c><00:00:01.000><c> ferry</c>

00:00:02.389 --> 00:00:02.399 align:start position:0%
good evening the ferry
 \n

00:00:02.399 --> 00:00:05.000 align:start position:0%
good evening the ferry
stops<00:00:03.000><c> in</c><00:00:03.400><c> May</c>

00:00:05.000 --> 00:00:05.010 align:start position:0%
stops in May
 \n

00:00:05.010 --> 00:00:08.000 align:start position:0%
stops in May
after<00:00:06.000><c> ninety</c><00:00:06.500><c> years</c>
""".replace(" \\n\n", " \n")
    article = transcript(tmp_path / "20240503 Ferry_news [a1B2c3D4e5F].en.vtt", rolling)
    assert article.body == "00:00 – good evening the ferry stops in May after ninety years"
    assert (article.title, article.published, article.language) == ("Ferry news", date(2024, 5, 3), "en")


def test_captions_that_grow_are_joined_and_repetition_stays(tmp_path: Path) -> None:
    grows = [("The ferry", 1), ("The ferry stops", 2), ("The ferry stops in May.", 3)]
    cues = [f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{text}\n" for text, n in grows]
    assert transcript(tmp_path / "a.srt", "\n".join(cues)).body == "00:01 – The ferry stops in May."
    told = ["Stop it now.", "Stop it now.", "We are closed.", "Come back in May.", "Nobody sails here."]
    cues = [f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{text}\n" for n, text in enumerate(told)]
    assert transcript(tmp_path / "b.srt", "\n".join(cues)).body == f"00:00 – {' '.join(told)}"


def test_paragraphs_by_pause_and_by_change(tmp_path: Path) -> None:
    srt = (
        "1\n00:00:01,000 --> 00:00:03,000\n<i>The ferry stops in May.</i>\n\n2\n00:00:06,500 --> 00:00:08,000\n"
        "{\\an8}The council said: it is old.\n\n3\n00:00:08,000 --> 00:00:09,000\n&gt;&gt; Who pays for this?\n\n"
        "4\n00:00:09,000 --> 00:00:12,000\n- The town pays.\n- And the state, too.\n"
    )
    assert transcript(tmp_path / "a.srt", srt.replace("\n", "\r\n")).body.split("\n\n") == [
        "00:01 – The ferry stops in May.",
        "00:06 – The council said: it is old.",
        "00:08 – Who pays for this?",
        "00:09 – The town pays.",
        "00:09 – And the state, too.",
    ]


TTML = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
    xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang="en-GB" ttp:frameRate="25">
<head><metadata><ttm:title>Evening news</ttm:title>
<ttm:agent xml:id="a1" type="person"><ttm:name>Anna Berg</ttm:name></ttm:agent></metadata></head>
<body><div begin="10s">
<p begin="00:00:02:12" end="00:00:04.0" ttm:agent="a1">The harbour opens<br/>in <span>May</span>.</p>
<p begin="5s" dur="1500ms" ttm:agent="a1">It costs four million.</p>
<p begin="01:00:00.0" end="01:00:02.0">Good night to all.</p>
</div></body></tt>"""


@pytest.mark.parametrize("name", ["2024-05-03 news.ttml", "2024-05-03 news.dfxp", "2024-05-03 news.xml"])
def test_timed_text_of_broadcasters(tmp_path: Path, name: str) -> None:
    article = transcript(tmp_path / name, TTML)
    assert (article.title, article.published, article.language) == ("Evening news", date(2024, 5, 3), "en")
    assert article.body.split("\n\n") == [
        "00:12 – Anna Berg: The harbour opens in May. It costs four million.",
        "1:00:10 – Good night to all.",
    ]


def test_what_is_no_transcript_is_told(tmp_path: Path) -> None:
    assert "no captions" in reason(tmp_path / "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n[Music]\n")
    assert "no captions" in reason(tmp_path / "a.srt", "The ferry stops in May.\n")
    assert "no captions" in reason(tmp_path / "a.ttml", TTML.split("<body>", maxsplit=1)[0] + "</tt>")
    assert "entities of its own" in reason(
        tmp_path / "b.ttml", f'<!DOCTYPE tt [<!ENTITY a "b">]>{TTML.split("?>", 1)[1]}'
    )
    (page,) = found(tmp_path / "undated.vtt", VTT.replace("NOTE Date: 2024-05-03\n", ""))
    assert isinstance(page, Page) and page.note == "no day in its name or header"
    (page,) = found(tmp_path / "odd.vtt", VTT.replace("2024-05-03", "soon"))
    assert isinstance(page, Page) and page.note == "date not understood: 'soon'"
    (page,) = found(tmp_path / "arrow.txt", "The ferry stops --> in May, the council says.\n")
    assert isinstance(page, Page) and not page.whole


def test_names_and_times() -> None:
    assert named_by_file("a/news.zip#x/2024-05-03_harbour-talks.de-DE.vtt") == ("harbour talks", "de")
    assert named_by_file("Talk at ten.srt.gz") == ("Talk at ten", None)
    assert [time_code(t) for t in (0, 75.9, 3600, 36_000)] == ["00:00", "01:15", "1:00:00", "10:00:00"]


def test_they_are_found_in_folders(tmp_path: Path) -> None:
    for name in ("a.vtt", "b.srt", "c.ttml", "d.dfxp.gz"):
        (tmp_path / name).write_bytes(b"")
    assert len([path for path in find([tmp_path]) if isinstance(path, Path)]) == 4


PIECES = st.lists(
    st.sampled_from(
        ["WEBVTT", "\n", "\n\n", "00:01.000 --> 00:02.000", "1", "<v A B>", "</v>", "NAME: ", "text", ">> ", "- A",
         "[x]", "\0", "\xff", "<tt>", "<p begin='1s'>", "</p>", "</tt>", "<body>", "99:99:99,9 --> 1:00:00,0"]
    ),
    max_size=30,
).map(lambda pieces: "".join(pieces).encode("latin-1"))  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PIECES | st.binary(max_size=300), st.sampled_from(["a.vtt", "a.srt", "a.ttml", "a.dfxp", "a.txt"]))
def test_no_bytes_raise(tmp_path: Path, content: bytes, name: str) -> None:
    assert found(tmp_path / name, content)
