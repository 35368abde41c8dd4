"""Who wrote a page's article: the places in which pages say so, the surest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import elsewhere, names_of
from rag.ingest.html.stated.json_ld import json_ld_name
from rag.ingest.segment.bylines import byline, letters, looks_like_name, people
from rag.text.lexicon import CJK
from rag.text.tokens import unaccented

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_METAS = "author article:author parsely-author sailthru.author dc.creator dcterms.creator byl".split()
_BYLINES = (
    ("//*[@itemprop='author']//*[@itemprop='name']", 4),
    ("//*[@rel='author']", 4),
    ("//*[@itemprop='author']", 1),
    ("//*[contains(@class, 'p-author')]", 1),
    ("//*[contains(@class, 'byline') or contains(@class, 'author-name') or contains(@class, 'author__name')]", 4),
)  # where pages print authors, and how many such elements can be those of one article
_LIKE_A_WRITER = re.compile(
    r"author|autor|auteur|autore|byline|firma|writer|reporter|verfasser|redact|redakt|kirjoittaja|toimittaja|journalist"
    r"|skribent|forfatter|szerzo|signatur|yazar|escritor|penulis|tacgia|muhabir|dziennikarz|novinar|giornalist|jornalist"
    r"|periodist|verslaggever|korrespondent|wartawan|contributor|(?<!\S)by(?!\S)",
    re.IGNORECASE,
)
"""What the class of an element may have that names who wrote."""
_SAID_TO_NAME = (
    "//address | //*[@data-testid or @data-test-id or @data-component or @data-qa or @data-cy or @data-test"
    " or @data-name or @data-module or @data-type or @data-role or @data-gu-name or @aria-label]"
)
_NAMING = re.compile(
    r"class|id|rel|aria-label|data-(?:testid|test-id|component|qa|cy|test|name|module|type|role|gu-name)"
)
_SUBMITTED = (
    "//*[contains(concat(' ', @class, ' '), ' submitted ') or contains(@class, 'node__submitted')]"
    "[not(ancestor::*[contains(@class, 'comment')])]"
)
"""Where Drupal says who submitted an article, in its footer too."""
_WRITER = re.compile(
    r"contributors?|author\w*|autor\w*|auteurs?|autore|autori|byline\w*|firma|firmante|writers?|reporters?|verfasser\w*|redact(?:eur|or)\w*"
    r"|redakteur\w*|redaktor\w*|kirjoittaja|toimittaja|journalist\w*|skribent|forfatter|szerzo|signature?|signatur|yazar"
    r"|escritor|penulis|tacgia|muhabir|dziennikarz|novinar|giornalista|jornalista|periodista|verslaggever|korrespondent\w*"
    r"|wartawan"
)
_OTHER = re.compile(
    r"photo\w*|foto\w*|image|img|picture|caption|credits?|comments?|avatar|bio\w*|social|quote|about|more|info|desc\w*"
    r"|related|recommend\w*|popular|trending|role|title|job|links?|articles|posts|topics?|follow|email|mail|twitter"
)
"""Words beside 'author' in a name that is that of a picture, a post or a list."""
_BESIDE_WRITER = re.compile(r"info|desc|about|more|links?|title|bio")
"""Of these words, those in the name of a line that signs, where it begins as one: 'By ...' in 'info-author'."""
_PLACES = re.compile(
    r"(?:^|[\s_-])(?:location|place|dateline|city|town|ort|lugar|ciudad|cidade|local(?:idade)?|ville|lieu|luogo|citt[aà]"
    r"|plaats|plats|sted|mesto|město|miejsce)(?=[\s_-]|$)",
    re.IGNORECASE,
)
"""Names of what says where somebody wrote."""
_USERS = (
    "//*[self::article or self::main]//*[contains(@class, 'user-name') or contains(@class, 'username')"
    " or contains(@class, 'owner-name') or @data-hook='user-name']"
    "[not(preceding::p[string-length(.) > 80]) and not(ancestor::*[contains(@class, 'comment')])]"
)
"""Where systems for everybody's pages say who posted, above the text."""
_BEFORE_A_TIME = re.compile(
    r"\s+(?:on|at|am|um|le|à|el|il|op|den|em|dnia|a las|kl\.?|dne)$|[\s,|·•–—-]+$", re.IGNORECASE
)
_LONGEST = 90  # characters of a byline
_BY = {
    "af": "deur", "br": "gant", "ca": "per", "cy": "gan", "eo": "de", "fil": "ni(?:na)?", "fo": "eftir", "fy": "troch",
    "ga": "le", "ha": "daga", "ht": "pa", "id": "oleh", "is": "eftir", "lb": "v[uo][mn]", "ms": "oleh", "mt": "minn",
    "oc": "per", "ro": "de", "rw": "na", "so": "waxaa qoray|w/q", "sq": "nga", "sw": "(?:imeandikwa )?na", "th": "โดย",
    "tl": "ni(?:na)?", "vi": "bởi",
}  # fmt: skip
"""What signs in languages in which few newspapers are read here: words that are names or articles in others."""
_MOST = 12  # elements that are tried


