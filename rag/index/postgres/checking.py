"""Whether text, words and vectors of an index on servers agree, and the repair of what does not."""

from __future__ import annotations

from rag.index import check
from rag.index.chroma.collection import VectorCollection
from rag.index.postgres.database import PostgresDatabase
from rag.protocols import Digest
from rag.types import CheckResult

_MISPLACED = "start < 0 or stop <= start or substr(id, 1, length(article_id)::int + 1) != article_id || ':'"
_PAST_END = "c.stop > length(a.body)"  # no text here has a NUL character


def server_faults(database: PostgresDatabase, vectors: VectorCollection, dimension: int, digest: Digest) -> CheckResult:
    """One line for each fault; the pages of the database are its own server's matter, but for the counts of words."""
    [(counted, known)] = database.rows("select (select count(*) from words), passages from word_totals")
    own = [] if counted == known else [f"words: {known} passages are counted, {counted} are there"]
    return check.find_faults(database.rows, vectors, dimension, digest, own, (_MISPLACED, _PAST_END))


def mend_server_rows(database: PostgresDatabase) -> None:
    """Deletes what belongs to articles that are gone."""
    with database.db as db:
        check.mend_rows(db, _MISPLACED)
