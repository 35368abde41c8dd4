"""The page of the pile in Gradio: add files, addresses and feeds; look through what is there; remove; check; mend."""

from __future__ import annotations

import queue
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from rag.chat import pile
from rag.chat.page import headline, sent
from rag.errors import RagError
from rag.types import Article, CheckResult, Copy, Progress, Report

MAX_UPLOAD = "200mb"  # of one file
NAME = 120  # characters of a file's name that are kept

Words = Callable[[Exception], str]


class Pile(Protocol):
    """What the page needs of ``rag.News``."""

    def add(self, *sources: str | Path, progress: Progress | None = None) -> Report: ...
    def articles(self) -> Sequence[Article]: ...
    def article(self, article_id: str) -> Article: ...
    def copies(self, article_id: str) -> Sequence[Copy]: ...
    def remove(self, *ids: str) -> int: ...
    def check(self, *, repair: bool = False, progress: Progress | None = None) -> CheckResult: ...


def uploads_of(index: Path) -> Path:
    """Where files that readers gave are kept: beside the index, for a rebuild replaces all that is in it."""
    return index.with_name(f"{index.name}.uploads")


def keep_upload(given: Path, folder: Path) -> Path:
    """Moves an uploaded file to ``folder`` under its own name, or one like it where that is taken by another file.

    Raises ``OSError``.
    """
    name = "".join(c for c in given.name if c.isprintable() and c not in '/\\:*?"<>|').lstrip(".")[-NAME:] or "file"
    folder.mkdir(parents=True, exist_ok=True)
    stem, dot, ending = name.partition(".")
    n = 1
    while (kept := folder / (name if n == 1 else f"{stem}-{n}{dot}{ending}")).exists():
        if kept.read_bytes() == given.read_bytes():
            given.unlink()
            return kept
        n += 1
    shutil.move(given, kept)
    return kept


class _Adding:
    """One add at a time, in a thread of its own; what it tells is asked for by iterating."""

    def __init__(self) -> None:
        self._busy = threading.Lock()

    def run(self, work: Callable[[Progress], Any]) -> Iterator[tuple[str, int, int | None] | Any]:
        """Yields the progress of ``work`` as tuples, then ``[what it returned]`` or what it raised; None where busy."""
        if not self._busy.acquire(blocking=False):
            yield None
            return
        told: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def walk() -> None:
            # It ends what it began also where the reader has gone: what was uploaded is to be stored.
            try:
                told.put([work(lambda what, done, total: told.put((what, done, total)))])
            except Exception as error:
                told.put(error)
            finally:
                self._busy.release()

        threading.Thread(target=walk, name="add").start()
        while True:
            event = told.get()
            while isinstance(event, tuple) and not told.empty():
                event = told.get()  # only the newest is worth drawing
            yield event
            if not isinstance(event, tuple):
                return


