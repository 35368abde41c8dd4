"""What kind of file bytes are, by what they begin with, by the type that their sender named, and by names."""

from __future__ import annotations

import io
import re
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from rag.ingest.captures.crawl import is_crawl
from rag.ingest.captures.unpacking import first_bytes
from rag.ingest.dispatches.frame import is_dispatch
from rag.ingest.encoding import decode
from rag.ingest.wire.mail import is_mail, is_mailbox
from rag.ingest.wire.newsml import is_wire

_TYPES = {
    **dict.fromkeys(("text/html", "application/xhtml+xml"), ".html"),
    **dict.fromkeys(("text/markdown", "text/x-markdown"), ".md"),
    **dict.fromkeys(("text/csv", "application/csv"), ".csv"),
    **dict.fromkeys((f"application/{kind}" for kind in ("x-ndjson", "ndjson", "jsonl", "jsonlines")), ".jsonl"),
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
}
_BEGINNINGS = ((b"%PDF-", ".pdf"), (b"{\\rtf", ".rtf"), (b"WEBVTT", ".vtt"), (b"\xef\xbb\xbfWEBVTT", ".vtt"))
_NAMED = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".md", ".markdown", ".txt")
SILENT = ("", ".dat", ".msg", ".asc", ".wire", ".gz", ".open", ".part")
"""Endings that say nothing, as do digits: what such a file is, its content tells."""
_CRAWL_NAME = re.compile(r"\.(?:warc|arc)(?:\.gz)?\.")
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


def ending_by_content(path: Path) -> str | None:
    """The ending that a file should have which has none that is known: of a crawl, of messages of a wire, of a mail, of
    what begins with a mark of its own. None for anything else, and for what cannot be read."""
    try:
        with path.open("rb") as file:
            return ending_of_start(first_bytes(file))
    except OSError:
        return None


def ending_of_start(start: bytes) -> str | None:
    """The same by the first bytes of a file, packed or not."""
    if start.startswith(b"\x1f\x8b"):
        start = first_bytes(io.BytesIO(start))
    if is_crawl(start):
        return ".warc"
    if is_dispatch(start):
        return ".ansi"
    if is_wire(start):
        return ".xml"
    if mark := next((ending for begins, ending in _BEGINNINGS if start.startswith(begins)), None):
        return mark
    return ".eml" if is_mail(start) else ".mbox" if is_mailbox(start) else None


def may_tell(name: str) -> bool:
    """Whether a file in a folder is opened to see what it is, since its name says nothing."""
    bare = PurePath(name.lower())
    return bare.suffix in SILENT or bare.suffix[1:].isdigit() or bool(_CRAWL_NAME.search(bare.name))


def ending_of(body: bytes, url: str, media_type: str, charset: str | None = None) -> str | None:
    """The format of what a server sent, as the ending of a file; ``None`` for XML that is no page."""
    if body.startswith(b"%PDF-") or media_type == "application/pdf":
        return ".pdf"
    start = decode(body[:4096], charset) or ""
    if _HTML.match(start):
        return ".html"
    try:
        path = urlsplit(url).path.lower()
    except ValueError:
        path = ""
    named = next((e for e in _NAMED if path.endswith(e)), None)
    stated = _TYPES.get(media_type)
    if stated and not (stated == ".json" and named in (".jsonl", ".ndjson")):
        return stated
    if is_wire(body):
        return ".xml"
    if media_type.endswith("+json"):
        return ".json"
    if named:
        return named
    if start.lstrip().startswith("<?xml") or media_type.endswith("xml"):
        return None
    return ".html" if re.match(r"\s*<[a-z!]", start, re.IGNORECASE) else ".txt"
