"""Rebuilds an index from its own articles: for another embedder, other chunking, a newer schema."""

from __future__ import annotations

import itertools
import shutil

from rag.errors import StoreError
from rag.index.lock import DATABASE_FILE, beside, locked, os_line, settled_folder
from rag.index.recovery import adopt, stored_articles
from rag.index.store import SqliteChromaStore
from rag.ingest.identity import digest
from rag.news import News
from rag.ops.rebuild_servers import Rebuilt, rebuild_on_servers
from rag.protocols import Embedder
from rag.settings import Settings
from rag.types import Progress


def rebuild(settings: Settings, progress: Progress | None = None, *, embedder: Embedder | None = None) -> Rebuilt:
    """Builds a new index beside the old one and puts it in its place.

    The old index is untouched, and locked against writers, until the new one is complete. If interrupted at any
    moment, one of the two is complete: the next opening puts it in place, and the next rebuild deletes the rest. Of a
    damaged index all readable articles are saved; it is kept beside the new one if some are unreadable. ``embedder`` is
    one that is open already; default: that of the settings.
    """
    if settings.database is not None:
        return rebuild_on_servers(settings, progress, embedder=embedder)
    folder = settled_folder(settings.index)
    if not (folder / DATABASE_FILE).exists():
        raise StoreError(f"no index at {folder}; make one with: rag add FOLDER --index {folder}")
    new, old = beside(folder)
    kept = None
    quiet = settings.model_copy(update={"llm": "none"})
    with locked(folder):
        try:
            for left in (new, old):  # of an interrupted rebuild; the folder itself is complete
                if left.exists():
                    shutil.rmtree(left)
            found = stored_articles(folder, digest)
            with News.open(new, settings=quiet, progress=progress, embedder=embedder) as news:
                report = news.put(found.articles, progress)
                failed = [item for item in report.items if item.status not in ("added", "updated", "duplicate")]
                if failed or news.store.count() != len(found.articles):
                    why = failed[0].reason if failed else "articles are missing"
                    raise StoreError(f"not rebuilt, the old index {folder} is unchanged: {why}")
                assert isinstance(news.store, SqliteChromaStore)
                broken = adopt(folder, news.store.db)
                with news.store.writing():
                    news.store.distrust(found.altered)
                    news.store.settle_all()
                news.cut_versions()
            folder.rename(old)
            try:
                new.rename(folder)
            except BaseException:
                old.rename(folder)
                raise
            if found.lost or broken:
                names = (folder.with_name(f"{folder.name}.damaged{n or ''}") for n in itertools.count())
                kept = old.rename(next(name for name in names if not name.exists()))
            shutil.rmtree(old, ignore_errors=True)
        except OSError as error:
            raise StoreError(os_line(folder, error)) from None
    return Rebuilt(len(found.articles), tuple(found.lost), tuple(found.altered), tuple(broken), kept)
