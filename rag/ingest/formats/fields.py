"""The fields of an article record: what others call them, and the shapes that other programs export them in.

What :func:`plain_record` gives has the names of ``FIELDS``, and values as ``page`` of :mod:`.records` takes them. What
is not understood stays as it is, so that the message about it names what stands there.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rag.ingest.encoding import one_line
from rag.ingest.html.fragment import fragment_text
from rag.ingest.web.archives import original_address
from rag.ingest.web.urls import is_web, site_of
from rag.text.timex.names import language_code

FIELDS = {
    "title": (
        "title", "headline", "web_title", "heading", "titel", "tittel", "overskrift", "titre", "título", "titulo",
        "titolo", "tytuł", "otsikko", "überschrift", "schlagzeile", "kop",
        "rubrik",
    ),
    "text": (
        "text", "body", "content", "article", "article_text", "article_body", "full_text", "body_text", "maintext",
        "plain_text", "content_text", "content_html", "raw_text", "texte", "texto", "testo", "tekst", "teksti",
        "inhalt", "artikel", "brødtekst", "brödtext", "contenu", "contenido", "treść", "volltext", "story",
    ),
    "published": (
        "published", "date", "publish_date", "pubdate", "published_at", "publication_date", "published_date",
        "web_publication_date", "date_published", "pub_date", "publish_time", "date_publish", "date_time_pub",
        "first_published", "published_on", "datetime", "timestamp", "published_time", "publication_time",
        "posted_at", "posted_on", "date_posted", "article_date", "time_published", "issued", "datum", "fecha",
        "data", "dato",
        "päivämäärä", "veröffentlicht", "erschienen", "publié", "publicado", "pubblicato", "gepubliceerd",
        "publicerad", "publisert", "udgivet", "julkaistu", "veröffentlicht_am", "erschienen_am", "created_at",
        "created",
    ),
    "updated": (
        "updated", "modified", "lastmod", "last_modified", "updated_at", "modified_at", "last_updated",
        "date_modified", "date_modify", "updated_date", "aktualisiert", "geändert", "actualizado", "atualizado",
        "aggiornato", "bijgewerkt", "mis_à_jour",
    ),
    "source": (
        "source", "outlet", "publisher", "publication", "source_name", "site", "sitename", "meta_site_name",
        "origin", "media_name", "name_source", "provider", "pubtitle", "publication_title", "testata", "medie",
        "quelle", "medium", "zeitung", "fuente", "fonte", "bron", "medio", "źródło", "lähde",
        "källa", "kilde", "avis", "tidning", "lehti",
    ),
    "section": (
        "section", "section_name", "article_section", "category", "categories", "ressort", "rubrique", "sección",
        "sezione", "seção", "avdelning", "rubrik",
    ),
    "authors": (
        "authors", "author", "byline", "creator", "published_by", "autor", "autorin", "autoren", "auteur",
        "auteurs", "autore", "autores", "verfasser", "författare", "forfatter",
    ),
    "url": (
        "url", "link", "canonical", "canonical_url", "source_url", "web_url", "permalink", "main_entity_of_page",
        "adresse", "lien", "enlace",
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

_LISTS = frozenset(
    "articles results docs items entries posts stories news data hits documents response feed value graph".split()
)
"""Fields of an object that hold its articles, at most two levels down."""
_INSIDE = ("fields", "_source", "attributes", "item")  # objects that hold the rest of a record's fields
_SHORTER = (
    "summary",
    "description",
    "leadparagraph",
    "lead",
    "excerpt",
    "abstract",
    "abstractnote",
    "snippet",
    "hlead",
)
"""Where nothing longer is there."""
_NO_TEXT = re.compile(r"\W*(?:only available in (?:\w+ ){1,4}plans?|null|none|nan|n/?a|-)?\W*", re.IGNORECASE)
"""What stands for a text that is not given."""
_SITES = ("sourcedomain", "sourcehostname", "hostname", "domain")  # say whose page it is, where no outlet is named
_FIRST_OF_MANY = ("section", "source", "url", "language")  # of these one is enough
_TEXTS = (
    "rendered", "name", "title", "main", "original", "content", "text", "value", "#text", "label", "uri", "href",
    "domain", "$date", "$oid", "@id",
)  # fmt: skip
"""Fields of an object that stands for a text, best first."""
_MARKUP = re.compile(
    r"</?(?:p|br|div|h[1-6]|li|ul|ol|blockquote|a|b|i|em|strong|span|img|figure)\b[^<>]{0,2000}>", re.I
)
_BY = re.compile(r"by\s+", re.IGNORECASE)
_INLINE = re.compile(r"</?(?:a|b|br|em|i|p|span|strong|sub|sup)\b[^<>]{0,300}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_CLIPPED = (
    "created",
    "createdat",
    "updated",
    "updatedat",
    "modified",
    "datesaved",
    "timeadded",
    "savedat",
    "datemodified",
    "lastmodified",
)
"""Days of a page that somebody kept: those on which it was kept or filed."""
_OF_KEEPERS = frozenset(("dateadded", "isarchived", "isstarred", "savedat", "timeadded", "readingprogresspercent"))
"""Fields of programs that keep pages for later."""
SUMMARIES = frozenset(_SHORTER) - {"summary"}  # which holds the whole text in what readers of feeds export
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
    inside = [value for name, value in document.items() if key_of(str(name)) in (*_LISTS, "content")]
    for value in inside:
        if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            return value
    for value in inside:
        if isinstance(value, Mapping) and any(key_of(str(name)) in KEYS["title"] for name in value):
            return [value]
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
        if not (name in _INSIDE and isinstance(value, Mapping)) and (
            value not in _NOTHING or key_of(name) not in named
        ):
            named[key_of(name)] = value
    if not _OF_KEEPERS.isdisjoint(named):
        named = {name: value for name, value in named.items() if name not in _CLIPPED}
    plain = {field: _value(field, named) for field in KEYS}
    if isinstance(plain["source"], str) and is_web(plain["source"].strip()):
        named = {name: value for name, value in named.items() if name not in _CLIPPED}
        others = (_one(named.get(key)) for key in KEYS["source"])
        other = next((name for name in others if isinstance(name, str) and name and not is_web(name.strip())), None)
        plain |= {"url": plain["url"] or plain["source"].strip(), "source": other}
        plain |= {"published": _value("published", named), "updated": _value("updated", named)}
    if plain["title"] in _NOTHING and plain["url"]:
        plain["title"] = named.get("name")
    _without_odd_values(plain)
    told = _plain_text(plain, named)
    if isinstance(record.get("id"), int):
        plain["id"] = None  # the number of a row
    if isinstance(plain["url"], str):
        plain["url"] = original_address(plain["url"].strip())
        if plain["source"] in _NOTHING and is_web(plain["url"]):
            sites = (site for key in _SITES if isinstance(site := named.get(key), str) and site.strip())
            plain["source"] = next(sites, None) or site_of(plain["url"]) or None
    if plain["published"] in _NOTHING:
        told += _days_left(named)
    if isinstance(plain["language"], str):
        plain["language"] = _language(plain["language"].strip())
    for field in ("title", "source", "section"):
        if isinstance(plain[field], str):
            plain[field] = _ENTITY.sub(_character, _INLINE.sub("", _first_of_repr(plain[field])))
    if isinstance(plain["section"], str) and ("/" in plain["section"] or plain["section"] == plain["title"]):
        plain["section"] = None  # a label of the reader that exported it: 'user/-/state/...'
    return {**plain, "told": told, "status": named.get("status")}


def _without_odd_values(plain: dict[str, Any]) -> None:
    """Leaves out what says nothing in a field that an article can do without: ``false``, a number, an empty list.

    Lists and objects for authors and days of publication stay, so that a message can name them.
    """
    for field in ("published", "updated"):
        if isinstance(plain[field], int | float) and not isinstance(plain[field], bool):
            plain[field] = f"{plain[field]:.0f}" if abs(plain[field]) < 1e15 else None
    for field in ("published", "updated", "source", "section", "url", "language", "id"):
        value = plain[field]
        kept = isinstance(value, str) or (field == "published" and isinstance(value, list | Mapping) and value)
        if not kept and not (field == "id" and type(value) is int):
            plain[field] = None
    authors = plain["authors"]
    if isinstance(authors, str):
        authors = names_in(authors)
    if isinstance(authors, list):
        single = (names_in(name) if _BY.match(name) else [name] for name in authors if isinstance(name, str))
        authors = [name for names in single for name in names if not _NO_TEXT.fullmatch(name)]
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
        name = next((key for key in _SHORTER if isinstance(_one(named.get(key)), str)), None)
        text = _one(named[name]) if name else text
        told += [f"only its summary is there (in {name!r})"] if name in SUMMARIES else []
    if isinstance(text, str):
        if _MARKUP.search(text):
            text = fragment_text(text)
        text, cuts = _CUT.subn("", _ENTITY.sub(_character, text))
        told += ["its source gives only the beginning of the text"] if cuts else []
    plain["text"] = text
    return told


def names_in(byline: str) -> list[str]:
    """The names in a line such as 'By Jane Roe, Bo Lee and Ida Lund'; 'Roe, Jane' is one."""
    if byline.startswith("[") and isinstance(listed := _repr(byline), list):
        return [str(name) for name in listed]
    bare = _BY.sub("", one_line(byline))
    parts = [part for part in re.split(r"\s*;\s*(?:and\s+)?|,?\s+(?:and|&)\s+", bare) if part]
    out = []
    for part in parts:
        names = re.split(r"\s*,\s*", part)
        turned = len(names) == 2 and all(len(name.split()) == 1 for name in names)
        out += [part] if turned else [name for name in names if name]
    return out


def _repr(text: str) -> Any:
    """What a program printed as a list of Python's; None where it is none."""
    try:
        return ast.literal_eval(text[:4000])
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _first_of_repr(text: str) -> str:
    listed = _repr(text) if text.startswith("['") or text.startswith('["') else None
    return str(listed[0]) if isinstance(listed, list) and listed else text


