"""The days that a sentence of an article names, as words that may be inserted after it: '[27 Sep 2024]'.

The days are those of the grammar; here is decided whether they are sure enough. News convention: a bare weekday in the
past tense is the latest such day, the day of publication included; with 'will' and its like it is the next one. Where
tense or convention do not decide, nothing is inserted, for a wrong day is worse than none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rag.text.timex.expressions import IN_SPEECH, SPOKEN, Timex, timexes
from rag.text.timex.names import SHORT_MONTHS, WEEKDAYS, alternation, short_day, short_month
from rag.text.timex.tense import direction
from rag.types import When, day

MAX_SENTENCE_LENGTH = 4000
"""Characters of a sentence that are read; a longer one is a table."""
LATEST_BACK = 6
"""Days back up to which (exclusive) a bare weekday of the past is believed: what seems six days old is mostly tomorrow,
in an article that was updated after the day it bears."""

_YEAR = re.compile(r"(?<![\d$£€,])(?:18|19|20)\d\d(?![\d%,])")
_SPEECH = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)['‘][^'‘\n]*?[,.?!]['’](?!\w)")
_TAIL = re.compile(r"(?: (?:morning|afternoon|evening|night))?(?:['’]s)?(?![\w’'-])")
_OWNS = re.compile(r"(?:['’]s)?(?![\w’'-])")
_NO_DAY_BEFORE = re.compile(
    r"(?:\b(?:a|an|any|every|each|most|some|one|that|first|second|third|fourth|final|last|the|another|ago|from|"
    r"following|previous|between|through|per|and every|non|same|his|her|their|its|our|or) |[-–/#&@]|\bto )$",
    re.IGNORECASE,
)
_NO_DAY_AFTER = re.compile(
    rf" ?[-–/]|,? (?:through|thru|of|or|until|to (?:{alternation(w.title() for w in WEEKDAYS)}))\b|s\b"
    r"| (?:night|morning|evening)s\b| (?:after|before|following) (?:the )?(?:holiday|[A-Z])"
    rf"|,? \(?(?:the \d|\d{{1,2}}(?:st|nd|rd|th)\b|(?:\d\d? )?(?:{alternation(SHORT_MONTHS)}))"
)
_BEFORE_DAY = re.compile(r"\b(?:on|by|until|since|from|through|for|before|after|began|starting) $", re.IGNORECASE)
_BEFORE_MONTH = re.compile(r"\b(in|since|by|until|last) $", re.IGNORECASE)
_KNOWN_DAYS = frozenset(((9, 11), (1, 6), (7, 4), (12, 25), (10, 31), (2, 14), (12, 31), (1, 1), (11, 11), (6, 6)))
"""Days that are named without a year because the year is known, or means every year."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """What a reader must be shown after ``sentence[:end]``: ``label`` ('27 Sep 2024'), the days of ``timex``."""

    timex: Timex
    end: int
    label: str


def in_speech(before: str) -> bool:
    """Whether what follows ``before`` stands within a quotation that was opened there."""
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def find_days(sentence: str, published: When, before: str = "") -> list[Insertion]:
    """Every sure mention of days that ``sentence`` leaves to the day ``published``, in order.

    ``before`` is what precedes it in the paragraph: it shows whether the sentence begins inside a quotation and whether
    the talk is of another year.
    """
    today = day(published)
    if today is None or not 1000 < today.year < 9000:
        return []
    found = [t for t in timexes(sentence[: MAX_SENTENCE_LENGTH + 100], today) if t.start < MAX_SENTENCE_LENGTH]
    if not found:
        return []
    reader = _Sentence(sentence, today, before)
    return [d for t in found if (d := reader.read(t))]


class _Sentence:
    """One sentence of an article, read for what it leaves to the day of the article."""

    def __init__(self, text: str, today: date, before: str) -> None:
        self.text = text
        self.today = today
        opened = next((m.end() for m in re.finditer(r"[”\"]", text)), len(text)) if in_speech(before) else 0
        self.speech = [(0, opened), *(m.span() for m in _SPEECH.finditer(text, opened))]
        self.other_year = any(int(y) != today.year for y in _YEAR.findall(before[-600:] + " " + text))

    def read(self, item: Timex) -> Insertion | None:
        """The mention with its label, if it is sure and does not say all itself."""
        start, end = item.start, item.end
        before, after = self.text[max(0, start - 24) : start], self.text[end : end + 24]
        words = self.text[start:end].lower()
        first, printed = item.first, item.printed
        if printed.year:
            return None
        tail = (_TAIL if printed.weekday is not None else _OWNS).match(self.text, end)
        quoted = any(a <= start < b for a, b in self.speech)
        label = ""
        if words.endswith(("last year", "this year", "next year")) and item.unit != "rolling":
            if not (quoted and self.other_year) and self._is_unit(words[-9:], before, after):
                label = str(first.year)
        elif quoted:
            return None
        elif printed.day or (item.unit == "day" and first < item.last):
            sure = item.guessed and first.year == item.last.year and self._is_day_of_month(item, before, after)
            return Insertion(item, end, str(first.year)) if sure else None
        elif printed.weekday is not None:
            if tail and self._is_weekday(item, words, before, self.text[tail.end() : tail.end() + 24], tail[0]):
                label = short_day(first)
        elif printed.month:
            label = short_month(first) if self._is_month(item, words, before, after) else ""
        elif item.unit == "day":
            label = short_day(first) if self._is_spoken(words, start, before, after) else ""
        else:
            label = self._of_unit(item, words, before, after)
        return Insertion(item, tail.end(), label) if tail and label else None

    def _looks(self, item: Timex) -> str:
        return direction(self.text, item.start, item.end)

    def _is_weekday(self, item: Timex, words: str, before: str, after: str, tail: str) -> bool:
        which = words.rpartition(" ")[0]
        noun = re.match(r" (\w+)", after)
        if which == "next" or _NO_DAY_AFTER.match(after):
            return False  # 'next Friday' is the coming one or the one after it
        if _NO_DAY_BEFORE.search(before) and not IN_SPEECH.search(before):
            return False
        # 'Sunday Times', 'Friday Night Lights': a name, unless 'on' precedes and the next word is no part of one
        if noun and noun[1][0].isupper() and not (
            re.search(r"\b[Oo]n $", before) and noun[1] not in ("Night", "Times", "Morning", "Mail", "Evening", "Best")
        ):  # fmt: skip
            return False
        if which == "last":
            return item.first.isocalendar()[:2] != self.today.isocalendar()[:2]
        if which in ("past", "this past", "coming", "this coming"):
            return True
        look = self._looks(item)
        if look == "future" and tail.endswith("s") and not re.search(r"\b(?:[Aa]head of|for) $", before):
            return False  # 'Monday's decision will cost millions' may be of last Monday
        if re.search(r"\b[Ss]ince $", before):
            look = "past"
        elif look == "past" and re.search(r"\b(?:[Bb]y|[Uu]ntil|[Bb]efore|[Tt]hrough|[Aa]head of|[Ff]or) $", before):
            return False
        back = (self.today - item.first).days
        return (look == "past" and 0 <= back < LATEST_BACK) or (look == "future" and back <= 0)

    def _is_spoken(self, words: str, start: int, before: str, after: str) -> bool:
        if not re.fullmatch(SPOKEN, words):
            return False
        owns = after[:2] in ("'s", "’s")
        soon = bool(re.search(r"\b(?:earlier|later) $", before, re.IGNORECASE))
        if words == "today":
            # 'today' is 'nowadays' as often as not
            if not (soon or re.search(r"\b(?:said|announced|told|released|reported|confirmed|will \w+) $", before)):
                return False
        elif re.search(r"\b(?:of|for|better|a|like|like there's no) $", before):
            return False  # 'the cars of tomorrow'
        if owns and words in ("today", "tomorrow", "yesterday"):
            return False
        after = after[2:] if owns else after
        if re.match(r" [A-Z]|['’\"”]", after) or (not soon and re.search(r"[\"“'‘]$|[A-Z]\w+ $", before)):
            return False
        return not self.text[start].isupper() or not start or bool(re.search(r"[.?!] $", before))

    def _is_unit(self, words: str, before: str, after: str) -> bool:
        which = words.split(" ", maxsplit=1)[0]
        after = after.removeprefix("'s").removeprefix("’s")
        if re.search(
            r"\b(?:the|his|her|their|its|my|our|your|every|each|past|of|very) $", before, re.IGNORECASE
        ) and not (
            which == "this"
            or re.search(r"\b(?:end|half|start|beginning|part|most|all|rest|month|out|that) of $", before)
        ):
            return False
        if re.search(r"\b(?:to|until|into|from|than|in|for|that|as|by|on|since|with|at|or|and|when) the $", before):
            return False
        if which != "this" and re.match(r" (?:of|in office|at the helm|or |as (?:a|an|the) )", after):
            return False
        return not re.match(r" or (?:two|so|next)| and next|-", after)

    def _of_unit(self, item: Timex, words: str, before: str, after: str) -> str:
        """The label of a week, weekend, month or season; '' where it is not sure which."""
        which, _, unit = words.replace("over the ", "over ").partition(" ")
        if which not in ("this", "last", "next", "over") or not self._is_unit(words, before, after):
            return ""
        first, weekday = item.first, self.today.weekday()
        if unit == "month" and item.unit == "month":
            return short_month(first)
        if item.unit == "season":  # of this year or of the other; winter lies in two years
            month = self.today.month
            unsure = (which == "last" and month > item.last.month) or (which == "next" and month < first.month)
            return "" if unsure or unit == "winter" or which == "over" else f"{unit} {first.year}"
        if unit == "weekend":
            if which == "next" or (which == "over" and (weekday > 2 or self._looks(item) != "past")):
                return ""
            return f"{short_day(first)} to {short_day(item.last)}"
        # On Saturday and Sunday the week that is nearly over is 'this' one to some and 'last' one to others.
        if unit != "week" or weekday == 6 or (weekday == 5 and which != "next"):
            return ""
        return f"week of {short_day(first)}"

    def _is_month(self, item: Timex, words: str, before: str, after: str) -> bool:
        found = _BEFORE_MONTH.search(before)
        at = "last" if words.startswith("last ") else found[1].lower() if found else ""
        before = before[: found.start()] if found and at != "last" else before
        if not at or self.other_year or words.count(" ") != (at == "last"):
            return False
        if re.match(r",? (?:[A-Z]|of\b|\d)|\.? ?[-–/]|s\b|['’]", after):
            return False
        if item.first.month == self.today.month or re.search(
            r"\b(?:every|each|once|early|late|years?|back) $", before, re.IGNORECASE
        ):
            return False
        gone = item.first < self.today
        if at == "last":
            return item.first.year < self.today.year  # 'last May' in June may be of either year
        look = "past" if at == "since" else self._looks(item)
        months_ago = (self.today.month - item.first.month) % 12
        if look == "past":
            return gone and at not in ("until", "by") and months_ago <= 8
        return look == "future" and not gone and months_ago >= 4

    def _is_day_of_month(self, item: Timex, before: str, after: str) -> bool:
        if self.other_year or (item.first.month, item.first.day) in _KNOWN_DAYS:
            return False
        if abs((item.first - self.today).days) >= 200 or re.match(r" ?[-–/]\d|,? (?:of )?\d{4}|-\w", after):
            return False
        if item.printed.weekday is not None:
            return item.first.weekday() == item.printed.weekday
        look = self._looks(item)
        return bool(_BEFORE_DAY.search(before)) and (
            (look == "past" and item.first <= self.today) or (look == "future" and item.first >= self.today)
        )
