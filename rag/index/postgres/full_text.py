"""The words of an index in PostgreSQL: a GIN index over ``tsvector``, ranked by BM25 with the rarity of each word.

PostgreSQL's own ranking knows nothing of how rare a word is. What it does know is how often a word stands in a passage:
``ts_rank`` of one word that stands there n times is (1 + 1/4 + ... + 1/n^2) / (pi^2 / 6), from which n is read back.
The rest is BM25 as FTS5 has it (https://sqlite.org/fts5.html#the_bm25_function): k1 = 1.2, b = 0.75, a word of the
headline counts twice.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from rag.index.postgres.database import PostgresDatabase, given_values, translated_statement
from rag.index.words import MOST_WORDS, Words, asked_words, spaced, widening

_MARKS = re.compile("[\u0300-\u036f]")
_NO_WORD = re.compile(r"[\W_]+")
_TIMES = "case when {0} > 0 then 1 / ((1 - {0}) * 1.6449340668482264) - 0.5 else 0 end"
"""How often a word is in a passage, by its rank: within 5 % from once on."""
_RANKED = f"""
with chosen as materialized (
  select distinct on (one) {{column}} as one, words.title, words.document, words.length
  from words {{joins}} where words.document @@ %s::tsquery and {{where}})
select one, sum(rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / %s::float8))) as score
from chosen
cross join unnest(%s::tsquery[], %s::float8[]) as asked (word, rarity)
cross join lateral (
  select ts_rank('{{{{1,1,1,1}}}}', document, word)::float8 as whole,
    ts_rank('{{{{1,1,1,1}}}}', title, word)::float8 as head offset 0) as ranks
cross join lateral (select {_TIMES.format("whole")} + {_TIMES.format("head")} as times offset 0) as counted
where times > 0 group by one order by score desc, one limit %s"""


class PostgresWords(Words):
    """The tables of :mod:`rag.index.postgres.tables` that are about words."""

    def __init__(self, database: PostgresDatabase):
        self._database = database

    def insert(self, passages: Sequence[tuple[int, str, str]]) -> None:
        if not passages:
            return
        numbers = [n for n, _, _ in passages]
        heads = [plain_words(title) for _, title, _ in passages]
        texts = [plain_words(text) for _, _, text in passages]
        lengths = [len(f"{head} {text}".split()) for head, text in zip(heads, texts, strict=True)]
        db = self._database.db
        db.run(
            "insert into words select n, to_tsvector('news', head), to_tsvector('news', head || ' ' || body), length "
            "from unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) as given (n, head, body, length)",
            (numbers, heads, texts, lengths),
        )
        db.run(
            "insert into lexemes select lexeme, count(*) from words, unnest(document) where rowid = any(%s::bigint[]) "
            "group by lexeme order by lexeme on conflict (lexeme) do update set n = lexemes.n + excluded.n",
            (numbers,),
        )
        db.run(
            "update word_totals set passages = passages + %s::bigint, length = length + %s::bigint",
            (len(numbers), sum(lengths)),
        )

    def delete(self, numbers: Iterable[int]) -> None:
        gone = list(numbers)
        if not gone:
            return
        db = self._database.db
        db.run(
            "update lexemes set n = lexemes.n - gone.n from (select lexeme, count(*) as n from words, unnest(document) "
            "where rowid = any(%s::bigint[]) group by lexeme) as gone where lexemes.lexeme = gone.lexeme",
            (gone,),
        )
        db.run(
            "delete from lexemes where n <= 0 and lexeme in "
            "(select lexeme from words, unnest(document) where rowid = any(%s::bigint[]))",
            (gone,),
        )
        db.run(
            "with gone as (delete from words where rowid = any(%s::bigint[]) returning length) "
            "update word_totals set passages = passages - (select count(*) from gone), "
            "length = word_totals.length - (select coalesce(sum(length), 0) from gone)",
            (gone,),
        )

    def purge(self) -> None:
        """Deleted rows are overwritten by PostgreSQL's own vacuum, in its own time."""

    def clear(self) -> None:
        """Empties the whole index of words; inside a transaction."""
        for statement in ("truncate words, lexemes", "update word_totals set passages = 0, length = 0"):
            self._database.db.run(statement)

    def best(self, query: str, k: int, *, past: bool = False) -> list[tuple[int, float]]:
        where = "true" if past else "words.rowid > 0"
        return self.joined(query, k, "words.rowid", "", where, ())

    def joined(
        self, query: str, k: int, column: str, joins: str, where: str, values: Sequence[Any]
    ) -> list[tuple[Any, float]]:
        asked, average = self._asked(query)
        if not asked:
            return []
        text, lists = translated_statement(where)
        statement = _RANKED.format(column=column, joins=joins, where=text)
        given = given_values(lists, values)
        each = [_quoted(word) for word, _, _ in asked]
        rarities = [rarity for _, rarity, _ in asked]
        found: list[tuple[Any, float]] = []
        for words in widening([passages for _, _, passages in asked]):
            any_of = " | ".join(each[:words])
            rows = self._database.db.run(statement, (any_of, *given, average, each, rarities, k)).fetchall()
            found = [(one, float(score)) for one, score in rows]
            if len(found) >= k:
                break
        return found

    def _asked(self, query: str) -> tuple[list[tuple[str, float, int]], float]:
        """(word as it is indexed, rarity, passages that have it) of the query's words that any passage has, rarest
        first; and the average length of a passage."""
        words = plain_words(" ".join(asked_words(query)))
        if not words:
            return [], 1.0
        rows = self._database.rows(
            "select lexeme, n, passages, length from unnest(to_tsvector('news', ?)) join lexemes using (lexeme), "
            "word_totals order by n, lexeme",
            (words,),
        )
        if not rows:
            return [], 1.0
        passages, length = int(rows[0][2]), int(rows[0][3])
        found = [(w, max(math.log((passages - n + 0.5) / (n + 0.5)), 1e-6), int(n)) for w, n, _, _ in rows]
        return found[:MOST_WORDS], max(length / max(passages, 1), 1.0)

    def beginning(self, word: str, *, past: bool = False) -> list[int]:
        parts = plain_words(word).split()[:MOST_WORDS]
        if not parts:
            return []
        # Words are kept by their stems: of 'commission' a beginning is found up to 'commiss', and then the whole word.
        now = "" if past else "and rowid > 0"
        phrase = " <-> ".join(parts)
        rows = self._database.rows(
            f"select rowid from words where document @@ (to_tsquery('news', ?) || to_tsquery('news', ?)) {now}",
            (phrase, f"{phrase}:*"),
        )
        return [row[0] for row in rows]


def plain_words(text: str) -> str:
    """The words of a text in small letters without accents, one blank between two: the parser of PostgreSQL would take
    addresses, hyphens and signs otherwise than FTS5 does."""
    plain = _MARKS.sub("", unicodedata.normalize("NFD", spaced(text).casefold()))
    return _NO_WORD.sub(" ", unicodedata.normalize("NFC", plain)).strip()


def _quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
