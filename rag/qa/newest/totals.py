"""Counts that a text gives as the whole so far: 'which brings the dead to 23', 'the toll has reached 23', 'has claimed
15 lives', 'became the sixth victim'.

A report often has two numbers, of those that are new and of all; only the second can be held against another report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.qa.conflicts.facets import fates
from rag.text.quantities import Quantity, quantities
from rag.text.units import SMALL_WORD

_ADVERB = r"(?:now |then |also |since |already |meanwhile |thus |so far |today |[a-z]+ly ){0,2}"
_UP_TO = r"(?:at least |more than |over |about |around |nearly |almost |some |as many as |up to )?"
_NUMBER = rf"(?P<n>\d|(?:{SMALL_WORD})\b)"
_RAISES = (
    r"\b(?:bring|tak|rais|push|lift|driv|put|swell|mov|increas)(?:s|es|ing|ed|e|en)?|\b(?:brought|took|drove|swollen|"
    r"putting)"
)
_MEASURE = (
    r"(?:toll|tally|count|total|number|figure|sum|score|dead|injured|wounded|missing|victims?|deaths?|fatalities|"
    r"casualties|arrests|cases|infections|losses)"
)
_REACHES = (
    rf"(?:ha[sd]|have|is|was|are|were|been|being|stands?|stood|will be)? ?{_ADVERB}(?:been )?(?:(?:reach|pass|hit|"
    r"exceed|top|surpass)(?:es|ed|s|ing)?|(?:ris(?:en?|es|ing)|rose|climb(?:ed|s|ing)?|gr(?:ow|ew|own|ows|owing)|"
    r"jump(?:ed|s|ing)?|mount(?:ed|s|ing)?|increas(?:ed|es|ing|e)?|gone up|went up|goes up|crept up|put|raised|revised|"
    r"corrected|updated|lifted)(?: up)?(?: from [\w,.]+(?: \w+)?)? to|(?:now )?(?:stands?|stood|standing|put|given) at|"
    r"now|is|was|of)"
)
_TOTAL = (
    re.compile(
        rf"(?:{_RAISES}) (?P<what>(?:(?!to\b)[\w’'-]+ ){{1,12}}?)(?:up )?(?:to|at) {_UP_TO}{_NUMBER}", re.I
    ),  # bringing the toll of the storm to 12
    re.compile(
        rf"\b(?P<what>{_MEASURE}\b(?:(?:,? (?:of|from|in|at|for|among|after|by|over|on)|,) [^.;:]{{1,90}}?)?),? "
        rf"{_REACHES} {_UP_TO}{_NUMBER}",
        re.I,
    ),  # the count of measles cases in Hartlow stands at 31
    re.compile(
        rf"\b(?P<what>(?:in all|altogether|in total|all told|a total of)),? {_UP_TO}{_NUMBER}", re.I
    ),  # in all 66 houses burned down
    re.compile(rf"\bthe (?P<what>[a-z]+) {_ADVERB}number(?:s|ed)? {_UP_TO}{_NUMBER}", re.I),  # the dead now number 18
    re.compile(rf"\b(?P<what>claim(?:ed|s)?) {_ADVERB}(?!another|a further){_UP_TO}(?P<n>\w+ (?:lives|victims))", re.I),
    re.compile(
        r"\b(?P<n>\w+)[\w ]{0,30}? (?:are|were|is|was|have|has|had) (?:been )?(?:now )?(?P<what>(?:known|confirmed|"
        r"feared|believed|presumed)(?: to (?:be|have))?[\w ]{0,20} (?:dead|died|killed|injured|hurt|missing))",
        re.I,
    ),  # 15 people are now known to have died
)
_NTH = re.compile(
    r"\b(?:the|a|its|their) (?P<n>[\w-]+) (?:and last |known |confirmed )?(?P<what>(?:person|man|woman|child|passenger|"
    r"worker|resident|body|victim|death|fatality|casualty)\b(?: to (?:die|be (?:killed|found)))?)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Total:
    """A number that a text gives as the whole so far, and what befell those who are counted, as far as it says."""

    value: Quantity
    fates: frozenset[str]


def totals(text: str, around: str = "") -> list[Total]:
    """The totals of a sentence; ``around`` is what stands before it and tells of whom a bare 'total' is."""
    shown = [q for q in quantities(text) if q.kind in ("number", "count", "ordinal")]
    found: list[Total] = []
    for pattern in _TOTAL:
        for m in pattern.finditer(text):
            value = next((q for q in shown if q.start <= m.start("n") < q.end and q.kind != "ordinal"), None)
            if value is not None and not _is_more(text, value):
                found.append(Total(value, frozenset(fates(m["what"]) or fates(m[0]) or fates(f"{text} {around}"))))
    for m in _NTH.finditer(text):
        value = next((q for q in shown if q.start <= m.start("n") < q.end and q.kind == "ordinal"), None)
        victim = {"dead"} if "victim" in m["what"].lower() else set()
        if value is not None and value.value > 1 and (befell := fates(m["what"]) or fates(text) or victim):
            found.append(Total(value, frozenset(befell)))
    once = {t.value.start: t for t in reversed(found)}
    return [once[start] for start in sorted(once)]


def _is_more(text: str, q: Quantity) -> bool:
    return bool(re.match(r" (?:more|others?|further|additional)\b", text[q.end : q.end + 12]))
