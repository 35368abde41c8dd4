"""The process that reads PDF files: one for all of them, ended when it takes too long and begun again after a crash."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from rag.errors import ReadError

MAX_PDF_SECONDS = 120.0
"""The longest that one file may take; a thousand pages of a newspaper take some 20."""
MAX_PDF_MEMORY = 2 << 30
"""The most bytes of memory that the process may have, where the system can bound it."""

_PROGRAM = Path(__file__).with_name("extraction.py")
_ERRORS = {
    "password": "encrypted; open it with its password and print it to a new PDF",
    "damaged": "a PDF, but a damaged one; fetch it again",
    "memory": "needs more memory to be read than a text does; print it to a new PDF",
}


class PdfWorker:
    """Asks the process; one request at a time, from any thread."""

    def __init__(self, seconds: float = MAX_PDF_SECONDS, memory: int = MAX_PDF_MEMORY) -> None:
        self.seconds, self.memory = seconds, memory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes) -> dict[str, Any]:
        """What :func:`rag.ingest.papers.extraction.read` gives. Raises ``ReadError``."""
        found = json.loads(self._ask({"do": "read"}, data))
        if "error" in found:
            raise ReadError(_ERRORS[found["error"]])
        return cast(dict[str, Any], found)

    def picture(self, data: bytes, page: int, dpi: int) -> bytes:
        """A page (from 0) as a PNG. Raises ``ReadError``."""
        found = self._ask({"do": "picture", "page": page, "dpi": dpi}, data)
        if not found.startswith(b"\x89PNG"):
            raise ReadError(f"its page {page + 1} cannot be drawn; print it to a new PDF")
        return found

    def close(self) -> None:
        with self._lock:
            self._end()

    def _ask(self, request: dict[str, Any], data: bytes) -> bytes:
        with self._lock:
            for fresh in (self._process is None, True):
                reply, slow = self._answer(request, data)
                if reply is not None:
                    return reply
                if slow:
                    raise ReadError(f"takes longer than {self.seconds:.0f} s to be read; split it, or print it anew")
                if fresh:  # one that had waited may have ended by itself
                    break
        raise ReadError("a PDF that cannot be read: it is damaged; fetch it again, or print it to a new PDF")

    def _answer(self, request: dict[str, Any], data: bytes) -> tuple[bytes | None, bool]:
        """The answer, and whether it took too long; ``None`` where the process has ended."""
        process = self._process = self._process or self._started()
        assert process.stdin and process.stdout
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(self.seconds, stop)
        watch.daemon = True
        watch.start()
        try:
            process.stdin.write(json.dumps(request | {"size": len(data)}).encode() + b"\n" + data)
            process.stdin.flush()
            size = process.stdout.read(8)
            reply = process.stdout.read(int.from_bytes(size, "big")) if len(size) == 8 else b""
            whole = len(size) == 8 and len(reply) == int.from_bytes(size, "big")
        except OSError:
            whole, reply = False, b""
        finally:
            watch.cancel()
        if not whole:
            self._end()
        return (reply if whole else None), late.is_set()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-P", str(_PROGRAM), str(self.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _end(self) -> None:
        if process := self._process:
            self._process = None
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with suppress(OSError):
                        pipe.close()
            process.wait()


WORKER = PdfWorker()
"""The one of this program. It ends by itself: when the program does, and when nobody has asked for a minute."""
