"""The command ``rag``: thin over ``rag.news``. Results go to standard output, progress and errors to standard error."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from rag.cli.output import (
    fields,
    history_record,
    print_answer,
    print_article,
    print_copies,
    print_finding,
    print_history,
    print_hits,
    print_json,
    print_passed_over,
    print_report,
    progress_bar,
    readable,
    say,
    spinner,
    typed,
)
from rag.errors import RagError, StoreError, UsageError
from rag.telemetry import configure

if TYPE_CHECKING:
    from rag.news import News
    from rag.types import Progress

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

log = logging.getLogger(__name__)


def _add_commands() -> None:
    """Takes in the commands that installed packages offer in the entry point group ``rag.commands``: Typer apps."""
    for point in entry_points(group="rag.commands"):
        try:
            app.add_typer(point.load(), name=point.name)
        except Exception as error:  # whatever another package raises when it is imported
            log.warning("the command %s of %s cannot be loaded: %s", point.name, point.value, error)


_add_commands()

STOPPED = "stopped; everything that was reported as stored is stored, and the same command goes on from there"

PATHS_HELP = (
    "Files and folders (.txt .md .html .json .jsonl .csv .tsv, each also .gz; .zip; feeds .xml .rss .atom .opml), "
    "web addresses of pages and feeds, and text files that list such addresses."
)
EVERY_HELP = "Then again every so often: 15m, 2h, 1d."
INDEX_HELP = (
    "The index's folder (or RAG_INDEX; default: .rag/index of the clone, or of the folder above, that you are in, "
    "else a folder of your user's data)."
)

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
AsOf = Annotated[date | None, _date_option("--as-of", "Ignore what was published after this day")]
Outlets = Annotated[
    list[str] | None, typer.Option("--source", metavar="OUTLET", help="Only this outlet; may be repeated.")
]

Sections = Annotated[
    list[str] | None, typer.Option("--section", metavar="SECTION", help="Only this section; may be repeated.")
]


@app.command()
def add(
    sources: Annotated[list[str], typer.Argument(metavar="PATH|URL|FEED...", help=PATHS_HELP)],
    every: Annotated[str | None, typer.Option("--every", metavar="TIME", help=EVERY_HELP, show_default=False)] = None,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Read articles and store them: files, folders, web pages, feeds.

    Adding the same again changes nothing; a changed article replaces its old self, which stays in its history.
    Copies of one story in several outlets are kept as one. What cannot be read is named with its reason, and the
    exit status is then 1; the rest is stored all the same. Files inside a folder that are of no kind that is read are
    counted by kind, and change no exit status.

    Example: rag add articles/ export.jsonl.gz https://paper.example/feed.xml
    """
    if every is not None:
        _watch(sources, every, index, as_json)
        return
    with _news(index, llm="none") as (news, progress):
        report = news.add(*sources, progress=progress)
    print_passed_over(report)
    if as_json:
        print_json(report.record())
    else:
        print_report(report)
    if report.failed:
        raise typer.Exit(1)


