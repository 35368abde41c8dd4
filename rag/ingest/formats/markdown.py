"""Markdown, with YAML front matter or without: one article a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rag.ingest.encoding import clean, decode, one_line
from rag.ingest.formats.exports.properties import page_of_note, properties_inside
from rag.ingest.formats.fields import plain_record
from rag.ingest.formats.parts.columns import KEYS
from rag.ingest.formats.parts.marked import links_alone, plain_markdown
from rag.ingest.formats.parts.withheld import refuse_not_out
from rag.ingest.formats.records import MAX_FIELD
from rag.ingest.formats.shapes import key_of
from rag.ingest.page import (
    TO_FETCH,
    LeftOut,
    Page,
    Withdrawal,
    date_not_understood,
    failed,
    instead_of_article,
    not_news,
)
from rag.ingest.segment.bylines import names_in
from rag.ingest.web.urls import is_web, site_of
from rag.text.timex.machine import parse_machine_stamp
from rag.types import ReportItem

_FRONT = re.compile(r"\s*---[ \t]*\n(?P<yaml>.{0,16384}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(?P<toml>.{0,16384}?)\n\+\+\+[ \t]*(?:\n|$)", re.DOTALL)
_JSON = re.compile(r"\s*---[ \t]*json[ \t]*\n(?P<json>.{0,16384}?)\n---[ \t]*(?:\n|$)", re.DOTALL)
_OF_PROGRAMS = re.compile(
    r"^[ \t]*\{%-?.*?-?%\}[ \t]*\n?|^[ \t]*\{:[^{}\n]*\}[ \t]*\n?|^[ \t]*\{\{[<%].*?[>%]\}\}[ \t]*\n?"
    r"|^(?:import\s[^\n]{0,300}?\bfrom\s+[\"'][^\n\"']+[\"'];?|export\s+(?:const|default)\s[^\n]*)[ \t]*\n",
    re.MULTILINE,
)
"""Lines for the programs that make pages of it: tags of Liquid and Hugo, attributes of kramdown, imports of MDX."""
_BARE = re.compile(
    r"\s*(?=(?:[A-Za-z][\w -]{1,20}:[^\n]*\n){0,8}?title:)"
    r"(?P<yaml>(?:[A-Za-z][\w -]{1,20}:[ \t]+[^\n]*(?:\n|$)){2,40})(?:\n|$)",
    re.IGNORECASE,
)
"""Lines of MultiMarkdown, as Pelican has them: 'Title: ...', 'Date: ...', without marks around them."""
_PROPERTIES = re.compile(
    r"(?P<title>\s*#[ \t]+[^\n]{1,400}\n)\s*\n?(?P<yaml>(?:[^\W\d_][\w -]{1,24}:[ \t]+[^\n]{1,2000}\n){2,40})(?:\n|$)"
)
"""Lines of an export of Notion: under the heading, its properties."""
_METADATA = re.compile(
    r"(?P<title>\s*#[ \t]+[^\n]{1,400}\n)\s*(?:!\[[^\n]*\n\s*)?(?:#{2,3}[ \t]+metadata[ \t]*\n\s*)?"
    r"(?P<yaml>(?:[-*][ \t]+[^\W\d_][\w -]{1,24}::?[ \t]+[^\n]{1,2000}\n){2,40})\s*"
    r"(?:#{2,3}[ \t]+(?:full document|article|content|text)[ \t]*\n)?",
    re.IGNORECASE,
)
"""The properties of an export of Readwise, as a list under the heading."""
_HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]{1,2000})(?<=\S)==")  # of Obsidian
_OF_OBSIDIAN = re.compile(
    r"!\[\[[^\[\]]{0,300}\]\]|^(?P<quoted>[ \t]*>[ \t>]*)\[![\w-]{1,20}\][+-]?[ \t]*(?P<title>[^\n]*)"
    r"|(?<!\w)%%(?:[^%]|%(?!%)){0,5000}%%|[ \t]\^[A-Za-z0-9-]{1,40}[ \t]*$",
    re.MULTILINE,
)
"""Pictures, marks of boxes, comments, and the names of paragraphs at their ends, which are no text."""
_OF_CLIPPERS = re.compile(
    r"^\[(?:read (?:on [\w ]{2,20}|original)|view (?:original|highlight)|open in [\w ]{2,20}"
    r"|original (?:source|article))\]"
    r"\([^()\n]{0,500}\)[ \t]*\n|^#[A-Za-z][\w/-]*(?:[ \t]+#[\w/-]+)*[ \t]*\n"
    r"|^#{1,3} (?:my )?(?:highlights|annotations|notes)[ \t]*\n(?:(?:[ \t]*>|[ \t]*[-*] |\s*\^)[^\n]*(?:\n|\Z)"
    r"|[ \t]*\n)+\Z",
    re.IGNORECASE | re.MULTILINE,
)
"""Links of readers' programs to themselves, lines of tags, and what was marked in the text, quoted once more."""
_NOTE_LINK = re.compile(r"\[\[(?:[^\[\]|]{0,300}\|)?([^\[\]|]{1,300})\]\]")
"""'[[Jane Doe]]', as Obsidian links its notes; what stands behind a bar is shown."""
_LINK_IN_TEXT = re.compile(r"\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\]")
_LINKED = re.compile(r"^\[([^\[\]]{1,300})\]\(https?://[^()\s]+\)$")
OF_A_NOTE = ("created", "added", "captured", "createdat", "createdtime", "lasteditedtime", "updated", "lastmodified")
"""Days of the note, not of the article in it."""
_HELD = r"[^\n]*(?:\n[ \t]+\S[^\n]*){0,40}"
_AS_GIVEN = ("id", "source", "section", "url", "language", "version", "correction", "embargo")
_PANDOC = re.compile(
    rf"%[ \t]*(?P<title>{_HELD})(?:\n%[ \t]*(?P<authors>{_HELD}))?(?:\n%[ \t]*(?P<date>{_HELD}))?[ \t]*(?:\n\s*\n|\n?$)"
)
"""The title block of pandoc: '% title', '% author; author', '% date', each with lines that go on behind a blank."""
_LONGEST_OUTLET = 50  # characters
_BESIDE_TITLE = re.compile(r"\s+[-–—|·•»:]+\s+|\s*[|·•]\s*")
"""What stands between a headline and its outlet in the title of a page."""