def author_lines(
    tree: HtmlElement, ld: Mapping[str, Any], metas: Mapping[str, Sequence[str]]
) -> Iterator[Sequence[str | None]]:
    """What may name the authors, each witness by itself: JSON-LD, meta elements, then bylines on the page."""
    value = ld.get("author") or ld.get("creator")
    given = value if isinstance(value, list) else [value]
    yield [json_ld_name(v) for v in given if not (isinstance(v, dict) and "Organization" in str(v.get("@type")))]
    for name in _METAS:
        yield metas.get(name, [])
    if "Written by" in metas.get("twitter:label1", [])[:1]:
        yield metas.get("twitter:data1", [])
    for path, most in _BYLINES:
        lines = [e for e in tree.xpath(path)[:_MOST] if not elsewhere(e) or _signs(e, tree)]
        lines = [e for e in lines if not _PLACES.search(names_of(e))][:4]
        yield [t for e in lines if (t := _words(e)) and len(t) <= _LONGEST][:most]
    yield next(([_words(e)] for e in tree.xpath(_SUBMITTED)[:1] if len(_words(e)) <= _LONGEST), [])
    like = [e for e in tree.xpath("//*[@class or @id]") if _LIKE_A_WRITER.search(names_of(e))][: 2 * _MOST]
    named = (e for e in like if _is_named(e) and not elsewhere(e))
    yield next(([text] for e in named if len(text := _words(e)) <= _LONGEST and _names(text)), [])
    yield next(_above_their_posts([*like, *tree.xpath(_SAID_TO_NAME)[: 4 * _MOST]]), [])
    yield next(([text] for e in tree.xpath(_USERS)[:_MOST] if _names(text := _words(e))), [])
    yield next(_at_their_pages(tree, [*given, *metas.get("article:author", ())]), [])


def _above_their_posts(elements: Sequence[HtmlElement]) -> Iterator[Sequence[str]]:
    """The full names with which elements begin that hold a name and a post: a byline's by its class, its data
    attributes or its label, an <address> beside the headline."""
    for element in elements:
        names = " ".join(
            value.replace(" ", "-") if name == "aria-label" else value
            for name, value in element.attrib.items()
            if _NAMING.fullmatch(name)
        )
        named = _is_above_text(element) if element.tag == "address" else _is_named(element, names)
        if not named or elsewhere(element):
            continue
        if len(whole := _words(element)) > _LONGEST:
            continue
        first = next((text for part in element.itertext() if len(text := one_line(part[:_LONGEST])) > 1), "")
        full = people([first]) if whole != first else ()
        alone = len(people([whole])) < 2  # of several names the first is not enough
        if _names(whole) and not (full and alone):
            yield [whole]
        elif full and all(len(name.split()) > 1 and looks_like_name(name) for name in full) and _names(first):
            yield [first]


def _is_above_text(element: HtmlElement) -> bool:
    """Whether an <address> stands above all paragraphs; below them it is where a thing takes place."""
    told = element.xpath("boolean(preceding::p[string-length(.) > 80])")
    return not told and not re.search(r"\d|@", element.text_content()[:_LONGEST])


