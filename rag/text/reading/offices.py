"""Offices in other words: 'head of the town' for the mayor, 'leads the company' for its chief executive."""

from __future__ import annotations

import re

from rag.text.tokens import tokens

_LEADS = r"lead(?:s|ing|er|ership)?|led|head(?:s|ed|ing)?|run(?:s|ning)?|ran|in charge|at the (?:helm|top|head)|the "
r"reins|boss"
_OTHER_WORDS = {
    "mayor mayoress": r"(?:head|leader|chief|first citizen) of the (?:town|city|village|municipality|borough|capital)|"
    r"(?:town|city) hall|chain of office|(?:runs|leads|governs) the (?:town|city|village)",
    "premier": r"prime minister|head of (?:the )?government|leads? the (?:government|cabinet)",
    "minister": r"minist(?:ry|ries)|portfolio|cabinet|secretary",
    "president": rf"head of state|{_LEADS}|chair\w*",
    "executive ceo boss": rf"{_LEADS}|managing director|chief executive|ceo|president",
    "coach manager trainer": r"train(?:s|ed|ing)?|coach(?:es|ed|ing)?|manage[sdr]?|in charge of the (?:team|side|club)",
    "teacher principal headmaster headmistress rector": rf"{_LEADS}|principal|rector|head(?:master|mistress| ?teacher)",
    "chairman chairwoman chair chairperson": rf"chair\w*|presid(?:es|ed|ing) over|{_LEADS}",
    "chief commissioner": rf"{_LEADS}|commissioner|chief",
    "director": rf"{_LEADS}|director\w*|curat\w+",
    "owner": r"own(?:s|ed|ers?hip)?|belongs? to|bought|t(?:akes|ook) over|acquir\w+|property of",
    "captain": r"captain\w*|armband|skipper\w*",
    "governor": r"govern(?:s|ed|ors?|orship)|head of the (?:state|province|region)",
    "editor": rf"edit(?:s|ed|ors?|orship)|{_LEADS}",
}
_FORMS = {
    form: re.compile(rf"\b(?:{other})\b", re.I)
    for words, other in _OTHER_WORDS.items()
    for word in words.split()
    for form in tokens(word)
}


def office_told(term: str, text: str) -> bool:
    """Whether a text tells of the office that a token names, in other words."""
    form = _FORMS.get(term)
    return bool(form and form.search(text))
