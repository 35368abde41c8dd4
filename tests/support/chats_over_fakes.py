"""Chats, whole, over the fake embedder: a process on each port, of a parent that has imported once for all.

python tests/support/chats_over_fakes.py PORT ...    # settings as of the chat; ends with its standard input

What each says first, that it is open, is a line of standard output.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it fetches one

# What a chat imports when it needs it: each child would take seconds more.
import chromadb  # noqa: F401
import litellm  # noqa: F401
import pg8000.dbapi  # noqa: F401
import sqlalchemy  # noqa: F401

import rag.chat.chat_page
import rag.models.factory
import rag.qa.pipeline
from rag.chat import server
from tests.support.fakes import FakeEmbedder


def main(ports: list[str]) -> None:
    rag.models.factory.open_embedder = lambda *_: FakeEmbedder()
    children, first = [], []
    for port in ports:
        told, tell = os.pipe()  # of its own: what several processes write to one may come out interleaved
        if not (child := os.fork()):
            os.environ["PORT"] = port
            os.dup2(tell, sys.stdout.fileno())
            os._exit(server.main())
        os.close(tell)
        children.append(child)
        first.append(os.fdopen(told))
    for chat in first:
        print(chat.readline(), end="", flush=True)
    sys.stdin.read()
    for child in children:
        os.kill(child, signal.SIGTERM)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
