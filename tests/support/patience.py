"""Waiting for something itself, as long as the slowest machine may need, and ports that nobody else is given."""

from __future__ import annotations

import itertools
import os
import socket
import time
from collections.abc import Callable

PATIENCE = 120.0
"""Seconds after which a test gives up on what it waits for. All of it comes at once on an idle machine: this ends a
test that would wait for ever, and no machine is so slow or so busy that it decides anything else."""

_FIRST, _PORTS = 10_000, 20_000  # below what systems give to whoever asks for any port, or connects
_numbers = itertools.count(os.getpid() * 97)  # processes that run side by side look far from each other


def until(true: Callable[[], object], what: str = "") -> None:
    """Waits until ``true()``; fails with ``what`` where it does not come true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what or "it did not come true"
        time.sleep(0.01)


def free_port() -> int:
    """A port of this machine that nobody listens at. Neither a server that takes any port nor a connection to one is
    given it meanwhile, and no other call of this process returns it."""
    while True:
        port = _FIRST + next(_numbers) % _PORTS
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what was closed a minute ago is free
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
