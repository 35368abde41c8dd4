"""NewsML 1, which many agencies still send: the text of each item, with the lines of the component around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.ingest.encoding import one_line
from rag.ingest.page import Page, Withdrawal, Wrong, failed, refused
from rag.ingest.segment.bylines import people
from rag.ingest.wire.checks import embargo_of, refuse_empty, withdrawal, without_notes
from rag.ingest.wire.markup import coded_language, inside_of, local, said_at, words_at
from rag.ingest.wire.nitf import WireText, prose_of, when_wired, wire_text, with_dateline
from rag.text.timex.stamps import earlier
from rag.types import ReportItem

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NAME = "FormalName"


def old_items(origin: str, root: Element) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a document in NewsML 1, and why an item is none."""
    items = list(inside_of(root, "newsitem"))
    for number, item in enumerate(items, 1):
        where = f"{origin}#item {number}" if len(items) > 1 else origin
        try:
            yield _old_item(where, item)
        except Wrong as error:
            yield refused(where, error)
    if not items:
        yield failed(origin, "a message without a text; ask for one that holds the items themselves")


def _old_item(origin: str, item: Element) -> Page | Withdrawal:
    managed = next(inside_of(item, "newsmanagement"), None)
    identified = next(inside_of(item, "identification", "newsidentifier"), None)
    name = _name(identified)
    status = said_at(managed, _NAME, "status")
    changing = words_at(managed, "statuswillchange", "dateandtime")
    version = _revision(identified)
    updated = when_wired(words_at(managed, "thisrevisioncreated"))
    if gone := withdrawal(origin, status, name, version=version, at=updated):
        return gone
    content, body = _longest(item)
    around = [*([content, *content.iterancestors()] if content is not None else []), item]
    lines = [found for e in around for found in inside_of(e, "newslines")]
    if content is None:
        lines = list(inside_of(item, "*", "newslines"))
    said = {name: _first(lines, name) for name in ("headline", "byline", "dateline", "copyrightline")}
    admin = [found for e in around for found in inside_of(e, "administrativemetadata")]
    source = next((s for e in admin for way in ("provider", "source") if (s := said_at(e, _NAME, way, "party"))), "")
    source = source or _first(lines, "creditline") or words_at(identified, "providerid")
    described = [found for e in around for found in inside_of(e, "descriptivemetadata")]
    language = next((tag for e in described if (tag := said_at(e, _NAME, "language"))), body.language)
    published = when_wired(words_at(managed, "firstcreated")) or when_wired(words_at(identified, "dateid"))
    published = published or body.day
    page = Page(
        origin,
        with_dateline(body.text or body.summary, said["dateline"] or body.dateline),
        whole=True,
        id=name or None,
        title=said["headline"] or body.title or None,
        published=published,
        updated=updated if updated and (published is None or earlier(published, updated)) else None,
        source=source or None,
        authors=people([said["byline"]] if said["byline"] else body.byline, (source,)),
        language=coded_language(language),
        version=version,
        embargo=embargo_of(changing, required=True) if status.lower() == "embargoed" else None,
        note=None if body.text or not body.summary else "only its summary is there",
    )
    kinds = {said_at(e, _NAME, "mediatype") for e in inside_of(item, "*", "contentitem")} - {""}
    if not page.text.strip() and kinds:
        raise Wrong(f"no article: {', '.join(sorted(kind.lower() for kind in kinds))}")
    refuse_empty(page)
    return without_notes(page)


def _name(identified: Element | None) -> str:
    """What all versions of an item share: its identifier without the number of the version."""
    given = words_at(identified, "publicidentifier")
    version = words_at(identified, "revisionid")
    if given and version and given.rpartition(":")[2].startswith(version):
        return given.rpartition(":")[0]
    return given or words_at(identified, "newsitemid")


def _revision(identified: Element | None) -> int | None:
    """The number of the version; one that is not known as such says nothing."""
    number = words_at(identified, "revisionid")
    return int(number) if number.isdecimal() and len(number) < 10 else None


def _longest(item: Element) -> tuple[Element | None, WireText]:
    """The piece of content with the longest text."""
    best: tuple[Element | None, WireText] = (None, WireText())
    for content in inside_of(item, "*", "contentitem"):
        if said_at(content, _NAME, "mediatype").lower() not in ("", "text", "complexdata"):
            continue
        for data in inside_of(content, "datacontent"):
            inner = next((e for e in data.iterdescendants() if local(e) == "nitf"), None)
            found = wire_text(inner) if inner is not None else WireText(text=prose_of(data))
            if len(found.text) > len(best[1].text) or (best[0] is None and found.summary):
                best = (content, found)
    return best


def _first(lines: list[Element], name: str) -> str:
    return next((one_line(words) for line in lines if (words := words_at(line, name))), "")