def read(origin: str, data: bytes, *, charset: str | None = None) -> Iterator[Page | ReportItem | Withdrawal]:
    """One article. ``charset`` is what its sender says of its encoding; it counts where the bytes are not UTF-8."""
    decoded = decode(data, charset)
    if decoded is None:
        yield failed(origin, "not text but binary data; save what it shows as .md or .txt")
        return
    text = clean(decoded)
    front = _JSON.match(text) or _FRONT.match(text) or _TOML.match(text) or _BARE.match(text)
    fields = _fields_of(front) if front else {}
    rest = text[front.end() :] if front and fields else text
    if not fields and (listed := _PROPERTIES.match(text)):
        found = {key_of(k): v.strip() for k, v in (line.split(":", 1) for line in listed["yaml"].splitlines())}
        if sum(any(name in keys for keys in KEYS.values()) for name in found) > 1:
            fields, rest = found, f"{listed['title']}\n{text[listed.end() :]}"
            fields = {name: value for name, value in found.items() if name not in OF_A_NOTE}
    if not fields and (listed := _METADATA.match(text)):
        lines = (re.sub(r"^[-*]\s+", "", line) for line in listed["yaml"].splitlines())
        found = {key_of(k): v.strip(": ") for k, v in (line.split(":", 1) for line in lines)}
        if sum(any(name in keys for keys in KEYS.values()) for name in found) > 1:
            fields, rest = found, f"{listed['title']}\n{text[listed.end() :]}"
    if not fields and (block := _PANDOC.match(text.lstrip())):
        fields, rest = _of_title_block(block), text.lstrip()[block.end() :]
    inside, rest = properties_inside(rest)
    yield from article_in(origin, inside | fields, rest)


def article_in(origin: str, fields: dict[str, Any], rest: str) -> Iterator[Page | ReportItem | Withdrawal]:
    """The article of a text in Markdown with its ``fields`` by the names of ``key_of``."""
    if not any(name in fields for name in KEYS["url"]):
        address, rest = page_of_note(rest)
        fields = fields | {"url": address} if address else fields
    rest = _without_marks_of_notes(_OF_CLIPPERS.sub("", _without_program_lines(rest)))
    heading, body = plain_markdown(rest)
    body = clean(body)  # once more, for what was written as entities
    heading = one_line(heading) if heading and len(heading) <= MAX_FIELD else None
    if not body.strip():
        yield failed(origin, "no text under the heading or front matter")
        return
    if links := links_alone(rest):
        yield failed(origin, f"a list of {links} links, no article; {TO_FETCH}")
        return
    yield from _article(origin, fields, body, heading)


def _article(
    origin: str, fields: dict[str, Any], body: str, heading: str | None
) -> Iterator[Page | ReportItem | Withdrawal]:
    """The article of a text with the fields of its front matter and its first heading."""
    record = plain_record({name: _line(value) for name, value in fields.items()} | {"text": body})
    stated, authors = record["published"], record["authors"]
    if isinstance(stated, list):
        stated = stated[0]
    stated = stated if isinstance(stated, str) else None
    if fields.get("draft") in ("true", "yes") or fields.get("published") in ("false", "no"):
        yield not_news(origin, "a draft, by its front matter; add it when it is out")
        return
    try:
        refuse_not_out(origin, record)
    except LeftOut as why:
        yield instead_of_article(origin, why)
        return
    published = parse_machine_stamp(stated or "")
    title = record["title"] or heading
    if title and (parts := _without_outlet(title, heading, record["url"])):
        title, outlet = parts
        if outlet and record["source"] in (None, site_of(record["url"] or "")):
            record["source"] = outlet
    page = Page(
        origin,
        body,
        whole=True,
        title=title,
        published=published,
        updated=parse_machine_stamp(record["updated"] or "", published=published),
        authors=tuple(authors) if isinstance(authors, list) else (),
        **{name: record[name] for name in _AS_GIVEN},
    )
    yield page.noted(date_not_understood(stated) if stated and published is None else None, *record["told"])


