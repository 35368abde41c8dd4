"""Markdown, with YAML front matter or without: one article a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.ingest.encoding import clean, decode, one_line
from rag.ingest.formats.fields import KEYS, plain_record
from rag.ingest.formats.records import MAX_FIELD, failed
from rag.ingest.formats.shapes import key_of
from rag.ingest.page import Page, date_not_understood
from rag.text.timex import stamps
from rag.text.timex.machine import parse_machine_stamp
from rag.types import ReportItem

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.tree import SyntaxTreeNode

_FRONT = re.compile(r"\s*---[ \t]*\n(?P<yaml>.{0,16384}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(?P<toml>.{0,16384}?)\n\+\+\+[ \t]*(?:\n|$)", re.DOTALL)
_JSON = re.compile(r"\s*---[ \t]*json[ \t]*\n(?P<json>.{0,16384}?)\n---[ \t]*(?:\n|$)", re.DOTALL)
_OF_PROGRAMS = re.compile(
    r"^[ \t]*\{%-?.*?-?%\}[ \t]*\n?|^[ \t]*\{:[^{}\n]*\}[ \t]*\n?|^[ \t]*\{\{[<%].*?[>%]\}\}[ \t]*\n?"
    r"|^(?:import\s[^\n]{0,300}?\bfrom\s+[\"'][^\n\"']+[\"'];?|export\s+(?:const|default)\s[^\n]*)[ \t]*\n",
    re.MULTILINE,
)
"""Lines for the programs that make pages of it: tags of Liquid and Hugo, attributes of kramdown, imports of MDX."""
_BARE = re.compile(
    r"\s*(?=(?:[A-Za-z][\w -]{1,20}:[^\n]*\n){0,8}?title:)"
    r"(?P<yaml>(?:[A-Za-z][\w -]{1,20}:[ \t]+[^\n]*(?:\n|$)){2,40})(?:\n|$)",
    re.IGNORECASE,
)
"""Lines of MultiMarkdown, as Pelican has them: 'Title: ...', 'Date: ...', without marks around them."""
_PROPERTIES = re.compile(
    r"(?P<title>\s*#[ \t]+[^\n]{1,400}\n)\s*\n?(?P<yaml>(?:[^\W\d_][\w -]{1,24}:[ \t]+[^\n]{1,2000}\n){2,40})(?:\n|$)"
)
"""Lines of an export of Notion: under the heading, its properties."""
_OF_OBSIDIAN = re.compile(r"!\[\[[^\[\]]{0,300}\]\]|^(?=[ \t]*>)([ \t>]*)\[![\w-]{1,20}\][+-]?", re.MULTILINE)
"""Pictures and marks of boxes, which are no text."""
_NOTE_LINK = re.compile(r"\[\[(?:[^\[\]|]{0,300}\|)?([^\[\]|]{1,300})\]\]")
"""'[[Jane Doe]]', as Obsidian links its notes; what stands behind a bar is shown."""
_LINKED = re.compile(r"^\[([^\[\]]{1,300})\]\(https?://[^()\s]+\)$")
_OF_A_NOTE = ("created", "createdat", "createdtime", "lasteditedtime", "updated", "lastmodified")
"""Days of the note, not of the article in it."""
_MAX_PARAGRAPH = 20_000  # characters
_TAG = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)|</?[a-z][^<>]*>", re.IGNORECASE | re.DOTALL)


def read(origin: str, data: bytes, *, charset: str | None = None) -> Iterator[Page | ReportItem]:
    """One article. ``charset`` is what its sender says of its encoding; it counts where the bytes are not UTF-8."""
    decoded = decode(data, charset)
    if decoded is None:
        yield failed(origin, "not text but binary data; save what it shows as .md or .txt")
        return
    text = clean(decoded)
    front = _JSON.match(text) or _FRONT.match(text) or _TOML.match(text) or _BARE.match(text)
    fields = _fields_of(front) if front else {}
    rest = text[front.end() :] if front and fields else text
    if not fields and (listed := _PROPERTIES.match(text)):
        found = {key_of(k): v.strip() for k, v in (line.split(":", 1) for line in listed["yaml"].splitlines())}
        if sum(any(name in keys for keys in KEYS.values()) for name in found) > 1:
            fields, rest = found, f"{listed['title']}\n{text[listed.end() :]}"
            fields = {name: value for name, value in found.items() if name not in _OF_A_NOTE}
    rest = _without_program_lines(rest)
    rest = _OF_OBSIDIAN.sub(lambda found: found[1] or "", rest)
    heading, body = _plain(rest)
    body = clean(body)  # once more, for what was written as entities
    heading = one_line(heading) if heading and len(heading) <= MAX_FIELD else None
    if not body.strip():
        yield failed(origin, "no text under the heading or front matter")
        return
    record = plain_record({name: _line(value) for name, value in fields.items()} | {"text": body})
    stated, authors = record["published"], record["authors"]
    if isinstance(stated, list):
        stated = stated[0]
    stated = stated if isinstance(stated, str) else None
    if fields.get("draft") in ("true", "yes") or fields.get("published") in ("false", "no"):
        yield failed(origin, "a draft, by its front matter; add it when it is out")
        return
    if record["no_news"]:
        yield failed(origin, record["no_news"])
        return
    published = parse_machine_stamp(stated or "")
    page = Page(
        origin,
        body,
        whole=True,
        title=record["title"] or heading,
        published=published,
        updated=parse_machine_stamp(record["updated"] or "", published=published),
        authors=tuple(authors) if isinstance(authors, list) else (),
        **{name: record[name] for name in ("id", "source", "section", "url", "language")},
    )
    yield page.noted(date_not_understood(stated) if stated and published is None else None, *record["told"])


def _fields_of(front: re.Match[str]) -> dict[str, Any]:
    """The fields of front matter in JSON (which YAML is more than), TOML or YAML."""
    if front.re is _TOML:
        return _toml(front["toml"])
    return _front_matter(front["json" if front.re is _JSON else "yaml"])


def _without_program_lines(text: str) -> str:
    """The text without what only programs read, but for what is shown as code."""
    parts = re.split(r"(^```.*?^```|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(_OF_PROGRAMS.sub("", part) if i % 2 == 0 else part for i, part in enumerate(parts))


def _front_matter(source: str) -> dict[str, Any]:
    """The fields, all values as the text that was written; none if the block is no front matter."""
    import yaml

    try:
        # BaseLoader builds no objects and guesses no types: a date keeps the precision it was written with,
        # 20:37 is not 1237, and a section 'No' is not False.
        loaded = yaml.load(source, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        # A headline with a colon in it is the usual reason; the lines still say what they say.
        pairs = re.findall(r"^([A-Za-z_]\w*)\s*:[ \t]*(.*)$", source, re.MULTILINE)
        loaded = {name: value.strip().strip("\"'") for name, value in pairs}
    return {key_of(str(name)): value for name, value in loaded.items()} if isinstance(loaded, dict) else {}


def _toml(source: str) -> dict[str, Any]:
    import tomllib

    try:
        loaded = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    texts = {name: value if isinstance(value, list | dict) else str(value) for name, value in loaded.items()}
    return {key_of(name): "true" if value == "True" else value for name, value in texts.items()}


def _line(value: Any) -> Any:
    """A value as one line, the items of a list likewise; None for what says nothing."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return [line for item in value if (line := _line(item))]
    line = one_line(_LINKED.sub(r"\1", _NOTE_LINK.sub(r"\1", value))) if isinstance(value, str) else ""
    return line if line.lower() not in ("", "null", "~") else None


