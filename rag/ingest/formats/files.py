"""Files -> pages. One module a format (plain text is read here); here paths are found, and :data:`FORMATS` picks the
reader by the file's name.

Bad content never raises: what cannot be read comes out as a failed ``ReportItem`` whose reason says what is
wrong, where, and what to do.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast
from zipfile import BadZipFile

from rag.errors import ReadError
from rag.ingest.captures import content, crawl, wacz, warc
from rag.ingest.dispatches.frame import is_dispatch
from rag.ingest.dispatches.ninjs import without_others
from rag.ingest.dispatches.reader import read_dispatches
from rag.ingest.documents import captions, saved, ttml
from rag.ingest.documents.docx import read_docx
from rag.ingest.documents.epub import read_epub
from rag.ingest.documents.odt import read_odt
from rag.ingest.documents.package import document_under_zip, is_document, kind_of_package, opened_package
from rag.ingest.documents.rtf import read_rtf
from rag.ingest.documents.written import document_pages
from rag.ingest.encoding import MAX_FILE_BYTES, Bomb, Budget, clean, decode, foreign, gunzipped, unpacked
from rag.ingest.folders import files_in, plain_error, unpublished
from rag.ingest.formats import archive, feed, markdown, records, table
from rag.ingest.formats.exports import beside, sanity
from rag.ingest.formats.exports.evernote import read_notes
from rag.ingest.formats.exports.org import read_org
from rag.ingest.formats.exports.printout import printed_page
from rag.ingest.formats.parts.address_files import addresses_of, addresses_of_file
from rag.ingest.formats.parts.reading_lists import reading_list
from rag.ingest.html import page as html_page
from rag.ingest.page import Page, ReadItems, Withdrawal, Wrong, failed, not_news
from rag.ingest.papers.databases import bundle_text, is_bundle_markup
from rag.ingest.papers.pdf import Ocr, is_pdf, read_pdf
from rag.ingest.segment.exports import exported
from rag.ingest.web.archives import without_cache_bar
from rag.ingest.web.urls import is_web
from rag.ingest.wire import mail, newsml, others
from rag.types import ReportItem

MAX_PDF_BYTES = 256 << 20
"""The most that a PDF may hold: the pictures of an issue of a newspaper take some 60 MB."""

Feeds = Callable[[str, bytes], ReadItems]
"""Reads a feed: its origin and its bytes -> the pages of its entries, and what is to be remembered of it."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that was read whole, and what its sender says of it."""

    origin: str
    ending: str
    data: bytes
    feeds: Feeds | None = None
    url: str | None = None
    charset: str | None = None
    ocr: Ocr | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one ending are read: whole by ``read``, or as a stream by ``stream``, given origin and bytes."""

    read: Callable[[File], ReadItems] | None = None
    stream: Callable[[str, BinaryIO], Iterator[Page | ReportItem | Withdrawal]] | None = None
    captures: bool = False  # of the web, in records that are packed one by one
    count: Callable[[bytes], int] | None = None  # records in the beginning of a stream
    most: int = MAX_FILE_BYTES >> 20  # MiB that ``read`` may be given
    binary: bool = False  # whether the bytes may be other than text


def _text(file: File) -> ReadItems:
    if addresses_of(file.ending, file.data):
        yield from _list(file)
    elif is_dispatch(file.data):
        yield from read_dispatches(file.origin, file.data, file.charset)
    elif saved.is_saved(file.data) or mail.is_mail(file.data) or mail.is_mailbox(file.data):
        yield from _mail(file)
    elif captions.is_transcript(file.data):
        yield from captions.read_captions(file.origin, file.data, file.charset)
    elif (text := decode(file.data, file.charset)) is None:
        yield failed(file.origin, "not text but binary data; save what it shows as .txt or .html")
    elif not (text := clean(text)).strip():
        yield failed(file.origin, "no text: the file holds only blanks")
    elif table.is_table(file.data):
        yield from records.until_hopeless(file.origin, table.read(file.origin, io.BytesIO(file.data), tabs=True))
    elif articles := exported(text):
        yield from records.read_items(file.origin, articles)
    elif printed := printed_page(text):
        yield Page(file.origin, printed.text, url=printed.url, source=printed.source)
    else:
        text, address = without_cache_bar(text)
        yield Page(file.origin, text, url=address)  # as it was scraped or copied, with any number of articles on it


def _captions(file: File) -> ReadItems:
    reader = ttml.read_ttml if ttml.is_ttml(file.data) else captions.read_captions
    return reader(file.origin, file.data, file.charset)


def _saved(file: File) -> ReadItems:
    return saved.read_saved(file.origin, file.data, file.url)


def _mail(file: File) -> ReadItems:
    if saved.is_saved(file.data):
        return _saved(file)
    if mail.is_mailbox(file.data):
        return mail.read_mailbox(file.origin, io.BytesIO(file.data))
    return mail.read_mail(file.origin, file.data)


def _markdown(file: File) -> ReadItems:
    return markdown.read(file.origin, file.data, charset=file.charset)


def _html(file: File) -> ReadItems:
    if saved.is_saved(file.data):
        return _saved(file)
    if reading_list(file.ending, file.data):
        return _list(file)
    if is_bundle_markup(file.data) and (listed := exported(clean(bundle_text(file.data, file.charset)))):
        return records.read_items(file.origin, listed)
    at = saved.kept_at(file.data)
    return (
        saved.as_kept(item, at) for item in html_page.read(file.origin, file.data, url=file.url, charset=file.charset)
    )


def _json(file: File) -> ReadItems:
    if reading_list(file.ending, file.data):
        return _list(file)
    is_feed = file.feeds is not None and feed.is_feed(file.data)
    return _feed(file) if is_feed else without_others(file.origin, records.read_json(file.origin, file.data))


def _lines(origin: str, stream: BinaryIO) -> Iterator[Page | ReportItem | Withdrawal]:
    ahead = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream))
    if sanity.is_dataset(ahead.peek(4096)):
        return sanity.read_dataset(origin, ahead.read(MAX_FILE_BYTES + 1))
    return without_others(origin, records.read_lines(origin, ahead))


def _feed(file: File) -> ReadItems:
    if file.feeds is None:
        yield failed(file.origin, "a feed, or other XML; feeds are read by: rag add, or News.add")
    else:
        yield from file.feeds(file.origin, file.data)


def _xml(file: File) -> ReadItems:
    if ttml.is_ttml(file.data):
        return _captions(file)
    if newsml.is_wire(file.data):
        return newsml.read_wire(file.origin, file.data, file.charset)
    if _PAGE.match(decode(file.data[:4096], file.charset) or ""):
        return _html(file)
    return _feed(file) if feed.is_feed(file.data) else others.read_records(file.origin, file.data, file.charset)


def _document(file: File) -> ReadItems:
    """Of whatever kind its bytes are, under whichever of the documents' endings."""
    try:
        if file.data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf"):
            yield from document_pages(file.origin, *read_rtf(file.data))
        elif file.data.startswith(b"PK") and (kind := kind_of_package(file.data)):
            with opened_package(file.data) as package:
                if kind == ".epub":
                    yield from read_epub(file.origin, package)
                else:
                    reader = read_docx if kind == ".docx" else read_odt
                    yield from document_pages(file.origin, *reader(package))
        elif is_pdf(file.data):
            yield from read_pdf(file.origin, file.data, file.url, file.ocr)
        elif file.data.startswith(b"PK"):
            yield failed(file.origin, "a damaged document, or a zip archive that is none; save it again")
        elif name := foreign(file.data):
            yield failed(file.origin, f"{name}, which is not read; save it as .docx, .rtf or .txt")
        elif saved.is_saved(file.data):
            yield from _saved(file)
        elif _PAGE.match(decode(file.data[:4096], file.charset) or ""):
            yield from _html(file)
        else:
            yield failed(file.origin, f"no {file.ending[1:]} document, though its name says so; name plain text .txt")
    except ReadError as error:
        yield failed(file.origin, str(error))


