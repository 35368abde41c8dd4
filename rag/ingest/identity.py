"""Which stored article an article is: the same again, a changed one, a copy of another, or a new one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

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
_ENOUGH_OF_A_COLUMN = 6  # the same, where headline and address are those of a column, and the days differ
_WORD = re.compile(r"\w{4,}")
EntryKey = tuple[str, str]
"""A feed, and what it knows one of its entries by."""
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
    entry: EntryKey | None = None,
    entries: Mapping[str, EntryKey] = MappingProxyType({}),
    *,
    undeclared: bool = False,
) -> Placed:
    """Decides what an article is.

    An id of its own or a URL says which article it is, unless a column has one for all that appear in it: such
    are told apart by their words together with their days, and by what their feed knows them by: ``entry``, with
    ``entries`` for the ids met in this run. Without either, it is the same as one that was read from
    the same file if headline or time of publication agree, so two pieces with one headline stay two; or as a near
    copy by the same outlet under the same headline. ``claimed`` has the ids met earlier in this run, each with its
    new digest: such an article is replaced only by one of the same id or URL. ``beside`` has the body digests of the
    page's articles: what is stored of them is theirs. ``alike`` finds the stored near duplicates. Where the language
    was ``undeclared``, another one than that of a stored article, or one where that has none, is no change. Nothing
    that could be this article may be on its way to the shelf.
    """
    whole = digest(article)

    def same(stored: Article | None) -> bool:
        if stored is None:
            return False
        return digest(stored) in (whole, digest(replace(article, language=stored.language)) if undeclared else whole)

    if article.id or article.url:
        return _by_name(article, shelf, claimed, whole, same, entry, entries)
    if placed := _by_body(article, shelf, claimed, whole, same):
        return placed
    if earlier := _earlier(article, shelf, claimed, beside, alike):
        return _changed(article, earlier, earlier.id, whole)
    published = article.published.isoformat() if article.published else ""
    parts = [article.source or "", article.title, published, body_digest(article)]
    while (name := _hash("\x1f".join(parts))[:12]) in claimed or shelf.digest(name) is not None:
        parts.append("another")
    return Placed(replace(article, id=name), "added", whole)


def _by_name(
    article: Article,
    shelf: KnownArticles,
    claimed: Mapping[str, str],
    whole: str,
    same: Callable[[Article | None], bool],
    entry: EntryKey | None,
    entries: Mapping[str, EntryKey],
) -> Placed:
    def another(name: str) -> bool:
        key = entries.get(name)
        theirs = bool(entry and key and entry[0] == key[0] and entry[1] != key[1])
        return _another(article, shelf.article(name), given=bool(article.id), run=name in claimed, theirs=theirs)

    url = article.url or ""
    name = article.id or name_of_url(url, shelf)
    stored = shelf.digest(name)
    if stored not in (None, whole) and not same(shelf.article(name)):
        # Several articles may come under one name: a feed whose entries all link to the front page.
        name = _own_name(article, name, shelf, claimed, same, entry, another)
        stored = shelf.digest(name)
    if stored is None:
        return Placed(replace(article, id=name), "added", whole)
    if stored == whole or same(shelf.article(name)):
        return Placed(replace(article, id=name), "unchanged", stored)
    if name not in claimed and shelf.superseded(name, whole):
        reason = "an older version; the one that replaced it was read in the same run"
        return Placed(replace(article, id=name), "unchanged", stored, reason)
    return _changed(article, shelf.article(name), name, whole)


def _own_name(
    article: Article,
    name: str,
    shelf: KnownArticles,
    claimed: Mapping[str, str],
    same: Callable[[Article | None], bool],
    entry: EntryKey | None,
    another: Callable[[str], bool],
) -> str:
    """The id of what is not stored like this under a name: that name where it is a version of it, else one of its
    own by headline and day, by what its feed knows it by, or by its text."""
    head = (name, plain_title(article.title))
    rest = [str(day(article.published) or ""), *(["\x1f".join(entry)] if entry else []), body_digest(article)]
    own = [_hash("\x1f".join((*head, one)))[:12] for one in rest]
    there = [one for one in own if shelf.digest(one) is not None]
    if exact := next((one for one in there if same(shelf.article(one))), None):
        return exact
    if version := next((one for one in reversed(there) if not another(one)), None):
        return version
    if not another(name):
        return name
    beside = shelf.at_url(article.url) if article.url else []
    alike = (o for o in beside if plain_title(o.title) == head[1] and not of_other_words(o.body, article.body))
    moved = next((o.id for o in alike if o.id not in claimed), None)  # to another day
    return moved or next(one for one in own if one not in there)


def name_of_url(url: str, shelf: KnownArticles) -> str:
    """The id of the article at an address, stored or not."""
    return shelf.of_url(url) or _hash(canonical_url(url))[:12]


def _another(article: Article, stored: Article | None, *, given: bool, run: bool, theirs: bool) -> bool:
    """Whether it is no version of what is stored under its name: of other words, and of another headline, or, under one
    headline, of another day or another entry of one feed (``theirs``).

    What was read in this ``run`` is more surely another one than what was stored in an earlier one, which may have been
    written anew. An id that was ``given`` names one article of an outlet.
    """
    if stored is None:
        return False
    same_headline = plain_title(stored.title) == plain_title(article.title)
    days = day(article.published), day(stored.published)
    other_day = None not in days and days[0] != days[1]
    if given and stored.source == article.source and (not run or (same_headline and not other_day)):
        return False
    if same_headline and not (other_day or theirs or (run and _rows_without_a_day(article, stored))):
        return False
    least = 0 if run else _ENOUGH_OF_A_COLUMN if same_headline else _ENOUGH_WORDS
    return of_other_words(article.body, stored.body, VERSION_SHARE if run else OWN_SHARE, least)


def of_other_words(one: str, other: str, share: float = VERSION_SHARE, least: int = 0) -> bool:
    """Whether two texts have less than a share of the longer words of the shorter one, of at least so many."""
    words, others = (set(_WORD.findall(text.casefold())) for text in (one, other))
    fewest = min(len(words), len(others))
    return fewest >= least and len(words & others) < share * fewest


def _rows_without_a_day(article: Article, stored: Article) -> bool:
    """Whether nothing but their words tells two records of one file apart."""
    return article.published is None and stored.published is None and file_of(article) == file_of(stored)


def _by_body(
    article: Article,
    shelf: KnownArticles,
    claimed: Mapping[str, str],
    whole: str,
    same: Callable[[Article | None], bool],
) -> Placed | None:
    """The place of an article whose text is stored already, if one of those with that text is it or a copy of it."""
    here = file_of(article)
    stored = sorted(shelf.same_body(body_digest(article)), key=lambda o: file_of(o) != here)
    staying = [o for o in stored if claimed.get(o.id, digest(o)) == digest(o)]
    unclaimed = [o for o in staying if file_of(o) == here and o.id not in claimed]
    exact = next(filter(same, staying), None)
    if exact and exact in unclaimed:
        return Placed(replace(article, id=exact.id), "unchanged", digest(exact))
    if unclaimed and not exact:
        return _changed(article, unclaimed[0], unclaimed[0].id, whole)
    copied = exact or next((o for o in staying if not article.source or o.source in (None, "", article.source)), None)
    if copied is None:
        return None
    reason = f"the same text as {copied.id}, read from {copied.origin or 'elsewhere'}"
    return Placed(replace(article, id=copied.id), "duplicate", digest(exact) if exact else whole, reason)


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
