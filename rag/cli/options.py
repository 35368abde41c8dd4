"""Options that several commands share, and the news they are asked of."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.cli.output import progress_bar, say
from rag.errors import StoreError, UsageError
from rag.types import Filters

if TYPE_CHECKING:
    from rag.news import News
    from rag.settings import Settings
    from rag.types import Progress

PATHS_HELP = (
    "Files and folders (.txt .md .html .mhtml .eml .mbox .docx .odt .rtf .epub .org .enex .json .jsonl .csv .tsv .xml, "
    "transcripts .vtt .srt .ttml .dfxp, each also .gz; .zip; feeds .rss .atom .rdf .opml), web addresses of pages and "
    "feeds, and text files that list such addresses."
)
INDEX_HELP = (
    "The index (or RAG_INDEX): a folder, or postgresql://user:password@host:port/database. Default: .rag/index in the "
    "clone you are in or below, else a folder in your user data."
)

Index = Annotated[Path | None, typer.Option("--index", metavar="INDEX", help=INDEX_HELP, show_default=False)]
Model = Annotated[
    str | None,
    typer.Option(
        "--llm", help="'embedded', 'none', a .gguf file, or a litellm model (or RAG_LLM).", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day; write it like 2024-09-28") from None


def date_option(name: str, help_: str) -> Any:
    return typer.Option(name, help=f"{help_} (YYYY-MM-DD).", parser=_day, metavar="DAY", show_default=False)


Since = Annotated[date | None, date_option("--since", "Only articles from this day on")]
Until = Annotated[date | None, date_option("--until", "Only articles up to this day")]
AsOf = Annotated[date | None, date_option("--as-of", "Ignore everything published after this day")]
Outlets = Annotated[list[str] | None, typer.Option("--source", metavar="OUTLET", help="Only this outlet; repeatable.")]
Sections = Annotated[
    list[str] | None, typer.Option("--section", metavar="SECTION", help="Only this section; repeatable.")
]
Authors = Annotated[list[str] | None, typer.Option("--author", metavar="NAME", help="Only this author; repeatable.")]


@contextmanager
def open_news(index: Path | None, *, llm: str | None = "none", create: bool = False) -> Iterator[tuple[News, Progress]]:
    """The news of an index, and the progress bar; a new index is named once the work is done."""
    from rag.news import News
    from rag.settings import Settings

    settings = Settings.load(index=index, llm=llm)
    new = settings.database is None and not settings.index.exists()
    if not create:
        refuse_missing(settings)
    with progress_bar() as progress, News.open(settings=settings, create=create, progress=progress) as news:
        yield news, progress
    if new:
        say(f"new index: {settings.index_name}", file=sys.stderr)


def refuse_missing(settings: Settings) -> None:
    """Raises ``StoreError`` if there is none, and another one is visible from here."""
    from rag.settings import visible_index

    index = settings.index.absolute()
    if settings.database is None and not index.exists() and (other := visible_index(index)):
        raise StoreError(
            f"no index at {index}; there is one at {other}: --index {other}; or make one with: "
            f"rag add FOLDER --index {index}"
        )


def scope_of(
    news: News,
    since: date | None,
    until: date | None,
    as_of: date | None,
    source: Sequence[str] | None,
    section: Sequence[str] | None,
    author: Sequence[str] | None = None,
) -> Filters:
    """The filters of these options. Raises ``UsageError`` for days out of order and for unknown names."""
    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}; no day lies between")
    sections = _spelled(news.sections(), section, "no article is in the section {!r}")
    authors = _spelled([name for name, _ in news.authors()], author, "no article is by {!r}") if author else ()
    return Filters(since, until, as_of, outlets(news, source), sections=sections, authors=authors)


def outlets(news: News, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The outlets as the index spells them. Raises ``UsageError`` for one it does not have."""
    return _spelled([name for name, _ in news.sources() if name], wanted, "no article is from {!r}")


def _spelled(names: Sequence[str], wanted: Sequence[str] | None, unknown: str) -> tuple[str, ...]:
    """All spellings of the wanted names."""
    found: dict[str, None] = {}
    for name in wanted or ():
        same = [known for known in names if known.lower() == name.lower()]
        if not same:
            raise UsageError(f"{unknown.format(name)}; the index has: {', '.join(names[:8]) or 'no articles'}")
        found |= dict.fromkeys(same)
    return tuple(found)
