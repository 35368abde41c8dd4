"""Whether the words around a date look back or ahead: 'in March' is last March or the next one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from rag.text.timex.names import WEEKDAYS, alternation

Direction = Literal["past", "future", "open"]

_REACH = 200
"""Characters on either side that are read; a longer sentence is not read as a whole, so that time stays linear."""

_TOKEN = re.compile(r"['’](?:ll|s|re|ve|d)\b|[^\W_]+(?:[-'’][^\W_]+){0,3}|[;:—–“”\"()]|,")
_SPOKEN = re.compile(rf"(?:\w+ )?(?:{alternation(WEEKDAYS)}|yesterday|today|tomorrow)\b")
_HARD = frozenset(';:—–“”"()')
_STOP = re.compile(r"[.?!;](?= |$)")
_ABBREVIATED = re.compile(
    r"\b(?:[A-Z]|[ap]\.m|Mr|Mrs|Ms|Dr|St|Gov|Sen|Rep|Gen|Lt|Jr|Sr|Inc|Corp|Co|No|vs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|"
    r"Nov|Dec)$"
)
# 'Will Smith' has no verb of its own between the two names; 'Will Ukraine join' cannot be told apart, and looks ahead.
_WILL_THE_NAME = re.compile(r"(?<=[a-z,] )Will(?= [A-Z])|\bWill(?= [A-Z]\w* (?:was|did|has|had|said|won|slapped)\b)")

# 'will begin on September 16, Teague said': when it was said tells nothing of the day.
_WHO_SAYS = re.compile(
    r"^[”\"’']?,[”\"’']? (?:[\w’'.-]+ ){1,7}?(?:said|says|added|adds|announced|told|confirmed|reported|wrote)\b.*$",
    re.S,
)

_FUTURE = frozenset(
    "will 'll won't shall scheduled expected slated planned due upcoming plans planning hopes intends poised begins "
    "opens starts ends expires premieres airs debuts kicks resumes closes might forecast expects tipped".split()
)
_PARTICIPLES = frozenset("scheduled expected slated planned due forecast tipped projected".split())
_OPEN = frozenset(
    "would could should may might can must cannot can't if unless every each does do don't doesn't whether "
    "plays play faces face meets meet visits visit returns return hosts host speaks holds hold".split()
)
_BEFORE_TO = frozenset(
    "expected scheduled set due slated plans plan planned planning going hopes hope intends poised ready prepares "
    "preparing aims likely has have is are expects tipped".split()
)
_AFTER_ALL = frozenset("failed refused declined continued began managed voted met gathered used tried took".split())
_PAST = frozenset(
    "said told was were had did didn't wasn't weren't went came took made won lost died shot held met found hit fell "
    "rose left began struck sent gave got saw spoke wrote ran led beat became brought built bought caught chose drew "
    "drove fought flew grew heard kept knew paid sat sold stood swore taught thought threw woke wore tweeted broke "
    "felt hung laid lay lit rode rang sank sang shook shone slept spent stole swam withdrew burst has have 've been "
    "hasn't haven't happened swept tore froze".split()
)
_NOUNS_TOO = frozenset("play visit return host hold face plans hopes".split())
_WILL = frozenset("will 'll won't shall".split())
_BE = frozenset("is are was were be been being 's 're not now still also".split())
_WAS = frozenset("was were wasn't weren't had been would originally initially".split())
_NOT_PAST = frozenset(
    "need hundred indeed speed feed shed exceed proceed succeed based located aged named called seed breed "
    "unprecedented interested red bed weed greed creed bleed supposed so-called".split()
)
_PREPOSITIONS = frozenset("on late early earlier by until since before in".split())
_ARTICLES = frozenset("the a an his her their its".split())


def sentence_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the sentence that holds ``text[start:end]``, at most 200 characters away on either side."""
    low, high = max(0, start - _REACH), min(len(text), end + _REACH)
    ends = [
        s.span() for a, b in ((low, start), (end, high)) for s in _STOP.finditer(text, a, b) if not _dotted(text, s)
    ]
    first = max((after for _, after in ends if after <= start), default=low)
    return first, min((stop for stop, _ in ends if stop >= end), default=high)


def _dotted(text: str, stop: re.Match[str]) -> bool:
    """Whether a full stop belongs to an abbreviation."""
    return bool(_ABBREVIATED.search(text, max(0, stop.start() - 5), stop.start()))


