"""What ``News`` keeps for its reader: answers, and how they fare when articles come, change and go."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from rag.arguments import DayLike, as_day, as_names, spelled
from rag.errors import RagError, UsageError
from rag.index.chroma.arrays import packed
from rag.ledger.book import Ledger, ledger_folder
from rag.ledger.fares import look_again, look_at_one, removed
from rag.protocols import Embedder, Reranker, Store
from rag.settings import Settings
from rag.types import Answer, Filters, KeptAnswer, Progress

if TYPE_CHECKING:
    from rag.qa.pipeline import Pipeline

log = logging.getLogger(__name__)

MAX_DIGITS = 18
"""Digits of the number of an answer, fewer than SQLite refuses."""
NEAR_SINCE = 40
"""Passages from after the day of an answer, nearest first, that it is compared with."""


class AnswerKeeping:
    """The part of :class:`~rag.News` that goes on from answers. ``owner`` is the login of whoever asks; '' without."""

    settings: Settings
    embedder: Embedder
    store: Store
    reranker: Reranker | None

    if TYPE_CHECKING:

        @property
        def pipeline(self) -> Pipeline: ...

    @spelled
    def next_questions(self, answer: Answer, *, seconds: float = 4.0) -> tuple[str, ...]:
        """Up to three questions to go on with, each tried without the language model and answered by the articles.

        They come from what was read for ``answer``. ``seconds`` is how long is tried, at most. None where the setting
        ``next_questions`` is off, and for small talk.
        """
        from rag.qa.next_asked import next_questions

        return next_questions(self.pipeline, answer, seconds) if self.settings.next_questions else ()

    @cached_property
    def ledger(self) -> Ledger:
        """What is kept, beside the index."""
        if self.settings.database is not None:
            from rag.ledger.server import ServerLedger

            return ServerLedger(self.settings.database.get_secret_value())
        return Ledger(ledger_folder(self.settings.index))

    def keep(self, answer: Answer, *, owner: str = "") -> KeptAnswer:
        """Keeps an answer with what it stands on. Raises ``UsageError`` for a refusal, ``StoreError``."""
        if answer.refused or not answer.citations:
            raise UsageError("this answer has no source to stand on; it is not kept")
        ids = [c.article.id for c in answer.citations]
        if gone := [i for i in ids if self.store.shelf.digest(i) is None]:
            raise UsageError(f"the article {gone[0]} is not in the index; the answer is not kept")
        from rag.ingest.identity import digest

        understood = answer.understood.question if answer.understood else answer.question
        kept = KeptAnswer(
            id="",
            question=answer.question,
            understood=understood,
            value=answer.short,
            text=answer.text,
            asked=datetime.now(UTC).replace(microsecond=0),
            as_of=answer.as_of,
            citations=answer.citations,
            digests=tuple(digest(c.article) for c in answer.citations),
        )
        if not self.ledger.there:  # what is there already is no news to it
            self.ledger.looked_at(self.store.shelf.digests())
        vector = self.embedder.embed([understood])
        kept = self.ledger.keep(kept, packed(vector)[0], owner)
        changed = any(self.store.shelf.digest(i) != d for i, d in zip(ids, kept.digests, strict=True))
        if changed or answer.as_of is not None:  # an answer of an earlier day is compared with what came since
            since = Filters(since=answer.as_of)
            near = self.store.dense(vector, NEAR_SINCE, since) if answer.as_of else []
            articles = {chunk.article_id for chunk in self.store.chunks([name for name, _ in near]).values()}
            look_at_one(self.ledger, self.store, int(kept.id), articles, self.reranker)
            [entry] = self.ledger.entries_of([int(kept.id)])
            return entry.answer
        return kept

    @property
    def keeps_answers(self) -> bool:
        """Whether the chat keeps its answers (the setting ``keep_answers``)."""
        return self.settings.keep_answers

    def answers(self, *ids: str, owner: str = "") -> list[KeptAnswer]:
        """The kept answers, the last first, each with how it fares; of several ids only those that are there."""
        self.settle()
        if not ids:
            return [entry.answer for entry in self.ledger.entries("owner = ?", (owner,))]
        numbers = [int(i) for i in as_names("ids", ids) if i.isdecimal() and len(i) < MAX_DIGITS]
        found = [entry for entry in self.ledger.entries_of(numbers) if entry.owner == owner]
        return [entry.answer for entry in sorted(found, key=lambda e: -int(e.answer.id))]

    def kept_answer(self, name: str, *, owner: str = "") -> KeptAnswer:
        """One kept answer by its id. Raises ``UsageError`` where there is none."""
        if found := self.answers(name, owner=owner):
            return found[0]
        raise UsageError(f"no kept answer {name}; see: rag answers")

    def forget_answers(self, *ids: str, owner: str = "") -> int:
        """Forgets kept answers; returns how many there were."""
        return self.ledger.forget(as_names("ids", ids), owner)

    def settle(self, *, asked: DayLike = None, progress: Progress | None = None) -> None:
        """Compares what is kept with the articles that came, changed or went since that was done last.

        It is done after each change of the index; here what somebody who was killed has left undone. ``asked`` is the
        day that counts as today.
        """
        if not self.ledger.there:
            return
        now = self.store.shelf.digests()
        new, gone = self.ledger.unlooked(now)
        if not new and not gone and not removed(self.ledger.unseen(), self.store):
            return
        self._embed_questions()
        look_again(self.ledger, self.store, new, gone, as_day("asked", asked), self.reranker)
        self._note_touched(new, gone, now)
        self.ledger.looked_at({i: now[i] for i in new}, gone)

    def _embed_questions(self) -> None:
        """Gives kept questions new vectors where the index has another embedder now."""
        size = 4 * self.embedder.dimension
        other = [number for number, vector in self.ledger.questions() if vector and len(vector) != size]
        asked = {int(e.answer.id): e.answer.understood for e in self.ledger.entries_of(other)}
        if asked:
            vectors = packed(self.embedder.embed(list(asked.values())))
            self.ledger.set_vectors(dict(zip(asked, vectors, strict=True)))

    def _note_touched(self, new: list[str], gone: list[str], digests: dict[str, str]) -> None:
        """What else is to be done about these articles."""

    def _settle_quietly(self, progress: Progress | None = None) -> None:
        """After articles were stored: whatever happens here, they are stored."""
        try:
            self.settle(progress=progress)
        except RagError as error:
            log.warning("kept answers were not compared with what came in: %s", error.told)
