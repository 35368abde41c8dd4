"""The page of followed questions, and the link to it with the count of what is unread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.chat import assets
from rag.chat.assets import event_data
from rag.chat.endpoints import error_text, owner_of
from rag.chat.layout import QUIET, html
from rag.chat.protocols import NewsLike
from rag.chat.views.escape import MAX_QUESTION
from rag.chat.views.render import render

if TYPE_CHECKING:
    import gradio as gr


class FollowingPage:
    """The page under /following of ``demo``; ``following?question=...`` has that question in its form.

    ``link`` is what leads there on the chat page. Each login sees its own questions.
    """

    def __init__(self, demo: gr.Blocks, news: NewsLike, link: gr.HTML) -> None:
        import gradio as gr

        self.news = news
        # Gradio looks the types up by their names in this module, which does not know them.
        for handler in (FollowingPage.count, FollowingPage.open_page, FollowingPage.add, FollowingPage.stop):
            handler.__annotations__["request"] = gr.Request
        for handler in (FollowingPage.add, FollowingPage.stop):
            handler.__annotations__["event"] = gr.EventData
        with demo:
            demo.load(self.count, None, link, **QUIET)
        with demo.route("Following", "/following", show_in_navbar=False):
            with gr.Row(elem_id="top"):
                html("title", render("controls", "title", text="Following"), None)
                html("fresh", render("controls", "page_link", address="./", text="Back to the chat"), None)
            with gr.Column(elem_id="following"):
                self.form = html("follow-form", "", assets.FOLLOWING_SCRIPT)
                self.told = html("follow-told", "", None)
                self.list = html("follow-list", "", assets.FOLLOWING_SCRIPT)
            shown = [self.form, self.told, self.list]
            self.form.submit(self.add, None, shown, show_progress="minimal", api_visibility="private")
            self.list.delete(self.stop, None, [self.told, self.list], **QUIET)
            demo.load(self.open_page, None, shown, **QUIET)

    def count(self, request: gr.Request) -> str:
        """The link with the number of changes that were not read."""
        try:
            unread = sum(f.unread for f in self.news.followed(owner=owner_of(request)))
        except Exception as error:
            error_text(error)
            unread = 0
        return render("following", "link", unread=unread)

    def open_page(self, request: gr.Request) -> tuple[str, str, str]:
        """The questions with their changes, which are read now."""
        question = str(request.query_params.get("question") or "")[:MAX_QUESTION]
        shown = self._list(request)
        self.news.mark_changes_read(owner=owner_of(request))
        return render("following", "form", question=question), "", shown

    def add(self, event: gr.EventData, request: gr.Request) -> tuple[str, str, str]:
        """Follows the question of the form, which stays where that cannot be."""
        question = " ".join(str(event_data(event).get("question") or "").split())[:MAX_QUESTION]
        told = ""
        try:
            self.news.follow(question, owner=owner_of(request))
            question = ""
        except Exception as error:
            told = render("following", "message", words=error_text(error))
        return render("following", "form", question=question), told, self._list(request)

    def stop(self, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """Stops following one."""
        self.news.unfollow(str(event_data(event).get("id")), owner=owner_of(request))
        return "", self._list(request)

    def _list(self, request: gr.Request) -> str:
        try:
            return render("following", "list", followed=self.news.followed(owner=owner_of(request)))
        except Exception as error:
            return render("following", "message", words=error_text(error))
