"""The days that a question speaks of, and whether they are days of reporting or only belong to a name or to history.

A wrong window hides the answer, so a date is one of reporting only where the words leave little doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from rag.qa.article_days import day_words
from rag.text.timex.expressions import BEFORE_MONTH, Timex, timexes
from rag.text.timex.names import MONTHS
from rag.text.timex.tense import direction, sentence_bounds

OLD_YEARS = 5
"""A year by itself that lies further back is history; of a day or a month, twice as many."""
RECENT_DAYS = 370
"""How far back 'since March' and 'the past months' may reach and still ask for what is new."""
UNSURE_DAYS = {"past": 366, "open": 180, "future": 400}
"""How far away a guessed year may put a date, by what the verb says."""
UNSURE_PAST_DAY = 335
"""A day of the month further back than this is more likely the one to come: 'on May 11', asked on May 4."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days, both included; ``None`` where that side is open. ``notes``: (words, the days they mean)."""

    since: date | None = None
    until: date | None = None
    publication: bool = False
    notes: tuple[tuple[str, str], ...] = ()


_OPERATOR = re.compile(
    r"\b(since|after|following|until|till|up to|through|by|before|prior to|ahead of|from|than|compared (?:with|to)|"
    r"versus|vs\.?|unlike|over|in|on|during|throughout|of|for|as of|starting|between|to|the)"
    r"(?: the)?(?: (?:end|start|beginning|middle) of)?(?: the)? ?$",
    re.I,
)
_COMPARES = re.compile(
    r"\b(?:than|compared (?:with|to)|versus|vs\.?|unlike|from [£$€]?\d[\d.,]{0,12}%?|the same)(?: (?:it|they|he|she|"
    r"what it) (?:was|were|did))?(?: (?:in|on|the|a|nearly|about|almost|over|of|time|period)){0,3} $",
    re.I,
)
_FIRST_SINCE = re.compile(
    r"\b(?:first|record|low(?:est)?|high(?:est)?|most|worst|best|biggest|largest|deadliest|oldest|youngest|strongest|"
    r"weakest|not|never|longest|last time|only)\b|n['’]t\b",
    re.I,
)
_BORN = re.compile(r"\b(?:born|founded|established|dating|dates|dated|titled|called|named)\b[^.?!]{0,12}$", re.I)
_EACH = re.compile(
    r"\b(?:every|each|typically|usually|traditionally|birthdays?|(?:is|are) (?:celebrated|observed|marked))\b", re.I
)
_EVENT = re.compile(
    r",? (?:attacks?|riots?|insurrection|committee|hearings?|massacre|uprising|movement|weekend|fireworks)\b", re.I
)
# Of an old day: it is told where it lies, and not asked what happened on it.
_BACKGROUND = re.compile(
    r"\b(?:(?i:during|after|since|over|of|following|from) (?i:the|his|her|their|its) [^.?!]{0,40}(?i:on|of) |"
    r"(?:[Ss]ince|when|[Aa]fter|first|former)\b[^.?!]{0,60})$"
)
_ENDING = re.compile(r"\b(?:weeks|months|quarter|half|year|period) (?:that )?end(?:ing|ed|s)(?: on)? $", re.I)
_REPORTS = re.compile(
    r"\b(?:report|sa(?:y|id)|announce|publish|write|wrote|claim|predict|tell|told|reveal|news)\w{0,3}\b", re.I
)
_ARTICLES = re.compile(
    r"\b(?:news|reports?|articles?|stories|story|headlines?|coverage|reporting)\b[^.?!]{0,30}$", re.I
)
# What is counted over a period becomes known after it. These three look at the whole question.
_QUANTITY = re.compile(
    r"\bhow (?:many|much|high|low|fast|large|big|often)\b|\bpercent|\b(?:rate|number|amount|share) of\b|%", re.I
)
_STATISTIC = re.compile(
    r"\b(?:percent(?:age)?|rates?|inflation|revenues?|sales|profits?|earnings|prices?|gdp|growth|grew|economy|"
    r"unemployment|jobs|payrolls?|populations?|emissions|income|births?|average|exports|imports|statistics|figures|"
    r"index|according to|data|shrank|shrink)\b|%",
    re.I,
)
_SPORT = re.compile(r"\b(?:scor|touchdown|game|match|points|goal|quarterback|playoff|kick|tackle|basket|coach)", re.I)
_ASKS = re.compile(r"\b(?:who|whom|whose|what|which|where|when|why|how)\b", re.I)
_HAPPENS = re.compile(r"\b(?:happen\w{0,3}|news|headlines?|announc\w{0,3}|latest|going on)\b", re.I)
_IF = re.compile(r"\b(?:if|alive|still|exist|exists|known as)\b", re.I)
_YEAR = re.compile(r"\d{4}")
# '2023-24' is a season, and 'New Year's Day' a feast of every year
_NAMES = re.compile(r"^\d{4}[-–/]\d\d$|^(?:New Year|Christmas|Boxing)\S* (?:Day|Eve)$", re.I)
_FROM_THEN_ON = re.compile(r" (?:on(?:wards?)?|forwards?)\b(?! (?:the|a|an|[A-Z]))")
_OR_LATER = re.compile(r"\b(?:on|from) (?:or|and) (?:after|since)(?: the)? $", re.I)
_AT_MONTH = re.compile(rf"\b{BEFORE_MONTH} $", re.I)
_YEAR_WORDS = re.compile(
    r"(?P<prep>\b(?:in|during|throughout|since|until|till|by|before|after|from|through|for|of|as of|between|to|than|"
    r"compared (?:with|to)|in the year))(?: (?:early|mid|late))? $",
    re.I,
)
_NOUN_AFTER = re.compile(
    r"[- ](?:elections?|presidential|midterms?|general|seasons?|primar(?:y|ies)|campaigns?|tournaments?|edition|games|"
    r"olympics|bids?|race|budget|tax|income|nominees|lineup|series|model|census|war|white house)\b",
    re.I,
)
_NEXT = re.compile(r" ([^\W\d_][\w'’-]{0,30})")
_PLURAL_VERBS = frozenset("was is has does as this its versus across alas plus his hers yes".split())


