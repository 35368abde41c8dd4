"""Whether a sentence of another article is about the very matter that a followed question is about.

News is full of neighbours: the same thing in another town, the team of the women, last year's prize. A sentence counts
only where its headline, its lead or the lines around it name all that the question names, where it speaks of what is
asked itself, and where its value is of the kind of the old one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from rag.ledger.following_values import counted, is_rise_only
from rag.qa.attribution.factuality import unsure
from rag.qa.attribution.subjects import LIGHT, SOFT_NAMES, asked_names, joined_names, meant_in, named_in
from rag.qa.conflicts.facets import corrects, events, fates, measures, mends
from rag.text.answer_type import answer_type
from rag.text.entities import names
from rag.text.quantities import Quantity, in_base_units, quantities
from rag.text.sentences import passage, sentence_spans
from rag.text.timex.expressions import printed_dates
from rag.text.tokens import among, content, tokens
from rag.types import Article, Evidence, day

MAX_RATIO, MAX_RATIO_OF_TOLLS = 3.0, 12.0
"""Times that one value may be the other and still be of the same thing."""
MAX_DAYS = 365
MIN_HELD = 0.5
"""Share of the question's words, names aside, that a sentence must hold with its headline, lead and the one before."""
_APART = re.compile(
    r"\b(?:wom[ae]n(?:['’]s)?|girls|ladies|under-?\d\d|u-?\d\d|youth|junior|juniors|reserves?|academy|veterans|seniors|"
    r"nearby|neighbou?ring|similar|elsewhere)\b",
    re.I,
)
_SAID_ON = re.compile(
    r"\b(?:said|says|told|announced|ruled|reported|confirmed|according to|wrote|decided|agreed|declared)\b"
    r"(?:(?! (?:will|would|is to|are to|moved|postponed|set|scheduled)\b)[^.;:]){0,60}$",
    re.I,
)
_OVER = re.compile(
    r"\b(?:called off|cancell?ed|scrapped|abandoned|suspended|shelved|put off indefinitely|postponed indefinitely|"
    r"will not (?:take place|happen|go ahead|be held))\b",
    re.I,
)


@dataclass(frozen=True)
class Old:
    """What was answered: the question, its value, the sentence of the answer and the one that carries it."""

    question: str
    value: str
    claim: str
    cited: Evidence

    @cached_property
    def names(self) -> list[list[list[str]]]:
        return joined_names(self.question, asked_names(self.question))

    @cached_property
    def keys(self) -> set[str]:
        """The words of the question that are no names and tell something."""
        named = {t for run in asked_names(self.question) for t in run}
        return {t for t in content(self.question) if t not in named | LIGHT | SOFT_NAMES and not t.isdigit()}

    @cached_property
    def fates(self) -> set[str]:
        return fates(self.question)


def about_the_matter(old: Old, item: Evidence) -> bool:
    """Whether a sentence speaks of what is asked, of the names that are asked about."""
    article = item.article
    ours, theirs = day(old.cited.article.published), day(article.published)
    if ours and theirs and abs((theirs - ours).days) > MAX_DAYS:
        return False
    near = f"{_lead(article)} {passage(item)}"
    bag = set(tokens(near))
    if not all(any(named_in(run, bag) for run in group) for group in old.names):
        return False
    if not old.names and not _share_a_name(old, article):
        return False
    both = f"{old.question} {old.cited.article.title} {old.cited.quote} {_lead(old.cited.article)}"
    if {m[0].lower() for m in _APART.finditer(f"{article.title} {passage(item)}")} - {
        m[0].lower() for m in _APART.finditer(both)
    }:
        return False
    return _speaks(old, item, bag)


def _speaks(old: Old, item: Evidence, bag: set[str]) -> bool:
    """Whether the sentence itself has a word of what is asked, and with what stands around it half of them."""
    if not old.keys:
        return True
    own = set(tokens(item.quote))
    strict = answer_type(old.question) == "person"  # 'head coach' is no captain
    fated = bool(old.fates & fates(item.quote))
    if old.fates and not fated:
        return False
    has = among if strict else meant_in
    itself = fated or any(has(t, own) for t in old.keys)
    held = sum(meant_in(t, bag) or (fated and bool(fates(t))) for t in old.keys)
    return (itself or bool(_OVER.search(item.quote))) and held >= MIN_HELD * len(old.keys)


