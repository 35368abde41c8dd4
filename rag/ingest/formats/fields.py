"""The fields of an article record: what others call them, and the shapes that other programs export them in.

What :func:`plain_record` gives has the names of ``FIELDS``, and values as ``page`` of :mod:`.records` takes them. What
is not understood stays as it is, so that the message about it names what stands there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rag.ingest.encoding import one_line
from rag.ingest.formats.exports.contentful import contentful_records
from rag.ingest.formats.exports.live import has_entries, text_of_entries
from rag.ingest.formats.exports.notion import notion_record
from rag.ingest.formats.parts.columns import KEYS, with_meant
from rag.ingest.formats.parts.kept import CLIPPED, OF_KEEPERS, of_the_page, origin_inside, outlet_in_head
from rag.ingest.formats.parts.links import links_to_page, page_link, whole_address
from rag.ingest.formats.parts.marked import is_markdown, text_of_markdown
from rag.ingest.formats.parts.references import is_reference, resolved
from rag.ingest.formats.parts.social import headline_of_post, post_in
from rag.ingest.formats.parts.withheld import embargo_in, how_taken_back, notice_in, why_no_news
from rag.ingest.formats.shapes import (
    bare_value,
    embedded_by_wordpress,
    key_of,
    list_of_records,
    names_inside,
    of_one_language,
    person_named,
    printed_list,
    rich_text,
    stated_day,
    with_rest,
    with_zones,
)
from rag.ingest.html.fragment import fragment_text
from rag.ingest.page import embargo_not_understood
from rag.ingest.segment.bylines import SIGNED, names_in, names_joined
from rag.ingest.web.urls import is_web, site_of
from rag.text.timex.names import language_code, short_code

_INSIDE = frozenset(("fields", "_source", "attributes", "item"))
"""Objects that hold the rest of a record's fields."""
_INSIDE_OTHERS = frozenset("node document properties data metadata meta row object frontmatter post".split())
"""The same, where the record itself lacks a title or a text."""
_SHORTER = (
    "summary",
    "description",
    "leadparagraph",
    "lead",
    "excerpt",
    "abstract",
    "abstractnote",
    "snippet",
    "shortdescription",
    "hlead",
    *"openingtext teaser standfirst deck dek lede intro introduction ingress vorspann previewtext chapo".split(),
    *"chapeau entradilla sommario extract textsnippet hitsentence hitsentences bajada copete resumen resumo".split(),
    *"riassunto résumé zusammenfassung samenvatting streszczenie".split(),
)
"""Where nothing longer is there: of newsrooms, of those who watch the press."""
_NO_TEXT = re.compile(r"\W*(?:only available in (?:\w+ ){1,4}plans?|null|none|nan|n/?a|-)?\W*", re.IGNORECASE)
"""What stands for a text that is not given."""
_SITES = ("sourcedomain", "sourcehostname", "hostname", "domain")  # say whose page it is, where no outlet is named
_FIRST_OF_MANY = ("section", "source", "url", "language")  # of these one is enough
_NO_SECTIONS = (
    "article",
    "articles",
    "post",
    "posts",
    "page",
    "uncategorized",
    "uncategorised",
    "default",
    "rss",
    "none",
)
_TEXTS = (
    "rendered",
    "basic", "name", "title", "main", "original", "content", "text", "value", "#text", "label", "uri", "href",
    "domain", "$date", "$oid", "@id", "_text", "_cdata", "#cdata-section", "__cdata", "$t",
)  # fmt: skip
"""Fields of an object that stands for a text, best first."""
_HOLDERS = ("data", "attributes", "node", "fields", "nodes", "edges")
"""Fields of an object in which an interface keeps what it is: ``{"data": {"attributes": {"name": ...}}}``."""
_MARKUP = re.compile(
    r"</?(?:p|br|div|h[1-6]|li|ul|ol|blockquote|a|b|i|em|strong|span|img|figure)\b[^<>]{0,2000}>", re.I
)
_ESCAPED = re.compile(r"&lt;/?(?:p|br|div|h[1-6]|li)\b[^<>]{0,200}?/?&gt;", re.I)
_GLUED = re.compile(r"((?:[^\W\d_A-Z]{2}|\d|[)%])[.!?…][\"”’»]?)(?=[\"“„«]?[A-ZÀ-Þ][\w'’]*,? )")
"""The end of a sentence right before the next: where a program took the marks of paragraphs out of a text."""
_LEAST_GLUED = 2  # of such places; one is a slip of whoever wrote it
_INLINE = re.compile(r"</?(?:a|b|br|em|i|p|span|strong|sub|sup)\b[^<>]{0,300}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_BLOCK = re.compile(
    r"</?(?:p|div|h[1-6]|[uod]l|li|d[td]|blockquote|figure|table|tbody|thead|tr|t[dh]|section|article|aside|pre|hr"
    r"|form|header|footer|script|style)\b",
    re.IGNORECASE,
)
_NOT_ALONE = re.compile(r"@|\s[|•]\s|\(|\b(?:par|von)\s", re.IGNORECASE)
"""What a name has beside it that is none: an address, an outlet, who took the pictures."""
_WRITTEN_IN = re.compile(r"(?<=[^\W\d_]{2})\s+in\s+(?:the\s+)?[A-ZÀ-Þ][\w .'’-]{2,40}$")
"""Where somebody wrote from, behind the name: 'Tove Berg in Holmsund'."""
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_WHETHER = ("true", "yes", "false", "no", "1", "0", "-1")  # it is out, not when
SUMMARIES = frozenset(_SHORTER) - {"summary"}  # which holds the whole text in what readers of feeds export
_LIKE_A_DAY = re.compile(r"date|time(?!zone)|day$|publi|posted|issued|seen|datum|fecha|tag$")
_DIGITS = re.compile(r"(?:19|20)\d\d|\d[./]\d|\d{9}")
_CUT = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+?\d+ (?:more )?char(?:acter)?s\]\s*$")
"""What NewsAPI puts where it cuts a text."""


