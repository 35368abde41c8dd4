"""Which stored article an article is: the same again, a changed one, a copy of another, or a new one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rag.ingest.near_duplicates import plain_title
from rag.ingest.web.urls import canonical_url
from rag.protocols import KnownArticles
from rag.text.timex import stamps
from rag.types import Article, Status, day

Alike = Callable[[], Sequence[Article]]
VERSION_SHARE = 0.5
"""Of the longer words of the shorter text: less has no version of an article with another one."""
OWN_SHARE = 0.2
"""The same of what was stored in an earlier run: an article may have been written anew since."""
_ENOUGH_WORDS = 12  # different ones of a text, for another one to be no version of it
_WORD = re.compile(r"\w{4,}")
_RECORD = re.compile(r"(?:#(?:line|item|record) \d+)+$")


@dataclass(frozen=True, slots=True)
class Placed:
    """An article under its id, and what becomes of it."""

    article: Article
    status: Status
    digest: str
    reason: str | None = None
    older: bool = False  # than the stored version, which stays


def digest(article: Article) -> str:
    """Hash of everything of an article that an index stores or shows, but for its id and where it was read."""
    parts = [article.title, article.body, article.source, article.section, article.url, article.language]
    parts += [when.isoformat() if when else None for when in (article.published, article.updated)]
    parts += article.authors
    return _hash("\x1f".join(part or "" for part in parts))


def body_digest(article: Article) -> str:
    """Hash of the body's words, so that other white space makes no other article."""
    return _hash(" ".join(article.body.split()))


def place_article(
    article: Article,
    shelf: KnownArticles,
    claimed: Mapping[str, str],
    beside: Collection[str] = frozenset(),
    alike: Alike = tuple,
) -> Placed:
    """Decides what an article is.

    An id of its own or a URL says which article it is. Without either, it is the same as one that was read from
    the same file if headline or time of publication agree, so two pieces with one headline stay two; or as a near
    copy by the same outlet under the same headline. ``claimed`` has the ids met earlier in this run, each with its
    new digest: such an article is replaced only by one of the same id or URL. ``beside`` has the body digests of the
    page's articles: what is stored of them is theirs. ``alike`` finds the stored near duplicates. Nothing that could be
    this article may be on its way to the shelf.
    """
    whole = digest(article)
    if article.id or article.url:
        return _by_name(article, shelf, claimed, whole)
    if placed := _by_body(article, shelf, claimed, whole):
        return placed
    if earlier := _earlier(article, shelf, claimed, beside, alike):
        return _changed(article, earlier, earlier.id, whole)
    published = article.published.isoformat() if article.published else ""
    parts = [article.source or "", article.title, published, body_digest(article)]
    while (name := _hash("\x1f".join(parts))[:12]) in claimed or shelf.digest(name) is not None:
        parts.append("another")
    return Placed(replace(article, id=name), "added", whole)


def _by_name(article: Article, shelf: KnownArticles, claimed: Mapping[str, str], whole: str) -> Placed:
    url = article.url or ""
    name = article.id or name_of_url(url, shelf)
    stored = shelf.digest(name)
    if stored not in (None, whole):
        # Several articles may come under one name: a feed whose entries all link to the front page.
        own = _hash("\x1f".join((name, plain_title(article.title), str(day(article.published) or ""))))[:12]
        least = VERSION_SHARE if name in claimed else OWN_SHARE
        if shelf.digest(own) is not None or _another(article, shelf.article(name), least, given=bool(article.id)):
            name, stored = own, shelf.digest(own)
    if stored is None or stored == whole:
        return Placed(replace(article, id=name), "added" if stored is None else "unchanged", whole)
    if name not in claimed and shelf.superseded(name, whole):
        reason = "an older version; the one that replaced it was read in the same run"
        return Placed(replace(article, id=name), "unchanged", stored, reason)
    return _changed(article, shelf.article(name), name, whole)


def name_of_url(url: str, shelf: KnownArticles) -> str:
    """The id of the article at an address, stored or not."""
    return shelf.of_url(url) or _hash(canonical_url(url))[:12]


