"""Names as pages print them: authors without 'By' and without their posts, headlines without the outlet."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable

from rag.ingest.encoding import line

_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|story|words|text|article|analysis|opinion|reviewed|photographs?)\s+)?"
    r"(?:by|von|par|por|di|da|door|af|av|автор|oleh)\b[\s:]+|^\W*(?:author|autor|auteur|autore|автор)s?\s*:\s*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:staff|writer|reporter|correspondent|editor|columnist|contributor|contributing|producer|photographer|journalist"
    r"|redakteur(?:in)?|redaktion|redacción|redação|redazione|rédaction|newsroom|bureau|chief|desk|team|freelance"
    r"|special to|guest|admin|administrator|webmaster|editorial|agenc(?:y|ies)|news ?service|wire)\b",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"(?:the )?(?:reuters|associated press|ap|afp|agence france-presse|dpa|ansa|efe|tass|xinhua|kyodo|pti|ani|ians|upi"
    r"|bloomberg|press association|pa media|canadian press|lusa|apa|sda|ntb|tt|belga|antara|yonhap|staff|news|editor)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*[,;|/•·]\s*|\s+(?:and|und|et|y|e|&|with|и)\s+|\n|(?<=[a-z]{3})\.\s+", re.IGNORECASE)
_CUT = re.compile(
    r"\s*(?:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d.*|\(.*|\[.*|https?:.*|@.*|\S+@\S+.*"
    r"|\s[-–—]\s.*|\b(?:updated|published|posted|on|for|in|at|for the|of the) .*"
    r"|\bis an? .*|\bfollow\b.*|\d.*)$",
    re.IGNORECASE | re.DOTALL,
)


def people(told: Iterable[str | None], outlets: Iterable[str] = ()) -> tuple[str, ...]:
    """The persons that lines such as 'By Jane Roe, Staff Writer and John Doe' name; no outlets, posts or addresses."""
    known = {_letters(o) for o in outlets} - {""}
    labels = {k for k in known if len(k) >= 6}
    names: list[str] = []
    agency = False
    for raw in told:
        text = line(entities.unescape((raw or "")[:500]))
        if re.match(r"(?:https?:)?//|www\.", text):
            continue
        bare = _BY.sub("", text)
        for part in _SPLIT.split(bare):
            name = _CUT.sub("", _BY.sub("", part)).strip(" .,:;-–—|\"'“”")
            letters = _letters(name)
            if not letters or any(
                letters.startswith(k) or k.startswith(letters) for k in known if min(len(k), len(letters)) > 3
            ):
                continue
            if _AGENCY.fullmatch(name):
                agency = True
                continue
            opening = _letters(name.split()[0])
            if (
                letters in known
                or (len(opening) >= 6 and any(k.startswith(opening) for k in labels))
                or _ROLE.search(name)
                or any(c.isdigit() for c in name)
                or "." in name.split(" ")[0][2:]
            ):
                continue
            if 2 <= len(name) <= 60 and len(name.split()) <= 6 and name[0].isalpha():
                names.append(name)
    unique = {name.casefold(): name for name in reversed(names)}
    full = [name for name in reversed(unique.values()) if " " in name or not name.isascii()]
    # A single word beside full names is an outlet or a nickname; alone it is how a blogger signs.
    alone = () if agency else reversed(unique.values())  # 'Reuters, Washington'
    return tuple(full or alone)[:10]


def without_site(title: str, site: str | None) -> str:
    """'Headline - Northway Wire' (or the other way round) without the outlet that the page names itself."""
    title = line(title)
    if not site:
        return title
    own = _letters(site)
    parts = re.split(r"\s+(?:[-|–—•·»«]+|::)\s+|:\s+(?=[^:]{2,40}$)", title)
    if len(parts) < 2:
        return title
    last, first = _letters(parts[-1]), _letters(parts[0])
    short = len(last) >= 3 and last in own and (2 * len(last) >= len(own) or parts[-1].isupper())
    long = len(own) >= 3 and last.removeprefix("the").startswith(own) and len(last) <= 2 * len(own)
    if last and (last == own or short or long):
        return _before(title, parts[-1])
    if first == own:
        return title[title.index(parts[0]) + len(parts[0]) :].lstrip(" -|–—•·»«:")
    return title


def _before(title: str, tail: str) -> str:
    """The title without its last part; a section between the two ('Headline - World - Northway Wire') stays."""
    head = title[: title.rindex(tail)].rstrip(" -|–—•·»«:")
    return head if len(head) >= 8 else title


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text.lower())
