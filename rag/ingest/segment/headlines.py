"""Which block of a zone is a headline, and how much speaks for an article that begins with it."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import lru_cache

from rag.ingest.segment import boilerplate
from rag.ingest.segment.bylines import cased, looks_like_name, looks_like_outlet
from rag.ingest.segment.draft_article import Draft
from rag.ingest.segment.lines import ANCHORS, BREAKS, LineBlock, LineKind, line_key, terminal
from rag.text.lexicon import CJK, STOPWORDS
from rag.text.reading.datelines import dateline

START = 2.5
"""The ``evidence`` from which a zone inside the page is the header of a new article.

The weights were set by hand and checked on pages made from real news articles: alone, with and without stamps, and
in pairs set apart by a stamp, a rule, blank lines or 'Next article'.
"""

_STOP = STOPWORDS | frozenset(
    """may one see two way get let use yet per via der die das und den dem des ein mit von auf ist als les une
    est que qui sur par los las del con por una among another every like made make must need since time upon
    want well within without year years people week month monday tuesday wednesday thursday friday saturday
    sunday first last three still eine einen einer eines nicht auch sich wird werden wurde haben sind oder
    aber nach noch mehr über unter durch dans pour avec sont plus cette elle leur mais para como pero sobre
    entre""".split()
)
_CJK = re.compile(rf"[{CJK}]+")
_PASSING = (LineKind.BOILERPLATE, LineKind.CAPTION, LineKind.META)  # what may be between a headline and its stamp

BRIEFS = re.compile(
    r"(?:(?:the )?(?:news|world|business|sports?|local|today) )?(?:in brief|briefs?|digest|at a glance)"
    r"|(?:morning|evening|daily|weekly|news) (?:briefing|round-?up|digest)|kurz notiert|kurzmeldungen|简讯",
    re.IGNORECASE,
)  # over a run of short articles, each a headline and a few sentences


@lru_cache(maxsize=256)
def content_words(text: str) -> frozenset[str]:
    """Words that carry meaning, cut to six letters so that 'minister' meets 'ministers'; of Chinese, pairs of signs."""
    words = {w[:6] for w in re.findall(r"[^\W_]{3,}", text.casefold()) if w not in _STOP and not _CJK.search(w)}
    words |= {w.casefold() for w in re.findall(r"\b[A-Z]{2,3}\b|\b\d{2,}\b", text)}
    for run in _CJK.findall(text):
        words |= {run[i : i + 2] for i in range(len(run) - 1)}
    return frozenset(words)


def overlap(headline: str, text: str) -> float:
    """The part of the headline's content words that the text has, 0..1."""
    wanted = content_words(headline)
    return len(wanted & content_words(text)) / len(wanted) if wanted else 0.0


def is_section(block: LineBlock) -> bool:
    """A section's name: by the common vocabulary, as an item of the page's menu, or a short line that it repeats."""
    if block.kind is not LineKind.HEAD:
        return False
    short = block.words <= 3 and not any(c.isdigit() for c in block.text) and not terminal(block.text)
    return boilerplate.section(block.text) or block.on_menu or (short and block.repeats > 1)


def find_headline(zone: Sequence[LineBlock], prose: Sequence[LineBlock], seen: Container[str]) -> int | None:
    """The index of the block in the zone that is the headline of the prose after it, if there is one."""
    last_head = max((j for j, b in enumerate(zone) if b.kind is LineKind.HEAD), default=0)
    first = 1 + max((j for j, b in enumerate(zone[:last_head]) if b.kind in (LineKind.RULE, LineKind.NEXT)), default=-1)
    text = " ".join(b.text for b in prose[:5])
    scores: dict[int, float] = {}
    teaser = False
    for j, block in enumerate(zone[first:], first):
        if block.meta and block.meta[0] == "title":
            return j
        teaser = teaser or block.kind is LineKind.TEASER
        if block.kind is not LineKind.HEAD or boilerplate.section(block.text) or BRIEFS.fullmatch(block.text):
            continue
        after = _next(zone, j)
        anchored = after is not None and after.kind in ANCHORS
        if block.key in seen and not anchored:
            continue  # the caption of a picture of the article before
        score = _form_score(block, overlap(block.text, text)) + _place_score(zone, j, after, text)
        if j == first and len(zone) > first + 1:
            score += 0.5  # nothing comes before it
        if teaser and not anchored:
            score -= 2
        scores[j] = round(score, 9)
    return max(scores, key=lambda j: scores[j], default=None)


