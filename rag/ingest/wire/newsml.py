"""XML of news agencies -> articles: NITF, NewsML-G2 with any number of items in a message, and NewsML 1.

An item that was canceled or withheld takes back what came under its identifier; one that has no text (a picture, a
plan, sports data) is no article, and the report says which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.errors import ReadError
from rag.ingest.dispatches.marks import headline_kills
from rag.ingest.encoding import clean, one_line
from rag.ingest.html.fragment import fragment_text
from rag.ingest.page import LeftOut, Page, Withdrawal, Wrong, date_not_understood, failed, not_news, refused
from rag.ingest.segment.bylines import people
from rag.ingest.web.urls import is_web, site_of
from rag.ingest.wire.checks import MAX_NOTICE, UNTOLD_CORRECTION, embargo_of, refuse_empty, withdrawal, without_notes
from rag.ingest.wire.markup import (
    ROOT,
    coded_language,
    inside_of,
    local,
    parse_xml,
    said_at,
    words_at,
    words_of,
    xml_text,
)
from rag.ingest.wire.newsml_1 import old_items
from rag.ingest.wire.nitf import WireText, nitf_identity, nitf_page, prose_of, when_wired, wire_text, with_dateline
from rag.text.timex.stamps import earlier
from rag.types import ReportItem, When

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_ITEMS = 2000
"""Items of one message that are read."""

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ROOTS = frozenset(
    "nitf newsml newsmessage newsitem packageitem planningitem conceptitem knowledgeitem catalogitem"
    " groupset contentset".split()
)
_KINDS = {
    "packageitem": "package", "groupset": "package", "planningitem": "plan of coverage", "conceptitem": "concept",
    "knowledgeitem": "set of concepts", "catalogitem": "catalogue", "picture": "picture", "graphic": "graphic",
    "video": "video", "audio": "audio", "animation": "animation",
}  # fmt: skip
"""What holds no article."""
_PLURALS = {"plan of coverage": "plans of coverage", "set of concepts": "sets of concepts",
            "list of events": "lists of events"}  # fmt: skip
_TEXTUAL = frozenset(("", "text", "composite"))
_DATA = {"sports-content": "sports data", "events": "list of events", "newsmarkup": "market data"}
_TEXT_TYPES = ("text", "html", "xml", "")


def is_wire(data: bytes) -> bool:
    """Whether the bytes are a document in NITF or NewsML-G2, by the first element."""
    text = xml_text(data[:65536]) or ""
    root = ROOT.match(text)
    if root is None or root[1].lower() not in _ROOTS:
        return False
    return root[1].lower() != "newsitem" or "iptc.org" in text or "itemMeta" in text  # others name theirs so too


def read_wire(origin: str, data: bytes, charset: str | None = None) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a document, and what of it is none; never raises for what it holds."""
    try:
        root, sound = parse_xml(xml_text(data, charset) or "")
        if local(root) == "nitf":
            yield _checked_nitf(origin, root)
        elif local(root) == "newsml":
            yield from old_items(origin, root)
        elif local(root) == "newsmessage":
            yield from _message(origin, root)
        elif local(root) == "contentset" and (inner := next(inside_of(root, "*", "nitf"), None)) is not None:
            yield _checked_nitf(origin, inner)
        else:
            yield _item(origin, root)
        if not sound:
            yield failed(origin, "broken XML; what could be read of it was kept, so ask for the file again")
    except (ReadError, Wrong) as error:
        yield refused(origin, error)


def _checked_nitf(origin: str, root: Element) -> Page | Withdrawal:
    docdata = next(inside_of(root, "head", "docdata"), None)
    page = nitf_page(origin, root)
    status = docdata.get("management-status") or "" if docdata is not None else ""
    if docdata is not None and (other := one_line(docdata.get("management-doc-idref") or "")):
        said, sent = docdata.get("management-idref-status") or status, page.updated or page.published
        if gone := withdrawal(
            origin, said, nitf_identity(other, page.source or "") or "", at=sent, notice=page.title or ""
        ):
            return gone
    if gone := withdrawal(origin, status, page.id or "", at=page.updated or page.published, notice=page.title or ""):
        return gone
    refuse_empty(page)
    if gone := _killed_in_words(page):
        return gone
    corrected = one_line(said_at(docdata, "info", "correction"))[:MAX_NOTICE] or None
    embargo = embargo_of(said_at(docdata, "norm", "date.release"))
    page = without_notes(replace(page, embargo=embargo, correction=corrected))
    stated = said_at(docdata, "norm", "date.issue")
    return page if page.published or not stated else page.noted(date_not_understood(stated))


