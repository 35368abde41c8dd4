"""Of each story that is shown: its newest sentence of news, its older reports, and what the sentence replaces."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from heapq import nlargest

from rag.protocols import Snapshot
from rag.qa.brief.changes import correction_of, quoted_row, what_it_replaces
from rag.qa.brief.grouping import Group, Rarity, likeness_of, telling_words, traits_of
from rag.qa.brief.leads import MIN_SCORE, Lead, leads
from rag.qa.brief.ranking import FEATURE, StoryInBrief, moment
from rag.types import Article, day
from rag.types.briefs import BriefStory

GOOD = 1.0
"""The score of a sentence from which on a newer report is preferred to an older one that says more."""
MAX_REPORTS_TRIED = 6
"""Reports of a story, the newest first, in which its sentence is looked for."""
MAX_HEADS = 3
"""Sentences of a report, the best first, of which one may replace what older reports say."""
MAX_DAYS_BACK = 150
"""Days before a story's first new report in which older reports of it are looked for."""
MIN_ALIKE_OLDER = 0.22
"""The cosine of an older article to the story's reports from which on it is of the same story."""
MAX_REPORTS_COMPARED = 20
"""Reports of a story, the newest, with which older ones are compared."""
MAX_SIMILAR_TITLES = 8
"""Older articles of a story, by their headlines, that are read."""
MAX_LISTED_REPORTS = 8
"""Other reports of a story that are named."""


def told_stories(
    stories: Sequence[StoryInBrief], limit: int, older: OlderReports, notices: Sequence[Article]
) -> tuple[list[BriefStory], int]:
    """The first ``limit`` stories that have a sentence of news, and how many had to be passed over for want of one.

    ``notices`` are articles that only correct others; the note of one stands with the story that it corrects.
    """
    chosen: list[tuple[StoryInBrief, list[Lead]]] = []
    late: list[tuple[StoryInBrief, list[Lead]]] = []
    passed = 0
    for story in stories:
        if len(chosen) >= limit:
            break
        heads = _heads(story.group)
        if heads:
            (chosen if heads[0].score >= MIN_SCORE else late).append((story, heads))
        else:
            passed += 1
    chosen += late[: limit - len(chosen)]
    before = older.of([story.group for story, _ in chosen])
    told = []
    for (story, heads), those in zip(chosen, before, strict=True):
        on_it = older.alike(story.group, notices)
        told.append(_told(story, heads, those, max(on_it, key=moment, default=None)))
    return told, passed


def _heads(group: Group) -> list[Lead]:
    """The sentences of the report that tells best what is new, the best first: the newest one that does it well."""
    reports = sorted(group.articles, key=moment, reverse=True)
    reports.sort(key=lambda a: bool(FEATURE.search(a.title)))
    best: list[Lead] = []
    for article in reports[:MAX_REPORTS_TRIED]:
        found = list(leads(article))[:MAX_HEADS]
        if found and found[0].score >= GOOD:
            return [found[0], *(h for h in found[1:] if h.score >= GOOD)]
        if found and (not best or found[0].score > best[0].score):
            best = found[:1]
    return best


def _told(story: StoryInBrief, heads: Sequence[Lead], older: Sequence[Article], notice: Article | None) -> BriefStory:
    reports, head = story.group.articles, heads[0].article
    others = sorted((a for a in reports if a.id != head.id), key=moment, reverse=True)
    lead, old = what_it_replaces(heads, [*others, *older])
    correcting = [a for a in (lead.article, notice) if a and moment(a) >= moment(lead.article)]
    begun = min((d for a in [*reports, *older] if (d := day(a.published))), default=None)
    return BriefStory(
        quoted_row(lead.telling, story.outlets),
        tuple(map(quoted_row, old)),
        story.reports,
        story.reprints,
        begun,
        tuple(others[:MAX_LISTED_REPORTS]),
        next(filter(None, map(correction_of, correcting)), None),
    )


class OlderReports:
    """The articles from before, by their headlines; ``headers`` are articles without their bodies."""

    def __init__(self, library: Snapshot, headers: Sequence[Article], rarity: Rarity):
        self._library, self._headers, self._rarity = library, headers, rarity

    def of(self, groups: Sequence[Group]) -> list[list[Article]]:
        """For each story its older reports, those that are most like it."""
        if not self._headers:
            return [[] for _ in groups]
        having: defaultdict[str, list[int]] = defaultdict(list)
        for i, article in enumerate(self._headers):
            for word in telling_words(article.title):
                having[word].append(i)
        near = [self._near(group, having) for group in groups]
        found = self._library.articles(list({a.id for those in near for a in those}))
        pairs = zip(groups, near, strict=True)
        return [self.alike(group, [found[a.id] for a in those if a.id in found]) for group, those in pairs]

    def _near(self, group: Group, having: dict[str, list[int]]) -> list[Article]:
        """Those whose headlines share most with the story."""
        begun = min(moment(a)[0] for a in group.articles)
        words = {word for traits in group.traits for word in traits.bag}
        shared: Counter[int] = Counter()
        for word in words:
            for i in having.get(word, ()):
                shared[i] += self._rarity.of(word)  # type: ignore[assignment]
        best = nlargest(3 * MAX_SIMILAR_TITLES, shared.items(), key=lambda pair: pair[1])
        own = {a.id for a in group.articles}
        near = [self._headers[i] for i, _ in best if self._headers[i].id not in own]
        return [a for a in near if timedelta() <= begun - moment(a)[0] <= timedelta(MAX_DAYS_BACK)][:MAX_SIMILAR_TITLES]

    def alike(self, group: Group, near: Iterable[Article]) -> list[Article]:
        """Those articles that are of a story."""

        def likeness(article: Article) -> float:
            traits = self._rarity.weigh(traits_of(article))
            return max(likeness_of(traits, other) for other in group.traits[-MAX_REPORTS_COMPARED:])

        return [a for a in near if likeness(a) >= MIN_ALIKE_OLDER]
