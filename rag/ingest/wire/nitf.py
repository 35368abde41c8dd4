"""NITF, the IPTC's markup of one article: by itself, or inside of NewsML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from rag.ingest.encoding import one_line
from rag.ingest.html.fragment import fragment_text
from rag.ingest.page import Page
from rag.ingest.segment.bylines import letters, people
from rag.ingest.web.urls import is_web
from rag.ingest.wire.markup import coded_language, gap_behind, inside_of, local, said_at, words_at, words_of
from rag.text.timex.machine import parse_machine_stamp, parse_stamp_ahead
from rag.types import When

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_KEPT = frozenset("p div ul ol li dl dt dd table caption tr td th pre br q em strong sub sup h1 h2 h3 h4".split())
_MEANT = {"hl2": "h3", "block": "div", "bq": "blockquote", "body": "div", "html": "div"}
_LEFT_OUT = frozenset(
    "media media-caption media-producer nitf-table-metadata note fn credit head script style virtloc object".split()
)
"""What is beside the article's text: pictures with their captions, notes to editors."""
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?")
_LEAST_REPEATED = 40  # characters of a paragraph that a second block repeats
_FIRST_WORDS = 160  # characters in which a text says its dateline itself


@dataclass(frozen=True, slots=True)
class WireText:
    """What the body of an article holds."""

    title: str = ""
    text: str = ""
    dateline: str = ""
    byline: tuple[str, ...] = ()  # lines that name authors
    day: When = None  # of the dateline
    summary: str = ""
    source: str = ""  # whom the body names as its distributor
    language: str = ""

    @property
    def dated(self) -> str:
        """The text behind its dateline."""
        return with_dateline(self.text, self.dateline)


def when_wired(value: str, *, ahead: bool = False) -> When:
    """A moment as the IPTC's formats write it, one that lies ahead only where that is asked for. Midnight sharp without
    a zone, or in the short form, is a day alone."""
    parse = parse_stamp_ahead if ahead else parse_machine_stamp
    value = one_line(value)
    found = _COMPACT.fullmatch(value)
    if found is None:
        when = parse(value)
        midnight = isinstance(when, datetime) and when.tzinfo is None and not when.time().replace(microsecond=0)
        return when.date() if midnight and isinstance(when, datetime) else when
    year, month, on, hour, minute, second, zone = found.groups()
    stated = f"{year}-{month}-{on}"
    if hour is None or (hour, minute, second or "00") == ("00", "00", "00"):
        return parse(stated)
    return parse(f"{stated}T{hour}:{minute}:{second or '00'}{zone or ''}")


def with_dateline(text: str, dateline: str) -> str:
    """The text with its dateline before it, unless it says that itself."""
    place = letters(re.split(r"[,(]", dateline)[0])
    if not place or place in letters(text[:_FIRST_WORDS]):
        return text
    return f"{dateline.rstrip(' -–—')} — {text}"


def wire_text(root: Element) -> WireText:
    """The text of an article in NITF."""
    body = next((e for e in inside_of(root, "body")), root)
    head = next(inside_of(body, "body.head"), None)
    content = next(inside_of(body, "body.content"), None)
    byline = [_byline(e) for e in inside_of(head, "byline")]
    return WireText(
        title=words_at(head, "hedline", "hl1") or words_at(root, "head", "title") or words_at(head, "hedline"),
        text=prose_of(content if content is not None else body),
        dateline=words_at(head, "dateline"),
        byline=tuple(line for lines in byline for line in lines),
        day=when_wired(said_at(head, "norm", "dateline", "story.date")),
        summary="\n\n".join(filter(None, (prose_of(e) for e in inside_of(head, "abstract")))),
        source=words_at(head, "distributor", "org") or words_at(head, "distributor"),
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or body.get("{http://www.w3.org/XML/1998/namespace}lang")
        or "",
    )


def _byline(element: Element) -> list[str]:
    """The persons of a byline, by their elements or else by its words without what they are."""
    if persons := [words_of(e) for e in inside_of(element, "*", "person")]:
        return persons
    words = words_of(element)
    for title in inside_of(element, "*", "byttl"):
        words = words.replace(words_of(title), " ")
    return [one_line(words).strip(" ,;")]


def prose_of(element: Element) -> str:
    """The paragraphs of an element of NITF or XHTML, each once."""
    rows = fragment_text("".join(_html(element))).split("\n\n")
    seen: set[str] = set()
    kept = []
    for row in rows:
        if row and not (len(row) >= _LEAST_REPEATED and row in seen):
            kept.append(row)
            seen.add(row)
    return "\n\n".join(kept)


def _html(element: Element) -> Iterator[str]:
    """The element as HTML without attributes."""
    name = local(element)
    if name and name not in _LEFT_OUT:
        tag = _MEANT.get(name, name)
        tag = tag if tag in _KEPT or name in _MEANT else ""
        yield f"<{tag}>" if tag else ""
        yield html.escape(element.text or "")
        for child in element:
            yield from _html(child)
            yield gap_behind(child)
            yield html.escape(child.tail or "")
        yield f"</{tag}>" if tag and tag != "br" else ""


def nitf_page(origin: str, root: Element) -> Page:
    """The article of a document in NITF."""
    about = next(inside_of(root, "head"), None)
    docdata = next(inside_of(about, "docdata"), None)
    pubdata = next(inside_of(about, "pubdata"), None)
    found = wire_text(root)
    metas = {(e.get("name") or "").lower(): one_line(e.get("content") or "") for e in inside_of(about, "meta")}
    source = (
        said_at(pubdata, "name")
        or said_at(docdata, "holder", "doc.copyright")
        or found.source
        or metas.get("publisher")
        or said_at(docdata, "regsrc", "doc-id")
    )
    days = [
        said_at(docdata, "norm", "date.issue"),
        said_at(pubdata, "date.publication"),
        said_at(docdata, "norm", "date.release"),
    ]
    published = next((when for day in days if (when := when_wired(day))), None) or found.day
    changed = (when_wired(said) for e in inside_of(about, "revision-history") if (said := e.get("norm") or ""))
    updated = max(changed, default=None, key=str)
    section = said_at(pubdata, "position.section") or metas.get("section", "")
    language = metas.get("lang") or metas.get("language") or found.language or root.get("lang") or ""
    url = next((e for e in (said_at(pubdata, "ex-ref"), metas.get("url", "")) if is_web(e)), None)
    return Page(
        origin,
        found.dated or found.summary,
        whole=True,
        id=nitf_identity(said_at(docdata, "id-string", "doc-id"), source),
        title=found.title or None,
        published=published,
        updated=updated if updated != published and isinstance(updated, date) else None,
        source=source or None,
        section=section if 0 < len(section) <= 40 and not section.isdigit() else None,
        url=url,
        authors=people(found.byline, (source or "",)),
        language=coded_language(language),
        note=None if found.text or not found.summary else "only its summary is there (in 'abstract')",
    )


def nitf_identity(given: str, source: str) -> str | None:
    """The identifier of a document; a bare number with its outlet, since others count too."""
    return f"{letters(source)}-{given}" if given.isdecimal() and source else given or None
