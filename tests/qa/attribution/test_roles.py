"""Who did it: what a quote in the passive carries, and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.qa.attribution.roles import undone

SAID = "The Harbour Board said on Monday that its chairman, Odo Fenn, had been killed, after Marsh Town told of it."


@pytest.mark.parametrize(
    ("question", "claim", "quote", "expected"),
    [
        ("Who killed Odo Fenn?", "The Harbour Board killed Odo Fenn.", SAID, True),
        ("Who killed Odo Fenn?", "The Harbour Board", SAID, True),
        ("Who killed Odo Fenn?", "Odo Fenn had been killed.", SAID, False),  # says who suffered it
        ("Who killed Odo Fenn?", "Marsh Town killed Odo Fenn.", SAID, True),
        ("Who killed Odo Fenn?", "Marsh Town", "Odo Fenn was killed in a raid by Marsh Town on Monday.", False),
        ("Who killed Odo Fenn?", "Marsh Town killed him.", "Marsh Town, in a raid on Monday, killed Odo Fenn.", False),
        ("Who killed Odo Fenn?", "The Board", "The Board said that Marsh Town killed Odo Fenn.", True),
        ("Who won the cup?", "Ada Venn won the cup.", "The cup was won by Ada Venn.", False),
        ("Who won the cup?", "Ada Venn", "Ada Venn won the cup on Sunday.", False),
        ("Who won the cup?", "Ada Venn", "The cup went to Ada Venn.", False),  # another verb: no telling
        ("Who is the mayor?", "Ada Venn", "Mayor Ada Venn said that the bridge was closed.", False),
        ("What closed the bridge?", "Ice closed the bridge.", "The bridge was closed because of ice.", False),
        ("What closed the bridge?", "Ice", "Ice lay everywhere when the bridge was closed.", True),
        ("When was the bridge closed?", "The bridge was closed on 3 May.", "The bridge was closed on 3 May.", False),
        ("How many boats sank?", "Nine boats.", "Nine boats were lost.", False),
        ("Which town sold its ferry?", "Corwen sold its ferry.", "The ferry of Corwen was sold.", True),
        ("Which country ordered it closed?", "Spain", "The Spanish government ordered it closed.", False),
        ("Who succeeded Odo Fenn?", "Odo Fenn succeeded Ada Venn in 1992.", "Ada Venn took over in 1992.", True),
        ("Who succeeded Odo Fenn?", "Ada Venn succeeded Odo Fenn in 1992.", "Ada Venn took over in 1992.", False),
        ("What did Corwen sell?", "Corwen sold its ferry.", "The ferry was sold.", False),  # nobody asks who
    ],
)
def test_who_did_it(question: str, claim: str, quote: str, expected: bool) -> None:
    assert undone(question, claim, quote) is expected


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=60))
def test_nothing_is_an_error(question: str, claim: str, quote: str) -> None:
    undone(question, claim, quote)
