"""What exports of WordPress have of their own: posts without paragraphs in their markup, and a category for none."""

from __future__ import annotations

import re

MAX_POSTS = 10_000
"""Posts of one export that are read."""

_EXPORT = re.compile(r"<wp:wxr_version>")
_BLANK = re.compile(r"\n[ \t]*\n\s*")
_BLOCK = re.compile(
    r"(?:<!--.{0,2000}?-->\s*)*</?(?:p|div|h[1-6]|ul|ol|li|table|tbody|tr|t[dh]|blockquote|figure|section|article|pre|hr"
    r"|form|dl|dd|dt|iframe|address|aside)\b|(?:<!--.{0,2000}?-->\s*)+$|\[/?\w[^\[\]]{0,300}\]\s*$",
    re.IGNORECASE | re.DOTALL,
)
_UNSORTED = re.compile(
    r"uncategori[sz]ed|unkategorisiert|allgemein|non class[ée]e?|sin categor[íi]a|senza categoria|sem categoria"
    r"|geen categorie|okategoriserade?|ukategori[sz]ert|ikke kategorisert|bez kategorii|без рубрики",
    re.IGNORECASE,
)


def is_export(text: str) -> bool:
    """Whether XML is an export of WordPress, by its beginning."""
    return _EXPORT.search(text[:20_000]) is not None


def with_paragraphs(content: str) -> str:
    """The content of a post as WordPress shows it: what a blank line sets apart is a paragraph."""
    if not _BLANK.search(content.strip()):
        return content
    pieces = (piece.strip() for piece in _BLANK.split(content))
    return "\n\n".join(piece if _BLOCK.match(piece) else f"<p>{piece}</p>" for piece in pieces if piece)


def is_unsorted(category: str) -> bool:
    """Whether a category is that of posts which have none."""
    return _UNSORTED.fullmatch(category) is not None
