"""What is set side by side: the sentences of several outlets on one matter, or one sentence on each of two things."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.qa.article_days import ordinal
from rag.qa.attribution.subjects import meant_in
from rag.qa.attribution.support import Claim
from rag.qa.conflicts.facets import RECALLS, mends
from rag.qa.listing.items import NAME, thing_words
from rag.qa.requests.kinds import without_courtesy
from rag.qa.stories.events import Telling, tellings
from rag.qa.stories.side_by_side import MIN_SHARE_OF_OWN, amounts_near, side_by_side, value_of
from rag.text.answer_type import answer_type
from rag.text.reading.wordings import worded
from rag.text.sentences import sentence_spans
from rag.text.tokens import content
from rag.types import Article, Evidence

MIN_COMPARED = 0.25
"""What a sentence must score (0..1) to stand for one of two things."""
MIN_COMPARED_NAME = 0.02
"""The same of a sentence with a name."""
MAX_BEFORE_NAME = 30
"""Characters before the name of what a sentence speaks of."""
MIN_SIDES = 2
MAX_LENGTH_AFTER = 300
"""Characters after a sentence in which the next one is looked for."""
MAX_OUTLETS_COMPARED = 6
MAX_SHARE_ALIKE = 0.8
"""Share of its words that one outlet's sentence may have of another's to be set beside it."""

_SIDES = r"outlets|papers|newspapers|reports|accounts|sources|articles|coverage|versions?|stories"
_AGAINST = r"(?P<one>.{2,80}?) (?:and|with|to|against|vs\.?|versus) (?P<two>.{2,80})$"
_TWO = (
    re.compile(rf"^.*\b(?:compare|contrast|differences? between|comparison (?:of|between)) {_AGAINST}", re.I),
    re.compile(r"^(?P<one>.{2,80}?) (?:vs\.?|versus) (?P<two>.{2,80})$", re.I),
    re.compile(
        r"^(?:and )?how (?:do|does|did) (?P<one>.{2,80}?) (?:compare (?:with|to)|differ from) (?P<two>.{2,80})$", re.I
    ),
    re.compile(r"^(?:and )?how (?:do|does|did) (?P<one>.{2,80}?) and (?P<two>.{2,80}?) (?:compare|differ)$", re.I),
)
_TIMES = re.compile(
    r"\b(?:(?:in|of|from|and|with|to|vs\.?|versus|between) )?(?:(?:january|february|march|april|may|june|july|"
    r"august|september|october|november|december)(?:['’]s)?|(?:19|20)\d\d)\b(?: \d{4})?",
    re.I,
)
_OF_TIME = re.compile(r"[\w.]+['’]s|(?:in )?(?:january|february|march|april|may|june|july|august|september|october|"
                      r"november|december|\d{4})", re.I)  # fmt: skip
_SIZE_OF = re.compile(
    r"(?:the )?(?:size|strength|number) of (?:the |its )?(?P<who>.*\b(?:crew|army|force|staff|workforce|crowd|team|"
    r"board|audience|group|party|delegation)s?)$",
    re.I,
)
_HOW_MANY = re.compile(r"how (?:many|much)\b", re.I)
_DENIES = re.compile(r"\b(?:no longer|not|never|nobody|none)\b|n['’]t\b", re.I)
WEIGHT_OF_SUPPORT = 0.5
"""What each other outlet with an amount near it adds to a sentence, as a share of its score; of two at most."""
MIN_SHARE_COVERED = 0.5
"""Of a matter's words, what a headline and the first sentence below it must have to be about it."""
_PLAIN = frozenset(content("people persons number value amount much many"))
MIN_STEM = 5
"""Letters that two words of a kind have in common: 'injured', 'injuries'."""
_COUNTED = re.compile(
    r"\b(?:jobs|workers|troops|soldiers|deaths|victims|cases|injured|passengers|evacuees|arrests|fines|votes|"
    r"homes)\b",
    re.I,
)
_AS_QUESTION = re.compile(
    r"\b(?:on|about|of|over) (?P<what>(?:how (?:many|much)|when|who|why|where|what|which)\b.+)", re.I
)


