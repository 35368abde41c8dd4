"""The lines of a page -> blocks with a kind: headline-like, prose, date stamp, byline, boilerplate, ...

A block is judged by its own form and vocabulary and, where that leaves two readings, by its neighbours. What the
blocks make together (articles) is decided in ``segmenter``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property
from itertools import pairwise

from rag.ingest.segment import boilerplate
from rag.ingest.segment.bylines import Byline, byline
from rag.text.lexicon import CJK
from rag.text.timex import stamps


class LineKind(Enum):
    """What a line of a page is."""

    PROSE = auto()
    HEAD = auto()  # short, no full stop: a headline, a subheading, a caption, a section name
    LIST = auto()  # a short item of a list, or a line that introduces one
    STAMP = auto()
    BYLINE = auto()
    META = auto()  # 'Source: Northway Wire', a breadcrumb
    CAPTION = auto()  # with a photo credit
    RULE = auto()  # a line of dashes, stars, ...
    NEXT = auto()  # 'Next article'
    TEASER = auto()  # 'Related stories', over headlines of other articles
    BOILERPLATE = auto()
    EITHER = auto()  # headline or sentence ('Who pays?'); resolved by its neighbours


@dataclass(frozen=True, slots=True)
class LineBlock:
    """A line or a joined paragraph of a page, with its kind and what was read from it."""

    text: str
    kind: LineKind
    wide_gap: bool = False  # more blank lines are before it than the page puts between paragraphs
    repeats: int = 1  # how often the same line is on the page
    stamp: stamps.Stamp | None = None
    byline: Byline | None = None
    meta: tuple[str, str] | None = None  # field of the article, value
    on_menu: bool = False  # the line is an item of a menu on the page

    @property
    def key(self) -> str:
        return line_key(self.text)

    @property
    def dated(self) -> bool:
        """A stamp that names a day."""
        return self.stamp is not None and bool(self.stamp.published or self.stamp.updated)

    @property
    def relative(self) -> bool:
        """A stamp such as 'Updated 3 hours ago', which dates an article without naming the day."""
        return self.stamp is not None and (self.stamp.labelled or bool(re.search(r"\bago\b|前", self.text)))

    @property
    def sentence(self) -> bool:
        """Whether it ends with a full stop, so that it is prose if it is not the headline after all."""
        return self.kind in (LineKind.PROSE, LineKind.HEAD) and terminal(self.text) and not _ASKS.search(self.text)

    @property
    def words(self) -> int:
        return count_words(self.text)


BREAKS = (LineKind.RULE, LineKind.NEXT, LineKind.TEASER)
ANCHORS = (LineKind.STAMP, LineKind.BYLINE)
_PASSED_OVER = (LineKind.BOILERPLATE, LineKind.CAPTION)  # where a block is judged by its neighbours

_RULE = re.compile(r"[\s\-*_=~#•·–—━─]{3,}")
_TERMINAL = re.compile(r"[.!?。！？…؟۔।]+[\"'”’»)\]」』\s]*$")
_ASKS = re.compile(r"(?:[!?！？؟…]|\.\.\.)[\"'”’»)\]」』\s]*$")
_ABBREVIATION = re.compile(r"(?:\b(?:[A-Za-z]\.){2,}|\b(?:Inc|Corp|Co|Ltd|Jr|Sr|No|Bros|St|vs)\.)$")
_INNER_STOP = re.compile(r"[a-z0-9\"”’)][.!?]\s+[\"“‘(]?[A-Z]")
_BULLET = re.compile(r"(?:[•▪●◦‣·■►*–—-]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+(?=\S)")
_NUMBERED = re.compile(r"^\s*\(?\d{1,2}[.)]\s+(?=\D)")
_CJK = re.compile(rf"[{CJK}]")
_BINDING = frozenset(
    "a an the of to in on at by for from with and or as is are its his her their after before over under into".split()
)
_SPEAKER = re.compile(r"[QAFRPDVSI]\s?[:：.]\s+\S")  # Q and A, and what other languages call them
_HYPHENED = re.compile(r"(?<![\w-])[^\W\d_]+-[^\W\d_]+")
_CUT_WORD = re.compile(r"([^\W\d_]+)-$")
_BEFORE_HYPHEN = frozenset(
    "all anti cross ex far first free full half hard high ill large long low mid much near non off open part post pre "
    "pro quasi second self semi short single small so third top vice well wide year north south east west twenty "
    "thirty "
    "forty fifty sixty seventy eighty ninety one two three four five six seven eight nine ten".split()
)
"""Words behind which a hyphen of their own is more likely than one that a line's end made."""
_LONGEST_PROVIDER = 80  # characters of who issued a release
_GAP = re.compile(r"(?<=[^\s|])(?:[^\S\n]{3,}|\t)(?=[^\s|])")  # what only a layout puts between two words
_SPACE = re.compile(r"[^\S\n]+")


