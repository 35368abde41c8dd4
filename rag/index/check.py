"""Whether text, words and vectors of an index agree, and the repair of what does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.errors import IndexDamaged
from rag.index import schema
from rag.index.chroma.collection import VectorCollection
from rag.index.chroma.vectors import Truncated, first_line
from rag.index.connection import Connections
from rag.index.past.checking import mend_past_words, past_faults
from rag.index.schema import Database, Rows, Writable
from rag.protocols import Digest
from rag.types import ALTERED, CheckResult

WORD_ROWS = "select rowid from words"
NUMBERED = "select number from chunks union all select number from past_chunks"
STORED = (
    "select chunks.id, coalesce(vector, x'') from chunks left join vectors on vectors.chunk = chunks.number "
    "where chunks.id in ({})"
)
"""The vectors that are stored with the text, an empty one where there is none."""
MISPLACED = (
    "typeof(start) != 'integer' or typeof(stop) != 'integer' or start < 0 or stop <= start "
    "or substr(id, 1, length(article_id) + 1) != article_id || ':'"
)
"""Chunks that a failing disk has changed: an id is its article's, then ':'."""
PAST_END = "c.stop > length(a.body) and instr(a.body, char(0)) = 0"
MAX_ROUNDING = 1e-4  # cosine distance; the most that a vector may be off by rounding
WIDE_SEARCH = 1_000  # neighbours to ask for where one is not found: the more, the more of the graph is seen
UNREACHED = 0.04  # of the vectors, that no search reaches in a whole graph: up to 1.7% of 6,000 texts of 37 kinds
SAMPLED = (20, 200, 2_000)  # vectors that are looked for; the next larger sample only if too many of one are missed


def folder_faults(connections: Connections, vectors: VectorCollection, dimension: int, digest: Digest) -> CheckResult:
    """One line for each fault of an index in a folder."""
    own = [*_pages(connections.rows), *_full_text(connections.db)]
    return find_faults(connections.rows, vectors, dimension, digest, own, (MISPLACED, PAST_END))


def find_faults(
    rows: Rows, vectors: VectorCollection, dimension: int, digest: Digest, own: Sequence[str], wrong: tuple[str, str]
) -> CheckResult:
    """One line for each fault: ``own`` are those of the database itself, ``wrong`` the conditions on chunks that are
    out of place, and on those past the end of their article's text.

    Vectors that the journal names are no fault: a writer that was killed left them, and the next one sweeps.
    """
    [(articles,)] = rows("select count(*) from articles", ())
    problems = [*own, *(f"text: {line}" for line in _text(rows, digest, *wrong)), *_words(rows)]
    problems += past_faults(rows, digest, dimension)
    # The order matters beside a writer: it adds vectors before chunks and deletes them after.
    vectors.at(None)
    swept = {row[0] for row in rows("select chunk_id from journal", ())}
    chunks = {row[0] for row in rows("select id, prefix from chunks", ())}  # the prefix too: each column must be text
    found = ComparedVectors()
    try:
        if chunks or vectors.there:
            found = compared_vectors(rows, vectors, dimension)
            problems += [f"vectors: {line}" for line in _unfound(vectors, chunks & found.whole)]
    except Exception as error:  # whatever Chroma raises on broken files, it is a finding here
        vectors.only_damage(error)
        lines = error.problems if isinstance(error, Truncated) else [f"cannot be read: {first_line(error)}"]
        problems += [f"vectors: {line}" for line in lines]
    stored = found.whole | found.damaged | found.odd | found.extra
    for what, ids in (
        ("missing", chunks - stored),
        ("extra", found.extra - chunks - swept),
        ("of the wrong dimension", found.odd & chunks),
        ("damaged", found.damaged & chunks),
    ):
        problems += [f"vectors: {line}" for line in _some(what, sorted(ids, key=str))]
    return CheckResult(tuple(problems), articles, len(chunks), len(stored))


@dataclass(frozen=True, slots=True)
class ComparedVectors:
    """The ids of the vectors that Chroma holds, by how they compare with those that are stored with the text."""

    whole: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    odd: set[str] = field(default_factory=set)  # of another dimension
    extra: set[str] = field(default_factory=set)  # that no chunk names


