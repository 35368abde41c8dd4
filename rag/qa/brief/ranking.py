"""The stories of the new articles in the order in which they matter, as far as counting tells.

Nothing is scored by taste: what more outlets carry independently comes first, then what has more reports, then what is
newer. Quizzes, columns and guides come after reports.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rag.protocols import Snapshot
from rag.qa.brief.changes import notice_of
from rag.qa.brief.grouping import Group, Rarity, grouped
from rag.qa.stories.side_by_side import agency_of
from rag.text.tokens import tokens
from rag.types import Article, day, epoch_seconds

ROOM_OF_NUMBERS = 2_000
"""Characters of a body in which the numbers of two prints are compared."""

FEATURE = re.compile(
    r"\?|^\W*(?:what|how|why|who|when|where|which|here['’]?s|is|are|can|should|\d+ (?!dead|killed|die|hurt|injured|"
    r"missing|arrested|charged|people|million|billion)|meet|inside|photos?|video|watch|listen|gallery|opinion|editorial|"
    r"column|review|letters?|obituar\w+|quiz|crossword|horoscopes?|live|recap|analysis|explain\w*|fact[- ]check|"
    r"podcast|best|top|ranking)\b|"
    r"\b(?:opinion|explained|explainer|what (?:to|we) know|need to know|takeaways?|how to watch|predictions?|preview|"
    r"odds|live updates|photos|in pictures|horoscopes?|winning numbers|crossword|podcast|things to)\b",
    re.IGNORECASE,
)
"""How headlines of what is no report begin, or what they have."""


@dataclass(frozen=True, slots=True)
class NewArticles:
    """The new articles, one of each text: the first print, or a later one that changes it.

    ``prints`` has the outlets of all prints of each index story, the first print's first; ``reports`` how many of them
    are new. ``reprinted`` counts the articles that only reprint what was there before.
    """

    units: Sequence[Article]
    prints: dict[str, list[str]]
    reports: dict[str, int]
    reprinted: int


def new_articles(found: Iterable[Article], library: Snapshot) -> NewArticles:
    """The prints of one text as one."""
    by_story: defaultdict[str, list[Article]] = defaultdict(list)
    for article in found:
        by_story[article.story or article.id].append(article)
    copies = {
        story: [c.article for c in library.copies(story)] or those
        for story, those in by_story.items()
        if len(those) > 1 or those[0].id != story
    }
    firsts = library.articles([prints[0].id for prints in copies.values()])
    units, prints, reports, reprinted = [], {}, {}, 0
    for story, those in by_story.items():
        first = firsts.get(copies[story][0].id, those[0]) if story in copies else those[0]
        changed = [a for a in those if not is_reprint(a, first)]
        if not changed:
            reprinted += len(those)
            continue
        units.append(max(changed, key=moment))
        prints[story] = list(dict.fromkeys(outlet_of(a) for a in copies.get(story, those)))
        reports[story] = len(those)
    return NewArticles(units, prints, reports, reprinted)


def is_reprint(article: Article, first: Article) -> bool:
    """Whether a near copy only prints again what another outlet printed first: it begins with no other number."""
    if article.id == first.id or article.source == first.source:
        return False
    ours, theirs = (
        {t for t in tokens(f"{a.title} {a.body[:ROOM_OF_NUMBERS]}") if t[0].isdigit()} for a in (article, first)
    )
    return ours <= theirs


def outlet_of(article: Article) -> str:
    """Whose word an article is: the outlet's, or whatever else tells it from another."""
    return article.source or article.url or article.id


def moment(article: Article) -> tuple[date, int]:
    """When an article came out, to order by: the day as printed, then the time; without either, when it was read."""
    came = article.published or article.read_at
    return day(came) or date.min, epoch_seconds(came) or 0


@dataclass(frozen=True, slots=True)
class StoryInBrief:
    """A group of new reports on its way into a brief."""

    group: Group
    outlets: tuple[str, ...]
    reports: int
    reprints: int
    feature: bool  # no headline of it is one of a report

    @property
    def newest(self) -> tuple[date, int]:
        return max(map(moment, self.group.articles))

    def rank(self) -> tuple[bool, int, int, date, int]:
        """What comes first: what more outlets carry, what has more reports, what is newer."""
        return not self.feature, len(self.outlets), self.reports, *self.newest


def ranked(new: NewArticles) -> tuple[list[StoryInBrief], Rarity]:
    """The stories of the new articles, those that matter most first, as far as counting tells."""
    groups, rarity = grouped([a for a in new.units if notice_of(a) is None])
    found = []
    for group in groups:
        stories = [a.story or a.id for a in group.articles]
        reports = sum(new.reports[s] for s in stories)
        feature = all(FEATURE.search(a.title) for a in group.articles)
        found.append(StoryInBrief(group, _independent(group, new), reports, reports - len(stories), feature))
    return sorted(found, key=StoryInBrief.rank, reverse=True), rarity


def _independent(group: Group, new: NewArticles) -> tuple[str, ...]:
    """The outlets that carry a story by themselves, in the order of their days: of the prints of one text only the
    first, and of the texts of one agency only the agency."""
    return tuple(
        dict.fromkeys(agency_of(a) or new.prints[a.story or a.id][0] for a in sorted(group.articles, key=moment))
    )
