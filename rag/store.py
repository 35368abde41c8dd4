"""Articles, chunks and vectors: SQLite (FTS5) for text, words and the manifest, Chroma for vectors.

SQLite is the truth and its commit is the moment an article is stored. Vectors are written before it and
old ones deleted after it, so a crash leaves at most vectors that no chunk names; the ``journal`` table names them, and
the next writer sweeps them away. A search drops any vector without a chunk, so a reader never sees them.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag import sql
from rag.errors import IndexDamaged, IndexMismatch, StoreError
from rag.folder import FILE, VECTORS, locked, os_line, place
from rag.types import Article, CheckResult, Chunk, Filters, Vectors
from rag.vectors import ChromaVectors, Metadata, first_line

ORPHANS = "select chunk_id from journal where chunk_id not in (select id from chunks)"
PASSING = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY,
}  # fmt: skip
"""Codes of SQLite that say nothing about the file's content."""
WORDS = "select rowid from words"
_START_AGAIN = "put it back from a copy, or delete {} and add the articles again"


class _Held:
    """A thread's connection. It ends with its thread; by itself it would wait for the garbage collector."""

    def __init__(self, connection: sqlite3.Connection, inode: int):
        self.connection = connection
        self.inode = inode  # of the file when it was opened

    def __del__(self) -> None:
        self.connection.close()


