"""Pages that a browser printed, saved or copied as plain text: each has the moment of printing, the page's title, its
address and the number of the sheet at its edges, which are no text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from rag.ingest.encoding import one_line
from rag.ingest.segment.lines import line_key, terminal

_CLOCK = (
    r"(?:\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:\d{4}|\d\d)|\d{4}[./年-]\s?\d{1,2}[./月-]\s?\d{1,2}日?)\.?,?\s+"
    r"(?:(?:kl\.?|klo|um|à|at|alle|ore|上午|下午|午前|午後|오전|오후)\s*)?\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s?[AP]\.?M\.?|\s?Uhr)?"
)
_ADDRESS = r"(?:https?|file)://\S+"
_SHEET = (
    r"(?:(?:page|seite|página|pagina|sida|side|strona|strana|sivu|oldal|стр\.?|страница|sayfa)\s*)?"
    r"(?P<sheet>\d{1,3})\s*(?:/|of|von|de|di|van|sur|z|ze|av|af|из|η|/)\s*\d{1,3}(?:\s*(?:ページ|页|頁|페이지))?"
)
_GAP = r"(?:\s{2,}|\t)"
_HEAD = re.compile(
    rf"[ \t\f]*(?:{_CLOCK}(?:{_GAP}(?P<behind>\S.*))?|(?P<before>\S.*?){_GAP}(?:{_CLOCK}|(?P<at>{_ADDRESS})))[ \t]*",
    re.IGNORECASE,
)
_FOOT = re.compile(
    rf"[ \t\f]*(?:(?P<url>{_ADDRESS})\s+{_SHEET}|{_SHEET.replace('sheet', 'first')}(?:{_GAP}{_CLOCK}|\s+{_ADDRESS})"
    rf"|{_CLOCK}{_GAP}{_SHEET.replace('sheet', 'last')})[ \t]*",
    re.IGNORECASE,
)
_TITLED = re.compile(r"\s+[|–—·•»-]\s+")
_LONGEST = 300  # characters of such a line
_CUT_OFF = ("…", "...")


@dataclass(frozen=True, slots=True)
class Printout:
    """What a browser printed: the text of its sheets, the address and the outlet at their edges."""

    text: str
    url: str | None = None
    source: str | None = None


def printed_page(text: str) -> Printout | None:
    """The text without the edges of its sheets; None for any other text."""
    rows = text.split("\n")
    feet = [n for n, row in enumerate(rows) if len(row) <= _LONGEST and _FOOT.fullmatch(row)]
    if not feet:
        return None
    heads = {n: found for n, row in enumerate(rows) if len(row) <= _LONGEST and (found := _HEAD.fullmatch(row))}
    said = {n: one_line(found["behind"] or found["before"] or "") for n, found in heads.items() if n not in feet}
    counts = Counter(said.values())
    edges = set(feet) | {n for n, title in said.items() if counts[title] >= min(2, len(feet)) or n < min(feet)}
    title = counts.most_common(1)[0][0] if counts else ""
    addresses = (found["url"] for n in feet if (found := _FOOT.fullmatch(rows[n])) and found["url"])
    url = next((one for one in addresses if one.startswith("http") and not one.endswith(_CUT_OFF)), None)
    lines = {line_key(row) for n, row in enumerate(rows) if n not in edges}
    parts = [part for part in _TITLED.split(title) if part]
    headline = next((part for part in parts if line_key(part) in lines), None)
    others = [part for part in parts if part != headline]
    source = others[-1] if headline and len(others) == 1 and len(others[0].split()) <= 5 else None
    whole = _joined([(row, n in edges) for n, row in enumerate(rows)])
    return Printout(whole if headline or not parts else f"{parts[0]}\n\n{whole}", url, source)


def _joined(rows: list[tuple[str, bool]]) -> str:
    """The lines that are text; a paragraph that the end of a sheet cut is whole again."""
    kept: list[str] = []
    cut = False  # an edge lies since the last line of text
    for row, edge in rows:
        if edge:
            cut = True
        elif not row.strip() or not cut:
            kept.append(row)
        else:
            last = len(kept)
            while last and not kept[last - 1].strip():
                last -= 1
            if last and not terminal(kept[last - 1]) and row.lstrip()[:1].islower():
                del kept[last:]
            kept.append(row)
            cut = False
    return "\n".join(kept).strip()
