"""Mails that bring news: newsletters and releases, as mail programs save them (.eml, .mbox) or as text with headers.

A mail is one article, and a newsletter with several stories (:mod:`.newsletter`) one for each. Of a forwarded mail the
inner one counts; what is quoted, signatures and footers (:mod:`.letters`) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from typing import BinaryIO

from rag.ingest.encoding import clean, decode, one_line
from rag.ingest.html.fragment import fragment_text
from rag.ingest.page import TO_FETCH, Page, date_not_understood, failed, not_news
from rag.ingest.segment.bylines import looks_like_name
from rag.ingest.wire import letters
from rag.ingest.wire.newsletter import stories
from rag.text.timex.machine import parse_machine_stamp
from rag.types import ReportItem

MAX_MAIL = 16 << 20
"""The most bytes of a mail with what is attached to it."""

MAX_PARTS_OF_MAIL = 10_000
"""Lines of a mail that may end a part; the email package takes time for each."""

_HEADERS = re.compile(rb"(?:[\w-]{2,40}:[^\n]*\n(?:[ \t]+[^\n]*\n)*){2,100}\r?\n")
_SUBJECT = re.compile(rb"^subject:", re.IGNORECASE | re.MULTILINE)
_ALERT = re.compile(rb"^from:[^\n]{0,80}<?googlealerts-noreply@google\.", re.IGNORECASE | re.MULTILINE)
_FOUND = re.compile(rb"[?&](?:amp;)?url=3?D?(https?(?::|%3A)[^&\s>\"]{4,200})", re.IGNORECASE)
_SENT = re.compile(rb"^(?:from|date|message-id):", re.IGNORECASE | re.MULTILINE)
_POSTMARK = re.compile(rb"From (?=\S)[^\n]{0,200}?\b\d{1,2}:\d\d(?::\d\d)?\b[^\n]{0,40}\b\d{4}\b[^\n]{0,20}\r?\n")
"""The line before each mail of a mailbox: 'From desk@wire.example Tue Mar  5 10:15:00 2024'."""
_SENDER = re.compile(
    r"(?P<writer>[^,|@]{4,50}?)(?:\s+(?:from|at|via|bei|chez|@)\s+|\s*[,|·]\s*|\s+[–—-]\s+)(?P<outlet>\S.{1,59})",
    re.IGNORECASE,
)
_WEB_TEXT = re.compile(r"\[?\(?<?https?://\S+[>)\]]*")
_QUOTED = re.compile(r"gmail_quote|type=[\"']?cite|yahoo_quoted|divRplyFwdMsg|moz-cite-prefix", re.IGNORECASE)
_ENCLOSES = 300  # characters of a mail around another one, at most, for that one to be what it brings
_SIGNED_ABOVE = 12  # lines of a letter, in one of which its writer may be named
_LONGEST_LIST_NAME = 60  # characters
_MAX_DEPTH = 5  # mails inside mails
_BROKEN = (ValueError, LookupError, KeyError, AttributeError, IndexError, TypeError, AssertionError, RecursionError)
"""What the email package raises for broken headers."""
_NO_NEWS = {
    "multipart/report": "a report of a mail server, no article",
    "multipart/encrypted": "encrypted; save its text as .txt",
    "application/pkcs7-mime": "encrypted or signed as a whole; save its text as .txt",
}


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin with the headers of a mail: a subject, and who sent it or when."""
    found = _HEADERS.match(data[:65536].lstrip())
    return found is not None and bool(_SUBJECT.search(found[0])) and len(_SENT.findall(found[0])) > 1


def is_mailbox(data: bytes) -> bool:
    """Whether the bytes begin as a file of mails does."""
    mark = _POSTMARK.match(data[:65536].lstrip())
    return mark is not None and bool(_HEADERS.match(data[:65536].lstrip()[mark.end() :]))


def count_mails(sample: bytes) -> int:
    """How many mails the beginning of a mailbox holds."""
    return max(sum(1 for line in sample.split(b"\n") if _POSTMARK.fullmatch(line + b"\n")), 1)


