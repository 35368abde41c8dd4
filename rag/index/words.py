"""The words of an index: which passages share some with a query, the best first by BM25."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Any, Protocol

MOST_WORDS = 200  # of one query; FTS5 refuses expressions that are much larger
ALL_RANKED = 10_000
"""Passages of a folder up to which all with any word of a query are ranked."""
MOST_RANKED = 4_000
"""Passages that are ranked in a larger index, about: those with the rarest words of a query, at least one word of it.
More, where the query has more words than one and too few of these pass a filter."""
WIDER_RANKED = 4
"""Times as many the next time."""
MOST_COUNTED = 64_000
"""Passages that have the words of a query which a folder ranks by, one after another, rarest first."""
NEWEST_COUNTED = 100_000
"""Passages, the newest, in which words are counted for all of a larger index: to count them in all takes longer than to
rank, and how many have a word need only be known about."""
COUNTED_ENOUGH = 100
"""Passages of those that must have a word; a rarer one is counted in all, which is soon done."""
CREATE_WORDS = (
    """create virtual table words using fts5 (title, text, tokenize = "porter unicode61 remove_diacritics 2")"""
)
_BM25 = "bm25(words, 2.0, 1.0)"
"""A word of the headline counts twice. Lower is better."""
_COUNT = "select count(*) from (select 1 from words where words match ? and rowid > ? limit ?)"
_FIRST = -(1 << 62)  # below every number, also those of earlier versions
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
    def clear(self) -> None:
        """Makes an empty index in the place of the one that is there."""

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

    def clear(self) -> None:
        self._db().execute("begin immediate")
        self._db().execute("drop table words")
        self._db().execute(CREATE_WORDS)

    def purge(self) -> None:
        # Else the words of a removed text stay in the files of the index until it is merged by chance.
        self._db().execute("insert into words (words) values ('optimize')")

    def best(self, query: str, k: int, *, past: bool = False) -> list[tuple[int, float]]:
        return self.joined(query, k, "words.rowid", "", "true" if past else "words.rowid > 0", ())

    def joined(
        self, query: str, k: int, column: str, joins: str, where: str, values: Sequence[Any]
    ) -> list[tuple[Any, float]]:
        words = asked_words(query)
        if not words:
            return []
        found: list[tuple[Any, float]] = []
        for match, times in self._matches(words):
            rows = self._rows(
                f"select {column}, {_BM25} as found from words {joins} where words match ? and {where} "
                "order by found limit ?",
                (match, *values, k),
            )
            found = [(one, -float(score) / times) for one, score in rows]
            if len(found) >= k:
                break
        return found

    def _matches(self, words: Sequence[str]) -> Iterator[tuple[str, int]]:
        """FTS5 queries, each of which finds more than the one before, the last all with any of the words; and how
        often each counts a word.

        FTS5 ranks all that it finds, and counts the passages with each word of a query for that. So a passage must have
        one of the rarest words, and a word of very many passages weighs nothing unless all must be found.
        """
        size = self._size()
        if size <= ALL_RANKED:
            yield fts5_match(words), 1
            return
        counted = self._counted(words, size)
        rarest = [word for word, _ in counted]
        weighed = bisect_right(list(accumulate(n for _, n in counted)), MOST_COUNTED)
        for chosen in widening([n for _, n in counted]):
            first, others = rarest[:chosen], rarest[chosen:weighed]
            if others:
                # FTS5 adds up what stands in a query, so each word is there twice; ``others`` need not be found.
                yield f"({fts5_match(first)}) AND ({fts5_match([*first, *others, *others])})", 2
            else:
                yield fts5_match(first), 1

    def _size(self) -> int:
        """About how many passages there are: not more."""
        return int(self._rows("select coalesce(max(number), 0) from chunks", ())[0][0])

    def _counted(self, words: Sequence[str], size: int) -> list[tuple[str, int]]:
        """(word, about how many of ``size`` passages have it), rarest first; those of most words are not counted
        further than that."""
        most = MOST_COUNTED
        while True:
            counts = [self._count(word, size, most + 1) for word in words]
            if min(counts) <= most:
                return sorted(zip(words, counts, strict=True), key=itemgetter(1))
            most *= WIDER_RANKED**2

    def _count(self, word: str, size: int, most: int) -> int:
        match = fts5_match([word])
        if size > NEWEST_COUNTED:
            among_newest = int(self._rows(_COUNT, (match, size - NEWEST_COUNTED, most))[0][0])
            if among_newest >= COUNTED_ENOUGH:
                return min(most, among_newest * size // NEWEST_COUNTED)
        return int(self._rows(_COUNT, (match, _FIRST, most))[0][0])

    def beginning(self, word: str, *, past: bool = False) -> list[int]:
        parts = " ".join(_words_of(word)[:MOST_WORDS])
        if not parts:
            return []
        # Words are kept by their stems: of 'commission' a beginning is found up to 'commiss', and then the whole word.
        now = "" if past else "and rowid > 0"
        found = self._rows(f"select rowid from words where words match ? {now}", (f'"{parts}" OR "{parts}"*',))
        return [row[0] for row in found]


def fts5_match(words: Iterable[str]) -> str:
    """An FTS5 query for any of these words, each quoted so that none is an operator."""
    return " OR ".join(f'"{word}"' for word in words)


def widening(passages: Sequence[int]) -> Iterator[int]:
    """How many of the words of a query choose what is ranked, where ``passages`` have each of them, rarest first: as
    far as not too many passages have one, but at least one; then more words, and in the end all."""
    sums = list(accumulate(passages))
    most, given = MOST_RANKED, 0
    while given < len(sums):
        words = max(1, bisect_right(sums, most))
        if words > given:
            yield words
            given = words
        most *= WIDER_RANKED


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
