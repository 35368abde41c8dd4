"""From a source to stored articles: read, segment, place, find copies, chunk, embed, store. One run of adding."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ReadError
from rag.index.schema import storable
from rag.index.store import Store
from rag.ingest import chunker as chunking
from rag.ingest import near_duplicates
from rag.ingest.identity import Placed, body_digest, digest, place_article
from rag.ingest.page import Page
from rag.protocols import Embedder, Filing
from rag.settings import Settings
from rag.types import Article, Chunk, FeedState, Progress, ReportItem

if TYPE_CHECKING:
    from rag.ingest.web.fetcher import Fetcher

FLUSH = 96  # chunks that are embedded and stored together: enough to sort by length, few to lose to a kill
MOST_ALIKE = 20  # stored articles that one is compared with word for word

ReadItems = Iterator[Page | ReportItem | FeedState]


class Intake:
    """Reads pages, gathers articles until a batch is worth embedding, stores it; only inside ``store.writing()``.

    A page is done, and counted by ``progress``, when all of its articles are stored or reported. What a feed is
    remembered by is stored after the articles that it speaks of.
    """

    def __init__(
        self,
        embedder: Embedder,
        store: Store,
        settings: Settings,
        progress: Progress | None = None,
        total: int = 0,
    ):
        self.embedder = embedder
        self.store = store
        self.settings = settings
        self.progress = progress
        self.total = total
        self.items: list[ReportItem] = []
        self._waiting: list[_Waiting] = []
        self._superseded: list[tuple[str, str]] = []
        self._feeds: dict[str, FeedState] = {}
        self._claimed: dict[str, str] = {}
        self._read_pages = 0  # all of whose articles were placed
        self._stored_pages = 0  # all of whose articles are safe
        self._fetcher: Fetcher | None = None

    # -- reading -------------------------------------------------------------------------------------------------

    def file(self, path: Path) -> None:
        """Takes the articles of a file; what cannot be read is reported, never raised."""
        from rag.ingest.formats.files import read

        def origin(page: Page) -> str:  # of a feed's entry, the page that it links to
            inside = page.origin.startswith(str(path))
            return str(path.resolve()) + page.origin.removeprefix(str(path)) if inside else page.origin

        self._take(read(path, self._feed_file), origin)

    def address(self, url: str) -> None:
        """Takes the articles of a page or feed on the web; what cannot be read is reported, never raised."""
        from rag.ingest.formats.addresses import read_address

        self._take(read_address(url, self.fetcher, self.store.shelf.feed), lambda page: page.origin)

    def report(self, item: ReportItem) -> None:
        """Adds a line to the report."""
        self.items.append(item)

    @property
    def fetcher(self) -> Fetcher:
        """One for the whole run, so that it knows each host's rules and keeps its pauses."""
        if self._fetcher is None:
            from rag.ingest.web.fetcher import Fetcher

            s = self.settings
            self._fetcher = Fetcher(
                timeout=s.fetch_timeout, pause=s.fetch_pause, contact=s.contact, private_hosts=s.private_hosts
            )
        return self._fetcher

    def _feed_file(self, origin: str, data: bytes) -> ReadItems:
        from rag.ingest.formats.addresses import read_feed

        # Remembered by its whole path, wherever the command is run.
        return read_feed(str(Path(origin).resolve()), data, self.fetcher, self.store.shelf.feed)

    def _take(self, found: ReadItems, origin: Callable[[Page], str]) -> None:
        for page in found:
            if isinstance(page, FeedState):
                self._feeds[page.url] = page
                continue
            if isinstance(page, ReportItem):
                self.report(page)
            else:
                self._page(page, origin(page))
            self.done()

    def _page(self, page: Page, origin: str) -> None:
        from rag.ingest.segment.segmenter import segment

        try:
            articles = segment(replace(page, origin=origin))
        except ReadError as error:
            self.report(ReportItem(page.origin, "failed", reason=str(error)))
            return
        bodies = {body_digest(article) for article in articles}
        for article in articles:
            self.article(article, page.origin, bodies, page.note)

    # -- placing -------------------------------------------------------------------------------------------------

    def article(
        self, article: Article, shown: str, beside: Collection[str] = frozenset(), note: str | None = None
    ) -> None:
        """Takes one article; ``shown`` is the source that the report names."""
        article = storable(article)
        named = bool(article.id or article.url)
        alike = _Alike(article, self.store, self._waiting)
        placed = place_article(article, self.store.shelf, self._claimed, beside, alike.stored)
        if any(
            w.placed.article.id == placed.article.id or w.placed.body_digest == placed.body_digest
            for w in self._waiting
        ):
            self.flush()  # what could be the same article must be stored before it is compared
            alike = _Alike(article, self.store, self._waiting)
            placed = place_article(article, self.store.shelf, self._claimed, beside, alike.stored)
        article = placed.article
        if placed.status in ("unchanged", "duplicate"):
            if placed.older:
                self.store.keep_older(article, digest(article))
            self._claimed.setdefault(article.id, placed.digest)
            self.report(ReportItem(shown, placed.status, article.id, article.title, placed.reason))
            return
        chunks = chunking.chunks(article, self.embedder.count, self.embedder.max_tokens)
        if not chunks:
            self.report(ReportItem(shown, "failed", None, article.title, f"{shown}: the article has no text"))
            return
        if article.id in self._claimed:
            self._superseded.append((article.id, self._claimed[article.id]))
        self._claimed[article.id] = placed.digest
        copies = alike.copies(article)
        self.report(_reported(placed, shown, copies, note, named=named))
        self._waiting.append(_Waiting(placed, chunks, alike, copies))
        if sum(len(w.chunks) for w in self._waiting) >= FLUSH:
            self.flush()

    def flush(self) -> None:
        """Stores what waits. When it returns, all that was reported so far is safe."""
        if self._waiting:
            vectors = self.embedder.embed([c.embedded_text for w in self._waiting for c in w.chunks])
            for article_id, gone in self._superseded:
                self.store.supersede(article_id, gone)
            self.store.put([w.filing() for w in self._waiting], vectors)
            self._superseded.clear()
            self._waiting.clear()
            regroup(self.store)
        for state in self._feeds.values():
            self.store.remember(state)
        self._feeds.clear()
        self._stored_pages = self._read_pages

    def done(self) -> None:
        """Ends a page."""
        self._read_pages += 1
        if not self._waiting:
            self._stored_pages = self._read_pages
        self._show_progress()

    def finish(self) -> list[ReportItem]:
        """Stores what is left; what became of everything, in the order it was read."""
        self.flush()
        if self._read_pages:
            self._show_progress()
        return self.items

    def close(self) -> None:
        if self._fetcher is not None:
            self._fetcher.close()

    def _show_progress(self) -> None:
        if self.progress:
            self.progress("indexing", self._stored_pages, max(self.total, self._read_pages))


