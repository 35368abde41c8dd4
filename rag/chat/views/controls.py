"""What is around the chat: its menu, its scope, its notices, its first page. Pure: values in, HTML strings out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from rag.chat.endpoints import parse_day
from rag.chat.views.escape import MAX_QUESTION, counted, day_text, moment_text
from rag.chat.views.render import render
from rag.errors import UsageError
from rag.types import Article, day

# --- the scope ---


class Chip(NamedTuple):
    """One limit of the scope: which field it is of, its value there, and its words."""

    field: str
    value: str
    words: str


def chips(
    since: str | None,
    until: str | None,
    as_of: str | None,
    outlets: Sequence[str] | None,
    sections: Sequence[str] | None,
    about: Article | None = None,
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
    if about:
        found.append(Chip("about", about.id, f"About: {about.title}"))
    return found


def scope_html(limits: Sequence[Chip], problem: str = "") -> str:
    """The limits of the scope with a way to drop each; nothing where all articles are searched."""
    return render("controls", "scope", limits=limits, problem=problem)


# --- notices ---


def too_long_html(length: int, *, library: bool) -> str:
    """The notice on a text that is too long for a question, which stays in the box."""
    return render("controls", "too_long", length=length, longest=MAX_QUESTION, library=library)


def length_html() -> str:
    """Where the page's script counts the characters of a long question."""
    return render("controls", "length", longest=MAX_QUESTION)


def full_html(oldest: str) -> str:
    """The warning before the oldest chat goes."""
    words = f"This browser is running out of room for chats. The oldest, “{oldest}”, will be deleted next."
    return render("controls", "notice", words=words, action="save", id="all", label="Save all chats", trouble=True)


def forgotten_html(title: str) -> str:
    return render("controls", "notice", words=f"Deleted “{title}”.", action="restore", id="", label="Undo")


def editing_html() -> str:
    return render("controls", "editing")


# --- the chats ---


def chats_html(chats: Sequence[tuple[str, str, str]], current: str | None) -> str:
    """The menu of chats: (id, title, when) of each that this browser keeps, the latest first; and how to save them."""
    return render("controls", "menu", chats=chats, current=current)


def menu_html(chats: Mapping[str, Any]) -> str:
    """The menu of ``saved_chats.Chats``."""
    return chats_html([(c["id"], c["title"], _begun_text(c["begun"])) for c in chats["chats"]], chats["current"])


def _begun_text(begun: str) -> str:
    try:
        return moment_text(datetime.fromisoformat(begun))
    except ValueError:
        return ""


def file_html(name: str, text: str, number: int) -> str:
    """A file for the page's script to hand to the reader; ``number`` tells one from the next of the same text."""
    return render("controls", "file", name=name, text=text, number=number)


# --- the first page ---


def title_html(text: str) -> str:
    return render("controls", "title", text=text)


def link_html(address: str, text: str) -> str:
    """A link to another page of this server."""
    return render("controls", "page_link", address=address, text=text)


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


def welcome_html(articles: int, error: str | None = None, *, library: bool = False, samples: int = 0) -> str:
    """What is shown where the first answer will be.

    ``library`` says that there is a page to add articles; ``samples`` of the articles are those of the project.
    """
    if error is not None:
        return render("controls", "unreadable", error=error)
    return render("controls", "welcome", articles=articles, library=library, samples=samples)
