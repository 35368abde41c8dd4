"""Shapes of JSON documents: where their records are, and texts, days and people that are no plain strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

_LISTS = frozenset(
    "articles results docs items entries posts stories news data hits documents response feed value graph "
    "content rows ordereditems article post story result".split()
)
"""Fields of an object that hold its articles."""
_MOST_OBJECTS = 5000  # of a document that are searched for its list of articles
_MOST_DEEP = 5
_TEXTS = ("text", "value", "html", "plaintext", "markdown", "bodynitf")  # of a piece of rich text, best first
_PIECES = ("summary", "headline", "sections", "paragraphs", "children", "content", "blocks", "body", "nodes", "data",
           "richtext", "title", "spans", "root", "items", "contentelements", "text")  # fmt: skip
"""Where rich text keeps its parts: Contentful, Sanity, Slate, Editor.js, ProseMirror, Lexical, Notion, Fundus."""
_INLINE = frozenset("text span link hyperlink mention emphasis strong a b i em autolink".split())
_BESIDE = frozenset("image gallery video audio interstitial_link link_list oembed_response ad embed related".split())
"""Kinds of blocks that are beside a text."""
_DAYS = ("raw", "literal", "start", "value", "iso", "date", "$date", "datetime", "timestamp", "seconds", "_seconds",
         "$numberlong", "published", "created")  # fmt: skip
_ARTICLE = re.compile(r"(?:\w*Article|Report|\w*BlogPosting|Review)$")
_LOCALE = re.compile(r"[a-z]{2}(?:[-_][A-Z]{2})?")
_NAME_PARTS = (
    ("given", "firstname", "first", "givenname", "forename"),
    ("nondroppingparticle",),
    ("family", "lastname", "last", "familyname", "surname"),
)
_WHOLE_NAMES = ("literal", "by", "name", "fullname", "displayname", "publicname", "fieldfullname", "nickname")
_CALLED = re.compile(r"name$|label$|title$|byline$", re.IGNORECASE)
_PEOPLE = ("attributes", "data", "node", "fields", "person", "author")  # what holds a person
_LONGEST_CALL = 80  # characters of what asks readers of a channel to follow it
_FOLLOW = re.compile(
    r"\W*(?:подпис|читай|больше|наш\w* канал|follow|subscribe|join|read|more|abonn|folg|mehr|suivez|rejoignez|suscr"
    r"|s[ií]gue|iscriv|segui|assine|siga|volg|obserwuj|takip|kanal)",
    re.IGNORECASE,
)
_WHOLE_SENTENCE = re.compile(r"(?:[.!?…。！？:][\"”’»)\]]*|\n)\s*$")
_IN_TWO = (("introtext", "fulltext"), ("newsbody", "newsextended"), ("entrybody", "entrymore"), ("text", "textmore"))
"""Names of the beginning of a text and of its rest, where these are two fields."""
_IN_UTC = re.compile(r"(?:gmt|utc)$")
_NO_ZONE = re.compile(r"(?!0000)\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")


def key_of(name: str) -> str:
    """'Publish-Date', 'publish_date' and 'publishDate' are one name."""
    return re.sub(r"[\W_]+", "", name.casefold())


def bare_value(value: Any) -> Any:
    """What a list of one object holds as its 'value', as Drupal keeps every field; anything else as it is."""
    alone = value[0] if isinstance(value, list) and len(value) == 1 else None
    return alone["value"] if isinstance(alone, Mapping) and "value" in alone and "type" not in alone else value


def with_zones(named: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record by their keys, with the zone of days that are in universal time by their name
    ('date_gmt'), also for the same day in a zone that nothing states ('date')."""
    found = dict(named)
    for key, value in named.items():
        base = _IN_UTC.sub("", key)
        if base == key or not isinstance(value, str) or not _NO_ZONE.fullmatch(value.strip()):
            continue
        found[key] = f"{value.strip()}Z"
        if isinstance(beside := named.get(base), str) and _NO_ZONE.fullmatch(beside.strip()):
            found[base] = found[key]
    return found


