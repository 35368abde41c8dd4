"""Printed and ISO dates -> ``When``, with the precision that was stated and none that was not.

Two questions are answered here: what moment does this text name (``parse``), and is this line a date stamp,
that is, a line made of dates and their labels rather than a sentence which mentions one (``stamp``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from rag.text.timex.calendar import valid_date
from rag.text.timex.labels import (
    AGO,
    JOINING,
    LEVANTINE_PATTERN,
    MADE,
    PUBLISHED,
    READING,
    REPORTER_BESIDE,
    SIGNED_BEFORE,
    SMALL,
    SOURCE_LABEL,
    UPDATED,
    WRITER_BESIDE,
    levantine_month,
    month_of,
    months_of,
    weekdays_named,
    with_whole_clocks,
    with_year_of_change,
)
from rag.text.timex.names import alternation, calendar_names
from rag.text.timex.zones import ZONE, zone_named
from rag.types import When, day

_LANGUAGES = ("en", "en_GB", "de", "de_AT", "fr", "es", "it", "pt", "nl")
_WORDS_TOO = frozenset("set out mag gen".split())
"""Short months of other languages that are words or names: 'Set 5 2024' is no day of September."""
_MONTHS = {
    name: number
    for language in _LANGUAGES
    for name, number in calendar_names(language, "months", "wide", "abbreviated").items()
    if name not in _WORDS_TOO
} | {"maerz": 3, "mrz": 3, "aout": 8, "setiembre": 9, "fevrier": 2, "decembre": 12}
_WEEKDAYS = {name: n for language in _LANGUAGES for name, n in calendar_names(language, "days", "wide").items()} | {
    **calendar_names("en", "days", "abbreviated"),
    **{name: n for name, n in calendar_names("de", "days", "abbreviated").items() if name != "do"},
    **{"tues": 1, "thur": 3, "thurs": 3, "sonnabend": 5},
}

_M = rf"(?P<mon>{alternation(_MONTHS)})\b\.?"
_Y = r"(?P<y>(?:18|19|20|21)\d\d)(?!\d)"
_D = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_ERAS = {"令和": 2018, "平成": 1988}  # the year before the first one of each
_DIGITS = {ord(zero) + n: str(n) for zero in "٠۰०০๐０" for n in range(10)}
_WORD = r"(?P<word>[^\s\d,/:|-]{2,20}?)"
_CLOCK = r"(?P<h>\d{1,2}):(?P<mi>\d\d)(?::(?P<s>\d\d))?"
_DATE_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<![\d.])(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)T(?P<h>\d\d)(?P<mi>\d\d)(?P<s>\d\d)?",
        r"(?<!\d)(?P<y>(?:18|19|20|21)\d\d)(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)",
        r"(?P<y>(?:18|19|20|21)\d\d)\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日",
        r"(?P<y>(?:18|19|20|21)\d\d)년\s?(?P<m>\d{1,2})월\s?(?P<d>\d{1,2})일",
        rf"\b{_M}\s+(?P<d>\d{{1,2}})\s+{_CLOCK}(?:\s+(?P<z>[A-Z]{{3,4}}|[+-]\d\d:?\d\d))?\s+{_Y}",  # ctime
        rf"(?<![\d.:]){_D}(?:\s+|-)(?:of\s+|de\s+)?{_M}(?:,?\s+|-)(?:de\s+)?{_Y}",
        rf"\b{_M}(?:\s+|-){_D}(?:,\s*|\s+|-){_Y}",
        r"(?<![\d./])(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>(?:18|19|20|21)\d\d|\d\d)(?![\d/])",
        r"(?<![\d.])(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d)",
        # months in any language: '4. listopadu 2024', '2024. november 4.', '2024. gada 4. novembrī', '4 tháng 11, 2024'
        rf"(?<![\d.:/-]){_D}(?:\s+(?:de\s+|d['’])?|[-/]){_WORD}\.?,?(?:\s+(?:de(?:l)?\s+)?|[-/]){_Y}",
        rf"(?<!\d)(?P<d>\d{{1,2}})\s+(?P<levant>{LEVANTINE_PATTERN})(?:\s?[/(–-]\s?[^\s\d/()]{{2,12}}\)?)?،?\s+{_Y}",
        rf"(?<!\d)(?P<d>\d{{1,2}})\s+[^\s\d/()]{{2,12}}\s?[/(–-]\s?(?P<levant>{LEVANTINE_PATTERN})\)?،?\s+{_Y}",
        rf"(?<!\d)(?P<y>(?:19|20)\d\d)(?:ko|eko)\s+{_WORD}\s+(?P<d>\d{{1,2}})(?:a|an)?(?!\w)",
        rf"(?<!\d){_Y}\.?\s+(?:m\.\s+)?{_WORD}\.?\s+(?P<d>\d{{1,2}})(?![\d:])",
        rf"(?<!\d){_Y}\.?\s+gada\s+(?P<d>\d{{1,2}})\.?\s+{_WORD}(?!\w)",
        # Thai years, of the Buddhist era, whole or by their last two digits
        rf"(?<!\d){_D}\s+{_WORD}\s+(?:พ\.ศ\.\s?)?(?P<y>(?:2[45])?\d\d)(?![\d:.])",
        r"(?<!\d)(?P<y>(?:18|19|20|21)\d\d)\.\s(?P<m>\d{1,2})\.\s(?P<d>\d{1,2})\.?(?!\d)",
        r"(?P<era>令和|平成)(?P<y>\d{1,2}|元)年(?P<m>\d{1,2})月(?P<d>\d{1,2})日",
        r"(?<![\d.])(?P<a>\d{1,2})(?P<sep>\.) (?P<b>\d{1,2})\. (?P<y>(?:18|19|20|21)\d\d)(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}})\s+tháng\s+(?P<m>\d{{1,2}}),?\s+(?:năm\s+)?{_Y}",
        rf"(?<!\w)(?P<named>[^\W\d_]{{3,12}})\.?\s+(?P<d>\d{{1,2}}),\s+{_Y}",  # 'Marso 5, 2025', in the page's language
    )
]
# A day without a year, and a moment told from now: they make a line a stamp but name no day that can be kept.
_UNDATED = re.compile(
    rf"\b(?:{alternation(_MONTHS)})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?![:.]\d)"
    rf"|(?<![\d:.])\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:{alternation(_MONTHS)})\b\.?"
    r"|\b(?:\d+|an?|one|two|three|few)\s*(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?"
    r"|mos?|months?|y|yrs?|years?)\s+ago\b|\bjust now\b|\byesterday\b|\btoday\b"
    rf"|{AGO}",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<!\d)(?<!\d[:.,])(?<![$€£+-])(?:"
    r"(?P<h>\d{1,2})(?::|\.|(?<=\d)\s?h\s?(?=\d)|\s?[时時点點시]\s?)(?P<mi>\d\d|\d(?=[分분]))(?!\d)[分분]?"
    r"(?::(?P<s>\d\d)(?:[.,]\d+)?)?(?:\s*(?P<ap>[AaPp]\.?\s?[Mm](?:\.|\b)))?"
    r"|(?P<h2>\d{1,2})\s*(?P<ap2>[AaPp]\.?\s?[Mm](?:\.|\b))"
    r"|(?P<h3>[01]\d|2[0-3])(?P<mi3>[0-5]\d)(?=\s*(?:GMT|UTC|hrs|[A-Z]{3,4}T\b))"
    r"|(?P<word>\bnoon\b|\bmidnight\b))"
    rf"(?:\s*(?:Uhr|hrs)\b)?(?:\s*\(?{ZONE}\)?)?"
)
_NOISE = re.compile(
    rf"(?:(?<![\w-])(?:{alternation(_WEEKDAYS)}|{JOINING}|{SMALL})(?:\b|(?<=\.)|(?!\w))\.?)"
    r"|星期[一二三四五六日天]|[()\[\]{}]",
    re.IGNORECASE,
)
_GLUE = re.compile(
    rf"[\s,،.|·•()–—-]*(?:T\b|(?:г|р|roku?)\.?[\s,]+)?(?:(?:{JOINING})(?!\w))?[\s,،.|·•()–—-]*"
    rf"(?:\b(?:{alternation(_WEEKDAYS)})\b\.?|星期.)?[\s,،.()]*",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"([^\W\d_]{2,15})\.?[\s,(]{1,4}$")
_JOINED_BEHIND = re.compile(rf"\s+(?:{JOINING})$", re.IGNORECASE)
_IN_NAMES = frozenset("van von de der den del della di da dos du la le ten ter zu zur el al bin y e i".split())
_HARD = re.compile(r"\s*[|·•—–;\t▪●]\s*|\s+[-/]\s+|\s{3,}")
_DAY_FOLLOWS = re.compile(r"[\s,]+(?:on|at|am|um|le|el|il|op|den|em|dnia)$|,$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a date stamp line says. Both moments are ``None`` where the day is not told ('3 hours ago')."""

    published: When = None
    updated: When = None
    rest: tuple[str, ...] = ()  # other short pieces of the line: a byline, an outlet, a place
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """A date, a time, or both, and where in the line it stands."""

    start: int
    end: int
    day: date | None = None
    clock: time | None = None
    zone: str | None = None

    def moment(self, base: When) -> When:
        """What it names; a bare time is one of the day ``base``, or of the next one."""
        if self.clock is None:
            return self.day
        if self.day is None:
            return _complete(self.clock, self.zone, base)
        return datetime.combine(self.day, self.clock, zone_named(self.zone, self.day))


