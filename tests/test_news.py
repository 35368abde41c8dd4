"""The whole way, over fakes: files become articles, articles answer questions, and a report says what became of all."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest

from rag import News, Settings
from rag.errors import LlmError, LlmTimeout, ModelError, UsageError
from rag.protocols import Reading
from rag.qa.answer.prompts import NOT_FOUND, REFUSAL
from rag.qa.retrieval import reranking
from rag.types import Answer, Article, CheckResult, Chunk, Delta, Filters, Found, Report, Step
from tests.conftest import OpenNews, Records
from tests.support.fakes import FakeEmbedder, FakeLlm, on_disk

pytestmark = pytest.mark.both_kinds

RAIN = "The bridge at Fenwray was closed on Friday. Heavy rain had moved two of its piers, the mayor said."
MARKET = "Fish prices in Oldmouth fell by a third on Tuesday. Traders blamed a glut of herring after the long calm."
VOTE = "The council of Ashcombe voted on Monday to keep the ferry. Nine members were for it and four against."
PAGE = """\
Bridge at Fenwray closed after heavy rain

September 28, 2024 8:00 PM

The bridge at Fenwray was closed on Friday evening after heavy rain had moved two of its piers, the mayor said.
Drivers must take the road over Corwen until the piers have been looked at by divers, which may take three weeks.

