"""The parts that can be exchanged: what a question's way and the way in are given, as protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from rag.types import (
    Article,
    CheckResult,
    Chunk,
    Copy,
    Embargoed,
    FeedState,
    Filters,
    Message,
    Progress,
    Version,
    Withdrawn,
)

if TYPE_CHECKING:  # they cost 0.1 s of start-up that `rag --help` need not pay
    from concurrent.futures import Future

    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"
"""Shape (n, dimension), unit length, one row a text."""


class Embedder(Protocol):
    """Turns texts into vectors. Safe for any number of threads."""

    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str:
        """A hash of the weights: two embedders with the same digest give the same vectors."""

    @property
    def dimension(self) -> int: ...
    @property
    def max_tokens(self) -> int:
        """The word pieces that one text may have, the model's own special tokens taken off."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without special tokens and without truncation."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, shape (len(texts), dimension), in the order of the texts."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The reranker's scores for one sentence, ``body[start:end]`` of its article.

    ``score`` is a logit of how likely it holds the answer; ``span`` are the offsets of its words that answer best, if
    any do, and ``span_score`` how well they begin and end as an answer (two logits, added).
    """

    start: int
    end: int
    score: float
    span: tuple[int, int] | None = None
    span_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The reranker's scores for one passage: a logit of how likely it holds the answer, and its sentences."""

    passage: float
    sentences: tuple[Sentence, ...]


class Reranker(Protocol):
    """Reads a question beside passages: slower than a search and better."""

    @property
    def name(self) -> str: ...
    def read(self, question: str, chunks: Sequence[Chunk]) -> list[Reading]:
        """The scores of each passage, in their order. Raises ``ModelError``."""


