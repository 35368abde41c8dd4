"""The tables of an index, and how rows become values and filters become conditions."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, Self

from rag.errors import IndexDamaged
from rag.index.words import CREATE_WORDS, Words
from rag.protocols import Filing
from rag.types import Article, Chunk, Filters, Places, When, epoch_seconds

Rows = Callable[[str, Sequence[Any]], list[Any]]
"""Runs a statement with its values; all rows of the result."""


class Writable(Protocol):
    """A connection in whose ``with`` block all is committed that is done inside, or nothing.

    Statements are what SQLite and PostgreSQL both understand, with ``?`` for values; of SQLite's own they may have
    ``json_each``.
    """

    def execute(self, statement: str, values: Any = ..., /) -> Any: ...
    def executemany(self, statement: str, values: Any, /) -> Any: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> Any: ...


class Database(Protocol):
    """The tables of an index, for any number of threads."""

    words: Words

    @property
    def db(self) -> Writable:
        """This thread's connection."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Runs a statement; all rows of its result."""

    def value(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Runs a statement; the first column of the first row, None where there is none."""

    def close(self) -> None: ...


SCHEMA = 3
DAY = 86_400  # seconds
CHUNKS_AT_ONCE = 500  # that one statement inserts
CACHE_KIB = 16_384  # of pages that a connection keeps: those of the words that a search reads

ALWAYS = epoch_seconds(date.min) or 0
"""When the first version of an article began to hold: whenever the article was published."""

PAST_TABLES = """
create table versions (
  number integer primary key, id text not null, place real not null, held_from integer not null,
  held_until integer not null, published_at integer, story text not null, copy_of text, share real, source text,
  section text, authors text not null, chunks integer, gone_at integer, replaced_at integer not null,
  digest text not null, published text, updated text, url text, language text, origin text, version integer,
  correction text, embargo text, read_at text, places text not null default '[]', title text not null,
  body text not null);
create index versions_article on versions (id, place);
create index versions_story on versions (story, id);
create index versions_bare on versions (number) where chunks is null;
create index versions_held on versions (published_at, held_from, held_until, number);
create table past_chunks (
  number integer primary key, article_id text not null, hash text not null, prefix text not null);
create index past_chunks_article on past_chunks (article_id, hash);
create table passages (
  version integer not null, chunk integer not null, start integer not null, stop integer not null,
  primary key (version, chunk, start)) without rowid;
create index passages_chunk on passages (chunk);
create table withdrawn (
  article_id text primary key, why text not null, at integer not null, version integer, notice text);
create table embargoed (
  article_id text primary key, until integer not null, origin text, digest text not null, record text not null);
"""
"""What is not in force now. ``versions`` are those that others replaced, each from and until a printed second.

Their chunks are ``passages``: places in a version's text, each with the number of the text that stands there, which is
that of a chunk of the present version where this has the same text, else a negative one in ``past_chunks``, ``words``
and ``vectors``. So what did not change is stored once, and no number of what is in force is negative. ``place`` is the
order of an article's versions, all of them before the present one. The text comes last in a row: what decides whether a
version stood on a day is read without it.
"""

HELD_COLUMNS = {
    "version": "integer", "correction": "text", "embargo": "text", "read_at": "text",
    "held_from": "integer not null default 0", "places": "text not null default '[]'",
}  # fmt: skip
"""Of ``articles``, on the version that is in force; ``embargo`` is over where a row has one."""

OWNERS_INDEX = "create index {}articles_owners on articles (id, published, source, section, story)"
"""All that a search reads of the articles of its candidates, so that it reads the texts of its hits alone."""

TABLES = f"""
create table manifest (key text primary key, value text not null);
create table articles (
  number integer primary key, id text not null unique, title text not null, body text not null, published text,
  published_at integer, updated text, source text, section text, url text, authors text not null, language text,
  origin text, digest text not null, body_digest text not null, added_at integer not null,
  story text not null, copy_of text, share real,
  {", ".join(f"{name} {kind}" for name, kind in HELD_COLUMNS.items())});
create index articles_story on articles (story, id);
create index articles_loose on articles (story) where copy_of is null and story != id;
create index articles_copy on articles (copy_of) where copy_of is not null;
create index articles_origin on articles (origin);
create index articles_url on articles (url);
create index articles_body on articles (body_digest);
create index articles_held on articles (published_at, held_from, id);
{OWNERS_INDEX.format("")};
create table chunks (
  number integer primary key, id text not null unique, article_id text not null references articles (id),
  start integer not null, stop integer not null, prefix text not null);
create index chunks_article on chunks (article_id);
create table vectors (chunk integer primary key, vector blob not null);
create table journal (article_id text not null, chunk_id text primary key);
create table superseded (article_id text not null, digest text not null, primary key (article_id, digest));
create table bands (key integer not null, article integer not null, primary key (key, article)) without rowid;
create index bands_article on bands (article);
create table feeds (
  url text primary key, title text, etag text, modified text, seen text not null, read_at integer not null);
{PAST_TABLES}"""
PASSING = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY,
}  # fmt: skip
"""Codes of SQLite that say nothing about the file's content."""
SALVAGE = "run: rag rebuild, which saves everything that is readable"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # ends a text for SQLite; half of a character in UTF-16


ARTICLE_COLUMNS = "id, title, body, published, updated, source, section, url, authors, language, origin"
STORED_COLUMNS = f"{ARTICLE_COLUMNS}, version, correction, embargo, read_at, places, story"
STORED_NAMES = tuple(STORED_COLUMNS.split(", "))
TEXTS = ("id", "title", "body", "source", "section", "url", "language", "origin")
"""The columns, and fields of an article, that hold text as it is."""


def storable_text(text: str) -> str:
    """Text that any encoding and any database can hold; as long as before, so that offsets stay."""
    return _UNSTORABLE.sub("\ufffd", text)


def storable(a: Article) -> Article:
    """The article with every text in it :func:`storable_text`."""
    texts: dict[str, Any] = {
        name: storable_text(value) for name in (*TEXTS, "correction") if (value := getattr(a, name))
    }
    return replace(a, **texts, authors=tuple(map(storable_text, a.authors)))


def article(row: Sequence[Any]) -> Article:
    """An article from a row of ``ARTICLE_COLUMNS`` or ``STORED_COLUMNS``. Raises ``IndexDamaged`` where it is none."""
    needed, others = {*map(type, row[:3])}, {*map(type, row[5:8]), *map(type, row[9:11])}
    if needed != {str} or not others <= {str, type(None)}:
        raise IndexDamaged(f"index damaged: the row of the article {row[0]!r} is not all text; {SALVAGE}")
    try:
        given = dict(zip(STORED_NAMES, row, strict=False))
        dates: dict[str, Any] = {"published": when(row[3]), "updated": when(row[4])}
        if given.get("embargo"):
            dates["embargo"] = when(given["embargo"])
        if given.get("read_at"):
            dates["read_at"] = datetime.fromisoformat(given["read_at"])
        if "places" in given:
            dates["places"] = stored_places(given["places"])
        return Article(**(given | dates | {"authors": _listed(row[8])}))
    except (TypeError, ValueError) as error:
        raise IndexDamaged(f"index damaged: the row of the article {row[0]!r}: {error}; {SALVAGE}") from None


def stored_places(text: str) -> Places:
    """The places of an article as they are stored: [[0, "page 3"], [2310, "page 5"]]. Raises ``ValueError``."""
    if not isinstance(found := _listed(text), tuple):
        raise ValueError("its places are no list")
    return tuple((int(start), str(name)) for start, name in found)


def _listed(text: str) -> Any:
    """What a list in JSON has; nearly all that a search reads are empty."""
    if text == "[]":
        return ()
    found = json.loads(text)
    return tuple(found) if isinstance(found, list) else found


def connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=10, check_same_thread=False)
    connection.execute("pragma synchronous = full")  # an acknowledged article survives a power cut too
    connection.execute("pragma foreign_keys = on")
    connection.execute(f"pragma cache_size = -{CACHE_KIB}")
    connection.execute("pragma secure_delete = on")  # what is removed is overwritten, not only unlinked
    return connection


