"""The chat: ``python app.py`` serves a page on HOST:PORT (127.0.0.1:7860), ``/ask`` and ``/search`` as endpoints for
programs, and the same two as MCP tools.

``RAG_INDEX`` and ``RAG_LLM`` choose the index and the language model, as for the command ``rag``. The page
reaches nothing but this server: no analytics, no fonts or scripts from elsewhere, no public link.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

# Gradio reads these when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr
from gradio.events import api

from rag.chat import assets, export, feedback, saved_chats
from rag.chat.endpoints import Asked, endpoints, filters_of, hush, speak_json
from rag.chat.library_page import Pile, add_pile
from rag.chat.turn import Run, Turn, advance, history_of, sources_of
from rag.chat.uploads import LARGEST, uploads_of
from rag.chat.views import answer as answer_view
from rag.chat.views import controls, sources
from rag.chat.views import library as library_view
from rag.chat.views.escape import LONGEST, moment_text, plain, scope_text
from rag.errors import RagError, UsageError
from rag.telemetry import configure
from rag.types import Answer, Article, Copy, Delta, Event, Filters, Found, Message

EXAMPLES = (
    "When does the coalition mission in Syria end?",
    "How many U.S. troops are in Syria?",
    "What is the toll on the Brannock Narrows Bridge?",
    "Who is the mayor of Ashcombe?",
    "Who won the Nobel Peace Prize in 2024?",
    "How many jobs will the Kestrel plant in Tolland Flats create?",
)
"""Questions to click before the first one is asked; meant to fit the articles in ``corpus/``."""

SAMPLES = Path(__file__).resolve().parents[2] / "corpus"

LATEST = 6  # headlines beside an empty chat
SESSIONS = (
    500  # that Gradio remembers, 0.5 MB each or more with many chats; the one silent longest gives way to a new one
)
SESSIONS_AT_ONCE = 16  # they search side by side; the language model queues by itself
GROWTH = 3.0  # seconds between two looks at an index that is being added to
SWEEP = 600  # seconds that Gradio's own copy of an upload stays
REDRAW = 0.08  # seconds between two pictures of a growing draft

log = logging.getLogger(__name__)


class NewsLike(Asked, Protocol):
    """What the page needs of ``rag.News``."""

    @property
    def model(self) -> str: ...
    def articles(self) -> Sequence[Article]:
        """Newest first."""
        ...

    def article(self, article_id: str) -> Article:
        """Raises ``RagError`` where there is none."""
        ...

    def copies(self, article_id: str) -> Sequence[Copy]: ...
    def sources(self) -> Sequence[tuple[str, int]]: ...
    def sections(self) -> Sequence[str]: ...
    def being_written(self) -> bool: ...
    def stream(
        self, question: str, *, history: Sequence[Message] = ..., filters: Filters = ..., as_written: bool = ...
    ) -> Iterator[Event]: ...


def in_words(error: Exception) -> str:
    """What a reader is told about ``error``; the log keeps what they need not see."""
    if isinstance(error, RagError):
        return str(error)
    log.error("a question failed", exc_info=error)
    return "Something went wrong. See the server log."


def build(
    news: NewsLike,
    examples: Sequence[str] = EXAMPLES,
    ratings: Path | None = None,
    uploads: Path | None = None,
    samples: Path | None = None,
) -> gr.Blocks:
    """The page over ``news``. All state of a chat lives in its own session; ``news`` is shared.

    ``ratings`` is the folder where ratings of answers are kept; without one they stay on the page. ``uploads`` is the
    folder for files that readers give; without one there is no library page, which needs a ``Pile``. ``samples`` is the
    folder of sample articles: where the index holds some of them the start page says so, and only then has examples.
    """
    served = itertools.count(1)  # files and articles that were handed to readers
    runs: dict[str, Run] = {}  # the run of each session that has one, for its Stop button
    sample_files = frozenset(p.relative_to(samples).as_posix() for p in samples.rglob("*")) if samples else frozenset()

    def stop(request: gr.Request) -> None:
        if run := runs.pop(str(request.session_hash), None):
            run.stop()

    def discard(request: gr.Request) -> None:
        if run := runs.pop(str(request.session_hash), None):
            run.stop(discard=True)

    def converse(
        typed: str,
        editing: str | None,
        turns: list[Turn],
        chats: saved_chats.Chats,
        about: str | None,
        since: str | None,
        until: str | None,
        as_of: str | None,
        outlets: list[str],
        sections: list[str],
        request: gr.Request,
        event: gr.EventData,
    ) -> Iterator[dict[Any, Any]]:
        """Answers one question on the page; yields what changes, by component.

        It is what was typed, or what a button under the last answer asks for, which then takes that answer's place.
        """
        asked = asked_again(assets.sent(event), turns)
        question = (typed if asked is None else asked.question).strip()
        if not question:
            yield {box: gr.skip()}
            return
        if len(question) > LONGEST:
            yield {notice: controls.too_long_html(len(question), library=uploads is not None)}
            return
        if asked or editing is not None:
            turns = turns[:-1]
        session = str(request.session_hash)
        discard(request)  # one question at a time in one chat
        turn = Turn(number=1 + max((t.number for t in turns), default=0), question=question, begun=now())
        began = drawn = time.monotonic()
        wide = asked is not None and asked.everywhere
        yield {
            past_html: past(turns),
            live_html: answer_view.turn_html(turn, current=True),
            panel_html: sources.panel_html(turn),
            welcome: gr.update(visible=False),
            example_row: gr.update(visible=False),
            **({} if asked else {box: ""}),
            **edited(),
            notice: "",
            ask_button: gr.update(visible=False),
            stop_button: gr.update(visible=True),
            **(everywhere() if wide else {}),
        }
        run = None
        try:
            filters = Filters() if wide else filters_of(since, until, as_of, outlets or [], sections or [])
            scope = scope_text(filters)
            if about and not wide:
                filters = replace(filters, only=frozenset([about]))
                scope = " · ".join(filter(None, [f"only “{news.article(about).title}”", scope]))
            turn = replace(turn, scope=scope)
            history, written = history_of(turns), asked is not None and asked.written
            run = Run(lambda: news.stream(question, history=history, filters=filters, as_written=written))
            runs[session] = run
            for step in run:
                before, turn = turn, advance(turn, step, time.monotonic() - began)
                at = time.monotonic()
                if step is None and int(before.seconds) == int(turn.seconds) and at - drawn < 1:
                    continue
                if isinstance(step, Delta) and at - drawn < REDRAW:
                    continue
                if turn.answer:
                    break
                drawn = at
                changes = {live_html: answer_view.turn_html(turn, current=True)}
                if isinstance(step, Found):
                    changes[panel_html] = sources.panel_html(turn)
                yield changes
            if turn.answer is None:
                turn = replace(turn, stopped=True, seconds=time.monotonic() - began)
            else:
                turn = replace(turn, copies=copies(turn.answer))
        except Exception as error:
            turn = replace(turn, error=in_words(error), seconds=time.monotonic() - began)
        finally:
            if run is not None:
                run.stop()  # also where the reader closed the page: Gradio then closes this generator
                if runs.get(session) is run:
                    del runs[session]
        if run is not None and run.discarded:
            return
        yield {
            live_html: answer_view.turn_html(turn, current=True),
            panel_html: sources.panel_html(turn),
            **idle(),
            **kept([*turns, turn][-saved_chats.TURNS :], chats),
        }

    def idle() -> dict[Any, Any]:
        """The buttons of a chat in which nothing is being answered."""
        return {ask_button: gr.update(visible=True), stop_button: gr.update(visible=False)}

    def copies(answer: Answer) -> dict[str, tuple[Article, ...]]:
        """The other prints of the stories that an answer stands on."""
        found = {}
        for article_id in {c.article.id for c in sources_of(answer) if c.article.id}:
            others = tuple(c.article for c in news.copies(article_id) if c.article.id != article_id)
            if others:
                found[article_id] = others
        return found

    def edit(typed: str, editing: str | None, turns: list[Turn]) -> dict[Any, Any]:
        """The last question in the box. Its turn stays until it is asked; Cancel brings back what was typed before."""
        if not turns:
            return {box: gr.skip()}
        before = typed or "" if editing is None else editing
        return {box: turns[-1].question, editing_before: before, editing_html: controls.editing_html()}

    def keep_question(editing: str | None) -> dict[Any, Any]:
        return {box: editing or "", **edited()}

    def edited() -> dict[Any, Any]:
        """No question is being edited."""
        return {editing_before: None, editing_html: ""}

    def kept(turns: list[Turn], chats: saved_chats.Chats) -> dict[Any, Any]:
        """The turns as they are now, in the session and in the browser."""
        chats = saved_chats.put(chats, turns)
        oldest = saved_chats.next_to_go(chats)
        told = {notice: controls.full_html(oldest)} if oldest else {}
        return {state: turns, kept_chats: chats, browser: chats, chats_html: menu(chats), **told}

    def rate(turns: list[Turn], chats: saved_chats.Chats, event: gr.EventData) -> dict[Any, Any]:
        """Keeps what a reader thinks of an answer."""
        data = assets.sent(event)
        rating, comment = data.get("rating"), str(data.get("comment") or "")[: answer_view.COMMENT]
        for i, turn in enumerate(turns):
            if turn.number == data.get("turn") and turn.answer and rating in ("up", "down"):
                rated = replace(turn, rating=rating, comment=comment)
                turns = [*turns[:i], rated, *turns[i + 1 :]]
                if ratings is not None:
                    try:
                        feedback.keep(ratings, rated, turns[:i])
                    except RagError as error:
                        gr.Warning(plain(in_words(error)))
        return kept(turns, chats)

    def open_chat(chats: saved_chats.Chats, event: gr.EventData, request: gr.Request) -> dict[Any, Any]:
        """An earlier chat as it was left, with no scope of another."""
        discard(request)
        chats = saved_chats.choose(chats, str(assets.sent(event).get("id")))
        chat = resumed(chats)
        return {**chat, **everywhere()} if chat else start_over(chats, request)

    def forget_chat(chats: saved_chats.Chats, event: gr.EventData, request: gr.Request) -> dict[Any, Any]:
        name = str(assets.sent(event).get("id"))
        title = next((c["title"] for c in chats["chats"] if c["id"] == name), "")
        left = saved_chats.forget(chats, name)
        undo = {forgotten: (name, chats), notice: controls.forgotten_html(title)}
        if name == chats["current"]:
            return {**start_over(left, request), **undo}
        return {kept_chats: left, browser: left, chats_html: menu(left), **undo}

    def restore_chat(
        chats: saved_chats.Chats, gone: tuple[str, saved_chats.Chats] | None, turns: list[Turn], request: gr.Request
    ) -> dict[Any, Any]:
        """The chat that was forgotten last, back in its place; on the page too where nothing else has begun there."""
        if gone is None:
            return {notice: ""}
        name, before = gone
        chats = saved_chats.restore(chats, before, name)
        done: dict[Any, Any] = {notice: "", forgotten: None}
        if name == before["current"] and not turns and str(request.session_hash) not in runs:
            return {**resumed(saved_chats.choose(chats, name)), **done}
        return {kept_chats: chats, browser: chats, chats_html: menu(chats), **done}

    def resumed(chats: saved_chats.Chats) -> dict[Any, Any]:
        """The current chat of a browser on the page; empty where there is none."""
        turns = saved_chats.current_turns(chats, news.article)
        if not turns:
            return {}
        last = turns[-1]
        if last.answer:
            turns[-1] = replace(last, copies=copies(last.answer))
        hidden = {welcome: gr.update(visible=False), example_row: gr.update(visible=False)}
        state_now = {state: turns, kept_chats: chats, browser: chats, chats_html: menu(chats)}
        return {**shown(turns), **idle(), **hidden, **state_now, **edited(), box: "", notice: ""}

    def save(turns: list[Turn], chats: saved_chats.Chats, event: gr.EventData) -> str:
        """The chat, or all of them, as a file."""
        kind, day = assets.sent(event).get("id"), f"{now():%Y-%m-%d-%H%M}"
        if kind == "all":
            text = export.all_as_json(saved_chats.every_chat(chats, news.article))
            return controls.file_html(f"chats-{day}.json", text, next(served))
        if kind == "json":
            return controls.file_html(f"chat-{day}.json", export.as_json(turns), next(served))
        return controls.file_html(f"chat-{day}.md", export.as_markdown(turns), next(served))

    def limit(event: gr.EventData) -> dict[Any, Any]:
        """The next questions are about one article."""
        try:
            article = news.article(str(assets.sent(event).get("id")))
        except RagError:
            return {about: gr.skip()}
        return {about: article.id, example_row: gr.update(visible=False)}

    def read_article(event: gr.EventData) -> str:
        """The stored text of an article, over the page."""
        data = assets.sent(event)
        try:
            article = news.article(str(data.get("id")))
        except RagError as error:
            gr.Warning(plain(in_words(error)))
            return ""
        start, end = (int(str(at)) if str(at).isdecimal() else 0 for at in (data.get("start"), data.get("end")))
        return sources.article_html(article, start, end, next(served))

    def shown(turns: Sequence[Turn]) -> dict[Any, Any]:
        """A chat as it stands: its last turn beside its sources."""
        last = turns[-1] if turns else None
        return {
            past_html: past(turns[:-1]),
            live_html: answer_view.turn_html(last, current=True) if last else "",
            panel_html: sources.panel_html(last),
        }

    def open_page(stored: Any) -> dict[Any, Any]:
        """The index as it is now, and the chat that this browser was in."""
        chats = saved_chats.read(stored)
        found = arrive()
        if state not in (chat := resumed(chats)):
            return {**found, kept_chats: chats, chats_html: menu(chats)}
        return {**found, **chat}

    def arrive() -> dict[Any, Any]:
        """What an empty page shows: always the index as it is now."""
        try:
            articles, known, growing = list(news.articles()), list(news.sources()), news.being_written()
            held = controls.samples_in(articles, samples.name, sample_files) if samples else 0
            first = controls.welcome_html(len(articles), library=uploads is not None, samples=held)
            return {
                welcome: gr.update(value=first, visible=True),
                example_row: gr.update(visible=bool(articles) and (samples is None or held > 0)),
                fresh: controls.freshness_html(articles, len(known), news.model, growing=growing),
                growth: gr.Timer(active=growing),
                panel_html: sources.panel_html(None, articles[:LATEST]),
                outlets: gr.update(choices=[(f"{name or 'Unknown outlet'} ({n})", name) for name, n in known]),
                sections: gr.update(choices=list(news.sections())),
            }
        except Exception as error:
            return {
                welcome: gr.update(value=controls.welcome_html(0, in_words(error)), visible=True),
                example_row: gr.update(visible=False),
            }

    def grown() -> dict[Any, Any]:
        """The line on the articles, as long as more are coming in."""
        articles, growing = list(news.articles()), news.being_written()
        line = controls.freshness_html(articles, len(news.sources()), news.model, growing=growing)
        return {fresh: line, growth: gr.Timer(active=growing)}

    def start_over(chats: saved_chats.Chats, request: gr.Request) -> dict[Any, Any]:
        """An empty chat over all articles."""
        discard(request)
        chats = saved_chats.new(chats)
        nothing: dict[Any, Any] = {past_html: "", live_html: "", state: [], box: "", notice: "", **edited()}
        found = arrive()
        for part, cleared in everywhere().items():
            found[part] = {**found[part], **cleared} if part in found else cleared
        return {**nothing, **idle(), kept_chats: chats, browser: chats, chats_html: menu(chats), **found}

    def everywhere() -> dict[Any, Any]:
        """All articles are searched."""
        days: dict[Any, Any] = {day: gr.update(value="") for day in (since, until, as_of)}
        return {**days, outlets: gr.update(value=[]), sections: gr.update(value=[]), about: None, chips_html: ""}

    def widen(outlets_now: list[str] | None, sections_now: list[str] | None, event: gr.EventData) -> dict[Any, Any]:
        """The scope without one of its limits, or without any."""
        data = assets.sent(event)
        field, value = data.get("field"), data.get("value")
        match field:
            case "all":
                return everywhere()
            case "about":
                return {about: None}
            case "outlets":
                return {outlets: [name for name in outlets_now or [] if name != value]}
            case "sections":
                return {sections: [name for name in sections_now or [] if name != value]}
        days = {"since": since, "until": until, "as_of": as_of}
        return {days[field]: ""} if field in days else {about: gr.skip()}

    def name_scope(
        since: str, until: str, as_of: str, outlets: list[str] | None, sections: list[str] | None, about: str | None
    ) -> dict[Any, Any]:
        """The chips of the scope; a scope that cannot be is not asked."""
        problem, article = "", None
        try:
            filters_of(since, until, as_of, outlets or [], sections or [])
            article = news.article(about) if about else None
        except RagError as error:
            problem = str(error)
        limits = controls.chips(since, until, as_of, outlets, sections, article)
        return {
            scope_box: gr.update(label="Change the scope" if limits else "Scope: all articles"),
            chips_html: controls.scope_html(limits, problem),
            ask_button: gr.update(interactive=not problem),
        }

    html: dict[str, Any] = {"apply_default_css": False, "js_on_load": assets.SCRIPT}
    demo = gr.Blocks(title="Ask the news", fill_width=True, delete_cache=(SWEEP, SWEEP))
    with demo:
        state, about = gr.State([]), gr.State(None)
        editing_before = gr.State(None)  # what stood in the box before the last question came back to be edited
        forgotten = gr.State(None)  # the chat that was forgotten last, and all chats before that
        kept_chats = gr.State(saved_chats.no_chats())
        growth = gr.Timer(GROWTH, active=False)  # runs only while articles are being added
        # The text is the browser's own: the secret only keeps one start of the server from locking out the next.
        browser = gr.BrowserState(saved_chats.no_chats(), storage_key="news-chats", secret="news-chats")
        with gr.Row(elem_id="top"):
            gr.HTML(assets.headline("Ask the news"), elem_id="title", apply_default_css=False)
            fresh = gr.HTML("", elem_id="fresh", apply_default_css=False)
            if uploads is not None:
                gr.HTML(
                    '<a class="elsewhere" href="library">Library</a>', elem_id="to-library", apply_default_css=False
                )
            chats_html = gr.HTML(menu(saved_chats.no_chats()), elem_id="chats", **html)
            file_html = gr.HTML("", elem_id="file", **html)
            new_button = gr.Button("New chat", size="sm", elem_id="new")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="thread"):
                welcome = gr.HTML("", **html)
                with gr.Row(elem_id="examples", visible=False) as example_row:
                    example_buttons = [gr.Button(text) for text in examples]
                past_html = gr.HTML("", elem_id="past", **html)
                live_html = gr.HTML("", elem_id="live", **html)
            with gr.Column(elem_id="panel"):
                panel_html = gr.HTML(sources.panel_html(None), **html)
            with gr.Column(elem_id="composer"):
                notice = gr.HTML("", elem_id="notice", **html)
                editing_html = gr.HTML("", elem_id="editing", **html)
                chips_html = gr.HTML("", elem_id="chips", **html)
                with gr.Row(elem_id="ask-row"):
                    box = gr.Textbox(
                        label="Your question",
                        show_label=False,
                        container=False,
                        placeholder="Ask about the news …",
                        lines=1,
                        max_lines=6,
                        autofocus=True,
                        elem_id="question",
                    )
                    ask_button = gr.Button("Ask", variant="primary", elem_id="ask")
                    stop_button = gr.Button("Stop", visible=False, elem_id="stop")
                gr.HTML(controls.length_html(), elem_id="length", apply_default_css=False)
                with (
                    gr.Accordion("Scope: all articles", open=False, elem_id="scope") as scope_box,
                    gr.Row(elem_id="scope-row"),
                ):
                    since, until, as_of = (
                        gr.Textbox(label=label, placeholder="2024-09-28", max_lines=1, elem_classes="day")
                        for label in ("From", "To", "As of (answer as if today were)")
                    )
                    outlets = gr.Dropdown([], value=[], multiselect=True, label="Outlets", elem_id="outlets")
                    sections = gr.Dropdown([], value=[], multiselect=True, label="Sections", elem_id="sections")
        reader_html = gr.HTML("", elem_id="reader", **html)

        scope: list[Any] = [since, until, as_of, outlets, sections]
        chat = [past_html, live_html, panel_html]
        memory = [state, kept_chats, browser, chats_html, notice]
        composer = [box, ask_button, stop_button, editing_before, editing_html, about, chips_html, *scope]
        whole_page = [*chat, welcome, example_row, *composer, *memory, fresh, growth, forgotten]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking = {
            "fn": converse,
            "inputs": [box, editing_before, state, kept_chats, about, *scope],
            "outputs": [*chat, welcome, example_row, *composer, *memory],
            **quiet,
        }
        gr.on([box.submit, ask_button.click, live_html.submit], **asking)
        for button in example_buttons:
            button.click(lambda text: text, button, box, **quiet).then(**asking)
        live_html.edit(edit, [box, editing_before, state], [box, editing_before, editing_html], **quiet)
        editing_html.clear(keep_question, editing_before, [box, editing_before, editing_html], **quiet)
        # A comment may come while its rating is still being kept: one after the other, and none passed over.
        gr.on(
            [live_html.like, past_html.like],
            rate,
            [state, kept_chats],
            memory,
            trigger_mode="multiple",
            concurrency_limit=1,
            **quiet,
        ).success(None, js=assets.ON_RATED)
        chats_html.select(open_chat, kept_chats, whole_page, **quiet)
        chats_html.delete(forget_chat, kept_chats, whole_page, **quiet)
        notice.undo(restore_chat, [kept_chats, forgotten, state], whole_page, **quiet)
        saving = [part.download for part in (chats_html, live_html, notice)]
        gr.on(saving, save, [state, kept_chats], file_html, **quiet)
        choosing = [part.select for part in (live_html, past_html, panel_html, reader_html)]
        gr.on(choosing, limit, None, [about, example_row], **quiet)
        reading = [part.expand for part in (live_html, past_html, panel_html)]
        gr.on(reading, read_article, None, reader_html, **quiet)
        chips_html.clear(widen, [outlets, sections], [about, chips_html, *scope], **quiet)
        growth.tick(grown, None, [fresh, growth], **quiet)
        stop_button.click(stop, queue=False, **quiet)
        new_button.click(start_over, kept_chats, whole_page, **quiet)
        changing = [part.change for part in (*scope, about)]
        gr.on(changing, name_scope, [*scope, about], [scope_box, chips_html, ask_button], **quiet)
        demo.load(open_page, browser, whole_page, **quiet)
        demo.load(None, js=assets.ON_LOAD)
        demo.unload(discard)
        for endpoint in endpoints(news, in_words):
            api(endpoint, api_name=endpoint.__name__)
    if uploads is not None:
        add_pile(demo, cast(Pile, news), uploads, in_words)
    demo.queue(default_concurrency_limit=SESSIONS_AT_ONCE, max_size=200)
    return demo


class Again(NamedTuple):
    """What a button under the last answer asks for, in its place."""

    question: str
    written: bool  # by its words alone
    everywhere: bool  # of all articles


def asked_again(sent: Mapping[str, Any], turns: Sequence[Turn]) -> Again | None:
    """What the page sent along with a question; None where the question is what was typed."""
    what = sent.get("do")
    if what not in ("again", "written", "everywhere", "ask", "as-asked") or not turns:
        return None
    given = sent.get("question")
    question = str(given or "") if what in ("ask", "as-asked") else turns[-1].question
    return Again(question, what in ("written", "as-asked"), what == "everywhere")


def past(turns: Sequence[Turn]) -> str:
    """The turns before the last one."""
    return "".join(answer_view.turn_html(turn, current=False) for turn in turns)


def menu(chats: saved_chats.Chats) -> str:
    """The menu of the chats that a browser keeps."""
    listed = [(c["id"], c["title"], _moment(c["begun"])) for c in chats["chats"]]
    return controls.chats_html(listed, chats["current"])


def _moment(begun: str) -> str:
    try:
        return moment_text(datetime.fromisoformat(begun))
    except ValueError:
        return ""


def now() -> datetime:
    return datetime.now().astimezone()


# --- serving ---


def theme() -> gr.themes.Base:
    """System fonts only; the colours are the variables of ``rag/chat/assets.py``, which know light and dark."""
    own = gr.themes.Base(
        radius_size="lg",
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    )
    both = {
        "body_background_fill": "var(--paper)",
        "body_text_color": "var(--ink)",
        "body_text_color_subdued": "var(--soft)",
        "background_fill_primary": "var(--card)",
        "background_fill_secondary": "var(--lift)",
        "block_background_fill": "transparent",
        "block_border_color": "var(--line)",
        "block_label_text_color": "var(--soft)",
        "block_title_text_color": "var(--soft)",
        "border_color_primary": "var(--line)",
        "input_background_fill": "var(--card)",
        "input_border_color": "var(--line)",
        "input_border_color_focus": "var(--accent)",
        "input_placeholder_color": "var(--soft)",
        "accordion_text_color": "var(--soft)",
        "button_primary_background_fill": "var(--accent)",
        "button_primary_background_fill_hover": "var(--accent)",
        "button_primary_border_color": "var(--accent)",
        "button_primary_border_color_hover": "var(--accent)",
        "button_primary_text_color": "var(--on-accent)",
        "button_secondary_background_fill": "var(--lift)",
        "button_secondary_background_fill_hover": "var(--line)",
        "button_secondary_text_color": "var(--ink)",
    }
    own.set(
        **both,
        **{f"{name}_dark": value for name, value in both.items()},
        block_border_width="0px",
        input_border_width="1px",
    )
    own.custom_css = assets.STYLE + library_view.STYLE
    return own


def logins(auth: str | None) -> list[tuple[str, str]] | None:
    """The names and passwords of ``RAG_AUTH``; None where everybody may come in. Raises ``UsageError``."""
    if not auth:
        return None
    pairs = [part.strip().partition(":") for part in auth.split(",")]
    if not all(name and password for name, _, password in pairs):
        raise UsageError("RAG_AUTH: write it as name:password, several with commas between.")
    return [(name, password) for name, _, password in pairs]


def serve(demo: gr.Blocks, host: str, port: int, auth: list[tuple[str, str]] | None = None) -> str:
    """Starts serving in the background; returns the address. Raises ``OSError`` where the port is taken."""
    hush()
    with contextlib.redirect_stdout(sys.stderr):  # where Gradio tells of its MCP server
        _launch(demo, host, port, auth)
    if demo.mcp_server_obj:
        speak_json(demo.mcp_server_obj)
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::', '') else host}:{port}"


def _launch(demo: gr.Blocks, host: str, port: int, auth: list[tuple[str, str]] | None) -> None:
    from starlette.middleware import Middleware

    demo.launch(
        server_name=host,
        server_port=port,
        auth=auth,
        theme=theme(),
        app_kwargs={"middleware": [Middleware(assets.Headers)]},
        footer_links=[],
        run_history=False,
        share=False,
        mcp_server=auth is None,  # it could not log in
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        # Without a library page nothing takes files, but the upload route is Gradio's own.
        max_file_size=LARGEST if any(path == "library" for path, *_ in demo.pages) else 1024,
        state_session_capacity=SESSIONS,
        quiet=True,
        prevent_thread_lock=True,
    )


def _address() -> tuple[str, int]:
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "7860"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise UsageError(f"PORT must be a number from 1 to 65535, not '{text}'.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, int(text), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise RagError(
            f"Cannot listen on {host}:{text}: {error.strerror or error}. Choose another with HOST or PORT."
        ) from None
    return host, int(text)


def _say() -> Callable[[str, int, int | None], None]:
    """Names each stage of a long start once, on standard error."""
    said: set[str] = set()

    def say(what: str, done: int, total: int | None) -> None:
        if what not in said:
            said.add(what)
            print(f"{what} ...", file=sys.stderr, flush=True)

    return say


def main() -> int:
    """Opens the index, serves the page until interrupted; returns the exit status."""
    try:
        configure(os.environ.get("RAG_LOG") or "warning")
        host, port = _address()
        from rag import News

        # Not the folder that all of Gradio's programs share; nothing of an upload stays when this one has ended.
        scratch = tempfile.TemporaryDirectory(prefix="news-chat-", ignore_cleanup_errors=True)
        os.environ["GRADIO_TEMP_DIR"] = scratch.name

        def leave(*_: object) -> None:
            """At once: an add that goes on is as safe as from kill -9, and nobody waits for an answer any more."""
            scratch.cleanup()
            os._exit(128 + signal.SIGTERM)

        signal.signal(signal.SIGTERM, leave)
        news = News.open(progress=_say())
        secret = news.settings.auth
        auth = logins(secret.get_secret_value() if secret else None)
        news.warm()
        # Gradio asks itself whether it is up; a proxy of this machine cannot know
        for name in ("NO_PROXY", "no_proxy"):
            os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost", host]))
        index = news.settings.index
        uploads = uploads_of(index) if news.settings.pile else None
        demo = build(news, ratings=feedback.folder_of(index), uploads=uploads, samples=SAMPLES)
        try:
            url = serve(demo, host, port, auth)
        except OSError as error:
            raise RagError(f"Cannot listen on {host}:{port}: {error}. Choose another with PORT.") from None
    except RagError as error:
        print(f"Error: {error}", file=sys.stderr)
        return error.exit_status
    print(f"Open {url}", flush=True)
    demo.block_thread()
    return 0
