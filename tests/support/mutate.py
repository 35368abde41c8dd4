"""Files of every kind that is read, damaged in the ways that files are, and in ways that they are not. Reproducible.

python -m tests.support.mutate SEED NUMBER FOLDER    writes one of them, to look at it
"""

from __future__ import annotations

import gzip
import io
import json
import random
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.support.crawls import arc, chunked, http, packed, record, story_page, wacz
from tests.support.paths import CORPUS
from tests.support.wires import FERRY, anpa, iptc

_TEXT = """Northway Wire

Ferry line to close in spring
By Jane Roe, Northway Wire
Published 7 May 2024, 10:15

ERLE (Northway Wire) - The last ferry on the Sund will sail on 30 May, the company said on Tuesday.

“It has carried people, sheep and one piano since 1934,” said Ann Poe. Nobody asked the sheep.

Next article

Café Zum Anker schließt
Updated 08/05/2024

Nach 90 Jahren ist Schluss, sagte der Wirt. Die Bar hatte 12 Plätze.
"""
_MARKDOWN = """---
title: Ferry line to close
date: 2024-05-07 10:15
authors: [Jane Roe, John Doe]
tags: {sea: yes}
---

# Ferry line to close

The ferry *will* [sail](https://b.example) until **May**. It is `90` years old.

> “Nobody asked the sheep,” said Ann Poe.

1. A bridge
   - A tunnel

| Year | Riders |
|------|--------|
| 2023 | 1,204  |

<div>It is blue.</div> &amp; &#8203;old.
"""
_RECORD = {
    "id": "a1", "url": "https://a.example/1", "title": "Ferry line to close", "source": "Wire", "section": "Local",
    "published": "2024-05-07T10:00:00Z", "updated": "2024-05-08", "authors": ["Jane Roe"], "language": "en",
    "text": "The ferry will sail until May. It is 90 years old.\n\nCafé owners are \\ud83d sad.",
}  # fmt: skip
_TABLE = """title,text,published,authors,source,url,id
Ferry line to close,"The ferry will sail until May.

It is ""90"" years old.",07/05/2024,Jane Roe; John Doe,Wire,https://a.example/1,a1
"Café, closed",Nach 90 Jahren ist Schluss.,25/04/2024,By Ann Poe,Wire,,7
"""
_HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ferry line to close | Wire</title>
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry line to close",
"datePublished": "2024-05-07T10:15:00+02:00", "author": [{"name": "Jane Roe"}]}</script>
<style>.note {display: none}</style></head><body><nav><a href="/">Home</a></nav><article><h1>Ferry line to close</h1>
<time datetime="2024-05-07T10:15Z">7 May</time><p>The last ferry on the Sund will sail on the thirtieth of May, the
company said on Tuesday after a meeting.</p><p class="note">Hidden words.</p><p>It has carried people, sheep and one
piano across the water since 1934, and never on a Sunday.</p><table><tr><td>2023</td><td>1,204</td></tr></table>
<p>A bridge will take its place. It cost 410 million crowns.</p></article><footer>About us</footer></body></html>
"""
_RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Wire</title>
<link>https://a.example/</link><item><title>Ferry line to close</title><link>https://a.example/1</link>
<guid>1</guid><pubDate>Tue, 07 May 2024 10:15:00 GMT</pubDate>
<description>&lt;p&gt;The ferry will sail until May. It is 90 years old.&lt;/p&gt;</description></item></channel></rss>
"""
_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><id>x</id><entry><title>Ferry line to close
</title><id>1</id><link href="https://a.example/1"/><updated>2024-05-07T10:15:00Z</updated><content type="html">
&lt;p&gt;The ferry will sail until May. It is 90 years old.&lt;/p&gt;</content></entry></feed>
"""
_OPML = '<opml version="2.0"><body><outline text="Wire" xmlUrl="https://a.example/feed"/></body></opml>\n'
_NINJS = {
    "uri": "urn:wire:1", "type": "text", "version": "2", "versioncreated": "2024-05-07T10:00:00Z",
    "pubstatus": "usable",
    "headlines": [{"role": "main", "value": "Ferry line to close"}], "by": "Jane Roe", "language": "en",
    "bodies": [{"role": "main", "contenttype": "text/html", "value": "<p>It will sail until May.</p><p>It is old."}],
    "infosources": [{"name": "Wire"}], "embargoed": "2020-01-01T00:00:00Z",
}  # fmt: skip
_NASTY = [
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\r", b"\r\n", b"\n" * 50, b'"', b'"' * 99, b"'", b"\\",
    b"\\ud800", b"<", b"<" * 300, b"<!--", b"<![CDATA[", b"<script>", b"</p>", b"<p hidden>", b"&#0;", b"&#x110000;",
    b"&#xd800;", b"&#769;" * 200, b"[" * 300, b"{" * 300, b"(" * 99, b"> " * 60, b"- " * 60, b"# ", b"---\n",
    b"| " * 50, b"`" * 70, b"*" * 80, b"\t" * 40, b" " * 500, b";", b",", b",,,,,", b"sep=;\n", b"9" * 5000, b"1e999",
    b"-", b"NaN", b"null", b"true", b"7 May 2024 ", b"99/99/9999 ", b"0001-01-01", b"9999-12-31T23:59:59+14:00",
    b"1/1/1 ", b"Published ", b"By ", b"x" * 5000, b"a." * 300, b"." * 900, b"?" * 300, b"e\xcc\x81" * 50,
    b"\xcc\x81\xcc\x96" * 300, b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xf0\x9f\x9a\xa2", b"\xf3\xa0\x81\x81" * 9,
    b"\xed\xa0\x80", b"PK\1\2", b"PK\5\6", b"PK\3\4", b"\x1f\x8b\x08", b"%PDF-1.7", b"\x89PNG\r\n", b"http://",
    b"https://a.example/1\n", b"#line 3", b"../" * 9, b"Related stories\n", b"Next article\n",
]  # fmt: skip

Samples = dict[str, list[bytes]]


@cache
def samples() -> Samples:
    """Ending -> whole files of that kind."""
    lines = "".join(json.dumps(_RECORD | {"id": f"a{i}"}) + "\n" for i in range(3)).encode()
    out: Samples = {
        ".txt": [_TEXT.encode(), _TEXT.encode("cp1252"), _TEXT.encode("utf-16")],
        ".md": [_MARKDOWN.encode()],
        ".html": [_HTML.encode()],
        ".json": [json.dumps([_RECORD, _RECORD | {"id": "b"}]).encode(), json.dumps(_RECORD).encode()],
        ".jsonl": [lines],
        ".csv": [
            _TABLE.encode(),
            _TABLE.replace(",", ";").encode("cp1252"),
            b"sep=|\r\n" + _TABLE.replace(",", "|").encode(),
        ],
        ".tsv": [_TABLE.replace(",", "\t").encode(), _TABLE.replace(",", "\t").encode("utf-16")],
        ".rss": [_RSS.encode()],
        ".atom": [_ATOM.encode()],
        ".xml": [_RSS.encode("utf-16"), _OPML.encode()],
        ".opml": [_OPML.encode()],
        ".urls": [b"https://a.example/1\n# more\nhttps://a.example/2\n"],
    }
    page, crawled = story_page("Ferry line to close"), b"".join
    records = [
        record(http(page)),
        record(http(chunked(page), Transfer_Encoding="chunked"), "https://wire.example/a/2"),
        record(http(gzip.compress(page, mtime=0), Content_Encoding="gzip"), "https://wire.example/a/3"),
        record(json.dumps(_NINJS).encode(), "https://wire.example/a/4", "resource", "application/json"),
    ]
    out[".warc"] = [crawled(records), packed(*records), gzip.compress(crawled(records), mtime=0)]
    out[".arc"] = [arc(("https://a.example/1", http(page)), ("https://a.example/2", http(page)))]
    out[".wacz"] = [wacz({"a.warc.gz": packed(*records)}), wacz({"a.warc": crawled(records)}, zipfile.ZIP_DEFLATED)]
    kill = anpa("a0450", "Norway-Ferry, KILL", "^BULLETIN KILL<\n\tKill BC-Norway-Ferry, a0412.")
    out[".ansi"] = [
        (anpa("a0412", "Norway-Ferry", FERRY) + anpa("a0420", "Norway-Ferry, 1st Ld", FERRY) + kill).encode(),
        iptc("rtr0123 3 pol 250 NORWAY-FERRY/", _TEXT).encode("cp1252"),
        f"ZCZC ANS0123/SXA\n{_TEXT}\nNNNN\n".encode(),
    ]
    out[".json"].append(json.dumps(_NINJS).encode())
    out[".jsonl"].append((json.dumps(_NINJS) + "\n" + json.dumps(_NINJS | {"pubstatus": "canceled"}) + "\n").encode())
    for path in sorted(CORPUS.rglob("*")):
        if path.suffix in out and path.is_file() and path.stat().st_size < 12_000:
            out[path.suffix].append(path.read_bytes())
    out[".zip"] = [_zipped(method, out) for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)]
    return out


def _zipped(method: int, found: Samples) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as out:
        for ending in (".txt", ".md", ".json", ".jsonl", ".csv", ".atom"):
            out.writestr(zipfile.ZipInfo(f"folder/a{ending}"), found[ending][0], method)
        out.writestr(zipfile.ZipInfo("b.txt.gz"), gzip.compress(found[".txt"][0], mtime=0), method)
    return packed.getvalue()


_WEIGHTS = {
    ".txt": 20, ".md": 14, ".html": 8, ".json": 10, ".jsonl": 12, ".csv": 14, ".tsv": 5, ".zip": 10, ".rss": 3,
    ".atom": 3, ".xml": 2, ".opml": 1, ".urls": 1, ".warc": 3, ".arc": 1, ".wacz": 2, ".ansi": 8,
}  # fmt: skip
"""HTML takes thirty times as long as the others."""


def mutated(seed: int, number: int) -> tuple[str, bytes]:
    """(ending, content) of a damaged file: the same for the same arguments."""
    rng = random.Random(f"{seed}:{number}")
    ending = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    data = damaged(rng.choice(samples()[ending]), rng)
    if rng.random() < 0.12 and ending not in (".zip", ".wacz"):
        data = gzip.compress(data, mtime=0)
        ending += ".gz"
        if rng.random() < 0.6:
            data = rng.choice(_CHANGES)(data, rng)
    elif rng.random() < 0.04:
        ending = rng.choice([k for k in _WEIGHTS if k != ".html"])  # a file under a wrong name
    return ending, data


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The data with one to six changes."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        data = rng.choice(_CHANGES)(data, rng)[: 1 << 20]
    return data


Change = Callable[[bytes, random.Random], bytes]


def _span(data: bytes, rng: random.Random, most: int = 2000) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(start + rng.choice((1, 2, 8, 60, most)), len(data))


def _flip(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 3, 30))):
        if out:
            out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _delete(data: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    return data[:start] + data[end:]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng, 300)
    return data[:end] + data[start:end] * rng.choice((1, 3, 40, 400)) + data[end:]


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _insert_noise(data: bytes, rng: random.Random) -> bytes:
    start, _ = _span(data, rng)
    return data[:start] + rng.randbytes(rng.choice((1, 4, 200))) + data[start:]


def _insert_nasty(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 4))):
        start, _ = _span(data, rng)
        data = data[:start] + rng.choice(_NASTY) + data[start:]
    return data


def _move(data: bytes, rng: random.Random) -> bytes:
    start, end = _span(data, rng)
    rest = data[:start] + data[end:]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


def _splice(data: bytes, rng: random.Random) -> bytes:
    other = rng.choice(samples()[rng.choice(tuple(_WEIGHTS))])
    start, end = _span(other, rng)
    at = rng.randrange(len(data) + 1)
    return data[:at] + other[start:end] + data[at:]


def _recode(data: bytes, rng: random.Random) -> bytes:
    name = rng.choice(("utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "shift_jis", "koi8-r", "utf-7"))
    return data.decode("utf-8", "replace").encode(name, "replace")


def _swap_bytes(data: bytes, rng: random.Random) -> bytes:
    old, new = rng.choice((b"\n", b",", b'"', b" ", b"<", b":", b"-", b"e")), rng.choice((*_NASTY[:12], b"", b";"))
    return data.replace(old, new)


_CHANGES: list[Change] = [
    _flip, _flip, _delete, _repeat, _cut, _insert_noise, _insert_nasty, _insert_nasty, _insert_nasty, _move, _splice,
    _recode, _swap_bytes,
]  # fmt: skip


if __name__ == "__main__":
    seed, number, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    ending, content = mutated(seed, number)
    target = folder / f"{seed}-{number}{ending}"
    target.write_bytes(content)
    print(target)
