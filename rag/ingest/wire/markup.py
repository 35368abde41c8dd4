"""XML that can come from anyone: surveyed before it is parsed, and parsed without entities, files or network.

Declared entities (which can unfold without end), markup without measure and depth are refused. Broken XML gives what
can be read of it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from rag.errors import ReadError
from rag.ingest.encoding import decode, one_line
from rag.text.lexicon import CJK

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DECLARES = "declares entities of its own, which feeds do not need and attacks use; it is not read"

_MAX_MARKUP = 300_000  # '<' of a file: parsing takes 15 µs for each
_MAX_DEPTH = 200
_MAX_ATTRIBUTES = 200  # of one element: feedparser takes the square of their number
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
ROOT = re.compile(
    r"\ufeff*(?:\s|<\?.*?\?>|<!--.*?-->|<(?![\w?]|!--)[^>\[]*+(?:\[[^\]]*+\][^>]*+)?+>)*+"
    r"<(?:[\w.-]{1,30}:)?([A-Za-z][\w.-]{0,30})",
    re.DOTALL,
)
"""The name of the first element, without prefix, behind comments, instructions and a DOCTYPE with its declarations."""
_MANNERS = frozenset("a b big code em font i q s small span strike strong sub sup tt u".split()) | {""}
"""Elements that may stand inside of a word."""
_STARTS = re.compile(rf"(?![{CJK}])\w")
_ENDS = re.compile(rf"(?![{CJK}])[\w.,;:!?)%]\Z")
OF_OTHERS = re.compile(
    r"(?:related|recommend|most(?:read|popular)|readmore|seealso|morenews|similar)\w*", re.IGNORECASE
)
"""Names of elements that hold links to other articles."""
_ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]{2,31}\d{0,2};")
"""An entity of HTML, which a document type would declare that is not fetched."""


def xml_text(data: bytes, charset: str | None = None) -> str | None:
    declared = _ENCODING.search(data[:400])
    return decode(data, charset or (declared[1].decode("ascii", "replace") if declared else None))


def bare(text: str) -> str:
    """Without declaration, what comes before it, and the characters that no XML may hold."""
    start = text.find("<")
    return _ILLEGAL.sub("", _DECLARATION.sub("", text[max(start, 0) :], count=1))


def survey(
    text: str,
    start: Callable[[str, dict[str, str]], None] = lambda name, attributes: None,
    most: int = _MAX_MARKUP,
) -> bool:
    """Whether the XML is well-formed. Raises ``ReadError`` for what must not be parsed; calls ``start`` with the name
    and attributes of every element until then."""
    if text.count("<") > most:
        raise ReadError("holds more markup than a feed does; give the address of a smaller feed")
    parser = expat.ParserCreate("utf-8")
    inside: list[str] = []  # names of the open elements

    def entity(*_: Any) -> None:
        raise ReadError(DECLARES)

    def opened(name: str, attributes: dict[str, str]) -> None:
        inside.append(name)
        if len(inside) > _MAX_DEPTH or len(attributes) > _MAX_ATTRIBUTES:
            raise ReadError("is nested deeper or marked up more than a feed is; it is not read")
        start(name, attributes)

    parser.EntityDeclHandler = entity
    parser.StartElementHandler = opened
    parser.EndElementHandler = lambda name: inside.pop()
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError:
        return False
    return True


def parse_xml(text: str, most: int = _MAX_MARKUP) -> tuple[Element, bool]:
    """The root of a document, and whether all of it could be read; ``most`` bounds its markup. Raises ``ReadError``."""
    from lxml import etree

    text = _NAMED.sub(lambda named: html.escape(html.unescape(named[0])), bare(text))
    sound = survey(text, most=most)
    if "<!entity" in re.split(r"<\w", text, maxsplit=1)[0].lower():
        raise ReadError(DECLARES)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=not sound, huge_tree=False, remove_pis=True,
        remove_comments=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise ReadError(f"not XML that can be read ({one_line(str(error))[:80]})") from None
    if root is None:
        raise ReadError("not XML that can be read")
    return root, sound


def coded_language(tag: str) -> str | None:
    """The ISO 639 code of a language tag: 'en' of 'en-GB'."""
    found = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", tag.strip())
    return found[0].lower() if found else None


def local(element: Element) -> str:
    """The element's name without name space, in lower case; empty for what is none."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def attribute_of(element: Element, name: str) -> str:
    """An attribute by its local name, in whatever name space it is; '' where there is none."""
    return next((str(v) for key, v in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def inside_of(element: Element | None, *path: str) -> Iterator[Element]:
    """The elements under one by a path of local names; '*' is any number of steps."""
    if element is None:
        return
    if not path:
        yield element
        return
    step, *rest = path
    found = element.iterdescendants() if step == "*" else element.iterchildren()
    name = rest.pop(0) if step == "*" else step
    for child in found:
        if local(child) == name:
            yield from inside_of(child, *rest)


def words_of(element: Element | None) -> str:
    """All text in an element, on one line; a space between parts that only their elements keep apart."""
    return one_line(" ".join("".join(_parts(element)).split())) if element is not None else ""


def _parts(element: Element) -> Iterator[str]:
    yield element.text or "" if isinstance(element.tag, str) else ""
    for child in element:
        yield from _parts(child)
        yield gap_behind(child)
        yield child.tail or ""


def gap_behind(element: Element) -> str:
    """A space where another element follows at once, and both are data (a place, a day) rather than a manner of
    writing; none in scripts that have no spaces."""
    follows = element.getnext()
    if follows is None or element.tail or not {local(element), local(follows)}.isdisjoint(_MANNERS):
        return ""
    first = next(filter(None, follows.itertext()), "")
    return " " if _STARTS.match(first) and _ENDS.search(_last(element)) else ""


def _last(element: Element) -> str:
    """The text that ends an element."""
    while len(element) and not element[-1].tail:
        element = element[-1]
    return (element[-1].tail if len(element) else element.text) or ""


def words_at(element: Element | None, *path: str) -> str:
    """The text of the first element with any under a path."""
    return next((words for found in inside_of(element, *path) if (words := words_of(found))), "")


def said_at(element: Element | None, name: str, *path: str) -> str:
    """The attribute ``name`` of the first element with any under a path."""
    return next((value for found in inside_of(element, *path) if (value := one_line(found.get(name) or ""))), "")
