"""Text that is not of the page's article, whatever it reads like, is taken out of its tree before anything else reads
it: what a reader never sees, boxes that ask readers to sign up; posts of other sites in it become quotations.

What hides text: the ``hidden`` attribute, ``aria-hidden``, styles of its own or of the page's <style> elements
(:mod:`rag.ingest.html.css`), <template>, <noscript>, closed dialogs, and the class names by which sites keep text for
screen readers alone. An article may be hidden only until a script shows it (a fold, a fade, a dialog that was open when
the page was saved); such a part stays: see :func:`_is_the_article`.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import named_body, names_of
from rag.ingest.html.css import Sheets, Style, classes, hides

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FOR_SCREEN_READERS = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only screenreader-only element-invisible "
    "a11y-hidden u-visually-hidden assistive-text offscreen off-screen is-visually-hidden vh".split()
)
_READINGS = frozenset(("rt", "rp", "rtc"))
_NO_PROSE = frozenset(("script", "style", "a", "textarea", "option", "button", "title"))
_POST_NAMES = re.compile(
    r"(?:^|\s)(?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|bluesky-embed|fb-(?:post|video)|text-post-media"
    r"|reddit-(?:card|embed\w*)|(?:mastodon|truthsocial|imgur)-embed(?:-pub)?|telegram-post)(?=[\s-]|$)",
    re.IGNORECASE,
)
_POST_LINK = re.compile(
    r"//(?:[a-z]{1,6}\.)?(?:(?:twitter|x)\.com/\w{1,20}/status(?:es)?/\d|bsky\.app/profile/[^/]+/post/|t\.me/\w+/\d"
    r"|instagram\.com/(?:[\w.]+/)?(?:p|reel|tv)/|facebook\.com/.{1,80}/(?:posts|videos)/|threads\.(?:net|com)/@"
    r"|tiktok\.com/@[^/]+/video/|truthsocial\.com/@|[\w.-]+/@\w+(?:@[\w.-]+)?/\d{10})",
    re.IGNORECASE,
)
"""Where a single post of a network is."""
_HANDLE = re.compile(r"\(@[\w.-]+\)")
_POST = re.compile(r"(?P<said>.{2,}?)\s*[—–]\s*(?P<who>[^—–]{1,80}?\(@?[\w.@-]+\))(?P<when>[^()]{0,40})", re.DOTALL)
_LEFT_BY_SCRIPTS = re.compile(r"\s*(?:pic\.twitter\.com/|https?://t\.co/)\w+")
_LONGEST_POST = 4000  # characters
_SHARE_OF_POSTS = 0.5  # of all text; of more than that the page is made
_SIGN_UP = re.compile(
    r"(?:^|[\s_-])(?:sign-?up|subscri\w+|newsletter\w*|opt-?in|mailing-?list|cta|abonn\w*|iscri\w*|suscri\w*|inscri\w+)"
    r"(?=[\s_-]|$)",
    re.IGNORECASE,
)
_ASKS_FIRST = re.compile(
    r"(?:sign up (?:to|for)|subscribe to|get (?:our|the)(?= .*(?:newsletter|inbox|e-?mail|briefing))|join our"
    r"|our .*newsletter|(?:free )?newsletters?\b|(?:(?:jetzt|hier) )?(?:unser\w*|den|zum) .*newsletter"
    r"|newsletter (?:abonnieren|bestellen)|(?:abonnez|inscrivez)-vous|recevez (?:notre|la|nos|chaque|le meilleur)"
    r"|suscr[ií]b(?:ete|ase|irse) a|recib[ea] (?:nuestr|la news|el bolet)|(?:iscriviti|abbonati) a|ricevi .*newsletter"
    r"|(?:assine|inscreva-se n|receba) .*|schrijf je in|meld je aan|ontvang .*nieuwsbrief|zapisz się"
    r"|подпишитесь на|подписывайтесь на|prenumerera på|tilmeld dig|meld deg på|tilaa .*uutiskirje)(?=\W|$).*",
    re.IGNORECASE,
)
"""How a box begins that asks to sign up."""
_LONGEST_ASKED = 80  # characters of such a line
_LONGEST_NOTICE = 900  # characters of a box with what is to be said of privacy
_MOST_TRIED = 200  # elements that may be such a box
_MOST_PARTS = 200  # elements in one
_LONGEST_BOX = 400  # characters of what asks to sign up
_LEAST_BESIDE = 60  # characters of a paragraph
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
    for box in (*_boxes(tree), *_named_boxes(tree)):
        if box.getparent() is not None:
            box.drop_tree()
    quote_posts(tree)


def quote_posts(tree: HtmlElement) -> None:
    """Turn posts of networks that are shown in a text into what newspapers print of them, for their sentences are none
    of the article's author: 'Ann Poe (@annpoe), May 1, 2024: “The quay is shut.”' What names nobody goes."""
    posts = [e for e in tree.iter("blockquote", "div") if _is_post(e)]
    most = _SHARE_OF_POSTS * _letters([tree]) if posts else 0
    for post in posts:
        for line in post.iter("br", "p", "div"):
            line.tail = f" {line.tail or ''}"
        told = _POST.fullmatch(_LEFT_BY_SCRIPTS.sub("", one_line(post.text_content()[:_LONGEST_POST])))
        if told is None and _letters([post]) <= most:
            post.drop_tree()
        elif told is not None:
            for inner in list(post):
                post.remove(inner)
            for name in list(post.attrib):
                del post.attrib[name]
            when = f", {told['when'].strip()}" if told["when"].strip() else ""
            post.tag, post.text = "p", f"{told['who'].strip()}{when}: “{told['said'].strip()}”"


