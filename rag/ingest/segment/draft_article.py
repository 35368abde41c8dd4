"""An article in the making: its body, and the facts that the blocks of its header and footer state."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rag.ingest.segment import boilerplate
from rag.ingest.segment.bylines import byline, copyright_holder, looks_like_name, looks_like_outlet
from rag.ingest.segment.lines import LineBlock, LineKind, line_key
from rag.text.reading.datelines import dateline
from rag.text.timex import stamps
from rag.types import When


@dataclass(slots=True)
class Draft:
    """An article while its blocks are being collected. Facts that are set are not overwritten by later blocks."""

    title: str = ""
    body: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)  # of the blocks of the body
    prose: int = 0  # blocks of prose
    words: int = 0  # words of prose
    published: When = None
    updated: When = None
    source: str | None = None
    section: str | None = None
    section_repeats: bool = False
    url: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    whole: bool = False  # the page is known to be this article and nothing else

    @property
    def anchored(self) -> bool:
        """Whether a date or an author is known."""
        return bool(self.published or self.updated or self.authors)

    def add(self, block: LineBlock) -> None:
        """A block of the body. A line that says what the title or an earlier block of prose says is left out."""
        # A long sentence that the article has already is a pull quote. Questions of an interview may come again.
        echo = block.words >= 12 and not block.text.endswith("?") and not self.whole
        known = block.key in self.keys and (block.kind is not LineKind.PROSE or echo)
        if known or block.key == line_key(self.title):
            return
        if not self.body and block.kind is LineKind.PROSE and (place := dateline(block.text)):
            self.agency = place["agency"]
        self.keys.add(block.key)
        self.body.append(block.text)
        if block.kind is LineKind.PROSE:
            self.prose += 1
            self.words += block.words

    def note(self, block: LineBlock) -> None:
        """Take the facts about the article that a block of its header or footer states."""
        if block.kind is LineKind.STAMP and block.stamp:
            stamp = block.stamp
            if self.published and not stamp.published and not stamp.updated:
                stamp = stamps.stamp(block.text, published=self.published) or stamp
            self.published = self.published or stamp.published
            self.updated = self.updated or stamp.updated
            for piece in stamp.rest:
                self._name(piece)
        elif block.kind is LineKind.BYLINE and block.byline:
            self.authors = self.authors or block.byline.authors
            self.source = self.source or block.byline.source
        elif block.kind is LineKind.META and block.meta:
            name, value = block.meta
            if name == "source":
                self._source_line(value)
            elif name == "section":
                self.section = self.section or value
                self.section_repeats = True
            elif name == "url":
                self.url = self.url or value
        elif block.kind is LineKind.BOILERPLATE:
            self.source = self.source or copyright_holder(block.text)

    def _source_line(self, value: str) -> None:
        """'Northway Wire, 2024-12-08, https://...': an outlet, and what may come with it."""
        if address := re.search(r"<?(https?://[^\s<>]+)>?", value):
            self.url = self.url or address[1].rstrip(".,;)")
            value = value[: address.start()] + value[address.end() :]
        names: list[str] = []
        for part in re.split(r"\s*[,;|]\s+", value.strip(" ,;|")):
            if when := stamps.parse_stamp(part):
                self.published = self.published or when
            elif part:
                names.append(part)
        self.source = self.source or ", ".join(names) or None

    def _name(self, piece: str) -> None:
        """A byline, an outlet or a person beside a date."""
        signed = byline(piece)
        named = signed or byline(f"By {piece}")
        if meta := boilerplate.meta(piece):
            self.source = self.source or (meta[1] if meta[0] == "source" else None)
        elif named and (signed or re.match(r"by\b", piece, re.IGNORECASE)):
            self.authors, self.source = self.authors or named.authors, self.source or named.source
        elif looks_like_outlet(piece):
            self.source = self.source or piece
        elif boilerplate.section(piece):
            self.section = self.section or piece
        elif looks_like_name(piece) and len(piece.split()) >= 2:
            self.authors = self.authors or (piece,)
