"""The words that quantities are written with: numbers, scales, units, and the patterns made of them."""

from __future__ import annotations

import re
from typing import Literal

from rag.text.lexicon import NUMBER_WORDS, ORDINALS

QuantityKind = Literal[
    "number", "count", "percent", "points", "money", "length", "area", "weight", "volume", "temperature", "speed",
    "duration", "ordinal", "score", "clock", "date",
]  # fmt: skip
"""``number`` is one without a unit ('rose to 30'), ``count`` one of things ('30 people'), ``date`` has ``day`` set."""

SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "lakh": 1e5, "million": 1e6, "mn": 1e6, "m": 1e6, "crore": 1e7,
    "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12, "dozen": 12.0,
}  # fmt: skip
DOLLARS = {"A": "AUD", "AU": "AUD", "C": "CAD", "CA": "CAD", "NZ": "NZD", "HK": "HKD", "S": "SGD", "R": "BRL"}
DOLLAR_NATIONS = {"aus": "AUD", "can": "CAD", "hon": "HKD", "sin": "SGD", "new": "NZD"}
"""The first letters of what may stand before 'dollars'; all others are of the United States."""
SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "rs": "INR", "eur": "EUR", "usd": "USD",
         "gbp": "GBP", "chf": "CHF", "sek": "SEK", "nok": "SEK", "dkk": "SEK", "inr": "INR", "aed": "dirham",
         "sar": "rial", "zar": "ZAR", "ksh": "shilling"}  # fmt: skip

