"""Whether earlier versions have their chunks, words and vectors, and the repair of those that do not."""

from __future__ import annotations

from collections.abc import Iterator

from rag.errors import IndexDamaged
from rag.index import schema
from rag.index.past.keeping import Keeper
from rag.index.schema import Database, Rows, Writable
from rag.protocols import Digest

WRONG_VERSIONS = (
    "select versions.number from versions where chunks is not null and chunks != (select count(*) from passages "
    "where passages.version = versions.number and passages.stop <= length(versions.body) "
    "and passages.chunk in (select number from chunks union all select number from past_chunks))"
)
"""Earlier versions that have lost a chunk; a text with a NUL character in it is longer than SQLite says."""


def past_faults(rows: Rows, digest: Digest, dimension: int) -> Iterator[str]:
    """One line for each kind of fault."""
    bare = rows("select count(*) from versions where chunks is null", ())[0][0]
    if bare:
        yield f"versions: {bare} earlier ones without chunks"
    if wrong := _lost(rows):
        yield f"versions: {len(wrong)} earlier ones have lost chunks, the first is of {_names(rows, wrong)[0]}"
    if bad := bad_vectors(rows, dimension):
        yield f"versions: {len(bad)} vectors missing or damaged"
    changed = altered_versions(rows, digest)
    if changed:
        of = changed[0][1]
        yield f"versions: {len(changed)} earlier ones whose text has changed on the disk, the first is of {of}"


def _lost(rows: Rows) -> list[int]:
    odd = [row[0] for row in rows(WRONG_VERSIONS, ())]
    nul = {row[0] for row in rows("select number from versions where instr(body, char(0)) > 0", ())} if odd else set()
    return [number for number in odd if number not in nul]


def _names(rows: Rows, numbers: list[int]) -> list[str]:
    return [row[0] for row in rows("select id from versions where number = ?", (numbers[0],))]


def bad_vectors(rows: Rows, dimension: int) -> list[int]:
    """Numbers of past texts whose vector is none."""
    found = rows(
        "select past_chunks.number from past_chunks left join vectors on vectors.chunk = past_chunks.number "
        "where coalesce(length(vector), 0) != ?",
        (4 * dimension,),
    )
    return [row[0] for row in found]


def altered_versions(rows: Rows, digest: Digest) -> list[tuple[int, str]]:
    """(number, id) of those without the digest that they were stored with."""
    changed = []
    for (number,) in rows("select number from versions order by number", ()):
        for known, *row in rows(f"select digest, {schema.STORED_COLUMNS} from versions where number = ?", (number,)):
            try:
                if known and digest(schema.article(row)) != known:
                    changed.append((number, str(row[0])))
            except IndexDamaged:
                changed.append((number, str(row[0])))
    return changed


def mend_versions(db: Writable, keeper: Keeper, rows: Rows, dimension: int) -> None:
    """Takes the chunks from versions that have lost some, so that they are cut again, and what no version has."""
    with db:
        bad = bad_vectors(rows, dimension)
        db.executemany("delete from passages where chunk = ?", [(number,) for number in bad])
        db.execute(
            "delete from passages where version not in (select number from versions) "
            "or chunk not in (select number from chunks union all select number from past_chunks)"
        )
        for number in _lost(rows):
            db.execute("update versions set chunks = null where number = ?", (number,))
            db.execute("delete from passages where version = ?", (number,))
        keeper.drop_unused()
        for (name,) in rows("select distinct id from versions", ()):
            keeper.set_times(name)


def mend_past_words(database: Database) -> None:
    """Writes the words of past texts again; inside the transaction that has emptied the word index."""
    places = "select passages.start, passages.stop, versions.number from passages join versions on versions.number = "
    for (number,) in database.rows("select number from past_chunks"):
        for start, stop, version in database.rows(
            f"{places} passages.version where passages.chunk = ? limit 1", (number,)
        ):
            [(title, body)] = database.rows("select title, body from versions where number = ?", (version,))
            database.words.insert([(number, title, body[start:stop])])
