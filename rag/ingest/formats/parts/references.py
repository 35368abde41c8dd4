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
_FIELDS = {
    **dict.fromkeys(_AUTHORS, "authors"),
    **dict.fromkeys((*_OUTLETS, "feed"), "source"),
    **dict.fromkeys(_SECTIONS, "section"),
}
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
    return _of_tables(document, {})


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
    return low.removeprefix("field_").removeprefix("article_").removeprefix("news_").replace("_", "")


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
        parts = [said.get(key) for key in ("first_name", "last_name")]
        parts = (
            parts
            if all(isinstance(p, str) and p.strip() for p in parts)
            else [said.get("firstName"), said.get("lastName")]
        )
        whole = " ".join(p.strip() for p in parts if isinstance(p, str)) if all(parts) else ""
        found = (said.get(key) for key in _NAMES)
        name = whole or next((n.strip() for n in found if isinstance(n, str) and n.strip()), "")
        if name and name.lower() not in _NOBODY:
            names.append(name)
    return names


def _of_tables(document: Mapping[str, Any], above: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The document whose articles have the names of the authors, outlets and sections that stand in tables beside them
    ('feeds', 'authors') and that they give the numbers of ('feed_id', 'authorIds'). ``above`` has the tables of what
    holds the document."""
    tables = {**above, **{_one_of(name): table for name, value in document.items() if (table := _table(name, value))}}
    out = dict(document)
    for name, value in document.items():
        if isinstance(value, Mapping) and not above and not _table(name, value):
            out[name] = _of_tables(value, tables) if tables or _has_tables(value) else value
        elif tables and isinstance(value, list) and not _table(name, value):
            out[name] = [_numbered(item, tables) if isinstance(item, Mapping) else item for item in value]
    return out


def _has_tables(document: Mapping[str, Any]) -> bool:
    return any(_table(name, value) is not None for name, value in document.items())


def _one_of(name: str) -> str:
    """'category' of 'Categories' and of 'category_ids'."""
    key = _plain_key(str(name)).removesuffix("ids").removesuffix("id")
    return f"{key[:-3]}y" if key.endswith("ies") else key.removesuffix("s")


def _table(name: str, value: Any) -> Mapping[str, Any] | None:
    """The rows by their ids of a list or an object of authors, outlets or sections; None for anything else."""
    if _one_of(name) not in _FIELDS:
        return None
    if isinstance(value, list) and value and all(isinstance(row, Mapping) and "id" in row for row in value):
        return {str(row["id"]): row for row in value}
    rows = value if isinstance(value, Mapping) and value else {}
    return rows if rows and all(isinstance(row, Mapping) for row in rows.values()) else None


def _numbered(record: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """A record with the names of what it gives the numbers of."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        key = _one_of(name)
        table = next((table for table in tables if key.endswith(table)), None)
        numbers = value if isinstance(value, list) else [value]
        if table is None or not all(isinstance(number, str | int) for number in numbers):
            continue
        rows = {(table, number): tables[table][number] for number in map(str, numbers) if number in tables[table]}
        names = _names_of({"data": [{"type": table, "id": number} for number in numbers]}, rows)
        if names and (field := _FIELDS[table]) not in found:
            found[field] = names if field == "authors" else names[0]
    return {**record, **found}
