"""Who said it, and which outlet had it first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.support import Claim
from rag.qa.stories.speakers import voice
from rag.qa.stories.who_said import named_before, who_said
from rag.text.sentences import sentence_spans
from rag.types import Article, Evidence

BODY = (
    "The dam at Marl was closed on Friday. Ida Berg, who runs the boathouse, spoke for the anglers. "
    '"We took a poll," she said. "It was 81 percent against." '
    "Engineers from Corbo say that the wall has two cracks. Tom Lind closed the gate within a minute. "
    'Rain "made it worse but did not open the cracks," they say. '
    "County director Ann Marsh said the dam could open again in May."
)


def sentences(
    body: str = BODY, on: date = date(2024, 5, 3), source: str = "The Echo", title: str = "Dam at Marl closed"
) -> list[Evidence]:
    article = Article(f"{source}{on}", title, body, published=on, source=source)
    return [Evidence(article, a, b, body[a:b], 0.5 - n / 50) for n, (a, b) in enumerate(sentence_spans(body))]


@pytest.mark.parametrize(
    ("question", "speaker", "said"),
    [
        ("Who claims that 81 percent were against it?", "Ida Berg", "81 percent against"),
        ("Who says that the rain did not open the cracks?", "Engineers from Corbo", "made it worse"),
        ("Who said that the dam could open in May?", "Ann Marsh", "open again in May"),
        ("Somebody said 81 percent of the anglers were against, who was that", "Ida Berg", "81 percent against"),
    ],
)
def test_what_was_said_is_told_with_its_speaker(question: str, speaker: str, said: str) -> None:
    verdict = who_said(question, sentences())
    assert verdict is not None and verdict.short == speaker
    text = " ".join(claim.text for claim in verdict.claims)
    assert said in text and speaker.rsplit(maxsplit=1)[-1] in text
    for claim in verdict.claims:
        assert all(e.quote == e.article.body[e.start : e.end] for e in claim.quotes)


@pytest.mark.parametrize(
    "question", ["Who said that the ferry sank at noon?", "Who said so?", "Who said that the dam was closed on Friday?"]
)
def test_where_nobody_says_it_there_is_no_word(question: str) -> None:
    assert who_said(question, sentences()) is None


def test_the_sentence_that_bears_most_may_say_it_in_other_words() -> None:
    body = (
        "Peter Hale takes over the yard from Sonia Brand in May. Brand stays on the board. "
        'She had said in March that reports of her departure were "rubbish."'
    )
    scored = sorted(sentences(body), key=lambda e: "rubbish" not in e.quote)
    verdict = who_said("who called the talk of the yard boss leaving rubbish", scored)
    assert verdict is not None and verdict.short == "Sonia Brand"
    far = [replace(e, score=0.2) if "rubbish" in e.quote else e for e in sentences(body)]
    assert who_said("who called the talk of the yard boss leaving rubbish", far) is None


def test_whom_it_was_said_of_may_stand_in_the_headline() -> None:
    body = (
        "The board chose its deputy director on Monday. Ida Berg, who runs the boathouse, wrote that the choice was "
        "a stopgap and would not last long."
    )
    for title, speaker in (("Marl dam names Tom Lind as director", "Ida Berg"), ("A new director", None)):
        best, said = sentences(body, title=title)
        verdict = who_said("Who claims that Tom Lind will not last long?", [best, replace(said, score=0.2)])
        assert (verdict and verdict.short) == speaker


def test_he_or_she_who_did_it_is_named_before() -> None:
    body = "Ida Berg, who runs the boathouse, was there. She said that anglers deserved the prize. It rained."
    [_, told, rain] = sentences(body)
    alone = Verdict((Claim(told.quote, (told,)),), None)
    named = named_before("Which of the guests said that anglers deserved the prize?", alone)
    assert [c.quotes[0].start for c in named.claims] == [0, told.start] and named.short == "Ida Berg"
    assert named_before("What did the anglers deserve?", alone) == alone
    wet = Verdict((Claim(rain.quote, (rain,)),), None)
    assert named_before("Who got wet?", wet) == wet


def test_they_are_those_who_spoke_and_not_one_who_acted() -> None:
    [told] = [e for e in sentences() if "they say" in e.quote]
    assert voice(told.article, told.start, told.end).speaker == "Engineers from Corbo"


def test_the_first_report_is_the_earliest_of_the_matter() -> None:
    late = sentences("The dam at Marl was closed, the county said.", date(2024, 5, 4), "The Post")
    early = sentences("The dam at Marl is closed.", date(2024, 5, 3), "The Wire")
    other = sentences("A ferry ran aground.", date(2024, 5, 1), "The Ledger", "Ferry")
    for question in ("Which outlet first reported that the dam at Marl closed?", "Who was first to report on the dam?"):
        verdict = who_said(question, [*late, *early, *other])
        assert verdict is not None and verdict.short == "The Wire"
        assert verdict.claims[0].text.startswith("The Wire, 3 May 2024: “")
    assert who_said("Which outlet reported that the dam at Marl closed?", [*late, *early]) is None