class SqliteChromaStore:
    """One index folder. Open it with :func:`open_store`; reading needs no lock, writing does (:meth:`writing`)."""

    def __init__(self, folder: Path, expected: Mapping[str, str]):
        self.folder = folder
        self._file = folder / FILE
        self._expected = dict(expected)
        self._local = threading.local()
        self._open: weakref.WeakSet[_Held] = weakref.WeakSet()
        self._all_vectors = ChromaVectors(folder / VECTORS)
        self._writing = False

    # -- connections ---------------------------------------------------------------------------------------------

    @property
    def _db(self) -> sqlite3.Connection:
        """This thread's connection; a new one after another process has put another index in this one's place."""
        held: _Held | None = getattr(self._local, "held", None)
        try:
            inode = self._file.stat().st_ino
        except OSError as error:
            raise StoreError(f"the index {self.folder} cannot be read: {error.strerror or error}") from None
        if held is None or held.inode != inode:
            with _told(self.folder):
                held = _Held(sql.connect(self._file), inode)
                manifest = dict(held.connection.execute("select key, value from manifest"))
            _agree(self.folder, manifest, self._expected)
            self._local.held = held
            self._open.add(held)
        return held.connection

    def close(self) -> None:
        """Lets go of all files, whichever thread opened them; what is used afterwards is opened anew."""
        self._all_vectors.close()
        for held in list(self._open):
            held.connection.close()
        self._open = weakref.WeakSet()
        self._local = threading.local()

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with _told(self.folder):
            return self._db.execute(statement, values).fetchall()

    def _get(self, key: str) -> str | None:
        rows = self._rows("select value from manifest where key = ?", (key,))
        return rows[0][0] if rows else None

    # -- vectors -------------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        """Turns the vectors to the last commit. Raises ``IndexDamaged`` where some are gone.

        Vectors are written before the commit that names them and deleted after it, so within one revision there
        are never fewer of them than chunks: fewer have been lost.
        """
        if self._writing:
            return  # this process alone changes them, so it sees them as they are
        revision = self._get("revision")
        if not self._all_vectors.at(revision):
            return
        [(chunks, oldest)] = self._rows("select count(*), (select id from chunks order by number limit 1) from chunks")
        if not chunks:
            return
        vectors = self._all_vectors.count()
        whole = vectors >= chunks and self._all_vectors.readable(oldest)
        if not whole and self._get("revision") == revision:
            self._all_vectors.at(None)  # so that the next question looks again
            raise IndexDamaged(
                f"index damaged: {vectors if vectors < chunks else 'unreadable'} vectors for {chunks} chunks "
                f"in {self.folder}; mend it with: rag check --repair --index {self.folder}"
            )

    # -- writing -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, *, mending: bool = False) -> Iterator[None]:
        """Holds the index's one writer's lock. Raises ``IndexLocked`` naming who holds it.

        With ``mending`` damaged vectors do not matter, for they are to be mended.
        """
        with locked(self.folder):
            try:
                if not mending:
                    self._turn()
                self._all_vectors.at(self._get("revision"))
                self._writing = True
                if not mending:
                    self._sweep()
                with _told(self.folder):
                    yield
            finally:
                self._writing = False

    def put(self, batch: Sequence[tuple[Article, Sequence[Chunk], str, str]], vectors: Vectors) -> None:
        """Stores articles with their chunks, replacing what had the same id; when it returns they are safe.

        ``batch`` is (article, chunks, digest of the article, digest of its body); ``vectors`` has a row a chunk,
        in the same order. Only inside :meth:`writing`.
        """
        db = self._db
        new = [(article, chunk) for article, chunks, _, _ in batch for chunk in chunks]
        ids = [article.id for article, _, _, _ in batch]
        with db:
            db.executemany("insert or replace into journal values (?, ?)", [(a.id, chunk.id) for a, chunk in new])
        self._all_vectors.upsert([chunk.id for _, chunk in new], vectors, [_metadata(article) for article, _ in new])
        keep = {chunk.id for _, chunk in new}
        with db:
            old = [c for c in self._chunk_ids(ids) if c not in keep]
            self._forget(ids)
            now = int(time.time())
            for article, chunks, digest, body_digest in batch:
                sql.insert_article(db, article, digest, body_digest, now)
                for chunk in chunks:
                    sql.insert_chunk(db, article, chunk)
            db.executemany("delete from journal where chunk_id = ?", [(c,) for c in keep])
            db.executemany("insert or replace into journal values (?, ?)", [(c.rsplit(":", 2)[0], c) for c in old])
            revision = self._bump()
        self._all_vectors.mark(revision)
        self._sweep()

    def remove(self, ids: Sequence[str]) -> int:
        """Deletes articles everywhere; returns how many there were. Only inside :meth:`writing`."""
        db = self._db
        with db:
            chunk_ids = self._chunk_ids(ids)
            db.executemany(
                "insert or replace into journal values (?, ?)", [(c.rsplit(":", 2)[0], c) for c in chunk_ids]
            )
            count = self._forget(ids)
            revision = self._bump()
        self._all_vectors.mark(revision)
        self._sweep()
        return count

    def supersede(self, article_id: str, digest: str) -> None:
        """Remembers that a version has given way to a later one of the same run. Only inside :meth:`writing`."""
        with self._db as db:
            db.execute("insert or ignore into superseded values (?, ?)", (article_id, digest))

    def _chunk_ids(self, articles: Sequence[str]) -> list[str]:
        return [row[0] for row in sql.each(self._rows, "select id from chunks where article_id in ({})", articles)]

    def _forget(self, ids: Sequence[str]) -> int:
        db = self._db
        numbers = [row[0] for row in sql.each(self._rows, "select number from chunks where article_id in ({})", ids)]
        db.executemany("delete from words where rowid = ?", [(n,) for n in numbers])
        db.executemany("delete from chunks where number = ?", [(n,) for n in numbers])
        return sum(db.execute("delete from articles where id = ?", (i,)).rowcount for i in ids)

    def _bump(self) -> str:
        """Tells readers in other processes that vectors have changed."""
        revision = _new_revision()
        self._db.execute("insert or replace into manifest values ('revision', ?)", (revision,))
        return revision

    def _sweep(self) -> None:
        """Deletes vectors that the journal names and no chunk does: left by a crash, an update or a removal."""
        self._all_vectors.delete([row[0] for row in self._rows(f"select chunk_id from ({ORPHANS})")])
        with self._db as db:
            db.execute("delete from journal")

    # -- what is already there -----------------------------------------------------------------------------------

    def digest(self, article_id: str) -> str | None:
        """The digest that an article was stored with."""
        rows = self._rows("select digest from articles where id = ?", (article_id,))
        return rows[0][0] if rows else None

    def of_url(self, url: str) -> str | None:
        """The id of the article with exactly this URL."""
        rows = self._rows("select id from articles where url = ? order by added_at, id limit 1", (url,))
        return rows[0][0] if rows else None

    def superseded(self, article_id: str, digest: str) -> bool:
        """Whether an article had this digest until a later version, read in the same run, replaced it."""
        return bool(self._rows("select 1 from superseded where article_id = ? and digest = ?", (article_id, digest)))

    def same_body(self, body_digest: str) -> list[Article]:
        return self._select("where body_digest = ? order by added_at, id", (body_digest,))

    def of_origin(self, file: str, title: str, published: str | None) -> list[Article]:
        """The articles read from a file, or from a record in it, that have this headline or this time."""
        return self._select(
            "where (origin = ?1 or origin > ?1 || '#' and origin < ?1 || '$') "  # '$' comes after '#'
            "and (title = ?2 or published = ?3) order by added_at, id",
            (file, title, published),
        )

    # -- searching -----------------------------------------------------------------------------------------------

    def dense(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        self._turn()
        if not self._rows("select 1 from chunks limit 1"):
            return []
        found = self._nearest(vector, k, filters)
        known = {
            row[0] for row in sql.each(self._rows, "select id from chunks where id in ({})", [i for i, _ in found])
        }
        return [(i, score) for i, score in found if i in known]

    def _nearest(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        """The nearest vectors of articles that pass. What ``without`` names is left out here, from ever longer lists:
        a condition with thousands of ids is slow in Chroma, and has a limit.
        """
        where, ask = sql.where(filters), k
        while True:
            found = self._all_vectors.query(vector, ask, where)
            left = [(i, score) for i, score in found if i.rsplit(":", 2)[0] not in filters.without]
            if len(left) >= k or len(found) < ask:
                return left[:k]
            ask *= 4

    def lexical(self, query: str, k: int, filters: Filters) -> list[tuple[str, float]]:
        match = sql.match(query)
        if not match:
            return []
        clauses, values = sql.conditions(filters)
        rows = self._rows(
            "select chunks.id, bm25(words, 2.0, 1.0) as rank from words join chunks on chunks.number = words.rowid "
            "join articles on articles.id = chunks.article_id where words match ?"
            + "".join(f" and {c}" for c in clauses)
            + " order by rank limit ?",
            (match, *values, k),
        )
        return [(row[0], -float(row[1])) for row in rows]

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        rows = list(
            sql.each(self._rows, "select id, article_id, start, stop, prefix from chunks where id in ({})", ids)
        )
        # Cut here, not by SQLite, whose substr() ends at a NUL character.
        bodies = dict(
            sql.each(self._rows, "select id, body from articles where id in ({})", list({row[1] for row in rows}))
        )
        found: dict[str, Chunk] = {}
        for chunk_id, article_id, start, stop, before in rows:
            if article_id in bodies:  # else removed between the two statements
                text = bodies[article_id][start:stop]
                found[chunk_id] = Chunk(chunk_id, article_id, start, stop, text, before + text)
        return found

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        found: dict[str, Article] = {}
        for part in sql.parts(ids):
            marks = ",".join("?" * len(part))
            found |= {a.id: a for a in self._select(f"where id in ({marks})", part)}
        return found

    # -- listing -------------------------------------------------------------------------------------------------

    def all(self, filters: Filters | None = None, *, bodies: bool = False) -> list[Article]:
        """All articles that pass, newest first; without bodies unless asked."""
        clauses, values = sql.conditions(filters or Filters())
        where = "where " + " and ".join(clauses) if clauses else ""
        return self._select(f"{where} order by published_at is null, published_at desc, id", values, bodies=bodies)

    def sources(self) -> list[tuple[str, int]]:
        """(outlet, articles), most first."""
        return self._rows("select coalesce(source, ''), count(*) as n from articles group by 1 order by n desc, 1")

    def count(self) -> int:
        return int(self._rows("select count(*) from articles")[0][0])

    def count_chunks(self) -> int:
        return int(self._rows("select count(*) from chunks")[0][0])

    def _select(self, where: str, values: Sequence[Any], *, bodies: bool = True) -> list[Article]:
        columns = sql.ARTICLE_COLUMNS if bodies else sql.ARTICLE_COLUMNS.replace("body", "''", 1)
        return [sql.article(row) for row in self._rows(f"select {columns} from articles {where}", tuple(values))]

    # -- checking ------------------------------------------------------------------------------------------------

    def check(self) -> CheckResult:
        """Compares text, words and vectors with each other; one line for each thing that is wrong.

        Vectors that the journal names are no fault: a writer that was killed left them, and the next one sweeps.
        """
        found = [row[0] for row in self._rows("pragma integrity_check(20)")]
        problems = [f"text: {line.splitlines()[0]}" for line in found if line != "ok"]
        for what, query in (
            ("articles without a chunk", "select id from articles where id not in (select article_id from chunks)"),
            ("words: chunks without an entry", f"select number from chunks where number not in ({WORDS})"),
            ("words: entries without a chunk", f"{WORDS} where rowid not in (select number from chunks)"),
        ):
            if count := len(self._rows(query)):
                problems.append(f"{what}: {count}")
        if (line := self._broken_words()) is not None:
            problems.append(f"words: the search index is broken ({line})")
        # The order matters beside a writer: it adds vectors before chunks and deletes them after.
        self._all_vectors.at(None)
        swept = {row[0] for row in self._rows("select chunk_id from journal")}
        chunk_ids = {row[0] for row in self._rows("select id from chunks")}
        stored: set[str] = set()
        bad: list[str] = []
        try:
            if chunk_ids or self._all_vectors.folder.exists():
                stored, bad = self._all_vectors.everything(int(self._expected["dimension"]))
        except Exception as error:  # whatever Chroma raises on broken files, it is a finding here
            problems.append(f"vectors: cannot be read: {first_line(error)}")
        missing, extra = sorted(chunk_ids - stored), sorted(stored - chunk_ids - swept)
        for name, ids in (("missing", missing), ("extra", extra), ("of the wrong dimension", bad)):
            if ids:
                problems.append(f"vectors: {len(ids)} {name}, the first is {ids[0]}")
        return CheckResult(tuple(problems), self.count(), len(chunk_ids), len(stored))

    def _broken_words(self) -> str | None:
        """What FTS5 finds wrong with its own index, if anything."""
        try:
            with self._db as db:
                db.execute("insert into words (words) values ('integrity-check')")
        except sqlite3.OperationalError:  # a writer is at it, or the folder is read-only: it cannot be told
            return None
        except sqlite3.DatabaseError as error:
            return str(error)
        return None

    def mend_words(self) -> None:
        """Makes the word index anew from the stored text. Only inside :meth:`writing`."""
        with self._db as db:
            db.execute("begin immediate")
            db.execute("drop table words")
            db.execute(sql.WORDS)
            for (article_id,) in self._rows("select id from articles"):
                [article] = self._select("where id = ?", (article_id,))
                for number, start, stop in self._rows(
                    "select number, start, stop from chunks where article_id = ?", (article_id,)
                ):
                    sql.insert_words(db, number, article.title, article.body[start:stop])

    def unsound(self) -> tuple[list[str], list[str]]:
        """For a repair: the chunks whose vector must be made again, and the vectors that no chunk names."""
        known = [row[0] for row in self._rows("select id from chunks order by number")]
        try:
            stored, bad = self._all_vectors.everything(int(self._expected["dimension"]))
        except Exception:  # broken files of any kind: made anew, the text has all that is needed
            self._all_vectors.drop()
            stored, bad = set(), []
        wrong = set(bad)
        return [i for i in known if i not in stored or i in wrong], sorted(stored - set(known))

    def mend(self, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Writes vectors for chunks that are stored. Only inside :meth:`writing`."""
        articles = self.articles(list({c.article_id for c in chunks}))
        self._all_vectors.upsert([c.id for c in chunks], vectors, [_metadata(articles[c.article_id]) for c in chunks])

    def mended(self, extra: Sequence[str]) -> None:
        """Ends a repair: deletes vectors that no chunk names, and tells readers. Only inside :meth:`writing`."""
        self._all_vectors.delete(extra)
        self._sweep()
        with self._db:
            revision = self._bump()
        self._all_vectors.mark(revision)


