"""The 8-bit form of a model file in the cache: made once by ``convert.py``, checked at every start.

It lies in ``<cache>/models/<name>.int8/`` beside a manifest of what it was made from. One that is being made lies in
``<cache>/models/unfinished/``, and who comes after a killed process goes on there.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.models.llm.int8.graph import DECODER_VERSION
from rag.models.opening import error_line, file_state, read_note, write_note
from rag.types import Progress

log = logging.getLogger(__name__)

CONVERSION_FORMAT = 1
WHAT = "preparing the language model (once)"
SPACE = 1.7
"""Disk that is needed, in sizes of the model file: a weight takes a byte instead of 4 to 6 bits."""


def converted(file: Path, cache: Path, progress: Progress | None = None) -> Path:
    """The folder with the 8-bit form of the GGUF ``file``, made if it is not there, is damaged or out of date.

    Takes about a minute then. Raises ``ModelError``: a model that is not known, or no room on the disk.
    """
    from filelock import FileLock

    folder = conversion_folder(file, cache)
    try:
        wanted = _origin(file)
        if _intact(folder, wanted):
            return folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        if progress:
            progress(WHAT, 0, None)
        with FileLock(folder.with_name(f"{folder.name}.lock")):
            if _intact(folder, wanted):  # another process made it
                return folder
            if folder.exists():
                log.warning("%s is damaged or of another version; it is made anew.", folder)
                shutil.rmtree(folder)
            _make(file, folder, wanted, progress)
            return folder
    except OSError as error:
        raise ModelError(
            f"The language model cannot be prepared in {folder.parent} ({error_line(error)}): make room there, "
            "or set RAG_CACHE to another folder, or RAG_ENGINE to xllamacpp."
        ) from error


def conversion_folder(file: Path, cache: Path) -> Path:
    """Where the 8-bit form of ``file`` lies, or would."""
    return cache / "models" / f"{file.stem}.int8"


def _origin(file: Path) -> dict[str, Any]:
    """What the manifest says of what was converted, and how."""
    stat = file.stat()
    return {
        "format": CONVERSION_FORMAT,
        "graph": DECODER_VERSION,
        "file": file.name,
        "size": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
    }


def _intact(folder: Path, wanted: dict[str, Any]) -> bool:
    """Whether it is what was written: by size and time of change of each file, by SHA-256 where they differ."""
    manifest = read_note(folder / "manifest.json")
    if manifest is None or not wanted.items() <= manifest.items():
        return False
    try:
        now = {name: file_state(folder / name, known) for name, known in manifest["made"].items()}
    except OSError:
        return False
    if any(now[name][::2] != known[::2] for name, known in manifest["made"].items()):  # but for the time
        return False
    if now != manifest["made"]:
        write_note(folder / "manifest.json", manifest | {"made": now}, indent=1)
    return True


def _make(file: Path, folder: Path, wanted: dict[str, Any], progress: Progress | None) -> None:
    new = folder.parent / "unfinished" / folder.name
    if read_note(new / "origin.json") != wanted:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        write_note(new / "origin.json", wanted)
    need = int(SPACE * wanted["size"]) - sum(part.stat().st_size for part in new.iterdir())
    if (free := shutil.disk_usage(new).free) < need:
        raise OSError(errno.ENOSPC, f"{need / 1e9:.1f} GB needed, {free / 1e9:.1f} GB free")
    if error := _run(file, new, progress):
        shutil.rmtree(new, ignore_errors=True)
        raise ModelError(f"{file.name} cannot be prepared for the engine onnxruntime: {error}")
    (new / "origin.json").unlink()
    made = {part.name: file_state(part) for part in sorted(new.iterdir())}
    write_note(new / "manifest.json", wanted | {"made": made}, indent=1)
    if not (new / "manifest.json").is_file():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    new.rename(folder)
    with suppress(OSError):
        new.parent.rmdir()


def _run(file: Path, out: Path, progress: Progress | None) -> str | None:
    """Run ``convert.py`` as a process of its own; why it failed, or None. Raises ``OSError`` for a full disk."""
    script = Path(__file__).with_name("convert.py")
    command = [sys.executable, "-P", str(script), str(file), str(out)]
    error: str | None = None
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            for line in process.stdout:
                told = json.loads(line)
                error = told.get("error")
                if progress and error is None:
                    progress(WHAT, told["done"], told["of"])
            last = (process.stderr.read().strip().splitlines() or ["no message"])[-1]
        finally:
            process.terminate()
    if error and os.strerror(errno.ENOSPC) in error:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if error is None and process.returncode:
        error = f"its conversion ended with status {process.returncode} ({last[:200]})"
    return error
