"""Datasets of Sanity: a document a line, of all kinds, that refer to each other; drafts by their ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rag.ingest.encoding import MAX_FILE_BYTES, decode
from rag.ingest.formats import records
from rag.ingest.formats.fields import plain_record, reads_as_article
from rag.ingest.page import Page, Withdrawal, Wrong, failed, instead_of_article
from rag.types import ReportItem

_UNPUBLISHED = ("drafts.", "versions.")
_NAMES = ("name", "title", "fullName", "displayName", "label")


def is_dataset(head: bytes) -> bool:
    """Whether the beginning of a file of lines is that of a dataset."""
    first = next((line for line in head.split(b"\n") if line.strip()), b"")
    return first.lstrip(b"\xef\xbb\xbf ").startswith(b"{") and b'"_id"' in first and b'"_type"' in first and (
        b'"_rev"' in first or b'"_createdAt"' in first
    )  # fmt: skip


def read_dataset(origin: str, data: bytes) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a dataset of at most ``MAX_FILE_BYTES``, with the names of what they refer to."""
    if len(data) > MAX_FILE_BYTES:
        yield failed(origin, f"a dataset of more than {MAX_FILE_BYTES >> 20} MiB; export only the kinds with articles")
        return
    found: list[tuple[int, Any]] = []
    for number, line in enumerate((decode(data) or "").splitlines(), 1):
        if line.strip():
            try:
                found.append((number, json.loads(line)))
            except (ValueError, RecursionError):
                yield failed(f"{origin}#line {number}", f"line {number}: not valid JSON")
    documents = {str(one.get("_id")): one for _, one in found if isinstance(one, Mapping)}
    meant = {name for one in documents.values() for name in _referred(one)}
    for number, one in found:
        where = f"{origin}#line {number}"
        if not isinstance(one, Mapping) or (str(one.get("_id")) in meant and not reads_as_article(one)):
            continue  # an author, a section, a picture: its name is in the articles
        try:
            yield records.page(where, plain_record(_whole(one, documents)))
        except Wrong as wrong:
            yield instead_of_article(where, wrong, f"line {number}: ")


def _referred(value: Any, depth: int = 0) -> Iterator[str]:
    """The ids that a document refers to."""
    if isinstance(value, Mapping) and depth < 12:
        if isinstance(name := value.get("_ref"), str):
            yield name
        for inner in value.values():
            yield from _referred(inner, depth + 1)
    elif isinstance(value, list) and depth < 12:
        for inner in value:
            yield from _referred(inner, depth + 1)


def _whole(document: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """A document with names for what it refers to, and whether it is out."""
    record = {name: _named(value, known) for name, value in document.items()}
    if str(document.get("_id")).startswith(_UNPUBLISHED):
        record["status"] = "draft"
    return record


def _named(value: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [one for one in (_named(item, known) for item in value) if one is not None]
    if isinstance(value, Mapping) and isinstance(value.get("_ref"), str):
        meant = known.get(value["_ref"], {})
        return next((meant[name] for name in _NAMES if isinstance(meant.get(name), str)), None)
    return value
