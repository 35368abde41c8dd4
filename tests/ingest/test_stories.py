"""A pile with reprints and updates: one story in one place, with all its outlets and all its versions."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from rag import News
from rag.cli.diff import Difference, differences
from rag.ops.rebuild import rebuild
from rag.types import Article, FeedState
from tests.conftest import OpenNews, Rag, Records
from tests.support.fakes import FakeEmbedder, on_disk
from tests.support.stories import KINDS, NEWS, STORIES, reprint


def record(article: Article) -> dict[str, Any]:
    found = article.record()
    del found["body"], found["id"]
    return found


def prints_of(story: Article, rng: random.Random) -> list[Article]:
    """The story and four copies of it."""
    return [story, *(reprint(story, kind, rng) for kind in KINDS[:4])]


@pytest.fixture
def wire(news: News) -> News:
    """One agency story and four reprints of it, among other news."""
    rng = random.Random(3)
    copies = [replace(a, id=f"copy{n}") for n, a in enumerate(prints_of(STORIES[0], rng)[1:])]
    others = [replace(a, id=f"other{n}") for n, a in enumerate(NEWS[:20])]
    news.put([replace(STORIES[0], id="first"), *copies, *others])
    return news


@pytest.mark.volume
def test_forty_reprints_among_five_hundred_others_are_grouped_and_nothing_else(news: News, records: Records) -> None:
    rng = random.Random(7)
    prints = [prints_of(story, rng) for story in STORIES]
    pile = [*NEWS, *(a for story in prints for a in story)]
    rng.shuffle(pile)  # the order in which news comes in: a reprint may be here before the agency's own text
    report = news.add(records("pile.jsonl", *map(record, pile)))
    assert (report.added, report.duplicate, report.failed) == (510, 40, 0)
    by_url = {a.url: a for a in news.articles()}
    stories = [{by_url[a.url].story for a in story} for story in prints]
    assert [len(s) for s in stories] == [1] * 10, "all prints of a story under one name"
    assert len(set().union(*stories)) == 10, "and no two stories under the same"
    rest = [by_url[a.url].story for a in NEWS]
    assert len(set(rest) - set().union(*stories)) == 500, "and everything else alone"
    assert news.check().ok


def test_a_story_has_one_place_among_the_results(wire: News) -> None:
    hits = wire.search(STORIES[0].title)
    prints = [h.article.id for h in hits if h.article.story == "first"]
    assert hits[0].article.story == "first"
    assert len(set(prints)) == 1


def test_what_only_one_print_says_is_still_found(news: News) -> None:
    extra = "A reader of this paper, Tilda Quennell, had warned of it in a letter about marmalade in 1987. "
    news.put(
        [
            replace(STORIES[0], id="first"),
            replace(STORIES[0], id="copy", source="City Ledger", body=f"{STORIES[0].body}\n\n{extra * 4}"),
        ]
    )
    assert any("marmalade" in h.chunk.text for h in news.search("Who warned in a letter about marmalade?"))
    assert {a.story for a in news.articles()} == {"first"}


def test_the_copies_of_a_story_are_listed_with_the_share_of_text_in_common(wire: News) -> None:
    copies = wire.copies("copy1")
    assert {c.article.id for c in copies} == {"first", "copy0", "copy1", "copy2", "copy3"}
    by_id = {c.article.id: c for c in copies}
    assert (by_id["first"].of, by_id["first"].share) == (None, None)
    assert by_id["copy0"].share == 1.0
    assert 0.5 < (by_id["copy3"].share or 0) < 1.0
    assert all(c.article.body == "" for c in copies)
    assert [c.article.id for c in wire.copies("other3")] == ["other3"]


def test_a_duplicate_is_reported_with_its_story_and_is_unchanged_the_second_time(news: News, records: Records) -> None:
    story, copy = STORIES[0], reprint(STORIES[0], "whole", random.Random(1))
    path = records("a.jsonl", record(story), record(copy))
    first, second = news.add(path).items
    assert (first.status, second.status) == ("added", "duplicate")
    assert second.article_id != first.article_id
    assert second.reason == f"100% of its text is in {first.article_id}, Northway Wire: kept as one story"
    assert second.story == first.article_id
    assert [i.status for i in news.add(path).items] == ["unchanged", "unchanged"]


def test_records_with_names_of_their_own_and_no_outlet_stay_articles(news: News) -> None:
    report = news.put([replace(STORIES[0], id=name, source=None, url=None) for name in "ab"])
    assert (report.added, report.duplicate) == (2, 0)
    assert {a.story for a in news.articles()} == {"a"}


# -- removal ------------------------------------------------------------------------------------------------------


def test_removing_the_first_print_leaves_the_story_to_the_next(wire: News) -> None:
    assert wire.remove("first") == 1
    stories = {a.id: a.story for a in wire.articles() if a.id.startswith("copy")}
    assert set(stories.values()) == {"copy0"}
    copies = {c.article.id: c for c in wire.copies("copy2")}
    assert copies["copy0"].of is None
    assert all(c.of in copies and c.share for i, c in copies.items() if i != "copy0")
    assert wire.check().ok


def test_removing_all_but_one_leaves_it_alone(wire: News) -> None:
    wire.remove("first", "copy0", "copy1", "copy2")
    [copy] = wire.copies("copy3")
    assert (copy.article.story, copy.of, copy.share) == ("copy3", None, None)


@pytest.mark.parametrize("how", ["id", "source", "before"])
def test_what_is_removed_leaves_no_trace_in_the_files(news: News, how: str, tmp_path: Path) -> None:
    marked = "The word zyxwvutzebra stands here, and qwopqwopqwop too. "
    gone = Article("gone", "Zyxwvutzebra", marked * 20, source="Gone Gazette", published=date(2001, 1, 1))
    news.put([gone, replace(gone, id="stays", title="Other", body="Rain fell.", source="The Post", published=None)])
    news.put([replace(gone, body=marked * 19)])  # so that a version and old vectors are there too
    news.put([replace(STORIES[0], id="first")])
    assert b"zyxwvutzebra" in _bytes(tmp_path)
    done = {
        "id": lambda: news.remove("gone"),
        "source": lambda: news.remove(source="Gone Gazette"),
        "before": lambda: news.remove(before=date(2002, 1, 1)),
    }[how]()
    assert done == 1
    assert [a.id for a in news.articles()] == ["first", "stays"]
    assert "gone" not in {h.article.id for h in news.search("zyxwvutzebra qwopqwopqwop")}
    news.close()
    assert not [word for word in (b"zyxwvutzebra", b"qwopqwopqwop") if word in _bytes(tmp_path)]


def _bytes(folder: Path) -> bytes:
    return b"".join(f.read_bytes().lower() for f in (folder / "index").rglob("*") if f.is_file())


# -- versions -----------------------------------------------------------------------------------------------------


def test_an_update_replaces_and_the_old_version_is_kept(news: News) -> None:
    old = Article("x", "Bridge to close", "The bridge closes in spring. Work takes a year.", source="The Post")
    new = replace(old, title="Bridge to close later", body="The bridge closes in autumn. Work takes a year.")
    news.put([old])
    before = datetime.now().astimezone()
    assert news.put([new]).updated == 1
    assert news.article("x").body == new.body
    [version] = news.history("x")
    assert replace(version.article, story=None) == old
    assert abs((version.replaced - before).total_seconds()) < 60
    assert differences(version.article, news.article("x")) == [
        Difference("title", ("Bridge to close",), ("Bridge to close later",)),
        Difference("text", ("The bridge closes in spring.",), ("The bridge closes in autumn.",)),
    ]
    assert news.put([new]).unchanged == 1
    assert len(news.history("x")) == 1
    assert not [h for h in news.search("Does the bridge close in spring?") if "spring" in h.chunk.text]


def test_a_version_that_says_it_is_older_goes_into_the_history(news: News, records: Records) -> None:
    base = {"url": "https://post.example/a", "title": "T", "source": "The Post", "published": "2024-09-28T08:00:00Z"}
    late = base | {"updated": "2024-09-28T20:00:00Z", "text": "Nine people were hurt."}
    early = base | {"updated": "2024-09-28T10:00:00Z", "text": "Two people were hurt."}
    path = records("late.jsonl", late)
    assert news.add(path).added == 1
    [item] = news.add(records("early.jsonl", early)).items
    assert item.status == "unchanged"
    assert "older version" in (item.reason or "")
    [article] = news.articles(bodies=True)
    assert article.body == "Nine people were hurt."
    assert [v.article.body for v in news.history(article.id)] == ["Two people were hurt."]
    news.add(records("early.jsonl", early))
    assert len(news.history(article.id)) == 1


def test_a_corrected_day_of_publication_is_no_older_version(news: News) -> None:
    one = Article("x", "T", "Rain.", published=date(2024, 9, 28), updated=date(2024, 9, 29))
    news.put([one])
    assert news.put([replace(one, published=date(2023, 9, 28), updated=None)]).updated == 1


def test_the_same_outlet_s_article_from_another_scrape_is_an_update(news: News, tmp_path: Path) -> None:
    story = STORIES[0]
    for day, body in (("monday", story.body), ("tuesday", story.body.replace("The ", "This ", 1))):
        (tmp_path / day).mkdir()
        text = f"---\ntitle: {json.dumps(story.title)}\nsource: Northway Wire\n---\n\n{body}"
        (tmp_path / day / f"{day}-page.md").write_text(text)
        report = news.add(tmp_path / day)
    assert report.updated == 1
    [article] = news.articles()
    assert len(news.history(article.id)) == 1


def test_a_rebuild_keeps_versions_feeds_and_stories(wire: News, open_news: OpenNews) -> None:
    wire.put([replace(STORIES[0], id="first", body=STORIES[0].body + " It was the third time this year.")])
    feed = FeedState("https://post.example/feed", "The Post", '"e1"', None, {"1": "d"})
    with wire.store.writing():
        wire.store.remember(feed)
    stories = {a.id: a.story for a in wire.articles()}
    settings = wire.settings
    wire.close()
    rebuild(settings, embedder=FakeEmbedder("other"))
    with open_news(embedder=FakeEmbedder("other")) as news:
        assert {a.id: a.story for a in news.articles()} == stories
        assert [v.article.body for v in news.history("first")] == [STORIES[0].body]
        assert [state for state, _ in news.feeds()] == [feed]


# -- the command --------------------------------------------------------------------------------------------------


def test_show_prints_copies_and_history(wire: News, rag: Rag) -> None:
    wire.put([replace(STORIES[0], id="first", title="A new headline")])
    shown = rag("show", "first", "--history", "--json").json
    assert [c["id"] for c in shown["copies"]] == ["copy0", "copy1", "copy2", "copy3"] or len(shown["copies"]) == 4
    assert set(shown["copies"][0]) == {"id", "source", "title", "url", "published", "copy_of", "share"}
    assert shown["history"][0]["changes"] == [
        {"what": "title", "removed": [STORIES[0].title], "added": ["A new headline"]}
    ]
    assert shown["history"][0]["title"] == STORIES[0].title
    text = rag("show", "first", "--history").out
    assert "Also in:" in text
    assert f"- {STORIES[0].title}" in text
    assert "+ A new headline" in text
    assert "it was never changed" in rag("show", "copy1", "--history").out


def test_a_new_article_beside_an_update_of_the_newest_one(news: News) -> None:
    news.put([Article("a", "A", "It rained."), Article("b", "B", "It snowed.")])
    report = news.put([Article("c", "C", "It hailed."), Article("b", "B", "It snowed a lot.")])
    assert (report.added, report.updated) == (1, 1)
    assert [a.id for a in on_disk(news).shelf.select("order by number")] == ["a", "b", "c"]
