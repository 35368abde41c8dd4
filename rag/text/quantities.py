"""The quantities and dates of a text: what is counted or measured, in which unit, and whether two say the same.

'2.5 million', '2,500,000' and '2.5mn' are one number, '30 miles' and '48 km' one distance, '30 miles' and '30 killed'
are nothing that can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from rag.text import units
from rag.text.lexicon import NUMBER_WORDS, ORDINALS
from rag.text.timex.calendar import Day
from rag.text.timex.expressions import printed_dates


@dataclass(frozen=True, slots=True)
class Quantity:
    """``text[start:end]`` of the text that it was found in, read as a number.

    ``value`` is in ``unit`` as printed, scale words multiplied out; ``high`` differs from it for ranges and scores.
    ``step`` is what the last printed digit counts: 1 for '30', 100,000 for '2.5 million'. ``unit`` is a name of this
    module ('mile', 'USD', '%'), or empty. ``nouns`` says what a count is of, in a comparable form.
    """

    start: int
    end: int
    text: str
    kind: units.QuantityKind
    value: float
    high: float
    unit: str = ""
    step: float = 1.0
    approx: Literal["", "about", "over", "under"] = ""
    nouns: frozenset[str] = frozenset()
    day: Day | None = None


def quantities(text: str) -> list[Quantity]:
    """The quantities and dates of ``text`` in order, without overlap. Time grows with the length of the text."""
    finders = (_dates, _clocks, _shares, _ordinals, _numbers)  # of two that begin at one place the first one's counts
    found: list[Quantity] = []
    for item in sorted((q for finder in finders for q in finder(text)), key=lambda q: q.start):
        if not found or item.start >= found[-1].end:
            found.append(item)
    return found


def _dates(text: str) -> Iterator[Quantity]:
    for item in printed_dates(text):
        day = item.printed
        value = float(day.year or day.month or day.day or 0)
        yield Quantity(item.start, item.end, text[item.start : item.end], "date", value, value, day=day)


def _clocks(text: str) -> Iterator[Quantity]:
    for m in units.CLOCK.finditer(text):
        if m["half"]:
            hours = int(m["h"]) % 12 + (12 if m["half"].lower() == "p" else 0)
            value = float(hours * 60 + int(m["m"] or 0))
        else:
            parts = [int(p) for p in m.group().split(":")]
            value = float(parts[0] * 60 + parts[1]) + (parts[2] / 60 if len(parts) > 2 else 0)
        yield Quantity(m.start(), m.end(), m.group(), "clock", value, value)


def _shares(text: str) -> Iterator[Quantity]:
    """'One in five', as a percentage."""
    for m in units.IN.finditer(text):
        a, b = (float(NUMBER_WORDS.get(g.lower(), 0) or (g if g.isdigit() else 0)) for g in (m["a"], m["b"]))
        if 0 < a < b:
            yield Quantity(m.start(), m.end(), m.group(), "percent", 100 * a / b, 100 * a / b, "%", 1.0, "about")


def _ordinals(text: str) -> Iterator[Quantity]:
    for m in units.ORDINAL.finditer(text):
        tens, _, last = m.group().lower().rpartition("-")
        value = float(ORDINALS[last] + {"twenty": 20, "thirty": 30}.get(tens, 0))
        yield Quantity(m.start(), m.end(), m.group(), "ordinal", value, value)


def _numbers(text: str) -> Iterator[Quantity]:
    at = 0
    while m := units.NUMBER.search(text, at):
        at = m.end()
        if m.start() > 1 and text[m.start() - 1] in "-/" and text[m.start() - 2].isalnum():
            continue  # COVID-19, F-16
        word = m["first"].lower()
        if word == "one" and not m["scale"] and _pronoun(text, m.start(), m.end()):
            continue
        value, step = _value(word)
        value += {"½": 0.5, "¼": 0.25, "¾": 0.75}.get(m["fraction"] or "", 0)
        end = m.end()
        scale_name = (m["scale"] or "").lower()
        scale = units.SCALES.get(scale_name.rstrip("s") or scale_name, 1.0)
        counted = units.MONEY_NEXT.match(text, end)
        if not m["sign"] and (scale_name == "b" or (scale_name == "m" and not counted)):  # '5 m tall'
            scale, scale_name, end = 1.0, "", m.start("scale")
            while text[end - 1] in " -":
                end -= 1
        join = (m["join"] or "").strip()
        before = text[max(0, m.start() - 24) : m.start()].rstrip()
        high, is_range = value, False
        if m["second"]:
            other = float(m["second"].replace(",", ""))
            listed = join == "and" and not before.lower().endswith("between")
            moved = join == "to" and re.search(r"\b(?:from|by|of)$", before, re.I)
            if listed or moved or (join == "to" and other <= value):
                at = end = m.start("join")  # 'from 12 to 15': the other one is found by itself
                scale, scale_name = 1.0, ""
            else:
                high, is_range = other, True
        if m["ordinal"]:
            yield Quantity(m.start(), m.end("ordinal"), text[m.start() : m.end("ordinal")], "ordinal", value, value)
            continue
        kind, unit, stop, factor = _unit(text, end, m["sign"])
        if text[end : end + 1].isalnum() and (not unit or m["sign"]):
            continue  # 5G, 747s
        if is_range and kind in ("number", "count") and join in "-–—" and not scale_name and not m["sign"]:
            yield Quantity(m.start(), end, text[m.start() : end], "score", value, high)
            continue
        approx, after = _approximation(text, m.start(), stop)
        nouns = _counted(text, m.start(), after) if kind in ("number", "count") else frozenset()
        by = scale * factor
        yield Quantity(
            m.start(), stop, text[m.start() : stop], kind, value * by, high * by, unit, step * by, approx, nouns
        )


def _pronoun(text: str, start: int, end: int) -> bool:
    """Whether 'one' is no number: 'no one', 'one of them', 'the one that'."""
    before = text[max(0, start - 8) : start].lower()
    return bool(
        re.search(r"\b(?:no|any|every|this|that|the|which|each|some|another) $", before)
        or re.match(r"[’']s\b|\s(?:another|that|who|thing|could|can|would|might)\b|-", text[end : end + 9])
    )


def _value(word: str) -> tuple[float, float]:
    """(value, what its last digit counts) of a number in digits or words."""
    if word[-1].isdigit():
        plain = word.replace(",", "").replace("−", "-")
        return float(plain), 10.0 ** -len(plain.partition(".")[2])
    total = current = 0.0
    step = 1.0
    for part in re.split(r"[\s-]+", word.replace(" and a half", " point5").strip()):
        if part == "half":
            current, step = 0.5, 0.1
        elif part == "point5":
            current += 0.5
            step = 0.1
        elif part in ("a", "an"):
            current = current or 1.0
        elif part in NUMBER_WORDS:
            current += NUMBER_WORDS[part]
        elif (scale := units.SCALES.get(part)) is not None:
            current = (current or 1.0) * scale
            step = step * scale if scale > 100 else step
            if scale >= 1000:
                total, current = total + current, 0.0
    return total + current, step if current == 0 else min(step, 1.0)


def _unit(text: str, end: int, sign: str | None) -> tuple[units.QuantityKind, str, int, float]:
    """(kind, unit, where it ends, factor) of what stands after a number."""
    if sign:
        mark = sign.strip(" .").lower()
        if mark[-1] == "$":
            return "money", units.DOLLARS.get(mark[:-1].upper(), "USD"), end, 1.0
        return "money", units.SIGNS[mark], end, 1.0
    m = units.UNIT.match(text, end, end + 40)
    if m is None:
        return "number", "", end, 1.0
    if m["points"]:
        return "points", "point", m.end("points"), 0.01 if m["points"].lower().startswith("basis") else 1.0
    if m["per"]:
        return "percent", "%", m.end("per"), 1.0
    name = (m["name"] or "").lower().replace(" ", "")
    stop = m.end("name") if name else end
    if name in ("cent", "cents"):
        return "money", "USD", stop, 0.01
    unit = "metre" if name == "m" else units.BY_NAME.get(name)
    large = m["kind"] or re.search(r"\d[\d,.]{2,}$|lion$|sand$|\d ?bn$|\d ?mn$", text[max(0, end - 8) : end])
    if m["name"] != {"ft": "ft", "c": "C", "f": "F"}.get(name, m["name"]) or (name in units.LARGE_ONLY and not large):
        unit = None
    if unit is None:
        return ("count" if name and name not in units.STOP else "number"), "", end, 1.0
    if m["square"] and f"square {unit}" in units.UNITS:
        unit = f"square {unit}"
    if m["kind"] and unit == "USD":
        return "money", units.DOLLAR_NATIONS.get(m["kind"][:3].lower(), "USD"), stop, 1.0
    if m["kind"] and unit == "pound":
        return "money", "GBP", stop, 1.0  # sterling, Egyptian, Syrian
    of = (m["of"] or "").lower().strip()
    if of.endswith("hour") and unit in ("mile", "km"):
        return "speed", "mph" if unit == "mile" else "km/h", m.end("of"), 1.0
    if unit == "degree" and of in ("celsius", "c", "fahrenheit", "f"):
        return "temperature", of[0].upper(), m.end("of"), 1.0
    return units.UNITS[unit][0], unit, stop, 1.0


def _approximation(text: str, start: int, end: int) -> tuple[Literal["", "about", "over", "under"], int]:
    """What stands before or after a number to say that it is not exact, and where what is counted begins."""
    after = units.AFTER.match(text, end, end + 10)
    stop = after.end() if after else end
    before = text[max(0, start - 24) : start].rstrip(" ~")
    for m in units.BEFORE.finditer(before):
        if m.end() >= len(before) - 1 and (m.start() == 0 or not before[m.start() - 1].isalnum()):
            return ("about" if m["about"] else "over" if m["over"] else "under"), stop
    if text[max(0, start - 1) : start] == "~":
        return "about", stop
    if after:
        return ("about" if after["so"] and after["so"].lower() in ("so", "less") else "over"), stop
    return "", stop


def _counted(text: str, start: int, end: int) -> frozenset[str]:
    """What a number counts: the words after it up to the next break, and the fate told before or after it."""
    nouns: set[str] = set()
    for i, m in enumerate(islice(units.WORD_PATTERN.finditer(text, end, end + 60), 7)):
        word = m.group().lower()
        if word in ".,;:()?!":
            break
        if word in units.FATE_BY_WORD:
            nouns.add(units.FATE_BY_WORD[word])
        elif word in units.STOP:
            if word not in _PASSED_OVER:
                break
        elif i < 3 and word[0].isalpha():
            nouns.add(units.SAME.get(word, _singular(word)))
    clause = re.split(r"[,;:.]\s|\band\b", text[max(0, start - 60) : start])[-1]
    for word in re.findall(r"[a-z]+", clause.lower())[-9:]:
        if word in units.FATE_BY_WORD and not nouns & _FATE_NAMES:
            nouns.add(units.FATE_BY_WORD[word])
    return frozenset(nouns)


_PASSED_OVER = frozenset("were was are is have has been had more other of the their".split())


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def fate(word: str) -> str | None:
    """What a word says of those who are counted: 'dead' for 'killed' and 'toll', 'hurt' for 'injured'; else None."""
    return units.FATE_BY_WORD.get(word.lower())


_FATE_NAMES = frozenset(units.FATE_BY_WORD.values())


def in_base_units(q: Quantity) -> float:
    """The value in the base unit of its kind, so that days can be held against minutes."""
    return q.value * _base(q.unit)


def _base(unit: str) -> float:
    return units.UNITS[unit][1] if unit in units.UNITS else 1.0


def comparable(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities are of one kind, so that they can be the same or differ. Bare numbers go with any."""
    kinds = {a.kind, b.kind}
    if kinds & {"date", "clock", "score"}:
        return len(kinds) == 1
    if kinds <= {"number", "count"}:
        fates = a.nouns & _FATE_NAMES, b.nouns & _FATE_NAMES
        if all(fates):
            return bool(fates[0] & fates[1])
        return not a.nouns or not b.nouns or bool(a.nouns & b.nouns) or any(fates)
    if "number" in kinds or {a.unit, b.unit} == {"pound", "GBP"}:
        return True
    return len(kinds) == 1 and (a.kind != "money" or a.unit == b.unit)


