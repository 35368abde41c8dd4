"""An index made anew from its own stored articles: another embedder, other chunking, a newer schema."""

from __future__ import annotations

import shutil
from pathlib import Path

from rag.config import Settings
from rag.errors import StoreError
from rag.news import News
from rag.store import stored_articles
from rag.types import Progress


def rebuild(settings: Settings, progress: Progress | None = None) -> int:
    """Builds a new index beside the old one and puts it in its place; returns how many articles it holds.

    The old index is untouched until the new one is whole, and kept as ``FOLDER.old`` until the swap is done.
    """
    folder = settings.index.expanduser()
    if not (folder / "news.sqlite").exists():
        raise StoreError(f"no index at {folder}; make one with: rag add FOLDER --index {folder}")
    new, old = folder.with_name(f"{folder.name}.new"), folder.with_name(f"{folder.name}.old")
    if old.exists():
        raise StoreError(f"{old} is in the way, left by a rebuild that was cut off; check it, then move it away")
    shutil.rmtree(new, ignore_errors=True)
    articles = stored_articles(folder)
    with News.open(new, settings=settings.model_copy(update={"llm": "none"}), progress=progress) as news:
        news.put(articles, progress)
    _swap(folder, new, old)
    return len(articles)


def _swap(folder: Path, new: Path, old: Path) -> None:
    folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old)
