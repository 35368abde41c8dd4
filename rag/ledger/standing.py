"""What ``News`` asks again for its reader: followed questions, and what became of their answers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rag.arguments import DayLike, as_day, as_names, as_text, spelled
from rag.index.vectors import packed
from rag.ledger.book import KeptEntry
from rag.ledger.following import (
    Followed,
    begin_following,
    followed_questions,
    mark_changes_read,
    note_to_ask,
    settle_question,
    stop_following,
    waiting_to_ask,
)
from rag.ledger.keeping import AnswerKeeping
from rag.ledger.touched import touched
from rag.types import Answer, Change, Filters, FollowedQuestion, KeptAnswer, Progress

log = logging.getLogger(__name__)


class StandingQuestions(AnswerKeeping):
    """The part of :class:`~rag.News` that follows questions. ``owner`` is the login of whoever asks; '' without."""

    _asks_later = False

    if TYPE_CHECKING:

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
        stand = first_stand(understood, answer, self.store)
        vector = packed(self.embedder.embed([understood]))[0]
        return begin_following(self.ledger, answer.question, understood, vector, stand, owner)

    def followed(self, *, owner: str = "") -> list[FollowedQuestion]:
        """The followed questions, the last first, each with its changes."""
        return [f.shown for f in followed_questions(self.ledger, "owner = ?", (owner,))]

    def unfollow(self, *ids: str, owner: str = "") -> int:
        """Stops following questions and forgets their changes; returns how many there were."""
        return stop_following(self.ledger, as_names("ids", ids), owner)

    def mark_read(self, *ids: str, owner: str = "") -> None:
        """Marks the changes of these questions as read; without ids those of all."""
        mark_changes_read(self.ledger, as_names("ids", ids), owner)

    # ------------------------------------------------------------------------------------------------------------

    def _note_touched(self, new: list[str], gone: list[str], digests: dict[str, str]) -> None:
        """Keeps which followed questions the articles that came, changed or went may bear on."""
        followed = followed_questions(self.ledger)
        near = touched([_entry(f) for f in followed], new, self.store.shelf)
        found = {f.shown.id: set(near.get(f.shown.id, ())) for f in followed}
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
        return self.ask(question, filters=filters, asked=asked)


def _entry(f: Followed) -> KeptEntry:
    kept = KeptAnswer(f.shown.id, f.shown.question, f.understood, None, "", f.shown.since, None, ())
    return KeptEntry(kept, f.owner, f.vector)
