"""A piece of HTML as a feed holds it -> plain text, one block a line; what a reader would not see is left out."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import islice, takewhile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.ingest.encoding import clean, one_line
from rag.ingest.html.blocks import BREAKING, blocks
from rag.ingest.html.hidden import find_hidden, quote_posts
from rag.text.lexicon import CJK

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX = 1 << 20  # characters of one fragment that are read; no article is longer
_INLINE = re.compile(
    r"</?(?:a|abbr|b|br|cite|code|em|font|i|img|p|q|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>", re.I
)
_WIDE = re.compile(rf"[{CJK}]")
_MARKUP = re.compile(r"<[a-zA-Z/!]")
_SHORTCODE = re.compile(
    r"\[caption\b[^\]]{0,500}\].{0,2000}?\[/caption\]|\[/?(?:gallery|embed|audio|video|playlist)\b[^\]]{0,500}\]", re.S
)
"""WordPress' own marks, which it would carry out before anybody reads them."""
_STATED = re.compile(
    r"(?:^|\s)(?:field-{1,2}name-|views-field-)"
    r"((?:node-)?(?:title|uid|name|author|created|changed|post-date|published-at|submitted))(?=\s|$)"
)
"""Classes of Drupal's wrappers around a field that a feed states by itself: headline, author and time."""
_BODY = re.compile(r"(?:^|\s)(?:field-{1,2}name-|views-field-)(?:field-)?(?:body|text|content)\b")
_STOPS = frozenset('.!?…»”"')
# What publishing systems put under the text of every entry.
_ENTRY = (
    r"the post|l['’]article|der beitrag|el art[ií]culo|la entrada|(?:het |dit )?bericht|l['’]articolo|o post|a matéria"
    r"|artykuł|wpis|inlägget|indlægget|innlegget|artikkeli|запись|сообщение|příspěvek|článek|príspevok|postarea|articolul"
    r"|το άρθρο|запис|l['’]entrada|the article"
)
_FIRST_AT = (
    r"appeared first on|(?:est )?apparu en premier sur|erschien zuerst auf|(?:apareció|se publicó) primero en"
    r"|verscheen (?:het )?eerst op|proviene da|sembra essere il primo su|è apparso per la prima volta su"
    r"|apareceu primeiro em|ha aparegut primer a|pochodzi z(?: serwisu)?|pojawi[łl][ao]? się (?:początkowo|najpierw"
    r"|po raz pierwszy) (?:na|w)|dök först upp på|blev først (?:vist|udgivet) på|dukket først opp på|vises først på"
    r"|julkaistiin ensimmäisenä|(?:впервые )?появил(?:ась|ся|ись)(?: сначала| впервые)? на|(?:se )?nejdříve objevil na"
    r"|sa najskôr zobrazil na|apare prima dată în|εμφανίστηκε πρώτα στο|спочатку з['’]явився на"
)
_TAIL = re.compile(
    rf"(?:{_ENTRY})\s.{{1,300}}\b(?:{_FIRST_AT})\s.{{1,120}}"
    r"|(?:投稿|貼文).{1,300}(?:最初に表示されました|最先出現在|最早出現於).{0,80}"
    r"|(?:\d+ )?comments?(?: \(\d+\))?|permalink|share this.{0,60}",
    re.IGNORECASE,
)
_OF_WRITER = re.compile(r"/(?:authors?|autor(?:a|es)?|auteurs?|autore|profile|people|staff)/[^/?#]+", re.IGNORECASE)
_DEEP_IN_BOX = 6  # elements around the name of a writer
_LONGEST_BOX = 1000  # characters of what is told of him
_BEFORE_NAME = 20  # characters, such as 'About the author'
_BESIDE_LINKS = 60  # characters of a line that says where a text was first
_GOES_ON = re.compile(
    r"\b(?:read (?:more|on|the (?:full|whole) (?:story|article))|continue reading|(?:weiter|mehr) ?lesen|lire la suite"
    r"|leer más|seguir leyendo|leggi (?:tutto|l['’]articolo)|continua a leggere|lees (?:meer|verder)|leia mais"
    r"|continuar a ler|läs (?:mer|vidare|hela)|les (?:mer|videre|hele)|læs (?:mere|videre|hele)|lue (?:lisää|koko)"
    r"|czytaj (?:więcej|dalej|całość)|číst (?:dále|více|celé)|čítať ďalej|tovább olvasom|devamını oku|читать (?:далее"
    r"|дальше|полностью)|читати далі|(?:more|weiter|suite)(?=\s*[»>→]))[^.!?…]{0,80}(?:\.{2,}|[…\s»>→\])])*$"
    r"|(?:続きを読む|阅读全文|閱讀全文|查看全文|더\s?보기|전문 보기)(?:\.{2,}|[…\s»>→\])])*$",
    re.IGNORECASE,
)
_CUT = re.compile(rf"(?:…|\.\.\.|\[\s*more\s*\])[\])\s»>→]*$|{_GOES_ON.pattern}", re.IGNORECASE)


