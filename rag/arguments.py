"""What a caller gives to ``News``, as the values that it works with; what is wrong is a ``UsageError`` that says so."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ParamSpec, TypeAlias, TypeVar

from rag.errors import UsageError, closest
from rag.types import Filters

DayLike: TypeAlias = date | str | None
"""A ``date``, a ``datetime`` of which the day counts, or a text like '2024-09-28'."""

NamesLike: TypeAlias = Iterable[str]
"""Several names; a text alone is one name."""

P = ParamSpec("P")
R = TypeVar("R")


def spelled(method: Callable[P, R]) -> Callable[P, R]:
    """Has a method tell of an argument that it does not know by the name of the one that is meant."""
    parameters = inspect.signature(method).parameters.values()
    known = [p.name for p in parameters if p.kind is not p.VAR_POSITIONAL and p.name != "self"]

    @functools.wraps(method)
    def checked(*args: P.args, **given: P.kwargs) -> R:
        for name in given:
            if name not in known:
                near = closest(name, known, 0.6)
                hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(known)}"
                raise UsageError(f"{method.__name__}: unknown argument {name!r}; {hint}")
        return method(*args, **given)

    return checked


def as_text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise UsageError(f"{_shown(name, value)}: give a text")


def as_day(name: str, value: DayLike) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str):
        with suppress(ValueError):
            return datetime.fromisoformat(value.strip()).date()
    raise UsageError(f"{_shown(name, value)} is not a day; give a text like '2024-09-28', or a date")


def as_names(name: str, value: NamesLike | None) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Iterable):
        found = tuple(value)
        if all(isinstance(one, str) for one in found):
            return found
    raise UsageError(f"{_shown(name, value)}: give a name, or a list of names")


def as_filters(filters: Filters | None) -> Filters:
    """The filters with days for what was written as text, and a name alone taken as one."""
    if filters is None:
        return Filters()
    if not isinstance(filters, Filters):
        raise UsageError(f"{_shown('filters', filters)}: give a rag.types.Filters, such as Filters(since='2024-09-28')")
    return replace(
        filters,
        since=as_day("since", filters.since),
        until=as_day("until", filters.until),
        as_of=as_day("as_of", filters.as_of),
        sources=as_names("sources", filters.sources),
        sections=as_names("sections", filters.sections),
        authors=as_names("authors", filters.authors),
        only=None if filters.only is None else frozenset(as_names("only", filters.only)),
        without=frozenset(as_names("without", filters.without)),
    )


def scoped(
    method: str,
    filters: Filters | None,
    as_of: DayLike,
    since: DayLike,
    until: DayLike,
    sources: NamesLike,
    sections: NamesLike,
    authors: NamesLike,
) -> Filters:
    """The filters that a method was given as one, or one by one. Raises ``UsageError`` for both."""
    given = Filters(
        since=as_day("since", since),
        until=as_day("until", until),
        as_of=as_day("as_of", as_of),
        sources=as_names("sources", sources),
        sections=as_names("sections", sections),
        authors=as_names("authors", authors),
    )
    if filters is None:
        return given
    if given != Filters():
        raise UsageError(
            f"{method}: give either filters, or since, until, as_of, sources, sections and authors, not both"
        )
    return as_filters(filters)


def _shown(name: str, value: object) -> str:
    shown = " ".join(repr(value).split())
    return f"{name} = {shown if len(shown) <= 80 else shown[:77] + '...'}"
