"""The fields of an article record: what others call them, and the shapes that other programs export them in.

What :func:`plain_record` gives has the names of ``FIELDS``, and values as ``page`` of :mod:`.records` takes them. What
is not understood stays as it is, so that the message about it names what stands there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rag.ingest.html.fragment import fragment_text
from rag.ingest.web.urls import is_web, site_of
from rag.text.timex.names import language_code

FIELDS = {
    "title": (
        "title", "headline", "web_title", "heading",
        "titel", "titre", "título", "titulo", "titolo", "tytuł", "otsikko", "überschrift", "schlagzeile", "kop",
    ),
    "text": (
        "text", "body", "content", "article", "article_text", "article_body", "full_text", "body_text", "maintext",
        "plain_text", "content_text", "content_html", "raw_text",
        "texte", "texto", "testo", "tekst", "teksti", "inhalt", "artikel", "contenu", "contenido", "treść", "volltext",
    ),
    "published": (
        "published", "date", "publish_date", "pubdate", "published_at", "publication_date", "published_date",
        "web_publication_date", "date_published", "pub_date", "publish_time", "date_publish", "date_time_pub",
        "first_published", "published_on", "datetime", "timestamp",
        "datum", "fecha", "data", "dato", "päivämäärä", "veröffentlicht", "erschienen", "publié", "publicado",
        "pubblicato", "gepubliceerd", "created",
    ),
    "updated": (
        "updated", "modified", "lastmod", "last_modified", "updated_at", "modified_at", "last_updated",
        "date_modified", "date_modify",
        "aktualisiert", "geändert", "actualizado", "atualizado", "aggiornato", "bijgewerkt", "mis_à_jour",
    ),
    "source": (
        "source", "outlet", "publisher", "publication", "source_name", "site", "sitename", "meta_site_name", "origin",
        "media_name", "quelle", "medium", "zeitung", "fuente", "fonte", "bron", "medio", "źródło", "lähde",
    ),
    "section": (
        "section", "section_name", "category", "categories", "ressort", "rubrique", "sección", "sezione", "seção",
    ),
    "authors": (
        "authors", "author", "byline", "creator", "autor", "autorin", "autoren", "auteur", "auteurs", "autore",
        "autores", "verfasser", "författare", "forfatter",
    ),
    "url": (
        "url", "link", "canonical", "canonical_url", "source_url", "web_url", "permalink", "adresse", "lien", "enlace",
    ),
    "language": ("language", "lang", "sprache", "langue", "idioma", "lingua", "taal"),
    "id": ("id",),
}  # fmt: skip
"""The fields of a record, and what the columns of tables and the lines of front matter call them, best first. Names in
other languages are those that spreadsheets of these languages have; ``key_of`` compares them."""


def key_of(name: str) -> str:
    """'Publish-Date', 'publish_date' and 'publishDate' are one name."""
    return re.sub(r"[\W_]+", "", name.casefold())


KEYS = {field: [key_of(name) for name in names] for field, names in FIELDS.items()}
"""The same names, as ``key_of`` has them."""

_LISTS = frozenset("articles results docs items entries posts stories news data hits documents response".split())
"""Fields of an object that hold its articles, at most two levels down."""
_INSIDE = ("fields", "_source", "attributes")  # objects that hold the rest of a record's fields
_SHORTER = ("summary", "description", "lead", "excerpt")  # where nothing longer is there
_SITES = ("sourcedomain", "sourcehostname", "hostname", "domain")  # say whose page it is, where no outlet is named
_FIRST_OF_MANY = ("section", "source", "url", "language")  # of these one is enough
_TEXTS = ("rendered", "name", "title", "main", "original", "content", "text", "value", "#text", "label", "uri", "href")
"""Fields of an object that stands for a text, best first."""
_MARKUP = re.compile(
    r"</?(?:p|br|div|h[1-6]|li|ul|ol|blockquote|a|b|i|em|strong|span|img|figure)\b[^<>]{0,2000}>", re.I
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_CLIPPED = key_of("created")
_LIKE_A_DAY = re.compile(r"date|time(?!zone)|day$|publi|posted|issued|seen|datum|fecha|tag$")
_DIGITS = re.compile(r"(?:19|20)\d\d|\d[./]\d|\d{9}")
_CUT = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+?\d+ (?:more )?char(?:acter)?s\]\s*$")
"""What NewsAPI puts where it cuts a text."""


def records_in(document: Any, depth: int = 2) -> list[Any] | None:
    """The list of records inside an object that is none itself; None where there is none."""
    if not isinstance(document, Mapping) or depth == 0:
        return None
    if any(key_of(str(name)) in KEYS["title"] for name in document) and _has_text(document):
        return None
    inside = [value for name, value in document.items() if key_of(str(name)) in _LISTS]
    for value in inside:
        if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            return value
    found = (records_in(value, depth - 1) for value in inside)
    return next((records for records in found if records), None)


def _has_text(document: Mapping[str, Any]) -> bool:
    return any(key_of(str(name)) in KEYS["text"] and isinstance(value, str) for name, value in document.items())


def plain_record(record: Any) -> Any:
    """The record under our names; ``told`` in it lists what a reader should know of what was left behind."""
    if not isinstance(record, Mapping):
        return record
    named: dict[str, Any] = {}
    for name, value in _fields(record):
        if value not in _NOTHING or key_of(str(name)) not in named:
            named[key_of(str(name))] = value
    plain = {field: _value(field, named) for field in KEYS}
    told: list[str] = []
    if isinstance(record.get("id"), int):
        plain["id"] = None  # the number of a row
    source = plain["source"]
    if isinstance(source, str) and is_web(source.strip()):
        others = (_one(named.get(key)) for key in KEYS["source"])
        other = next((name for name in others if isinstance(name, str) and name and not is_web(name.strip())), None)
        plain |= {"url": plain["url"] or source.strip(), "source": other}
        named.pop(_CLIPPED, None)  # a page that somebody kept, and the day on which it was kept
        plain["published"] = _value("published", named)
    if plain["source"] in _NOTHING and isinstance(plain["url"], str) and is_web(plain["url"].strip()):
        named_site = next((site for key in _SITES if isinstance(site := named.get(key), str) and site.strip()), None)
        plain["source"] = named_site or site_of(plain["url"].strip()) or None
    for field in ("published", "updated"):
        if isinstance(plain[field], int | float) and not isinstance(plain[field], bool):
            plain[field] = f"{plain[field]:.0f}"
    if plain["published"] in _NOTHING:
        told += _days_left(named)
    if plain["text"] in _NOTHING:
        plain["text"] = next((text for key in _SHORTER if isinstance(text := _one(named.get(key)), str)), plain["text"])
    if isinstance(plain["text"], str):
        if _MARKUP.search(plain["text"]):
            plain["text"] = fragment_text(plain["text"])
        plain["text"], cuts = _CUT.subn("", _ENTITY.sub(_character, plain["text"]))
        told += ["its source gives only the beginning of the text"] if cuts else []
    if isinstance(plain["language"], str) and len(plain["language"].strip()) > 3:
        plain["language"] = language_code(plain["language"].strip()) or plain["language"]
    for field in ("title", "source", "section"):
        if isinstance(plain[field], str):
            plain[field] = _ENTITY.sub(_character, plain[field])
    if isinstance(plain["section"], str) and "/" in plain["section"]:
        plain["section"] = None  # a label of the reader that exported it: 'user/-/state/...'
    return {**plain, "told": told}


def _value(field: str, named: Mapping[str, Any]) -> Any:
    """What the best of the names of a field holds that is there; what is empty only where all are."""
    keys = [key for key in KEYS[field] if key in named]
    if field in ("published", "updated"):  # 'data' is a date in some languages, and anything in others
        keys = [key for key in keys if key == field or not isinstance(named[key], Mapping | list)]
    value = next((named[key] for key in keys if named[key] not in _NOTHING), named[keys[0]] if keys else None)
    if field in _FIRST_OF_MANY and isinstance(value, list) and value and isinstance(value[0], str | Mapping):
        value = value[0]
    return _people(value) if field == "authors" else _one(value)


def _days_left(named: Mapping[str, Any]) -> list[str]:
    """Names the fields that may hold the day of a record in which no known one does."""
    found = [
        f"{name}: {str(value)[:30]}"
        for name, value in named.items()
        if _LIKE_A_DAY.search(name) and name not in KEYS["updated"]
        and isinstance(value, str | int | float) and _DIGITS.search(str(value))
    ]  # fmt: skip
    return [f"no date of publication in a field that is known; not used: {', '.join(found[:3])}"] if found else []


def _character(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _fields(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names and values, those of an object inside that holds the rest first, for the outer ones win."""
    for name in _INSIDE:
        if isinstance(inner := record.get(name), Mapping):
            yield from inner.items()
    yield from record.items()


def _one(value: Any) -> Any:
    """A text for an object that stands for it."""
    if isinstance(value, Mapping):
        low = {str(name).lower(): inner for name, inner in value.items()}
        return next((low[name] for name in _TEXTS if isinstance(low.get(name), str) and low[name].strip()), value)
    return value


def _people(value: Any) -> Any:
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, list):
        return value
    return [_person(item) if isinstance(item, Mapping) else item for item in value]


def _person(item: Mapping[str, Any]) -> Any:
    names = [item.get(part) for part in ("firstname", "first_name", "lastname", "last_name")]
    both = " ".join(name.strip() for name in names if isinstance(name, str) and name.strip())
    return both or _one(item)
