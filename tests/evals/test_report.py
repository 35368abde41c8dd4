"""The report of an evaluation, in a real browser: its figures, its filter, and hostile text that stays text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from evals.measure.metrics import FAILURES, METRICS, failure
from evals.report.page import age, funnel, meaning, page_data, report_html, verdict, write_report
from evals.report.summary import summarise

browser_test = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "{{7*7}} \u2028 &lt;b&gt;"


class Fact(NamedTuple):
    """A sentence of an invented article, and a question that it answers."""

    question: str
    answer: str
    sentence: str
    outlet: str
    title: str
    kind: str


ARTICLES = """\
Who won the mayoral vote in Port Ellery? | Nadia Okonjo | politics
Nadia Okonjo won the mayoral vote in Port Ellery by 412 ballots after a recount.
Harbour Courier | Okonjo takes Port Ellery after a recount

How many ferries will the Lantau Line retire? | nine | business
The Lantau Line will retire nine ferries before the end of the season.
Tideway Times | Old ferries leave the Lantau Line

When does the Marrow Dam reopen? | 14 August | science
Engineers said that the Marrow Dam reopens on 14 August, two weeks late.
The Meridian Post | Marrow Dam repairs overrun

Which club signed Tomas Villareal? | Westbrook Rovers | sport
Westbrook Rovers signed Tomas Villareal on a contract of four years.
Touchline | Rovers land Villareal

What did the Corley inquiry blame for the fire? | faulty wiring | politics
The Corley inquiry blamed faulty wiring, not arson, for the fire at the depot.
Northern Ledger | Inquiry: wiring caused Corley fire

Where will the next Polar Forum be held? | Tromsø | science
Delegates agreed that the next Polar Forum will be held in Tromsø.
The Meridian Post | Polar Forum picks its next host

How much did Halden Foods pay for Brightmill? | $2.3 billion | business
Halden Foods paid $2.3 billion for Brightmill, its largest purchase so far.
Capital Desk | Halden swallows Brightmill

Who directs the film The Salt Year? | Ines Carvalho | culture
The Salt Year, directed by Ines Carvalho, opens the festival on Friday.
Reel & Page | Festival opens with The Salt Year

Which island banned cruise ships? | Sant Aldo | travel
Sant Aldo banned cruise ships of more than 500 passengers from its harbour.
Tideway Times | Island shuts its harbour to cruise ships

What is the new speed limit in Aldermere? | 20 mph | politics
The council set a new speed limit of 20 mph for all of central Aldermere.
Aldermere Echo | Aldermere slows down

Who resigned as head of the grid operator? | Pavel Drozd | business
Pavel Drozd resigned as head of the grid operator after the third blackout in a month.
Northern Ledger | Grid chief goes after blackouts

