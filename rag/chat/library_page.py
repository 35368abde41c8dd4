"""The library page in Gradio: add files, addresses and feeds; look through what is there; remove; check; mend."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from rag.chat import uploads
from rag.chat.assets import headline, sent
from rag.chat.views import library as library_view
from rag.errors import RagError
from rag.types import Article, CheckResult, Copy, Progress, Report

Words = Callable[[Exception], str]
WORDS = 12  # of a search
RECENT = 8  # adds whose outcome the page still shows


class Pile(Protocol):
    """What the page needs of ``rag.News``."""

    def add(self, *sources: str | Path, progress: Progress | None = None) -> Report: ...
    def articles(self) -> Sequence[Article]: ...
    def article(self, article_id: str) -> Article: ...
    def copies(self, article_id: str) -> Sequence[Copy]: ...
    def mentioning(self, word: str) -> set[str]: ...
    def remove(self, *ids: str) -> int: ...
    def check(self, *, repair: bool = False, progress: Progress | None = None) -> CheckResult: ...


class _Waits:
    """What work tells while other work goes on."""


class _Writing:
    """One change of the index at a time, each in a thread of its own; what it tells is asked for by iterating."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def run(self, work: Callable[[Progress], Any]) -> Iterator[_Waits | tuple[str, int, int | None] | Any]:
        """Yields ``_Waits`` where it is not its turn yet, the progress of ``work`` as tuples, then what it returned, in
        a list, or what it raised.
        """
        told: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def walk() -> None:
            # It is done also where the reader has gone: what was uploaded is to be stored.
            if not self._turn.acquire(blocking=False):
                told.put(_Waits())
                self._turn.acquire()
            try:
                told.put([work(lambda what, done, total: told.put((what, done, total)))])
            except Exception as error:
                told.put(error)
            finally:
                self._turn.release()

        threading.Thread(target=walk, name="pile").start()
        while True:
            event = told.get()
            while isinstance(event, tuple) and not told.empty():
                event = told.get()  # only the newest is worth drawing
            yield event
            if isinstance(event, list | Exception):
                return


class _Outcomes:
    """What became of the adds of one open page, the newest first. Adds that wait for each other write side by side."""

    def __init__(self) -> None:
        self._shown: list[list[str]] = []

    def begin(self, html: str) -> Callable[[str], str]:
        """A place for one add; what it is called with is put there, and all of them are returned."""
        place = [html]
        self._shown = [place, *self._shown][:RECENT]

        def put(html: str) -> str:
            place[0] = html
            return self.html()

        return put

    def html(self) -> str:
        return "".join(html for [html] in self._shown)