def read_mailbox(origin: str, stream: BinaryIO) -> Iterator[Page | ReportItem]:
    """The articles of a file of mails, each mail by itself; of copies with one Message-ID the first."""
    seen: set[str] = set()
    copies = number = 0
    empty = True
    for data in _mails(stream):
        number += 1
        empty = empty and data is not None and not data.strip()
        where = f"{origin}#mail {number}"
        if data is None:
            yield failed(where, f"mail {number} is larger than {MAX_MAIL >> 20} MiB; save its text as .txt")
            continue
        if not is_mail(data):
            if data.strip():
                yield failed(where, f"mail {number} has no subject, sender and day; is this a mailbox (mbox)?")
            continue
        name = re.search(rb"^message-id:\s*(<[^<>\s]{3,400}>)", data[:65536], re.IGNORECASE | re.MULTILINE)
        if name and (key := name[1].decode("latin-1")) in seen:
            copies += 1
            continue
        if name:
            seen.add(key)
        yield from read_mail(where, data)
    if copies:
        noun = "mails are copies of others in the file" if copies > 1 else "mail is a copy of another in the file"
        yield not_news(origin, f"{copies} {noun} (the same Message-ID)")
    if empty:
        yield failed(origin, "no text: the file is empty")


def _mails(stream: BinaryIO) -> Iterator[bytes | None]:
    """The mails of a stream, without their postmarks; ``None`` for one that is too large."""
    held: list[bytes] = []
    size = 0
    blank = True
    while line := stream.readline(1 << 20):
        if blank and line.startswith(b"From ") and _POSTMARK.fullmatch(line):
            if held:
                yield b"".join(held) if size <= MAX_MAIL else None
            held, size = [], 0
            continue
        blank = not line.strip()
        size += len(line)
        if size <= MAX_MAIL:
            held.append(line[1:] if re.match(rb">+From ", line) else line)
    if held:
        yield b"".join(held) if size <= MAX_MAIL else None


def read_mail(origin: str, data: bytes) -> Iterator[Page | ReportItem]:
    """The articles of a mail, or why it holds none."""
    if data.count(b"\n--") > MAX_PARTS_OF_MAIL:
        yield failed(origin, f"a mail of more than {MAX_PARTS_OF_MAIL:,} parts; save its text as .txt")
        return
    if _ALERT.search(data[:16384]):
        links = len(set(_FOUND.findall(data)))
        yield failed(origin, f"a Google Alert, a list of {links} links, no article; {TO_FETCH}")
        return
    try:
        mail = BytesParser(policy=policy.default).parsebytes(data.lstrip())
        found = list(_articles(origin, mail, 0))
    except _BROKEN as error:
        found = [failed(origin, f"a mail that cannot be read ({type(error).__name__}); save its text as .txt")]
    yield from found


def _articles(origin: str, mail: EmailMessage, depth: int) -> Iterator[Page | ReportItem]:
    if why := _NO_NEWS.get(mail.get_content_type()):
        reported = not_news if why.endswith("no article") else failed
        yield reported(origin, f"a mail that is {why}")
        return
    title, sender, stated = (one_line(str(mail[name] or "")) for name in ("subject", "from", "date"))
    plain, rich = (_content(mail, kind) for kind in ("plain", "html"))
    text = _body(plain, rich)
    inner = list(_enclosed(mail)) if depth < _MAX_DEPTH else []
    if inner and (letters.FORWARDING.match(title) or len(text) <= _ENCLOSES):
        for number, part in enumerate(inner, 1):
            yield from _articles(f"{origin}#item {number}" if len(inner) > 1 else origin, part, depth + 1)
        return
    published = parse_machine_stamp(stated) or parse_machine_stamp(re.sub(r"\s*\([^()]*\)$", "", stated))
    if forwarded := letters.forwarded_in(text, title):
        title, sender, text = forwarded.subject or title, forwarded.sender, forwarded.text
        published, stated = (forwarded.published or published), ("" if forwarded.published else stated)
    text = letters.without_trackers(letters.without_footer(letters.without_quotes(text) or text))
    writer, outlet = _of_whom(parseaddr(sender)[0])
    authors = (writer,) if writer else ()
    section = _list_name(one_line(str(mail["list-id"] or "")))
    source = (
        outlet
        or parseaddr(sender)[0]
        or parseaddr(sender)[1].rpartition("@")[2]
        or re.sub(r"\s*<.*", "", sender)
        or None
    )
    told = None if published or not stated else date_not_understood(stated)
    if several := stories(rich) if rich else []:
        for number, story in enumerate(several, 1):
            where = f"{origin}#item {number}"
            yield Page(
                where,
                story.text,
                whole=True,
                title=story.title,
                published=published,
                source=source,
                section=section,
                url=story.url,
                authors=authors,
            ).noted(told)
    elif text:
        title = letters.REPLYING.sub("", title) or ""
        text = _without_name(text, writer) if writer else text
        yield Page(
            origin,
            text,
            whole=True,
            title=title or None,
            published=published,
            source=source,
            section=section,
            authors=authors,
        ).noted(told)
    else:
        yield failed(origin, "a mail without a text; save what it shows as .txt")


