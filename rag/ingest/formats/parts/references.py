"""References from one object of a JSON document to another: by ``@id`` in JSON-LD, by type and id in JSON:API, by
number in tables beside the articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

_MOST_OBJECTS = 20_000  # of a document that are searched for what others refer to
_REFERRING = (
    "author", "creator", "contributor", "editor", "publisher", "sourceOrganization", "provider", "copyrightHolder",
    "isPartOf", "copyrightholder",
)  # fmt: skip
_SITES = ("WebSite", "Organization", "NewsMediaOrganization", "Newspaper", "Periodical")
_BESIDE = frozenset(("Person", "ImageObject", "WebPage", "BreadcrumbList", "SearchAction", "CollectionPage", *_SITES))
_AUTHORS = ("author", "authors", "byline", "bylines", "writer", "writers", "reporter", "reporters", "journalist",
            "journalists", "creator", "uid", "user", "owner")  # fmt: skip
_OUTLETS = ("publisher", "publication", "source", "outlet", "site", "website", "newspaper")
_SECTIONS = ("section", "category", "categories", "channel", "primarycategory", "ressort", "rubric")
_NAMES = ("display_name", "displayName", "field_display_name", "field_full_name", "full_name", "fullName", "name",
          "title", "label", "feed_title")  # fmt: skip
_TABLES = {
    **dict.fromkeys((*_AUTHORS, "createdby", "people", "person", "member"), "authors"),
    **dict.fromkeys((*_OUTLETS, "feed"), "source"),
    **dict.fromkeys((*_SECTIONS, "cat"), "section"),
}
"""The fields that tables of an export have the names of, by what these tables are called, one of a kind, and by the
columns of others that have the numbers of their rows."""
_KEYS = ("id", "path", "slug", "uid", "key", "login")
_NOBODY = frozenset("admin administrator root webmaster anonymous guest".split())


def is_reference(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether an object only says which other one is meant: {'@id': '#jane'}, {'type': 'people', 'id': '7'},
    {'_ref': 'a7', '_type': 'reference'}, {'sys': {'type': 'Link', 'id': 'a7'}}."""
    if not isinstance(value, Mapping) or not value:
        return False
    names = set(map(str, value))
    if "_ref" in names or (names == {"sys"} and isinstance(value["sys"], Mapping)):
        return True
    return ("@id" in names and names <= {"@id", "@type"}) or names == {"type", "id"}


def resolved(document: Any) -> Any:
    """The document with the names of authors and outlets in the places of what refers to them; others as they are."""
    if not isinstance(document, Mapping):
        return document
    if isinstance(document.get("included"), list) and "data" in document:
        return _of_json_api(document)
    if isinstance(document.get("@graph"), list):
        return {**document, "@graph": _of_graph(document["@graph"], named_nodes(document["@graph"]))}
    return _of_tables(document)


def _of_tables(document: Mapping[str, Any], above: Mapping[str, Mapping[str, str]] | None = None) -> Mapping[str, Any]:
    """The document, or one inside of it with the tables ``above``, its records with the names that they have by number:
    ``{"categories": [{"id": 9, "title": "Sport"}], "posts": [{"category_id": 9, ...}]}``."""
    known = {field: dict(rows) for field, rows in (above or {}).items()}
    for name, value in document.items():
        if field := _TABLES.get(_one_of(name)):
            known.setdefault(field, {}).update(_names_in(value))
    out = dict(document)
    for name, value in document.items():
        if _one_of(name) in _TABLES:
            continue
        if isinstance(value, Mapping):
            out[name] = _with_meant(_of_tables(value, known) if above is None else value, known)
        elif isinstance(value, list):
            out[name] = [_with_meant(row, known) for row in value]
    return out


def _one_of(name: str) -> str:
    """'category' of 'Categories' and of 'category_ids'."""
    key = _plain_key(str(name))
    if key not in _TABLES:
        key = key.removesuffix("ids").removesuffix("id")
        key = f"{key[:-3]}y" if key.endswith("ies") else key.removesuffix("s")
    return key


def _names_in(table: Any) -> dict[str, str]:
    """What the rows of a table call themselves, by their numbers: of a list of them, or of an object."""
    keyed = table if isinstance(table, Mapping) and all(isinstance(row, Mapping) for row in table.values()) else {}
    rows = [row for row in (keyed.values() if keyed else _listed(table)) if isinstance(row, Mapping)]
    found = [(key, row) for key, row in keyed.items()] + [
        (row[key], row) for row in rows for key in _KEYS if key in row
    ]
    named = ((str(key), _name_of(row)) for key, row in found)
    return {key: name for key, name in named if name and name.lower() not in _NOBODY}


def _with_meant(row: Any, known: Mapping[str, Mapping[str, str]]) -> Any:
    """A record with the names of what it has the numbers of."""
    meant: dict[str, Any] = {}
    for name, value in row.items() if isinstance(row, Mapping) and known else ():
        field = _TABLES.get(_one_of(name), "")
        names = [known[field][str(one)] for one in _listed(value) if str(one) in known.get(field, {})]
        if names:
            meant.setdefault(field, names if field == "authors" else names[0])
    return {**row, **meant} if meant else row


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def named_nodes(document: Any) -> dict[str, Mapping[str, Any]]:
    """The objects of JSON-LD that others can refer to, by their ``@id``."""
    return {
        str(node["@id"]): node
        for node in _objects(document)
        if isinstance(node.get("@id"), str) and isinstance(node.get("name"), str) and not is_reference(node)
    }


