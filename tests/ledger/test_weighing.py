"""Values weighed for followed questions: which a sentence may give, what is seen of them, and what comes of it."""

from __future__ import annotations

import struct
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from rag.ledger.faring.touched import near_matters
from rag.ledger.following_matter import Old
from rag.ledger.following_values import says_the_same, standing_value
from rag.ledger.weighing.candidates import value_candidates
from rag.ledger.weighing.decision import (
    RULES_FROM,
    WeighedValue,
    following_weights,
    is_doubtful,
    viewed,
    weighed_changes,
    weighed_values,
)
from rag.ledger.weighing.views import Before, change_views, names_what_is_asked, value_views
from rag.qa.retrieval.reranking import ReadSentence
from rag.types import Answer, Article, Citation, Evidence

OPEN = "Is the pier at Varn open or closed?"
DEAD = "How many people died on the ferry Ilmar?"


def read(
    quote: str, words: str = "", *, title: str = "News", body: str = "", name: str = "a", on: int = 4,
    logit: float = 2.0, score: float = 0.5,
) -> ReadSentence:  # fmt: skip
    body = body or quote
    article = Article(name, title, body, date(2026, 3, on), source="Echo")
    start = body.index(quote)
    at = start + quote.index(words)
    views = {"sentence": logit, "span": 2 * logit, "words": 0.5, "kind": 1.0, "meaning": 0.6}
    item = Evidence(article, start, start + len(quote), quote, score, (at, at + len(words)) if words else None)
    return ReadSentence(item, views, 0, logit)


@pytest.mark.parametrize(
    ("question", "quote", "marked", "found"),
    [
        (DEAD, "Of 61 on board nine died, police said.", "nine", ["nine", "61"]),
        ("When does the pier open?", "On 3 May, not on 20 April, the pier opens.", "3 May", ["3 May", "20 April"]),
        ("Who runs Varn Harbour?", "Ada Renn took over Varn Harbour from Tom Oley.", "", ["Ada Renn", "Tom Oley"]),
        ("How much does it cost?", "It costs 40 euros for 12 days.", "", ["40 euros"]),
        (OPEN, "The pier was shut again after a day.", "after a day", ["shut"]),
        (OPEN, "The pier has two lamps.", "two lamps", []),
        ("Why did it sink?", "It sank because of a leak.", "a leak", ["a leak"]),
    ],
)
def test_a_sentence_may_give_all_that_is_of_the_kind_asked_for(
    question: str, quote: str, marked: str, found: list[str]
) -> None:
    assert [c.value for c in value_candidates(question, read(quote, marked))] == found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("closed", "shut", True), ("closed", "open", False), ("open", "open to all", True), ("shut", "open again", False)],
)
def test_states_are_compared_by_what_they_mean(one: str, other: str, same: bool) -> None:
    assert says_the_same(OPEN, one, other) is same


def test_the_value_of_one_of_two_states_is_its_word() -> None:
    quote = "The pier at Varn has been shut since Monday."
    article = Article("a", "News", quote, date(2026, 3, 2))
    cited = Citation(1, article, quote, 0, len(quote))
    answer = Answer(OPEN, f"{quote} [1]", None, False, (cited,), "none")
    assert standing_value(OPEN, answer) == "shut"


def renamed(text: str) -> str:
    for old, new in (("Ilmar", "Ostan"), ("Ada Renn", "Eva Holt"), ("Varn", "Dask"), ("Echo", "Echo")):
        text = text.replace(old, new)
    return text


def test_what_is_seen_has_no_word_of_the_story() -> None:
    old = "Six people died on the ferry Ilmar off Varn."
    new = "So it is nine now, and not six, who died on the Ilmar, Ada Renn said."
    found = []
    for tell in (str, renamed):
        question, before = tell(DEAD), read(tell(old), "Six", on=2)
        [c, *_] = value_candidates(
            question, now := read(tell(new), "nine", title=tell("Ferry Ilmar: toll rises"), name="b")
        )
        stood = Before(Old(question, "Six", tell(old), before.item), before, date(2026, 3, 2))
        found.append(value_views(question, c, [now]) | change_views(question, c, stood))
    assert found[0] == found[1]
    assert all(isinstance(number, float) for number in found[0].values())
    assert (found[0]["contrasted"], found[0]["nothing"], found[0]["same_unit"]) == (1.0, 0.0, 1.0)