_HOW = re.compile(r"(?:and |so |but )?(how (?:many|much|old|long|far|large|big|high))\b", re.I)
_TAIL = re.compile(
    r"^(?P<pair>.{3,160}?\b(?:vs\.?|versus|and|with|to|against)\b.{2,80}?)(?:[:;,–—]| -) (?:and )?(?P<what>(?:what|who|"
    r"how|when|where|which|whose|why|in terms of|on|their|the|its)\b.{3,100})$",
    re.I,
)
"""'Ann Marsh versus Bo Lind: what were their times?'"""
_ONE = re.compile(
    r"^(?:the|that|this) (?:one|ones|figures?|numbers?)\b|^(?:that|those)\b(?= (?:in|of|from|on|at|"
    r"by)\b)",
    re.I,
)
_ITS_HEAD = re.compile(r" (?:in|of|from|on|at|by|during)\b.*$", re.I)


_ASKING = r"(?:who|which|what|where|how|when)\b.{3,100}"
_THING = r"[\w.&’'-]+(?: [\w.&’'-]+){0,3}"
_EACH = re.compile(r"\b(?:each(?: one)?(?: of (?:them|the two))?|they(?: each| both)?|both)\b", re.I)
_WHEN_FIRST = re.compile(
    r"^(?:In|On|At|By|After|Since|During) (?:[A-Z][\w’'-]*|\d{1,4})(?: \d{4})?,? (?:the )?(?=[A-Z])"
)
_EITHER = (
    re.compile(rf"^(?P<one>{_THING}) or (?P<two>{_THING})(?:[,:;]| [–—-]) (?P<what>{_ASKING})$", re.I),
    re.compile(rf"^(?P<what>{_ASKING}?)[,:;] (?P<one>{_THING}) or (?P<two>{_THING})$", re.I),
    re.compile(
        rf"(?P<one>{NAME}) and (?:the )?(?P<two>{NAME}) both\b[^.?!;]*[.?!;] (?:and |so )?(?P<what>(?i:{_ASKING}))$"
    ),
)
"""'Marsh or Lind, who was faster', 'The Bank of Norland and the Fed both cut. How did the votes differ?'"""


def _either(bare: str) -> re.Match[str] | None:
    return next((found for pattern in _EITHER if (found := pattern.search(bare))), None)


def apart(question: str) -> tuple[str, str]:
    """A comparison of two things without what of them is compared, and that: ('Marsh versus Lind', 'what were their
    times'); the whole and '' where it is not said apart."""
    bare = " ".join(question.split()).strip(" ?!.,")
    found = _TAIL.match(bare)
    if not found and (way := worded(bare)) and way.pair and way.what:
        return bare, f"what was the {way.what}"
    if found is None and (either := _either(bare)):
        return bare, _EACH.sub("it", either["what"])
    return (found["pair"].strip(), found["what"].strip()) if found else (bare, "")


def two_compared(question: str) -> tuple[str, str] | None:
    """The two things that a request compares, where they are no outlets or reports."""
    bare, _ = apart(question)
    if re.search(rf"\b(?:{_SIDES})\b", bare, re.I):
        return None
    way = worded(without_courtesy(bare))
    pairs = [(found["one"], found["two"]) for pattern in _TWO if (found := pattern.match(bare))]
    if not pairs and (found := _either(bare)):
        pairs = [(_WHEN_FIRST.sub("", found["one"]), found["two"])]
    for pair in [way.pair] if way and way.pair else pairs:
        one, two = (re.sub(r"^(?:the|an?) ", "", side, flags=re.I) for side in pair)
        if _ONE.match(pair[1]):  # 'the one in December'
            two = _ONE.sub(_ITS_HEAD.sub("", one), pair[1])
        return None if _OF_TIME.fullmatch(one) or _OF_TIME.fullmatch(two) else (one, two)
    return None


