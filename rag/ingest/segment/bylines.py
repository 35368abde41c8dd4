"""Bylines and outlet names: who wrote an article and for whom, where a line or a page's metadata says so."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.ingest.encoding import one_line
from rag.text.entities import PARTICLES


@dataclass(frozen=True, slots=True)
class Byline:
    authors: tuple[str, ...] = ()
    source: str | None = None


_WRITTEN = "written|posted|published|reported|report|story|words|text|article|analysis|opinion|reviewed|photographs?"
_BY = re.compile(
    rf"(?:(?:{_WRITTEN}) )?by:?\s+(?=\S)"
    r"|(?:von|par|por|di|door)\s+(?=[A-ZÀ-Þ])"
    r"|(?:author|autor(?:in|en)?|auteur|autore|автор)s?\s*[:|]\s*(?=\S)"
    r"|van on[zs]e (?:\w+ )?(?:verslag(?:gever|geefster)|correspondent|redact(?:eur|rice))\s+(?=[A-ZÀ-Þ])"
    r"|(?:skrevet|skriven|geschreven|escrito|scritto|écrit|rédigé|verfasst|geschrieben)\s+(?:a[fv]|door|por|da|par|von)"
    r"\s*:?\s+(?=[A-ZÀ-Þ])"
    r"|(?:texte?|texto|tekst|testo|yazan|kirjoittaja|toimittaja|skribent|verslaggever|napisała?|napsala?)\s*:\s*"
    r"(?=[A-ZÀ-Þ])"
    r"|(?:كتبت?|بقلم|إعداد|تحرير)\s*[:：]?\s+|(?:מאת|נכתב על ידי)\s*[:：]?\s+"
    r"|(?:本报|本网|本報)?[记記]者\s*[:：]?\s*|(?:文|作者|撰文|執筆|文責)\s*[/／:：]\s*"
    r"|[\u3400-\u9fff]{1,5}部[\s\u3000:：・]+(?=\S{2,8}$)",
    re.IGNORECASE,
)
_SIGNED_BEHIND = re.compile(
    r"^(?:[\uac00-\ud7a3]{2,6}\s+)?(?P<name>[\u3400-\u9fff\uac00-\ud7a3]{2,6}?)\s*(?:기자|특파원|[记記]者)$"
)
"""'김민수 기자': the post behind the name."""
_BY_IN_METADATA = re.compile(
    rf"^\W*(?:(?:{_WRITTEN})\s+)?(?:by|von|par|por|di|da|door|af|av|автор|oleh|كتبت?|بقلم|إعداد|מאת)\b[\s:]+"
    r"|^\W*van on[zs]e (?:\w+ )?(?:verslag(?:gever|geefster)|correspondent|redact(?:eur|rice))\s+"
    r"|^\W*(?:author|autor|auteur|autore|автор)s?\s*:\s*",
    re.IGNORECASE,
)
_SEPARATOR = r"\s*[|,/·•;、，\n]\s*"
_AND = re.compile(r"\s+(?:and|und|et|y|e|en|with|и)\s+|\s*&\s*|\s+和\s*", re.IGNORECASE)
_PARTICLES = frozenset(f"{PARTICLES}|abu|ben|das|e|ten|ter|y".split("|"))
_POSTS = (
    r"correspondent|editor|reporter|writer|staff|contributor|columnist|producer|bureau|chief|desk|analyst|journalist"
    r"|photographer|redakteur\w*|korrespondent\w*"
)
_ROLE = re.compile(rf"\b(?:{_POSTS}|in [A-Z]\w+)\b", re.IGNORECASE)
_ROLE_IN_METADATA = re.compile(
    rf"\b(?:{_POSTS}|contributing|redaktion|redacción|redação|redazione|rédaction|newsroom|team|freelance|special to"
    r"|guest|admin|administrator|webmaster|editorial|agenc(?:y|ies)|news ?service|wire)\b",
    re.IGNORECASE,
)
_ROLE_LINE = re.compile(
    r"\b(?:correspondent|editor|reporter|writer|columnist|producer|journalist|redakteur(?:in)?)\b"
    r"(?:,? (?:in|at|for) [A-Z][\w ]+)?$",
    re.IGNORECASE,
)
_OUTLET = re.compile(
    r"\b(?:news|times|post|herald|tribune|gazette|chronicle|journal|wire|press|agency|daily|weekly|standard|observer"
    r"|guardian|mail|telegraph|courier|dispatch|register|sentinel|examiner|bulletin|broadcasting|radio|tv|media"
    r"|zeitung|nachrichten|tagblatt|anzeiger|rundschau|presse|kurier|bote|diario|giornale|gaceta|review|monitor"
    r"|reuters|associated|xinhua|network|report|star|sun|mirror|globe|ledger|echo|record|argus|advertiser|today)\b"
    r"|(?:新闻|新聞|日报|日報|晚报|时报|通讯社|网|社)$|(?-i:^[A-Z]{3,5}$)",
    re.IGNORECASE,
)
_NOT_NAMES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december the a an this that these those all most many some any no our their edition
    morning evening night newsroom his her its land sea air law far then now contrast comparison""".split()
)
_AGENCY = re.compile(
    r"(?:the )?(?:reuters|associated press|ap|afp|agence france-presse|dpa|ansa|efe|tass|xinhua|kyodo|pti|ani|ians|upi"
    r"|bloomberg|press association|pa media|canadian press|lusa|apa|sda|ntb|tt|belga|antara|yonhap|staff|news|editor)",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"\s*(?:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d.*|\(.*|\[.*|https?:.*|@.*|\S+@\S+.*"
    r"|\s[-–—]\s.*|\b(?:updated|published|posted|on|for|in|at|for the|of the) .*"
    r"|\b(?:e-?mail|contact|follow|view|see|more (?:by|from|posts|stories)|all posts|read more) .*"
    r"|\bis an? .*|\bfollow\b.*|\d.*)$",
    re.IGNORECASE | re.DOTALL,
)
_DAY = re.compile(
    r"\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:,\s*|\s+)\d{4}.*$",
    re.IGNORECASE | re.DOTALL,
)
DATELINE = re.compile(
    r"^(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ .,'’/-]{2,40}?)"
    r"(?:,\s+(?:[A-Z][a-z]+\.?(?:\s+\d{1,2}){0,2}|\d{1,2}\s+[A-Z][a-z]+\.?))?(?:,?\s+\d{4})?"
    r"\s*(?:\((?P<agency>[A-Z][\w&.' ]{1,40})\))?\s*(?:--|[-–—])\s+(?=\S)"
)
"""What a paragraph begins with like 'BEIRUT (Northway Wire) - '."""