def code(error: sqlite3.Error) -> int:
    """SQLite's primary result code."""
    if "decode" in str(error):  # Python's own, without a code: bytes in a text that no text has
        return sqlite3.SQLITE_CORRUPT
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE)) & 0xFF


def create(file: Path, manifest: Mapping[str, str]) -> None:
    """Writes an empty index with this manifest; readers and a writer do not block each other in it."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("pragma journal_mode = wal")
        with db:
            db.executescript(TABLES)
            db.execute(CREATE_WORDS)
            db.executemany("insert into manifest values (?, ?)", manifest.items())


def printed_seconds(moment: When) -> int | None:
    """Epoch seconds of a day and time as printed in the article: 23:00 on the 28th stays on the 28th in any zone."""
    return epoch_seconds(moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment)


def bounds(filters: Filters) -> tuple[int | None, int | None]:
    """First printed second that passes, and first one after the last that does."""
    last = filters.last_day
    return (
        epoch_seconds(filters.since),
        epoch_seconds(last + timedelta(days=1)) if last and last < date.max else None,
    )


def where(filters: Filters) -> Any:
    """The filters in Chroma's language; sections, authors and ``without`` are left to ``rag.index.lookup``."""
    first, end = bounds(filters)
    tests: tuple[tuple[str, str, Any], ...] = (
        ("published", "$gte", first),
        ("published", "$lt", end),
        ("source", "$in", list(filters.sources) or None),
        ("article", "$in", None if filters.only is None else sorted(filters.only) or [""]),  # no empty list for Chroma
    )
    clauses = [{name: {test: value}} for name, test, value in tests if value is not None]
    return {"$and": clauses} if len(clauses) > 1 else clauses[0] if clauses else None


