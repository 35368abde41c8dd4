"""How likely an answer is right: what raises it and what lowers it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.certainty import LOOKED_AT, POINTED, WRITTEN, certainty
from rag.types import Article, Evidence
from rag.verify import Claim, Verdict

BODY = "The ferry sails from 14 May."


def said(score: float = 0.5, story: str = "a") -> Evidence:
    article = Article(story, "Ferry news", BODY, date(2024, 3, 1), source="Echo")
    return Evidence(article, 0, len(BODY), BODY, score)


def sure(weights: Mapping[str, float], quote: Evidence, *others: Evidence, **known: float) -> float:
    verdict = Verdict((Claim("It sails from 14 May.", (quote,)),), "14 May")
    return certainty(verdict, [quote, *others], weights, **({"declined": -3.0, "support": 2.0} | known))


@pytest.mark.parametrize("weights", [WRITTEN, POINTED])
@given(score=st.floats(0, 1), more=st.floats(0, 1), declined=st.floats(-50, 0), support=st.floats(-20, 20))
def test_it_is_a_probability_and_grows_with_what_speaks_for_the_answer(
    weights: Mapping[str, float], score: float, more: float, declined: float, support: float
) -> None:
    known = {"declined": declined, "support": support}
    plain = sure(weights, said(score), **known)
    assert 0 <= plain <= 1
    assert sure(weights, said(min(1.0, score + more)), **known) >= plain
    assert sure(weights, said(score), said(0.1, "b"), **known) >= plain
    assert sure(weights, said(score), **known | {"declined": declined - more}) >= plain
    assert sure(weights, said(score), **known | {"support": support + more}) >= plain


@pytest.mark.parametrize("weights", [WRITTEN, POINTED])
def test_a_story_counts_once_and_only_among_the_best(weights: Mapping[str, float]) -> None:
    alone = sure(weights, said())
    assert sure(weights, said(), said(0.4), said(0.3)) == alone
    far = [said(0.4)] * LOOKED_AT
    assert sure(weights, said(), *far, said(0.1, "b")) == alone
    assert sure(weights, said(), said(0.1, "b")) > alone