def looks_like_outlet(text: str) -> bool:
    """Whether the name has a word that papers, agencies and stations have in theirs."""
    return len(text.split()) <= 5 and bool(_OUTLET.search(text)) and not text.endswith((".", "?", "!", ":"))


def looks_like_name(text: str) -> bool:
    """Two to four capitalised words (particles such as 'van' aside): a person, or an organisation."""
    words = text.replace(".", ". ").split()
    if not 1 <= len(words) <= 6 or any(c.isdigit() for c in text):
        return False
    strong = [w for w in words if w.lower() not in _PARTICLES]
    return (
        1 <= len(strong) <= 4
        and all(w[0].isupper() or not w[0].isascii() for w in strong)
        and all(re.fullmatch(r"[\w.'’\-]+", w) for w in words)
        and not any(w.lower() in _NOT_NAMES for w in words)
    )


def byline(line: str) -> Byline | None:
    """Authors and outlet of a line that is a byline and nothing else.

    >>> byline("By Jane Roe and John Doe, Northway Wire")
    Byline(authors=('Jane Roe', 'John Doe'), source='Northway Wire')
    """
    if re.fullmatch(r"From [\w .&'’-]{3,60} (?:reports?|services|staff|wires?)", line):
        return Byline()  # 'From staff and wire reports'
    line = re.sub(r"^[A-Z][a-z]+\s*[|•·]\s*(?=By\s)", "", line)  # 'Analysis | By Jane Roe'
    line = _SIGNED_BEHIND.sub(r"记者 \g<name>", line)
    match = _BY.match(line)
    if not match or len(line) > 160 or re.search(r"[.!?:;]\s*$", re.sub(r"\b[A-Z]\.$", "", line)):
        return None
    rest = line[match.end() :].strip(" \t|,")
    people, _, place = rest.partition(" for ")
    parts = [p.strip() for p in re.split(rf"{_SEPARATOR}|\s+[-–—]\s+", people) if p.strip()]
    parts += [place] if place else []
    authors: list[str] = []
    source: str | None = None
    barred = bool(re.search(r"\s[|·•/–—-]\s", people))
    for i, whole in enumerate(parts):
        part = re.sub(r"\s+(?:in|aus|à)\s+[A-ZÀ-Þ][\w .'’-]*$", "", whole)  # where it was written
        names = _AND.split(part)
        if looks_like_outlet(part) and not _ROLE.search(part):
            source = source or part
        elif _ROLE.search(part) and (i or looks_like_outlet(part)):
            named = _OUTLET.search(part)
            if named and not source and len(part[: named.end()].split()) >= 2:
                source = part[: named.end()].strip()  # 'Northway Wire Transport Correspondent'
        elif _ROLE.search(part):
            continue
        elif i and barred and authors and len(parts) == 2 and len(names) == 1 and looks_like_name(part):
            source = source or part  # what a bar sets apart from the names is their paper
        elif all(looks_like_name(n) for n in names):
            if i and len(parts[0].split()) >= 2 and len(names) == 1 and len(part.split()) == 1:
                continue  # 'By Jane Roe, Beirut'
            authors += [cased(n) for n in names]
        elif i == 0:
            return None
    if not authors and not source:
        return Byline() if _ROLE.search(rest) and len(rest.split()) <= 5 else None
    return Byline(tuple(dict.fromkeys(authors)), source)