def over_time(question: str, about: str) -> str:
    """The topic of a comparison of two times ('April's plan with October's'), without the times; else ''."""
    times = [found[0] for found in _TIMES.finditer(question)]
    rest = " ".join(_TIMES.sub(" ", about).split())
    return _WITH_THE_OTHER.sub("", rest) if len(times) > 1 else ""


_WITH_THE_OTHER = re.compile(
    r" (?:(?:compared? )?(?:with|to)|and|versus|vs\.?)(?: (?:the|that|those) ?(?:ones?)?)?$", re.I
)


def question_compared(question: str, about: str) -> str:
    """What each outlet is asked: 'how many were aboard', 'What is the number aboard?'."""
    bare = " ".join(question.split()).strip(" ?!.,")
    if found := _AS_QUESTION.search(bare):
        return f"{found['what']}?"
    if about and (how := _HOW.match(bare)):  # 'how many' of 'how many were aboard, Post versus Wire'
        return f"{how[1].capitalize()} {about}?"
    if number := re.match(r"(?:the )?(?:number|count) of (?P<what>.+)", about, re.I):
        return f"How many {number['what']}?"
    if group := _SIZE_OF.match(about):
        return f"How many people are in the {group['who']}?"
    if worth := re.match(r"(?P<what>.+) (?:is |was )?(?:worth|valued at)$", about, re.I):
        return f"What was the value of the {worth['what']}?"
    if _COUNTED.search(about):
        return f"How many {about}?"
    return f"What was the {about}?" if answer_type(f"What was the {about}?") else f"What about the {about}?"


def outlets_compared(
    asked: str, about: str, scored: Sequence[Evidence], floor: float, told: Callable[[Evidence], str]
) -> list[Claim]:
    """Where outlets surely give different values, which; then a sentence an outlet, by day."""
    words = set(content(about))
    valued = answer_type(asked) is not None
    if answer_type(asked) == "amount":
        valued_ones = [e for e in scored if value_of(asked, e) is not None]
        if _HOW_MANY.match(asked):
            bearing = _by_words(asked, valued_ones)
        else:
            bearing = _supported(_weighed(asked, about, valued_ones), floor)
    else:
        bearing = _with_head(about, [e for e in scored if words & set(content(e.quote))], floor)
    groups = side_by_side(asked, bearing or scored, lambda _: (), floor).groups
    shown: list[Evidence] = []
    for group in groups:
        bags: list[set[str]] = []
        for said in group.sayings:
            bag = set(content(said.quote))
            if all(len(bag & other) <= MAX_SHARE_ALIKE * len(bag) for other in bags):  # else it is a reprint
                bags.append(bag)
                shown.append(Evidence(said.article, said.start, said.end, said.quote, 1.0))
    shown = [*shown, *_later_of_outlets(about, shown, scored, floor)]
    shown = sorted(shown[:MAX_OUTLETS_COMPARED], key=lambda e: (ordinal(e.article), e.article.source or ""))
    if len(shown) < MIN_SIDES:
        return []
    sides = [Claim(f"- {told(e)}", (e,)) for e in shown]
    differing = [g for g in groups if g.relation == "differs" and g.value] if valued else []
    if not differing or not groups[0].value:
        return sides
    firsts = [(g.value, g.sayings[0]) for g in (groups[0], *differing)]
    quotes = tuple(e for _, s in firsts for e in shown if (e.article.id, e.start) == (s.article.id, s.start))
    if len(quotes) < len(firsts):
        return sides
    each = "; ".join(f"{s.article.source or 'one article'} gives {value}" for value, s in firsts)
    return [Claim(f"- They differ: {each}.", quotes), *sides]


