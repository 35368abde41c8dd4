"""Sends what waits in the outbox: each change once to each receiver, later again where one does not take it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import RagError
from rag.ledger.book import Ledger
from rag.ledger.following import change_of, followed_questions
from rag.ledger.telling.atom import atom_of_changes, write_whole
from rag.ledger.telling.mail import send_changes
from rag.ledger.telling.webhook import post_change
from rag.settings import Settings
from rag.types import Change

log = logging.getLogger(__name__)

MAX_TRIES = 8
FIRST_WAIT, MAX_WAIT = 60, 6 * 3600
"""Seconds after the first failure until the next try, four times as long after each; about a day in all."""
LEASE = 120
"""Seconds that one who sends has for it: nobody else sends the same meanwhile."""

Send = Callable[[Settings, str, Change, int], None]


@dataclass(frozen=True, slots=True)
class _Due:
    number: int
    way: str
    tries: int
    question: str
    change: Change


def ways_of(settings: Settings, ledger: Ledger, owner: str) -> tuple[str, ...]:
    """The ways a change of this owner is told: those of the settings are for the one who runs the program."""
    if owner:
        return ()
    webhook, mail = settings.follow_webhook, settings.follow_mail and settings.smtp_server
    feeds = tuple(f"atom {path}" for (path,) in ledger.rows("select path from feeds order by path"))
    return (*(("webhook",) if webhook else ()), *(("mail",) if mail else ()), *feeds)


def send_waiting(
    ledger: Ledger, settings: Settings, *, clock: Callable[[], float] = time.time, post: Send = post_change
) -> None:
    """Sends what is due; what fails is logged without the receiver's address, and tried again."""
    due = _claimed(ledger, int(clock()))
    mails = [d for d in due if d.way == "mail"]
    for group in [[d] for d in due if d.way != "mail"] + ([mails] if mails else []):
        try:
            _send(ledger, settings, group, post)
        except (RagError, OSError) as error:
            told = error.told if isinstance(error, RagError) else type(error).__name__
            _later(ledger, group, told, int(clock()))
        else:
            with ledger.changing() as db:
                db.executemany("delete from outbox where change = ? and way = ?", [(d.number, d.way) for d in group])


def _send(ledger: Ledger, settings: Settings, group: Sequence[_Due], post: Send) -> None:
    first = group[0]
    if first.way == "webhook" and settings.follow_webhook:
        post(settings, first.question, first.change, first.number)
    elif first.way == "mail" and settings.follow_mail and settings.smtp_server:
        send_changes(settings, [(d.question, d.change) for d in group])
    elif first.way.startswith("atom "):
        write_feed(ledger, Path(first.way.removeprefix("atom ")))


def write_feed(ledger: Ledger, path: Path) -> None:
    """The Atom feed of the questions of whoever runs the program. Raises ``StoreError``."""
    write_whole(path, atom_of_changes([f.shown for f in followed_questions(ledger, "owner = ''")]))


def remember_feed(ledger: Ledger, path: Path) -> None:
    """Keeps that this file is to be written after each change."""
    with ledger.changing() as db:
        db.execute("insert into feeds values (?) on conflict do nothing", (str(path.absolute()),))


def _claimed(ledger: Ledger, now: int) -> list[_Due]:
    """What is due, taken by this process for a while: who is killed while sending leaves it to the next."""
    if not ledger.rows("select 1 from outbox where next <= ? limit 1", (now,)):
        return []
    with ledger.changing() as db:
        rows = db.execute(
            "select outbox.change, way, tries, question, record from outbox join changes on changes.number = "
            "outbox.change join follows on follows.number = changes.follow where next <= ? order by outbox.change",
            (now,),
        ).fetchall()
        db.executemany(
            "update outbox set next = ? where change = ? and way = ?", [(now + LEASE, row[0], row[1]) for row in rows]
        )
    return [_Due(number, way, tries, question, change_of(record)) for number, way, tries, question, record in rows]


def _later(ledger: Ledger, group: Sequence[_Due], why: str, now: int) -> None:
    with ledger.changing() as db:
        for d in group:
            if d.tries + 1 >= MAX_TRIES:
                log.warning("%s: a change is not told, after %d tries: %s", d.way.split()[0], MAX_TRIES, why)
                db.execute("delete from outbox where change = ? and way = ?", (d.number, d.way))
                continue
            log.warning("%s: a change is told later: %s", d.way.split()[0], why)
            wait = min(FIRST_WAIT * 4**d.tries, MAX_WAIT)
            db.execute(
                "update outbox set tries = tries + 1, next = ? where change = ? and way = ?",
                (now + wait, d.number, d.way),
            )
