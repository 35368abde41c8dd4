"""JSON of other programs: lists deep inside, texts, days and people in objects, whole exports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.ingest.formats.fields import plain_record, records_in
from rag.ingest.formats.files import read
from rag.ingest.formats.shapes import person_named, rich_text, stated_day
from rag.ingest.page import Page

TEXT = "The mill race at Orrin was drained on Monday. Divers look for the missing sluice gate."
HTML = "<p>The mill race at Orrin was drained on Monday.</p><p>Divers look for the missing sluice gate.</p>"


def pages(path: Path, content: Any) -> list[Any]:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return list(read(path))


CSL = {
    "id": "orrin1", "type": "article-newspaper", "title": "Mill race drained", "container-title": "Orrin Post",
    "abstract": TEXT, "issued": {"date-parts": [["2024", 11, 4]]}, "accessed": {"date-parts": [[2025, 2, 1]]},
    "author": [{"family": "Lund", "given": "Ida"}], "URL": "https://orrin.example/mill",
}  # fmt: skip
AP = {
    "headline": "Mill race drained", "firstcreated": "2024-11-04T09:10:00Z", "versioncreated": "2024-11-04T11:00:00Z",
    "bylines": [{"by": "By Ida Lund", "title": "Orrin Post"}], "body_nitf": f"<block>{HTML}</block>",
    "provider": "Orrin Post",
}  # fmt: skip


@pytest.mark.parametrize(
    ("exported", "published", "authors"),
    [
        ([CSL], "2024-11-04", ("Ida Lund",)),
        ({"items": [CSL]}, "2024-11-04", ("Ida Lund",)),
        ({"data": {"items": [{"item": AP, "meta": {"score": 1}}]}}, "2024-11-04 09:10:00+00:00", ("Ida Lund",)),
        ({"items": "1", "feed": [{"title": "Mill race drained", "time_published": "20241104T0910",
                                  "authors": ["Ida Lund"],
                                  "summary": TEXT, "source": "Orrin Post", "category_within_source": "n/a"}]},
         "2024-11-04 09:10:00", ("Ida Lund",)),
        ({"data": {"search": {"edges": [{"node": {"title": "Mill race drained", "body": HTML, "source": "Orrin Post",
                                                  "publishedAt": "2024-11-04", "author": {"name": "Ida Lund"}}}]}}},
         "2024-11-04", ("Ida Lund",)),
        ({"data": [{"id": 1, "attributes": {"title": "Mill race drained", "body": TEXT, "publishedAt": "2024-11-04",
                                            "source": "Orrin Post",
                                            "author": {"data": {"attributes": {"name": "Ida Lund"}}}}}]},
         "2024-11-04", ("Ida Lund",)),
        ({"docs": [{"title": ["Mill race drained"], "content": [TEXT], "date": ["2024-11-04"],
                    "source": ["Orrin Post"]}]},
         "2024-11-04", ()),
        ({"status": "ok", "feed": {"title": "Orrin Post", "link": "https://orrin.example"},
          "items": [{"title": "Mill race drained", "pubDate": "2024-11-04", "content": HTML, "source": "Orrin Post"}]},
         "2024-11-04", ()),
        ({"rss": {"channel": {"title": "Orrin Post", "item": [
            {"title": {"_text": "Mill race drained"}, "pubDate": {"_text": "2024-11-04"}, "category": "article",
             "description": {"_cdata": HTML}, "source": {"_text": "Orrin Post"}}]}}}, "2024-11-04", ()),
        ({"headlines": [{"role": "short", "value": "Mill"}, {"role": "main", "value": "Mill race drained"}],
          "bodies": [{"role": "main", "value": TEXT}, {"role": "richtext", "value": HTML}], "by": "Ida Lund",
          "versionCreated": "2024-11-04T09:10:00Z", "copyrightholder": "Orrin Post"},
         "2024-11-04 09:10:00+00:00", ("Ida Lund",)),
        ({"entries": [{"id": 7, "title": "Mill race drained", "content": HTML, "published_at": "2024-11-04",
                       "feed": {"id": 1, "title": "Orrin Post"}, "url": "https://orrin.example/m"}]}, "2024-11-04", ()),
        ({"m1": {"title": "Mill race drained", "text": TEXT, "date": "2024-11-04", "outlet": "Orrin Post"},
          "m2": {"title": "Mill race drained", "text": TEXT, "date": "2024-11-04", "outlet": "Orrin Post"}},
         "2024-11-04", ()),
    ],
)  # fmt: skip
def test_shapes_of_other_programs(exported: Any, published: str, authors: tuple[str, ...], tmp_path: Path) -> None:
    page = pages(tmp_path / "export.json", exported)[0]
    assert isinstance(page, Page), page
    assert (page.title, " ".join(page.text.split()), page.source) == ("Mill race drained", TEXT, "Orrin Post")
    assert (str(page.published), page.authors, page.section) == (published, authors, None)


def test_a_ghost_export_gives_what_is_out(tmp_path: Path) -> None:
    post = {"title": "Mill race drained", "slug": "mill", "html": HTML, "created_at": "2024-10-01T00:00:00Z"}
    out = {**post, "id": "a", "status": "published", "type": "post", "published_at": "2024-11-04T09:10:00Z"}
    data = {
        "posts": [out, {**post, "id": "b", "status": "draft"}, {**out, "id": "c", "type": "page"}],
        "users": [{"id": "1", "name": "Ida Lund"}, {"id": "2", "name": "Bo Lee"}],
        "posts_authors": [
            {"post_id": "a", "author_id": "2", "sort_order": 1},
            {"post_id": "a", "author_id": "1", "sort_order": 0},
        ],
        "tags": [{"id": "t", "name": "River"}],
        "posts_tags": [{"post_id": "a", "tag_id": "t"}],
        "settings": [{"key": "title", "value": "Orrin Post"}],
    }
    page, draft, about = pages(tmp_path / "ghost.json", {"db": [{"meta": {}, "data": data}]})
    assert (page.title, page.source, page.section, page.authors) == (
        "Mill race drained",
        "Orrin Post",
        "River",
        ("Ida Lund", "Bo Lee"),
    )
    assert str(page.published) == "2024-11-04 09:10:00+00:00"
    assert "status is 'draft'" in draft.reason and "a page of the site" in about.reason


def test_a_line_may_hold_a_list(tmp_path: Path) -> None:
    record = {"title": "Mill race drained", "text": TEXT, "date": "2024-11-04"}
    answer = {"status": "ok", "articles": [record, {"title": "", "text": ""}]}
    page, bad, other = pages(tmp_path / "answers.jsonl", f"{json.dumps(answer)}\n{json.dumps(record)}\n")
    assert (page.origin.rpartition("#line ")[2], other.origin.rpartition("#")[2]) == ("1#item 1", "line 2")
    assert "item 2: 'title' is missing" in bad.reason


def test_an_article_with_a_list_beside_it_is_one_article() -> None:
    assert records_in({"title": "T", "body": TEXT, "related": [{"title": "R", "url": "https://r.example"}]}) is None
    assert records_in({"title": "T", "related": [{"title": "R", "url": "https://r.example"}]}) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["One.", "Two."], "One.\n\nTwo."),
        ({"blocks": [{"type": "paragraph", "data": {"text": "One."}}, {"data": {"text": "Two."}}]}, "One.\n\nTwo."),
        ([{"_type": "block", "children": [{"_type": "span", "text": "O"}, {"_type": "span", "text": "ne."}]}], "One."),
        ({"nodeType": "document", "content": [{"nodeType": "paragraph", "content": [
            {"nodeType": "text", "value": "One"}, {"nodeType": "hyperlink", "content": [
                {"nodeType": "text", "value": " and"}]}, {"nodeType": "text", "value": " two."}]}]}, "One and two."),
        ({"summary": ["One."], "sections": [{"headline": ["Two"], "paragraphs": ["Three."]}]}, "One.\n\nTwo\n\nThree."),
        ("One.", "One."),
        ([7], [7]),
        ({}, {}),
    ],
)  # fmt: skip
def test_rich_text_is_its_paragraphs(value: Any, text: Any) -> None:
    assert rich_text(value) == text


def test_days_as_pages_print_them(tmp_path: Path) -> None:
    record = {"title": "Mill race drained", "text": TEXT, "date": "Published: 04/11/2024 09:30 | Updated: 05/11/2024"}
    [page] = pages(tmp_path / "one.json", record)
    assert (str(page.published), str(page.updated), page.note) == ("2024-11-04 09:30:00", "2024-11-05", None)
    [flagged] = pages(tmp_path / "two.json", {**record, "published": "true", "date": "2024-11-04"})
    assert str(flagged.published) == "2024-11-04"


def test_days_and_people_in_parts() -> None:
    assert stated_day({"date-parts": [[2024, 5]]}) == "2024-05"
    assert stated_day({"date": {"start": "2024-11-04"}}) == "2024-11-04"
    assert stated_day({"$date": {"$numberLong": "1730709000000"}}) == "1730709000000"
    assert stated_day({"date-parts": [[]]}) == {"date-parts": [[]]}
    assert person_named({"firstName": "Ida", "lastName": "Lund", "creatorType": "author"}) == "Ida Lund"
    assert person_named({"family": "van Dijk", "given": "Piet", "non-dropping-particle": "van"}) == "Piet van Dijk"
    assert person_named({"literal": "News desk"}) == "News desk"
    assert person_named({"id": 7}) is None


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"status": "Draft"}, "its status is 'Draft'"),
        ({"draft": True}, "its status is 'draft'"),
        ({"Draft": "TRUE"}, "its status is 'draft'"),
        ({"is_published": False}, "its status is 'draft'"),
        ({"published": "no"}, "its status is 'draft'"),
        ({"draft": "false", "archived": "true"}, "archived by its site"),
        ({"status": False}, "its status is 'draft'"),
        ({"pubstatus": "canceled"}, "was canceled by its provider, and has no identifier"),
        ({"type": "page", "slug": "about"}, "a page of the site"),
        ({"content": {"rendered": "", "protected": True}}, "its password"),
    ],
)
def test_what_is_not_out_is_told(state: dict[str, Any], reason: str, tmp_path: Path) -> None:
    [item] = pages(tmp_path / "one.json", {"title": "T", "content": TEXT, **state})
    assert reason in item.reason


def test_a_table_of_a_site_editor(tmp_path: Path) -> None:
    row = f'Weir gone,weir,false,%s,Mon Nov 04 2024 09:10:00 GMT+0000 (Coordinated Universal Time),"<p>{TEXT}</p>"\n'
    found = pages(
        tmp_path / "site.csv", "Name,Slug,Archived,Draft,Published On,Post Body\n" + row % "false" + row % "true"
    )
    assert (found[0].title, found[0].text, str(found[0].published)) == ("Weir gone", TEXT, "2024-11-04 09:10:00+00:00")
    assert "its status is 'draft'" in found[1].reason
    [refused] = pages(tmp_path / "people.csv", f"Name,Text\nIda Lund,{TEXT}\n")
    assert "no column for the title" in refused.reason


def test_objects_one_after_another(tmp_path: Path) -> None:
    one = {"_id": {"$oid": "66d5"}, "title": "Weir gone", "body": TEXT, "date": {"$date": "2024-11-04T09:10:00Z"}}
    two = {
        "_id": {"$oid": "66d6"},
        "title": "Weir back",
        "body": TEXT,
        "date": {"$date": {"$numberLong": "1730711400000"}},
    }
    for step in (None, 2):
        first, second = pages(tmp_path / "a.json", json.dumps(one, indent=step) + "\n" + json.dumps(two, indent=step))
        assert (first.title, second.title) == ("Weir gone", "Weir back")
        assert str(first.published) == str(second.published) == "2024-11-04 09:10:00+00:00"
    good, broken = pages(tmp_path / "b.json", json.dumps(one) + '\n{"title": ')
    assert good.title == "Weir gone" and "what follows was not read" in broken.reason


def test_the_address_among_several() -> None:
    links = {"related": "https://talbrook.example/api/2", "permalink": "https://talbrook.example/weir"}
    assert plain_record({"title": "T", "text": TEXT, "links": links})["url"] == "https://talbrook.example/weir"
    assert plain_record({"title": "T", "text": TEXT, "links": {"self": "https://t.example/api/1"}})["url"] is None


ROWS = [{"title": "Mill race drained", "text": TEXT, "date": "2024-11-04"}, {"title": "Gate found", "text": HTML}]


@pytest.mark.parametrize(
    ("name", "exported"),
    [
        ("columns of pandas", {key: {str(i): row.get(key) for i, row in enumerate(ROWS)} for key in ROWS[0]}),
        ("names and rows apart", {"columns": [*ROWS[0]], "index": [0, 1], "data": [[*row.values()] for row in ROWS]}),
        ("rows of a data set", {"features": [], "rows": [{"row_idx": i, "row": row} for i, row in enumerate(ROWS)]}),
        ("a text a language", {"entries": [{"fields": {k: {"en-US": v} for k, v in row.items()}} for row in ROWS]}),
        ("activities", {"orderedItems": [
            {"type": "Create", "object": {"type": "Article", "name": row["title"], "content": row["text"],
                                          "url": "https://orrin.example/a", "published": row.get("date")}}
            for row in ROWS]}),
        ("a comma too many", json.dumps(ROWS)[:-1] + ",]"),
    ],
)  # fmt: skip
def test_records_in_the_shapes_of_programs(tmp_path: Path, name: str, exported: Any) -> None:
    found = pages(tmp_path / "a.json", exported)
    assert [(page.title, str(page.published)) for page in found] == [
        ("Mill race drained", "2024-11-04"), ("Gate found", "None"),
    ], name  # fmt: skip


def test_a_comma_in_a_text_stays(tmp_path: Path) -> None:
    (page,) = pages(tmp_path / "a.json", '[{"title": "Mill, ]race", "text": "It was drained,} then filled \\" ,]",}]')
    assert (page.title, page.text) == ("Mill, ]race", 'It was drained,} then filled " ,]')


def test_posts_of_a_telegram_channel_have_their_first_line_as_headline(tmp_path: Path) -> None:
    written = [{"type": "bold", "text": "Mill race drained"}, "\n\nDivers look for the ", {"type": "i", "text": "gate"}]
    message = {"id": 2, "type": "message", "date": "2024-11-04T09:10:00", "date_unixtime": "1730711400"}
    channel = {"name": "Orrin Post", "type": "public_channel", "messages": [
        {"id": 1, "type": "service", "action": "pin"}, message | {"text": written}, message | {"text": ""},
    ]}  # fmt: skip
    (page,) = pages(tmp_path / "a.json", channel)
    assert (page.title, page.text, page.source) == ("Mill race drained", "Divers look for the gate", "Orrin Post")
    assert str(page.published) == "2024-11-04 09:10:00+00:00"


@pytest.mark.parametrize(
    ("behind", "text"),
    [
        ([{"type": "text_link", "text": "Follow us", "href": "https://t.me/orrin"}], "Divers look for the gate."),
        (
            [{"type": "mention", "text": "@orrin"}, " | ", {"type": "hashtag", "text": "#mill"}],
            "Divers look for the gate.",
        ),
        (["\n\n📲 Подписывайтесь на ", {"type": "text_link", "text": "канал"}], "Divers look for the gate."),
        ([{"type": "text_link", "text": "It was open."}], "Divers look for the gate. It was open."),
        (["Ask ", {"type": "mention", "text": "@ida"}], "Divers look for the gate. Ask @ida"),
    ],
)
def test_what_a_channel_puts_under_its_posts_is_no_text(behind: list[Any], text: str, tmp_path: Path) -> None:
    written = [{"type": "bold", "text": "Mill race drained"}, "\n\nDivers look for the gate. ", *behind]
    message = {"id": 2, "type": "message", "date_unixtime": "1730711400", "text": written}
    (page,) = pages(tmp_path / "a.json", {"name": "Orrin Post", "messages": [message]})
    assert page.text == text


def test_a_post_of_wordpress_with_its_category_and_the_moments_of_its_clock(tmp_path: Path) -> None:
    moments = {"date": "2024-11-04T23:30:00", "date_gmt": "2024-11-05T04:30:00", "modified": "2024-11-05T08:00:00",
               "modified_gmt": "2024-11-05T13:00:00"}  # fmt: skip
    terms = [[{"taxonomy": "post_tag", "name": "mill"}], [{"taxonomy": "category", "name": "Water"}]]
    post = {"title": {"rendered": "Mill race drained"}, "content": {"rendered": f"<p>{ROWS[0]['text']}</p>"}}
    (page,) = pages(tmp_path / "a.json", [post | moments | {"categories": [4], "_embedded": {"wp:term": terms}}])
    assert (str(page.published), str(page.updated)) == ("2024-11-05 04:30:00+00:00", "2024-11-05 13:00:00+00:00")
    assert page.section == "Water"
    (page,) = pages(tmp_path / "b.json", [post | {"date": "2024-11-04T23:30:00", "date_gmt": "0000-00-00T00:00:00"}])
    assert str(page.published) == "2024-11-04 23:30:00"


def test_an_address_without_its_site_names_no_article(tmp_path: Path) -> None:
    (page,) = pages(tmp_path / "a.json", ROWS[0] | {"permalink": "/mill/"})
    assert page.url is None
    (page,) = pages(tmp_path / "a.json", ROWS[0] | {"author": 3, "_embedded": {"author": [{"name": "Ida Lund"}]}})
    assert page.authors == ("Ida Lund",)
    (page,) = pages(tmp_path / "a.json", ROWS[0] | {"publisher": {"id": "x7"}, "inLanguage": "en-GB"})
    assert (page.source, page.language) == (None, "en")


PARTS = "It was drained.\n\nThe gate\n\nThe race"


@pytest.mark.parametrize(
    "record",
    [
        {"title": "Mill race drained", "body": [{"type": "paragraph", "text": "It was drained."},
                                                {"type": "list", "items": ["The gate", "The race"]}],
         "date": {"year": 2024, "month": 11, "day": 4}},
        {"article": {"headline": "Mill race drained", "paragraphs": ["It was drained.", "The gate", "The race"],
                     "date": {"created": "2024-11-04", "updated": "2024-11-05"}}},
        {"frontmatter": {"title": "Mill race drained", "date": "2024-11-04"},
         "html": "<p>It was drained.</p><ul><li>The gate</li><li>The race</li></ul>"},
        str({"title": "Mill race drained", "text": PARTS, "date": "2024-11-04", "x": None}),
        {"title": "Mill race drained", "text": PARTS.replace("\n", "\\n"), "date": "2024-11-04"},
        {"title": "Mill race drained", "text": PARTS, "date": "2024-11-04 00:00:00+00"},
    ],
)  # fmt: skip
def test_records_that_keep_their_parts_otherwise(tmp_path: Path, record: Any) -> None:
    (page,) = pages(tmp_path / "a.json", record)
    assert (page.title, str(page.published)[:10]) == ("Mill race drained", "2024-11-04")
    assert page.text.replace("- ", "").split("\n\n") == ["It was drained.", "The gate", "The race"]


def test_an_address_that_begins_with_its_host(tmp_path: Path) -> None:
    (page,) = pages(tmp_path / "a.json", ROWS[0] | {"url": "www.orrin.example/mill"})
    assert (page.url, page.source) == ("https://www.orrin.example/mill", "orrin.example")


ORRIN = {"@type": "NewsArticle", "@id": "#a", "headline": "Mill race drained", "articleBody": TEXT,
         "datePublished": "2024-11-04", "author": {"@id": "#ida"}, "publisher": {"@id": "#post"}}  # fmt: skip
IDA = {"@type": "Person", "@id": "#ida", "name": "Ida Lund"}
POST = {"@type": "Organization", "@id": "#post", "name": "Orrin Post"}


@pytest.mark.parametrize("exported", [{"@graph": [ORRIN, IDA, POST]}, [POST, ORRIN, IDA]])
def test_persons_and_outlets_that_json_ld_refers_to(exported: Any, tmp_path: Path) -> None:
    [page] = pages(tmp_path / "a.json", exported)
    assert (page.title, page.authors, page.source) == ("Mill race drained", ("Ida Lund",), "Orrin Post")


@pytest.mark.parametrize("exported", [{"@graph": [ORRIN, POST]}, {"@graph": [ORRIN]}, ORRIN, [ORRIN, ORRIN]])
def test_a_reference_to_nobody_is_no_author(exported: Any, tmp_path: Path) -> None:
    found = pages(tmp_path / "a.json", exported)
    assert found and all(page.authors == () and page.source in (None, "Orrin Post") for page in found)


@pytest.mark.parametrize("relation", ["uid", "author", "field_author", "field_byline"])
@pytest.mark.parametrize("several", [True, False])
def test_persons_that_json_api_relates_to(relation: str, several: bool, tmp_path: Path) -> None:
    meant = {"type": "people", "id": "9"}
    record = {"type": "story", "id": "s-1", "attributes": {"title": "Mill race drained", "body": TEXT},
              "relationships": {relation: {"data": [meant] if several else meant},
                                "field_publication": {"data": {"type": "outlet", "id": "o"}},
                                "revision_uid": {"data": {"type": "people", "id": "8"}}}}  # fmt: skip
    included = [
        {"type": "people", "id": "8", "attributes": {"name": "Bo Wirth"}},
        {**meant, "attributes": {"first_name": "Ida", "last_name": "Lund"}},
        {"type": "outlet", "id": "o", "attributes": {"title": "Orrin Post"}},
    ]
    [page] = pages(tmp_path / "a.json", {"data": [record] if several else record, "included": included})
    assert (page.authors, page.source) == (("Ida Lund",), "Orrin Post")


@pytest.mark.parametrize("name", ["alternate", "canonical", "links"])
def test_the_page_among_the_links_of_a_reader_of_feeds(name: str, tmp_path: Path) -> None:
    links = [{"href": "https://orrin.example/feed.xml", "type": "application/rss+xml", "rel": "self"},
             {"href": "https://orrin.example/mill", "type": "text/html", "rel": "alternate"}]  # fmt: skip
    stream = {"items": [{"title": "Mill race drained", "content": {"content": HTML}, name: links}]}
    [page] = pages(tmp_path / "a.json", stream)
    assert page.url == "https://orrin.example/mill"


@pytest.mark.parametrize(
    ("numbered", "tables"),
    [
        (
            {"author_id": 7, "section_id": 2, "outlet_id": 1},
            {"authors": [{"id": 7, "name": "Ida Lund"}, {"id": 8, "name": "Ole Brun"}],
             "outlets": [{"id": 1, "name": "Sund"}],
             "sections": [{"id": 2, "name": "Sea"}]},
        ),
        (
            {"authorIds": ["il"], "categoryIds": ["s", "t"], "story_feed_id": 4},
            {"authors": {"il": {"name": "Ida Lund"}}, "categories": {"s": {"title": "Sea"}, "t": {"title": "Town"}},
             "feeds": {"4": {"id": 4, "feed_title": "Sund"}}},
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("within", [True, False])
def test_tables_beside_the_articles_have_the_names(
    numbered: dict[str, Any], tables: dict[str, Any], within: bool, tmp_path: Path
) -> None:
    text = "The last ferry on the Sund will sail in May. A bridge takes its place."
    story = {"id": 3, "title": "Ferry ends", "text": text, "url": "https://wire.example/f", **numbered}
    document = {"stories": [story], **tables}
    [page] = pages(tmp_path / "a.json", {"data": document} if within else document)
    assert (page.source, page.section, page.authors) == ("Sund", "Sea", ("Ida Lund",))


def test_a_number_that_no_table_has_names_nobody(tmp_path: Path) -> None:
    story = {"title": "Ferry ends", "text": "The last ferry sails in May. A bridge takes its place.", "author_id": 9}
    [page] = pages(tmp_path / "a.json", {"articles": [story], "authors": [{"id": 7, "name": "Ida Lund"}]})
    assert page.authors == ()