def people(printed: Iterable[str | None], outlets: Iterable[str] = ()) -> tuple[str, ...]:
    """The persons that lines such as 'By Jane Roe, Staff Writer and John Doe' name; no outlets, posts or addresses."""
    known = {letters(o) for o in outlets} - {""}
    labels = {k for k in known if len(k) >= 6}
    names: list[str] = []
    agency = False
    for raw in printed:
        text = one_line(html.unescape((raw or "")[:500]))
        if re.match(r"(?:https?:)?//|www\.", text):
            continue
        text = _DAY.sub("", text)
        pieces = re.split(rf"{_SEPARATOR}|(?<=[^\W\d_]{{3}})\.\s+", _BY_IN_METADATA.sub("", text))
        for part in (name for piece in pieces for name in _AND.split(piece)):
            name = _CUT.sub("", _BY_IN_METADATA.sub("", part)).strip(" .,:;-–—|\"'“”")
            bare = letters(name)
            if not bare or any(bare.startswith(k) or k.startswith(bare) for k in known if min(len(k), len(bare)) > 3):
                continue
            if _AGENCY.fullmatch(name):
                agency = True
                continue
            opening = letters(name.split()[0])
            others = (
                bare in known
                or (len(opening) >= 6 and any(k.startswith(opening) for k in labels))
                or _ROLE_IN_METADATA.search(name)
                or any(c.isdigit() for c in name)
                or "." in name.split(" ")[0][2:]
            )
            if not others and 2 <= len(name) <= 60 and len(name.split()) <= 6 and name[0].isalpha():
                names.append(name)
    unique = {name.casefold(): name for name in reversed(names)}
    full = [name for name in reversed(unique.values()) if " " in name or not name.isascii()]
    # A single word beside full names is an outlet or a nickname; alone it is how a blogger signs.
    alone = () if agency else reversed(unique.values())  # 'Reuters, Washington'
    return tuple(full or alone)[:10]


def dateline(text: str) -> re.Match[str] | None:
    """The ``DATELINE`` of a paragraph, where its place is more than initials."""
    match = DATELINE.match(text)
    return match if match and sum(c.isalpha() for c in match["place"]) >= 3 else None


def is_role(line: str) -> bool:
    """Whether the line is what stands under a name: 'Health editor', 'BBC correspondent in Erle'."""
    return len(line.split()) <= 6 and bool(_ROLE_LINE.search(line))


def copyright_holder(line: str) -> str | None:
    """The outlet that a copyright line names."""
    match = re.match(
        r"(?:copyright\s*)?(?:©|\(c\)|copyright)\s*(?:\d{4}(?:\s*[-–]\s*\d{4})?)?,?\s*(?:by\s+)?"
        r"(?P<name>[^.,|·•©\d]{2,50}?)(?:[.,|·•]|\s+\d{4}|\s*[-–—]\s|\s+all rights|\s*$)",
        line.strip(),
        re.IGNORECASE,
    )
    if not match or not re.search(r"\d{4}|all rights|copyright", line, re.IGNORECASE):
        return None  # '© Reuters' alone is the credit of a picture
    name = match["name"].strip(" -–—")
    return name if name[:1].isupper() and not re.match(r"all rights", name, re.IGNORECASE) else None


def cased(name: str) -> str:
    """'JANE ROE' as 'Jane Roe'; anything else as printed."""
    return name.title() if name.isupper() and len(name) > 4 and name.isascii() else name


def letters(text: str) -> str:
    """The letters and digits of a name, by which it is compared."""
    return re.sub(r"\W", "", text.lower())