def _list(file: File) -> ReadItems:
    path = file.origin.split("#", maxsplit=1)[0]
    yield failed(file.origin, f"holds only web addresses; to fetch them: rag add {path}")


WIRE_TEXTS = (".ansi", ".anpa", ".iptc")
FORMATS: dict[str, Format] = {
    **dict.fromkeys((".txt", ".text", *WIRE_TEXTS), Format(_text, most=8)),
    ".eml": Format(_mail, most=16),
    ".mbox": Format(stream=mail.read_mailbox, count=mail.count_mails),
    **dict.fromkeys((".vtt", ".srt", ".ttml", ".dfxp"), Format(_captions, most=8)),
    **dict.fromkeys((".md", ".markdown", ".mdx"), Format(_markdown, most=2)),
    ".org": Format(lambda file: read_org(file.origin, file.data, file.charset), most=2),
    ".enex": Format(lambda file: read_notes(file.origin, file.data)),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Format(_html)),
    **dict.fromkeys((".mht", ".mhtml"), Format(_saved)),
    **dict.fromkeys((".docx", ".odt", ".epub"), Format(_document, binary=True)),
    **dict.fromkeys((".rtf", ".doc"), Format(_document, most=32, binary=True)),
    ".pdf": Format(_document, most=MAX_PDF_BYTES >> 20, binary=True),
    ".json": Format(_json),
    **dict.fromkeys((".jsonl", ".ndjson"), Format(stream=_lines, count=records.count_lines)),
    ".csv": Format(stream=table.read, count=table.count_rows),
    ".tsv": Format(stream=partial(table.read, tabs=True), count=partial(table.count_rows, tabs=True)),
    **dict.fromkeys((".xml", ".rss", ".atom", ".rdf", ".nitf", ".newsml"), Format(_xml, most=16)),
    **dict.fromkeys((".opml", ".urls"), Format(_list, most=4)),
    **dict.fromkeys(wacz.CRAWLS, Format(captures=True)),
}
"""Ending -> reader. A new format is a module beside this one and a line here."""

