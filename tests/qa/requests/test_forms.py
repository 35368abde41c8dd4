"""The parts of which lists, comparisons and changes are made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.support import Claim
from rag.qa.forms import Reach, listed, two_side_by_side
from rag.qa.listing.items import head, items_of, question_of_list, row_of_names, several_named
from rag.qa.question.request import request
from rag.qa.question.understand import understand
from rag.qa.requests.changes import asks_for_course, rows_of_change, rows_of_summary
from rag.qa.requests.comparisons import (
    apart,
    best_on,
    outlets_compared,
    over_time,
    question_compared,
    two_compared,
)
from rag.qa.requests.matter import matter, topic
from rag.qa.requests.passages import between_outlets
from rag.qa.retrieval.reranking import Ranked
from rag.text.sentences import sentence_spans
from rag.types import Article, Evidence, TimelineRow, Understood
from tests.support.growth import grows_linearly


def sentence(quote: str, span: str = "", score: float = 0.6, title: str = "News", when: date | None = None) -> Evidence:
    article = Article(f"{title}-{quote}", title, quote, published=when or date(2024, 8, 6), source="The Ledger")
    at = quote.find(span) if span else -1
    return Evidence(article, 0, len(quote), quote, score, span=(at, at + len(span)) if at >= 0 else None)


OTHERS = "The other candidates are Ruth Hale, a retired judge, and Simon Fairley, who runs a shop."


def test_a_row_of_names_is_taken_whole_and_without_asides() -> None:
    assert row_of_names(sentence(OTHERS, "Ruth Hale")) == ["Ruth Hale", "Simon Fairley"]
    crew = sentence("Crew-10 consists of Anne McClain, Nichole Ayers and Kirill Peskov.", "Nichole Ayers")
    assert row_of_names(crew) == ["Anne McClain", "Nichole Ayers", "Kirill Peskov"]
    assert row_of_names(sentence("The mayor of Ashcombe, Delphine Marrow, resigned.", "Delphine Marrow")) == []


def test_a_row_is_taken_by_a_part_of_its_names_and_whole_names_with_a_sign() -> None:
    no = sentence("Members Teresa Quill and Don Lowe voted no. Quill wanted an exception.", "Quill")
    assert row_of_names(no) == ["Members Teresa Quill", "Don Lowe"]
    firms = sentence("Two other bidders, Thorn & Sons and Valley Turf, offered less.", "Thorn & Sons")
    assert row_of_names(firms) == ["Thorn & Sons", "Valley Turf"]
    written_in = sentence("PORT CALLAN — Drivers will pay $3.75 from October.", "PORT CALLAN", 0.9)
    assert items_of("drivers who pay", [written_in]) == []


def answered(e: Evidence) -> Verdict:
    return Verdict((Claim(f"“{e.quote}”", (e,), e.score),), "x")


def test_asked_for_several_further_sentences_name_the_others() -> None:
    first = sentence("A reward of £20,000 is offered.", "£20,000", 0.5)
    more = sentence("She will receive the reward of £50,000.", "£50,000", 0.2)
    other = sentence("The gallery stays closed until Friday.", "Friday", 0.3)
    asked = "What rewards were offered for the painting?"
    found = several_named(asked, answered(first), [first, other, more]).claims
    assert [claim.quotes[0].quote for claim in found] == [first.quote, more.quote]
    for one in ("What is the reward for the painting?", "Which reward was offered?", "Who offered it?"):
        assert several_named(one, answered(first), [first, other, more]) == answered(first)
    row = sentence(OTHERS, "Ruth Hale", 0.5)
    also = sentence("Carl Dempster, one of three candidates, voted no.", "Carl Dempster", 0.4)
    assert len(several_named("Who were the candidates?", answered(row), [row, also]).claims) == 2
    whole = sentence("The candidates are Ruth Hale, a retired judge, and Simon Fairley.", "Ruth Hale", 0.5)
    assert several_named("Who were the candidates?", answered(whole), [whole, also]) == answered(whole)


def test_sentences_with_the_word_for_the_items_come_before_all_others() -> None:
    scored = [
        sentence("The mayor of Ashcombe, Delphine Marrow, resigned.", "Delphine Marrow", 0.7),
        sentence(OTHERS, "Ruth Hale", 0.5),
        sentence("Carl Dempster, one of three candidates, voted no.", "Carl Dempster", 0.3),
    ]
    found = items_of("candidates for mayor", scored)
    assert [items for _, items in found] == [["Ruth Hale", "Simon Fairley"], ["Carl Dempster"]]


def test_an_item_is_named_once_and_of_the_year_that_is_asked_about() -> None:
    scored = [
        sentence("The peace prize went to Nihon Hidankyo.", "Nihon Hidankyo", 0.7),
        sentence("Nihon Hidankyo won the prize in 2024.", "Nihon Hidankyo", 0.6),
        sentence("Han Kang won the prize in literature.", "Han Kang", 0.5),
        sentence("Eisaku Sato was honored in 1974.", "Eisaku Sato", 0.5),
    ]
    assert [items for _, items in items_of("Nobel laureates of 2024", scored)] == [["Nihon Hidankyo"], ["Han Kang"]]


@pytest.mark.parametrize(
    ("about", "asked", "of"),
    [
        ("candidates for mayor", "Who are the candidates for mayor?", "candidates"),
        ("cheeses that were recalled", "What are the cheeses that were recalled?", "cheeses"),
        ("rewards offered for it", "What are the rewards offered for it?", "rewards"),
    ],
)
def test_what_the_reader_is_asked_for_a_list(about: str, asked: str, of: str) -> None:
    assert (question_of_list(about), head(about)) == (asked, of)


@pytest.mark.parametrize(
    ("question", "pair"),
    [
        ("Compare the toll and the ferry fare", ("toll", "ferry fare")),
        ("How does the Fed differ from the Bank of England?", ("Fed", "Bank of England")),
        ("toll vs fare", ("toll", "fare")),
        ("Compare what the outlets say about the toll and the fare", None),
        ("Compare April's plan with October's", None),
    ],
)
def test_the_two_things_that_are_compared(question: str, pair: tuple[str, str] | None) -> None:
    found = two_compared(question)
    assert found == pair


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Compare what the outlets say about how many were aboard", "how many were aboard?"),
        ("How do the papers differ on the number of injured?", "How many injured?"),
        ("Where do the reports differ on the value of the contract?", "What was the value of the contract?"),
        ("How did the papers cover the barge?", "What about the barge?"),
    ],
)
def test_what_each_outlet_is_asked(question: str, asked: str) -> None:
    assert question_compared(question, topic(question)) == asked


def test_outlets_that_surely_differ_are_named_with_their_values() -> None:
    told = {"The Echo": "15", "The Post": "15", "The Sun": "12"}
    scored = []
    for outlet, killed in told.items():
        e = sentence(f"{outlet} said the fire in Oldport killed {killed} people.", f"{killed} people", 0.6)
        scored.append(replace(e, article=replace(e.article, source=outlet, title="Fire in Oldport")))
    asked = "How many people did the fire in Oldport kill?"
    first, *sides = outlets_compared(asked, "the fire in Oldport", scored, 0.1, lambda e: e.quote)
    assert first.text == "- They differ: The Echo gives 15 people; The Sun gives 12 people."
    assert [e.article.source for e in first.quotes] == ["The Echo", "The Sun"]
    assert [claim.quotes[0].article.source for claim in sides] == ["The Echo", "The Sun"]


def test_two_times_are_compared_as_a_change() -> None:
    question = "Compare April's Kestrel announcement with October's"
    assert over_time(question, topic(question)) == "Kestrel announcement"
    assert over_time("Compare the toll and the fare", "toll and the fare") == ""


def test_a_thing_that_no_sentence_has_stands_for_nothing() -> None:
    toll = sentence("The toll is $3.75.", "3.75", 0.6)
    assert best_on("toll", [toll]) == toll
    assert best_on("ferry fare", [toll]) is None


def test_of_two_values_the_newest_stands_for_a_thing() -> None:
    old = sentence("The toll is $4.50.", "4.50", 0.6, when=date(2024, 7, 1))
    new = sentence("The toll is $3.75.", "3.75", 0.5, when=date(2024, 8, 28))
    assert best_on("toll", [old, new]) == new


def row(quote: str, when: date, *, planned: bool = False, replaced_by: int | None = None) -> TimelineRow:
    article = Article(quote, "News", quote, published=date(2024, 8, 28), source="The Ledger")
    return TimelineRow(
        article, 0, len(quote), quote, when, when, "day", planned, (), ("The Ledger",), replaced_by, False
    )


def test_a_change_shows_values_and_what_was_replaced_and_no_plan_that_has_passed() -> None:
    rows = [
        row("The toll on the bridge was first proposed at $4.50.", date(2024, 7, 23)),
        row("A barge hit the old stone pier.", date(2024, 7, 24)),
        row("Commissioners will vote on the toll next week.", date(2024, 8, 1), planned=True),
        row("The toll will begin with the reopening of the bridge.", date(2024, 8, 10), planned=True, replaced_by=4),
        row("The toll was cut to $3.75 and will begin on October 1.", date(2024, 8, 28)),
    ]
    kept = rows_of_change("toll", rows)
    assert {r.quote for r in kept} == {rows[0].quote, rows[3].quote, rows[4].quote}


def test_a_summary_tells_first_what_has_the_rare_words_of_its_topic_and_a_figure() -> None:
    rows = [
        row("The old stone bridge was painted green.", date(2024, 5, 1)),
        row("The bridge stayed shut in the rain.", date(2024, 5, 2)),
        row("The toll on the bridge is to be $3.75.", date(2024, 8, 28)),
    ]
    assert rows_of_summary("toll on the bridge", rows)[0] is rows[2]


@pytest.mark.parametrize(
    ("question", "pair", "what"),
    [
        ("hale or fairley, who got more votes?", ("hale", "fairley"), "who got more votes"),
        ("Who got more votes, Hale or Fairley?", ("Hale", "Fairley"), "Who got more votes"),
        (
            "In March the Bank of Norland and the Fed both cut. Where did each one end up?",
            ("Bank of Norland", "Fed"),
            "Where did it end up",
        ),
    ],
)
def test_two_things_of_which_one_sentence_tells_and_the_next_asks(
    question: str, pair: tuple[str, str], what: str
) -> None:
    assert (two_compared(question), apart(question)[1]) == (pair, what)


@pytest.mark.parametrize("question", ["Who voted for the toll or against it?", "Did Hale or Fairley win?"])
def test_other_choices_are_no_two_things(question: str) -> None:
    assert two_compared(question) is None


@pytest.mark.parametrize(
    ("question", "about", "asked"),
    [
        (
            "how many people were on the tug, ledger vs wire?",
            "people were on the tug",
            "How many people were on the tug?",
        ),
        ("Where do the reports differ on the toll?", "toll", "What was the toll?"),
    ],
)
def test_each_outlet_is_asked_as_the_request_asks(question: str, about: str, asked: str) -> None:
    assert question_compared(question, about) == asked


def test_a_timeline_is_asked_for_by_its_course() -> None:
    assert asks_for_course("timeline of the ferry accident") and not asks_for_course("How has the toll changed?")


@pytest.mark.parametrize(
    "words", ["A, and B ", "Ruth Hale, a judge, ", "and the ", "compare a and ", '"Ab," ', "b, and b "]
)
def test_time_is_linear(words: str) -> None:
    def work(n: int) -> None:
        text = (words * (n // len(words) + 1))[:n]
        row_of_names(sentence(text, "B"))
        topic(text)

    assert grows_linearly(work, 4_000)


KNOWN = ("Valley Courier", "Northway Wire", "The Harbor Post", "Hill Post")


@pytest.mark.parametrize(
    ("question", "sources", "about"),
    [
        ("Valley Courier and Northway Wire on the cost of the plant", KNOWN[:2], "cost of the plant"),
        ("How many injured does the Courier give, and how many the wire?", KNOWN[:2], "injured"),
        ("Did the Courier and the Wire report the same number of jobs?", KNOWN[:2], "number of jobs"),
        ("What was the deal worth according to the Wire, and what according to the Courier?", None, "deal worth"),
        ("Northway Wire vs Valley Courier on the toll", None, "toll"),
        ("The Courier's count of passengers against the Wire's", KNOWN[:2], "passengers"),
        ("What do the Courier and the Wire say about the toll?", KNOWN[:2], "toll"),
        ("How does the account of the Wire differ from that of the Courier about the ferry?", None, "ferry"),
        # One outlet, an outlet that 'the Post' does not tell from another, and no word of telling.
        ("What does the Courier say about the toll?", (), None),
        ("Did the Courier and the Post give the same number?", (), None),
        ("Who owns the Valley Courier and the Northway Wire?", (), None),
    ],
)
def test_what_two_outlets_say_is_compared(question: str, sources: tuple[str, ...] | None, about: str | None) -> None:
    read, wish = between_outlets(Understood(question), request(question), KNOWN)
    if about is None:
        assert not read.sources and read == Understood(question)
        return
    assert set(read.sources) == set(KNOWN[:2]) if sources is None else read.sources == sources
    assert (wish.kind, matter("comparison", read)) == ("comparison", about)


def test_what_is_compared_may_be_said_apart() -> None:
    assert apart("Marsh versus Lind: what were their times?") == ("Marsh versus Lind", "what were their times")
    assert two_compared("Marsh versus Lind: what were their times?") == ("Marsh", "Lind")
    assert apart("Compare the toll and the fare") == ("Compare the toll and the fare", "")
    assert apart("What's the difference in cost between the dam and the canal?")[1] == "what was the cost"
    assert two_compared("What's the difference in cost between the dam and the canal?") == ("dam", "canal")
    assert two_compared("What sets the dam apart from the canal?") == ("dam", "canal")
    pair = two_compared("How did the bank's decision in May compare with the one in June?")
    assert pair == ("bank's decision in May", "bank's decision in June")
    assert question_compared("", "stolen painting worth") == "What was the value of the stolen painting?"


def test_what_is_asked_of_a_thing_may_be_said_of_him_after_the_sentence_with_his_name() -> None:
    body = "Bo Lind, who came 43 seconds later, is the new champion. His time of 2:14:52 is the best."
    article = Article("m", "Lind gets the title", body, published=date(2024, 9, 27))
    at = body.index("His")
    his = Evidence(article, at, len(body), body[at:], 0.5)
    later = Evidence(article, 0, at - 1, body[: at - 1], 0.4)

    def rank(_: str) -> Ranked:
        return Ranked((), (his, later), True)

    claims, _ = two_side_by_side(("Lind", "Marsh"), Reach(rank, None, None), "what were their times")  # type: ignore[arg-type]
    assert [claim.quotes[0] for claim in claims] == [his]


@pytest.mark.parametrize(
    ("request_", "about"),
    [
        (
            "My aunt asked me about the heist at the Corwen mint. Tell me that story briefly.",
            "heist at the Corwen mint",
        ),
        ("I need the names of the towns that flooded, my sister lives in one", "towns that flooded"),
        ("tram fares in Elham, from the first plan up to now, step by step", "tram fares in Elham"),
        ("The Marl ferry sank. What is the latest?", "Marl ferry sank"),
        (
            "U.S. officials who spoke of the Marl ferry, list them",
            "U.S. officials who spoke of the Marl ferry, list them",
        ),
        ("What was in the papers on 18 December 2024, everything please", ""),
        ("Front page for Nov 21 2024", ""),
        ("3 May 2024 - what was in the news that day", ""),
    ],
)
def test_a_request_is_about_what_it_names(request_: str, about: str) -> None:
    read = understand(request_, asked=date(2025, 6, 1))
    assert matter("summary", read) == about


def test_a_list_is_read_for_as_the_request_asks_too() -> None:
    body = "Two boats, from Kelda and Corbo, came. Crew-10 consists of Ada Long, Ben Marsh and Cy Lind. Ada Long waved."
    article = Article("a", "Crew-10", body)
    boats, crew, wave = (Evidence(article, a, b, body[a:b], 0.3) for a, b in sentence_spans(body))
    boats = replace(boats, span=(4, 9))  # 'boats', and not the two ports
    crew = replace(crew, span=(at := body.index("Ada Long"), at + 8))

    def rank(text: str) -> Ranked:
        found = (crew, wave) if text.startswith("who") else (boats, replace(crew, score=0.05))
        return Ranked((), found, False)

    reach = Reach(rank, None, None)  # type: ignore[arg-type]
    [claim] = listed("three going up on crew 10", reach, "who are the three going up on crew 10?")
    assert claim.quotes == (crew,) and claim.text.startswith("- Ada Long, Ben Marsh and Cy Lind: ")
    assert "Crew-10" not in " ".join(c.text for c in listed("three going up on crew 10", reach))
