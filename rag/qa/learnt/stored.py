"""What was learnt, as it lies beside this module: JSON, compressed, the same bytes for the same numbers."""

from __future__ import annotations

import gzip
import json
from importlib.resources import files
from typing import Any


def stored_weights(name: str) -> Any:
    """The content of a file of this package."""
    return json.loads(gzip.decompress(files(__package__).joinpath(name).read_bytes()))


def packed_weights(content: Any) -> bytes:
    """The bytes of such a file."""
    return gzip.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)
