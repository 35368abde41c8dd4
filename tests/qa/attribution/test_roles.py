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
        # Asked whom they succeeded, it says who succeeded them.
        ("Whom did Fenn succeed as chairman?", "Fenn was succeeded by Ada Venn.", "Ada Venn took over.", True),
        ("Whom did Fenn succeed as chairman?", "Fenn succeeded Ida Roe.", "Ida Roe left, and Fenn took over.", False),
        ("Who did Fenn beat in May?", "Fenn was beaten by Ada Venn.", "Fenn, beaten by Ada Venn in May, left.", True),
        # Asked who came before, it says who came after.
        ("Who led the Board before Fenn?", "The Board chose Ada Venn after Odo Fenn died.", "It chose Ada Venn.", True),
        ("Who led the Board before Fenn?", "Ida Roe led it before Odo Fenn.", "Ida Roe had led it.", False),
        ("Who led the Board after Fenn?", "Ida Roe led it before Odo Fenn.", "Ida Roe had led it.", True),
        (
            "Who led the Board before Fenn?",
            "Ada Venn led the Board before Fenn.",
            "Ada Venn, Fenn's cousin, spoke.",
            True,
        ),
        ("Who led the Board before Fenn?", "Ada Venn", "Fenn took over from Ada Venn.", False),
        # Who was expected to take over did not.
        (
            "Whom did Venn succeed?",
            "Ada Venn succeeded Odo Fenn.",
            "Venn had been expected to take over, but died.",
            True,
        ),
        ("Whom did Venn succeed?", "Ada Venn succeeded Odo Fenn.", "Ada Venn is seen as the likely next head.", True),
        ("Whom did Venn succeed?", "Ada Venn succeeded Odo Fenn.", "Venn took over from Fenn, as was expected.", False),
        # A name to choose from answers in full too.
        ("Who won the cup, Venn or Fenn?", "Ada Venn won the cup.", "Ada Venn won the cup.", False),
        # Asked when somebody did it, it says when another one did.
        ("When did Fenn resign as head of the Board?", "The Board resigned on 3 May.", "On 3 May the Board met.", True),
        ("When did Fenn resign as head of the Board?", "Odo Fenn resigned on 3 May.", "He left on 3 May.", False),
        ("When did Fenn resign as head of the Board?", "He resigned on 3 May.", "He left on 3 May.", False),
        # What the one asked about did is not who did it to them.
        ("Who replaced Fenn?", "Odo Fenn fled Corwen.", "Odo Fenn fled the town.", True),
        ("Who killed Fenn?", "Odo Fenn died in a raid by Marsh Town.", "He died in a raid by Marsh Town.", False),
        # '-ing' tells who did it too.
        ("Who beat Venn-Roe?", "Odo Fenn beat Ada Venn-Roe.", "Ada Venn-Roe was elected, beating Odo Fenn.", True),
        ("Who beat Fenn?", "Ada Venn-Roe beat Odo Fenn.", "Ada Venn-Roe was elected, beating Odo Fenn.", False),
        ("Who defeated Fenn?", "Ada Venn defeated Fenn.", "Ada Venn won the seat, defeating Odo Fenn.", False),
        ("What did Corwen sell?", "Corwen sold its ferry.", "The ferry was sold.", False),  # nobody asks who
    ],
)
def test_who_did_it(question: str, claim: str, quote: str, expected: bool) -> None:
    assert undone(question, claim, quote) is expected


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=60))
def test_nothing_is_an_error(question: str, claim: str, quote: str) -> None:
    undone(question, claim, quote)
