"""Rich text (.rtf): the words of its paragraphs, read by a small reader that carries nothing out.

Groups that hold no text (fonts, pictures, fields' instructions, headers, notes) are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rag.errors import ReadError
from rag.ingest.documents.written import Paragraph, Properties

MAX_GROUPS = 1000
"""How deep groups may lie in each other."""

_TOKEN = re.compile(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\'(?P<hex>[0-9a-f]{2})|\\(?P<sign>[^a-z0-9])"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n\\]",
    re.IGNORECASE | re.DOTALL,
)
_NO_TEXT = frozenset(
    "fonttbl colortbl stylesheet listtable listoverridetable revtbl rsidtbl generator pict object objdata "
    "header headerl headerr headerf footer footerl footerr footerf footnote annotation atnid atnauthor atndate "
    "fldinst datastore themedata colorschememapping latentstyles xmlnstbl filetbl info mmathpr bkmkstart "
    "bkmkend nonshppict private shpinst pntext listtext upr docvar userprops xe tc template passwordhash sn sv "
    "do".split()
)
_MARKS = frozenset(("pntext", "listtext"))
_SIGNS = {"~": " ", "_": "-", "\n": "\n", "\r": "\n", "{": "{", "}": "}", "\\": "\\"}
_WORDS = {
    "par": "\n\n", "sect": "\n\n", "page": "\n\n", "row": "\n\n", "line": "\n", "cell": " | ", "tab": " ",
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": " ", "enspace": " ",
}  # fmt: skip
_PAGES = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
"""Code pages by the number of a font's character set."""
_BINARY = re.compile(r"\\bin(\d{1,9})(?:[ ]|(?!\d))")
_FONT = re.compile(r"\\f(\d{1,5})(?!\w)[^{}]{0,200}?\\fcharset(\d{1,3})")
_LEVEL_OF_STYLE = re.compile(r"\{\\s(\d{1,5})(?!\w)[^{}]{0,2000}?\\outlinelevel(\d)(?!\d)")
_INFO = re.compile(r"\{\\(title|author|creatim)(?![a-z])((?:[^{}\\]|\\.){0,4000})\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _State:
    """What holds in a group."""

    silent: bool = False
    mark: bool = False  # what stands before an item of a list
    hidden: bool = False
    page: str = "cp1252"
    skip: int = 1  # characters behind one in Unicode that stand for it


@dataclass(slots=True)
class _Reader:
    """One pass through a document."""

    page: str
    fonts: dict[int, str]
    levels: dict[int, int]
    found: list[Paragraph] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)  # bytes that are not decoded yet: a letter may have two
    raw_page: str = "cp1252"
    marked: str = ""
    level: int = 0
    table: bool = False

    def flush(self) -> None:
        if self.raw:
            self.parts.append(bytes(self.raw).decode(self.raw_page, "replace"))
            self.raw.clear()

    @property
    def halved(self) -> bool:
        """Whether the bytes end inside a letter."""
        try:
            bytes(self.raw[-16:]).decode(self.raw_page)
        except UnicodeDecodeError as error:
            return error.reason == "incomplete multibyte sequence"
        return False

    def end_paragraph(self) -> None:
        self.flush()
        text = "".join(self.parts).strip()
        text = re.sub(r"[ |]*\|\s*$", "", text) if self.table else text
        if text.strip("| \n"):
            marker = re.search(r"\d+[.)]", self.marked)
            mark = f"{marker[0]} " if marker else "- " if self.marked.strip() else ""
            self.found.append(Paragraph(mark + text, self.level if len(text) <= 300 and not mark else 0))
        self.parts.clear()
        self.marked, self.table = "", False


def read_rtf(data: bytes) -> tuple[list[Paragraph], Properties]:
    """The paragraphs of a document, and what it says of itself. Raises ``ReadError``."""
    text = _without_binary(data.decode("latin-1"))
    if not text.lstrip("\ufeff ï»¿\r\n\t").startswith("{\\rtf"):
        raise ReadError("no rich text, though its name says so; save it as .txt")
    named = re.search(r"\\ansicpg(\d{3,5})(?!\d)", text[:2000])
    reader = _Reader(_page(f"cp{named[1]}" if named else "cp1252"), {}, {})
    reader.fonts = {int(n): _PAGES[int(c)] for n, c in _FONT.findall(text[:200_000]) if int(c) in _PAGES and int(c)}
    reader.levels = {int(n): int(level) + 1 for n, level in _LEVEL_OF_STYLE.findall(text[:400_000]) if int(level) < 9}
    for kind in _walk(reader, text):
        if kind == "deep":
            raise ReadError("its groups are nested deeper than those of a text; save it as .txt")
    reader.end_paragraph()
    return reader.found, _properties(text[:400_000], reader.page)