def records_in(document: Any) -> list[Any] | None:
    """The list of records inside an object that is none itself; None where there is none."""
    if not isinstance(document, Mapping) or (is_titled(document) and (_has_text(document) or has_entries(document))):
        return None
    if notion_record(document):
        return None
    return contentful_records(document) or list_of_records(resolved(document), is_titled, _likely, has_entries)


def _names_of_fields(record: Any) -> Mapping[str, Any]:
    return {key_of(name): value for name, value in _fields(record) if value not in _NOTHING}


def is_titled(record: Any) -> bool:
    """Whether an object has a field for a headline."""
    return isinstance(record, Mapping) and any(key_of(str(name)) in KEYS["title"] for name in record)


def has_own_text(record: Mapping[str, Any]) -> bool:
    """Whether a record has its text in itself, by any of its names."""
    named = _names_of_fields(record)
    return any(key in named for key in KEYS["text"])


def _has_text(document: Mapping[str, Any]) -> bool:
    found = ((key_of(str(name)), value) for name, value in document.items())
    return any(name in KEYS["text"] and _is_text(value) for name, value in found)


def _is_text(value: Any) -> bool:
    """Whether a value is a text: as it is, as WordPress sends it, in the typed pieces of a publishing system."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(v, Mapping) and "type" in v and not is_titled(v) for v in value)
    value = value.get("rendered") if isinstance(value, Mapping) else value
    return isinstance(value, str) and bool(value.strip())


def reads_as_article(record: Mapping[str, Any]) -> bool:
    """Whether it has a headline and a text by any of their names."""
    named = _names_of_fields(record)
    return any(key in named for key in KEYS["title"]) and any(key in named for key in KEYS["text"])


def _likely(record: Any) -> bool:
    """Whether it reads as an article's record: a title, and a text, an address or a day."""
    if not isinstance(record, Mapping):
        return False
    named = _names_of_fields(notion_record(record) or record)
    others = (*KEYS["text"], *_SHORTER, *KEYS["url"], *KEYS["published"])
    has_title = any(key in named for key in KEYS["title"]) or ("name" in named and "url" in named)
    return has_title and any(key in named for key in others)