_TEXTS = (LineKind.PROSE, LineKind.HEAD, LineKind.EITHER, LineKind.LIST)


def line_blocks(text: str, *, titled: bool = False) -> list[LineBlock]:
    """The page as classified blocks, in order. Hard-wrapped lines are joined to paragraphs first.

    ``titled`` says that the headline is known already, so that a question at the top is not one.
    """
    day_first = stamps.day_first_on(text)
    lines = _labels_joined(paragraphs(text), day_first)
    counts = Counter(line_key(line) for line, _ in lines)
    gaps = sorted(gap for _, gap in lines[1:]) or [0]
    wide = max(3, 2 * gaps[len(gaps) // 2])
    menu = {line_key(item) for line, _ in lines for item in boilerplate.menu(line)}
    found = []
    cells = [0, *(line.count(" | ") for line, _ in lines), 0]
    for number, (line, gap) in enumerate(lines, 1):
        block, key = _classify(line, day_first), line_key(line)
        row = cells[number] > 1 and cells[number] in (cells[number - 1], cells[number + 1])
        if row and block.kind not in _TEXTS:  # 'Jo Aas | Finance | Labour', among others of a table, is no byline
            block = LineBlock(line, LineKind.HEAD)
        found.append(replace(block, wide_gap=gap >= wide, repeats=counts[key], on_menu=key in menu))
    return _resolve(found, titled)


def _labels_joined(lines: Iterable[tuple[str, int]], day_first: bool | None) -> list[tuple[str, int]]:
    """'Published' on a line of its own and the moment on the next as one line."""
    joined: list[tuple[str, int]] = []
    label = False  # whether the line before is one
    for line, gap in lines:
        if label and gap <= 1 and stamps.stamp(line, day_first=day_first, bare_time=True):
            before, above = joined.pop()
            joined.append((f"{before.rstrip(':')}: {line}", above))
            label = False
        elif joined and gap <= 1 and boilerplate.provides(joined[-1][0]) and len(line) <= _LONGEST_PROVIDER:
            joined.append((f"{joined.pop()[0].rstrip(' :')}: {line}", gap))
            label = False
        else:
            joined.append((line, gap))
            label = stamps.is_label(line)
    return joined


def line_key(text: str) -> str:
    """What two lines have in common when they say the same: letters and digits, without case or punctuation."""
    return " ".join(re.findall(r"\w+", _NUMBERED.sub("", text.casefold(), count=1)))


def count_words(text: str) -> int:
    """Words; in scripts that put no spaces between them, two characters count as one."""
    cjk = len(_CJK.findall(text))
    return len(text.split()) if cjk < 4 else len(text.split()) + cjk // 2


def terminal(text: str) -> bool:
    """Whether the line ends as a sentence does."""
    tail = text[-100:]  # a pattern that looks for an end may try every stop of a long text
    return bool(_TERMINAL.search(tail)) and not _ABBREVIATION.search(tail)


def paragraphs(text: str) -> Iterator[tuple[str, int]]:
    """(line, blank lines before it); the lines of a hard-wrapped paragraph come as one."""
    groups: list[tuple[list[str], int]] = []
    gap = 0
    for raw in text.splitlines():
        line = _SPACE.sub(" ", _columns(raw.rstrip())).rstrip()
        if not line.strip():
            gap += 1
        elif gap or not groups:
            groups.append(([line], gap))
            gap = 0
        else:
            groups[-1][0].append(line)
    widths = sorted(max(map(len, g[:-1])) for g, _ in groups if len(g) >= 3)
    page_width = widths[len(widths) // 2] if widths else 0
    words = _Words(text)
    for group, before in groups:
        for i, line in enumerate(_unwrap(group, page_width, words)):
            yield line, before if i == 0 else 0


def _columns(line: str) -> str:
    """A row of a layout ('News    Sport    Jobs') with bars for its gaps; sentences keep their spaces."""
    parts = _GAP.split(line.strip())
    return " | ".join(parts) if len(parts) >= 3 and not terminal(line) else line


class _Words:
    """The words of a text, by which a hyphen at the end of a line is one of the word's own or not."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _known(self) -> Counter[str]:
        low = self._text.lower()
        return Counter(re.findall(r"(?<![\w-])[^\W\d_]+(?![\w-])", low)) + Counter(_HYPHENED.findall(low))

    def put_together(self, before: str, after: str) -> tuple[str, str, str]:
        """Two lines of a paragraph, the first without a hyphen that only its end made, and what is between them."""
        if re.search(r"\w-$", before[-2:]) and after[0].islower():
            return (before[:-1] if self._broken(before, after) else before), "", after
        wide = _CJK.match(before[-1]) and _CJK.match(after[0])
        return before, "" if wide else " ", after

    def _broken(self, before: str, after: str) -> bool:
        """Whether a line that ends in a hyphen and the next one have the halves of a word without one."""
        cut, begun = _CUT_WORD.search(before[-60:]), re.match(r"[^\W\d_]+", after)
        if not cut or not begun or re.search(r"-\w+-$", before[-60:]):
            return False
        one, two = cut[1].lower(), begun[0].lower()
        plain, hyphened = self._known[one + two], self._known[f"{one}-{two}"]
        if plain != hyphened:
            return plain > hyphened
        apart = self._known[one] and self._known[two] and one not in _BINDING
        return not (one in _BEFORE_HYPHEN or apart)


def _unwrap(group: Sequence[str], page_width: int, words: _Words) -> list[str]:
    """Join the lines of a group that were broken to fit a width.

    A wrapped line is one that the first word of the next would have made longer than the longest line; where
    most lines of a group are such, the group was wrapped.
    """
    lines = [line.strip() for line in group]
    width = max(map(len, group[:-1])) if len(group) >= 3 else page_width
    if len(group) < 2 or not 40 <= width <= 120:
        return lines
    if len(group) <= 3 and page_width:
        # A headline is broken where its author liked.
        headline = list(lines)
        while len(headline) > 1 and _runs_on(headline[0], headline[1]):
            headline[:2] = ["".join(words.put_together(headline[0], headline[1]))]
        if len(headline) == 1:
            return headline
    full = [len(a.rstrip()) + 1 + len(b.split()[0]) > width - 3 for a, b in pairwise(group)]
    # Inside a paragraph most lines begin with a small letter; headlines, names and paragraphs do not.
    small = sum(not line[0].isupper() and not _stands_alone(line) for line in lines[1:])
    wrapped = sum(full) >= 0.6 * len(full) and small >= 0.4 * len(full)
    return _joined(lines, full, words) if wrapped else lines


def _joined(lines: Sequence[str], full: Sequence[bool], words: _Words) -> list[str]:
    """The lines of a wrapped group as paragraphs; ``full`` says which of all but the last were broken to fit."""
    out = [[lines[0]]]  # the pieces of each line; put together at the end, since there may be thousands
    for (last, line), broken in zip(pairwise(lines), full, strict=True):
        if not broken or line_key(line) == line_key(last) or _stands_alone(line) or _stands_alone(last):
            out.append([line])
        else:
            out[-1][-1:] = words.put_together(last, line)
    return ["".join(pieces) for pieces in out]


def _runs_on(a: str, b: str) -> bool:
    """Whether two lines without a stop between them are one headline: by a small letter or a word that binds."""
    if terminal(a) or len(a) < 25 or len(b) > 100 or _stands_alone(a) or _stands_alone(b):
        return False
    return b[0].islower() or a.rsplit(maxsplit=1)[-1].casefold() in _BINDING or (a.isupper() and b.isupper())


def _stands_alone(line: str) -> bool:
    kind = _classify(line, None).kind
    return kind not in (LineKind.PROSE, LineKind.HEAD, LineKind.EITHER) or bool(_BULLET.match(line))


def _classify(line: str, day_first: bool | None) -> LineBlock:
    """The kind that a line has by itself."""
    line = line.strip()
    if len(line) > 600:
        return LineBlock(line, LineKind.PROSE)  # nothing else is that long
    if _RULE.fullmatch(line) or not any(c.isalnum() for c in line):
        return LineBlock(line, LineKind.RULE if len(line) >= 3 else LineKind.BOILERPLATE)
    bullet = _BULLET.match(line)
    bare = line[bullet.end() :] if bullet else line
    words = count_words(bare)
    if (not bullet or words < 6) and (role := boilerplate.role(bare, words)):
        return LineBlock(line, LineKind[role.upper()])
    if meta := boilerplate.meta(line):
        name, value = meta
        if name == "authors":
            return LineBlock(line, LineKind.BYLINE, byline=byline(f"By {value}") or Byline((value,)))
        return LineBlock(line, LineKind.META, meta=meta)
    if stamp := stamps.stamp(line, day_first=day_first):
        return LineBlock(line, LineKind.STAMP, stamp=stamp)
    if named := byline(line):
        return LineBlock(line, LineKind.BYLINE, byline=named)
    if boilerplate.caption(line, words):
        return LineBlock(line, LineKind.CAPTION)
    return LineBlock(line, _form(line, bare, words, bullet is not None))


def _form(line: str, bare: str, words: int, bulleted: bool) -> LineKind:
    """Sentence, headline-like line or list item, by length and the way it ends."""
    if bulleted:
        return LineKind.PROSE if words >= 6 or (terminal(bare) and words >= 3) else LineKind.LIST
    if line.endswith((":", "：")):
        return LineKind.PROSE if words >= 6 else LineKind.LIST
    if terminal(line):
        return LineKind.EITHER if words <= 20 and _ASKS.search(line) else LineKind.PROSE
    goes_on = line.endswith((",", ";", "，", "；", "、")) and words >= 4
    if goes_on or words > 28 or len(line) > 200 or (words > 12 and _INNER_STOP.search(line)):
        return LineKind.PROSE
    if line[0].islower() and words >= 4:
        return LineKind.EITHER
    return LineKind.HEAD


def _resolve(found: list[LineBlock], titled: bool) -> list[LineBlock]:
    """Settle the blocks that could be a headline or a sentence, from the blocks around them."""
    out: list[LineBlock] = []
    titles: set[str] = set()  # questions that were headlines once; where they come again they are captions
    under_teaser = False
    before: LineKind | None = None
    followers: list[LineBlock | None] = [None]  # of each block, the last first: the next that is not passed over
    for block in reversed(found[1:]):
        followers.append(followers[-1] if block.kind in _PASSED_OVER else block)
    for i, (block, after) in enumerate(zip(found, reversed(followers), strict=False)):
        kind = block.kind
        opens = before in (None, LineKind.META, *BREAKS) or block.wide_gap
        anchored = after is not None and (after.kind is LineKind.BYLINE or after.dated or after.relative)
        if kind is LineKind.EITHER:
            spoken = _SPEAKER.match(block.text) is not None  # 'Q: Who pays?'
            headline = anchored or under_teaser or block.key in titles
            headline = headline or (opens and after is not None and not spoken and not titled)
            kind = LineKind.HEAD if headline else LineKind.PROSE
            if headline and not under_teaser and block.repeats > 1:
                titles.add(block.key)
        elif (
            kind is LineKind.PROSE
            and block.words <= 20
            and not titled
            and any(b.kind in (LineKind.PROSE, LineKind.EITHER) for b in found[i + 1 : i + 11])
        ):
            # 'Ferry line to close, minister says.' over a date and prose is a headline although it ends with a stop.
            if before is LineKind.NEXT or (anchored and (opens or before is LineKind.HEAD)):
                kind = LineKind.HEAD
        elif kind is LineKind.PROSE and under_teaser and _BULLET.match(block.text) and not terminal(block.text):
            kind = LineKind.LIST
        under_teaser = kind is LineKind.TEASER or (
            under_teaser and kind not in (LineKind.PROSE, LineKind.RULE, LineKind.NEXT)
        )
        out.append(replace(block, kind=kind))
        before = before if kind in _PASSED_OVER else kind
    return out