def open_store(folder: Path, expected: Mapping[str, str], *, create: bool) -> SqliteChromaStore:
    """Opens an index folder, or makes a new one where there is none and ``create`` is set.

    ``expected`` is what the manifest must say: embedder, digest, dimension, chunking. Raises ``IndexMismatch``
    where it says otherwise, ``StoreError`` where there is no index, ``IndexDamaged`` where it cannot be read.
    """
    folder = place(folder)
    wanted = {"schema": str(sql.SCHEMA), **expected}
    if not (folder / FILE).exists():
        if (folder / VECTORS).exists():
            raise IndexDamaged(f"index damaged: {folder / FILE} is missing; {_START_AGAIN.format(folder)}")
        if not create:
            raise StoreError(f"no index at {folder}; make one with: rag add FOLDER --index {folder}")
        _create(folder, wanted)
    store = SqliteChromaStore(folder, wanted)
    store.count()  # so that what cannot be used is told here
    return store


def stored_articles(folder: Path) -> list[Article]:
    """All articles of an index, whatever embedder it was made with; for rebuilding it. Raises ``IndexDamaged``."""
    store = SqliteChromaStore(folder, {})
    try:
        return store.all(bodies=True)
    finally:
        store.close()


def _create(folder: Path, manifest: Mapping[str, str]) -> None:
    """Makes a new index under another name and moves it into place, so that half an index is never seen."""
    temporary = folder / f"{FILE}.new"
    created = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder, wait=10):
            for left in folder.glob(f"{temporary.name}*"):
                left.unlink()
            if not (folder / FILE).exists():
                sql.create(temporary, {**manifest, "created": created, "revision": _new_revision()})
                temporary.replace(folder / FILE)
    except OSError as error:
        raise StoreError(os_line(folder, error)) from None
    except sqlite3.Error as error:
        raise StoreError(f"cannot write the index {folder}: {error}; free space or check permissions") from None


