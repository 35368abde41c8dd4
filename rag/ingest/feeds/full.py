"""The full text of an entry, where a feed has it in an element of its own beside the description."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

_FULL = re.compile(
    r"(?:(?!media|itunes|gd|geo)[a-z][a-z0-9]*_)?(?:full[-_]?(?:text|content|article|story|body)|(?:article|story|news|item)"
    r"[-_]?(?:text|body|content)|body(?:text|[-_]?html)?|(?:main[-_]?)?text|story|volltext|textocompleto|texte(?:complet|integral)?|turbo_content)"
)
"""Elements for it: yandex:full-text, turbo:content, <fulltext>, <body>; as feedparser names them, in small letters."""
_MARKUP = re.compile(r"<(?:p|br|div|h[1-6]|li|ul|ol|blockquote|a|b|i|em|strong|span|img)\b[^<>]*>", re.IGNORECASE)


def full_text(raw: Mapping[str, Any]) -> str:
    """The longest text of an entry in an element that is meant for all of it, as HTML; '' where there is none. Lines
    of plain text are paragraphs."""
    held = (value for name, value in raw.items() if _FULL.fullmatch(name) and isinstance(value, str))
    text = max(held, key=len, default="").strip()
    if not text or _MARKUP.search(text):
        return text
    return "".join(f"<p>{html.escape(line.strip(), quote=False)}</p>" for line in text.splitlines() if line.strip())