def _weighed(asked: str, about: str, scored: Sequence[Evidence]) -> list[Evidence]:
    """Sentences by their score, by how many of the question's words they and, half as much, their headline have, and by
    whether they speak of the thing that is compared, in its word or in one that says the same."""
    words = [word for word in content(asked) if word not in _PLAIN]
    things = thing_words(about)

    def share(e: Evidence) -> float:
        quote, title = set(content(e.quote)), set(content(e.article.title))
        held = sum(1.0 if _has(word, quote) else 0.5 * _has(word, title) for word in words) / max(len(words), 1)
        return (held + _speaks_of(things, e)) / 2

    weighed = [replace(e, score=e.score * (1 + 2 * share(e)) / 3) for e in scored]
    return sorted(weighed, key=lambda e: -e.score)


def _by_words(asked: str, scored: Sequence[Evidence]) -> list[Evidence]:
    """Sentences by their score and by how many of the question's words they and their headline have."""
    words = [word for word in content(asked) if word not in _PLAIN]

    def share(e: Evidence) -> float:
        there = set(content(f"{e.article.title} {e.quote}"))
        return sum(_has(word, there) for word in words) / max(len(words), 1)

    return sorted((replace(e, score=e.score * (1 + share(e)) / 2) for e in scored), key=lambda e: -e.score)


def _has(word: str, bag: set[str]) -> bool:
    return any(word[:MIN_STEM] == other[:MIN_STEM] for other in bag)


def _speaks_of(things: set[str], e: Evidence) -> bool:
    bag = set(content(e.quote))
    return bool(things) and all(meant_in(thing, bag) for thing in things)


def _supported(weighed: Sequence[Evidence], floor: float) -> list[Evidence]:
    """Amounts that lie near one that another outlet gives come first: these are amounts of the same thing."""
    near = [e for e in weighed if e.score >= floor / 2]

    def support(e: Evidence) -> int:
        return len({o.article.source for o in near if o.article.source != e.article.source and amounts_near(e, o)})

    raised = [replace(e, score=e.score * (1 + WEIGHT_OF_SUPPORT * min(support(e), 2))) for e in near]
    return sorted([*raised, *weighed[len(near) :]], key=lambda e: -e.score)


def _later_of_outlets(
    about: str, shown: Sequence[Evidence], scored: Sequence[Evidence], floor: float
) -> list[Evidence]:
    """What outlets say in a later article, where they speak of the same thing again in other words."""
    things, later = thing_words(about), []
    for e in shown:
        after = [
            o
            for o in scored
            if o.article.source == e.article.source and e.article.source and o.score >= floor
            and ordinal(o.article) > ordinal(e.article) and _speaks_of(things, o)
            and not set(content(o.quote)) <= set(content(e.quote))
        ]  # fmt: skip
        if after and len(things) == 1:
            later.append(max(after, key=lambda o: (ordinal(o.article), not _DENIES.search(o.quote), o.score)))
    return later


def _with_head(about: str, scored: Sequence[Evidence], floor: float) -> list[Evidence]:
    """Of the outlets that say the word for what is compared ('cause'), only the sentences with it."""
    thing = thing_words(about)
    has = [bool(thing) and thing <= set(content(e.quote)) and e.score >= floor for e in scored]
    outlets = {e.article.source for e, there in zip(scored, has, strict=True) if there}
    return [e for e, there in zip(scored, has, strict=True) if there or e.article.source not in outlets]


