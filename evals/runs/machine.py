"""Where and with what a run was made."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import rag

PACKAGES = (
    "chromadb", "gradio", "ir-measures", "litellm", "numpy", "onnxruntime", "sentence-transformers", "sentencex",
    "tokenizers", "torch", "xllamacpp",
)  # fmt: skip


def versions() -> dict[str, str]:
    """The versions of this program and of the packages that shape an answer."""
    found = {"rag-news": rag.__version__}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def code_digest() -> str:
    """A hash of the program's own source: answers of two versions do not go into one run."""
    folder = Path(rag.__file__).parent
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        found.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:16]


def git() -> dict[str, Any] | None:
    """The commit of the program's checkout, and whether files of it were changed; None outside a checkout."""
    folder = Path(rag.__file__).resolve().parent.parent
    try:
        commit, status = (
            subprocess.run(
                ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=10, check=True
            ).stdout.strip()
            for arguments in (["rev-parse", "HEAD"], ["status", "--porcelain", "--untracked-files=no"])
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return {"commit": commit, "dirty": bool(status)}


def machine() -> dict[str, Any]:
    """The processor, its usable cores, the memory in GB, the system and the Python."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):  # not on Windows
        memory = None
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(memory, 1) if memory else None,
        "platform": platform.platform(),
        "python": platform.python_version(),
    }


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def peak_memory_mb() -> float:
    """The most memory that this process has held at once, in MB; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # not on Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
