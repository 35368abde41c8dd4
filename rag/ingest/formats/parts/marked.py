"""Markdown as plain text, and whether a text of another format is written in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.text.timex import stamps

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode

_MAX_PARAGRAPH = 20_000  # characters
_TAG = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)|</?[a-z][^<>]*>", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)[^\n]*$|`[^`\n]+`|\Z)", re.MULTILINE | re.DOTALL)
_NOTES = re.compile(
    r"^[ ]{0,3}\[\^[^\]\s]{1,60}\]:[^\n]*"
    r"(?:\n(?:[ \t]*\n)*[ ]{4,}\S[^\n]*|\n(?![ \t]*\n|[ ]{0,3}\[\^|[ ]{0,3}#)[^\n]+)*\n?"
    r"|[ ]?\[\^[^\]\s]{1,60}\]|[ ]?\^\[[^\[\]\n]{1,1000}\]",
    re.MULTILINE,
)
"""Footnotes, with all of their paragraphs, their marks in the text, and those that are written inside of it."""
_SHORTCODES = re.compile(
    r"!\[[^\[\]\n]{0,500}\]\((?!https?:)(?:[^()\n]|\([^()\n]*\)){1,1000}\)"
    r"|[ ]?\{\{[<%].{0,2000}?[%>]\}\}|[ ]?\{%-?.{0,2000}?-?%\}|[ ]?\{\{[^{}\n]{1,500}\}\}"
    r"|(?<=[)\]*_`])\{[:.#]?[^{}\n]{1,300}\}|\{:[^{}\n]{1,300}\}",
    re.DOTALL,
)
"""Tags of Hugo ('{{% notice note %}}') and Liquid, between two of which is text, and expressions of them; attributes of
kramdown and pandoc; pictures, whose places no reader of Markdown takes where they hold blanks or an expression."""
_BOXES = re.compile(
    r"^[ ]{0,3}:{3,}[ \t]*(?:\{?[\w.-]*[^\n]{0,200})?$"
    r"|^(?P<mark>!!!|\?\?\?\+?)[ \t]+[\w-][^\n]{0,200}\n(?P<held>(?:(?:[ ]{4}|\t)[^\n]*\n?|[ \t]*\n)+)",
    re.MULTILINE,
)
"""Marks of boxes: ':::note' of Docusaurus and pandoc, '!!! note' of MkDocs with its indented text."""
_WEB_LINK = re.compile(r"!?\[[^\[\]\n]{0,300}\]\((?:https?://|/|mailto:)[^()\s]{1,500}(?:\s\"[^\"\n]{0,200}\")?\)")
_BARE_LINK = re.compile(r"https?://[^\s<>()\[\]]+")
_ANY_LINK = re.compile(r"\]\(|\]\[|https?://")
_LEAST_LINKS = 2  # for a list of them
_SHARE_LINKED, _SHARE_LISTED = 0.6, 0.8  # of a line, for it to be one of links; of a text, for it to be a list of them
_HEADED = re.compile(r"(?:^|\n[ \t]*\n)#{1,6}[ \t]+\S[^\n]{0,200}(?=\n[ \t]*\n|\n*$)")
_BOLD = re.compile(r"(?<![\w*])\*\*(?=[^\s*])[^*\n]{1,300}(?<=[^\s*])\*\*(?![\w*])")
_OTHER_SIGNS = re.compile(
    r"(?<![\w*])\*(?=\w)[^*\n]{1,200}\w\*(?![\w*])|^[ ]{0,3}(?:>|[-*+]|\d{1,2}\.)[ \t]+\S", re.MULTILINE
)


def is_markdown(text: str) -> bool:
    """Whether a text clearly is written in Markdown: it has links or headings, or several marks of other kinds."""
    bold = sum(1 for _ in _BOLD.finditer(text))
    several = bold > 1 or (bold == 1 and _OTHER_SIGNS.search(text) is not None)
    return several or _WEB_LINK.search(text) is not None or _HEADED.search(text) is not None


def text_of_markdown(text: str, title: str | None) -> str:
    """The plain text of an article in Markdown, without the headline that it begins with."""
    if "\n\n" not in text.replace("\r", ""):
        text = text.replace("\n", "\n\n")  # a paragraph a line
    _, plain = plain_markdown(text, titled=True)
    first, _, others = plain.partition("\n\n")
    same = title is not None and " ".join(first.split()).casefold() == " ".join(title.split()).casefold()
    return others if same and others else plain or text


def plain_markdown(text: str, *, titled: bool = False) -> tuple[str | None, str]:
    """(the heading before all prose, the text of everything else, a line a block); where the text is ``titled``
    elsewhere, all headings are text."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    text = _without_marks(text)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.at("inline", _inline_rule)
    written = _Blocks(None if not titled else "")
    written.take(SyntaxTreeNode(parser.parse(text)))
    return written.title, "\n\n".join(block for block in written.blocks if block)


def links_alone(text: str) -> int:
    """How many links a text in Markdown is made of, one or more a line, that has headings beside them and little else;
    0 for any other text."""
    from markdown_it import MarkdownIt

    if len(_ANY_LINK.findall(text)) < _LEAST_LINKS:
        return 0
    found = MarkdownIt("commonmark").parse(_without_marks(text))
    headed = {id(inner) for opened, inner in pairwise(found) if opened.type == "heading_open"}
    lines = [token for token in found if token.type == "inline" and id(token) not in headed]
    shares = [_linked(token.children or []) for token in lines]
    listed = [(size, links) for size, linked, links in shares if linked > _SHARE_LINKED * size]
    most = sum(size for size, _ in listed) > _SHARE_LISTED * sum(size for size, _, _ in shares)
    count = sum(links for _, links in listed)
    return count if most and count >= _LEAST_LINKS else 0


def _linked(inside: Sequence[Token]) -> tuple[int, int, int]:
    """Characters of a line, how many of them are of links, and how many links there are; an address is one."""
    size = linked = links = depth = 0
    for token in inside:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        bare = [] if depth else _BARE_LINK.findall(token.content)
        size += len(token.content.strip())
        linked += len(token.content.strip()) if depth else sum(map(len, bare))
        links += (token.type == "link_open") + len(bare)
    return size, linked, links


def _without_marks(text: str) -> str:
    """The text without footnotes, shortcodes and the marks of boxes, but for what is shown as code."""
    parts = _CODE.split(text)
    return "".join(_plain_part(part) if i % 2 == 0 else part for i, part in enumerate(parts))


def _plain_part(text: str) -> str:
    text = _BOXES.sub(lambda box: re.sub(r"^(?:[ ]{4}|\t)", "", box["held"] or "", flags=re.MULTILINE), text)
    return _SHORTCODES.sub(_between_tags, _NOTES.sub("", text))


def _between_tags(tag: re.Match[str]) -> str:
    """A space where the tag stood between two words."""
    return " " if tag[0].startswith(" ") and tag.string[tag.end() : tag.end() + 1].isalnum() else ""


class _Blocks:
    """The blocks of a document as plain text: items of lists with their markers, rows of tables with bars."""

    def __init__(self, title: str | None) -> None:
        self.title = title
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