def compared_vectors(rows: Rows, vectors: VectorCollection, dimension: int) -> ComparedVectors:
    vectors.reopen()
    out = ComparedVectors()
    for ids, batch in vectors.batches():
        stored = dict(schema.each(rows, STORED, ids))
        for name, vector in zip(ids, batch, strict=True):
            if name not in stored:
                kind = out.extra
            elif len(vector) != dimension:
                kind = out.odd
            else:
                kind = out.whole if _same(vector, stored[name]) else out.damaged
            kind.add(name)
    return out


def _same(vector: Any, blob: bytes) -> bool:
    """Whether a vector points where the stored one does; Chroma scales it once more and gives back other last bits."""
    import numpy as np

    if len(blob) != 4 * len(vector):
        return False
    one, other = np.asarray(vector, dtype=np.float64), np.frombuffer(blob, dtype="<f4").astype(np.float64)
    return bool(one @ other >= (1 - MAX_ROUNDING) * np.linalg.norm(one) * np.linalg.norm(other) > 0)


def _some(what: str, ids: Sequence[Any]) -> list[str]:
    return [f"{len(ids)} {what}, the first is {ids[0]}"] if ids else []


def _pages(rows: Rows) -> Iterator[str]:
    return (f"text: {str(row[0]).splitlines()[0]}" for row in rows("pragma integrity_check(20)", ()) if row[0] != "ok")


def _text(rows: Rows, digest: Digest, misplaced: str, past_end: str) -> Iterator[str]:
    for what, query in (
        ("articles without a chunk", "select id from articles where id not in (select article_id from chunks)"),
        ("chunks without an article", "select id from chunks where article_id not in (select id from articles)"),
        ("chunks past the end of their article's text",
         f"select c.id from chunks c join articles a on a.id = c.article_id where {past_end}"),
        ("chunks out of place", f"select id from chunks where {misplaced}"),
        ("copies of a story whose first print is gone",
         "select id from articles where story not in (select id from articles)"),
    ):  # fmt: skip
        yield from _some(what, [row[0] for row in rows(query, ())])
    changed, unreadable = altered(rows, digest)
    yield from _some(f"articles {ALTERED}", changed)
    yield from _some("articles that cannot be read", unreadable)


def altered(rows: Rows, digest: Digest) -> tuple[list[str], list[str]]:
    """Ids of the articles without the digest that they were stored with (SQLite itself does not see such changes), and
    of those that are none any more."""
    changed: list[str] = []
    unreadable: list[str] = []
    for number in rows("select number from articles order by number", ()):  # one by one: texts may fill the memory
        for known, *row in rows(f"select digest, {schema.STORED_COLUMNS} from articles where number = ?", number):
            try:
                if digest(schema.article(row)) != known:
                    changed.append(row[0])
            except IndexDamaged:
                unreadable.append(str(row[0]))
    return changed, unreadable


def _words(rows: Rows) -> Iterator[str]:
    for what, query in (
        ("chunks without an entry", f"select number from ({NUMBERED}) as numbered where number not in ({WORD_ROWS})"),
        ("entries without a chunk", f"{WORD_ROWS} where rowid not in ({NUMBERED})"),
    ):
        if count := len(rows(query, ())):
            yield f"words: {what}: {count}"


def _full_text(db: sqlite3.Connection) -> Iterator[str]:
    try:
        with db:
            db.execute("insert into words (words) values ('integrity-check')")
    except sqlite3.DatabaseError as error:
        if schema.code(error) in schema.PASSING:  # a writer is at it, or the folder is read-only: unknown
            return
        yield f"words: the search index is broken ({error})"


def is_vector(blob: bytes, dimension: int) -> bool:
    """Whether the bytes are a vector of length 1, as all embedders give."""
    import numpy as np

    found = np.frombuffer(blob, dtype="<f4") if len(blob) == 4 * dimension else np.zeros(0)
    return bool(len(found) and abs(np.linalg.norm(found.astype(np.float64)) - 1) < MAX_ROUNDING)


