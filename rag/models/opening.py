"""What every backend needs to open a model: the hub and its cache, a hash of a file, an error on one line."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

HUB_SECONDS = 10.0
"""Seconds that a model hub may take to say what it has."""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that is here, or that the defaults would fetch. ``where`` is a path, or "not fetched"."""

    name: str
    kind: str  # "embedder" or "language model"
    licence: str
    size: int  # bytes on the disk, once it is there
    where: str
    ready: bool  # usable without a network
    engine: str | None = None  # what runs a language model here, and how fast; None where it was not measured


WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
"""The files that hold a model's weights; the second only count where there are none of the first."""


def cached_snapshot(name: str) -> Path | None:
    """The folder of the hub model ``name`` in the hub's own cache; ``None`` where it is not there. No network."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except Exception as error:  # huggingface_hub has a dozen ways to say so
        log.debug("%s is not in the hub's cache: %s", name, error)
        return None


def hub_files(name: str) -> list[str]:
    """The names of the files of the hub model ``name``, asked for once; a loader would try for two minutes.

    Raises whatever huggingface_hub raises.
    """
    from huggingface_hub import HfApi

    return [file.rfilename for file in HfApi().model_info(name, timeout=HUB_SECONDS).siblings or []]


def cached_model(name: str) -> Path | None:
    """The folder of the hub model ``name``, where its weights are there too and not only its configuration."""
    folder = cached_snapshot(name)
    return folder if folder and any(file for pattern in WEIGHTS for file in folder.rglob(pattern)) else None


def sha256(path: Path) -> str:
    """Of the file's bytes, in hex. Raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_state(file: Path, known: Sequence[Any] = ()) -> list[Any]:
    """Size, time of change and SHA-256, which is believed of what is ``known`` where the other two are as they were."""
    stat = file.stat()
    found = [stat.st_size, stat.st_mtime_ns]
    return [*found, known[2] if found == list(known[:2]) else sha256(file)]


def same_states(files: Mapping[Path, Sequence[Any]]) -> list[list[Any]] | None:
    """The states of ``files`` now; None where one is missing or differs from what is known of it, but for the time."""
    try:
        now = [file_state(file, known) for file, known in files.items()]
    except OSError:
        return None
    return now if [state[::2] for state in now] == [list(known[::2]) for known in files.values()] else None


def run_python(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run this Python as a process of its own, with these environment variables; what it prints is in the result."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        check=False,
        env=os.environ | variables,
    )


def read_note(path: Path) -> dict[str, Any] | None:
    """The object in a file of JSON, None where there is none."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def write_note(path: Path, value: Mapping[str, Any], indent: int | None = None) -> None:
    """Written whole or not at all; a folder that cannot be written to keeps what it has."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        new.write_text(json.dumps(value, indent=indent), "utf-8")
        new.replace(path)
    except OSError as error:
        log.debug("%s was not written: %s", path, error)
        with suppress(OSError):  # a read-only file system refuses this even where there is nothing
            new.unlink()


def error_line(error: BaseException) -> str:
    """What an error says, in one line of at most 200 characters."""
    return " ".join(str(error).split())[:200] or type(error).__name__
