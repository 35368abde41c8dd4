"""What stands around the chat: its menu, its scope, its notices, its first page. Pure: values in, HTML strings out."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from rag.chat.endpoints import parse_day
from rag.chat.views.escape import LONGEST, count, day_text, moment_text, plain
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
                told = day_text(when) if when else ""
            except UsageError:
                told = str(typed).strip()[:40]
            found.append(Chip(field, str(typed), f"{words} {told}"))
    found += [Chip("outlets", name, name) for name in outlets or ()]
    found += [Chip("sections", name, f"Section {name}") for name in sections or ()]
    if about:
        found.append(Chip("about", about.id, f"About: {about.title}"))
    return found


def scope_html(limits: Sequence[Chip], problem: str = "") -> str:
    """The limits of the scope with a way to drop each; nothing where all articles are searched."""
    if not limits:
        return ""
    drawn = "".join(
        f'<span class="chip"><span>{plain(chip.words)}</span><button type="button" data-do="widen" data-field='
        f'"{chip.field}" data-value="{plain(chip.value)}" aria-label="Remove: {plain(chip.words)}">×</button></span>'
        for chip in limits
    )
    every = '<button type="button" class="every" data-do="widen" data-field="all">Clear all</button>'
    warning = f'<p class="warn" role="alert">{plain(problem)}</p>' if problem else ""
    return (
        f'<div class="chips" role="group" aria-label="Scope"><span class="only">Searching only</span>{drawn}'
        f"{every if len(limits) > 1 else ''}</div>{warning}"
    )


# --- notices ---


def notice_html(words: str, *buttons: tuple[str, str, str], trouble: bool = False) -> str:
    """A line above the question box, with (what it does, an id, its label) of each button; every one can be closed."""
    drawn = "".join(
        f'<button type="button" data-do="{do}" data-id="{plain(name)}">{label}</button>' for do, name, label in buttons
    )
    close = '<button type="button" class="close" data-do="dismiss" aria-label="Close this note">×</button>'
    role = "alert" if trouble else "status"
    return f'<div class="notice" role="{role}"><span>{plain(words)}</span>{drawn}{close}</div>'


def too_long_html(length: int, *, library: bool) -> str:
    """What is said of a text that is too long for a question, which stays in the box."""
    more = " If it is an article, add it to the library and ask about it." if library else ""
    link = '<a href="library">Add your articles</a>' if library else ""
    words = f"This text has {length:,} characters; a question may have {LONGEST:,}. Shorten it.{more}"
    return f'<div class="notice" role="alert"><span>{plain(words)}</span>{link}</div>'


def length_html() -> str:
    """Where the page's script counts the characters of a long question."""
    return f'<p class="length" role="status" data-most="{LONGEST}" hidden></p>'


def full_html(oldest: str) -> str:
    """What is said before the oldest chat goes."""
    words = f"This browser is running out of room for chats. The oldest, “{oldest}”, goes next."
    return notice_html(words, ("save", "all", "Save all chats"), trouble=True)


def forgotten_html(title: str) -> str:
    return notice_html(f"“{title}” is forgotten.", ("restore", "", "Undo"))


def editing_html() -> str:
    return (
        '<div class="notice"><span>Editing your last question. It stays until you ask again.</span>'
        '<button type="button" data-do="keep-question">Cancel</button></div>'
    )


# --- the chats ---


def chats_html(chats: Sequence[tuple[str, str, str]], current: str | None) -> str:
    """The menu of chats: (id, title, when) of each that this browser keeps, the latest first; and how to save them."""
    rows = "".join(
        f'<li{" class=here" if name == current else ""}><button type="button" data-do="open" data-id="{plain(name)}">'
        f"<span>{plain(title)}</span><i>{plain(begun)}</i></button>"
        f'<button type="button" class="forget" data-do="forget" data-id="{plain(name)}" '
        f'aria-label="Forget the chat: {plain(title)}">×</button></li>'
        for name, title, begun in chats
    )
    told = "Kept in this browser only." if rows else "No chats in this browser yet."
    one = [("markdown", "as Markdown"), ("json", "as JSON")] if current else []
    buttons = [f'<button type="button" data-do="save" data-id="{kind}">{label}</button>' for kind, label in one]
    save = f'<p class="save">Save this chat {"".join(buttons)}</p>' if buttons else ""
    if rows:
        save += '<p class="save"><button type="button" data-do="save" data-id="all">Save all chats as JSON</button></p>'
    return (
        '<details class="menu" data-key="chats"><summary>Chats</summary><div class="sheet">'
        f'<ul class="chats">{rows}</ul><p class="quiet">{told}</p>{save}</div></details>'
    )


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
    return f'<span class="file" data-name="{plain(name)}" data-number="{number}" data-text="{_exact(text)}"></span>'


