"""XML of no format that is known here: records by the names that other programs give their fields.

What an element's children are called decides, by the table that JSON files are read with. Sitemaps and the exports of
wikis are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.errors import ReadError
from rag.ingest.formats.parts.columns import KEYS
from rag.ingest.formats.records import pages_of_document
from rag.ingest.formats.shapes import key_of
from rag.ingest.page import TO_FETCH, Page, Withdrawal, Wrong, failed, refused
from rag.ingest.wire.markup import OF_OTHERS, inside_of, local, parse_xml, words_at, words_of, xml_text
from rag.ingest.wire.nitf import prose_of
from rag.types import ReportItem

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MOST_DEEP = 12
_PROSE = frozenset("p para paragraph br b i em strong a ul ol h2 h3 div span".split())
"""Elements that make what holds them a text."""
_TEXTS = frozenset(KEYS["text"]) | {"description", "summary", "abstract", "lead", "leadparagraph"}
_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}|\{\|.*?\|\}", re.DOTALL)
_DATE = re.compile(r"\{\{\s*date\s*\|\s*([^{}|]{6,30})\}\}", re.IGNORECASE)
_FILE = re.compile(r"\[\[(?:file|image|category|datei|bild|kategorie|fichier|catégorie|archivo|categoría):"
                   r"(?:[^\[\]]|\[\[[^\[\]]*\]\])*\]\]", re.IGNORECASE)  # fmt: skip
_REFERENCE = re.compile(
    r"<ref\b[^>]*/>|<ref\b.*?</ref>|<!--.*?-->|<(gallery|math)\b.*?</\1>", re.DOTALL | re.IGNORECASE
)
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]|\[https?://\S+\s+([^\]]*)\]")
_QUOTES = re.compile(r"'{2,5}|^[*#:;]+\s*|__[A-Z]+__", re.MULTILINE)
_HEADING = re.compile(r"^=+\s*(.*?)\s*=+\s*$", re.MULTILINE)
_SOURCES = re.compile(
    r"\n=+\s*(?:sources?|quellen?|fuentes?|fonti|references?|related news|external links|see also|weblinks)\s*=+.*",
    re.IGNORECASE | re.DOTALL,
)


def read_records(origin: str, data: bytes, charset: str | None = None) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of an XML document by the names of its elements; one failed item where it has none."""
    try:
        root, sound = parse_xml(xml_text(data, charset) or "")
    except ReadError as error:
        yield failed(origin, str(error))
        return
    name = local(root)
    if name in ("urlset", "sitemapindex"):
        places = [words_of(e) for e in inside_of(root, "*", "loc")]
        what = "page" if name == "urlset" else "sitemap"
        yield failed(origin, f"a sitemap of {len(places)} {what}{'' if len(places) == 1 else 's'}; {TO_FETCH}")
        return
    document: Any = _wiki(root) if name == "mediawiki" else _value(root, 0)
    if not isinstance(document, dict) or not (name == "mediawiki" or _has_records(document)):
        yield failed(origin, "no feed, though its name says so; save the page that shows its articles as .html")
        return
    try:
        yield from pages_of_document(origin, document)
    except Wrong as wrong:
        yield (
            failed(origin, "an export of a wiki without an article") if name == "mediawiki" else refused(origin, wrong)
        )
    if not sound:
        yield failed(origin, "broken XML; what could be read of it was kept, so ask for the file again")


def _has_records(document: dict[str, Any], depth: int = 0) -> bool:
    """Whether an object or one inside it has a headline and a text by any of their names."""
    names = {key_of(name) for name in document}
    if not names.isdisjoint(KEYS["title"]) and not names.isdisjoint(_TEXTS):
        return True
    inner = [item for value in document.values() for item in (value if isinstance(value, list) else [value])]
    return depth < _MOST_DEEP and any(_has_records(item, depth + 1) for item in inner[:200] if isinstance(item, dict))


def _value(element: Element, depth: int) -> Any:
    """The element as JSON would have it: a text, or its attributes and children by name."""
    children = [child for child in element if local(child) and not OF_OTHERS.fullmatch(key_of(local(child)))]
    marked = sum(local(child) in _PROSE for child in children)
    titled = any(key_of(local(child)) in KEYS["title"] for child in children)
    mixed = bool(children) and not titled and (2 * marked > len(children) or (element.text or "").strip())
    if mixed or not children or depth >= _MOST_DEEP:
        text = prose_of(element) if children else (element.text or "").strip()
        return text if text or not element.attrib else {key: value for key, value in element.attrib.items() if value}
    found: dict[str, Any] = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    if not any(c.isdigit() for c in found.get("id", "")) or found["id"].isdecimal():
        found.pop("id", None)  # of the element, or the number of a row
    for child in children:
        name, value = local(child), _value(child, depth + 1)
        if name in found and isinstance(found[name], list):
            found[name].append(value)
        elif name in found and name not in element.attrib:
            found[name] = [found[name], value]
        else:
            found[name] = value
    if titled and "p" in found and not any(key_of(name) in KEYS["text"] for name in found):
        found["text"] = "\n\n".join(filter(None, (prose_of(child) for child in children if local(child) == "p")))
    if isinstance(found.get("id"), str) and found["id"].isdecimal():
        del found["id"]
    return found


def _wiki(root: Element) -> dict[str, Any]:
    """The articles of an export of MediaWiki, without talk, redirects and marks."""
    site, records = words_at(root, "siteinfo", "sitename"), []
    for page in inside_of(root, "page"):
        if words_at(page, "ns") not in ("", "0") or next(inside_of(page, "redirect"), None) is not None:
            continue
        revision = list(inside_of(page, "revision"))[-1:]
        written = next((e.text or "" for e in revision for e in inside_of(e, "text")), "")
        stated = _DATE.search(written)
        changed = words_at(revision[0], "timestamp") if revision else ""
        records.append(
            {
                "title": words_at(page, "title"),
                "text": plain_wiki(written),
                "published": stated[1].strip() if stated else None,
                "updated": changed,
                "source": site or None,
            }
        )
    return {"articles": records}


def plain_wiki(written: str) -> str:
    """Wiki markup as plain paragraphs."""
    text = _SOURCES.sub("", _REFERENCE.sub("", written))
    for _ in range(_MOST_DEEP):
        if text == (text := _TEMPLATE.sub("", text)):
            break
    text = _LINK.sub(lambda link: link[1] or link[2] or "", _FILE.sub("", text))
    text = _QUOTES.sub("", _HEADING.sub(r"\1", text))
    return "\n\n".join(row for row in (" ".join(row.split()) for row in text.split("\n")) if row)
