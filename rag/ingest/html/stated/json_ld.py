"""JSON-LD: the objects in which a page describes its articles."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLE = re.compile(r"(?:\w*Article|Report|BlogPosting|LiveBlogPosting|Review|AdvertiserContentArticle|Recipe)$")
_WRAPPING = re.compile(r"^(?://)?\s*(?:<!\[CDATA\[|<!--)|(?://)?\s*(?:\]\]>|-->)\s*;?$|;$")  # of scripts
_MAX_NODES = 2000  # of JSON-LD
_REFERRING = ("author", "creator", "publisher")
_INNER = ("itemListElement", "item", "mainEntityOfPage", "mainEntity", "hasPart", "@graph")  # what holds other objects


def json_ld_name(value: Any) -> str | None:
    """A JSON-LD value that is a text, an object with a name, or a list of such."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id")
        value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, str) and value.strip() else None


def json_ld(tree: HtmlElement) -> list[dict[str, Any]]:
    """The JSON-LD objects that describe articles, in the order of the page."""
    out: list[dict[str, Any]] = []
    known: dict[str, dict[str, Any]] = {}  # by what other nodes call them
    seen = 0
    for script in tree.xpath("//script[contains(@type, 'ld+json')]")[:50]:
        source = _WRAPPING.sub("", (script.text or "").strip())
        try:
            nodes: list[Any] = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):
            continue
        while nodes and seen < _MAX_NODES:
            node = nodes.pop()
            seen += 1
            if isinstance(node, list):
                nodes += reversed(node[:200])
            elif isinstance(node, dict):
                kinds = node.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(k, str) and _ARTICLE.match(k.rsplit("/", 1)[-1]) for k in kinds):
                    out.append(node)
                elif isinstance(name := node.get("@id"), str) and isinstance(node.get("name"), str):
                    known.setdefault(name, node)
                nodes += [inner for name in _INNER if isinstance(inner := node.get(name), dict | list)]
    return [{name: _named_node(value, known) if name in _REFERRING else value for name, value in node.items()}
            for node in out]  # fmt: skip


def _named_node(value: Any, known: Mapping[str, dict[str, Any]]) -> Any:
    """The node that a bare reference ({'@id': ...}) means."""
    if isinstance(value, list):
        return [_named_node(item, known) for item in value[:20]]
    named = isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value
    return known.get(value["@id"], value) if named else value
