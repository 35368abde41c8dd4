"""The command ``rag``: thin over ``rag.news``. Results go to standard output, progress and errors to standard error.

Installed packages can add commands by the entry point group ``rag.commands``, which names a ``typer.Typer`` app.
With this in its ``pyproject.toml`` a package adds the app's commands below ``rag words``::

    [project.entry-points."rag.commands"]
    words = "rag_words:app"

The app is loaded only for ``rag --help`` and for a command that is not built in. One that cannot be loaded, or has the
name of another command, is left out with a warning.
"""

from __future__ import annotations

import io
import logging
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from rag.cli.ask import ask, chat, search
from rag.cli.export import export_
from rag.cli.library import add, feeds, list_, remove, show, watch
from rag.cli.output import say
from rag.cli.standing.answers import answers_app
from rag.cli.standing.follow import follow_
from rag.cli.stories import brief, compare, timeline, topics
from rag.cli.upkeep import check, copy, doctor, models, rebuild
from rag.errors import RagError
from rag.telemetry import configure

log = logging.getLogger(__name__)

STOPPED = "stopped; everything reported as stored is safe, and the same command continues from there"


class Commands(TyperGroup):
    """The built-in commands, and those of installed packages."""

    _added = False

    def list_commands(self, ctx: Any) -> list[str]:
        self._add_installed()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.commands:
            self._add_installed()
        return super().get_command(ctx, cmd_name)

    def _add_installed(self) -> None:
        if self._added:
            return
        self._added = True
        from importlib.metadata import entry_points

        for point in entry_points(group="rag.commands"):
            if point.name in self.commands:
                log.warning("%s: left out, for rag has a command %s already", point.value, point.name)
                continue
            try:
                parent = typer.Typer(rich_markup_mode=None)
                parent.add_typer(point.load(), name=point.name)
                self.commands.update(typer.main.get_group(parent).commands)
            except Exception as error:  # whatever another package raises when it is imported
                why = " ".join(str(error).split())
                log.warning("%s: the command %s cannot be loaded: %s", point.value, point.name, why)


app = typer.Typer(
    name="rag",
    cls=Commands,
    help="""Ask your library of news a question; get a short answer with numbered citations to the exact sentence.

    \b
    To begin:
      rag add articles/
      rag ask "When does the Syria mission end?"
    """,
    epilog="Every setting is also an environment variable (RAG_INDEX, RAG_LLM, RAG_CACHE, ...). "
    "Exit status: 0 success, 1 failure, 2 wrong usage. "
    "Results go to standard output, progress and errors to standard error.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in (
    add, watch, feeds, ask, follow_, search, brief, timeline, compare, topics, list_, show, export_, remove, check,
    rebuild, copy, models, doctor, chat,
):  # fmt: skip
    app.command(_command.__name__.rstrip("_"))(_command)
app.add_typer(answers_app, name="answers")


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
    except Exception as error:  # a bug of this program; still no traceback unless asked for
        log.debug("", exc_info=True)
        _fail(f"unexpected {type(error).__name__}: {' '.join(str(error).split())[:300]}; RAG_LOG=debug shows where", 1)


def _open_streams() -> None:
    """Opens closed standard streams on nothing; else the next opened file takes their place, and gets their output."""
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
    if not level:  # an unknown variable or a broken command is worth a line, unless only errors are wanted
        for name in ("rag.settings", __name__):
            logging.getLogger(name).setLevel(logging.WARNING)
    try:
        app()
    except SystemExit as end:
        if end.code == 130:  # typer's status for Ctrl-C
            raise KeyboardInterrupt from None
        raise


def _fail(line: str, status: int) -> NoReturn:
    with suppress(OSError):
        say(f"rag: {' '.join(line.split())}", file=sys.stderr)
    sys.exit(status)