What species was found again in the Orrin valley? | the marsh lynx | science
Rangers found the marsh lynx again in the Orrin valley, 40 years after the last sighting.
Field Notes | Marsh lynx returns to Orrin
"""


def fact(block: str) -> Fact:
    """A fact from three lines: question, answer and kind; the sentence; outlet and headline."""
    asked, sentence, printed = block.strip().split("\n")
    question, answer, kind = asked.split(" | ")
    outlet, title = printed.split(" | ")
    return Fact(question, answer, sentence, outlet, title, kind)


FACTS = [fact(block) for block in ARTICLES.split("\n\n")]
FILLER = (
    "Officials had long been expected to decide before the summer, people with knowledge of the talks said.",
    "The matter has been before the council since spring, and two earlier plans were given up.",
    "Residents who spoke to this paper were divided on what ought to come next.",
    "A spokesman did not answer questions about the cost.",
    "The announcement came on the last day of a session that had been extended twice.",
)
AGES = (0, 2, 5, 20, 90, -1, 1, 3)
SEARCH_TIMES = {"evidence": 0, "first_token": 0, "total": 0}
OUTCOMES = (
    "fine", "not retrieved", "fine", "retrieved but not read", "fine", "refused wrongly", "wrong citation",
    "fine", "answered unanswerable", "fine", "not retrieved", "fine",
)  # fmt: skip


def article(n: int) -> dict[str, Any]:
    told = FACTS[n % len(FACTS)]
    return {"article_id": f"a{n % len(FACTS)}", "source": told.outlet, "title": told.title, "published": "2024-05-17"}


def hit(n: int, rank: int, with_answer: bool = True) -> dict[str, Any]:
    """A retrieved chunk of article ``n``; its sentence with the answer is left out on demand."""
    told = [FACTS[n % len(FACTS)].sentence] if with_answer else []
    text = " ".join(
        [FILLER[(n + rank) % 5], FILLER[(n + 1) % 5], *told, FILLER[(n + 3) % 5], FILLER[(n + rank + 2) % 5]]
    )
    url = f"https://news.example.org/{n % len(FACTS)}"
    return article(n) | {"chunk_id": f"c{n}-{rank}-{with_answer}", "text": text, "score": 1 / rank, "url": url}


def line(n: int, outcome: str, answered: bool = True) -> dict[str, Any]:
    """A line of ``results.jsonl`` whose failure is ``outcome`` ('fine' for none)."""
    told, gone = FACTS[n % len(FACTS)], outcome in ("answered unanswerable", "refused rightly")
    found = outcome != "not retrieved" and not gone
    place = (n % 4) * 2
    hits = [hit(n + i - place, i + 1, with_answer=i != place or found) for i in range(12)]
    refused = outcome in ("refused wrongly", "refused rightly")
    short = told.answer if outcome in ("fine", "wrong citation") else FACTS[(n + 5) % len(FACTS)].answer
    quote = "A spokesman did not answer questions about the cost." if outcome == "wrong citation" else told.sentence
    text = "The articles do not say." if refused else f"{told.sentence.replace(told.answer, short)[:-1]} [1]."
    cited = {
        "n": 1,
        **article(n + 6 if outcome == "wrong citation" else n),
        "url": None,
        "quote": quote,
        "start": 10,
        "end": 10 + len(quote),
    }
    made: dict[str, Any] = {
        "id": f"q{n:03}", "question": told.question, "answers": [told.answer], "parts": [], "kind": told.kind,
        "date": f"2024-05-{max(1, 17 + AGES[n % 8]):02}" if AGES[n % 8] < 14 else "2024-08-20",
        "variant": "evidence removed" if gone else "asked", "format": "records", "answerable": not gone, "choices": [],
        "answer_index": [], "facts": [], "wrong_answers": [], "supporting_articles": [article(n)],
        "removed_articles": 2 if gone else 0, "answer": text, "short_answer": None if refused else short,
        "refused": refused, "note": None, "citations": [] if refused else [cited],
        "offsets_exact": [] if refused else [True], "retrieved": hits,
        "evidence": "\n".join([*FILLER[:3], *([told.sentence] if found else [])]), "prediction_choice": None,
        "timings_ms": {"retrieve": 38 + n % 9 * 4, "evidence": 21, "first_token": 1600 + n * 97 % 1900,
                       "total": 3100 + n * 211 % 5200},
        "tokens": {"prompt": 410 + n % 60, "completion": 22 + n % 11}, "peak_memory_mb": 2210.0 + n,
        "judge": None,
    }  # fmt: skip
    if not answered:
        made |= {"answer": None, "short_answer": None, "refused": None, "citations": [], "offsets_exact": []}
        made |= {"evidence": "", "tokens": {}, "timings_ms": SEARCH_TIMES | {"retrieve": 38 + n % 9 * 4}}
    return made | {"failure": failure(made)}


def run_of(name: str = "Invented news", **changed: Any) -> dict[str, Any]:
    return {
        "set": {"name": name, "format": "records", "path": "sets/invented", "digest": "0f3a",
                "notes": ["3 questions without an answer were left out."]},
        "settings": {"llm": "embedded", "embedder": "all-MiniLM-L6-v2", "hits": 20, "threads": None},
        "versions": {"chromadb": "1.5.9", "numpy": "2.1.3"}, "git": {"commit": "7d2d6500aa11", "dirty": True},
        "machine": {"cpu": "Example CPU", "cores": 2, "memory_gb": 15.6, "platform": "Linux", "python": "3.11.9"},
        "started": "2024-06-03T09:14:00+00:00", "finished": "2024-06-03T09:56:00+00:00",
        "command": "python -m evals sets/invented --without-evidence",
        "index": {"articles": 1240, "chunks": 9120, "seconds": 61.5, "bytes": 48_000_000,
                  "embedder": "all-MiniLM-L6-v2"},
    } | changed  # fmt: skip


Lines = list[dict[str, Any]]


def answered_lines(n: int = 36) -> Lines:
    made = [line(i, OUTCOMES[i % len(OUTCOMES)]) for i in range(n)]
    return made + [line(i, "refused rightly") for i in range(n, n + n // 6)]


def search_lines(n: int = 24) -> Lines:
    return [line(i, "not retrieved" if i % 6 == 0 else "fine", answered=False) for i in range(n)]


def page_of(lines: Sequence[Mapping[str, Any]], run: Mapping[str, Any] | None = None) -> str:
    run = run or run_of()
    return report_html(run, summarise(lines, run), lines)


def data_of(page: str) -> dict[str, Any]:
    """What the script of a page reads."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def hostile_lines() -> Lines:
    image, script, braces = HOSTILE
    made = line(0, "fine")
    [cited] = made["citations"]
    cited |= {"quote": f"{script} {cited['quote']}", "source": image, "title": braces}
    made |= {"question": f"{image} {braces}", "kind": script, "citations": [cited], "note": script}
    made["retrieved"][0] |= {"text": f"{image}{script} Nadia Okonjo", "title": script, "source": image}
    made["supporting_articles"] = [article(0) | {"source": image}]
    return [made, line(1, "fine")]


