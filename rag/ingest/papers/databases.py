"""What press databases download as documents: Nexis Uni's files ('End of Document'), Factiva's articles without codes
('Document TALPOS0020241104ekb400001'), and the text of either where it comes as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.ingest.encoding import decode
from rag.ingest.html.fragment import fragment_text
from rag.ingest.segment import boilerplate
from rag.ingest.segment.bylines import byline, cased, letters, looks_like_name
from rag.text.timex import stamps
from rag.text.timex.names import language_code

_MOST_MARKUP = 32 << 20  # bytes
_END = re.compile(r"^[ \t]*End of Document[ \t]*$", re.MULTILINE | re.IGNORECASE)
_BODY = re.compile(r"^[ \t]*Body[ \t]*$", re.MULTILINE)
_HEAD_FIELD = re.compile(
    r"[ \t]*(?P<name>Section|Length|Byline|Highlight|Dateline|Series|Link to (?:Image|PDF|Original Document)|Notes|"
    r"Correction|Edition):[ \t]*(?P<value>.*)"
)
_BEHIND = re.compile(
    r"[ \t]*(?:(?:Graphic|Classification|Notes|Correction|Load-Date|URL|Link to (?:Image|PDF))[ \t]*:?[ \t]*"
    r"|(?:Load-Date|Language|Publication-Type|Journal Code|Subject|Industry|Geographic|Person|Company|Organization|"
    r"Document-Type|Ticker):[ \t]*\S.*)"
)
_LANGUAGE = re.compile(r"^[ \t]*Language:[ \t]*([^;\n]+)", re.MULTILINE)
_COPYRIGHT = re.compile(r"[ \t]*(?:Copyright|©|\(c\)|Provided by).*", re.IGNORECASE)
_NOISE = re.compile(
    r"[ \t]*(?:Page \d+ of \d+|User Name:.*|Date and Time:.*|Job Number:.*|Documents? \(\d+\)|\d{1,4}\. \S.*|"
    r"Client/Matter:.*|Search Terms:.*|Search Type:.*|Narrowed by:.*|Content Type.*|Narrowed by|Timeline:.*|"
    r"About LexisNexis.*|\| (?:About|Privacy|Terms|Copyright).*|All Rights Reserved\.?|-?None-?|"
    r"Terms and Conditions.*)",
    re.IGNORECASE,
)
_ACCESSION = re.compile(r"^[ \t]*Document[ \t]+(?P<id>[A-Z0-9]{4,12}(?:19|20)\d{6}[a-z0-9]{5,12})[ \t]*$", re.MULTILINE)
_WORDS = re.compile(
    r"\d[\d.,]*\s(?:words|mots|wörter|palabras|parole|palavras|woorden|ord|слов\w*|字|słów)", re.IGNORECASE
)
_OWN_NAMES = {
    "deutsch": "de", "français": "fr", "español": "es", "italiano": "it", "português": "pt", "nederlands": "nl",
    "svenska": "sv", "dansk": "da", "norsk": "no", "polski": "pl", "русский": "ru", "suomi": "fi",
}  # fmt: skip
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?")
_PAGE_OF_PAPER = re.compile(r"[A-Z]{0,4}\d{1,4}[A-Z]?|Volume \S+.*|.{0,30}\bEdition\b.{0,30}|;? ?ISSN.*", re.IGNORECASE)
_TAGS_OF_BUNDLES = tuple(
    (word, re.compile(pattern, re.IGNORECASE))
    for word, pattern in (
        (b"enheadline", rb"\benHeadline\b"),
        (b"articleparagraph", rb"\barticleParagraph\b"),
        (b"article ", rb"class=[\"']?article (?:en|de|fr|es)Article"),
        (b" documents", rb">(?:&nbsp;|\s)*+\d{1,6} of \d{1,6} DOCUMENTS"),
        (b"document ", rb">\s*+Document [A-Z0-9]{4,12}(?:19|20)\d{6}[a-z0-9]{5,12}\s*<"),
        (b"end of document", rb"End of Document\s*<"),
        (b"full text", rb">\s*Full text:"),
        (b">hd", rb">HD</b>|>HD(?:&nbsp;|\s)*+</"),
    )
)
"""What shows a bundle, each behind a word that it cannot be without: nearly all pages are told by these."""


def is_bundle_markup(data: bytes) -> bool:
    """Whether HTML is what Nexis, Factiva or ProQuest export, with one or many articles in it."""
    if len(data) > _MOST_MARKUP:
        return False
    low = data.lower()
    return any(word in low and pattern.search(data) for word, pattern in _TAGS_OF_BUNDLES)


def bundle_text(data: bytes, charset: str | None = None) -> str:
    """The text of such HTML, a block a paragraph; a table's code and its value on one line."""
    text = decode(data, charset) or ""
    body = re.search(r"<body\b[^>]*>", text, re.IGNORECASE)
    text = text[body.end() if body else 0 :]
    # A code and its value are two cells of a table; many small pieces, since the reader takes only so much at once.
    text = re.sub(r"</td>\s*<td[^>]*>", " ", re.sub(r"</?(?:b|span|font)\b[^>]*>", "", text, flags=re.I), flags=re.I)
    text = re.sub(r"<(div|p|td|tr|table|h\d)\b[^>]*>", r"<\1>", text, flags=re.IGNORECASE)  # its classes say nothing
    text = re.sub(r"<br\s*/?>\s*(?:&nbsp;\s*)*<br\s*/?>", "<p>", text, flags=re.IGNORECASE)
    pieces = re.split(r"(?i)(?=<(?:div|table|tr|p|h\d)\b)", text)
    joined: list[str] = [""]
    for piece in pieces:
        if len(joined[-1]) > 200_000:
            joined.append("")
        joined[-1] += piece
    return "\n\n".join(filter(None, map(fragment_text, joined)))


