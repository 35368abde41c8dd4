"""Spaces of Contentful: entries whose fields have a value for each language, and that link to their authors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.ingest.formats.parts.columns import KEYS
from rag.ingest.formats.shapes import key_of, of_one_language, person_named

_NAMES = ("name", "fullname", "displayname", "title", "label")  # of an entry that others link to, best first


def contentful_records(document: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The articles of an export, or of an answer of the delivery service, each with the names of what it links to;
    ``None`` for any other document. What was never published, or taken back, is a draft."""
    entries = [*_entries(document.get("entries")), *_entries(document.get("items"))]
    included = document.get("includes")
    beside = _entries(included.get("Entry")) if isinstance(included, Mapping) else []
    if not entries:
        return None
    locale = next(
        (str(one.get("code")) for one in _objects(document.get("locales")) if one.get("default") is True), None
    )
    plain = {id(entry): _of_locale(entry["fields"], locale) for entry in (*entries, *beside)}
    names = {str(entry["sys"].get("id")): _name(plain[id(entry)]) for entry in (*entries, *beside)}
    records = [_record(entry["sys"], plain[id(entry)], names) for entry in entries]
    return [record for record in records if _is_article(record)] or None


def _objects(found: Any) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _entries(found: Any) -> list[Mapping[str, Any]]:
    """The entries of a list, none where it holds something else."""
    return [
        one for one in _objects(found)
        if isinstance(one.get("fields"), Mapping) and isinstance(stated := one.get("sys"), Mapping)
        and ("contentType" in stated or stated.get("type") == "Entry")
    ]  # fmt: skip


def _of_locale(fields: Mapping[str, Any], locale: str | None) -> dict[str, Any]:
    """The fields in the main language of their space."""
    found = {}
    for name, value in fields.items():
        own = value.get(locale) if isinstance(value, Mapping) and locale else None
        found[str(name)] = own if own is not None else of_one_language(value)
    return found


def _name(fields: Mapping[str, Any]) -> str | None:
    """What an entry is called where another links to it: a person's or a section's name."""
    if person := person_named(fields):
        return person
    low = {key_of(name): value for name, value in fields.items()}
    return next((low[name].strip() for name in _NAMES if isinstance(low.get(name), str)), None)


def _record(stated: Mapping[str, Any], fields: Mapping[str, Any], names: Mapping[str, str | None]) -> dict[str, Any]:
    """The fields of an entry with its days of publication and whether it is out."""
    record = {name: _named(value, names) for name, value in fields.items()}
    have = {key_of(name) for name, value in record.items() if value}
    out = stated.get("publishedAt")
    if have.isdisjoint(KEYS["published"]):
        record["published_at"] = stated.get("firstPublishedAt") or out
    if have.isdisjoint(KEYS["updated"]) and isinstance(counter := stated.get("publishedCounter"), int) and counter > 1:
        record["updated_at"] = out
    edited = "version" in stated  # an export tells of every version; the delivery service has only what is out
    if "archivedAt" in stated or "archivedVersion" in stated or (edited and not stated.get("publishedVersion")):
        record["status"] = "draft"
    return record


def _named(value: Any, names: Mapping[str, str | None]) -> Any:
    """The name of what a field links to; other values as they are, without links to what is not there."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [one for one in (_named(item, names) for item in value) if one is not None]
    link = value.get("sys") if isinstance(value, Mapping) and set(value) == {"sys"} else None
    return names.get(str(link.get("id"))) if isinstance(link, Mapping) else value


def _is_article(record: Mapping[str, Any]) -> bool:
    have = {key_of(name) for name, value in record.items() if value}
    return not have.isdisjoint(KEYS["title"]) and not have.isdisjoint(KEYS["text"])