def parse_stamp(
    text: str,
    *,
    now: datetime | None = None,
    published: When = None,
    day_first: bool | None = None,
    language: str | None = None,
) -> When:
    """The moment that ``text`` names, or ``None`` where it names none, several, or one that cannot be believed.

    A bare time is completed with the day of ``published``. ``day_first`` decides 07/05/2024 where nothing in the
    text does, ``language`` (its ISO 639 code) what a month is that several languages name alike. Days before 1900 and
    after ``now`` are not believed.
    """
    bare_time = published is not None
    found = stamp(text, now=now, published=published, day_first=day_first, bare_time=bare_time, language=language)
    if found is None or found.rest or (found.published and found.updated):
        return None
    return found.published or found.updated


def stamp(
    line: str,
    *,
    now: datetime | None = None,
    published: When = None,
    day_first: bool | None = None,
    bare_time: bool = False,
    language: str | None = None,
) -> Stamp | None:
    """What the line says if it is a date stamp, else ``None``.

    ``published`` is the day that completes a bare 'Updated 20:37'. A time without a day and without a label is a
    stamp only with ``bare_time``.
    """
    line = " ".join(line.replace("\u00a0", " ").split(" ")).strip().translate(_DIGITS)
    line = line if line.isascii() else with_whole_clocks(line)
    if not line or len(line) > 200 or not any(c.isdigit() or c.isalpha() for c in line):
        return None
    now = now or datetime.now(UTC)
    stated, line = line, with_year_of_change(line, day(published), language)
    named = _named(line, now, day_first, language)
    if not named:
        return None
    edges = [0, *(edge for n in named for edge in (n.start, n.end)), len(line)]
    gaps = [line[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    rest: list[str] = []
    for i, gap in enumerate(gaps):
        pieces = _left_over(gap, first=i == 0, last=i == len(named))
        if pieces is None:
            return None
        rest += pieces
    labelled = any(UPDATED.search(gap) or PUBLISHED.search(gap) for gap in gaps)
    if not (labelled or bare_time or any(n.day or not n.clock for n in named)):
        return None
    if len(named) > 1 and not labelled and len(rest) >= len(named):
        return None  # a timetable or a list of dated things
    base = published
    first: When = None
    update: When = None
    begun = False  # the first one is that on which the text was begun
    for item, gap in zip(named, gaps, strict=False):
        moment = item.moment(base)
        if moment is None or not _believable(moment, now):
            continue
        base = base or moment
        told_after = item is named[-1] and not PUBLISHED.search(gap) and UPDATED.search(gaps[-1])
        out = begun and PUBLISHED.search(gap) and not (UPDATED.search(gap) or of_making(gap))
        if not out and (first or told_after or UPDATED.search(gap)):
            update = update or moment
        else:
            first, begun = moment, of_making(gap)
    if first and update and earlier(update, first):
        if line != stated and published is None:
            return stamp(stated, now=now, published=first, day_first=day_first, language=language)
        update = None
    return Stamp(first, update, tuple(rest), labelled)


def is_label(line: str) -> bool:
    """Whether the line is the label of a stamp and nothing else: 'Published', 'Last updated:'."""
    bare = _JOINED_BEHIND.sub("", line.strip(" :：.-–—"))
    return len(bare) <= 30 and bool(UPDATED.fullmatch(bare) or PUBLISHED.fullmatch(bare))


def of_making(line: str) -> bool:
    """Whether a line's label says that its day is the one on which the text was begun, and none that it came out."""
    return MADE.search(line) is not None and not PUBLISHED.search(MADE.sub(" ", line))


def day_first_on(text: str) -> bool | None:
    """Whether the page writes the day before the month, judged by its other dates; ``None`` if they do not say."""
    if not re.search(r"(?<![\d/])\d{1,2}/\d{1,2}/\d\d", text):
        return None  # nothing to decide
    text = text[:200_000]
    # Dots and dashes always put the day first (or the year), so only slashes are evidence.
    slashed = re.findall(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(?:\d{4}|\d\d)(?![\d/])", text)
    votes = sum((int(a) > 12 >= int(b)) - (int(b) > 12 >= int(a)) for a, b in slashed)
    if votes == 0:
        months = alternation(_MONTHS)
        before = re.findall(rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th|\.)? (?:{months})\b", text, re.I)
        after = re.findall(rf"\b(?:{months})\.? \d{{1,2}}(?:st|nd|rd|th)?(?![\d:])(?!,? \d{{1,2}}:)", text, re.I)
        american = re.findall(r"\d\s?[AaPp]\.?[Mm]\.?,? \(?(?:E|C|M|P)[SD]?T\b", text)
        votes = len(before) - len(after) - 2 * len(american)
    return None if votes == 0 else votes > 0


def _named(line: str, now: datetime, day_first: bool | None, language: str | None) -> list[_Named]:
    """Dates, times, and dates joined with their times, in the order of the line."""
    masked = line
    found: list[_Named] = []

    def take(item: _Named) -> None:
        nonlocal masked
        found.append(item)
        masked = masked[: item.start] + "\0" * (item.end - item.start) + masked[item.end :]

    for form in _DATE_FORMS:
        for match in form.finditer(masked):
            value, g, end = _day_of(match, line, now, day_first, language), match.groupdict(), match.end()
            clock = _clock(g["h"], g["mi"], g["s"]) if g.get("h") else None
            if value is None or (g.get("h") and clock is None):
                continue
            zone = g.get("z")
            if clock and not zone and line[end : end + 1] in ("Z", "z"):
                zone, end = "Z", end + 1
            take(_Named(match.start(), end, value, clock, zone))
    for match in _TIME.finditer(masked):
        g = match.groupdict()
        if g["word"]:
            clock = time(12 if g["word"] == "noon" else 0)
        else:
            clock = _clock(g["h"] or g["h2"] or g["h3"], g["mi"] or g["mi3"], g["s"], g["ap"] or g["ap2"])
        if clock is not None:
            take(_Named(match.start(), match.end(), None, clock, g["z"]))
    for match in _UNDATED.finditer(masked):
        take(_Named(match.start(), match.end()))
    left = sorted(found, key=lambda n: n.start)
    out: list[_Named] = []
    while left:
        a = left.pop(0)
        # '15:05, 7 May 2024, 16:10' would be two moments; a time that follows its day belongs to that day.
        if left and (a.clock is None) != (left[0].clock is None) and _joins(line[a.end : left[0].start]):
            b = left[0]
            dated, clocked = (a, b) if a.clock is None else (b, a)
            if clocked.day is None:
                del left[0]
                a = _Named(a.start, b.end, dated.day, clocked.clock if dated.day else None, clocked.zone)
        out.append(a)
    return out


def _joins(gap: str) -> bool:
    """Whether what stands between a day and a time makes them one moment."""
    return bool(_GLUE.fullmatch(gap)) or bool(weekdays_named(gap.strip(" ,.،()（）")))


def _day_of(
    match: re.Match[str], line: str, now: datetime, day_first: bool | None, language: str | None
) -> date | None:
    g = match.groupdict()
    year = 1 if g["y"] == "元" else int(g["y"])
    if era := g.get("era"):
        return valid_date(year + _ERAS[era], int(g["m"]), int(g["d"]))
    word = (g.get("word") or "").rstrip(".")
    thai = word.casefold() in months_of("th")
    if len(g["y"]) == 2 and word:
        if not thai:
            return None
        year += 2500
    elif len(g["y"]) == 2:
        year += 2000 if year <= now.year % 100 else 1900
    if levant := g.get("levant"):
        return valid_date(year, levantine_month(levant), int(g["d"]))
    if named := g.get("named"):
        number = months_of(language).get(named.casefold()) if language else None
        return valid_date(year, number, int(g["d"])) if number else None
    if word:
        number = month_of(word, language)
        return valid_date(year - 543 if thai and year > 2400 else year, number, int(g["d"])) if number else None
    if g.get("a") is None:
        month = _MONTHS[g["mon"].lower()] if g.get("mon") else int(g["m"])
        return valid_date(year, month, int(g["d"]))
    a, b = int(g["a"]), int(g["b"])
    by_day, by_month = valid_date(year, b, a), valid_date(year, a, b)
    if by_day is None or by_month is None or by_day == by_month:
        return by_day or by_month
    if (said := _BEFORE.search(line[: match.start()])) and (numbers := weekdays_named(said[1])):
        fits = [d for d in (by_day, by_month) if d.weekday() in numbers]
        if len(fits) == 1:
            return fits[0]
    if g["sep"] != "/":
        return by_day
    weekdays = {_WEEKDAYS[w] for w in re.findall(r"[^\W\d_]+", line.lower()) if w in _WEEKDAYS}
    if len(weekdays) == 1:
        fits = [d for d in (by_day, by_month) if d.weekday() in weekdays]
        if len(fits) == 1:
            return fits[0]
    believable = [d for d in (by_day, by_month) if _believable(d, now)]
    if len(believable) == 1:
        return believable[0]
    if day_first is None and re.search(r"\b(?:E|C|M|P)(?:[SD])?T\b", line):
        day_first = False  # a zone of the United States, where the month goes first
    # where nothing on the page decides, 07/05/2024 is 7 May: most of the world writes the day first
    return by_month if day_first is False else by_day


def _left_over(gap: str, *, first: bool, last: bool) -> list[str] | None:
    """The pieces of a gap that are neither label nor noise; ``None`` if one of them makes the line a sentence."""
    pieces = _HARD.split(gap)
    kept: list[str] = []
    for i, raw in enumerate(pieces):
        bare = PUBLISHED.sub(" ", _NOISE.sub(" ", UPDATED.sub(" ", raw)))
        bare = bare.strip(" \t,:.;|/-–—'\"：，。（）،؛՝")
        if not bare or READING.fullmatch(bare) or weekdays_named(bare):
            continue
        if REPORTER_BESIDE.fullmatch(bare):
            kept.append(bare)
            continue
        piece = raw.strip(" ,:;/-–—()")
        touches_right = not last and i == len(pieces) - 1
        if touches_right and first and SIGNED_BEFORE.match(piece):
            piece = _without_weekday(piece)
        words = piece.split()
        touches_left = not first and i == 0
        if touches_right and first and len(pieces) == 1 and WRITER_BESIDE.fullmatch(piece):
            return [piece]
        if len(words) > 12 or piece.endswith((".", "?", "!", "。")):
            return None
        if not (SIGNED_BEFORE.match(piece) and first):
            small = sum(word[0].islower() for word in words)
            if len(words) > 6 or (len(words) >= 3 and small >= 0.4 * len(words) and not SIGNED_BEFORE.match(piece)):
                return None  # neither a name nor an outlet
            if touches_right:
                # 'Beirut, 28 September 2024' and 'Source: Northway 28 September 2024'
                place = first and i == 0 and raw.rstrip().endswith(",") and len(words) <= 4
                if not SOURCE_LABEL.match(piece) and not (
                    place and all(w[:1].isupper() or w in _IN_NAMES for w in words)
                ):
                    return None
            elif touches_left:
                apart = raw.lstrip().startswith((",", "(")) and piece[:1].isupper()
                if not (apart or SIGNED_BEFORE.match(piece) or SOURCE_LABEL.match(piece)):
                    return None
        kept.append(_DAY_FOLLOWS.sub("", piece))
    return kept


def _without_weekday(signed: str) -> str:
    """'By Jane Roe' of 'By Jane Roe on Tue', where the day follows."""
    words = signed.split()
    if weekdays_named(words[-1].strip(".,")):
        words.pop()
    return _DAY_FOLLOWS.sub("", " ".join(words))


def _clock(hour: str, minute: str | None, second: str | None, half: str | None = None) -> time | None:
    h = int(hour)
    if half:
        if not 1 <= h <= 12:
            return None
        h = h % 12 + (12 if half[0] in "pP" else 0)
    try:
        return time(h, int(minute or 0), int(second or 0))
    except ValueError:
        return None


def _complete(clock: time, zone: str | None, published: When) -> When:
    """A bare time on the published day, or on the next if that would be before the published time."""
    on = day(published)
    if published is None or on is None:
        return None
    inherited = published.tzinfo if isinstance(published, datetime) else None
    moment = datetime.combine(on, clock, zone_named(zone, on) or inherited)
    if isinstance(published, datetime) and earlier(moment, published) and on < date.max:
        moment += timedelta(days=1)
    return moment


def earlier(a: When, b: When) -> bool:
    """Whether a is certainly before b: by the clock where both tell it in the same way, else by the day."""
    if isinstance(a, datetime) and isinstance(b, datetime) and (a.tzinfo is None) == (b.tzinfo is None):
        return a < b
    a_day, b_day = day(a), day(b)
    return a_day is not None and b_day is not None and a_day < b_day


def _believable(moment: date | datetime, now: datetime) -> bool:
    """From 1900 to now. A time without a zone may be ahead of us by the 14 hours of the easternmost zone."""
    if moment.year < 1900:
        return False
    now = now if now.tzinfo else now.replace(tzinfo=UTC)
    latest = now + timedelta(hours=14)
    if not isinstance(moment, datetime):
        return moment <= latest.date()
    if moment.tzinfo is None:
        return moment <= latest.replace(tzinfo=None)
    return moment <= now + timedelta(minutes=10)
