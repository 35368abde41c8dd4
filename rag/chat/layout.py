"""What is on the chat page, and where: its components in Gradio, without what happens on an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.chat import assets
from rag.chat.kept import saved_chats
from rag.chat.views import controls, sources
from rag.chat.views.render import render

if TYPE_CHECKING:
    import gradio as gr

EXAMPLES = (
    "When does the coalition mission in Syria end?",
    "How many U.S. troops are in Syria?",
    "What is the toll on the Brannock Narrows Bridge?",
    "Who is the mayor of Ashcombe?",
    "Who won the Nobel Peace Prize in 2024?",
    "How many jobs will the Kestrel plant in Tolland Flats create?",
)
"""Questions to click before the first one is asked; meant to fit the articles in ``corpus/``."""

GROWTH = 3.0  # seconds between two looks at an index that is being added to


Changes = dict[Any, Any]
"""What changes on the page: new values by component."""

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def html(elem_id: str | None = None, value: str = "", js_on_load: str | None = assets.SCRIPT) -> gr.HTML:
    """HTML in which the page's script works; without the script where ``js_on_load`` is None."""
    import gradio as gr

    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=js_on_load)


class Layout:
    """The components of the chat page, each under a name of its own."""

    def lay_out(self, *, library: bool) -> None:
        """Adds all of them to the ``gr.Blocks`` that is open; with a link to the library page where there is one."""
        import gradio as gr

        self.turns, self.about = gr.State([]), gr.State(None)
        self.before_edit = gr.State(None)  # the text in the box before the last question came back to be edited
        self.only = gr.State(None)  # a text that was pasted, as the only source
        self.forgotten = gr.State(None)  # the chat that was forgotten last, and all chats before that
        self.chats = gr.State(saved_chats.no_chats())
        self.growth = gr.Timer(GROWTH, active=False)  # runs only while articles are being added
        # The text is the browser's own: the secret only keeps one start of the server from locking out the next.
        self.browser = gr.BrowserState(saved_chats.no_chats(), storage_key="news-chats", secret="news-chats")
        with gr.Row(elem_id="top"):
            html("title", render("controls", "title", text="Ask the news"), None)
            self.fresh = html("fresh", "", None)
            self.to_following = html("to-following", render("following", "link", unread=0), None)
            html("to-stories", render("controls", "page_link", address="stories", text="Stories"), None)
            html("to-brief", render("controls", "page_link", address="brief", text="What is new"), None)
            html("to-answers", render("controls", "page_link", address="answers", text="Answers"), None)
            if library:
                html("to-library", render("controls", "page_link", address="library", text="Library"), None)
            self.menu = html("chats", controls.menu_html(saved_chats.no_chats()))
            self.file = html("file")
            self.new_button = gr.Button("New chat", size="sm", elem_id="new")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="thread"):
                self.welcome = html()
                with gr.Row(elem_id="examples", visible=False) as self.example_row:
                    self.example_buttons = [gr.Button(text) for text in EXAMPLES]
                self.past, self.live, self.next = html("past"), html("live"), html("next")
            with gr.Column(elem_id="panel"):
                self.panel = html(value=sources.panel_html(None))
            with gr.Column(elem_id="composer"):
                self.notice, self.editing, self.chips = html("notice"), html("editing"), html("chips")
                with gr.Row(elem_id="ask-row"):
                    self.box = gr.Textbox(
                        label="Your question",
                        show_label=False,
                        container=False,
                        placeholder="Ask about the news …",
                        lines=1,
                        max_lines=6,
                        autofocus=True,
                        elem_id="question",
                    )
                    self.ask_button = gr.Button("Ask", variant="primary", elem_id="ask")
                    self.stop_button = gr.Button("Stop", visible=False, elem_id="stop")
                html("length", render("controls", "length"), None)
                with (
                    gr.Accordion("Scope: all articles", open=False, elem_id="scope") as self.scope_box,
                    gr.Row(elem_id="scope-row"),
                ):
                    self.since, self.until, self.as_of = (
                        gr.Textbox(label=label, placeholder="2024-09-28", max_lines=1, elem_classes="day")
                        for label in ("From", "To", "As of")
                    )
                    self.outlets, self.sections, self.authors = (
                        gr.Dropdown([], value=[], multiselect=True, label=label, elem_id=label.lower())
                        for label in ("Outlets", "Sections", "Authors")
                    )
                    self.named: list[Any] = [self.outlets, self.sections, self.authors]
                    self.scope: list[Any] = [self.since, self.until, self.as_of, *self.named]
        self.reader = html("reader")
