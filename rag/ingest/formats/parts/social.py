"""Posts of social networks, which have no headline: Mastodon and what else speaks ActivityPub, Bluesky, X, Facebook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_OF_POSTS = frozenset(
    "attributedto inreplyto reblog reblogscount inreplytoid inreplytostatusid inreplytouserid retweetcount retweeted "
    "favoritecount favouritescount replycount repostcount likecount publicmetrics conversationid".split()
)
"""Fields that only posts have."""
_WRITERS = ("account", "user", "author", "from")
_NAMES = ("display_name", "displayName", "name", "screen_name", "username", "handle", "acct")
_TO_ALL = ("as:Public", "https://www.w3.org/ns/activitystreams#Public", "Public")
_ENDS = re.compile(r"(?<=[^\W\d_]{2}[.!?])[\"”’»]?\s|[。！？]")
_LONGEST = 120  # characters of a headline


def post_in(named: Mapping[str, Any]) -> dict[str, Any] | None:
    """The fields of a post by our names, as far as they are not found as those of any record: its outlet, of Bluesky
    text and day; ``None`` for any other record."""
    inner = named.get("record")
    if isinstance(inner, Mapping) and isinstance(inner.get("text"), str):  # of Bluesky
        day = inner.get("createdAt")
        return {"source": _writer(named), "text": inner["text"], "published": day, "authors": None}
    if isinstance(message := named.get("message"), str) and "createdtime" in named:  # of Facebook
        return {"source": _writer(named), "text": message, "url": named.get("permalinkurl")}
    if not _OF_POSTS.isdisjoint(named):
        return {"source": _writer(named)}
    return None


def shown_to_all(named: Mapping[str, Any]) -> bool:
    """Whether a post is addressed to everybody, by ActivityPub."""
    given = [named.get(key) for key in ("to", "cc")]
    to = [one for value in given for one in (value if isinstance(value, list) else [value])]
    return "attributedto" not in named or not any(to) or any(one in _TO_ALL for one in to)


def headline_of_post(text: str) -> str:
    """A headline for a text without one: its first sentence, cut at a word where it is long."""
    first = " ".join(text.strip().split("\n", 1)[0].split())
    end = _ENDS.search(first)
    first = first[: end.end()].strip() if end else first
    if len(first) <= _LONGEST:
        return first
    cut = first[: _LONGEST - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[_LONGEST // 2 :] else cut).rstrip(" ,;:") + "…"


def _writer(named: Mapping[str, Any]) -> str | None:
    """Who posted it, by the name that readers see."""
    found = (named[key] for key in _WRITERS if isinstance(named.get(key), Mapping))
    names = (one.get(name) for one in found for name in _NAMES)
    return next((name.strip() for name in names if isinstance(name, str) and name.strip()), None)
