"""A text or an address that a reader pasted into the question box: into the library."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from rag.chat.kept import uploads
from rag.chat.protocols import Library
from rag.errors import UsageError
from rag.types import Article, Report

MAX_PASTED = 200_000
"""Characters of a pasted text that are taken."""
MAX_FILE_NAME = 40


def add_pasted(news: Library, folder: Path, text: str) -> Article:
    """Stores a pasted text, kept as a file in ``folder``, or the pages of pasted addresses; returns the first article.

    Raises ``UsageError`` where there is none in it, and what ``rag.News.add`` raises.
    """
    words = text.split()
    if all(re.match(r"(?:https?://|www\.)", word, re.IGNORECASE) for word in words):
        return _first(news, news.add(*(word if "://" in word else f"https://{word}" for word in words)))
    name = re.sub(r"\W+", "-", text.strip().partition("\n")[0][:MAX_FILE_NAME]).strip("-").lower() or "pasted"
    with tempfile.TemporaryDirectory(prefix="news-pasted-") as scratch:
        file = Path(scratch) / f"{name}.txt"
        file.write_text(text, encoding="utf-8")
        kept = uploads.keep_file(file, folder)
    try:
        return _first(news, news.add(kept.path))
    except Exception:
        uploads.forget_files([kept])
        raise


def _first(news: Library, report: Report) -> Article:
    for item in report.items:
        if item.article_id and item.status != "failed":
            return news.article(item.article_id)
    reason = next((item.reason for item in report.items if item.reason), None)
    raise UsageError(reason or "There is no article in this text. Give a headline and a few sentences.")