def plain_record(record: Any) -> Any:
    """The record under our names; ``told`` in it lists what a reader should know of what was left behind."""
    if not isinstance(record, Mapping):
        return record
    record = notion_record(record) or record
    named: dict[str, Any] = {}
    fields = [(name, bare_value(value)) for name, value in _fields(record)]
    for name, value in fields:
        key = key_of(name)
        if value not in _NOTHING or key not in named:
            named[key] = value
    named = with_zones(with_meant(with_rest(named), dict(fields))) | embedded_by_wordpress(record)
    keeper = not OF_KEEPERS.isdisjoint(named)
    if keeper:
        named = {name: value for name, value in named.items() if name not in (*CLIPPED, "timestamp")}
    plain = _placed(named, keeper=keeper)
    if plain["title"] in _NOTHING and (plain["url"] or named.get("slug") or named.get("detailtext")):
        plain["title"] = named.get("name")
    post = post_in(named) if plain["title"] in _NOTHING else None
    for field, value in (post or {}).items():
        if field == "authors" or plain[field] in _NOTHING or isinstance(plain[field], Mapping):
            plain[field] = value
    _without_odd_values(plain)
    told = _plain_text(plain, named)
    if post is not None and isinstance(plain["text"], str):
        plain["title"] = headline_of_post(plain["text"])
    if isinstance(record.get("id"), int):
        plain["id"] = None  # the number of a row
    if plain["url"] in _NOTHING and is_web(own := str(record.get("@id"))) and "#" not in own:
        plain["url"] = own
    if isinstance(plain["url"], str):
        plain["url"] = whole_address(plain["url"].strip())
    if plain["source"] in _NOTHING:
        sites = (site for key in _SITES if isinstance(site := named.get(key), str) and site.strip())
        plain["source"] = (
            outlet_in_head(named)
            or next(sites, None)
            or (site_of(plain["url"]) if is_web(plain["url"] or "") else None)
            or None
        )
    if plain["published"] in _NOTHING:
        told += _days_left(named) or ([] if plain["updated"] else _day_not_given(fields))
    if isinstance(plain["language"], str):
        plain["language"] = _language(plain["language"].strip())
    for field in ("title", "source", "section"):
        if isinstance(plain[field], str):
            plain[field] = _ENTITY.sub(_character, _INLINE.sub("", _first_of_repr(plain[field])))
    section = plain["section"]
    if isinstance(section, str) and (
        "/" in section or section == plain["title"] or section.lower() in _NO_SECTIONS or section.isdecimal()
    ):
        plain["section"] = None  # a label of the reader that exported it: 'user/-/state/...', the number of a category
    return plain | {"places": record.get("places"), "told": told} | _standing(named, record)


