"""What is answered without a search: small talk, what the program does, and what the library holds, from the store."""

from __future__ import annotations

import re
from typing import Literal

from rag.protocols import Searchable
from rag.qa.answer.refusal import ABOUT, Refusal, talk
from rag.qa.article_days import day_words
from rag.qa.asked import Outcome, Question
from rag.qa.requests.given import pasted_reply
from rag.qa.requests.kinds import ARTICLES_COUNTED
from rag.text.tokens import content
from rag.types import Article, Filters, day

NO_ARTICLES = "The library holds no articles yet. Add some first."
LANGUAGES = "I read articles in many languages and translate none: ask in the language of the articles."
ONLY_HERE = (
    "I answer only from the articles in this library, in their own words or with a citation, and search nothing else."
)
ADDING = "Add articles on the Library page, or with: rag add FOLDER_OR_ADDRESS."
MAX_OUTLETS = 12
"""Outlets or sections that are named; of the others the number."""
MAX_TITLES = 5
"""Articles on a topic that are named; of the others the number."""

Aspect = Literal[
    "adding", "languages", "only here", "sections", "outlets", "newest", "oldest", "size", "program", "all of it"
]
_WORD = re.compile(r"[^\W_][\w’'-]*")
_WORDS: tuple[tuple[Aspect, str], ...] = (
        ("adding", r"(?:do|can|could) i add"),
        ("program", r"can (?:you|u|it|this) (?:do|help)|(?:can|could|should) i (?:do|use|ask)|do i (?:do|use|start)|"
                    r"(?:first time|new) here|(?:who|what) (?:are|r) (?:you|u)|help|"
                    r"(?:made|built|wrote) (?:you|u)|how (?:do|does) (?:you|u|it|this) work"),
        ("languages", r"languages?|translate|(?:answer|reply|write|speak|read) in \w+|speak \w+|german|french|spanish"),
        ("only here", r"internet|the web|make \w+ up|hallucinate|lie"),
        ("sections", r"sections?|topics?|subjects?"),
        ("outlets", r"outlets?|(?:news)?papers?|sources?|publications?|publishers?|media|come from"),
        ("oldest", r"oldest|first|how old|far back|span|period|time range|range|dates|years|days"),
        ("newest", r"newest|latest|last|most recent|recent|how (?:new|current)|up[- ]to[- ]date|updated"),
        ("size", r"how (?:many|much|big|large)|number of|(?:in|of) (?:the |this |your )?(?:library|index|archive|"
                 r"collection|database)|library|index|in here|in there|stored"),
)  # fmt: skip
_OF_COUNTING = frozenset(
    content(
        "how many much number total altogether article articles story stories piece pieces report reports news item "
        "items text texts write wrote written file filed author byline publish published mention mentions come get got "
        "hold cover covers collection library index archive corpus store database here please ok so thing stuff matter "
        "topic together full overall you your have has are there this that about count different all told"
    )
)
"""Words that ask for a number of articles, and are no topic of theirs."""
_ASPECTS = tuple((aspect, re.compile(rf"\b(?:{words})\b", re.I)) for aspect, words in _WORDS)


def at_once(question: Question, store: Searchable) -> Outcome:
    """The reply to small talk, to a pasted text, or to a question about the library or the program."""
    if question.request.kind == "pasted":
        return Outcome(refused=Refusal(pasted_reply(question.text), "talk"), form="pasted")
    if question.request.kind == "talk":
        return Outcome(refused=talk(question.query), form="talk")
    return Outcome(refused=Refusal(about_us(question.query, store), "talk"), form="about")


def about_us(question: str, store: Searchable) -> str:
    """One or two sentences on what is asked about the library, counted in the store, or about the program."""
    aspect: Aspect = next((a for a, form in _ASPECTS if form.search(question)), "all of it")
    fixed = {"adding": ADDING, "languages": LANGUAGES, "only here": ONLY_HERE, "program": ABOUT}
    if text := fixed.get(aspect):
        return text
    if aspect == "all of it":
        return f"{ABOUT} {_held(store, 'size')}"
    if ARTICLES_COUNTED.search(question) and (counted := _counted(question, store)):
        return counted
    return _held(store, aspect)