The mayor said that the bridge had been built in 1931 and that its piers had never moved before in any flood.
"""


def statuses(report: Report) -> list[str]:
    return [item.status for item in report.items]


def counts(report: Report) -> dict[str, int]:
    return {k: v for k, v in report.record().items() if k != "items" and v}


def record(title: str = "Bridge closed", text: str = RAIN, **fields: object) -> dict[str, object]:
    return {"title": title, "text": text, **fields}


# -- adding -------------------------------------------------------------------------------------------------------


def test_adding_the_same_again_changes_nothing(
    news: News, records: Records, tmp_path: Path, embedder: FakeEmbedder
) -> None:
    records("in/a.jsonl", record(), record("Ferry stays", VOTE, url="https://echo.example/ferry"))
    (tmp_path / "in/page.txt").write_text(PAGE)
    (tmp_path / "in/note.md").write_text(f"# A note\n\n{VOTE} It was late.\n")
    first = news.add(tmp_path / "in")
    assert counts(first) == {"added": 4}
    embedder.embedded.clear()
    revision = on_disk(news)._revision()
    again = news.add(tmp_path / "in")
    assert counts(again) == {"unchanged": 4}
    assert [i.article_id for i in again.items] == [i.article_id for i in first.items]
    assert embedder.embedded == []
    assert on_disk(news)._revision() == revision


@pytest.mark.parametrize("same", [{"url": "https://echo.example/1"}, {"id": "one"}, {"published": "2024-09-28T20:00"}])
def test_a_changed_article_replaces_its_old_self_everywhere(
    news: News, records: Records, same: dict[str, object]
) -> None:
    news.add(records("a.jsonl", record() | same))
    old = news.articles()[0].id
    title = "Bridge open" if same.keys() - {"id", "url"} else "Bridge closed"
    report = news.add(records("a.jsonl", record(title, "The bridge at Fenwray is open. Divers looked at it.") | same))
    assert statuses(report) == ["updated"]
    assert [(a.id, a.title) for a in news.articles()] == [(old, title)]
    assert {h.chunk.text for h in news.search("bridge rain mayor piers")} == {
        "The bridge at Fenwray is open. Divers looked at it."
    }
    assert "Heavy rain" not in news.ask("What had moved the piers of the bridge?").text
    assert news.check().ok


@pytest.mark.parametrize("name", ["page.txt", "page.md", "page.html"])
def test_a_file_that_was_edited_is_updated(news: News, tmp_path: Path, name: str) -> None:
    def write(text: str) -> Path:
        path = tmp_path / name
        body = text.split("\n\n", 1)
        if name.endswith("html"):
            paragraphs = "".join(f"<p>{p}</p>" for p in body[1].split("\n\n"))
            text = f"<html><body><article><h1>{body[0]}</h1>{paragraphs}</article></body></html>"
        elif name.endswith("md"):
            text = f"# {text}"
        path.write_text(text)
        return path

    assert statuses(news.add(write(PAGE))) == ["added"]
    assert statuses(news.add(write(PAGE.replace("three weeks", "five weeks")))) == ["updated"]
    [article] = news.articles()
    assert "five weeks" in news.article(article.id).body
    assert news.check().ok


def test_what_cannot_be_read_is_told_and_the_rest_goes_in(news: News, records: Records, tmp_path: Path) -> None:
    path = records("in/a.jsonl", record(), {"title": "No text"}, record("Ferry", VOTE))
    with path.open("a") as file:
        file.write("{broken\n")
    (tmp_path / "in/empty.txt").write_text("")
    report = news.add(tmp_path / "in", tmp_path / "missing")
    assert statuses(report) == ["added", "failed", "added", "failed", "failed", "failed"]
    failed = [i for i in report.items if i.status == "failed"]
    assert all(i.reason and i.article_id is None for i in failed)
    assert "line 2" in (failed[0].reason or "")
    assert failed[-1].source == str(tmp_path / "missing")
    assert len(news.articles()) == 2


def test_two_articles_with_one_headline_in_one_file_stay_two(news: News, records: Records) -> None:
    both = record("Briefly", RAIN), record("Briefly", VOTE)
    assert counts(news.add(records("a.jsonl", *both))) == {"added": 2}
    assert counts(news.add(records("a.jsonl", *both))) == {"unchanged": 2}
    news.add(records("a.jsonl", record("Briefly", RAIN + " Nobody was hurt."), record("Briefly", VOTE)))
    assert sorted(news.article(a.id).body for a in news.articles()) == [RAIN + " Nobody was hurt.", VOTE]
    assert counts(news.add(records("a.jsonl", record("Briefly", VOTE), *both))) == {
        "updated": 1,
        "unchanged": 1,
        "duplicate": 1,
    }
    assert news.check().ok


def test_one_text_in_two_files_is_a_duplicate(news: News, records: Records) -> None:
    report = news.add(records("a.jsonl", record()), records("b.jsonl", record("Another headline")))
    assert statuses(report) == ["added", "duplicate"]
    assert report.items[1].article_id == report.items[0].article_id
    assert "the same text as" in (report.items[1].reason or "")


@pytest.mark.parametrize("name", ["http://www.echo.example/1/?utm_source=x", "https://echo.example/1"])
def test_one_url_spelled_twice_in_one_run_is_one_article(news: News, records: Records, name: str) -> None:
    later = f"{RAIN} It opens again on Monday."
    path = records("a.jsonl", record(url="https://echo.example/1#top"), record("Newer", later, url=name))
    assert counts(news.add(path)) == {"added": 1, "updated": 1}
    assert [a.title for a in news.articles()] == ["Newer"]
    assert counts(news.add(path)) == {"unchanged": 2}  # the older line does not come back
    assert [a.title for a in news.articles()] == ["Newer"]
    assert news.check() == CheckResult((), 1, 1, 1)


def test_a_tracking_link_after_a_clean_one_changes_nothing(news: News, records: Records) -> None:
    assert counts(news.add(records("a.jsonl", record(url="https://echo.example/1?id=7")))) == {"added": 1}
    tracked = records("b.jsonl", record(url="https://echo.example/1?id=7&utm_source=rss&utm_medium=feed"))
    assert counts(news.add(tracked)) == {"unchanged": 1}
    assert [a.url for a in news.articles()] == ["https://echo.example/1?id=7"]


@pytest.mark.parametrize("name", [{"url": "https://echo.example/news"}, {"id": "harlow-news"}])
def test_a_name_that_several_articles_of_a_run_share_names_none_of_them(
    news: News, records: Records, name: dict[str, str]
) -> None:
    three = [record("Bridge closed", **name), record("A vote", VOTE, **name), record("A third", MARKET, **name)]
    path = records("a.jsonl", *three)
    assert counts(news.add(path)) == {"added": 3}
    titles = {a.id: a.title for a in news.articles()}
    assert sorted(titles.values()) == ["A third", "A vote", "Bridge closed"]
    assert counts(news.add(path)) == {"unchanged": 3}
    later = [record("Bridge closed", **name), record("A vote", f"{VOTE} Nobody was against it.", **name), three[2]]
    assert counts(news.add(records("a.jsonl", *later))) == {"unchanged": 2, "updated": 1}
    assert {a.id: a.title for a in news.articles()} == titles


def test_one_id_in_two_runs_can_go_back_to_an_earlier_text(news: News, records: Records) -> None:
    for text, status in ((RAIN, "added"), (VOTE, "updated"), (RAIN, "updated")):
        assert statuses(news.add(records("a.jsonl", record(text=text, id="x")))) == [status]
    assert news.article("x").body == RAIN


def test_what_is_shown_can_be_added_again(news: News, open_news: OpenNews, records: Records, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PAGE)
    full = record(
        "Ferry", VOTE, url="https://echo.example/ferry", published="2024-09-28T20:00:00+02:00", updated="2024-09-29",
        source="The Echo", section="Local", authors=["Ann Moss", "Bo Lind"], language="en",
    )  # fmt: skip
    news.add(tmp_path / "page.txt", records("full.jsonl", full))
    shown = [news.article(a.id).record() for a in news.articles()]
    assert counts(news.add(records("shown.jsonl", *shown))) == {"unchanged": 2}
    other = open_news(tmp_path / "other")
    assert counts(other.add(tmp_path / "shown.jsonl")) == {"added": 2}
    assert [other.article(a.id).record() for a in other.articles()] == shown


def test_where_one_stands_makes_no_other_article(
    news: News, records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = records("in/a.jsonl", record())
    (tmp_path / "in/page.txt").write_text(PAGE)
    news.add(tmp_path / "in")
    monkeypatch.chdir(tmp_path)
    assert counts(news.add("in")) == {"unchanged": 2}
    monkeypatch.chdir(path.parent)
    assert counts(news.add("a.jsonl", "./page.txt", "../in")) == {"unchanged": 2, "duplicate": 2}
    path.write_text(json.dumps(record(text=VOTE)))
    assert counts(news.add("a.jsonl")) == {"updated": 1}


def test_a_folder_that_was_copied_gives_duplicates(news: News, records: Records, tmp_path: Path) -> None:
    records("in/a.jsonl", record(), record("Ferry", VOTE))
    (tmp_path / "in/page.txt").write_text(PAGE)
    news.add(tmp_path / "in")
    shutil.copytree(tmp_path / "in", tmp_path / "copy")
    assert counts(news.add(tmp_path / "copy")) == {"duplicate": 3}
    assert news.check().articles == 3


def test_gzipped_records(news: News, tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(record(f"Title {n}", f"Word{n}. {RAIN}", id=f"a{n}")) + "\n" for n in range(5))
    assert counts(news.add(tmp_path / "a.jsonl.gz")) == {"added": 5}
    assert counts(news.add(tmp_path / "a.jsonl.gz")) == {"unchanged": 5}


def test_the_report_is_the_one_of_the_contract(news: News, records: Records) -> None:
    path = records("a.jsonl", record(id="x"))
    assert news.add(path).record() == {
        "added": 1,
        "updated": 0,
        "unchanged": 0,
        "duplicate": 0,
        "failed": 0,
        "items": [
            {
                "source": f"{path}#line 1",
                "status": "added",
                "article_id": "x",
                "title": "Bridge closed",
                "reason": None,
            }
        ],
    }


def test_progress_never_counts_what_is_not_stored(news: News, records: Records, tmp_path: Path) -> None:
    """Pages of several chunks, several articles on a page, and a look at the disk at each step."""
    lines = [record(f"T{n}", f"Word{n}. " + f"{RAIN} {n} " * 3, id=f"a{n}") for n in range(120)]
    records("in/a.jsonl", *lines)
    (tmp_path / "in/b.txt").write_text(PAGE)
    seen: list[tuple[int, int | None, int]] = []

    def look(what: str, done: int, total: int | None) -> None:
        assert what == "indexing"
        seen.append((done, total, news.store.count()))

    assert news.add(tmp_path / "in", progress=look).added == 121
    assert all(done <= stored for done, _, stored in seen)
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert len({done for done, _, _ in seen}) >= 4, "stored in batches, and told so"
    assert seen[-1] == (121, 121, 121)


def test_nothing_to_add_or_remove_is_a_mistake(news: News) -> None:
    with pytest.raises(UsageError, match="nothing to add"):
        news.add()
    with pytest.raises(UsageError, match="nothing to remove"):
        news.remove()


def test_an_empty_source_does_not_mean_all(news: News) -> None:
    news.put([Article("x", "T", RAIN, source="The Post")])
    with pytest.raises(UsageError, match="nothing to remove"):
        news.remove(source="")
    assert len(news.articles()) == 1


def test_before_the_first_day_there_is_nothing_to_remove(news: News) -> None:
    news.put([Article("x", "T", RAIN, source="The Post")])
    assert news.remove(before=date.min) == news.remove(source="The Post", before=date.min) == 0
    assert len(news.articles()) == 1


def test_removing_by_outlet_and_age(news: News) -> None:
    news.put(
        [
            Article("old", "Old", "One.", published=date(2020, 1, 1), source="The Post"),
            Article("new", "New", "Two.", published=date(2024, 1, 1), source="The Post"),
            Article("echo", "Echo", "Three.", published=date(2020, 1, 1), source="The Echo"),
            Article("undated", "Undated", "Four.", source="The Echo"),
        ]
    )
    assert news.remove(source="The Post", before=date(2024, 1, 1)) == 1
    assert news.remove(before=date(2024, 1, 1)) == 1
    assert sorted(a.id for a in news.articles()) == ["new", "undated"]
    assert news.remove(source="The Echo") == 1


def test_an_article_without_words_fails_alone(news: News) -> None:
    report = news.put([Article("blank", "T", " \n "), Article("x", "T", RAIN)])
    assert statuses(report) == ["failed", "added"]
    assert "no text" in (report.items[0].reason or "")


# -- asking -------------------------------------------------------------------------------------------------------


@pytest.fixture
def stocked(open_news: OpenNews) -> News:
    news = open_news()
    news.put(
        [
            Article("bridge", "Bridge at Fenwray closed", RAIN, published=date(2024, 9, 28), source="The Post"),
            Article("ferry", "Ashcombe keeps its ferry", VOTE, published=date(2024, 10, 7), source="The Echo"),
        ]
    )
    return news


def give(news: News, llm: FakeLlm) -> None:
    news.llm = cast(Any, llm)


def ask(news: News, pieces: Sequence[str | Exception], question: str = "Why was the bridge closed?") -> Answer:
    give(news, FakeLlm([pieces]))
    return news.ask(question)


def test_an_answer_cites_the_exact_characters(stocked: News) -> None:
    answer = ask(stocked, ["Heavy rain had moved ", "two of its piers."])
    assert (answer.refused, answer.model, answer.note) == (False, "scripted", None)
    assert answer.text == "Heavy rain had moved two of its piers [1]."
    [citation] = answer.citations
    assert citation.article.body[citation.start : citation.end] == citation.quote
    assert stocked.article(citation.article.id).body == citation.article.body
    assert answer.tokens == {"prompt": 100, "completion": 10}
    assert set(answer.timings_ms) == {"retrieve", "evidence", "first_token", "total"}


def test_the_record_of_an_answer_is_the_one_of_the_contract(stocked: News) -> None:
    give(stocked, FakeLlm([["Heavy rain had moved two of its piers."]]))
    found = stocked.ask("Why was the bridge closed?", as_of=date(2024, 10, 1)).record()
    assert set(found) >= {
        "question", "answer", "short_answer", "refused", "citations", "as_of", "newest_evidence", "model", "timings_ms",
    }  # fmt: skip
    assert (found["as_of"], found["newest_evidence"]) == ("2024-10-01", "2024-09-28")
    [citation] = found["citations"]
    assert citation == {
        "n": 1, "article_id": "bridge", "title": "Bridge at Fenwray closed", "source": "The Post", "url": None,
        "published": "2024-09-28", "quote": RAIN[citation["start"] : citation["end"]], "start": citation["start"],
        "end": citation["end"],
    }  # fmt: skip
    json.dumps(found)


def test_the_stream_shows_the_evidence_before_the_first_word_and_ends_with_the_answer(stocked: News) -> None:
    llm = FakeLlm([["Heavy ", "rain."]], ahead=(2, 1))
    give(stocked, llm)
    events = list(stocked.stream("Why was the bridge closed?"))
    names = [e.name if isinstance(e, Step) else type(e).__name__ for e in events]
    assert names == [
        "searching", "reading", "Found", "waiting", "waiting", "writing", "Delta", "Delta", "checking", "Answer",
    ]  # fmt: skip
    assert "".join(e.text for e in events if isinstance(e, Delta)) == "Heavy rain."
    found = next(e for e in events if isinstance(e, Found))
    assert found.evidence == events[-1].evidence  # type: ignore[union-attr]
    assert llm.replies[0].closed
    assert llm.warmed == 1


def test_closing_the_stream_stops_the_model(stocked: News) -> None:
    llm = FakeLlm([["word "] * 1000])
    give(stocked, llm)
    stream = stocked.stream("Why was the bridge closed?")
    for event in stream:
        if isinstance(event, Delta):
            break
    stream.close()  # type: ignore[attr-defined]
    assert llm.replies[0].closed


def test_what_the_evidence_does_not_hold_is_refused_with_the_nearest_named_apart(stocked: News) -> None:
    answer = ask(stocked, [NOT_FOUND], "Who won the men's 100 metres in Paris?")
    assert (answer.text, answer.refused, answer.citations) == (REFUSAL, True, ())
    assert answer.nearest
    assert answer.record()["citations"] == []


@pytest.mark.parametrize(("support", "refused"), [(5.0, False), (-5.0, True)])
def test_a_model_that_doubts_its_own_answer_refuses(stocked: News, support: float, refused: bool) -> None:
    give(stocked, FakeLlm([["Heavy rain had moved two of its piers."]], can_score=True, support=support))
    assert stocked.ask("Why was the bridge closed?").refused is refused


@pytest.mark.parametrize("first", [NOT_FOUND, "It was closed for 77 days."])
def test_a_draft_that_fails_is_tried_again_with_the_best_sentence(
    stocked: News, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    scores = replace(reranking.MIN_SCORES_BY_EMBEDDER, retry=0.0)
    monkeypatch.setattr(reranking, "MIN_SCORES_BY_EMBEDDER", scores)
    llm = FakeLlm([[first], ["Heavy rain had moved two of its piers."]], can_score=True)
    give(stocked, llm)
    answer = stocked.ask("What had moved two of the piers?")
    assert not answer.refused and "Heavy rain" in answer.text
    second = llm.asked[1][1]["content"]
    assert "[1]" in second and "[2]" not in second


@pytest.mark.parametrize("failure", [LlmTimeout("the model took too long"), LlmError("no connection to the model")])
@pytest.mark.parametrize("before", [[], ["Heavy rain "]])
def test_a_model_that_fails_leaves_quotes_and_says_so(stocked: News, failure: Exception, before: list[str]) -> None:
    answer = ask(stocked, [*before, failure])
    assert str(failure) in (answer.note or "")
    assert not answer.refused
    assert answer.citations[0].quote in answer.text
    assert all(c.article.body[c.start : c.end] == c.quote for c in answer.citations)


def test_without_a_model_the_answer_is_quotes(stocked: News) -> None:
    answer = stocked.ask("How many members voted for the ferry?")
    assert answer.model == stocked.model == "none"
    assert answer.citations[0].article.id == "ferry"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"sources": ["The Echo"]}, {"ferry"}),
        ({"as_of": date(2024, 9, 28)}, {"bridge"}),
        ({"since": date(2024, 10, 1)}, {"ferry"}),
        ({"until": date(2024, 10, 7)}, {"bridge", "ferry"}),
    ],
)
def test_filters_hold_for_all_that_an_answer_is_made_of(
    stocked: News, filters: dict[str, object], expected: set[str]
) -> None:
    answer = stocked.ask("What happened to the bridge and the ferry?", **filters)  # type: ignore[arg-type]
    assert {h.article.id for h in answer.hits} == expected
    assert {e.article.id for e in answer.evidence} <= expected


def test_a_filter_that_lets_nothing_through_is_told(stocked: News) -> None:
    answer = stocked.ask("What about the ferry?", since=date(2030, 1, 1))
    assert (answer.refused, answer.note) == (True, "no article passes the chosen dates and sources")


def test_an_empty_index_says_how_to_fill_it(news: News) -> None:
    llm = FakeLlm([["never asked"]])
    give(news, llm)
    answer = news.ask("Anything?")
    assert (answer.refused, answer.note) == (True, "the index holds no articles yet; add some with: rag add FOLDER")
    assert llm.asked == []


@pytest.mark.parametrize("question", ["", "  \n\t "])
def test_an_empty_question_is_a_mistake(stocked: News, question: str) -> None:
    with pytest.raises(UsageError, match="the question is empty"):
        stocked.ask(question)


@pytest.mark.parametrize(
    "question", ["\udcff \0 bridge", "?!?", "bridge " * 5_000, "جسر 橋 🌉", '"; drop table words; --']
)
def test_any_question_gets_an_answer(stocked: News, question: str) -> None:
    answer = stocked.ask(question)
    json.dumps(answer.record(), ensure_ascii=False).encode()


def test_identical_texts_stand_once_in_the_evidence(open_news: OpenNews) -> None:
    news = open_news()
    news.put([Article(f"a{n}", "Bridge", RAIN, source=f"Paper {n}") for n in range(4)])
    assert len(news.search("Why was the bridge closed?")) == 1


def test_one_article_does_not_crowd_out_the_others(open_news: OpenNews) -> None:
    news = open_news(per_article=2)
    long = " ".join(f"The bridge at Fenwray was closed on day {n} again." for n in range(60))
    news.put([Article("long", "Bridge", long), Article("short", "Bridge", RAIN)])
    ids = [h.article.id for h in news.search("bridge closed Fenwray")]
    assert (ids.count("long"), ids.count("short")) == (2, 1)


def test_an_unknown_article_is_told(news: News) -> None:
    with pytest.raises(UsageError, match=r"no article nope in .*; see: rag list"):
        news.article("nope")


# -- opening ------------------------------------------------------------------------------------------------------


def test_open_takes_a_path_and_settings_by_name(tmp_path: Path, embedder: FakeEmbedder) -> None:
    with News.open(tmp_path / "index", embedder=embedder, llm="none", hits=3) as news:
        assert (news.settings.hits, news.model) == (3, "none")
        assert news.settings.index == tmp_path / "index"
    with News.open(settings=news.settings, embedder=embedder, hits=4) as again:
        assert (again.settings.hits, again.settings.index) == (4, tmp_path / "index")
    with pytest.raises(UsageError, match="unknown setting hit"):
        News.open(tmp_path / "index", hit=3)


def test_open_takes_models_that_are_ready(tmp_path: Path, embedder: FakeEmbedder) -> None:
    class Absent:
        name = "absent"

        def read(self, question: str, chunks: Sequence[Chunk]) -> list[Reading]:
            raise ModelError("not there")

    llm, reranker = FakeLlm([["Heavy rain had moved two of its piers."]]), Absent()
    with News.open(tmp_path / "index", embedder=embedder, llm=llm, reranker=reranker) as news:
        news.put([Article("bridge", "Bridge at Fenwray closed", RAIN)])
        assert (news.embedder, news.model, news.reranker) == (embedder, "scripted", reranker)
        assert "absent" in (news.ask("Why was the bridge closed?").note or "")
    assert llm.closed
    with pytest.raises(UsageError, match="setting llm"):
        News.open(tmp_path / "index", embedder=embedder, llm=3)  # type: ignore[arg-type]


def test_a_fast_search_reads_nothing_again(tmp_path: Path, embedder: FakeEmbedder) -> None:
    class Backwards:
        name = "backwards"
        asked: ClassVar[list[str]] = []

        def read(self, question: str, chunks: Sequence[Chunk]) -> list[Reading]:
            self.asked.append(question)
            return [Reading(float(i), ()) for i in range(len(chunks))]

    reranker = Backwards()
    with News.open(tmp_path / "index", embedder=embedder, llm=FakeLlm([]), reranker=reranker) as news:
        news.put([Article(f"{i}", f"Bridge {i}", f"{RAIN} Report {i}.") for i in range(3)])
        fast = news.search("Why was the bridge closed?", reading=False)
        assert fast and not Backwards.asked
        assert {h.chunk.id for h in news.search("Why was the bridge closed?")} == {h.chunk.id for h in fast}
        assert len(Backwards.asked) == 1


def test_closing_closes_the_model_and_warming_warms_it(open_news: OpenNews) -> None:
    llm = FakeLlm([[""]])
    news = open_news(llm=llm)
    news.warm()
    news.close()
    assert (llm.warmed, llm.closed) == (1, True)


def test_the_real_embedder_finds_by_meaning(tmp_path: Path, records: Records) -> None:
    with News.open(tmp_path / "index", settings=Settings.load(llm="none")) as news:
        news.add(records("a.jsonl", record(), record("Ferry", VOTE)))
        hits = news.search("Which crossing can cars no longer use, and what damaged it?", filters=Filters())
        assert hits[0].article.title == "Bridge closed"
        assert news.check() == CheckResult((), 2, 2, 2)


def test_an_answer_that_was_made_without_the_reranker_says_so(news: News) -> None:
    class Broken:
        name = "no/such"

        def read(self, question: str, chunks: Sequence[Chunk]) -> list[Reading]:
            raise ModelError("the reranker no/such cannot be loaded")

    news.put([Article("bridge", "Bridge closed", "Heavy rain had moved two piers of the bridge.")])
    assert "reranker" not in (news.ask("What moved the piers of the bridge?").note or "")
    news.reranker = Broken()
    for question in ("What moved the piers of the bridge?", "Who discovered penicillin?"):
        note = news.ask(question).note or ""
        assert "made without the reranker no/such, which failed; rag doctor says why" in note
