"""Which stored article an article is: the same again, a changed one, a copy of another, or a new one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from rag.types import Article, Status

_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|mc_[ce]id|cmpid|ref|ocid)$")
_RECORD = re.compile(r"#line \d+$")


class Shelf(Protocol):
    """What must be known of the articles that are stored."""

    def digest(self, article_id: str) -> str | None: ...
    def same_body(self, body_digest: str) -> list[Article]: ...
    def of_origin(self, origin: str, title: str, published: str | None) -> list[Article]: ...


@dataclass(frozen=True, slots=True)
class Placed:
    """An article under its id, and what becomes of it."""

    article: Article
    status: Status
    digest: str
    body_digest: str
    reason: str | None = None


def digest(article: Article) -> str:
    """Hash of everything of an article that an index stores or shows, but for its id and where it was read."""
    parts = [article.title, article.body, article.source, article.section, article.url, article.language]
    parts += [when.isoformat() if when else None for when in (article.published, article.updated)]
    parts += article.authors
    return _hash("\x1f".join(part or "" for part in parts))


def body_digest(article: Article) -> str:
    """Hash of the body's words, so that other white space makes no other article."""
    return _hash(" ".join(article.body.split()))


def canonical_url(url: str) -> str:
    """The URL without what does not change the page: fragment, tracking parameters, case of the host, last slash."""
    parts = urlsplit(url.strip())
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)])
    host = parts.netloc.lower().removeprefix("www.")
    scheme = "https" if parts.scheme == "http" else parts.scheme.lower()
    return urlunsplit((scheme, host, parts.path.rstrip("/"), query, ""))


def place(article: Article, shelf: Shelf, claimed: set[str]) -> Placed:
    """Decides what an article is. ``claimed`` are the ids met earlier in this run: one run never replaces them.

    An id of its own or a URL says which article it is. Without either, it is the same as one that was read from
    the same file if headline or time of publication agree; so two pieces with one headline stay two.
    """
    whole, body = digest(article), body_digest(article)
    if article.id or article.url:
        name = article.id or _hash(canonical_url(article.url or ""))[:12]
        stored = shelf.digest(name)
        status: Status = "added" if stored is None else "unchanged" if stored == whole else "updated"
        return Placed(replace(article, id=name), status, whole, body)

    same = shelf.same_body(body)
    here = _file(article)
    for other in same:
        if digest(other) == whole:
            if _file(other) == here:
                return Placed(replace(article, id=other.id), "unchanged", whole, body)
            return _copy(article, other, whole, body)
    for other in same:
        if _file(other) == here and other.id not in claimed:
            return Placed(replace(article, id=other.id), "updated", whole, body)
    for other in same:
        if not article.source or not other.source or article.source == other.source:
            return _copy(article, other, whole, body)

    published = article.published.isoformat() if article.published else None
    for other in shelf.of_origin(here, article.title, published):
        if other.id in claimed or other.url:
            continue
        same_time = article.published is not None and article.published == other.published and _has_time(article)
        if _plain(other.title) == _plain(article.title) or same_time:
            return Placed(replace(article, id=other.id), "updated", whole, body)
    name = _hash("\x1f".join((article.source or "", article.title, published or "", body)))[:12]
    return Placed(replace(article, id=name), "added" if shelf.digest(name) is None else "unchanged", whole, body)


def _copy(article: Article, other: Article, whole: str, body: str) -> Placed:
    reason = f"the same text as {other.id}, read from {other.origin or 'elsewhere'}"
    return Placed(replace(article, id=other.id), "duplicate", whole, body, reason)


def _has_time(article: Article) -> bool:
    return hasattr(article.published, "hour")


def _file(article: Article) -> str:
    """The file an article was read from, whichever record of it."""
    return _RECORD.sub("", article.origin or "")


def _plain(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.lower()))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
