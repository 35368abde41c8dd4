"""A chat survives a reload: what a browser kept becomes the same turns again, and nothing else does harm."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chat.kept import saved_chats
from rag.chat.turn import Turn
from rag.errors import UsageError
from rag.types import Answer, Article, Evidence, Understood
from tests.support.fake_news import FLOOD, QUOTE, SYRIA, TROOPS, FakeNews, cite, evidence

NEWS = FakeNews()
ANSWER = Answer(
    question="When does it end?",
    text="In September 2026 [1].",
    short="September 2026",
    refused=False,
    citations=(cite(1, SYRIA, QUOTE),),
    model="scripted",
    as_of=date(2024, 9, 30),
    nearest=(FLOOD,),
    evidence=(replace(evidence(SYRIA, QUOTE), score=0.0), replace(evidence(SYRIA, TROOPS), score=0.0)),
    note="a note",
    understood=Understood(
        "When does the Syria mission end?", since=date(2024, 9, 1), sources=("Echo",), notes=(("it", "the mission"),)
    ),
    timings_ms={"total": 40},
)
ASKED = Turn(
    number=1,
    question="When does it end?",
    scope="from 1 Sep 2024",
    begun=datetime(2024, 10, 1, 9, 30, tzinfo=UTC),
    steps=(("searching", "", 0.0), ("writing", "scripted", 0.4)),
    seconds=1.5,
    found=ANSWER.evidence,
    answer=ANSWER,
    rating="down",
    comment="It says 2025.",
)
QUOTED = replace(
    ASKED,
    answer=replace(
        ANSWER,
        text="I could not put this in one sentence. The articles say:\n- ...",
        short=None,
        refused=True,
        citations=(),
        cause="uncarried",
        quotes=(cite(1, FLOOD, "Two bridges are closed."), cite(2, SYRIA, QUOTE)),
        suggestion="When does the Syria mission end?",
    ),
)
STOPPED = Turn(number=2, question="And then?", draft="Half an", stopped=True, found=())
FAILED = Turn(number=3, question="Why?", error="The index is damaged.")


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("turn", [ASKED, replace(ASKED, kept="12"), QUOTED, replace(ASKED, found=()), STOPPED, FAILED])
def test_a_turn_comes_back_as_it_was(turn: Turn) -> None:
    assert saved_chats.turn_of(through_json(saved_chats.turn_record(turn)), NEWS.article) == turn


def test_a_quote_is_found_again_in_an_article_that_was_edited_before_it() -> None:
    record = through_json(saved_chats.turn_record(ASKED))
    edited = replace(SYRIA, body=f"Updated with a statement. {SYRIA.body}")
    turn = saved_chats.turn_of(record, FakeNews([edited, FLOOD]).article)
    assert turn is not None and turn.answer is not None
    [cited] = turn.answer.citations
    assert cited.article == edited and edited.body[cited.start : cited.end] == cited.quote == QUOTE
    gone = replace(SYRIA, body=SYRIA.body.replace("September 2026", "May 2027"))
    turn = saved_chats.turn_of(record, FakeNews([gone, FLOOD]).article)
    assert turn is not None and turn.answer is not None
    assert turn.answer.citations[0].article.id == ""  # the sentence stands there no more


def test_a_chat_that_was_kept_before_refusals_had_quotes_comes_back() -> None:
    record = through_json(saved_chats.turn_record(ASKED))
    for name in ("cause", "quotes", "suggestion"):
        del record["answer"][name]
    assert saved_chats.turn_of(record, NEWS.article) == ASKED


@pytest.mark.parametrize("cause", ["hunger", 3, ["talk"], {}])
def test_a_cause_that_is_none_is_dropped(cause: Any) -> None:
    record = through_json(saved_chats.turn_record(QUOTED))
    record["answer"]["cause"] = cause
    turn = saved_chats.turn_of(record, NEWS.article)
    assert turn and turn.answer
    assert turn.answer.cause is None


@pytest.mark.parametrize("body", [None, "Other words stand here now, and they are long enough to be quoted from. " * 9])
def test_a_quote_of_an_article_that_is_gone_or_changed_stands_alone(body: str | None) -> None:
    def find(article_id: str) -> Article:
        if body is None:
            raise UsageError("no such article")
        return replace(SYRIA, body=body)

    turn = saved_chats.turn_of(saved_chats.turn_record(ASKED), find)
    assert turn and turn.answer
    [citation] = turn.answer.citations
    alone = citation.article
    assert (citation.quote, alone.body, alone.body[citation.start : citation.end]) == (QUOTE, QUOTE, QUOTE)
    assert (alone.id, alone.title, alone.published, alone.source, alone.url) == (
        "",
        SYRIA.title,
        SYRIA.published,
        SYRIA.source,
        SYRIA.url,
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_whatever_a_browser_sends_is_no_error(value: Any) -> None:
    assert saved_chats.turn_of(value, NEWS.article) is None
    for chats in (value, {"version": 1, "current": "a", "chats": value}, {"version": 1, "chats": [value]}):
        assert saved_chats.current_turns(saved_chats.read_chats(chats), NEWS.article) == []


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, below in inner for place in places(below, (*path, key)))]


@given(data=st.data(), wrong=JSON)
def test_a_record_that_was_tampered_with_is_a_turn_or_nothing(data: st.DataObject, wrong: Any) -> None:
    record = through_json(saved_chats.turn_record(data.draw(st.sampled_from([ASKED, QUOTED]))))
    path = data.draw(st.sampled_from([p for p in places(record) if p]))
    inner = record
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = wrong
    turn = saved_chats.turn_of(record, NEWS.article)
    if turn and turn.answer:
        quotes: list[Evidence] = [*turn.answer.evidence, *(turn.found or ())]
        quotes += [
            Evidence(c.article, c.start, c.end, c.quote, 0) for c in (*turn.answer.citations, *turn.answer.quotes)
        ]
        assert all(e.article.body[e.start : e.end] == e.quote for e in quotes)


def chat(question: str, size: int = 1) -> Turn:
    return replace(ASKED, question=question, comment="x" * size)


def titles(chats: saved_chats.Chats) -> list[str]:
    return [c["title"] for c in chats["chats"]]


def test_chats_are_begun_gone_back_to_and_forgotten() -> None:
    chats = saved_chats.put(saved_chats.no_chats(), [])
    assert chats == saved_chats.no_chats()
    chats = saved_chats.put(chats, [chat("One?")])
    first = chats["current"]
    chats = saved_chats.put(chats, [chat("One?"), STOPPED])
    assert titles(chats) == ["One?"]
    chats = saved_chats.put(saved_chats.new(chats), [chat("Two?\nreally?")])
    assert titles(chats) == ["Two? really?", "One?"]
    chats = saved_chats.read_chats(through_json(chats))
    assert [t.question for t in saved_chats.current_turns(chats, NEWS.article)] == ["Two?\nreally?"]
    chats = saved_chats.choose_chat(chats, first)
    assert [t.question for t in saved_chats.current_turns(chats, NEWS.article)] == ["One?", "And then?"]
    assert saved_chats.choose_chat(chats, "nobody") == chats
    chats = saved_chats.put(chats, [chat("One?"), STOPPED, FAILED])
    assert titles(chats) == ["One?", "Two? really?"]
    chats = saved_chats.forget_chat(chats, first)
    assert titles(chats) == ["Two? really?"]
    assert saved_chats.current_turns(chats, NEWS.article) == []


def test_the_oldest_go_where_there_is_too_much() -> None:
    chats = saved_chats.no_chats()
    for n in range(saved_chats.CHATS + 3):
        chats = saved_chats.put(saved_chats.new(chats), [chat(f"Question {n}?")])
    assert titles(chats)[0] == f"Question {saved_chats.CHATS + 2}?"
    assert len(titles(chats)) == saved_chats.CHATS
    large = saved_chats.put(saved_chats.new(chats), [chat("Large?", saved_chats.SIZE * 2 // 3)])
    assert titles(large)[0] == "Large?"
    larger = saved_chats.put(
        saved_chats.new(large), [chat("First?", saved_chats.SIZE * 2 // 3), chat("Last?", saved_chats.SIZE * 2 // 3)]
    )
    assert titles(larger) == ["First?"]
    assert [t["question"] for t in larger["chats"][0]["turns"]] == ["Last?"]
    assert len(json.dumps(larger, ensure_ascii=False)) < saved_chats.SIZE + 1000


def test_the_oldest_chat_is_named_before_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_chats, "CHATS", 4)
    chats = saved_chats.no_chats()
    named: list[str | None] = []
    for n in range(6):
        before = titles(chats)
        chats = saved_chats.put(saved_chats.new(chats), [chat(f"Question {n}?")])
        assert [*set(before) - set(titles(chats))] == ([named[-1]] if named and named[-1] else [])
        named.append(saved_chats.next_to_go(chats))
    assert named == [None, None, None, "Question 0?", "Question 1?", "Question 2?"]


def test_room_is_counted_in_bytes() -> None:
    one = saved_chats.put(saved_chats.no_chats(), [chat("Old?")])
    for letter, full in (("x", False), ("é", True)):
        turn = replace(chat("New?"), comment=letter * ((saved_chats.SIZE - saved_chats.ROOM // 2) // 2))
        assert (saved_chats.next_to_go(saved_chats.put(saved_chats.new(one), [turn])) == "Old?") is full


@given(st.data())
def test_a_forgotten_chat_comes_back_in_its_place(data: st.DataObject) -> None:
    chats = saved_chats.no_chats()
    for n in range(5):
        chats = saved_chats.put(saved_chats.new(chats), [chat(f"Question {n}?")])
    name = data.draw(st.sampled_from([c["id"] for c in chats["chats"]]))
    left = saved_chats.forget_chat(chats, name)
    assert saved_chats.restore(left, chats, name)["chats"] == chats["chats"]
    later = saved_chats.put(saved_chats.new(left), [chat("Later?")])
    assert titles(saved_chats.restore(later, chats, name)) == ["Later?", *titles(chats)]
    assert saved_chats.restore(chats, chats, name) == chats
    assert saved_chats.restore(left, chats, "nobody") == left