def _share_a_name(old: Old, article: Article) -> bool:
    """Where the question names nothing, the two articles must have a name in common."""
    cited = old.cited.article
    ours, theirs = (
        {t for name in names(f"{a.title}. {a.body}") for t in content(name) if t not in LIGHT | SOFT_NAMES}
        - set(content(a.source or ""))
        for a in (cited, article)
    )
    return not ours or any(among(t, theirs) for t in ours)


def _lead(article: Article) -> str:
    spans = sentence_spans(article.body[:600], article.language)
    return f"{article.title}. {article.body[slice(*spans[0])] if spans else ''}"


def called_off(old: Old, item: Evidence) -> str | None:
    """The words that say that what was asked for a day of will not be."""
    if answer_type(old.question) != "date":
        return None
    found = _OVER.search(item.quote)
    return found[0] if found and unsure(item.quote, found.span()) is None else None


def of_its_kind(old: Old, item: Evidence, value: str) -> bool:
    """Whether a value is of the kind of the old one, and nothing shows that it is of another event, part or measure."""
    kind, quote = answer_type(old.question), item.quote
    at = quote.find(value)
    if at >= 0 and unsure(quote, (at, at + len(value))) in ("not", "denied", "false"):
        return False
    both = f"{old.question} {old.claim} {old.cited.quote}"
    asked, told = events(both), events(f"{item.article.title}. {quote}")
    if asked and told and not asked & told:
        return False
    if kind == "amount":
        return _amount_of_its_kind(old, item, value)
    if kind == "date":
        return bool(_OVER.fullmatch(value)) or not (at >= 0 and _SAID_ON.search(quote[:at]))
    if kind in ("person", "place", "name") or old.value[:1].isupper():
        return _name_of_its_kind(item, value)
    return not counted(value) or bool(counted(old.value))


def _name_of_its_kind(item: Evidence, value: str) -> bool:
    named = names(value)
    outlet = {*tokens(item.article.source or "")}
    if not named or printed_dates(value) or (quantities(value) and len(value.split()) < 3):
        return False
    dateline = re.match(r"^[^a-z]{0,40}?\(?" + re.escape(value) + r"\)?(?: \([\w ]+\))? [-–—] ", item.quote)
    return not dateline and not set(tokens(value)) <= outlet and f"({value}) -" not in item.quote


def _amount_of_its_kind(old: Old, item: Evidence, value: str) -> bool:
    ours, theirs = _main(old.cited.quote, old.value), _main(item.quote, value)
    if ours is None or theirs is None or _group(ours) != _group(theirs):
        return False
    counts = re.search(r"\bhow many ((?:[\w’'-]+ ){0,2}?[\w’'-]+)", old.question, re.I)
    own = set(tokens(item.quote))
    if counts and not old.fates and not any(meant_in(t, own) for t in content(counts[1])):
        return False
    strange = measures(item.quote) - measures(f"{old.question} {old.claim} {old.cited.quote}")
    if strange and measures(f"{old.question} {old.claim}") - measures(item.quote):
        return False
    a, b = in_base_units(ours), in_base_units(theirs)
    if b < a and is_rise_only(old.question) and not (mends(item) or corrects(item.article.correction or "")):
        return False
    smaller, larger = sorted((abs(a), abs(b)))
    most = MAX_RATIO_OF_TOLLS if old.fates else MAX_RATIO
    return smaller > 0 and larger <= most * smaller


def _main(quote: str, value: str) -> Quantity | None:
    """The quantity of a value as its quote prints it, which tells its unit."""
    [said, *_] = counted(value) or [None]
    if said is None:
        return None
    at = quote.find(value)
    shown = (q for q in quantities(quote) if at >= 0 and q.start < at + len(value) and at < q.end)
    return next(shown, None) or next((q for q in quantities(quote) if q.value == said.value), said)


def _group(q: Quantity) -> str:
    return "number" if q.kind in ("number", "count") else q.kind
