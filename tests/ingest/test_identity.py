"""Which stored article an article is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

import pytest

from rag.ingest.identity import Placed, body_digest, digest, place_article
from rag.types import Article


@dataclass
class FakeShelf:
    stored: list[Article] = field(default_factory=list)
    given_way: set[tuple[str, str]] = field(default_factory=set)

    def digest(self, article_id: str) -> str | None:
        return next((digest(a) for a in self.stored if a.id == article_id), None)

    def of_url(self, url: str) -> str | None:
        return next((a.id for a in self.stored if a.url == url), None)

    def at_url(self, url: str) -> list[Article]:
        return [a for a in self.stored if a.url == url]

    def article(self, article_id: str) -> Article | None:
        return next((a for a in self.stored if a.id == article_id), None)

    def superseded(self, article_id: str, digest: str) -> bool:
        return (article_id, digest) in self.given_way

    def same_body(self, body_digest_: str) -> list[Article]:
        return [a for a in self.stored if body_digest(a) == body_digest_]

    def of_origin(self, file: str, title: str, published: str | None) -> list[Article]:
        return [a for a in self.stored if (a.origin or "").startswith(file)]

    def take(self, article: Article, claimed: dict[str, str] | None = None) -> Placed:
        """Places an article and stores it, as an intake does."""
        placed = place_article(article, self, claimed or {})
        self.stored = [a for a in self.stored if a.id != placed.article.id or placed.status == "duplicate"]
        if placed.status != "duplicate":
            self.stored.append(placed.article)
        return placed


def article(body: str = "It rained.", title: str = "Rain", origin: str = "/news/a.txt", **fields: object) -> Article:
    return Article("", title, body, origin=origin, **fields)  # type: ignore[arg-type]


def test_the_same_again_is_unchanged_under_the_same_id() -> None:
    shelf = FakeShelf()
    first = shelf.take(article())
    again = shelf.take(article())
    assert (first.status, again.status) == ("added", "unchanged")
    assert first.article.id == again.article.id


@pytest.mark.parametrize(
    "name", ["title", "body", "source", "section", "url", "language", "published", "updated", "authors"]
)
def test_a_digest_changes_with_everything_that_is_shown(name: str) -> None:
    values: dict[str, object] = {"published": date(2024, 1, 1), "updated": date(2024, 1, 1), "authors": ("A",)}
    changed = replace(article(), **{name: values.get(name, "other")})  # type: ignore[arg-type]
    assert digest(changed) != digest(article())


def test_a_digest_does_not_change_with_the_place() -> None:
    assert digest(replace(article(), origin="/elsewhere", id="x")) == digest(article())


def test_an_id_or_a_url_says_which_article_it_is_wherever_it_is_read() -> None:
    shelf = FakeShelf()
    first = shelf.take(article(url="https://www.paper.example/rain/?utm_source=x#top"))
    changed = shelf.take(article("It snowed.", "Snow", "/other.txt", url="http://paper.example/rain"))
    assert (changed.status, changed.article.id) == ("updated", first.article.id)
    named = shelf.take(replace(article("Named."), id="n:'1'"))
    assert (named.article.id, shelf.take(replace(article("New."), id="n:'1'")).status) == ("n:'1'", "updated")


def test_a_url_finds_the_article_that_was_stored_under_an_id_of_its_own() -> None:
    shelf = FakeShelf()
    shelf.take(replace(article(url="https://paper.example/rain"), id="own"))
    assert shelf.take(article("It snowed.", url="https://paper.example/rain")).article.id == "own"


def test_the_same_file_with_the_same_headline_is_the_same_article_changed() -> None:
    shelf = FakeShelf()
    first = shelf.take(article())
    assert shelf.take(article("It rained all day.")).article.id == first.article.id
    assert shelf.take(article("It rained all night.", "RAIN!", published=None)).status == "updated"
    assert len(shelf.stored) == 1


def test_the_same_file_with_the_same_time_is_the_same_article_under_a_new_headline() -> None:
    at = datetime(2024, 9, 28, 20, 0)
    shelf = FakeShelf()
    first = shelf.take(article(published=at))
    changed = shelf.take(article("It rained more.", "Floods", published=at))
    assert (changed.status, changed.article.id) == ("updated", first.article.id)


def test_the_same_day_alone_makes_no_two_articles_one() -> None:
    shelf = FakeShelf()
    shelf.take(article(published=date(2024, 9, 28)))
    assert shelf.take(article("A vote.", "Vote", published=date(2024, 9, 28))).status == "added"


def test_another_file_with_the_same_headline_is_another_article() -> None:
    shelf = FakeShelf()
    shelf.take(article())
    assert shelf.take(article("Rain elsewhere.", origin="/news/b.txt")).status == "added"
    assert shelf.take(article("Rain in a file beside it.", origin="/news/a.txt#line 1.txt")).status == "added"


@pytest.mark.parametrize("mark", ["#line 7", "#item 7"])
def test_records_of_one_file_are_compared_wherever_they_stand_in_it(mark: str) -> None:
    shelf = FakeShelf()
    first = shelf.take(article(origin="/news/a.jsonl" + mark[:-1] + "3"))
    assert shelf.take(article("It rained on.", origin="/news/a.jsonl" + mark)).article.id == first.article.id


def test_the_same_text_in_another_file_is_a_duplicate_that_names_the_first() -> None:
    shelf = FakeShelf()
    first = shelf.take(article())
    copy = shelf.take(article("It  rained.\n", "Another headline", "/news/b.txt"))
    assert (copy.status, copy.article.id) == ("duplicate", first.article.id)
    assert copy.reason == f"the same text as {first.article.id}, read from /news/a.txt"


def test_the_same_text_from_two_outlets_is_two_articles() -> None:
    shelf = FakeShelf()
    shelf.take(article(source="The Post"))
    assert shelf.take(article(origin="/b.txt", source="The Echo")).status == "added"
    assert shelf.take(article(origin="/b.txt", source="The Echo")).status == "unchanged"
    assert shelf.take(article(origin="/c.txt", source="The Echo")).status == "duplicate"


def test_the_same_article_twice_in_one_file_is_a_duplicate_each_time() -> None:
    shelf = FakeShelf()
    for expected in (["added", "duplicate"], ["unchanged", "duplicate"]):
        claimed: dict[str, str] = {}
        found: list[str] = []
        for _ in range(2):
            placed = shelf.take(article(), claimed)
            claimed.setdefault(placed.article.id, placed.digest)
            found.append(placed.status)
        assert found == expected


def run(shelf: FakeShelf, *articles: Article) -> list[str]:
    """One run over a page of several articles, as an intake does it."""
    claimed: dict[str, str] = {}
    bodies = {body_digest(a) for a in articles}
    statuses: list[str] = []
    for a in articles:
        placed = place_article(a, shelf, claimed, bodies)
        statuses.append(placed.status)
        claimed.setdefault(placed.article.id, placed.digest)
        shelf.stored = [s for s in shelf.stored if s.id != placed.article.id] + [placed.article]
    return statuses


def test_two_pieces_with_one_headline_stay_two_and_each_keeps_its_id() -> None:
    shelf = FakeShelf()
    one, two = article("The first piece."), article("The second piece.")
    assert run(shelf, one, two) == ["added", "added"]
    second = next(a.id for a in shelf.stored if a.body == two.body)
    assert run(shelf, one, two) == ["unchanged", "unchanged"]
    assert run(shelf, article("The first piece, changed."), two) == ["updated", "unchanged"]
    assert sorted(a.body for a in shelf.stored) == ["The first piece, changed.", "The second piece."]
    assert next(a.id for a in shelf.stored if a.body == two.body) == second


def test_an_article_that_is_about_to_change_is_not_taken_for_a_copy_of_its_old_self() -> None:
    shelf = FakeShelf()
    first = shelf.take(article()).article
    placed = place_article(article(), shelf, {first.id: "another digest"})
    assert placed.status == "added"
    assert placed.article.id != first.id


def test_a_version_that_gave_way_does_not_come_back_with_its_file() -> None:
    shelf = FakeShelf()
    old, new = (replace(article(body), id="x") for body in ("Version 1.", "Version 2."))
    shelf.take(new)
    shelf.given_way.add(("x", digest(old)))
    placed = place_article(old, shelf, {})
    assert (placed.status, placed.digest) == ("unchanged", digest(new))
    assert (
        place_article(old, shelf, {"x": digest(new)}).status == "updated"
    )  # but written again below, it is the latest


WEIR = "The weir at Talbrook gave way on Sunday night, flooded meadows along the lower river, and closed both bridges."
BAKERS = "Nine bakers gathered inside the village hall to discuss whether rising prices of flour should reach people."


def test_another_article_under_an_address_of_before_is_another_one() -> None:
    shelf = FakeShelf()
    url = "https://talbrook.example/show"
    first = shelf.take(article(WEIR, "Weir gone", url=url, source="Post"))
    other = shelf.take(article(BAKERS, "Bakers meet", url=url, source="Post"))
    assert (other.status, other.article.id == first.article.id) == ("added", False)
    again = shelf.take(article(BAKERS, "Bakers meet", url=url, source="Post"))
    assert (again.status, again.article.id) == ("unchanged", other.article.id)


def test_a_version_under_an_address_is_told_by_its_words_or_its_headline() -> None:
    url = "https://talbrook.example/show"
    for body, title in ((WEIR.replace("both bridges", "one bridge"), "Bridge closed"), (BAKERS, "Weir gone")):
        shelf = FakeShelf()
        shelf.take(article(WEIR, "Weir gone", url=url, source="Post"))
        assert shelf.take(article(body, title, url=url, source="Post")).status == "updated"


def test_an_id_of_two_outlets_names_two_articles() -> None:
    shelf = FakeShelf()
    one = replace(article(WEIR, "Weir gone", source="Post"), id="1")
    shelf.take(one)
    assert shelf.take(replace(one, body=BAKERS, title="Bakers meet", source="Echo")).status == "added"
    assert shelf.take(replace(one, body=BAKERS, title="Bakers meet")).status == "updated"


COLUMN = {"url": "https://talbrook.example/letters", "source": "Post"}
POND = "Whoever emptied the village pond might explain where its eleven carp were taken before winter came."


def test_a_column_under_one_headline_and_address_is_an_article_each_day() -> None:
    days = [date(2025, 3, number) for number in (3, 10, 17)]
    week = [
        article(text, "Your letters", published=on, **COLUMN)
        for text, on in zip((WEIR, BAKERS, POND), days, strict=True)
    ]
    shelf = FakeShelf()
    assert run(shelf, *week) == ["added", "added", "added"]
    assert run(shelf, *reversed(week)) == ["unchanged", "unchanged", "unchanged"]
    weekly = FakeShelf()
    assert [run(weekly, one)[0] for one in week] == ["added", "added", "added"], "where each comes in a run of its own"
    changed = replace(week[2], body=POND.replace("eleven", "twelve"), updated=date(2025, 3, 18))
    assert run(weekly, changed) == ["updated"]
    assert run(weekly, replace(week[2], published=date(2025, 3, 18))) == ["updated"], "the day alone makes no other one"


def test_rows_without_a_day_under_one_headline_and_address_are_told_apart_by_their_words() -> None:
    rows = [article(text, "Your letters", origin="/a.csv#line 2", **COLUMN) for text in (WEIR, BAKERS, POND)]
    shelf = FakeShelf()
    assert run(shelf, *rows) == ["added", "added", "added"]
    assert run(shelf, *rows[::-1]) == ["unchanged", "unchanged", "unchanged"]
    assert run(FakeShelf(), rows[0], replace(rows[0], body=f"{WEIR} Nobody was hurt.")) == ["added", "updated"]


def test_entries_of_one_feed_under_one_headline_address_and_day_are_told_apart_by_their_ids() -> None:
    def placed(shelf: FakeShelf, *entries: tuple[str, str]) -> list[str]:
        claimed: dict[str, str] = {}
        known: dict[str, tuple[str, str]] = {}
        found: list[str] = []
        for guid, text in entries:
            one = article(text, "In brief", published=date(2025, 3, 3), **COLUMN)
            put = place_article(one, shelf, claimed, entry=("feed", guid), entries=known)
            claimed.setdefault(put.article.id, put.digest)
            known.setdefault(put.article.id, ("feed", guid))
            shelf.stored = [s for s in shelf.stored if s.id != put.article.id] + [put.article]
            found.append(put.status)
        return found

    shelf = FakeShelf()
    assert placed(shelf, ("a", WEIR), ("b", BAKERS), ("c", POND)) == ["added"] * 3
    assert placed(shelf, ("c", POND), ("b", BAKERS), ("a", WEIR)) == ["unchanged"] * 3
    assert placed(shelf, ("c", POND.replace("eleven", "twelve"))) == ["updated"], "a change under the same guid"
    assert {a.body for a in shelf.stored} == {WEIR, BAKERS, POND.replace("eleven", "twelve")}
