"""Blocks in the order of reading -> paragraphs: words that were cut at the end of a line joined, each paragraph with
the pages that it stands on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from rag.ingest.papers.blocks import PrintBlock
from rag.ingest.papers.layout.printed import PrintedLine
from rag.ingest.segment.bylines import byline
from rag.text.timex import stamps

_ENDS = re.compile(r"[.!?…:。！？][\"”’»)\]]*$")
_ITEM = re.compile(r"(?:[•▪‣●■◦–—*·]|\(?(?:\d{1,2}|[a-z])[.)])\s+\S")
_CUT = re.compile(r"(?<=[^\W\d_])(?:\u00ad|[-‐])$")
_HYPHENED = re.compile(r"(?<![\w-])[^\W\d_]+-[^\W\d_]+")
_FIRST = re.compile(r"[^\W\d_]+")
_LAST = re.compile(r"[^\W\d_]+$")
_ALWAYS = frozenset(
    "ex self vice well half north south east west twenty thirty forty fifty sixty seventy eighty ninety three four "
    "five six seven eight nine quasi mother father brother sister thirteen".split()
)
"""Words that stand before a hyphen of their own, and are hardly ever cut behind."""
_KEEP = frozenset(
    "all cross far first full hard high ill life long low mid near new off old one open part right second short so "
    "state third two war year left so-called".split()
)
"""The same, where what follows is a word by itself."""
_ONLY_AND = frozenset("und oder bis sowie och og".split())
_AND = frozenset("and or en ou et e y".split()) | _ONLY_AND
_FULL = 0.7  # of the width of a column, that a line has behind which the sentence goes on
_MOST_BETWEEN = 4  # blocks in the middle of a sentence
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(slots=True)
class PrintedParagraph:
    """A paragraph with the size of its letters; ``places`` are (offset, page from 1), the first of them at 0."""

    text: str
    size: float
    bold: bool
    places: list[tuple[int, int]] = field(default_factory=list)
    open: bool = False  # whether the next column or page may go on with it
    width: float = 0.0  # of its last line
    last: PrintedLine | None = None


class Hyphens:
    """Which words of a document have a hyphen of their own."""

    def __init__(self, lines: Iterable[PrintedLine]) -> None:
        self.plain: Counter[str] = Counter()
        self.hyphened: Counter[str] = Counter()
        cut = False
        for line in lines:
            low = line.text.lower()
            low = low.partition(" ")[2] if cut else low  # halves of words are none
            cut = bool(_CUT.search(low))
            low = low.rpartition(" ")[0] if cut else low
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
        if two in _AND and not self.plain[one + two] and (two in _ONLY_AND or self.plain[one]):
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
        return not (one in _ALWAYS or (one in _KEEP and self.plain[two] > 0))


def printed_paragraphs(blocks: Sequence[PrintBlock], hyphens: Hyphens) -> list[PrintedParagraph]:
    """The paragraphs of blocks that are one text."""
    spaced = _is_spaced(blocks)
    out: list[PrintedParagraph] = []
    for block in _uninterrupted(blocks):
        for number, (line, first) in enumerate(zip(block.lines, _beginnings(block), strict=True)):
            last = out[-1] if out else None
            begins = (last is None or not _continues(last, block, spaced)) if number == 0 else first
            if begins or last is None:
                out.append(PrintedParagraph(line.text, line.size, line.bold, [(0, line.page)]))
            else:
                _append(last, line, hyphens)
            out[-1].width, out[-1].last = line.x1 - line.x0, line
        if out:
            out[-1].open = not _ends_short(block)
    for paragraph in out:
        paragraph.text = paragraph.text.replace("\u00ad", "-")
    return out


def _uninterrupted(blocks: Sequence[PrintBlock]) -> list[PrintBlock]:
    """The blocks, with what stands in the middle of a sentence (a note, a table, a box) behind the rest of it."""
    out = list(blocks)
    for at in range(len(out) - 2):
        before = out[at].lines[-1]
        if _ENDS.search(before.text) or _alike(before, out[at + 1].lines[0]):
            continue
        for end in range(at + 2, min(at + 2 + _MOST_BETWEEN, len(out))):
            after = out[end].lines[0]
            if _alike(before, after) and after.text[:1].islower():
                out[at + 1 : end + 1] = [out[end], *out[at + 1 : end]]
                break
    return out


def _alike(one: PrintedLine, other: PrintedLine) -> bool:
    return abs(one.size - other.size) < 0.06 * other.size and one.bold == other.bold and one.italic == other.italic


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


def _edges(block: PrintBlock) -> tuple[float, float]:
    """The left edge of most lines, and the right edge of the column."""
    left = Counter(round(line.x0) for line in block.lines)
    best = max(left, key=lambda x: (left[x] + left[x - 1] + left[x + 1], -x))
    return float(best), block.x1


def _beginnings(block: PrintBlock) -> list[bool]:
    """Of each line whether a paragraph begins with it."""
    if block.lines[0].row:
        return [True] * len(block.lines)
    left, right = _edges(block)
    steps = [b.y1 - a.y1 for a, b in zip(block.lines, block.lines[1:], strict=False)]
    leading = median(steps) if steps else 0.0
    if len(steps) > 3:
        leading = min(leading, sorted(steps)[len(steps) // 4] * 1.15)
    out = [True]
    for before, line, step in zip(block.lines, block.lines[1:], steps, strict=False):
        indented = line.x0 - left > 0.7 * line.size and line.x0 - before.x0 > 0.7 * line.size
        centred = before.x0 - left > 0.7 * line.size and abs((line.x0 - left) - (right - line.x1)) < 0.5 * line.size
        apart = step > 1.3 * leading
        begins = apart or (indented and not centred) or bool(_ITEM.match(line.text) and _ENDS.search(before.text))
        ended = _is_short(before, line, right) and (bool(_ENDS.search(before.text)) or _is_fact(before.text))
        out.append(begins or ended or (_is_fact(line.text) and _is_fact(before.text)))
    return out


def _is_fact(text: str) -> bool:
    """Whether a line is a byline or a day, and nothing else."""
    dated = len(text) < 80 and (stamps.parse_stamp(text) is not None or stamps.stamp(text) is not None)
    return dated or (len(text) < 80 and byline(text) is not None)


def _is_short(line: PrintedLine, after: PrintedLine, right: float) -> bool:
    """Whether the first word of the next line would have fitted on this one."""
    word = after.text.split()[0]
    width = (after.x1 - after.x0) / max(len(after.text), 1) * (len(word) + 1)
    return line.x1 + width * 1.1 + 0.3 * line.size < right


def _ends_short(block: PrintBlock) -> bool:
    last, right = block.lines[-1], max(line.x1 for line in block.lines)
    return bool(_ENDS.search(last.text)) and last.x1 < right - 0.15 * (right - block.x0)


def _is_spaced(blocks: Sequence[PrintBlock]) -> bool:
    """Whether paragraphs are set off by space rather than by an indent."""
    indents = sum(
        line.x0 - _edges(block)[0] > 0.7 * line.size for block in blocks if len(block.lines) > 2 for line in block.lines
    )
    return indents < max(2, len(blocks) / 3)


def _continues(last: PrintedParagraph, block: PrintBlock, spaced: bool) -> bool:
    """Whether the first line of a block goes on with the paragraph of the block before."""
    line = block.lines[0]
    if line.row or (last.last and last.last.row):
        return False
    alike = abs(line.size - last.size) < 0.12 * line.size and line.bold == last.bold
    if not alike or _ITEM.match(line.text):
        return False
    if _is_fact(last.text):
        return False
    if last.last and last.last.page == line.page and last.last.y1 < block.y0 and block.x0 < last.last.x1:
        return line.text[:1].islower() and not _ENDS.search(last.text)  # below it, and set off from it
    full = last.width > _FULL * (block.x1 - block.x0)
    if not _ENDS.search(last.text):
        return line.text[:1].islower() or (last.open and full and bool(re.match(r"[\"“‘(]?\w|[$€£]", line.text)))
    indented = len(block.lines) > 1 and line.x0 - _edges(block)[0] > 0.7 * line.size
    return last.open and full and not spaced and not indented
