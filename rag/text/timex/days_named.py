"""The days that a sentence of a news article speaks of, told from the article's own day.

News convention: a bare weekday in the past tense is the latest such day, the day of publication included; with 'will'
and its like it is the next one. Where tense or convention do not decide, nothing is said.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from rag.types import When, day

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}  # winter lies in two years

_W = "|".join(_WEEKDAYS)
_M = (
    r"(?:Jan(?:uary|\.)|Feb(?:ruary|\.)|Mar(?:ch|\.)|Apr(?:il|\.)|May|June?|July?|Aug(?:ust|\.)|Sept?(?:ember|\.)"
    r"|Oct(?:ober|\.)|Nov(?:ember|\.)|Dec(?:ember|\.))"
)
_Y = r"(?:18|19|20)\d\d"
_D = r"(?:[12]\d|3[01]|0?[1-9])"

_WORDS = re.compile(
    rf"""
    (?P<iso>(?<![\d-]){_Y}-\d\d-\d\d(?![\d-]))
  | (?:\b(?P<named>{_W}),?\ \(?)? (?<![\w.])(?:
        (?P<m1>{_M})\ (?P<d1>{_D})(?:st|nd|rd|th)?(?![\w%]|[.,:]\d)
      | (?P<d2>{_D})(?:st|nd|rd|th)?\ (?:of\ )?(?P<m2>{_M})(?!\w))
    (?:,?\ (?P<y>{_Y})(?![\d%-]))?
  | (?<![\w.])(?P<m3>{_M}),?\ (?:of\ )?(?P<y3>{_Y})(?![\d%-])
  | (?<=\b[Ii]n\ )(?P<y4>{_Y})(?![\w%,-])
  | (?:\b(?P<at>[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Ll]ast)\ )(?P<month>{_M})(?![\w’'-])
  | \b(?:(?P<pre>[Ll]ast|[Tt]his\ past|[Tt]his\ coming|[Tt]his|[Nn]ext|[Cc]oming|[Pp]ast)\ )?(?P<weekday>{_W})
    (?:\ (?:morning|afternoon|evening|night))?(?:['’]s)?(?![\w’'-])
  | \b(?:(?P<soon>[Ee]arlier|[Ll]ater)\ )?(?P<rel>[Tt]oday|[Yy]esterday|[Tt]omorrow|[Tt]onight|[Ll]ast\ night
      |[Tt]his\ (?:morning|afternoon|evening))(?:['’]s)?(?![\w’'-])
  | \b(?P<which>[Tt]his|[Ll]ast|[Nn]ext)\ (?P<unit>week|month|year|weekend|spring|summer|autumn|fall)
    (?:['’]s)?(?![\w’'-])
  | \b[Oo]ver\ the\ (?P<over>weekend)(?![\w’'-])
    """,
    re.VERBOSE,
)
_TOKEN = re.compile(r"['’](?:ll|s|re|ve|d)\b|[^\W_]+(?:[-'’][^\W_]+)*|[;:—–“”\"()]|,")
_HARD = frozenset(';:—–“”"()')
_SPEECH = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)['‘][^'‘\n]*?[,.?!]['’](?!\w)")

_FUTURE = frozenset(
    "will 'll won't shall scheduled expected slated planned due upcoming plans planning hopes intends poised begins "
    "opens starts ends expires premieres airs debuts kicks resumes closes".split()
)
_PARTICIPLES = frozenset("scheduled expected slated planned due".split())
_OPEN = frozenset(
    "would could should may might can must cannot can't if unless every each does do don't doesn't whether "
    "plays play faces face meets meet visits visit returns return hosts host speaks holds hold".split()
)
_BEFORE_TO = frozenset(
    "expected scheduled set due slated plans plan planning going hopes hope intends poised ready prepares preparing "
    "aims likely has have is are".split()
)
_AFTER_ALL = frozenset("failed refused declined continued began managed voted met gathered used tried took".split())
_PAST = frozenset(
    "said told was were had did didn't wasn't weren't went came took made won lost died shot held met found hit fell "
    "rose left began struck sent gave got saw spoke wrote ran led beat became brought built bought caught chose drew "
    "drove fought flew grew heard kept knew paid sat sold stood swore taught thought threw woke wore tweeted broke "
    "felt hung laid lay lit rode rang sank sang shook shone slept spent stole swam withdrew burst has have 've "
    "hasn't haven't happened".split()
)
_WAS = frozenset("was were wasn't weren't had been would originally initially".split())
_NOT_PAST = frozenset(
    "need hundred indeed speed feed shed exceed proceed succeed based located aged named called seed breed "
    "unprecedented interested red bed weed greed creed bleed supposed so-called".split()
)
_PLACES_OF_SPEECH = (
    "statement interview tweet news press report letter memo hearing filing post briefing email speech "
    "court meeting ruling order vote decision appearance rally".split()
)
_NAME_BEFORE = re.compile(
    r"\b(?:Black|Cyber|Fat|Super|Ash|Good|Bloody|Palm|Easter|Holy|Maundy|Taco|Giving|Selection|Shrove|Whit|Blue|"
    r"Casual|Freaky|Ruby|Mothering|Clean|Green|Throwback|Bowl|Big|Red|Victory|Joe|Championship|Sunny|Business|Gray)"
    r" $"
)
_NO_DAY_BEFORE = re.compile(
    r"(?:\b(?:a|an|any|every|each|most|some|one|that|first|second|third|fourth|final|last|the|another|ago|from|"
    r"following|previous|between|through|per|and every|non|same|his|her|their|its|our|or) |[-–/#&@]|\bto )$",
    re.IGNORECASE,
)
_NO_DAY_AFTER = re.compile(
    rf" ?[-–/]|,? (?:through|thru|of|or|until|to (?:{_W}))\b|s\b| (?:night|morning|evening)s\b"
    r"| (?:after|before|following) (?:the )?(?:holiday|[A-Z])"
    rf"|,? \(?(?:the \d|\d{{1,2}}(?:st|nd|rd|th)\b|(?:{_D} )?{_M})"
)
_KNOWN_DAYS = frozenset(((9, 11), (1, 6), (7, 4), (12, 25), (10, 31), (2, 14), (12, 31), (1, 1), (11, 11), (6, 6)))
"""Days that are named without a year because the year is known, or means every year."""


@dataclass(frozen=True, slots=True)
class Day:
    """Words at ``[start, end)`` of a sentence, the first and last day they mean, and what they leave unsaid."""

    start: int
    end: int
    first: date
    last: date
    label: str  # what a reader must be told: '27 Sep 2024', 'week of 23 Sep 2024', '2023'; '' where the words say it


def days(quote: str, published: When) -> list[tuple[str, date, date]]:
    """(words, first day, last day) of everything in a sentence that names days and can be resolved, in order."""
    return [(quote[d.start : d.end], d.first, d.last) for d in find_days(quote, published)]


def find_days(sentence: str, published: When, before: str = "") -> list[Day]:
    """Every resolvable mention of days in ``sentence``, in order. ``before`` is what stands in front of it in the
    paragraph: it tells whether the sentence begins inside a quotation and whether the talk is of another year.

    ``published`` is the article's day; without it only complete dates are found.
    """
    today = day(published)
    if today is not None and not 1000 < today.year < 9000:
        today = None
    sentence = sentence.replace("\n", " ").replace("\t", " ").replace("\xa0", " ")
    found: list[Day] = []
    reader: _Reader | None = None
    for match in _WORDS.finditer(sentence, 0, LONGEST):
        reader = reader or _Reader(sentence, today, before)
        resolved = reader.read(match)
        if resolved:
            found.append(resolved)
    return found


class _Reader:
    """One sentence, read for the tense at a place."""

    def __init__(self, text: str, today: date | None, before: str) -> None:
        self.text = text
        self.today = today
        opened = before.count("“") > before.count("”") or before.count('"') % 2 == 1
        self.speech = [m.span() for m in _SPEECH.finditer(text)]
        if opened:
            close = re.search(r"[”\"]", text)
            end = close.end() if close else len(text)
            self.speech = [(0, end), *((a + end, b + end) for a, b in (m.span() for m in _SPEECH.finditer(text[end:])))]
        years = {int(y) for y in re.findall(rf"(?<![\d$£€,]){_Y}(?![\d%,])", before[-600:] + " " + text)}
        self.other_year = today is not None and bool(years - {today.year})
        self.tokens = list(_TOKEN.finditer(text, 0, LONGEST + 200))
        self.ends = [t.end() for t in self.tokens]

    def quoted(self, at: int) -> bool:
        return any(a <= at < b for a, b in self.speech)

    def read(self, match: re.Match[str]) -> Day | None:
        g = match.groupdict()
        if g["iso"]:
            return self._span(match, *_whole(int(g["iso"][:4]), int(g["iso"][5:7]), int(g["iso"][8:])), "")
        if month := g["m1"] or g["m2"]:
            return self._month_day(match, _MONTHS.index(month[:3]) + 1, int(g["d1"] or g["d2"]), g["y"], g["named"])
        if g["m3"]:
            return self._span(match, *_whole(int(g["y3"]), _MONTHS.index(g["m3"][:3]) + 1), "")
        if g["y4"]:
            return self._span(match, *_whole(int(g["y4"])), "")
        if self.today is None:
            return None
        if g["month"]:
            return self._month(match, _MONTHS.index(g["month"][:3]) + 1, g["at"].lower())
        if g["weekday"]:
            return self._weekday(match, _WEEKDAYS.index(g["weekday"]), (g["pre"] or "").lower())
        if g["rel"]:
            return self._relative(match, g["rel"].lower(), bool(g["soon"]))
        return self._unit(match, (g["which"] or "over").lower(), g["unit"] or g["over"])

    def _span(self, match: re.Match[str], first: date | None, last: date | None, label: str) -> Day | None:
        return Day(match.start(), match.end(), first, last, label) if first and last else None

    def _near(self, match: re.Match[str]) -> tuple[str, str]:
        return self.text[max(0, match.start() - 24) : match.start()], self.text[match.end() : match.end() + 24]

    def _weekday(self, match: re.Match[str], number: int, pre: str) -> Day | None:
        today, (before, after) = self._day, self._near(match)
        if self.quoted(match.start()) or _NO_DAY_AFTER.match(after) or _NAME_BEFORE.search(before):
            return None
        noun = re.match(r" (\w+)", after)
        if re.search(r"\b[Aa] $", before) and not pre:
            if not (noun and noun[1] in _PLACES_OF_SPEECH and re.search(r"\b(?:in|during|at|after) a $", before)):
                return None
        elif _NO_DAY_BEFORE.search(before):
            return None
        # 'Sunday Times', 'Friday Night Lights': a name, unless 'on' stands before and the next is no part of one
        if noun and noun[1][0].isupper() and not (
            re.search(r"\b[Oo]n $", before) and noun[1] not in ("Night", "Times", "Morning", "Mail", "Evening", "Best")
        ):  # fmt: skip
            return None
        if pre in ("next",):
            return None  # the coming one or the one after it
        back = (today.weekday() - number) % 7
        if pre == "last":
            found = today - timedelta(back or 7)
            return self._one(match, found) if found.isocalendar()[:2] != today.isocalendar()[:2] else None
        if pre in ("past", "this past"):
            return self._one(match, today - timedelta(back or 7))
        if pre in ("coming", "this coming"):
            return self._one(match, today + timedelta((7 - back) % 7 or 7))
        tense = self.tense(match)
        if (
            tense == "future"
            and match.group().endswith(("'s", "’s"))
            and not re.search(r"\b(?:[Aa]head of|for) $", before)
        ):
            return None  # 'Monday's decision will cost millions' may be of last Monday
        if re.search(r"\b[Ss]ince $", before):
            tense = "past"
        elif re.search(r"\b(?:[Bb]y|[Uu]ntil|[Bb]efore|[Tt]hrough|[Aa]head of|[Ff]or) $", before) and tense == "past":
            return None
        if tense == "past" and back < LATEST_BACK:
            return self._one(match, today - timedelta(back))
        if tense == "future":
            return self._one(match, today + timedelta((7 - back) % 7))
        return None

    def _one(self, match: re.Match[str], found: date) -> Day:
        return Day(match.start(), match.end(), found, found, _day_label(found))

    def _relative(self, match: re.Match[str], words: str, soon: bool) -> Day | None:
        before, after = self._near(match)
        if self.quoted(match.start()):
            return None
        if words == "today":
            # 'today' is 'nowadays' as often as not
            if not (soon or re.search(r"\b(?:said|announced|told|released|reported|confirmed|will \w+) $", before)):
                return None
        elif re.search(r"\b(?:of|for|better|a|like|like there's no) $", before):
            return None  # 'the cars of tomorrow'
        if match.group().endswith(("'s", "’s")) and words in ("today", "tomorrow", "yesterday"):
            return None
        if re.match(r" [A-Z]|['’\"”]", after) or (before and re.search(r"[\"“'‘]$|[A-Z]\w+ $", before)):
            return None
        if match.group()[0].isupper() and match.start() > 0 and not re.search(r"[.?!] $", before):
            return None
        shift = {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(words, 0)
        return self._one(match, self._day + timedelta(shift))

    def _unit(self, match: re.Match[str], which: str, unit: str) -> Day | None:
        today, (before, after) = self._day, self._near(match)
        if re.search(
            r"\b(?:the|his|her|their|its|my|our|your|every|each|past|of|very) $", before, re.IGNORECASE
        ) and not (
            which == "this"
            or re.search(r"\b(?:end|half|start|beginning|part|most|all|rest|month|out|that) of $", before)
        ):
            return None
        if re.search(r"\b(?:to|until|into|from|than|in|for|that|as|by|on|since|with|at|or|and|when) the $", before):
            return None
        if which != "this" and re.match(r" (?:of|in office|at the helm|or |as (?:a|an|the) )", after):
            return None
        if re.match(r" or (?:two|so|next)| and next|-", after):
            return None
        if unit == "year":
            if self.quoted(match.start()) and self.other_year:
                return None
            year = today.year + {"this": 0, "last": -1, "next": 1}[which]
            return self._span(match, *_whole(year), str(year))
        if self.quoted(match.start()):
            return None
        if unit == "month":
            month = today.year * 12 + today.month - 1 + {"this": 0, "last": -1, "next": 1}[which]
            first, last = _whole(month // 12, month % 12 + 1)
            return self._span(match, first, last, f"{_MONTHS[month % 12]} {month // 12}")
        if unit in _SEASONS:
            return self._season(match, which, unit)
        monday, weekday = today - timedelta(today.weekday()), today.weekday()
        if unit == "weekend":
            if which == "next" or (which == "over" and (weekday > 2 or self.tense(match) != "past")):
                return None
            saturday = monday + timedelta(5 if which == "this" else -2)
            sunday = saturday + timedelta(1)
            return self._span(match, saturday, sunday, f"{_day_label(saturday)} to {_day_label(sunday)}")
        # On Saturday and Sunday the week that is nearly over is 'this' one to some and 'last' one to others.
        if weekday == 6 or (weekday == 5 and which != "next"):
            return None
        monday += timedelta({"this": 0, "last": -7, "next": 7}[which])
        return self._span(match, monday, monday + timedelta(6), f"week of {_day_label(monday)}")

    def _season(self, match: re.Match[str], which: str, season: str) -> Day | None:
        begins, ends = _SEASONS[season]
        today = self._day
        if (which == "last" and today.month > ends) or (which == "next" and today.month < begins):
            return None  # of this year or of the other
        year = today.year + {"this": 0, "last": -1, "next": 1}[which]
        return self._span(match, _whole(year, begins)[0], _whole(year, ends)[1], f"{season} {year}")

    def _month(self, match: re.Match[str], month: int, at: str) -> Day | None:
        today, (before, after) = self._day, self._near(match)
        if self.other_year or self.quoted(match.start()) or re.match(r",? (?:[A-Z]|of\b|\d)|\.? ?[-–/]|s\b", after):
            return None
        if month == today.month or re.search(r"\b(?:every|each|once|early|late|years?|back) $", before, re.IGNORECASE):
            return None
        latest = today.year - (month > today.month)
        if at == "last":
            year = latest if latest < today.year else None  # 'last May' in June may be of either year
        else:
            tense = "past" if at == "since" else self.tense(match)
            months_ago = (today.month - month) % 12
            year = None
            if tense == "past" and at not in {"until", "by"} and months_ago <= 8:
                year = latest
            elif tense == "future" and months_ago >= 4:
                year = latest + 1
        if year is None:
            return None
        return self._span(match, *_whole(year, month), f"{_MONTHS[month - 1]} {year}")

    def _month_day(
        self, match: re.Match[str], month: int, number: int, year: str | None, named: str | None
    ) -> Day | None:
        if year:
            found = _whole(int(year), month, number)
            return self._span(match, *found, "")
        today, (before, after) = self.today, self._near(match)
        if today is None or self.other_year or self.quoted(match.start()) or (month, number) in _KNOWN_DAYS:
            return None
        if re.match(r" ?[-–/]\d|,? (?:of )?\d{4}|-\w", after):
            return None
        near = [d for y in (-1, 0, 1) if (d := _date(today.year + y, month, number)) and abs((d - today).days) < 200]
        if named:
            near = [d for d in near if d.weekday() == _WEEKDAYS.index(named)]
        elif not re.search(
            r"\b(?:on|by|until|since|from|through|for|before|after|began|starting) $", before, re.IGNORECASE
        ):
            return None
        else:
            tense = self.tense(match)
            near = [d for d in near if (tense == "past" and d <= today) or (tense == "future" and d >= today)]
        return self._span(match, near[0], near[0], str(near[0].year)) if len(near) == 1 else None

    @property
    def _day(self) -> date:
        assert self.today is not None  # read() has looked
        return self.today

    def tense(self, match: re.Match[str]) -> str | None:
        """'past', 'future' or None at a mention of a day, judged by the verb that is nearest to it."""
        i = bisect_right(self.ends, match.start())
        j = i
        while j < len(self.tokens) and self.tokens[j].start() < match.end():
            j += 1
        while i > 0 and self._word(i - 1) in ("on", "late", "early", "earlier", "by", "until", "since", "before", "in"):
            i -= 1
        adjacent = self._marker(j) if j < len(self.tokens) else None
        if adjacent:
            return None if adjacent == "open" else adjacent
        if i > 0 and self._word(i - 1) in ("is", "are"):
            return "future"
        looks: tuple[Callable[[], str | None], ...] = (
            lambda: self._look(range(i - 1, max(-1, i - 16), -1), comma=True),
            lambda: self._look(range(j, min(len(self.tokens), j + 16)), comma=False),
            lambda: self._look(range(i - 1, max(-1, i - 25), -1), comma=False),
        )
        for look in looks:
            if found := look():
                return None if found == "open" else found
        return None

    def _word(self, i: int) -> str:
        return self.tokens[i].group().lower().replace("’", "'")

    def _look(self, places: range, *, comma: bool) -> str | None:
        for i in places:
            word = self.tokens[i].group()
            if word in _HARD or (comma and word == ","):
                return None
            if found := self._marker(i):
                return found
        return None

    def _marker(self, i: int) -> str | None:
        """What the word at ``i`` says of the tense: 'past', 'future', 'open' (it may be either), or None (nothing)."""
        shown, word = self.tokens[i].group(), self._word(i)
        if shown[0].isupper() and i > 0:
            return None
        before = [self._word(k) for k in range(max(0, i - 4), i)]
        if word in _OPEN:
            return "open"
        if word in ("is", "are", "'s", "'re"):
            later = [self._word(k) for k in range(i + 1, min(len(self.tokens), i + 4))]
            if word == "'s" and not any(w.endswith("ing") or w in _BEFORE_TO for w in later[:2]):
                return None
            return "future" if any(w in _PARTICIPLES or w in ("set", "going") for w in later) else "open"
        if word == "to" and i + 1 < len(self.tokens) and self.tokens[i + 1].group().islower():
            if (
                self._word(i + 1) in ("the", "a", "an", "his", "her", "their", "its", "be")
                and self._word(i + 1) != "be"
            ):
                return None
            governing = before[-1] if before else ""
            if governing in _BEFORE_TO:
                had = any(w in _WAS for w in before[-3:])
                return "open" if had else "future"
            return "past" if governing in _AFTER_ALL else "open"
        if word in _FUTURE:
            told = any(w in _WAS for w in before[-3:])
            return "open" if told and word in _PARTICIPLES else "future"
        if word in _PAST or (word.endswith("ed") and len(word) > 3 and word not in _NOT_PAST and "-" not in word):
            for w in reversed(before):
                if w in ("will", "'ll", "won't", "shall"):
                    return "future"
                if w in _OPEN:
                    return "open"
                if w == "to":
                    return "open" if word not in ("had", "was", "were", "said", "told") else "past"
                if w in ("is", "are", "'re", "being", "be") and word not in ("said", "told", "was", "were", "had"):
                    return "open"
                if w in ("has", "have", "was", "were", "had", "that", "who", ",", "and"):
                    break
            return "past"
        return None


LONGEST = 4000
"""Characters of a sentence that are read; a longer one is a table."""
LATEST_BACK = 6
"""Days back up to which (exclusive) a bare weekday of the past is believed: what seems six days old is mostly tomorrow,
in an article that was updated after the day it bears."""


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _whole(year: int, month: int | None = None, number: int | None = None) -> tuple[date | None, date | None]:
    """First and last day of a year, of a month, or of a day."""
    if number is not None and month is not None:
        return _date(year, month, number), _date(year, month, number)
    first = _date(year, month or 1, 1)
    if month in (None, 12):
        return first, _date(year, 12, 31)
    after = _date(year, (month or 0) + 1, 1)
    return first, after - timedelta(1) if after else None


def _day_label(found: date) -> str:
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"