ARCHIVES = (".zip", ".wacz")
KINDS = (*FORMATS, *ARCHIVES)
"""The endings of the files that are read; each but those of archives also with ``.gz`` behind it."""

_MIB = 1 << 20
_READS = (
    "news is read from .txt, .md, .org, .html, .pdf, .eml, .mbox, .docx, .odt, .rtf, .epub, .enex, .json, .jsonl,"
    " .csv, .tsv, .xml, "
    "transcripts, feed files and crawls (.warc), also gzipped (.gz), and from .zip and .wacz"
)
_OTHERWISE_PACKED = (".zst", ".xz", ".bz2", ".7z", ".rar", ".tar", ".tgz", ".lz4")
_UNPACK = "packed in a way that is not unpacked here; unpack it first, or pack it as .gz or .zip"
_SAMPLE = 8 * _MIB  # of a file of records, by which their number is estimated
_PAGE = re.compile(r"\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype\s+html[^>]*>\s*)?<html\b", re.IGNORECASE)
_BROKEN = (EOFError, OSError, ValueError, BadZipFile, zlib.error)  # what damaged data raises


def format_of(path: Path | str) -> str | None:
    """The ending that decides the format ('.jsonl' for 'a.jsonl.gz'), or ``None`` for a kind that is not read."""
    name = Path(path).name.lower()
    bare = name.removesuffix(".gz")
    ending = Path(bare).suffix
    return ending if ending in FORMATS or (ending in ARCHIVES and bare == name) else None


def _kind_of(path: Path) -> str | None:
    """The same of a file that is there, by its content where its name says nothing."""
    return format_of(path) or content.ending_by_content(path)


def _is_read(path: Path) -> bool:
    """Whether a file in a folder is of a kind that is read."""
    return format_of(path) is not None or (content.may_tell(path.name) and content.ending_by_content(path) is not None)