def _without_binary(text: str) -> str:
    """The text without the bytes of pictures, which may look like anything."""
    kept, at = [], 0
    while found := _BINARY.search(text, at):
        kept.append(text[at : found.start()])
        at = found.end() + int(found[1])
    return "".join([*kept, text[at:]])


def _page(name: str) -> str:
    try:
        "".encode(name)
        b"a".decode(name)
    except (LookupError, UnicodeError):
        return "cp1252"
    return name


def _walk(reader: _Reader, text: str) -> Iterator[str]:
    """Reads the whole; gives a word where it has to be given up."""
    state, stack = _State(page=reader.page), list[_State]()
    skipping = 0  # characters that stand for the one before
    opening = starred = False
    for token in _TOKEN.finditer(text):
        word, hexed, sign, brace, plain = token.group("word", "hex", "sign", "brace", "text")
        if brace == "{":
            stack.append(state)
            opening, starred, skipping = True, False, 0
            if len(stack) > MAX_GROUPS:
                yield "deep"
                return
            continue
        if brace == "}":
            state = stack.pop() if stack else state
            opening, skipping = False, 0
            continue
        if sign == "*" and opening:
            starred = True
            continue
        if word:
            name, number = word.lower(), int(token["number"]) if token["number"] else None
            if opening and (name in _NO_TEXT or (starred and name not in ("shppict", "ud"))):
                state = replace(state, silent=True, mark=name in _MARKS)
            elif name == "u" and number is not None:
                _put(reader, state, _unicode(number))
                skipping = state.skip
            else:
                state = _carry_out(reader, state, name, number)
        elif skipping and (hexed or plain or sign):
            if plain and len(plain) > skipping:
                _put(reader, state, plain[skipping:])
                skipping = 0
            else:
                skipping -= len(plain) if plain else 1
        elif hexed:
            _put_bytes(reader, state, bytes.fromhex(hexed))
        elif sign:
            _put(reader, state, _SIGNS.get(sign, ""))
        elif plain and plain.isascii():
            _put(reader, state, plain)
        elif plain:
            _put_bytes(reader, state, plain.encode("latin-1", "replace"))
        opening = False


def _unicode(number: int) -> str:
    code = number + 65536 if number < 0 else number
    return chr(code) if 0 < code < 0x110000 else ""


def _put(reader: _Reader, state: _State, text: str) -> None:
    if state.mark:
        reader.marked += text[:20]
    elif not (state.silent or state.hidden) and text:
        if reader.halved and text[0].isascii():  # the second byte of a letter may be that of an ASCII letter
            reader.raw += text[0].encode()
            text = text[1:]
        reader.flush()
        reader.parts.append(text)


def _put_bytes(reader: _Reader, state: _State, data: bytes) -> None:
    if state.mark:
        reader.marked += "•"
    elif not (state.silent or state.hidden):
        if reader.raw_page != state.page:
            reader.flush()
        reader.raw_page = state.page
        reader.raw += data


def _carry_out(reader: _Reader, state: _State, name: str, number: int | None) -> _State:
    """The state behind a control word."""
    if name in _WORDS and not state.silent and not state.mark:
        reader.table = reader.table or name == "cell"
        if name in ("par", "sect", "page", "row"):
            reader.parts.append(" " if name == "par" and reader.table else "")
            if name != "par" or not reader.table:
                reader.end_paragraph()
        else:
            reader.flush()
            reader.parts.append(_WORDS[name])
    elif name == "intbl":
        reader.table = True
    elif name == "pard":
        reader.level = 0
    elif name == "outlinelevel" and number is not None and not state.silent:
        reader.level = number + 1 if 0 <= number < 9 else 0
    elif name == "s" and number is not None and not state.silent:
        reader.level = reader.levels.get(number, 0)
    elif name == "v":
        return replace(state, hidden=number != 0)
    elif name == "plain":
        return replace(state, hidden=False)
    elif name == "uc" and number is not None:
        return replace(state, skip=max(0, min(number, 8)))
    elif name == "f" and number is not None:
        return replace(state, page=reader.fonts.get(number, reader.page))
    return state


def _properties(text: str, page: str) -> Properties:
    at = text.find("{\\info")
    told: dict[str, str] = {}
    for name, value in _INFO.findall(text[at : at + 20_000] if at >= 0 else ""):
        if name == "creatim":
            parts = dict(re.findall(r"\\(yr|mo|dy)(\d{1,4})", value))
            if len(parts) == 3:
                told[name] = f"{parts['yr']:0>4}-{parts['mo']:0>2}-{parts['dy']:0>2}"
        else:
            inner = _Reader(page, {}, {})
            list(_walk(inner, value))
            inner.end_paragraph()
            told[name] = " ".join(p.text for p in inner.found)
    return Properties(told.get("title", ""), told.get("author", ""), told.get("creatim", ""))
