"""How turns, refusals and the controls around a chat are shown: pure functions, values in and HTML out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from rag.chat.turn import Turn
from rag.chat.views import answer as answer_view
from rag.chat.views import controls, sources
from rag.chat.views.render import render
from rag.types import Answer, Cause, Understood
from tests.chat.test_saved_chats import ASKED, QUOTED
from tests.support.fake_news import FLOOD, QUOTE, SYRIA, cite, evidence

BRIDGES = "Two bridges are closed."
REFUSED = Answer(
    question="Who pays?",
    text="The articles do not say.",
    short=None,
    refused=True,
    citations=(),
    model="scripted",
    cause="nothing",
    nearest=(FLOOD, SYRIA),
    evidence=(evidence(FLOOD, BRIDGES), evidence(SYRIA, QUOTE)),
)


def seen(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def shown(answer: Answer, *, current: bool = True, scope: str = "") -> str:
    turn = Turn(number=1, question="Who pays?", answer=answer, scope=scope, steps=(("checking", "", 0.0),))
    return answer_view.turn_html(turn, current=current)


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ("nothing", "Searched all articles. Try other words, a name or a date."),
        ("filter", "No article matches the dates or outlets in the question."),
        ("kind", "Searched all articles. Ask for one fact at a time: who, when, where, how many."),
        ("spelling", "Searched all articles."),
        (None, "Searched all articles. Try other words, a name or a date."),
    ],
)
def test_a_refusal_says_what_to_do_by_its_cause(cause: Cause | None, told: str) -> None:
    assert told in seen(shown(replace(REFUSED, cause=cause)))


@pytest.mark.parametrize("step", ["searching", "comparing"])
def test_a_screen_reader_is_told_of_every_step(step: str) -> None:
    html = answer_view.turn_html(Turn(number=1, question="Why?", steps=((step, "", 0.0),)), current=True)
    assert f'role="status">{step.capitalize()} …</p>' in html


def test_a_note_on_the_making_of_an_answer_stands_under_its_steps_alone() -> None:
    def calm(note: str) -> str:
        html = shown(replace(REFUSED, cause="uncarried", note=note))
        assert note in html
        return html[html.index('<div class="calm">') :]

    assert "draft" not in calm("no quote holds what the draft says")
    assert "The model took too long." in calm("The model took too long.")


def test_only_a_refusal_within_a_scope_offers_all_articles_and_only_while_it_is_the_last() -> None:
    within = "from 1 Sep 2024"
    assert "Search all articles" in shown(REFUSED, scope=within)
    assert seen(shown(REFUSED, scope=within)).count(within) == 1
    assert "Nothing in this scope fits the question." in shown(replace(REFUSED, cause="filter"), scope=within)
    assert "Search all articles" not in shown(REFUSED)
    assert "Search all articles" not in shown(REFUSED, scope=within, current=False)
    assert 'data-do="ask"' not in shown(replace(REFUSED, suggestion="Who won?"), current=False)


def test_the_panel_has_the_quotes_of_a_refusal_or_the_nearest_articles_once() -> None:
    quoted = sources.panel_html(QUOTED)
    assert [quoted.count(f'id="panel-{n}"') for n in (1, 2, 3)] == [1, 1, 0]
    assert "Closest articles" not in quoted
    near = Turn(number=1, question="Who pays?", answer=REFUSED)
    panel, reply = sources.panel_html(near), answer_view.turn_html(near, current=True)
    assert panel.count(f">{FLOOD.title}</button></h3>") == 1
    assert BRIDGES in panel
    assert FLOOD.title not in reply
    assert "<h3>" not in sources.panel_html(replace(near, answer=replace(REFUSED, nearest=())))


def test_copied_text_of_a_refusal_has_each_quote_once() -> None:
    assert QUOTED.answer
    told = answer_view.copy_text(replace(QUOTED.answer, text=f"The articles say:\n- 27 September 2024: “{BRIDGES}”"))
    assert told.startswith("The articles say:\n")
    assert told.count(BRIDGES) == 1
    assert "[1] Northern Post, Fri 27 Sep 2024" in told


def test_a_question_that_was_rewritten_is_a_field_only_under_the_last_answer() -> None:
    assert ASKED.answer
    answer = replace(
        ASKED.answer, understood=Understood("How many troops are in Iraq?", notes=(("it", "the mission"),))
    )
    current, past = shown(answer), shown(answer, current=False)
    assert '<input value="How many troops are in Iraq?"' in current
    assert "Understood: it: the mission" in current
    assert "<input" not in past
    assert "Asked as: How many troops are in Iraq?" in past
    assert "Asked as" not in shown(replace(answer, understood=Understood("Who pays?")))


@pytest.mark.parametrize(("start", "end"), [(5, 2), (0, 10**6), (-3, 4), (0, 0)])
def test_an_article_opens_without_a_mark_where_the_place_is_none(start: int, end: int) -> None:
    html = sources.article_html(FLOOD, start, end, 1)
    assert "<mark" not in html
    assert FLOOD.body in html
    at = cite(1, FLOOD, BRIDGES)
    assert f'<mark tabindex="-1">{BRIDGES}</mark>' in sources.article_html(FLOOD, at.start, at.end, 1)


def test_an_article_that_the_index_no_longer_has_opens_nothing() -> None:
    gone = cite(1, replace(FLOOD, id=""), BRIDGES)
    html = render("sources", "numbered", rows=sources.source_rows([gone], {}), place="panel")
    assert "data-do" not in html
    assert FLOOD.title in html


def test_chips_name_every_limit_in_the_order_of_the_form() -> None:
    limits = controls.chips("2024-09-01", "soon", "", ["Echo"], ["World"], [], SYRIA)
    assert [chip.words for chip in limits] == [
        "From 1 Sep 2024",
        "To soon",
        "Echo",
        "Section World",
        f"About: {SYRIA.title}",
    ]
    assert [chip.field for chip in limits] == ["since", "until", "outlets", "sections", "about"]
    assert "Clear all" in render("controls", "scope", limits=limits)
    assert "Clear all" not in render("controls", "scope", limits=limits[:1])
    assert render("controls", "scope", limits=controls.chips("", None, "", None, [], None, None)) == ""


@pytest.mark.parametrize(
    ("origin", "samples"),
    [
        ("/home/ada/clone/corpus/echo/a.html", 1),
        ("C:\\news\\corpus\\echo\\2024.jsonl#line 3", 1),
        ("/home/corpus/clone/corpus/echo/a.html", 1),
        ("/home/ada/corpus/mine.html", 0),
        ("/home/ada/my-corpus/echo/a.html", 0),
        ("https://echo.example/corpus/echo/", 0),
        (None, 0),
    ],
)
def test_samples_are_known_by_their_place_in_the_folder(origin: str | None, samples: int) -> None:
    files = {"echo/a.html", "echo/2024.jsonl"}
    assert controls.samples_in([replace(SYRIA, origin=origin)], "corpus", files) == samples


def test_a_start_page_without_samples_says_nothing_of_them() -> None:
    assert "sample" not in render("controls", "welcome", articles=3, library=True)
    assert 'href="library"' in render("controls", "welcome", articles=3, library=True, samples=3)
    assert "href" not in render("controls", "welcome", articles=3, samples=3)
    assert "built-in model" in controls.freshness_html([replace(SYRIA, published=date(2024, 9, 28))], 1, "embedded")
