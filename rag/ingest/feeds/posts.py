"""Which entries of a feed, or of the export of a blog, are articles that are out; fields as feedparser names them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NO_NEWS = frozenset(
    "page attachment revision nav_menu_item custom_css customize_changeset oembed_cache user_request wp_block "
    "wp_template wp_template_part wp_global_styles wp_navigation".split()
)
"""Kinds of posts in a WordPress export that are no articles."""


_COMMENT = re.compile(r"#comment-?\d+$")


def is_post_out(raw: Mapping[str, Any]) -> bool:
    """Whether an entry is an article that is out: exports of blogs hold drafts, private posts, pages and comments too.

    WordPress (wp:status, wp:post_type), Blogger (blogger:type, or the kind of RFC 4287 categories), Atom publishing
    (app:draft, RFC 5023 section 13.1.1), replies (RFC 4685) and what has a comment's address.
    """
    if raw.get("wp_status") not in (None, "publish") or raw.get("wp_post_type") in _NO_NEWS:
        return False
    if is_locked_post(raw) or any(raw[key] == "yes" for key in raw if key == "draft" or key.endswith("_draft")):
        return False
    if "thr_in-reply-to" in raw or _COMMENT.search(_words(raw.get("link"))):
        return False
    if raw.get("blogger_type") not in (None, "POST") or raw.get("blogger_status") not in (None, "LIVE"):
        return False
    kinds = kinds_of_post(raw)
    return not kinds or any(kind.endswith("#post") for kind in kinds)


def is_locked_post(raw: Mapping[str, Any]) -> bool:
    """Whether only readers with a password see it."""
    return bool(raw.get("wp_post_password")) and raw.get("wp_status") in (None, "publish")


def kinds_of_post(raw: Mapping[str, Any]) -> list[str]:
    """What Blogger's older exports say that an entry is."""
    tags = [tag for tag in raw.get("tags") or () if isinstance(tag, Mapping)]
    return [_words(tag.get("term")) for tag in tags if _words(tag.get("scheme")).endswith("g/2005#kind")]


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""
