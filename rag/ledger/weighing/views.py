"""What tells whether a sentence answers a followed question, and with another value: numbers without a word of the
story in them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.ledger.following_matter import (
    CLASS_WORDS,
    Old,
    about_the_matter,
    lead,
    main_quantity,
    of_its_kind,
    plain_kind,
    speaks_of,
    taken_back,
)
from rag.ledger.following_values import ANY_DAY, fits_kind, is_rise_only, numbers_of, stands_in
from rag.ledger.weighing.candidates import Candidate
from rag.qa.attribution.subjects import LIGHT, SOFT_NAMES, asked_names, held, meant_in
from rag.qa.conflicts.facets import fates, mends
from rag.qa.retrieval.calibration import log_odds
from rag.qa.retrieval.reranking import ReadSentence
from rag.text.answer_type import answer_type
from rag.text.entities import names
from rag.text.quantities import in_base_units
from rag.text.sentences import passage, sentence_spans
from rag.text.timex.expressions import timexes
from rag.text.tokens import among, content, tokens
from rag.types import Article, Evidence, day

Views = dict[str, float]
UNNAMED = 0.7
"""What counts as the share of a question's names that a text holds where the question names nothing."""
MAX_SPAN_LOGIT, MAX_TIMES, MAX_TURNS, MAX_LENGTH = 16.0, 4.0, 3, 8
_TURNS = re.compile(
    r"\b(?:now|new|newly|instead|after all|no longer|again|once more|up from|down from|replac\w+|succe\w+|takes? over|"
    r"took over|latest|revised|but not|rather than|not before|earliest|so far|therefore|accordingly|rises?|raised|rose|"
    r"falls?|fell|more than|fewer|less than|another|further|since|makes?|brings?|lifted|puts?|moved|postponed|delayed|"
    r"later|earlier)\b",
    re.I,
)
"""Words with which news says that something is no longer as it was."""
_SET_AGAINST = re.compile(
    r"\b(?:not|n't|from|instead of|rather than|than|no longer|earlier|previous\w*|once|had|replac\w+|succe\w+|but)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Before:
    """What a question stood on: its value in ``old``, how its sentence reads today if it was read, and its day."""

    old: Old
    read: ReadSentence | None
    since: date | None


def value_views(question: str, c: Candidate, article: Sequence[ReadSentence]) -> Views:
    """What tells whether a value answers the question; ``article`` are all sentences of its article that were read."""
    item, kind = c.item, answer_type(question)
    score = log_odds(item.score)
    text = item.article
    near, own = set(tokens(f"{lead(text)} {passage(item)}")), set(tokens(item.quote))
    whole = set(tokens(f"{text.title} {text.body}"))
    named = [t for run in asked_names(question) for t in run if not t.isdigit()]
    keys = [t for t in content(question) if t not in {*named} | LIGHT | SOFT_NAMES and not t.isdigit()]
    value = content(c.value)
    title = set(tokens(text.title))
    asks_fate = bool(fates(question))
    found = {
        "span": max(min(c.read.views["span"], MAX_SPAN_LOGIT), -MAX_SPAN_LOGIT) if c.marked else 0.0,
        "score": score,
        "meaning": c.read.views.get("meaning", 0.0),
        "marked": c.marked,
        "alone": c.alone,
        "best": score - max(log_odds(other.item.score) for other in article),
        "best_sentence": c.read.views["sentence"] - max(other.views["sentence"] for other in article),
        "names": _share(named, near),
        "names_whole": _share(named, whole),
        "keys": _share(keys, near),
        "keys_own": _share(keys, own),
        "keys_whole": _share(keys, whole),
        "fate": (1.0 if fates(question) & fates(item.quote) else -1.0) if asks_fate else 0.0,
        "place": 1 / (1 + len(sentence_spans(text.body[: item.start], text.language))),
        "in_title": bool(value) and all(among(t, title) for t in value),
        "length": min(len(tokens(c.value)), MAX_LENGTH),
        "upper": c.value[:1].isupper(),
        "is_amount": kind == "amount",
        "is_date": kind == "date",
        "amount_score": score * (kind == "amount"),
        "date_score": score * (kind == "date"),
        "person_score": score * (kind == "person"),
    }
    if kind == "date":
        times = bool(timexes(c.value, day(text.published) or ANY_DAY))
        found |= {"is_time": times, "weekday_only": times and not re.search(r"\d", c.value)}
    if kind == "amount":
        numbers = numbers_of(c.value)
        found |= {"has_number": bool(numbers), "fits": any(fits_kind(question, n) for n in numbers)}
    return {name: float(number) for name, number in found.items()}


def change_views(question: str, c: Candidate, before: Before | None) -> Views:
    """What tells whether a value that answers is another one than ``before``, of the same matter."""
    item, kind = c.item, answer_type(question)
    text = item.article
    main = main_quantity(item.quote, c.value) if kind == "amount" else None
    asks_share = "percent" in question or "share" in question
    found = {
        "kind": c.read.views["kind"],
        "turns": min(len(_TURNS.findall(item.quote)), MAX_TURNS),
        "versions": bool(text.updated and text.published and day(text.updated) != day(text.published)),
        "share": bool(main and plain_kind(main) == "percent") and not asks_share,
        "corrects": mends(item) or bool(text.correction),
        "nothing": before is None,
    }
    if before is not None:
        found |= _beside(question, c, before)
    return {name: float(number) for name, number in found.items()}


def _beside(question: str, c: Candidate, before: Before) -> Views:
    item, old, kind = c.item, before.old, answer_type(question)
    text, cited = item.article, old.cited.article
    said = (before.since, _day(text))
    of_kind, speaks = of_its_kind(old, item, c.value), speaks_of(old, item)
    found: Views = {
        "shared": _shared_names(text, cited),
        "margin": log_odds(item.score) - log_odds(before.read.item.score) if before.read else 0.0,
        "old_title": stands_in(question, old.value, text.title, said),
        "outlet": (text.source or "") == (cited.source or ""),
        "new_before": stands_in(question, c.value, cited.body, (said[1], said[0])),
        "r_kind": of_kind,
        "r_speaks": speaks,
        "r_all": of_kind and speaks and about_the_matter(old, item),
        "contrasted": bool(_SET_AGAINST.search(item.quote))
        and stands_in(question, old.value, item.quote, said)
        and taken_back(item.quote, old.value),
    }
    if kind == "person" or old.value[:1].isupper():
        name = content(old.value)[-1:]
        found["old_named"] = bool(name) and among(name[0], set(tokens(f"{text.title} {text.body}")))
    if kind == "amount":
        ours, theirs = main_quantity(old.cited.quote, old.value), main_quantity(item.quote, c.value)
        if ours and theirs:
            found["same_unit"] = ours.unit == theirs.unit
            a, b = abs(in_base_units(ours)), abs(in_base_units(theirs))
            found["less_of_risen"] = b < a and is_rise_only(question)
            found["times"] = min(abs(math.log(b / a)), MAX_TIMES) if a and b else 0.0
    if kind == "date":
        was, now = timexes(old.value, said[0] or ANY_DAY), timexes(c.value, said[1] or ANY_DAY)
        if was and now:
            found["same_unit"] = was[0].unit == now[0].unit
    return found


def names_what_is_asked(question: str, item: Evidence) -> bool:
    """Whether a sentence with its headline, lead and the one before has half of the words that tell the names of a
    question from their neighbours: of the 'Bank of Norland', 'Norland'."""
    named = [t for run in asked_names(question) for t in run if not t.isdigit()]
    telling = [t for t in named if t not in CLASS_WORDS] or named
    near = set(tokens(f"{lead(item.article)} {passage(item)}"))
    return 2 * sum(held(t, near) for t in telling) >= len(telling)


def _shared_names(one: Article, other: Article) -> float:
    """Of the names of the article with fewer, the share that the other has as well."""
    found = []
    for a in (one, other):
        words = {t for name in names(f"{a.title}. {a.body}") for t in content(name) if t not in LIGHT | SOFT_NAMES}
        found.append(words - set(content(a.source or "")))
    return len(found[0] & found[1]) / max(min(map(len, found)), 1)


def _day(article: Article) -> date | None:
    return day(article.updated or article.published)


def _share(terms: Sequence[str], bag: set[str]) -> float:
    return sum(meant_in(t, bag) for t in terms) / len(terms) if terms else UNNAMED
