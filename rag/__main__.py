"""``python -m rag``, which is the command ``rag``: the process around :func:`rag.cli.commands.main`."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from typing import NoReturn


def run() -> NoReturn:
    """Run the command that the arguments name, and end the process with its exit status."""
    # Imports leave hundreds of thousands of objects for good: to look through them again and again for garbage took a
    # sixth of a question's time.
    gc.set_threshold(100_000, 20, 20)
    from rag.cli.commands import main

    status: str | int | None = 0
    try:
        main()
    except SystemExit as end:
        status = end.code
    if isinstance(status, str):
        print(status, file=sys.stderr)
    _end(status if isinstance(status, int) else int(status is not None))


def _end(status: int) -> NoReturn:
    """Leave at once. Everything is closed; to take all modules down one by one takes a second more."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
