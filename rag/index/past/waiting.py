"""What may not be shown: articles under an embargo, kept apart as one record each, and notes on withdrawn ones.

An article that waits is in no other table: not in ``articles``, not among words, vectors, near copies or outlets. When
its time has come, it goes the way of every new article.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from typing import Any

from rag.index import schema
from rag.index.schema import Database, Writable
from rag.types import Article, Embargoed, Filters, When, Withdrawn, day


class HiddenArticles:
    """Reads and writes the tables ``embargoed`` and ``withdrawn``; writes only by the one writer."""

    def __init__(self, database: Database):
        self._rows, self._value = database.rows, database.value
        self._database = database

    @property
    def _db(self) -> Writable:
        return self._database.db

    # -- embargoes -----------------------------------------------------------------------------------------------

    def hold(self, name: str, article: Article, digest: str) -> None:
        """Keeps an article until its embargo is over, under the id that it will have or the one that names it."""
        record = json.dumps(article.record() | _beside(article), ensure_ascii=False)
        values = (name, embargo_seconds(article.embargo), article.origin, digest, record)
        with self._db as db:
            db.execute("delete from embargoed where article_id = ?", (name,))
            db.execute("insert into embargoed values (?, ?, ?, ?, ?)", values)

    def held(self, name: str) -> tuple[Article, str] | None:
        """The article that waits under a name, with its digest."""
        rows = self._rows("select record, digest from embargoed where article_id = ?", (name,))
        return (_article(rows[0][0]), rows[0][1]) if rows else None

    def due(self) -> list[tuple[str, Article]]:
        """(name, article) of those whose time has come."""
        rows = self._rows(
            "select article_id, record from embargoed where until <= ? order by until", (schema.epoch_now(),)
        )
        return [(name, _article(record)) for name, record in rows]

    def all(self) -> list[Embargoed]:
        """What waits, the next first; without a word of it."""
        rows = self._rows(
            "select article_id, origin, until from embargoed where until > ? order by until, article_id",
            (schema.epoch_now(),),
        )
        return [Embargoed(name, origin, datetime.fromtimestamp(until, UTC)) for name, origin, until in rows]

    def of(self, filters: Filters) -> set[str]:
        """Ids of those that wait, of the outlets and days of a filter."""
        found = [
            (name, _article(record)) for name, record in self._rows("select article_id, record from embargoed", ())
        ]
        last = filters.last_day
        return {
            name
            for name, a in found
            if (not filters.sources or a.source in filters.sources)
            and (last is None or ((published := day(a.published)) is not None and published <= last))
        }

    def drop(self, name: str) -> None:
        with self._db as db:
            db.execute("delete from embargoed where article_id = ?", (name,))

    # -- withdrawn -----------------------------------------------------------------------------------------------

    def bury(self, gone: Withdrawn) -> None:
        """Notes that an article was withdrawn; inside a transaction. A later note of the same article replaces it."""
        values = (gone.article_id, gone.why, schema.printed_seconds(gone.at), gone.version, gone.notice)
        self._db.execute("delete from withdrawn where article_id = ?", (gone.article_id,))
        self._db.execute("insert into withdrawn values (?, ?, ?, ?, ?)", values)
        self._db.execute("delete from embargoed where article_id = ?", (gone.article_id,))

    def withdrawn(self, name: str) -> Withdrawn | None:
        rows = self._rows("select * from withdrawn where article_id = ?", (name,))
        return _withdrawn(rows[0]) if rows else None

    def all_withdrawn(self) -> list[Withdrawn]:
        """Every article that was withdrawn, the last first."""
        return [_withdrawn(row) for row in self._rows("select * from withdrawn order by at desc, article_id", ())]

    def unbury(self, name: str) -> None:
        with self._db as db:
            db.execute("delete from withdrawn where article_id = ?", (name,))


def embargo_seconds(until: When) -> int:
    """Seconds since 1970 at which an embargo is over: a time without a zone counts as UTC, a day when it begins."""
    if until is None:
        return 0
    moment = until if isinstance(until, datetime) else datetime.combine(until, time())
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def waits(until: When) -> bool:
    """Whether an embargo is not over yet, by the clock."""
    return embargo_seconds(until) > schema.epoch_now()


def _withdrawn(row: Any) -> Withdrawn:
    name, why, at, version, notice = row
    return Withdrawn(name, why, datetime.fromtimestamp(at, UTC).replace(tzinfo=None), version, notice)


def _beside(a: Article) -> dict[str, Any]:
    """What :meth:`rag.types.Article.record` leaves out."""
    return {
        "text": None,
        "origin": a.origin,
        "embargo": a.embargo.isoformat() if a.embargo else None,
        "read_at": (a.read_at or schema.read_now()).isoformat(),
    }


def _article(record: str) -> Article:
    found = json.loads(record)
    dates: dict[str, Any] = {name: schema.when(found[name]) for name in ("published", "updated", "embargo")}
    texts = {name: found[name] for name in schema.TEXTS}
    more = {name: found.get(name) for name in ("version", "correction")}
    read_at = datetime.fromisoformat(found["read_at"])
    return Article(**texts, **dates, **more, authors=tuple(found["authors"]), read_at=read_at)
