"""Counts that later reports raise: the newest whole that is given of the same matter, in whatever words.

'Killed 12' on Monday, 'has risen to 17' on Wednesday, 'which brings the dead to 23' on Sunday: an older value is never
the answer where a newer one is at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.qa.article_days import day_words, later, ordinal
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.factuality import base
from rag.qa.attribution.objections.against import against
from rag.qa.attribution.objections.former_values import background
from rag.qa.attribution.subjects import LIGHT, asked_names, meant_in
from rag.qa.attribution.support import Claim
from rag.qa.conflicts.facets import events, fates, times
from rag.qa.full_sense import as_told
from rag.qa.newest.totals import Total, totals
from rag.text.lexicon import STOPWORDS
from rag.text.quantities import Quantity, agree, quantities
from rag.text.sentences import passage
from rag.text.tokens import among, content, placed, tokens
from rag.text.units import FATE_BY_WORD
from rag.types import Article, Evidence, day

MAX_DAYS_GROWING = 120
"""Days between two reports of one matter whose count still grows."""
MAX_DAYS_NAMED = 30
"""The same where two names of the question are enough to tell the matter: 'the Ostara', 'off Aldan'."""
MAX_SENTENCES_READ = 250
"""Sentences, best first, in which a newer count is looked for."""
MIN_SHARED_WORDS = 2
"""Words, names and common ones aside, that two articles must share where the later one does not name the event."""

MIN_SCORE_STATED = 0.1
"""What a sentence must score to be told as a count where nothing else passed."""
MAX_COUNTS = 40
"""Sentences, best first, that may be."""

_COUNTED = re.compile(r"\bhow many (?:more |other )?(?P<what>(?:[\w’'-]+ ){0,2}?[\w’'-]+)(?=\s|\?|$)", re.I)
_VICTIMS = re.compile(r"\b(?:victims|claim)\b", re.I)
_MEASURED = re.compile(r"\b(?:death toll|toll|number of|count of|tally)\b", re.I)
_FATED_WORDS = re.compile(rf"\b(?:{'|'.join(FATE_BY_WORD)})\b", re.I)
_PLACING = frozenset(content("near around off outside inside across amid among within along toll"))
_PEOPLE = frozenset(content("people person persons men women children residents passengers workers victims"))


@dataclass(frozen=True, slots=True)
class CountAsked:
    """What a question counts: ``befell`` of people, or ``things``; of the ``names`` and the other ``words``."""

    befell: frozenset[str]
    things: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]


def asked_count(question: str) -> CountAsked | None:
    """What is counted in a question for a count that may grow; None where none is asked for."""
    counted = _COUNTED.search(question)
    befell = frozenset(fates(question)) or frozenset({"dead"} if _VICTIMS.search(question) else ())
    if not counted and not (befell and _MEASURED.search(question)):
        return None
    things = frozenset(content(counted["what"])) - _PEOPLE if counted else frozenset()
    names = frozenset(t for run in asked_names(question) for t in run)
    words = frozenset(
        t
        for t in _bases(_FATED_WORDS.sub(" ", question))
        if t not in names | LIGHT | things | _PLACING and not t.isdigit()
    )
    return CountAsked(befell, things, names, words)


def newest_count(question: str, verdict: Verdict, scored: Sequence[Evidence]) -> Verdict | None:
    """The verdict with the newest count that a later report gives of the same, and what was answered first after it;
    None where no later report gives one."""
    asked = asked_count(question)
    if asked is None:
        return None
    if not verdict.claims:
        stated = _stated_count(question, asked, scored)
        return stated and (newest_count(question, stated, scored) or stated)
    first = verdict.claims[0]
    cited = first.quotes[0]
    ours = _value(asked, verdict.short or "", first.text, cited)
    was = day(cited.article.published)
    if ours is None or was is None:
        return None
    found = list(_later(asked, ours, cited, scored[:MAX_SENTENCES_READ]))
    if not found:
        return _with_more(asked, verdict, cited, scored[:MAX_SENTENCES_READ])
    item, total = max(found, key=lambda pair: (ordinal(pair[0].article), pair[1].value.value, pair[0].score))
    newer = Claim(as_told(item), (item,), first.carried)
    before = Claim(f"Earlier reports gave {_lower(ours.text)} ({day_words(was)}).", (cited,), first.carried)
    return replace(verdict, claims=(newer, before), short=total.value.text)


def _stated_count(question: str, asked: CountAsked, scored: Sequence[Evidence]) -> Verdict | None:
    """The newest count of those who met a fate, where nothing else passed as an answer: its sentence, if its article
    has all that is asked about and nothing stands in its way."""
    if not asked.befell or not asked.names:
        return None
    found: list[tuple[int, float, Evidence, Quantity]] = []
    for e in scored[:MAX_COUNTS]:
        there = _bag(e.article)
        known = all(among(t, there) for t in asked.names) and all(meant_in(t, there) for t in asked.words)
        if e.score < MIN_SCORE_STATED or not known:
            continue
        shown = quantities(e.quote)
        whole = [t.value for t in totals(e.quote, passage(e)) if _is_of(asked, t, e)]
        values = whole or [q for q in shown if q.kind == "count" and asked.befell & q.nouns]
        if len({q.value for q in values}) == 1 and not against(question, e.quote, e, values, shown, "now"):
            found.append((ordinal(e.article), e.score, e, values[0]))
    if not found:
        return None
    *_, item, value = max(found, key=lambda each: each[:2])
    return Verdict((Claim(as_told(item), (item,), item.score),), value.text)


def _value(asked: CountAsked, short: str, claim: str, cited: Evidence) -> Quantity | None:
    """The count that was answered, as its quote prints it."""
    whole = [t.value for t in totals(cited.quote) if _is_of(asked, t, cited)]
    said = [q for text in (short, claim) for q in quantities(text) if q.kind in ("number", "count", "ordinal")]
    shown = [q for q in quantities(cited.quote) if q.kind in ("number", "count", "ordinal")]
    of_it = [q for s in said for q in shown if agree(q, s)]
    return next((q for q in of_it if any(q.start == t.start for t in whole)), None) or next(iter(of_it), None)


def _later(
    asked: CountAsked, ours: Quantity, cited: Evidence, scored: Sequence[Evidence]
) -> Iterator[tuple[Evidence, Total]]:
    known = _matter(asked, cited, scored)
    for item in sorted(scored, key=lambda e: ordinal(e.article)):  # what is of the matter tells of the next report
        if later(item.article, cited.article) is not True or not _of_the_matter(asked, cited, item, known):
            continue
        known |= _bag(item.article)
        shown = quantities(item.quote)
        for total in (*totals(item.quote, passage(item)), *_plainly(asked, item, shown)):
            grows = total.value.value > ours.value or (
                "missing" in asked.befell and total.value.value != ours.value
            )  # those who are missing become fewer
            if grows and not background([total.value], item, shown) and _is_of(asked, total, item):
                yield item, total


def _with_more(asked: CountAsked, verdict: Verdict, cited: Evidence, scored: Sequence[Evidence]) -> Verdict | None:
    """The verdict with its day, and after it a later report that only says how many more there are."""
    known = _matter(asked, cited, scored)
    found = [
        e
        for e in scored
        if asked.befell
        and later(e.article, cited.article)
        and any(_is_added(e.quote, q) and asked.befell & (q.nouns | fates(e.quote)) for q in quantities(e.quote))
        and _of_the_matter(asked, cited, e, known)
    ]
    first, was = verdict.claims[0], day(cited.article.published)
    if not found or was is None or first.text.startswith("As of "):
        return None
    newest = max(found, key=lambda e: (ordinal(e.article), e.score))
    since = day(newest.article.published)
    told = ", ".join(filter(None, (day_words(since) if since else None, newest.article.source)))
    dated = replace(first, text=f"As of {day_words(was)}: {first.text[:1].upper()}{first.text[1:]}")
    return replace(verdict, claims=(dated, Claim(f"Later ({told}): {as_told(newest)}", (newest,), first.carried)))


def _is_added(text: str, q: Quantity) -> bool:
    """Whether a number comes on top of what was told before: 'two more', 'another three'."""
    return bool(
        re.match(r" (?:more|others?|further|additional)\b", text[q.end : q.end + 12])
        or re.search(r"\b(?:another|a further|an additional)(?: \w+)? ?$", text[max(0, q.start - 24) : q.start], re.I)
        or re.search(r"\b\w+ (?:more|further|additional)\b", q.text)
    ) and q.kind in ("count", "number")


def _plainly(asked: CountAsked, item: Evidence, shown: Sequence[Quantity]) -> Iterator[Total]:
    """The only number that a sentence gives of those who met the fate, where it or the lines above name the event:
    'It cost 74 people their lives'."""
    counts = [q for q in shown if q.kind == "count" and asked.befell & q.nouns]
    named = all(meant_in(t, _forms(passage(item))) for t in asked.words)
    if len(counts) == 1 and named and not _MORE.search(item.quote):
        yield Total(counts[0], frozenset(asked.befell & counts[0].nouns))


_MORE = re.compile(r"\b(?:more|another|others?|further|including|among them|of them|at least one|so many)\b", re.I)


def _is_of(asked: CountAsked, total: Total, item: Evidence) -> bool:
    """Whether a total counts what is asked about."""
    if asked.befell:
        return bool(asked.befell & total.fates)
    there = set(tokens(item.quote))
    return bool(asked.things) and not total.fates and any(meant_in(t, there) for t in asked.things)


def _matter(asked: CountAsked, cited: Evidence, scored: Sequence[Evidence]) -> set[str]:
    """The words of the cited article, and of others of about its days that have all that is asked about."""
    was = day(cited.article.published)
    known = _bag(cited.article)
    for article in {e.article.id: e.article for e in scored}.values():
        bag, published = _bag(article), day(article.published)
        near = was and published and abs((published - was).days) <= MAX_DAYS_GROWING
        if near and all(among(t, bag) for t in asked.names) and all(meant_in(t, bag) for t in asked.words):
            known |= bag
    return known


def _of_the_matter(asked: CountAsked, cited: Evidence, item: Evidence, known_words: set[str]) -> bool:
    """Whether a sentence is of the matter that the cited one is of: its article has the names, is not far away in time,
    and tells of the same event."""
    ours, theirs = day(cited.article.published), day(item.article.published)
    if ours is None or theirs is None or (theirs - ours).days > MAX_DAYS_GROWING:
        return False
    there = _bag(item.article)
    if not asked.names or not all(among(t, there) for t in asked.names):
        return False
    years, known = times(item.quote, theirs)["year"], times(cited.quote, ours)["year"]
    if years and not years & (known | {ours.year, theirs.year}):
        return False
    told, mine = events(f"{item.article.title}. {item.quote}"), events(f"{cited.article.title}. {cited.quote}")
    if told and mine and not told & mine:
        return False
    if all(meant_in(t, there) for t in asked.words) or (
        len(asked.names) > 1 and (theirs - ours).days <= MAX_DAYS_NAMED
    ):
        return True
    shared = (there & known_words) - asked.names - LIGHT
    return len([t for t in shared if len(t) > 2 and not t.isdigit()]) >= MIN_SHARED_WORDS


def _bag(article: Article) -> set[str]:
    return _forms(f"{article.title} {article.body}")


def _forms(text: str) -> set[str]:
    """The words of a text, past forms also under their verb: 'sank' is 'sink' too."""
    return set(content(text)) | _bases(text)


def _bases(text: str) -> set[str]:
    """The words of a text, past forms as their verb."""
    words = ((text[a:b], form) for form, a, b in placed(text))
    return {base(word, form) for word, form in words if word.lower() not in STOPWORDS}


def _lower(value: str) -> str:
    return value[:1].lower() + value[1:]
