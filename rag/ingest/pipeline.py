"""From a source to stored articles: read, segment, place, find copies, chunk, embed, store. One run of adding."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import ReadError, Unreachable
from rag.index.chroma.arrays import stacked
from rag.index.past.waiting import waits
from rag.index.schema import read_now, storable
from rag.ingest import chunker as chunking
from rag.ingest import near_duplicates
from rag.ingest.dispatches.embargo import under_printed_embargo
from rag.ingest.identity import EntryKey, Placed, body_digest, digest, name_of_url, place_article
from rag.ingest.near_duplicates import Print, plain_title
from rag.ingest.over_time import correction_in, embargo_words, later_than, replaces, withdrawn_of
from rag.ingest.page import LeftOut, Page, ReadItems, Withdrawal, not_news
from rag.ingest.web.urls import canonical_url, without_tracking
from rag.protocols import Embedder, Filing, Store, Vectors
from rag.settings import Settings
from rag.text.reading.detection import detected_language
from rag.types import Article, FeedState, Progress, ReportItem

if TYPE_CHECKING:
    from rag.ingest.web.fetcher import Fetcher

log = logging.getLogger(__name__)

FLUSH = 96  # chunks that are embedded and stored together: enough to sort by length, few to lose to a kill
STORE_PAUSES = (0.5, 1, 2, 4, 8, 15, 30)  # seconds between tries to reach a server that stores
MOST_ALIKE = 20  # stored articles that one is compared with word for word


Copies = Sequence[tuple[Article, float]]
"""Near duplicates of an article, each with the share of the article's text that is in it, best first."""


class _Given(NamedTuple):
    """What :meth:`Intake.article` was called with."""

    article: Article
    shown: str
    beside: Collection[str]
    note: str | None
    entry: EntryKey | None


class _Waiting(NamedTuple):
    """An article that will be stored with the next batch."""

    filing: Filing
    print: Print
    given: _Given
    claimed: str | None  # the digest that an earlier article of this run has under the same id
    item: int  # its place in the report