def _unfound(vectors: VectorCollection, known: Collection[str]) -> Iterator[str]:
    """Vectors can be whole in their table while the graph that is searched has lost them: looks for a few.

    A whole graph finds nearly all, not all: among many texts that are nearly alike it misses some, and a few no
    search can reach. A rebuilt one would be no better. So the missed ones are searched for more widely, and then among
    more of them, before it counts as damage.
    """
    names = sorted(known)
    for count in SAMPLED:
        ids = names[:: max(len(names) // count, 1)]
        lost = _missed(vectors, _missed(vectors, ids, 1), WIDE_SEARCH)
        if len(lost) <= UNREACHED * len(ids):
            return
    yield f"the search does not find {len(lost)} of {len(ids)} that were sampled, the first is {lost[0]}"


def _missed(vectors: VectorCollection, ids: Sequence[str], k: int) -> list[str]:
    """Those whose own place a search for ``k`` vectors does not reach."""
    if not ids:
        return []
    return [i for i, distance in vectors.found(ids, k).items() if distance is None or distance > MAX_ROUNDING]


def faults(rows: Rows, vectors: VectorCollection, dimension: int) -> tuple[list[str], list[str]]:
    """For a repair: the chunks whose vector must be written again, and the vectors that no chunk names.

    If the vectors cannot be read or searched, all of them are dropped: the text has all that is needed. Raises
    ``StoreError`` if it is the machine that fails.
    """
    chunks = [row[0] for row in rows("select id from chunks order by number", ())]
    try:
        found = compared_vectors(rows, vectors, dimension)
        whole = not list(_unfound(vectors, found.whole))
    except Exception as error:  # broken files of any kind
        vectors.only_damage(error)
        whole = False
    if not whole:
        vectors.drop()
        found = ComparedVectors()
    return [i for i in chunks if i not in found.whole], sorted(found.extra)


def mend_text(db: sqlite3.Connection) -> None:
    """Rebuilds SQLite's own indexes and deletes what belongs to articles that are gone. Only by the one writer.

    Raises ``IndexDamaged`` if articles that an index of SQLite's knows cannot be seen: they would be lost here.
    """
    known = {row[0] for row in db.execute("select id from articles indexed by sqlite_autoindex_articles_1")}
    gone = known - {row[0] for row in db.execute("select id from articles not indexed")}
    if gone:
        raise IndexDamaged(f"index damaged: {len(gone)} articles are gone, the first is {min(gone)}; {schema.SALVAGE}")
    with db:
        db.execute("reindex")
        mend_rows(db, MISPLACED)


def mend_rows(db: Writable, misplaced: str) -> None:
    """Deletes what belongs to articles that are gone, and chunks that are out of place; inside a transaction."""
    # An article that has lost one chunk is cut again as a whole: the rest does not show where the others were.
    for name, article_id in db.execute(f"select id, article_id from chunks where {misplaced}").fetchall():
        db.execute(
            "delete from chunks where id = ? or article_id in (?, ?)",
            (name, article_id, str(name).rsplit(":", 2)[0]),
        )
    db.execute("delete from chunks where article_id not in (select id from articles)")
    db.execute(f"delete from vectors where chunk not in ({NUMBERED})")
    db.execute("delete from bands where article not in (select number from articles)")
    db.execute("update articles set copy_of = null, share = null where copy_of not in (select id from articles)")
    db.execute(
        "update articles set story = (select id from articles other where other.story = articles.story "
        "order by number limit 1) where story not in (select id from articles)"
    )


def mend_words(database: Database) -> None:
    """Rebuilds the word index from the stored text. Only by the one writer."""
    with database.db:
        database.words.clear()
        _write_words(database)


def _write_words(database: Database) -> None:
    chunks = "select number, start, stop from chunks where article_id = ?"
    for (article_id,) in database.rows("select id from articles order by number"):  # texts may fill the memory
        [(title, body)] = database.rows("select title, body from articles where id = ?", (article_id,))
        if not (isinstance(title, str) and isinstance(body, str)):
            raise IndexDamaged(
                f"index damaged: the article {article_id!r} has a field that is not text; {schema.SALVAGE}"
            )
        places = database.rows(chunks, (article_id,))
        database.words.insert([(number, title, body[start:stop]) for number, start, stop in places])
    mend_past_words(database)
