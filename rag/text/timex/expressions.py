"""Dates and ranges in words -> days: 'last week', 'in early September', 'between 3 and 9 May', 'Q3 2024'.

Every rule is one regular expression over text with single spaces, and a function from its match to the first and last
day. No expression has an open repetition, so time is linear in the text. What names no possible days ('31 February')
gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.text.timex.calendar import (
    COUNTS,
    SEASONS,
    Days,
    Scene,
    read_ago,
    read_coming_units,
    read_day,
    read_days_of_two_months,
    read_decade,
    read_half,
    read_iso,
    read_month,
    read_months_between,
    read_numeric,
    read_one_year,
    read_over_the_weekend,
    read_past_units,
    read_quarter,
    read_relative,
    read_season,
    read_spoken,
    read_week_of_month,
    read_weekday,
    read_years_between,
    week_of,
)
from rag.text.timex.names import MONTHS, WEEKDAYS

Reader = Callable[[re.Match[str], Scene], Days | None]
Unit = Literal["day", "week", "month", "quarter", "season", "year", "rolling", "ago", "decade"]


@dataclass(frozen=True, slots=True)
class Span:
    """Days that ``text[start:end]`` names: ``first`` to ``last``, both included."""

    start: int
    end: int
    first: date
    last: date
    unit: Unit
    yearless: bool = False  # which year is our guess
    weekday: bool = False  # no more than its name, so which week is our guess


_M = "(?P<m>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_M2 = _M.replace("<m>", "<m2>")
_Y = r"(?P<y>(?:1[5-9]|20|21)\d\d)(?![\d%]|[.,/-]\d)"
_Y2 = _Y.replace("<y>", "<y2>")
_D = r"(?P<d>[0-3]?\d)(?:st|nd|rd|th)?"
_D2 = _D.replace("<d>", "<d2>")
_YEAR = rf"(?:{_Y}|(?P<ry>last|this|next) year)"
_TO = r"(?: ?[-–—] ?| (?:to|until|till|through|and) )"
_WD = r"(?P<wd>" + "|".join(WEEKDAYS) + ")"
_N = r"(?P<n>\d{1,3}|" + "|".join(sorted(COUNTS, key=len, reverse=True)) + ")"
_SEASON = "(?P<season>" + "|".join(SEASONS) + ")"
_PART = r"(?P<part>early|mid|late|(?:the )?(?:beginning|start|middle|end) of(?: the)?)[ -]"
# A month by itself is one only after such a word: 'may' and 'march' are verbs, 'May' is a name.
_BEFORE_MONTH = r"(?P<prep>in|during|since|until|till|by|before|after|from|through|for|of|throughout)"


_NTH = "(?P<nth>first|second|third|fourth|final|last|1st|2nd|3rd|4th)"
_UNITS = "(?P<unit>hours?|days?|weekends?|weeks?|fortnights?|months?|quarters?|years?|decades?)"
_Rule = tuple[re.Pattern[str], Reader, Unit]


def _rule(pattern: str, read: Reader, unit: Unit) -> _Rule:
    return re.compile(pattern, re.IGNORECASE), read, unit


# The first rule that takes some characters keeps them.
_RULES: tuple[_Rule, ...] = (
    _rule(r"(?<![\d-])(?P<y>\d{4})-(?P<mon>\d\d)-(?P<d>\d\d)(?![\d-])", read_iso, "day"),
    _rule(r"(?<![\d./])(?P<a>\d{1,2})(?P<sep>[/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})(?![\d./])", read_numeric, "day"),
    _rule(rf"(?<![\d.,$£€]){_D} (?:of )?{_M}{_TO}{_D2} (?:of )?{_M2}(?:,? {_Y2})?", read_days_of_two_months, "day"),
    _rule(rf"\b{_M} {_D}{_TO}{_M2} {_D2}(?!\d)(?:,? {_Y2})?", read_days_of_two_months, "day"),
    _rule(rf"(?<![\d.,$£€]){_D}{_TO}{_D2} (?:of )?{_M}(?:,? {_YEAR})?", read_day, "day"),
    _rule(rf"\b{_M} {_D}{_TO}{_D2}(?![\d%]|[.,]\d)(?:,? {_YEAR})?", read_day, "day"),
    _rule(rf"(?<![\d.,$£€]){_D} (?:of )?{_M}(?:,? {_YEAR})?", read_day, "day"),
    _rule(rf"(?<!\bin )\b{_M} {_D}(?![\d%]|[.,:]\d)(?:,? {_YEAR})?", read_day, "day"),
    _rule(rf"\b{_M}(?:,? {_Y})?{_TO}{_M2}(?:,? {_Y2})?", read_months_between, "month"),
    _rule(rf"\b{_NTH} week (?:of|in) {_M}(?:,? {_YEAR})?", read_week_of_month, "week"),
    _rule(rf"\b{_PART}{_M}(?:,?(?: of)? {_YEAR})?", read_month, "month"),
    _rule(rf"\b(?P<which>last|past|next|coming|this) {_M}(?! \d)", read_month, "month"),
    _rule(rf"\b{_M},?(?: of)? {_YEAR}", read_month, "month"),
    _rule(rf"\b{_BEFORE_MONTH} {_M}", read_month, "month"),
    _rule(rf"\b{_M}['’]s(?= [a-z])", read_month, "month"),
    _rule(rf"\bQ(?P<q>[1-4])(?:,?(?: of)? (?:{_YEAR}|the year))?", read_quarter, "quarter"),
    _rule(rf"\b{_Y} Q(?P<q>[1-4])\b", read_quarter, "quarter"),
    _rule(rf"\bH(?P<half>[12])(?:,?(?: of)? {_YEAR})", read_quarter, "quarter"),
    _rule(
        rf"\b(?!last quarter(?! of )){_NTH} quarter(?:(?: of)? (?:{_YEAR}|the year)|(?! of| final))",
        read_quarter,
        "quarter",
    ),
    _rule(rf"\b(?P<nth>first|second) half of (?:{_YEAR}|the year)", read_half, "quarter"),
    _rule(rf"\b{_SEASON},?(?: of)? {_YEAR}", read_season, "season"),
    _rule(rf"\b(?P<which>this|last|past|next|coming|over the|during the) {_SEASON}\b(?!-)", read_season, "season"),
    _rule(rf"\b(?:last|past|previous|recent) {_N} {_UNITS}\b", read_past_units, "rolling"),
    _rule(rf"\b(?:next|coming) {_N} {_UNITS}\b", read_coming_units, "rolling"),
    _rule(rf"\b(?:(?:about|around|nearly|almost) )?(?:{_N} )?{_UNITS} ago\b", read_ago, "ago"),
    _rule(
        r"\b(?P<the>(?:over|in|during|within|for) the )?(?P<which>this(?: past)?|last|past|next|coming|"
        r"previous|current) "
        r"(?P<unit>week|month|quarter|year|weekend|fortnight)\b(?!-| of\b)",
        read_relative,
        "week",
    ),
    _rule(r"\b(?:over|at|on) the weekend\b(?! of)", read_over_the_weekend, "week"),
    _rule(
        r"\b(?:today|tonight|this (?:morning|afternoon|evening)|(?:the )?day before yesterday|"
        r"(?:the )?day after tomorrow|yesterday|tomorrow|last night)\b(?!-)",
        read_spoken,
        "day",
    ),
    _rule(rf"\b(?:(?P<which>this past|last|past|this|next|coming) )?{_WD}\b", read_weekday, "day"),
    _rule(rf"\b{_Y}{_TO}{_Y2}(?!s)", read_years_between, "year"),
    _rule(r"\b(?P<y>(?:1[5-9]|20)\d0)['’]?s\b", read_decade, "decade"),
    _rule(rf"\b{_PART}(?:{_YEAR}(?!s))", read_one_year, "year"),
    _rule(rf"(?<![\w$£€#.,-]){_Y}(?!\w|-\w)", read_one_year, "year"),
)  # fmt: skip


_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’.-]{0,30}),? $")
_WORD_AFTER = re.compile(r" ([^\W_][\w'’-]{0,30})")
_ON_DAYS = re.compile(
    r"\b(?:on|last|past|this|next|coming|early|late|since|until|till|by|before|after|from|through|between|and|or|of|"
    r"for|ahead of|following)(?: the)? $",
    re.I,
)
_NOT_ON_DAYS = re.compile(r"\b(?:every|each|one|any|first|second|third|fourth|\d(?:st|nd|rd|th)|the|a|an|all) $", re.I)
_TITLES = frozenset(
    "Night Times Mass Telegraph Mail Mirror Express Post Herald Star World Live Morning Football".split()
)
_UNSURE = frozenset("may march mar jan jun sep dec".split())
"""Months that are also verbs or names: they need more around them."""


def spans(text: str, asked: date) -> list[Span]:
    """The days that ``text`` names, in its order, none within another. ``text`` has single spaces.

    Relative words count from ``asked``; weeks begin on Monday. Without a year, a day or month is the latest that is not
    after ``asked``, or the next one where the words look ahead.
    """
    taken = bytearray(len(text))
    found: list[Span] = []
    scene = Scene(text, asked)
    loud = text.isupper()
    for pattern, read, unit in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if match.groupdict().get("prep"):
                start = match.end("prep") + 1
            if any(taken[start:end]) or not _meant(match, read, text, loud):
                continue
            try:
                days = read(match, scene)
            except (ValueError, OverflowError):  # no such day, or none that a calendar holds
                days = None
            if days is not None or read in (read_day, read_iso, read_numeric):
                taken[start:end] = b"\1" * (end - start)  # '30 February 2024' is not February either
            if days is None:
                continue
            groups = match.groupdict()
            yearless = read in (read_day, read_month, read_months_between, read_days_of_two_months) and not any(
                groups.get(key) for key in ("y", "y2", "ry", "which")
            )
            weekday = read is read_weekday and not groups["which"]
            found.append(Span(start, end, *days, _unit(match, read, unit), yearless, weekday))
    return _joined(sorted(found, key=lambda s: s.start), text)


def _joined(found: list[Span], text: str) -> list[Span]:
    """'Tuesday, 3 November' is one day, and 'the week of 3 May' seven."""
    out: list[Span] = []
    for span in found:
        before = out[-1] if out else None
        whole = span
        if (
            before
            and span.unit == "day"
            and text[before.start : before.end].lower() in WEEKDAYS
            and text[before.end : span.start] in (" ", ", ", ", the ", " the ")
        ):
            out.pop()
            whole = replace(span, start=before.start)
        if span.unit == "day" and text[max(0, span.start - 20) : span.start].endswith(("week of ", "week beginning ")):
            first, last = week_of(span.first, 0)
            whole = replace(span, first=first, last=last, unit="week")
        out.append(whole)
    return out


def _unit(match: re.Match[str], read: Reader, unit: Unit) -> Unit:
    if read is not read_relative:
        return unit
    word = match["unit"].lower()
    rolls = word != "weekend" and (
        match["which"].lower() in ("past", "this past")
        or (match["the"] and match["which"].lower() in ("last", "previous"))
    )
    if rolls:
        return "rolling"
    return {"month": "month", "quarter": "quarter", "year": "year"}.get(word, "week")  # type: ignore[return-value]


def _meant(match: re.Match[str], read: Reader, text: str, loud: bool) -> bool:
    """Whether the words are a date here, and no name ('Black Friday', 'USA TODAY') or verb ('may')."""
    start, end = match.span()
    before = text[max(0, start - 40) : start]
    if read is read_weekday:
        return _weekday_meant(match, before, text[end : end + 40])
    if read in (read_relative, read_spoken, read_season):
        last = match[0].rsplit(" ", 1)[-1]
        if not loud and last[:1].isupper() and not (" " not in match[0] and _begins(text, start)):
            return read is read_season and bool(match.groupdict().get("y"))
    if read in (read_day, read_month):
        name = match["m"]
        if name.lower() == "july" and before.lower().endswith("fourth "):
            return False
        if name.lower() in _UNSURE and not (match.groupdict().get("y") or match.groupdict().get("ry")):
            prep = (match.groupdict().get("prep") or "").lower()
            plain = prep in ("in", "since", "until", "during")
            whole = len(name) > 3 or name.lower() == "may"
            return plain or bool(match.groupdict().get("part")) or (name[0].isupper() and (whole or read is read_day))
        if match[0].endswith(("'s", "’s")):
            return name[0].isupper()
    if read is read_months_between:
        return (
            match["m"][0].isupper()
            or match["m"].lower() not in _UNSURE
            or before.lower().endswith(("from ", "between "))
        )
    return True


def _begins(text: str, start: int) -> bool:
    """Whether a sentence begins there."""
    return start == 0 or text[max(0, start - 2) : start].rstrip().endswith((".", "?", "!", ":", '"', "“"))


def _weekday_meant(match: re.Match[str], before: str, after: str) -> bool:
    day = match["wd"]
    follows = _WORD_AFTER.match(after)
    if follows and (follows[1] in _TITLES or follows[1] == "of" or (follows[1] == "the" and after[5:6].isdigit())):
        return False
    if day.islower() and day.lower() in ("sunday", "monday") and after.startswith("s"):
        return False
    if match["which"]:
        return match["which"][0].islower() or _begins(before, len(before)) or day[0].islower()
    if _NOT_ON_DAYS.search(before):
        return False
    if _ON_DAYS.search(before):
        return True
    if not before or before.endswith((", ", "(", '"', "“", ". ", "? ")):
        return not (follows and follows[1][0].isupper())
    word = _WORD_BEFORE.search(before)
    if word is None:
        return after.startswith(("'s", "’s"))
    # 'died Sunday' is a day, 'Black Friday' and 'a Wednesday' are not
    return word[1][0].islower() and not (follows and follows[1][0].isupper() and not after.startswith(("'s", "’s")))
