"""The command ``rag``: thin over ``rag.news``. Results go to standard output, progress and errors to standard error."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from evals.cli import app as eval_app
from rag.errors import RagError, UsageError

if TYPE_CHECKING:
    from rag.news import News
    from rag.types import Answer, Article, Progress, Report

app = typer.Typer(
    name="rag",
    help="""Ask a pile of news a question; get a short answer with numbered citations to the exact sentence.

    \b
    To begin:
      rag add articles/
      rag ask "When does the Syria mission end?"
    """,
    epilog="Every setting is also an environment variable (RAG_INDEX, RAG_LLM, RAG_CACHE, ...). Exit status: 0 done, "
    "1 the work failed, 2 wrong usage. Results go to standard output, progress and errors to standard error.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(eval_app)

log = logging.getLogger(__name__)

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
STOPPED = "stopped; everything that was reported as stored is stored, and the same command goes on from there"

PATHS_HELP = "Files and folders: .txt .md .html .json .jsonl, each also gzipped (.gz)."
INDEX_HELP = "The index's folder (or RAG_INDEX; default: a folder of your user's data)."

Index = Annotated[Path | None, typer.Option("--index", metavar="FOLDER", help=INDEX_HELP, show_default=False)]
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


def _date_option(name: str, help_: str) -> Any:
    return typer.Option(name, help=f"{help_} (YYYY-MM-DD).", parser=_day, metavar="DAY", show_default=False)


Since = Annotated[date | None, _date_option("--since", "Only articles from this day on")]
Until = Annotated[date | None, _date_option("--until", "Only articles up to this day")]
Outlets = Annotated[
    list[str] | None, typer.Option("--source", metavar="OUTLET", help="Only this outlet; may be repeated.")
]


@app.command()
def add(
    sources: Annotated[list[str], typer.Argument(metavar="PATH...", help=PATHS_HELP)],
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Read articles and store them.

    Adding the same again changes nothing; a changed article replaces its old self. What cannot be read is named
    with its reason, and the exit status is then 1; the rest is stored all the same.

    Example: rag add articles/ export.jsonl.gz
    """
    with _news(index, llm="none") as (news, progress):
        report = news.add(*sources, progress=progress)
    if as_json:
        _print_json(report.record())
    else:
        _print_report(report)
    if report.failed:
        raise typer.Exit(1)


@app.command()
def ask(
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="The question, best in quotes.")],
    as_of: Annotated[date | None, _date_option("--as-of", "Ignore what was published after this day")] = None,
    since: Since = None,
    until: Until = None,
    source: Outlets = None,
    index: Index = None,
    llm: Model = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, with numbered citations.

    Where the stored articles do not hold the answer, it says so and names the nearest ones.

    Example: rag ask "When does the Syria mission end?" --as-of 2024-10-01
    """
    _in_order(since, until)
    with _news(index, llm=llm, create=False) as (news, _):
        with _spinner(" ".join(question)):
            answer = news.ask(" ".join(question), as_of=as_of, since=since, until=until, sources=_outlets(news, source))
        if as_json:
            _print_json(answer.record())
        else:
            _print_answer(answer)


@app.command("list")
def list_(
    since: Since = None,
    until: Until = None,
    source: Outlets = None,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """List the stored articles, newest first: id, day, outlet, headline.

    Example: rag list --since 2024-09-01 --source "The Meridian Post"
    """
    from rag.types import Filters

    _in_order(since, until)
    with _news(index, llm="none", create=False) as (news, _):
        articles = news.articles(Filters(since, until, None, _outlets(news, source)))
    if as_json:
        _print_json([a.record(body=False) for a in articles])
        return
    for a in articles:
        print(f"{a.id:14} {_readable(a.published):10}  {(a.source or '-')[:24]:24}  {a.title}")


@app.command()
def show(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="An id from: rag list")],
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Print one article with its body.

    With --json it is a record that rag add reads again, as a line of a .jsonl file.
    """
    with _news(index, llm="none", create=False) as (news, _):
        article = news.article(article_id)
    if as_json:
        _print_json(article.record())
    else:
        _print_article(article)


