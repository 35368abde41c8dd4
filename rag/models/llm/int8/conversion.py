"""The 8-bit form of a model file in the cache: made once by ``convert.py``, checked at every start.

It lies in ``<cache>/models/<name>.int8/`` with a manifest of what it was made from. One that is being made lies in
``<cache>/models/unfinished/``, and who comes after a killed process goes on there.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rag.errors import ModelError
from rag.models.llm.int8.graph import DECODER_VERSION
from rag.models.llm.int8.weights_file import KEPT_NOTE
from rag.models.llm.llama_cpp import INSTALL
from rag.models.opening import error_line, file_state, read_note, same_states, write_note
from rag.types import Progress

log = logging.getLogger(__name__)

CONVERSION_FORMAT = 2
WAY = {"format": CONVERSION_FORMAT, "graph": DECODER_VERSION}
"""What the manifest says of how it was made."""
FILES = ("about.json", "embeddings.npy", "narrow.onnx", "scales.npy", "tokenizer.json", "weights.bin", "wide.onnx")
MANIFEST, ORIGIN = "manifest.json", "origin.json"
WHAT = "preparing the language model (once)"
SPACE = 1.7
"""Disk that is needed, in sizes of the model file: a weight takes a byte instead of 4 to 6 bits."""


def converted(file: Path, cache: Path, progress: Progress | None = None, stopped: Callable[[], bool] = bool) -> Path:
    """The folder with the 8-bit form of the GGUF ``file``, made if it is not there, is damaged or out of date.

    Takes about a minute then; ``stopped`` says whether to give up. Raises ``ModelError``: a model that is not known,
    no room on the disk.
    """
    from filelock import FileLock

    folder = conversion_folder(file, cache)
    try:
        if _intact(folder, file):
            return folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        if progress:
            progress(WHAT, 0, None)
        with FileLock(folder.with_name(f"{folder.name}.lock")):
            if _intact(folder, file):  # another process made it
                return folder
            if folder.exists():
                log.warning("%s is damaged or of another version; it is made anew.", folder)
                shutil.rmtree(folder)
            _make(file, folder, progress, stopped)
            return folder
    except OSError as error:
        what = "make room there" if error.errno == errno.ENOSPC else "give yourself permission to write there"
        raise ModelError(
            f"The language model cannot be prepared in {folder.parent} ({error_line(error)}): {what}, "
            "or set RAG_CACHE to another folder, or RAG_ENGINE to xllamacpp."
        ) from error


def discard(file: Path, cache: Path) -> None:
    """Delete the 8-bit form of ``file``; nothing happens where there is none or it cannot be deleted."""
    from filelock import FileLock

    folder = conversion_folder(file, cache)
    with suppress(OSError), FileLock(folder.with_name(f"{folder.name}.lock")):
        shutil.rmtree(folder, ignore_errors=True)


def conversion_folder(file: Path, cache: Path) -> Path:
    """Where the 8-bit form of ``file`` lies, or would."""
    home = cache / "models"
    if file.parent == home:
        return home / f"{file.stem}.int8"
    place = hashlib.sha256(str(file.resolve()).encode()).hexdigest()
    return home / f"{file.stem}-{place[:8]}.int8"  # elsewhere there may be another of its name


def _intact(folder: Path, file: Path) -> bool:
    """Whether it was made of this file in this way, and is what was written: by size and time of change of each file,
    by SHA-256 where they differ, as they do in a copy."""
    manifest = read_note(folder / MANIFEST)
    if manifest is None or not WAY.items() <= manifest.items():
        return False
    try:
        known = {file: manifest["source"]} | {folder / name: manifest["made"][name] for name in FILES}
        states = same_states(known)
    except (LookupError, TypeError, AttributeError):
        return False
    if states is None:
        return False
    now = {"source": states[0], "made": dict(zip(FILES, states[1:], strict=True))}
    if any(manifest[key] != value for key, value in now.items()):
        write_note(folder / MANIFEST, manifest | now, indent=1)
    return True


def _make(file: Path, folder: Path, progress: Progress | None, stopped: Callable[[], bool]) -> None:
    new = folder.parent / "unfinished" / folder.name
    origin = {**WAY, "source": file_state(file, (read_note(new / ORIGIN) or {}).get("source", ()))}
    if read_note(new / ORIGIN) != origin:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        write_note(new / ORIGIN, origin)
    need = int(SPACE * file.stat().st_size) - sum(part.stat().st_size for part in new.iterdir())
    if (free := shutil.disk_usage(new).free) < need:
        raise OSError(errno.ENOSPC, f"{need / 1e9:.1f} GB needed, {free / 1e9:.1f} GB free")
    if error := _run(file, new, progress, stopped):
        shutil.rmtree(new, ignore_errors=True)
        raise ModelError(f"{file.name} cannot be prepared for the engine onnxruntime: {error}")
    write_note(new / MANIFEST, origin | {"made": {name: file_state(new / name) for name in FILES}}, indent=1)
    if not (new / MANIFEST).is_file():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    new.rename(folder)
    for note in (ORIGIN, KEPT_NOTE):
        (folder / note).unlink(missing_ok=True)
    with suppress(OSError):
        new.parent.rmdir()


def _run(file: Path, out: Path, progress: Progress | None, stopped: Callable[[], bool]) -> str | None:
    """Run ``convert.py`` as a process of its own, out of reach of Ctrl-C; why it failed, or None.

    Raises ``OSError`` for a full disk, and ``ModelError`` where it was stopped or killed: what it made stays.
    """
    script = Path(__file__).with_name("convert.py")
    command = [sys.executable, "-P", str(script), str(file), str(out)]
    error, last = None, "no message"
    # Its standard input is never written to: when this process is gone it ends, and so does the other.
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if stopped():
                    raise ModelError("the language model is no longer needed")
                try:
                    told = json.loads(line)
                    error, done, of = told.get("error"), told.get("done"), told.get("of")
                except (ValueError, AttributeError):  # a warning of a library
                    last = line.strip() or last
                    continue
                if progress and done is not None:
                    progress(WHAT, done, of)
        finally:
            if process.poll() is None:
                process.terminate()
    if error and os.strerror(errno.ENOSPC) in error:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if error and "No module named" in error:
        return f"{error} ({INSTALL})"
    if error is None and process.returncode < 0:
        raise ModelError(
            f"{file.name} was not prepared for the engine onnxruntime: the process was killed (signal "
            f"{-process.returncode}), perhaps for want of memory. The next start goes on"
        )
    if error is None and process.returncode:
        error = f"its conversion ended with status {process.returncode} ({last[:200]})"
    return error
