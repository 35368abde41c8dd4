"""Rebuilds an index on servers from its own articles, beside readers: in another schema, which then takes its place."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from rag.errors import StoreError
from rag.index import schema
from rag.index.chroma.server import ServerVectors
from rag.index.postgres.connecting import ServerAddress, server_address
from rag.index.postgres.database import PostgresDatabase
from rag.index.postgres.store import PostgresChromaStore
from rag.index.postgres.tables import has_index, has_table
from rag.ingest.identity import digest
from rag.news import News
from rag.protocols import Embedder
from rag.settings import Settings
from rag.types import Article, Progress

READERS_END = 3.0  # seconds in which a reader who began with the old index is done
ADOPTED_TABLES = ("versions", "feeds", "superseded", "withdrawn", "embargoed")
"""What is in no article; the passages of earlier versions are cut again."""


@dataclass(frozen=True)
class Rebuilt:
    """The outcome of a rebuild."""

    articles: int
    lost: tuple[str, ...] = ()  # ids of the articles that could not be read
    altered: tuple[str, ...] = ()  # of those whose text has changed on the disk; adding them again replaces them
    broken: tuple[str, ...] = ()  # what else was readable only in part: 'versions', 'feeds', 'superseded' ...
    old: Path | None = None  # where the old index is kept, if something of it was lost


def rebuild_on_servers(
    settings: Settings, progress: Progress | None = None, *, embedder: Embedder | None = None
) -> Rebuilt:
    """Builds a new index beside the old one, which readers go on with, and puts it in its place in one commit.

    Writers wait. Interrupted at any moment, the old index is as it was; the next rebuild deletes the rest. Raises
    ``StoreError`` where there is none, or where an article cannot be stored again.
    """
    url, vectors, token = settings.servers
    assert url is not None
    address = server_address(url)

    def drop(left: ServerAddress) -> None:
        if vectors and has_table(database, "manifest", left.schema):
            for (name,) in database.rows(f"select value from {left.schema}.manifest where key = 'collection'"):
                with closing(ServerVectors(vectors, name, token)) as collection:
                    collection.drop()
        database.rows(f"drop schema if exists {left.schema} cascade")

    with closing(PostgresDatabase(address)) as database:
        if not has_index(database):
            raise StoreError(f"no index in {address}; make one with: rag add FOLDER --index {address}")
        with database.db.turn():
            new, old = address.beside("rebuilding"), address.beside("replaced")
            for left in (new, old):
                drop(left)
            articles, altered = _stored(database)
            beside = settings.with_index(_in_schema(url, new.schema)).model_copy(update={"llm": "none"})
            with News.open(settings=beside, progress=progress, embedder=embedder) as news:
                report = news.put(articles, progress)
                failed = [item for item in report.items if item.status not in ("added", "updated", "duplicate")]
                if failed or news.store.count() != len(articles):
                    why = failed[0].reason if failed else "articles are missing"
                    raise StoreError(f"not rebuilt, the old index {address} is unchanged: {why}")
                assert isinstance(news.store, PostgresChromaStore)
                _adopt(database, address, new)
                with news.store.writing():
                    news.store.distrust(altered)
                    news.store.settle_all()
                news.cut_versions()
            with database.db as db:
                db.run(f"alter schema {address.schema} rename to {old.schema}")
                db.run(f"alter schema {new.schema} rename to {address.schema}")
        time.sleep(READERS_END)
        drop(old)
    return Rebuilt(len(articles), altered=tuple(altered))


def _in_schema(url: str, name: str) -> str:
    parts = urlsplit(url)
    return parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | {"schema": name})).geturl()


def _stored(database: PostgresDatabase) -> tuple[list[Article], list[str]]:
    """All articles, and the ids of those whose text has changed on the disk."""
    same = database.value("select value from manifest where key = 'schema'") == str(schema.SCHEMA)
    columns = f"{schema.STORED_COLUMNS}, digest" if same else schema.ARTICLE_COLUMNS
    articles, altered = [], []
    for row in database.rows(f"select {columns} from articles order by number"):
        article = replace(schema.article(row), story=None)
        articles.append(article)
        if same and digest(article) != row[-1]:
            altered.append(article.id)
    return articles, altered


def _adopt(database: PostgresDatabase, one: ServerAddress, other: ServerAddress) -> None:
    """Copies what is in no article, and when the articles came in."""

    def shared(table: str) -> str:
        """The columns that both schemas have, but for those that are made anew."""
        rows = database.rows(
            "select column_name from information_schema.columns where table_name = ? and table_schema = ? intersect "
            "select column_name from information_schema.columns where table_name = ? and table_schema = ?",
            (table, one.schema, table, other.schema),
        )
        return ", ".join(name for (name,) in rows if name not in ("number", "chunks"))

    with database.db as db:
        for table in ADOPTED_TABLES:
            columns = shared(table)
            order = "order by number" if table == "versions" else ""
            db.run(
                f"insert into {other.schema}.{table} ({columns}) select {columns} from {one.schema}.{table} {order} "
                "on conflict do nothing"
            )
        db.run(
            f"update {other.schema}.articles as new set added_at = old.added_at from {one.schema}.articles as old "
            "where old.id = new.id"
        )
