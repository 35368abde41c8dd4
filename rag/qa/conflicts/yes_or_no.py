"""Yes or no, where a sentence decides it by its words: what is asked stands in it, or what undoes it.

A word that is wrong costs more than none: it is said only where nothing in the clause leaves it open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.qa.article_days import day_words, ordinal
from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.subjects import SOFT_NAMES, article_tokens, asked_names, named_in
from rag.qa.attribution.support import Claim
from rag.qa.full_sense import as_told, question_before
from rag.text.entities import names
from rag.text.quantities import quantities
from rag.text.tokens import among, content, placed, tokens
from rag.types import Evidence, day

MAX_DECIDING = 25
"""Sentences, best first, among which one that decides is looked for."""
MIN_SHARE_DECIDING = 0.2
"""Of the best sentence's score, what one that decides must have."""
MIN_DECIDING = 0.04
WORDS_BEFORE, WORDS_AFTER = 5, 4
"""Words beside the one that is asked within which a 'not' denies it."""

MIN_WORDS_TO_HOLD = 3
"""Words of a question from which on a clause that undoes its verb must have one of them: 'keep the prize money'."""
_PARTS = re.compile(
    r"^(?:and |so |but )?(?P<aux>is|are|was|were|do|does|did|has|have|had|can|could|will|would|may)\b (?P<rest>.+)$",
    re.I,
)
_OPEN = re.compile(
    r"\b(?:or|than|more|less|most|all|every|each|why|how|who|what|which|when|where|if|should|might|"
    r"likely|really|enough|lower|higher|best|worst|yet|after|because|without|never|not|no)\b|n['’]t\b",
    re.I,
)
"""A question with such a word is decided by more than its predicate."""
_BOUND = re.compile(r"\b(?:first|last|only|still|before)\b", re.I)
"""A word that a sentence must have as well to decide."""
_BY_THEN = re.compile(
    r" (?:before|by) (?:the end of )?(?:the |last |this )?(?:christmas|easter|new year|thanksgiving|january|"
    r"february|march|"
    r"april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|(?:19|20)\d\d|\w+day|"
    r"holidays|weekend|month|week|year)(?:['’]s)?(?: \d+)?$",
    re.I,
)
_NO_LONGER = re.compile(r"\bno longer (?:think|believe)s?\b", re.I)
_WH = re.compile(r"(?:and |so |but )?(?:who|whom|whose|what|which|when|where|why|how|if|whether)\b", re.I)
_OFFICE = re.compile(r"^(?i:is|are|was|were) (?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)* (?:the|an?|its|their)\b")
"""'Is Ann Marsh the mayor': who holds an office is another question."""
_LIGHT = frozenset(
    content(
        "people person anyone anybody somebody someone anything something yes get got go been have had made make take "
        "took back again ever there also true now today actually going part come came face"
    )
)
_NOT = (
    r"not|never|no|nobody|none|neither|nor|without|cannot|clear(?:ed|s) of|call(?:ed|s) off|cancel\w*|refus\w+|"
    r"reject\w+|rul(?:ed|es) out|fail(?:ed|s) to|avert\w*|yet to|\w+n['’]t"
)
_UNSURE = re.compile(
    r"\b(?:if|whether|may|might|could|would|should|unless|likely|possibl[ey]|perhaps|rumou?r\w*|alleg\w+|den(?:y|"
    r"ies|ied|"
    r"ying)|claim\w*|insist\w*|accus\w+|suspect\w*|believ\w+|thought|think|thinks|fear\w*|hop(?:e|es|ed|ing)|want\w*|"
    r"asked|demand\w*|call(?:s|ed|ing)? for|urg\w+|propos\w+|expect\w*|threat\w*|promis\w+|consider\w*|appeal\w*|"
    r"predict\w*|warn\w*|until|unclear|unknown|said to|as many as|up to|almost|nearly|attempt\w*|tr(?:y|ied) to|once|"
    r"former|previous\w*|relying|first statement|recommend\w*|had been|since (?:\w+ )?(?:19|20)\d\d)\b",
    re.I,
)
_TO_COME = re.compile(
    r"\b(?:will|shall|is to|are to|was to|were to|to be|going to|plan\w*|due|scheduled|set to|next)\b", re.I
)
_ANYONE = re.compile(r"^\w+ (?:any(?:one|body|thing)|some(?:one|body|thing)|there)\b", re.I)
_SINCE_YEAR = re.compile(r"\bsince (?:\w+ )?(?:19|20)\d\d\b")
_PAST = ("did", "was", "were", "has", "have", "had")
_HAPPENED = re.compile(
    r"\b(?:was|were|has|have|did|[a-z]+ed|won|beat|fled|took|gave|lost|left|went|began|quit|found)\b"
)
_CLAUSE = re.compile(r"[;:—–]| (?:but|while|although|though|whereas|because|as|when|before|after|since|who|which) ")
_OPPOSITES: tuple[tuple[str, str], ...] = (
    (r"die|died|dead|deaths?|kill(?:ed|s)?", r"surviv\w+|all (?:of them )?(?:were |was )?(?:safe|rescued|saved)"),
    (r"keep|keeps|kept", r"(?:send|sent|give|gave|given|hand|handed|pay|paid) back|returned|forfeit\w*|lost"),
    (r"lose|loses|lost|resign(?:s|ed)?|quit", r"(?:had |has |have )?refused|stays? on"),
    (r"(?:start|caus)(?:e|es|ed)?", r"no longer (?:think|believe)"),
    (r"rais(?:e|es|ed)|increas(?:e|es|ed)|rose|rise", r"cut|cuts|lower(?:s|ed)|reduc(?:es|ed)|fell|decreas\w+"),
    (r"cut|cuts|lower(?:s|ed)?|reduc(?:e|es|ed)", r"rais(?:es|ed)|increas(?:es|ed)"),
    (r"w[io]n|wins|winner|become|elected", r"disqualified|was beaten"),
    (r"strike|walk out|walked out", r"call(?:ed|s) off|strike is off|no strike"),
)
"""What is asked, and what undoes it."""
_SAME: tuple[frozenset[str], ...] = tuple(
    frozenset(content(words))
    for words in (
        "die died dead death kill killed",
        "open opened opens reopen reopened",
        "strike walkout walk",
        "resign quit resigned",
        "find found recovered",
        "prosecuted charged charge charges prosecution criminal",
        "win won winner wins",
        "beat beats beating defeated",
        "blame fault responsible",
        "hurt injured injuries",
        "arrest arrested detained",
        "cut lower lowered reduced cuts",
        "sack sacked dismissed",
        "flee flees fled",
    )
)

