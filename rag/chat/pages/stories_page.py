"""The stories page in Gradio: what happened in which order, what each outlet says, of whom the library writes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from rag.chat import assets
from rag.chat.assets import event_data
from rag.chat.endpoints import error_text
from rag.chat.kept.export import timeline_markdown
from rag.chat.layout import QUIET, Changes, html
from rag.chat.protocols import NewsLike
from rag.chat.views import timeline as story_view
from rag.chat.views.escape import MAX_QUESTION
from rag.chat.views.render import render
from rag.chat.views.sources import article_html
from rag.errors import RagError

if TYPE_CHECKING:
    import gradio as gr

SHOWN_KINDS = (("Timeline of a topic", "topic"), ("Timeline of a name", "entity"), ("Outlets side by side", "compare"))


class StoriesPage:
    """The page under /stories of ``demo``. Its address may say what to show: ``stories?topic=...``, ``entity``,
    ``article`` or ``compare``."""

    def __init__(self, demo: gr.Blocks, news: NewsLike) -> None:
        import gradio as gr

        self.news = news
        self.served = itertools.count(1)
        with demo.route("Stories", "/stories", show_in_navbar=False):
            with gr.Row(elem_id="top"):
                html("title", render("controls", "title", text="Stories"), None)
                html("fresh", render("controls", "page_link", address="./", text="Back to the chat"), None)
            with gr.Row(elem_id="stories"):
                with gr.Column():
                    with gr.Row(elem_id="stories-ask"):
                        self.kind = gr.Dropdown(list(SHOWN_KINDS), value="topic", label="Show", scale=1)
                        self.words = gr.Textbox(label="Topic, name or question", max_lines=1, scale=3, autofocus=True)
                        self.button = gr.Button("Show", variant="primary", scale=0)
                    self.story = html("story", "", assets.STORIES_SCRIPT)
                with gr.Column():
                    self.names = html("names", "", assets.STORIES_SCRIPT)
            self.reader, self.file = html("reader-of-stories"), html("story-file")
            self.asked = gr.State(("topic", ""))  # what the story on the page is of
            self._wire(demo)

    def _wire(self, demo: gr.Blocks) -> None:
        import gradio as gr

        # Gradio looks the types up by their names in this module, which does not know them.
        for handler in (StoriesPage.read_article, StoriesPage.choose, StoriesPage.save):
            handler.__annotations__["event"] = gr.EventData
        StoriesPage.open_page.__annotations__["request"] = gr.Request
        asking = [self.words.submit, self.button.click]
        shown = [self.story, self.asked]
        gr.on(asking, self.ask, [self.kind, self.words], shown, show_progress="minimal", api_visibility="private")
        self.names.select(self.choose, None, [self.kind, self.words, *shown], **QUIET)
        self.story.download(self.save, self.asked, self.file, **QUIET)
        gr.on([self.story.expand, self.names.expand], self.read_article, None, self.reader, **QUIET)
        demo.load(self.open_page, None, [self.kind, self.words, *shown, self.names], **QUIET)

    def open_page(self, request: gr.Request) -> Changes:
        """The names of the library, and what the page's address asks for."""
        given = {kind: str(request.query_params.get(kind) or "") for kind in ("topic", "entity", "article", "compare")}
        kind = next((kind for kind, words in given.items() if words), "topic")
        words = given[kind][:MAX_QUESTION]
        shown: Changes = self.ask(kind, words) if words else {}
        if words and kind != "article":
            shown |= {self.kind: kind, self.words: words}
        return {**shown, self.names: self._names()}

    def _names(self) -> str:
        try:
            return story_view.topics_html(self.news.topics())
        except RagError as error:
            return render("stories", "message", words=error_text(error))

    def ask(self, kind: str, words: str) -> Changes:
        return {self.story: self.show(kind, words), self.asked: (kind, words)}

    def save(self, asked: tuple[str, str], event: gr.EventData) -> str:
        """The timeline on the page as a file for the reader."""
        kind, words = asked
        wanted: dict[str, Any] = {kind: words}
        try:
            found = self.news.timeline(**wanted)
        except RagError as error:
            return render("stories", "message", words=error_text(error))
        as_page = event_data(event).get("id") == "html"
        text = story_view.timeline_page(found) if as_page else timeline_markdown(found)
        name = f"timeline.{'html' if as_page else 'md'}"
        return render("controls", "file", name=name, text=text, number=next(self.served))

    def show(self, kind: str, words: str) -> str:
        """The timeline or the comparison that was asked for, or one line on why there is none."""
        words = (words or "").strip()
        if not words:
            return render("stories", "message", words="Enter a topic, a name or a question.")
        if len(words) > MAX_QUESTION:
            return render("stories", "message", words=f"Shorten this: it may have {MAX_QUESTION:,} characters.")
        try:
            if kind == "compare":
                return story_view.comparison_html(self.news.compare(words))
            wanted: dict[str, Any] = {kind: words}
            return story_view.timeline_html(self.news.timeline(**wanted))
        except Exception as error:
            return render("stories", "message", words=error_text(error))

    def choose(self, event: gr.EventData) -> Changes:
        """The timeline of a name that was clicked."""
        name = str(event_data(event).get("id") or "")
        return {self.kind: "entity", self.words: name, **self.ask("entity", name)}

    def read_article(self, event: gr.EventData) -> str:
        """The stored text of an article, over the page."""
        data = event_data(event)
        try:
            article = self.news.article(str(data.get("id")))
        except RagError as error:
            return render("stories", "message", words=error_text(error))
        start, end = (int(str(at)) if str(at).isdecimal() else 0 for at in (data.get("start"), data.get("end")))
        return article_html(article, start, end, next(self.served))
