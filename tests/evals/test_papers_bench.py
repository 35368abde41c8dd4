"""The file that ``python -m evals.bench papers`` reads is read whole, by us and by PDFium alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.bench import papers
from evals.bench.reading import reading
from rag.ingest.formats.files import read
from rag.ingest.page import Page


def test_the_file_of_the_bench_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "2024-05-03 a.pdf"
    path.write_bytes(papers.made_paper(2))
    found = list(read(path))
    assert found and all(isinstance(item, Page) for item in found)
    assert sum(len(item.text) for item in found if isinstance(item, Page)) > 8000
    monkeypatch.setattr(papers, "PAGES", 2)
    papers.papers()
    assert "PDFium's text" in capsys.readouterr().out


def test_a_crawl_is_read_beside_the_bare_library(capsys: pytest.CaptureFixture[str]) -> None:
    reading(pages=5, runs=1)
    head, *rows = capsys.readouterr().out.splitlines()
    assert "pages a CPU second" in head and len(rows) == 3
    assert all(float(row.split()[-1].replace(",", "")) > 0 for row in rows)
