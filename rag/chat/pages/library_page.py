"""The library page in Gradio: add files, addresses and feeds; look through the articles; remove; check; repair."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rag.chat import assets
from rag.chat.assets import event_data
from rag.chat.endpoints import error_text
from rag.chat.kept import uploads
from rag.chat.layout import QUIET, Changes, html
from rag.chat.protocols import Library
from rag.chat.views import library as library_view
from rag.chat.views.render import render
from rag.errors import RagError
from rag.types import Progress, Report

if TYPE_CHECKING:
    import gradio as gr

T = TypeVar("T")
MAX_SEARCH_WORDS = 12  # of a search
SHOWN_OUTCOMES = 8  # adds whose outcome the page still shows


class Writer:
    """Makes one change of the index at a time, each in a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def run(self, work: Callable[[Progress], T], done: Future[T]) -> Iterator[tuple[str, int, int | None] | None]:
        """Yields the progress of ``work``, None while another change goes on, until its outcome is in ``done``."""
        events: queue.SimpleQueue[tuple[str, int, int | None] | Future[T] | None] = queue.SimpleQueue()

        def walk() -> None:
            # It is done also where the reader has gone: what was uploaded is to be stored.
            if not self._lock.acquire(blocking=False):
                events.put(None)
                self._lock.acquire()
            try:
                done.set_result(work(lambda what, count, total: events.put((what, count, total))))
            except Exception as error:
                done.set_exception(error)
            finally:
                self._lock.release()
                events.put(done)

        threading.Thread(target=walk, name="library").start()
        while not isinstance(event := events.get(), Future):
            if event is None or events.empty():  # only the newest is worth drawing
                yield event


class Outcomes:
    """What became of the adds of one open page, the newest first. Adds that wait for each other write side by side."""

    def __init__(self) -> None:
        self._shown: list[list[str]] = []

    def begin(self, html: str = "") -> Callable[[str], str]:
        """A place for one add. The function puts its HTML there and returns the HTML of all."""
        place = [html]
        self._shown = [place, *self._shown][:SHOWN_OUTCOMES]

        def put(html: str) -> str:
            place[0] = html
            return self.html()

        return put

    def html(self) -> str:
        return "".join(html for [html] in self._shown)


