"""One turn of a chat: how far its answer is, and the thread that walks its stream."""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, NamedTuple

from rag.types import Answer, Article, Citation, Copy, Delta, Event, Evidence, Found, KeptAnswer, Message, Step

HISTORY_TURNS = 3  # what a follow-up question may refer back to
TICK = 0.25  # seconds without an event after which a run says so
REDRAW = 0.08  # seconds between two pictures of a growing draft


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and how far its answer has come. ``steps`` are (name, detail, second it began).

    ``copies`` are the other prints, without their bodies, of the story that a cited article (its id) belongs to.
    """

    number: int
    question: str
    scope: str = ""
    begun: datetime | None = None  # when it was asked, with its zone
    steps: tuple[tuple[str, str, float], ...] = ()
    seconds: float = 0.0
    found: tuple[Evidence, ...] | None = None
    draft: str = ""
    answer: Answer | None = None
    error: str | None = None
    stopped: bool = False
    copies: Mapping[str, tuple[Article, ...]] = field(default_factory=dict)
    rating: Literal["up", "down"] | None = None
    comment: str = ""
    kept: str | None = None  # the number of the answer in the ledger
    fares: KeptAnswer | None = None  # and how it fares
    left: Article | None = None  # the article that was open, and that the question is plainly not about
    expected: float = 0.0  # seconds that the model is likely to read before its first word; 0 where that is not known

    @property
    def running(self) -> bool:
        return self.answer is None and self.error is None and not self.stopped


def now() -> datetime:
    return datetime.now().astimezone()


class Run:
    """Walks one stream in a thread of its own, so that Stop is seen while the model is silent, and before it begins.

    Iterating gives the events as they come, and ``None`` after each ``TICK`` without one; what the stream
    raises is raised here. Only the walking thread touches the stream, and it closes it as soon as it may.

    On a page it knows what was ``asked``, and how far its ``turn`` has come.
    """

    def __init__(self, asked: Asked | None = None, turn: Turn | None = None) -> None:
        self.asked = asked
        self.turn = turn
        self.over = False  # the page shows what became of it
        self.stopped = False
        self.discarded = False  # stopped, and nobody wants to see what became of it
        self._box: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()  # None: the end

    def start(self, begin: Callable[[], Iterator[Event]]) -> None:
        """Begins the stream, unless it was stopped already."""
        if not self.stopped:
            threading.Thread(target=self._walk, args=(begin,), name="answer", daemon=True).start()

    def stop(self, *, discard: bool = False) -> None:
        self.discarded = self.discarded or discard
        self.stopped = True
        self._box.put(None)

    def _walk(self, begin: Callable[[], Iterator[Event]]) -> None:
        try:
            events = begin()
            try:
                for event in events:
                    if self.stopped:
                        break
                    self._box.put(event)
            finally:
                if close := getattr(events, "close", None):
                    close()
        except Exception as error:
            self._box.put(error)
        finally:
            self._box.put(None)

    def __iter__(self) -> Iterator[Event | None]:
        while True:
            try:
                item = self._box.get(timeout=TICK)
            except queue.Empty:
                yield None
                continue
            if self.stopped or item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item


def advance(turn: Turn, event: Event | None, seconds: float) -> Turn:
    """``turn`` after ``event``, ``seconds`` after it began."""
    turn = replace(turn, seconds=seconds)
    match event:
        case Step(name, detail):
            steps = turn.steps
            if steps and steps[-1][0] == name:  # the same step tells more, as when the queue gets shorter
                return replace(turn, steps=(*steps[:-1], (name, detail, steps[-1][2])))
            return replace(turn, steps=(*steps, (name, detail, seconds)))
        case Found(evidence):
            return replace(turn, found=evidence)
        case Delta(text):
            return replace(turn, draft=turn.draft + text)
        case Answer():
            return replace(turn, answer=event)
    return turn


def follow(run: Run, turn: Turn, began: float) -> Iterator[tuple[Turn, Event | None, bool]]:
    """Advances ``turn`` by each event of its run until it has an answer.

    Yields the turn, the event, and whether it is time to draw: not each word, and once a second while none comes.
    """
    drawn = began
    for event in run:
        at, second = time.monotonic(), int(turn.seconds)
        turn = advance(turn, event, at - began)
        if event is None:
            due = int(turn.seconds) != second or at - drawn >= 1
        else:
            due = not turn.answer and (at - drawn >= REDRAW or not isinstance(event, Delta))
        drawn = at if due else drawn
        run.turn = turn
        yield turn, event, due
        if turn.answer:
            return


class Asked(NamedTuple):
    """A question, and how it is asked."""

    question: str
    again: bool = False  # in place of the last turn
    as_written: bool = False  # by its words alone
    everywhere: bool = False  # of all articles
    form: str = ""  # in which the answer is to be, where its words would have it otherwise
    within: str = ""  # of this article alone, though it is about something else


def what_is_asked(typed: str, sent: Mapping[str, Any], turns: Sequence[Turn]) -> Asked:
    """What was typed, or, by what the page ``sent`` along, what a button under the last answer asks in its place."""
    match sent.get("do") if turns else None:
        case "again" | "written" | "everywhere" as what:
            return Asked(turns[-1].question.strip(), True, what == "written", what == "everywhere")
        case "form":
            return Asked(turns[-1].question.strip(), again=True, form=str(sent.get("form") or ""))
        case "within" if turns[-1].left:
            return Asked(turns[-1].question.strip(), again=True, within=turns[-1].left.id)
        case "next":
            return Asked(str(sent.get("question") or "").strip())
        case "ask" | "as-asked" as what:
            return Asked(str(sent.get("question") or "").strip(), True, what == "as-asked")
    return Asked(typed.strip())


def read_before_writing(turn: Turn) -> float:
    """Seconds from the beginning of the writing to the first word; 0 where no model wrote."""
    if turn.answer is None or not (first := turn.answer.timings_ms.get("first_token")):
        return 0.0
    begun = next((began for name, _, began in turn.steps if name == "writing"), None)
    return max(0.0, first / 1000 - begun) if begun is not None else 0.0


def answer_headline(answer: Answer) -> str:
    """What an answer says before its sources: all of it, or of a refusal with quotes the line above them."""
    return answer.text.strip().partition("\n")[0].strip() if answer.quotes else answer.text


def sources_of(answer: Answer) -> tuple[Citation, ...]:
    """The numbered sources of an answer: its citations, or the quotes of a refusal."""
    return answer.citations or answer.quotes


def copies_of(answer: Answer, find: Callable[[str], Sequence[Copy]]) -> dict[str, tuple[Article, ...]]:
    """The other prints of the stories behind an answer, by the id of the cited article."""
    cited = {c.article.id for c in sources_of(answer) if c.article.id}
    others = {one: tuple(copy.article for copy in find(one) if copy.article.id != one) for one in cited}
    return {one: copies for one, copies in others.items() if copies}


_MAKING = re.compile(r"\b(?:draft|quotes?)\b", re.IGNORECASE)


def note_of(answer: Answer) -> str | None:
    """The note of an answer as far as it is a reader's; why a draft was thrown away belongs under the steps."""
    of_the_making = answer.refused and answer.cause and _MAKING.search(answer.note or "")
    return None if of_the_making else answer.note


MARKER = re.compile(r"\s*\[(\d{1,3})\]")  # the number of a citation, and the blank before it


def without_markers(text: str) -> str:
    """The answer without its citation numbers: what a follow-up question gets to read."""
    return MARKER.sub("", text).strip()


def history_of(turns: Sequence[Turn]) -> list[Message]:
    """The last answered turns as plain messages, without citation numbers, HTML or small talk."""
    answered = [(t.question, t.answer) for t in turns if t.answer and t.answer.cause != "talk"]
    return [
        {"role": role, "content": text}
        for question, answer in answered[-HISTORY_TURNS:]
        for role, text in (("user", question), ("assistant", without_markers(answer.text)))
    ]