class _Alike:
    """The near duplicates of an article, looked for when they are first asked for."""

    def __init__(self, article: Article, store: Store, waiting: Sequence[_Waiting]):
        self._article = article
        self._store = store
        self._waiting = waiting
        self._found: list[tuple[Article, float]] | None = None

    @cached_property
    def bands(self) -> list[int]:
        return near_duplicates.bands(self._article.body)

    @cached_property
    def print(self) -> near_duplicates.Print:
        return near_duplicates.Print(self._article)

    def copies(self, placed: Article) -> list[tuple[Article, float]]:
        """(article, share of this text that is in it), best first; without the article itself, once it has its
        id."""
        self._article = placed
        if "print" in self.__dict__:
            self.print.article = placed
        if self._found is None:
            keys = set(self.bands)
            prints = [near_duplicates.Print(a) for a in self._store.shelf.alike(self.bands, MOST_ALIKE)]
            prints += [w.alike.print for w in self._waiting if not keys.isdisjoint(w.alike.bands)]
            if not keys:  # too short for its words to decide, but it may be the same text
                prints += [near_duplicates.Print(a) for a in self._store.shelf.same_body(body_digest(placed))]
            self._found = near_duplicates.copies(self.print, prints) if prints else []
        return [(a, share) for a, share in self._found if a.id != placed.id]

    def stored(self) -> list[Article]:
        return [a for a, _ in self.copies(self._article)]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An article that is placed, until its batch is stored."""

    placed: Placed
    chunks: Sequence[Chunk]
    alike: _Alike
    copies: Sequence[tuple[Article, float]]

    def filing(self) -> Filing:
        return Filing(
            self.placed.article,
            self.chunks,
            self.placed.digest,
            self.placed.body_digest,
            self.alike.bands,
            [(a.id, share) for a, share in self.copies],
        )


def _reported(
    placed: Placed, shown: str, copies: Sequence[tuple[Article, float]], note: str | None, *, named: bool
) -> ReportItem:
    """What the report says of an article that will be stored.

    A new print of a story that is there already is a duplicate: its text is known, only the outlet is new. Records
    that come with a name of their own and no other outlet stay what their owner says they are, articles.
    """
    article = placed.article
    if not copies:
        return ReportItem(shown, placed.status, article.id, article.title, note)
    other, share = copies[0]
    elsewhere = article.source is not None and any(a.source not in (None, article.source) for a, _ in copies)
    repeated = placed.status == "added" and (elsewhere or not named)
    of = f"{other.id}, {other.source}" if other.source else other.id
    reason = f"{share:.0%} of its text is in {of}: kept as one story"
    return ReportItem(
        shown,
        "duplicate" if repeated else placed.status,
        article.id,
        article.title,
        f"{note}; {reason}" if note else reason,
        other.story or other.id,
    )


def regroup(store: Store) -> None:
    """Groups the prints of stories again that have lost the print which others were copies of."""
    for articles in store.loose():
        store.group(near_duplicates.group(articles))
