"""The ledger beside an index: one SQLite file, which any number of processes read and write.

It lies beside the index, for a rebuild replaces all that is in it, and what a reader kept is not made of articles.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from rag.errors import StoreError
from rag.index.schema import Writable, insert_row
from rag.types import AnswerState, Article, Citation, KeptAnswer, SaidNow

LEDGER_FILE = "ledger.sqlite"
LEDGER_VERSION = 1
LEDGER_WAIT = 20  # seconds that another process may write

LEDGER_TABLES = """
create table if not exists kept (
  number integer primary key autoincrement, owner text not null, asked integer not null, record text not null,
  vector blob not null, state text not null default 'stands', since text, now text, cited integer, own text);
create index if not exists kept_owner on kept (owner, number);
create table if not exists stands_on (
  kept integer not null references kept (number) on delete cascade, n integer not null, article_id text not null,
  digest text not null, primary key (kept, n)) without rowid;
create index if not exists stands_on_article on stands_on (article_id);
create table if not exists bears (
  kept integer not null references kept (number) on delete cascade, article_id text not null, day text not null,
  relation text not null, said text not null, primary key (kept, article_id)) without rowid;
create index if not exists bears_article on bears (article_id);
create table if not exists looked (article_id text primary key, digest text not null) without rowid;
"""
"""``looked`` has every article of the index in the version that the kept answers were last compared with, so that one
who was killed between storing an article and comparing it leaves that work to the next one. ``own`` of an answer is how
its own articles leave it, ``bears`` what others say of its matter; its state is the worst of both."""

FOLLOW_TABLES = (
    """create table if not exists follows (
  number integer primary key autoincrement, owner text not null, since integer not null, question text not null,
  understood text not null, vector blob not null, stand text not null, first text, turn integer not null default 0)""",
    """create table if not exists changes (
  number integer primary key autoincrement, follow integer not null references follows (number) on delete cascade,
  record text not null, told integer not null, read integer not null default 0)""",
    "create index if not exists changes_follow on changes (follow, number)",
    """create table if not exists to_ask (
  follow integer not null references follows (number) on delete cascade, article_id text not null,
  digest text not null, primary key (follow, article_id)) without rowid""",
    """create table if not exists outbox (
  change integer not null references changes (number) on delete cascade, way text not null,
  tries integer not null default 0, next integer not null default 0, primary key (change, way)) without rowid""",
    "create table if not exists feeds (path text primary key) without rowid",
)
"""``to_ask`` has the versions of articles ('' of those that are gone) that a question was not yet asked about again;
``outbox`` the changes that were not yet told one ``way``: 'webhook', 'mail', 'atom FILE'; ``feeds`` those files."""


def ledger_folder(index: Path) -> Path:
    """Where the ledger of an index lies."""
    return index.with_name(f"{index.name}.answers")


class _Held:
    """A thread's connection; it ends with its thread."""

    def __init__(self, connection: sqlite3.Connection):
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


@dataclass(frozen=True, slots=True)
class Fares:
    """How an answer fares: since when, what is said now, and the number of the citation that this is about."""

    state: AnswerState = "stands"
    since: date | None = None
    now: SaidNow | None = None
    cited: int | None = None


@dataclass(frozen=True, slots=True)
class Bearing:
    """What another article says of the matter of a kept answer."""

    article_id: str
    day: date
    relation: Literal["agrees", "newer", "outlets"]  # the same; another value, of later; another outlet's
    said: SaidNow


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """A kept answer in the ledger, whose it is, and the vector of its question (32-bit floats, lowest byte first)."""

    answer: KeptAnswer
    owner: str
    vector: bytes
    own: Fares = Fares()


