"""The sentence of an article that says what happened.

Of news it is mostly the first. It is not where the article begins with a quotation, a question, a scene, a note of the
editors or its own headline; then it is one of the next, the one that has most of what the headline says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.qa.answer.injection import addresses_the_model
from rag.qa.stories.events import Telling, tellings
from rag.text.lexicon import CJK_AND_HANGUL
from rag.text.sentences import sentence_spans
from rag.text.tokens import content
from rag.types import Article, day

ROOM_OF_LEAD = 2_200
"""Characters of a body in which it is looked for; a paragraph that begins there is read to its end."""
MIN_WORDS_OF_LEAD, MAX_WORDS_OF_LEAD = 6, 60
CHARACTERS_OF_WORD, FIRST_CHARACTERS = 2, 200
"""Chinese, Japanese or Korean characters that count as a word; and of a body, those that tell whether it has such."""
LONG = 42
"""Words from which on a sentence is a burden to read."""
MIN_SCORE = 0.75
"""From which score on a sentence says what happened; below it the article is no report."""
ALIKE = 0.85
"""Share of the words in common from which on a sentence only repeats the headline."""

LEAD_WEIGHTS = {
    "place": 0.8,
    "headline": 0.9,
    "verb": 0.35,
    "stated": 0.15,
    "quotation": -0.5,
    "hanging": -0.35,
    "addressed": -0.6,
    "nameless": -0.25,
    "long": -0.2,
}

_FURNITURE = re.compile(
    r"^\W*(?:ai-assisted summary\b|(?:read|see|learn|find out) (?:more|also|next|the (?:full|original))\b|"
    r"(?:more|also|related|watch|listen|photos?|videos?|gallery|graphic|image|caption|credit|file|tags?|topics?|"
    r"updated?|published|posted|sources?|dateline|by|note|disclaimer|opinion|analysis|advertisement)\s*[:|]|"
    r"subscribe\b|sign (?:up|in)\b|register\b|click\b|tap\b|follow (?:us|him|her|them|the author|@)|"
    r"share (?:this|on|your)|download\b|"
    r"get (?:the|our|all|breaking|daily|more) .{0,60}\b(?:newsletter|inbox|app|alerts?)|"
    r"(?:editor|publisher)(?:s['’]?|['’]s?)? note|correction|clarification|"
    r"this (?:story|article|post|page|live blog|report|copy|version|headline)\b|"
    r"(?:a|an earlier|a previous) version of\b|"
    r"the (?:following|post|article|story)\b.{0,40}\b(?:appeared|published|originally|first)|"
    r"(?:the )?views expressed|the opinions expressed|copyright|©|all rights reserved|"
    r"stay (?:up to date|informed)|welcome (?:back )?to\b|here(?: are| is|['’]s) |what to know|"
    r"\d+ (?:things|takeaways)|for (?:more|the latest)\b|contact (?:the )?reporter|"
    r"(?:[\w.]+ ){1,4}(?:contributed|reports?|is an?|covers|writes about|reported from)\b.{0,80}\b(?:to this "
    r"(?:report|story|article)|reporter|correspondent|columnist|editor|contributor|newsletter|author of)\b)|"
    r"\b(?:usa today network|getty images|associated press photo|ap photo|cnn opinion|"
    r"contributed to this (?:report|story|article)|affiliate (?:link|commission)|our (?:newsletter|podcast|app)|"
    r"terms of service|privacy policy|https?:|www\.|e-?mail (?:us|him|her))",
    re.IGNORECASE,
)
"""What stands around news, not news."""
HANGS = re.compile(
    r"^[\"“‘']?(?:He|She|They|It|This|That|These|Those|His|Her|Their|Its|But|And|Or|So|Yet|Then|There|Here|Still|"
    r"Instead|Also|However|Meanwhile|Both|Such|Nor|Plus|Now|Not|Well|Yes|No|Some|Others|Another|One|Among them|"
    r"As a result|For example|For instance|Of course|In (?:fact|other words|addition)|At (?:the|that) time|Even so|"
    r"(?:That|It|There)['’]s|(?:They|We)['’]re)\b(?! (?:[A-Z]|\d|of the (?:best|most|largest|biggest)))"
)
"""How a sentence begins that says nothing without the one before."""
_ADDRESSES = re.compile(
    r"\b(?:[Yy]ou(?:['’](?:re|ve|ll|d))?|[Yy]ours?|I(?:['’](?:m|ve|d|ll))?|[Ww]e(?:['’](?:re|ve|ll|d))?|[Mm]y|[Oo]ur|"
    r"us|me|let['’]s)\b(?![^“”\"]*”)"
)
"""Words by which a sentence speaks to the reader, or of its writer."""
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_BEGINS_QUOTED = re.compile(r"^[\"“‘'‹«]")
_NAMED = re.compile(r"[A-ZÀ-ÖØ-Þ][\w’'-]+")
_CASED, _SMALL = re.compile(r"[A-ZÀ-ÖØ-Þ]"), re.compile(r"[a-z]")
_CJK = re.compile(rf"[{CJK_AND_HANGUL}]")
_SENTENCE = re.compile(r"^[\"“‘'(\[]?[^\W_]|^[$£€]")


@dataclass(frozen=True, slots=True)
class Lead:
    """A sentence that may say what happened, and how surely it does: from ``MIN_SCORE`` on."""

    telling: Telling
    score: float

    @property
    def article(self) -> Article:
        return self.telling.article


def opening(article: Article, room: int = ROOM_OF_LEAD) -> Article:
    """The article with the first paragraphs of its body only; offsets stay."""
    if len(article.body) <= room:
        return article
    end = article.body.find("\n\n", room)
    end = end if 0 <= end <= 2 * room else article.body.rfind(". ", 0, room) + 1 or room
    return replace(article, body=article.body[:end])


def told_first(article: Article, room: int = ROOM_OF_LEAD) -> list[Telling]:
    """What the first sentences of an article tell; of the article as a whole."""
    begin = opening(article, room)
    if not _CJK.search(begin.body[:FIRST_CHARACTERS]):
        return [replace(t, article=article) for t in tellings(begin)]
    on = day(article.published)  # without spaces between words no sentence has enough of them to tell of an event
    return [
        Telling(article, start, end, on, on, "day", False, False, False, place)
        for place, (start, end) in enumerate(sentence_spans(begin.body, article.language))
    ]


@lru_cache(maxsize=4096)
def leads(article: Article) -> tuple[Lead, ...]:
    """The sentences of an article that may say what happened, the best first."""
    title = set(content(article.title))
    named = set(content(" ".join(_NAMED.findall(article.title))))
    found = []
    for place, told in enumerate(t for t in told_first(article) if is_news(t.quote)):
        words = set(content(told.quote))
        if title and words and len(words & title) >= ALIKE * len(words | title):
            continue  # the headline again
        found.append(Lead(told, _score(told, place, words, title, named)))
    return tuple(sorted(found, key=lambda lead: (-lead.score, lead.telling.start)))


def is_news(text: str) -> bool:
    """Whether a sentence is one that news may have: whole, no question, and nothing that stands around news."""
    words = text.split()
    length = len(_CJK.findall(text)) // CHARACTERS_OF_WORD if _CJK.search(text) else len(words)
    if not MIN_WORDS_OF_LEAD <= length <= MAX_WORDS_OF_LEAD or "\n" in text.strip():
        return False
    if text.rstrip("\"”’')]」』").endswith(("?", "？", ":", "…", "...", ",", ";", "!")) or not _SENTENCE.match(text):
        return False
    if text.rstrip()[-1:] not in ".\"”’')。」』" or (_SMALL.search(text) and not _CASED.search(text[:40])):
        return False
    shouted = sum(w.isupper() and len(w) > 3 for w in words)
    return shouted <= len(words) / 3 and not _FURNITURE.search(text) and not addresses_the_model(text)


def _score(told: Telling, place: int, words: set[str], title: set[str], named: set[str]) -> float:
    text = told.quote
    own = _QUOTED.sub(" ", text)
    views = {
        "place": 1 / (1 + 0.5 * place),
        "headline": len(words & title) / max(len(title), 3),
        "verb": told.verb,
        "stated": told.stated,
        "quotation": bool(_BEGINS_QUOTED.match(text)) or len(own) < 0.4 * len(text),
        "hanging": bool(HANGS.match(text)),
        "addressed": bool(_ADDRESSES.search(own)),
        "nameless": bool(named) and words.isdisjoint(named),
        "long": len(text.split()) > LONG,
    }
    return sum(LEAD_WEIGHTS[name] * value for name, value in views.items())