def metadata(a: Article) -> dict[str, str | int]:
    """What Chroma keeps of an article beside its vectors, for :func:`where`."""
    known = {"article": a.id, "source": a.source, "published": printed_seconds(a.published)}
    return {key: value for key, value in known.items() if value is not None}


def conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    """The filters in SQL, about ``articles``, and the values of their parameters."""
    first, end = bounds(filters)
    among = "in (select value from json_each(?))"
    tests: dict[str, Any] = {
        "articles.published_at >= ?": first,
        "articles.published_at < ?": end,
        f"articles.source {among}": filters.sources or None,
        f"articles.section {among}": filters.sections or None,
        f"exists (select 1 from json_each(articles.authors) where value {among})": filters.authors or None,
        f"articles.id {among}": filters.only,
        f"articles.id not {among}": filters.without or None,
    }
    given = {test: value for test, value in tests.items() if value is not None}
    values = [value if isinstance(value, int) else json.dumps(sorted(value)) for value in given.values()]
    return list(given), values


def read_now() -> datetime:
    """The clock."""
    return datetime.now().astimezone()


def epoch_now() -> int:
    """The clock, in seconds since 1970."""
    return int(read_now().timestamp())


def article_values(a: Article) -> dict[str, Any]:
    """The columns that ``articles`` and ``versions`` both have of an article."""
    return {name: getattr(a, name) for name in TEXTS} | {
        "published": a.published.isoformat() if a.published else None,
        "published_at": printed_seconds(a.published),
        "updated": a.updated.isoformat() if a.updated else None,
        "authors": json.dumps(a.authors, ensure_ascii=False),
        "version": a.version,
        "correction": a.correction,
        "embargo": a.embargo.isoformat() if a.embargo else None,
        "read_at": (a.read_at or read_now()).isoformat(timespec="seconds"),
        "places": json.dumps(a.places, ensure_ascii=False),
    }


def insert_article(db: Writable, filing: Filing, now: int, number: int | None = None) -> None:
    """Writes an article, a story by itself, and what its copies are found by.

    ``number`` is the one it had, if it was there before.
    """
    a = filing.article
    values = article_values(a) | {
        "number": number,
        "held_from": printed_seconds(a.embargo) or ALWAYS,
        "digest": filing.digest,
        "body_digest": filing.body_digest,
        "added_at": now,
        "story": a.id,
        "copy_of": filing.copies[0][0] if filing.copies else None,
        "share": filing.copies[0][1] if filing.copies else None,
    }
    given = insert_row(db, "articles", {k: v for k, v in values.items() if (k, v) != ("number", None)})
    statement = "insert into bands values (?, ?) on conflict do nothing"
    db.executemany(statement, [(key, given) for key in dict.fromkeys(filing.bands)])


def insert_row(db: Writable, table: str, values: Mapping[str, Any]) -> int:
    """Inserts a row; its number."""
    marks = ", ".join("?" * len(values))
    statement = f"insert into {table} ({', '.join(values)}) values ({marks}) returning number"
    [(number,)] = db.execute(statement, tuple(values.values())).fetchall()
    return int(number)


def insert_chunks(database: Database, article: Article, chunks: Sequence[Chunk], vectors: Sequence[bytes]) -> list[int]:
    """``vectors`` has each chunk's as 32-bit floats, from which what Chroma holds can be made again. Returns the
    chunks' numbers."""
    passages = []
    for at in range(0, len(chunks), CHUNKS_AT_ONCE):
        part = slice(at, at + CHUNKS_AT_ONCE)
        numbers = _numbers_of(database.db, chunks[part])
        # In a table of its own: searches walk over thousands of chunks, and vectors would fill the pages they read.
        stored = [(numbers[c.id], vector) for c, vector in zip(chunks[part], vectors[part], strict=True)]
        database.db.executemany("insert into vectors values (?, ?)", stored)
        passages += [(numbers[chunk.id], article.title, chunk.text) for chunk in chunks[part]]
    database.words.insert(passages)
    return [number for number, *_ in passages]


def _numbers_of(db: Writable, chunks: Sequence[Chunk]) -> dict[str, int]:
    """Inserts chunks with one statement, since each is a way to the server and back; their numbers by their ids."""
    values = [
        (c.id, c.article_id, c.start, c.end, c.embedded_text[: len(c.embedded_text) - len(c.text)]) for c in chunks
    ]
    marks = ", ".join(["(?, ?, ?, ?, ?)"] * len(values))
    statement = f"insert into chunks (id, article_id, start, stop, prefix) values {marks} returning id, number"
    return dict(db.execute(statement, [value for row in values for value in row]).fetchall())


def when(text: str | None) -> When:
    if not text:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def each(rows: Rows, statement: str, ids: Collection[Any], values: Sequence[Any] = ()) -> list[Any]:
    """Runs a statement with ``in ({})`` over any number of ids; ``values`` are those of its other parameters."""
    return rows(statement.format("select value from json_each(?)"), [json.dumps(list(ids)), *values])
