"""Transcripts: WebVTT and SubRip here, TTML in :mod:`.ttml` -> one article, in paragraphs that begin with their time.

Captions that roll (each repeats the line before, as YouTube writes them) are joined; a new paragraph begins where
somebody else speaks, or after a pause. Marks, tags and cues of sounds alone ('[Applause]') are left out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from rag.ingest.encoding import clean, decode, one_line
from rag.ingest.page import Page, date_not_understood, failed
from rag.ingest.segment.segmenter import day_in_name
from rag.text.timex.machine import parse_machine_stamp
from rag.types import ReportItem

MAX_CUES = 100_000
"""Cues of a transcript; a day of television has some 40,000."""

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}"
_TIMES = re.compile(rf"[ \t]*(?P<begin>{_CLOCK})[ \t]*-->[ \t]*(?P<end>{_CLOCK})(?:[ \t][^\n]*)?")
_BEGINS = re.compile(rf"\s*(?:WEBVTT(?=\s|$)|(?:\d{{1,6}}[ \t]*\n)?{_TIMES.pattern}[ \t]*(?:\n|$))")
_HEADER = re.compile(
    r"(?:NOTE[ \t]+)?(?P<name>Title|Date|Published|Language|Source|URL)[ \t]*:[ \t]*(?P<value>.+)", re.I
)
_VOICE = re.compile(r"<v(?:\.[\w.]+)?[ \t]+([^<>]{1,80})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<(?:\d+:)?\d\d:\d\d\.\d{3}>|</>|\{\\[^{}]{1,60}\}")
_SOUND = re.compile(r"[\W_]*(?:\[[^\[\]]{1,60}\]|\([^()]{1,60}\)|♪.*)[\W_]*|[\W_♪♫]*", re.DOTALL)
_CHANGE = re.compile(r"\s*(?:(?:>>+|»)\s*|-\s?(?=[¿¡\"“]?[^\W\d_a-z]))")
_NAMED = re.compile(
    r"(?P<name>[^\W\d_a-z][\w.'’-]{1,30}"
    r"(?: (?:[^\W_a-z][\w.'’-]{0,30}|de|da|di|del|der|den|du|la|le|of|van|von|zu)){0,4}"
    r"(?: \([^()]{1,30}\))?):(?:[ \t]+|$)(?P<rest>.*)",
    re.DOTALL,
)
_NO_NAMES = frozenset("note warning update example question answer breaking correction remember but and so".split())
_ENDS = re.compile(r"[.!?…。！？][\"”’»)\]]*$")
_IN_NAMES = re.compile(r"\[[\w-]{6,20}\]|\((?:auto|captions|subtitles|transcript)\)", re.IGNORECASE)
_DAY = re.compile(r"^(?:19|20)\d\d[-_]?\d\d[-_]?\d\d[-_ ]*|[-_ ]*(?:19|20)\d\d-\d\d-\d\d$")
_LANGUAGE = re.compile(r"\.([a-z]{2,3})(?:[-_]\w{2,8})*$")

_PAUSE, _LONG_PAUSE = 2.0, 5.0  # seconds of silence that end a paragraph: behind a full stop, and anywhere
_FULL, _OVERFULL = 500, 1000  # characters after which a paragraph ends: at the next full stop, and with the next cue
_ROLLING = 0.3  # of the cues begin with the end of the one before, where captions roll


@dataclass(frozen=True, slots=True)
class Caption:
    """A piece of a transcript, with its times in seconds; ``speaker`` is "" for one that is not named, ``None`` where
    the one before goes on."""

    begin: float
    end: float
    lines: tuple[str, ...]
    speaker: str | None = None


def is_transcript(data: bytes) -> bool:
    """Whether the bytes begin as a file of WebVTT or SubRip does."""
    start = data[:4096]
    if b"WEBVTT" not in start and b"-->" not in start:
        return False
    return bool(_BEGINS.match(clean(decode(start) or "")))


def read_captions(origin: str, data: bytes, charset: str | None = None) -> Iterator[Page | ReportItem]:
    """The article that a transcript is, or why it is none."""
    text = decode(data, charset)
    if text is None:
        yield failed(origin, "not text but binary data; export the transcript again as .vtt or .srt")
        return
    head, cues = _cues(clean(text))
    yield transcript_page(origin, cues, head)


def transcript_page(origin: str, cues: Sequence[Caption], head: dict[str, str]) -> Page | ReportItem:
    """The article of the cues; ``head`` is what the file says of itself."""
    if len(cues) > MAX_CUES:
        return failed(origin, f"more than {MAX_CUES:,} cues, and at most that many are one transcript; split it")
    body = "\n\n".join(_paragraphs(_unrolled(cues)))
    if not body:
        return failed(origin, "no captions with words in it; if it is plain text, name it .txt")
    name, language = named_by_file(origin)
    stated = head.get("date") or head.get("published") or ""
    published = parse_machine_stamp(stated)
    told = None if published or day_in_name(origin) else "no day in its name or header"
    return Page(
        origin,
        body,
        whole=True,
        title=one_line(head.get("title", ""))[:400] or name,
        published=published,
        source=one_line(head.get("source", ""))[:100] or None,
        url=head.get("url"),
        language=head.get("language", "")[:2].lower() or language,
    ).noted(date_not_understood(stated) if stated and not published else told)


def named_by_file(origin: str) -> tuple[str, str | None]:
    """The title that a file's name gives, and its language where one stands in it: 'Harbour talks' and 'en' of
    '2024-05-03 Harbour_talks [x1Yz0aBc].en.vtt'."""
    path = PurePath(origin.rpartition("#")[2] or origin)
    path = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    stem = path.stem
    found = _LANGUAGE.search(stem)
    stem = stem[: found.start()] if found else stem
    bare = _DAY.sub("", _IN_NAMES.sub("", stem).strip())
    title = one_line(bare if " " in bare else re.sub(r"(?<=\w)[-_]+(?=\w)", " ", bare))
    return title or stem, found[1][:2] if found else None


def _cues(text: str) -> tuple[dict[str, str], list[Caption]]:
    """What the file says of itself, and its cues."""
    head: dict[str, str] = {}
    cues: list[Caption] = []
    lines = text.split("\n")
    if first := re.match(r"\s*WEBVTT[ \t]*[-–—:]?[ \t]*(.*)", lines[0]):
        head |= {"title": first[1]} if first[1].strip() else {}
    times = [i for i, line in enumerate(lines) if "-->" in line and _TIMES.fullmatch(line)]
    for line in lines[: times[0] if times else 0]:
        if said := _HEADER.fullmatch(line.strip()):
            head.setdefault(said["name"].lower(), said["value"].strip())
    for here, after in pairwise([*times, len(lines)]):
        found = _TIMES.fullmatch(lines[here])
        block = lines[here + 1 : after]
        apart = bool(block) and (re.fullmatch(r"\s*\d{0,7}\s*", block[-1]) or not "".join(block[-2:-1]).strip())
        if apart and after < len(lines):
            block.pop()  # the number or the name of the next one
        blank = next((i for i, line in enumerate(block) if re.match(r"(?:NOTE|STYLE|REGION)\b", line)), len(block))
        if found:
            cues += _voices(seconds(found["begin"]), seconds(found["end"]), "\n".join(block[:blank]))
        if len(cues) > MAX_CUES:
            break
    return head, cues


def seconds(clock: str) -> float:
    """Of '1:02:03.5', also with a comma."""
    total = 0.0
    for part in clock.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def _voices(begin: float, end: float, text: str) -> Iterator[Caption]:
    """The cues of one block: one for each who speaks in it."""
    speaker: str | None = None
    for number, piece in enumerate(_VOICE.split(text)):
        if number % 2:
            speaker = one_line(html.unescape(piece))
        else:
            yield from spoken(begin, end, piece, speaker)


def spoken(begin: float, end: float, text: str, speaker: str | None = None) -> Iterator[Caption]:
    """The cues of a text, without tags, entities and sounds: one more for each name or change of speaker in it."""
    held: list[str] = []
    for raw in text.split("\n"):
        line = one_line(html.unescape(_TAG.sub("", raw)))
        changed = _CHANGE.match(line)
        line = line[changed.end() :] if changed else line
        named = _NAMED.fullmatch(line)
        if _SOUND.fullmatch(line) or (named and named["name"].lower() in _NO_NAMES):
            named = None
        if _SOUND.fullmatch(line):
            continue
        if changed or named:
            if held:
                yield Caption(begin, end, tuple(held), speaker)
            speaker, held = (one_line(named["name"]) if named else ""), []
            line = named["rest"] if named else line
        if line:
            held.append(line)
    if held:
        yield Caption(begin, end, tuple(held), speaker)


def _unrolled(cues: Sequence[Caption]) -> list[Caption]:
    """The cues without the lines that they repeat, where captions roll."""
    again = [0, *(_overlap(a, b) for a, b in pairwise(cues))]
    grown = [False, *(_grows(a, b) for a, b in pairwise(cues))]
    if sum(bool(n) or g for n, g in zip(again, grown, strict=True)) < max(2, _ROLLING * len(cues)):
        return list(cues)
    out: list[Caption] = []
    for i, cue in enumerate(cues):
        lines = cue.lines[again[i] :]
        if grown[i] and not again[i]:
            added = cue.lines[-1][len(cues[i - 1].lines[-1]) :].strip()
            lines = (added,) if added else ()
        if lines:
            out.append(Caption(cue.begin, cue.end, lines, cue.speaker))
        elif out:
            out[-1] = Caption(out[-1].begin, max(out[-1].end, cue.end), out[-1].lines, out[-1].speaker)
    return out


def _overlap(before: Caption, cue: Caption) -> int:
    """How many of the first lines of a cue are the last of the one before."""
    most = min(len(before.lines), len(cue.lines), 4)
    return next((n for n in range(most, 0, -1) if before.lines[-n:] == cue.lines[:n]), 0)


def _grows(before: Caption, cue: Caption) -> bool:
    """Whether a cue is the one before with more words behind it."""
    same = before.lines[:-1] == cue.lines[:-1] and cue.speaker == before.speaker
    return same and len(cue.lines[-1]) > len(before.lines[-1]) and cue.lines[-1].startswith(before.lines[-1])


def _paragraphs(cues: Sequence[Caption]) -> Iterator[str]:
    """The text in paragraphs: '00:12 – ANNA BERG: The harbour opens in May.'"""
    held: list[str] = []
    began = ended = 0.0
    size, speaker, shown = 0, "", ""
    for cue in cues:
        words = " ".join(cue.lines)
        other = cue.speaker is not None and (cue.speaker != speaker or not cue.speaker)
        stops = bool(held) and bool(_ENDS.search(held[-1]))
        silent = cue.begin - ended
        paused = silent >= _LONG_PAUSE or (silent >= _PAUSE and stops)
        if held and (other or paused or (size >= _FULL and stops) or size >= _OVERFULL):
            yield _paragraph(began, shown, held)
            held, size, shown = [], 0, ""
        if cue.speaker is not None:
            speaker = cue.speaker
        if not held:
            began, shown = cue.begin, speaker
        held.append(words)
        size += len(words)
        ended = max(ended, cue.end)
    if held:
        yield _paragraph(began, shown, held)


def _paragraph(began: float, speaker: str, words: Sequence[str]) -> str:
    return f"{time_code(began)} – {f'{speaker}: ' if speaker else ''}{' '.join(words)}"


def time_code(begin: float) -> str:
    """'00:12', '1:02:05': minutes and seconds, with hours from the first on."""
    minutes, second = divmod(int(begin), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute:02}:{second:02}"
