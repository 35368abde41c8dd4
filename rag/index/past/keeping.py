"""Keeps what a new version replaces, with its words and vectors, and from when until when it held.

Everything here runs inside a transaction of the one writer, except where only rows are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from rag.index import schema
from rag.index.schema import Database, Writable
from rag.types import Article, Chunk

_OF_BOTH = (
    "id, title, body, published, published_at, updated, source, section, url, authors, language, origin, digest, "
    "story, copy_of, share, version, correction, embargo, read_at, places, held_from"
)
"""The columns that the present version and an earlier one have in common."""


class Keeper:
    """The versions of an index that are not in force, and their texts."""

    def __init__(self, database: Database):
        self._rows, self._value = database.rows, database.value
        self._database = database

    @property
    def _db(self) -> Writable:
        return self._database.db

    # -- replacing -----------------------------------------------------------------------------------------------

    def put_away(self, article_id: str, *, keeps: bool, gone_at: int | None = None) -> None:
        """Moves the texts of the present version's chunks to where they may stay without it; before it is replaced.

        ``keeps``: it becomes an earlier version itself. ``gone_at`` is the printed second at which it was withdrawn.
        """
        if not keeps and not self._value("select 1 from versions where id = ? limit 1", (article_id,)):
            return
        places = self._moved(article_id)
        if not keeps:
            return
        [(number,)] = self._db.execute(
            f"insert into versions ({_OF_BOTH}, held_until, gone_at, replaced_at, chunks, place) "
            f"select {_OF_BOTH}, held_from, case when cast(? as integer) < held_from then held_from "
            "else cast(? as integer) end, ?, ?, "
            "(select coalesce(max(place), 0) + 1 from versions where id = articles.id) from articles where id = ? "
            "returning number",
            (gone_at, gone_at, schema.epoch_now(), len(places), article_id),
        ).fetchall()
        self._insert_passages([(number, *place) for place in places])

    def _moved(self, article_id: str) -> list[tuple[int, int, int]]:
        """(number, start, stop) of the present chunks, under the negative numbers that their texts get."""
        [(title, body, source, published)] = self._rows(
            "select title, body, source, published from articles where id = ?", (article_id,)
        )
        known = self._texts(article_id)
        places = []
        for number, start, stop, prefix, vector in self._rows(
            "select number, start, stop, prefix, vector from chunks "
            "left join vectors on vectors.chunk = chunks.number where article_id = ? order by chunks.number",
            (article_id,),
        ):
            text = body[start:stop]
            mark = text_hash(prefix + text, title, source, published)
            if mark not in known:
                known[mark] = self._insert_text(article_id, mark, prefix, title, text, vector or b"")
            places.append((known[mark], start, stop))
            self._renumber(number, known[mark])
        return places

    def _texts(self, article_id: str) -> dict[str, int]:
        return dict(self._rows("select hash, number from past_chunks where article_id = ?", (article_id,)))

    def _insert_text(self, article_id: str, mark: str, prefix: str, title: str, text: str, vector: bytes) -> int:
        number = min(0, self._value("select min(number) from past_chunks") or 0) - 1
        self._db.execute("insert into past_chunks values (?, ?, ?, ?)", (number, article_id, mark, prefix))
        self._db.execute("insert into vectors values (?, ?)", (number, vector))
        self._database.words.insert([(number, title, text)])
        return number

    def _insert_passages(self, places: Sequence[tuple[int, int, int, int]]) -> None:
        self._db.executemany("insert into passages values (?, ?, ?, ?) on conflict do nothing", places)

    def _renumber(self, number: int, other: int) -> None:
        """Gives the places of a text the number of the same text elsewhere; of two in one place one is enough."""
        self._db.execute(
            "update passages set chunk = ? where chunk = ? and not exists (select 1 from passages as other "
            "where other.version = passages.version and other.start = passages.start and other.chunk = ?)",
            (other, number, other),
        )
        self._db.execute("delete from passages where chunk = ?", (number,))

    def settle(self, article_id: str) -> None:
        """After the present version is in place: says when each version held, and stores each text once."""
        self.set_times(article_id)
        known = self._texts(article_id)
        if not known:
            return
        for mark, number in present_hashes(self._rows, article_id):
            if (past := known.get(mark)) is not None:
                self._renumber(past, number)
        self.drop_unused(article_id)

    def set_times(self, article_id: str) -> None:
        """Each version holds from its own time until that of the next one, the first from its publication.

        Its time is its stated update, if that is news after the version before and no time to come, else when it was
        read; an embargo holds it back.
        """
        found = self._in_order(article_id)
        starts: list[int] = []
        low = schema.ALWAYS  # nothing before it is news
        for _, updated, read_at, embargo, gone_at, published_at in found:
            start = schema.printed_seconds(schema.when(embargo)) or schema.ALWAYS
            stated, read = (schema.printed_seconds(schema.when(w)) for w in (updated, read_at))
            if starts:
                news = stated is not None and stated > low and (read is None or stated <= read + schema.DAY)
                start = max(start, stated or low if news else max(read or low, low))
            starts.append(start)
            low = max(low, start, gone_at or low, stated if stated is not None else published_at or low)
        for (number, _, _, _, gone_at, _), start, end in zip(found, starts, [*starts[1:], None], strict=True):
            if number is None:
                self._db.execute("update articles set held_from = ? where id = ?", (start, article_id))
            else:  # the last one of an article that was withdrawn, and then came back, ends before the next begins
                until = min((t for t in (end, gone_at) if t is not None), default=start)
                self._db.execute(
                    "update versions set held_from = ?, held_until = ? where number = ?", (start, until, number)
                )

    def _in_order(self, article_id: str) -> list[Any]:
        """(number, updated, read_at, embargo, gone_at, published_at) of all versions, the present one, if any, last."""
        columns = "updated, read_at, embargo, {}, published_at"
        return self._rows(
            f"select number, {columns.format('gone_at')} from versions where id = ? order by place", (article_id,)
        ) + self._rows(f"select null, {columns.format('null')} from articles where id = ?", (article_id,))

    def _place_of(self, article: Article) -> float:
        """Where an older version belongs: before the first of those that its number or its time says are newer."""
        rows = self._rows(
            f"select place, {schema.STORED_COLUMNS} from versions where id = ? order by place", (article.id,)
        )
        for n, (place, *row) in enumerate(rows):
            if is_before(article, schema.article(row)):
                return float((rows[n - 1][0] + place) / 2 if n else place - 1)
        return float(rows[-1][0] + 1) if rows else 0.0

    def drop_unused(self, article_id: str | None = None) -> None:
        """Deletes the texts that stand in no version; of all articles, or of one."""
        self._drop_texts(
            "select number from past_chunks where number not in (select chunk from passages) "
            "and article_id = coalesce(?, article_id)",
            (article_id,),
        )

    def _drop_texts(self, which: str, values: Sequence[Any]) -> None:
        numbers = [(row[0],) for row in self._rows(which, values)]
        self._database.words.delete([n for (n,) in numbers])
        for table, key in (("vectors", "chunk"), ("past_chunks", "number")):
            self._db.executemany(f"delete from {table} where {key} = ?", numbers)

    # -- versions that are read late -----------------------------------------------------------------------------

    def insert_older(self, article: Article, digest: str) -> None:
        """Keeps a version that is older than the present one; :meth:`put_passages` gives it its chunks."""
        values = schema.article_values(article) | {
            "digest": digest,
            "story": self._value("select story from articles where id = ?", (article.id,)) or article.id,
            "held_from": schema.ALWAYS,
            "held_until": schema.ALWAYS,
            "replaced_at": schema.epoch_now(),
            "place": self._place_of(article),
        }
        schema.insert_row(self._db, "versions", values)
        self.set_times(article.id)

    def bare(self, most: int = 50) -> list[tuple[int, Article]]:
        """Versions without their chunks, by their numbers: of an older index, read late, or lost by damage."""
        rows = self._rows(f"select number, {schema.STORED_COLUMNS} from versions where chunks is null limit ?", (most,))
        return [(row[0], schema.article(row[1:])) for row in rows]

    def put_passages(self, number: int, article: Article, chunks: Sequence[Chunk], blobs: Sequence[bytes]) -> None:
        """Stores the chunks of a version, and their vectors as far as their texts are not stored already."""
        known = self._texts(article.id) | dict(present_hashes(self._rows, article.id))
        published = article.published.isoformat() if article.published else None
        self._db.execute("delete from passages where version = ?", (number,))
        for chunk, blob in zip(chunks, blobs, strict=True):
            mark = text_hash(chunk.embedded_text, article.title, article.source, published)
            if mark not in known:
                prefix = chunk.embedded_text[: len(chunk.embedded_text) - len(chunk.text)]
                known[mark] = self._insert_text(article.id, mark, prefix, article.title, chunk.text, blob)
            self._insert_passages([(number, known[mark], chunk.start, chunk.end)])
        self._db.execute("update versions set chunks = ? where number = ?", (len(chunks), number))

    def forget(self, ids: Iterable[str]) -> set[str]:
        """Deletes every version of these articles, what is withdrawn or embargoed of them too; which had any."""
        had = set()
        for article_id in ids:
            numbers = "(select number from versions where id = ?)"
            self._db.execute(f"delete from passages where version in {numbers}", (article_id,))
            self._drop_texts("select number from past_chunks where article_id = ?", (article_id,))
            found = self._db.execute("delete from versions where id = ?", (article_id,)).rowcount
            for table in ("withdrawn", "embargoed"):
                found += self._db.execute(f"delete from {table} where article_id = ?", (article_id,)).rowcount
            had |= {article_id} if found else set()
        return had


def present_hashes(rows: schema.Rows, article_id: str) -> list[tuple[str, int]]:
    """(hash, number) of the present version's chunks."""
    found = rows("select title, body, source, published from articles where id = ?", (article_id,))
    chunks = rows("select number, start, stop, prefix from chunks where article_id = ?", (article_id,))
    return [
        (text_hash(prefix + body[start:stop], title, source, published), number)
        for title, body, source, published in found
        for number, start, stop, prefix in chunks
    ]


def text_hash(embedded: str, title: str, source: str | None, published: str | None) -> str:
    """Of all that words, vector and its conditions hold of a chunk."""
    whole = "\x1f".join((embedded, title, source or "", published or ""))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_before(one: Article, other: Article) -> bool:
    """Whether a version is older than another one, as far as their provider's numbers or their times say."""
    if one.version is not None and other.version is not None:
        return one.version < other.version
    times = [schema.printed_seconds(a.updated) for a in (one, other)]
    if times[0] is None or times[1] is None:
        times = [schema.printed_seconds(a.read_at) for a in (one, other)]
        if other.updated:  # it says when it was written, the other when it was printed first
            times = [schema.printed_seconds(one.published), schema.printed_seconds(other.updated)]
    return times[0] is not None and times[1] is not None and times[0] < times[1]