def _exact(text: str) -> str:
    """All characters of a text in an attribute, line ends too."""
    return html.escape(text, quote=True).replace("\n", "&#10;").replace("\r", "&#13;")


# --- the first page ---


def title_html(text: str) -> str:
    return f"<h1>{plain(text)}</h1>"


def link_html(address: str, text: str) -> str:
    """A link to another page of this server."""
    return f'<a class="elsewhere" href="{plain(address)}">{plain(text)}</a>'


def freshness_html(articles: Sequence[Article], outlets: int, model: str, *, growing: bool = False) -> str:
    """The line that says how new and how many the sources are, whether more are coming in, and which model writes."""
    newest = max((d for a in articles if (d := day(a.published))), default=None)
    parts = [f"Newest source: {day_text(newest)}"] if newest else []
    if articles:
        parts.append(count(len(articles), "article") + (f", {count(outlets, 'outlet')}" if outlets else ""))
    if growing:
        parts.append("articles are being added …")
    known = {"none": "quotes only, no language model", "embedded": "built-in model"}
    parts.append(known.get(model, f"model {model}"))
    return f'<p class="fresh">{plain(" · ".join(parts))}</p>'


def samples_in(articles: Sequence[Article], folder: str, files: Collection[str]) -> int:
    """How many articles were read from the sample files: ``files`` are their paths within ``folder``.

    The folder's name and a file's path in it decide, so that a clone that has moved still knows its samples.
    """

    def path(article: Article) -> str:
        origin = (article.origin or "").replace("\\", "/").partition("#")[0]
        return origin.rpartition(f"/{folder}/")[2] if f"/{folder}/" in origin else ""

    return sum(path(article) in files for article in articles)


def welcome_html(articles: int, error: str | None = None, *, library: bool = False, samples: int = 0) -> str:
    """What stands where the first answer will be.

    ``library`` says that there is a page to add articles; ``samples`` of the articles are those of the project.
    """
    if error is not None:
        return (
            '<div class="welcome"><div class="trouble" role="alert">'
            f"<strong>The index cannot be read.</strong><p>{plain(error)}</p></div></div>"
        )
    if articles:
        return (
            f'<div class="welcome"><h2>What would you like to know?</h2>{_samples_html(articles, samples, library)}'
            '<ul class="fits"><li><b>Good at</b> one fact at a time: who, when, where, how many.</li>'
            "<li><b>Always shows</b> the sentence behind an answer, or the closest ones where there is none.</li>"
            "<li><b>Not good at</b> summaries, long lists, comparisons and opinions.</li></ul></div>"
        )
    here = '<p>Drop files in <a href="library">the library</a>, or add them with a command:</p>'
    return (
        '<div class="welcome"><h2>No articles yet</h2>'
        f"{here if library else '<p>Add some, then reload this page:</p>'}"
        "<pre><code>rag add articles/                      <i># text, Markdown, HTML, JSONL, CSV</i>\n"
        "rag add https://example.org/feed.xml   <i># a feed or a page</i></code></pre>"
        '<p class="quiet">Use the same index as this chat (<code>RAG_INDEX</code>).</p></div>'
    )


def _samples_html(articles: int, samples: int, library: bool) -> str:
    if not samples:
        return ""
    told = "These are sample articles" if samples == articles else f"{samples:,} of {articles:,} articles are samples"
    add = '<a href="library">Add your articles</a>' if library else "Add your own with <code>rag add FOLDER</code>."
    return f'<p class="samples"><span>{told}, partly invented.</span> {add}</p>'
