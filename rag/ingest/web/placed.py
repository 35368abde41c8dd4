"""The address that a page from the web is known by: its own word where that can be believed."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from rag.ingest.page import Page


def placed_page(page: Page, final: str) -> Page:
    """The page with the address that it is known by: its own word where that can be believed.

    A page that claims another site's address would replace that site's article, and be cited as it.
    """
    own = page.url if page.url and _same_site(page.url, final) else None
    return replace(page, url=own or (final if page.origin == final else None))


def _same_site(claimed: str, final: str) -> bool:
    """Whether a page at ``final`` may say that its address is ``claimed``: of the same site, and not its front page."""
    try:
        a, b = urlsplit(claimed), urlsplit(final)
        hosts = [bare_host(a.hostname), bare_host(b.hostname)]
    except ValueError:
        return False
    near = hosts[0] == hosts[1] or any(x and y.endswith("." + x) and "." in x for x, y in (hosts, hosts[::-1]))
    return a.scheme in ("http", "https") and near and (a.path not in ("", "/") or b.path in ("", "/"))


def bare_host(name: str | None) -> str:
    return re.sub(r"^(?:www|m|amp|mobile|edition)\.", "", (name or "").lower())
