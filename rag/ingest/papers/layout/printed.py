"""What is printed on a page, as its file gives it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A run of words on one line of a page (from 1); the places are in points from its upper left corner, ``y1`` is the
    line that the letters stand on."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool
    italic: bool
    text: str
    at: int = 0  # its place in the order of the file
    row: bool = False  # of a table: its cells are apart by ' | '

    @property
    def words(self) -> int:
        return len(self.text.split())