class EntailmentModel(Protocol):
    """A natural language inference model."""

    @property
    def name(self) -> str: ...
    def carried(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """For each (premise, hypothesis) the probability, 0 to 1, that the one follows from the other.

        Raises ``ModelError``.
        """


@dataclass(frozen=True, slots=True)
class Usage:
    """What a reply cost, known when it has ended; ``None`` where the provider does not say."""

    finish: Literal["stop", "length", "cut"]  # max_tokens were not enough; the connection broke in the middle
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None  # of the prompt, not read again
    inner: tuple[float, ...] | None = None  # the mean of a middle layer over the words of the reply


class Reply(Iterator[str], Protocol):
    """The pieces of a reply as they are written. Raises ``LlmError`` or ``ModelError``."""

    @property
    def usage(self) -> Usage | None: ...
    def turns(self) -> Iterator[int]:
        """How many conversations are ahead, whenever that changes, until the model begins."""

    def close(self) -> None:
        """Stops the model."""


class Llm(Protocol):
    """A language model. Safe for any number of threads."""

    @property
    def name(self) -> str: ...
    @property
    def can_score(self) -> bool:
        """Whether :meth:`score` works: only of the embedded model are probabilities known."""

    def stream(self, messages: Sequence[Message], *, max_tokens: int, deadline: float) -> Reply:
        """Begins a reply; ``deadline`` is in seconds, for the whole reply."""

    def score(self, messages: Sequence[Message], options: Sequence[str], *, deadline: float) -> list[float]:
        """For each option the natural log of the probability that it is the whole reply. Raises ``LlmError``."""

    def warm(self, prefix: Sequence[Message]) -> Future[None]:
        """Loads in the background what the first reply needs, and reads what all messages begin with."""

    def close(self) -> None:
        """Stops what runs and frees the model."""


Digest = Callable[[Article], str]
"""Of an article; what it was stored with shows later whether its text has changed on the disk."""


class KnownArticles(Protocol):
    """What decides which stored article an article is."""

    def digest(self, article_id: str) -> str | None:
        """The digest that an article was stored with."""

    def article(self, article_id: str) -> Article | None: ...
    def of_url(self, url: str) -> str | None:
        """The id of the article with exactly this URL."""

    def at_url(self, url: str) -> list[Article]:
        """The articles with exactly this URL, those of a column that has one for all; at most 200."""

    def superseded(self, article_id: str, digest: str) -> bool:
        """Whether an article had this digest until a later version, read in the same run, replaced it."""

    def same_body(self, body_digest: str) -> list[Article]: ...
    def of_origin(self, file: str, title: str, published: str | None) -> list[Article]:
        """The articles read from a file, or from a record in it, that have this headline or this time."""


class Shelf(KnownArticles, Protocol):
    """What is stored of articles besides their text: which one an article is, its copies and versions, the feeds."""

    def arrived(self, after: int) -> list[tuple[str, str, int]]:
        """(id, digest, second) of the articles that were stored, or replaced, in that second since 1970 or later."""

    def alike(self, bands: Sequence[int], most: int) -> list[Article]: ...
    def copies(self, story: str) -> list[Copy]: ...
    def versions(self, article_id: str) -> list[Version]: ...
    def digests(self) -> dict[str, str]:
        """The digest of the present version of every article, by its id."""

    def vectors_of(self, articles: Sequence[str]) -> list[tuple[str, bytes]]:
        """(id of the article, 32-bit floats, lowest byte first) of every chunk of these articles."""

    def feed(self, url: str) -> FeedState | None: ...
    def feeds(self) -> list[tuple[FeedState, datetime]]: ...


@dataclass(frozen=True, slots=True)
class Filing:
    """An article on its way to the store, with all that is stored with it."""

    article: Article
    chunks: Sequence[Chunk]
    digest: str
    body_digest: str
    bands: Sequence[int] = ()  # of rag.ingest.near_duplicates: what its near copies are found by
    copies: Sequence[tuple[str, float]] = ()  # (id of a near copy, share of this text that it holds), best first


class Searchable(Protocol):
    """Of a store what a question needs; what the filters' ``as_of`` hides besides is a matter of :meth:`at`."""

    def at(self, as_of: date | None) -> Searchable:
        """The articles as they stood at the end of a day: each in the version that was the newest then, without those
        that came later or were withdrawn by then, in searches, counts and lists; None for what is in force now."""

    def dense(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        """(chunk id, cosine similarity) of the nearest chunks, best first."""

    def lexical(self, query: str, k: int, filters: Filters) -> list[tuple[str, float]]:
        """(chunk id, BM25) of the chunks that share words with the query, best first."""

    def chunks(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """Those that are there, by id."""

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """Those that are there, by id, with their bodies."""

    def owners(self, ids: Sequence[str]) -> dict[str, Article]:
        """Of each of these chunks that is there its article: the id, the day, the outlet, the section, the story, and
        no text, which costs more to read than all else."""

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        """The chunks that are there, by id, each with its article as one and the same commit left both."""

    def scopes(self) -> tuple[list[str], list[str]]:
        """The names of all outlets and of all sections."""

    def count(self) -> int:
        """How many articles there are."""

    def sources(self) -> list[tuple[str, int]]:
        """(outlet, articles), most first; '' are those without one."""

    def authors(self) -> list[tuple[str, int]]:
        """(author, articles), most first."""

    def mentioning(self, word: str) -> set[str]:
        """Ids of the articles with ``word``, or a word that begins like it, in their headline or text."""

    def all(self, filters: Filters | None = None, *, bodies: bool = False) -> list[Article]:
        """All articles that pass, newest first; without bodies unless asked."""

    def oldest_and_newest(self) -> tuple[Article, Article] | None:
        """Of the articles with a day, without bodies."""


class Snapshot(Searchable, Protocol):
    """All that can be read of a store, as it is now or as it stood at the end of a day."""

    def at(self, as_of: date | None) -> Snapshot: ...
    def copies(self, story: str) -> list[Copy]:
        """All prints of a story, the earliest first."""

    def count_chunks(self) -> int:
        """How many chunks there are."""


class Waiting(Protocol):
    """The articles under an embargo, and what is known of withdrawn ones."""

    def hold(self, name: str, article: Article, digest: str) -> None:
        """Keeps an article, of which nothing is shown, until its embargo is over."""

    def held(self, name: str) -> tuple[Article, str] | None:
        """The article that waits under a name, with its digest."""

    def due(self) -> list[tuple[str, Article]]:
        """(name, article) of those whose time has come, by the clock."""

    def drop(self, name: str) -> None:
        """Forgets what waits under a name."""

    def withdrawn(self, name: str) -> Withdrawn | None: ...
    def unbury(self, name: str) -> None:
        """Forgets that an article was withdrawn: a later version of it has come."""


class Store(Snapshot, Protocol):
    """Articles, their chunks and vectors. Any number of threads may read; what changes it is called in :meth:`writing`.

    Another backend is a class with these methods, given to :class:`~rag.News`.
    """

    shelf: Shelf
    waiting: Waiting

    def check(self, digest: Digest) -> CheckResult:
        """Compares text, words and vectors with each other, and articles with their digests: one line a fault."""

    def close(self) -> None:
        """Closes all files, whichever thread opened them; the next use opens them again."""

    def writing(self, *, mending: bool = False) -> AbstractContextManager[None]:
        """Holds the index's one writer's lock. Raises ``IndexLocked`` naming who holds it.

        With ``mending`` damaged vectors do not matter, for they are to be mended.
        """

    def being_written(self) -> bool:
        """Whether any process changes something right now."""

    def turn(self) -> AbstractContextManager[bool]:
        """Inside :meth:`writing`: keeps other writers, where there can be several, from changing anything until the
        block ends. True where one of them has changed something since this one's last turn, so that what was decided
        before may no longer hold."""

    def put(self, batch: Sequence[Filing], vectors: Vectors) -> None:
        """Stores articles with their chunks, replacing what had the same id; when it returns they are safe.

        ``vectors`` has a row a chunk, in the same order. What is replaced is kept as a version.
        """

    def remove(self, ids: Sequence[str]) -> int:
        """Deletes articles everywhere, their versions too; returns how many there were."""

    def remember(self, feed: FeedState) -> None:
        """Keeps what is known of a feed for its next reading."""

    def keep_older(self, article: Article, digest: str) -> None:
        """Keeps an older version of a stored article that was read after the newer one."""

    def note_again(self, article: Article) -> None:
        """Keeps the number, the correction or the earlier time of reading that a stored text comes with again."""

    def bare_versions(self) -> list[tuple[int, Article]]:
        """Some earlier versions, by their numbers, that have no chunks yet; none where all have."""

    def put_passages(self, version: int, article: Article, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Gives an earlier version its chunks, with a row of ``vectors`` each."""

    def withdraw(self, gone: Withdrawn) -> bool:
        """Takes an article out of everything but the days before; whether it was there."""

    def withdrawn(self) -> list[Withdrawn]:
        """The articles that were withdrawn, the last first."""

    def embargoed(self) -> list[Embargoed]:
        """What waits for its time, the next first."""

    def kept_of(self, filters: Filters) -> set[str]:
        """Ids of articles of these outlets and days that were withdrawn or wait."""

    def supersede(self, article_id: str, digest: str) -> None:
        """Remembers that a version has given way to a later one of the same run."""

    def loose(self) -> list[list[Article]]:
        """The prints, in the order they were stored, of each story that lost the print that others are copies of."""

    def group(self, prints: Sequence[tuple[str, str, str | None, float | None]]) -> None:
        """Sets (id, story, copy of, share) of each article."""

    def mend_text(self, digest: Digest) -> list[Article]:
        """Rebuilds what depends on the articles' rows: indexes, stories, words; the next add may replace articles whose
        text has changed on the disk.

        Returns the articles that have lost their chunks, which :meth:`put_chunks` gives them again.
        """

    def put_chunks(self, article: Article, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Gives an article that is stored new chunks, with a row of ``vectors`` each."""

    def mend(self, progress: Progress | None = None) -> tuple[list[str], list[str]]:
        """Restores the vectors that are missing or wrong.

        Returns the chunks whose stored vector is no vector: they have to be embedded again (:meth:`put_vectors`); and
        the vectors that no chunk names, for :meth:`mended`.
        """

    def put_vectors(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Gives chunks that are stored new vectors."""

    def mended(self, extra: Sequence[str]) -> None:
        """Ends a repair: deletes vectors that no chunk names, and tells readers."""

    def distrust(self, ids: Sequence[str]) -> None:
        """Lets the next add of these articles replace them, whatever it holds."""
