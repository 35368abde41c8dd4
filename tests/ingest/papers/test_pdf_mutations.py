"""Damaged PDF files: whatever they hold, nothing is raised and nothing odd comes out, and one line tells what failed.

MUTATIONS=20000 MUTATION_SEED=7 pytest tests/ingest/papers/test_pdf_mutations.py    more of them, other ones
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from rag.ingest.papers.worker import PdfWorker
from tests.conftest import Tally
from tests.ingest.papers.test_pdf import newspaper, scan, single
from tests.support.mutate import damaged
from tests.system.test_mutations import check_file

pytestmark = pytest.mark.fault("malformed")

COUNT = min(int(os.environ.get("MUTATIONS", "300")), 20_000)
SEED = int(os.environ.get("MUTATION_SEED", "1"))


def test_damaged_pdf_files_are_read_or_refused(tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.ingest.papers.pdf.WORKER", own := PdfWorker(seconds=20))
    samples = [single(), newspaper(), scan("The weir gave way on Sunday night, and nobody was hurt by it.")]
    articles = 0
    for number in range(COUNT):
        rng = random.Random(f"pdf:{SEED}:{number}")
        path = tmp_path / "2024-05-03 a.pdf"
        path.write_bytes(damaged(rng.choice(samples), rng))
        try:
            articles += check_file(path)
        except Exception as error:
            error.add_note(f"this input: number {number} of seed {SEED}")
            raise
    own.close()
    tally("inputs", COUNT)
    assert articles > COUNT / 3
