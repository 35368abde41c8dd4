"""What is around the chat: its scope, its menu, its first page; the rest is ``templates/controls.html``. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from rag.chat.endpoints import Picked, parse_day
from rag.chat.views.escape import counted, day_text
from rag.chat.views.render import render
from rag.errors import UsageError
from rag.types import Article, day


class Chip(NamedTuple):
    """One limit of the scope: which field it is of, its value there, and its words."""

    field: str
    value: str
    words: str


def chips(
    since: str | None,
    until: str | None,
    as_of: str | None,
    outlets: Picked,
    sections: Picked,
    authors: Picked,
    about: Article | None,
    only: str | None = None,
) -> list[Chip]:
    """The limits of a scope as a reader set them, in the order of the form; a day that is none is shown as typed."""
    found = []
    for field, typed, words in (("since", since, "From"), ("until", until, "To"), ("as_of", as_of, "As of")):
        if (typed or "").strip():
            try:
                when = parse_day(typed, words)
                shown = day_text(when) if when else ""
            except UsageError:
                shown = str(typed).strip()[:40]
            found.append(Chip(field, str(typed), f"{words} {shown}"))
    found += [Chip("outlets", name, name) for name in outlets or ()]
    found += [Chip("sections", name, f"Section {name}") for name in sections or ()]
    found += [Chip("authors", name, f"By {name}") for name in authors or ()]
    if about:
        found.append(Chip("about", about.id, f"About: {about.title}"))
    if only:
        found.append(Chip("only", "", f"The text you pasted: {' '.join(only.split())[:60]} …"))
    return found


def menu_html(chats: Mapping[str, Any]) -> str:
    """The menu of ``saved_chats.Chats``, the latest first; and how to save them."""
    return render("controls", "menu", chats=chats["chats"], current=chats["current"])


def freshness_html(articles: Sequence[Article], outlets: int, model: str, *, growing: bool = False) -> str:
    """The line that says how new and how many the sources are, whether more are coming in, and which model writes."""
    newest = max((d for a in articles if (d := day(a.published))), default=None)
    parts = [f"Newest source: {day_text(newest)}"] if newest else []
    if articles:
        parts.append(counted(len(articles), "article") + (f", {counted(outlets, 'outlet')}" if outlets else ""))
    if growing:
        parts.append("articles are being added …")
    known = {"none": "quotes only, no language model", "embedded": "built-in model"}
    parts.append(known.get(model, f"model {model}"))
    return render("controls", "freshness", words=" · ".join(parts))


def samples_in(articles: Sequence[Article], folder: str, files: Collection[str]) -> int:
    """How many articles were read from the sample files: ``files`` are their paths within ``folder``.

    The folder's name and a file's path in it decide, so that a clone that has moved still knows its samples.
    """

    def path(article: Article) -> str:
        origin = (article.origin or "").replace("\\", "/").partition("#")[0]
        return origin.rpartition(f"/{folder}/")[2] if f"/{folder}/" in origin else ""

    return sum(path(article) in files for article in articles)