def find(
    sources: Sequence[str | Path], passed_over: Callable[[Path], object] = lambda path: None
) -> Iterator[Path | str | ReportItem]:
    """The files and web addresses that the sources name, folders expanded in sorted order.

    A ``str`` is a web address. A file that is named itself and holds a list of addresses gives these addresses;
    inside a folder it is a file like the others. Of the files inside a folder, ``passed_over`` is called with those of
    kinds that are not read, but not with hidden ones. A source that is missing, of an unknown kind, or a folder without
    a readable file gives a failed ``ReportItem``.
    """
    for source in sources:
        path = Path(source)
        if scheme := re.match(r"([a-zA-Z][a-zA-Z0-9+.-]+)://", str(source)):
            address, kind = str(source).strip(), scheme[1].lower()
            if kind not in ("http", "https"):
                yield failed(str(source), f"{kind} addresses are not read; give an http or https address, or a path")
            elif is_web(address):
                yield address
            else:
                yield failed(str(source), "not a usable web address (no host); check the spelling")
            continue
        try:
            is_dir, is_file, exists = path.is_dir(), path.is_file(), path.exists()
        except (OSError, ValueError) as error:  # a name that the file system refuses
            yield failed(str(source), f"not a usable path ({plain_error(error)}); check the spelling")
            continue
        if is_dir:
            found = list(files_in(path, _is_read, passed_over, f"no news in this folder; {_READS}"))
            texts = beside.files_of_lists([file for file in found if isinstance(file, Path)])
            yield from (file for file in found if file not in texts)
        elif not exists:
            yield failed(str(source), "no such file or folder; check the spelling and the folder you are in")
        elif not is_file:
            yield failed(str(source), "not a regular file; copy what it holds into a file and add that")
        elif _kind_of(path) is None:
            ending = path.suffix.lower()
            why = f"files of kind {ending!r} are not read" if ending else "the name has no ending that shows its kind"
            yield failed(str(source), f"{why}; {_READS}")
        else:
            ending = format_of(path) or ""
            most = FORMATS[ending].most * _MIB if ending in FORMATS else 0
            yield from addresses_of_file(path, ending, most) or (path,)