def _plain(text: str) -> tuple[str | None, str]:
    """(the heading before all prose, the text of everything else, a line a block)."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.at("inline", _inline_rule)
    written = _Text()
    written.take(SyntaxTreeNode(parser.parse(text)))
    return written.title, "\n\n".join(block for block in written.blocks if block)


class _Text:
    """The blocks of a document as plain text: items of lists with their markers, rows of tables with bars."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.blocks: list[str] = []
        self._markers: list[str] = []  # of open list items that have no text yet

    def take(self, node: SyntaxTreeNode) -> None:
        """Adds what an element holds."""
        kind = node.type
        if kind == "blockquote" and _is_excerpt(node):
            return
        if kind in ("bullet_list", "ordered_list"):
            for number, item in enumerate(node.children, int(node.attrs.get("start", 1))):
                self._markers.append("- " if kind == "bullet_list" else f"{number}. ")
                self.take(item)
                self._markers.clear()
        elif kind == "tr":
            self.blocks.append(" | ".join(" ".join(_inline(cell.children[0]).split()) for cell in node.children))
        elif kind in ("fence", "code_block"):
            self.blocks.append(node.content.strip())
        elif kind == "html_block":
            self.blocks.append(_TAG.sub(" ", node.content).strip())
        elif kind == "hr":
            self.blocks.append("---")
        elif kind == "heading" and self.title is None and not _has_prose(self.blocks):
            self.title = " ".join(_inline(node.children[0]).split()) or None
        elif kind == "inline":
            if words := _inline(node).strip():
                self.blocks.append((self._markers.pop() if self._markers else "") + words)
        else:
            for child in node.children:
                self.take(child)


def _is_excerpt(node: SyntaxTreeNode) -> bool:
    """Whether it is the summary that MarkDownload quotes above the article."""
    head = node.children[0] if node.children else None
    return head is not None and head.type == "heading" and _inline(head.children[0]).strip() == "Excerpt"


def _inline_rule(state: StateCore) -> None:
    """Reads the markup inside paragraphs. One that is absurdly long stays as it is written: its reading could take the
    square of its length."""
    from markdown_it.token import Token

    for token in state.tokens:
        if token.type == "inline":
            token.children = []
            if len(token.content) <= _MAX_PARAGRAPH:
                state.md.inline.parse(token.content, state.md, state.env, token.children)
            else:
                token.children.append(Token("text", "", 0, content=token.content))


def _has_prose(blocks: Sequence[str]) -> bool:
    return any(len(block.split()) > 25 or block.endswith((".", "。")) for block in blocks)


def _inline(node: SyntaxTreeNode) -> str:
    """The words of a paragraph. A line break in the source is a space, unless a line is a stamp or a byline."""
    parts = [""]
    for child in (node.token and node.token.children) or []:
        if child.type in ("text", "code_inline"):
            parts[-1] += child.content
        elif child.type in ("softbreak", "hardbreak"):
            parts.append("")
        # Images are left out: their text is a caption. Tags are markup, what is between them is text.
    apart = any(stamps.stamp(part) or re.match(r"By [A-Z]", part) for part in parts) and len(parts) > 1
    return ("\n" if apart else " ").join(part.strip() for part in parts)