def window(text: str, asked: date) -> Window:
    """The window that the words of ``text`` name; times of reporting before all others."""
    text = " ".join(text.split())
    readings = [r for t in timexes(text, asked) if (r := _read(t, text, asked))]
    reported = [r for r in readings if r.publication]
    chosen = [r for r in reported if r.since and r.until] or reported[:1] or readings[:1]
    if not chosen:
        return Window()
    firsts, lasts = [r.since for r in chosen], [r.until for r in chosen]
    return Window(
        None if None in firsts else min(filter(None, firsts)),
        None if None in lasts else max(filter(None, lasts)),
        bool(reported),
        tuple(dict.fromkeys(note for r in chosen for note in r.notes)),
    )


def period_text(since: date | None, until: date | None) -> str:
    """In words: '16 to 22 November 2026', 'from 1 March 2026', 'until 31 December 2030'."""
    if since is None or until is None:
        return f"from {day_words(since)}" if since else f"until {day_words(until)}" if until else "any day"
    if since == until:
        return day_words(since)
    if since.year != until.year:
        return f"{day_words(since)} to {day_words(until)}"
    if since.month != until.month:
        return f"{since.day} {since:%B} to {day_words(until)}"
    return f"{since.day} to {day_words(until)}"


def _read(span: Timex, text: str, asked: date) -> Window | None:
    """What a date does in its sentence; ``None`` where it is no date, or of a year that cannot be guessed."""
    before, after = text[max(0, span.start - 60) : span.start], text[span.end : span.end + 40]
    words = text[span.start : span.end]
    owns = after.startswith(("'", "’"))
    since: date | None = span.first
    until: date | None = span.last
    found = _OPERATOR.search(before)
    operator = found[1].lower() if found else ""
    dated = operator in ("since", "after", "before", "until", "till")
    if (_NAMES.search(words) and not dated) or (words.lower() in MONTHS and not owns and not _AT_MONTH.search(before)):
        return None
    if _YEAR.fullmatch(words):
        named = _bare_year(text, span, before, after)
        if named is None:
            return None
        if named:
            return Window(since, until, False, ((words, period_text(since, until)),))
    look = direction(text, span.start, span.end)
    if span.guessed and span.printed.month and not _guessable(span, operator, owns, look, asked):
        return None
    on, or_later = _FROM_THEN_ON.match(after), _OR_LATER.search(before)
    from_then_on = operator in ("since", "starting") or bool(on or or_later)
    if from_then_on or (operator in ("after", "following") and not owns):
        since, until = (span.first if from_then_on else _next(span.last)), None
    elif operator in ("until", "till", "up to", "through", "by") and not owns:
        since, until = None, span.last
    elif operator in ("before", "prior to") and not owns:
        since, until = None, _next(span.first, -1)
    if since is None and until is None:
        return None
    if (since, until) != (span.first, span.last) and found:
        begins = span.start - len(before) + (or_later or found).start()
        words = text[begins : span.end + (on.end() if on else 0)]
    publication = _publication(span, text, asked, operator, since, until)
    return Window(since, until, publication, ((words, period_text(since, until)),))