@app.command()
def remove(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids from: rag list")] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="OUTLET", help="All articles of this outlet.")
    ] = None,
    before: Annotated[date | None, _date_option("--before", "All articles published before this day")] = None,
    index: Index = None,
) -> None:
    """Remove articles: by id, outlet or age.

    Of --source and --before together, both must hold. An id that is not there removes nothing at all.

    Example: rag remove --before 2020-01-01
    """
    with _news(index, llm="none", create=False) as (news, _):
        known = {a.id for a in news.articles()} if ids else set()
        unknown = [i for i in ids or () if i not in known]
        if unknown:
            raise UsageError(f"no article {', '.join(unknown)}; nothing was removed; see: rag list")
        outlets = _outlets(news, [source] if source is not None else None)
        count = news.remove(*(ids or []), source=outlets[0] if outlets else None, before=before)
    print(f"removed {count}")


@app.command()
def check(
    repair: Annotated[bool, typer.Option("--repair", help="Mend vectors and words from the stored text.")] = False,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Look whether the index is whole.

    Compares the stored texts, words and vectors with each other; exit status 1 if something is wrong.
    """
    with _news(index, llm="none", create=False) as (news, progress):
        result = news.check(repair=repair, progress=progress)
    if as_json:
        _print_json(result.record())
    else:
        print(f"{result.articles} articles, {result.chunks} chunks, {result.vectors} vectors")
        for problem in result.problems:
            print(f"wrong: {problem}")
        print("ok" if result.ok else "to mend it: rag check --repair")
    if not result.ok:
        raise typer.Exit(1)


@app.command()
def rebuild(index: Index = None) -> None:
    """Make the index anew from its own articles.

    For another embedder (RAG_EMBEDDER), or after an update of this program. The old index stays until the new
    one is whole.
    """
    from rag.config import Settings
    from rag.rebuild import rebuild as run

    with progress_bar() as progress:
        count = run(Settings.load(index=index), progress)
    print(f"rebuilt with {count} articles")


@app.command()
def models(
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch what is missing now, not at first use.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the embedded models.

    Where they are, how large, under which licence.
    """
    from rag.config import Settings
    from rag.models import catalogue

    settings = Settings.load()
    if fetch:
        from rag.embed import open_embedder
        from rag.models import language_model_file

        with progress_bar() as progress:
            open_embedder(settings.embedder, settings.cache, progress)
            language_model_file("embedded", settings.cache, progress)
    found = catalogue(settings.cache)
    if as_json:
        _print_json([{k: str(v) if isinstance(v, Path) else v for k, v in _fields(m).items()} for m in found])
        return
    for m in found:
        where = str(m.where) if m.where else "not fetched; rag models --fetch"
        print(f"{m.name}\n  {m.kind}, {m.licence}, {(m.size or 0) / 1e6:,.0f} MB, {where}")


@app.command()
def chat(
    host: Annotated[str | None, typer.Option(help="Address to listen on (or HOST); default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (or PORT); default 7860.")] = None,
    index: Index = None,
    llm: Model = None,
) -> None:
    """Open the chat in a browser page."""
    for name, value in (("HOST", host), ("PORT", port), ("RAG_INDEX", index), ("RAG_LLM", llm)):
        if value is not None:
            os.environ[name] = str(value)
    from app import main as serve

    serve()


# -- what is shared ----------------------------------------------------------------------------------------------


@contextmanager
def _news(index: Path | None, *, llm: str | None = None, create: bool = True) -> Iterator[tuple[News, Progress]]:
    from rag.news import News

    with progress_bar() as progress, News.open(index, llm=llm, create=create, progress=progress) as news:
        yield news, progress


def _in_order(since: date | None, until: date | None) -> None:
    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}; no day lies between")


