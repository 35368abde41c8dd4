"""The lines of a message as paragraphs: what was wrapped for a printer of 80 columns joined, its signs as ours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.ingest.encoding import clean, one_line

_WIDE = 50  # characters of a line that was wrapped, at least
_SIGNS = (("``", "“"), ("''", "”"), ("’’", "”"), ("‘‘", "“"))
_DASH = re.compile(r"(?<=\s)_(?=\s)|(?<=\w)_(?=\s*$)")
_BULLET = re.compile(r"\s*[_*•–-]\s+\S")
_ENDING = re.compile(r"[<=¶]+\s*$")
_RULE = re.compile(r"[-_*=~. ]{3,}")
_LAST = re.compile(r"[.!?:”\"»)…]\s*$")


@dataclass(frozen=True, slots=True)
class WireLine:
    """A line of a message."""

    text: str  # without what sets it
    indent: int
    after_blank: bool
    ended: bool  # by a sign for the end of a paragraph


def wire_lines(text: str) -> list[WireLine]:
    """The lines that are not blank, each without the signs of typesetting."""
    for sign, ours in _SIGNS:
        text = text.replace(sign, ours)
    out: list[WireLine] = []
    blank = True
    for raw in clean(text.expandtabs(4)).split("\n"):
        bare = raw.strip()
        if not bare or bare in ("<", "=", "^"):
            blank = True
            continue
        ended = bool(_ENDING.search(bare)) and not re.search(r"\d\s*[<=]\s*\d", bare)
        typeset = bare.startswith("^")
        words = _DASH.sub("—", _ENDING.sub("", bare.lstrip("^")).strip())
        indent = len(raw) - len(raw.lstrip())
        if words:
            out.append(WireLine(words, indent, blank or typeset, ended))
        blank = False
    return out


def wire_paragraphs(found: list[WireLine]) -> list[str]:
    """The lines joined: a new paragraph behind an empty line, at an indent, and behind a sign for its end; in a text
    that has none of these, behind a short line that ends a sentence."""
    if not found:
        return []
    least = min(row.indent for row in found)
    marked = any(row.after_blank or row.ended for row in found[1:]) or any(row.indent > least + 1 for row in found[1:])
    widest = max(len(row.text) for row in found)
    out: list[list[str]] = []
    for at, row in enumerate(found):
        before = found[at - 1] if at else None
        begins = before is None or row.after_blank or before.ended or row.indent > before.indent + 1
        begins = begins or before is None or bool(_RULE.fullmatch(row.text) or _RULE.fullmatch(before.text))
        begins = begins or (row.text.startswith("(") and bool(_LAST.search(before.text if before else "")))
        begins = begins or (row.indent > least + 1 and bool(_LAST.search(before.text if before else "")))
        if before is not None and not begins:
            short = len(before.text) < min(0.75 * widest, widest - 12) and bool(_LAST.search(before.text))
            begins = (not marked and (short or widest > 2 * 80)) or bool(
                _BULLET.match(row.text) and _LAST.search(before.text)
            )
        if begins:
            out.append([row.text])
        else:
            out[-1].append(row.text)
    return [one_line(_joined(lines)) for lines in out]


def _joined(lines: list[str]) -> str:
    """The lines in one; a word that was cut at their end is whole again."""
    text = lines[0]
    for line in lines[1:]:
        cut = re.search(r"[^\W\d_]{2}-$", text) and re.match(r"[a-zà-ÿ]{2}", line) and len(text) >= _WIDE
        text = text[:-1] + line if cut and not re.search(r"\w-\w+-$", text) else f"{text} {line}"
    return text
