"""Records by other names and in other shapes: what other programs export comes out whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.ingest.formats.fields import plain_record, records_in
from rag.ingest.formats.files import read
from rag.ingest.page import Page
from rag.types import ReportItem

TEXT = "The weir at Talbrook gave way on Sunday night. Nobody was hurt, the county said."
URL = "https://talbrook.example/2024/weir"


def pages(path: Path, content: Any) -> list[Any]:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return list(read(path))


@pytest.mark.parametrize(
    "exported",
    [
        {"articles": [{"source": {"id": None, "name": "The Post"}, "author": "Ida Lund", "title": "Weir gone",
                       "url": URL, "publishedAt": "2024-11-04T09:10:00Z", "content": TEXT}]},
        {"response": {"results": [{"webTitle": "Weir gone", "webUrl": URL, "webPublicationDate": "2024-11-04T09:10Z",
                                   "fields": {"bodyText": TEXT, "byline": "Ida Lund", "publication": "The Post"}}]}},
        {"articles": {"results": [{"title": "Weir gone", "url": URL, "dateTimePub": "2024-11-04T09:10Z", "body": TEXT,
                                   "authors": [{"name": "Ida Lund"}], "source": {"uri": "t", "title": "The Post"}}]}},
        {"items": [{"title": "Weir gone", "published": 1730711400, "summary": {"content": f"<p>{TEXT}</p>"},
                    "canonical": [{"href": URL}], "origin": {"title": "The Post"}, "author": "Ida Lund"}]},
        {"response": {"docs": [{"headline": {"main": "Weir gone"}, "web_url": URL, "pub_date": "2024-11-04T09:10Z",
                                "source": "The Post", "byline": {"original": "Ida Lund"}, "content": TEXT}]}},
        {"maintext": TEXT, "title": "Weir gone", "date_publish": "2024-11-04 09:10:00 UTC", "authors": ["Ida Lund"],
         "source_domain": "t.example", "sitename": "The Post", "url": URL, "text": None},
        {"source": URL, "sitename": "The Post", "author": "Ida Lund", "title": "Weir gone", "text": TEXT,
         "date": "2024-11-04T09:10:00Z"},
    ],
)  # fmt: skip
def test_exports_come_out_whole(exported: dict[str, Any], tmp_path: Path) -> None:
    [page] = pages(tmp_path / "export.json", exported)
    assert isinstance(page, Page), page
    assert (page.title, page.text, page.url, page.source) == ("Weir gone", TEXT, URL, "The Post")
    assert (str(page.published), page.authors) == ("2024-11-04 09:10:00+00:00", ("Ida Lund",))


def test_lines_are_read_by_the_same_names(tmp_path: Path) -> None:
    line = json.dumps(
        {"headline": "Weir gone", "content": TEXT, "date": "4 Nov 2024", "publisher": "Post", "link": URL}
    )
    [page] = pages(tmp_path / "lines.jsonl", line)
    assert (page.title, page.source, page.url, str(page.published)) == ("Weir gone", "Post", URL, "2024-11-04")


def test_what_is_cut_or_not_understood_is_told(tmp_path: Path) -> None:
    cut, odd = pages(
        tmp_path / "cut.json",
        [
            {"title": "Weir gone", "content": f"{TEXT} Repairs will… [+187 chars]", "publishedAt": "2024-11-04"},
            {"title": "Weir gone", "text": TEXT, "date": "the fourth of the month"},
        ],
    )
    assert (cut.text, cut.note) == (f"{TEXT} Repairs will", "its source gives only the beginning of the text")
    assert (odd.published, odd.note) == (None, "date not understood: 'the fourth of the month'")


def test_numbers_of_rows_name_no_article() -> None:
    assert plain_record({"id": 7, "title": "T", "text": "x"})["id"] is None
    assert plain_record({"id": "7", "title": "T", "text": "x"})["id"] == "7"


def test_a_page_of_no_named_outlet_is_its_sites() -> None:
    assert (
        plain_record({"title": "T", "text": "x", "url": "https://news.talbrook.example/1"})["source"]
        == "talbrook.example"
    )
    assert plain_record({"title": "T", "text": "x", "url": URL, "domain": "Talbrook"})["source"] == "Talbrook"
    assert plain_record({"title": "T", "text": "x"})["source"] is None


def test_an_article_that_holds_a_list_stays_an_article() -> None:
    assert records_in({"title": "T", "text": "x", "items": [{"title": "a"}]}) is None
    assert records_in({"meta": {}, "results": []}) is None
    assert records_in([1]) is None
    assert records_in({"results": [{"title": "a"}]}) == [{"title": "a"}]


def test_a_record_among_others_that_is_none_fails_alone(tmp_path: Path) -> None:
    good = {"title": "Weir gone", "text": TEXT}
    first, bad, last = pages(tmp_path / "three.json", {"articles": [good, {"title": "No text"}, good]})
    assert isinstance(first, Page) and isinstance(last, Page)
    assert isinstance(bad, ReportItem) and "item 2: 'text' is missing" in (bad.reason or "")


def test_entities_are_characters_in_every_field() -> None:
    record = plain_record({"title": "Weir &amp; mill", "text": "It cost 2.4&nbsp;million.", "publisher": "M&uuml;hle"})
    assert (record["title"], record["text"], record["source"]) == ("Weir & mill", "It cost 2.4\xa0million.", "Mühle")
    assert plain_record({"title": "AT&T &c", "text": "x"})["title"] == "AT&T &c"


def test_a_date_in_a_field_that_is_not_known_is_told() -> None:
    [told] = plain_record({"title": "T", "text": "x", "firstSeenDate": "2024-11-04"})["told"]
    assert told == "no date of publication in a field that is known; not used: firstseendate: 2024-11-04"
    assert plain_record({"title": "T", "text": "x", "reading_time": 5})["told"] == []


def test_the_day_of_a_clipping_is_no_day_of_publication() -> None:
    clipped = {"title": "T", "text": "x", "source": URL, "created": "2026-01-17"}
    assert plain_record(clipped)["published"] is None
    assert plain_record({**clipped, "published": "2024-11-04"})["published"] == "2024-11-04"
    assert plain_record({**clipped, "source": "The Post"})["published"] == "2026-01-17"


def test_languages_by_their_names() -> None:
    assert plain_record({"title": "T", "text": "x", "language": "English"})["language"] == "en"
    assert plain_record({"title": "T", "text": "x", "language": "de"})["language"] == "de"


@pytest.mark.parametrize(
    "header",
    [
        "Titel;Text;Datum;Quelle;Autor",
        "Titre;Texte;Date;Source;Auteur",
        "Título;Texto;Fecha;Fuente;Autor",
        "Titre;Texte;Date de publication;Journal;Auteur",
        "Titular;Cuerpo;Fecha de publicación;Medio;Autora",
        "Manchete;Conteúdo;Data de publicação;Jornal;Autor",
        "Überschrift;Inhalt;Erscheinungsdatum;Zeitung;Verfasser",
        "Заголовок;Текст;Дата;Источник;Автор",
        "标题;正文;日期;来源;作者",
        "제목;본문;날짜;출처;기자",
    ],
)
def test_headers_in_other_languages(header: str, tmp_path: Path) -> None:
    [page] = pages(tmp_path / "rows.csv", f'{header}\nWeir gone;"{TEXT}";04.11.2024;The Post;Ida Lund\n')
    assert (page.title, page.text, page.source, page.authors) == ("Weir gone", TEXT, "The Post", ("Ida Lund",))
    assert str(page.published) == "2024-11-04"


def test_a_row_is_read_as_a_record_is(tmp_path: Path) -> None:
    rows = f'title,text,domain,date,url\nWeir &amp; mill,"<p>{TEXT}</p>",talbrook.example,2024-11-04,{URL}\n'
    [page] = pages(tmp_path / "rows.csv", rows)
    assert (page.title, page.text, page.source) == ("Weir & mill", TEXT, "talbrook.example")


def test_a_day_that_could_be_another_is_told(tmp_path: Path) -> None:
    head = "title,text,date\n"
    [page] = pages(tmp_path / "rows.csv", f'{head}Weir gone,"{TEXT}",11/04/2024\n')
    assert page.note == "11/04/2024 is read with the day first (11 April); write it as year-month-day"
    _, other = pages(tmp_path / "more.csv", f'{head}Weir,"{TEXT}",11/14/2024\nMill,"{TEXT}",11/04/2024\n')
    assert (str(other.published), other.note) == ("2024-11-04", None)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("links.csv", f"title,url,time_added\nWeir gone,{URL},1730711400\n"),
        ("links.json", [{"title": "Weir gone", "url": URL}]),
        (
            "links.html",
            f"<h1>Unread</h1><ul><li><a href='{URL}'>Weir gone</a></li><li><a href='{URL}/2'>More</a></li></ul>",
        ),
    ],
)
def test_addresses_without_text_are_told_how_to_be_read(name: str, content: Any, tmp_path: Path) -> None:
    [item] = pages(tmp_path / name, content)
    assert isinstance(item, ReportItem)
    assert item.reason and "save their addresses as a .urls file, one a line, and add that" in item.reason


def test_a_clipping_in_markdown(tmp_path: Path) -> None:
    clipping = f"""---