@app.command()
def watch(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[PATH|URL|FEED]...", help=PATHS_HELP)] = None,
    every: Annotated[str, typer.Option("--every", metavar="TIME", help="How often: 15m, 2h, 1d.")] = "15m",
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Keep the index fresh: read feeds, pages and folders again and again.

    Without sources, all feeds that were added before. A feed is asked only for what is new since the last time, a
    file is read only when it has changed. Ctrl-C ends it. With --json each round prints one line.

    Example: rag watch https://paper.example/feed.xml exports/ --every 30m
    """
    _watch(sources or [], every, index, as_json)


def _watch(sources: list[str], every: str, index: Path | None, as_json: bool) -> None:
    from rag.ops.watch import interval, watch

    seconds = interval(every)
    with _news(index, llm="none", create=bool(sources)) as (news, progress):
        for report in watch(news, sources, every=seconds, progress=progress):
            if as_json:
                print_json(report.record())
            elif report.items:
                print_report(report)
            sys.stdout.flush()
            if not as_json:
                at = datetime.now()
                say(f"{at:%H:%M}: next at {at + timedelta(seconds=seconds):%H:%M}", file=sys.stderr, flush=True)


@app.command()
def feeds(index: Index = None, as_json: AsJson = False) -> None:
    """List the feeds that were added: address, title, when they were read last.

    rag watch reads them again.
    """
    with _news(index, llm="none", create=False) as (news, _):
        found = news.feeds()
    if as_json:
        print_json(
            [
                {"url": s.url, "title": s.title, "entries": len(s.seen), "read": at.isoformat(timespec="seconds")}
                for s, at in found
            ]
        )
        return
    for state, at in found:
        say(f"{at.astimezone():%Y-%m-%d %H:%M}  {len(state.seen):4} entries  {state.title or '-'}  {state.url}")
    if not found:
        say("no feeds yet; add one with: rag add https://.../feed.xml", file=sys.stderr)


@app.command()
def ask(
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="The question, best in quotes.")],
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Outlets = None,
    section: Sections = None,
    as_written: Annotated[
        bool, typer.Option("--as-written", help="Read no days and no outlets out of the question's words.")
    ] = False,
    choice: Annotated[
        list[str] | None, typer.Option("--choice", help="One of the answers to choose from; give several.")
    ] = None,
    index: Index = None,
    llm: Model = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, with numbered citations.

    Where the stored articles do not hold the answer, it says so and names the nearest ones.

    Example: rag ask "When does the Syria mission end?" --as-of 2024-10-01
    """
    _in_order(since, until)
    from rag.types import Answer, Filters, Step

    with _news(index, llm=llm, create=False) as (news, _):
        asked = typed(question)
        scope = Filters(since, until, as_of, _outlets(news, source), sections=_sections(news, section))
        with spinner(asked) as stage:
            for event in news.stream(asked, filters=scope, as_written=as_written, choices=choice or ()):
                if isinstance(event, Step):
                    stage(f"{event.name} {event.detail}")
                elif isinstance(event, Answer):
                    answer = event
        if as_json:
            print_json(answer.record())
        else:
            print_answer(answer)


@app.command()
def search(
    question: Annotated[list[str], typer.Argument(help="A question or words to look for.")],
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Outlets = None,
    section: Sections = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="Passages at most.")] = 10,
    full: Annotated[bool, typer.Option("--full", help="Print the passages whole.")] = False,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Find the passages that fit a question best, without an answer: no language model is used.

    A long passage is cut around the question's words, which a terminal shows in bold. --json has the whole passages.

    Example: rag search "ferry strike" --since 2024-09-01
    """
    from rag.types import Filters

    _in_order(since, until)
    asked = typed(question)
    with _news(index, llm="none", create=False) as (news, _):
        scope = Filters(since, until, as_of, _outlets(news, source), sections=_sections(news, section))
        with spinner(asked):
            hits = news.search(asked, filters=scope)[:limit]
    if as_json:
        print_json({"question": asked, "hits": [hit.record() for hit in hits]})
    else:
        print_hits(hits, asked, full=full)


@app.command("list")
def list_(
    since: Since = None,
    until: Until = None,
    source: Outlets = None,
    section: Sections = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Articles at most; default: all.", show_default=False)
    ] = None,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """List the stored articles, newest first: id, day, outlet, headline.

    Example: rag list --since 2024-09-01 --source "The Meridian Post"
    """
    from rag.types import Filters

    _in_order(since, until)
    with _news(index, llm="none", create=False) as (news, _):
        scope = Filters(since, until, None, _outlets(news, source), sections=_sections(news, section))
        articles = news.articles(scope)
    shown = articles[:limit]
    if as_json:
        print_json([a.record(body=False) for a in shown])
        return
    for a in shown:
        say(f"{a.id:14} {readable(a.published):10}  {(a.source or '-')[:24]:24}  {a.title}")
    if left := len(articles) - len(shown):
        say(f"and {left} more; leave out --limit to see all", file=sys.stderr)


@app.command()
def show(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="An id from: rag list")],
    history: Annotated[bool, typer.Option("--history", help="Also what changed, and when.")] = False,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Print one article with its body, and the other outlets that carry the story.

    With --json it is a record that rag add reads again, as a line of a .jsonl file; "copies" has the other prints of
    the story, each with the share of its text that stands in the one it copies, and "history" the earlier versions.
    """
    with _news(index, llm="none", create=False) as (news, _):
        article = news.article(article_id)
        copies = [c for c in news.copies(article_id) if c.article.id != article_id]
        versions = news.history(article_id) if history else []
    if as_json:
        record = article.record() | {"story": article.story, "copies": [c.record() for c in copies]}
        print_json(record | ({"history": history_record(article, versions)} if history else {}))
        return
    print_article(article)
    print_copies(copies)
    if history:
        print_history(article, versions)


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
    say(f"removed {count}")


