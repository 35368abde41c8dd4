"""What ``News`` asks again for its reader: followed questions, and what became of their answers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rag.arguments import DayLike, as_day, as_names, as_text, spelled
from rag.errors import RagError
from rag.index.chroma.arrays import packed
from rag.ledger.faring.touched import near_matters, near_questions
from rag.ledger.following import (
    begin_following,
    followed_questions,
    mark_changes_read,
    note_to_ask,
    settle_question,
    stop_following,
    waiting_to_ask,
)
from rag.ledger.keeping import AnswerKeeping
from rag.types import Answer, Change, Event, Filters, FollowedQuestion, Progress

log = logging.getLogger(__name__)

STOPPED_WITHIN = 10.0  # seconds
LOOK_AGAIN = 60.0
"""Seconds after which the background looks for what other processes left: questions to ask, changes to send."""


class ReadersFirst:
    """Who is answered right now: what asks in the background gives way to readers."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._reading = 0
        self.background: threading.Thread | None = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Inside, a reader is answered; no reader is who asks in the background."""
        if threading.current_thread() is self.background:
            yield
            return
        with self._free:
            self._reading += 1
        try:
            yield
        finally:
            with self._free:
                self._reading -= 1
                self._free.notify_all()

    @property
    def is_waiting(self) -> bool:
        return self._reading > 0

    def wait(self) -> None:
        """Until no reader is answered."""
        with self._free:
            self._free.wait_for(lambda: self._reading == 0)


class StandingQuestions(AnswerKeeping):
    """The part of :class:`~rag.News` that follows questions. ``owner`` is the login of whoever asks; '' without."""

    _asks_later = False

    if TYPE_CHECKING:

        def stream(self, question: str, *, filters: Filters = ..., asked: DayLike = None) -> Iterator[Event]: ...

        def ask(self, question: str, *, filters: Filters | None = None, asked: DayLike = None) -> Answer: ...

    @spelled
    def follow(self, question: str, *, asked: DayLike = None, owner: str = "") -> FollowedQuestion:
        """Asks a question now and again whenever what comes in touches it. Its value is None while the articles do not
        say. ``asked`` is the day that counts as today.

        Raises ``UsageError`` for what one fact cannot answer, ``StoreError``.
        """
        from rag.ledger.following_again import first_stand

        today = as_day("asked", asked)
        if self.ledger.there:
            self.settle(asked=today)
        else:  # what is there already is no news to it
            self.ledger.looked_at(self.store.shelf.digests())
        answer = self.ask(as_text("question", question), filters=Filters(), asked=today)
        understood = answer.understood.question if answer.understood else answer.question
        stand = first_stand(understood, answer, self.store, self.pipeline, today)
        vector = packed(self.embedder.embed([understood]))[0]
        return begin_following(self.ledger, answer.question, understood, vector, stand, owner)

    def followed(self, *, owner: str = "") -> list[FollowedQuestion]:
        """The followed questions, the last first, each with its changes."""
        return [f.shown for f in followed_questions(self.ledger, "owner = ?", (owner,))]

    def unfollow(self, *ids: str, owner: str = "") -> int:
        """Stops following questions and forgets their changes; returns how many there were."""
        return stop_following(self.ledger, as_names("ids", ids), owner)

    def mark_changes_read(self, *ids: str, owner: str = "") -> None:
        """Marks the changes of these questions as read; without ids those of all."""
        mark_changes_read(self.ledger, as_names("ids", ids), owner)

    # ------------------------------------------------------------------------------------------------------------

    def _note_touched(self, new: list[str], gone: list[str], digests: dict[str, str]) -> None:
        """Keeps which followed questions the articles that came, changed or went may bear on."""
        followed = followed_questions(self.ledger)
        near = near_questions([(int(f.shown.id), f.vector) for f in followed], new, self.store.shelf)
        stands = [(int(f.shown.id), f.understood, f.vector, f.stand.article_id) for f in followed]
        articles = list(self.store.articles(new).values()) if followed and new else []
        wider = near_matters(stands, articles, self.store.shelf) if articles else {}
        found = {f.shown.id: {*near.get(int(f.shown.id), ()), *wider.get(int(f.shown.id), ())} for f in followed}
        for f in followed:
            found[f.shown.id] |= {f.stand.article_id} & {*new, *gone}
        note_to_ask(self.ledger, found, digests)

    def settle(self, *, asked: DayLike = None, progress: Progress | None = None) -> None:
        """Compares what is kept with the articles that came, changed or went since that was done last, and asks again
        what is followed and touched by them.

        It is done after each change of the index; here what somebody who was killed has left undone. ``asked`` is the
        day that counts as today.
        """
        super().settle(asked=asked, progress=progress)
        if not self._asks_later:
            self.ask_followed_again(asked=asked, progress=progress)
        self._to_do.set()

    @contextmanager
    def asking_later(self) -> Iterator[None]:
        """Inside, changes of the index only note which followed questions they touch; the next :meth:`settle` or
        :meth:`ask_followed_again` asks them."""
        before, self._asks_later = self._asks_later, True
        try:
            yield
        finally:
            self._asks_later = before

    def ask_followed_again(
        self, *, asked: DayLike = None, progress: Progress | None = None
    ) -> list[tuple[FollowedQuestion, Change]]:
        """Asks again what was touched and not yet asked again, and tells what changed where the settings say so.

        Returns the changes, each with its question as it was before. ``asked`` is the day that counts as today.
        """
        from rag.ledger.telling.outbox import send_waiting

        changes = list(self._changed(as_day("asked", asked), progress)) if self.ledger.there else []
        if self.ledger.there:
            send_waiting(self.ledger, self.settings)
        return changes

    def _changed(self, today: date | None, progress: Progress | None) -> Iterator[tuple[FollowedQuestion, Change]]:
        from rag.ledger.following_again import AskingAgain
        from rag.ledger.telling.outbox import ways_of

        waiting = waiting_to_ask(self.ledger)
        followed = {f.shown.id: f for f in followed_questions(self.ledger)} if waiting else {}
        for done, (name, about) in enumerate(waiting.items()):
            f = followed.get(name)
            if f is None:  # stopped meanwhile
                continue
            if threading.current_thread() is self.readers.background:
                self.readers.wait()  # a reader may have come since this thread looked for what is to be asked
            if progress:
                progress(f"asking {len(waiting)} followed question{'s' * (len(waiting) > 1)} again", done, len(waiting))
            again = AskingAgain(self.pipeline, self.store, self._asked_as_a_reader, today)
            stand, change = again.again(f, about)
            ways = ways_of(self.settings, self.ledger, f.owner) if change else ()
            number = settle_question(self.ledger, f, about, stand, change, ways)
            if number is not None and change is not None:
                yield f.shown, change

    def write_changes_to(self, path: str | Path) -> None:
        """Writes the changes of followed questions to an Atom feed, now and after each one. Raises ``StoreError``."""
        from rag.ledger.telling.outbox import remember_feed, write_feed

        if not self.ledger.there:
            self.ledger.looked_at(self.store.shelf.digests())
        write_feed(self.ledger, Path(path))
        remember_feed(self.ledger, Path(path))

    def changes_feed(self, *, owner: str = "") -> str:
        """The Atom feed of the changes of an owner's followed questions."""
        from rag.ledger.telling.atom import atom_of_changes

        return atom_of_changes(self.followed(owner=owner))

    def _asked_as_a_reader(self, question: str, filters: Filters, asked: date | None) -> Answer:
        if threading.current_thread() is not self.readers.background:
            return self.ask(question, filters=filters, asked=asked)
        while True:  # until it is answered with no reader coming between
            self.readers.wait()
            events = cast("Generator[Event, None, None]", self.stream(question, filters=filters, asked=asked))
            with closing(events):
                for event in events:
                    if isinstance(event, Answer):
                        return event
                    if self.readers.is_waiting:
                        break  # closing the stream stops the model

    # -- in the background ---------------------------------------------------------------------------------------

    @cached_property
    def readers(self) -> ReadersFirst:
        """Who is answered right now."""
        return ReadersFirst()

    def ask_in_background(self) -> None:
        """From now on followed questions are asked again in one thread, which waits while a reader is answered."""
        if self.readers.background is None:
            self._asks_later = True
            thread = threading.Thread(target=self._ask_on, daemon=True, name="rag-follow")
            self.readers.background = thread
            thread.start()

    @cached_property
    def _to_do(self) -> threading.Event:
        return threading.Event()

    def _ask_on(self) -> None:
        while self.readers.background is threading.current_thread():
            self._to_do.clear()
            self.readers.wait()
            try:
                self.ask_followed_again()
            except RagError as error:
                log.warning("followed questions were not asked again: %s", error.told)
            except Exception:
                log.exception("followed questions were not asked again")
            self._to_do.wait(LOOK_AGAIN)

    def _stop_asking(self) -> None:
        """Ends the background, at the latest when it has asked the question that it is at."""
        thread, self.readers.background = self.readers.background, None
        self._to_do.set()
        if thread is not None:
            thread.join(STOPPED_WITHIN)
