"""The chat page in Gradio: a question, its answer as it is written, the sources beside it, and earlier chats.

The page reaches nothing but this server: no analytics, no fonts or scripts from elsewhere, no public link.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

# Gradio reads these when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr
from gradio.events import api

from rag.chat import assets
from rag.chat.assets import event_data
from rag.chat.endpoints import endpoints, error_text, filters_of
from rag.chat.going_on import GoingOn
from rag.chat.kept import export, feedback, saved_chats
from rag.chat.kept.pasted import MAX_PASTED
from rag.chat.layout import QUIET, Changes
from rag.chat.pages.answers_page import AnswersPage
from rag.chat.pages.brief_page import BriefPage
from rag.chat.pages.following_page import FollowingPage
from rag.chat.pages.library_page import LibraryPage
from rag.chat.pages.stories_page import StoriesPage
from rag.chat.protocols import Library, NewsLike
from rag.chat.turn import Asked, Run, Turn, copies_of, follow, history_of, now, read_before_writing, what_is_asked
from rag.chat.views import answer as answer_view
from rag.chat.views import controls, sources
from rag.chat.views.escape import MAX_COMMENT, MAX_QUESTION, plain_html, scope_text
from rag.chat.views.render import render
from rag.chat.views.shared_page import shared_page
from rag.errors import RagError
from rag.types import Article, Filters, Found

LATEST = 6  # headlines beside an empty chat
SESSIONS_AT_ONCE = 16  # they search side by side; the language model queues by itself
SWEEP = 600  # seconds that Gradio's own copy of an upload stays


def build(
    news: NewsLike, ratings: Path | None = None, uploads: Path | None = None, samples: Path | None = None
) -> gr.Blocks:
    """The page over ``news``.

    ``ratings`` is the folder where ratings of answers are kept; without one they stay on the page. ``uploads`` is the
    folder for files that readers give; without one there is no library page, which needs a ``Library``. ``samples`` is
    the folder of sample articles: only where the index holds some of them does the start page say so and have examples.
    """
    return ChatPage(news, ratings, uploads, samples).demo


class ChatPage(GoingOn):
    """The page in ``demo``. All state of a chat lives in its own session; ``news`` is shared."""

    def __init__(self, news: NewsLike, ratings: Path | None, uploads: Path | None, samples: Path | None) -> None:
        self.news, self.ratings, self.uploads, self.samples = news, ratings, uploads, samples
        self.sample_files = (
            frozenset(p.relative_to(samples).as_posix() for p in samples.rglob("*")) if samples else frozenset()
        )
        self.served = itertools.count(1)  # files and articles that were handed to readers
        self.expected = 0.0  # seconds that the model read before the first word of the last answer
        self.runs: dict[str, Run] = {}  # the last run of each session, for its Stop button and what it is to go on from
        self.demo = gr.Blocks(title="Ask the news", fill_width=True, delete_cache=(SWEEP, SWEEP))
        with self.demo:
            self.lay_out(library=uploads is not None)
            self._wire()
            for endpoint in endpoints(news):
                api(endpoint, api_name=endpoint.__name__)
        StoriesPage(self.demo, news)
        BriefPage(self.demo, news)
        AnswersPage(self.demo, news)
        FollowingPage(self.demo, news, self.to_following)
        if uploads is not None:
            LibraryPage(self.demo, cast(Library, news), uploads)
        self.demo.queue(default_concurrency_limit=SESSIONS_AT_ONCE, max_size=200)

    # --- what happens on an event ---

    def _wire(self) -> None:
        chat = [self.past, self.live, self.next, self.panel, self.welcome, self.example_row]
        composer = [
            self.box, self.ask_button, self.stop_button, self.before_edit, self.editing, self.about, self.only,
            self.chips, *self.scope,
        ]  # fmt: skip
        memory = [self.turns, self.chats, self.browser, self.menu, self.notice]
        self.whole_page = [*chat, *composer, *memory, self.fresh, self.growth, self.forgotten]
        self._wire_asking([*chat, *composer, *memory])
        self._wire_chats(memory)
        self._wire_scope()
        reading = [part.expand for part in (self.live, self.past, self.panel)]
        gr.on(reading, self.read_article, self.turns, self.reader, **QUIET)
        self.growth.tick(self.refresh_growth, None, [self.fresh, self.growth], **QUIET)
        self.demo.load(self.open_page, self.browser, self.whole_page, **QUIET)
        self.demo.load(None, js=assets.ON_LOAD)
        self.demo.unload(self.discard)

    def _wire_asking(self, outputs: list[Any]) -> None:
        # Gradio looks the types up by their names in that module, which does not know them.
        GoingOn.take_text.__annotations__["event"] = GoingOn.read_article.__annotations__["event"] = gr.EventData
        GoingOn.go_on.__annotations__["request"] = gr.Request
        asking = {
            "fn": self.converse,
            "inputs": {self.box, self.before_edit, self.turns, self.chats, self.about, self.only, *self.scope},
            "outputs": outputs,
            "trigger_mode": "multiple",  # what is asked while an answer goes on is not passed over
            **QUIET,
        }
        asked = [gr.on([self.box.submit, self.ask_button.click, self.live.submit, self.next.submit], **asking)]
        for button in self.example_buttons:
            asked.append(button.click(lambda text: text, button, self.box, **QUIET).then(**asking))  # noqa: PERF401
        for answered in asked:
            answered.success(self.go_on, self.turns, self.next, trigger_mode="multiple", **QUIET)
        taking = [part.apply for part in (self.live, self.notice)]
        taken = [self.box, self.about, self.only, self.notice, self.example_row]
        gr.on(taking, self.take_text, [self.box, self.turns], taken, **QUIET)
        edited = [self.box, self.before_edit, self.editing]
        self.live.edit(self.edit, [self.box, self.before_edit, self.turns], edited, **QUIET)
        self.editing.clear(self.cancel_edit, self.before_edit, edited, **QUIET)
        self.stop_button.click(self.stop, queue=False, **QUIET)

    def _wire_chats(self, memory: list[Any]) -> None:
        # A comment may come while its rating is still being kept: one after the other, and none passed over.
        gr.on(
            [self.live.like, self.past.like],
            self.rate,
            [self.turns, self.chats],
            memory,
            trigger_mode="multiple",
            concurrency_limit=1,
            **QUIET,
        ).success(None, js=assets.ON_RATED)
        self.new_button.click(self.start_over, self.chats, self.whole_page, **QUIET)
        self.menu.select(self.open_chat, self.chats, self.whole_page, **QUIET)
        self.menu.delete(self.forget_chat, self.chats, self.whole_page, **QUIET)
        self.notice.undo(self.restore_chat, {self.chats, self.forgotten, self.turns}, self.whole_page, **QUIET)
        saving = [part.download for part in (self.menu, self.live, self.notice)]
        gr.on(saving, self.save, [self.turns, self.chats], self.file, **QUIET)

    def _wire_scope(self) -> None:
        choosing = [part.select for part in (self.live, self.past, self.panel, self.reader)]
        gr.on(choosing, self.limit, None, [self.about, self.example_row], **QUIET)
        self.chips.clear(self.widen, set(self.named), [self.about, self.only, self.chips, *self.scope], **QUIET)
        limits = [*self.scope, self.about, self.only]
        changing = [part.change for part in limits]
        gr.on(changing, self.name_scope, set(limits), [self.scope_box, self.chips, self.ask_button], **QUIET)

    # --- one question ---

    def converse(self, given: dict[Any, Any], request: gr.Request, event: gr.EventData) -> Iterator[Changes]:
        """Answers one question on the page; yields what changes. ``given`` are the values of the components.

        The question is what was typed, or what a button under the last answer asks, whose turn it then replaces.
        An answer that goes on stays as far as it has come.
        """
        turns = given[self.turns]
        asked = what_is_asked(given[self.box], event_data(event), turns)
        before = self.runs.get(str(request.session_hash))
        if not asked.question or (before and not before.over and before.asked == asked):  # Enter twice
            yield {self.box: gr.skip()}
            return
        if (length := len(asked.question)) > MAX_QUESTION:
            library = self.uploads is not None
            yield {self.notice: render("controls", "too_long", length=length, library=library, most=MAX_PASTED)}
            return
        in_its_place = asked.again or given[self.before_edit] is not None
        turns = turns[:-1] if in_its_place else self._cut_short(turns, request)
        self.discard(request)  # one question at a time in one chat
        number = 1 + max((t.number for t in turns), default=0)
        turn = Turn(number, asked.question, begun=now(), expected=self.expected)
        began = time.monotonic()
        run = self.runs[str(request.session_hash)] = Run(asked, turn)  # before it shows: New chat may come at once
        try:
            yield {
                **self._shown(turns, turn),
                **self._answering(True),
                **({} if asked.again else {self.box: ""}),
                **(self._everywhere() if asked.everywhere else {}),
            }
            left = self.left_behind(given, asked)
            scope, how = self._how_asked(given, asked, turns, left)
            turn = replace(turn, scope=scope, left=left)
            if asked.within or left:
                yield {self.about: asked.within or None}
            run.start(partial(self.news.stream, asked.question, **how))
            for turn, step, due in follow(run, turn, began):  # noqa: B020  # as far as it has come when one fails
                if due:
                    yield self._current(turn, panel=isinstance(step, Found))
            if turn.answer:
                turn = self._with_kept(replace(turn, copies=copies_of(turn.answer, self.news.copies)), request)
                self.expected = read_before_writing(turn) or self.expected
            else:
                turn = replace(turn, stopped=True, seconds=time.monotonic() - began)
        except Exception as error:
            turn = replace(turn, error=error_text(error), seconds=time.monotonic() - began)
        finally:
            run.stop()  # also where the reader closed the page: Gradio then closes this generator
            run.turn = turn
        if not run.discarded:
            kept = self._keep([*turns, turn][-saved_chats.MAX_TURNS :], given[self.chats])
            yield {**self._current(turn), **self._answering(False), **kept}
        run.over = True

    def _how_asked(
        self, given: dict[Any, Any], asked: Asked, turns: Sequence[Turn], left: Article | None
    ) -> tuple[str, dict[str, Any]]:
        """The scope in words, and what the stream is given. Raises ``RagError``."""
        how: dict[str, Any] = {"history": history_of(turns), "as_written": asked.as_written}
        how |= {"form": asked.form} if asked.form else {}
        if asked.everywhere:
            return "", {**how, "filters": Filters()}
        if given[self.only]:
            return "only the text you pasted", {**how, "filters": Filters(), "text": given[self.only]}
        filters = filters_of(*(given[part] for part in self.scope))
        scope = scope_text(filters)
        if about := asked.within or (given[self.about] if left is None else None):
            filters = replace(filters, only=frozenset([about]))
            scope = " · ".join(filter(None, [f"only “{self.news.article(about).title}”", scope]))
        return scope, {**how, "filters": filters}

    def _shown(self, past: Sequence[Turn], turn: Turn) -> Changes:
        """A chat in place of what was on the page."""
        return {
            self.past: answer_view.past_html(past),
            self.next: "",
            **self._current(turn),
            self.welcome: gr.update(visible=False),
            self.example_row: gr.update(visible=False),
            **self._not_editing(),
            self.notice: "",
        }

    def _current(self, turn: Turn, *, panel: bool = True) -> Changes:
        """The last turn, beside its sources unless ``panel`` leaves them as they are."""
        shown: Changes = {self.live: answer_view.turn_html(turn, current=True)}
        return shown | {self.panel: sources.panel_html(turn)} if panel else shown

    def _answering(self, goes_on: bool) -> Changes:
        """The button that there is a use for: Stop while an answer goes on, else Ask."""
        return {self.ask_button: gr.update(visible=not goes_on), self.stop_button: gr.update(visible=goes_on)}

    def stop(self, request: gr.Request) -> None:
        if run := self.runs.get(str(request.session_hash)):
            run.stop()

    def discard(self, request: gr.Request) -> None:
        if run := self.runs.pop(str(request.session_hash), None):
            run.stop(discard=True)

    def edit(self, typed: str, before_edit: str | None, turns: list[Turn]) -> Changes:
        """The last question in the box. Its turn stays until it is asked; Cancel brings back what was typed before."""
        if not turns:
            return {self.box: gr.skip()}
        before = typed or "" if before_edit is None else before_edit
        return {self.box: turns[-1].question, self.before_edit: before, self.editing: render("controls", "editing")}

    def cancel_edit(self, before_edit: str | None) -> Changes:
        return {self.box: before_edit or "", **self._not_editing()}

    def _not_editing(self) -> Changes:
        return {self.before_edit: None, self.editing: ""}

    def rate(self, turns: list[Turn], chats: saved_chats.Chats, event: gr.EventData) -> Changes:
        """Keeps what a reader thinks of an answer."""
        data = event_data(event)
        rating, comment = data.get("rating"), str(data.get("comment") or "")[:MAX_COMMENT]
        for i, turn in enumerate(turns):
            if turn.number == data.get("turn") and turn.answer and rating in ("up", "down"):
                rated = replace(turn, rating=rating, comment=comment)
                turns = [*turns[:i], rated, *turns[i + 1 :]]
                if self.ratings is not None:
                    try:
                        feedback.keep_rating(self.ratings, rated, turns[:i])
                    except RagError as error:
                        gr.Warning(plain_html(error_text(error)))
        return self._keep(turns, chats)

    # --- the chats of a browser ---

    def _keep(self, turns: list[Turn], chats: saved_chats.Chats) -> Changes:
        """The turns as they are now, in the session and in the browser."""
        chats = saved_chats.put(chats, turns)
        oldest = saved_chats.next_to_go(chats)
        warning = {self.notice: render("controls", "full", oldest=oldest)} if oldest else {}
        return {self.turns: turns, **self._listed(chats), **warning}

    def _listed(self, chats: saved_chats.Chats) -> Changes:
        return {self.chats: chats, self.browser: chats, self.menu: controls.menu_html(chats)}

    def open_chat(self, chats: saved_chats.Chats, event: gr.EventData, request: gr.Request) -> Changes:
        """An earlier chat as it was left, with no scope of another."""
        self.discard(request)
        chats = saved_chats.choose_chat(chats, str(event_data(event).get("id")))
        chat = self._resumed(chats, request)
        return {**chat, **self._everywhere()} if chat else self.start_over(chats, request)

    def forget_chat(self, chats: saved_chats.Chats, event: gr.EventData, request: gr.Request) -> Changes:
        name = str(event_data(event).get("id"))
        title = next((c["title"] for c in chats["chats"] if c["id"] == name), "")
        left = saved_chats.forget_chat(chats, name)
        undo = {self.forgotten: (name, chats), self.notice: render("controls", "forgotten", title=title)}
        return {**(self.start_over(left, request) if name == chats["current"] else self._listed(left)), **undo}

    def restore_chat(self, given: dict[Any, Any], request: gr.Request) -> Changes:
        """The chat that was forgotten last, back in its place; on the page too where nothing else has begun there."""
        if given[self.forgotten] is None:
            return {self.notice: ""}
        name, before = given[self.forgotten]
        chats = saved_chats.restore(given[self.chats], before, name)
        on_page = name == before["current"] and not given[self.turns] and str(request.session_hash) not in self.runs
        back = self._resumed(saved_chats.choose_chat(chats, name), request) if on_page else self._listed(chats)
        return {**back, self.notice: "", self.forgotten: None}

    def _resumed(self, chats: saved_chats.Chats, request: gr.Request) -> Changes:
        """The current chat of a browser on the page; empty where there is none."""
        turns = self._with_fares(saved_chats.current_turns(chats, self.news.article), request)
        if not turns:
            return {}
        if answer := turns[-1].answer:
            turns[-1] = replace(turns[-1], copies=copies_of(answer, self.news.copies))
        shown = {**self._shown(turns[:-1], turns[-1]), **self._answering(False), **self._listed(chats)}
        return {**shown, self.turns: turns, self.box: ""}

    def save(self, turns: list[Turn], chats: saved_chats.Chats, event: gr.EventData, request: gr.Request) -> str:
        """The chat, or all of them, as a file."""
        at = f"{now():%Y-%m-%d-%H%M}"
        match event_data(event).get("id"):
            case "page" if turns:
                chosen = [turn for turn in turns if turn.number == event_data(event).get("turn")] or turns[-1:]
                name, text = f"answer-{at}.html", shared_page(chosen[0])
            case "all":
                name, text = f"chats-{at}.json", export.all_as_json(self._every_chat(chats, request))
            case "json":
                name, text = f"chat-{at}.json", export.as_json(turns)
            case _:
                name, text = f"chat-{at}.md", export.as_markdown(turns)
        return render("controls", "file", name=name, text=text, number=next(self.served))

    # --- an empty page ---

    def open_page(self, stored: Any, request: gr.Request) -> Changes:
        """The index as it is now, and the chat that this browser was in."""
        self.news.warm()  # whoever opens the page will ask
        chats = saved_chats.read_chats(stored)
        fresh = {self.chats: chats, self.menu: controls.menu_html(chats)}
        return {**self._arrive(), **(self._resumed(chats, request) or fresh)}

    def _arrive(self) -> Changes:
        """What an empty page shows: always the index as it is now."""
        try:
            articles, known = self.news.articles(), self.news.sources()
            held = controls.samples_in(articles, self.samples.name, self.sample_files) if self.samples else 0
            library = self.uploads is not None
            first = render("controls", "welcome", articles=len(articles), library=library, samples=held)
            return {
                **self.refresh_growth(),
                self.welcome: gr.update(value=first, visible=True),
                self.example_row: gr.update(visible=bool(articles) and (self.samples is None or held > 0)),
                self.panel: sources.panel_html(None, articles[:LATEST]),
                self.outlets: gr.update(choices=[(f"{name or 'Unknown outlet'} ({n})", name) for name, n in known]),
                self.sections: gr.update(choices=list(self.news.sections())),
                self.authors: gr.update(choices=[(f"{name} ({n})", name) for name, n in self.news.authors()]),
            }
        except Exception as error:
            return {
                self.welcome: gr.update(value=render("controls", "unreadable", error=error_text(error)), visible=True),
                self.example_row: gr.update(visible=False),
            }

    def refresh_growth(self) -> Changes:
        """The line on the articles, as long as more are coming in."""
        articles, growing = self.news.articles(), self.news.being_written()
        named = sum(1 for name, _ in self.news.sources() if name)
        line = controls.freshness_html(articles, named, self.news.model, growing=growing)
        return {self.fresh: line, self.growth: gr.Timer(active=growing)}

    def start_over(self, chats: saved_chats.Chats, request: gr.Request) -> Changes:
        """An empty chat over all articles."""
        self.discard(request)
        chats = saved_chats.new(chats)
        found = self._arrive()
        for part, cleared in self._everywhere().items():
            found[part] = {**found[part], **cleared} if part in found else cleared
        nothing: Changes = {self.past: "", self.live: "", self.next: "", self.turns: [], self.box: "", self.notice: ""}
        return {**nothing, **self._not_editing(), **self._answering(False), **self._listed(chats), **found}

    # --- the scope ---

    def limit(self, event: gr.EventData) -> Changes:
        """The next questions are about one article."""
        try:
            article = self.news.article(str(event_data(event).get("id")))
        except RagError:
            return {self.about: gr.skip()}
        return {self.about: article.id, self.example_row: gr.update(visible=False)}

    def _everywhere(self) -> Changes:
        """All articles are searched."""
        days: Changes = {day: gr.update(value="") for day in (self.since, self.until, self.as_of)}
        lists: Changes = {part: gr.update(value=[]) for part in self.named}
        return {**days, **lists, self.about: None, self.only: None, self.chips: ""}

    def widen(self, given: dict[Any, Any], event: gr.EventData) -> Changes:
        """The scope without one of its limits, or without any."""
        data = event_data(event)
        match data.get("field"):
            case "all":
                return self._everywhere()
            case "about":
                return {self.about: None}
            case "only":
                return {self.only: None}
            case "outlets" | "sections" | "authors" as field:
                part = getattr(self, field)
                return {part: [name for name in given[part] or [] if name != data.get("value")]}
            case "since" | "until" | "as_of" as field:
                return {getattr(self, field): ""}
        return {self.about: gr.skip()}

    def name_scope(self, given: dict[Any, Any]) -> Changes:
        """The chips of the scope; a scope that cannot be is not asked."""
        problem, article = "", None
        since, until, as_of, outlets, sections, authors = (given[part] for part in self.scope)
        about = given[self.about]
        try:
            filters_of(since, until, as_of, outlets, sections, authors)
            article = self.news.article(about) if about else None
        except RagError as error:
            problem = str(error)
        limits = controls.chips(since, until, as_of, outlets, sections, authors, article, given[self.only])
        return {
            self.scope_box: gr.update(label="Change the scope" if limits else "Scope: all articles"),
            self.chips: render("controls", "scope", limits=limits, problem=problem),
            self.ask_button: gr.update(interactive=not problem),
        }