@app.command()
def check(
    repair: Annotated[bool, typer.Option("--repair", help="Mend vectors and words from the stored text.")] = False,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Look whether the index is whole.

    Compares the stored texts, words and vectors with each other; exit status 1 if something is wrong.
    """
    from rag.types import ALTERED

    with _news(index, llm="none", create=False) as (news, progress):
        result = news.check(repair=repair, progress=progress)
    if as_json:
        print_json(result.record())
    else:
        say(f"{result.articles} articles, {result.chunks} chunks, {result.vectors} vectors")
        for problem in result.problems:
            say(f"wrong: {problem}")
        if result.ok:
            say("ok")
        elif not repair:
            say("to mend it: rag check --repair")
        elif any(ALTERED not in problem for problem in result.problems):
            say("to mend it: rag rebuild")
    if not result.ok:
        raise typer.Exit(1)


@app.command()
def rebuild(index: Index = None) -> None:
    """Make the index anew from its own articles.

    For another embedder (RAG_EMBEDDER), after an update of this program, or to save what can be read of a damaged
    index. The old index stays until the new one is whole.
    """
    from rag.ops.rebuild import rebuild as run
    from rag.settings import Settings

    settings = Settings.load(index=index)
    if not settings.index.exists():
        _missing(settings.index)
    with progress_bar() as progress:
        done = run(settings, progress)
    say(f"rebuilt with {done.articles} articles")
    if done.altered:
        say(f"changed on the disk, add their files again: {', '.join(done.altered)}")
    if done.old:
        say(f"could not be read: {', '.join((*done.lost, *done.broken))}; the old index is kept at {done.old}")


@app.command()
def models(
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch what is missing now, not at first use.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the embedded models.

    Where they are, how large, under which licence.
    """
    from rag.models.llm.download import catalogue
    from rag.settings import Settings

    settings = Settings.load()
    if fetch:
        from rag.models.factory import open_embedder
        from rag.models.llm.download import language_model_file

        with progress_bar() as progress:
            open_embedder(settings, progress)
            language_model_file("embedded", settings.cache, progress)
    found = catalogue(settings.cache)
    if as_json:
        print_json([{k: str(v) if isinstance(v, Path) else v for k, v in fields(m).items()} for m in found])
        return
    for m in found:
        where = str(m.where) if m.where else "not fetched; rag models --fetch"
        say(f"{m.name}\n  {m.kind}, {m.licence}, {(m.size or 0) / 1e6:,.0f} MB, {where}")


@app.command()
def doctor(index: Index = None, llm: Model = None, as_json: AsJson = False) -> None:
    """Look at settings, disk, models and index, ask one test question, and say what to do.

    Each line begins with ok, warning or error. The models that the settings name are asked; no index is made or
    changed. Exit status 1 where there is an error.
    """
    from rag.ops.doctor import Finding, examine
    from rag.settings import Settings

    logging.getLogger("rag.settings").setLevel(logging.ERROR)  # what it warns of is among the findings
    found: list[Finding] = []

    def tell(finding: Finding) -> None:
        found.append(finding)
        if not as_json:
            print_finding(finding)

    try:
        settings = Settings.load(index=index, llm=llm)
    except UsageError as error:
        tell(Finding("settings", "error", str(error), "correct it, and run rag doctor again"))
    else:
        with progress_bar() as progress:
            for finding in examine(settings, progress):
                tell(finding)
    if as_json:
        print_json({"ok": all(f.state != "error" for f in found), "findings": [fields(f) for f in found]})
    if any(f.state == "error" for f in found):
        raise typer.Exit(1)


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
    from rag.chat.server import main as serve

    raise typer.Exit(serve())


# -- what is shared ----------------------------------------------------------------------------------------------


@contextmanager
def _news(index: Path | None, *, llm: str | None = None, create: bool = True) -> Iterator[tuple[News, Progress]]:
    from rag.news import News
    from rag.settings import Settings

    settings = Settings.load(index=index, llm=llm)
    new = not settings.index.exists()
    if new and not create:
        _missing(settings.index)
    with progress_bar() as progress, News.open(settings=settings, create=create, progress=progress) as news:
        yield news, progress
    if new:
        say(f"new index: {settings.index}", file=sys.stderr)


def _missing(index: Path) -> None:
    """Raises ``StoreError`` where another index can be seen than the one that is not there."""
    from rag.settings import visible_index

    index = index.absolute()
    if other := visible_index(index):
        raise StoreError(
            f"no index at {index}; there is one at {other}: --index {other}; or make one with: "
            f"rag add FOLDER --index {index}"
        )


def _in_order(since: date | None, until: date | None) -> None:
    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}; no day lies between")


