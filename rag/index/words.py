"""The words of an index: which passages share some with a query, the best first by BM25."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

MOST_WORDS = 200  # of one query; FTS5 refuses expressions that are much larger
CREATE_WORDS = (
    """create virtual table words using fts5 (title, text, tokenize = "porter unicode61 remove_diacritics 2")"""
)
_BM25 = "bm25(words, 2.0, 1.0)"
"""A word of the headline counts twice. Lower is better."""
_CJK = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")
_WORD = re.compile(r"\w+")
_STOPWORDS = frozenset(
    (
        "a an and are as at be been but by can could did do does for from had has have he her his how i if in is it "
        "its many me much my not of on or our she so that the their them there they this to was we were what when "
        "where which who whom whose why will with would you your"
    ).split()
)


class Words(Protocol):
    """The full-text index over ``title`` and ``text`` of every passage, by its number: those of earlier versions are
    negative. What changes it is called inside a transaction of a writer."""

    def insert(self, passages: Sequence[tuple[int, str, str]]) -> None:
        """Takes in passages: (number, title, text)."""

    def delete(self, numbers: Iterable[int]) -> None: ...
    def purge(self) -> None:
        """Leaves nothing of what was deleted in the files of the index, as far as that is in its hands."""

    def best(self, query: str, k: int, *, past: bool = False) -> list[tuple[int, float]]:
        """(number, BM25) of the passages that share words with the query, best first; with those of earlier versions
        only if ``past``."""

    def joined(
        self, query: str, k: int, column: str, joins: str, where: str, values: Sequence[Any]
    ) -> list[tuple[Any, float]]:
        """(``column``, BM25), best first, of passages that a condition chooses; ``joins`` ties tables to
        ``words.rowid``, and ``values`` are those of the condition's parameters."""

    def beginning(self, word: str, *, past: bool = False) -> list[int]:
        """Numbers of the passages with ``word`` or a word that begins like it."""


class Fts5Words(Words):
    """The virtual table ``words`` of SQLite's FTS5. ``connections`` are those of :mod:`rag.index.connection`."""

    def __init__(self, rows: Callable[[str, Sequence[Any]], list[Any]], db: Callable[[], Any]):
        self._rows, self._db = rows, db

    def insert(self, passages: Sequence[tuple[int, str, str]]) -> None:
        # Full-text search reads no further than a NUL character.
        found = [(n, *(spaced(t.replace("\0", " ")) for t in (title, text))) for n, title, text in passages]
        self._db().executemany("insert into words (rowid, title, text) values (?, ?, ?)", found)

    def delete(self, numbers: Iterable[int]) -> None:
        self._db().executemany("delete from words where rowid = ?", [(n,) for n in numbers])

    def purge(self) -> None:
        # Else the words of a removed text stay in the files of the index until it is merged by chance.
        self._db().execute("insert into words (words) values ('optimize')")

    def best(self, query: str, k: int, *, past: bool = False) -> list[tuple[int, float]]:
        if not (match := fts5_match(query)):
            return []
        now = "" if past else "and rowid > 0"
        found = self._rows(
            f"select rowid, {_BM25} as found from words where words match ? {now} order by found limit ?", (match, k)
        )
        return [(number, -float(score)) for number, score in found]

    def joined(
        self, query: str, k: int, column: str, joins: str, where: str, values: Sequence[Any]
    ) -> list[tuple[Any, float]]:
        if not (match := fts5_match(query)):
            return []
        found = self._rows(
            f"select {column}, {_BM25} as found from words {joins} where words match ? and {where} "
            "order by found limit ?",
            (match, *values, k),
        )
        return [(one, -float(score)) for one, score in found]

    def beginning(self, word: str, *, past: bool = False) -> list[int]:
        parts = " ".join(_words_of(word)[:MOST_WORDS])
        if not parts:
            return []
        # Words are kept by their stems: of 'commission' a beginning is found up to 'commiss', and then the whole word.
        now = "" if past else "and rowid > 0"
        found = self._rows(f"select rowid from words where words match ? {now}", (f'"{parts}" OR "{parts}"*',))
        return [row[0] for row in found]


def fts5_match(query: str) -> str:
    """An FTS5 query for any of the words of ``query``, each quoted so that none is an operator; else ''."""
    return " OR ".join(f'"{w}"' for w in asked_words(query))


def asked_words(query: str) -> list[str]:
    """The words of a query that are searched for, each once; without the commonest, where others are left."""
    words = list(dict.fromkeys(w.lower() for w in _words_of(query)))
    return ([w for w in words if w not in _STOPWORDS] or words)[:MOST_WORDS]


def _words_of(text: str) -> list[str]:
    """The words of a text; each Chinese, Japanese or Korean character is one."""
    return _WORD.findall(spaced(text))


def spaced(text: str) -> str:
    """Chinese, Japanese and Korean characters set apart, so that each is a word to a full-text index."""
    return _CJK.sub(r" \1 ", text)
