"""Records under an embargo are read with its end; those that their provider took back take their articles back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from rag.ingest.formats.files import read
from rag.ingest.page import Page, Withdrawal
from rag.types import ReportItem
from tests.support.reading import pages, reason

MILL = {"title": "Mill race drained", "text": "It was drained on Monday.\n\nDivers look for the gate.", "url":
        "https://orrin.example/mill", "date": "2024-11-04"}  # fmt: skip
END = datetime(2099, 1, 2, 10, tzinfo=UTC)
AT = "2099-01-02T10:00:00Z"


@pytest.mark.parametrize(
    "stated",
    [
        {"embargoed": AT},
        {"embargo": AT},
        {"embargo_date": AT},
        {"embargoUntil": "2099-01-02T11:00:00+01:00"},
        {"embargoed_until": AT, "embargoReason": "the minister speaks first"},
        {"embargoEndsAt": 4071031200},
        {"embargo": {"until": AT, "note": "not before the speech"}},
        {"embargo": {"active": True, "end": AT}},
        {"metadata": {"embargo": AT}},
        {"embargoed": True, "embargo_until": AT},
        {"isEmbargoed": "yes", "release_date": AT},
        {"status": "embargoed", "publish_at": AT},
        {"sperrfrist": AT},
        {"notForPublicationBefore": AT},
        {"embargo": "2098-01-01T00:00:00Z", "embargo_until": AT},
    ],
)
def test_a_record_under_an_embargo_is_read_with_its_end(tmp_path: Path, stated: dict[str, Any]) -> None:
    (page,) = pages(tmp_path / "a.json", json.dumps(MILL | stated))
    assert (page.title, page.embargo) == ("Mill race drained", END)


@pytest.mark.parametrize(
    "stated",
    [
        {"embargo": None}, {"embargo": ""}, {"embargoed": False}, {"embargo": "none"}, {"embargoReason": "a speech"},
        {"embargo": {"active": False, "until": AT}}, {"embargo_until": AT, "embargo_lifted": True}, {"embargo": 0},
        {"status": "published"}, {"metadata": {"until": AT}},
    ],
)  # fmt: skip
def test_what_names_no_embargo(tmp_path: Path, stated: dict[str, Any]) -> None:
    (page,) = pages(tmp_path / "a.json", json.dumps(MILL | stated))
    assert page.embargo is None


@pytest.mark.parametrize(
    "stated",
    [{"embargoed": True}, {"embargo": "until the minister has spoken"}, {"status": "embargoed"},
     {"embargo": "39 February"}, {"embargoed": True, "publish_at": "2024-11-05"}],
)  # fmt: skip
def test_a_record_under_an_embargo_that_nobody_knows_the_end_of_is_not_told(
    tmp_path: Path, stated: dict[str, Any]
) -> None:
    said = reason(tmp_path / "a.json", json.dumps(MILL | stated))
    assert "under an embargo whose end is not understood" in said and "Mill" not in said


def test_an_embargo_in_tables_and_front_matter(tmp_path: Path) -> None:
    (page,) = pages(tmp_path / "a.csv", "title,text,embargo until\nMill race drained,It was drained.,2099-01-02\n")
    assert page.embargo == date(2099, 1, 2)
    (page,) = pages(tmp_path / "a.md", f"---\ntitle: Mill race drained\nembargo: {AT}\n---\n\nIt was drained.\n")
    assert page.embargo == END


def gone(path: Path, data: str) -> list[Withdrawal]:
    path.write_text(data, encoding="utf-8")
    items = list(read(path))
    assert all(isinstance(item, Withdrawal) for item in items), items
    return [item for item in items if isinstance(item, Withdrawal)]


@pytest.mark.parametrize(
    ("stated", "why"),
    [
        ({"status": "killed"}, "killed"), ({"pubstatus": "stat:canceled"}, "canceled"),
        ({"state": "recalled"}, "recalled"),
        ({"publicationStatus": "Retracted"}, "retracted"), ({"workflow_state": "withdrawn"}, "withdrawn"),
        ({"status": {"code": "withheld"}}, "withheld"), ({"retracted": True}, "retracted"),
        ({"withdrawnAt": "2024-11-05T08:00:00Z"}, "withdrawn"), ({"isKilled": "true"}, "killed"),
    ],
)  # fmt: skip
def test_a_record_that_was_taken_back(tmp_path: Path, stated: dict[str, Any], why: str) -> None:
    more = {"updated": "2024-11-05T08:00:00Z", "version": 3, "kill_reason": "The race was\nnever full."}
    (found,) = gone(tmp_path / "a.json", json.dumps(MILL | stated | more))
    assert (found.url, found.why, found.version) == (MILL["url"], why, 3)
    assert (found.at, found.notice) == (datetime(2024, 11, 5, 8, tzinfo=UTC), "The race was never full.")
    (found,) = gone(tmp_path / "a.jsonl", json.dumps(MILL | stated | {"id": "m1"}) + "\n")
    assert (found.id, found.at) == ("m1", None)


def test_a_table_that_takes_articles_back(tmp_path: Path) -> None:
    rows = "id,title,text,status\nm-1,Mill race drained,It was drained.,withdrawn\n"
    (found,) = gone(tmp_path / "a.csv", rows)
    assert (found.id, found.why) == ("m-1", "withdrawn")
    assert "has no identifier" in reason(tmp_path / "b.csv", rows.replace("m-1", "1"))


@pytest.mark.parametrize(
    "stated", [{"killed": 1}, {"killed": "12"}, {"killed": False}, {"state": "Kansas"}, {"retraction": "none"}]
)
def test_what_takes_nothing_back(tmp_path: Path, stated: dict[str, Any]) -> None:
    (page,) = pages(tmp_path / "a.json", json.dumps(MILL | stated))
    assert page.title == "Mill race drained"


def test_versions_and_corrections_of_records(tmp_path: Path) -> None:
    stated = {"version": 4, "correction": "It was\ndrained on Monday, not on Sunday."}
    (item,) = list(read_json_record(tmp_path, MILL | stated))
    assert isinstance(item, Page)
    assert (item.version, item.correction) == (4, "It was drained on Monday, not on Sunday.")
    (item,) = list(read_json_record(tmp_path, MILL | {"version": "1.0", "correction": True}))
    assert isinstance(item, Page)
    assert (item.version, item.correction) == (None, None)


def read_json_record(folder: Path, record: dict[str, Any]) -> list[Page | ReportItem]:
    path = folder / "a.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    return [item for item in read(path) if isinstance(item, Page | ReportItem)]


@pytest.mark.parametrize(
    "stated",
    [
        {"Stato": "bozza"}, {"Status": "Entwurf (v2)"}, {"état": "non publié"}, {"estado": "Borrador"},
        {"статус": "черновик"}, {"ステータス": "下書き"}, {"redaktionsstatus": "in review"}, {"_status": "draft"},
        {"moderation_state": "needs_review"}, {"stage": {"name": "Utkast"}}, {"brouillon": "oui"}, {"entwurf": True},
        {"veröffentlicht": "nein"}, {"online": False}, {"status": [{"value": False}]}, {"stato": "in attesa"},
        {"is_published": 0}, {"statut": "prepa"}, {"status": "rejected"},
    ],
)  # fmt: skip
def test_what_is_not_out_says_so_in_many_words(tmp_path: Path, stated: dict[str, Any]) -> None:
    assert "add it when it is out" in reason(tmp_path / "a.json", json.dumps(MILL | stated))


@pytest.mark.parametrize(
    "stated",
    [{"Stato": "pubblicato"}, {"status": "unread"}, {"payment_status": "pending"}, {"état": "publié"}, {"date": False},
     {"estado": "Jalisco"}, {"state": "Concept Hall"}, {"workflow": "reviewed"}, {"entwurf": "nein"}, {"published": 0}],
)  # fmt: skip
def test_other_states_keep_no_article_back(tmp_path: Path, stated: dict[str, Any]) -> None:
    (page,) = pages(tmp_path / "a.json", json.dumps(MILL | stated))
    assert page.title == "Mill race drained"


@pytest.mark.parametrize(
    "stated",
    [{"hidden": 1}, {"is_deleted": True}, {"trashed": "1"}, {"approve": "0"}, {"nid": 4, "status": "0"},
     {"review_state": "private"}, {"catid": 3, "state": "-2"}, {"IBLOCK_ID": 4, "ACTIVE": "N"}],
)  # fmt: skip
def test_what_a_site_does_not_show_is_left_out(tmp_path: Path, stated: dict[str, Any]) -> None:
    assert reason(tmp_path / "a.json", json.dumps(MILL | stated))


@pytest.mark.parametrize("stated", [{"hidden": "0"}, {"deleted": None}, {"status": 0}, {"nid": 4, "status": "1"}])
def test_zeros_and_codes_that_hide_nothing(tmp_path: Path, stated: dict[str, Any]) -> None:
    (page,) = pages(tmp_path / "a.json", json.dumps(MILL | stated))
    assert page.title == "Mill race drained"
