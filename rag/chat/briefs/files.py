"""A brief to take away: Markdown for people, an Atom feed for a news reader."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, time
from xml.sax.saxutils import escape, quoteattr

from rag.chat.briefs.view import changed_texts, head_text, more_text, rest_text, row_when, story_facts
from rag.chat.kept.export import escaped, source_line
from rag.chat.views.escape import cited_day, day_text, plain_html, safe_url
from rag.text.sanitize import fit_for_xml
from rag.types import Article, Brief, BriefCorrection, BriefStory, BriefWithdrawal, TimelineRow, When

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# -- Markdown -----------------------------------------------------------------------------------------------------


def brief_markdown(found: Brief) -> str:
    """A brief as a document: an entry a story, each sentence with its source."""
    parts = ["# What is new\n", f"{escaped(head_text(found))}.\n"]
    for story in found.stories:
        parts.append(
            f"- **{row_when(story.newest)}** {escaped(story.newest.quote)}\n  <br>{source_line(story.newest.article)}"
        )
        if facts := story_facts(story):
            parts.append(f"  <br>{escaped('; '.join(facts))}")
        if story.correction:
            parts.append(f"  <br>Corrected: {escaped(story.correction)}")
        parts += [
            f"  <br>Replaces ~~{escaped(old.quote)}~~ ({source_line(old.article)})" for old in story.replaces
        ]  # struck through, as in a timeline
    parts += [f"\n{words}." for words in (more_text(found), *rest_text(found)) if words]
    if found.corrected:
        parts.append("\n## Corrected\n")
        parts += [_correction(c) for c in found.corrected]
    if found.more_corrected:
        parts.append(f"- and {found.more_corrected} more")
    if found.changed:
        parts.append("\n## Your kept answers\n")
        parts += [f"- {escaped(asked)}\n  <br>{escaped(fares)}" for asked, fares in changed_texts(found)]
    if found.withdrawn:
        parts.append("\n## Withdrawn\n")
        parts += [f"- {escaped(withdrawn_text(w))}" for w in found.withdrawn]
    if found.more_withdrawn:
        parts.append(f"- and {found.more_withdrawn} more")
    return "\n".join(parts) + "\n"


def _correction(c: BriefCorrection) -> str:
    said = ""
    if c.was and c.now:
        said = f"\n  <br>It said: ~~{escaped(c.was.quote)}~~\n  <br>It says now: {escaped(c.now.quote)}"
    return f"- {escaped(c.note)}{said}\n  <br>{source_line(c.article)}"


def withdrawn_text(w: BriefWithdrawal) -> str:
    """What is told of a withdrawn article: whose, how, when, its id, and the words of the notice."""
    gone = w.gone
    notice = f": “{gone.notice}”" if gone.notice else ""
    whose = w.source or "an unknown outlet"
    return f"An article of {whose} was {gone.why} by its provider on {day_text(gone.at)} ({gone.article_id}){notice}"


# -- Atom ---------------------------------------------------------------------------------------------------------


def brief_atom(found: Brief) -> str:
    """A brief as an Atom feed (RFC 4287): an entry a story, a correction, and an article that was withdrawn.

    An entry keeps its id for as long as its sentence is the newest one, so that a reader of feeds shows it once.
    """
    entries = list(_entries(found))
    updated = max((when for when, _ in entries), default=found.last or _EPOCH)
    name = hashlib.sha256(f"{found.topic}".encode()).hexdigest()[:16]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            '<feed xmlns="http://www.w3.org/2005/Atom">',
            f"<id>urn:rag:brief:{name}</id>",
            f"<title>{_xml('What is new' + (f' on {found.topic}' if found.topic else ''))}</title>",
            f"<subtitle>{_xml(head_text(found))}</subtitle>",
            f"<updated>{_stamp(updated)}</updated>",
            "<author><name>rag brief</name></author>",
            *(text for _, text in entries),
            "</feed>\n",
        ]
    )


def _entries(found: Brief) -> Iterator[tuple[datetime, str]]:
    for story in found.stories:
        a = story.newest.article
        yield _entry(_id_of(story.newest), a.title, a.published, _story_html(story), a)
    for c in found.corrected:
        html = f"<p>{plain_html(c.note)}</p>"
        if c.was and c.now:
            html += f"<p>It said: <s>{plain_html(c.was.quote)}</s></p><p>It says now: {plain_html(c.now.quote)}</p>"
        yield _entry(
            f"{c.article.id}:corrected:{_digest(c.note)}", f"Corrected: {c.article.title}", c.at, html, c.article
        )
    for answer, (asked, fares) in zip(found.changed, changed_texts(found), strict=True):
        html = f"<p>{plain_html(fares)}</p>"
        name = f"answer:{answer.id}:{answer.state}:{_digest(fares)}"
        yield _entry(name, f"Your answer: {asked}", answer.since, html, None)
    for w in found.withdrawn:
        html = f"<p>{plain_html(withdrawn_text(w))}</p>"
        yield _entry(f"{w.gone.article_id}:withdrawn", f"Withdrawn: {w.gone.article_id}", w.gone.at, html, None)


def _story_html(story: BriefStory) -> str:
    a = story.newest.article
    parts = [f"<blockquote>{plain_html(story.newest.quote)}</blockquote>"]
    facts = [f"{a.source or 'Unknown outlet'}, {cited_day(a)}", row_when(story.newest), *story_facts(story)]
    parts.append(f"<p>{plain_html('; '.join(facts))}</p>")
    if story.correction:
        parts.append(f"<p>Corrected: {plain_html(story.correction)}</p>")
    parts += [
        f"<p>Replaces what was reported on {plain_html(cited_day(old.article))}: <s>{plain_html(old.quote)}</s></p>"
        for old in story.replaces
    ]
    return "".join(parts)


def _entry(name: str, title: str, when: When, html: str, article: Article | None) -> tuple[datetime, str]:
    moment = _moment(when)
    url = safe_url(article.url) if article else None
    parts = [
        "<entry>",
        f"<id>urn:rag:{_xml(name)}</id>",
        f"<title>{_xml(' '.join(title.split()))}</title>",
        f"<updated>{_stamp(moment)}</updated>",
        f'<link rel="alternate" href={quoteattr(fit_for_xml(url))}/>' if url else "",
        f"<author><name>{_xml(article.source or 'Unknown outlet')}</name></author>" if article else "",
        f'<content type="html">{_xml(html)}</content>',
        "</entry>",
    ]
    return moment, "\n".join(filter(None, parts))


def _id_of(row: TimelineRow) -> str:
    return f"{row.article.id}:{_digest(row.quote)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _moment(when: When) -> datetime:
    """A moment with a zone; what has none counts as UTC, and a day as its midnight."""
    if when is None:
        return _EPOCH
    moment = when if isinstance(when, datetime) else datetime.combine(when, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _xml(text: str) -> str:
    return escape(fit_for_xml(text))
