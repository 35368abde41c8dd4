"""Whether kept answers notice that their articles changed: ``python -m evals.measure.corruption SET...``.

Of each question with one supporting article the gold answer is kept, cited by the sentence that holds it. Then the
article is stored again, once with another value, name or day in what the answer took (the state must be 'corrected'),
once with other words for the same (the state must be 'stands' or 'reworded'). The set is halved by the name of the
article: one half to develop on, the other held apart. Nothing is asked of a model.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rag import Answer, Article, Citation, News
from rag.protocols import Vectors
from rag.text.entities import names
from rag.text.lexicon import NUMBER_WORDS, STOPWORDS
from rag.text.quantities import Quantity, quantities
from rag.text.sentences import sentence_spans
from rag.text.timex.names import FULL_MONTHS, WEEKDAYS
from rag.text.tokens import content
from rag.types import AnswerState

from ..records import EvalSet, Question, holds
from .statistics import ratio

RIGHT: dict[str, tuple[AnswerState, ...]] = {"value": ("corrected",), "words": ("stands", "reworded")}
OTHER_NAMES = ("Hollis", "Varga", "Penrose", "Okafor", "Lindqvist", "Tamsin", "Brightwell", "Castellan", "Dunmore")
_WORD = re.compile(r"\w+")
_MONTHS = [m.title() for m in FULL_MONTHS]


@dataclass(frozen=True, slots=True)
class Case:
    """A kept answer, and the article as it is stored next."""

    question: Question
    answer: Answer
    changed: Article
    kind: str  # 'value' or 'words'
    how: str
    held: bool


class WordHash:
    """An embedder that needs no model: hashed bags of words."""

    name, digest, dimension, max_tokens = "words", "0" * 64, 64, 200

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        out = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()):
                out[row, zlib.crc32(word.encode()) % self.dimension] += 1
        out /= np.linalg.norm(out, axis=1, keepdims=True)
        return out


def cases(sets: Sequence[EvalSet]) -> Iterator[Case]:
    """Both cases of every question of some sets that has one supporting article and an answer in it."""
    for found in sets:
        by_name = {_name(a): a for a in _articles(found)}
        for q in found.questions:
            article = by_name.get(q.supporting[0]) if len(q.supporting) == 1 and q.answers else None
            cited = _cited(q, article) if article else None
            if article is None or cited is None:
                continue
            chance = random.Random(zlib.crc32(f"{found.name}/{q.id}".encode()))
            value = next(a for a in q.answers if holds([a], cited.quote))
            text = cited.quote if chance.random() < 0.5 else f"{value[:1].upper()}{value[1:]}."
            answer = Answer(q.question, f"{text} [1]", value, False, (cited,), "none")
            held = bool(zlib.crc32(article.title.encode()) % 2)
            if corrupt := _corrupted(q, value, cited, text, chance):
                yield Case(q, answer, *corrupt, held)
            yield Case(q, answer, *_reworded(value, cited, chance), held)


def measure(news: News, all_cases: Sequence[Case]) -> list[tuple[Case, AnswerState]]:
    """The state of each answer after its article was stored again, one case after the other."""
    out = []
    for case in all_cases:
        [cited] = case.answer.citations
        news.put([cited.article])
        kept = news.keep(case.answer)
        news.put([case.changed])
        out.append((case, news.kept_answer(kept.id).state))
        news.forget_answers(kept.id)
        news.remove(cited.article.id)
    return out


# -- the articles and what is cited --------------------------------------------------------------------------------


def _articles(found: EvalSet) -> list[Article]:
    with tempfile.TemporaryDirectory() as scratch, closing(open_plain(Path(scratch))) as news:
        if found.paths:
            news.add(*map(str, found.paths))
        if found.records:
            news.put([_of_record(r) for r in found.records()])  # type: ignore[arg-type]
        return news.articles(bodies=True)


def _of_record(r: dict[str, str]) -> Article:
    published = date.fromisoformat(r["published"][:10]) if r.get("published") else None
    return Article(r["id"], r["title"], r["text"], published, source=r.get("source"))


def open_plain(folder: Path) -> News:
    """News without any model."""
    return News.open(folder / "index", create=True, embedder=WordHash(), llm="none", reranker="none")


def _name(a: Article) -> str:
    """As ``supporting`` names an article: the end of its file and its headline, or its id."""
    if not a.origin:
        return a.id
    file = re.sub(r"#(?:line|item|record|message|mail) \d+.*$", "", a.origin).split("/corpus/")[-1]
    return f"{file}#{a.title}"


def _cited(q: Question, article: Article) -> Citation | None:
    asked = set(content(q.question))
    spans = [
        (len(asked & set(content(article.body[a:b]))), -a, b)
        for a, b in sentence_spans(article.body, article.language)
        if holds(q.answers, article.body[a:b])
    ]
    if not spans:
        return None
    _, start, end = max(spans)
    return Citation(1, article, article.body[-start:end], -start, end)


# -- another value -------------------------------------------------------------------------------------------------


def _corrupted(
    q: Question, value: str, cited: Citation, text: str, chance: random.Random
) -> tuple[Article, str, str] | None:
    """The article with another value, name or day in the cited sentence, wherever else the article has the same too."""
    quote = cited.quote
    at = quote.lower().find(value.lower())
    if at < 0:
        return None
    numbers = [n for n in quantities(quote) if n.start < at + len(value) and at < n.end]
    named = [n for n in names(f"x {value}") if not quantities(n) and n in quote]
    if numbers:
        n = chance.choice(numbers)
        new = _other_day(n, chance) if n.day else _other_number(n, chance)
        old, how = n.text, "day" if n.day else "number"
    elif named:
        old = named[0]
        new, how = _other_name(old, chance), "name"
    else:
        said = f"{q.question} {text}"
        found = [n for n in names(quote) if " " in n or not quote.startswith(n)]  # any word may begin a sentence
        taken = [n for n in found if n in said and not quantities(n) and n.lower() not in STOPWORDS]
        if not taken:
            return None
        old = taken[0]
        new, how = _other_name(old, chance), "name in the text"
    if new is None or new == old:
        return None
    changed = quote.replace(old, new) if how.startswith("name") else _once(quote, old, new, n.start)
    if how.startswith("name") and old.lower() in changed.lower():
        return None  # 'LAKE VERRIN - The Lake Verrin marathon'
    body = cited.article.body
    before, after = body[: cited.start], body[cited.end :]
    if how.startswith("name"):
        before, after = before.replace(old, new), after.replace(old, new)
    also = chance.random() < 0.3
    if also:
        changed = _prefixed(changed, chance)
    return replace(cited.article, body=f"{before}{changed}{after}"), "value", f"{how}{', other words' if also else ''}"


def _once(text: str, old: str, new: str, start: int) -> str:
    return text[:start] + new + text[start + len(old) :]


def _other_number(n: Quantity, chance: random.Random) -> str | None:
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", n.text)
    if digits:
        number = digits[0].replace(",", "")
        if "." in number:
            shown = f"{float(number) + chance.choice((0.7, 1.3, 2.1)):.{len(number.split('.')[1])}f}"
        else:
            shown = f"{int(number) + max(1, round(int(number) * chance.choice((0.2, 0.5, 1.0)))):,}"
        return n.text.replace(digits[0], shown)
    words = [w for w in re.findall(r"[a-z]+", n.text.lower()) if w in NUMBER_WORDS]
    others = [w for w in ("three", "five", "seven", "eight", "nine", "eleven", "thirteen") if w not in words]
    if not words:
        return None
    other = chance.choice(others)
    return re.sub(words[0], lambda m: other.title() if m[0][0].isupper() else other, n.text, count=1, flags=re.I)


def _other_day(n: Quantity, chance: random.Random) -> str | None:
    year = re.search(r"\b(?:19|20)\d\d\b", n.text)
    if year and not (n.day and n.day.day):
        return n.text.replace(year[0], str(int(year[0]) + chance.choice((1, -1, 3))))
    if n.day and n.day.day:
        other = n.day.day + 3 if n.day.day <= 25 else n.day.day - 3
        return re.sub(rf"\b{n.day.day}\b", str(other), n.text, count=1)
    for all_names in (_MONTHS, [w.title() for w in WEEKDAYS]):
        found = next((m for m in all_names if m in n.text), None)
        if found:
            return n.text.replace(found, all_names[(all_names.index(found) + 2) % len(all_names)])
    return None


def _other_name(name: str, chance: random.Random) -> str:
    words = name.split()
    if len(words[-1]) > 4 and chance.random() < 0.3:  # one letter
        i = chance.randrange(1, len(words[-1]) - 1)
        words[-1] = words[-1][:i] + chance.choice([c for c in "aeiou" if c != words[-1][i]]) + words[-1][i + 1 :]
        return " ".join(words)
    words[-1] = chance.choice(OTHER_NAMES)
    return " ".join(words)


# -- other words ---------------------------------------------------------------------------------------------------

Rewording = Callable[[str, str, random.Random], str]

_SYNONYMS = {
    "said": "told reporters", "about": "around", "also": "as well", "after": "following", "because": "since",
    "but": "although", "will": "is to", "began": "started", "show": "make clear", "bought": "purchased",
    "people": "residents", "large": "big", "near": "close to", "several": "a number of", "killed": "left dead",
    "children": "youngsters", "before": "ahead of", "while": "as", "many": "lots of", "closed": "shut",
}  # fmt: skip
_PREFIXES = ("Officials confirmed that ", "As was reported first here, ", "It is now known that ", "In the end, ")
_ADDED = ("Readers have written to us about it at length.", "More is to follow in our print edition.")


def _synonyms(quote: str, value: str, chance: random.Random) -> str:
    def other(m: re.Match[str]) -> str:
        return _SYNONYMS[m[0]]

    at = quote.lower().find(value.lower())
    head, tail = quote[: max(at, 0)], quote[max(at, 0) + len(value) * (at >= 0) :]
    held = quote[len(head) : len(quote) - len(tail)]
    pattern = rf"\b(?:{'|'.join(_SYNONYMS)})\b"
    return re.sub(pattern, other, head) + held + re.sub(pattern, other, tail)


def _prefixed(quote: str, chance: random.Random) -> str:
    first = quote.split(maxsplit=1)[0]
    lower = first.lower() in ("the", "a", "an", "it", "in", "on", "at", "more", "some", "about", "they", "he", "she")
    return chance.choice(_PREFIXES) + (quote[:1].lower() + quote[1:] if lower else quote)


def _split(quote: str, value: str, chance: random.Random) -> str:
    for joint in (", and ", "; ", ", but "):
        head, found, tail = quote.partition(joint)
        if found and len(head) > 25 and len(tail) > 25 and not re.match(r"[A-Z]?\w+ (?:and|of)\b", tail):
            return f"{head}. Also, {tail}"
    return quote


def _attributed(quote: str, value: str, chance: random.Random) -> str:
    found = re.fullmatch(r"(?P<what>[^“”\"]+), (?P<who>(?:[\w.’'-]+ ){0,6}[\w.’'-]+) said\.", quote)
    if found:
        return f"According to {found['who']}, {found['what']}."
    found = re.fullmatch(r"(?P<who>(?:[\w.’'-]+ ){0,6}[\w.’'-]+) said (?:that )?(?P<what>[^“”\"]+)\.", quote)
    return f"{found['what'][:1].upper()}{found['what'][1:]}, said {found['who']}." if found else quote


def _forms(quote: str, value: str, chance: random.Random) -> str:
    """Numbers and days in another form: '12' for 'twelve', '14 May' for 'May 14', 'percent' for '%'."""
    words = {w: str(n) for w, n in NUMBER_WORDS.items() if isinstance(n, int) and 2 <= n <= 12}
    quote = re.sub(rf"\b(?:{'|'.join(words)})\b(?! (?:of|and|million|hundred|thousand))", lambda m: words[m[0]], quote)
    quote = re.sub(rf"\b({'|'.join(_MONTHS)}) (\d{{1,2}})\b(?!,? \d{{4}})", r"\2 \1", quote)
    return re.sub(r"(\d)%", r"\1 percent", quote).replace("per cent", "percent")


_REWORDINGS: dict[str, Rewording] = {
    "synonyms": _synonyms,
    "prefix": lambda quote, value, chance: _prefixed(quote, chance),
    "split": _split,
    "attribution": _attributed,
    "forms": _forms,
}


def _reworded(value: str, cited: Citation, chance: random.Random) -> tuple[Article, str, str]:
    """The article with other words for the cited sentence, other sentences around it, or at another place."""
    changed = cited.quote
    how: list[str] = []
    for name in chance.sample(list(_REWORDINGS), len(_REWORDINGS)):
        after = _REWORDINGS[name](changed, value, chance)
        if after != changed and len(how) < 2:
            changed = after
            how.append(name)
    body = cited.article.body
    before, after = body[: cited.start], body[cited.end :]
    if chance.random() < 0.3:
        how.append("moved")
        whole = f"{before.rstrip()} {after.lstrip()}".strip()
        body = f"{whole}\n\n{changed}"
    else:
        body = f"{before}{changed}{after}"
    if chance.random() < 0.5:
        how.append("added")
        body = f"{body}\n\n{chance.choice(_ADDED)}" if chance.random() < 0.5 else f"{chance.choice(_ADDED)}\n\n{body}"
    return replace(cited.article, body=body), "words", ", ".join(how)


def main(paths: Sequence[str]) -> None:
    """Prints the share of right states of each kind, with its interval, and every wrong one."""
    from ..adapters import load_set

    found = list(cases([load_set(p) for p in paths]))
    with tempfile.TemporaryDirectory() as scratch, closing(open_plain(Path(scratch))) as news:
        results = measure(news, found)
    for case, state in results:
        if state not in RIGHT[case.kind] and not case.held:
            print(f"{case.question.id} {case.kind} ({case.how}): {state}; {case.question.question}")
            print(f"    {case.answer.short}: {case.answer.citations[0].quote!r}")
            start = max(0, case.answer.citations[0].start - 60)
            print(f"    {case.changed.body[start : start + 400]!r}")
    for held in (False, True):
        for kind, right in RIGHT.items():
            mine = [(c, s) for c, s in results if c.kind == kind and c.held == held]
            figure = ratio([(float(s in right), 1.0) for _, s in mine])
            states = ", ".join(f"{s} {n}" for s, n in Counter(s for _, s in mine).most_common())
            if figure:
                part = "held apart" if held else "development"
                interval = f"[{figure.low:.3f}, {figure.high:.3f}] n={figure.n}"
                print(f"{part:12} {kind}: {figure.value:.3f} {interval} ({states})")


if __name__ == "__main__":
    main(sys.argv[1:])
