"""The files inside folders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath

from rag.ingest.page import failed, not_news
from rag.types import ReportItem

_DRAFTS = frozenset(("_drafts", "drafts"))
_OF_THE_SITE = frozenset(("_layouts", "_includes", "node_modules"))
_SECTION = re.compile(r"_index(?:\.[a-z]{2}(?:-[a-z]{2})?)?\.(?:md|markdown|html)", re.IGNORECASE)


def unpublished(path: PurePath) -> str | None:
    """Why a file is no news by where it is inside a folder: programs that make sites keep what is not out apart."""
    folders = {part.lower() for part in path.parts[:-1]}
    if folders & _DRAFTS:
        return "in a folder of drafts; add it by its own name if it is out"
    if folders & _OF_THE_SITE:
        return "of the program that makes the site, no article"
    return "the page of a section of the site, no article" if _SECTION.fullmatch(path.name) else None


def files_in(
    folder: Path, is_read: Callable[[Path], bool], passed_over: Callable[[Path], object], without: str
) -> Iterator[Path | ReportItem]:
    """The files inside a folder that are read, those inside its folders too, by name, hidden ones left out;
    ``passed_over`` is called with the others, and a failed item says ``without`` where there is none. Drafts are told
    as such. A folder that was already seen (a loop of links) is not entered again.
    """
    seen: set[tuple[int, int]] = set()
    found = False
    stack = [folder]
    while stack:
        path = stack.pop()
        try:
            if path.is_dir():
                status = path.stat()
                if (status.st_dev, status.st_ino) not in seen:
                    seen.add((status.st_dev, status.st_ino))
                    inside = [child for child in path.iterdir() if not child.name.startswith(".")]
                    stack += sorted(inside, key=lambda child: child.name, reverse=True)
            elif path.is_file() and not is_read(path):
                passed_over(path)
            elif path.is_file():
                found = True
                why = unpublished(path.relative_to(folder))
                yield not_news(str(path), why) if why else path
        except OSError as error:
            found = True
            yield failed(str(path), f"cannot be read ({plain_error(error)}); check its permissions")
    if not found:
        yield failed(str(folder), without)


def plain_error(error: Exception) -> str:
    """The system's words without the path, which the report names already."""
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join((words or type(error).__name__).split()).lower()
