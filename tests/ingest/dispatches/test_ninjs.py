"""ninjs 1, 2 and 3: fields by the names of each, forms of a text, what is taken back and what is no text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rag.ingest.dispatches.ninjs import ninjs_in, ninjs_item
from rag.ingest.formats.files import read
from rag.ingest.page import Page, Withdrawal
from rag.types import ReportItem

PARTS = ("The last ferry on the Sund will sail on 30 May.", "It has carried sheep since 1934.")
HTML = "".join(f"<p>{part}</p>" for part in PARTS)
TEXT = "\n\n".join(PARTS)
BASE: dict[str, Any] = {"uri": "urn:newsml:wire.example:20240507:ferry", "type": "text", "version": "2"}
FIRST = BASE | {
    "versioncreated": "2024-05-08T09:00:00Z", "firstcreated": "2024-05-07T08:15:00Z", "pubstatus": "usable",
    "byline": "By Jane Roe and Bo Lee", "headline": "Ferry line to close", "body_text": " ".join(PARTS),
    "body_html": HTML, "language": "en-GB", "copyrightholder": "Northway Wire",
    "subject": [{"name": "Transport", "code": "medtop:04000000"}],
    "associations": {"main": {"type": "picture", "headline": "The ferry", "body_text": "A ship."}},
}  # fmt: skip
SECOND = BASE | {
    "versioncreated": "2024-05-08T09:00:00Z", "firstcreated": "2024-05-07T08:15:00Z", "pubstatus": "usable",
    "by": "Jane Roe and Bo Lee", "headlines": [{"role": "web", "value": "Ferry!"},
    {"role": "main", "value": "Ferry line to close"}], "language": "en", "infosources": [{"name": "Northway Wire"}],
    "bodies": [{"role": "lead", "contenttype": "text/plain", "value": PARTS[0]},
    {"role": "main", "contenttype": "text/html", "value": f"<h1>Ferry line to close</h1>{HTML}"}],
    "subjects": [{"name": "Ships"}, {"name": "Transport", "uri": "http://cv.iptc.org/newscodes/mediatopic/04000000"}],
    "people": [{"name": "Ann Poe", "rel": "about"}],
}  # fmt: skip
THIRD = BASE | {
    "versionCreated": "2024-05-08T09:00:00Z", "firstCreated": "2024-05-07T08:15:00Z", "pubStatus": "usable",
    "people": [{"name": "Jane Roe", "rel": "author"}, {"name": "Bo Lee", "rel": "author"}], "language": "en",
    "headlines": [{"value": "Ferry line to close"}],
    "copyrightNotice": "Copyright 2024 Northway Wire, all rights reserved",
    "bodies": [{"role": "main", "contentType": "application/xml", "value": "<WIRE><ID>77</ID><X>Ferry</X></WIRE>"},
    {"role": "main", "contentType": "text/vnd.IPTC.NITF", "value": f"<nitf><body><body.content>{HTML}</body.content>"
    "</body></nitf>"}], "subjects": [{"name": "Transport", "literal": "04000000"}],
}  # fmt: skip


def item(record: Any) -> Page | Withdrawal | ReportItem:
    named = ninjs_in(record)
    assert named
    return ninjs_item("a.json", named)


def page(record: Any) -> Page:
    found = item(record)
    assert isinstance(found, Page), found
    return found


@pytest.mark.parametrize("record", [FIRST, SECOND, THIRD, {"item": SECOND}], ids=["1.x", "2.x", "3.x", "wrapped"])
def test_the_fields_of_each_version(record: dict[str, Any]) -> None:
    found = page(record)
    assert (found.id, found.version) == ("urn:newsml:wire.example:20240507:ferry", 2)
    assert (found.title, found.text) == ("Ferry line to close", TEXT)
    assert found.published == datetime(2024, 5, 7, 8, 15, tzinfo=UTC)
    assert found.updated == datetime(2024, 5, 8, 9, tzinfo=UTC)
    assert (found.authors, found.source, found.language) == (("Jane Roe", "Bo Lee"), "Northway Wire", "en")
    assert (found.section, found.embargo, found.correction, found.note) == ("Transport", None, None, None)


def test_what_its_provider_takes_back() -> None:
    gone = item(SECOND | {"pubstatus": "canceled", "version": "3", "ednote": "The company has denied it."})
    assert isinstance(gone, Withdrawal)
    assert (gone.id, gone.why, gone.version) == ("urn:newsml:wire.example:20240507:ferry", "canceled", 3)
    assert (gone.at, gone.notice) == (datetime(2024, 5, 8, 9, tzinfo=UTC), "The company has denied it.")
    held = item(THIRD | {"pubStatus": "withheld"})
    assert isinstance(held, Withdrawal) and held.why == "withheld"


def test_an_embargo_and_a_correction() -> None:
    found = page(SECOND | {"embargoed": "2030-05-07T06:00:00Z", "ednote": "CORRECTS name of the mayor in par. 2"})
    assert found.embargo == datetime(2030, 5, 7, 6, tzinfo=UTC)
    assert found.correction == "CORRECTS name of the mayor in par. 2"
    found = page(SECOND | {"headlines": [{"value": "Berichtigung: Ferry line to close"}]})
    assert found.correction == "Berichtigung: Ferry line to close"
    assert page(SECOND | {"headlines": [{"value": "Corrected wine may taste of cork"}]}).correction is None


def test_an_item_that_is_named_by_its_address_is_known_by_that() -> None:
    named = {"uri": "https://wire.example/ferry", "altids": [{"role": "url", "value": "https://wire.example/ferry"}]}
    assert (page(SECOND | named).id, page(SECOND | named).url) == (None, "https://wire.example/ferry")
    own = page(SECOND | {"uri": "urn:x-rag:ferry"})
    assert (own.id, own.url) == ("ferry", None)


def test_the_name_of_the_outlet_falls_back_to_the_identifier() -> None:
    bare = {name: value for name, value in SECOND.items() if name != "infosources"}
    assert page(bare).source == "wire.example"
    assert page(bare | {"uri": "https://api.post.example/items/1"}).source == "post.example"


@pytest.mark.parametrize("kind", ["picture", "graphic", "video", "audio", "event", "planning"])
def test_what_is_no_text_is_named(kind: str) -> None:
    found = item(SECOND | {"type": kind})
    assert isinstance(found, ReportItem) and found.reason == f"no article: {kind}"


def test_a_file_of_many_tells_them_in_one_line(tmp_path: Path) -> None:
    others = [SECOND | {"uri": f"urn:{n}", "type": "picture" if n % 2 else "video"} for n in range(7)]
    records = [SECOND, *others, {"title": "Of another kind", "text": "It is no item of ninjs. It is a record."}]
    for name, data in (
        ("a.json", json.dumps(records)),
        ("b.json", json.dumps({"data": {"items": [{"item": record} for record in records[:-1]]}})),
        ("c.jsonl", "\n".join(map(json.dumps, records))),
    ):
        (tmp_path / name).write_text(data, encoding="utf-8")
        items = list(read(tmp_path / name))
        assert [i.title for i in items if isinstance(i, Page)][:1] == ["Ferry line to close"], items
        told = [i.reason for i in items if isinstance(i, ReportItem)]
        assert told == ["left out, no articles: 4 × video, 3 × picture"]


@pytest.mark.parametrize(
    "record",
    [
        {"uri": "7123", "title": "Ferry", "body": "It closes.", "dateTime": "2024-05-07T10:00:00Z"},
        {"uri": "nyt://article/1", "headline": {"main": "Ferry"}, "pub_date": "2024-05-07"},
        {"title": "Ferry", "text": "It closes.", "versioncreated": "2024-05-07"},
        ["uri"], "uri", None, {"uri": 7, "pubstatus": "usable"},
    ],
)  # fmt: skip
def test_other_records_are_none(record: Any) -> None:
    assert ninjs_in(record) is None


def test_only_a_summary_is_told_and_nothing_is_no_article() -> None:
    short = {name: value for name, value in SECOND.items() if name != "bodies"}
    found = page(short | {"descriptions": [{"value": "The ferry closes in May."}]})
    assert (found.text, found.note) == ("The ferry closes in May.", "only its summary is there (in 'descriptions')")
    for record, reason in ((short, "no text in it"), (SECOND | {"headlines": []}, "no headline in it")):
        none = item(record)
        assert isinstance(none, ReportItem) and none.reason == reason
