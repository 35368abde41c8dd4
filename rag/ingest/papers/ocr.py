"""Reads pictures of pages with what a setting names: a command, or a function of Python. Off by default."""

from __future__ import annotations

import importlib
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable

from rag.errors import ReadError, UsageError
from rag.ingest.encoding import one_line

MAX_PAGE_SECONDS = 120.0
"""The longest that one page may take."""

MAX_TEXT = 1 << 20  # bytes of the text of a page
_FUNCTION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def open_ocr(setting: str) -> Callable[[bytes], str] | None:
    """What reads the picture of a page (PNG) and gives its text; ``None`` for 'none'.

    ``setting`` is a command that takes the picture on standard input and writes text in UTF-8, as 'tesseract stdin
    stdout -l eng', or 'module:function' of Python. Raises ``UsageError`` where there is no such command or function.
    """
    if setting.strip().lower() in ("", "none"):
        return None
    if _FUNCTION.fullmatch(setting.strip()):
        return _function(setting.strip())
    try:
        words = shlex.split(setting)
    except ValueError as error:
        raise UsageError(f"setting ocr (RAG_OCR) = {setting!r}: not a command ({error})") from None
    program = shutil.which(words[0])
    if program is None:
        raise UsageError(
            f"setting ocr (RAG_OCR) = {setting!r}: there is no program {words[0]!r}; install it or name its path"
        )
    return lambda picture: _run([program, *words[1:]], picture)


def _function(name: str) -> Callable[[bytes], str]:
    module, _, entry = name.partition(":")
    try:
        function = getattr(importlib.import_module(module), entry)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"setting ocr (RAG_OCR) = {name!r}: no such function ({error})") from None

    def read(picture: bytes) -> str:
        try:
            text = function(picture)
        except Exception as error:
            raise ReadError(
                f"the reader of scans failed: {type(error).__name__}: {one_line(str(error))[:200]}"
            ) from error
        if not isinstance(text, str):
            raise ReadError(f"the reader of scans gave {type(text).__name__}, not text; check RAG_OCR")
        return text

    return read


def _run(command: list[str], picture: bytes) -> str:
    try:
        done = subprocess.run(command, input=picture, capture_output=True, timeout=MAX_PAGE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise ReadError(f"the reader of scans took over {MAX_PAGE_SECONDS:.0f} s for a page; check RAG_OCR") from None
    except OSError as error:
        raise ReadError(f"the reader of scans cannot be run ({error.strerror or error}); check RAG_OCR") from None
    if done.returncode:
        said = one_line(done.stderr.decode("utf-8", "replace"))[-200:]
        raise ReadError(f"the reader of scans failed with status {done.returncode} ({said}); check RAG_OCR")
    return done.stdout[:MAX_TEXT].decode("utf-8", "replace")
