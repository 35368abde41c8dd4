"""How an answer fares by the articles that it cites, as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.ledger.book import Fares
from rag.ledger.faring.counterpart import Counterpart, counterpart, folded, likeness, new_sentences
from rag.ledger.faring.facts import (
    Lost,
    Said,
    Taken,
    claim_of,
    gives,
    lost,
    same_number,
    same_quantity,
    taken_quantities,
)
from rag.protocols import Store
from rag.qa.attribution.objections.former_values import replaced
from rag.qa.conflicts.facets import corrects
from rag.qa.conflicts.frame import Frame
from rag.text.entities import names
from rag.text.quantities import quantities
from rag.text.sentences import sentence_spans
from rag.text.tokens import among, content, tokens
from rag.types import AnswerState, Article, Citation, Evidence, KeptAnswer, SaidNow, Version, day

MIN_LIKE = 0.25
"""How alike a sentence elsewhere in the article must be to the quoted one to count as still saying it."""
STATES: tuple[AnswerState, ...] = ("stands", "reworded", "contested", "superseded", "corrected", "withdrawn")
"""From the best to the worst."""


@dataclass(frozen=True, slots=True)
class CitationStanding:
    """What one version of an article leaves of a citation."""

    state: AnswerState
    value: str | None = None  # what is said now of the value that the answer gave
    place: tuple[int, int] | None = None  # of the sentence that is said now


def worst(found: Sequence[Fares]) -> Fares:
    """Of several the worst; of equals the first."""
    return max(found, key=lambda f: STATES.index(f.state), default=Fares())


def as_taken(answer: KeptAnswer, cited: Citation) -> Taken:
    """What an answer says of what it was asked, as far as a citation carries it."""
    return Taken(answer.understood, answer.value, claim_of(answer.text, cited.n))


def own_fares(answer: KeptAnswer, store: Store, today: date) -> Fares | None:
    """How an answer fares by its own articles; None where one of them was removed, so that nothing may be kept."""
    found = []
    articles = store.articles([c.article.id for c in answer.citations])
    for c, digest in zip(answer.citations, answer.digests, strict=True):
        now = articles.get(c.article.id)
        if now is None:
            gone = store.waiting.withdrawn(c.article.id)
            if gone is None:
                return None
            found.append(Fares("withdrawn", gone.at.date(), None, c.n))
        elif store.shelf.digest(now.id) != digest:
            found.append(cited_fares(answer, c, now, store.shelf.versions(now.id), digest, today))
    return worst(found)


def cited_fares(
    answer: KeptAnswer, cited: Citation, now: Article, versions: Sequence[Version], digest: str, today: date
) -> Fares:
    """How an answer fares by one of its citations. ``versions`` are the earlier ones of its article, the latest first;
    ``digest`` is that of the one which was cited."""
    later, old = _since_cited(cited, now, versions, digest)
    taken = as_taken(answer, cited)
    standing = compared_versions(taken, cited, old, now)
    if standing.state == "stands":
        return Fares()
    first = 0  # the first of the later versions from which on it is as it is now
    for i, version in enumerate(later):
        before = compared_versions(taken, cited, old, version.article)
        if (before.state, before.value) != (standing.state, standing.value):
            break
        first = i + 1
    until = ([*later, *versions[len(later) :]][first].until) if first < len(versions) else None
    since = until.date() if until else day(now.updated) or day(now.read_at) or today
    said = None
    if standing.place:
        a, b = standing.place
        value = answer.value if standing.state == "reworded" else standing.value
        said = SaidNow(value, now.body[a:b], now.id, now.source, since, a, b)
    return Fares(standing.state, since, said, cited.n)


def cited_version(cited: Citation, now: Article, versions: Sequence[Version], digest: str) -> Article | None:
    """The article as it was cited, if that is known: the present one, or one of its earlier versions."""
    return _since_cited(cited, now, versions, digest)[1]


def _since_cited(
    cited: Citation, now: Article, versions: Sequence[Version], digest: str
) -> tuple[list[Version], Article | None]:
    """The versions between the one that was cited and the present one, the latest first, and that which was cited."""
    from rag.ingest.identity import digest as digest_of

    places = [i for i, v in enumerate(versions) if digest_of(v.article) == digest]
    places += [i for i, v in enumerate(versions) if v.article.body.startswith(cited.quote, cited.start)]
    if places:
        return list(versions[: places[0]]), versions[places[0]].article
    return [], now if now.body.startswith(cited.quote, cited.start) else None


def compared_versions(taken: Taken, cited: Citation, old: Article | None, new: Article) -> CitationStanding:
    """What a version of an article leaves of a citation. ``old`` is None where the cited version is not known."""
    before = old or replace(new, title="", body=cited.quote, correction=None)
    was = Said(cited.quote, before)
    known = old.body if old else None
    found = counterpart(cited.quote, cited.start, known, new.body, new.language)
    if found is None:
        return _taken_out(taken, was, new, known)
    here = new.body[found.start : found.end]
    if found.verbatim:
        if standing := _around(taken, was, cited, old, new, found):
            return standing
        return CitationStanding("reworded" if found.moved else "stands", place=(found.start, found.end))
    if (gone := lost(taken, was, Said(here, new))) is None:
        return CitationStanding("reworded", place=(found.start, found.end))
    if gone.now is None and (place := _elsewhere(taken, was, new, known)):
        return CitationStanding("reworded", place=place)
    return CitationStanding("corrected", _value_now(taken, gone), (found.start, found.end))


def _value_now(taken: Taken, gone: Lost) -> str | None:
    """The value now: what stands for it; itself where something else of the answer changed; None where what was asked
    about did."""
    was = set(tokens(gone.was))
    if was & set(tokens(taken.value or "")):
        return gone.now
    return None if was & set(tokens(taken.asked)) else taken.value


def _taken_out(taken: Taken, was: Said, new: Article, old: str | None) -> CitationStanding:
    """A sentence that has no counterpart: its value may stand elsewhere; else the article no longer says it."""
    place = _elsewhere(taken, was, new, old)
    return CitationStanding("reworded", place=place) if place else CitationStanding("corrected")


def _elsewhere(taken: Taken, was: Said, new: Article, old: str | None) -> tuple[int, int] | None:
    """The sentence of the new version that gives all that the answer took, and is about the same."""
    asked = set(content(taken.asked))
    best: tuple[float, tuple[int, int]] | None = None
    for a, b in sentence_spans(new.body, new.language):
        here = new.body[a:b]
        alike = max(likeness(was.quote, here), len(asked & set(content(here))) / max(1, len(asked)) - 0.25)
        whole = lost(taken, was, Said(here, new)) is None and _gives_value(taken, was, Said(here, new))
        if alike >= MIN_LIKE and whole and (best is None or alike > best[0]):
            best = alike, (a, b)
    return best[1] if best else None


def _gives_value(taken: Taken, was: Said, here: Said) -> bool:
    """Whether a sentence gives the value itself: for words that are neither numbers nor names, all of them."""
    mine = taken_quantities(replace_text(taken), was)
    if mine:
        return all(gives(q, was, here) for q in mine)
    words = [t for t in content(taken.value or taken.text) if t in set(tokens(was.quote))]
    there = set(tokens(here.quote))
    return bool(words) and all(among(t, there) for t in words)


def replace_text(taken: Taken) -> Taken:
    """Only the value, where there is one."""
    return Taken("", taken.value, "") if taken.value else Taken("", None, taken.text)


# -- a quote that is still there -----------------------------------------------------------------------------------


def _around(
    taken: Taken, was: Said, cited: Citation, old: Article | None, new: Article, found: Counterpart
) -> CitationStanding | None:
    """What the rest of the article says against a quote that is still in it; None where nothing does."""
    if old is None or (old.body == new.body and old.correction == new.correction):
        return None
    fresh = new_sentences(old.body, new.body, new.language)
    for i, (a, b) in enumerate(fresh):
        note = new.body[a : fresh[min(i + 1, len(fresh) - 1)][1]]  # 'misstated the toll. It is 14, not 12.'
        if corrects(new.body[a:b]) and (gone := _taken_back(taken, was, note)):
            return CitationStanding("corrected", gone.now, (a, a + len(note)))
    if new.correction and new.correction != old.correction and (gone := _taken_back(taken, was, new.correction)):
        return CitationStanding("corrected", gone.now, (found.start, found.end))
    if name := _vanished(taken, was, old, new):
        return CitationStanding("corrected", None, next(iter(_of(name, old, new, fresh)), (found.start, found.end)))
    for other, place in _other_values(taken, was, cited, old, new, fresh):
        return CitationStanding("corrected", other, place)
    return None


def _taken_back(taken: Taken, was: Said, note: str) -> Lost | None:
    """What a note says that the article had wrong, if that is what the answer took: 'on Saturday, not on Friday'."""
    if not _is_about(taken, note):
        return None
    shown = quantities(note)
    for q in taken_quantities(taken, was):
        mine = [p for p in shown if same_quantity(q, p) or same_number(q, p)]
        if mine and all(replaced(p, note, shown) for p in mine):
            others = [p for p in shown if p not in mine and p.kind in (q.kind, mine[0].kind)]
            return Lost(q.text, others[0].text if others else None)
    value = taken.value or ""
    if names(value) and value in note and _is_denied(value, note):
        called = [n for n in names(note) if n not in was.article.body and n not in value]
        return Lost(value, called[0] if called else None)
    return None


def _is_about(taken: Taken, note: str) -> bool:
    """Whether a note has a word of the question, or of the answer, that is neither its value nor a name."""
    apart = {t for text in (taken.value or "", *names(taken.said)) for t in tokens(text)}
    words = {t for t in content(taken.said) if not t.isdigit()} - apart
    return not words or any(among(t, words) for t in content(note))


def _is_denied(value: str, note: str) -> bool:
    before = note[: note.index(value)].lower()
    return before.rstrip().endswith(("not", "not by", "not in", "instead of", "rather than", "as")) or any(
        word in before for word in ("misstated", "misidentified", "misspelled", "incorrectly", "wrongly", "mistakenly")
    )


def _vanished(taken: Taken, was: Said, old: Article, new: Article) -> str | None:
    """A name of the answer that the old version had around the quote, and the new one has nowhere."""
    quoted, had = set(tokens(was.quote)), set(tokens(f"{old.title} {old.body}"))
    has = set(tokens(f"{new.title} {new.body}"))
    for name in names(f"x {taken.value or ''}. {taken.text}"):
        words = [t for t in content(name) if t in had and t not in quoted]
        if words and not quantities(name) and not any(among(t, has) for t in words):
            return name
    return None


def _of(name: str, old: Article, new: Article, fresh: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The new sentence that stands for one of the old version with a name."""
    at = old.body.find(name.rsplit(maxsplit=1)[-1])
    spans = [s for s in sentence_spans(old.body, old.language) if s[0] <= at < s[1]]
    for a, b in spans:
        found = counterpart(old.body[a:b], a, old.body, new.body, new.language)
        if found and (found.start, found.end) in fresh:
            yield found.start, found.end


def _other_values(
    taken: Taken, was: Said, cited: Citation, old: Article, new: Article, fresh: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Other values that sentences which were added give of the same thing, in nearly the same words."""
    numbered = [(a, b) for a, b in fresh if quantities(new.body[a:b])]
    if not numbered:
        return
    evidence = Evidence(old, cited.start, cited.end, cited.quote, 1.0)
    frame = Frame(taken.asked, taken.text, taken.value, evidence)
    if frame.value is None:
        return
    for a, b in numbered:
        other = frame.compare(Evidence(new, a, b, new.body[a:b], 1.0))
        told = None if other is None or isinstance(other, str) else other
        if told and told.sure and not told.bound and not _had_before(told.value, old, was):
            yield told.value, (a, b)


def _had_before(value: str, old: Article, was: Said) -> bool:
    """Whether the old version gave a value too, beside the quote."""
    return folded(value) in folded(old.body.replace(was.quote, " "))
