"""The sets of ``rag eval replay``: stories whose values change, are corrected, contested, withdrawn, or stay."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime

import pytest

from evals.adapters.replay import load_replay
from evals.records import FedArticle, ReplaySet, StandingQuestion, holds
from tests.support.paths import ROOT

WORKED, APART = (load_replay(ROOT / "evals" / "sets" / "replay", apart=apart) for apart in (False, True))
SECOND = load_replay(ROOT / "evals" / "sets" / "replay-2")
BOTH = (WORKED, APART)
EVERY = (*BOTH, SECOND)
ALL = [(found, question) for found in EVERY for question in found.questions]


def stories(found: ReplaySet) -> set[str]:
    return {q.story for q in found.questions}


def fed_on(found: ReplaySet, article_id: str, day: date) -> FedArticle:
    """The version of an article that counts on a day."""
    versions = [a for a in found.articles if a.id == article_id and a.day <= day]
    assert versions, f"{article_id} was not fed by {day}"
    return versions[-1]


def test_there_are_stories_of_every_kind_and_a_third_is_kept_apart() -> None:
    assert len(WORKED.questions) >= 25 and len(stories(WORKED)) >= 15
    assert not stories(WORKED) & stories(APART)
    assert 0.3 <= len(stories(APART)) / len(stories(WORKED) | stories(APART)) <= 0.4
    for found in BOTH:
        kinds = Counter(c.kind for q in found.questions for c in q.changes or ())
        assert all(kinds[kind] >= 2 for kind in ("changed", "corrected", "contested", "withdrawn")), kinds
        assert 0.35 <= sum(not q.changes for q in found.questions) / len(found.questions) <= 0.5
        roles = Counter(a.role for a in found.articles)
        assert roles["repeat"] + roles["background"] + roles["other"] >= 0.4 * len(found.articles)


def test_the_second_set_has_changes_of_every_kind_and_much_that_is_none() -> None:
    assert len(SECOND.questions) >= 35 and len(stories(SECOND)) >= 14
    assert not stories(SECOND) & (stories(WORKED) | stories(APART))
    kinds = Counter(c.kind for q in SECOND.questions for c in q.changes or ())
    assert all(kinds[kind] >= 2 for kind in ("changed", "corrected", "contested", "withdrawn")), kinds
    assert 0.35 <= sum(not q.changes for q in SECOND.questions) / len(SECOND.questions) <= 0.5
    roles = Counter(a.role for a in SECOND.articles)
    assert roles["repeat"] + roles["background"] + roles["other"] >= 0.3 * len(SECOND.articles), roles


def test_every_story_has_articles_and_every_article_a_question() -> None:
    for found in EVERY:
        articles = Counter(a.story for a in found.articles)
        assert set(articles) == stories(found) and min(articles.values()) >= 5, articles
    lengths = {a.id: len(re.findall(r"[.?!][\"”]?(?:\s|$)", a.text)) for found in EVERY for a in found.articles}
    assert not {name: n for name, n in lengths.items() if n < 2}


def test_ids_are_unique() -> None:
    ids = Counter(q.id for _, q in ALL)
    texts = Counter(q.question for _, q in ALL)
    versions = Counter((a.id, a.day) for found in EVERY for a in found.articles)
    urls = {(a.record["url"], a.id) for found in EVERY for a in found.articles if "url" in a.record}
    assert not [name for count in (ids, texts, versions) for name, n in count.items() if n > 1]
    assert len({url for url, _ in urls}) == len(urls)


def test_an_article_is_fed_when_it_is_out_and_a_version_after_the_one_before() -> None:
    for found in EVERY:
        before: dict[str, FedArticle] = {}
        for a in found.articles:
            stated = a.record.get("updated") or a.record.get("versioncreated") or a.record["published"]
            assert stated[:10] == str(a.day), a.id
            if earlier := before.get(a.id):
                assert earlier.record["source"] == a.record["source"] and earlier.text != a.text
                assert a.role in ("correction", "reworded", "retraction"), a.id
                assert earlier.record.get("published") == a.record.get("published")
            before[a.id] = a


@pytest.mark.parametrize(("found", "question"), ALL, ids=[q.id for _, q in ALL])
def test_each_value_stands_in_the_article_that_brings_it(found: ReplaySet, question: StandingQuestion) -> None:
    if question.values:
        article = fed_on(found, question.article, question.asked)
        assert question.quote in article.text and holds(question.values, question.quote)
    days = [question.asked]
    earlier = [question.values]
    for due in question.changes or ():
        article = fed_on(found, due.article, due.day)
        assert article.day == due.day > days[-1], f"{due.article} is not fed on {due.day}"
        assert due.values or due.kind == "withdrawn"
        if due.values:
            assert due.quote in article.text and holds(due.values, due.quote)
        versions = [a for a in found.articles if a.id == due.article]
        assert (due.kind in ("corrected", "withdrawn")) >= (len(versions) > 1 and article is not versions[0]), due
        if due.values not in earlier and not due.known:
            told = [a.id for a in found.articles if a.story == question.story and a.day < due.day
                    and a.role != "other" and holds(due.values, a.text)]  # fmt: skip
            assert not told, f"{due.values} stands in {told} before {due.day}"
        days.append(due.day)
        earlier.append(due.values)
    for day, values in question.allowed:
        assert values and day in found.days()
        change = question.due(day)
        assert change is None or not {*values} & {*change.values}, "what is due is no more than allowed"


def test_an_article_in_other_words_says_the_same() -> None:
    for found, question in ALL:
        for day in question.reworded:
            [article] = [a for a in found.articles if a.role == "reworded" and a.day == day
                         and a.story == question.story]  # fmt: skip
            assert holds(question.accepted(day)[-1], article.text) and question.due(day) is None


_DAYS = r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? "
_MONTHS = r"(January|February|March|April|May|June|July|August|September|October|November|December)"


def test_days_of_the_week_are_those_of_the_calendar() -> None:
    checked = 0
    for found in EVERY:
        for a in found.articles:
            for weekday, first, second in re.findall(rf"{_DAYS}(?:{_MONTHS} )?(\d\d?)\b", a.text):
                month = first or next(iter(re.findall(rf"{weekday}day,? {second} {_MONTHS}", a.text)), "")
                if month:
                    day = datetime.strptime(f"2025 {month} {second}", "%Y %B %d")
                    assert f"{day:%A}" == f"{weekday}day", f"{a.id}: {weekday}day {second} {month}"
                    checked += 1
    assert checked >= 2
