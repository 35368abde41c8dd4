"""What two texts have in common: words, numbers and names, brought to one form before they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

STOPWORDS = frozenset(
    (
        "a about above after again against all also am an and any are as at be because been before being below "
        "between both but by can could did do does doing down during each few for from further had has have having he "
        "her here hers herself him himself his how i if in into is it its itself just me more most my myself no nor "
        "not now of off on once only or other our ours out over own s same she should so some such t than that the "
        "their theirs them themselves then there these they this those through to too under until up very was we were "
        "what when where which while who whom whose why will with would you your yours according said say says new "
        "many much old long far often"
    ).split()
)

_NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        (
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty"
        ).split()
    )
} | {
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
}
_ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7",
    "eighth": "8", "ninth": "9", "tenth": "10",
}  # fmt: skip
_MONTHS = {
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june", "jul": "july",
    "aug": "august", "sep": "september", "sept": "september", "oct": "october", "nov": "november", "dec": "december",
}  # fmt: skip
# One form for names that the same article writes in two ways. Case tells "US" from "us".
_ALIASES = [
    (
        re.compile(r"\bU\.\s?S\.(?:\s?A\.)?(?!\w)|\bUSA?\b|\bUnited States\b(?: of America)?|\bAmericans?\b"),
        " Unitedstates ",
    ),
    (re.compile(r"\bU\.\s?K\.(?!\w)|\bUK\b|\b(?:Great )?Britain\b|\bUnited Kingdom\b|\bBritish\b"), " Unitedkingdom "),
    (re.compile(r"\bE\.\s?U\.(?!\w)|\bEU\b|\bEuropean Union\b"), " Europeanunion "),
    (re.compile(r"\bU\.\s?N\.(?!\w)|\bUN\b|\bUnited Nations\b"), " Unitednations "),
    (re.compile(r"\bpercent\b|\bper cent\b"), "%"),
]
# "AT&T" and "S&P" are one word each: their letters alone are too common to tell anything.
_TOKEN = re.compile(
    r"\d+(?:[.,:]\d+)*|[^\W\d_]{1,3}(?:&[^\W\d_]{1,3})+(?![^\W_])(?:['’]s)?|[^\W\d_]+(?:['’][^\W\d_]+)?|%|[$€£¥]"
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def unify(text: str) -> str:
    """The text with one spelling for what has several: 'U.S.', 'US' and 'United States' are 'Unitedstates'."""
    for pattern, form in _ALIASES:
        text = pattern.sub(form, text)
    return text


def tokens(text: str) -> list[str]:
    """Comparable forms of the words and numbers of ``text``, in order: no case, accents, possessives or plurals.

    '2,500' is '2500', 'nine' is '9', 'Sept.' is 'september'; Chinese and Japanese give one token a character.
    """
    found: list[str] = []
    for match in _TOKEN.finditer(unify(text)):
        token = match.group()
        if _CJK.search(token):
            found += list(token)
        else:
            found.append(_form(token))
    return found


@lru_cache(maxsize=200_000)
def _form(token: str) -> str:
    if token[0].isdigit():
        return token.replace(",", "").rstrip(".:")
    plain = "".join(c for c in unicodedata.normalize("NFKD", token.lower()) if not unicodedata.combining(c))
    plain = re.sub(r"['’]s?$", "", plain).replace("'", "").replace("’", "")
    for table in (_NUMBER_WORDS, _ORDINALS):
        if plain in table:
            return table[plain]
    stem: str = _stemmer()(_MONTHS.get(plain, plain))
    return stem


@lru_cache(maxsize=1)
def _stemmer():  # type: ignore[no-untyped-def]  # the package has no types
    import Stemmer

    return Stemmer.Stemmer("english").stemWord


@lru_cache(maxsize=1)
def _stems_of_stopwords() -> frozenset[str]:
    return frozenset(_form(word) for word in STOPWORDS)


def content(text: str) -> list[str]:
    """The tokens that carry meaning: no stopwords."""
    stop = _stems_of_stopwords()
    return [t for t in tokens(text) if t not in stop]


def numbers(text: str) -> set[str]:
    """Every number of ``text``, in digits: '2,500', 'nine' and '1960' give {'2500', '9', '1960'}."""
    return {t for t in tokens(text) if t[0].isdigit()}


_NAME = re.compile(
    r"\b(?:[A-Z][\w'’.-]*[\w]|[A-Z])(?:\s+(?:(?:of|de|al|bin|van|von|der|la)\s+)?(?:[A-Z][\w'’.-]*[\w]|[A-Z]\b))*"
)


def names(text: str) -> list[str]:
    """Runs of capitalised words, which in English news are names; the first word of a sentence may be one too."""
    return [m.group() for m in _NAME.finditer(text)]


def question_names(question: str) -> list[str]:
    """:func:`names` of a question, whose first word has a capital anyway."""
    return names(question[:1].lower() + question[1:])


_DEMONYM = frozenset(
    ["i", "n", "an", "ian", "ean", "ish", "ese", "es", "er", "s"]
)  # "es": what stemming leaves of "ese"


def related(a: str, b: str) -> bool:
    """Whether two tokens are forms of one name: 'iraq' and 'iraqi', 'syria' and 'syrian', 'itali' and 'italian'."""
    if a == b:
        return True
    short, long_ = sorted((a, b), key=len)
    if len(short) < 4 or long_[:3] != short[:3]:
        return False
    bases = (short, short[:-1]) if short[-1] in "aeiouy" else (short,)
    return len(long_) > len(short) and any(long_.startswith(b) and long_[len(b) :] in _DEMONYM for b in bases)


def among(term: str, terms: Iterable[str]) -> bool:
    """Whether a token stands among others, in any form of its name."""
    return any(term == other or related(term, other) for other in terms)


_WHEN = re.compile(r"^(?:when|what (?:year|date|day|month|time)|(?:in|on|by|until|since) (?:what|which))\b", re.I)
_QUANTITY = re.compile(
    r"\bhow (?:many|much|old|long|far|large|big|high|tall|often)\b|"
    r"\bwhat (?:(?:is|was|are|were) the )?(?:percentage|share|number|age|amount|price|size|population|rate|cost)\b",
    re.I,
)
_WHO = re.compile(
    r"^(?:who|whom|whose)\b|\bwhich (?:country|company|team|city|state|person|man|woman|player)\b|^where\b",
    re.I,
)


def asks_for(question: str) -> str | None:
    """The kind of thing a question wants: 'date', 'amount', 'name', or None where its form does not say."""
    if _WHEN.search(question):
        return "date"
    if _QUANTITY.search(question):
        return "amount"
    return "name" if _WHO.search(question) else None


_DATE = re.compile(
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december|(?:mon|tues|wednes|thurs|"
    r"fri|satur|sun)day|today|yesterday|tomorrow|(?:19|20)\d\d|(?:next|last) (?:week|month|year|spring|summer|autumn|"
    r"fall|winter)|spring|summer|autumn|\d{1,2}:\d\d|[ap]\.?m\.?)\b|\bMay\b",
    re.I,
)
_NUMERIC = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundred|thousand|million|billion|half|quarter|third)\b",
    re.I,
)


def fits(question: str, sentence: str) -> bool | None:
    """Whether a sentence holds the kind of thing that is asked for; None where the question does not say which."""
    kind = asks_for(question)
    if kind == "date":
        return bool(_DATE.search(sentence))
    if kind == "amount":
        return bool(_NUMERIC.search(sentence))
    if kind == "name":
        asked = set(tokens(question))
        return any(not set(tokens(name)) <= asked for name in names(sentence[1:]))
    return None


_PLACED = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|%|[$€£¥]")


def placed(text: str) -> list[tuple[str, int, int]]:
    """(form, start, end) of each word and number of ``text``; forms as :func:`tokens`, but 'U.S.' is not unified."""
    return [(_form(m.group()), m.start(), m.end()) for m in _PLACED.finditer(text)]