def _list_name(list_id: str) -> str | None:
    """What a List-Id calls its list: 'Morning Tide <77.tide.list-id.example>', else the first name in its address."""
    found = re.fullmatch(r"\"?(?P<name>[^<>\"]*?)\"?\s*<?(?P<first>[^<>.\s]*)[^<>\s]*>?", list_id)
    if found is None:
        return None
    first = found["first"] if re.search(r"[^\W\d_]{3}", found["first"]) else ""
    return (found["name"].strip() or first)[:_LONGEST_LIST_NAME] or None


def _of_whom(name: str) -> tuple[str | None, str | None]:
    """(writer, outlet) of a sender such as 'Nora Quist from The Sluice' or 'Nora Quist | The Sluice'."""
    found = _SENDER.fullmatch(one_line(name))
    if found and len(found["writer"].split()) > 1 and looks_like_name(found["writer"]):
        return found["writer"], found["outlet"]
    return None, None


def _without_name(text: str, writer: str) -> str:
    """The text without the line above it that has the writer's name and nothing else."""
    lines = text.split("\n")
    at = next((i for i, line in enumerate(lines[:_SIGNED_ABOVE]) if one_line(line) == writer), None)
    return text if at is None else "\n".join([*lines[:at], *lines[at + 1 :]])


def _enclosed(mail: EmailMessage) -> Iterator[EmailMessage]:
    """The mails that are attached to a mail, but not those attached to these."""
    for part in mail.iter_parts() if mail.is_multipart() else ():
        if part.get_content_type() == "message/rfc822":
            held = part.get_payload()
            whole = held[0] if isinstance(held, list) and held else None
            if isinstance(whole, EmailMessage):
                yield whole
        elif part.get_content_maintype() == "multipart" and isinstance(part, EmailMessage):
            yield from _enclosed(part)


def _body(plain: str, rich: str) -> str:
    """The text of the best part: plain where that is more than a hint to look at the other."""
    shown = fragment_text(_without_cited(rich)) if rich else ""
    words = _WEB_TEXT.sub("", plain)
    text = shown if 2 * len(words) < len(shown) or not words.strip() else plain
    return clean(text).strip()


def _without_cited(rich: str) -> str:
    """HTML without what mail programs mark as quoted, unless that is what is forwarded."""
    if not _QUOTED.search(rich) or re.search(
        r"forwarded message|weitergeleitete|transféré|reenviado|inoltrat", rich, re.I
    ):
        return rich
    from lxml import etree
    from lxml import html as lxml_html

    try:
        tree = lxml_html.document_fromstring(rich[: 1 << 20])
        for element in list(tree.iter("div", "blockquote")):
            named = f"{element.get('class') or ''} {element.get('id') or ''}"
            cited = element.tag == "blockquote" and (element.get("type") == "cite" or "gmail_quote" in named)
            if element is not tree and (cited or re.search(r"\b(?:gmail_quote|yahoo_quoted|moz-cite-prefix)\b", named)):
                element.drop_tree()
        return str(lxml_html.tostring(tree, encoding="unicode"))
    except (etree.LxmlError, ValueError, AssertionError):
        return rich


def _content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    if part is None:
        return ""
    raw = part.get_payload(decode=True)
    return (decode(raw, part.get_content_charset()) or "") if isinstance(raw, bytes) else ""
