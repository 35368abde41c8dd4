"""What every backend needs to open a model: the hub's cache, a hash of a file, an error on one line."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

log = logging.getLogger(__name__)

HUB_SECONDS = 10.0
"""Seconds that a model hub may take to say what it has."""


def cached_snapshot(name: str) -> Path | None:
    """The folder of the hub model ``name`` in the hub's own cache; ``None`` where it is not there. No network."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except Exception as error:  # huggingface_hub has a dozen ways to say so
        log.debug("%s is not in the hub's cache: %s", name, error)
        return None


def has_weights(folder: Path | None) -> bool:
    """Whether a model's weights are in the folder, and not only its configuration."""
    return folder is not None and any(
        next(folder.rglob(pattern), None) is not None for pattern in ("*.safetensors", "pytorch_model*.bin")
    )


def sha256(path: Path) -> str:
    """Of the file's bytes, in hex. Raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def error_line(error: BaseException) -> str:
    """What an error says, in one line of at most 200 characters."""
    return " ".join(str(error).split())[:200] or type(error).__name__
