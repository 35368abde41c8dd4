"""Addresses in records: which of several is that of the page, and how it is written whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rag.ingest.web.archives import original_address

_NO_SCHEME = re.compile(r"www\.[\w-]+(?:\.[\w-]+)+(?:/|$)", re.IGNORECASE)
_OF_PAGES = ("permalink", "canonical", "html", "web", "alternate", "article")
"""In an object of several addresses, that of the page."""


def whole_address(url: str) -> str | None:
    """The address, with its scheme; ``None`` for one of a site that is not named."""
    url = original_address(url)
    url = f"https://{url}" if _NO_SCHEME.match(url) else url
    return None if url.startswith("/") and not url.startswith("//") else url


def page_link(value: Any) -> Any:
    """Of several addresses ({'href': ..., 'type': ...}, as readers of feeds keep them) that of the page."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        return value
    kinds = [str(item.get("type") or "text/html").lower() for item in value]
    return next((item for item, kind in zip(value, kinds, strict=True) if "html" in kind), None)


def links_to_page(links: Any) -> list[Any]:
    """What an object of addresses by their kinds, or a list of such with a kind each, has for the page; best first."""
    if isinstance(links, list):  # [{'rel': 'alternate', 'href': ...}]
        links = {i["rel"]: i.get("href") for i in links if isinstance(i, Mapping) and isinstance(i.get("rel"), str)}
    return [links.get(name) for name in _OF_PAGES] if isinstance(links, Mapping) else []