def add_pile(demo: Any, news: Pile, folder: Path, in_words: Words) -> None:
    """Adds the page to ``demo`` under /library. Files that readers give are kept in ``folder``."""
    import gradio as gr

    from rag.ingest.formats.files import KINDS

    taken = [*KINDS, ".gz"]
    writing = _Writing()

    def add_files(paths: list[str] | None, at: Mapping[str, Any], told: _Outcomes) -> Iterator[dict[Any, Any]]:
        if not paths:
            yield {drop: None}
            return
        put = told.begin(library_view.progress_html("Keeping", 0, None))
        try:
            kept = uploads.keep_all(map(Path, paths), folder)
        except OSError as error:
            words = f"The files could not be kept in {folder}: {error.strerror or error}. Free space or permissions?"
            yield {drop: None, outcome: put(library_view.told_html(words, trouble=True))}
            return
        yield {drop: None, outcome: told.html()}
        files = [file.path for file in kept]

        def work(progress: Progress) -> Report:
            try:
                report = news.add(*files, progress=progress)
            except Exception:
                uploads.forget(kept)
                raise
            uploads.forget(uploads.unread(kept, report.items))
            return report

        yield from add(work, put, at, {str(path): path.name for path in (*files, *(p.resolve() for p in files))})

    def add_address(address: str, at: Mapping[str, Any], told: _Outcomes) -> Iterator[dict[Any, Any]]:
        address = (address or "").strip()
        if not address:
            yield {address_box: ""}
        elif not re.match(r"https?://[^/\s]", address, re.IGNORECASE):  # a path of the server is not a reader's to name
            words = f"“{address[:100]}” is not a web address: it begins with https:// or http://."
            yield {outcome: told.begin("")(library_view.told_html(words, trouble=True))}
        else:
            yield {address_box: ""}
            put = told.begin("")
            yield from add(lambda progress: news.add(address, progress=progress), put, at, {})

    def refuse(told: _Outcomes, event: gr.EventData) -> dict[Any, Any]:
        """Tells of files that the page's script left out of a drop."""
        given = sent(event).get("refused")
        refused = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
        names = [(str(each.get("name"))[: uploads.NAME], str(each.get("why"))) for each in refused[: library_view.MOST]]
        return {outcome: told.begin("")(library_view.refused_html(names))}

    def add(
        work: Callable[[Progress], Report], put: Callable[[str], str], at: Mapping[str, Any], names: Mapping[str, str]
    ) -> Iterator[dict[Any, Any]]:
        def again() -> dict[Any, Any]:
            return looked({**at, "page": 0})

        yield {outcome: put(library_view.progress_html("Reading", 0, None))}
        yield from watched(
            lambda html: {outcome: put(html)},
            work,
            lambda report: {outcome: put(library_view.report_html(report, names)), **again()},
            again,
        )

    def watched(
        show: Callable[[str], dict[Any, Any]],
        work: Callable[[Progress], Any],
        done: Callable[[Any], dict[Any, Any]],
        failed: Callable[[], dict[Any, Any]] = dict,
    ) -> Iterator[dict[Any, Any]]:
        """``show`` of what is to be told of work that goes on; in the end ``done`` of what it gave, or ``failed``."""
        for event in writing.run(work):
            if isinstance(event, _Waits):
                yield show(library_view.told_html("Waits for another change of the index to end …"))
            elif isinstance(event, tuple):
                yield show(library_view.progress_html(event[0].capitalize(), event[1], event[2]))
            elif isinstance(event, Exception):
                yield {**show(library_view.told_html(in_words(event), trouble=True)), **failed()}
            else:
                yield done(event[0])

    def looked(at: Mapping[str, Any], *, counted: bool = True) -> dict[Any, Any]:
        """The list as it is now, for what was searched for and chosen; with the counts where they may have changed."""
        outlet, words = at.get("outlet"), str(at.get("words") or "").lower().split()[:WORDS]
        try:
            articles = list(news.articles())
            found = [(word, news.mentioning(word)) for word in words]
        except Exception as error:
            return {listed: library_view.told_html(in_words(error), trouble=True), place: dict(at)}
        passing = [
            a
            for a in articles
            if (not outlet or a.source == outlet)
            and all(
                a.id in having or word in f"{a.title} {a.source or ''} {a.section or ''}".lower()
                for word, having in found
            )
        ]
        shown = (
            library_view.list_html(passing, int(at.get("page") or 0), at.get("open"))
            if articles
            else library_view.GUIDE
        )
        seen = {listed: shown, place: dict(at)}
        if not counted:
            return seen
        known = sorted({a.source for a in articles if a.source})
        choices = [("All outlets", ""), *((name, name) for name in known)]
        return {**seen, counts: library_view.counts_html(articles), outlet_box: gr.update(choices=choices)}

    def search(words: str, outlet: str, at: Mapping[str, Any]) -> dict[Any, Any]:
        return looked({**at, "words": words, "outlet": outlet, "page": 0}, counted=False)

    def act(at: Mapping[str, Any], event: gr.EventData) -> Iterator[dict[Any, Any]]:
        """What a button of the list or of an article asks for."""
        data = sent(event)
        what, name = data.get("what"), str(data.get("id") or "")
        try:
            if what == "page":
                yield looked({**at, "page": int(name)}, counted=False)
            elif what == "close":
                yield {opened: "", **looked({**at, "open": None}, counted=False)}
            elif what == "removed":
                title = news.article(name).title
                yield from watched(
                    lambda html: {opened: html},
                    lambda progress: news.remove(name),
                    lambda gone: {
                        opened: library_view.told_html(f"“{title}” was removed."),
                        **looked({**at, "open": None}),
                    },
                )
            else:
                article = news.article(name)
                copies = [c.article for c in news.copies(name) if c.article.id != name]
                shown = library_view.article_html(article, copies, leaving=what == "remove")
                yield {opened: shown, **looked({**at, "open": name}, counted=False)}
        except (RagError, ValueError) as error:
            yield {opened: library_view.told_html(in_words(error), trouble=True), **looked({**at, "open": None})}

    def check() -> Iterator[dict[Any, Any]]:
        yield from looked_over(False)

    def mend() -> Iterator[dict[Any, Any]]:
        yield from looked_over(True)

    def looked_over(repair: bool) -> Iterator[dict[Any, Any]]:
        yield {health: library_view.progress_html("Mending" if repair else "Checking", 0, None)}
        yield from watched(
            lambda html: {health: html},
            lambda progress: news.check(repair=repair, progress=progress),
            lambda result: {
                health: library_view.health_html(result, mended=repair),
                mend_button: gr.update(visible=not result.ok),
            },
        )

    # Gradio looks the type up by its name in this module, which does not know it: gradio is imported only here.
    act.__annotations__["event"] = refuse.__annotations__["event"] = gr.EventData
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    html: dict[str, Any] = {"apply_default_css": False, "js_on_load": library_view.SCRIPT}
    with demo.route("Library", "/library", show_in_navbar=False):
        place, told = gr.State({}), gr.State(_Outcomes())
        with gr.Row(elem_id="top"):
            gr.HTML(headline("Library"), elem_id="title", apply_default_css=False)
            gr.HTML('<a class="elsewhere" href="./">Back to the chat</a>', elem_id="fresh", apply_default_css=False)
        with gr.Row(elem_id="pile"):
            with gr.Column():
                drop = gr.File(
                    label="Add articles: drop files here (text, Markdown, HTML, JSONL, CSV, feeds, zip)",
                    file_count="multiple",
                    file_types=taken,
                    height=130,
                    elem_id="drop",
                )
                with gr.Row(elem_id="pile-address"):
                    address_box = gr.Textbox(
                        label="Or the address of a page or a feed", placeholder="https://…", max_lines=1, scale=1
                    )
                    address_button = gr.Button("Add", scale=0, elem_id="add-address")
                outcome = gr.HTML(
                    "",
                    elem_id="outcome",
                    apply_default_css=False,
                    js_on_load=library_view.drop_script(taken, uploads.LARGEST),
                )
                with gr.Row(elem_id="pile-search"):
                    words_box = gr.Textbox(label="Search headlines and texts", max_lines=1, scale=2)
                    outlet_box = gr.Dropdown([("All outlets", "")], value="", label="Outlet", scale=1)
                listed = gr.HTML("", elem_id="listed", **html)
            with gr.Column():
                opened = gr.HTML("", elem_id="opened", **html)
                counts = gr.HTML("", elem_id="counts", **html)
                with gr.Row():
                    check_button = gr.Button("Check the index", size="sm")
                    mend_button = gr.Button("Mend it", size="sm", visible=False)
                health = gr.HTML("", elem_id="health", **html)
        look = [listed, counts, outlet_box, place]
        every: dict[str, Any] = {**quiet, "trigger_mode": "multiple"}  # none is passed over while another goes on
        drop.upload(add_files, [drop, place, told], [drop, outcome, *look], **every)
        outcome.select(refuse, told, outcome, **every)
        gr.on(
            [address_box.submit, address_button.click], add_address, [address_box, place, told],
            [address_box, outcome, *look], **every,
        )  # fmt: skip
        gr.on([words_box.change, outlet_box.input], search, [words_box, outlet_box, place], look, **quiet)
        gr.on([listed.click, opened.click], act, place, [opened, *look], **every)
        check_button.click(check, None, [health, mend_button], **quiet)
        mend_button.click(mend, None, [health, mend_button], **quiet)
        demo.load(looked, place, look, **quiet)
