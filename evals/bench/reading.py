"""``python -m evals.bench reading``: documents a second of the formats that hold many, beside the bare library.

A crawl is made, a gzip member a record, of ``PAGES`` pages of some kilobytes and as many pictures. The bare library,
warcio, iterates over its records and reads each body; ours gives articles: headline, text, day, address. What the
pages themselves cost, read one by one as HTML files, shows how much of ours is not the crawl's. Both take turns.
"""

from __future__ import annotations

import gzip
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rag.ingest.formats.files import read, read_bytes
from rag.ingest.page import Page

PAGES = 60
RUNS = 3
_WORDS = [a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "rt", "sel", "ver")]


def reading(pages: int = PAGES, runs: int = RUNS) -> None:
    """Prints the documents a second, the median of the runs."""
    with tempfile.TemporaryDirectory() as folder:
        crawl = Path(folder) / "crawl.warc.gz"
        bodies = [_page(number) for number in range(pages)]
        crawl.write_bytes(b"".join(gzip.compress(_record(*one)) for one in _captures(bodies)))
        rows: dict[str, Callable[[], int]] = {
            "WARC, warcio alone": lambda: _bare(crawl),
            "WARC, articles": lambda: sum(isinstance(item, Page) for item in read(crawl)),
            "the same pages, as HTML": lambda: sum(_articles(body) for body in bodies),
        }
        speeds: dict[str, list[float]] = {name: [] for name in rows}
        for _ in range(runs):
            for name, run in rows.items():
                begun = time.process_time()
                found = run()
                if found != pages:
                    raise RuntimeError(f"{name}: {found} documents of {pages}")
                speeds[name].append(pages / (time.process_time() - begun))
    print(f"{'':28}{'pages a CPU second':>20}")
    for name, found_speeds in speeds.items():
        print(f"{name:28}{statistics.median(found_speeds):20,.0f}", flush=True)


def _bare(crawl: Path) -> int:
    from warcio.archiveiterator import ArchiveIterator

    found = 0
    with crawl.open("rb") as file:
        for record in ArchiveIterator(file):
            body = record.content_stream().read()
            found += body.startswith(b"<!doctype html")
    return found


def _articles(body: bytes) -> int:
    return sum(isinstance(item, Page) for item in read_bytes("a.html", ".html", body))


def _page(number: int) -> bytes:
    rng = random.Random(number)
    text = "".join(f"<p>{' '.join(rng.choices(_WORDS, k=60)).capitalize()}.</p>" for _ in range(14))
    menu = "".join(f'<li><a href="/{n}">{rng.choice(_WORDS)}</a></li>' for n in range(60))
    head = f'<title>Story {number}</title><meta property="article:published_time" content="2024-05-07T10:00:00Z">'
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head><body><nav><ul>{menu}</ul></nav>'
        f"<article><h1>Story {number}</h1>{text}</article></body></html>"
    ).encode()


def _captures(bodies: list[bytes]) -> list[tuple[str, str, bytes]]:
    rng = random.Random(7)
    pages = [(f"https://wire.example/{n}", "text/html", body) for n, body in enumerate(bodies)]
    pictures = [(f"https://wire.example/{n}.jpg", "image/jpeg", rng.randbytes(60_000)) for n in range(len(bodies))]
    return [one for both in zip(pages, pictures, strict=True) for one in both]


def _record(url: str, kind: str, body: bytes) -> bytes:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    head = f"WARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-08T06:30:00Z\r\n"
    head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n"
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"
