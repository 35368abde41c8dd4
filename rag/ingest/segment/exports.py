"""Texts that press databases and blogs export -> records of their articles: Factiva's coded fields, Nexis' numbered
documents, ProQuest's labels, the entries of Movable Type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.ingest.papers.databases import factiva_plain, nexis_uni
from rag.text.timex import stamps

Record = dict[str, str]

_CODES = (
    "CLM SE HD BY CR WC PD ET SN SC ED PG VOL LA CY LP TD ART CT RF CO IN NS RE IPC IPD PUB AN DOI GC".split()
)  # Factiva's display fields: https://developer.dowjones.com, 'Factiva field codes'
_CODED = re.compile(rf"^(?P<code>{'|'.join(_CODES)})(?:[ \t]+(?P<value>\S.*)|[ \t]*)$")
_FACTIVA = re.compile(r"^HD(?:[ \t]+\S|[ \t]*\n\s*\S)", re.MULTILINE)
_WITH = re.compile(r"^(?:PD|SN)(?:[ \t]+\S|[ \t]*\n\s*\S)", re.MULTILINE)
_SUMMARY = re.compile(r"^(?:Search Summary|©|\(c\) \d{4} (?:Factiva|Dow Jones))", re.IGNORECASE)
_DOCUMENT = re.compile(r"^[ \t]*\d{1,6} of \d{1,6} DOCUMENTS?[ \t]*$", re.MULTILINE)
_FIELD = re.compile(r"^(?P<name>[A-Z][A-Z-]{2,20}):[ \t]*(?P<value>.*)$")
_BEHIND = frozenset(
    "LOAD-DATE LANGUAGE GRAPHIC PUBLICATION-TYPE DOCUMENT-TYPE JOURNAL-CODE NOTES CORRECTION-DATE SUBJECT".split()
)
"""Fields that Nexis prints under the text."""
_EDITION = re.compile(r".{0,40}\bEditions?\b.{0,30}|(?:GMT|UTC|Eastern|Pacific|Central|London)\b.{0,20}", re.IGNORECASE)
_COPYRIGHT = re.compile(r"^[ \t]*Copyright \d{4}\b")

_PROQUEST = re.compile(r"^Full text:", re.MULTILINE | re.IGNORECASE)
_OF_PROQUEST = re.compile(r"^(?:Publication (?:info|title|date)|ProQuest document)\b", re.MULTILINE)
_EDITION_BEHIND = re.compile(r"\s*:?\s*\[[^\[\]]{0,60}\bedition\]\s*$", re.IGNORECASE)
_BETWEEN = re.compile(r"^(?:_{4,}|Document \d+ of \d+)[ \t]*$", re.MULTILINE)
_LABEL = re.compile(
    r"^(Title|Author|First page|Last page|Column|Dateline|Word count"
    r"|Edition|Supplement|Credit|Number of pages|DOI|Sponsor|"
    r"Publication (?:info|title|date|year|subject)|Abstract|Full text|Links?|Subject|Location|People"
    r"|Company / organization|Business indexing term|Classification|Identifier / keyword|Section|Pages?|Volume|Issue"
    r"|Source type|Language of publication|Document type|ProQuest document (?:ID|link)|Document URL|Copyright"
    r"|Last updated|Database|Place of publication|Country of publication|Publisher|ISSN|e-ISSN)\b:?[ \t]*(.*)$",
    re.IGNORECASE,
)

_ENTRIES = re.compile(r"^-{8}[ \t]*$", re.MULTILINE)
_PARTS = re.compile(r"^-{5}[ \t]*$", re.MULTILINE)
_OF_ENTRY = re.compile(r"^(?P<name>[A-Z]+(?: [A-Z]+)*):[ \t]*(?P<value>.*)$")
_BODIES = ("BODY", "EXTENDED BODY")  # of an entry's parts; the others are summaries, comments, pings
_WITH_HALF = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d):(\d\d)(?: ([AP])M)?")


def exported(text: str) -> list[Record]:
    """The articles of an export, under the names that records have; empty for any other text."""
    if _FACTIVA.search(text) and _WITH.search(text):
        return list(_factiva(text))
    if _PROQUEST.search(text) and _OF_PROQUEST.search(text):
        return list(_proquest(text))
    if _DOCUMENT.search(text):
        return list(_nexis(text))
    if _ENTRIES.search(text) and (entries := list(_movable_type(text))):
        return entries
    return nexis_uni(text) or factiva_plain(text)


def _factiva(text: str) -> Iterator[Record]:
    fields: dict[str, list[str]] = {}
    code = ""
    for line in [*text.split("\n"), "HD  "]:
        found = _CODED.match(line)
        begins = found is not None and found["code"] in ("HD", "SE", "CLM")
        if begins and fields.keys() & {"LP", "TD", "AN"}:
            if record := _factiva_record(fields):
                yield record
            fields = {}
        if found:
            code = found["code"]
            fields.setdefault(code, []).append(found["value"] or "")
        elif _SUMMARY.match(line):
            code = ""
        elif code:
            fields[code].append(line)


def _factiva_record(fields: dict[str, list[str]]) -> Record | None:
    def one(code: str) -> str:
        return " ".join(" ".join(fields.get(code, [])).split())

    body = "\n\n".join(filter(None, ("\n".join(fields.get(code, [])).strip() for code in ("LP", "TD"))))
    if not one("HD") or not body:
        return None
    return {
        "title": one("HD"),
        "text": body,
        "published": f"{one('PD')} {one('ET')}".strip(),
        "source": one("SN"),
        "section": one("SE"),
        "authors": one("BY"),
        "language": one("LA"),
        "id": one("AN").removeprefix("Document").strip(),
    }


def _nexis(text: str) -> Iterator[Record]:
    for part in _DOCUMENT.split(text)[1:]:
        lines = part.split("\n")
        head: list[str] = []  # outlet, day and edition, in the middle of the line, then the headline
        fields: dict[str, str] = {}
        body: list[str] = []
        behind = False
        for line in lines:
            found = _FIELD.match(line)
            behind = (
                behind
                or (found is not None and found["name"] in _BEHIND)
                or (bool(body) and bool(_COPYRIGHT.match(line)))
            )
            if behind:
                if found and found["name"] == "LANGUAGE":
                    fields["LANGUAGE"] = found["value"].strip()
                continue
            if found and not body:
                fields[found["name"]] = found["value"].strip()
            elif fields and (body or line.strip()):
                body.append(line.strip())
            elif line.strip():
                head.append(line)
        record = _nexis_record(head, fields, "\n".join(body).strip())
        if record:
            yield record


def _nexis_record(head: list[str], fields: dict[str, str], body: str) -> Record | None:
    dated = next((i for i, line in enumerate(head) if stamps.parse_stamp(line.strip())), None)
    titles = [line.strip() for line in head[(dated or 0) + 1 :] if not line[:1].isspace()]
    titles = [
        line for line in titles if not _EDITION.fullmatch(line)
    ] or titles  # of documents, where nothing is centred
    if dated is None or not titles or not body:
        return None
    section = fields.get("SECTION", "").split(";")[0].strip()
    return {
        "title": " ".join(titles),
        "text": body,
        "published": head[dated].strip(),
        "source": head[0].strip() if dated else "",
        "section": section.title() if section.isupper() else section,
        "authors": fields.get("BYLINE", ""),
        "language": fields.get("LANGUAGE", "").title(),
    }


def _proquest(text: str) -> Iterator[Record]:
    for part in _BETWEEN.split(text):
        head: list[str] = []
        fields: dict[str, list[str]] = {}
        name = ""
        for line in part.split("\n"):
            if found := _LABEL.match(line):
                name = found[1].lower()
                fields.setdefault(name, []).append(found[2])
            elif name:
                fields[name].append(line)
            elif line.strip():
                head.append(line.strip())
        told = {name: "\n".join(lines).strip() for name, lines in fields.items()}
        title = _EDITION_BEHIND.sub("", told.get("title") or (head[-1] if head else ""))
        if title and told.get("full text"):
            outlet = (
                re.split(r"\s*;", told.get("publication title", ""))[0]
                or re.split(r"\s*[;:]", told.get("publication info", ""))[0]
            )
            writers = (re.sub(r"^([^,]+), ([^,]+)$", r"\2 \1", name) for name in told.get("author", "").split(";"))
            yield {
                "title": title,
                "text": told["full text"],
                "published": told.get("publication date", ""),
                "source": outlet,
                "section": told.get("section", ""),
                "authors": "; ".join(name.strip() for name in writers),
                "language": told.get("language of publication", ""),
                "url": told.get("document url", ""),
            }


def _movable_type(text: str) -> Iterator[Record]:
    """The entries of a blog in the form of Movable Type (also of TypePad, Hatena, livedoor and others); nothing for a
    text in another form. See https://www.movabletype.org/documentation/appendices/import-export-format.html"""
    for entry in _ENTRIES.split(text):
        head, *parts = _PARTS.split(entry.strip())
        lines = [_OF_ENTRY.fullmatch(line.strip()) for line in head.split("\n") if line.strip()]
        told: dict[str, str] = {}
        for line in filter(None, lines):
            told.setdefault(line["name"], line["value"].strip())
        bodies = {name: body for name, _, body in (part.strip().partition(":\n") for part in parts) if name in _BODIES}
        if not all(lines) or not {"TITLE", "DATE"} <= told.keys() or not bodies:
            continue
        yield {
            "title": told["TITLE"],
            "text": "\n\n".join(bodies[name].strip() for name in _BODIES if name in bodies),
            "published": _WITH_HALF.sub(_moment, told["DATE"]),
            "status": told.get("STATUS", ""),
            "authors": told.get("AUTHOR", "") if " " in told.get("AUTHOR", "") else "",  # a login is no name
            "section": told.get("PRIMARY CATEGORY") or told.get("CATEGORY", ""),
            "url": told.get("UNIQUE URL", ""),
        }


def _moment(found: re.Match[str]) -> str:
    """'03/13/2026 04:20:00 PM', the month first, as a stamp of machines."""
    month, day, year, hour, minute, second, half = found.groups()
    hour = f"{int(hour) % 12 + 12 * (half == 'P'):02}" if half else hour
    return f"{year}-{month}-{day} {hour}:{minute}:{second}"