def _language(name: str) -> str:
    """The ISO 639 code of what is one with a country, or the English name of a language."""
    code = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", name)
    return code[0].lower() if code else language_code(name) or name


def _value(field: str, named: Mapping[str, Any]) -> Any:
    """What the best of the names of a field holds that is there; what is empty only where all are."""
    keys = [key for key in KEYS[field] if key in named]
    if field in ("published", "updated"):  # 'data' is a date in some languages, and anything in others
        keys = [key for key in keys if key == field or not isinstance(_one(named[key]), Mapping | list)]
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
            yield from ((str(key), value) for key, value in inner.items())
    yield from ((str(key), value) for key, value in record.items())


def _one(value: Any) -> Any:
    """A text for an object that stands for it."""
    if isinstance(value, Mapping):
        low = {str(name).lower(): inner for name, inner in value.items()}
        return next((low[name] for name in _TEXTS if isinstance(low.get(name), str) and low[name].strip()), value)
    return value


def _people(value: Any) -> Any:
    if isinstance(value, Mapping):
        named = _person(value)
        return [named] if isinstance(named, str) else value
    return (
        [_person(item) if isinstance(item, Mapping) else item for item in value] if isinstance(value, list) else value
    )


def _person(item: Mapping[str, Any]) -> Any:
    names = [item.get(part) for part in ("firstname", "first_name", "lastname", "last_name")]
    both = " ".join(name.strip() for name in names if isinstance(name, str) and name.strip())
    return both or _one(item)
