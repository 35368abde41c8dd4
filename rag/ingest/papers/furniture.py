"""What a paper prints around its articles: running heads, page numbers, the masthead; and what these say of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.ingest.papers.layout.printed import PrintedLine
from rag.ingest.segment import boilerplate
from rag.ingest.segment.bylines import byline, looks_like_outlet
from rag.ingest.web.urls import is_web
from rag.text.timex import stamps
from rag.types import When

_MARGIN = 0.12  # of the height of a page, in which running heads and page numbers stand
_SHARE = 0.3  # of the pages, on which a line is that is no text
_TOP = 0.3  # of the height of the first page, in which its masthead stands
_MASTHEAD = 1.7  # times the size of the text
_NUMBER = re.compile(
    r"[-–—|·\s]*(?:(?:page|pg\.?|p\.|seite|s\.|página|pagina|pág\.|sida|side|strona|str\.)\s*)?"
    r"(?P<label>[A-H]?\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von|de|sur|di|van)\s*\d{1,4})?[-–—|·\s]*",
    re.IGNORECASE,
)
_PRINTED = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4},? \d{1,2}[:.]\d\d(?: ?[AP]M)?(?=\s|$)", re.IGNORECASE)
"""What a browser prints above a page: the moment of printing."""
_WEB = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_ISSUE = re.compile(
    r"\b(?:no\.?|nr\.?|vol\.?|issue|established|founded|est\.?|price|preis|jahrgang|edition|since|issn|www\.\S+|\S+\.com)"
    r"\b[^|]*|[€£$¥]\s?\d[\d.,]*|\d[\d.,]*\s?[€£$¥p]\b",
    re.IGNORECASE,
)
_SMALL = frozenset("of the and de der die das du la le les des am an to for il el y et und page seite p".split())
_EMPTY = "|•·–—- \t.,;:"


@dataclass(slots=True)
class PaperFacts:
    """What the margins of a file say: the outlet, its day, the page's own address, the number and section printed on
    each page."""

    source: str | None = None
    published: When = None
    url: str | None = None
    labels: dict[str, int] = field(default_factory=dict)  # printed number -> page from 1
    sections: dict[int, str] = field(default_factory=dict)


def without_furniture(
    pages: Sequence[Sequence[PrintedLine]], heights: Sequence[float], body: float
) -> tuple[list[list[PrintedLine]], PaperFacts]:
    """The lines that are text, and what the others say."""
    facts = PaperFacts()
    outer = [_outer(lines, height) for lines, height in zip(pages, heights, strict=True)]
    counts = Counter(key for lines in outer for key in {key for line in lines for key in _keys(line)})
    least = max(2, round(_SHARE * len(pages)))
    kept: list[list[PrintedLine]] = []
    for number, (lines, around) in enumerate(zip(pages, outer, strict=True), 1):
        repeated = {id(line) for line in around if any(counts[key] >= least for key in _keys(line))}
        chosen = [
            line
            for side in _sides(around, heights[number - 1])
            for line in _edge(side, repeated, body, heights[number - 1])
        ]
        for line in chosen:
            _note(facts, line, number, repeated=id(line) in repeated)
        gone = {id(line) for line in chosen}
        kept.append([line for line in lines if id(line) not in gone])
    if kept:
        kept[0] = _without_masthead(kept[0], heights[0], body, facts)
    return kept, facts


def _sides(around: Sequence[PrintedLine], height: float) -> tuple[list[PrintedLine], list[PrintedLine]]:
    """The lines of the upper and of the lower margin, each from the edge of the page on."""
    upper = sorted((line for line in around if line.y1 < height / 2), key=lambda line: line.y1)
    return upper, sorted((line for line in around if line.y1 >= height / 2), key=lambda line: -line.y1)


def _edge(lines: Sequence[PrintedLine], repeated: set[int], body: float, height: float) -> list[PrintedLine]:
    """The lines from the edge of the page on, up to the first row that is text."""
    chosen: list[PrintedLine] = []
    while rest := lines[len(chosen) :]:
        row = [line for line in rest if abs(line.y1 - rest[0].y1) < 3]
        told = any(id(line) in repeated or _is_folio(line) for line in row)
        outermost = rest[0].y1 < 0.05 * height or rest[0].y0 > 0.96 * height
        told = told or (outermost and all(line.words <= 8 and line.size < 0.95 * body for line in row))
        if not told or any(line.words > 12 and id(line) not in repeated and not _is_folio(line) for line in row):
            break
        if any(line.size > 1.5 * body and id(line) not in repeated for line in row):
            break
        chosen += row
    return chosen


def _outer(lines: Sequence[PrintedLine], height: float) -> list[PrintedLine]:
    return [line for line in lines if line.y1 < _MARGIN * height or line.y0 > (1 - _MARGIN) * height]


def _keys(line: PrintedLine) -> list[tuple[str, int]]:
    """What the line of another page has in common that says the same at the same height."""
    text, at = re.sub(r"\d+", "#", line.text.lower()), round(line.y1 / 4)
    return [(text, at), (text, at + 1)]


def _is_folio(line: PrintedLine) -> bool:
    """A page number, or a line of the margin with the day of the issue or the moment of printing and little else."""
    if _NUMBER.fullmatch(line.text) or _PRINTED.match(line.text):
        return True
    if _WEB.match(line.text) and line.words <= 3:
        return True
    if line.words > 14 or byline(line.text) or _day_in(line.text) is None:
        return False
    rest = [word for word in re.findall(r"[^\W\d_]+", _bare(line.text)) if word.lower() not in _SMALL]
    return len(rest) <= 8 and not any(word[0].islower() for word in rest)


def _day_in(text: str) -> When:
    """The day of an issue in a line of small print, if it is told with its year."""
    if not re.search(r"(?:19|20)\d\d", text):
        return None
    for part in [text, *re.split(r"\s*[|•·]\s*|\s{2,}|\s[–—-]\s", text)]:
        if found := stamps.parse_stamp(part.strip(_EMPTY)):
            return found
    bare = re.search(
        r"(?:[^\W\d_]+,? )?(?:\d{1,2}\.? [^\W\d_]{3,12}\.?,? (?:19|20)\d\d|[^\W\d_]{3,12}\.? \d{1,2},? (?:19|20)\d\d)",
        text,
    )
    return stamps.parse_stamp(bare[0]) if bare else None


def _note(facts: PaperFacts, line: PrintedLine, page: int, *, repeated: bool) -> None:
    text = line.text
    if found := _NUMBER.fullmatch(text):
        facts.labels.setdefault(found["label"].upper(), page)
        return
    if (web := _WEB.search(text)) and is_web(web[0]) and "…" not in web[0] and "..." not in web[0]:
        facts.url = facts.url or web[0].rstrip(".,;)")
    if _PRINTED.match(text) or web:
        return
    facts.published = facts.published or _day_in(text)
    for piece in re.split(r"\s*[|•·]\s*|\s{2,}|\s[–—-]\s", _bare(text)):
        if number := re.fullmatch(
            r"(?:(?P<a>[A-H]?\d{1,3})\s+)?(?P<name>.*?)(?:\s+(?P<b>[A-H]?\d{1,3}))?", piece.strip(_EMPTY)
        ):
            if label := number["a"] or number["b"]:
                facts.labels.setdefault(label, page)
            name = number["name"].strip(_EMPTY)
            if boilerplate.section(name):
                facts.sections.setdefault(page, name)
            elif (
                name
                and facts.source is None
                and not re.search(r"\d", name)
                and _is_outlet(name, sure=repeated and _day_in(text) is not None)
            ):
                facts.source = name


def _is_outlet(name: str, *, sure: bool) -> bool:
    if re.search(r"\brelease\b|\breport\b|\bstatement\b", name, re.IGNORECASE):
        return False  # 'PRESS RELEASE'
    return looks_like_outlet(name) or (sure and 1 <= len(name.split()) <= 5 and name[0].isupper())


def _bare(text: str) -> str:
    """The line without its day, number of issue and price."""
    day = r"(?:[^\W\d_]+,? )?(?:\d{1,2}\.? [^\W\d_]{3,12}\.?,? (?:19|20)\d\d|[^\W\d_]{3,12}\.? \d{1,2},? (?:19|20)\d\d)"
    return _ISSUE.sub("|", re.sub(day, "|", text))


def _without_masthead(lines: list[PrintedLine], height: float, body: float, facts: PaperFacts) -> list[PrintedLine]:
    """The first page without the name of the paper and the line with its day."""
    top = [line for line in lines if line.y1 < _TOP * height]
    large = [line for line in top if line.size >= _MASTHEAD * body and line.words <= 6]
    dated = [line for line in top if line.size < _MASTHEAD * body and line.words <= 16 and _day_in(line.text)]
    dated = [line for line in dated if not byline(line.text)]
    if not large:
        return lines
    name = max(large, key=lambda line: (line.size, -line.y1))
    folio = [line for line in dated if -3 * name.size < line.y1 - name.y1 < max(3 * body, 1.2 * name.size)]
    known = facts.source is not None and facts.source.casefold() == name.text.casefold()
    first = min(line.y1 for line in lines if line.size >= name.size * 0.7)
    if not (known or (folio and name.y1 <= first + 1 and _alone(name, lines))):
        return lines
    facts.source = facts.source if known else name.text.title() if name.text.isupper() else name.text
    gone = {id(name)}
    for line in folio:
        facts.published = facts.published or _day_in(line.text)
        gone |= {id(one) for one in top if abs(one.y1 - line.y1) < 2 and one.size < _MASTHEAD * body and one.words < 12}
    # A slogan between the name and the line of the day, or above the name.
    edge = max([line.y1 for line in folio], default=name.y1)
    gone |= {id(line) for line in top if line.y1 < edge and line.size < _MASTHEAD * body and line.words < 12}
    return [line for line in lines if id(line) not in gone]


def _alone(name: PrintedLine, lines: Sequence[PrintedLine]) -> bool:
    """Whether nothing but the folio comes before the next headline: a headline has its text under it."""
    under = [line for line in lines if line.y1 > name.y1 + 1 and line.size < 0.75 * name.size]
    text = [line for line in under if _day_in(line.text) is None and line.words >= 4 and not byline(line.text)]
    larger = [
        line for line in lines if line.y1 > name.y1 + 1 and line.size > 1.3 * min((t.size for t in text), default=0)
    ]
    if looks_like_outlet(name.text):
        return True
    return bool(larger) and (not text or min(line.y1 for line in larger) < min(line.y1 for line in text) + 1)
