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
from rag.types import Article, day, epoch_seconds

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
    """The new articles, one print each of what was reprinted; the first prints of stories that are older are not in it.

    ``prints`` has the outlets of all prints of each index story, the first print's first; ``reports`` how many of them
    are new.
    """

    units: Sequence[Article]
    prints: dict[str, list[str]]
    reports: dict[str, int]


def new_articles(found: Iterable[Article], library: Snapshot) -> NewArticles:
    """The prints of one text as one: of the new ones the latest, for it may have been changed."""
    by_story: defaultdict[str, list[Article]] = defaultdict(list)
    for article in found:
        by_story[article.story or article.id].append(article)
    units, prints, reports = [], {}, {}
    for story, those in by_story.items():
        several = len(those) > 1 or those[0].id != story
        copies = [c.article for c in library.copies(story)] if several else those
        units.append(max(those, key=moment))
        prints[story] = list(dict.fromkeys(outlet_of(a) for a in copies or those))
        reports[story] = len(those)
    return NewArticles(units, prints, reports)


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
        return not self.feature, len(self.outlets), len(self.group.articles), *self.newest


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
