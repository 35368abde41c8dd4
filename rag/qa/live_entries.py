"""The entries of live blogs, for questions that name a time of day: 'What happened in the assembly at 14:30?'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from rag.qa.attribution.claims import MAX_CLAIMS, Verdict
from rag.qa.attribution.subjects import about_ids
from rag.qa.attribution.support import Claim
from rag.qa.full_sense import as_told
from rag.qa.question.clock import asked_clock, clock_words
from rag.text.sentences import sentence_spans
from rag.text.timex.expressions import timexes
from rag.text.timex.stamps import parse_stamp
from rag.types import ENTRY_TIME, Article, Evidence, day

NEAR_MINUTES = 10
"""An entry is that of the asked time up to so many minutes before or after it, where none is exactly of it."""

_WHAT_HAPPENED = re.compile(
    r"^(?:and |so )?(?:what|was|qu['’]est-ce|que|qué|cosa|che cosa|o que|wat|hva|hvad|vad)\b.{0,80}?\b"
    r"(?:happen\w*|going on|went on|takes? place|took place|geschah|geschehen|passiert\w*|passée?|pasó|ocurrió"
    r"|aconteceu|successo|accaduto|gebeurde|gebeurd|skjedde|skete|hände)\b",
    re.IGNORECASE,
)
_OF_TRANSCRIPT = re.compile(r"\.(?:vtt|srt|ttml|dfxp)(?:\.gz)?(?:#[^#]*)?$", re.IGNORECASE)
_ENDS = re.compile(r"[.!?…][”\"’')\]]*$")


@dataclass(frozen=True, slots=True)
class LiveEntry:
    """One entry of a live blog: ``article.body[start:end]`` is its text behind its time."""

    article: Article
    start: int
    end: int
    day: date | None
    clock: time


def live_entries(article: Article) -> list[LiveEntry]:
    """The entries of an article that is a live blog, in its order; none of any other. Time codes of a transcript are no
    times of day."""
    marks = list(ENTRY_TIME.finditer(article.body))
    if any(mark[0].rpartition(", ")[2] >= "24" or mark[0].count(":") > 1 for mark in marks):
        return []
    if marks and marks[0].start() == 0 and _OF_TRANSCRIPT.search(article.origin or ""):
        return []
    found = []
    for n, mark in enumerate(marks):
        label, start = mark[0], mark.end() + len(" – ")
        end = marks[n + 1].start() if n + 1 < len(marks) else len(article.body)
        dated, _, clock = label.rpartition(", ")
        stamp = parse_stamp(dated) if dated else article.published
        hour, minute = int(clock[:2]), int(clock[3:])
        if hour < 24 and minute < 60:
            found.append(LiveEntry(article, start, end, day(stamp), time(hour, minute)))
    return found


def of_asked_time(question: str, asked: date, scored: Sequence[Evidence]) -> tuple[tuple[Evidence, ...], str | None]:
    """The sentences of the live blog's entry of the time of day that a question names, and those that name it
    themselves, best first; the words of the time where it asks what happened then and none is of it.

    The best of the entry scores what the best of all did. Where there is no such entry, all that were ``scored``.
    """
    words, clock = clock_words(question), asked_clock(question)
    if clock is None or words is None or not scored:
        return tuple(scored), None
    naming = [e for e in scored if not ENTRY_TIME.match(e.quote) and asked_clock(f"at {_clock_in(e.quote)}") == clock]
    found = _entry_at(question.replace(words[0], " "), asked, clock, scored)
    if found is None and not _WHAT_HAPPENED.search(question):
        return tuple(scored), None
    if found is None:
        return tuple(naming), None if naming else words[0]
    known = {e.start: e for e in scored if e.article.id == found.article.id}
    body = found.article.body
    sentences = [known.get(a) or Evidence(found.article, a, b, body[a:b], 0.0) for a, b in _sentences(found)]
    best, most = max(e.score for e in scored), max(e.score for e in sentences)
    factor = best / most if most else 0.0
    raised = [replace(e, score=e.score * factor or best / (2 + n)) for n, e in enumerate(sentences)]
    raised += [e for e in naming if e.article.id != found.article.id]
    return tuple(sorted(raised, key=lambda e: -e.score)), None


def told_at(question: str, scored: Sequence[Evidence]) -> Verdict | None:
    """What happened at the time of day that a question names: the sentences of the entry, in its order. ``None`` where
    it asks for something else, or no sentence that was ``scored`` is of such an entry."""
    clock = asked_clock(question)
    if clock is None or not scored or not _WHAT_HAPPENED.search(question):
        return None
    entries = {article.id: live_entries(article) for article in {e.article.id: e.article for e in scored}.values()}
    of_entries = [e for e in scored if any(x.start <= e.start < x.end for x in entries[e.article.id])]
    told = sorted((e for e in of_entries if e.article.id == of_entries[0].article.id), key=lambda e: e.start)
    near = {x.start for x in entries[told[0].article.id] if _apart(x.clock, clock) <= NEAR_MINUTES} if told else set()
    if not near or told[0].start not in near:
        return None
    whole = [e for e in told if _ENDS.search(e.quote)] or told
    return Verdict(tuple(Claim(as_told(e), (e,), e.score) for e in whole[:MAX_CLAIMS]), None)


def _entry_at(question: str, asked: date, clock: time, scored: Sequence[Evidence]) -> LiveEntry | None:
    """The entry nearest to the time, of the best article that the question can be about; on the days that it names."""
    articles = {e.article.id: e.article for e in scored}
    about = about_ids(question, list(articles.values()))
    days = [(t.first, t.last) for t in timexes(question, asked) if t.unit == "day"]
    for article in articles.values():
        if article.id not in about:
            continue
        entries = [x for x in live_entries(article) if _apart(x.clock, clock) <= NEAR_MINUTES]
        if days:
            entries = [x for x in entries if x.day is None or any(first <= x.day <= last for first, last in days)]
        if entries:
            return min(entries, key=lambda x: _apart(x.clock, clock))
    return None


def _apart(one: time, other: time) -> int:
    """Minutes between two times of a day."""
    return abs((one.hour - other.hour) * 60 + one.minute - other.minute)


def _sentences(entry: LiveEntry) -> list[tuple[int, int]]:
    text = entry.article.body[entry.start : entry.end]
    return [(entry.start + a, entry.start + b) for a, b in sentence_spans(text, entry.article.language)]


def _clock_in(text: str) -> str:
    found = re.search(r"\b\d{1,2}[:.]\d\d(?: ?[ap]\.?m\b)?|\b\d{1,2} ?[ap]\.?m\b", text, re.IGNORECASE)
    return found[0] if found else ""