def _killed_in_words(page: Page) -> Withdrawal | None:
    """What an item takes back whose status says nothing of it, but whose headline and text do."""
    if page.id and headline_kills(page.title or "", page.text):
        sent = page.updated or page.published
        return Withdrawal(page.origin, page.id, "killed", page.version, sent, notice=page.title)
    return None


def _message(origin: str, root: Element) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a message; the versions of an item in the order of their numbers."""
    items = [e for part in inside_of(root, "itemset") for e in part if local(e)][:MAX_ITEMS]
    others: Counter[str] = Counter()
    for number, item in _in_order(items):
        where = f"{origin}#item {number}"
        if kind := _other_kind(item):
            others[kind] += 1
        else:
            try:
                yield _item(where, item)
            except Wrong as error:
                yield refused(where, error)
    packages = others.pop("package", 0) if len(others) > 1 or any(map(_is_text, items)) else 0
    if others:
        yield not_news(origin, f"no articles: {_counted(others)}")
    elif not items or (packages and not any(map(_is_text, items))):
        yield failed(origin, "a message without a text; ask for one that holds the items themselves")


def _in_order(items: Sequence[Element]) -> list[tuple[int, Element]]:
    """The items with their places from 1; several versions of one take their places in the order of their numbers."""
    places: dict[str, list[int]] = {}
    for n, item in enumerate(items):
        places.setdefault(item.get("guid") or f" {n}", []).append(n)
    order = list(enumerate(items, 1))
    for taken in places.values():
        versions = sorted(taken, key=lambda n: _version(items[n]))
        for n, other in zip(taken, versions, strict=True):
            order[n] = other + 1, items[other]
    return order


def _is_text(item: Element) -> bool:
    return _other_kind(item) is None


def _counted(kinds: Counter[str]) -> str:
    parts = (kind if kind.endswith("data") else f"{n} {_PLURALS.get(kind, f'{kind}s')}" if n > 1 else f"{n} {kind}"
             for kind, n in kinds.items())  # fmt: skip
    return ", ".join(parts)


def _version(item: Element) -> int:
    version = item.get("version") or ""
    return int(version) if version.isdecimal() and len(version) < 10 else 1


def _other_kind(item: Element) -> str | None:
    """What an item is that is no text; ``None`` for a text."""
    if local(item) != "newsitem":
        return _KINDS.get(local(item), one_line(local(item))[:40])
    name = _code(said_at(item, "qcode", "itemmeta", "itemclass") or said_at(item, "uri", "itemmeta", "itemclass"))
    if name not in _TEXTUAL:
        return _KINDS.get(name, name)
    inline = [e for holder in inside_of(item, "contentset", "inlinexml") for e in holder if local(e)]
    found = [_DATA.get(local(e)) for e in inline]
    return found[0] if found and all(found) else None


def _item(origin: str, item: Element) -> Page | Withdrawal:
    """The article of one item. Raises ``Wrong``."""
    if kind := _other_kind(item):
        raise LeftOut(f"no article: {kind}")
    meta, content = next(inside_of(item, "itemmeta"), None), next(inside_of(item, "contentmeta"), None)
    guid = one_line(item.get("guid") or "")
    status = _code(said_at(meta, "qcode", "pubstatus") or said_at(meta, "uri", "pubstatus"))
    number = _version(item) if item.get("version") else None
    sent = when_wired(words_at(meta, "versioncreated"))
    if gone := withdrawal(origin, status, guid, version=number, at=sent, notice=words_at(meta, "ednote")):
        return gone
    body = _text(item)
    days = [words_at(content, "contentcreated"), words_at(meta, "firstcreated"), words_at(meta, "versioncreated")]
    published = next((when for stated in days if (when := when_wired(stated))), None) or body.day
    changed = (when_wired(stated) for stated in (words_at(content, "contentmodified"), days[2]))
    source = _outlet(item, meta)
    persons = [words_of(e) for e in inside_of(content, "by")] or list(body.byline)
    persons = persons or [words_at(e, "name") for e in inside_of(content, "creator")]
    language = said_at(content, "tag", "language") or body.language or item.get(_LANG) or ""
    link = (
        said_at(e, "href") for e in inside_of(meta, "link") if _code(e.get("rel") or "") in ("ispublishedas", "web")
    )
    page = Page(
        origin,
        with_dateline(body.text or body.summary, words_at(content, "dateline") or body.dateline),
        whole=True,
        id=guid or None,
        title=words_at(content, "headline") or body.title or words_at(meta, "title") or None,
        published=published,
        updated=next((when for when in changed if when and _later(when, published)), None),
        source=source or None,
        section=_section(content),
        url=next(filter(is_web, link), None),
        authors=people(persons, (source, words_at(content, "infosource", "name"))),
        language=coded_language(language),
        version=number,
        embargo=embargo_of(words_at(meta, "embargoed")),
        correction=_correction(meta),
        note=None if body.text else "only its summary is there",
    )
    refuse_empty(page, item)
    if gone := _killed_in_words(page):
        return gone
    page = without_notes(page)
    stated = next(filter(None, days), "")
    return page if page.published or not stated else page.noted(date_not_understood(stated))


def _correction(meta: Element | None) -> str | None:
    """What an item that its signals call a correction says of it, in its note to editors or by the signal's name."""
    for signal in inside_of(meta, "signal"):
        code = _code(signal.get("qcode") or signal.get("uri") or "").lower()
        if code.startswith("correct"):
            said = words_at(meta, "ednote") or words_at(signal, "name") or UNTOLD_CORRECTION
            return one_line(said)[:MAX_NOTICE]
    return None


