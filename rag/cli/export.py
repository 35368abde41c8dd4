"""``rag export``: the articles of an index in forms that other programs read, and ``rag add`` too."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from xml.sax.saxutils import escape, quoteattr

import typer

from rag.cli.options import AsOf, Authors, Index, Outlets, Sections, Since, Until, open_news, scope_of
from rag.cli.output import say
from rag.text.sanitize import fit_for_xml
from rag.types import Article, When


class ExportFormat(StrEnum):
    """How articles are written."""

    JSONL = "jsonl"
    NINJS = "ninjs"
    ATOM = "atom"


def export_(
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Outlets = None,
    section: Sections = None,
    author: Authors = None,
    format_: Annotated[
        ExportFormat, typer.Option("--format", help="jsonl: all fields; ninjs 2, an item a line; an Atom feed.")
    ] = ExportFormat.JSONL,
    index: Index = None,
) -> None:
    """Write the articles to standard output, oldest first.

    rag add reads each format back: .jsonl with all fields, ninjs (as .jsonl) and Atom (as .atom) with ids, titles,
    texts, days, outlets, authors and addresses.

    Example: rag export --since 2024-09-01 > september.jsonl
    """
    with open_news(index) as (news, _):
        found = news.articles(scope_of(news, since, until, as_of, source, section, author))[::-1]
        whole = (news.article(article.id, as_of=as_of) for article in found)
        written = (
            _atom(whole)
            if format_ is ExportFormat.ATOM
            else map(_ninjs if format_ is ExportFormat.NINJS else _line, whole)
        )
        out = _writer()
        for text in written:
            out(text)
    say(f"exported {len(found)} article{'' if len(found) == 1 else 's'}", file=sys.stderr)
    if format_ is ExportFormat.ATOM:
        from rag.ingest.formats.feed import MAX_ENTRIES

        if len(found) > MAX_ENTRIES:
            say(f"only the first {MAX_ENTRIES:,} entries of a feed are read back; use jsonl for more", file=sys.stderr)


def _writer() -> Callable[[str], object]:
    """Writes a line as UTF-8 whatever the terminal's encoding, so that a file holds what was stored."""
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        return lambda text: sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
    return lambda text: raw.write(f"{text}\n".encode("utf-8", "replace"))


def _line(article: Article) -> str:
    return json.dumps(article.record() | {"story": article.story}, ensure_ascii=False)


def _ninjs(article: Article) -> str:
    """The article in ninjs 2.1. A day alone stays a day, though the standard asks for a time."""
    changed = article.updated or article.published
    item: dict[str, Any] = {
        "uri": article.url or _urn(article),
        "standard": {"name": "ninjs", "version": "2.1"},
        "type": "text",
        "pubstatus": "usable",
        "firstcreated": article.published.isoformat() if article.published else None,
        "versioncreated": changed.isoformat() if changed else None,
        "language": article.language,
        "headlines": [{"role": "main", "value": article.title}],
        "by": ", ".join(article.authors),
        "infosources": [{"name": article.source}] if article.source else None,
        "subjects": [{"name": article.section}] if article.section else None,
        "bodies": [{"role": "main", "contenttype": "text/plain", "value": article.body}],
        "altids": [{"role": "url", "value": article.url}] if article.url else None,
    }
    return json.dumps({name: value for name, value in item.items() if value}, ensure_ascii=False)


def _atom(articles: Iterator[Article]) -> Iterator[str]:
    """The lines of an Atom feed."""
    from rag.ingest.formats.feed import OWN_GENERATOR

    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<feed xmlns="http://www.w3.org/2005/Atom">'
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    yield f"<title>Articles</title><id>urn:x-rag:export</id><updated>{now}</updated>"
    yield f"<author><name>rag</name></author><generator>{OWN_GENERATOR}</generator>"
    yield from map(_entry, articles)
    yield "</feed>"


def _entry(article: Article) -> str:
    body = "".join(f"<p>{escape(part)}</p>" for part in article.body.split("\n\n"))
    language = f" xml:lang={quoteattr(article.language)}" if article.language else ""
    parts = [
        f"<entry{language}>",
        f"<id>{escape(_urn(article))}</id>",
        f"<title>{escape(article.title)}</title>",
        f'<link rel="alternate" href={quoteattr(article.url)}/>' if article.url else "",
        f"<published>{_moment(article.published)}</published>" if article.published else "",
        f"<updated>{_moment(article.updated or article.published)}</updated>",
        *(f"<author><name>{escape(name)}</name></author>" for name in article.authors),
        f"<category term={quoteattr(article.section)}/>" if article.section else "",
        f"<source><title>{escape(article.source)}</title></source>" if article.source else "",
        f'<content type="html">{escape(body)}</content>',
        "</entry>",
    ]
    return fit_for_xml("\n".join(filter(None, parts)))


def _moment(when: When) -> str:
    """As RFC 3339 has it: '-00:00' where the zone is not known, midnight in it for a day alone. Atom demands a time of
    change, also of an article without a day."""
    if when is None:
        from rag.ingest.formats.feed import NEVER

        return NEVER
    if not isinstance(when, datetime):
        return f"{when.isoformat()}T00:00:00-00:00"
    return when.isoformat() if when.tzinfo else f"{when.isoformat()}-00:00"


def _urn(article: Article) -> str:
    from rag.ingest.dispatches.ninjs import OWN_NAME

    return f"{OWN_NAME}{article.id}"