def _another(article: Article, stored: Article | None, least: float, *, given: bool) -> bool:
    """Whether it is no version of what is stored under its name: of another headline, and of other words.

    ``least`` is the share of words from which on it is one. An id that was ``given`` names one article of an outlet.
    """
    if stored is None or plain_title(stored.title) == plain_title(article.title):
        return False
    of_one_outlet = stored.source == article.source
    if least == OWN_SHARE and given and of_one_outlet:
        return False
    one, other = (set(_WORD.findall(text.casefold())) for text in (article.body, stored.body))
    enough = least == VERSION_SHARE or min(len(one), len(other)) >= _ENOUGH_WORDS
    return enough and len(one & other) < least * min(len(one), len(other))


def _by_body(article: Article, shelf: KnownArticles, claimed: Mapping[str, str], whole: str) -> Placed | None:
    """The place of an article whose text is stored already, if one of those with that text is it or a copy of it."""
    here = file_of(article)
    stored = sorted(shelf.same_body(body_digest(article)), key=lambda o: file_of(o) != here)
    same = [o for o in stored if claimed.get(o.id, digest(o)) == digest(o)]  # not about to change
    unclaimed = [o for o in same if file_of(o) == here and o.id not in claimed]
    exact = next((o for o in same if digest(o) == whole), None)
    if exact and exact in unclaimed:
        return Placed(replace(article, id=exact.id), "unchanged", whole)
    if unclaimed and not exact:
        return _changed(article, unclaimed[0], unclaimed[0].id, whole)
    copied = exact or next((o for o in same if not article.source or o.source in (None, "", article.source)), None)
    if copied is None:
        return None
    reason = f"the same text as {copied.id}, read from {copied.origin or 'elsewhere'}"
    return Placed(replace(article, id=copied.id), "duplicate", whole, reason)


def _earlier(
    article: Article, shelf: KnownArticles, claimed: Mapping[str, str], beside: Collection[str], alike: Alike
) -> Article | None:
    """The stored version of an article: of the same file by headline or time, else a near duplicate by its outlet."""

    def free(other: Article) -> bool:
        return not other.url and other.id not in claimed and body_digest(other) not in beside

    here, headline = file_of(article), plain_title(article.title)
    published = article.published.isoformat() if article.published else None
    at_home = [o for o in shelf.of_origin(here, article.title, published) if file_of(o) == here and free(o)]
    for other in sorted(at_home, key=lambda o: (o.origin != article.origin, o.published != article.published)):
        same_time = other.published == article.published and isinstance(article.published, datetime)
        if same_time or plain_title(other.title) == headline:
            return other
    if article.source is None:
        return None
    again = (o for o in alike() if o.source == article.source and plain_title(o.title) == headline)
    return next(filter(free, again), None)


def _changed(article: Article, stored: Article | None, name: str, whole: str) -> Placed:
    """Another version of a stored article replaces it, unless it says itself that it is the earlier one."""
    named = replace(article, id=name)
    if stored and (why := _numbered_before(article, stored) or _captured_before(article, stored)):
        return Placed(named, "unchanged", digest(stored), f"an older version than the stored one, {why}", older=True)
    # Where the day of publication differs, one of them has been put right, and nothing is certain.
    numbered = stored is not None and article.version is not None and stored.version is not None
    dated = (
        stored is not None
        and stored.updated is not None
        and day(article.published) == day(stored.published)
        and not numbered
    )
    if stored and dated and stamps.earlier(article.updated or article.published, stored.updated):
        reason = f"an older version than the stored one, which is of {stored.updated}; kept in its history"
        return Placed(named, "unchanged", digest(stored), reason, older=True)
    return Placed(named, "updated", whole)


def _numbered_before(article: Article, stored: Article) -> str | None:
    """Why an article is older by its provider's numbers; None where these do not say so."""
    if article.version is None or stored.version is None or article.version >= stored.version:
        return None
    return f"version {article.version} of {stored.version}; kept in its history"


def _captured_before(article: Article, stored: Article) -> str | None:
    """The same by the times at which they were read, for pages of an archive."""
    if article.read_at is None or stored.read_at is None or article.read_at >= stored.read_at:
        return None
    if article.updated and stored.updated and stamps.earlier(stored.updated, article.updated):
        return None
    return f"captured on {article.read_at:%Y-%m-%d}; kept in its history"


def file_of(article: Article) -> str:
    """The file an article was read from, whichever record of it."""
    return _RECORD.sub("", article.origin or "")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
