"""Whose page a record is of, where the program that kept or crawled it has fields of its own under the same names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from rag.ingest.formats.parts.columns import KEYS
from rag.ingest.formats.shapes import key_of
from rag.ingest.web.urls import is_web, site_of

_OF_PAGES = ("sourceurl", "originalurl", "originurl", "resolvedurl", "givenurl", "articleurl", "pageurl", "externalurl")
"""Addresses of the page itself, beside that of its copy in a program that keeps pages."""
_NAMES_OF_SITES = ("sitename", "metasitename", "publisher", "publishername", "publication", "outlet", "feedtitle")
_CHANNEL = frozenset(
    "add added save saved import imported from via by using to rss atom feed api web url link email e-mail newsletter "
    "manual manually upload uploaded scraper scraped crawler crawled browser app mobile ios android chrome firefox "
    "safari extension bookmarklet share shared clipper clipped highlight highlights reader file csv json html article "
    "page document tool bot".split()
)
"""Words for how a program came by a page, which some call its source: 'web', 'added by e-mail', 'rss'."""
_AROUND = frozenset("html meta metadata info page request response http crawl sourceinfo provenance".split())
"""Objects in which crawlers keep where a page is from, also inside each other."""
_READ_AT = (
    "respondedurl",
    "responseurl",
    "finalurl",
    "resolvedurl",
    "requestedurl",
    "requesturl",
    "targeturi",
    "warctargeturi",
)
_LOOKED_FOR = ("url", "source", "published", "authors", "language", "section")
_DEEP = 3


def of_the_page(named: Mapping[str, Any], url: Any, source: Any, *, keeper: bool) -> dict[str, Any]:
    """The page's own address and outlet, where ``url`` and ``source`` are those of the program that kept it."""
    found: dict[str, Any] = {}
    pages = [page.strip() for key in _OF_PAGES if isinstance(page := named.get(key), str) and is_web(page.strip())]
    if isinstance(url, str) and pages and site_of(url) != site_of(pages[0]) and urlsplit(pages[0]).path.strip("/"):
        found["url"] = pages[0]
    names = (name.strip() for key in _NAMES_OF_SITES if isinstance(name := named.get(key), str))
    name = next((name for name in names if name and not is_web(name)), None)
    if name and isinstance(source, str) and (keeper or _CHANNEL.issuperset(source.lower().split())):
        found["source"] = name
    return found


def inside_of(named: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What objects inside a record say of where its page is from, by our names; each value as that of a record."""
    inner: dict[str, Any] = {}
    level: list[Mapping[str, Any]] = [named]
    for _ in range(_DEEP):
        level = [
            value
            for one in level
            for name, value in one.items()
            if key_of(str(name)) in _AROUND and isinstance(value, Mapping)
        ]
        for one in level:
            for name, value in one.items():
                if value not in (None, "", [], {}):
                    inner.setdefault(key_of(str(name)), value)
    if address := next(
        (inner[key] for key in _READ_AT if isinstance(inner.get(key), str) and is_web(inner[key])), None
    ):
        inner["url"] = address
    found = {field: {key: inner[key] for key in KEYS[field] if key in inner} for field in _LOOKED_FOR}
    found["source"] = {
        key: value for key, value in found["source"].items() if isinstance(value, str) and not is_web(value)
    }
    return {field: values for field, values in found.items() if values}