def _next(day: date, step: int = 1) -> date | None:
    try:
        return day + timedelta(step)
    except OverflowError:
        return None


def _guessable(span: Timex, operator: str, owns: bool, look: str, asked: date) -> bool:
    if operator in ("for", "of") and owns:
        return False  # 'the favourite for May's election'
    reach = UNSURE_PAST_DAY if look == "past" and span.unit == "day" else UNSURE_DAYS[look]
    return min(abs((day - asked).days) for day in (span.first, span.last)) <= reach


def _bare_year(text: str, span: Timex, before: str, after: str) -> bool | None:
    """Whether a year belongs to a name ('the 2022 World Cup'); ``None`` where it is no year ('2000 people')."""
    prep, follows = _YEAR_WORDS.search(before), _NEXT.match(after)
    word = follows[1] if follows else ""
    if word.islower() and word.endswith("s") and word not in _PLURAL_VERBS and not _NOUN_AFTER.match(after):
        return None
    if _NOUN_AFTER.match(after) or after[:1] in "'’-":
        return True
    if prep:
        opens = prep["prep"][0].isupper()
        return prep["prep"].lower() in ("of", "for", "to") or (word[:1].isupper() and not opens)
    if span.start == 0 or word[:1].isupper() or before.endswith("the "):
        return True
    last = before.rstrip().rsplit(" ", 1)[-1]
    return True if last[:1].isupper() or last.endswith(("'s", "’s")) else None


def _publication(span: Timex, text: str, asked: date, operator: str, since: date | None, until: date | None) -> bool:
    """Whether news of these days is asked for."""
    before, after = text[max(0, span.start - 60) : span.start], text[span.end : span.end + 40]
    low, high = sentence_bounds(text, span.start, span.end)
    said = text[low:high]
    look = direction(text, span.start, span.end)
    if span.first > asked or (span.last >= asked and look == "future" and span.unit != "rolling"):
        return False
    if span.unit == "decade" or _COMPARES.search(before) or _BORN.search(before) or _EVENT.match(after):
        return False
    recent = (asked - span.first).days <= RECENT_DAYS
    if _ENDING.search(before) or after.startswith(" compared ") or (not recent and _BACKGROUND.search(before)):
        return False
    if until is None:
        return recent and not _FIRST_SINCE.search(before)
    if since is None:
        return operator in ("before", "prior to", "until", "till", "up to") and bool(_REPORTS.search(said))
    if span.unit == "rolling":
        return recent
    if text[: span.end].endswith(" ago"):
        return recent and (span.last - span.first).days < 100
    if (span.unit in ("day", "month") and _EACH.search(said)) or asked.year - span.first.year > 2 * OLD_YEARS:
        return False
    if span.first == span.last == asked and text[span.start : span.end].lower() == "today":
        owns = after.startswith(("'", "’"))  # 'today's teenagers'
        return not _IF.search(said) and ((look == "past" and not owns) or bool(_HAPPENS.search(said)))
    bare_weekday = span.guessed and span.printed.weekday is not None and not span.printed.day
    if bare_weekday and look == "open" and not _HAPPENS.search(said):
        return False  # 'Who plays on Friday?' may mean either
    if span.unit in ("day", "week") or _ARTICLES.search(before):
        return True
    if span.unit == "quarter" and _SPORT.search(text):
        return False
    if span.last >= asked:
        return True  # 'this month', 'this year': it is not over, so all that is known of it was told in it
    if _STATISTIC.search(text) or (span.unit != "month" and _QUANTITY.search(text)):
        return False
    if span.unit == "year":
        return (
            asked.year - span.first.year <= OLD_YEARS
            and operator not in ("from", "of", "for")
            and bool(_ASKS.search(said))
        )
    return True
