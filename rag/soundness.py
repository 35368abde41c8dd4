"""Whether text, words and vectors of an index agree, and what must be made again where they do not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping

from rag import sql
from rag.graph_files import damaged, truncated
from rag.shelf import Rows
from rag.types import CheckResult
from rag.vectors import ChromaVectors, Truncated, first_line

WORDS = "select rowid from words"
ALIKE = 1e-3  # the most that a vector's fingerprint, or its cosine distance to itself, may be off by rounding


def check(rows: Rows, db: sqlite3.Connection, vectors: ChromaVectors, dimension: int) -> CheckResult:
    """One line for each thing that is wrong.

    Vectors that the journal names are no fault: a writer that was killed left them, and the next one sweeps.
    """
    [(articles,)] = rows("select count(*) from articles", ())
    problems = [f"text: {line}" for line in _text(rows)]
    problems += _words(rows, db)
    # The order matters beside a writer: it adds vectors before chunks and deletes them after.
    vectors.at(None)
    swept = {row[0] for row in rows("select chunk_id from journal", ())}
    prints: dict[str, float] = dict(rows("select id, vector from chunks", ()))
    stored: Mapping[str, float | None] = {}
    try:
        if prints or vectors.folder.exists():
            _openable(vectors)
            stored = vectors.everything(dimension)
            sound = {i: told for i, told in prints.items() if _same(stored.get(i), told)}
            problems += [f"vectors: {line}" for line in _unfound(vectors, sound)]
    except Exception as error:  # whatever Chroma raises on broken files, it is a finding here
        told = error.problems if isinstance(error, Truncated) else [f"cannot be read: {first_line(error)}"]
        problems += [f"vectors: {line}" for line in told]
    both = stored.keys() & prints.keys()
    findings = {
        "missing": prints.keys() - stored.keys(),
        "extra": stored.keys() - prints.keys() - swept,
        "of the wrong dimension": {i for i in both if stored[i] is None},
        "damaged": {i for i in both if stored[i] is not None and not _same(stored[i], prints[i])},
    }
    problems += [f"vectors: {len(ids)} {name}, the first is {min(ids)}" for name, ids in findings.items() if ids]
    return CheckResult(tuple(problems), articles, len(prints), len(stored))


def _text(rows: Rows) -> Iterator[str]:
    yield from (str(row[0]).splitlines()[0] for row in rows("pragma integrity_check(20)", ()) if row[0] != "ok")
    for what, query in (
        ("articles without a chunk", "select id from articles where id not in (select article_id from chunks)"),
        ("chunks without an article", "select id from chunks where article_id not in (select id from articles)"),
        ("chunks past the end of their article's text",
         "select c.id from chunks c join articles a on a.id = c.article_id where c.stop > length(a.body) "
         "and instr(a.body, char(0)) = 0"),
        ("copies of a story whose first print is gone",
         "select id from articles where story not in (select id from articles)"),
    ):  # fmt: skip
        if found := rows(query, ()):
            yield f"{len(found)} {what}, the first is {found[0][0]}"


def _words(rows: Rows, db: sqlite3.Connection) -> Iterator[str]:
    for what, query in (
        ("chunks without an entry", f"select number from chunks where number not in ({WORDS})"),
        ("entries without a chunk", f"{WORDS} where rowid not in (select number from chunks)"),
    ):
        if count := len(rows(query, ())):
            yield f"words: {what}: {count}"
    try:
        with db:
            db.execute("insert into words (words) values ('integrity-check')")
    except sqlite3.OperationalError:  # a writer is at it, or the folder is read-only: it cannot be told
        return
    except sqlite3.DatabaseError as error:
        yield f"words: the search index is broken ({error})"


def _openable(vectors: ChromaVectors) -> None:
    """Raises ``Truncated`` for files that would end the process that opens them."""
    if lines := truncated(vectors.folder) or damaged(vectors.folder):
        raise Truncated(lines, lines[0])


def _same(found: float | None, told: float) -> bool:
    return found is not None and abs(found - told) < ALIKE


def _unfound(vectors: ChromaVectors, prints: Mapping[str, float]) -> Iterator[str]:
    """Vectors can be whole in their table while the graph that is searched has lost them: looks for a few."""
    if not prints:
        return
    ids = sorted(prints)[:: max(len(prints) // 20, 1)]
    lost = [i for i, distance in vectors.found(ids).items() if distance is None or distance > ALIKE]
    if lost:
        yield f"the search does not find {len(lost)} of {len(ids)} that were looked for, the first is {lost[0]}"


def unsound(rows: Rows, vectors: ChromaVectors, dimension: int) -> tuple[list[str], list[str]]:
    """For a repair: the chunks whose vector must be made again, and the vectors that no chunk names.

    Where the vectors cannot be read or searched, all of them are dropped: the text has all that is needed.
    """
    prints: dict[str, float] = dict(rows("select id, vector from chunks order by number", ()))
    try:
        _openable(vectors)
        stored = vectors.everything(dimension)
        whole = not list(_unfound(vectors, {i: p for i, p in prints.items() if _same(stored.get(i), p)}))
    except Exception:  # broken files of any kind
        whole = False
    if not whole:
        vectors.drop()
        stored = {}
    wrong = [i for i, told in prints.items() if not _same(stored.get(i), told)]
    return wrong, sorted(stored.keys() - prints.keys())


def mend_text(db: sqlite3.Connection) -> None:
    """Makes SQLite's own indexes anew, and takes out what hangs on articles that are gone. Only by the one writer."""
    with db:
        db.execute("reindex")
        db.execute("delete from chunks where article_id not in (select id from articles)")
        db.execute("delete from bands where article not in (select number from articles)")
        db.execute("update articles set copy_of = null, share = null where copy_of not in (select id from articles)")
        db.execute(
            "update articles set story = (select id from articles other where other.story = articles.story "
            "order by number limit 1) where story not in (select id from articles)"
        )


def mend_words(rows: Rows, db: sqlite3.Connection) -> None:
    """Makes the word index anew from the stored text. Only by the one writer."""
    with db:
        db.execute("begin immediate")
        db.execute("drop table words")
        db.execute(sql.WORDS)
        for (article_id,) in rows("select id from articles", ()):
            [(title, body)] = rows("select title, body from articles where id = ?", (article_id,))
            for number, start, stop in rows(
                "select number, start, stop from chunks where article_id = ?", (article_id,)
            ):
                sql.insert_words(db, number, title, body[start:stop])