def nexis_uni(text: str) -> list[dict[str, str]]:
    """The articles of files of Nexis Uni and Lexis+, under the names that records have; none of any other text."""
    if not (_END.search(text) and _BODY.search(text)):
        return []
    return [record for part in _END.split(text) if (record := _nexis_record(part))]


def _nexis_record(part: str) -> dict[str, str] | None:
    body_at = _BODY.search(part)
    if body_at is None:
        return None
    head = [line.strip() for line in part[: body_at.start()].split("\n")]
    fields: dict[str, str] = {}
    end = len(head)
    for i, line in enumerate(head):
        if (found := _HEAD_FIELD.fullmatch(line)) and found["name"] not in fields:
            fields[found["name"]] = found["value"].strip()
            end = min(end, i)
    copyright_at = next((i for i, line in enumerate(head[:end]) if line and _COPYRIGHT.fullmatch(line)), end)
    lines = [(i, line) for i, line in enumerate(head[:copyright_at]) if line and not _NOISE.fullmatch(line)]
    dated = next((n for n in range(len(lines) - 1, -1, -1) if _is_day(lines[n][1])), None)
    if dated is None or dated < 2:
        return None
    outlet_at, outlet = lines[dated - 1]
    first = dated - 2  # a headline goes over several lines where the text is wrapped
    while first > 0 and lines[first - 1][0] == lines[first][0] - 1 and outlet_at == lines[dated - 2][0] + 1:
        first -= 1
    title = " ".join(line for _, line in lines[first : dated - 1])
    body = _body(part[body_at.end() :].split("\n"), title)
    if not title or not body:
        return None
    section = re.split(r"\s*[;,]\s*", fields.get("Section", ""))[0]
    return {
        "title": title,
        "text": body,
        "published": lines[dated][1],
        "source": re.sub(r"\s*\((?:England|UK|London|USA|Online|Print|Newstex)\)$", "", outlet),
        "section": section.title() if section.isupper() else section,
        "authors": cased(re.sub(r"^by\s+", "", fields.get("Byline", ""), flags=re.IGNORECASE)),
        "language": language[1].strip().title() if (language := _LANGUAGE.search(part, body_at.end())) else "",
    }


def _is_day(line: str) -> bool:
    return len(line) < 80 and stamps.parse_stamp(line) is not None


def _body(lines: Sequence[str], title: str) -> str:
    kept: list[str] = []
    for line in lines:
        if _BEHIND.fullmatch(line):
            break
        bare = line.strip()
        running = re.fullmatch(r"Page \d+ of \d+", bare) or (kept and bare == title)
        if not running:
            kept.append(bare)
    return "\n".join(kept).strip()


def factiva_plain(text: str) -> list[dict[str, str]]:
    """The articles of Factiva's display without codes, under the names that records have; none of any other text."""
    if not _ACCESSION.search(text):
        return []
    return list(_factiva(text))


def _factiva(text: str) -> Iterator[dict[str, str]]:
    at = 0
    for found in _ACCESSION.finditer(text):
        part, at = text[at : found.start()], found.end()
        lines = [line.strip() for line in part.split("\n")]
        counted = next((i for i, line in enumerate(lines) if _WORDS.fullmatch(line)), None)
        if counted is None:
            continue
        record = _factiva_record([line for line in lines[:counted] if line], lines[counted + 1 :])
        if record:
            yield record | {"id": found["id"]}


def _factiva_record(head: list[str], rest: Sequence[str]) -> dict[str, str] | None:
    head = [line for line in head if not _NOISE.fullmatch(line)]
    authors = ""
    if len(head) > 1 and (byline(head[-1]) or re.match(r"(?:by|von|par|por|di|av)\b", head[-1], re.IGNORECASE)):
        authors = re.sub(r"^(?:by|von|par|por|di|av)\s+", "", head.pop(), flags=re.IGNORECASE)
    elif len(head) > 1 and head[-1].isupper() and not head[0].isupper() and looks_like_name(cased(head[-1])):
        authors = cased(head.pop())
    section = ""
    if len(head) > 1 and (boilerplate.section(head[0]) or len(head[0].split()) <= 3 < len(head[1].split())):
        section = head.pop(0)
    told: dict[str, str] = {}
    body_at, holder = 0, ""
    for i, line in enumerate(rest):
        if not line:
            continue
        if "published" not in told:
            if not _is_day(line):
                return None
            told["published"] = line
        elif _CLOCK.fullmatch(line):
            told["published"] += f" {line}"
        elif "source" not in told:
            told["source"] = line
        elif re.fullmatch(r"[A-Z0-9]{2,10}", line) and "code" not in told:
            told["code"] = line
        elif _COPYRIGHT.fullmatch(line):
            body_at, holder = i + 1, line
            break
        elif "language" not in told and (code := language_code(line) or _OWN_NAMES.get(line.lower())):
            told["language"] = code
            body_at = i + 1
        elif "language" in told or not _PAGE_OF_PAPER.fullmatch(line):
            break
    body = "\n".join(rest[body_at:]).strip()
    text, _, last = body.rpartition("\n")
    if text.strip() and letters(last) and letters(last) in letters(holder):
        body = text.strip()  # the publisher once more, under the text
    if not head or not body or "source" not in told:
        return None
    told.pop("code", None)
    return {"title": " ".join(head), "text": body, "section": section, "authors": authors} | told