def size(path: Path) -> int:
    """About how many pages :func:`read` will give, for a progress bar: the records of a file of them, one of others.

    Exact for files of records up to 8 MiB; of longer ones the beginning is counted, of archives the members.
    """
    ending = _kind_of(path) or ""
    count = FORMATS[ending].count if ending in FORMATS else None
    try:
        if ending in ARCHIVES:
            return max(len(archive.member_names(path, format_of)), 1)
        if count is None:
            return 1
        with path.open("rb") as packed:
            with gunzipped(path.name, packed, Budget(path.stat().st_size)) as stream:
                sample = stream.read(_SAMPLE)
            found = count(sample)
            return max(found if len(sample) < _SAMPLE else found * path.stat().st_size // packed.tell(), 1)
    except (Wrong, Bomb, *_BROKEN):
        return 1


def read(path: Path, feeds: Feeds | None = None, ocr: Ocr | None = None) -> ReadItems:
    """The pages of one file, in its order, each with the path as given in ``origin``: 'news.jsonl#line 3',
    'news.zip#folder/a.html', 'news.zip#b.csv#line 17'.

    Files of lines (JSONL, CSV) are read as streams and need the memory of one record; other formats are read whole,
    up to ``MAX_FILE_BYTES`` or what their format allows. ``feeds`` reads the bytes of RSS and Atom files, ``ocr``
    the pictures of pages.
    """
    origin, ending = str(path), _kind_of(path)
    try:
        if ending == ".zip" and (data := document_under_zip(path)):
            yield from read_bytes(origin, ".docx", data)
        elif ending == ".wacz" or (ending == ".zip" and wacz.is_wacz(path)):
            yield from wacz.read_wacz(origin, path, read_bytes, FORMATS)
        elif ending == ".zip":
            yield from _members(path, feeds, ocr)
        elif listed := beside.list_beside(path):
            yield from beside.read_list(path, listed, read_bytes)
        elif ending and FORMATS[ending].captures:
            with path.open("rb") as packed:
                yield from warc.read_crawl(origin, packed, Budget(path.stat().st_size), read_bytes, FORMATS)
        else:
            yield from _read(origin, ending, unpacked(path), feeds, ocr=ocr)
    except Wrong as error:
        yield failed(origin, str(error))
    except OSError as error:
        yield failed(origin, f"cannot be read ({plain_error(error)})")
    except Bomb:
        yield failed(
            origin, "unfolds to more than text could; it was given up, and what had been read of it by then was kept"
        )


def _members(path: Path, feeds: Feeds | None, ocr: Ocr | None) -> ReadItems:
    """The pages of the files in an archive."""
    budget = Budget(path.stat().st_size)
    silent = True
    lists = beside.lists_of_archive(path)
    for member in archive.members(path, budget, lambda name: format_of(name) or "." not in name):
        if isinstance(member, ReportItem):
            yield member
            silent = False
            continue
        name, packed = member
        if why := unpublished(PurePosixPath(name)):
            silent = False
            yield not_news(f"{path}#{name}", why)
            continue
        if listed := next((one for one in lists if one.holds(name)), None):
            silent = False
            yield from listed.member(str(path), name, packed, read_bytes)
            continue
        ending, origin = format_of(name), f"{path}#{name}"
        ending = ending or content.ending_of_start(cast(io.BufferedReader, packed).peek(4096))
        silent = silent and ending is None
        if ending == ".wacz":
            yield from wacz.read_packed(origin, packed, read_bytes, FORMATS)
        elif ending and FORMATS[ending].captures:
            yield from wacz.read_member(origin, packed, budget, read_bytes, FORMATS)
        elif ending:
            yield from _read(origin, ending, gunzipped(name, packed, budget), feeds, ocr=ocr)
    if silent:
        raise Wrong("holds no file of a kind that is read")


def read_bytes(
    origin: str, ending: str, data: bytes, *, url: str | None = None, charset: str | None = None
) -> ReadItems:
    """The pages of bytes in the format that an ending names ('.html', '.csv'); what is no text fails, as do feeds.

    ``url`` is where they were fetched from, ``charset`` the encoding that the sender named; both count only where the
    bytes do not say it themselves.
    """
    return _read(origin, ending, nullcontext(io.BytesIO(data)), None, url, charset)


def _read(
    origin: str,
    ending: str | None,
    opening: AbstractContextManager[BinaryIO],
    feeds: Feeds | None,
    url: str | None = None,
    charset: str | None = None,
    ocr: Ocr | None = None,
) -> ReadItems:
    """The pages of a stream; whatever is wrong with it comes as a failed item after those that were read."""
    if ending not in FORMATS:
        packed = origin.lower().endswith(_OTHERWISE_PACKED)
        yield failed(origin, _UNPACK if packed else f"not a kind of file that is read; {_READS}")
        return
    found = FORMATS[ending]
    try:
        with opening as stream:
            if found.stream:
                yield from records.until_hopeless(origin, found.stream(origin, stream))
                return
            most = found.most * _MIB if ending == ".pdf" else min(found.most * _MIB, MAX_FILE_BYTES)
            data = stream.read(most + 1)
        if len(data) > most:
            reason = f"larger than {most >> 20} MiB unpacked, the most that is read of a {ending} file; split it"
            yield failed(origin, f"{reason}, or write its articles as .jsonl, which has no limit")
        elif not data.strip(b"\0 \t\r\n"):
            yield failed(origin, f"no text: the file {'holds only zeros' if data.strip() else 'is empty'}")
        elif not found.binary and crawl.is_crawl(data[:600]):
            yield from warc.read_crawl(origin, io.BytesIO(data), Budget(len(data)), read_bytes, FORMATS)
        elif not found.binary and is_document(data):
            yield from _document(File(origin, ending, data, feeds, url, charset, ocr))
        elif not found.binary and (name := foreign(data)):
            yield failed(origin, f"binary data ({name}), not text; save what it shows as .txt or .html")
        elif found.read:
            yield from found.read(File(origin, ending, data, feeds, url, charset, ocr))
    except EOFError:
        yield failed(origin, "the compressed data ends too early; fetch or compress the file again")
    except _BROKEN as error:
        yield failed(origin, f"cannot be read ({plain_error(error)})")
