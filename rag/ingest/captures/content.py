"""What kind of file bytes are, by what they begin with, by the type that their sender named, and by their address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from rag.ingest.encoding import decode
from rag.ingest.wire.newsml import is_wire

_TYPES = {
    **dict.fromkeys(("text/html", "application/xhtml+xml"), ".html"),
    **dict.fromkeys(("text/markdown", "text/x-markdown"), ".md"),
    **dict.fromkeys(("text/csv", "application/csv"), ".csv"),
    **dict.fromkeys((f"application/{kind}" for kind in ("x-ndjson", "ndjson", "jsonl", "jsonlines")), ".jsonl"),
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
}
_NAMED = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".md", ".markdown", ".txt")
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


def ending_of(body: bytes, url: str, media_type: str, charset: str | None = None) -> str | None:
    """The format of what a server sent, as the ending of a file; ``None`` for XML that is no page."""
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