# -- what the page is told ---------------------------------------------------------------------------------------


def test_the_invented_lines_have_every_class_of_failure() -> None:
    assert {made["failure"] for made in answered_lines()} == {*FAILURES, None}


def test_a_page_loads_nothing() -> None:
    page = page_of(answered_lines())
    markup = page.split('<script type="application/json"')[0]
    assert re.findall(r"(?:src|href)\s*=\s*(\S+)", markup) == ['"data:,">']
    assert not re.search(
        r"@import|url\(|fetch\(|XMLHttpRequest|innerHTML|insertAdjacentHTML|document\.write|eval\(", page
    )
    assert "default-src 'none'" in page


def test_data_cannot_end_its_script_and_comes_back_as_it_went_in() -> None:
    page = page_of(hostile_lines(), run_of(name=HOSTILE[1]))
    assert "alert(1)</script>" not in page and "<img" not in page and "\u2028" not in page
    assert page.count("<script") == 2
    data = data_of(page)
    assert data["title"] == HOSTILE[1]
    assert data["lines"][0]["question"] == f"{HOSTILE[0]} {HOSTILE[2]}"


def test_a_name_like_a_placeholder_of_the_template_stays_a_name() -> None:
    assert (
        data_of(page_of(search_lines(2), run_of(name="<!--data--> <!--title-->")))["title"]
        == "<!--data--> <!--title-->"
    )


def test_a_chunk_is_told_once_and_marked_for_each_question() -> None:
    lines = [line(0, "fine"), line(0, "fine") | {"answers": ["nowhere said"]}]
    data = page_data(run_of(), summarise(lines, run_of()), lines)
    assert len(data["chunks"]) == 12
    assert [any(holds for _, holds in row["retrieved"]) for row in data["lines"]] == [True, False]


def test_groups_and_recall_agree_with_the_summary() -> None:
    lines = answered_lines()
    summary = summarise(lines, run_of())
    data = page_data(run_of(), summary, lines)
    by_title = {plot["title"]: plot["rows"] for plot in data["groups"]["plots"]}
    assert list(by_title) == ["By the age of the news", "By outlet", "By kind of question"]
    for rows in by_title.values():
        assert sum(row["n"] for row in rows) == summary["metrics"]["contains_answer"]["n"]
    for row in by_title["By kind of question"]:
        figure = summary["kinds"][row["label"]]["metrics"]["contains_answer"]
        assert {k: row[k] for k in figure} == figure
    assert data["recall"][0]["points"][3]["value"] == summary["metrics"]["answer_recall@10"]["value"]
    assert {c["name"]: c["n"] for c in data["classes"] if c["name"] in FAILURES} == summary["failures"]


def test_only_eight_outlets_have_a_row_of_their_own() -> None:
    rows = [line(i, "fine") for i in range(24)]
    for n, made in enumerate(rows):
        made["supporting_articles"][0] = made["supporting_articles"][0] | {
            "source": f"Paper {min(n, 9)}" if n < 23 else None
        }
    plots = page_data(run_of(), summarise(rows, run_of()), rows)["groups"]["plots"]
    labels = [row["label"] for row in next(p for p in plots if p["title"] == "By outlet")["rows"]]
    assert (labels[0] == "Paper 9" and labels[-2:] == ["other", "unknown"]) or labels[-2:] == ["unknown", "other"]
    assert len(labels) == 10


