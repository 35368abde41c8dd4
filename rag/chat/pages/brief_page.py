"""The page of what is new in Gradio: stories by their newest sentence, corrections, what was withdrawn."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.chat import assets
from rag.chat.assets import event_data
from rag.chat.endpoints import error_text, filters_of
from rag.chat.kept.brief_files import brief_atom, brief_markdown
from rag.chat.layout import QUIET, Changes, html
from rag.chat.protocols import NewsLike
from rag.chat.views import brief as brief_view
from rag.chat.views.escape import MAX_QUESTION
from rag.chat.views.render import render
from rag.chat.views.sources import article_html
from rag.errors import RagError, UsageError
from rag.types import Brief

if TYPE_CHECKING:
    import gradio as gr

STORIES_SHOWN = 15  # stories
BRIEF_FILES = {
    "markdown": ("brief.md", brief_markdown),
    "html": ("brief.html", brief_view.brief_page),
    "atom": ("brief.atom", brief_atom),
}


@dataclass(frozen=True)
class BriefAsked:
    """What a reader asked for, as typed; without a day it is of what came in since the last brief."""

    since: str = ""
    topic: str = ""
    outlets: tuple[str, ...] = ()
    limit: int = STORIES_SHOWN


class BriefPage:
    """The page under /brief of ``demo``. Its address may say what to show: ``brief?since=2024-09-28&topic=...`` and
    ``source``. A brief counts as the reader's last one once they say that they have read it."""

    def __init__(self, demo: gr.Blocks, news: NewsLike) -> None:
        import gradio as gr

        self.news = news
        self.served = itertools.count(1)
        with demo.route("What is new", "/brief", show_in_navbar=False):
            with gr.Row(elem_id="top"):
                html("title", render("controls", "title", text="What is new"), None)
                html("fresh", render("controls", "page_link", address="./", text="Back to the chat"), None)
            with gr.Column(elem_id="brief"):
                with gr.Row(elem_id="brief-ask"):
                    self.since = gr.Textbox(
                        label="From", placeholder="your last brief", max_lines=1, scale=1, elem_classes="day"
                    )
                    self.topic = gr.Textbox(label="Topic", placeholder="all topics", max_lines=1, scale=2)
                    self.outlets = gr.Dropdown([], value=[], multiselect=True, label="Outlets", scale=2)
                    self.button = gr.Button("Show", variant="primary", scale=0)
                self.brief = html("what-is-new", "", assets.STORIES_SCRIPT)
            self.reader, self.file = html("reader-of-brief"), html("brief-file")
            self.asked = gr.State(BriefAsked())
            self.found = gr.State(None)  # the brief on the page: what is saved, and marked as read
            self._wire(demo)

    def _wire(self, demo: gr.Blocks) -> None:
        import gradio as gr

        # Gradio looks the types up by their names in this module, which does not know them.
        for handler in (BriefPage.read_article, BriefPage.more, BriefPage.save):
            handler.__annotations__["event"] = gr.EventData
        for asking in (BriefPage.open_page, BriefPage.ask, BriefPage.more):
            asking.__annotations__["request"] = gr.Request
        shown = [self.brief, self.asked, self.found]
        typed = [self.since, self.topic, self.outlets]
        asked = [self.since.submit, self.topic.submit, self.button.click]
        gr.on(asked, self.ask, typed, shown, show_progress="minimal", api_visibility="private")
        self.brief.edit(self.more, self.asked, shown, **QUIET)
        self.brief.apply(self.mark, self.found, [self.brief, self.found], **QUIET)
        self.brief.download(self.save, self.found, self.file, **QUIET)
        self.brief.expand(self.read_article, None, self.reader, **QUIET)
        demo.load(self.open_page, None, [*typed, *shown], **QUIET)

    def open_page(self, request: gr.Request) -> Changes:
        """The brief that the page's address asks for."""
        import gradio as gr

        given = {name: str(request.query_params.get(name) or "").strip() for name in ("since", "topic", "source")}
        try:
            names = sorted(name for name, _ in self.news.sources() if name)
        except RagError:
            names = []
        chosen = [name for name in names if name == given["source"]]
        asked = BriefAsked(given["since"], given["topic"], tuple(chosen))
        typed = {
            self.since: asked.since,
            self.topic: asked.topic,
            self.outlets: gr.update(choices=names, value=chosen),
        }
        return {**typed, **self._shown(asked, request)}

    def ask(self, since: str, topic: str, outlets: list[str], request: gr.Request) -> Changes:
        return self._shown(BriefAsked(since or "", topic or "", tuple(outlets or ())), request)

    def more(self, asked: BriefAsked, event: gr.EventData, request: gr.Request) -> Changes:
        """The same brief with the stories that had no room."""
        wanted = str(event_data(event).get("id"))
        limit = min(int(wanted), brief_view.MOST) if wanted.isdecimal() else asked.limit
        return self._shown(replace(asked, limit=limit), request)

    def _shown(self, asked: BriefAsked, request: gr.Request | None) -> Changes:
        """The brief that was asked for, or one line on why there is none."""
        found: Brief | None = None
        try:
            found = self._found(asked, str(getattr(request, "username", None) or ""))
            words = brief_view.brief_html(found)
        except Exception as error:
            words = render("brief", "message", words=error_text(error))
        return {self.brief: words, self.asked: asked, self.found: found}

    def _found(self, asked: BriefAsked, reader: str) -> Brief:
        if len(asked.topic) > MAX_QUESTION:
            raise UsageError(f"Shorten the topic: it may have {MAX_QUESTION:,} characters.")
        filters = filters_of(asked.since, None, None, asked.outlets, None)
        return self.news.brief(topic=asked.topic, filters=filters, limit=max(asked.limit, 1), reader=reader)

    def mark(self, found: Brief | None) -> Changes:
        """The next brief is of what comes in after this one."""
        if found is None or found.mark is None:
            return {}
        try:
            self.news.mark_read(found)
        except RagError as error:
            return {self.brief: render("brief", "message", words=error_text(error))}
        when = brief_view.moment_text(found.mark.made)
        return {self.brief: render("brief", "marked", when=when), self.found: None}

    def save(self, found: Brief | None, event: gr.EventData) -> str:
        """The brief on the page as a file for the reader."""
        name, written = BRIEF_FILES.get(str(event_data(event).get("id")), BRIEF_FILES["markdown"])
        if found is None:
            return ""
        return render("controls", "file", name=name, text=written(found), number=next(self.served))

    def read_article(self, event: gr.EventData) -> str:
        """The stored text of an article, over the page."""
        data = event_data(event)
        try:
            article = self.news.article(str(data.get("id")))
        except RagError as error:
            return render("brief", "message", words=error_text(error))
        start, end = (int(str(at)) if str(at).isdecimal() else 0 for at in (data.get("start"), data.get("end")))
        return article_html(article, start, end, next(self.served))