def _form_score(block: LineBlock, shared: float) -> float:
    """How much a line looks like a headline; ``shared`` is the part of its words that the prose has."""
    score = 2 * shared + (1 if block.words >= 4 else 0)
    if block.repeats > 1:
        # A headline comes again as the caption of its pictures; so does a line under every article.
        score += 3 if block.words >= 4 and shared >= 0.25 else 0.5
    if block.words <= 2:
        score -= 1
    if looks_like_name(block.text) and block.words <= 3:
        score -= 1
    return score


def _place_score(zone: Sequence[LineBlock], j: int, after: LineBlock | None, text: str) -> float:
    """How much the place of ``zone[j]`` is a headline's; ``after`` is the next block that counts."""
    if after is None:
        return 0.5 if j == len(zone) - 1 else 0.0
    if after.kind in ANCHORS:
        return 1.5
    if after.kind is LineKind.HEAD and zone[j + 1] is after:
        # A headline over its standfirst: both are about the prose.
        both = min(overlap(zone[j].text, text), 0.7) + overlap(after.text, zone[j].text) / 2
        return min(2.0, 3 * both) * (1.0 if after.words >= zone[j].words else 0.5)
    return 0.0


def _next(zone: Sequence[LineBlock], j: int) -> LineBlock | None:
    """The block after j that counts: repetitions of the same line, sections, names and boilerplate are passed over."""
    for block in zone[j + 1 : j + 101]:
        if block.kind in _PASSING or block.key == zone[j].key:
            continue
        if block.kind is LineKind.HEAD and (is_section(block) or (looks_like_name(block.text) and block.words <= 4)):
            continue
        return block
    return None


def evidence(
    zone: Sequence[LineBlock],
    title: int,
    prose: Sequence[LineBlock],
    draft: Draft,
    drafts: Sequence[Draft],
    later: Sequence[LineBlock],
) -> float:
    """How much speaks for a new article at this headline rather than a subheading of the open one."""
    block = zone[title]
    if block.meta and block.meta[0] == "title":
        return 2 * START
    before = zone[:title]
    text = " ".join(b.text for b in prose[:5])
    shared = overlap(block.text, text)
    breaks = [b for b in before if b.kind in BREAKS]
    score = _stamp_evidence(before, zone[title + 1 :], draft, drafts) + _break_evidence(before, breaks)
    if dateline(prose[0].text):
        score += 2
    if any(is_section(b) for b in zone) or any(b.meta and b.meta[0] == "section" for b in zone):
        score += 1
    if block.wide_gap:
        score += 2 if block.words >= 5 else 0.5
    score += 0.5 if block.words >= 6 else (-1.5 if block.words <= 3 and block.repeats == 1 else 0)
    if block.repeats > 1 and block.words >= 3 and shared >= 0.25 and not any(b.kind is LineKind.TEASER for b in breaks):
        score += 2
    score += min(1.0, 1.5 * shared) if shared else -0.5
    following = " ".join(b.text for b in [*prose, *later][:6])
    bond = overlap(following, " ".join(draft.body[-60:])[-10_000:])
    announced = bool(breaks) or block.wide_gap  # then one topic may well follow itself
    score += 0.5 if bond < 0.1 else (-(0.5 if announced else 1) if bond > 0.3 else 0)
    # The open article may have had no more than its standfirst, and its title may fit better what follows.
    standfirst = not draft.anchored and draft.prose <= 2 and draft.words < 60 and draft.title
    fits_worse = overlap(draft.title, text) >= shared or (block.words <= 3 and shared < 0.5)
    if standfirst and fits_worse and block.repeats == 1:
        score -= 3
    return score