def _standing(named: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the article of a record is out, and as which version of it."""
    until, unknown = embargo_in(named)
    why = why_no_news(named, record) or (embargo_not_understood(unknown) if unknown else None)
    version, correction = named.get("version"), named.get("correction")
    counted = re.fullmatch(r"\d{1,9}", str(version)) if isinstance(version, str | int) else None
    return {
        "taken_back": (gone := how_taken_back(named)),
        "no_news": None if gone else why,
        "notice": notice_in(named) if gone else None,
        "embargo": until,
        "version": int(counted[0]) if counted else None,
        "correction": one_line(correction) or None if isinstance(correction, str) else None,
    }


def _placed(named: Mapping[str, Any], *, keeper: bool) -> dict[str, Any]:
    """Each field's value, and of what may say whose page it is and where, the best."""
    plain = {field: _value(field, named) for field in KEYS}
    if not isinstance(plain["text"], str) or not plain["text"].strip():
        plain["text"] = text_of_entries(named) or plain["text"]
    plain |= of_the_page(named, plain["url"], plain["source"], keeper=keeper)
    for field, found in origin_inside(named).items():
        if plain[field] in _NOTHING:
            plain[field] = _value(field, found)
    if isinstance(plain["source"], str) and is_web(plain["source"].strip()):
        named = {name: value for name, value in named.items() if name not in CLIPPED}
        others = (_one(named.get(key)) for key in KEYS["source"])
        other = next((name for name in others if isinstance(name, str) and name and not is_web(name.strip())), None)
        plain |= {"url": plain["url"] or plain["source"].strip(), "source": other}
        plain |= {"published": _value("published", named), "updated": _value("updated", named)}
    if plain["url"] in _NOTHING:
        own = map(_one, links_to_page(named.get("links")))
        plain["url"] = next((link for link in own if isinstance(link, str) and is_web(link)), None)
    if plain["url"] in _NOTHING and isinstance(altids := named.get("altids"), list):  # of ninjs
        addresses = (n.get("value") for n in altids if isinstance(n, Mapping) and n.get("role") == "url")
        plain["url"] = next((a for a in addresses if isinstance(a, str)), None)
    return plain


def _without_odd_values(plain: dict[str, Any]) -> None:
    """Leaves out what says nothing in a field that an article can do without: ``false``, a number, an empty list.

    Lists and objects for authors and days of publication stay, so that a message can name them.
    """
    for field in ("published", "updated"):
        if isinstance(plain[field], int | float) and not isinstance(plain[field], bool):
            plain[field] = f"{plain[field]:.0f}" if abs(plain[field]) < 1e19 else None
    for field in ("published", "updated", "source", "section", "url", "language", "id"):
        value = plain[field]
        kept = isinstance(value, str) or (field == "published" and isinstance(value, list | Mapping) and value)
        if not kept and not (field == "id" and type(value) is int):
            plain[field] = None
    authors, outlet = plain["authors"], plain["source"]
    if isinstance(authors, str):
        listed = printed_list(authors) if authors.startswith("[") else None
        authors = [str(name) for name in listed] if isinstance(listed, list) else names_in(authors, outlet)
    if isinstance(authors, list):
        single = (
            names_in(name, outlet) if SIGNED.match(name) or _NOT_ALONE.search(name) else names_joined(name)
            for name in authors
            if isinstance(name, str)
        )
        authors = [_WRITTEN_IN.sub("", name) for names in single for name in names if not _NO_TEXT.fullmatch(name)]
    elif not isinstance(authors, Mapping) or not authors:
        authors = None
    plain["authors"] = authors


def _plain_text(plain: dict[str, Any], named: Mapping[str, Any]) -> list[str]:
    """Makes the text plain: of HTML its words, of what gives none the summary; what is to be told of it."""
    text, told = plain["text"], []
    if isinstance(text, str) and " " not in text.strip():  # the key of one, where another field has it
        others = (named[key] for key in KEYS["text"] if isinstance(named.get(key), str) and " " in named[key].strip())
        text = next(others, text)
    if text in _NOTHING or (isinstance(text, str) and _NO_TEXT.fullmatch(text)):
        shorter = (key for key in _SHORTER if isinstance(held := _one(named.get(key)), str) and held.strip())
        name = next(shorter, None)
        text = _one(named[name]) if name else text
        told += [f"only its summary is there (in {name!r})"] if name in SUMMARIES else []
    if isinstance(text, str):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if _ESCAPED.search(text) and not _MARKUP.search(text):
            text = html.unescape(text)
        in_html = _MARKUP.search(text) is not None
        text = fragment_text(_in_paragraphs(text)) if in_html else text
        if "\\n" in text and "\n" not in text:
            text = text.replace("\\r", "").replace("\\n", "\n")  # as databases write the end of a line
        if not in_html and is_markdown(text):
            text = text_of_markdown(text, plain["title"] if isinstance(plain["title"], str) else None)
        if "\n" not in text and len(_GLUED.findall(text)) >= _LEAST_GLUED:
            text = _GLUED.sub(r"\1\n\n", text)
        text, cuts = _CUT.subn("", _ENTITY.sub(_character, text))
        told += ["its source gives only the beginning of the text"] if cuts else []
    plain["text"] = text
    return told


def _in_paragraphs(text: str) -> str:
    """HTML whose paragraphs are apart by empty lines, as WordPress stores them and Arc has them in pieces, with its
    own marks for these; '<b>' in a line makes no paragraph of it."""
    parts = _EMPTY_LINE.split(text)
    return text if len(parts) < 2 else "\n".join(part if _BLOCK.search(part) else f"<p>{part}</p>" for part in parts)


def _first_of_repr(text: str) -> str:
    listed = printed_list(text) if text.startswith("['") or text.startswith('["') else None
    return str(listed[0]) if isinstance(listed, list) and listed else text


def _language(name: str) -> str:
    """The ISO 639 code of what is one with a country, or the English name of a language."""
    code = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", name)
    return short_code(code[0].lower()) if code else language_code(name) or name


def _value(field: str, named: Mapping[str, Any]) -> Any:
    """What the best of the names of a field holds that is there; what is empty only where all are."""
    keys = [key for key in KEYS[field] if key in named]
    if field == "authors":  # a number in one of them is that of a user, whose name another has
        keys = [key for key in keys if not _is_number(named[key])] or keys
    if field == "url":
        named = {key: page_link(named[key]) for key in keys}
    shape = {"published": stated_day, "updated": stated_day, "text": rich_text, "title": rich_text}.get(field)
    if shape:
        named = {key: shape(of_one_language(_single(named[key]))) for key in keys}
    if field in ("published", "updated"):  # 'data' is a date in some languages, and anything in others
        keys = [key for key in keys if key == field or not isinstance(_one(named[key]), Mapping | list)]
        keys = [key for key in keys if str(named[key]).lower() not in _WHETHER]
    value = next((named[key] for key in keys if named[key] not in _NOTHING), named[keys[0]] if keys else None)
    if field in _FIRST_OF_MANY and isinstance(value, list) and value and isinstance(value[0], str | Mapping):
        value = value[0]
    if field in ("source", "section") and is_reference(value) and not is_web(str(value.get("@id"))):
        return None
    value = value if field == "authors" else _single(value)
    return _people(value) if field == "authors" else _one(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and value.strip().isdecimal())


def _single(value: Any) -> Any:
    """The text of a list of one, as search engines keep each field."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) else value


def _days_left(named: Mapping[str, Any]) -> list[str]:
    """Names the fields that may hold the day of a record in which no known one does."""
    found = [
        f"{name}: {str(value)[:30]}"
        for name, value in named.items()
        if _LIKE_A_DAY.search(name) and name not in KEYS["updated"]
        and isinstance(value, str | int | float) and _DIGITS.search(str(value))
    ]  # fmt: skip
    return [f"no date of publication in a field that is known; not used: {', '.join(found[:3])}"] if found else []


def _day_not_given(fields: Iterable[tuple[str, Any]]) -> list[str]:
    """Names the field for the day of publication that is there and empty."""
    empty = next((name for name, value in fields if value in _NOTHING and key_of(name) in KEYS["published"]), None)
    return [f"without a date: its {empty!r} is empty"] if empty else []


def _character(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _fields(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names and values, those of an object inside that holds the rest first, for the outer ones win."""
    have = {key_of(str(name)) for name, value in record.items() if value not in _NOTHING}
    whole = not have.isdisjoint(KEYS["title"]) and not have.isdisjoint(KEYS["text"])
    outer = []
    for name, value in record.items():
        held = name in _INSIDE or (not whole and key_of(str(name)) in _INSIDE_OTHERS)
        if name == "content" and isinstance(value, Mapping):  # of Storyblok, of programs that keep pages
            held = held or "component" in value or is_titled(value)
        if held and isinstance(value, Mapping):
            yield from ((str(key), inner) for key, inner in value.items())
        else:
            outer.append((str(name), value))
    yield from outer


def _one(value: Any) -> Any:
    """A text for an object that stands for it."""
    value = of_one_language(value)
    if isinstance(value, Mapping):
        low = {str(name).lower(): inner for name, inner in value.items()}
        text = next((low[name] for name in _TEXTS if isinstance(low.get(name), str) and low[name].strip()), None)
        inner = next((low[name] for name in _HOLDERS if low.get(name) not in _NOTHING), None)
        inner = inner[0] if isinstance(inner, list) else inner
        return text or (_one(inner) if isinstance(inner, Mapping) else value)
    return value


def _people(value: Any) -> Any:
    if isinstance(value, Mapping) and isinstance(value.get("by"), list):  # Arc
        value = value["by"]
    if isinstance(value, Mapping):
        if is_reference(value):
            return None
        named = person_named(value) or _one(value)
        return [named] if isinstance(named, str) and named else names_inside(value) or value
    if not isinstance(value, list):
        return value
    people = [item for item in value if not is_reference(item)]
    named = [person_named(item) or _one(item) if isinstance(item, Mapping) else item for item in people]
    return [name for one in named for name in ([one] if isinstance(one, str) else names_inside(one))] or (named or None)