def _text(item: Element) -> WireText:
    """The text of an item; of several forms of it the longest."""
    summaries = [words_of(e) for e in inside_of(item, "contentmeta", "description")]
    found = [WireText(summary=max(summaries, key=len, default=""))]
    for inline in inside_of(item, "contentset", "inlinexml"):
        for root in inline:
            if local(root) == "nitf":
                found.append(wire_text(root))
            elif local(root) and local(root) not in _DATA:
                head = words_at(root, "head", "title") or words_at(root, "*", "h1")
                found.append(WireText(head, prose_of(root), language=root.get(_LANG) or root.get("lang") or ""))
    for inline in inside_of(item, "contentset", "inlinedata"):
        kind = (inline.get("contenttype") or "").lower()
        text = "".join(inline.itertext())
        if "html" in kind or "nitf" in kind or text.lstrip().startswith("<"):
            found.append(WireText(text=fragment_text(text)))
        elif not inline.get("encoding") and any(name in kind for name in _TEXT_TYPES):
            found.append(WireText(text="\n".join(row.strip() for row in clean(text).split("\n")).strip()))
    return max(found, key=lambda one: (len(one.text), len(one.summary)))


def _outlet(item: Element, meta: Element | None) -> str:
    """The provider by name, else by what its code ends in; else the holder of the rights, or the provider's site."""
    code, site = _code(said_at(meta, "qcode", "provider")), said_at(meta, "uri", "provider")
    return (
        words_at(meta, "provider", "name")
        or said_at(meta, "literal", "provider")
        or code
        or words_at(item, "rightsinfo", "copyrightholder", "name")
        or (site_of(site) if is_web(site) else "")
    )


def _section(content: Element | None) -> str | None:
    """The first of an item's subjects of the highest level of the IPTC's topics, by name."""
    for subject in inside_of(content, "subject"):
        code, name = _code(subject.get("qcode") or ""), words_at(subject, "name")
        if code.isdecimal() and code.endswith("000000") and name and len(name) <= 40:
            return name
    return None


def _code(qcode: str) -> str:
    """'usable' of 'stat:usable', also of a whole URI."""
    return one_line(qcode).rstrip("/").rpartition("/" if "://" in qcode else ":")[2]


def _later(when: When, published: When) -> bool:
    return published is None or earlier(published, when)