def direction(text: str, start: int, end: int) -> Direction:
    """Where the verb that is nearest to ``text[start:end]`` looks; the one before it counts first.

    'open' where no verb tells, or where it may be of either ('was chosen to host the awards in September').
    """
    first, last = sentence_bounds(text, start, end)
    before = _WILL_THE_NAME.sub("Bill", text[first:start])
    after = _WILL_THE_NAME.sub("Bill", text[end:last]).removeprefix("'s").removeprefix("’s")
    if _TOKEN.search(before):
        after = _WHO_SAYS.sub("", after)
    words = text[start:end].lower()
    weight = 2 if _SPOKEN.match(words) else 0 if words.startswith("this") else 1
    return _nearest(tuple(_TOKEN.findall(before)), tuple(_TOKEN.findall(after)), weight)


@lru_cache(maxsize=4096)
def _nearest(before: tuple[str, ...], after: tuple[str, ...], weight: int) -> Direction:
    """Of the words around a date; ``weight`` says how much the verb after it counts where no verb precedes it.

    2 for a weekday and its like, which may be put between subject and verb; 1 for a month or day of a month.
    """
    shown = (*before, *after)
    words = [w.lower().replace("’", "'") for w in shown]
    i = j = len(before)
    while i > 0 and words[i - 1] in _PREPOSITIONS:
        i -= 1
    # 'the show in February was announced this week': the month belongs to the show
    after_counts = weight == 2 or j <= 3 or words[j - 1] == "," or words[j : j + 1] == [","]
    adjacent_counts = after_counts or (weight == 1 and words[j : j + 1] and words[j] not in _BE)
    if adjacent_counts and j < len(words) and words[j] != "to" and (adjacent := _marker(shown, words, j)):
        return adjacent
    if i > 0 and words[i - 1] in ("is", "are"):
        return "future"
    for places, to_comma in (
        (range(i - 1, max(-1, i - 16), -1), True),
        (range(j, min(len(words), j + 16)) if after_counts else range(0), False),
        (range(i - 1, max(-1, i - 25), -1), False),
    ):
        for k in places:
            if words[k] in _HARD or (to_comma and words[k] == ","):
                break
            if found := _marker(shown, words, k):
                return found
    return "open"


def _marker(shown: tuple[str, ...], words: list[str], i: int) -> Direction | None:
    """Where the word at ``i`` looks; 'open' if it may be either way, None if it says nothing of it."""
    word = words[i]
    if shown[i][0].isupper() and i > 0:
        return None
    before, after = words[max(0, i - 4) : i], words[i + 1 : i + 4]
    was = any(w in _WAS for w in before[-3:])
    if word in ("is", "are", "'s", "'re"):
        if word == "'s" and not any(w.endswith("ing") or w in _BEFORE_TO for w in after[:2]):
            return None
        sets_out = any(w in _PARTICIPLES or w == "set" for w in after) or "going to" in " ".join(after)
        return "future" if sets_out else "open"
    if word == "ahead" and after[:1] == ["of"] and not any(w.endswith("ed") or w in _PAST for w in before):
        return "future"
    if word == "due" and not _BE & set(before[-1:]) and after[:1] == ["to"]:
        return None  # because of
    if word == "to" and after and shown[i + 1].islower():
        if after[0] in _ARTICLES or (after[0].endswith("s") and not after[0].endswith("ss")):
            return None
        governing = before[-1] if before else ""
        if governing == "due" and not _BE & set(before[-2:-1]):
            return None
        if governing in _BEFORE_TO:
            return "open" if was else "future"
        return "past" if governing in _AFTER_ALL else "open"
    if word in _NOUNS_TOO and before and (before[-1] in _ARTICLES or before[-1].endswith("ed")):
        return None
    if word in ("could", "may") and after[:1] == ["be"]:
        return "future"
    if word in _FUTURE:
        return "open" if was and word in _PARTICIPLES else "future"
    if word in _OPEN:
        if _WILL & set(before[-1:]):
            return "future"
        return None if before[-1:] == ["to"] else "open"  # 'set to face' looks as 'to' does
    if word in _PAST or (word.endswith("ed") and len(word) > 3 and word not in _NOT_PAST and "-" not in word):
        return _past(word, before)
    return None


def _past(word: str, before: list[str]) -> Direction | None:
    """Of a form of the past, after what may make it a participle: 'will be held', 'to be held', 'is held'."""
    for k in range(len(before) - 1, -1, -1):
        w = before[k]
        if w in _WILL or (w in ("could", "may", "might") and before[k + 1 : k + 2] == ["be"]):
            return "future"
        if w in _OPEN:
            return "open"
        if w == "to":
            if k and before[k - 1] in _BEFORE_TO and not _WAS & set(before[:k]):
                return "future"
            return "past" if word in ("had", "was", "were", "said", "told") else "open"
        if w in ("is", "are", "'re", "being") and word not in ("said", "told", "was", "were", "had"):
            return "open"
        if w in ("has", "have", "was", "were", "had", "that", "who", ",", "and"):
            break
    if "be" in before:
        return None if before[-1] == "be" else "open"
    return "past"
