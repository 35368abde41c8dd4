"""What goes on from an answer on the chat page: the next questions, and what becomes of a pasted text."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rag.chat.assets import event_data
from rag.chat.endpoints import error_text, filters_of, owner_of
from rag.chat.kept import saved_chats
from rag.chat.kept.pasted import MAX_PASTED, add_pasted
from rag.chat.layout import Changes, Layout
from rag.chat.protocols import Library, NewsLike
from rag.chat.turn import Asked, Run, Turn
from rag.chat.views.escape import plain_html
from rag.chat.views.render import render
from rag.chat.views.sources import article_html
from rag.errors import RagError, UsageError
from rag.types import Article

if TYPE_CHECKING:
    import gradio as gr


log = logging.getLogger(__name__)


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

    def left_behind(self, given: dict[Any, Any], asked: Asked) -> Article | None:
        """The article that is open, where the question is plainly about something else; None where it is not.

        Raises ``RagError`` where the article has gone, or the scope cannot be.
        """
        about = given[self.about]
        if not about or asked.within or asked.everywhere or given[self.only]:
            return None
        filters = filters_of(*(given[part] for part in self.scope))
        return self.news.article(about) if self.news.is_elsewhere(asked.question, about, filters=filters) else None

    def _cut_short(self, turns: list[Turn], request: gr.Request) -> list[Turn]:
        """The turn that still goes on, as far as it has come, behind those that are over."""
        run = self.runs.get(str(request.session_hash))
        if run is None or run.turn is None or run.over or run.turn.number in [turn.number for turn in turns]:
            return turns
        return [*turns, replace(run.turn, stopped=run.turn.running)]

    def read_article(self, turns: list[Turn], event: gr.EventData) -> str:
        """The stored text of an article, over the page: as it stood on the day of the answer beside it, or as it is now
        where it tells how that fares."""
        import gradio as gr

        data = event_data(event)
        start, end = (int(str(at)) if str(at).isdecimal() else 0 for at in (data.get("start"), data.get("end")))
        beside = next((turn for turn in turns if turn.number == data.get("turn")), turns[-1] if turns else None)
        as_of = beside.answer.as_of if beside and beside.answer and not data.get("now") else None
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

    def _with_kept(self, turn: Turn, request: gr.Request) -> Turn:
        """A turn whose answer is kept, as far as there is something to keep and it stands on articles of the index."""
        answer = turn.answer
        if answer is None or not self.news.keeps_answers or answer.refused or not answer.citations:
            return turn
        try:
            kept = self.news.keep(answer, owner=owner_of(request))
        except UsageError:  # a text that was pasted, an article that has gone meanwhile
            return turn
        except RagError as error:  # the answer is shown all the same
            log.warning("an answer was not kept: %s", error.told)
            return turn
        return replace(turn, kept=kept.id, fares=kept)

    def _with_fares(self, turns: Sequence[Turn], request: gr.Request) -> list[Turn]:
        """Turns of an earlier chat, each with how its answer fares now."""
        numbers = [turn.kept for turn in turns if turn.kept]
        if not numbers or not self.news.keeps_answers:
            return list(turns)
        try:
            found = {kept.id: kept for kept in self.news.answers(*numbers, owner=owner_of(request))}
        except RagError as error:
            log.warning("how answers fare is not known: %s", error.told)
            found = {}
        # A record of a browser may name any number: what was not asked is not its answer.
        fares = [found.get(turn.kept or "") for turn in turns]
        return [
            replace(turn, fares=kept) if kept and kept.question == turn.question else turn
            for turn, kept in zip(turns, fares, strict=True)
        ]

    def _every_chat(self, chats: saved_chats.Chats, request: gr.Request) -> list[tuple[str, list[Turn]]]:
        """All chats of a browser, with how their answers fare."""
        found = saved_chats.every_chat(chats, self.news.article)
        return [(title, self._with_fares(turns, request)) for title, turns in found]

    def _told(self, words: str, *, trouble: bool = False) -> dict[Any, Any]:
        return {self.notice: render("controls", "told", words=words, trouble=trouble)}
