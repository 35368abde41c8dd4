"""Records of WARC and ARC files as crawlers write them, made of bytes, so that nothing of the reader makes them."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence

CAPTURED = "2024-05-08T06:30:00Z"
PARAGRAPHS = (
    "The last ferry on the Sund will sail on the thirtieth of May, the company said on Tuesday after a meeting.",
    "It has carried people, sheep and one piano across the water since 1934, and never on a Sunday.",
    "A bridge will take its place next year. It cost 410 million crowns, and nobody asked the sheep.",
)


def story_page(
    title: str, day: str | None = "2024-05-07T10:15:00+02:00", paragraphs: Sequence[str] = PARAGRAPHS, head: str = ""
) -> bytes:
    """A page of an outlet with one article."""
    stated = f'<meta property="article:published_time" content="{day}">' if day else ""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:site_name" content="Northway Wire">{stated}{head}</head><body><nav><a href="/">Home</a>'
        f"</nav><article><h1>{title}</h1>{text}</article><footer>About us</footer></body></html>"
    ).encode()


def http(body: bytes, kind: str = "text/html; charset=utf-8", status: str = "200 OK", **headers: str) -> bytes:
    """A response of HTTP; names of headers with '_' for '-'."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(body: bytes, size: int = 100) -> bytes:
    """A body as servers send it that do not know its length."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def record(
    block: bytes,
    url: str | None = "https://wire.example/a/1",
    kind: str = "response",
    content: str | None = None,
    day: str = CAPTURED,
    more: Mapping[str, str] | None = None,
    length: int | None = None,
) -> bytes:
    """A record of a WARC file with the two empty lines behind it."""
    named = "application/http; msgtype=response" if kind in ("response", "revisit") else "text/html"
    headers = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000001>",
        "WARC-Date": day,
        **({"WARC-Target-URI": url} if url else {}),
        "Content-Type": content or named,
        **(more or {}),
        "Content-Length": str(len(block) if length is None else length),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n"


def packed(*records: bytes) -> bytes:
    """A member of gzip for each record, as crawlers pack them."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def arc(*captures: tuple[str, bytes], day: str = "20240508063000") -> bytes:
    """An ARC file of (address, response) pairs."""
    about = b"1 0 Wire\nURL IP-address Archive-date Content-type Archive-length\n\n"
    out = [b"filedesc://a.arc 0.0.0.0 %s text/plain %d\n%s" % (day.encode(), len(about), about)]
    for url, block in captures:
        out.append(f"{url} 192.0.2.7 {day} text/html {len(block)}\n".encode() + block + b"\n")
    return b"".join(out)


def wacz(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A WACZ with these files in its folder ``archive``, and a list of pages that says more than they hold."""
    out = io.BytesIO()
    pages = '{"format": "json-pages-1.0", "id": "pages"}\n{"url": "https://wire.example/x", "title": "Not an article",'
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("datapackage.json", '{"profile": "data-package", "wacz_version": "1.1.1"}')
        archive.writestr("pages/pages.jsonl", pages + ' "ts": "2024-05-08T06:30:00Z", "text": "Text of a page."}\n')
        for name, data in files.items():
            archive.writestr(f"archive/{name}", data)
    return out.getvalue()
