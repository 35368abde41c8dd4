"""Items in ninjs, the IPTC's JSON for news: versions 1.x, 2.x and 3.x, by whichever names these give a field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rag.errors import ReadError
from rag.ingest.dispatches import marks
from rag.ingest.encoding import clean, one_line
from rag.ingest.html.fragment import fragment_text
from rag.ingest.page import Page, Withdrawal, date_not_understood, not_news
from rag.ingest.segment.bylines import byline, copyright_holder, people
from rag.ingest.web.urls import is_web, site_of
from rag.ingest.wire.checks import embargo_of
from rag.ingest.wire.markup import coded_language, parse_xml
from rag.ingest.wire.nitf import wire_text
from rag.text.timex.machine import parse_machine_stamp
from rag.text.timex.stamps import earlier
from rag.types import ReportItem, When

OWN_NAME = "urn:x-rag:"
"""What the identifiers begin with that ``rag export`` makes of an article's id."""

_TEXTUAL = ("text", "composite", "")
_WITHDRAWN = {"canceled": "canceled", "cancelled": "canceled", "withheld": "withheld"}
_SHORT_ROLES = re.compile(r"summary|lead|teaser|abstract|caption|ingress|short|push|sms", re.IGNORECASE)
_WROTE = re.compile(r"author|creator|writer|byline|reporter|contributor", re.IGNORECASE)
_NOT_ARTICLE = "no article: "
_SHOWN = 300  # characters of a note
_HEADS = 4  # paragraphs in which a text may repeat its headline, its byline or its source

Named = Mapping[str, Any]


def ninjs_in(record: Any) -> Named | None:
    """The fields of an item in ninjs by their names in lower case; None for any other record."""
    if not isinstance(record, Mapping):
        return None
    inner = record.get("item")
    if isinstance(inner, Mapping) and "uri" in inner:  # as feeds of agencies wrap it
        record = inner
    low = {str(name).lower().lstrip("$"): value for name, value in record.items()}
    if not isinstance(low.get("uri"), str):
        return None
    standard = low.get("standard")
    stated = isinstance(standard, Mapping) and str(standard.get("name", "")).lower() == "ninjs"
    listed = any(_values(low.get(name)) for name in ("headlines", "bodies"))
    marked = any(name in low for name in ("versioncreated", "pubstatus", "eventdetails", "renditions"))
    return low if stated or listed or marked else None


def ninjs_item(origin: str, item: Named) -> Page | Withdrawal | ReportItem:
    """The article of an item; or what it takes back; or why it is none."""
    name, url = _names(item)
    version = _count(item.get("version"))
    sent = _when(item, "versioncreated")
    title = _title(item)
    note = one_line(str(item.get("ednote") or ""))[:_SHOWN]
    if why := _WITHDRAWN.get(str(item.get("pubstatus")).lower()):
        return Withdrawal(origin, name, why, version, sent, url, note or title or None)
    kind = str(item.get("type") or ("event" if "eventdetails" in item else "")).lower()
    if kind not in _TEXTUAL:
        return not_news(origin, f"{_NOT_ARTICLE}{kind}")
    source = _source(item)
    body, summary = _body(item, title, source), _described(item)
    if not title or not re.search(r"\w{2}", body or summary):
        return ReportItem(origin, "failed", reason="no headline in it" if not title else "no text in it")
    published = _when(item, "firstpublished", "firstcreated", "contentcreated") or sent
    page = Page(
        origin,
        body or summary,
        whole=True,
        id=name,
        title=title,
        published=published,
        updated=sent if sent and published and earlier(published, sent) else None,
        source=source or None,
        section=_section(item),
        url=url,
        authors=_authors(item, source),
        language=coded_language(str(item.get("language") or "")),
        version=version,
        correction=(note if marks.says_corrected(note) else title if marks.headline_corrects(title) else "") or None,
        embargo=embargo_of(str(item.get("embargoed") or "")),
    )
    stated = next((str(item[n]) for n in ("firstcreated", "contentcreated", "versioncreated") if item.get(n)), "")
    return page.noted(
        None if body else "only its summary is there (in 'descriptions')",
        date_not_understood(stated) if stated and published is None else None,
    )


