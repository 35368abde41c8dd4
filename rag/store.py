"""Articles, chunks and vectors: SQLite (FTS5) for text, words and the manifest, Chroma for vectors.

SQLite is the truth and its commit is the moment an article is stored. Vectors are written before it and
old ones deleted after it, so a crash leaves at most vectors that no chunk names; the ``journal`` table names them, and
the next writer sweeps them away. A search drops any vector without a chunk, so a reader never sees them.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag import sql
from rag.errors import IndexDamaged, IndexLocked, IndexMismatch, StoreError
from rag.types import Article, CheckResult, Chunk, Filters, Vectors, epoch_seconds
from rag.vectors import ChromaVectors, Metadata, first_line


class SqliteChromaStore:
    """One index folder. Open it with :func:`open_store`; reading needs no lock, writing does (:meth:`writing`)."""

    def __init__(self, folder: Path, manifest: Mapping[str, str]):
        self.folder = folder
        self.manifest = dict(manifest)
        self._local = threading.local()
        self._all_vectors = ChromaVectors(folder / "vectors")
        self._writing = False

    # -- connections ---------------------------------------------------------------------------------------------

    @property
    def _db(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = sql.connect(self.folder / "news.sqlite")
        return connection

    @property
    def _vectors(self) -> ChromaVectors:
        """The vectors as this process wrote them, or as the last commit of another process left them."""
        return self._all_vectors if self._writing else self._all_vectors.at(self._get("revision"))

    def close(self) -> None:
        self._all_vectors.close()
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def _get(self, key: str) -> str | None:
        row = self._db.execute("select value from manifest where key = ?", (key,)).fetchone()
        return row[0] if row else None

    # -- writing -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the index's one writer's lock. Raises ``IndexLocked`` naming who holds it."""
        from filelock import FileLock, Timeout

        lock, holder = FileLock(self.folder / "write.lock"), self.folder / "writer.json"
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise IndexLocked(_held(self.folder, holder)) from None
        except OSError as error:
            raise StoreError(_os_line(self.folder, error)) from None
        try:
            holder.write_text(
                json.dumps({"pid": os.getpid(), "command": " ".join(sys.argv)[:200], "since": int(time.time())})
            )
            self._all_vectors.at(self._get("revision"))
            self._writing = True
            self._sweep()
            yield
        except OSError as error:
            raise StoreError(_os_line(self.folder, error)) from error
        except sqlite3.OperationalError as error:
            raise StoreError(f"cannot write the index {self.folder}: {error}; nothing stored was lost") from error
        finally:
            self._writing = False
            with suppress(OSError):
                holder.unlink(missing_ok=True)
            lock.release()

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
        self._vectors.upsert([chunk.id for _, chunk in new], vectors, [_metadata(article) for article, _ in new])
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
            self._bump()
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
            self._bump()
        self._sweep()
        return count

    def _chunk_ids(self, articles: Sequence[str]) -> list[str]:
        rows = sql.each(self._db, "select id from chunks where article_id in ({})", articles)
        return [row[0] for row in rows]

    def _forget(self, ids: Sequence[str]) -> int:
        db = self._db
        numbers = [row[0] for row in sql.each(db, "select number from chunks where article_id in ({})", ids)]
        db.executemany("delete from words where rowid = ?", [(n,) for n in numbers])
        db.executemany("delete from chunks where number = ?", [(n,) for n in numbers])
        return sum(db.execute("delete from articles where id = ?", (i,)).rowcount for i in ids)

    def _bump(self) -> None:
        """Tells readers in other processes that vectors have changed."""
        revision = f"{time.time_ns()}-{os.getpid()}"
        self._db.execute("insert or replace into manifest values ('revision', ?)", (revision,))
        self._all_vectors.mark(revision)

    def _sweep(self) -> None:
        """Deletes vectors that the journal names and no chunk does: left by a crash, an update or a removal."""
        rows = self._db.execute("select chunk_id from journal where chunk_id not in (select id from chunks)").fetchall()
        self._vectors.delete([row[0] for row in rows])
        with self._db:
            self._db.execute("delete from journal")

    # -- what is already there -----------------------------------------------------------------------------------

    def digest(self, article_id: str) -> str | None:
        """The digest that an article was stored with."""
        row = self._db.execute("select digest from articles where id = ?", (article_id,)).fetchone()
        return row[0] if row else None

    def same_body(self, body_digest: str) -> list[Article]:
        return self._select("where body_digest = ? order by added_at, id", (body_digest,))

    def of_origin(self, origin: str, title: str, published: str | None) -> list[Article]:
        """The articles that were read from one file and have this headline or this time of publication."""
        return self._select(
            # ':' sorts after the digits of '#line 12'
            "where (origin = ?1 or origin >= ?1 || '#line ' and origin < ?1 || '#line:') "
            "and (title = ?2 or published = ?3) order by added_at, id",
            (origin, title, published),
        )

    # -- searching -----------------------------------------------------------------------------------------------

    def dense(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        found = self._vectors.query(vector, k, sql.where(filters))
        known = {row[0] for row in sql.each(self._db, "select id from chunks where id in ({})", [i for i, _ in found])}
        return [(i, score) for i, score in found if i in known]

    def lexical(self, query: str, k: int, filters: Filters) -> list[tuple[str, float]]:
        match = sql.match(query)
        if not match:
            return []
        clauses, values = sql.conditions(filters)
        rows = self._db.execute(
            "select chunks.id, bm25(words, 2.0, 1.0) as rank from words join chunks on chunks.number = words.rowid "
            "join articles on articles.id = chunks.article_id where words match ?"
            + "".join(f" and {c}" for c in clauses)
            + " order by rank limit ?",
            (match, *values, k),
        ).fetchall()
        return [(row[0], -float(row[1])) for row in rows]

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        rows = sql.each(
            self._db,
            "select chunks.id, article_id, start, stop, prefix, substr(body, start + 1, stop - start) from chunks "
            "join articles on articles.id = article_id where chunks.id in ({})",
            ids,
        )
        return {row[0]: Chunk(row[0], row[1], row[2], row[3], row[5], row[4] + row[5]) for row in rows}

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
        return self._db.execute(
            "select coalesce(source, ''), count(*) as n from articles group by 1 order by n desc, 1"
        ).fetchall()

    def count(self) -> int:
        return int(self._db.execute("select count(*) from articles").fetchone()[0])

    def _select(self, where: str, values: Sequence[Any], *, bodies: bool = True) -> list[Article]:
        columns = sql.ARTICLE_COLUMNS if bodies else sql.ARTICLE_COLUMNS.replace("body", "''", 1)
        return [sql.article(row) for row in self._db.execute(f"select {columns} from articles {where}", tuple(values))]

    # -- checking ------------------------------------------------------------------------------------------------

    def check(self) -> CheckResult:
        """Compares text, words and vectors with each other; one line for each thing that is wrong."""
        db = self._db
        problems = [f"text: {row[0]}" for row in db.execute("pragma integrity_check(20)").fetchall() if row[0] != "ok"]
        chunk_ids = {row[0] for row in db.execute("select id from chunks")}
        words = int(db.execute("select count(*) from words").fetchone()[0])
        if words != len(chunk_ids):
            problems.append(f"words: {words} entries for {len(chunk_ids)} chunks")
        stored: set[str] = set()
        bad: list[str] = []
        try:
            stored, bad = self._vectors.everything(int(self.manifest["dimension"]))
        except Exception as error:  # whatever Chroma raises on broken files, it is a finding here
            problems.append(f"vectors: cannot be read: {first_line(error)}")
        missing, extra = sorted(chunk_ids - stored), sorted(stored - chunk_ids)
        for name, ids in (("missing", missing), ("extra", extra), ("of the wrong dimension", bad)):
            if ids:
                problems.append(f"vectors: {len(ids)} {name}, the first is {ids[0]}")
        return CheckResult(tuple(problems), self.count(), len(chunk_ids), len(stored))

    def unsound(self) -> tuple[list[Chunk], list[str]]:
        """For a repair: the chunks whose vector must be made again, and the vectors that no chunk names."""
        known = [row[0] for row in self._db.execute("select id from chunks")]
        try:
            stored, bad = self._vectors.everything(int(self.manifest["dimension"]))
        except Exception:  # broken files of any kind: made anew, the text has all that is needed
            self._all_vectors.drop()
            stored, bad = set(), []
        again = [i for i in known if i not in stored or i in set(bad)]
        by_id = self.chunks(again)
        return [by_id[i] for i in again], sorted(stored - set(known))

    def mend(self, chunks: Sequence[Chunk], vectors: Vectors, extra: Sequence[str] = ()) -> None:
        """Writes vectors for chunks that are stored, and deletes ``extra`` ones. Only inside :meth:`writing`."""
        articles = self.articles(list({c.article_id for c in chunks}))
        self._vectors.upsert([c.id for c in chunks], vectors, [_metadata(articles[c.article_id]) for c in chunks])
        self._vectors.delete(extra)
        with self._db:
            self._bump()


def open_store(folder: Path, expected: Mapping[str, str], *, create: bool) -> SqliteChromaStore:
    """Opens an index folder, or makes a new one where there is none and ``create`` is set.

    ``expected`` is what the manifest must say: embedder, digest, dimension, chunking. Raises ``IndexMismatch``
    where it says otherwise, ``StoreError`` where there is no index, ``IndexDamaged`` where it cannot be read.
    """
    folder = folder.expanduser()
    file = folder / "news.sqlite"
    wanted = {"schema": str(sql.SCHEMA), **expected}
    if not file.exists():
        if (folder / "vectors").exists():
            raise IndexDamaged(
                f"index damaged: {file} is missing; put it back from a copy, or delete {folder} and add the articles again"
            )
        if not create:
            raise StoreError(f"no index at {folder}; make one with: rag add FOLDER --index {folder}")
        _create(folder, file, wanted)
    try:
        db = sql.connect(file)
        found = dict(db.execute("select key, value from manifest").fetchall())
        db.close()
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(
            f"index damaged: {file}: {error}; put it back from a copy, or delete {folder} and add the articles again"
        ) from None
    for key, meaning in (
        ("schema", "schema"),
        ("embedder", "embedder"),
        ("digest", "embedder's weights"),
        ("chunking", "chunking"),
    ):
        have, want = found.get(key), wanted.get(key)
        if have != want:
            raise IndexMismatch(
                f"the index {folder} was made with {meaning} {_short(have)}, this program uses {_short(want)}; "
                f"choose the same one, or rebuild: rag rebuild --index {folder}"
            )
    return SqliteChromaStore(folder, found)


def stored_articles(folder: Path) -> list[Article]:
    """All articles of an index, whatever embedder it was made with; for rebuilding it. Raises ``IndexDamaged``."""
    store = SqliteChromaStore(folder, {})
    try:
        return store.all(bodies=True)
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(f"index damaged: {folder / 'news.sqlite'}: {error}") from None
    finally:
        store.close()


def _create(folder: Path, file: Path, manifest: Mapping[str, str]) -> None:
    """Makes a new index under another name and moves it into place, so that half an index is never seen."""
    temporary = folder / f"news.{os.getpid()}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        db = sqlite3.connect(temporary)
        with db:
            db.executescript(sql.TABLES)
            db.executemany(
                "insert into manifest values (?, ?)",
                [
                    *manifest.items(),
                    ("created", datetime.now(UTC).isoformat(timespec="seconds")),
                    ("revision", "0"),
                ],
            )
        db.close()
        if not file.exists():
            temporary.replace(file)
    except OSError as error:
        raise StoreError(_os_line(folder, error)) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _metadata(article: Article) -> Metadata:
    published = epoch_seconds(article.published)
    known = {"article": article.id, "source": article.source, "published": published}
    return {key: value for key, value in known.items() if value is not None}


def _held(folder: Path, holder: Path) -> str:
    try:
        who = json.loads(holder.read_text())
        since = datetime.fromtimestamp(who["since"]).strftime("%H:%M")
        by = f"process {who['pid']} ({who['command']}, since {since})"
    except (OSError, ValueError, KeyError):
        by = "another process"
    return f"the index {folder} is being written by {by}; wait until it is done, or stop it"


def _os_line(folder: Path, error: OSError) -> str:
    return f"cannot write the index {folder}: {error.strerror or error}; free space or check permissions"


def _short(value: str | None) -> str:
    return "(none)" if value is None else value if len(value) < 40 else value[:12]