@pytest.mark.parametrize(
    ("asked", "published", "bucket"),
    [
        ("2024-05-17", ["2024-05-17T20:00:00"], "same day"),
        ("2024-05-20", ["2024-05-01", "2024-05-17"], "1 to 3 days"),
        ("2024-05-21", ["2024-05-17"], "4 to 7 days"), ("2024-06-16", ["2024-05-17"], "8 to 30 days"),
        ("2024-06-17", ["2024-05-17"], "31 days or more"), ("2024-05-16", ["2024-05-17"], "article is later"),
        (None, ["2024-05-17"], "unknown"), ("2024-05-17", [None], "unknown"), ("2024-05-17", [], "unknown"),
    ],
)  # fmt: skip
def test_age_is_that_of_the_newest_supporting_article(
    asked: str | None, published: list[str | None], bucket: str
) -> None:
    assert age({"date": asked, "supporting_articles": [{"published": day} for day in published]}) == bucket


def test_a_funnel_counts_what_is_left_after_each_stage() -> None:
    told = funnel(
        [
            line(i, o)
            for i, o in enumerate(
                ("fine", "not retrieved", "refused wrongly", "retrieved but not read", "wrong citation")
            )
        ]
    )
    assert told is not None
    assert [(step["stage"], step["n"]) for step in told["steps"]] == [
        (None, 5), ("search", 4), ("evidence", 4), ("refusal", 3), ("reading", 2), ("citation", 1),
    ]  # fmt: skip
    assert told["beside"] == 0


def test_a_right_answer_that_was_in_no_chunk_stands_beside_the_funnel() -> None:
    told = funnel([line(0, "not retrieved") | {"answer": f"{FACTS[0].answer} [1]."}])
    assert told is not None and told["beside"] == 1


def test_what_cannot_be_told_is_not_called_fine() -> None:
    assert verdict(line(0, "fine") | {"answerable": None}) == "cannot be told"
    assert verdict(line(0, "refused rightly", answered=False)) == "cannot be told"
    assert verdict(line(0, "refused rightly")) == "fine"
    assert verdict(line(0, "fine", answered=False)) == "fine"


@pytest.mark.parametrize("name", [*METRICS, "total_ms_p50", "first_token_ms_p95", "index_mb", "peak_memory_mb"])
def test_every_metric_has_a_meaning_in_words(name: str) -> None:
    assert len(meaning(name).split()) > 4


def test_a_run_without_lines_is_a_page() -> None:
    assert data_of(page_of([]))["lines"] == []


