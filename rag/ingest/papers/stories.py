"""Blocks of printed pages -> stories: which headline a column of text belongs to, and where a story goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.ingest.papers.blocks import MOST_BLOCKS, PrintBlock, read_order
from rag.ingest.papers.paragraphs import Hyphens, PrintedParagraph, append_text, printed_paragraphs
from rag.ingest.segment import boilerplate
from rag.ingest.segment.bylines import byline
from rag.text.reading.datelines import dateline
from rag.text.timex import stamps

HEADLINE = 1.4
"""Times the size of the text that a headline has at least."""
BOLD_HEADLINE = 1.25

_OWNED = 25  # words under a headline that make it one
_MOST_HEADLINE = 40  # words
_UNHEADED = 40  # words of a text without a headline that are kept
_PAGE = r"(?P<page>[A-H]?\d{1,3})"
_PAGES = r"(?:pages?|pg\.?|p\.|seite|s\.|página|pág\.|pagina|pag\.)"
_GOES_ON = re.compile(
    rf"[(▶►→»\s]*(?:(?:story )?(?:continued|continues|cont(?:inued|['’]?d|\.)|turn|more|please (?:turn|see)"
    rf"|see(?: also)?"
    rf"|jump|fortsetzung|weiter|suite|lire la suite|sigue|continúa|pasa|segue|vervolg|continua)\s*(?P<name>.{{0,40}}?)?"
    rf"|(?P<name2>see .{{2,40}}?,))\s*"
    rf"(?:on|to|at|in|auf|en|op|a|à|la|in der|na|de)?\s*(?:back )?{_PAGES}\s*{_PAGE}"
    rf"[\s).▶►→»]*",
    re.IGNORECASE,
)
_COMES = re.compile(
    rf"[(◀◄←«\s]*(?P<name>.{{0,40}}?)[\s,:–—-]*\b(?:continued|cont(?:['’]?d|\.)|from|fortsetzung|suite|viene|continua|vervolg)"
    rf"\s*(?:from|von|de|dalla|del?|la|van)?\s*(?:la\s)?{_PAGES}\s*{_PAGE}"
    rf"(?:\s*(?:fortgesetzt))?[\s).]*",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:photos?(?:graph(?:s|ed)?)?|pictures?|image|illustration|graphics?|fotos?|bild|infografik|grafik|imagen|foto)"
    r"(?: (?:by|courtesy|von|de))?\s*[:/|(–—-]?\s.{0,120}",
    re.IGNORECASE,
)
_AD = re.compile(
    r"[-–—\s]*(?:(?:paid )?advertisements?|advertorial|anzeigen?|publicité|publicidad|sponsored(?: content)?|annonce"
    r"|reklame)[-–—\s]*",
    re.I,
)
_ENDS = re.compile(r"[.!?…。！？][\"”’»)\]]*$")


@dataclass(slots=True)
class PrintedStory:
    """A headline with its text; ``head`` is None of a text that has none on its page."""

    page: int
    head: PrintBlock | None = None
    extra: list[PrintBlock] = field(default_factory=list)  # a line above the headline, lines under it that are larger
    blocks: list[PrintBlock] = field(default_factory=list)
    text: list[PrintedParagraph] = field(default_factory=list)
    goes_on: str | None = None  # the number of the page where it does
    comes_from: str | None = None
    name: str = ""  # a word of the story, at such a place
    gone: bool = False  # into the story that it goes on with

    @property
    def title(self) -> str:
        return " ".join(self.head.text.split()) if self.head else ""

    @property
    def words(self) -> int:
        return sum(len(paragraph.text.split()) for paragraph in self.text)


def is_print_headline(block: PrintBlock, body: float) -> bool:
    """Whether a block has the size and the length of a headline."""
    letters = sum(c.isalpha() for c in block.text)
    return (
        body > 0
        and block.size >= (HEADLINE if not block.bold else BOLD_HEADLINE) * body
        and 1 <= block.words <= _MOST_HEADLINE
        and letters >= max(4, 0.5 * len(block.text))
        and not boilerplate.section(block.text)
    )


def without_extras(blocks: Sequence[PrintBlock], images: Sequence[Sequence[float]], body: float) -> list[PrintBlock]:
    """The blocks without captions, credits and what is marked as an advertisement."""
    out = [block for block in blocks if not _is_caption(block, images, body)]
    for label in [block for block in out if _AD.fullmatch(block.text)]:
        out = _without_ad(out, label, body)
    return out


def _is_caption(block: PrintBlock, images: Sequence[Sequence[float]], body: float) -> bool:
    if block.words <= 25 and block.size <= 1.05 * body and _CAPTION.fullmatch(block.text):
        return True
    other = block.size < 0.95 * body or ((block.italic or block.bold) and block.size <= 1.1 * body)
    if not other or block.words > 70:
        return False
    for left, top, right, bottom in images:
        wide = min(block.x1, right) - max(block.x0, left) > 0.6 * (block.x1 - block.x0)
        if wide and right - left > 40 and (-4 < block.y0 - bottom < 2 * body or 0 < top - block.y1 < body):
            return True
    return False


def _without_ad(blocks: list[PrintBlock], label: PrintBlock, body: float) -> list[PrintBlock]:
    """The blocks without those under the label of an advertisement, as far as they look unlike the text."""
    gone, edge = [label], label.y1
    left, right = label.x0 - 60, label.x1 + 60
    for block in sorted(blocks, key=lambda one: one.y0):
        inside = block.y0 >= label.y1 - 2 and min(block.x1, right) - max(block.x0, left) > 0.5 * (block.x1 - block.x0)
        unlike = abs(block.size - body) > 0.06 * body or block.bold or block.words <= 12
        if inside and block is not label and unlike and block.y0 - edge < 45:
            gone.append(block)
            edge = max(edge, block.y1)
            left, right = min(left, block.x0 - 5), max(right, block.x1 + 5)
        elif inside and block is not label:
            break
    return [block for block in blocks if not any(block is one for one in gone)]


def page_stories(blocks: Sequence[PrintBlock], body: float, page: int) -> list[PrintedStory]:
    """The stories of one page, in the order of their headlines; the first may have no headline."""
    if len(blocks) > MOST_BLOCKS:
        return [PrintedStory(page, blocks=list(blocks))]
    heads = [block for block in blocks if is_print_headline(block, body)]
    texts = [block for block in blocks if not any(block is head for head in heads)]
    heads, quotes = _without_quotes(heads, texts)
    stories = [_of_heads(group, page) for group in _groups(heads, texts)]
    stories = read_heads(stories)
    orphan = PrintedStory(page)
    owners: dict[int, PrintedStory] = {}
    for block in sorted(texts, key=lambda one: one.y0):
        owners[id(block)] = owner = _owner(block, texts, stories, owners, body) or orphan
        owner.blocks.append(block)
    orphan = _given_back(orphan, stories)
    del quotes
    return [story for story in (orphan, *stories) if story.blocks or story.head]


def read_heads(stories: Sequence[PrintedStory]) -> list[PrintedStory]:
    """The stories from above, and from left to right where they begin side by side."""
    rows: list[list[PrintedStory]] = []
    for story in sorted((s for s in stories if s.head), key=lambda s: s.head.y0 if s.head else 0):
        assert story.head
        first = rows[-1][0].head if rows else None
        if first and story.head.y0 < first.y1 + 0.5 * first.size:
            rows[-1].append(story)
        else:
            rows.append([story])
    return [story for row in rows for story in sorted(row, key=lambda s: s.head.x0 if s.head else 0)]


def _without_quotes(heads: list[PrintBlock], texts: Sequence[PrintBlock]) -> tuple[list[PrintBlock], list[PrintBlock]]:
    """The headlines, and those lines in large print that are words of the text once more."""
    flat = " ".join(_bare(block.text) for block in texts)
    quotes = [
        head for head in heads
        if (head.words >= 5 and _bare(head.text) in flat)
        or (head.words >= 5 and re.match(r"[\"“„«‘].*[.!?…”’»\"]$", head.text) and _interrupts(head, texts))
    ]  # fmt: skip
    return [head for head in heads if not any(head is quote for quote in quotes)], quotes


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _interrupts(head: PrintBlock, texts: Sequence[PrintBlock]) -> bool:
    """Whether the text above a line in large print is not at its end."""
    above = [b for b in texts if b.y1 < head.y0 and _shared(b, head) > 0.3]
    return bool(above) and not _ENDS.search(max(above, key=lambda b: b.y1).text)


def _shared(one: PrintBlock, other: PrintBlock) -> float:
    """The share of the narrower one's width that both have."""
    width = min(one.x1 - one.x0, other.x1 - other.x0)
    return (min(one.x1, other.x1) - max(one.x0, other.x0)) / max(width, 1.0)


