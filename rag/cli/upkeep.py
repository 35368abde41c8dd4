"""Commands that keep the program in order: ``check``, ``rebuild``, ``models``, ``doctor``."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.options import AsJson, Index, Model, open_news, refuse_missing
from rag.cli.output import print_json, progress_bar, say
from rag.errors import UsageError
from rag.types import ALTERED

if TYPE_CHECKING:
    from rag.ops.doctor import Finding


def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Repair vectors and word index from the stored text.")
    ] = False,
    index: Index = None,
    as_json: AsJson = False,
) -> None:
    """Check the index for damage.

    Compares the stored texts, words and vectors with each other. Exit status 1 if something is wrong.
    """
    with open_news(index) as (news, progress):
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
            say("to repair it: rag check --repair")
        elif any(ALTERED not in problem for problem in result.problems):
            say("to repair it: rag rebuild")
    if not result.ok:
        raise typer.Exit(1)


def rebuild(index: Index = None) -> None:
    """Rebuild the index from its own articles.

    Use it to change the embedder (RAG_EMBEDDER), after an update of this program, or to save what is readable in a
    damaged index. The old index stays until the new one is complete.
    """
    from rag.ops.rebuild import rebuild as run
    from rag.settings import Settings

    settings = Settings.load(index=index)
    refuse_missing(settings)
    with progress_bar() as progress:
        done = run(settings, progress)
    say(f"rebuilt with {done.articles} articles")
    if done.altered:
        say(f"changed on the disk, add their files again: {', '.join(done.altered)}")
    if done.old:
        say(f"could not be read: {', '.join((*done.lost, *done.broken))}; the old index is kept at {done.old}")


def copy(
    to: Annotated[str, typer.Option("--to", metavar="INDEX", help="The empty place: a folder, or a database.")],
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="INDEX", help="The index to copy. Default: RAG_INDEX.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy an index to another place: from a folder to servers, back, or to another folder.

    Takes texts, versions, vectors (nothing is embedded again), feeds, kept answers and followed questions along, and
    compares both at the end. Run it again to go on after an interruption. A place is a folder or
    postgresql://user:password@host:port/database; the vectors of one in a database are at RAG_VECTORS. Marks of what
    was read in briefs, uploads and ratings stay where they are.
    """
    from rag.ops.copying import copy_index
    from rag.settings import Settings

    source = Settings.load(index=from_)
    refuse_missing(source)
    target = source.with_index(to)
    with progress_bar() as progress:
        done = copy_index(source, target, progress)
    if as_json:
        print_json(asdict(done) | {"to": target.index_name})
        return
    kept = f", {done.kept} answers and questions of the ledger" if done.kept else ""
    say(f"copied {done.articles} articles, {done.chunks} chunks, {done.versions} earlier versions{kept}")
    say(f"both have the digest {done.digest[:16]}; use it with: RAG_INDEX={target.index_name}")


def models(
    fetch: Annotated[bool, typer.Option("--fetch", help="Download missing models now, not at first use.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the embedded models: where they are, their size and licence, and what runs them.

    Two engines can run the language model. Which one is faster here is measured once, when it is fetched or first
    used; RAG_ENGINE overrides it.
    """
    from rag.models.catalogue import catalogue
    from rag.settings import Settings

    settings = Settings.load()
    if fetch:
        from rag.models.factory import open_embedder, prepare_embedded

        with progress_bar() as progress:
            open_embedder(settings, progress)
            prepare_embedded(settings, progress)
    found = catalogue(settings.cache, settings.engine)
    if as_json:
        print_json([asdict(m) for m in found])
        return
    for m in found:
        say(f"{m.name}\n  {m.kind}, {m.licence}, {m.size / 1e6:,.0f} MB, {m.where}")
        if m.engine:
            say(f"  {m.engine}")


def doctor(index: Index = None, llm: Model = None, as_json: AsJson = False) -> None:
    """Check settings, disk, models and index, and say what to do.

    Loads the models that the settings name and asks one test question; neither makes nor changes an index. Each line
    begins with ok, warning or error. Exit status 1 if there is an error.
    """
    from rag.ops.doctor import Finding, examine
    from rag.settings import Settings

    logging.getLogger("rag.settings").setLevel(logging.ERROR)  # its warnings are among the findings
    found: list[Finding] = []

    def show(finding: Finding) -> None:
        found.append(finding)
        if not as_json:
            say(f"{finding.state:7} {finding.what}: {finding.told}", flush=True)
        if finding.todo and not as_json:
            say(f"        -> {finding.todo}", flush=True)

    try:
        settings = Settings.load(index=index, llm=llm)
    except UsageError as error:
        show(Finding("settings", "error", str(error), "correct it, then run rag doctor again"))
    else:
        with progress_bar() as progress:
            for finding in examine(settings, progress):
                show(finding)
    failed = any(f.state == "error" for f in found)
    if as_json:
        print_json({"ok": not failed, "findings": [asdict(f) for f in found]})
    if failed:
        raise typer.Exit(1)
