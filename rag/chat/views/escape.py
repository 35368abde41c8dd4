"""Words of the chat: outside text made harmless, days as a person reads them. Pure: values in, strings out.

Article text, model text, titles, addresses and questions may all be hostile. They enter a page only through a template
(``render``: escaped, control characters removed) or ``plain``, addresses through ``safe_url`` (http and https only).
No markup of a model or an article is interpreted: Markdown and HTML show as the characters they are.
"""

from __future__ import annotations

import html
import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from rag.types import Article, Citation, Filters, TimelineRow, When, day

MAX_QUESTION = 1000  # characters of a question
MAX_COMMENT = 1000  # of a comment on an answer
MAX_SHOWN_TEXT = 200_000  # of an article that are shown

# Control characters, and marks that reorder letters: a headline must not rewrite its neighbours.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def visible(text: str | None) -> str:
    """``text`` without control characters and marks of direction."""
    return _UNSEEN.sub("", (text or "").replace("\r\n", "\n"))


def plain_html(text: str | None) -> str:
    """``text`` as HTML that shows exactly these characters and does nothing."""
    return html.escape(visible(text), quote=True)


def safe_url(url: str | None) -> str | None:
    """``url`` where it is a plain http(s) address, else ``None``; no credentials, no blanks, no controls."""
    if not url or len(url) > 2000 or re.search(r"[\s\\\"'<>`]", url) or _UNSEEN.search(url):
        return None
    try:
        parts = urlsplit(url)
        good = parts.scheme.lower() in ("http", "https") and parts.hostname and parts.username is None
    except ValueError:
        return None
    return url if good else None


def day_text(when: date) -> str:
    """28 Sep 2024"""
    return f"{when.day} {when:%b} {when.year}"


def span_text(row: TimelineRow) -> str:
    """When an event was, as exactly as it is known: '28 Sep 2024', 'Sep 2024', '2024', '28 Sep to 3 Oct 2024'."""
    first, last = row.first, row.last
    if first is None or last is None:
        return "no date"
    if first == last:
        return day_text(first)
    if row.precision == "month" and first.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{first:%b} {first.year}"
    if row.precision == "year" and (first.month, first.day, last.month) == (1, 1, 12) and first.year == last.year:
        return str(first.year)
    begin = f"{first.day} {first:%b}" if first.year == last.year else day_text(first)
    return f"{begin} to {day_text(last)}"


def cited_day(article: Article) -> str:
    """The day of an article: '28 Sep 2024', 'no date'."""
    published = day(article.published)
    return day_text(published) if published else "no date"


def begun_text(begun: str) -> str:
    """28 Sep 2024, 20:00; empty where ``begun`` is no moment in the form of ISO 8601."""
    try:
        when = datetime.fromisoformat(begun)
    except ValueError:
        return ""
    return f"{day_text(when)}, {when:%H:%M}"


def cited_when(citation: Citation) -> str:
    """The moment of a citation's article, and the page, the time of the entry or the number of the record."""
    return ", ".join(filter(None, (when_text(citation.article.published), citation.place)))


def when_text(when: When) -> str:
    """Sat 28 Sep 2024, 20:00 (the hour as printed in the article; its zone, where it is known)"""
    if when is None:
        return "no date"
    text = f"{when:%a} {day_text(when)}"
    if not isinstance(when, datetime):
        return text
    text += f", {when:%H:%M}"
    if (offset := when.utcoffset()) is None:
        return text
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    zone = f"{'−' if offset < timedelta(0) else '+'}{hours}" + (f":{minutes:02}" if minutes else "") if offset else ""
    return f"{text} UTC{zone}"


def body_text(article: Article) -> str:
    """The body as far as it is shown."""
    return article.body[:MAX_SHOWN_TEXT] + (" …" if len(article.body) > MAX_SHOWN_TEXT else "")


def scope_text(filters: Filters) -> str:
    """What a search was limited to, in words; empty where it was not."""
    since, until, as_of = (when and day_text(when) for when in (filters.since, filters.until, filters.as_of))
    parts = [
        f"{since} to {until}" if since and until else "",
        f"from {since}" if since and not until else "",
        f"until {until}" if until and not since else "",
        f"as of {as_of}" if as_of else "",
        *(
            ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
            for names in (filters.sources, filters.sections, filters.authors)
        ),
    ]
    return " · ".join(filter(None, parts))


def as_sentence(text: str) -> str:
    """``text`` with a capital first letter and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?" else ".")


def counted(n: int, one: str) -> str:
    """3 articles"""
    return f"{n:,} {one}" if n == 1 else f"{n:,} {one}s"