def _agree(folder: Path, found: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Raises ``IndexMismatch`` where the manifest of an index is not what this program needs."""
    if not wanted:
        return
    if found.get("digest") == wanted["digest"]:
        found = {**found, "embedder": wanted["embedder"]}  # one model under two names

    def say(key: str, of: Mapping[str, str]) -> str:
        if key == "digest":
            return f"embedder {of.get('embedder')} (weights {of.get('digest', 'unknown')[:12]})"
        return f"{key} {of.get(key, 'unknown')}"

    for key in ("schema", "digest", "chunking"):
        if found.get(key) != wanted[key]:
            raise IndexMismatch(
                f"the index {folder} was made with {say(key, found)}, this program uses {say(key, wanted)}; "
                f"choose the same one again, or make the index anew: rag rebuild --index {folder}"
            )


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turns SQLite's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF in PASSING:
            line = f"the index {folder} cannot be used: {error}; free space, and see that the folder may be written"
            raise StoreError(line) from error
        raise IndexDamaged(f"index damaged: {folder / FILE}: {error}; {_START_AGAIN.format(folder)}") from error


def _new_revision() -> str:
    return f"{time.time_ns()}-{os.getpid()}"


def _metadata(article: Article) -> Metadata:
    published = sql.printed_seconds(article.published)
    known = {"article": article.id, "source": article.source, "published": published}
    return {key: value for key, value in known.items() if value is not None}
