"""What all stores of articles have in common: how rows and vectors are written together, searched and listed."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rag.errors import IndexDamaged
from rag.index import check, lookup, schema
from rag.index.chroma.arrays import packed, unpacked_vectors
from rag.index.chroma.collection import VectorCollection
from rag.index.past.over_time import OverTime
from rag.index.schema import Database, Writable
from rag.protocols import Filing, Vectors
from rag.types import Article, Chunk, FeedState, Filters, Progress

MENDED_AT_ONCE = 500  # vectors
_OWNERS = (
    "select chunks.id, articles.id, published, source, section, story "
    "from chunks join articles on {} where chunks.id in ({{}})"
)
_PASSAGES = (
    f"select chunks.id, start, stop, prefix, {', '.join(f'articles.{name}' for name in schema.STORED_NAMES)} "
    "from chunks join articles on articles.id = chunks.article_id where chunks.id in ({})"
)


class RowsAndVectors(OverTime):
    """Rows in a database, vectors in Chroma. The protocol :class:`~rag.protocols.Store` says what each method promises.

    The database is the truth and its commit is the moment an article is stored. Vectors are written before it and old
    ones deleted after it, so a crash leaves at most vectors that no chunk names; the ``journal`` table names them, and
    the next writer sweeps them away. A search drops any vector without a chunk, so a reader never sees them.
    """

    _of_one_article = "articles.id = chunks.article_id"

    def __init__(self, database: Database, vectors: VectorCollection, dimension: int, name: str):
        """``name`` is what messages call the index: its folder, or the address of its database."""
        super().__init__(database)
        self.name = name
        self._dimension = dimension
        self._all_vectors = vectors
        self._writing = False  # whether this process alone changes the vectors
        self._scopes: tuple[str | None, tuple[list[str], list[str]]] = (None, ([], []))

    @property
    def db(self) -> Writable:
        """This thread's connection."""
        return self._database.db

    def close(self) -> None:
        self._all_vectors.close()
        self._database.close()

    def _revision(self) -> str | None:
        """Of the last commit that changed vectors."""
        found: str | None = self._value("select value from manifest where key = 'revision'")
        return found

    # -- vectors -------------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        """Turns the vectors to the last commit. Raises ``IndexDamaged`` if some are gone.

        Vectors are written before the commit that names them and deleted after it, so within one revision there
        are never fewer of them than chunks: fewer have been lost.
        """
        if self._writing:
            return  # this process alone changes them, so it sees them as they are
        revision = self._revision()
        if not self._all_vectors.follow(revision):
            return
        [(chunks, oldest)] = self._rows("select count(*), (select id from chunks order by number limit 1) from chunks")
        if not chunks:
            return
        vectors = self._all_vectors.count()
        whole = vectors >= chunks and self._all_vectors.readable(oldest)
        if not whole and self._revision() == revision:
            self._all_vectors.at(None)  # so that the next question looks again
            raise IndexDamaged(
                f"index damaged: {vectors if vectors < chunks else 'unreadable'} vectors for {chunks} chunks "
                f"in {self.name}; repair it with: rag check --repair --index {self.name}"
            )

    def _turned(self) -> VectorCollection:
        self._turn()
        return self._all_vectors

    # -- writing -------------------------------------------------------------------------------------------------

    def put(self, batch: Sequence[Filing], vectors: Vectors) -> None:
        new = [(filing.article, chunk) for filing in batch for chunk in filing.chunks]
        ids = [filing.article.id for filing in batch]
        self._announce(new, vectors)
        blobs = {chunk.id: blob for (_, chunk), blob in zip(new, packed(vectors), strict=True)}
        with self._changing() as db:
            now = self._clock()
            old = [c for c in self._chunk_ids(ids) if c not in blobs]
            there = schema.each(self._rows, "select id, number, digest from articles where id in ({})", ids)
            known = {row[0]: row[1:] for row in there}
            for filing in batch:
                if (name := filing.article.id) in known:
                    self.past.put_away(name, keeps=known[name][1] != filing.digest)
            self._forget(ids)
            # What keeps its number goes first: SQLite gives a new article the next one that is free.
            for filing in sorted(batch, key=lambda f: f.article.id not in known):
                schema.insert_article(db, filing, now, known.get(filing.article.id, (None,))[0])
                own = [blobs[chunk.id] for chunk in filing.chunks]
                self._came(schema.insert_chunks(self._database, filing.article, filing.chunks, own))
            for filing in batch:
                self._join(filing)
                self.past.settle(filing.article.id)
            db.executemany("delete from journal where chunk_id = ?", [(c,) for c in blobs])
            self._note(old)

    def remove(self, ids: Sequence[str]) -> int:
        with self._changing() as db:
            self._note(self._chunk_ids(ids))
            there = {row[0] for row in schema.each(self._rows, "select id from articles where id in ({})", ids)}
            self._forget(ids)
            count = len(there | self.past.forget(ids))
            db.executemany("delete from superseded where article_id = ?", [(i,) for i in ids])
            if count:
                self._database.words.purge()
        self._wipe()
        return count

    def _clock(self) -> int:
        """The time at which something comes in, in seconds since 1970."""
        return int(time.time())

    def _wipe(self) -> None:
        """Empties what would still have the text of what was removed."""

    def remember(self, feed: FeedState) -> None:
        seen = json.dumps({"seen": dict(feed.seen), "tried": dict(feed.tried)})
        with self.db as db:
            db.execute("delete from feeds where url = ?", (feed.url,))
            db.execute(
                "insert into feeds values (?, ?, ?, ?, ?, ?)",
                (feed.url, feed.title, feed.etag, feed.modified, seen, int(time.time())),
            )

    def loose(self) -> list[list[Article]]:
        stories = self._rows("select distinct story from articles where copy_of is null and story != id")
        return [self.shelf.select("where story = ? order by number", (story,)) for (story,) in stories]

    def group(self, prints: Sequence[tuple[str, str, str | None, float | None]]) -> None:
        with self.db as db:
            db.executemany(
                "update articles set story = ?, copy_of = ?, share = ? where id = ?",
                [(story, of, share, name) for name, story, of, share in prints],
            )
            db.executemany("update versions set story = ? where id = ?", [(print_[1], print_[0]) for print_ in prints])

    def supersede(self, article_id: str, digest: str) -> None:
        with self.db as db:
            db.execute("insert into superseded values (?, ?) on conflict do nothing", (article_id, digest))

    def _chunk_ids(self, articles: Sequence[str]) -> list[str]:
        return [row[0] for row in schema.each(self._rows, "select id from chunks where article_id in ({})", articles)]

    def _forget(self, ids: Sequence[str]) -> None:
        db = self.db
        numbers = [row[0] for row in schema.each(self._rows, "select number from chunks where article_id in ({})", ids)]
        self._database.words.delete(numbers)
        for table, key in (("vectors", "chunk"), ("chunks", "number")):
            db.executemany(f"delete from {table} where {key} = ?", [(n,) for n in numbers])
        gone = [(name,) for name in ids]
        db.executemany("delete from bands where article = (select number from articles where id = ?)", gone)
        db.executemany("delete from articles where id = ?", gone)
        db.executemany("update articles set copy_of = null, share = null where copy_of = ?", gone)
        for table in ("versions", "articles"):  # the next print leads the story
            db.executemany(
                f"update {table} set story = coalesce((select id from articles where story = ? order by number "
                "limit 1), story) where story = ?",
                [(name, name) for name in ids],
            )

    def _join(self, filing: Filing) -> None:
        """Puts an article into the story of its copies; where these are of several, all become one."""
        ids = [filing.article.id, *(name for name, _ in filing.copies)]
        rows = schema.each(self._rows, "select story from articles where id in ({}) order by number", ids)
        first, *others = dict.fromkeys(row[0] for row in rows)
        for other in others:
            for table in ("articles", "versions"):
                self.db.execute(f"update {table} set story = ? where story = ?", (first, other))

    def _note(self, chunks: Sequence[str]) -> None:
        """Names vectors in the journal that are about to come or to go."""
        self.db.executemany(
            "insert into journal values (?, ?) on conflict do nothing", [(c.rsplit(":", 2)[0], c) for c in chunks]
        )

    @contextmanager
    def _changing(self, *, noted: bool = True) -> Iterator[Writable]:
        """Commits what is done inside, shows readers that vectors have changed, and deletes those that are gone.

        ``noted`` says that readers may be told which, as they then need not look at all.
        """
        with self.db as db:
            yield db
            revision = new_revision()
            if noted:
                self._note_commit(db, revision)
            db.execute("update manifest set value = ? where key = 'revision'", (revision,))
        self._all_vectors.mark(revision)
        self._sweep()

    def _came(self, numbers: Sequence[int]) -> None:
        """Takes note of the numbers of chunks that the commit under way brings."""

    def _note_commit(self, db: Writable, revision: str) -> None:
        """Leaves word of the commit under way for readers, just before it takes effect."""

    def _sweep(self) -> None:
        """Deletes vectors that the journal names and no chunk does: left by a crash, an update or a removal."""
        noted = [row[0] for row in self._rows("select chunk_id from journal")]
        # By their ids: PostgreSQL would read the whole table for what it takes to be many.
        named = {row[0] for row in schema.each(self._rows, "select id from chunks where id in ({})", noted)}
        self._all_vectors.delete([name for name in noted if name not in named])
        with self.db as db:
            db.execute("delete from journal")

    # -- searching -----------------------------------------------------------------------------------------------

    def dense(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        """(chunk id, cosine similarity) of the nearest chunks of articles that pass, best first."""
        if filters.as_of:
            return self.at(filters.as_of).dense(vector, k, filters)
        self._turn()
        if not self._value("select 1 from chunks limit 1"):
            return []
        return lookup.nearest_chunks(self._rows, self._all_vectors, vector, k, filters)

    def lexical(self, query: str, k: int, filters: Filters) -> list[tuple[str, float]]:
        if filters.as_of:
            return self.at(filters.as_of).lexical(query, k, filters)
        return lookup.matching(self._database, query, k, filters)

    def mentioning(self, word: str) -> set[str]:
        return lookup.mentioning(self._database, word)

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        statement = "select id, article_id, start, stop, prefix from chunks where id in ({})"
        rows = schema.each(self._rows, statement, ids)
        of = {row[1] for row in rows}
        # Cut here, not by SQLite, whose substr() ends at a NUL character.
        bodies = dict(schema.each(self._rows, "select id, body from articles where id in ({})", of))
        found: dict[str, Chunk] = {}
        for chunk_id, article_id, start, stop, before in rows:
            if article_id in bodies:  # else removed between the two statements
                text = bodies[article_id][start:stop]
                found[chunk_id] = Chunk(chunk_id, article_id, start, stop, text, before + text)
        return found

    def owners(self, ids: Sequence[str]) -> dict[str, Article]:
        known: dict[str, Article] = {}
        found: dict[str, Article] = {}
        for chunk_id, name, published, source, section, story in schema.each(
            self._rows, _OWNERS.format(self._of_one_article), ids
        ):
            if name not in known:
                day = schema.when(published)
                known[name] = Article(name, "", "", published=day, source=source, section=section, story=story)
            found[chunk_id] = known[name]
        return found

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        rows = schema.each(self._rows, _PASSAGES, ids)
        articles: dict[str, Article] = {}
        found: dict[str, tuple[Chunk, Article]] = {}
        for chunk_id, start, stop, before, *row in rows:
            article = articles.get(row[0]) or articles.setdefault(row[0], schema.article(row))
            text = article.body[start:stop]
            found[chunk_id] = Chunk(chunk_id, article.id, start, stop, text, before + text), article
        return found

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        found = self.shelf.select("where id in (select value from json_each(?))", (json.dumps(list(ids)),))
        return {article.id: article for article in found}

    # -- listing -------------------------------------------------------------------------------------------------

    def all(self, filters: Filters | None = None, *, bodies: bool = False) -> list[Article]:
        if filters and filters.as_of:
            return self.at(filters.as_of).all(filters, bodies=bodies)
        clauses, values = schema.conditions(filters or Filters())
        order = "order by published_at is null, published_at desc, id"
        return self.shelf.select(f"where {' and '.join(clauses) or 'true'} {order}", values, bodies=bodies)

    def sources(self) -> list[tuple[str, int]]:
        return self._rows("select coalesce(source, ''), count(*) as n from articles group by 1 order by n desc, 1")

    def oldest_and_newest(self) -> tuple[Article, Article] | None:
        by_day = "where published_at is not null order by published_at {}, id limit 1"
        ends = [self.shelf.select(by_day.format(order), [], bodies=False) for order in ("asc", "desc")]
        return (ends[0][0], ends[1][0]) if all(ends) else None

    def authors(self) -> list[tuple[str, int]]:
        return self._rows(
            "select value, count(*) as n from articles, json_each(articles.authors) group by 1 order by n desc, 1"
        )

    def scopes(self) -> tuple[list[str], list[str]]:
        """The names of all outlets, most articles first, and of all sections; looked up again only after a commit."""
        revision = self._revision()
        known, found = self._scopes  # read at once, for another thread may replace it
        if known is None or known != revision:
            sections = self._rows("select distinct section from articles where section is not null")
            found = [source for source, _ in self.sources() if source], [row[0] for row in sections]
            self._scopes = revision, found
        return found

    def count(self) -> int:
        return int(self._value("select count(*) from articles"))

    def count_chunks(self) -> int:
        return int(self._value("select count(*) from chunks"))

    # -- mending -------------------------------------------------------------------------------------------------

    def put_chunks(self, article: Article, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        self._announce([(article, chunk) for chunk in chunks], vectors)
        with self._changing() as db:
            self._came(schema.insert_chunks(self._database, article, chunks, packed(vectors)))
            db.executemany("delete from journal where chunk_id = ?", [(chunk.id,) for chunk in chunks])

    def _announce(self, new: Sequence[tuple[Article, Chunk]], vectors: Vectors) -> None:
        """Writes vectors of chunks that are about to be stored; the journal has them until they are."""
        ids = [chunk.id for _, chunk in new]
        with self.db:
            self._note(ids)
        self._all_vectors.upsert(ids, vectors, [schema.metadata(article) for article, _ in new])

    def distrust(self, ids: Sequence[str]) -> None:
        with self.db as db:
            db.executemany("update articles set digest = '' where id = ?", [(i,) for i in ids])

    def mend(self, progress: Progress | None = None) -> tuple[list[str], list[str]]:
        """Writes the vectors to Chroma again that are missing there or wrong.

        Returns the chunks whose stored vector is no vector: they have to be embedded again (:meth:`put_vectors`); and
        the vectors that no chunk names, for :meth:`mended`.
        """
        ids, extra = check.faults(self._rows, self._all_vectors, self._dimension)
        bad: list[str] = []
        for done in range(0, len(ids), MENDED_AT_ONCE):
            part = ids[done : done + MENDED_AT_ONCE]
            stored = dict(schema.each(self._rows, check.STORED, part))
            good = {name: blob for name, blob in stored.items() if check.is_vector(blob, self._dimension)}
            bad += [name for name in stored if name not in good]
            if good:
                self._write(list(good), unpacked_vectors(list(good.values())))
            if progress:
                progress("repairing", done + len(part), len(ids))
        return bad, extra

    def put_vectors(self, ids: Sequence[str], vectors: Vectors) -> None:
        self._write(ids, vectors)
        with self.db as db:
            numbers = dict(schema.each(self._rows, "select id, number from chunks where id in ({})", ids))
            rows = [(numbers[i], blob) for i, blob in zip(ids, packed(vectors), strict=True) if i in numbers]
            db.executemany("delete from vectors where chunk = ?", [row[:1] for row in rows])
            db.executemany("insert into vectors values (?, ?)", rows)

    def _write(self, ids: Sequence[str], vectors: Vectors) -> None:
        of = dict(schema.each(self._rows, "select id, article_id from chunks where id in ({})", ids))
        articles = self.articles(list(of.values()))
        self._all_vectors.upsert(ids, vectors, [schema.metadata(articles[of[i]]) for i in ids])

    def mended(self, extra: Sequence[str]) -> None:
        with self._changing(noted=False):  # so that readers open the graph anew
            self._all_vectors.delete(extra)


def new_revision() -> str:
    """A name for a commit that no other one has."""
    return f"{time.time_ns()}-{os.getpid()}"