def agree(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities can be the same one: equal as far as their printed digits and 'about' say."""
    return comparable(a, b) and (_same_day(a.day, b.day) if a.day and b.day else _equal(a, b))


def _equal(a: Quantity, b: Quantity) -> bool:
    if a.kind == "score" == b.kind:
        return {a.value, a.high} == {b.value, b.high}
    (low_a, high_a), (low_b, high_b) = _interval(a, b), _interval(b, a)
    return low_a <= high_b and low_b <= high_a


def carries(shown: Quantity, said: Quantity) -> bool:
    """Whether ``shown``, of a quote, is enough to say ``said``: they agree, and ``said`` is no finer than it.

    What is counted may be called otherwise ('12 residents', '12 people'), but not have met another fate.
    """
    if not _close(shown, said):
        return False
    if shown.kind in ("date", "score") or (shown.unit and said.unit and shown.unit != said.unit):
        return agree(shown, said)
    if not _equal(shown, said):
        return False
    wide = max(shown.step, _round(shown.value) if shown.approx else 0.0)
    return abs(shown.value - said.value) <= 1e-9 * abs(said.value) or said.step >= wide or bool(said.approx)


def _close(a: Quantity, b: Quantity) -> bool:
    """:func:`comparable`, but whatever is counted; 'six full weeks' is a count of weeks."""
    if {a.kind, b.kind} <= {"number", "count"}:
        fates = a.nouns & _FATE_NAMES, b.nouns & _FATE_NAMES
        return not all(fates) or bool(fates[0] & fates[1])
    for one, other in ((a, b), (b, a)):
        if one.kind == "count" and other.unit and other.unit in one.nouns:
            return True
    return comparable(a, b)


def _same_day(a: Day, b: Day) -> bool:
    pairs = [(a.year, b.year), (a.month, b.month), (a.day, b.day), (a.weekday, b.weekday)]
    both = [x == y for x, y in pairs if x is not None and y is not None]
    return bool(both) and all(both)


def _round(value: float) -> float:
    """What the last digit before the trailing zeros counts: 100 for 2,500. At most a tenth of the value."""
    step = 1.0
    while step < abs(value) / 10 and value % (step * 10) == 0:
        step *= 10
    return min(step, abs(value) / 5)


def _interval(q: Quantity, other: Quantity) -> tuple[float, float]:
    """The values that a quantity may stand for, in base units where the other one has another unit."""
    low, high = min(q.value, q.high), max(q.value, q.high)
    slack = 0.499 * q.step if q.step > other.step else 0.0
    if q.approx:
        slack = max(slack, _round(q.value) / 2)
    if q.unit == other.unit or not q.unit or not other.unit or {q.unit, other.unit} == {"pound", "GBP"}:
        exact = 1e-9 * max(abs(low), abs(high))
        return low - slack - exact, high + slack + exact
    if q.kind == "temperature":
        slack = max(slack, q.step / 2)
        edges = [(v - 32) / 1.8 if q.unit == "F" else v for v in (low - slack, high + slack)]
        return (edges[0], edges[1]) if "degree" not in (q.unit, other.unit) else (low, high)
    # 300 miles are printed as 480 and as 500 km: round numbers are converted to round numbers
    slack = max(slack, q.step / 2, 0.03 * abs(q.value) if q.value % 10 == 0 else 0.0)
    return (low - slack) * _base(q.unit), (high + slack) * _base(q.unit)