created: 2026-01-17T10:22:31 (UTC +01:00)
source: {URL}
author:
  - "[[Ida Lund]]"
---

# Weir gone

> ## Excerpt
> It gave way in the night.

---
{TEXT}
"""
    [page] = pages(tmp_path / "clip.md", clipping)
    assert (page.title, page.url, page.source, page.authors) == ("Weir gone", URL, "talbrook.example", ("Ida Lund",))
    assert page.published is None and "It gave way" not in page.text and TEXT in page.text


@pytest.mark.parametrize(
    "odd",
    [
        {"category": []},
        {"categories": [5, 7], "author": 3},
        {"_id": {"$oid": "a1"}},
        {"source": {"id": None, "name": None}},
        {"authors": [None], "url": [], "updated": False, "section": {}},
    ],
)
def test_an_odd_value_loses_no_record(odd: dict[str, Any], tmp_path: Path) -> None:
    [page] = pages(tmp_path / "odd.json", [{"title": "Weir gone", "text": TEXT, **odd}])
    assert isinstance(page, Page) and (page.title, page.text, page.source) == ("Weir gone", TEXT, None)


def test_what_holds_the_fields_is_no_field(tmp_path: Path) -> None:
    hit = {"_index": "news", "_source": {"title": "Weir gone", "text": TEXT, "outlet": "The Post"}}
    [page] = pages(tmp_path / "hit.jsonl", json.dumps(hit))
    assert (page.title, page.source) == ("Weir gone", "The Post")


@pytest.mark.parametrize("kept", [{"is_archived": 0, "updated_at": "2026-01-17"}, {"savedAt": "2026-01-17"}])
def test_the_day_on_which_a_page_was_kept_is_none_of_its_days(kept: dict[str, Any]) -> None:
    record = plain_record({"title": "T", "content": "x y", "created_at": "2026-01-17", **kept})
    assert (record["published"], record["updated"]) == (None, None)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ida Lund, Per Moe and Bo Lee", ["Ida Lund", "Per Moe", "Bo Lee"]),
        ("Lund, Ida", ["Lund, Ida"]),
        ("['Ida Lund', 'Per Moe']", ["Ida Lund", "Per Moe"]),
        ("nan", None),
        ("Ida Lund und Per Moe", ["Ida Lund", "Per Moe"]),
        ("Ida Lund, Bo Lee y Per van der Moe", ["Ida Lund", "Bo Lee", "Per van der Moe"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Ida e Bo Lund", ["Ida e Bo Lund"]),
        (["Ida Lund och Per Moe", "Bo Lee"], ["Ida Lund", "Per Moe", "Bo Lee"]),
    ],
)
def test_the_names_in_a_byline(byline: Any, names: list[str] | None) -> None:
    assert (plain_record({"title": "T", "text": "x", "author": byline})["authors"] or None) == names


def test_a_text_that_is_not_given_is_its_summary(tmp_path: Path) -> None:
    paid = {"title": "Weir gone", "content": "ONLY AVAILABLE IN PAID PLANS", "description": TEXT}
    [page] = pages(tmp_path / "paid.json", [paid])
    assert (page.text, page.note) == (TEXT, "only its summary is there (in 'description')")


def test_front_matter_may_have_lists_and_objects_anywhere(tmp_path: Path) -> None:
    front = "title: Weir gone\npublished: [2024-11-04, later]\nauthor: {a: b}\nsource: {name: The Post}"
    [page] = pages(tmp_path / "odd.md", f"---\n{front}\n---\n\n{TEXT}\n")
    assert (str(page.published), page.authors, page.source) == ("2024-11-04", (), "The Post")


def test_a_draft_in_front_matter_is_no_news(tmp_path: Path) -> None:
    [item] = pages(tmp_path / "draft.md", f"---\ntitle: Weir gone\ndraft: true\n---\n\n{TEXT}\n")
    assert isinstance(item, ReportItem) and item.reason == "a draft, by its front matter; add it when it is out"


@pytest.mark.parametrize(
    ("day", "writer"),
    [("publication_ts", "journalist"), ("posted_epoch", "reporter_name"), ("created_timestamp", "Writer"),
     ("pub_dt", "byline_name"), ("story_date", "author_display_name"), ("date_created", "Redakteurin")],
)  # fmt: skip
def test_columns_named_in_words_of_the_same_kind(day: str, writer: str, tmp_path: Path) -> None:
    [page] = pages(tmp_path / "dump.csv", f'title,body,{day},{writer}\n"Weir gone","{TEXT}",1730711400,Ida Lund\n')
    assert (str(page.published)[:10], page.authors, page.note) == ("2024-11-04", ("Ida Lund",), None)


@pytest.mark.parametrize(
    ("named", "days"),
    [
        ({"created": "2024-11-01", "field_publication_date": "2024-11-04"}, ("2024-11-04", None)),
        ({"created": [{"value": "2024-11-01"}], "field_news_date": [{"value": "2024-11-04"}]}, ("2024-11-04", None)),
        ({"article:published_time": "2024-11-04", "article:modified_time": "2024-11-05"}, ("2024-11-04", "2024-11-05")),
        ({"date": "2024-11-04", "last_modified_at": "2024-11-05"}, ("2024-11-04", "2024-11-05")),
        ({"date": "2024-11-04", "zuletzt geändert am": "2024-11-05"}, ("2024-11-04", "2024-11-05")),
        ({"Дата публикации": "2024-11-04", "Обновлено": "2024-11-05"}, ("2024-11-04", "2024-11-05")),
        ({"Megjelenés dátuma": "2024-11-04", "Utolsó módosítás": "2024-11-05"}, ("2024-11-04", "2024-11-05")),
        ({"date": "2024-11-04", "online seit": "2020-01-01", "edited": "yes"}, ("2024-11-04", None)),
    ],
)
def test_days_by_names_with_a_systems_word_or_in_other_words(
    named: dict[str, Any], days: tuple[str, str | None]
) -> None:
    plain = plain_record({"title": "Weir gone", "text": TEXT} | named)
    assert (plain["published"], plain["updated"]) == days


def test_a_header_in_the_words_of_meta_elements(tmp_path: Path) -> None:
    [page] = pages(tmp_path / "a.csv", f'"og:title","meta_author","text"\n"Weir gone","Ida Lund","{TEXT}"\n')
    assert (page.title, page.authors) == ("Weir gone", ("Ida Lund",))


def test_what_was_published_goes_before_what_was_created_and_a_name_before_a_number() -> None:
    record = {"title": "Weir gone", "text": TEXT, "created_ts": 1, "release_ts": "2024-11-04", "author": 12,
              "writer_name": "Ida Lund", "modified_ts": "2024-11-05"}  # fmt: skip
    plain = plain_record(record)
    assert (plain["published"], plain["updated"], plain["authors"]) == ("2024-11-04", "2024-11-05", ["Ida Lund"])


WEIR_PAGE = "https://talbrook.example/news/weir"
WEIR_HTML = "<p>The weir gave way.</p><p>Nobody was hurt.</p>"


@pytest.mark.parametrize(
    "record",
    [
        {
            "url": "https://keep.example/read/7", "source_url": WEIR_PAGE, "saved_at": "2025-02-01",
            "source": "Added by extension", "site_name": "Talbrook Post", "author": "Ida Lund",
            "published_date": "2024-11-04", "summary": "It is gone.", "content": None, "html_content": WEIR_HTML,
        },
        {
            "story_permalink": WEIR_PAGE, "story_authors": "Ida Lund", "feed_title": "Talbrook Post",
            "story_date": "2024-11-04", "story_content": WEIR_HTML,
        },
        {
            "html": {"responded_url": WEIR_PAGE, "source_info": {"publisher": "Talbrook Post"}},
            "authors": ["Ida Lund"], "publishing_date": "2024-11-04",
            "body": {"sections": [{"paragraphs": ["The weir gave way.", "Nobody was hurt."]}]},
        },
        {
            "text": "The weir gave way.\n\nNobody was hurt.",
            "metadata": {
                "source": "Talbrook Post", "url": WEIR_PAGE, "date": "2024-11-04",
                "author": "Ida Lund",
            },
        },
    ],
)  # fmt: skip
def test_whose_page_it_is_goes_before_who_kept_it(record: dict[str, Any]) -> None:
    found = plain_record({"title": "Weir gone", **record})
    assert (found["url"], found["source"], found["authors"], found["published"]) == (
        WEIR_PAGE, "Talbrook Post", ["Ida Lund"], "2024-11-04",
    )  # fmt: skip
    assert found["text"].split() == "The weir gave way. Nobody was hurt.".split()


def test_an_outlet_or_its_front_page_is_no_program_that_keeps_pages() -> None:
    url, front = "https://talbrook.example/news/weir", "https://press.example/"
    record = {"title": "Weir gone", "text": "It is.", "url": url, "source_url": front, "source": "Web Times"}
    found = plain_record({**record, "site_name": "webtimes.example"})
    assert (found["url"], found["source"]) == (url, "Web Times")
    named = {"name": "Post", "url": front}
    assert plain_record({"title": "Weir gone", "text": "It is.", "source": named})["url"] is None
