"""The questions that are followed, in the ledger: what each stands on, what changed, and what is still to be asked."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from rag.index.schema import Writable, insert_row
from rag.ledger.book import Ledger
from rag.types import Change, FollowedQuestion


@dataclass(frozen=True, slots=True)
class Stand:
    """What a followed question stands on: its value, and the sentence ``body[start:end]`` that says so.

    All but ``value`` are empty while the articles do not say; ``claim`` is the sentence of the answer.
    """

    value: str | None = None
    claim: str = ""
    quote: str = ""
    article_id: str = ""
    digest: str = ""
    source: str | None = None
    published: date | None = None
    start: int = 0
    end: int = 0
    score: float = 0.0
    story: str | None = None


@dataclass(frozen=True, slots=True)
class StandingQuestion:
    """A followed question with all that asking it again needs. ``turn`` counts how often it was; ``vector`` is that of
    the question (32-bit floats, lowest byte first); ``first`` the value that it began with."""

    shown: FollowedQuestion
    understood: str
    owner: str
    vector: bytes
    stand: Stand
    first: str | None
    turn: int


def begin_following(
    ledger: Ledger, question: str, understood: str, vector: bytes, stand: Stand, owner: str = ""
) -> FollowedQuestion:
    """Keeps a question with its first answer; the one that is there already where this owner follows the same."""
    for known in followed_questions(ledger, "owner = ?", (owner,)):
        if known.understood.casefold() == understood.casefold():
            return known.shown
    with ledger.changing() as db:
        values = {"owner": owner, "since": int(time.time()), "question": question, "understood": understood}
        values |= {"vector": vector, "stand": _stand_record(stand), "first": stand.value}
        number = insert_row(db, "follows", values)
    [made] = followed_questions(ledger, "number = ?", (number,))
    return made.shown


def followed_questions(ledger: Ledger, where: str = "true", values: Sequence[Any] = ()) -> list[StandingQuestion]:
    """Those that a condition chooses, the last first, each with its changes."""
    rows = ledger.rows(
        "select number, owner, since, question, understood, vector, stand, first, turn from follows "
        f"where {where} order by number desc",
        values,
    )
    changes: dict[int, list[tuple[Change, bool]]] = {}
    for follow, record, read in ledger.rows(
        f"select follow, record, read from changes where follow in (select number from follows where {where}) "
        "order by number",
        values,
    ):
        changes.setdefault(follow, []).append((change_of(record), bool(read)))
    return [_followed(row, changes.get(row[0], [])) for row in rows]


def stop_following(ledger: Ledger, ids: Collection[str], owner: str = "") -> int:
    """Forgets questions of an owner with their changes; returns how many there were."""
    if not ledger.there:
        return 0
    with ledger.changing() as db:
        return sum(
            db.execute("delete from follows where number = ? and owner = ?", (int(i), owner)).rowcount
            for i in ids
            if i.isdecimal()
        )


def mark_changes_read(ledger: Ledger, ids: Collection[str], owner: str = "") -> None:
    """Of these questions, or of all of an owner's where none is named."""
    if not ledger.there:
        return
    with ledger.changing() as db:
        mine = "follow in (select number from follows where owner = ?)"
        if not ids:
            db.execute(f"update changes set read = 1 where {mine}", (owner,))
        for i in ids:
            if i.isdecimal():
                db.execute(f"update changes set read = 1 where follow = ? and {mine}", (int(i), owner))


# -- what is to be asked -----------------------------------------------------------------------------------------------


def note_to_ask(ledger: Ledger, touched: Mapping[str, Iterable[str]], digests: Mapping[str, str]) -> None:
    """Keeps which questions are to be asked about which articles; doing it twice changes nothing."""
    rows = [(int(f), i, digests.get(i, "")) for f, articles in touched.items() for i in articles]
    if not rows:
        return
    with ledger.changing() as db:
        # One that was stopped meanwhile has nothing to be asked.
        followed = {number for (number,) in db.execute("select number from follows").fetchall()}
        rows = [row for row in rows if row[0] in followed]
        db.executemany("delete from to_ask where follow = ? and article_id = ?", [row[:2] for row in rows])
        db.executemany("insert into to_ask values (?, ?, ?)", rows)


def waiting_to_ask(ledger: Ledger) -> dict[str, dict[str, str]]:
    """For the id of each question that is to be asked, the articles and their digests ('' where gone)."""
    found: dict[str, dict[str, str]] = {}
    for follow, article_id, digest in ledger.rows("select follow, article_id, digest from to_ask order by follow"):
        found.setdefault(str(follow), {})[article_id] = digest
    return found


def settle_question(
    ledger: Ledger,
    asked: StandingQuestion,
    about: Mapping[str, str],
    stand: Stand,
    change: Change | None,
    ways: Sequence[str] = (),
) -> int | None:
    """What came of asking again, in one transaction: the new stand, the change if there is one with what is to be sent,
    and that it was asked about these versions. Returns the number of the change.

    Nothing happens where somebody else asked it meanwhile, or it is no longer followed: no change is told twice.
    """
    number: int | None = None
    with ledger.changing() as db:
        own = (int(asked.shown.id), asked.turn)
        updated = db.execute(
            "update follows set stand = ?, turn = turn + 1, first = coalesce(first, ?) where number = ? and turn = ?",
            (_stand_record(stand), stand.value, *own),
        )
        if not updated.rowcount:
            return None
        if change is not None:
            number = _tell(db, own[0], change, ways)
        db.executemany(
            "delete from to_ask where follow = ? and article_id = ? and digest = ?",
            [(own[0], i, d) for i, d in about.items()],
        )
    return number


def _tell(db: Writable, follow: int, change: Change, ways: Sequence[str]) -> int:
    record = json.dumps(change.record(), ensure_ascii=False)
    number = insert_row(db, "changes", {"follow": follow, "record": record, "told": int(time.time())})
    db.executemany("insert into outbox (change, way) values (?, ?)", [(number, way) for way in ways])
    return number


# ----------------------------------------------------------------------------------------------------------------------


def change_of(record: str) -> Change:
    """A change from its stored record."""
    r = json.loads(record)
    return Change(**{**r, "day": date.fromisoformat(r["day"])})


def _stand_record(stand: Stand) -> str:
    r = asdict(stand)
    r["published"] = stand.published.isoformat() if stand.published else None
    return json.dumps(r, ensure_ascii=False)


def _stand(record: str) -> Stand:
    r = json.loads(record)
    stand = Stand(**{**r, "published": None})
    return replace(stand, published=date.fromisoformat(r["published"])) if r["published"] else stand


def _followed(row: Sequence[Any], changes: Sequence[tuple[Change, bool]]) -> StandingQuestion:
    number, owner, since, question, understood, vector, record, first, turn = row
    stand = _stand(record)
    shown = FollowedQuestion(
        id=str(number),
        question=question,
        value=stand.value,
        quote=stand.quote,
        since=datetime.fromtimestamp(since, UTC),
        changes=tuple(change for change, _ in changes),
        unread=sum(not read for _, read in changes),
    )
    return StandingQuestion(shown, understood, owner, vector, stand, first, turn)