def _groups(heads: Sequence[PrintBlock], texts: Sequence[PrintBlock]) -> list[list[PrintBlock]]:
    """Lines in large print that are one headline: with the line above it, and the one under it."""
    groups: list[list[PrintBlock]] = []
    for head in sorted(heads, key=lambda block: block.y0):
        for group in groups:
            last = group[-1]
            close = -2 < head.y0 - last.y1 < 1.6 * max(head.size, last.size)
            between = any(last.y1 < t.y0 and t.y1 < head.y0 and _shared(t, head) > 0.5 for t in texts)
            side = any(h is not head and h is not last and abs(h.y0 - head.y0) < head.size and _shared(h, last) > 0.5
                       for h in heads)  # fmt: skip
            if close and _shared(last, head) > 0.5 and not between and not side:
                group.append(head)
                break
        else:
            groups.append([head])
    return groups


def _of_heads(group: Sequence[PrintBlock], page: int) -> PrintedStory:
    head = max(group, key=lambda block: (block.size, -block.y0))
    return PrintedStory(page, head, [block for block in group if block is not head])


def _owner(
    block: PrintBlock,
    texts: Sequence[PrintBlock],
    stories: Sequence[PrintedStory],
    owners: dict[int, PrintedStory],
    body: float,
) -> PrintedStory | None:
    """The story of a block: of the headline over it, or of one on its left that the columns beside it go under too,
    where what stands above the block ends before that headline."""
    over = max((s for s in stories if _is_over(s, block)), key=_height, default=None)
    beside = [s for s in stories if _is_left(s, block, stories, texts, body)]
    left = max((s for s in beside if s.head and s.head.x0 <= block.x0), key=_height, default=None)
    if _height(left) <= _height(over):
        left = max((s for s in beside if s.head and s.head.x0 > block.x0), key=_height, default=None)
    above = [t for t in texts if t.y1 <= block.y0 + 1 and t is not block and _shared(t, block) > 0.5]
    last = max(above, key=lambda one: one.y1, default=None)
    if last and last.y0 > max(_height(over), _height(left)) and (known := owners.get(id(last))):
        return known
    if left is None or (over and _height(left) <= _height(over)):
        return over
    assert left.head
    return left if last is None or last.y1 <= left.head.y1 else over


