"""What goes on from an answer on the chat page: the next questions, and what becomes of a pasted text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rag.chat.assets import event_data
from rag.chat.endpoints import error_text
from rag.chat.kept.pasted import MAX_PASTED, add_pasted
from rag.chat.layout import Changes, Layout
from rag.chat.protocols import Library, NewsLike
from rag.chat.turn import Run, Turn
from rag.chat.views.escape import plain_html
from rag.chat.views.render import render
from rag.chat.views.sources import article_html
from rag.errors import RagError

if TYPE_CHECKING:
    import gradio as gr


class GoingOn(Layout):
    """The part of the chat page for which an answer is there already."""

    news: NewsLike
    uploads: Path | None
    runs: dict[str, Run]
    served: Iterator[int]

    def go_on(self, turns: list[Turn], request: gr.Request) -> Changes:
        """Buttons with questions that the articles answer, tried now that the answer is there.

        They are not shown where the reader asked something else meanwhile.
        """
        import gradio as gr

        run = self.runs.get(str(request.session_hash))
        answer = turns[-1].answer if turns else None
        if answer is None or run is None or not run.over:
            return {self.next: gr.skip()}
        questions = self.news.next_questions(answer)
        if self.runs.get(str(request.session_hash)) is not run:
            return {self.next: gr.skip()}
        shown = render("controls", "next", questions=questions, refused=answer.refused) if questions else ""
        return {self.next: shown}

    def _cut_short(self, turns: list[Turn], request: gr.Request) -> list[Turn]:
        """The turn that still goes on, as far as it has come, behind those that are over."""
        run = self.runs.get(str(request.session_hash))
        if run is None or run.turn is None or run.over or run.turn.number in [turn.number for turn in turns]:
            return turns
        return [*turns, replace(run.turn, stopped=run.turn.running)]

    def read_article(self, turns: list[Turn], event: gr.EventData) -> str:
        """The stored text of an article, over the page: as it stood on the day that the answer beside it is of."""
        import gradio as gr

        data = event_data(event)
        start, end = (int(str(at)) if str(at).isdecimal() else 0 for at in (data.get("start"), data.get("end")))
        beside = next((turn for turn in turns if turn.number == data.get("turn")), turns[-1] if turns else None)
        as_of = beside.answer.as_of if beside and beside.answer else None
        try:
            article = self.news.article(str(data.get("id")), as_of=as_of)
        except RagError as error:
            gr.Warning(plain_html(error_text(error)))
            return ""
        return article_html(article, start, end, next(self.served))

    def take_text(self, typed: str, turns: list[Turn], event: gr.EventData) -> Iterator[Changes]:
        """A pasted text, in the box or in the last turn, into the library or as the only source of what is asked."""
        import gradio as gr

        data = event_data(event)
        from_box = data.get("id") == "box"
        text = (typed if from_box else turns[-1].question if turns else "")[:MAX_PASTED].strip()
        taken: Changes = {**({self.box: ""} if from_box else {}), self.example_row: gr.update(visible=False)}
        if not text:
            yield {self.notice: ""}
        elif data.get("do") == "only-text":
            yield {self.only: text, self.about: None, self.notice: "", **taken}
        elif self.uploads is not None:
            yield self._told("Reading …")
            try:
                article = add_pasted(cast(Library, self.news), self.uploads, text)
            except Exception as error:
                yield self._told(error_text(error), trouble=True)
                return
            told = self._told(f"Added “{article.title}”. The next question is about it.")
            yield {self.about: article.id, self.only: None, **told, **taken}

    def _told(self, words: str, *, trouble: bool = False) -> dict[Any, Any]:
        return {self.notice: render("controls", "told", words=words, trouble=trouble)}
