"""Exports of content systems whose entries name each other, and posts of social networks, which have no headline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.ingest.formats.files import read, read_bytes
from rag.ingest.page import Page
from rag.types import ReportItem, day

LIDO = "The lido at Senn stays shut this summer. A crack was found under the deep end."
RUMOUR = "Two guards say that the crack is an old one. Ask the council before this goes out."


def given(document: Any) -> list[Page | ReportItem]:
    found = read_bytes("a.json", ".json", json.dumps(document).encode())
    return [item for item in found if isinstance(item, Page | ReportItem)]


def entry(name: str, fields: dict[str, Any], **stated: Any) -> dict[str, Any]:
    kind = {"sys": {"type": "Link", "linkType": "ContentType", "id": "post"}}
    return {"sys": {"id": name, "type": "Entry", "contentType": kind, **stated}, "fields": fields}


def link(name: str) -> dict[str, Any]:
    return {"sys": {"type": "Link", "linkType": "Entry", "id": name}}


def test_a_space_of_contentful_with_its_authors_and_without_its_drafts() -> None:
    out = {"version": 9, "publishedVersion": 8, "publishedCounter": 2, "publishedAt": "2024-05-09T10:00:00Z"}
    article = {
        "headline": {"de": "Freibad zu", "en": "Lido shut"}, "body": {"de": "Das Freibad ist zu.", "en": LIDO},
        "publishDate": {"en": "2024-05-04T08:00+02:00"}, "author": {"en": link("p1")},
    }  # fmt: skip
    undated = {"title": {"en": "Well dry"}, "body": {"en": "The well of Senn is dry. It was dug in 1811."},
               "authors": {"en": [link("p1"), link("gone")]}}  # fmt: skip
    document = {
        "locales": [{"code": "de", "default": False}, {"code": "en", "default": True}],
        "entries": [
            entry("p1", {"name": {"en": "Ida Lund"}}, version=2, publishedVersion=1),
            entry("a1", article, **out),
            entry("a2", undated, firstPublishedAt="2024-05-06T10:00:00Z", **out),
            entry("a3", {"headline": {"en": "Who knew?"}, "body": {"en": RUMOUR}}, version=3),
            entry("a4", {"headline": {"en": "Old"}, "body": {"en": LIDO}}, archivedVersion=9, **out),
        ],
    }
    first, second, *others = given(document)
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    assert (first.title, first.text, first.authors) == ("Lido shut", LIDO, ("Ida Lund",))
    assert (str(day(first.published)), str(day(first.updated))) == ("2024-05-04", "2024-05-09")
    assert (second.title, str(day(second.published)), second.authors) == ("Well dry", "2024-05-06", ("Ida Lund",))
    assert [getattr(item, "status", None) for item in others] == ["left_out", "left_out"]


def test_an_answer_of_contentfuls_delivery_service_has_only_what_is_out() -> None:
    fields = {"title": "Lido shut", "body": LIDO, "date": "2024-05-04", "author": link("p1")}
    document = {
        "items": [entry("a1", fields, revision=3, createdAt="2024-05-01T00:00:00Z")],
        "includes": {"Entry": [entry("p1", {"name": "Ida Lund"}, revision=1)]},
    }
    (found,) = given(document)
    assert isinstance(found, Page)
    assert (found.title, found.authors, str(found.published)) == ("Lido shut", ("Ida Lund",), "2024-05-04")


def test_a_dataset_of_sanity(tmp_path: Path) -> None:
    def block(text: str) -> list[dict[str, Any]]:
        return [{"_type": "block", "children": [{"_type": "span", "text": text}]}]

    reference = {"_type": "reference", "_ref": "w1"}
    lines = [
        {"_createdAt": "2024-05-01T00:00:00Z", "_id": "a1", "_rev": "x", "_type": "post", "title": "Lido shut",
         "author": reference, "publishedAt": "2024-05-04T08:00:00Z", "body": block(LIDO)},
        {"_createdAt": "2024-05-02T00:00:00Z", "_id": "drafts.a1", "_rev": "x", "_type": "post", "title": "Lido open",
         "author": reference, "publishedAt": "2024-05-04T08:00:00Z", "body": block(RUMOUR)},
        {"_createdAt": "2024-05-02T00:00:00Z", "_id": "a2", "_rev": "x", "_type": "post", "title": "Well dry",
         "author": {"_type": "reference", "_ref": "nobody"}, "publishedAt": "2024-05-06T08:00:00Z",
         "body": block("The well of Senn is dry. It was dug in 1811.")},
        {"_createdAt": "2022-05-01T00:00:00Z", "_id": "w1", "_rev": "x", "_type": "author", "name": "Ida Lund"},
    ]  # fmt: skip
    path = tmp_path / "data.ndjson"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    found = list(read(path))
    pages = [item for item in found if isinstance(item, Page)]
    assert [(p.title, p.text.split(".")[0], p.authors, str(day(p.published))) for p in pages] == [
        ("Lido shut", "The lido at Senn stays shut this summer", ("Ida Lund",), "2024-05-04"),
        ("Well dry", "The well of Senn is dry", (), "2024-05-06"),  # its author is not in the dataset
    ]
    assert [item.status for item in found if isinstance(item, ReportItem)] == ["left_out"]


STATUS = {
    "id": "1", "created_at": "2024-05-04T10:00:00.000Z", "visibility": "public", "reblog": None, "in_reply_to_id": None,
    "url": "https://m.example/@senn/1", "content": f"<p>{LIDO}</p>",
    "account": {"acct": "senn", "display_name": "The Senn Post"},
}  # fmt: skip
TO_ALL = ["https://www.w3.org/ns/activitystreams#Public"]
NOTE = {
    "type": "Note", "id": "https://m.example/1", "published": "2024-05-04T10:00:00Z", "inReplyTo": None,
    "attributedTo": "https://m.example/users/senn", "url": "https://m.example/@senn/1", "content": f"<p>{LIDO}</p>",
}  # fmt: skip


def outbox(to: list[str]) -> dict[str, Any]:
    return {"type": "OrderedCollection", "orderedItems": [{"type": "Create", "object": {**NOTE, "to": to, "cc": []}}]}


BLUESKY = {
    "feed": [{"post": {
        "uri": "at://did:plc:a/app.bsky.feed.post/1",
        "author": {"handle": "senn.example", "displayName": "The Senn Post"},
        "record": {"text": LIDO, "createdAt": "2024-05-04T10:00:00Z"}, "replyCount": 0,
    }}]
}  # fmt: skip
TWEET = {
    "created_at": "Sat May 04 10:00:00 +0000 2024", "id": 1, "full_text": LIDO, "retweet_count": 0,
    "user": {"name": "The Senn Post", "screen_name": "sennpost"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("document", "outlet"),
    [
        ([STATUS], "The Senn Post"),
        (outbox(TO_ALL), "m.example"),
        (BLUESKY, "The Senn Post"),
        ([TWEET], "The Senn Post"),
    ],
)
def test_a_post_is_headed_by_its_first_sentence(document: Any, outlet: str) -> None:
    (found,) = given(document)
    assert isinstance(found, Page), found
    assert (found.title, found.text) == ("The lido at Senn stays shut this summer.", LIDO)
    assert (found.source, str(day(found.published)), found.authors) == (outlet, "2024-05-04", ())


@pytest.mark.parametrize(
    "document",
    [
        [{**STATUS, "visibility": "direct"}],
        [{**STATUS, "visibility": "private"}],
        outbox(["https://m.example/users/b"]),
    ],
)
def test_a_message_to_some_readers_is_no_news(document: Any) -> None:
    (found,) = given(document)
    assert isinstance(found, ReportItem)
    assert (found.status, "only to some readers" in str(found.reason)) == ("left_out", True)


def test_any_other_record_without_a_headline_is_none() -> None:
    (found,) = given([{"id": 1, "text": LIDO, "created_at": "2024-05-04", "user": 7}])
    assert isinstance(found, ReportItem)
    assert "'title' is missing" in str(found.reason)


def test_columns_that_are_named_in_words() -> None:
    table = (
        "Title of the story,Full text of article,Date of publication,Name of newspaper,Name of reporter,Link to story\n"
        f'Lido shut,"{LIDO}",2024-05-04,The Senn Post,Ida Lund,https://senn.example/lido\n'
    )
    (found,) = read_bytes("a.csv", ".csv", table.encode())
    assert isinstance(found, Page)
    assert (found.title, found.text, str(found.published)) == ("Lido shut", LIDO, "2024-05-04")
    assert (found.source, found.authors, found.url) == ("The Senn Post", ("Ida Lund",), "https://senn.example/lido")


def test_a_post_of_a_page_of_facebook() -> None:
    post = {"message": LIDO, "created_time": "2024-05-04T10:00:00+0000", "permalink_url": "https://f.example/1"}
    (found,) = given({"data": [{**post, "id": "7_1", "from": {"name": "The Senn Post"}}]})
    assert isinstance(found, Page)
    title = "The lido at Senn stays shut this summer."
    assert (found.title, found.source, found.url) == (title, "The Senn Post", "https://f.example/1")


def test_an_entry_of_strapi_without_its_day_of_publication_is_a_draft() -> None:
    made = {"createdAt": "2024-05-01T10:00:00Z", "updatedAt": "2024-05-09T10:00:00Z"}
    out = {"title": "Lido shut", "content": LIDO, **made, "publishedAt": "2024-05-04T10:00:00Z"}
    draft = {"title": "Who knew?", "content": RUMOUR, **made, "publishedAt": None}
    for wrapped in (True, False):
        records = [
            {"id": n, "attributes": one} if wrapped else {"documentId": "d", **one} for n, one in ((1, out), (2, draft))
        ]
        first, second = given({"data": records})
        assert isinstance(first, Page)
        assert str(day(first.published)) == "2024-05-04"
        assert getattr(second, "status", None) == "left_out"


def test_a_story_of_storyblok_with_what_is_inside_its_content() -> None:
    body = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": LIDO}]}]}
    inner = {"component": "article", "title": "Lido shut", "author": "Ida Lund", "body": body}
    story = {"name": "lido", "created_at": "2024-05-01T10:00:00Z", "published_at": "2024-05-09T10:00:00Z",
             "first_published_at": "2024-05-04T10:00:00Z", "content": inner}  # fmt: skip
    (found,) = given({"stories": [story]})
    assert isinstance(found, Page)
    assert (found.title, found.text, found.authors) == ("Lido shut", LIDO, ("Ida Lund",))
    assert str(day(found.published)) == "2024-05-04"


def test_an_author_by_the_whole_name_of_a_user() -> None:
    (found,) = given([{"title": "Lido shut", "text": LIDO, "author": {"id": 3, "fullName": "Ida Lund"}}])
    assert isinstance(found, Page)
    assert found.authors == ("Ida Lund",)


OF_WORDPRESS = {
    "title": {"rendered": "Lido shut"}, "content": {"rendered": f"<p>{LIDO}</p>"}, "date": "2024-05-04T08:00:00",
    "link": "https://senn.example/lido/", "status": "publish", "type": "post", "author": 3,
}  # fmt: skip
SITE = {"@graph": [{"@type": "Article", "headline": "Lido shut"}, {"@type": "WebSite", "name": "The Senn Post"}]}


@pytest.mark.parametrize(
    "head",
    [
        {"yoast_head_json": {"title": "Lido shut - The Senn Post", "og_site_name": "The Senn Post"}},
        {"yoast_head_json": {"title": "Lido shut", "schema": SITE}},
        {"yoast_head": "<title>x</title><meta property='og:site_name' content='The Senn Post' />"},
        {"head": '<meta content="The Senn Post" property="og:site_name">'},
        {"aioseo_head_json": {"og:site_name": "The Senn Post", "og:type": "article"}},
    ],
)
def test_the_outlet_of_a_post_of_wordpress_is_in_what_plugins_add(head: dict[str, Any]) -> None:
    (found,) = given([OF_WORDPRESS | head])
    assert isinstance(found, Page)
    assert (found.title, found.text, found.source) == ("Lido shut", LIDO, "The Senn Post")


def in_block(head: str, text: str, clock: str) -> dict[str, Any]:
    return {"title": head, "bodyHtml": f"<p>{text}</p>", "firstPublishedDate": f"2024-05-04T{clock}:00Z"}


def in_update(head: str, text: str, clock: str) -> dict[str, Any]:
    return {"@type": "BlogPosting", "headline": head, "articleBody": text, "datePublished": f"2024-05-04T{clock}:00Z"}


LATER, EARLIER = ("Lido stays shut", LIDO, "16:30"), ("", "Divers are looking at the crack.", "09:10")
STATED = {"webTitle": "Lido shut", "webPublicationDate": "2024-05-04T08:00:00Z", "fields": {"byline": "Ida Lund"}}
BLOCKS = {"blocks": {"body": [in_block(*LATER), in_block(*EARLIER)]}}


@pytest.mark.parametrize(
    "document",
    [
        {"response": {"content": {**STATED, **BLOCKS, "webUrl": "https://senn.example/live"}}},
        {"response": {"results": [{**STATED, **BLOCKS, "webUrl": "https://senn.example/live"}]}},
        {"@type": "LiveBlogPosting", "headline": "Lido shut", "datePublished": "2024-05-04T08:00:00Z",
         "author": {"name": "Ida Lund"}, "liveBlogUpdate": [in_update(*LATER), in_update(*EARLIER)]},
        [{"title": "Lido shut", "date": "2024-05-04", "author": "Ida Lund", "type": "live",
          "updates": [{"title": head, "body": text, "time": f"2024-05-04T{clock}Z"} for head, text, clock
                      in (LATER, EARLIER)]}],
    ],
)  # fmt: skip
def test_a_live_blog_is_one_article_with_the_times_of_its_entries(document: Any) -> None:
    (found,) = given(document)
    assert isinstance(found, Page)
    assert (found.title, found.authors, str(day(found.published))) == ("Lido shut", ("Ida Lund",), "2024-05-04")
    assert found.text == f"16:30 – Lido stays shut\n\n{LIDO}\n\n09:10 – Divers are looking at the crack."


def test_an_article_in_one_block_has_no_time_in_its_text() -> None:
    (found,) = given({"response": {"content": {**STATED, "blocks": {"body": [in_block(*LATER)]}}}})
    assert isinstance(found, Page)
    assert found.text == LIDO


def test_posts_of_a_feed_are_no_entries_of_one_article() -> None:
    posts = [{"title": f"Lido {n}", "body": LIDO, "date": "2024-05-04T08:00:00Z"} for n in (1, 2)]
    assert [getattr(item, "title", None) for item in given({"title": "Senn", "posts": posts})] == ["Lido 1", "Lido 2"]


def test_a_story_of_arc_keeps_its_paragraphs_also_where_one_has_a_link() -> None:
    elements = [
        {"type": "text", "content": "The lido is <a href='/x'>shut</a>."},
        {"type": "header", "content": "Crack"},
        {"type": "list", "items": [{"type": "text", "content": "It is long."}]},
        {"type": "quote", "content_elements": [{"type": "text", "content": "It was there in 1988"}]},
        {"type": "raw_html", "content": "<div class='newsletter-box'>In your inbox</div>"},
    ]
    story = {"type": "story", "headlines": {"basic": "Lido shut"}, "content_elements": elements,
             "distributor": {"name": "The Senn Post"}}  # fmt: skip
    for document in (story, [story]):
        (found,) = given(document)
        assert isinstance(found, Page)
        assert found.text == "The lido is shut.\n\nCrack\n\nIt is long.\n\nIt was there in 1988"
        assert found.source == "The Senn Post"


def test_paragraphs_apart_by_empty_lines_stay_so_beside_markup() -> None:
    text = "The lido is <b>shut</b>.\n\nA crack was found.\n\n<ul><li>It is long.</li></ul>\n\n5 < 6, a diver said."
    (found,) = given([{"post_title": "Lido shut", "post_content": text}])
    assert isinstance(found, Page)
    assert found.text == "The lido is shut.\n\nA crack was found.\n\n- It is long.\n\n5 < 6, a diver said."


def test_an_empty_day_is_told() -> None:
    table = f'title,text,date\nLido shut,"{LIDO}",2024-05-04\nWell dry,"{LIDO}",\n'
    dated, undated = read_bytes("a.csv", ".csv", table.encode())
    (record,) = given([{"title": "Lido shut", "text": LIDO, "published_at": None}])
    notes = [page.note for page in (dated, undated, record) if isinstance(page, Page)]
    assert notes == [None, "without a date: its 'date' is empty", "without a date: its 'published_at' is empty"]


POOL = "<p>The lido at Senn stays shut this summer, the council said.</p><p>A crack was found under the deep end.</p>"


def table_of(name: str, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """A dump of phpMyAdmin."""
    head = {"type": "header", "version": "5.2.1", "comment": "Export to JSON plugin for PHPMyAdmin"}
    return [head, {"type": "database", "name": "senn"}, {"type": "table", "name": name, "data": list(rows)}]


def test_rows_of_publishing_systems_tables_that_readers_see() -> None:
    row = {"uid": "7", "title": "Lido shut", "bodytext": POOL, "datetime": "1714809600", "crdate": "1714000000",
           "author": "Ida Lund", "categories": "2", "hidden": "0", "deleted": "0"}  # fmt: skip
    first, *others = given(table_of("tx_news_domain_model_news", row, row | {"hidden": "1"}, row | {"deleted": "1"}))
    assert isinstance(first, Page)
    assert (first.title, str(first.published), first.section) == ("Lido shut", "2024-05-04 08:00:00+00:00", None)
    assert [getattr(item, "status", None) for item in others] == ["left_out", "left_out"]
    page = {"id": "7", "pagetitle": "Lido shut", "introtext": "", "content": POOL, "published": "1",
            "publishedon": "1714809600", "createdon": "1714000000"}  # fmt: skip
    first, *others = given(table_of("modx_site_content", page, page | {"published": "0"}))
    assert isinstance(first, Page)
    assert (first.title, str(first.published)) == ("Lido shut", "2024-05-04 08:00:00+00:00")
    assert [getattr(item, "status", None) for item in others] == ["left_out"]


def test_news_of_plone_without_its_pages_and_pictures() -> None:
    one = {"@id": "https://senn.example/news/lido", "@type": "News Item", "UID": "c1", "id": "lido",
           "title": "Lido shut", "text": {"content-type": "text/html", "data": POOL}, "review_state": "published",
           "created": "2024-05-01T08:00:00+00:00", "effective": "2024-05-04T08:00:00+00:00",
           "modified": "2024-05-05T08:00:00+00:00", "creators": ["Ida Lund"]}  # fmt: skip
    found = given([one, one | {"review_state": "private"}, one | {"@type": "Document"}, one | {"@type": "Image"}])
    assert isinstance(page := found[0], Page)
    assert (page.url, page.authors) == ("https://senn.example/news/lido", ("Ida Lund",))
    assert (str(day(page.published)), str(day(page.updated))) == ("2024-05-04", "2024-05-05")
    assert [getattr(item, "status", None) for item in found[1:]] == ["left_out"] * 3


@pytest.mark.parametrize(
    "kept",
    [
        {"category": {"data": {"id": 3, "attributes": {"name": "Baths"}}}},
        {
            "categories": {
                "data": [{"id": 3, "attributes": {"name": "Baths"}}, {"id": 4, "attributes": {"name": "Town"}}]
            }
        },
        {"category": {"node": {"title": "Baths"}}},
    ],
)
def test_a_section_inside_other_objects(kept: dict[str, Any]) -> None:
    [page] = given({"data": [{"id": 1, "attributes": {"title": "Lido shut", "content": POOL, **kept}}]})
    assert isinstance(page, Page) and page.section == "Baths"


def test_nodes_of_drupal_that_are_no_articles() -> None:
    def node(kind: str) -> dict[str, Any]:
        return {"type": kind, "id": "n1", "attributes": {"title": "Lido shut", "body": {"value": POOL}, "status": True}}

    kinds = ["node--news", "node--page", "node--landing_page", "media--image"]
    found = given({"data": [node(kind) for kind in kinds], "included": []})
    assert [isinstance(item, Page) for item in found] == [True, False, False, False]


def test_categories_and_writers_that_tables_have_by_number() -> None:
    post = {"title": "Lido shut", "body": POOL, "category_id": 9, "author_id": "2", "published_at": "2024-05-04"}
    tables = {"categories": [{"id": 9, "name": "Baths"}], "users": [{"id": 2, "display_name": "Ida Lund"}, None]}
    [page] = given({**tables, "posts": [post]})
    assert isinstance(page, Page) and (page.section, page.authors) == ("Baths", ("Ida Lund",))
    [page] = given({**tables, "posts": [post | {"category_id": 8, "author_id": 3}]})
    assert isinstance(page, Page) and (page.section, page.authors) == (None, ())


def test_pages_that_somebody_kept_one_level_down_each_with_its_text_or_its_address() -> None:
    kept = {"createdAt": "2024-06-01T08:00:00Z", "taggingStatus": "success", "title": None}
    full = {"type": "link", "url": "https://senn.example/lido", "title": "Lido shut", "htmlContent": POOL}
    bare = {"type": "link", "url": "https://senn.example/well", "title": "Well dry", "htmlContent": None}
    page, told = given({"bookmarks": [kept | {"content": full}, kept | {"content": bare}]})
    assert isinstance(page, Page) and (page.title, page.published) == ("Lido shut", None)
    assert isinstance(told, ReportItem) and "https://senn.example/well" in (told.reason or "")
