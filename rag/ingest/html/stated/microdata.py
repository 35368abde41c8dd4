"""Microdata and RDFa: what the elements of a page say of its article beside their text, as JSON-LD would say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.ingest.encoding import one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLE = re.compile(r"(?:\w*Article|Report|BlogPosting|LiveBlogPosting|Review)$")
_MOST_SCOPES = 20
_MOST_PROPERTIES = 200
_LONGEST = 600  # characters of a value
_OTHER_THING = re.compile(r"/(?:\w+Object|Comment|Person|\w*Organization|\w*Event|Product|Offer|Review)$")


def marked_article(tree: HtmlElement) -> dict[str, Any]:
    """The properties of the page's article by their names, each with its first value: a text, or an object where it is
    a thing of its own. Of several articles the one with the headline of the page; nothing where none has it."""
    scopes = [e for e in tree.xpath("//*[@itemscope or @typeof]")[: 5 * _MOST_SCOPES] if _ARTICLE.search(_kind(e))]
    best = max(scopes[:_MOST_SCOPES], key=_weight, default=None)
    sure = best is not None and (len(scopes) == 1 or _weight(best)[0])  # else it may be a teaser
    return _properties(best) if best is not None and sure else {}


def _kind(element: HtmlElement) -> str:
    kind = str(element.get("itemtype") or element.get("typeof") or "").split(" ")[0]
    return kind.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def _weight(scope: HtmlElement) -> tuple[bool, int]:
    return next(scope.iter("h1"), None) is not None, len(scope.text_content())


def _properties(scope: HtmlElement) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in _own(scope):
        named = element.get("itemprop") or element.get("property") or ""
        value: Any = None
        for name in (one.removeprefix("schema:").rsplit("/", 1)[-1] for one in named.split()[:4]):
            if name in found or ":" in name:
                continue
            if value is None:
                inner = element.get("itemscope") is not None or element.get("typeof")
                value = _thing(element) if inner else _value(element)
            if value:
                found[name] = value
    return found


def _thing(element: HtmlElement) -> dict[str, Any]:
    """An object of its own, under its address where that is all that is said of it."""
    address = element.get("itemid") or element.get("resource") or element.get("about")
    return {"@type": _kind(element), "@id": address} | _properties(element)


def _own(scope: HtmlElement) -> Iterator[HtmlElement]:
    """The elements with a property of the scope itself, none of what is inside of a thing in it."""
    waiting = list(reversed(scope))
    count = 0
    while waiting and count < _MOST_PROPERTIES:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        if element.get("itemprop") or element.get("property"):
            count += 1
            yield element
        if element.get("itemscope") is None and not element.get("typeof"):
            waiting += reversed(element)


def _value(element: HtmlElement) -> str:
    """The value of a property, as the specification of microdata has it."""
    for name in ("content", "datetime", "href", "src", "resource"):
        if stated := element.get(name):
            return one_line(stated[:_LONGEST])
    return one_line(element.text_content()[:_LONGEST])


def of_another_item(element: HtmlElement) -> bool:
    """Whether microdata says it of a picture, a comment or a person, not of the page."""
    scope = next((e for e in element.iterancestors() if e.get("itemscope") is not None), None)
    return scope is not None and bool(_OTHER_THING.search((scope.get("itemtype") or "").rstrip("/")))
