"""'Which port handled more grain, A or B?': one figure of each, of the same unit and matter, and the greater or less.

Code compares what two quotes say; where one figure is not known, or the two are not of one kind, there is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rag.qa.article_days import ordinal
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.clauses import clause_at
from rag.qa.attribution.factuality import unsure
from rag.qa.attribution.subjects import held, meant_in
from rag.qa.attribution.support import Claim
from rag.qa.full_sense import in_full, row_worded
from rag.text.quantities import Quantity, in_base_units, quantities
from rag.text.sentences import passage
from rag.text.timex.expressions import timexes
from rag.text.tokens import among, content, tokens
from rag.types import Evidence, day

MAX_LOOKED_AT = 40
"""Sentences, best first, in which the figure of one of the two is looked for."""

NOT_BOTH = "only one of the two figures is known"

_OR = re.compile(
    r"^(?P<stem>(?:(?:in|at|on|of|for|by|from|to) )?(?:which|what|who|whose|where)\b.+?)(?:, |: | ?[-–—] )(?:either "
    r")?(?P<a>[^,:]{2,80}?),? or "
    r"(?P<b>[^,:]{2,80}?)\?*$",
    re.I,
)
_DID_OR = re.compile(
    r"^(?:did|does|do|has|have|had|is|are|was|were) (?P<a>(?:the )?(?:[a-z]+ (?:of|in|at) )?[A-Z][\w’'-]*(?: "
    r"[A-Z][\w’'-]*)*"
    r"(?: [a-z]+)?) or (?P<b>(?:the )?(?:[a-z]+ (?:of|in|at) )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)(?P<rest> [^?]+)\?*$"
)
_OF_AMOUNT = re.compile(r"\b(?P<how>more|fewer|less|(?:the )?(?:most|fewest|least))\b (?P<what>[^,?]+)$", re.I)
_LESS = frozenset("fewer less fewest least".split())
# comparative or superlative: (kinds of quantity, words of which the sentence must have one, whether more is meant)
_LONG_WORDS = r"long|length|stretch\w*|last(?:s|ed|ing)?|runs?|ran|takes?|took"
DIMENSIONS: tuple[tuple[str, tuple[str, ...], str, bool], ...] = (
    (r"(?:earn|cost|pay|spend|charge)s? more$", ("money",), r"", True),
    (r"(?:earn|cost|pay|spend|charge)s? less$", ("money",), r"", False),
    (r"weighs? more$", ("weight",), r"weigh\w*|heavy", True),
    (r"long(?:er|est)", ("length", "duration"), _LONG_WORDS, True),
    (r"short(?:er|est)", ("length", "duration"), _LONG_WORDS, False),
    (r"(?:tall|high)(?:er|est)", ("length", "percent"), r"high|height|tall|rises?|rose|stands?|above", True),
    (r"low(?:er|est)", ("length", "percent"), r"high|height|tall|rises?|stands?|above|at", False),
    (r"wid(?:er|est)", ("length",), r"wide|width|across|broad", True),
    (r"deep(?:er|est)", ("length",), r"deep|depth|down", True),
    (r"heav(?:ier|iest)", ("weight",), r"weigh\w*|heavy", True),
    (r"light(?:er|est)", ("weight",), r"weigh\w*|heavy|light", False),
    (r"(?:big|larg)(?:ger|gest|er|est)", ("area", "volume", "number", "count"), r"", True),
    (r"small(?:er|est)", ("area", "volume", "number", "count"), r"", False),
    (r"(?:more expensive|most expensive|costl(?:ier|iest)|dear(?:er|est))", ("money",), r"", True),
    (r"(?:cheap(?:er|est)|less expensive|least expensive)", ("money",), r"", False),
    (r"(?:fast|quick)(?:er|est)", ("speed",), r"", True),
    (r"slow(?:er|est)", ("speed",), r"", False),
    (r"old(?:er|est)", ("duration",), r"old|age[ds]?|years", True),
    (r"young(?:er|est)", ("duration",), r"old|age[ds]?|years", False),
)  # fmt: skip
_THE_ONE = re.compile(r"^(?:the|that) (?:one|ones)? ?(?:(?:in|of|at|from|to|for|near) )?(?:the )?", re.I)


@dataclass(frozen=True, slots=True)
class TwoThings:
    """Two things, what is compared of them (``about``, words of the matter), and of which kind its figures are.

    ``counted`` is the noun of 'more grain', in whose clause the figure must stand; ``cue`` what else it must have.
    """

    stem: str
    names: tuple[str, str]
    about: frozenset[str]
    counted: frozenset[str]
    kinds: tuple[str, ...]
    cue: str
    greater: bool


def two_things(question: str) -> TwoThings | None:
    """What a question wants compared; None where it does not ask which of two is more of something."""
    bare = " ".join(question.split())
    found = _OR.match(bare) or _DID_OR.match(bare[:1].lower() + bare[1:])
    if not found:
        return None
    stem = found["stem"].strip() if "stem" in found.groupdict() else f"Which{found['rest']}"
    first, second = (_THE_ONE.sub("", found[key].strip()) for key in ("a", "b"))
    names = (first or found["a"], second or found["b"])
    own = set(content(names[0])) | set(content(names[1]))
    about = frozenset(t for t in content(stem) if t not in own)
    for pattern, kinds, cue, greater in DIMENSIONS:
        if re.search(rf"\b(?:{pattern})(?!\w)", stem, re.I):
            return TwoThings(stem, names, about, frozenset(), kinds, cue, greater)
    amount = _OF_AMOUNT.search(stem)
    if not amount:
        return None
    counted = frozenset(content(amount["what"])[:1])
    if not counted:
        return None
    greater = amount["how"].lower().removeprefix("the ") not in _LESS
    return TwoThings(stem, names, about, counted, (), "", greater)


def searched_for(asked: TwoThings, n: int) -> str:
    """The question that the figure of one of the two answers."""
    return f"{asked.stem} {asked.names[n]}?"


def which_is_more(asked: TwoThings, search: Callable[[str], Sequence[Evidence]]) -> Verdict:
    """The one of the two that has more (or less) of what is asked, with both figures and their quotes."""
    found = [_figures(asked, n, search(searched_for(asked, n))[:MAX_LOOKED_AT]) for n in (0, 1)]
    for mine in found[0]:
        for theirs in found[1]:
            if _comparable(mine, theirs):
                return _told(asked, mine, theirs)
    return Verdict((), None, NOT_BOTH)


_Figure = tuple[Evidence, Quantity]


def _figures(asked: TwoThings, n: int, scored: Sequence[Evidence]) -> list[_Figure]:
    """The figures of one of the two, the newest report first."""
    mine, other = (set(content(asked.names[i])) - _plain(asked) for i in (n, 1 - n))
    found: list[tuple[tuple[int, float], _Figure]] = []
    for e in scored:
        item, full = row_worded(e), set(tokens(in_full(e)))
        near = full | set(tokens(passage(e)))
        if not mine or not all(held(t, near) for t in mine):
            continue
        if not all(held(t, full) for t in mine) and any(held(t, full) for t in other):
            continue
        for q in quantities(item.quote):
            if _fits(asked, item, q, mine, other):
                found.append(((-ordinal(e.article), -e.score), (e, q)))
                break
    return [figure for _, figure in sorted(found, key=lambda pair: pair[0])]


def _plain(asked: TwoThings) -> set[str]:
    """Words that both names have: 'bridge' of 'the Ostrow bridge or the Carrow bridge'."""
    return set(content(asked.names[0])) & set(content(asked.names[1])) | {
        t for name in asked.names for t in content(name) if t in asked.about
    }


def _fits(asked: TwoThings, item: Evidence, q: Quantity, mine: set[str], other: set[str]) -> bool:
    """Whether a quantity is the figure: of the kind asked for, in the clause of the matter, not of the other one."""
    text = item.quote
    if q.kind in ("date", "clock", "ordinal", "score", "points") or unsure(text, (q.start, q.end)) in (
        "not",
        "denied",
        "false",
    ):
        return False
    clause = text[slice(*clause_at(text, q.start))]
    here = set(tokens(clause))
    if any(held(t, here) for t in other) and not any(held(t, here) for t in mine):
        return False
    if asked.kinds:
        if q.kind not in asked.kinds:
            return False
        if q.kind in ("percent", "number", "count"):  # what they are of tells more than a word for the measure
            near = set(tokens(f"{passage(item)} {in_full(item)}"))
            return 2 * sum(meant_in(t, near) for t in asked.about) >= len(asked.about)
        return not asked.cue or bool(re.search(rf"\b(?:{asked.cue})\b", clause, re.I))
    after = set(content(text[q.end : q.end + 40]))
    counts = any(among(t, after) for t in asked.counted) or any(
        t in set(content(" ".join(q.nouns))) for t in asked.counted
    )
    return counts or (q.kind not in ("number", "count") and any(meant_in(t, here) for t in asked.counted))


def _comparable(one: _Figure, two: _Figure) -> bool:
    """Whether two figures are of one kind, unit and time."""
    a, b = one[1], two[1]
    counts = {"number", "count"}
    if a.kind != b.kind and not {a.kind, b.kind} <= counts:
        return False
    if a.kind == "money" and a.unit != b.unit:
        return False
    years = [_years(e) for e, _ in (one, two)]
    return not (years[0] and years[1] and not years[0] & years[1])


def _years(item: Evidence) -> set[int]:
    """The years that a sentence names, or means by 'last year'."""
    published = day(item.article.published)
    found = timexes(item.quote, published or date(2000, 6, 15))
    return {t.first.year for t in found if t.unit == "year" and (published or t.printed.year)}


def _told(asked: TwoThings, mine: _Figure, theirs: _Figure) -> Verdict:
    first, second = (in_base_units(q) for _, q in (mine, theirs))
    order = [(asked.names[0], mine), (asked.names[1], theirs)]
    if first == second:
        text = f"Both the same: {order[0][0]} {mine[1].text}, {order[1][0]} {theirs[1].text}"
        return Verdict((Claim(text, (mine[0], theirs[0])),), None)
    if (second > first) == asked.greater:
        order.reverse()
    (name, (item, q)), (less, (other, r)) = order
    winner = f"{name[:1].upper()}{name[1:]}"
    claims = (Claim(f"{winner}, with {q.text}", (item,)), Claim(f"{less[:1].upper()}{less[1:]}: {r.text}", (other,)))
    return Verdict(claims, name)
