"""Blocks in the order of reading -> paragraphs: words that were cut at the end of a line joined, each paragraph with the
pages that it stands on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from rag.ingest.papers.blocks import Block, PrintedLine

_ENDS = re.compile(r"[.!?…:。！？][\"”’»)\]]*$")
_ITEM = re.compile(r"(?:[•▪‣●■◦–—*·]|\(?(?:\d{1,2}|[a-z])[.)])\s+\S")
_CUT = re.compile(r"(?<=[^\W\d_])(?:\u00ad|[-‐])$")
_HYPHENED = re.compile(r"(?<![\w-])[^\W\d_]+-[^\W\d_]+")
_FIRST = re.compile(r"[^\W\d_]+")
_LAST = re.compile(r"[^\W\d_]+$")
_KEEP = frozenset(
    "all anti co cross ex far half high ill long low mid multi near non off post pre pro quasi self semi short so then "
    "vice well year twenty thirty forty fifty sixty seventy eighty ninety one two three four five six seven eight nine "
    "ten".split()
)
"""Words that more often stand before a hyphen of their own than are cut behind it, with other words behind them."""
_JOINED = frozenset("anti co multi non post pre pro semi".split())  # of these both are found: as the text has it
_AND = frozenset("und oder bis sowie and or och og en ou et e y".split())
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(slots=True)
class PrintedParagraph:
    """A paragraph with the size of its letters; ``places`` are (offset, page from 1), the first of them at 0."""

    text: str
    size: float
    bold: bool
    places: list[tuple[int, int]] = field(default_factory=list)
    open: bool = False  # whether the next column or page may go on with it


class Hyphens:
    """Which words of a document have a hyphen of their own."""

    def __init__(self, lines: Iterable[PrintedLine]) -> None:
        self.plain: Counter[str] = Counter()
        self.hyphened: Counter[str] = Counter()
        for line in lines:
            low = line.text.lower()
            self.plain.update(re.findall(r"[^\W\d_]+", low))
            self.hyphened.update(_HYPHENED.findall(low))

    def joined(self, left: str, right: str) -> str:
        """Two lines as one, the first of which may end in a word that is cut."""
        if not (cut := _CUT.search(left)):
            close = bool(_CJK.match(left[-1:]) and _CJK.match(right[:1]))
            return f"{left}{'' if close else ' '}{right}"
        head = left[: cut.start()]
        before, after = _LAST.search(head), _FIRST.match(right)
        if not before or not after:
            return f"{head}-{right}"
        one, two = before[0].lower(), after[0].lower()
        if two in _AND and cut[0] != "\u00ad":
            return f"{head}- {right}"
        if self._whole(one, two, after[0], head):
            return head + right
        return f"{head}-{right}"

    def _whole(self, one: str, two: str, printed: str, head: str) -> bool:
        """Whether the two halves are one word without a hyphen."""
        if self.plain[one + two] != self.hyphened[f"{one}-{two}"]:
            return self.plain[one + two] > self.hyphened[f"{one}-{two}"]
        if printed[0].isupper() and not (printed.isupper() and head[-1:].isupper()):
            return False
        if re.search(rf"-{re.escape(one)}$", head.lower()):  # 'mother-in-' and 'law'
            return one not in ("in", "to", "of", "the", "by", "up", "on", "and", "a")
        known = self.plain[two] > 0 and one in _KEEP and one not in _JOINED
        return not known


def paragraphs(blocks: Sequence[Block], hyphens: Hyphens) -> list[PrintedParagraph]:
    """The paragraphs of blocks that are one text."""
    spaced = _is_spaced(blocks)
    out: list[PrintedParagraph] = []
    for block in blocks:
        for number, (line, begins) in enumerate(zip(block.lines, _beginnings(block), strict=True)):
            last = out[-1] if out else None
            if number == 0:
                begins = last is None or not _continues(last, block, spaced)
            if begins or last is None:
                out.append(PrintedParagraph(line.text, line.size, line.bold, [(0, line.page)]))
            else:
                _append(last, line, hyphens)
        if out:
            out[-1].open = not _ends_short(block)
    for paragraph in out:
        paragraph.text = paragraph.text.replace("\u00ad", "-")
    return out


def append_text(one: PrintedParagraph, other: PrintedParagraph, hyphens: Hyphens) -> None:
    """Puts the text of a paragraph behind another one that goes on with it."""
    joined = hyphens.joined(one.text, other.text)
    start = len(joined) - len(other.text)
    one.places += [(start + at, page) for at, page in other.places if page != one.places[-1][1]]
    one.text, one.open = joined, other.open


def _append(paragraph: PrintedParagraph, line: PrintedLine, hyphens: Hyphens) -> None:
    joined = hyphens.joined(paragraph.text, line.text)
    if line.page != paragraph.places[-1][1]:
        paragraph.places.append((len(joined) - len(line.text), line.page))
    paragraph.text = joined


def _edges(block: Block) -> tuple[float, float]:
    """The left edge of most lines, and the right edge of the column."""
    left = Counter(round(line.x0) for line in block.lines)
    best = max(left, key=lambda x: (left[x] + left[x - 1] + left[x + 1], -x))
    return float(best), block.x1


def _beginnings(block: Block) -> list[bool]:
    """Of each line whether a paragraph begins with it."""
    left, right = _edges(block)
    steps = [b.y1 - a.y1 for a, b in zip(block.lines, block.lines[1:], strict=False)]
    leading = median(steps) if steps else 0.0
    if len(steps) > 3:
        leading = min(leading, sorted(steps)[len(steps) // 4] * 1.15)
    out = [True]
    for before, line, step in zip(block.lines, block.lines[1:], steps, strict=False):
        indented = line.x0 - left > 0.7 * line.size and line.x0 - before.x0 > 0.7 * line.size
        centred = abs((line.x0 - left) - (right - line.x1)) < 0.5 * line.size
        apart = step > 1.3 * leading
        begins = apart or (indented and not centred) or bool(_ITEM.match(line.text) and _ENDS.search(before.text))
        out.append(begins or (_is_short(before, line, right) and bool(_ENDS.search(before.text))))
    return out


def _is_short(line: PrintedLine, after: PrintedLine, right: float) -> bool:
    """Whether the first word of the next line would have fitted on this one."""
    word = after.text.split()[0]
    width = (after.x1 - after.x0) / max(len(after.text), 1) * (len(word) + 1)
    return line.x1 + width * 1.1 + 0.3 * line.size < right


def _ends_short(block: Block) -> bool:
    last, right = block.lines[-1], max(line.x1 for line in block.lines)
    return bool(_ENDS.search(last.text)) and last.x1 < right - 0.15 * (right - block.x0)


def _is_spaced(blocks: Sequence[Block]) -> bool:
    """Whether paragraphs are set off by space rather than by an indent."""
    indents = sum(
        line.x0 - _edges(block)[0] > 0.7 * line.size for block in blocks if len(block.lines) > 2 for line in block.lines
    )
    return indents < max(2, len(blocks) / 3)


def _continues(last: PrintedParagraph, block: Block, spaced: bool) -> bool:
    """Whether the first line of a block goes on with the paragraph of the block before."""
    line = block.lines[0]
    alike = abs(line.size - last.size) < 0.12 * line.size and line.bold == last.bold
    if not alike or _ITEM.match(line.text):
        return False
    if not _ENDS.search(last.text):
        return bool(re.match(r"[\"“‘(]?[^\W\d_]|\d|[$€£]", line.text)) and (last.open or line.text[:1].islower())
    indented = len(block.lines) > 1 and line.x0 - _edges(block)[0] > 0.7 * line.size
    return last.open and not spaced and not indented