def _outlets(news: News, wanted: list[str] | None) -> tuple[str, ...]:
    """The outlets as they are spelled in the index; an unknown one is a mistake worth telling."""
    return _spelled([name for name, _ in news.sources() if name], wanted, "no article is from {!r}")


def _sections(news: News, wanted: list[str] | None) -> tuple[str, ...]:
    """The sections as they are spelled in the index, in each of their spellings."""
    return _spelled(news.sections(), wanted, "no article is of the section {!r}")


def _spelled(names: Sequence[str], wanted: list[str] | None, unknown: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in wanted or ():
        same = [known for known in names if known.lower() == name.lower()]
        if not same:
            raise UsageError(f"{unknown.format(name)}; the index has: {', '.join(names[:8]) or 'no articles'}")
        found |= dict.fromkeys(same)
    return tuple(found)


def main() -> None:
    """The entry point: an error is one line on standard error and an exit status, never a traceback."""
    _open_streams()
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
    except OSError as error:  # of the machine: a full disk under the output, too many open files
        log.debug("", exc_info=True)
        where = f"{error.filename}: " if error.filename else ""
        _fail(f"{where}{error.strerror or error}; free space, check permissions and limits, and run it again", 1)
    except Exception as error:  # a fault of ours; still no traceback unless asked for
        log.debug("", exc_info=True)
        _fail(f"unexpected {type(error).__name__}: {' '.join(str(error).split())[:300]}; RAG_LOG=debug shows where", 1)


def _open_streams() -> None:
    """Where the caller has closed a standard stream, the next file that is opened would take its place, and get what
    libraries print: it leads nowhere instead."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w" if number else "r", encoding="utf-8"))  # noqa: SIM115, PTH123


def _run() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name with a character that the terminal has not
    level = os.environ.get("RAG_LOG")
    configure(level or "error")
    if not level:  # a variable that nobody reads is worth a line, unless errors alone are asked for
        logging.getLogger("rag.settings").setLevel(logging.WARNING)
    try:
        app()
    except SystemExit as end:
        if end.code == 130:  # typer's word for Ctrl-C
            raise KeyboardInterrupt from None
        raise


def _fail(line: str, status: int) -> NoReturn:
    with suppress(OSError):
        say(f"rag: {' '.join(line.split())}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