def _counted(question: str, store: Searchable) -> str | None:
    """How many articles are of the outlet or author that a question names, or have the words of its topic; None where
    it names nothing."""
    for named, how in ((store.sources(), "from"), (store.authors(), "by")):
        found = [(name, count) for name, count in named if name and _names(question, name)]
        if found:
            name, count = max(found, key=lambda one: len(one[0]))
            return f"{_many(count, 'article')} in the library {'is' if count == 1 else 'are'} {how} {name}."
    said = {stem: word for word in _WORD.findall(question) for stem in content(word)}
    topic = {stem: word for stem, word in said.items() if stem not in _OF_COUNTING}
    if not topic:
        return None
    having = {word: store.mentioning(word.lower()) for word in topic.values()}
    words = [word for word, ids in having.items() if ids]
    if not words:
        return f"No article in the library mentions {_quoted(list(having))}."
    ids = set.intersection(*(having[word] for word in words))
    if not ids:
        return f"No article in the library mentions {_quoted(words)} together."
    newest_first = store.all(Filters(only=frozenset(ids)))
    titles = [_named(article) for article in newest_first[:MAX_TITLES]]
    more = [f"{len(ids) - MAX_TITLES:,} more"] if len(ids) > MAX_TITLES else []
    verb = "mentions" if len(ids) == 1 else "mention"
    return f"{_many(len(ids), 'article')} in the library {verb} {_quoted(words)}: {'; '.join([*titles, *more])}."


def _names(question: str, name: str) -> bool:
    """Whether a question has a name, with or without its 'The', as whole words."""
    bare = re.sub(r"^the ", "", name, flags=re.I)
    return bool(re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", question, re.I))


def _quoted(words: list[str]) -> str:
    return _listed([f"“{word}”" for word in words])


def _held(store: Searchable, aspect: Aspect) -> str:
    """What the library holds."""
    if not (articles := store.count()):
        return NO_ARTICLES
    if aspect == "outlets":
        return _outlets(store)
    if aspect == "sections":
        sections = sorted(store.scopes()[1])
        return f"The sections are {_listed(sections)}." if sections else "The articles name no sections."
    ends = store.oldest_and_newest()
    if ends is None:
        return f"{_many(articles, 'article')}; none has a date."
    oldest, newest = ends
    if aspect == "newest":
        return f"The newest article is {_named(newest)}."
    if aspect == "oldest":
        return f"The oldest article is {_named(oldest)}; the newest is {_named(newest)}."
    outlets = sum(1 for name, _ in store.sources() if name)
    many = f"{_many(articles, 'article')} from {_many(outlets, 'outlet')}" if outlets else _many(articles, "article")
    return f"The library holds {many}, published from {_day(oldest)} to {_day(newest)}."


def _outlets(store: Searchable) -> str:
    counted = store.sources()
    named = [f"{name} ({count:,})" for name, count in counted if name]
    nameless = next((count for name, count in counted if not name), 0)
    rest = f"{_many(nameless, 'article')} {'names' if nameless == 1 else 'name'} no outlet."
    if not named:
        return f"The library's {rest}"
    told = f"The articles come from {_many(len(named), 'outlet')}: {_listed(named)}."
    return f"{told} {rest}" if nameless else told


def _listed(names: list[str]) -> str:
    shown, more = names[:MAX_OUTLETS], len(names[MAX_OUTLETS:])
    parts = [*shown, f"{more:,} more"] if more else shown
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _named(article: Article) -> str:
    where = f"{_day(article)}, {article.source}" if article.source else _day(article)
    return f"“{article.title}” ({where})"


def _day(article: Article) -> str:
    published = day(article.published)
    return day_words(published) if published else "an unknown day"
