"""What exports of WordPress have of their own: posts without paragraphs in their markup, and a category for none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

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
_FARTHEST = timedelta(hours=14)  # that clocks are ahead of Greenwich


def is_export(text: str) -> bool:
    """Whether XML is an export of WordPress, by its beginning."""
    return _EXPORT.search(text[:20_000]) is not None


def moment_of_post(raw: Mapping[str, Any], name: str) -> str:
    """When a post came out (``name`` 'date') or was changed ('modified'), on the site's clock with its zone where two
    moments of it tell that, else in Greenwich or without a zone; empty where it is not said."""
    here, there = _clock(raw.get(f"wp_post_{name}")), _clock(raw.get(f"wp_post_{name}_gmt"))
    out = _clock(raw.get("wp_post_date")), _clock(raw.get("wp_post_date_gmt")) or _sent(raw.get("published"))
    for local, greenwich in ((here, there), out):
        ahead = local - greenwich if local and greenwich else None
        if here and ahead is not None and abs(ahead) <= _FARTHEST and not ahead % timedelta(minutes=15):
            return here.replace(tzinfo=timezone(ahead) if ahead else UTC).isoformat()
    return f"{there} UTC" if there else str(here or "")


def _clock(value: Any) -> datetime | None:
    """A moment as WordPress writes it; none for that of a draft, which is all zeros."""
    with suppress(ValueError):
        return datetime.fromisoformat(str(value or "").strip()).replace(tzinfo=None)
    return None


def _sent(value: Any) -> datetime | None:
    """The moment of a pubDate, in Greenwich."""
    with suppress(ValueError, TypeError, OverflowError):
        sent = parsedate_to_datetime(str(value))
        return (sent.astimezone(UTC) if sent.tzinfo else sent).replace(tzinfo=None)
    return None


def with_paragraphs(content: str) -> str:
    """The content of a post as WordPress shows it: what a blank line sets apart is a paragraph."""
    if not _BLANK.search(content.strip()):
        return content
    pieces = (piece.strip() for piece in _BLANK.split(content))
    return "\n\n".join(piece if _BLOCK.match(piece) else f"<p>{piece}</p>" for piece in pieces if piece)


def is_unsorted(category: str) -> bool:
    """Whether a category is that of posts which have none."""
    return _UNSORTED.fullmatch(category) is not None
