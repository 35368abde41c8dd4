"""Ratings of answers become an evaluation set that a run can ask; a chat can be taken away."""

from __future__ import annotations

import html
import json
import re
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from evals.adapters import load_set
from rag.chat.kept import feedback
from rag.chat.kept.export import as_json, as_markdown, escaped
from rag.chat.turn import Turn
from rag.errors import StoreError
from tests.chat.test_saved_chats import ANSWER, ASKED, FAILED, QUOTED, STOPPED
from tests.support.fake_news import SYRIA

REFUSED = replace(
    ASKED,
    question="Who pays?",
    rating="up",
    answer=replace(ANSWER, refused=True, citations=(), short=None, text="The articles do not say."),
)


def test_rated_answers_are_a_set_that_a_run_can_ask(tmp_path: Path) -> None:
    folder = feedback.folder_of(tmp_path / "index")
    up = replace(ASKED, question="And in Syria?", rating="up", comment="")
    feedback.keep_rating(folder, up, before=[ASKED])
    feedback.keep_rating(folder, REFUSED)
    feedback.keep_rating(folder, replace(ASKED, rating="down"))
    asked = load_set(folder)
    assert [(q.question, q.answers, q.answerable, q.supporting) for q in asked.questions] == [
        ("And in Syria?", ("September 2026",), True, (SYRIA.url,)),
        ("Who pays?", (), False, ()),
    ]
    assert asked.questions[0].history[0] == {"role": "user", "content": ASKED.question}
    assert "1 of 3 questions left out" in asked.notes[0]
    assert [q.question for q in load_set(folder, all_questions=True).questions][-1] == ASKED.question
    kept = [json.loads(line) for line in (folder / feedback.RATINGS_FILE).read_text("utf-8").splitlines()]
    assert (kept[2]["rating"], kept[2]["comment"]) == ("down", "It says 2025.")
    assert kept[2]["citations"] == [c.record() for c in ANSWER.citations]


def test_the_last_rating_of_an_answer_stands_and_foreign_lines_stay(tmp_path: Path) -> None:
    file = tmp_path / feedback.RATINGS_FILE
    file.write_text("not json\n")
    for rating in ("up", "down"):
        feedback.keep_rating(tmp_path, replace(ASKED, rating=rating))
    first, second = file.read_text("utf-8").splitlines()
    assert (first, json.loads(second)["rating"]) == ("not json", "down")


def test_no_rating_of_several_at_once_is_lost(tmp_path: Path) -> None:
    turns = [replace(ASKED, question=f"Question {n}?") for n in range(24)]
    threads = [threading.Thread(target=feedback.keep_rating, args=(tmp_path, turn)) for turn in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = (tmp_path / feedback.RATINGS_FILE).read_text("utf-8").splitlines()
    assert {json.loads(line)["question"] for line in lines} == {turn.question for turn in turns}


@pytest.mark.parametrize("turn", [STOPPED, FAILED, replace(ASKED, rating=None)])
def test_what_has_no_answer_or_no_rating_is_not_kept(tmp_path: Path, turn: Turn) -> None:
    feedback.keep_rating(tmp_path / "none", turn)
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"could not be written to .*; free space or check permissions") as error:
        feedback.keep_rating(tmp_path / "file" / "x", ASKED)
    assert "\n" not in str(error.value)


# -- a chat to take away --------------------------------------------------------------------------------------------


def test_markdown_has_question_answer_and_sources() -> None:
    told = as_markdown([replace(ASKED, begun=datetime(2024, 10, 1, 9, 30, tzinfo=UTC)), FAILED])
    page = MarkdownIt().render(told)
    assert "<h2>When does it end?</h2>" in page
    assert "In September 2026 [1]." in page
    assert "Scope: from 1 Sep 2024" in page
    assert f'<a href="{SYRIA.url}">{SYRIA.title}</a>' in page
    assert "“will continue until" in page.replace("&quot;", "“")
    assert "The index is damaged." in page