@dataclass(eq=False, repr=False)
class Intake:
    """Reads pages, gathers articles until a batch is worth embedding, stores it; only inside ``store.writing()``.

    A page is done, and counted by ``progress``, when all of its articles are stored or reported. What a feed is
    remembered by is stored after the articles that it speaks of. Where other writers may have stored something since an
    article was placed, it is placed once more before it is stored, and then nobody else stores anything.
    """

    embedder: Embedder
    store: Store
    settings: Settings
    progress: Progress | None = None
    total: int = 0
    items: list[ReportItem] = field(default_factory=list, init=False)  # of the report
    _waiting: list[_Waiting] = field(default_factory=list, init=False)
    _superseded: list[tuple[str, str]] = field(default_factory=list, init=False)
    _feeds: dict[str, FeedState] = field(default_factory=dict, init=False)
    _claimed: dict[str, str] = field(default_factory=dict, init=False)
    _entries: dict[str, EntryKey] = field(default_factory=dict, init=False)  # of feeds, by the ids of their articles
    _no_longer_held: list[str] = field(default_factory=list, init=False)  # names, once what waits is stored
    _leaves: dict[str, dict[int, Article]] = field(default_factory=dict, init=False)  # pages of an address by number
    _redo: int | None = None  # the place in the report of what is being placed once more
    _read_pages = 0  # all of whose articles were placed
    _stored_pages = 0  # all of whose articles are safe

    # -- reading -------------------------------------------------------------------------------------------------

    def file(self, path: Path) -> None:
        """Takes the articles of a file; what cannot be read is reported, never raised."""
        from rag.ingest.formats.files import read

        self._take(read(path, self._feed_file, self.ocr), path)

    def address(self, url: str) -> None:
        """Takes the articles of a page or feed on the web; what cannot be read is reported, never raised."""
        from rag.ingest.formats.addresses import read_address

        self._take(read_address(url, self.fetcher, self.store.shelf.feed(url)))

    @cached_property
    def ocr(self) -> Callable[[bytes], str] | None:
        """What reads the pictures of scanned pages, if the settings name something."""
        from rag.ingest.papers.ocr import open_ocr

        return open_ocr(self.settings.ocr)

    @cached_property
    def fetcher(self) -> Fetcher:
        """One for the whole run, so that it knows each host's rules and keeps its pauses."""
        from rag.ingest.web.fetcher import Fetcher

        s = self.settings
        return Fetcher(timeout=s.fetch_timeout, pause=s.fetch_pause, contact=s.contact, private_hosts=s.private_hosts)

    def _feed_file(self, origin: str, data: bytes) -> ReadItems:
        from rag.ingest.formats.addresses import read_feed

        # Remembered by its whole path, wherever the command is run.
        name = str(Path(origin).resolve())
        return read_feed(name, data, self.fetcher, self.store.shelf.feed(name))

    def _take(self, found: ReadItems, file: Path | None = None) -> None:
        for page in found:
            if isinstance(page, FeedState):
                self._feeds[page.url] = page
                continue
            if isinstance(page, ReportItem):
                self.items.append(page)
            elif isinstance(page, Withdrawal):
                self.withdraw(page)
            elif file and page.origin.startswith(str(file)):
                self._page(page, str(file.resolve()) + page.origin.removeprefix(str(file)))
            else:  # from the web, as a page that a feed's entry links to
                self._page(page, page.origin)
            self.done()

    def _page(self, page: Page, origin: str) -> None:
        from rag.ingest.segment.segmenter import segment

        try:
            articles = segment(under_printed_embargo(replace(page, origin=origin)))
        except LeftOut as why:
            self.items.append(not_news(page.origin, str(why)))
            return
        except ReadError as error:
            self.items.append(ReportItem(page.origin, "failed", reason=str(error)))
            return
        articles = [replace(a, url=without_tracking(a.url)) if a.url else a for a in articles]
        articles = [replace(a, correction=a.correction or correction_in(a)) for a in articles]
        if page.number and len(articles) == 1:
            articles = [self._joined(articles[0], page.number)]
        bodies = {body_digest(article) for article in articles}
        for article in articles:
            self.article(article, page.origin, bodies, page.note, page.entry)

    def _joined(self, article: Article, number: int) -> Article:
        """An article that goes over several pages, with the others of its pages as far as they are known."""
        self.flush()  # what was read before must be on the shelf
        leaves = self._leaves.setdefault(canonical_url(article.url or ""), {})
        leaves[number] = article
        stored = self.store.shelf.article(name_of_url(article.url or "", self.store.shelf))
        if stored is None or plain_title(stored.title) != plain_title(article.title):
            return article
        if f"\n\n{article.body}\n\n" in f"\n\n{stored.body}\n\n":
            return replace(article if number == 1 else replace(stored, id="", origin=article.origin), body=stored.body)
        known = [leaves[n] for n in sorted(leaves)] if 1 in leaves else [stored, article]
        body = "\n\n".join(leaf.body for leaf in known)
        return replace(known[0], id="", url=stored.url if number > 1 else article.url, body=body, origin=article.origin)

    # -- placing -------------------------------------------------------------------------------------------------

    def article(
        self,
        article: Article,
        shown: str,
        beside: Collection[str] = frozenset(),
        note: str | None = None,
        entry: EntryKey | None = None,
    ) -> None:
        """Takes one article; ``shown`` is the source that the report names. The language of one that declares none is
        detected."""
        article = storable(article)
        given = _Given(article, shown, beside, note, entry)
        if undeclared := not article.language:
            article = replace(article, language=detected_language(article.body))
        if waits(article.embargo):
            self._hold(article, shown)
            return
        named = bool(article.id or article.url)
        new = Print(article)
        placed, alike = self._place(new, beside, entry, undeclared=undeclared)
        body = body_digest(article)
        if any(w.filing.article.id == placed.article.id or w.filing.body_digest == body for w in self._waiting):
            self.flush()  # what could be the same article must be stored before it is compared
            placed, alike = self._place(new, beside, entry, undeclared=undeclared)
        new.article = article = placed.article
        if entry:
            self._entries.setdefault(article.id, entry)
        if self._is_withdrawn(article, shown):
            return
        if placed.status in ("unchanged", "duplicate"):
            if placed.older:
                self.store.keep_older(article, digest(article))
            elif placed.status == "unchanged" and (
                article.version is not None or article.correction or article.read_at
            ):
                self.store.note_again(article)
            self._claimed.setdefault(article.id, placed.digest)
            self.items.append(ReportItem(shown, placed.status, article.id, article.title, placed.reason))
            return
        chunks = chunking.chunks(article, self.embedder.count, self.embedder.max_tokens)
        if not chunks:
            self.items.append(ReportItem(shown, "failed", None, article.title, f"{shown}: the article has no text"))
            return
        claimed = self._claimed.get(article.id)
        if claimed is not None:
            self._superseded.append((article.id, claimed))
        self._claimed[article.id] = placed.digest
        copies = [(a, share) for a, share in alike() if a.id != article.id]
        self.items.append(_reported(placed, shown, copies, note, named=named))
        shares = [(a.id, share) for a, share in copies]
        held = self.store.waiting.held(article.id)
        if held and replaces(article, placed.digest, *held):
            self._no_longer_held.append(article.id)
        filing = Filing(article, chunks, placed.digest, body, new.bands, shares)
        item = len(self.items) - 1 if self._redo is None else self._redo
        self._waiting.append(_Waiting(filing, new, given, claimed, item))
        if sum(len(w.filing.chunks) for w in self._waiting) >= FLUSH and self._redo is None:
            self.flush()

    # -- what is not to be shown ---------------------------------------------------------------------------------

    def withdraw(self, gone: Withdrawal) -> None:
        """Takes an article out of everything but the days before, and keeps older versions of it from coming back."""
        self.flush()
        name = gone.id or name_of_url(without_tracking(gone.url or ""), self.store.shelf)
        name = next(filter(self._is_kept, (name, *gone.or_earlier)), name)
        there = self.store.withdraw(withdrawn_of(name, gone, read_now()))
        regroup(self.store)
        self._claimed.pop(name, None)
        was = "found only as of the days before" if there else "no version of it was stored"
        self.items.append(ReportItem(gone.origin, "withdrawn", name, reason=f"{gone.why} by its provider; {was}"))

    def _is_kept(self, name: str) -> bool:
        return self.store.shelf.digest(name) is not None or self.store.waiting.held(name) is not None

    def _is_withdrawn(self, article: Article, shown: str) -> bool:
        """Whether an article was taken back, in this version or a later one; the report says so."""
        gone = self.store.waiting.withdrawn(article.id)
        if gone is None:
            return False
        if later_than(article, gone):
            self.store.waiting.unbury(article.id)
            return False
        reason = f"{gone.why} by its provider on {gone.at:%Y-%m-%d}; this version is not newer, so it stays out"
        self.items.append(ReportItem(shown, "withdrawn", article.id, reason=reason))
        return True

    def _hold(self, article: Article, shown: str) -> None:
        """Keeps an article unseen until its time; nothing of it is told but its name."""
        name = article.id or (name_of_url(article.url, self.store.shelf) if article.url else digest(article)[:12])
        if self._is_withdrawn(replace(article, id=name), shown):
            return
        held = self.store.waiting.held(name)
        if held is None or replaces(article, digest(article), *held) or None in (article.version, held[0].version):
            self.store.waiting.hold(name, article, digest(article))
        self.items.append(ReportItem(shown, "embargoed", name, reason=embargo_words(article)))

    def release(self) -> None:
        """Takes in what waited and may be shown now."""
        for name, article in self.store.waiting.due():
            self._no_longer_held.append(name)
            self.article(article, article.origin or name, note="its embargo is over")

    # -- placing, further ----------------------------------------------------------------------------------------

    def _place(
        self, new: Print, beside: Collection[str], entry: EntryKey | None, *, undeclared: bool
    ) -> tuple[Placed, Callable[[], Copies]]:
        """What becomes of the article, and a function that finds its near duplicates, at most once."""
        alike = cache(lambda: self._alike(new))
        shelf = self.store.shelf
        near = lambda: [a for a, _ in alike()]  # noqa: E731
        known = self._entries
        placed = place_article(new.article, shelf, self._claimed, beside, near, entry, known, undeclared=undeclared)
        return placed, alike

    def _alike(self, new: Print) -> Copies:
        keys = set(new.bands)
        prints = [Print(a) for a in self.store.shelf.alike(new.bands, MOST_ALIKE)]
        prints += [w.print for w in self._waiting if not keys.isdisjoint(w.filing.bands)]
        if not keys:  # too short for its words to decide, but it may be the same text
            prints += [Print(a) for a in self.store.shelf.same_body(body_digest(new.article))]
        return near_duplicates.copies(new, prints)

    def flush(self) -> None:
        """Stores what waits. When it returns, all that was reported so far is safe."""
        if self._waiting:
            known = self._embedded({})
            for pause in (*STORE_PAUSES, None):
                try:
                    self._store_waiting(known)
                    break
                except Unreachable as error:
                    if pause is None:
                        raise
                    log.warning("%s; trying again in %s s", error, pause)
                    time.sleep(pause)
        for name in self._no_longer_held:
            self.store.waiting.drop(name)
        self._no_longer_held.clear()
        for state in self._feeds.values():
            self.store.remember(state)
        self._feeds.clear()
        self._stored_pages = self._read_pages

    def _store_waiting(self, known: dict[str, Vectors]) -> None:
        with self.store.turn() as others_wrote:
            if others_wrote:
                self._place_again()
                known = self._embedded(known)
            batch = [w.filing for w in self._waiting]
            for article_id, gone in self._superseded:
                self.store.supersede(article_id, gone)
            if batch:
                self.store.put(batch, stacked([known[c.embedded_text] for f in batch for c in f.chunks]))
            regroup(self.store)
        self._superseded.clear()
        self._waiting.clear()

    def _embedded(self, known: dict[str, Vectors]) -> dict[str, Vectors]:
        """The vectors of all texts that wait, those that are not known yet from the embedder."""
        texts = [c.embedded_text for w in self._waiting for c in w.filing.chunks]
        new = [text for text in dict.fromkeys(texts) if text not in known]
        return known | dict(zip(new, self.embedder.embed(new), strict=True)) if new else known

    def _place_again(self) -> None:
        """Decides anew what becomes of the articles that wait, as they were read; the report says the new outcome."""
        waiting, items, superseded, claimed = self._waiting, self.items, self._superseded, dict(self._claimed)
        self._waiting, self._superseded = [], []
        for w in waiting:
            if w.claimed is None:
                self._claimed.pop(w.filing.article.id, None)
            else:
                self._claimed[w.filing.article.id] = w.claimed
        outcomes: dict[int, ReportItem] = {}
        try:
            for w in waiting:
                self.items, self._redo = [], w.item
                self.article(*w.given)
                outcomes[w.item] = self.items[-1]
        except BaseException:  # such as a server that is gone: all of it waits as before
            self._waiting, self._superseded, self._claimed = waiting, superseded, claimed
            raise
        finally:
            self.items, self._redo = items, None
        for place, item in outcomes.items():
            items[place] = item

    def done(self) -> None:
        """Ends a page."""
        self._read_pages += 1
        self.release()
        if not self._waiting:
            self._stored_pages = self._read_pages
        self._show_progress()

    def finish(self) -> list[ReportItem]:
        """Stores what is left; what became of everything, in the order it was read."""
        self.release()
        self.flush()
        self.cut_versions()
        if self._read_pages:
            self._show_progress()
        return self.items

    def cut_versions(self) -> None:
        """Gives earlier versions their chunks that have none: read late, or of an older index."""
        while bare := self.store.bare_versions():
            for number, article in bare:
                chunks = chunking.chunks(article, self.embedder.count, self.embedder.max_tokens)
                vectors = self.embedder.embed([chunk.embedded_text for chunk in chunks])
                self.store.put_passages(number, article, chunks, vectors)

    def close(self) -> None:
        if "fetcher" in self.__dict__:
            self.fetcher.close()

    def _show_progress(self) -> None:
        if self.progress:
            self.progress("indexing", self._stored_pages, max(self.total, self._read_pages))


def _reported(placed: Placed, shown: str, copies: Copies, note: str | None, *, named: bool) -> ReportItem:
    """What the report says of an article that will be stored.

    A new print of a story that is there already is a duplicate: its text is known, only the outlet is new. Records
    that come with a name of their own and no other outlet stay what their owner says they are, articles.
    """
    article = placed.article
    if not copies:
        return ReportItem(shown, placed.status, article.id, article.title, note)
    other, share = copies[0]
    elsewhere = article.source is not None and any(a.source not in (None, article.source) for a, _ in copies)
    status = "duplicate" if placed.status == "added" and (elsewhere or not named) else placed.status
    of = f"{other.id}, {other.source}" if other.source else other.id
    reason = f"{share:.0%} of its text is in {of}: kept as one story"
    reason = f"{note}; {reason}" if note else reason
    return ReportItem(shown, status, article.id, article.title, reason, other.story or other.id)


def regroup(store: Store) -> None:
    """Groups the prints of stories again that have lost the print which others were copies of."""
    for articles in store.loose():
        store.group(near_duplicates.group(articles))
