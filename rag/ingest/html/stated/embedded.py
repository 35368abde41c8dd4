"""Articles inside a page's scripts: pages that are drawn by a program in the browser hold their text as JSON.

Read where the page itself shows next to nothing: the state of Next.js, Nuxt, Apollo, Redux, Arc and others. What its
fields mean is decided by the table that JSON files are read with (``rag.ingest.formats.fields``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from rag.ingest.formats.fields import plain_record, reads_as_article
from rag.ingest.formats.records import page as page_of_record
from rag.ingest.html.metadata import Facts, are_alike
from rag.ingest.html.stated.js_values import NotPlain, js_value
from rag.ingest.page import Page, Wrong
from rag.ingest.segment.bylines import letters, people
from rag.ingest.web.urls import absolute

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MOST_SCRIPTS = 60
_MOST_CHARACTERS = 4 << 20  # of scripts that are read
_MOST_PLAIN = 2 << 20  # of these that are no JSON and read as values all the same
_MOST_OBJECTS = 20_000
_MOST_ASSIGNED = 500  # values of a script; where one is broken, looking for its place costs as much as the script
_MOST_DEEP = 40
_LEAST_TEXT = 120  # characters of an article's text
_ASSIGNED = re.compile(
    r"(?<![\w$.])(?:[\w$]++\.)*+(?:[\w$]++|\[\s*[\"'][\w$./-]+[\"']\s*\])(?:\[\s*[\"'][\w$./-]+[\"']\s*\])?"
    r"\s*=\s*(?=[{\[\"'J]|\(?\s*function\s*\()"
)
_PARSED = re.compile(r"JSON\.parse\(\s*(?=[\"'])")
_PUSHED = re.compile(r"__next_f\.push\(\s*(?=\[)")
_ROW = re.compile(r"^[0-9a-f]{1,4}:(?:\w{1,2})?(?=[{\[])", re.MULTILINE)
_SINGLE = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)


def embedded_article(origin: str, tree: HtmlElement, facts: Facts, least: int) -> Page | None:
    """The article that the page's scripts or its JSON-LD hold, of at least so many characters: the one with the page's
    headline, or the only one; completed by what the page declares."""
    stated = filter(reads_as_article, facts.nodes)
    found = [page for record in (*stated, *_records(tree)) if (page := _page_of(origin, record))]
    found = [page for page in found if len(page.text) >= max(least, _LEAST_TEXT)]
    heads = [head for head in facts.titles if letters(head)]
    own = [page for page in found if any(are_alike(page.title or "", head) for head in heads)]
    if not own and len({letters(page.title or "") for page in found}) == 1 and (not heads or _named_in(found, facts)):
        own = found
    if not own:
        return None
    best = max(own, key=lambda page: (bool(page.published), len(page.text)))
    return replace(
        best,
        title=best.title or facts.title,
        published=facts.published or best.published,
        updated=facts.updated or best.updated,
        source=facts.source or best.source,
        section=facts.section or best.section,
        url=facts.url or absolute(best.url, facts.base),
        authors=facts.authors or people(best.authors, facts.outlets),
        language=facts.language or best.language,
        note=best.note if not facts.published else None,
    )


def _named_in(found: Sequence[Page], facts: Facts) -> bool:
    """Whether the page's address has the words of the headline."""
    words = set(re.findall(r"[^\W\d_]{4,}", (found[0].title or "").lower()))
    return 2 * sum(word in (facts.url or "").lower() for word in words) >= max(2, len(words))


def _page_of(origin: str, record: Mapping[str, Any]) -> Page | None:
    try:
        return page_of_record(origin, plain_record(record))
    except Wrong:
        return None


def _records(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """The objects in a page's scripts that have a headline and a text by any of their names."""
    left = _MOST_OBJECTS
    for document in _documents(tree):
        waiting: list[tuple[Any, int]] = [(document, 0)]
        while waiting and left > 0:
            node, depth = waiting.pop()
            left -= 1
            if isinstance(node, Mapping) and reads_as_article(node):
                yield node
            if depth < _MOST_DEEP and isinstance(node, Mapping | list):
                inner = node.values() if isinstance(node, Mapping) else node
                waiting += [(value, depth + 1) for value in inner if isinstance(value, Mapping | list)]


def _documents(tree: HtmlElement) -> Iterator[Any]:
    """The JSON values in a page's scripts."""
    left = _MOST_CHARACTERS
    plain = [_MOST_PLAIN]
    pushed: list[str] = []
    for holder in tree.xpath("//*[@data-page]")[:2]:  # Inertia
        yield from _values(holder.get("data-page") or "", 0)
    for script in tree.xpath("//script[not(@src)]")[:_MOST_SCRIPTS]:
        text = script.text or ""
        left -= len(text)
        if left < 0:
            return
        kind = (script.get("type") or "").lower()
        if "ld+json" in kind:
            continue
        if "json" in kind:
            for value in _values(text, 0):
                yield _revived(value) if isinstance(value, list) else value
            continue
        pushed += [
            part for at in _PUSHED.finditer(text) for value in _values(text, at.end()) for part in _strings(value)
        ]
        at = tried = 0
        while tried < _MOST_ASSIGNED and (found := _ASSIGNED.search(text, at)):
            at, tried = found.end(), tried + 1
            parsed = _PARSED.match(text, at)
            for value, end in _value(text, parsed.end() if parsed else at, plain):
                at = end
                yield from _values(value, 0) if isinstance(value, str) else [value]
    rows = "".join(pushed)
    for row in islice(_ROW.finditer(rows), _MOST_ASSIGNED):
        yield from _values(rows, row.end())


def _strings(value: Any) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


def _values(text: str, at: int) -> Iterator[Any]:
    yield from (value for value, _ in _value(text, at))


def _value(text: str, at: int, left: list[int] | None = None) -> list[tuple[Any, int]]:
    """The value at a place of a script, and where it ends; nothing where there is none. In JSON, or, where characters
    are ``left`` for it, as scripts write values."""
    while text[at : at + 1].isspace():
        at += 1
    if single := _SINGLE.match(text, at):
        return [(re.sub(r"\\(['\"\\])", r"\1", single[1]), single.end())]
    try:
        if text[at : at + 1] in ("{", "[", '"'):
            return [json.JSONDecoder(strict=False).raw_decode(text, at)]
    except (ValueError, RecursionError):
        pass
    if left is None or text[at : at + 1] not in ("{", "[", "(", "f"):
        return []
    try:
        found = js_value(text, at, at + left[0])
        left[0] -= found[1] - at
        return [found]
    except NotPlain as error:
        left[0] -= error.at - at
        return []


def _revived(values: list[Any]) -> Any:
    """The value of a list whose objects name their fields' values by their places in it, as Nuxt 3 writes them."""
    if not (len(values) > 2 and isinstance(values[0], list | Mapping) and any(isinstance(v, str) for v in values)):
        return values
    numbers = values[0] if isinstance(values[0], list) else list(values[0].values())
    if not all(isinstance(n, int | str) for n in numbers):
        return values
    left = _MOST_OBJECTS

    def whole(at: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if type(at) is not int or not 0 <= at < len(values) or depth > _MOST_DEEP or left < 0:
            return None
        value = values[at]
        if isinstance(value, Mapping):
            return {name: whole(place, depth + 1) for name, place in value.items()}
        if isinstance(value, list):
            places = value[1:] if value and isinstance(value[0], str) else value  # ['Reactive', 1]
            return [whole(place, depth + 1) for place in places]
        return value

    return whole(0, 0)
