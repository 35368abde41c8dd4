"""The command ``rag``, whole, over the fake embedder: what tests start as another process.

python tests/support/rag_over_fakes.py add FOLDER --index FOLDER
python tests/support/rag_over_fakes.py add FOLDER THEN list THEN ask "Why?"    one after the other, until one fails
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import rag.models.factory
from rag.cli.commands import main
from tests.support.fakes import FakeEmbedder

if __name__ == "__main__":
    os.environ["RAG_LLM"] = "none"
    name = os.environ.get("RAG_EMBEDDER", "fake")
    rag.models.factory.open_embedder = lambda *_: FakeEmbedder(name)
    program, *words = sys.argv
    for is_end, command in itertools.groupby(words, "THEN".__eq__):
        if not is_end:
            sys.argv = [program, *command]
            try:
                main()
            except SystemExit as end:
                if end.code:
                    raise
