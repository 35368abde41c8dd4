"""Transcripts in TTML and DFXP, the XML of broadcasters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.errors import ReadError
from rag.ingest.documents.captions import MAX_CUES, Caption, seconds, spoken, transcript_page
from rag.ingest.page import Page, failed
from rag.ingest.wire.markup import ROOT, attribute_of, inside_of, local, parse_xml, words_at, xml_text
from rag.types import ReportItem

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_OFFSET = re.compile(r"(\d{1,9}(?:\.\d+)?)(h|ms|m|s|f|t)")
_FRAMES = re.compile(r"(\d{1,3}:\d\d:\d\d)[:;](\d{1,3})(?:\.\d+)?")
_CLOCK = re.compile(r"\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,9})?")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def is_ttml(data: bytes) -> bool:
    """Whether the bytes are a document of timed text, by the first element."""
    root = ROOT.match(xml_text(data[:65536]) or "")
    return root is not None and root[1] == "tt"


def read_ttml(origin: str, data: bytes, charset: str | None = None) -> Iterator[Page | ReportItem]:
    """The article that a transcript is, or why it is none; never raises for what it holds."""
    try:
        root, sound = parse_xml(xml_text(data, charset) or "")
    except ReadError as error:
        yield failed(origin, str(error))
        return
    if local(root) != "tt":
        yield failed(origin, "no timed text (TTML), though its name says so; name it .xml")
        return
    usual = {"frameRate": 30.0, "tickRate": 1.0}
    rates = {name: _number(attribute_of(root, name), default) for name, default in usual.items()}
    names = {attribute_of(agent, "id"): words_at(agent, "name") for agent in inside_of(root, "*", "agent")}
    cues: list[Caption] = []
    for paragraph in inside_of(root, "body", "*", "p"):
        begin = sum(_seconds(e.get("begin") or "", rates) for e in (paragraph, *paragraph.iterancestors()))
        end = begin + _seconds(paragraph.get("dur") or "", rates)
        outer = sum(_seconds(e.get("begin") or "", rates) for e in paragraph.iterancestors())
        end = max(end, outer + _seconds(paragraph.get("end") or "", rates))
        near = (paragraph, *paragraph.iterdescendants(), *paragraph.iterancestors())
        agents = (attribute_of(e, "agent") for e in near)
        speaker = next((names[a] for a in agents if names.get(a)), "" if any(names.values()) else None)
        cues += spoken(begin, end, _text(paragraph), speaker)
        if len(cues) > MAX_CUES:
            break
    meta = {"title": words_at(root, "head", "metadata", "title")}
    meta |= {"date": words_at(root, "head", "metadata", "date"), "language": attribute_of(root, "lang")}
    yield transcript_page(origin, cues, {name: value for name, value in meta.items() if value})
    if not sound:
        yield failed(origin, "broken XML; what could be read of it was kept, so ask for the file again")


def _text(element: Element) -> str:
    parts = [" ".join((element.text or "").split("\n"))]
    for child in element:
        parts += ["\n"] if local(child) == "br" else [] if local(child) == "metadata" else [_text(child)]
        parts.append(" ".join((child.tail or "").split("\n")))
    return "".join(parts)


def _number(value: str, default: float) -> float:
    return float(value) if re.fullmatch(r"\d{1,9}", value) and int(value) else default


def _seconds(value: str, rates: dict[str, float]) -> float:
    """Of '00:00:01.5', '00:00:01:12' (frames), '1.5s', '500ms' or '90t'."""
    value = value.strip()
    if offset := _OFFSET.fullmatch(value):
        unit = offset[2]
        per = 1 / rates["frameRate"] if unit == "f" else 1 / rates["tickRate"] if unit == "t" else _UNITS[unit]
        return float(offset[1]) * per
    if framed := _FRAMES.fullmatch(value):
        return seconds(framed[1]) + int(framed[2]) / rates["frameRate"]
    return seconds(value) if _CLOCK.fullmatch(value) else 0.0
