"""Whose page a record is of, where the program that kept or crawled it has fields of its own under the same names."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from rag.ingest.formats.parts.columns import CHANGED_NAMES, CREATED_NAMES, DAY_NAMES, KEYS, each_with
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
CLIPPED = (
    *map(key_of, each_with(f"{CREATED_NAMES} {CHANGED_NAMES}", DAY_NAMES)),
    "datecreated",
    "created",
    "createdat",
    "updated",
    "updatedat",
    "modified",
    "datesaved",
    "timeadded",
    "savedat",
    "datemodified",
    "lastmodified",
)
"""Days of a page that somebody kept: those on which it was kept or filed."""
OF_KEEPERS = frozenset(
    (
        "archivepath",
        "bookmarkedat",
        "dateadded",
        "isarchived",
        "isstarred",
        "savedat",
        "timeadded",
        "readingprogresspercent",
        "favourited",
        "taggingstatus",
        "lastpreserved",
    )
)
"""Fields of programs that keep pages for later."""
_LOOKED_FOR = ("url", "source", "published", "authors", "language", "section")
_DEEP = 3
_META = re.compile(r"<meta\b[^<>]*>", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent=([\"'])(.*?)\1", re.IGNORECASE)
_MOST_HEAD = 100_000  # characters of a head that are read
_SITES = ("WebSite", "NewsMediaOrganization", "Organization")


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


def outlet_in_head(named: Mapping[str, Any]) -> str | None:
    """The site's name in what plugins for search engines add to a record of WordPress: the head of its page, as HTML or
    as an object (``yoast_head_json``, ``aioseo_head_json``)."""
    for key, value in named.items():
        if "head" not in key:
            continue
        if isinstance(value, str) and "og:site_name" in value:
            metas = (meta[0] for meta in _META.finditer(value[:_MOST_HEAD]) if "og:site_name" in meta[0])
            told = next((found[2] for meta in metas if (found := _CONTENT.search(meta))), None)
        elif isinstance(value, Mapping):
            told = next((name for at, name in value.items() if key_of(str(at)) == "ogsitename"), None)
            told = told or _site_of_graph(value.get("schema"))
        else:
            continue
        if isinstance(told, str) and told.strip():
            return html.unescape(told.strip())
    return None


def _site_of_graph(schema: Any) -> str | None:
    graph = schema.get("@graph") if isinstance(schema, Mapping) else None
    nodes = [node for node in graph if isinstance(node, Mapping)] if isinstance(graph, list) else []
    named = (node.get("name") for kind in _SITES for node in nodes if node.get("@type") == kind)
    return next((name for name in named if isinstance(name, str) and name.strip()), None)


def origin_inside(named: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
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
