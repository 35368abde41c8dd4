"""Which sentences of an article speak of somebody or something: by its name, a short form of it, or a pronoun."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.qa.full_sense import meant_nouns
from rag.text.tokens import unify
from rag.types import Article

_CLASS_WORD = re.compile(
    r"(?:air(?:line|way)s?|stores?|forces?|corps?|corp|company|groups?|inc|ltd|associations?|part(?:y|ies)|unions?|"
    r"committees?|councils?|banks?|universit(?:y|ies)|courts?|ministr(?:y|ies)|departments?|agenc(?:y|ies)|services?|"
    r"systems?|bridges?|schools?|hospitals?|clubs?|museums?|authorit(?:y|ies)|commissions?|plants?|airports?|"
    r"institutes?|festivals?|prizes?|cups?|leagues?|games|fires?|outbreaks?|plan|act|bill|case|trial)",
    re.I,
)
"""The last word of a name that says what it is the name of, and is no short form by itself: 'China Eastern
Airlines'."""
_PRONOUN = re.compile(
    r"[\"“‘'`]*(?:(?P<person>He|She|His|Her)|It|They|Its|Their|(?:The|This) (?:company|firm|airline|carrier|"
    r"manufacturer|maker|group|plane|aircraft|airliner|jet|device|phone|store|service|bank|party|union|agency|team))"
    r"(?:['’]s)?\b"
)
"""At the beginning of a sentence: the subject of the one before."""
_SUBJECT_WORDS = 3
"""Words of a sentence before its subject, at most."""
_MODEL = re.compile(r"[ -](?:[A-Z]{0,2}\d[\w-]*)")
"""After a name: what makes it part of the name of a thing, the 'A380' of 'Airbus A380'."""


class Mentions:
    """The ways in which articles write ``name``; any letter of it may be typed small."""

    def __init__(self, name: str):
        self.name = " ".join(unify(name).split())
        self.words = self.name.split()
        gap = r"(?:\s+[A-Z][\w’'-]*)?\s+" if len(self.words) == 2 else r"\s+"  # 'iTunes Music Store'
        self._full = _pattern([gap.join(map(re.escape, self.words))], re.IGNORECASE)
        self._has_number = any(c.isdigit() for c in self.name)

    def named(self, text: str) -> bool:
        """Whether ``text`` has the name in full."""
        return self._has(self._full, unify(text))

    def is_in(self, article: Article) -> bool:
        """Whether an article gives the name in full or by what only it is called."""
        whole = unify(f"{article.title}\n{article.body}")
        return self._has(self._full, whole) or self._has(self._sure(whole), whole)

    def sentences(self, article: Article, spans: Sequence[tuple[int, int]]) -> list[bool]:
        """Of each sentence ``body[start:end]``, whether it speaks of what the name means; all False where the article
        never gives the name in full or by what only it is called."""
        texts = [unify(article.body[start:end]) for start, end in spans]
        if not self.is_in(article):
            return [False] * len(texts)
        whole = unify(f"{article.title}\n{article.body}")
        patterns = (self._full, self._sure(whole), _pattern([*map(re.escape, self._short(whole))]))
        found: list[bool] = []
        subject = False  # of the sentence before
        person = False  # and it was called 'he' or 'she'
        for text, (start, end) in zip(texts, spans, strict=True):
            places = [m.start() for p in patterns for m in p.finditer(text) if self._is_whole(text, m)]
            pronoun = _PRONOUN.match(text) if subject else None
            follows = pronoun is not None and bool(pronoun["person"] or not person)
            person = bool(pronoun and pronoun["person"]) or (person and follows)
            meant = not places and any(self.named(noun.meant) for noun in meant_nouns(article, start, end))
            found.append(bool(places) or follows or meant)
            subject = follows or (bool(places) and len(text[: min(places)].split()) <= _SUBJECT_WORDS)
        return found

    def _has(self, pattern: re.Pattern[str], text: str) -> bool:
        return any(self._is_whole(text, m) for m in pattern.finditer(text))

    def _is_whole(self, text: str, m: re.Match[str]) -> bool:
        """Whether a form is no part of the name of something else: 'Airbus' of 'Airbus A380'."""
        return self._has_number or not _MODEL.match(text, m.end())

    def _sure(self, whole: str) -> re.Pattern[str]:
        """What is called by no other name: a model number of it, its initials, most of its words."""
        forms = [w for w in self.words[1:] if len(w) > 2 and any(c.isdigit() for c in w)]
        initials = "".join(w[0] for w in self.words if w[0].isupper())
        if len(initials) > 2 or re.search(rf"{self._full.pattern}\W{{0,2}}\({initials}\)", whole):
            forms.append(initials)
        if len(self.words) > 2:
            if _CLASS_WORD.fullmatch(self.words[-1]):
                forms.append(" ".join(self.words[:-1]))
            forms.append(" ".join(self.words[1:]))
        return _pattern([re.escape(f) for f in forms if f])

    def _short(self, whole: str) -> list[str]:
        """Its last word, as the article writes the name."""
        last = self.words[-1]
        if len(self.words) == 1 or _CLASS_WORD.fullmatch(last) or last.isdigit():
            return []
        written = self._full.search(whole)
        return [written[0].split()[-1] if written else last[:1].upper() + last[1:]]


def _pattern(forms: Sequence[str], flags: int = 0) -> re.Pattern[str]:
    return _compiled("|".join(forms) or "(?!)", flags)


@lru_cache(maxsize=512)
def _compiled(forms: str, flags: int) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{forms})(?!\w)", flags)
