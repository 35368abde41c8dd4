"""Other clocks, zones, locales and languages: the same days, the same order, no crash."""

from __future__ import annotations

import json
import os
import subprocess
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from rag import News
from rag.types import Article, Filters
from tests.conftest import OpenNews, Records, Tally
from tests.system.test_kill import COMMAND

pytestmark = pytest.mark.fault("clocks")

PLACES = [
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    {"TZ": "Pacific/Niue", "LC_ALL": "tr_TR.UTF-8"},
    {"TZ": "Asia/Kolkata", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE"},
    {"TZ": "America/St_Johns", "LC_ALL": "POSIX", "PYTHONUTF8": "0"},
    {"TZ": "no such zone", "LC_ALL": "xx_XX.nonsense"},
]
RECORDS = [
    {"id": "late", "title": "Bridge closed", "published": "2024-09-28T23:30:00-07:00", "source": "Wire",
     "text": "The İzmir bridge was closed on Friday. It may stay closed until May 2025."},
    {"id": "early", "title": "Brücke gesperrt", "published": "2024-09-28T00:15:00+14:00", "source": "Bote",
     "text": "Die Brücke über die Elbe wurde am Freitag gesperrt. Grund ist ein Riß im Träger."},
    {"id": "day", "title": "橋が閉鎖", "published": "2024-09-28", "source": "新聞",
     "text": "金曜日に橋が閉鎖された。雨が橋脚を動かした。"},
]  # fmt: skip


QUESTIONS = ("Warum wurde die Brücke gesperrt, İzmir?", "橋はいつ閉鎖されたか")


def told_at(place: dict[str, str], index: str, *commands: list[str]) -> list[Any]:
    """What each command prints in a process that begins with the zone and locale of the place."""
    words = [word for command in commands for word in [*command, "--index", index, "--json", "THEN"]]
    done = subprocess.run([*COMMAND, *words], capture_output=True, check=False, env={**os.environ, **place})
    assert b"Traceback" not in done.stderr, done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    left, found = done.stdout.decode("utf-8"), []
    while left:
        value, end = json.JSONDecoder().raw_decode(left)
        found.append(value)
        left = left[end:].lstrip()
    return found


def test_every_place_reads_stores_and_answers_the_same(records: Records, tmp_path: Path, tally: Tally) -> None:
    path = str(records("a.jsonl", *RECORDS))
    told: list[list[tuple[Any, ...]]] = []
    for n, place in enumerate(PLACES):
        asking = [["ask", question, "--as-of", "2024-09-28"] for question in QUESTIONS]
        added, listed, *answers = told_at(place, str(tmp_path / str(n)), ["add", path], ["list"], *asking)
        assert (added["added"], len(answers)) == (3, 2)
        here: list[tuple[Any, ...]] = [(a["id"], a["title"], a["published"], a["source"]) for a in listed]
        here += [(c["quote"], c["published"], c["start"]) for answer in answers for c in answer["citations"]]
        told.append(here)
    for place, here in zip(PLACES, told, strict=True):
        assert here == told[0], place
    assert {row[0] for row in told[0][:3]} == {"late", "early", "day"}
    tally("places", len(PLACES))


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "UTC"])
def test_a_day_is_the_day_that_was_printed(open_news: OpenNews, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        news = open_news()
        news.put([Article("a", "T", "It was closed.", published=datetime.fromisoformat("2024-09-28T23:30:00-07:00"))])
        assert news.articles(Filters(since=date(2024, 9, 28), until=date(2024, 9, 28)))
        assert not news.articles(Filters(as_of=date(2024, 9, 27)))
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("jump", [-40 * 365 * 86400, -3600, 0, 40 * 365 * 86400])
def test_a_clock_that_jumps_loses_nothing_and_orders_nothing_anew(
    open_news: OpenNews, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    """Between two adds the clock is set back or ahead; what an article says of its day counts, not when it was read."""
    news: News = open_news()
    news.put([Article("old", "Old", "The toll is 5 dollars.", published=date(2024, 9, 1))])
    real, real_ns = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    monkeypatch.setattr(time, "time_ns", lambda: real_ns() + int(jump) * 10**9)
    news.put([Article("new", "New", "The toll is 7 dollars.", published=date(2024, 9, 2))])
    news.put([Article("old", "Old", "The toll is 6 dollars.", published=date(2024, 9, 1))])
    assert [a.id for a in news.articles()] == ["new", "old"]
    assert news.article("old").body == "The toll is 6 dollars."
    assert len(news.history("old")) == 1
    assert news.check().ok
    answer = news.ask("How much is the toll?", asked=date(2024, 9, 3))
    assert answer.citations[0].article.id == "new"


def test_articles_without_a_day_or_from_odd_days_do_no_harm(open_news: OpenNews) -> None:
    news = open_news()
    days = [None, date(1, 1, 1), date(9999, 12, 31), datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)]
    news.put([Article(f"a{n}", f"T{n}", f"Toll number {n} is due.", published=day) for n, day in enumerate(days)])
    assert news.ask("Which toll is due?", asked=date(2024, 3, 1)).citations
    assert len(news.articles()) == 4
    assert news.check().ok