def add_pile(demo: Any, news: Pile, uploads: Path, in_words: Words) -> None:
    """Adds the page to ``demo`` under /pile. Files that readers give are kept in ``uploads``."""
    import gradio as gr

    from rag.read import KINDS

    adding = _Adding()

    def add_files(paths: list[str] | None, at: Mapping[str, Any]) -> Iterator[dict[Any, Any]]:
        if not paths:
            yield {drop: None}
            return
        try:
            kept = [keep_upload(Path(path), uploads) for path in paths]
        except OSError as error:
            words = f"The files could not be kept in {uploads}: {error.strerror or error}. Free space or permissions?"
            yield {drop: None, outcome: pile.told_html(words, trouble=True)}
            return
        yield {drop: None}
        yield from add(kept, at, {str(path): path.name for path in (*kept, *(p.resolve() for p in kept))})

    def add_address(address: str, at: Mapping[str, Any]) -> Iterator[dict[Any, Any]]:
        address = (address or "").strip()
        if not address:
            yield {outcome: ""}
        elif "://" not in address:  # a path of the server's disk is not a reader's to name
            told = "That is not a web address: it begins with https:// or http://."
            yield {outcome: pile.told_html(told, trouble=True)}
        else:
            yield {address_box: ""}
            yield from add([address], at, {})

    def add(given: Sequence[str | Path], at: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[dict[Any, Any]]:
        def again() -> dict[Any, Any]:
            return looked({**at, "page": 0})

        yield {outcome: pile.progress_html("Reading", 0, None)}
        yield from watched(
            outcome,
            lambda progress: news.add(*given, progress=progress),
            "Another add is going on. Add this one again when it is done.",
            lambda report: {outcome: pile.report_html(report, names), **again()},
            again,
        )

    def watched(
        into: Any,
        work: Callable[[Progress], Any],
        busy: str,
        done: Callable[[Any], dict[Any, Any]],
        failed: Callable[[], dict[Any, Any]] = dict,
    ) -> Iterator[dict[Any, Any]]:
        """What ``into`` shows of work that goes on, and in the end ``done`` of what it gave, or ``failed``."""
        for event in adding.run(work):
            if event is None:
                yield {into: pile.told_html(busy)}
            elif isinstance(event, tuple):
                yield {into: pile.progress_html(event[0].capitalize(), event[1], event[2])}
            elif isinstance(event, Exception):
                yield {into: pile.told_html(in_words(event), trouble=True), **failed()}
            else:
                yield done(event[0])

    def looked(at: Mapping[str, Any], *, counted: bool = True) -> dict[Any, Any]:
        """The list as it is now, for what was searched for and chosen; with the counts where they may have changed."""
        try:
            articles = list(news.articles())
        except Exception as error:
            return {listed: pile.told_html(in_words(error), trouble=True), place: dict(at)}
        words, outlet = str(at.get("words") or "").lower().split(), at.get("outlet")
        passing = [
            a
            for a in articles
            if (not outlet or a.source == outlet)
            and all(word in f"{a.title} {a.source or ''} {a.section or ''}".lower() for word in words)
        ]
        if articles:
            shown = pile.list_html(passing, int(at.get("page") or 0), at.get("open"))
        else:
            shown = pile.told_html("No articles yet. Drop files above, or give the address of a page or a feed.")
        seen = {listed: shown, place: dict(at)}
        if not counted:
            return seen
        known = sorted({a.source for a in articles if a.source})
        choices = [("All outlets", ""), *((name, name) for name in known)]
        return {**seen, counts: pile.counts_html(articles), outlet_box: gr.update(choices=choices)}

    def search(words: str, outlet: str, at: Mapping[str, Any]) -> dict[Any, Any]:
        return looked({**at, "words": words, "outlet": outlet, "page": 0}, counted=False)

    def act(at: Mapping[str, Any], event: gr.EventData) -> dict[Any, Any]:
        """What a button of the list or of an article asks for."""
        data = sent(event)
        what, name = data.get("what"), str(data.get("id") or "")
        try:
            if what == "page":
                return looked({**at, "page": int(name)}, counted=False)
            if what == "removed":
                title = news.article(name).title
                news.remove(name)
                gone = pile.told_html(f"“{title}” was removed.")
                return {opened: gone, **looked({**at, "open": None})}
            article = news.article(name)
            copies = [c.article for c in news.copies(name) if c.article.id != name]
            shown = pile.article_html(article, copies, leaving=what == "remove")
            return {opened: shown, **looked({**at, "open": name}, counted=False)}
        except (RagError, ValueError) as error:
            return {opened: pile.told_html(in_words(error), trouble=True), **looked({**at, "open": None})}

    def check() -> Iterator[dict[Any, Any]]:
        yield from looked_over(False)

    def mend() -> Iterator[dict[Any, Any]]:
        yield from looked_over(True)

    def looked_over(repair: bool) -> Iterator[dict[Any, Any]]:
        yield {health: pile.progress_html("Mending" if repair else "Checking", 0, None)}
        yield from watched(
            health,
            lambda progress: news.check(repair=repair, progress=progress),
            "An add is going on. Check again when it is done.",
            lambda result: {
                health: pile.health_html(result, mended=repair),
                mend_button: gr.update(visible=not result.ok),
            },
        )

    # Gradio looks the type up by its name in this module, which does not know it: gradio is imported only here.
    act.__annotations__["event"] = gr.EventData
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    html: dict[str, Any] = {"apply_default_css": False, "js_on_load": pile.SCRIPT}
    with demo.route("The pile", "/pile", show_in_navbar=False):
        place = gr.State({})
        with gr.Row(elem_id="top"):
            gr.HTML(headline("The pile"), elem_id="title", apply_default_css=False)
            gr.HTML('<a class="elsewhere" href="./">Back to the chat</a>', elem_id="fresh", apply_default_css=False)
        with gr.Row(elem_id="pile"):
            with gr.Column():
                drop = gr.File(
                    label="Add articles: drop files here (text, Markdown, HTML, JSONL, CSV, feeds, zip)",
                    file_count="multiple",
                    file_types=[*KINDS, ".gz"],
                    height=130,
                    elem_id="drop",
                )
                with gr.Row(elem_id="pile-address"):
                    address_box = gr.Textbox(
                        label="Or the address of a page or a feed", placeholder="https://…", max_lines=1, scale=1
                    )
                    address_button = gr.Button("Add", scale=0, elem_id="add-address")
                outcome = gr.HTML("", elem_id="outcome", **html)
                with gr.Row(elem_id="pile-search"):
                    words_box = gr.Textbox(label="Search the headlines", max_lines=1, scale=2)
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
        drop.upload(add_files, [drop, place], [drop, outcome, *look], **quiet)
        gr.on(
            [address_box.submit, address_button.click], add_address, [address_box, place],
            [address_box, outcome, *look], **quiet,
        )  # fmt: skip
        gr.on([words_box.change, outlet_box.input], search, [words_box, outlet_box, place], look, **quiet)
        gr.on([listed.click, opened.click], act, place, [opened, *look], **quiet)
        check_button.click(check, None, [health, mend_button], **quiet)
        mend_button.click(mend, None, [health, mend_button], **quiet)
        demo.load(looked, place, look, **quiet)