_VERBS = frozenset(t for group in _SAME for t in group)
"""Words that are the predicate even where they stand right behind a name."""
Word = Literal["Yes", "No"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question for yes or no is about: its auxiliary, the words that decide, those beside a name, the names."""

    text: str
    aux: str
    words: tuple[str, ...]
    soft: tuple[str, ...]
    named: tuple[list[str], ...]
    at_some_time: bool = False  # 'before Christmas': only a 'No' is sure without it
    bound: frozenset[str] = frozenset()  # 'still', 'first'


def yes_or_no(question: str, scored: Sequence[Evidence]) -> Verdict | None:
    """'Yes' or 'No' with the sentence that decides it, as of its day; None where none does.

    ``scored`` are the sentences that bear on the question, best first.
    """
    asked = _asked(question)
    if asked is None or not scored:
        return None
    least = max(MIN_DECIDING, MIN_SHARE_DECIDING * scored[0].score)
    near = [e for e in scored[:MAX_DECIDING] if e.score >= least]
    found = [(e, word) for e in near if (word := _decision(asked, e)) is not None]
    if not found:
        return None
    newest = max(ordinal(e.article) for e, _ in found)
    last = [(e, word) for e, word in found if ordinal(e.article) == newest]
    if len({word for _, word in last}) > 1 or any(ordinal(e.article) > newest and _touches(asked, e) for e in near):
        return None
    asks = set(content(question))
    e, word = max(last, key=lambda pair: len(asks & set(content(pair[0].quote))))
    published = day(e.article.published)
    when = f", as of {day_words(published)}" if published else ""
    return Verdict((Claim(f"{word}{when}: {as_told(e)}", (e,), e.score),), word)


def _asked(question: str) -> _Asked | None:
    bare = " ".join(question.split()).strip(" ?!.")
    timeless = _BY_THEN.sub("", bare)
    at_some_time, bare = timeless != bare, timeless
    if not _PARTS.match(bare) and not _WH.match(bare):
        bare = f"Did {bare}"  # a claim as it stands: 'Lightning started the fire'
    found = _PARTS.match(bare)
    if found is None or _OPEN.search(found["rest"]) or quantities(found["rest"]) or _OFFICE.match(bare):
        return None
    named = [run for run in asked_names(bare) if not set(run) <= SOFT_NAMES]
    of_names = {t for run in named for t in run}
    telling, rest = set(content(found["rest"])), found["rest"]
    spans = [(form, start, end) for form, start, end in placed(rest)]
    words, soft = list[str](), list[str]()
    for n, (form, start, end) in enumerate(spans):
        if form not in telling or form in of_names or form in _LIGHT or form in SOFT_NAMES or _BOUND.fullmatch(form):
            continue
        after_name = n > 0 and spans[n - 1][0] in of_names and rest[spans[n - 1][2] : start] in (" ", "'s ", "’s ")
        before_name = n + 1 < len(spans) and spans[n + 1][0] in of_names and rest[end : spans[n + 1][1]] == " "
        is_verb = form in _VERBS or all(s[0] in of_names for s in spans[:n])  # 'Did Ines Hale keep'
        inside = before_name or (after_name and not is_verb)
        (soft if inside else words).append(form)
    bound = frozenset(m[0].lower() for m in _BOUND.finditer(found["rest"]))
    asked = _Asked(bare, found["aux"].lower(), tuple(words), tuple(soft), tuple(named), at_some_time, bound)
    return asked if words else None


def _decision(asked: _Asked, e: Evidence) -> Word | None:
    quote = e.quote
    if quote[:1] in "\"“'‘" or quote.rstrip().endswith("?") or question_before(e.article, e.start):
        return None
    there, said = article_tokens(e.article), set(tokens(quote))
    if not all(named_in(run, there) for run in asked.named) or _of_another(asked, said, quote):
        return None
    if not all(_stands(word, there) for word in asked.soft) or _SINCE_YEAR.search(quote):
        return None
    told = [word for clause in _clauses(quote) if (word := _of_clause(asked, clause, said))]
    return told[0] if len(set(told)) == 1 and not (asked.at_some_time and told[0] == "Yes") else None


def _touches(asked: _Asked, e: Evidence) -> bool:
    """Whether a sentence speaks of what is asked, and does not decide it."""
    said = set(tokens(e.quote))
    of_it = all(named_in(run, article_tokens(e.article)) for run in asked.named)
    held = sum(_stands(word, said) for word in asked.words)
    return of_it and held > 0 and 2 * held >= len(asked.words)


def _of_clause(asked: _Asked, clause: str, said: set[str]) -> Word | None:
    if _UNSURE.search(_NO_LONGER.sub("", clause)) or not asked.bound <= {m[0].lower() for m in _BOUND.finditer(clause)}:
        return None
    held = [word for word in asked.words if _stands(word, set(tokens(clause)))]
    if _undone(asked.text, clause) and (held or len(asked.words) < MIN_WORDS_TO_HOLD):
        return "No"
    if not held or sum(not _stands(word, said) for word in asked.words) > (len(asked.words) > 2):
        return None
    at = [n for n, (form, _, _) in enumerate(placed(clause)) if any(_stands(word, {form}) for word in held)]
    denials = [m for m in re.finditer(rf"\b(?:{_NOT})\b", clause, re.I) if not set(tokens(m[0])) & set(asked.words)]
    denied = [len(placed(clause[: m.start()])) for m in denials]
    near = [n for n in denied if any(-WORDS_BEFORE <= n - place <= WORDS_AFTER for place in at)]
    if near:
        return "No" if len(near) == 1 else None
    if denied or (_TO_COME.search(clause) and asked.aux not in ("will", "would", "may")):
        return None
    if len(held) < len(asked.words) or (asked.aux in _PAST and not _HAPPENED.search(clause)):
        return None
    subject = [n for n, (form, _, _) in enumerate(placed(clause)) if form in (asked.named[0] if asked.named else ())]
    if _ANYONE.match(asked.text):
        return "Yes"
    return "Yes" if subject and min(subject) <= max(at) else None  # else it is said of somebody else, or of nobody


def _undone(question: str, text: str) -> bool:
    """Whether a text says what undoes that which is asked."""
    return any(
        re.search(rf"\b(?:{state})\b", question, re.I) and re.search(rf"\b(?:{end})\b", text, re.I)
        for state, end in _OPPOSITES
    )


def _clauses(quote: str) -> list[str]:
    return [part for part in _CLAUSE.split(quote) if part and part.strip()]


def _stands(word: str, bag: set[str]) -> bool:
    return among(word, bag) or any(word in group and group & bag for group in _SAME)


def _of_another(asked: _Asked, said: set[str], quote: str) -> bool:
    """Whether a sentence names others and none of those that are asked about."""
    if not asked.named or any(named_in(run, said) or any(t in said for t in run) for run in asked.named):
        return False
    return any(" " in name for name in names(quote[1:]))
