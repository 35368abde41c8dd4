"""Dates and ranges in words -> days: 'last week', 'in early September', 'between 3 and 9 May', 'Q3 2024'.

The one grammar of dates. Every rule is one regular expression and a function from its match to the first and last day.
No expression has an open repetition, so time is linear in the text. What names no possible days ('31 February') gives
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from rag.text.timex import calendar as read
from rag.text.timex.calendar import COUNTS, HOLIDAYS, MOVED_FEASTS, SEASONS, WEEKDAY_FEASTS, Day, Days, Scene
from rag.text.timex.names import FULL_MONTHS, MONTHS, WEEKDAYS, alternation

TimexReader = Callable[[re.Match[str], Scene], Days | date | None]
Unit = Literal["day", "week", "month", "quarter", "season", "year", "decade", "rolling"]
"""``rolling`` is a number of days, weeks or months that ends or begins with the reference day."""


@dataclass(frozen=True, slots=True)
class Timex:
    """A temporal expression: ``text[start:end]`` names the days from ``first`` to ``last``, both included.

    ``guessed``: the words leave open which year or week is meant, so that the verb and habit decided. ``printed`` are
    the parts of a date that stand in the words; none in 'yesterday'.
    """

    start: int
    end: int
    first: date
    last: date
    unit: Unit
    guessed: bool = False
    printed: Day = field(default_factory=Day)


_M = f"(?P<m>{alternation(MONTHS)})" + r"\b(?:(?<=\b\w{3})(?<!may)\.|(?<=sept)\.)?"  # 'Sept. 3', but not 'in July.'
_M2 = _M.replace("<m>", "<m2>")
_CENTURY = "(?:1[5-9]|20|21)"
_Y = rf"(?P<y>{_CENTURY}\d\d)(?![\d%]|[.,/-]\d)"
_Y2 = _Y.replace("<y>", "<y2>")
_D = r"(?P<d>[0-3]?\d)(?:st|nd|rd|th)?"
_D2 = _D.replace("<d>", "<d2>")
_YEAR = rf"(?:{_Y}|(?P<ry>last|this|next) year)"
_TO = r"(?: ?[-–—] ?| (?:to|until|till|through|and) )"
_WD = f"(?P<wd>{alternation(WEEKDAYS)})"
_N = rf"(?P<n>\d{{1,3}}|{alternation(COUNTS)})"
_SEASON = f"(?P<season>{alternation(SEASONS)})"
_DAY_OF_THE_YEAR = {h for h in HOLIDAYS if h.startswith(("new", "christmas ", "boxing"))} - {"new year"}
_HOLIDAY = "(?P<holiday>" + alternation(_DAY_OF_THE_YEAR).replace("'", "['’]") + ")"
FEASTS = frozenset((*HOLIDAYS, *WEEKDAY_FEASTS, *MOVED_FEASTS))
"""Days of every year that have a name."""
_FEAST = (
    f"(?P<holiday>{alternation(FEASTS - _DAY_OF_THE_YEAR)})".replace("'", "['’]")
    + "(?! (?:day|eve|market|tree|card|present|dinner|party|carol|parade|weekend|egg|rising|costume|sale)|['’-])"
)
_PART_OF = "(?P<part>(?:the )?(?:beginning|start|middle|end) of)"
_PART = r"(?P<part>early|mid|late|(?:the )?(?:beginning|start|middle|end) of(?: the)?)[ -]"
# A month by itself is one only after such a word: 'may' and 'march' are verbs, 'May' is a name.
BEFORE_MONTH = r"(?P<prep>in|during|since|until|till|by|before|after|from|through|for|of|throughout)"
SPOKEN = (
    "(?:today|tonight|this (?:morning|afternoon|evening)|(?:the )?day before yesterday|(?:the )?day after tomorrow|"
    "yesterday|tomorrow|last night)"
)
_NTH = "(?P<nth>first|second|third|fourth|final|last|1st|2nd|3rd|4th)"
_UNITS = "(?P<unit>hours?|days?|weekends?|weeks?|fortnights?|months?|quarters?|years?|decades?)"
_Rule = tuple[str, re.Pattern[str], TimexReader, Unit]
_INITIALS = "".join(sorted({m[0] for m in MONTHS}))
# One of these must stand in a text, in lower case, for a rule to be tried: most sentences hold no date.
_CUES = {
    "month": re.compile(rf"\b[{_INITIALS}](?:{alternation({m[1:] for m in MONTHS})})\b"),
    "digit": re.compile(r"\d"),
    "year": re.compile(r"\d{4}"),
    "unit": re.compile("day|week|fortnight|month|quarter|year|decade|hour"),
}


def _rule(cue: str, pattern: str, reader: TimexReader, unit: Unit) -> _Rule:
    """``cue``: a key of the table above, or words of which the text must hold one."""
    return cue, re.compile(pattern, re.IGNORECASE), reader, unit


# The first rule that takes some characters keeps them.
_RULES: tuple[_Rule, ...] = (
    _rule("year", r"(?<![\d-])(?P<y>\d{4})-(?P<mon>\d\d)-(?P<d>\d\d)(?![\d-])", read.read_iso, "day"),
    _rule("year", r"(?<![\d./])(?P<a>\d{1,2})(?P<sep>[/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d|[./]\d)",
          read.read_numeric, "day"),
    _rule("month", rf"(?<![\d.,$£€]){_D} (?:of )?{_M}{_TO}{_D2} (?:of )?{_M2}(?:,? {_Y2})?",
          read.read_across_months, "day"),
    _rule("month", rf"\b{_M} {_D}{_TO}{_M2} {_D2}(?!\d)(?:,? {_Y2})?", read.read_across_months, "day"),
    _rule("month", rf"(?<![\d.,$£€]){_D}{_TO}{_D2} (?:of )?{_M}(?:,? {_YEAR})?", read.read_day, "day"),
    _rule("month", rf"\b{_M} {_D}{_TO}{_D2}(?![\d%]|[.,]\d)(?:,? {_YEAR})?", read.read_day, "day"),
    _rule("month", rf"(?<![\d.,$£€]){_D} (?:of )?{_M}(?:,? {_YEAR})?", read.read_day, "day"),
    _rule("month", rf"(?<!\bin )\b{_M} {_D}(?![\d%]|[.,:]\d)(?:,? {_YEAR})?", read.read_day, "day"),
    _rule("month", rf"\b{_M}(?:,? {_Y})?{_TO}{_M2}(?:,? {_Y2})?", read.read_across_months, "month"),
    _rule("month", rf"\b{_NTH} week (?:of|in) {_M}(?:,? {_YEAR})?", read.read_week_of_month, "week"),
    _rule("month", rf"\b{_PART}{_M}(?:,?(?: of)? {_YEAR})?", read.read_month, "month"),
    _rule("month", rf"\b(?P<which>last|past|next|coming|this) {_M}(?! \d)", read.read_month, "month"),
    _rule("month", rf"\b{_M},?(?: of)? {_YEAR}", read.read_month, "month"),
    _rule("month", rf"\b{BEFORE_MONTH} {_M}", read.read_month, "month"),
    _rule("month", rf"\b{_M}(?=['’]s [a-z])", read.read_month, "month"),
    _rule("month", rf"\b(?P<m>{alternation(FULL_MONTHS)}|sept)\b(?P<bare>)(?!['’-]| \d)", read.read_month, "month"),
    _rule("eve|christmas|boxing|year", rf"\b{_HOLIDAY}\b(?:,? {_YEAR})?", read.read_holiday, "day"),
    _rule(
        "christmas|year|thanksgiving|easter|halloween|day", rf"\b(?P<prep>since|after|before|until|till|by) {_FEAST}\b"
        rf"(?:,? {_YEAR})?", read.read_holiday, "day",
    ),
    _rule("digit", rf"\bQ(?P<q>[1-4])(?:,?(?: of)? (?:{_YEAR}|the year))?", read.read_quarter, "quarter"),
    _rule("year", rf"\b{_Y} Q(?P<q>[1-4])\b", read.read_quarter, "quarter"),
    _rule("digit", rf"\bH(?P<half>[12])(?:,?(?: of)? {_YEAR})", read.read_quarter, "quarter"),
    _rule("quarter", rf"\b(?!last quarter(?! of )){_NTH} quarter(?:(?: of)? (?:{_YEAR}|the year)|(?! of| final|-))",
          read.read_quarter, "quarter"),
    _rule("half of", rf"\b(?P<nth>first|second) (?P<h>half) of (?:{_YEAR}|the year)", read.read_quarter, "quarter"),
    _rule("spring|summer|autumn|fall|winter", rf"\b{_SEASON},?(?: of)? {_YEAR}", read.read_season, "season"),
    _rule("spring|summer|autumn|fall|winter",
          rf"\b(?P<which>this|last|past|next|coming|over the|during the) {_SEASON}\b(?!-)",
          read.read_season, "season"),
    _rule("unit", rf"\b(?:last|past|previous|recent) {_N} {_UNITS}\b", read.read_past_units, "rolling"),
    _rule("unit", rf"\b(?:next|coming) {_N} {_UNITS}\b", read.read_coming_units, "rolling"),
    _rule("ago", rf"\b(?:(?:about|around|nearly|almost) )?(?:{_N} )?{_UNITS} ago\b", read.read_ago, "day"),
    _rule("from now|time", rf"\b(?:in )?{_N} {_UNITS}(?:['’] time|(?P<now> from now))\b", read.read_in_units, "day"),
    _rule("unit", rf"\bin {_N} {_UNITS}\b(?P<now>(?!))?(?!['’-]| of\b)", read.read_in_units, "day"),
    _rule(" of ", rf"\b{_PART_OF} (?P<which>this|the|last|next) (?P<unit>month|year)\b(?!['’-])",
          read.read_part_of_unit, "month"),
    _rule("unit", r"\b(?P<the>(?:over|in|during|within|for) the )?(?P<which>this(?: past)?|last|past|next|coming|"
          r"previous|current) (?P<unit>week|month|quarter|year|weekend|fortnight)\b(?!-| of\b)",
          read.read_relative, "week"),
    _rule("weekend", r"\b(?P<which>(?:over|at|on) the) (?P<unit>weekend)\b(?! of)", read.read_relative, "week"),
    _rule("today|tonight|night|this |yesterday|tomorrow", rf"\b{SPOKEN}\b(?!-)", read.read_spoken, "day"),
    _rule("day", rf"\b(?:(?P<which>this past|this coming|last|past|this|next|coming) )?{_WD}\b",
          read.read_weekday, "day"),
    _rule("year", rf"\b{_Y}{_TO}{_Y2}(?!s)", read.read_years_between, "year"),
    _rule("year", rf"(?<![\w$£€#.,-])(?P<y>{_CENTURY}\d\d)[-–/](?P<last>\d\d)(?![\w%-]|[.,]\d)",
          read.read_season_year, "year"),
    _rule("0s|0's|0’s", rf"\b(?:(?:the )?(?P<part>early|mid|late)[ -])?(?P<y>{_CENTURY}\d0)['’]?s\b", read.read_decade,
          "decade"),
    _rule("year", rf"\b{_PART}(?:{_YEAR}(?!s))", read.read_one_year, "year"),
    _rule("year", rf"(?<![\w$£€#.,-]){_Y}(?!\w|-\w)", read.read_one_year, "year"),
)  # fmt: skip
_PRINTED_PARTS = frozenset("y ry m d mon a b sep wd which prep bare last part".split())
_PRINTED_RULES = (
    *(r for r in _RULES if {"y", "m", "wd"} & r[1].groupindex.keys() and r[1].groupindex.keys() <= _PRINTED_PARTS),
    # each year of '1999-2005', and '2009-11'
    _rule("year", rf"(?<![\w$£€.,/])(?P<y>{_CENTURY}\d\d)(?:[-–]\d\d(?![\d-]))?(?![\w%/]|[.,]\d)",
          read.read_one_year, "year"),
)  # fmt: skip


_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’.-]{0,30}),? $")
_WORD_AFTER = re.compile(r" ([^\W_][\w'’-]{0,30})")
_ON_DAYS = re.compile(
    r"\b(?:on|last|past|this|next|coming|early|late|since|until|till|by|before|after|from|through|between|and|or|of|"
    r"for|ahead of|following)(?: the)? $",
    re.I,
)
IN_SPEECH = re.compile(r"\b(?:in|during|at|after) a $")
_OF_SPEECH = frozenset(
    "statement interview tweet news press report letter memo hearing filing post briefing email speech court meeting "
    "ruling order vote decision appearance rally".split()
)
_NAME_BEFORE = re.compile(
    r"\b(?:Black|Cyber|Fat|Super|Ash|Good|Bloody|Palm|Easter|Holy|Maundy|Taco|Giving|Selection|Shrove|Whit|Blue|"
    r"Casual|Freaky|Ruby|Mothering|Clean|Green|Throwback|Bowl|Big|Red|Victory|Joe|Championship|Sunny|Business|Gray|"
    r"Sheffield),? $"
)
_NOT_ON_DAYS = re.compile(r"\b(?:every|each|one|any|first|second|third|fourth|\d(?:st|nd|rd|th)|the|a|an|all) $", re.I)
_TITLES = frozenset(
    "Night Times Mass Telegraph Mail Mirror Express Post Herald Star World Live Morning Football".split()
)
_UNSURE = frozenset("may march mar jan jun sep dec".split())
"""Months that are also verbs or names: they need more around them."""
_NAMES_TOO = frozenset("may march april june august".split())
_SPACE = str.maketrans(dict.fromkeys("\n\t\r\xa0\u202f", " "))
_COUNTED = re.compile(r" (?:people|dollars|euros|pounds|miles|km|troops|soldiers|pages|words)\b")
_ANY_DAY = date(2000, 6, 15)


@lru_cache(maxsize=2048)
def timexes(text: str, reference: date) -> tuple[Timex, ...]:
    """The temporal expressions of ``text``, in its order, none within another.

    Relative words count from ``reference``, the day of publication or of asking; weeks begin on Monday. Without a year,
    a day or month is the latest that is not after ``reference``, or the next one where the words look ahead.
    """
    return _found(text, reference, _RULES)


@lru_cache(maxsize=8192)
def printed_dates(text: str) -> tuple[Timex, ...]:
    """Every date of which ``text`` prints a part, also one of no certain day ('every Friday'); only ``printed`` counts.

    Ranges give each of their ends.
    """
    return _found(text, _ANY_DAY, _PRINTED_RULES)


def _found(text: str, reference: date, rules: tuple[_Rule, ...]) -> tuple[Timex, ...]:
    text = text.translate(_SPACE)
    taken = bytearray(len(text))
    found: list[Timex] = []
    scene = Scene(text, reference)
    loose = rules is _PRINTED_RULES
    lower = text.lower()
    cues = {cue for cue, pattern in _CUES.items() if pattern.search(lower)}
    for cue, pattern, reader, unit in rules:
        if cue not in cues and (cue in _CUES or not any(word in lower for word in cue.split("|"))):
            continue
        for match in pattern.finditer(text):
            end, g = match.end(), match.groupdict()
            start = match.end("prep") + 1 if g.get("prep") else match.start()
            if loose:
                start = min((match.start(name) for name in ("y", "m", "d", "a", "wd") if g.get(name)), default=end)
            if start == end or taken.find(1, start, end) >= 0 or not _meant(match, reader, text, loose):
                continue
            try:
                named = reader(match, scene)
            except (ValueError, OverflowError):  # no such day, or none that a calendar holds
                named = None
            days = (named, named) if isinstance(named, date) else named
            if days is not None or reader in (read.read_day, read.read_iso, read.read_numeric):
                taken[start:end] = b"\1" * (end - start)  # '30 February 2024' is not February either
            if days is not None:
                guessed = not any(g.get(key) for key in ("y", "y2", "ry", "which")) and reader in _GUESSING
                found.append(Timex(start, end, *days, _unit(match, reader, unit), guessed, _printed(g, days)))
    return _joined(sorted(found, key=lambda t: t.start), text)


_GUESSING = frozenset(
    (read.read_day, read.read_month, read.read_across_months, read.read_weekday, read.read_quarter, read.read_holiday,
     read.read_week_of_month)
)  # fmt: skip


def _printed(g: dict[str, str | None], days: Days) -> Day:
    """The parts that the groups of a match print; of a range only its last year."""
    if g.get("a") or g.get("mon"):
        return Day(days[0].year, days[0].month, days[0].day)
    printed = g.get("y2") or g.get("y")
    year = int(printed) if printed else None
    if g.get("d2") or g.get("m2") or g.get("y2"):
        return Day(year)
    month, weekday = (g.get("m") or "").lower(), (g.get("wd") or "").lower()
    return Day(year, MONTHS.get(month), int(g.get("d") or 0) or None, WEEKDAYS.get(weekday))


def _joined(found: list[Timex], text: str) -> tuple[Timex, ...]:
    """'Tuesday, 3 November' is one day, of the year in which it is a Tuesday; 'the week of 3 May' is seven."""
    out: list[Timex] = []
    for item in found:
        before = out[-1] if out else None
        whole = item
        if (
            before
            and item.printed.day
            and before.end - before.start <= len("wednesday")
            and before.printed.weekday is not None
            and text[before.end : item.start] in (" ", ", ", ", the ", " the ", " (")
        ):
            out.pop()
            weekday = before.printed.weekday
            whole = replace(item, start=before.start, printed=replace(item.printed, weekday=weekday))
            if item.guessed and item.first == item.last and item.first.weekday() != weekday:
                years = (item.first.year + 1, item.first.year - 1)
                near = (read.valid_date(year, item.first.month, item.first.day) for year in years)
                if day := next((d for d in near if d and d.weekday() == weekday), None):
                    whole = replace(whole, first=day, last=day)
        if item.unit == "day" and text[max(0, item.start - 20) : item.start].endswith(("week of ", "week beginning ")):
            first, last = read.week_of(item.first, 0)
            whole = replace(item, first=first, last=last, unit="week")
        out.append(whole)
    return tuple(out)


def _unit(match: re.Match[str], reader: TimexReader, unit: Unit) -> Unit:
    if reader not in (read.read_relative, read.read_ago, read.read_in_units):
        return unit
    g, named = match.groupdict(), match["unit"].lower().removesuffix("s")
    which = (g.get("which") or "").lower()
    if reader is read.read_ago and not g["n"]:
        return "rolling"
    if named != "weekend" and (which in ("past", "this past") or (g.get("the") and which in ("last", "previous"))):
        return "rolling"
    return _UNIT_OF.get(named, "week")


_UNIT_OF: dict[str, Unit] = {
    "hour": "day", "day": "day", "month": "month", "quarter": "quarter", "year": "year", "decade": "year",
}  # fmt: skip


def _meant(match: re.Match[str], reader: TimexReader, text: str, loose: bool) -> bool:
    """Whether the words are a date here, and no name ('Black Friday', 'USA TODAY') or verb ('may')."""
    start, end = match.span()
    before, g = text[max(0, start - 40) : start], match.groupdict()
    if reader is read.read_weekday:
        return match["wd"][0].isupper() if loose else _weekday_meant(match, before, text[end : end + 40])
    if "bare" in g:
        return _bare_month_meant(match["m"], before, text[end : end + 12], loose)
    if reader is read.read_one_year and not g.get("part"):
        quoted = before.endswith(('"', "“", "‘")) and text[end : end + 1] in ('"', "”", "’")
        number = before.endswith("at ") and text[end : end + 2].strip().isupper()  # 'at 1805 Park Avenue'
        return not (_COUNTED.match(text, end) or (match[0] > "21" if loose else quoted or number))
    if reader in (read.read_relative, read.read_spoken, read.read_season):
        last = match[0].rsplit(" ", 1)[-1]
        if last[:1].isupper() and not text.isupper() and not (" " not in match[0] and _begins(text, start)):
            return reader is read.read_season and bool(g.get("y"))
    if reader in (read.read_day, read.read_month):
        name = match["m"]
        if name.lower() == "july" and before.lower().endswith("fourth "):
            return False
        if name.lower() in _UNSURE and not (g.get("y") or g.get("ry")):
            plain = (g.get("prep") or "").lower() in ("in", "since", "until", "during")
            whole = len(name) > 3 or name.lower() == "may"
            return plain or bool(g.get("part")) or (name[0].isupper() and (whole or reader is read.read_day))
        if text[end : end + 2] in ("'s", "’s"):
            return name[0].isupper()
    if reader is read.read_across_months and not g.get("d"):
        name = match["m"]
        return name[0].isupper() or name.lower() not in _UNSURE or before.lower().endswith(("from ", "between "))
    return True


def _bare_month_meant(name: str, before: str, after: str, loose: bool) -> bool:
    """Of a month without a preposition: 'September was hot', but not 'April Jones', 'Theresa May' or 'they march'."""
    if not name[0].isupper() or (name == "May" and re.match(r" (?:not|be|have|also)\b", after)):
        return False
    if name == "March" and before.lower().endswith(("the ", " a ")):
        return False
    if loose:
        return True
    word = _WORD_BEFORE.search(before)
    if after[1:2].isupper() or (word and word[1][0].isupper()) or before.lower().endswith("fourth of "):
        return False
    return name.lower() not in _NAMES_TOO or (word is not None and not after.startswith(" said"))


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
        return bool(follows and follows[1] in _OF_SPEECH and IN_SPEECH.search(before))
    if _ON_DAYS.search(before):
        return True
    if not before or before.endswith((", ", "(", '"', "“", ". ", "? ", ": ")):
        return not (follows and follows[1][0].isupper())
    word = _WORD_BEFORE.search(before)
    if word is None or _NAME_BEFORE.search(before):
        return after.startswith(("'s", "’s")) and word is None
    # 'died Sunday' is a day, 'Black Friday' and 'a Wednesday' are not
    return not (follows and follows[1][0].isupper() and not after.startswith(("'s", "’s")))