def without_others(origin: str, items: Iterable[Any]) -> Iterator[Any]:
    """The items of a file; pictures, plans and what else in ninjs is no text are told in one line at its end."""
    others: Counter[str] = Counter()
    first: ReportItem | None = None
    for item in items:
        if isinstance(item, ReportItem) and (item.reason or "").startswith(_NOT_ARTICLE):
            others[(item.reason or "").removeprefix(_NOT_ARTICLE)] += 1
            first = first or item
        else:
            yield item
    if first and sum(others.values()) == 1:
        yield first
    elif others:
        told = ", ".join(f"{count} × {kind}" for kind, count in others.most_common())
        yield not_news(origin, f"left out, no articles: {told}")


def _names(item: Named) -> tuple[str | None, str | None]:
    """The identifier of an item and its address; an item that is named by its address is known by that."""
    uri = one_line(str(item.get("guid") or item["uri"]))[:1000]
    others = item.get("altids")
    given = [n for n in others if isinstance(n, Mapping)] if isinstance(others, list) else []
    if isinstance(others, Mapping):
        given = [{"role": role, "value": value} for role, value in others.items()]
    pages = (str(n.get("value")) for n in given if str(n.get("role")).lower() in ("url", "web", "canonical", "link"))
    url = next((page for page in pages if is_web(page)), None)
    if uri.startswith(OWN_NAME):
        return own_id(uri), url
    return (None if uri == url else uri or None), url


def own_id(name: str) -> str | None:
    """The id of an article in an identifier that ``rag export`` made of it; None for any other."""
    return name.removeprefix(OWN_NAME) or None if name.startswith(OWN_NAME) else None


def _count(stated: Any) -> int | None:
    text = str(stated if stated is not None else "").strip()
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None


def _when(item: Named, *names: str) -> When:
    return next((when for name in names if (when := parse_machine_stamp(str(item.get(name) or "")))), None)


def _values(listed: Any) -> list[Named]:
    """The entries of a list that hold a text."""
    if not isinstance(listed, list):
        return []
    low = ({str(k).lower(): v for k, v in one.items()} for one in listed[:200] if isinstance(one, Mapping))
    return [one for one in low if isinstance(one.get("value"), str) and one["value"].strip()]


def _title(item: Named) -> str:
    """The headline: the one that is the main one, else the first; else what names the item."""
    listed = sorted(_values(item.get("headlines")), key=lambda one: str(one.get("role", "main")).lower() != "main")
    found = [one["value"] for one in listed]
    found += [item["headline"]] if isinstance(item.get("headline"), str) else []
    own = sorted((n for n in item if n.startswith("headline_")), key=lambda n: n != "headline_main")
    found += [item[n] for n in own if isinstance(item[n], str)]
    found += [item["title"]] if isinstance(item.get("title"), str) else []
    return next((line for text in found if (line := one_line(re.sub(r"<[^<>]{1,80}>", "", text))[:_SHOWN])), "")


def _body(item: Named, title: str, source: str) -> str:
    """The best of the forms of its text: the longest with markup, unless plain text has far more."""
    forms = [
        (str(one.get("contenttype") or ""), str(one.get("role") or ""), one["value"])
        for one in _values(item.get("bodies"))
    ]
    own = [n for n in item if n.startswith("body_") or n == "body"]
    forms += [(n, n, item[n]) for n in own if isinstance(item[n], str)]
    whole = [form for form in forms if not _SHORT_ROLES.search(form[1])] or forms
    read = [(_form(*form), _without_head(_text(*form), title, source)) for form in whole]
    best = {kind: max((text for k, text in read if k == kind), key=len, default="") for kind in ("marked", "plain", "")}
    if len(best["marked"]) >= 0.6 * len(best["plain"]):
        return best["marked"] or best[""]
    return best["plain"]


