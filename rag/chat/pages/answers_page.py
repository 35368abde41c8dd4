"""The page of kept answers in Gradio: what was answered, how it fares since, and a way to forget it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from rag.chat import assets
from rag.chat.assets import event_data
from rag.chat.endpoints import error_text, owner_of
from rag.chat.kept.fared import answers_html
from rag.chat.layout import QUIET, html
from rag.chat.protocols import NewsLike
from rag.chat.views.render import render
from rag.chat.views.sources import article_html
from rag.errors import RagError

if TYPE_CHECKING:
    import gradio as gr


class AnswersPage:
    """The page under /answers of ``demo``: the answers of whoever is logged in, or of all where nobody is."""

    def __init__(self, demo: gr.Blocks, news: NewsLike) -> None:
        import gradio as gr

        self.news = news
        self.served = itertools.count(1)
        with demo.route("Answers", "/answers", show_in_navbar=False):
            with gr.Row(elem_id="top"):
                html("title", render("controls", "title", text="Answers"), None)
                html("fresh", render("controls", "page_link", address="./", text="Back to the chat"), None)
            with gr.Row(elem_id="answers"):
                self.list = html("kept-answers", "", assets.STORIES_SCRIPT)
            self.reader = html("reader-of-stories")
            # Gradio looks the types up by their names in this module, which does not know them.
            for reading in (AnswersPage.read_article, AnswersPage.forget):
                reading.__annotations__["event"] = gr.EventData
            for asking in (AnswersPage.show, AnswersPage.forget):
                asking.__annotations__["request"] = gr.Request
            self.list.expand(self.read_article, None, self.reader, **QUIET)
            self.list.delete(self.forget, None, self.list, **QUIET)
            demo.load(self.show, None, self.list, **QUIET)

    def show(self, request: gr.Request) -> str:
        """All kept answers of the one who asks, as they fare now."""
        try:
            return answers_html(self.news.answers(owner=owner_of(request)))
        except RagError as error:
            return render("answers", "message", words=error_text(error))

    def forget(self, event: gr.EventData, request: gr.Request) -> str:
        """The answers without one, or without any."""
        name, owner = str(event_data(event).get("id")), owner_of(request)
        try:
            chosen = [a.id for a in self.news.answers(owner=owner)] if name == "all" else [name]
            self.news.forget_answers(*chosen, owner=owner)
        except RagError as error:
            return render("answers", "message", words=error_text(error))
        return self.show(request)

    def read_article(self, event: gr.EventData) -> str:
        """The stored text of an article, over the page."""
        data = event_data(event)
        try:
            article = self.news.article(str(data.get("id")))
        except RagError as error:
            return render("answers", "message", words=error_text(error))
        start, end = (int(str(at)) if str(at).isdecimal() else 0 for at in (data.get("start"), data.get("end")))
        return article_html(article, start, end, next(self.served))