def _height(story: PrintedStory | None) -> float:
    return story.head.y1 if story and story.head else -1.0


def _is_over(story: PrintedStory, block: PrintBlock) -> bool:
    head = story.head
    if head is None or head.y1 > block.y0 + 0.6 * block.size:
        return False
    width = min(block.x1 - block.x0, 200.0)
    return min(block.x1, head.x1 + 4) - max(block.x0, head.x0 - 4) > 0.4 * width


def _is_left(
    story: PrintedStory, block: PrintBlock, stories: Sequence[PrintedStory], texts: Sequence[PrintBlock], body: float
) -> bool:
    """Whether a block stands below and on the right of a headline, and no headline begins between them; or on its left,
    at the height of the text under it, as columns under a headline in the middle do."""
    head = story.head
    if head is None or head.y1 > block.y0 + 0.6 * block.size or _is_over(story, block):
        return False
    row = [s.head for s in stories if s.head and s is not story and abs(s.head.y0 - head.y0) < max(3 * head.size, 40)]
    if block.x0 >= head.x0:
        return not any(head.x1 <= other.x0 <= block.x1 for other in row)
    first = min((t for t in texts if _is_over(story, t)), key=lambda one: one.y0, default=None)
    level = first is not None and abs(first.y0 - block.y0) < 1.5 * body
    return level and not any(block.x0 <= other.x1 <= head.x0 for other in row)


def _given_back(orphan: PrintedStory, stories: Sequence[PrintedStory]) -> PrintedStory:
    """Text beside a headline that does not go over it: to the story on its left which is not at its end."""
    left = []
    for block in sorted(orphan.blocks, key=lambda one: (one.x0, one.y0)):
        chosen: PrintedStory | None = None
        for story in stories:
            if not story.head or not story.blocks or block.y1 < story.head.y0:
                continue
            last = read_order(story.blocks)[-1]
            beside = last.x1 <= block.x0 + 2 and block.y0 >= story.head.y0 - block.size and last.y1 > block.y0
            unfinished = not _ENDS.search(last.text)
            if beside and (unfinished or not re.match(r"[A-Z]", block.text)):
                chosen = story
        if chosen:
            chosen.blocks.append(block)
        else:
            left.append(block)
    orphan.blocks = left
    return orphan