def _without_marks_of_notes(text: str) -> str:
    """The text of a note of Obsidian and its like without what is there for the note alone."""
    text = _HIGHLIGHT.sub(r"\1", _OF_OBSIDIAN.sub(_box_title, text))
    return _LINK_IN_TEXT.sub(_shown_link, text)


def _box_title(found: re.Match[str]) -> str:
    """The title of a box as a paragraph of its own; nothing of what else Obsidian marks."""
    return f"{found['quoted']}{found['title']}\n{found['quoted']}" if found["title"] else found["quoted"] or ""


def _shown_link(found: re.Match[str]) -> str:
    """What a link to a note shows: what stands behind its bar, else its name without the heading in it."""
    return found[2] or re.sub(r"[#^].*", "", found[1]).strip() or found[1]


def _of_title_block(block: re.Match[str]) -> dict[str, Any]:
    """The fields of a title block of pandoc, without those that it leaves empty."""
    people = re.split(r"\s*[;\n]\s*", block["authors"] or "")
    stated = {"title": one_line(block["title"]), "date": one_line(block["date"] or "")}
    names = [name for line in people if line for name in names_in(line)]
    return {name: value for name, value in {**stated, "authors": names}.items() if value}


def _without_outlet(title: str, heading: str | None, url: str | None) -> tuple[str, str | None] | None:
    """The headline of a title such as 'Ferry sold - The Post', and the outlet where the address is its site's.

    ``None`` for a title of which neither the heading of the text nor the address says that it has two parts.
    """
    site = site_of(url or "") if is_web(url or "") else None
    for mark in _BESIDE_TITLE.finditer(title):
        parts = title[: mark.start()].strip(), title[mark.end() :].strip()
        for headline, other in (parts, parts[::-1]):
            own = bool(site) and _is_of_site(other, str(site))
            same = heading is not None and heading.casefold() == headline.casefold()
            if headline and other and len(other) <= _LONGEST_OUTLET and (same or (own and len(headline) > len(other))):
                return headline, other if own else None
    return None


def _is_of_site(name: str, site: str) -> bool:
    """Whether a site may be that of an outlet: 'The Wold Messenger' and 'woldmessenger.example'."""
    words = [word for word in re.findall(r"\w+", name.casefold()) if word != "the"]
    label = key_of(max(site.split(".")[:-1] or [site], key=len))
    return len(label) > 1 and (label in ("".join(words), key_of(name), "".join(word[0] for word in words)))


def _fields_of(front: re.Match[str]) -> dict[str, Any]:
    """The fields of front matter in JSON (which YAML is more than), TOML or YAML."""
    if front.re is _TOML:
        return _toml(front["toml"])
    return _front_matter(front["json" if front.re is _JSON else "yaml"])


def _without_program_lines(text: str) -> str:
    """The text without what only programs read, but for what is shown as code."""
    parts = re.split(r"(^```.*?^```|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(_OF_PROGRAMS.sub("", part) if i % 2 == 0 else part for i, part in enumerate(parts))


def _front_matter(source: str) -> dict[str, Any]:
    """The fields, all values as the text that was written; none if the block is no front matter."""
    import yaml

    try:
        # BaseLoader builds no objects and guesses no types: a date keeps the precision it was written with,
        # 20:37 is not 1237, and a section 'No' is not False.
        loaded = yaml.load(source, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        # A headline with a colon in it is the usual reason; the lines still say what they say.
        pairs = re.findall(r"^([A-Za-z_]\w*)\s*:[ \t]*(.*)$", source, re.MULTILINE)
        loaded = {name: value.strip().strip("\"'") for name, value in pairs}
    return {key_of(str(name)): value for name, value in loaded.items()} if isinstance(loaded, dict) else {}


def _toml(source: str) -> dict[str, Any]:
    import tomllib

    try:
        loaded = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    texts = {name: value if isinstance(value, list | dict) else str(value) for name, value in loaded.items()}
    return {key_of(name): "true" if value == "True" else value for name, value in texts.items()}


def _line(value: Any) -> Any:
    """A value as one line, the items of a list likewise; None for what says nothing."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return [line for item in value if (line := _line(item))]
    line = one_line(_LINKED.sub(r"\1", _NOTE_LINK.sub(r"\1", value))) if isinstance(value, str) else ""
    return line if line.lower() not in ("", "null", "~") else None
