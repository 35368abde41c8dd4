"""What kind of thing a question asks for, and whether a sentence holds it."""

from __future__ import annotations

import re
from typing import Literal

from rag.text.entities import names
from rag.text.tokens import tokens

AnswerType = Literal["date", "amount", "person", "place", "name", "reason", "yes_no"]
FACTUAL: frozenset[AnswerType] = frozenset(("date", "amount", "person", "place", "name"))
"""The types that a few words of a sentence can be."""

YES_NO = re.compile(
    r"^(?:and |so |but )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b", re.I
)
"""How a question begins that yes or no would answer."""
_MEASURES = (
    "percentage|percent|share|number|age|amount|price|size|population|rate|cost|toll|total|temperature|speed|distance|"
    "length|weight|height|value|salary|score|margin|estimate|budget|fee|fare|turnout|revenue|wage|rent|ransom|reward|"
    "magnitude|depth|width|thickness"
)
_ASKED: dict[AnswerType, str] = {
    "reason": r"^(?:why\b|(?:what|which) (?:was |is |were )?(?:the )?(?:reasons?|causes?|caused|led|prompted|triggered|"
    r"made|motive)\b|how come\b|for what reason)",
    "date": r"^when\b|\bwhen (?:did|does|do|is|was|are|were|will|would|has|have)\b|"
    r"\b(?:what|which) (?:year|date|day|month)\b|\bwhat time\b",
    "amount": r"\bhow (?:many|much|old|long|far|large|big|high|tall|often|fast|heavy|deep|wide|thick|broad|"
    r"steep)\b|\bby how\b|"
    rf"\bwhat (?:(?:is|was|are|were) (?:the )?)?(?:\w+ ){{0,3}}?(?:{_MEASURES})\b|\bto what\?$",
    "person": r"(?:^|[.!] |, )(?:by |to |with |from |for )?(?:who|whom|whose)\b|\bwhich (?:person|man|woman|player)\b",
    "place": r"^(?:(?:from|to) )?where\b|\bwhat (?:is|was) the location\b|\bwhich (?:country|city|state)\b",
    "name": r"\bwhich (?:company|team)\b",
    "yes_no": YES_NO.pattern,
}
"""How questions ask for each; the first that fits counts."""
_FORMS = {kind: re.compile(asked, re.I) for kind, asked in _ASKED.items()}


def answer_type(question: str) -> AnswerType | None:
    """The kind of thing a question wants; None where its form does not say.

    'person' and 'place' are asked for by 'who' and 'where', 'name' by 'which company'; 'amount' is any number with or
    without a unit.
    """
    return next((kind for kind, form in _FORMS.items() if form.search(question.strip())), None)


_DATE = re.compile(
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december|(?:mon|tues|wednes|thurs|"
    r"fri|satur|sun)day|today|yesterday|tomorrow|(?:1[5-9]|20)\d\d|(?:next|last) (?:week|month|year|spring|summer|"
    r"autumn|"
    r"fall|winter)|spring|summer|autumn|\d{1,2}:\d\d|[ap]\.?m\.?)\b|\bMay\b",
    re.I,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundred|thousand|million|billion|half|quarter|third)\b",
    re.I,
)


def fits(question: str, sentence: str) -> bool | None:
    """Whether a sentence holds the kind of thing that is asked for; None where that is no date, amount or name."""
    kind = answer_type(question)
    if kind == "date":
        return bool(_DATE.search(sentence))
    if kind == "amount":
        return bool(_NUMBER.search(sentence))
    if kind in FACTUAL:
        asked = set(tokens(question))
        return any(not set(tokens(name)) <= asked for name in names(sentence[1:]))
    return None