def with_rest(named: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a record by their keys, with a text whose beginning and rest are two fields as one: what Joomla,
    e107 and Movable Type show before and behind 'read more'."""
    for opening, rest in _IN_TWO:
        if named.get(opening) and (named.get(rest) or opening == "introtext"):
            both = [part for key in (opening, rest) if isinstance(part := named.get(key), str) and part.strip()]
            others = {key: value for key, value in named.items() if key not in (opening, rest)}
            return {**others, "fulltext": "\n\n".join(both)}
    return named


def embedded_by_wordpress(record: Mapping[str, Any]) -> dict[str, Any]:
    """The authors and the first category of a post of WordPress' interface, which has only their numbers itself."""
    beside = record.get("_embedded")
    if not isinstance(beside, Mapping):
        return {}
    terms = beside.get("wp:term")
    listed = [term for some in terms if isinstance(some, list) for term in some] if isinstance(terms, list) else []
    names = (t.get("name") for t in listed if isinstance(t, Mapping) and t.get("taxonomy") == "category")
    section = next((name for name in names if isinstance(name, str) and name), None)
    authors = {"author": beside["author"]} if isinstance(beside.get("author"), list) else {}
    return authors | ({"section": section} if section else {})


def list_of_records(
    document: Mapping[str, Any],
    titled: Callable[[Any], bool],
    likely: Callable[[Any], bool],
    whole: Callable[[Any], bool],
) -> list[Any] | None:
    """The list of records inside an object: the highest whose items are ``likely`` articles, else the first under a
    usual name. An object whose values are all records counts as one, by their keys; one that is a ``whole`` article,
    lists and all, is the only one. ``None`` where there is none."""
    for shaped in (_ghost, _of_columns, _of_channel):
        if (found := shaped(document)) is not None:
            return found
    own_title = titled(document)
    usual: list[Any] | None = None
    level: list[Mapping[str, Any]] = [document]
    for depth in range(_MOST_DEEP):
        below: list[Mapping[str, Any]] = []
        for inside in level:
            for name, value in sorted(inside.items(), key=lambda pair: key_of(str(pair[0])) not in _LISTS):
                known = key_of(str(name)) in _LISTS
                items = value if isinstance(value, list) else []
                records = [item for item in items if isinstance(item, Mapping)]
                if records and len(records) == len(items):
                    if any(map(likely, records)) and (known or not own_title):
                        return _articles(records)
                    usual = usual or (records if known and depth < 2 else None)
                elif isinstance(value, Mapping) and likely(value) and whole(value):
                    return [value]
                elif isinstance(value, Mapping) and known and likely(value):
                    usual = usual or [value]
                below += [value] if isinstance(value, Mapping) else records[:20]
            values = list(inside.values())
            if len(values) > 1 and all(isinstance(v, Mapping) for v in values) and all(map(likely, values)):
                return values
        level = below[:_MOST_OBJECTS]
    return usual


def _articles(records: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Without the objects that JSON-LD says are none: persons, sites."""
    return [r for r in records if not isinstance(kind := r.get("@type"), str) or _ARTICLE.search(kind)] or [*records]


def _ghost(document: Mapping[str, Any]) -> list[Any] | None:
    """The posts of a Ghost export, each with its authors' names, its first tag and the site's title."""
    db = document.get("db")
    whole = db[0] if isinstance(db, list) and db and isinstance(db[0], Mapping) else document
    data = whole.get("data")
    if not isinstance(data, Mapping) or not isinstance(data.get("posts"), list) or "users" not in data:
        return None
    settings = {row.get("key"): row.get("value") for row in _rows(data, "settings")}
    people = {row.get("id"): row.get("name") for row in _rows(data, "users")}
    tags = {row.get("id"): row.get("name") for row in _rows(data, "tags") if row.get("visibility") != "internal"}
    site = str(settings.get("url") or "").rstrip("/")
    posts = []
    for post in _rows(data, "posts"):
        writers = [people.get(i) for i in _joined(data, "posts_authors", "author_id", post)]
        section = next((tags[i] for i in _joined(data, "posts_tags", "tag_id", post) if i in tags), None)
        posts.append(
            {
                **{name: value for name, value in post.items() if name not in ("plaintext", "created_at")},
                "html": post.get("html") or post.get("plaintext"),
                "authors": [name for name in writers or [people.get(post.get("author_id"))] if name],
                "section": section,
                "source": settings.get("title"),
                "url": post.get("url") or (f"{site}/{post.get('slug')}/" if site and post.get("slug") else None),
                "type": "page" if post.get("page") in (1, True) else post.get("type"),
            }
        )
    return posts


def _of_columns(document: Mapping[str, Any]) -> list[Any] | None:
    """The rows of a table that pandas wrote by its columns: {'title': {'0': ...}}, or names and rows apart."""
    names, rows = document.get("columns"), document.get("data")
    if isinstance(names, list) and isinstance(rows, list) and all(isinstance(row, list) for row in rows):
        return [dict(zip(map(str, names), row, strict=False)) for row in rows]
    columns = list(document.values())
    if len(columns) < 2 or not isinstance(columns[0], Mapping) or not all(isinstance(c, Mapping) for c in columns):
        return None
    keys = list(columns[0])
    numbered = keys and all(str(key).isdecimal() for key in keys) and all(set(c) == set(keys) for c in columns)
    return [{name: column[key] for name, column in document.items()} for key in keys] if numbered else None


def _of_channel(document: Mapping[str, Any]) -> list[Any] | None:
    """The posts of a Telegram channel's export, which have no headline but their first line."""
    name, messages = document.get("name"), document.get("messages")
    if not isinstance(messages, list) or not isinstance(name, str):
        return None
    posts = []
    for message in messages:
        if not isinstance(message, Mapping) or message.get("type") != "message":
            continue
        written = message.get("text")
        text = _without_footer(written if isinstance(written, list) else [written])
        first, _, rest = text.strip().partition("\n")
        if first:
            day = message.get("date_unixtime") or message.get("date")
            posts.append({"title": first[:200], "text": rest.strip() or first, "published": day, "source": name})
    return posts


def _without_footer(parts: Sequence[Any]) -> str:
    """The text of a post's pieces without the links behind its last sentence that ask readers to follow or read on."""
    texts = [str(part.get("text") or "") if isinstance(part, Mapping) else str(part or "") for part in parts]
    end = len(parts)
    while end and (_leads_on(parts[end - 1], texts[end - 1]) or not any(map(str.isalnum, texts[end - 1]))):
        end -= 1
    kept = "".join(texts[:end])
    if end < len(parts):
        above, line, last = kept.rstrip(" \t").rpartition("\n")
        kept = above if line and len(last) <= _LONGEST_CALL and _FOLLOW.match(last) else kept
    whole = _WHOLE_SENTENCE.search(kept.rstrip(" \t|•·–—-"))
    return kept.rstrip(" \t|•·–—-") if any(map(str.isalnum, kept)) and whole else "".join(texts)


def _leads_on(part: Any, text: str) -> bool:
    linked = isinstance(part, Mapping) and part.get("type") in ("text_link", "link", "mention", "hashtag")
    return linked and len(text) <= _LONGEST_CALL and not text.rstrip().endswith((".", "!", "?"))


def of_one_language(value: Any) -> Any:
    """The first of the texts of an object whose keys are languages and nothing else: {'en-US': ...}."""
    if isinstance(value, Mapping) and value and all(_LOCALE.fullmatch(str(name)) for name in value):
        if len(value) == 1 and len(str(next(iter(value)))) == 2:
            return value  # {'id': ...}
        return next(iter(value.values()))
    return value


def _rows(data: Mapping[str, Any], table: str) -> list[Mapping[str, Any]]:
    rows = data.get(table)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _joined(data: Mapping[str, Any], table: str, field: str, post: Mapping[str, Any]) -> list[Any]:
    """What a table of pairs has for a post, in its order."""
    own = [row for row in _rows(data, table) if row.get("post_id") == post.get("id")]
    return [row.get(field) for row in sorted(own, key=lambda row: str(row.get("sort_order") or 0).zfill(4))]


def rich_text(value: Any) -> Any:
    """The paragraphs of a text that is kept as objects or as a list, a blank line between two; else as it is."""
    if isinstance(value, list) and value and all(isinstance(v, Mapping) and "role" in v for v in value):
        value = next((v for v in value if v["role"] == "main"), value[0])  # ninjs 2 and 3: one text in several forms
    if isinstance(value, Mapping | list) and (paragraphs := [p for p in _paragraphs(value, 0) if p.strip()]):
        return "\n\n".join(paragraphs)
    return value


def _paragraphs(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth < 12:
        if value and all(_is_inline(piece) for piece in value):
            yield "".join(text for piece in value for text in _paragraphs(piece, depth + 1))
        else:
            for piece in value[:5000]:
                yield from _paragraphs(piece, depth + 1)
    elif isinstance(value, Mapping) and depth < 12 and str(value.get("type")).lower() not in _BESIDE:
        named = {key_of(str(name)): inner for name, inner in value.items()}
        text = next((named[name] for name in _TEXTS if isinstance(named.get(name), str)), None)
        pieces = [inner for name, inner in named.items() if name in _PIECES and isinstance(inner, list | Mapping)]
        if text is None and not pieces:
            text = next((named[name] for name in ("content", "body", "data") if isinstance(named.get(name), str)), None)
        if text is not None:
            yield text
        for inner in pieces if text is None else ():
            yield from _paragraphs(inner, depth + 1)


def _is_inline(piece: Any) -> bool:
    """Whether it is a run of words inside a paragraph."""
    if not isinstance(piece, Mapping):
        return False
    if isinstance(piece.get("content"), str) and "text" not in piece and "value" not in piece:
        return False  # a paragraph of Arc
    kind = piece.get("type") or piece.get("_type") or piece.get("nodeType") or ("text" if "text" in piece else None)
    return isinstance(kind, str) and kind.lower() in _INLINE


def stated_day(value: Any) -> Any:
    """A day that is kept as an object, as text: CSL's ``date-parts``, a start, a raw text; else as it is."""
    if not isinstance(value, Mapping):
        return value
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return "-".join(str(part).zfill(2) for part in parts[0])
    low = {str(name).lower(): inner for name, inner in value.items()}
    if all(str(low.get(name, "")).isdecimal() for name in ("year", "month", "day")):
        return "-".join(str(low[name]).zfill(2) for name in ("year", "month", "day"))
    found = (low[name] for name in _DAYS if low.get(name) not in (None, ""))
    return next((stated_day(day) for day in found if isinstance(day, str | int | float | Mapping)), value)


def person_named(item: Mapping[str, Any]) -> str | None:
    """The name of a person who is kept in parts: given and family name, or inside another object."""
    low = {key_of(str(name)): inner for name, inner in item.items()}
    found = [next((low[n].strip() for n in names if isinstance(low.get(n), str)), "") for names in _NAME_PARTS]
    if found[1] and found[2].startswith(found[1]):
        found[1] = ""
    if whole := " ".join(filter(None, found)):
        return whole
    inside = (person_named(low[name]) for name in _PEOPLE if isinstance(low.get(name), Mapping))
    return next(filter(None, inside), None) or next(
        (low[name].strip() for name in _WHOLE_NAMES if isinstance(low.get(name), str)), None
    )


def names_inside(value: Any, depth: int = 0) -> list[str]:
    """The names of persons in lists and objects of any shape: pages of a query, persons by their numbers, a profile
    inside of a user. Empty where nothing is called a name."""
    if depth > _MOST_DEEP:
        return []
    if isinstance(value, Mapping):
        if name := person_named(value):
            return [name]
        own = [text.strip() for name, text in value.items() if isinstance(text, str) and _CALLED.search(str(name))]
        if own and own[0]:
            return own[:1]
        value = [inner for inner in value.values() if isinstance(inner, Mapping | list)]
    return [name for inner in value[:100] for name in names_inside(inner, depth + 1)] if isinstance(value, list) else []


def printed_list(text: str) -> Any:
    """What a program printed as a list of Python's; None where it is none."""
    try:
        return ast.literal_eval(text[:4000])
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