# -- what a reader sees ------------------------------------------------------------------------------------------

Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Writes a report and opens it as a file; nothing may be asked for, go wrong or pop up on any page."""
    wrong: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        wrong.append(dialog.message)
        dialog.dismiss()

    with ExitStack() as stack:

        def open_page(lines: Lines, run: Mapping[str, Any] | None = None, hash_: str = "") -> Page:
            run = run or run_of()
            path = write_report(tmp_path, run, summarise(lines, run), lines)
            context = browser.new_context(viewport={"width": 1366, "height": 900})
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("request", lambda r: None if urlsplit(r.url).scheme in ("file", "data") else wrong.append(r.url))
            page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("dialog", dismiss)
            page.goto(path.as_uri() + hash_)
            return page

        yield open_page
        assert wrong == []


@browser_test
def test_tiles_show_the_figures_of_the_summary(visit: Open) -> None:
    lines = answered_lines()
    found = summarise(lines, run_of())["metrics"]
    page = visit(lines)
    for name in ("contains_answer", "refused_answerable", "citation_precision", "answer_recall@10"):
        tile = page.locator(f'.tile[data-metric="{name}"]')
        expect(tile.locator(".big")).to_have_text(f"{found[name]['value']:.1%}")
        expect(tile).to_contain_text(f"{100 * found[name]['low']:.1f}–{found[name]['high']:.1%}")
        expect(tile).to_contain_text(f"{found[name]['n']} ")
    expect(page.locator('[data-metric="refused_answerable"].tile')).to_contain_text("lower is better")
    expect(page.locator('[data-metric="refused_unanswerable"].tile')).to_contain_text("higher is better")
    expect(page.locator('.tile[data-metric="total_ms_p50"] .big')).to_have_text(
        f"{found['total_ms_p50']['value'] / 1000:.2f} s"
    )
    expect(page.locator("#metrics tr[data-metric]")).to_have_count(len(found))


@browser_test
def test_a_class_of_failure_filters_the_questions_and_can_be_linked_to(visit: Open) -> None:
    lines = answered_lines()
    page = visit(lines)
    page.locator("#classes a", has_text="refused wrongly").click()
    n = sum(made["failure"] == "refused wrongly" for made in lines)
    expect(page.locator("#rows .row")).to_have_count(n)
    expect(page.locator("#rows .row .label").first).to_have_text("refused wrongly")
    assert page.url.endswith("#failure=refused+wrongly")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#count")).to_have_text(f"{len(lines)} lines")
    again = visit(lines, hash_="#failure=not+retrieved&sort=-time")
    expect(again.locator("#rows .row")).to_have_count(sum(made["failure"] == "not retrieved" for made in lines))
    times = [float(text) for text in again.locator("#rows .row td:last-child").all_inner_texts()]
    assert times == sorted(times, reverse=True)


@browser_test
def test_words_of_question_answer_or_outlet_filter_the_questions(visit: Open) -> None:
    page = visit(answered_lines())
    page.locator("#text").fill("touchline villareal")
    expect(page.locator("#count")).to_have_text(re.compile("^4 of 42"))
    expect(page).to_have_url(re.compile("#text=touchline"))
    page.locator("#text").fill("nothing like it")
    expect(page.locator("#none")).to_be_visible()


@browser_test
def test_a_question_opens_by_keyboard_to_its_quote_with_the_answer_marked(visit: Open) -> None:
    page = visit(answered_lines())
    first = page.locator("#rows .row button").first
    first.focus()
    page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-expanded", "true")
    opened = page.locator("#rows .details")
    expect(opened.locator("blockquote")).to_have_text(FACTS[0].sentence)
    expect(opened.locator("blockquote mark")).to_have_text(FACTS[0].answer)
    expect(opened).to_contain_text("offsets exact")
    expect(opened).to_contain_text("answer first in chunk 1 of 12")
    assert opened.locator("li.holds mark").count() >= 2
    page.keyboard.press("Enter")
    expect(opened).to_have_count(0)


@browser_test
def test_marks_stand_where_holds_finds_the_answer(visit: Open) -> None:
    made = line(0, "fine") | {"answers": ["U.S. House of Representatives", "$2.3 billion"]}
    texts = ["It went to the US House, of the Representatives.", "For 2.3 BILLION dollars.", "12.3 billion"]
    made["retrieved"] = [hit(0, i + 1) | {"chunk_id": str(i), "text": text} for i, text in enumerate(texts)]
    page = visit([made])
    page.locator("#rows .row button").click()
    marks = page.locator("#rows .details .clamped")
    expect(marks.locator("mark")).to_have_text(["US House, of the Representatives", "2.3 BILLION"])
    expect(marks.locator("li.holds")).to_have_count(2)


@browser_test
def test_hostile_text_is_seen_and_does_nothing(visit: Open) -> None:
    page = visit(hostile_lines(), run_of(name=HOSTILE[1], command=HOSTILE[0], notes=[HOSTILE[2]]))
    expect(page.locator("h1")).to_have_text(HOSTILE[1])
    expect(page.locator("#rows .row button").first).to_contain_text(HOSTILE[0])
    page.locator("#rows .row button").first.click()
    opened = page.locator("#rows .details")
    expect(opened.locator("blockquote")).to_contain_text(HOSTILE[1])
    expect(opened.locator(".note")).to_have_text(HOSTILE[1])
    expect(opened.locator("h5").first).to_contain_text("{{7*7}}")
    assert page.locator("img").count() == 0 and page.locator("script").count() == 2


@browser_test
def test_many_lines_come_by_the_hundred(visit: Open) -> None:
    page = visit(search_lines(230))
    expect(page.locator("#rows .row")).to_have_count(100)
    page.get_by_role("button", name="Show more (130 left)").click()
    page.get_by_role("button", name="Show more (30 left)").click()
    expect(page.locator("#rows .row")).to_have_count(230)
    expect(page.locator("#more")).to_be_hidden()


@browser_test
def test_a_run_of_the_search_alone_shows_no_answers(visit: Open) -> None:
    page = visit(search_lines())
    assert page.locator(".tile").evaluate_all("tiles => tiles.map(tile => tile.dataset.metric)") == [
        "answer_recall@1", "answer_recall@10", "article_recall@10", "mrr@10", "retrieve_ms_p50",
    ]  # fmt: skip
    expect(page.locator("#funnel")).to_have_count(0)
    expect(page.locator("#classes li")).to_have_count(2)
    expect(page.get_by_role("columnheader", name="Answer", exact=True)).to_have_count(0)
    page.locator("#rows .row button").nth(1).click()
    expect(page.locator("#rows .details")).to_contain_text("answer first in chunk 3 of 12")
    assert "NaN" not in page.locator("body").inner_html()


@browser_test
def test_a_run_without_lines_opens(visit: Open) -> None:
    expect(visit([]).locator("#none")).to_be_visible()
