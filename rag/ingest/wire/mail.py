"""Mails that bring news: newsletters and releases, as mail programs save them (.eml) or as text with its headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

from rag.ingest.encoding import clean, decode, one_line
from rag.ingest.formats.records import failed
from rag.ingest.html.fragment import fragment_text
from rag.ingest.page import Page, date_not_understood
from rag.text.timex.machine import parse_machine_stamp
from rag.types import ReportItem

_HEADERS = re.compile(rb"(?:[\w-]{2,40}:[^\n]*\n(?:[ \t]+[^\n]*\n)*){2,100}\r?\n")
_SUBJECT = re.compile(rb"^subject:", re.IGNORECASE | re.MULTILINE)
_SENT = re.compile(rb"^(?:from|date|message-id):", re.IGNORECASE | re.MULTILINE)
_SIGNATURE = re.compile(
    r"\n-- ?\n.*|\n[^\n]{0,60}\b(?:unsubscribe|abbestellen|désabonner|darse de baja)\b.*", re.S | re.I
)
_LEAST = 40  # characters before what is taken for a signature
_WEB_TEXT = re.compile(r"\[?\(?<?https?://\S+[>)\]]*")


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin with the headers of a mail: a subject, and who sent it or when."""
    found = _HEADERS.match(data[:65536].lstrip())
    return found is not None and bool(_SUBJECT.search(found[0])) and len(_SENT.findall(found[0])) > 1


def read_mail(origin: str, data: bytes) -> Iterator[Page | ReportItem]:
    """The article that a mail is, or why it is none."""
    mail = BytesParser(policy=policy.default).parsebytes(data.lstrip())
    try:
        title, sender, stated = (one_line(str(mail[name] or "")) for name in ("subject", "from", "date"))
        text = _body(mail)
    except (ValueError, LookupError, KeyError, AttributeError, IndexError, TypeError) as error:  # of broken headers
        yield failed(origin, f"a mail that cannot be read ({type(error).__name__}); save its text as .txt")
        return
    cut = _SIGNATURE.sub("", text)
    text = (cut if len(cut) >= _LEAST else text).strip()
    if not text:
        yield failed(origin, "a mail without a text; save what it shows as .txt")
        return
    published = parse_machine_stamp(stated) or parse_machine_stamp(re.sub(r"\s*\([^()]*\)$", "", stated))
    page = Page(
        origin,
        text,
        whole=True,
        title=re.sub(r"^(?:(?:fwd?|re|aw|wg|tr)\s*:\s*)+", "", title, flags=re.IGNORECASE) or None,
        published=published,
        source=parseaddr(sender)[0] or parseaddr(sender)[1].rpartition("@")[2] or None,
    )
    yield page if published or not stated else page.noted(date_not_understood(stated))


def _body(mail: EmailMessage) -> str:
    """The text of its best part: plain where that is more than a hint to look at the other."""
    plain, rich = (_content(mail, kind) for kind in ("plain", "html"))
    shown = fragment_text(rich) if rich else ""
    words = _WEB_TEXT.sub("", plain)
    text = shown if 2 * len(words) < len(shown) or not words.strip() else plain
    return clean(text)


def _content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    if part is None:
        return ""
    raw = part.get_payload(decode=True)
    return (decode(raw, part.get_content_charset()) or "") if isinstance(raw, bytes) else ""