def _objects(document: Any) -> Iterator[Mapping[str, Any]]:
    waiting, seen = [document], 0
    while waiting and seen < _MOST_OBJECTS:
        found = waiting.pop()
        seen += 1
        if isinstance(found, Mapping):
            yield found
            waiting += [inner for inner in found.values() if isinstance(inner, Mapping | list)]
        elif isinstance(found, list):
            waiting += [inner for inner in found[:_MOST_OBJECTS] if isinstance(inner, Mapping | list)]


def _of_graph(nodes: list[Any], known: Mapping[str, Mapping[str, Any]]) -> list[Any]:
    """The nodes of a graph, each with the persons and outlets that it refers to."""
    return [with_named(node, known) if isinstance(node, Mapping) else node for node in nodes]


def is_beside(node: Any) -> bool:
    """Whether an object of JSON-LD is no article but what articles refer to: a person, a site, a picture."""
    kind = node.get("@type") if isinstance(node, Mapping) and "@id" in node else None
    return isinstance(kind, str) and kind in _BESIDE


def of_a_dump(node: Any) -> bool:
    """Whether an object only says which program and database a dump is of, as phpMyAdmin puts above its tables."""
    said = (
        node.get("type") if isinstance(node, Mapping) and set(node) <= {"type", "version", "comment", "name"} else None
    )
    return said in ("header", "database")


def with_named(node: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """An object of JSON-LD with the objects that it refers to; a site that it is part of is its publisher."""
    whole = {name: _meant(value, known) if name in _REFERRING else value for name, value in node.items()}
    part_of = whole.get("isPartOf")
    for site in part_of if isinstance(part_of, list) else [part_of]:
        if isinstance(site, Mapping) and site.get("@type") in _SITES and not whole.get("publisher"):
            whole["publisher"] = site
    return {name: value for name, value in whole.items() if value not in (None, [])}


def _meant(value: Any, known: Mapping[str, Mapping[str, Any]]) -> Any:
    """What a reference means, ``None`` for one to nothing that is there."""
    if isinstance(value, list):
        return [found for item in value[:50] if (found := _meant(item, known)) is not None]
    return known.get(str(value.get("@id"))) if is_reference(value) else value


def _of_json_api(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document of JSON:API, its records with the names of those that they are related to."""
    known = {
        (str(item.get("type")), str(item.get("id"))): item for item in document["included"] if isinstance(item, Mapping)
    }
    data = document["data"]
    whole = [_related(r, known) for r in data] if isinstance(data, list) else _related(data, known)
    return {**{name: value for name, value in document.items() if name != "included"}, "data": whole}


def _related(record: Any, known: Mapping[tuple[str, str], Mapping[str, Any]]) -> Any:
    relations = record.get("relationships") if isinstance(record, Mapping) else None
    if not isinstance(relations, Mapping):
        return record
    names = {_plain_key(str(name)): _names_of(relation, known) for name, relation in relations.items()}
    inner = record.get("attributes")
    have = {_plain_key(str(name)) for name, value in inner.items() if value} if isinstance(inner, Mapping) else set()
    out = dict(record)
    for field, keys in (("authors", _AUTHORS), ("source", _OUTLETS), ("section", _SECTIONS)):
        found = next((names[key] for key in keys if names.get(key)), None)
        if found and have.isdisjoint(keys):
            out[field] = found if field == "authors" else found[0]
    return out


def _plain_key(name: str) -> str:
    """'field_author' as 'author'."""
    low = name.lower().replace("-", "_")
    return (
        low.removeprefix("field_")
        .removeprefix("article_")
        .removeprefix("news_")
        .removeprefix("story_")
        .removeprefix("post_")
        .replace("_", "")
    )


def _names_of(relation: Any, known: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[str]:
    """The names of those that one relation leads to, in its order."""
    data = relation.get("data") if isinstance(relation, Mapping) else None
    names = []
    for item in data if isinstance(data, list) else [data]:
        if not isinstance(item, Mapping):
            continue
        meant = known.get((str(item.get("type")), str(item.get("id"))), {})
        inner = meant.get("attributes")
        said = inner if isinstance(inner, Mapping) else meant
        name = _name_of(said)
        if name and name.lower() not in _NOBODY:
            names.append(name)
    return names


def _name_of(said: Any) -> str:
    """What an object calls itself, '' where it does not."""
    if not isinstance(said, Mapping):
        return ""
    parts = [said.get(key) for key in ("first_name", "last_name")]
    parts = (
        parts if all(isinstance(p, str) and p.strip() for p in parts) else [said.get("firstName"), said.get("lastName")]
    )
    whole = " ".join(p.strip() for p in parts if isinstance(p, str)) if all(parts) else ""
    found = (said.get(key) for key in _NAMES)
    return whole or next((n.strip() for n in found if isinstance(n, str) and n.strip()), "")