def _form(kind: str, role: str, value: str) -> str:
    """'marked' for HTML and NITF, 'plain', or '' for the XML of an agency of its own."""
    start, named = value.lstrip()[:400].lower(), f"{kind} {role}".lower()
    if re.match(r"(?:<\?xml[^>]*>\s*)?(?:<!doctype[^>]*>\s*)?<(?:nitf|html|p|div|section|article|h\d|body)\b", start):
        return "marked"
    if "html" in named or "rich" in named:
        return "marked"
    return "" if "xml" in named and start.startswith("<") else "plain"


def _text(kind: str, role: str, value: str) -> str:
    """One form of a text as plain paragraphs."""
    kind = f"{kind} {role}".lower()
    start = value.lstrip()[:400].lower()
    if "<nitf" in start:
        try:
            return wire_text(parse_xml(value)[0]).text
        except ReadError:
            return fragment_text(value)
    if "html" in kind or "nitf" in kind or "xml" in kind or re.match(r"<(?:p|div|section|article|html)\b", start):
        return fragment_text(f"<div>{value}</div>")
    return "\n".join(row.strip() for row in clean(value).split("\n")).strip()


def _without_head(text: str, title: str, source: str) -> str:
    """The text without the headline, the byline and the outlet that some forms repeat above it."""
    rows = re.split(r"(\n+)", text)
    plain = re.sub(r"\W", "", title.lower())
    at = 0
    while at < min(len(rows), 2 * _HEADS):
        row = one_line(rows[at])
        short = len(row) <= 60 and not row.endswith((".", "!", "?", "”", "»"))
        of_source = bool(source) and short and row.lower().endswith(source.lower())
        if re.sub(r"\W", "", row.lower()) == plain or of_source or (short and byline(row) is not None) or not row:
            at += 2
        else:
            break
    return "".join(rows[at:]).strip() or text


def _described(item: Named) -> str:
    listed = [one["value"] for one in _values(item.get("descriptions"))]
    own = [n for n in item if n.startswith("description_") or n in ("description", "abstract")]
    listed += [item[n] for n in own if isinstance(item[n], str)]
    return max((fragment_text(text) for text in listed), key=len, default="")


def _source(item: Named) -> str:
    """Whose item it is: who holds the rights, else who informed, else the name in its notice or its identifier."""
    holder = item.get("copyrightholder")
    given = [holder if isinstance(holder, str) else None, item.get("source"), item.get("provider")]
    listed = item.get("infosources")
    given += [one.get("name") for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    given += [holder.get("name")] if isinstance(holder, Mapping) else []
    if name := next((one_line(one)[:80] for one in given if isinstance(one, str) and one.strip()), ""):
        return name
    notice = str(item.get("copyrightnotice") or "")
    if notice and (named := copyright_holder(one_line(notice)[:200])):
        return named
    uri = str(item["uri"])
    urn = re.match(r"(?:urn:newsml|tag):([\w-]+(?:\.[\w-]+)+)[:,]", uri)
    return site_of(uri) if is_web(uri) else urn[1] if urn else ""


def _authors(item: Named, source: str) -> tuple[str, ...]:
    lines = [item.get("by"), item.get("byline")]
    for name in ("bylines", "authors", "people", "creators"):
        listed = item.get(name)
        persons = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
        wrote = (p for p in persons if name != "people" or _WROTE.search(str(p.get("rel") or "")))
        lines += [person.get("by") or person.get("name") for person in wrote]
    found = people([line for line in lines if isinstance(line, str)], (source,))
    return tuple(name for name in found if not name.startswith("The "))


def _section(item: Named) -> str | None:
    """The first of its subjects of the highest level of the IPTC's topics, or the desk that an agency names."""
    for name in ("subjects", "subject", "service"):
        given = item.get(name)
        listed = given if isinstance(given, list) else []
        for one in listed:
            if not isinstance(one, Mapping) or not isinstance(one.get("name"), str):
                continue
            code = str(one.get("literal") or one.get("code") or one.get("uri") or "").rstrip("/")
            top = re.search(r"(?:^|\D)\d{2}000000$", code) is not None
            if (top or name == "service" or len(listed) == 1) and 0 < len(one["name"]) <= 40:
                return one_line(one["name"]) or None
    return None
