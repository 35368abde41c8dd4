"""How kept answers fare when articles come, change and go."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.ledger.book import Bearing, Fares, KeptEntry, Ledger
from rag.ledger.faring.touched import near_questions
from rag.protocols import Reranker, Store
from rag.types import Evidence

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from rag.ledger.faring.other_articles import ReadArticle

MAX_READ_AT_ONCE = 100
"""Articles that are read at a time."""


def look_again(
    ledger: Ledger,
    store: Store,
    new: Sequence[str],
    gone: Sequence[str],
    today: date | None,
    reader: Reranker | None = None,
) -> None:
    """Settles the state of the answers that new or changed articles, or those that are gone, may bear on.

    Only the answers that cite one of these articles, of whose matter one was found to speak, or whose question is near
    one, are read. The state is made of what was answered and of what is stored now, so doing it twice changes nothing.
    """
    looking = _Looking(ledger, store, today or date.today(), reader)
    lost = removed({*gone, *ledger.unseen()}, store)
    if stripped := ledger.standing_on(lost):
        ledger.strip(stripped, looking.today)
    looking.settle(ledger.standing_on({*new, *gone}), (), own=True)
    looking.settle(ledger.borne_on(gone), gone, own=False)
    if lost:
        ledger.wipe()
    for i in range(0, len(new), MAX_READ_AT_ONCE):
        looking.compare(new[i : i + MAX_READ_AT_ONCE])


def removed(articles: Iterable[str], store: Store) -> list[str]:
    """Those of some articles that are gone, and of which nothing may be kept: no provider has taken them back."""
    return [i for i in articles if store.shelf.digest(i) is None and store.waiting.withdrawn(i) is None]


def look_at_one(ledger: Ledger, store: Store, number: int, near: Collection[str], reader: Reranker | None) -> None:
    """Settles the state of an answer that was kept just now: by its own articles, and those that came since."""
    looking = _Looking(ledger, store, date.today(), reader)
    looking.settle([number], near, own=True)


@dataclass
class _Looking:
    ledger: Ledger
    store: Store
    today: date
    reader: Reranker | None
    read: dict[str, ReadArticle] = field(default_factory=dict)

    def compare(self, articles: Sequence[str]) -> None:
        """Compares the answers that some articles may bear on, or did before, with them."""
        near = near_questions(self.ledger.questions(), articles, self.store.shelf)
        before = self.ledger.borne_on(articles)
        by_articles: dict[frozenset[str], list[int]] = defaultdict(list)
        for number in {*near, *before}:
            by_articles[frozenset(near.get(number, ()))].append(number)
        self.read = {}
        for some, numbers in by_articles.items():
            self.settle(numbers, some, own=False, changed=articles)

    def settle(
        self, numbers: Iterable[int], articles: Collection[str], *, own: bool, changed: Collection[str] | None = None
    ) -> None:
        """Settles the state of some answers: anew by what they cite (``own``), and by other ``articles``.

        What was found of ``changed`` articles (default: of ``articles``) before is forgotten.
        """
        for entry in self.ledger.entries_of(set(numbers)):
            if not entry.answer.citations:
                continue  # withdrawn for good
            try:
                self._settle_one(entry, articles, set(articles if changed is None else changed), own)
            except RagError:
                raise
            except Exception:  # a fault over one text must not keep all other answers from being looked at
                log.exception("kept answer %s was not compared", entry.answer.id)

    def _settle_one(self, entry: KeptEntry, articles: Collection[str], changed: set[str], own: bool) -> None:
        from rag.ledger.faring.other_articles import others_fares
        from rag.ledger.faring.own_article import own_fares, worst

        answer, number = entry.answer, int(entry.answer.id)
        mine = entry.own
        if own:
            found = own_fares(answer, self.store, self.today)
            if found is None:
                self.ledger.strip([number], self.today)
                return
            mine = found
        before = self.ledger.bearings(number)
        bearings = [b for b in before if b.article_id not in changed]
        others = [i for i in articles if all(i != c.article.id for c in answer.citations)]
        cited = self._cited(entry) if others or bearings else []
        bearings += self._bearings(entry, cited, others)
        fares = worst([mine, others_fares(answer, cited, bearings)])
        was = Fares(answer.state, answer.since, answer.now, answer.cited)
        if (fares, mine, bearings) != (was, entry.own, before):
            self.ledger.set_fares(number, fares, mine, bearings)

    def _bearings(self, entry: KeptEntry, cited: Sequence[Evidence], others: Collection[str]) -> list[Bearing]:
        from rag.ledger.faring.other_articles import ReadArticle, bearing

        missing = [i for i in others if i not in self.read]
        for name, article in self.store.articles(missing).items() if missing else ():
            self.read[name] = ReadArticle(article)
        found = (bearing(entry.answer, cited, self.read[i], self.reader) for i in sorted(others) if i in self.read)
        return [b for b in found if b]

    def _cited(self, entry: KeptEntry) -> list[Evidence]:
        """The quotes of an answer in the versions that it cites."""
        from rag.ledger.faring.other_articles import cited_evidence
        from rag.ledger.faring.own_article import cited_version

        answer, shelf = entry.answer, self.store.shelf
        present = self.store.articles([c.article.id for c in answer.citations])
        old, stories = [], []
        for c, digest in zip(answer.citations, answer.digests, strict=True):
            now = present.get(c.article.id)
            same = now is not None and shelf.digest(now.id) == digest
            versions = () if same else shelf.versions(c.article.id)
            old.append(now if same or now is None else cited_version(c, now, versions, digest))
            stories.append(now.story if now else None)
        return cited_evidence(answer, old, stories)