class Ledger:
    """The ledger in a folder, which is made when something is kept first."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._local = threading.local()
        self._open: weakref.WeakSet[_Held] = weakref.WeakSet()

    @property
    def there(self) -> bool:
        """Whether anything was ever kept."""
        return (self.folder / LEDGER_FILE).exists()

    @contextmanager
    def changing(self) -> Iterator[Writable]:
        """One transaction: all of what is done inside is safe when it ends, or nothing. Raises ``StoreError``."""
        with self._told():
            db = self._connection()
            with db:
                db.execute("begin immediate")
                yield db

    def rows(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """All rows of a statement; none where nothing was ever kept. Raises ``StoreError``."""
        if not self.there:
            return []
        with self._told():
            return self._connection().execute(statement, values).fetchall()

    def close(self) -> None:
        """Closes the connections of all threads; the next use opens them again."""
        for held in list(self._open):
            held.connection.close()
        self._open = weakref.WeakSet()
        self._local = threading.local()

    # -- kept answers --------------------------------------------------------------------------------------------

    def keep(self, answer: KeptAnswer, vector: bytes, owner: str = "") -> KeptAnswer:
        """Keeps an answer; returned with its id, it is safe."""
        with self.changing() as db:
            number = insert_row(
                db,
                "kept",
                {
                    "owner": owner,
                    "asked": int(answer.asked.timestamp()),
                    "record": _kept_record(answer),
                    "vector": vector,
                },
            )
            db.executemany(
                "insert into stands_on values (?, ?, ?, ?)",
                [(number, c.n, c.article.id, d) for c, d in zip(answer.citations, answer.digests, strict=True)],
            )
        return replace(answer, id=str(number))

    def entries(self, where: str = "true", values: Sequence[Any] = ()) -> list[KeptEntry]:
        """Kept answers that a condition chooses, the last first."""
        rows = self.rows(
            "select number, owner, record, vector, state, since, now, cited, own from kept "
            f"where {where} order by number desc",
            values,
        )
        return [_entry(*row) for row in rows]

    def entries_of(self, numbers: Collection[int]) -> list[KeptEntry]:
        """Kept answers by their numbers."""
        return [e for some in _parts(numbers) for e in self.entries(f"number in ({_marks(some)})", some)]

    def questions(self) -> list[tuple[int, bytes]]:
        """(number, vector of the question) of all kept answers."""
        return self.rows("select number, vector from kept order by number")

    def set_vectors(self, vectors: Mapping[int, bytes]) -> None:
        """Keeps other vectors of questions, by their numbers."""
        with self.changing() as db:
            db.executemany("update kept set vector = ? where number = ?", [(v, n) for n, v in vectors.items()])

    def standing_on(self, articles: Collection[str]) -> set[int]:
        """The numbers of the answers that cite one of these articles."""
        return self._numbers("stands_on", articles)

    def borne_on(self, articles: Collection[str]) -> set[int]:
        """The numbers of the answers of whose matter one of these articles was found to speak."""
        return self._numbers("bears", articles)

    def _numbers(self, table: str, articles: Collection[str]) -> set[int]:
        statement = f"select distinct kept from {table} where article_id in ({{}})"
        return {row[0] for some in _parts(articles) for row in self.rows(statement.format(_marks(some)), some)}

    def unseen(self) -> list[str]:
        """The articles that answers cite and that were not there when they were looked at last."""
        statement = "select distinct article_id from stands_on where article_id not in (select article_id from looked)"
        return [row[0] for row in self.rows(statement)]

    def bearings(self, number: int) -> list[Bearing]:
        """What other articles were found to say of the matter of an answer."""
        rows = self.rows("select article_id, day, relation, said from bears where kept = ?", (number,))
        return [Bearing(i, date.fromisoformat(d), relation, _said(said)) for i, d, relation, said in rows]

    def set_fares(self, number: int, fares: Fares, own: Fares, bearings: Sequence[Bearing]) -> None:
        """Keeps how an answer fares, what its own articles leave of it, and what others say."""
        with self.changing() as db:
            db.execute(
                "update kept set state = ?, since = ?, now = ?, cited = ?, own = ? where number = ?",
                (*_fares_row(fares), json.dumps(_fares_row(own)), number),
            )
            db.execute("delete from bears where kept = ?", (number,))
            there = db.execute("select 1 from kept where number = ?", (number,)).fetchone()
            db.executemany(
                "insert into bears values (?, ?, ?, ?, ?)",
                [
                    (number, b.article_id, b.day.isoformat(), b.relation, json.dumps(b.said.record()))
                    for b in bearings
                    if there  # it may have been forgotten meanwhile
                ],
            )

    def strip(self, numbers: Collection[int], since: date) -> None:
        """Leaves of answers whose article was removed only the question as it was asked, and that it is withdrawn."""
        with self.changing() as db:
            for number in numbers:
                rows = db.execute("select record from kept where number = ?", (number,)).fetchall()
                for (record,) in rows:
                    bare = _bare_record(json.loads(record))
                    db.execute(
                        "update kept set record = ?, vector = x'', state = 'withdrawn', since = ?, now = null, "
                        "cited = null, own = null where number = ?",
                        (bare, since.isoformat(), number),
                    )
                db.execute("delete from stands_on where kept = ?", (number,))
                db.execute("delete from bears where kept = ?", (number,))
        self.wipe()

    def wipe(self) -> None:
        """Empties the journal, where what was overwritten would be left."""
        if self.there:
            self.rows("pragma wal_checkpoint(truncate)")

    def forget(self, ids: Collection[str], owner: str | None = "") -> int:
        """Forgets answers, of one owner or (None) whosever they are; returns how many there were."""
        if not self.there:
            return 0
        numbers = [int(i) for i in ids if i.isdecimal()]
        with self.changing() as db:
            mine = "" if owner is None else " and owner = ?"
            count = 0
            for number in numbers:
                values = (number,) if owner is None else (number, owner)
                count += db.execute(f"delete from kept where number = ?{mine}", values).rowcount
        self.wipe()
        return count

    # -- what was looked at --------------------------------------------------------------------------------------

    def unlooked(self, digests: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """(articles that are new or another version since they were looked at last, those that are gone)."""
        looked = dict(self.rows("select article_id, digest from looked"))
        return [i for i, d in digests.items() if looked.get(i) != d], [i for i in looked if i not in digests]

    def looked_at(self, digests: Mapping[str, str], gone: Collection[str] = ()) -> None:
        """Keeps that these versions were compared with all that is kept."""
        with self.changing() as db:
            db.executemany("delete from looked where article_id = ?", [(i,) for i in digests])
            db.executemany("insert into looked values (?, ?)", digests.items())
            db.executemany("delete from looked where article_id = ?", [(i,) for i in gone])

    # ------------------------------------------------------------------------------------------------------------

    def _connection(self) -> sqlite3.Connection:
        held: _Held | None = getattr(self._local, "held", None)
        if held is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(
                self.folder / LEDGER_FILE, timeout=LEDGER_WAIT, check_same_thread=False, isolation_level=None
            )
            held = _Held(db)
            db.execute("pragma journal_mode = wal")
            db.execute("pragma synchronous = full")
            db.execute("pragma foreign_keys = on")
            db.execute("pragma secure_delete = on")  # what is forgotten is overwritten, not only unlinked
            [(version,)] = db.execute("pragma user_version")
            if version > LEDGER_VERSION:
                raise StoreError(f"the ledger {self.folder} was written by a newer version of this program; update it")
            if version < LEDGER_VERSION:
                db.executescript(f"begin immediate; {LEDGER_TABLES} pragma user_version = {LEDGER_VERSION}; commit;")
            for table in FOLLOW_TABLES:  # which a ledger of before has not
                db.execute(table)
            self._local.held = held
            self._open.add(held)
        return held.connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            why = getattr(error, "strerror", None) or error
            raise StoreError(
                f"the ledger {self.folder / LEDGER_FILE} cannot be used: {why}; free space, check permissions, or move "
                "that file away to begin a new one"
            ) from error


def _kept_record(answer: KeptAnswer) -> str:
    """All but the id and how it fares."""
    record = answer.record()
    record["digests"] = list(answer.digests)
    for name in ("id", "state", "since", "now", "cited"):
        del record[name]
    return json.dumps(record, ensure_ascii=False)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _bare_record(r: Mapping[str, Any]) -> str:
    """A record without anything that its articles said."""
    kept = {"question": r["question"], "understood": r["question"], "value": None, "answer": ""}
    kept |= {"asked": r["asked"], "as_of": r["as_of"], "citations": [], "digests": []}
    return json.dumps(kept, ensure_ascii=False)


def _fares_row(fares: Fares) -> tuple[str, str | None, str | None, int | None]:
    since = fares.since.isoformat() if fares.since else None
    return fares.state, since, json.dumps(fares.now.record()) if fares.now else None, fares.cited


def _fares(state: AnswerState, since: str | None, now: str | None, cited: int | None) -> Fares:
    return Fares(state, _day(since), _said(now) if now else None, cited)


def _said(record: str) -> SaidNow:
    r = json.loads(record)
    return SaidNow(**{**r, "published": _day(r["published"])})


def _parts(values: Collection[Any], size: int = 500) -> Iterator[list[Any]]:
    """No more values than one statement takes."""
    ordered = sorted(values)
    for i in range(0, len(ordered), size):
        yield ordered[i : i + size]


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))


def _entry(
    number: int, owner: str, record: str, vector: bytes, state: AnswerState, since: str | None, now: str | None,
    cited: int | None, own: str | None,
) -> KeptEntry:  # fmt: skip
    r, fares = json.loads(record), _fares(state, since, now, cited)
    answer = KeptAnswer(
        id=str(number),
        question=r["question"],
        understood=r["understood"],
        value=r["value"],
        text=r["answer"],
        asked=datetime.fromisoformat(r["asked"]),
        as_of=_day(r["as_of"]),
        citations=tuple(map(_citation, r["citations"])),
        digests=tuple(r["digests"]),
        state=fares.state,
        since=fares.since,
        now=fares.now,
        cited=fares.cited,
    )
    return KeptEntry(answer, owner, vector, _fares(*json.loads(own)) if own else Fares())


def _citation(r: Mapping[str, Any]) -> Citation:
    article = Article(
        r["article_id"], r["title"], "", _day(r["published"]), source=r["source"] or None, url=r["url"],
        correction=r.get("correction"), places=((0, r["place"]),) if r.get("place") else (),
    )  # fmt: skip
    return Citation(r["n"], article, r["quote"], r["start"], r["end"])
