"""The index that a set is asked against, made once for each corpus and kept in the cache."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from rag import News, Settings
from rag.errors import IndexMismatch, UsageError
from rag.types import Progress, Report

from ..records import ArticleRecord, EvalSet
from .folder import write

OpenNews = Callable[..., News]
"""``News.open``, or a fake of it: called with (folder, settings=, create=, progress=)."""

BUILT = "built.json"
RECORDS = "articles.jsonl"


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What making an index took. ``seconds`` is None where it was made in several goes, or not by an evaluation."""

    articles: int
    chunks: int
    bytes: int
    seconds: float | None
    embedder: str
    failed: int = 0  # articles that could not be read


def open_index(
    eval_set: EvalSet,
    digest: str | None,
    settings: Settings,
    progress: Progress | None = None,
    open_news: OpenNews = News.open,
) -> tuple[News, IndexInfo]:
    """The index with the set's articles: the one in the cache if it is there and whole, else made now.

    ``digest`` is that of the articles (:func:`corpus_digest`); a set without articles is asked against
    ``settings.index``. Making it can be cut off at any moment: the next call goes on. Raises ``RagError``.
    """
    if digest is None:
        news = open_news(settings.index, settings=settings, create=False, progress=progress)
        return news, _measure(news, settings.index, None, 0)
    folder = _folder(digest, settings)
    index, built = folder / "index", folder / BUILT
    if built.exists():
        try:
            news = open_news(index, settings=settings, create=False, progress=progress)
            return news, IndexInfo(**json.loads(built.read_text(encoding="utf-8")))
        except IndexMismatch:  # of an earlier version of this program: it is only a cache
            shutil.rmtree(folder)
    return _build(eval_set, settings, folder, progress, open_news)


def _build(
    eval_set: EvalSet, settings: Settings, folder: Path, progress: Progress | None, open_news: OpenNews
) -> tuple[News, IndexInfo]:
    index = folder / "index"
    begun_before = index.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        news = open_news(index, settings=settings, create=True, progress=progress)
    except IndexMismatch:
        shutil.rmtree(index)
        begun_before = False
        news = open_news(index, settings=settings, create=True, progress=progress)
    try:
        begun = time.monotonic()
        report = news.add(*_sources(eval_set, folder), progress=progress)
        seconds = None if begun_before else time.monotonic() - begun
        if not news.articles():
            raise UsageError(f"none of the articles of {eval_set.name} could be read{_first_failure(report)}")
        info = _measure(news, index, seconds, report.failed)
    except BaseException:
        news.close()
        raise
    write(folder / BUILT, asdict(info))
    return news, info


def _sources(eval_set: EvalSet, folder: Path) -> list[Path]:
    if eval_set.records is None:
        return list(eval_set.paths)
    file = folder / RECORDS
    if not file.exists():
        new = folder / f"{RECORDS}.new"
        with new.open("wb") as out:
            for line in _lines(eval_set.records()):
                out.write(line)
        new.replace(file)
    return [file]


def _first_failure(report: Report) -> str:
    failed = [item for item in report.items if item.status == "failed"]
    return f": {failed[0].reason}" if failed else ""


def _measure(news: News, folder: Path, seconds: float | None, failed: int) -> IndexInfo:
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    articles, chunks = news.size()
    return IndexInfo(
        articles=articles,
        chunks=chunks,
        bytes=size,
        seconds=seconds,
        embedder=news.embedder.name,
        failed=failed,
    )


def _folder(digest: str, settings: Settings) -> Path:
    """By the content of the corpus, the embedder's name and precision, so that the same articles are indexed once."""
    exact = "-fp32" if settings.embed_precision == "fp32" else ""
    name = re.sub(r"[^\w.-]+", "-", settings.embedder).strip("-")[-60:]
    return settings.cache / "evals" / f"{digest[:16]}-{name}{exact}"


def corpus_digest(eval_set: EvalSet) -> str | None:
    """SHA-256 of the articles of a set: of its records, or of the names and bytes of its files; None without any."""
    if eval_set.records is None and not eval_set.paths:
        return None
    found = hashlib.sha256()
    if eval_set.records is not None:
        for line in _lines(eval_set.records()):
            found.update(line)
        return found.hexdigest()
    for top in eval_set.paths:
        if not top.exists():
            raise UsageError(f"the articles of {eval_set.name} are not there: {top}")
        for file in sorted(p for p in top.rglob("*") if p.is_file()) if top.is_dir() else [top]:
            name = file.relative_to(top).as_posix() if top.is_dir() else file.name
            found.update(f"{name}\0{file.stat().st_size}\0".encode())
            found.update(file.read_bytes())
    return found.hexdigest()


def _lines(records: Iterable[ArticleRecord]) -> Iterable[bytes]:
    for record in records:
        yield json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
