"""Whether the words around a date look back or ahead: 'in March' is last March or the next one."""

from __future__ import annotations

import re
from typing import Literal

Direction = Literal["past", "future", "open"]

_REACH = 200
"""Characters on either side that are read; a longer sentence is not read as a whole, so that time stays linear."""

_AHEAD = re.compile(
    r"\b(?:will|won['’]t|shall|(?:is|are|be) going to|(?:is|are|be|was|were) (?:set|due|expected|scheduled|slated|"
    r"likely|"
    r"about|tipped|poised|forecast|projected|planned) (?:to|for|in|on)|set to|expect(?:ed|s)? to|scheduled (?:to|for)|"
    r"plan(?:s|ned|ning)? to|hop(?:es|ed|ing) to|(?:set|due) (?:in|on) |could|might|upcoming|ahead of|slated|"
    r"to be (?:held|released|published|announced)|preparations? for|run(?:ning)? for|running to)\b|['’]ll\b",
    re.I,
)
_BACK = re.compile(
    r"\b(?:was|were|wasn['’]t|weren['’]t|did|didn['’]t|had|has|have|been|[a-z]{2,20}ed|won|lost|said|told|made|took|"
    r"went|came|"
    r"saw|beat|hit|held|fell|rose|became|began|broke|brought|bought|built|caught|chose|drew|found|gave|got|grew|left|"
    r"led|"
    r"met|paid|ran|sold|sent|set off|shot|shut|spent|struck|swept|threw|wrote|knew|kept|put out|tore|cut|happened)\b",
    re.I,
)
_FINITE = re.compile(r"\b(?:was|were|wasn['’]t|weren['’]t|did|didn['’]t|had|has)\b", re.I)
_TO_DO = re.compile(
    r"\bto (?!the\b|a\b|an\b|his\b|her\b|its\b|their\b|this\b|that\b|which\b|what\b|who\b)[a-z]{2,20}(?<!s)\b"
)
# 'Will Smith' has no verb of its own between the two names; 'Will Ukraine join' cannot be told apart, and looks ahead.
_WILL_THE_NAME = re.compile(r"(?<=[a-z,] )Will(?= [A-Z])|\bWill(?= [A-Z]\w* (?:was|did|has|had|said|won|slapped)\b)")
_STOP = re.compile(r"[.?!;](?= |$)")
_ABBREVIATED = re.compile(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|St|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No|vs))$")


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the sentence that holds ``text[start:end]``, at most 200 characters away on either side."""
    low, high = max(0, start - _REACH), min(len(text), end + _REACH)
    first = low
    for stop in _STOP.finditer(text, low, start):
        if not _ABBREVIATED.search(text, max(0, stop.start() - 5), stop.start()):
            first = stop.end()
    last = high
    for stop in _STOP.finditer(text, end, high):
        if not _ABBREVIATED.search(text, max(0, stop.start() - 5), stop.start()):
            last = stop.start()
            break
    return first, last


def direction(text: str, start: int, end: int) -> Direction:
    """Where the verb that is nearest to ``text[start:end]`` looks; the one before it counts first.

    'open' where no verb tells, or where an infinitive stands between ('was chosen to host the awards in September').
    """
    first, last = sentence(text, start, end)
    before = _WILL_THE_NAME.sub("Bill", text[first:start])
    ahead = max((m.end() for m in _AHEAD.finditer(before)), default=-1)
    back = max((m.end() for m in _BACK.finditer(before)), default=-1)
    # in 'will be held in' and 'will cut' the verb after the marker is no past; 'was' after it is
    if ahead >= 0 and not _FINITE.search(before, ahead):
        return "future"
    if back >= 0:
        return "open" if _TO_DO.search(before, back) else "past"
    if len(before.split()) > 3:
        return "open"  # 'the show in February was announced this week': the month belongs to the show
    after = _WILL_THE_NAME.sub("Bill", text[end:last])
    coming, gone = _AHEAD.search(after), _BACK.search(after)
    if coming and not (gone and gone.start() < coming.start()):
        return "future"
    return "past" if gone else "open"