def covered(about: str, articles: Sequence[Article]) -> list[Evidence]:
    """How each outlet began the article that is most about a matter, and its last one where that is of another day; in
    the order of their days."""
    words = set(content(about))

    def share(article: Article) -> float:
        told = first_telling(article)
        bag = set(content(f"{article.title} {told.quote if told else ''}"))
        return sum(meant_in(word, bag) for word in words) / max(len(words), 1)

    best: dict[str, Article] = {}
    last: dict[str, Article] = {}
    for article in sorted(articles, key=lambda a: (-share(a), ordinal(a))):
        if article.source and share(article) >= MIN_SHARE_COVERED:
            best.setdefault(article.source, article)
            if ordinal(article) > ordinal(last.setdefault(article.source, article)):
                last[article.source] = article
    chosen = {a.id: a for a in (*best.values(), *last.values())}.values()
    tellings_of = [(a, told) for a in chosen if (told := _telling_of(words, a))]
    ends = [(a, t.start, _with_what_is_right(a, t.start, t.end)) for a, t in tellings_of]
    found = [Evidence(a, start, end, a.body[start:end], 1.0) for a, start, end in ends]
    kept: list[Evidence] = []
    for e in sorted(found, key=lambda e: (ordinal(e.article), e.article.source or "")):
        bag = set(content(e.quote))
        if all(len(bag & set(content(o.quote))) <= MAX_SHARE_ALIKE * len(bag) for o in kept):
            kept.append(e)
    return kept[:MAX_OUTLETS_COMPARED]


def _telling_of(words: set[str], article: Article) -> Telling | None:
    """The first sentence of an article that has a word of a matter; else the first that tells something."""
    told = [t for t in tellings(article) if (t.verb or t.stated) and t.quote[:1] not in "\"“'‘"]
    on = next((t for t in told if words & set(content(t.quote))), None)
    return on or next(
        (t for t in told if any(meant_in(w, set(content(t.quote))) for w in words)), first_telling(article)
    )


def _with_what_is_right(article: Article, start: int, end: int) -> int:
    """Where a sentence ends; of one that recalls what was reported wrongly the end of the next, which puts it right."""
    quote, rest = article.body[start:end], article.body[end : end + MAX_LENGTH_AFTER]
    spans = sentence_spans(rest, article.language)
    mended = mends(Evidence(article, start, end, quote, 1.0)) and RECALLS.search(quote)
    return end + spans[0][1] if mended and spans else end


def first_telling(article: Article) -> Telling | None:
    """The first sentence that tells something."""
    return next((t for t in tellings(article) if t.verb or t.stated), None)


def best_on(thing: str, scored: Sequence[Evidence]) -> Evidence | None:
    """The sentence that stands for one of two things: of a name what the newest article with it in its headline says
    first of it; else the newest of those that bear almost as much on it as the best."""
    words = set(content(thing))
    named = any(_is_name(thing, e.quote) for e in scored)
    articles = {e.article.id: e.article for e in scored if words <= set(content(e.article.title))}
    if named and articles:
        newest = max(articles.values(), key=ordinal)
        told = [t for t in tellings(newest) if t.verb or t.stated]
        own = re.compile(rf"\b{re.escape(thing)}\b", re.I)
        first = next((t for t in told if (at := own.search(t.quote)) and _begins(t.quote, at.start())), None)
        if chosen := first or next(iter(told), None):
            return Evidence(newest, chosen.start, chosen.end, chosen.quote, 1.0)
    least = MIN_COMPARED_NAME if named else MIN_COMPARED
    held = [
        e
        for e in scored
        if e.score >= least and words <= set(content(f"{e.article.title} {e.quote}"))
        and words & set(content(e.quote))
    ]  # fmt: skip
    near = [e for e in held if e.score >= MIN_SHARE_OF_OWN * held[0].score]
    return max(near, key=lambda e: (ordinal(e.article), e.score), default=None)


def spelled_as(thing: str, text: str) -> str:
    """A thing as a text spells it, where it has it."""
    found = re.search(rf"\b{re.escape(thing)}\b", text, re.I)
    return found[0] if found else thing


def _is_name(thing: str, text: str) -> bool:
    """Whether a text has a thing with capitals."""
    found = spelled_as(thing, text)
    return found in text and all(word[:1].isupper() for word in (found, found.rsplit(" ", 1)[-1]))


def _begins(quote: str, at: int) -> bool:
    """Whether a name at a place is what a sentence speaks of: near its beginning, and no part of a longer name."""
    before = quote[:at].rstrip()
    return at <= MAX_BEFORE_NAME and ":" not in before and not re.search(r"[A-Z][\w.]+$", before)
