"""Text that a reader of the page never sees is taken out of its tree, before anything else reads it.

What hides text: the ``hidden`` attribute, ``aria-hidden``, styles of its own or of the page's <style> elements
(:mod:`rag.ingest.html.css`), <template>, <noscript>, closed dialogs, and the class names by which sites keep text for
screen readers alone. An article may be hidden only until a script shows it (a fold, a fade, a dialog that was open when
the page was saved); such a part stays: see :func:`_is_the_article`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.ingest.html.blocks import named_body
from rag.ingest.html.css import Sheets, Style, classes, hides

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FOR_SCREEN_READERS = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only screenreader-only element-invisible "
    "a11y-hidden u-visually-hidden assistive-text offscreen off-screen is-visually-hidden vh".split()
)
_READINGS = frozenset(("rt", "rp", "rtc"))
_NO_PROSE = frozenset(("script", "style", "a", "textarea", "option", "button", "title"))
_LEAST = 250  # characters of paragraphs; a page that shows less has its article in what seems hidden


def drop_hidden(tree: HtmlElement) -> None:
    """Remove every element whose text is not seen, with all that is in it."""
    roots = find_hidden(tree)
    weights = {root: sum(map(_prose, root.iter("*"))) for root in roots}
    total = sum(map(_prose, tree.iter("*")))
    shown = total - sum(weights.values())
    if shown < _LEAST:
        # The page shows no article at all: the largest part that a script would show is it.
        likely = [r for r, why in roots.items() if why != "template"]
        best = max(likely, key=lambda r: (weights[r], r.tag != "noscript"), default=None)
        if best is not None and weights[best] > max(shown, _LEAST):
            roots.pop(best)
            if best.tag == "noscript":
                best.tag = "div"
    for root, why in roots.items():
        if not _is_the_article(root, why, weights[root], total):
            root.drop_tree()


def find_hidden(tree: HtmlElement) -> dict[HtmlElement, str]:
    """The outermost hidden elements of a whole page, each with what hides it."""
    from lxml import etree

    sheets = Sheets(tree)
    papers: dict[HtmlElement, Style] = {}  # the background on which each stands, its own or one around it
    roots: dict[HtmlElement, str] = {}
    walk = etree.iterwalk(tree, events=("start",))
    for _, element in walk:
        if element.tag in ("html", "head", "style", "script", "meta", "link"):
            continue
        above = papers.get(element.getparent(), {})
        style = sheets.style(element)
        if "bgcolor" in element.attrib:
            style.setdefault("background-color", element.get("bgcolor", "").lower())
        if element.tag == "font" and "color" in element.attrib:
            style.setdefault("color", element.get("color", "").lower())
        why = None if element.tag == "body" else _why_hidden(element, style, above)
        if why and not (why == "font-size" and _sized_inside(element, sheets)):
            roots[element] = why
            walk.skip_subtree()
        papers[element] = {k: style[k] for k in ("background", "background-color") if k in style} or above
    return roots


def _why_hidden(element: HtmlElement, style: Style, above: Style) -> str | None:
    """What hides the element's text, or ``None``; ``above`` is the style that holds around it."""
    if element.tag in ("template", "noscript"):
        return str(element.tag)
    if element.tag in _READINGS:
        return "reading"  # how a word is spoken stands above it, not in the sentence
    if element.tag == "dialog" and "open" not in element.attrib:
        return "dialog"
    if "hidden" in element.attrib and element.get("hidden", "").lower() != "until-found":
        return "attribute"
    if (element.get("aria-hidden") or "").strip().lower() == "true":
        return "aria"
    if not _FOR_SCREEN_READERS.isdisjoint(c.lower() for c in classes(element)):
        return "screen readers"
    return hides(style, above) if style else None


def _sized_inside(element: HtmlElement, sheets: Sheets) -> bool:
    """Whether something in it has letters of a size again: 'font-size: 0' also takes the gaps between boxes out."""
    sizes = (sheets.font_size(inner) for inner in element.iterdescendants("*"))
    return any(size and not size.startswith(("0", ".0")) for size in sizes)


def _is_the_article(root: HtmlElement, why: str, weight: int, total: int) -> bool:
    """Whether the part is the page's article, shown by a script: it has the greater part of the page's paragraphs and
    says that it is the article (by its headline, its element or its name), and what hides it is a thing of scripts."""
    scripted = why in ("opacity", "visibility", "aria", "size", "transform")
    scripted = scripted or (why == "display" and "display" not in (root.get("style") or "").lower())
    says = named_body(root) or next(root.iter("h1", "article", "main"), None) is not None
    return scripted and weight > 0.5 * total and says


def _prose(element: HtmlElement) -> int:
    """Characters of running text in the element itself, as far as they make paragraphs."""
    if element.tag in _NO_PROSE:
        return 0
    own = (element.text or "") + "".join(child.tail or "" for child in element)
    size = len(" ".join(own.split()))
    return size if size >= 40 else 0