def _stamp_evidence(
    before: Sequence[LineBlock], after: Sequence[LineBlock], draft: Draft, drafts: Sequence[Draft]
) -> float:
    """What stamps and bylines around a headline speak for a new article."""
    if any(b.dated for b in after):
        return 3
    if any(b.kind is LineKind.BYLINE or b.relative for b in after):
        return 2.5
    if any(b.kind is LineKind.BYLINE or b.dated for b in before):
        return 2  # a footer of the open article, or a stamp above the headline
    # Where every article so far had a stamp or a byline, this one would have none.
    return -0.5 if draft.anchored and all(d.anchored for d in drafts[-50:]) else 0.0


def _break_evidence(before: Sequence[LineBlock], breaks: Sequence[LineBlock]) -> float:
    """What rules and 'Next article' above a headline speak for a new article."""
    if not breaks:
        heads = sum(b.kind is LineKind.HEAD and not is_section(b) for b in before)
        return -2 if heads >= 6 else 0.0  # the last line of a list
    if breaks[-1].kind is LineKind.NEXT:
        return 2
    rules = [b for b in breaks if b.kind is LineKind.RULE]
    return 0.0 if not rules else 2 if any(re.match(r"[=_#-]{3,}", b.text) for b in breaks) else 1.5


def header_start(zone: Sequence[LineBlock], title: int, draft: Draft | None) -> int:
    """Where in the zone the header of the article starts: the headline, or the section and stamp right above it."""
    under = {b.kind for b in zone[title + 1 :]}
    start = title
    for j in range(title - 1, -1, -1):
        block = zone[j]
        if block.kind in (LineKind.LIST, *BREAKS):
            break
        if block.kind in ANCHORS:
            # A stamp right after the prose of an article that has none is its footer.
            footer = draft is not None and not draft.anchored and all(b.kind in ANCHORS for b in zone[: j + 1])
            if block.kind in under or footer:
                break
        elif block.kind is LineKind.HEAD and not is_section(block) and block.key != zone[title].key:
            kicker = block.words == 1 and j == title - 1
            if not kicker and draft is not None:
                break
        start = j
    return start


def section_of(header: Sequence[LineBlock], title: int | None) -> tuple[str | None, bool]:
    """(the section that short lines near the headline name, whether the page insists on it)."""
    for block in header:
        if block.meta and block.meta[0] == "section":
            return block.meta[1], True
    near = [
        b
        for b in header
        if is_section(b)
        and (title is None or b.key != header[title].key)
        and (b.on_menu or boilerplate.section(b.text) or not looks_like_outlet(b.text))
    ]
    insisted = [b.text for b in near if b.repeats > 1]
    if insisted:
        return insisted[-1], True
    if len({b.text for b in near}) >= 3:
        return None, False  # a menu
    known = [b.text for b in near if b.on_menu or boilerplate.section(b.text)]
    if known:
        return known[-1], False
    if title and header[title - 1].kind is LineKind.HEAD:
        kicker = header[title - 1]
        alone = title < 2 or header[title - 2].kind is not LineKind.HEAD
        if kicker.words == 1 and alone and not looks_like_outlet(kicker.text) and kicker.text.isalpha():
            return kicker.text, False
    return None, False


def masthead(zone: Sequence[LineBlock]) -> str | None:
    """The outlet's name as one of the first lines of the page, or in its title ('Headline | Business | The Post')."""
    heads = [b for b in zone if b.kind is LineKind.HEAD]
    for block in heads[:3]:
        parts = re.split(r"\s+[|｜]\s+", block.text)
        headline = next((p for p in parts if any(line_key(p) == b.key for b in heads)), None)
        names = [p for p in parts if p != headline and not boilerplate.section(p)] if headline else []
        if len(parts) > 1 and len(names) == 1:
            return names[0]
        named = looks_like_outlet(block.text) and block.words >= 2
        if named and not (is_section(block) or BRIEFS.fullmatch(block.text)):
            return cased(block.text)
    return None


def headline_text(block: LineBlock) -> str:
    """The headline without its label: of 'Title: Ferry to close' what follows the colon."""
    return block.meta[1] if block.meta else block.text