def written_story(story: PrintedStory, hyphens: Hyphens, body: float) -> None:
    """Fills in the text of a story, and where it comes from and goes on."""
    kept: list[PrintBlock] = []
    for block in read_order(story.blocks):
        lines = list(block.lines)
        if found := _COMES.fullmatch(block.text if len(lines) <= 2 else lines[0].text):
            story.comes_from, story.name = found["page"].upper(), story.name or (found["name"] or "").strip(" ,:")
            lines = [] if len(lines) <= 2 else lines[1:]
        if lines and (found := _GOES_ON.fullmatch(lines[-1].text) or _GOES_ON.fullmatch(PrintBlock(lines[-2:]).text)):
            whole = _GOES_ON.fullmatch(lines[-1].text) is not None
            story.goes_on = found["page"].upper()
            named = found["name"] or (found["name2"] or "")[4:]
            story.name = story.name or (named or "").strip(" ,:")
            lines = lines[: -1 if whole else -2]
        if lines:
            kept.append(PrintBlock(lines))
    if story.head and (found := _COMES.fullmatch(story.head.text)):
        story.comes_from, story.name = found["page"].upper(), story.name or (found["name"] or "").strip(" ,:")
        story.head = None
    under = [block for block in story.extra if story.head and block.y0 > story.head.y0]
    story.text = printed_paragraphs([*under, *kept], hyphens)
    del body


def joined_stories(stories: list[PrintedStory], labels: dict[str, int], hyphens: Hyphens) -> list[PrintedStory]:
    """The stories, with those that go on elsewhere put together."""
    for later in stories:
        if later.gone or not (later.comes_from or later.head is None):
            continue
        if before := _beginning_of(later, stories, labels):
            _join(before, later, hyphens)
    return [story for story in stories if not story.gone]


def _beginning_of(later: PrintedStory, stories: Sequence[PrintedStory], labels: dict[str, int]) -> PrintedStory | None:
    """The story that another one goes on with."""
    earlier = [s for s in stories if s is not later and not s.gone and s.page <= later.page and s.text]
    if later.comes_from:
        page = labels.get(later.comes_from) or _number(later.comes_from)
        pointing = [s for s in earlier if s.goes_on and (labels.get(s.goes_on) or _number(s.goes_on)) == later.page]
        named = [s for s in pointing if _related(s, later)]
        here = [s for s in pointing if s.page == page] or pointing
        found = named or (here if len(here) == 1 else [])
        return found[0] if found else None
    if later.text and (before := [s for s in earlier if s.page == later.page - 1 and not s.goes_on]):
        last = before[-1]
        open_end = not _ENDS.search(last.text[-1].text)
        if open_end or (later.text[0].text[:1].islower() and last.text[-1].open):
            return last
        if not later.text[0].text[:1].islower() and last.text[-1].open and later.words >= _UNHEADED:
            return None if byline(later.text[0].text) or dateline(later.text[0].text) else last
    return None


def _number(label: str) -> int | None:
    return int(label) if label.isdecimal() else None


def _related(before: PrintedStory, later: PrintedStory) -> bool:
    names = {word for text in (before.name, later.name) for word in re.findall(r"\w{4,}", text.lower())}
    title = set(re.findall(r"\w{4,}", before.title.lower()))
    return bool(names & title) or bool(title & set(re.findall(r"\w{4,}", later.title.lower())))


def _join(before: PrintedStory, later: PrintedStory, hyphens: Hyphens) -> None:
    first, *rest = later.text or [PrintedParagraph("", 0, False)]
    if first.text and before.text and not _ENDS.search(before.text[-1].text):
        append_text(before.text[-1], first, hyphens)
    elif first.text:
        before.text.append(first)
    before.text += rest
    before.goes_on = later.goes_on
    later.gone = True
    later.blocks = []


def is_paper(pages: Sequence[Sequence[PrintedStory]], *, masthead: bool) -> bool:
    """Whether pages hold articles by headlines: one of them has several, and they are signed or dated, go on elsewhere,
    or stand under the name of a paper."""
    for stories in pages:
        headed = [s for s in stories if s.head and sum(b.words for b in s.blocks) >= _OWNED]
        beside = any(a.x1 < b.x0 for s in stories for a in s.blocks for b in s.blocks) or any(
            a.head and b.head and a.head.x1 < b.head.x0 for a in headed for b in headed
        )
        if len(headed) > 1 and (beside or masthead) and (masthead or any(map(_is_signed, headed))):
            return True
    return False


def _is_signed(story: PrintedStory) -> bool:
    first = read_order(story.blocks)[:2]
    for line in [line for block in first for line in block.lines[:3]]:
        stamp = stamps.stamp(line.text)
        if byline(line.text) or dateline(line.text) or (stamp and stamp.published) or _GOES_ON.fullmatch(line.text):
            return True
    return any(_GOES_ON.fullmatch(block.lines[-1].text) for block in story.blocks)


def is_worth(story: PrintedStory) -> bool:
    """Whether a story is an article: with a headline and text, or with much text."""
    return bool(story.text) and (story.words >= 8 if story.head else story.words >= _UNHEADED)
