"""Names in a text: runs of capitalised words, which in English news are names."""

from __future__ import annotations

import re

from rag.text.lexicon import STOPWORDS

PARTICLES = "al|bin|da|de|del|della|den|der|di|dos|du|el|ibn|la|le|van|von"
"""Small words within the names of persons and places, as alternatives of a pattern."""
_CAPITAL = "A-ZÀ-ÖØ-Þ"
_WORD = (
    rf"(?:(?:[{_CAPITAL}]\.)+(?=\W|$)"  # U.S., J.
    rf"|(?:St|Ste|Mt|Ft|Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Rev|Prof)\.(?= [{_CAPITAL}])"
    rf"|(?:(?:a[dlnrstz]|ash|el)-)?[{_CAPITAL}]\w*(?:(?:[-.&]|['’](?!s\b))\w+)*)"
)
_JOINED = rf"(?:(?:of|&|{PARTICLES}) (?:the |der |den |de |la |los )?)?(?:[dl]['’])?"
NAME_PATTERN = re.compile(
    rf"(?<![\w&'’])(?:(?:van|von)(?: der| den| de)? )?{_WORD}(?:\s+{_JOINED}{_WORD})*(?:, [JS]r\b)?(?:(?<=\b[JS]r)\.)?"
)
"""One name, without a possessive 's; :func:`names` leaves out what is none at the beginning of a sentence."""
_ENDED = re.compile(r"[.!?:][\"”’)\]]*\s+[\"“‘(]*$")


def names(text: str) -> list[str]:
    """The names of ``text`` in order. The first word of a sentence may be one too, but no common word there is.

    What joins the words of one name stays in it ('Bank of England', 'Ursula von der Leyen'), so do initials.
    """
    found: list[str] = []
    for match in NAME_PATTERN.finditer(text):
        name, start = match[0], match.start()
        first = name.split(maxsplit=1)[0]
        opening = not text[:start].strip(" \"“‘('") or _ENDED.search(text, max(0, start - 8), start)
        if opening and first.lower() in STOPWORDS and not (first.isupper() and len(first) > 1):
            name = name[len(first) :].lstrip()
        if name and name.lower() not in STOPWORDS - {"us", "it"}:
            found.append(name)
    return found


_TITLES = re.compile(
    r"^.*\b(?:Chair(?:wo)?man|Chair|Director|Mayor|Captain|Inspector|Sergeant|Chief|Executive|President|Minister|Secretary|"
    r"General|Major|Colonel|Lieutenant|Commander|Officer|Senator|Representative|Governor|Council(?:wo)?man|Councillor|Judge|"
    r"Justice|Professor|Doctor|Dr\.|Mr\.?|Mrs\.?|Ms\.?|Sen\.|Rep\.|Gov\.|Gen\.|Col\.|Capt\.|Administrator|Spokes(?:wo)?man|"
    r"Rancher|Baker|Librarian|Swimmer|Coach|Clerk|Attorney|Treasurer|Commissioner|Superintendent|Pope|King|Queen|Prince|"
    r"Princess|Sir|Lord|Lady|Owner|Founder|Analyst|Campaigner|Resident|Pilot|Farmer|Teacher|Principal|Lawyer|Investigator|"
    r"Researcher) (?=[A-Z])"
)
"""All up to the last title before a name."""


def without_title(name: str) -> str:
    """A person's name without what stands before it: 'Council President Tomas Ibarra-Lund' is 'Tomas Ibarra-Lund'."""
    return _TITLES.sub("", name)


def question_names(question: str) -> list[str]:
    """:func:`names` of a question, whose first word has a capital anyway."""
    return names(question[:1].lower() + question[1:])
