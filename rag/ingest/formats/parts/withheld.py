"""Records of what is no news: drafts, pages of a site, what is under an embargo or behind a password."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rag.ingest.formats.parts.social import shown_to_all
from rag.ingest.page import LOCKED, embargo_not_understood
from rag.text.timex.machine import parse_machine_stamp, parse_stamp_ahead, still_ahead

_YES, _NO = ("true", "yes", "1"), ("false", "no")
_UNPUBLISHED = frozenset(
    "draft auto-draft private pending future trash scheduled unpublished canceled cancelled withheld".split()
)  # of WordPress, Ghost, ninjs and others
_OF_STRAPI = frozenset(("createdat", "updatedat", "publishedat"))
_FOR_SOME = ("private", "direct", "limited", "followers", "mutuals", "specified", "hidden")  # visibility
_EMBARGOED = ("embargoed", "embargo", "embargoeduntil", "embargountil", "embargodate")
_PLANNED = (
    "publishdate", "publishat", "publishon", "publishfrom", "publishup", "publishafter", "scheduledat", "scheduledfor",
    "scheduledon", "scheduleddate", "scheduledtime", "scheduledpublish", "golive", "goliveat", "golivedate", "liveat",
)  # fmt: skip
"""Fields of programs that put out what they hold once a day has come; 'date' is that of any text, perhaps mistyped."""
_NO_ARTICLES = ("page", "attachment", "revision", "nav_menu_item", "wp_block", "wp_template")


def why_no_news(named: Mapping[str, Any], record: Mapping[str, Any]) -> str | None:
    """Why what a record holds is no article that is out: a draft, a page of the site, behind a password. ``named`` are
    its fields by their plain names, also of objects inside."""
    status = named.get("status") or named.get("pubstatus")
    if any(_says(named.get(key), _YES) for key in ("draft", "isdraft")) or any(
        _says(named.get(key), _NO) for key in ("status", "published", "ispublished", "live")
    ):
        status = "draft"
    if "draft" in named and _says(named.get("archived"), _YES):  # Webflow
        status = "withheld"
    of_strapi = set(named) >= _OF_STRAPI and ("documentid" in named or "attributes" in record)
    if of_strapi and named["publishedat"] is None:
        status = "draft"
    if isinstance(status, str) and status.lower() in _UNPUBLISHED:
        return f"its status is {status!r}; add it when it is out"
    if str(named.get("visibility", "")).lower() in _FOR_SOME or not shown_to_all(named):
        return "shown only to some readers; no news that is out"
    if named.get("title") == "[Removed]" and str(named.get("url", "")).rstrip("/") == "https://removed.com":
        return "removed by its source"
    planned = (value for key in _PLANNED if isinstance(value := named.get(key), str | int) and _much_ahead(str(value)))
    if coming := next(planned, None):
        return f"to be published on {coming}; add it when it is out"
    ahead = next((value for key in _EMBARGOED if isinstance(value := named.get(key), str) and still_ahead(value)), None)
    if ahead:
        return f"embargoed until {ahead}; add it again then"
    stated = [value for key in _EMBARGOED if isinstance(value := named.get(key), str) and re.search(r"\d", value)]
    if unknown := next((value for value in stated if parse_stamp_ahead(value) is None), None):
        return embargo_not_understood(unknown)
    if "json-schema.org" in str(named.get("schema", "")):
        return "a schema of JSON, no article"
    if str(named.get("type", "")).startswith("sanity."):
        return f"{named['type']}, no article"
    kind, page = named.get("type"), named.get("page")
    if ("slug" in named or "link" in named) and (kind in _NO_ARTICLES or page is True or page == 1):
        return f"a {kind or 'page'} of the site, no article"
    shown: Mapping[str, Any] = next(
        (named[key] for key in ("content", "excerpt") if isinstance(named.get(key), Mapping)), {}
    )
    if shown.get("protected") is True or (named.get("postpassword") and isinstance(named["postpassword"], str)):
        return LOCKED
    return None


def _much_ahead(text: str) -> bool:
    """Whether a day lies ahead by more than clocks go wrong."""
    return parse_machine_stamp(text) is None and still_ahead(text)


def _says(value: Any, words: tuple[str, ...]) -> bool:
    return isinstance(value, bool | str) and str(value).strip().lower() in words
