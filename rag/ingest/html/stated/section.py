"""The section of an article where its page prints it: in breadcrumbs, in the link to a category beside the headline or
under the text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import in_a_list_of_others

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NAMES = (
    "category-name cat-links entry-categories post-categories gh-article-tag p-category field--name-field-section "
    "field--name-field-category article-section section-name"
)
_PLACES = (
    "@itemprop='articleSection' or @itemprop='genre'",
    "contains(concat(' ', @rel, ' '), ' category ')",  # of WordPress
    " or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in _NAMES.split()),
)
"""Where systems print it, the surest first: microdata, WordPress, then Joomla, Ghost, Drupal and microformats."""
_FRONT = ("home", "start", "startseite", "accueil", "inicio", "início", "")
_LONGEST = 4  # words
_MOST = 8  # of one kind that are tried


def printed_sections(tree: HtmlElement) -> Iterator[str]:
    """What may be the section's name, best first."""
    crumbs = tree.xpath("//*[contains(@class, 'breadcrumb') or contains(@aria-label, 'readcrumb')]")[:1]
    links = (one_line(a.text_content()[:200]) for crumb in crumbs for a in crumb.iter("a"))
    yield from (one for one in chain(links, _named(tree)) if one.lower() not in _FRONT and len(one.split()) <= _LONGEST)


def _named(tree: HtmlElement) -> Iterator[str]:
    """By the names of elements, each without its label: 'Sea' of 'Category: Sea', and of 'Posted in Sea, People' the
    first link."""
    for place in _PLACES:
        for element in tree.xpath(f"//*[{place}]")[:_MOST]:
            if not _is_of_the_article(element):
                continue
            link = next((a for a in element.iter("a")), element)
            yield one_line(link.text_content()[:200]).rpartition(": ")[2]


def _is_of_the_article(element: HtmlElement) -> bool:
    """Whether it is of the one article on the page, not of a menu or the list of others."""
    around = list(element.iterancestors())
    if any(part.tag in ("nav", "aside") for part in around) or in_a_list_of_others(element):
        return False
    article = next((part for part in reversed(around) if part.tag == "article"), None)
    return article is None or next(article.iter("h1"), None) is not None or element.xpath("count(//article)") == 1
