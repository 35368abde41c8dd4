"""Whether a question goes beyond the article that is open: it is plainly about something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.qa.attribution.subjects import SOFT_NAMES, article_tokens, asked_names, meant_in, named_in
from rag.qa.requests.kinds import KINDS_AT_ONCE, kind_of, without_courtesy
from rag.qa.requests.matter import topic
from rag.text.tokens import content
from rag.types import Article, Hit

MAX_SHARE_HERE = 0.34
"""Share of a question's words that an open article may have where the question is about something else."""
MIN_SHARE_THERE = 0.6
"""The same that one other article must have."""
_PLAIN = frozenset(
    content(
        "article articles story text piece page paper papers news author writer reporter journalist headline title "
        "outlet source sources paragraph sentence point points person people thing things place day date year time "
        "happen happened happens mean means know tell give list name names compare summarise summarize summary came "
        "come comes went write wrote written say said says think thinks do done explain exactly really mentioned "
        "mention reason reasons first last next main key important"
    )
)
"""Words that a question about any article may have."""


def is_elsewhere(question: str, article: Article, find: Callable[[], Sequence[Hit]]) -> bool:
    """Whether a question is plainly about something else than ``article``, and another of those found speaks of that.

    ``find`` searches all articles for the question; it is called only where the article lacks its words.
    """
    if kind_of(question) in KINDS_AT_ONCE:
        return False
    bare = without_courtesy(" ".join(question.split()).strip(" ?!.,"))
    about = topic(question) or bare
    words = [t for t in dict.fromkeys(content(about)) if t not in _PLAIN and len(t) > 1]
    named = [run for run in asked_names(f"about {about}") if not set(run) <= SOFT_NAMES | _PLAIN]
    if not words or _share(words, named, article) > MAX_SHARE_HERE:
        return False
    others = {h.article.id: h.article for h in find() if h.article.id != article.id}
    return any(_share(words, named, other) >= MIN_SHARE_THERE for other in others.values())


def _share(words: Sequence[str], named: Sequence[Sequence[str]], article: Article) -> float:
    """How much of a question an article has, 0..1: of its names, where it has any, else of its words."""
    there = article_tokens(article)
    if named:
        return sum(named_in(run, there) for run in named) / len(named)
    return sum(meant_in(word, there) for word in words) / len(words)