def _boxes(tree: HtmlElement) -> list[HtmlElement]:
    """The boxes between two paragraphs that ask to sign up: with a field for an address, or a button under such a name.
    At the end of a text they say where it stops for those who do not pay."""
    found: dict[HtmlElement, None] = {}
    tried = 0
    for control in tree.iter("form", "input", "button"):
        asks = control.tag == "input" and "mail" in f"{control.get('type')} {control.get('name')}".lower()
        for part in (control, *islice(control.iterancestors(), 6)):
            if part.tag in ("body", "main", "article", "html") or named_body(part) or _is_long(part):
                break
            asks = asks or _SIGN_UP.search(names_of(part)) is not None
            tried += asks
            if asks and _between(part):
                found[part] = None
                break
        if tried > _MOST_TRIED:
            break
    return list(found)


def _named_boxes(tree: HtmlElement) -> list[HtmlElement]:
    """The boxes between two paragraphs that begin with a line that asks to sign up, and have more than that line."""
    found: dict[HtmlElement, None] = {}
    for line in tree.iter("p", "h2", "h3", "h4", "h5", "h6", "strong", "b", "span", "div"):
        said = one_line((line.text or "")[: 2 * _LONGEST_ASKED])
        if not 8 <= len(said) <= _LONGEST_ASKED or said.endswith((".", ",")) or not _ASKS_FIRST.fullmatch(said):
            continue
        for part in islice(line.iterancestors(), 6):
            if part.tag in ("body", "main", "article", "html", "p", "li", "td") or named_body(part):
                break
            if _is_long(part, _LONGEST_NOTICE) or not one_line(part.text_content()[:2000]).startswith(said):
                break
            if _between(part):
                found[part] = None
                break
    return list(found)


def _is_long(part: HtmlElement, longest: int = _LONGEST_BOX) -> bool:
    """Whether it shows more than such a box does."""
    shown = 0
    for number, element in enumerate(part.iter()):
        unread = not isinstance(element.tag, str) or element.tag in ("script", "style")
        shown += len(" ".join((("" if unread else element.text or "") + " " + (element.tail or "")).split()))
        if shown > longest or number > _MOST_PARTS:
            return True
    return False


def _between(part: HtmlElement) -> bool:
    """Whether paragraphs stand before and behind it."""
    return all(
        any(e.tag == "p" and len(e.text_content()) >= _LEAST_BESIDE for e in part.itersiblings("p", preceding=before))
        for before in (True, False)
    )


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


def _letters(elements: list[HtmlElement]) -> int:
    texts = (text for e in elements for text in e.xpath(".//text()[not(ancestor::script or ancestor::style)]"))
    return sum(len(text.strip()) for text in texts)


def _is_post(element: HtmlElement) -> bool:
    """Whether it shows a post of a network: by its name, or a quotation that ends with the link to one."""
    if _POST_NAMES.search(names_of(element)):
        return True
    links = list(element.iter("a")) if element.tag == "blockquote" else []
    if not links or not _POST_LINK.search(links[-1].get("href") or ""):
        return False
    text, last = element.text_content().rstrip(), links[-1].text_content().strip()
    return text.endswith(last) and (any(map(str.isdigit, last)) or _HANDLE.search(text) is not None)


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