def test_every_weight_has_its_view() -> None:
    value, change = following_weights()
    seen_values: set[str] = set()
    seen_changes: set[str] = set()
    for question, old, words, new, other in (
        (DEAD, "Six people died on the Ilmar.", "Six", "Nine people died on the Ilmar.", "Nine"),
        ("When does the pier open?", "It opens on 3 May.", "3 May", "It opens on 9 May.", "9 May"),
        ("Who runs Varn Harbour?", "Tom Oley runs it.", "Tom Oley", "Ada Renn runs it.", "Ada Renn"),
    ):
        before, now = read(old, words, on=2), read(new, other, name="b")
        [(c, views), *_] = viewed(question, [now])
        seen_values |= set(views)
        stood = Before(Old(question, words, old, before.item), before, date(2026, 3, 2))
        seen_changes |= set(views) | set(change_views(question, c, stood)) | {"value"}
    assert set(value) - {""} <= seen_values
    assert set(change) - {""} <= seen_changes


def test_a_new_count_is_likelier_than_a_number_of_something_else() -> None:
    before = read("Six people died on the ferry Ilmar.", "Six", on=2)
    stood = Before(Old(DEAD, "Six", before.item.quote, before.item), before, date(2026, 3, 2))
    new = "Nine people have now died on the ferry Ilmar, and not six."
    other = "The ferry was built 31 years ago in Varn."
    body = f"{new} {other}"
    sentences = [
        read(new, "Nine", body=body, title="Ferry Ilmar: nine dead", name="b", logit=4.0, score=0.8),
        read(other, "31", body=body, title="Ferry Ilmar: nine dead", name="b", logit=-4.0, score=0.02),
    ]
    changes = weighed_changes(DEAD, sentences, stood)
    assert changes[0].value == "Nine"
    assert changes[0].odds > changes[-1].odds + 2
    assert weighed_values(DEAD, sentences)[0].value == "Nine"
    assert weighed_changes(DEAD, [before], stood) == []  # the same value is no change


def test_a_rule_is_doubted_only_where_its_value_was_weighed() -> None:
    item = read("Nine people died.", "Nine").item
    low, high = RULES_FROM - 0.1, RULES_FROM + 0.1
    assert is_doubtful([WeighedValue(item, "Nine", low)], DEAD, item, "9")
    assert not is_doubtful([WeighedValue(item, "Nine", high)], DEAD, item, "9")
    assert not is_doubtful([WeighedValue(item, "Ten", low)], DEAD, item, "9")
    assert not is_doubtful([], DEAD, item, "9")


def packed(*numbers: float) -> bytes:
    return struct.pack(f"<{len(numbers)}f", *numbers)


@pytest.mark.parametrize(
    ("passage", "text", "touched"),
    [
        ((0.0, 0.6, 0.8), "So it is nine now.", True),  # near the article that the value stands on
        ((0.3, 0.0, 0.95), "The owners of the Ilmar said nine.", True),  # it names what is asked about
        ((0.0, 0.0, 1.0), "The owners of the Ilmar said nine.", False),  # of something else
        ((0.3, 0.0, 0.95), "The owners said nine.", False),
    ],
)
def test_what_is_near_the_article_of_a_value_or_has_its_names_touches_it(
    passage: tuple[float, ...], text: str, touched: bool
) -> None:
    vectors = {"old": packed(0.0, 1.0, 0.0), "new": packed(*passage)}
    shelf: Any = SimpleNamespace(vectors_of=lambda ids: [(i, vectors[i]) for i in ids])
    new = Article("new", "News", text, date(2026, 3, 4))
    near = near_matters([(7, DEAD, packed(1.0, 0.0, 0.0), "old")], [new], shelf)
    assert near.get(7, set()) == ({"new"} if touched else set())


@pytest.mark.parametrize(
    ("title", "quote", "named"),
    [
        ("Rates", "The Bank of Varn cut its rate to 3 percent.", True),
        ("Bank of Varn cuts", "It is 3 percent now.", True),
        ("Rates", "The Bank of Dask cut its rate to 3 percent.", False),
        ("Rates", "It is 3 percent now.", False),
    ],
)
def test_a_neighbour_of_what_is_named_is_not_weighed(title: str, quote: str, named: bool) -> None:
    question = "What is the rate of the Bank of Varn?"
    sentence = read(quote, "3 percent", title=title)
    assert names_what_is_asked(question, sentence.item) is named
    assert bool(weighed_values(question, [sentence])) is named