def fragment_text(fragment: str) -> str:
    """The text of the fragment, blocks apart by an empty line; empty for one that cannot be read."""
    fragment = _SHORTCODE.sub("", fragment[:_MAX])
    if not _MARKUP.search(fragment):
        return _blocks(html.unescape(fragment).split("\n\n"))
    from lxml import etree
    from lxml import html as lxml_html

    try:
        tree = lxml_html.document_fromstring(f"<html><body><div>{clean(fragment)}</div></body></html>")
        for hidden in find_hidden(tree):
            hidden.drop_tree()
        quote_posts(tree)
        for repeated in (*_repeated(tree), *_says_where_first(tree)):
            repeated.drop_tree()
        for box in _about_writer(tree):
            box.drop_tree()
        return _blocks([block.text for block in blocks(tree) if not block.apart])
    except (etree.LxmlError, ValueError, AssertionError):
        return ""


def _repeated(tree: HtmlElement) -> list[HtmlElement]:
    """What repeats the fields of a feed's entry, each once, outside of its body and of tables; several are a list."""
    found: dict[str, list[HtmlElement]] = {}
    for element in tree.xpath("//*[@class]"):
        named = _STATED.search(element.get("class"))
        if named and not any(map(_is_body, (*element.iterancestors(), *element.iter()))):
            found.setdefault(named[1], []).append(element)
    return [elements[0] for elements in found.values() if len(elements) == 1]


def _says_where_first(tree: HtmlElement) -> list[HtmlElement]:
    """The last paragraph, where it is a link to a page, one to the front page of the same site and few words beside
    them: what publishing systems put under an entry, in any language ('The post ... appeared first on ...')."""
    last = next(reversed([p for p in tree.iter("p") if p.text_content().strip()]), None)
    links = list(last.iter("a")) if last is not None else []
    if last is None or len(links) != 2:
        return []
    page, front = (urlsplit((link.get("href") or "").strip()) for link in links)
    beside = len(one_line(last.text_content())) - sum(len(one_line(link.text_content())) for link in links)
    own = page.netloc == front.netloc != "" and page.path.strip("/") and not front.path.strip("/") and not front.query
    return [last] if own and beside <= _BESIDE_LINKS else []


def _about_writer(tree: HtmlElement) -> list[HtmlElement]:
    """The box that ends a text and tells of its writer: it begins with the link to all that he wrote, alone on its
    line, and goes on with more. Plugins for it are many, and their names for it too."""
    links = [a for a in tree.iter("a") if "author" in (a.get("rel") or "") or _OF_WRITER.search(a.get("href") or "")]
    boxes = {box: None for a in links if (box := _box_begun_by(a, links)) is not None}
    if len(boxes) != 1:
        return []
    before, behind = (
        one_line("".join(text for box in boxes for text in box.xpath(f"{axis}::text()")))
        for axis in ("preceding", "following")
    )
    return list(boxes) if before and (not behind or _TAIL.fullmatch(behind[:500])) else []


def _box_begun_by(link: HtmlElement, others: Sequence[HtmlElement]) -> HtmlElement | None:
    """The outermost element at whose head a link stands that is alone on its line, where that has more lines and is not
    about others."""
    name = one_line(link.text_content())
    line = next((e for e in link.iterancestors() if e.tag in BREAKING), None)
    if not name or line is None or one_line(line.text_content()) != name:
        return None
    box = None
    for around in islice(line.iterancestors(), _DEEP_IN_BOX):
        said = one_line(around.text_content()[: 2 * _LONGEST_BOX])
        named = {one_line(a.text_content()) for a in around.iter("a") if a in others} - {"", name}
        begun = re.match(rf"[^.!?…:]{{0,{_BEFORE_NAME}}}{re.escape(name)}", said)
        if around.tag == "body" or named or not begun or len(said) > _LONGEST_BOX:
            break
        box = around if said != name else box
    return box


def _is_body(element: HtmlElement) -> bool:
    return element.tag == "table" or bool(_BODY.search(element.get("class") or ""))


def plain_line(text: str) -> str:
    """A title or a name: without the markup that may be in one, '5 < 6' as it is."""
    return one_line(html.unescape(_INLINE.sub(" ", html.unescape(text[:2000]))))


def cut_short(text: str) -> bool:
    """Whether the text says that it goes on elsewhere: '...', '[…]', 'Read more'."""
    return bool(_CUT.search(text[-200:]))


def without_more(text: str) -> str:
    """The text without the 'Read more' that ends it."""
    return text[:-200] + _GOES_ON.sub("", text[-200:]).rstrip("[( \n\t")


def estimate_words(text: str) -> int:
    """About how many words: of Chinese or Japanese two characters count as one."""
    rest, wide = _WIDE.subn(" ", text)
    return len(re.findall(r"[^\W\d_][\w'’-]*", rest)) + wide // 2


def has_sentence(text: str) -> bool:
    """Whether there is at least one sentence to quote: a few words that end as one, or run on to a cut."""
    for row in text.split("\n"):
        behind = takewhile(lambda c: not c.isalnum() and c != "_", reversed(row))
        if estimate_words(row) >= (12 if _STOPS.isdisjoint(behind) else 4):
            return True
    return False


def _blocks(rows: list[str]) -> str:
    kept = [row for row in (one_line(row) for row in rows) if row]
    while kept and _TAIL.fullmatch(kept[-1][:500]):
        kept.pop()
    return "\n\n".join(kept)