def _at_their_pages(tree: HtmlElement, given: Sequence[Any]) -> Iterator[Sequence[str]]:
    """The names that the page prints of people that it gives by the address of their own pages alone."""
    for value in given:
        address = value.get("url") or value.get("@id") if isinstance(value, dict) else value
        if not isinstance(address, str) or "/" not in address:
            continue
        last = unquote(urlsplit(address).path.rstrip("/").rsplit("/", 1)[-1]).removesuffix(".html")
        words = re.findall(r"[^\W\d_]+", last)
        if not 2 <= len(words) <= 4:
            continue
        wanted = unaccented("".join(words))
        texts = (one_line(text) for text in tree.xpath("//body//text()[string-length(.) < 61]"))
        printed = (text for text in texts if unaccented(letters(text)) == wanted and looks_like_name(text))
        yield [next(printed, "")]


def _is_named(element: HtmlElement, names: str = "") -> bool:
    """Whether its name (or one of ``names``) is that of a line with the author."""
    if "by" in (element.get("class") or "").split():
        return True
    for name in (names or names_of(element)).split():
        parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
        words = [part.lower() for part in parts]
        others = [word for word in words if _OTHER.fullmatch(word)]
        if any(map(_WRITER.fullmatch, words)) and (not others or _signs_in(element, others)):
            return True
    return False


def _signs_in(element: HtmlElement, others: Sequence[str]) -> bool:
    """Whether it is a byline with its 'by', under a name in which one of the ``others`` is beside the writer."""
    return all(map(_BESIDE_WRITER.fullmatch, others)) and bool((signed := byline(_words(element))) and signed.authors)


def _names(text: str) -> bool:
    """Whether a line names persons by their full names and says nothing else."""
    found = people([text])
    full = (
        (len(n.split()) > 1 and looks_like_name(n)) or re.fullmatch(rf"[{CJK}\uac00-\ud7a3]{{2,8}}", n) for n in found
    )
    mostly = sum(map(len, found)) > 0.4 * len(text) or byline(text) is not None  # with their posts
    return bool(found) and all(full) and mostly


def _signs(element: HtmlElement, tree: HtmlElement) -> bool:
    """Whether it names the author of the page's one entry by microformats, which may be in its footer."""
    entries = tree.xpath("//*[contains(@class, 'h-entry')]")[:2]
    return len(entries) == 1 and "p-author" in names_of(element) and entries[0] in element.iterancestors()


def _words(element: HtmlElement) -> str:
    """Its words but for those of times and of links to write to."""
    shown = (
        ".//text()[not(ancestor::time or ancestor::abbr[@title] or ancestor::button"
        " or ancestor::a[starts-with(@href, 'mailto:')])]"
    )
    found = (text for text in element.xpath(shown) if not _tells_where(text, element))
    pieces = [piece for text in found if (piece := one_line(text[:300]))]
    apart = (f", {b}" if _is_whole(a) and _is_whole(b) else f" {b}" for a, b in pairwise(pieces))
    words = "".join((*pieces[:1], *apart))[:300]
    return _BEFORE_A_TIME.sub("", words) if next(element.iter("time", "abbr"), None) is not None else words


def _tells_where(text: Any, element: HtmlElement) -> bool:
    """Whether a text inside the element (lxml's, which knows its parent) is in one for the writer's place."""
    holder = text.getparent().getparent() if text.is_tail else text.getparent()
    return holder is not None and holder is not element and _PLACES.search(names_of(holder)) is not None


def _is_whole(text: str) -> bool:
    """Whether it is a full name by itself, so that the next one in another element is of somebody else."""
    signs = byline(f"{text} Jane Roe") is not None  # 'Written By'
    return len(text.split()) > 1 and looks_like_name(text) and not signs


def signed_in(line: str, language: str | None) -> str:
    """A line that signs in a language (its ISO 639 code) in English: 'By Jane Roe' of 'Deur Jane Roe' in 'af'."""
    signs = re.match(rf"(?:{_BY[language]})\s*:?\s+(?=[^\W\d_])", line, re.IGNORECASE) if language in _BY else None
    return f"By {line[signs.end() :]}" if signs and not line[signs.end()].islower() else line