def test_markdown_begins_with_its_title_and_names_the_model() -> None:
    first, second, *_ = as_markdown([ASKED, STOPPED]).split("\n\n")
    assert first == "# Chat: When does it end?"
    assert second == "1 Oct 2024 · 2 questions · Model: scripted"


def test_markdown_of_a_refusal_has_its_quotes_once() -> None:
    assert QUOTED.answer
    told = as_markdown([replace(QUOTED, answer=replace(QUOTED.answer, note="no quote holds what the draft says"))])
    assert "draft" not in told
    assert "I could not put this in one sentence. The articles say:" in told
    assert "- ..." not in told
    assert told.count("> Two bridges are closed.") == 1


@pytest.mark.parametrize(
    "text",
    [
        "In September 2026 [1].",
        "£4.7m (or $5-$6 million), AT&T's 50% cut; U.S. – 3 p.m.",
        "1,000 people, #1 of snake_case: “yes!” | a = b + c ^ d",
        "12:30 to 14:00 on Monday - no more",
    ],
)
def test_what_means_nothing_to_markdown_has_no_backslash(text: str) -> None:
    assert escaped(text) == text


MARKS = st.text(st.sampled_from("ab1 _*[]()<>#+-.!|~&:$=\\`\"'@/;{}é\n"), max_size=14)


@given(st.one_of(st.text(max_size=60), MARKS))
def test_outside_words_are_never_markup(text: str) -> None:
    shown = " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+", " ", text).split())
    for before in ("x ", "## ", ""):  # within a line, in a heading, at the beginning of a paragraph
        tokens = MarkdownIt("commonmark").parse(f"{before}{escaped(text)}")
        wanted = shown if before != "x " else f"x {shown}".strip()
        if not wanted:
            continue
        assert [t.type for t in tokens] in (
            ["paragraph_open", "inline", "paragraph_close"],
            ["heading_open", "inline", "heading_close"],
        ), tokens
        assert (tokens[0].tag == "h2") is (before == "## ")
        assert {t.type for t in tokens[1].children or []} <= {"text", "text_special"}
        assert "".join(t.content for t in tokens[1].children or []) == wanted


@given(MARKS.filter(str.strip))
def test_a_title_is_all_of_its_link(text: str) -> None:
    article = replace(SYRIA, title=text)
    turn = replace(ASKED, answer=replace(ANSWER, citations=(replace(ANSWER.citations[0], article=article),)))
    page = MarkdownIt("commonmark").render(as_markdown([turn]))
    assert html.unescape(page).count(f'<a href="{SYRIA.url}">{" ".join(text.split())}</a>') == 1


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)> ![x](http://203.0.113.9/b.png)",
        "# Title\n\n---\n* list\n> quote\n1. one\n| a | b |",
        "`code` **bold** _it_ ~~s~~ [l](javascript:alert(5)) http://203.0.113.9/",
    ],
)
def test_a_hostile_article_is_plain_text_in_the_document(hostile: str) -> None:
    article = replace(SYRIA, title=hostile, source=hostile, url="javascript:alert(1)", body=hostile)
    [citation] = ANSWER.citations
    bad = replace(citation, article=article, quote=hostile, start=0, end=len(hostile))
    turn = replace(ASKED, question=hostile, answer=replace(ANSWER, text=hostile, citations=(bad,), note=hostile))
    page = MarkdownIt("js-default", {"html": True, "linkify": False}).render(as_markdown([turn]))
    for tag in ("<img", "<a ", "<code", "<strong", "<em>bold", "<s>", "<table", "<hr", "<ul"):
        assert tag not in page, tag
    assert page.count("<h1") == 1  # the title of the document


def test_json_has_what_the_command_line_prints() -> None:
    first, second = json.loads(as_json([ASKED, STOPPED]))
    printed = ANSWER.record()
    assert {key: first[key] for key in printed} == printed
    assert first["asked_at"] == "2024-10-01T09:30:00+00:00"
    assert (second["answer"], second["stopped"]) == (None, True)
