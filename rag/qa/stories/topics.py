"""Of whom and of what a library writes: the names in its articles, with how often, where and when."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from rag.text.entities import names, without_title
from rag.text.lexicon import STOPWORDS
from rag.text.sentences import sentence_spans
from rag.text.timex.names import FULL_MONTHS, MONTHS, WEEKDAYS
from rag.text.tokens import content, related
from rag.types import Article, Evidence, day
from rag.types.stories import NameTopic

_PEOPLE = re.compile(r"(?:[a-z]ese|[a-z]ish|[a-z]{2}ian|[a-z]eli|[a-z]aqi|stani|ican|rench|utch)$")
"""How the names of peoples end, which are no topic of their own."""
MIN_ARTICLES = 2
"""Stories that must have a name for it to be a topic of the library."""
_DATED = frozenset({*WEEKDAYS, *FULL_MONTHS, *MONTHS})
_UNIFIED = {"U.S": "United States", "US": "United States", "USA": "United States", "U.K": "United Kingdom",
            "UK": "United Kingdom", "U.N": "United Nations", "UN": "United Nations", "E.U": "European Union",
            "EU": "European Union"}  # fmt: skip
_DATELINE = re.compile(r"^[A-Z][A-Z .,'’-]{2,30}(?:, [A-Z][\w.]+)?(?: \([^)]{2,30}\))? [—–-] ")


def name_topics(articles: Iterable[Article], limit: int) -> list[NameTopic]:
    """The names that most stories have, at most ``limit``; reprints of a story count once. ``articles`` newest
    first."""
    stories: dict[str, set[str]] = defaultdict(set)
    having: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        story = article.story or article.id
        for name in _names_of(article):
            if story not in stories[name]:
                having[name].append(article)
                stories[name].add(story)
    many = [name for name, those in stories.items() if len(those) >= MIN_ARTICLES]
    many.sort(key=lambda name: (-len(stories[name]), name))
    return [_topic(name, having[name]) for name in _distinct(many, having)[:limit]]


def _names_of(article: Article) -> set[str]:
    """The names of an article, each at its longest: 'Abenov' is 'Louis Abenov'."""
    text = f"{article.title}\n{_DATELINE.sub('', article.body)}"
    found: set[str] = set()
    for line in text.split("\n"):
        for name in names(line):
            plain = re.sub(r"^(?:The|A|An|In|On|At|But|And) ", "", without_title(name)).strip(" .,'’")
            plain = _UNIFIED.get(plain, plain)
            words = plain.lower().split()
            if plain and not all(w in STOPWORDS or w in _DATED or w.isdigit() for w in words) and len(plain) > 2:
                found.add(plain)
    opening = {line.split()[0].strip('“"') for line in text.split("\n") if line.strip()}
    found = {n for n in found if " " in n or n not in opening or len(re.findall(rf"\b{re.escape(n)}\b", text)) > 1}
    source = article.source or ""
    outlet = re.sub(r"^The ", "", source)
    found = {n for n in found if n not in source and not (outlet and outlet in n)}
    return {n for n in found if not any(n != m and m.endswith(f" {n}") for m in found)}


def _distinct(ordered: Sequence[str], having: dict[str, list[Article]]) -> list[str]:
    """Without names that are part of a longer one with nearly as many articles: 'Narrows Bridge', beside 'Brannock
    Narrows Bridge'."""
    kept: list[str] = []
    for name in ordered:
        if " " not in name and (_PEOPLE.search(name) or any(_is_adjective(name, other) for other in ordered)):
            continue
        ids = {a.id for a in having[name]}
        longer = (m for m in ordered if m != name and name in m)
        if not any(len(ids & {a.id for a in having[m]}) >= 0.8 * len(ids) for m in longer):
            kept.append(name)
    return kept


def _is_adjective(name: str, other: str) -> bool:
    """Whether a name is what those of another one are called: 'Iraqi', beside 'Iraq'."""
    one, two = name.lower(), other.lower()
    return len(one) > len(two) and related(*(content(w)[0] if content(w) else w for w in (two, one)))


def _topic(name: str, having: Sequence[Article]) -> NameTopic:
    outlets = Counter(a.source or "" for a in having)
    days: Counter[date] = Counter(d for a in having if (d := day(a.published)))
    newest = having[0]
    spans = sentence_spans(newest.body, newest.language)
    start, end = next(((s, e) for s, e in spans if name in newest.body[s:e]), spans[0] if spans else (0, 0))
    quote = Evidence(newest, start, end, newest.body[start:end], 1.0)
    return NameTopic(name, len(having), tuple(outlets.most_common()), tuple(sorted(days.items())), quote)
