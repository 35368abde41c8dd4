"""'Which part is the most expensive?' over a table: the row with the greatest or least value of the column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.qa.attribution.claims import Verdict
from rag.qa.attribution.subjects import about_ids
from rag.qa.attribution.support import Claim
from rag.qa.comparison.two_things import DIMENSIONS
from rag.text.quantities import quantities
from rag.text.reading.tables import Row, rows
from rag.text.tokens import content, tokens
from rag.types import Article, Evidence

MAX_ARTICLES = 3
"""Of the best sentences, in whose tables is looked."""

_MOST = re.compile(r"\b(?:[a-z]+est|most [a-z]+|least [a-z]+|fewest [a-z]+)\b", re.I)
_OF_WHICH = re.compile(
    r"^(?:which|what) (?P<what>(?:[\w’'-]+ ){0,2}?[\w’'-]+?) (?:of|in|on|at|is|are|was|were|has|have|had|will|costs?|"
    r"got|did)\b",
    re.I,
)
_MOST_OF = re.compile(
    r"\bthe (?P<how>most|fewest|least|highest|lowest|biggest|smallest|largest|greatest) (?P<what>[a-z][\w’'-]*)", re.I
)
_LEAST = frozenset("fewest least lowest smallest".split())
_SUMS = re.compile(r"^(?:total|sum|all|altogether|overall|average|mean)\b", re.I)


def most_in_table(question: str, scored: Sequence[Evidence]) -> Verdict | None:
    """The row that a superlative asks for, where a table's first column holds what is asked for; else None."""
    asked = _OF_WHICH.match(question.strip())
    if not asked or not _MOST.search(question):
        return None
    articles = list({e.article.id: e.article for e in scored[:20]}.values())[:MAX_ARTICLES]
    about = about_ids(question, articles)
    for article in articles:
        if article.id in about and (found := _most(question, set(tokens(asked["what"])), article)):
            quote = Evidence(article, found.start, found.end, article.body[found.start : found.end], scored[0].score)
            return Verdict((Claim(found.in_words(), (quote,), scored[0].score),), found.cells[0])
    return None


def _most(question: str, what: set[str], article: Article) -> Row | None:
    table = [row for row in rows(article.body) if row.header and set(content(row.header[0])) & what]
    table = [row for row in table if not _SUMS.match(row.cells[0])]
    if len(table) < 2 or len({row.header for row in table}) != 1:
        return None
    column, greatest = _column(question, table)
    if column is None:
        return None
    valued = [(found[0].value, row) for row in table if (found := quantities(row.cells[column]))]
    if len(valued) < len(table):
        return None
    valued.sort(key=lambda pair: pair[0], reverse=greatest)
    return valued[0][1] if valued[0][0] != valued[1][0] else None


def _column(question: str, table: Sequence[Row]) -> tuple[int | None, bool]:
    """The only column that a question's superlative is about, and whether its greatest value is meant."""
    header = table[0].header
    if named := _MOST_OF.search(question):
        wanted = set(content(named["what"]))
        columns = [n for n, cell in enumerate(header) if n and wanted & set(content(cell))]
        if len(columns) == 1:
            return columns[0], named["how"].lower() not in _LEAST
    for pattern, kinds, cue, greater in DIMENSIONS:
        if re.search(rf"\b{pattern}\b", question, re.I):
            cues = cue or (
                "cost|price|fee|sum|amount|euros?|dollars?|pounds?|crowns?" if "money" in kinds else "size|area"
            )
            columns = [n for n, cell in enumerate(header) if n and re.search(rf"\b(?:{cues})\b|[$€£¥]", cell, re.I)]
            return (columns[0] if len(columns) == 1 else None), greater
    return None, True