# unit: (kind, base units in one, names); temperatures are converted apart.
UNITS: dict[str, tuple[QuantityKind, float, str]] = {
    "%": ("percent", 1, "% percent pct"),
    "point": ("points", 1, "pp"),
    "USD": ("money", 1, "dollar dollars usd"),
    "EUR": ("money", 1, "euro euros eur"),
    "GBP": ("money", 1, "sterling gbp quid"),
    "penny": ("money", 1, "p pence penny"),
    "pound": ("weight", 0.45359237, "pound pounds lb lbs"),  # or sterling: see comparable
    "JPY": ("money", 1, "yen"),
    "CNY": ("money", 1, "yuan renminbi"),
    "INR": ("money", 1, "rupee rupees"),  # a name that several countries have is one unit: few texts have two of them
    "KRW": ("money", 1, "won"),
    "RUB": ("money", 1, "rouble roubles ruble rubles"),
    "CHF": ("money", 1, "franc francs"),
    "PLN": ("money", 1, "zloty zlotys zloties"),
    "SEK": ("money", 1, "krona kronor kroner krone kronur sek"),
    "crown": ("money", 1, "crown crowns"),
    "BRL": ("money", 1, "reais"),
    "ZAR": ("money", 1, "rand"),
    "NGN": ("money", 1, "naira"),
    "ILS": ("money", 1, "shekel shekels"),
    "THB": ("money", 1, "baht"),
    "MYR": ("money", 1, "ringgit"),
    "IDR": ("money", 1, "rupiah rupiahs"),
    "UAH": ("money", 1, "hryvnia hryvnias"),
    "HUF": ("money", 1, "forint forints"),
    "BDT": ("money", 1, "taka"),
    "KZT": ("money", 1, "tenge"),
    "GHS": ("money", 1, "cedi cedis"),
    "ETB": ("money", 1, "birr"),
    "RON": ("money", 1, "lei"),
    "BGN": ("money", 1, "leva"),
    "peso": ("money", 1, "peso pesos"),
    "lira": ("money", 1, "lira liras lire"),
    "dinar": ("money", 1, "dinar dinars"),
    "dirham": ("money", 1, "dirham dirhams"),
    "rial": ("money", 1, "rial rials riyal riyals"),
    "shilling": ("money", 1, "shilling shillings"),
    "mile": ("length", 1609.344, "mile miles mi"),
    "km": ("length", 1000, "km kms kilometre kilometres kilometer kilometers"),
    "metre": ("length", 1, "metre metres meter meters"),
    "cm": ("length", 0.01, "cm centimetre centimetres centimeter centimeters"),
    "mm": ("length", 0.001, "mm millimetre millimetres millimeter millimeters"),
    "foot": ("length", 0.3048, "foot feet ft"),
    "inch": ("length", 0.0254, "inch inches"),
    "yard": ("length", 0.9144, "yard yards"),
    "acre": ("area", 0.40468564, "acre acres"),
    "hectare": ("area", 1, "hectare hectares ha"),
    "square mile": ("area", 258.9988, ""),
    "square km": ("area", 100, ""),
    "square metre": ("area", 1e-4, "sqm"),
    "square foot": ("area", 9.290304e-6, ""),
    "kg": ("weight", 1, "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes"),
    "gram": ("weight", 0.001, "gram grams gramme grammes"),
    "ounce": ("weight", 0.0283495, "ounce ounces oz"),
    "tonne": ("weight", 1000, "tonne tonnes"),
    "ton": ("weight", 907.18474, "ton tons"),
    "litre": ("volume", 1, "litre litres liter liters"),
    "gallon": ("volume", 3.785411784, "gallon gallons"),
    "barrel": ("volume", 158.987, "barrel barrels"),
    "C": ("temperature", 1, "celsius °c c"),
    "F": ("temperature", 1, "fahrenheit °f f"),
    "degree": ("temperature", 1, "degree degrees °"),
    "mph": ("speed", 1.609344, "mph"),
    "km/h": ("speed", 1, "kmh kph"),
    "knot": ("speed", 1.852, "knot knots"),
    "second": ("duration", 1, "second seconds"),
    "minute": ("duration", 60, "minute minutes"),
    "hour": ("duration", 3600, "hour hours"),
    "day": ("duration", 86400, "day days"),
    "week": ("duration", 7 * 86400, "week weeks"),
    "month": ("duration", 30.44 * 86400, "month months"),
    "year": ("duration", 365.25 * 86400, "year years"),
    "decade": ("duration", 3652.5 * 86400, "decade decades"),
}
BY_NAME = {name: unit for unit, (_, _, names) in UNITS.items() for name in names.split()}
LARGE_ONLY = frozenset(("won", "crown", "crowns", "lei"))
"""Names of money that are also other words: so called only of hundreds and more, or behind a nation."""
_CODES = "|".join(code.upper() for code in SIGNS if len(code) == 3)
_MONEY = "|".join(name for name, unit in BY_NAME.items() if UNITS[unit][0] == "money" and len(name) > 2)
MONEY_NEXT = re.compile(rf"\s(?:people|users|(?:[A-Z][\w-]+ ){{0,2}}(?:{_MONEY}|pounds)\b)")
"""What shows that '5m' and '5b' are no metres and no name."""

SMALL_WORD = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
SCALE = r"hundred|thousand|million|billion|trillion|lakh|crore|dozen"
NUMBER_PHRASE = (
    rf"(?:(?:{SMALL_WORD})(?:[- ](?:{SMALL_WORD})){{0,2}}(?: and a half)?"
    rf"|half an? (?=million|billion|dozen|hour|year|century)|an? (?=(?:{SCALE})\b))"
    rf"(?:[ -]?(?:{SCALE})\b(?: and (?:{SMALL_WORD})\b(?:[- ](?:{SMALL_WORD}))?)?){{0,3}}"
)
# What befell those who are counted: two of these are two different counts.
FATE_BY_WORD = {
    word: fate
    for fate, words in {
        "dead": "killed dead died die deaths death fatalities fatality lives killing kill kills toll dying dies lost "
        "drowned drown drowning perished",
        "hurt": "injured wounded hurt injuries injuring wounding injury",
        "missing": "missing unaccounted",
        "held": "arrested detained arrests charged jailed captured arresting hostages",
        "saved": "rescued saved evacuated rescuing evacuating survived survivors",
        "gone": "displaced homeless fled",
        "ill": "ill sick sickened illness illnesses infected infections poisoned",
    }.items()
    for word in words.split()
}
SAME = {
    "people": "person", "persons": "person", "troops": "soldier", "soldiers": "soldier", "kids": "child",
    "children": "child", "victims": "person", "men": "man", "women": "woman", "jobs": "job", "workers": "job",
    "employees": "job", "staff": "job", "homes": "house", "houses": "house",
}  # fmt: skip