class LibraryPage:
    """The page under /library of ``demo``. Files that readers give are kept in ``folder``."""

    def __init__(self, demo: gr.Blocks, news: Library, folder: Path) -> None:
        import gradio as gr

        from rag.ingest.captures.content import SILENT
        from rag.ingest.formats.files import KINDS

        self.news, self.folder, self.writer = news, folder, Writer()
        kinds = [*KINDS, ".gz"]
        with demo.route("Library", "/library", show_in_navbar=False):
            self.place, self.outcomes = gr.State({}), gr.State(Outcomes())
            with gr.Row(elem_id="top"):
                html("title", render("controls", "title", text="Library"), None)
                html("fresh", render("controls", "page_link", address="./", text="Back to the chat"), None)
            with gr.Row(elem_id="library"):
                with gr.Column():
                    self.drop = gr.File(
                        label="Add articles: drop files here (text, HTML, PDF, mails, JSON, CSV, feeds, crawls, zip)",
                        file_count="multiple",
                        height=130,
                        elem_id="drop",
                    )
                    html("takes", render("library", "takes", kinds=kinds, largest=uploads.LARGEST >> 20), None)
                    with gr.Row(elem_id="library-address"):
                        self.address = gr.Textbox(
                            label="Or the address of a page or a feed", placeholder="https://…", max_lines=1, scale=1
                        )
                        self.address_button = gr.Button("Add", scale=0, elem_id="add-address")
                    self.outcome = html(
                        "outcome", "", assets.drop_script(kinds, SILENT, uploads.LARGEST, uploads.AT_ONCE)
                    )
                    with gr.Row(elem_id="library-search"):
                        self.words = gr.Textbox(label="Search headlines and texts", max_lines=1, scale=2)
                        self.outlet = gr.Dropdown([("All outlets", "")], value="", label="Outlet", scale=1)
                    self.listed = html("listed", "", assets.LIBRARY_SCRIPT)
                with gr.Column():
                    self.opened = html("opened", "", assets.LIBRARY_SCRIPT)
                    self.counts = html("counts", "", assets.LIBRARY_SCRIPT)
                    with gr.Row():
                        self.check_button = gr.Button("Check the index", size="sm")
                        self.repair_button = gr.Button("Repair the index", size="sm", visible=False)
                    self.health = html("health", "", assets.LIBRARY_SCRIPT)
            self._wire(demo)

    def _wire(self, demo: gr.Blocks) -> None:
        import gradio as gr

        # Gradio looks the type up by its name in this module, which does not know it: gradio is imported only here.
        for handler in (LibraryPage.act, LibraryPage.refuse):
            handler.__annotations__["event"] = gr.EventData
        every: dict[str, Any] = {**QUIET, "trigger_mode": "multiple"}  # none is passed over while another goes on
        listing = [self.listed, self.counts, self.outlet, self.place]
        added = [self.outcome, *listing]
        self.drop.upload(self.add_files, [self.drop, self.place, self.outcomes], [self.drop, *added], **every)
        self.outcome.select(self.refuse, self.outcomes, self.outcome, **every)
        addressing = [self.address.submit, self.address_button.click]
        gr.on(addressing, self.add_address, [self.address, self.place, self.outcomes], [self.address, *added], **every)
        searching = [self.words.change, self.outlet.input]
        gr.on(searching, self.search, [self.words, self.outlet, self.place], listing, **QUIET)
        gr.on([self.listed.click, self.opened.click], self.act, self.place, [self.opened, *listing], **every)
        self.check_button.click(self.check, None, [self.health, self.repair_button], **QUIET)
        self.repair_button.click(self.repair, None, [self.health, self.repair_button], **QUIET)
        demo.load(self.list_articles, self.place, listing, **QUIET)

    # --- adding ---

    def add_files(self, paths: list[str] | None, at: Mapping[str, Any], outcomes: Outcomes) -> Iterator[Changes]:
        if not paths:
            yield {self.drop: None}
            return
        put = outcomes.begin(library_view.progress_html("Saving", 0, None))
        try:
            kept = uploads.keep_all(map(Path, paths), self.folder)
        except OSError as error:
            why = f"{error.strerror or error}. Free space or check permissions."
            words = f"The files could not be saved in {self.folder}: {why}"
            yield {self.drop: None, self.outcome: put(library_view.message_html(words, trouble=True))}
            return
        yield {self.drop: None, self.outcome: outcomes.html()}
        files = [file.path for file in kept]

        def work(progress: Progress) -> Report:
            try:
                report = self.news.add(*files, progress=progress)
            except Exception:
                uploads.forget_files(kept)
                raise
            uploads.forget_files(uploads.unread(kept, report.items))
            return report

        yield from self._add(work, put, at, {str(path): path.name for path in (*files, *(p.resolve() for p in files))})

    def add_address(self, address: str, at: Mapping[str, Any], outcomes: Outcomes) -> Iterator[Changes]:
        address = (address or "").strip()
        if not address:
            yield {self.address: ""}
        elif not re.match(r"https?://[^/\s]", address, re.IGNORECASE):  # a path of the server is not a reader's to name
            words = f"“{address[:100]}” is not a web address. Start it with https:// or http://."
            yield {self.outcome: outcomes.begin()(library_view.message_html(words, trouble=True))}
        else:
            yield {self.address: ""}
            yield from self._add(lambda progress: self.news.add(address, progress=progress), outcomes.begin(), at, {})

    def refuse(self, outcomes: Outcomes, event: gr.EventData) -> Changes:
        """Names the files that the page's script left out of a drop."""
        given = event_data(event).get("refused")
        refused = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
        names = [
            (str(each.get("name"))[: uploads.MAX_NAME_LENGTH], str(each.get("why")))
            for each in refused[: library_view.MAX_REPORT_LINES]
        ]
        return {self.outcome: outcomes.begin()(library_view.refused_html(names))}

    def _add(
        self,
        work: Callable[[Progress], Report],
        put: Callable[[str], str],
        at: Mapping[str, Any],
        names: Mapping[str, str],
    ) -> Iterator[Changes]:
        yield {self.outcome: put(library_view.progress_html("Reading", 0, None))}
        report = yield from self._watch(work, lambda html: {self.outcome: put(html)})
        told = {self.outcome: put(library_view.report_html(report, names))} if report else {}
        yield {**told, **self.list_articles({**at, "page": 0})}

    def _watch(
        self, work: Callable[[Progress], T], show: Callable[[str], Changes]
    ) -> Generator[Changes, None, T | None]:
        """``show`` of how far ``work`` is; returns what it returned, or None where it failed, which is shown too."""
        done: Future[T] = Future()
        for step in self.writer.run(work, done):
            if step is None:
                yield show(library_view.message_html("Waiting for another change to the index …"))
            else:
                what, count, total = step
                yield show(library_view.progress_html(what.capitalize(), count, total))
        try:
            return done.result()
        except Exception as error:
            yield show(library_view.message_html(error_text(error), trouble=True))
            return None

    # --- looking through the articles ---

    def list_articles(self, at: Mapping[str, Any], *, counted: bool = True) -> Changes:
        """The list as it is now: the articles of the chosen outlet that mention each word searched for, or have it in
        the headline or a name; with the counts where they may have changed.
        """
        import gradio as gr

        try:
            articles, outlet = self.news.articles(), at.get("outlet")
            words = str(at.get("words") or "").lower().split()[:MAX_SEARCH_WORDS]
            found = [(word, self.news.mentioning(word)) for word in words]
        except Exception as error:
            return {self.listed: library_view.message_html(error_text(error), trouble=True), self.place: dict(at)}
        passing = [
            a
            for a in articles
            if (not outlet or a.source == outlet)
            and all(
                a.id in ids or word in f"{a.title} {a.source or ''} {a.section or ''}".lower() for word, ids in found
            )
        ]
        page, current = int(at.get("page") or 0), at.get("open")
        shown = library_view.list_html(passing, page, current) if articles else render("library", "guide")
        listing = {self.listed: shown, self.place: dict(at)}
        if not counted:
            return listing
        choices = [("All outlets", ""), *((name, name) for name in sorted({a.source for a in articles if a.source}))]
        counts = library_view.counts_html(articles)
        return {**listing, self.counts: counts, self.outlet: gr.update(choices=choices)}

    def search(self, words: str, outlet: str, at: Mapping[str, Any]) -> Changes:
        return self.list_articles({**at, "words": words, "outlet": outlet, "page": 0}, counted=False)

    def act(self, at: Mapping[str, Any], event: gr.EventData) -> Iterator[Changes]:
        """What a button of the list or of an article asks for."""
        data = event_data(event)
        what, name = data.get("what"), str(data.get("id") or "")
        try:
            if what == "page":
                yield self.list_articles({**at, "page": int(name)}, counted=False)
            elif what == "close":
                yield {self.opened: "", **self.list_articles({**at, "open": None}, counted=False)}
            elif what == "removed":
                title = self.news.article(name).title
                removed = yield from self._watch(lambda _: self.news.remove(name), lambda html: {self.opened: html})
                if removed is not None:
                    told = library_view.message_html(f"“{title}” was removed.")
                    yield {self.opened: told, **self.list_articles({**at, "open": None})}
            else:
                article = self.news.article(name)
                copies = [c.article for c in self.news.copies(name) if c.article.id != name]
                shown = library_view.library_article_html(article, copies, leaving=what == "remove")
                yield {self.opened: shown, **self.list_articles({**at, "open": name}, counted=False)}
        except (RagError, ValueError) as error:
            shown = library_view.message_html(error_text(error), trouble=True)
            yield {self.opened: shown, **self.list_articles({**at, "open": None})}

    # --- the health of the index ---

    def check(self, *, repair: bool = False) -> Iterator[Changes]:
        import gradio as gr

        yield {self.health: library_view.progress_html("Repairing" if repair else "Checking", 0, None)}
        result = yield from self._watch(
            lambda progress: self.news.check(repair=repair, progress=progress), lambda html: {self.health: html}
        )
        if result:
            shown = library_view.health_html(result, repaired=repair)
            yield {self.health: shown, self.repair_button: gr.update(visible=not result.ok)}

    def repair(self) -> Iterator[Changes]:
        yield from self.check(repair=True)