def _outlets(news: News, wanted: list[str] | None) -> tuple[str, ...]:
    """The outlets as they are spelled in the index; an unknown one is a mistake worth telling."""
    known = {name.lower(): name for name, _ in news.sources()}
    for name in wanted or ():
        if name.lower() not in known:
            few = ", ".join(name for name, _ in news.sources()[:8] if name)
            raise UsageError(f"no article is from {name!r}; the index has: {few or 'no articles'}")
    return tuple(known[name.lower()] for name in wanted or ())


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on standard error that appears with the first report; plain lines where that is no terminal."""
    bars: dict[str, Any] = {}
    display: Any = None
    said: dict[str, int] = {}

    def show(what: str, done: int, total: int | None) -> None:
        nonlocal display
        if not sys.stderr.isatty():
            step = 10 * done // total if total else done // 100
            if said.get(what) != step:
                said[what] = step
                print(f"{what}: {done}{f' of {total}' if total else ''}", file=sys.stderr, flush=True)
            return
        if display is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            display = Progress(*columns, console=Console(stderr=True))
            display.start()
        if what not in bars:
            bars[what] = display.add_task(what, total=total)
        display.update(bars[what], completed=done, total=total)

    try:
        yield show
    finally:
        if display is not None:
            display.stop()


@contextmanager
def _spinner(text: str) -> Iterator[None]:
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text[:80]):
        yield


def _fields(value: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(value)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=None))


def _readable(when: date | None) -> str:
    return f"{when:%Y-%m-%d}" if when else "-"


def _print_report(report: Report) -> None:
    for item in report.items:
        if item.status == "failed":
            reason = item.reason or "for no known reason"
            print(f"failed: {reason if item.source in reason else f'{item.source}: {reason}'}", file=sys.stderr)
        elif item.status != "unchanged":
            print(f"{item.status}: {item.title}  ({item.article_id}, {item.source})")
    print(", ".join(f"{n} {name}" for name, n in report.record().items() if name != "items"))


def _print_answer(answer: Answer) -> None:
    print(answer.text)
    if answer.note:
        print(f"({answer.note})")
    for c in answer.citations:
        about = ", ".join(part for part in (c.article.source, _readable(c.article.published)) if part)
        print(f"\n[{c.n}] {c.article.title} ({about}) {c.article.id}\n    {' '.join(c.quote.split())}")
        if c.article.url:
            print(f"    {c.article.url}")
    if answer.refused and answer.nearest:
        print("\nNearest articles:")
        for a in answer.nearest:
            print(f"  {_readable(a.published)}  {a.title} ({a.id})")


def _print_article(a: Article) -> None:
    print(a.title)
    facts = [a.source, a.section, _moment("published", a.published), _moment("updated", a.updated), *a.authors, a.url]
    print(" | ".join(str(fact) for fact in facts if fact))
    print(f"\n{a.body}")


def _moment(name: str, when: date | None) -> str | None:
    return f"{name} {when.isoformat(sep=' ') if hasattr(when, 'hour') else when}" if when else None  # type: ignore[call-arg]


def main() -> None:
    """The entry point: an error is one line on standard error and an exit status, never a traceback."""
    try:
        try:
            _run()
        finally:
            sys.stdout.flush()
    except RagError as error:
        log.debug("", exc_info=True)
        _fail(str(error), error.exit_status)
    except KeyboardInterrupt:
        _fail(STOPPED, 130)
    except BrokenPipeError:  # the reader of our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # a fault of ours; still no traceback unless asked for
        log.debug("", exc_info=True)
        _fail(f"unexpected {type(error).__name__}: {' '.join(str(error).split())[:300]}; RAG_LOG=debug shows where", 1)


def _run() -> None:
    level = os.environ.get("RAG_LOG", "error").upper()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name with a character that the terminal has not
    if level not in LEVELS:
        raise UsageError(f"RAG_LOG = {level!r}: it must be one of {', '.join(LEVELS)}")
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except SystemExit as end:
        if end.code == 130:  # typer's word for Ctrl-C
            raise KeyboardInterrupt from None
        raise


def _fail(line: str, status: int) -> NoReturn:
    with suppress(OSError):
        print(f"rag: {' '.join(line.split())}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