NUMBER = re.compile(
    rf"(?<![\w.,])(?P<sign>(?:(?:US|AU?|CA?|NZ|HK|S|R)?\$|[€£¥₹₩]|Rs\.?|(?-i:{_CODES}))\s?)?"
    rf"(?P<first>(?P<minus>[-−](?=\d))?(?:{DIGITS})|\b(?:{NUMBER_PHRASE})\b|(?<!\w)half an? (?=million|billion|dozen))"
    rf"(?P<fraction>½|¼|¾)?(?:(?P<ordinal>st|nd|rd|th)\b)?"
    rf"(?:(?P<join>\s?[-–—]\s?|\sto\s|\sand\s)(?:(?:US)?[$€£])?(?P<second>{DIGITS})(?![\w,.]*\d))?"
    rf"(?:[ -]?(?P<scale>(?:{SCALE})s?|bn|mn|tn|m|b|k)\b(?!\.\w))?",
    re.I,
)
ORDINAL = re.compile(rf"\b(?:twenty-|thirty-)?(?:{'|'.join(ORDINALS)})\b", re.I)
UNIT = re.compile(
    r"\s?[-–]?\s?(?:more |full |straight |consecutive |additional |extra |further )?(?:(?P<points>percentage[ "
    r"-]points?|basis[ -]points?)|(?P<per>per cents?)|(?P<square>square|sq\.?)\s)?"
    rf"(?P<kind>(?-i:U\.?S\.?|UAE|CFA|[A-Z][a-z]+(?: [A-Z][a-z]+)?)\s(?=(?:{_MONEY}|pounds?)\b))?"
    r"(?P<name>°\s?[CF]?\b|%|°|km/h|[^\W\d_]+)?(?P<of>\s(?:per|an) hour\b|\s(?:Celsius|Fahrenheit|C|F)\b)?",
    re.I,
)
BEFORE = re.compile(
    r"(?P<about>about|around|approximately|approx\.?|roughly|some|circa|estimated(?: at)?)|(?P<over>more than|over|"
    r"at least|above|upwards? of|just over|exceeding|no (?:fewer|less) than|a minimum of)|(?P<under>nearly|almost|"
    r"close to|just under|(?:less|fewer) than|under|below|"
    r"(?<!go )(?<!goes )(?<!went )(?<!gone )(?<!going )(?<!rise )(?<!rises )"
    r"(?<!rose )(?<!risen )(?<!raised )(?<!climbed )(?<!move )(?<!moved )(?<!put )up to|as (?:many|much) as|at most|"
    r"no more than|a maximum of)\Z",
    re.I,
)
AFTER = re.compile(r"\s?(?:\+|plus\b|or (?P<so>so|more|less)\b)", re.I)
CLOCK = re.compile(
    r"(?<![\w.,:])(?P<h>[012]?\d)(?:[:.](?P<m>[0-5]\d))?\s?(?P<half>[ap])(?:\.m\.|\.?m\b)|"
    r"(?<![\w.,:])\d{1,2}:\d\d(?::\d\d)?(?![\w:])",
    re.I,
)
IN = re.compile(
    rf"\b(?P<a>{SMALL_WORD}|\d{{1,2}}) (?:in|out of) (?:every )?(?P<b>{SMALL_WORD}|\d{{1,3}})\b"
    r"(?! \w+ (?:years|months))",
    re.I,
)
WORD_PATTERN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\w\s]")
STOP = frozenset(
    "and or of in on at to for from by with as is are was were be been has have had will would could a an the that who "
    "which when while but than per its their his her it he she they this those these after before since during "
    "between into under over more most other about around so if not only also each every years year old".split()
)
