"""An index made anew from its own stored articles: another embedder, other chunking, a newer schema."""

from __future__ import annotations

import shutil

from rag.config import Settings
from rag.errors import StoreError
from rag.folder import FILE, beside, locked, os_line, place
from rag.news import News
from rag.opening import adopt, stored_articles
from rag.types import Progress


def rebuild(settings: Settings, progress: Progress | None = None) -> int:
    """Builds a new index beside the old one and puts it in its place; returns how many articles it holds.

    The old index is untouched, and locked against writers, until the new one is whole. Cut off at any moment, one
    of the two is whole: the next opening puts it where it belongs, and the next rebuild clears away the rest.
    """
    folder = place(settings.index)
    if not (folder / FILE).exists():
        raise StoreError(f"no index at {folder}; make one with: rag add FOLDER --index {folder}")
    new, old = beside(folder)
    with locked(folder):
        try:
            for left in (new, old):  # of a rebuild that was cut off; the folder itself is whole
                if left.exists():
                    shutil.rmtree(left)
            articles = stored_articles(folder)
            with News.open(new, settings=settings.model_copy(update={"llm": "none"}), progress=progress) as news:
                report = news.put(articles, progress)
                lost = [item for item in report.items if item.status not in ("added", "updated", "duplicate")]
                if lost or news.store.count() != len(articles):
                    told = lost[0].reason if lost else "articles are missing"
                    raise StoreError(f"not rebuilt, the old index {folder} is as it was: {told}")
                adopt(folder, news.store)
            folder.rename(old)
            try:
                new.rename(folder)
            except BaseException:
                old.rename(folder)
                raise
            shutil.rmtree(old, ignore_errors=True)
        except OSError as error:
            raise StoreError(os_line(folder, error)) from None
    return len(articles)
