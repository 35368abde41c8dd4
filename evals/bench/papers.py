"""Pages of PDF files a second: PDFium's bare text, and the whole reading with columns, stories and places."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAGES = 60
WORDS = "the weir at Talbrook gave way on Sunday night and nobody was hurt by it county officials said".split()


def papers() -> None:
    """Prints pages a second of a made file of three columns, each the best of three runs."""
    import pypdfium2

    pdfium: Any = pypdfium2
    from rag.ingest.formats.files import read

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "2024-05-03 paper.pdf"
        path.write_bytes(made_paper(PAGES))

        def bare() -> None:
            document = pdfium.PdfDocument(path)
            for page in document:
                page.get_textpage().get_text_range()
            document.close()

        rows: dict[str, Callable[[], object]] = {"PDFium's text": bare, "rag": lambda: list(read(path))}
        print(f"\n{'PDF, pages a second':28}{'pages/s':>8}")
        for name, run in rows.items():
            run()  # what is loaded once
            times = []
            for _ in range(3):
                begun = time.perf_counter()
                run()
                times.append(time.perf_counter() - begun)
            print(f"{name:28}{PAGES / min(times):8.1f}", flush=True)


def made_paper(pages: int) -> bytes:
    """A PDF whose pages have a headline over three columns of 60 lines, some 5,000 characters each."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    for number in range(pages):
        lines = [f"BT /F1 22 Tf 50 780 Td (Weir number {number} gives way at night) Tj ET"]
        for column in range(3):
            for row in range(60):
                start = (number * 7 + column * 5 + row * 3) % len(WORDS)
                words = " ".join((WORDS + WORDS)[start : start + 6])
                stop = "." if row % 5 == 4 else ""
                lines.append(f"BT /F1 8 Tf {50 + 175 * column} {750 - 11 * row} Td ({words.capitalize()}{stop}) Tj ET")
        content = "\n".join(lines).encode()
        objects.append(b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            % len(objects)
        )
    kids = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(pages))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start_of_table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start_of_table)
    return bytes(out)
