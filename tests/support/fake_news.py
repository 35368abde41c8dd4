"""A scripted stand-in for ``rag.News``: real values, no index, no model; a test decides when it goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from rag.errors import UsageError
from rag.types import (
    Answer,
    Article,
    Brief,
    BriefMark,
    BriefStory,
    Cause,
    Chunk,
    Citation,
    Copy,
    Delta,
    Event,
    Evidence,
    Filters,
    FollowedQuestion,
    Found,
    Hit,
    KeptAnswer,
    Message,
    NameTopic,
    OutletComparison,
    OutletSaying,
    Step,
    Timeline,
    TimelineRow,
    Understood,
    ValueGroup,
    day,
)

SYRIA = Article(
    id="a1",
    title="Coalition mission in Iraq to end by September 2025",
    body=(
        "The coalition formed a decade ago will leave Iraq in two steps. "
        "A joint statement was issued on Friday. The commission will work out the details.\n\n"
        'The mission in neighbouring Syria "will continue until September 2026," the statement said. '
        "It gave few details on how many troops will leave. Officials called it a transition.\n\n"
        "About 2,500 soldiers are in Iraq and roughly 900 in Syria."
    ),
    published=datetime(2024, 9, 28, 20, 0),
    source="Daily Wire Test",
    section="World",
    url="https://news.example.org/iraq-mission",
)
FLOOD = Article(
    id="a2",
    title="River towns count the cost of the flood",
    body="The river rose four metres in a night. Two bridges are closed. Trains run again from Monday.",
    published=date(2024, 9, 27),
    source="Northern Post",
    url="https://post.example.org/flood",
)
QUOTE = 'The mission in neighbouring Syria "will continue until September 2026," the statement said.'
TROOPS = "About 2,500 soldiers are in Iraq and roughly 900 in Syria."


def evidence(article: Article, quote: str, score: float = 0.9) -> Evidence:
    start = article.body.index(quote)
    return Evidence(article, start, start + len(quote), quote, score)


def cite(n: int, article: Article, quote: str) -> Citation:
    start = article.body.index(quote)
    return Citation(n, article, quote, start, start + len(quote))


def hit(article: Article) -> Hit:
    chunk = Chunk(f"{article.id}-0", article.id, 0, len(article.body), article.body, article.body)
    return Hit(chunk, article, 1.0)


@dataclass
class Script:
    """How one question goes: what is found, what is drafted, and the answer or the exception at the end."""

    text: str = "The mission in Syria continues until September 2026 [1], with about 900 troops there [2]."
    short: str | None = "September 2026"
    citations: tuple[Citation, ...] = (cite(1, SYRIA, QUOTE), cite(2, SYRIA, TROOPS))
    evidence: tuple[Evidence, ...] = (
        evidence(SYRIA, QUOTE),
        evidence(SYRIA, TROOPS, 0.7),
        evidence(FLOOD, "Two bridges are closed.", 0.2),
    )
    refused: bool = False
    nearest: tuple[Article, ...] = ()
    cause: Cause | None = None
    quotes: tuple[Citation, ...] = ()
    suggestion: str | None = None
    note: str | None = None
    form: str = "fact"
    understood: Understood | None = None
    waiting: str = ""
    error: Exception | None = None
    endless: bool = False
    gates: dict[str, threading.Event] = field(default_factory=dict)
    """Events that the stream waits for before "found", "draft" and "answer"."""
    closed: threading.Event = field(default_factory=threading.Event)
    """Set when a stream of this script has ended, was closed or failed."""


class FakeNews:
    """Answers from ``scripts`` by question; anything else gets ``default``."""

    def __init__(self, articles: Sequence[Article] = (SYRIA, FLOOD), model: str = "scripted") -> None:
        self.model = model
        self.default = Script()
        self.scripts: dict[str, Script] = {}
        self.asked: list[tuple[str, list[Message], Filters]] = []
        self.prints: dict[str, tuple[Article, ...]] = {}
        self.growing = False
        self.warmed = 0
        self.told: list[tuple[str, str | None, str | None, Filters, int]] = []  # timelines that were asked for
        self.briefs: list[tuple[str, Filters, int, str]] = []  # that were asked for
        self.read: list[Brief] = []  # and marked as read
        self.as_written: list[bool] = []  # of each question that was asked
        self.follows: dict[str, list[FollowedQuestion]] = {}  # by owner
        self.forms: list[str] = []  # and in which form, "" as its words have it
        self.texts: list[str | None] = []  # the only source of each
        self.keeps_answers = True
        self.kept: dict[str, tuple[str, KeptAnswer]] = {}  # by number: whose it is, and the answer
        self.elsewhere: set[str] = set()  # questions that are about no article that is open
        self.further: dict[str, tuple[str, ...]] = {}  # next questions, by the question
        self.as_it_stood: dict[tuple[str, date | None], Article] = {}  # earlier versions, by id and day
        self._articles = list(articles)

    def articles(self) -> list[Article]:
        return list(self._articles)

    def article(self, article_id: str, *, as_of: date | None = None) -> Article:
        if (article_id, as_of) in self.as_it_stood:
            return self.as_it_stood[article_id, as_of]
        for article in self._articles:
            if article.id == article_id:
                return article
        raise UsageError(f"no article {article_id}")

    def copies(self, article_id: str) -> list[Copy]:
        return [Copy(a, None, None) for a in self.prints.get(article_id, ())]

    def warm(self) -> None:
        self.warmed += 1

    def being_written(self) -> bool:
        return self.growing

    def sections(self) -> list[str]:
        return sorted({a.section for a in self._articles if a.section})

    def sources(self) -> list[tuple[str, int]]:
        names = [a.source for a in self._articles if a.source]
        return [(name, names.count(name)) for name in sorted(set(names))]

    def authors(self) -> list[tuple[str, int]]:
        names = [name for a in self._articles for name in a.authors]
        return [(name, names.count(name)) for name in sorted(set(names))]

    def timeline(
        self,
        topic: str = "",
        *,
        article: str | None = None,
        entity: str | None = None,
        filters: Filters | None = None,
        limit: int = 20,
    ) -> Timeline:
        """A row an article: its first sentence on the day of its report, the later ones planned and replaced."""
        self.told.append((topic, article, entity, filters or Filters(), limit))
        rows = []
        for n, a in enumerate(self._articles[:limit]):
            end = a.body.find(".") + 1 or len(a.body)
            when, last = day(a.published), n == len(self._articles) - 1
            rows.append(
                TimelineRow(
                    a, 0, end, a.body[:end], when, when, "day", n > 0, (), (a.source or "",), None if last else n + 1
                )
            )
        return Timeline(topic or entity or article or "", tuple(rows), len(self._articles))

    def compare(self, question: str, *, filters: Filters | None = None) -> OutletComparison:
        self.asked.append((question, [], filters or Filters()))
        sayings = tuple(OutletSaying(a, 0, 5, a.body[:5], a.body[:5], speaker="") for a in self._articles)
        return OutletComparison(question, (ValueGroup(sayings[0].value, "agrees", sayings),), ("The Silent Post",))

    def topics(self, *, filters: Filters | None = None, limit: int = 40) -> list[NameTopic]:
        a = self._articles[0]
        when = day(a.published)
        days = ((when, 2),) if when else ()
        return [NameTopic("Tess Marlow", 2, ((a.source or "", 2),), days, Evidence(a, 0, 5, a.body[:5], 1.0))][:limit]

    def brief(self, *, topic: str = "", filters: Filters | None = None, limit: int = 15, reader: str = "") -> Brief:
        """A story an article: its first sentence, which replaces that of the next one."""
        self.briefs.append((topic, filters or Filters(), limit, reader))
        rows = self.timeline(limit=len(self._articles)).rows
        stories = [
            BriefStory(replace(row, replaced_by=None, planned=False), rows[n + 1 : n + 2], begun=row.first)
            for n, row in enumerate(rows)
        ]
        since = filters.since if filters else None
        mark = None if since else BriefMark("", datetime(2024, 9, 29, 8, 0, tzinfo=UTC), 1)
        left = max(len(stories) - limit, 0)
        return Brief(tuple(stories[:limit]), since, None, articles=len(rows), outlets=2, left_out=left, mark=mark)

    def mark_read(self, brief: Brief) -> None:
        self.read.append(brief)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        filters: Filters | None = None,
        as_written: bool = False,
        form: str = "",
        text: str | None = None,
    ) -> Iterator[Event]:
        filters = filters or Filters()
        self.forms.append(form)
        self.texts.append(text)
        self.as_written.append(as_written)
        self.asked.append((question, list(history), filters))
        script = self.scripts.get(question, self.default)

        def wait(name: str) -> None:
            if name in script.gates:
                assert script.gates[name].wait(200), f"the test never opened {name!r}"

        try:
            understood = script.understood if not as_written else None
            yield Step("searching", understood.told(question) if understood else "")
            if script.waiting:
                yield Step("waiting", script.waiting)
            wait("found")
            if script.error:
                raise script.error
            yield Step("reading", "3 sentences")
            yield Found(script.evidence, tuple(hit(e.article) for e in script.evidence))
            wait("draft")
            yield Step("writing", self.model)
            while script.endless:
                yield Delta("and on ")
                threading.Event().wait(0.02)
            for word in script.text.split(" "):
                yield Delta(word + " ")
            wait("answer")
            yield Step("checking", "")
            yield replace(self._answer(question, script, filters), understood=understood)
        finally:
            script.closed.set()

    def search(self, question: str, *, filters: Filters | None = None) -> list[Hit]:
        self.asked.append((question, [], filters or Filters()))
        return [hit(article) for article in self._articles]

    def keep(self, answer: Answer, *, owner: str = "") -> KeptAnswer:
        if not self.keeps_answers or any(c.article not in self._articles for c in answer.citations):
            raise UsageError("it is not in the index")
        number = str(1 + len(self.kept))
        now = datetime(2024, 10, 1, tzinfo=UTC)
        self.kept[number] = (
            owner,
            KeptAnswer(
                number, answer.question, answer.question, answer.short, answer.text, now, answer.as_of, answer.citations
            ),
        )
        return self.kept[number][1]

    def answers(self, *ids: str, owner: str = "") -> list[KeptAnswer]:
        return [a for n, (whose, a) in reversed(self.kept.items()) if whose == owner and (not ids or n in ids)]

    def forget_answers(self, *ids: str, owner: str = "") -> int:
        gone = [n for n in ids if n in self.kept and self.kept[n][0] == owner]
        for n in gone:
            del self.kept[n]
        return len(gone)

    def follow(self, question: str, *, owner: str = "") -> FollowedQuestion:
        if not question.endswith("?"):
            raise UsageError("only a question that one fact answers can be followed")
        made = FollowedQuestion(str(len(self.follows) + 1), question, None, "", datetime(2024, 9, 28, tzinfo=UTC))
        self.follows.setdefault(owner, []).append(made)
        return made

    def followed(self, *, owner: str = "") -> list[FollowedQuestion]:
        return self.follows.get(owner, [])

    def unfollow(self, *ids: str, owner: str = "") -> int:
        before = self.followed(owner=owner)
        self.follows[owner] = [f for f in before if f.id not in ids]
        return len(before) - len(self.follows[owner])

    def mark_changes_read(self, *ids: str, owner: str = "") -> None:
        self.follows[owner] = [replace(f, unread=0) for f in self.followed(owner=owner)]

    def changes_feed(self, *, owner: str = "") -> str:
        return f"<feed>{len(self.followed(owner=owner))} of {owner}</feed>"

    def is_elsewhere(self, question: str, article_id: str, *, filters: Filters | None = None) -> bool:
        return question in self.elsewhere

    def next_questions(self, answer: Answer) -> tuple[str, ...]:
        return self.further.get(answer.question, ())

    def ask(
        self, question: str, *, history: Sequence[Message] = (), filters: Filters | None = None, form: str = ""
    ) -> Answer:
        last = list(self.stream(question, history=history, filters=filters, form=form))[-1]
        assert isinstance(last, Answer)
        return last

    def _answer(self, question: str, script: Script, filters: Filters) -> Answer:
        return Answer(
            question=question,
            text=script.text,
            short=None if script.refused else script.short,
            refused=script.refused,
            citations=() if script.refused else script.citations,
            model=self.model,
            as_of=filters.as_of,
            nearest=script.nearest,
            cause=script.cause,
            quotes=script.quotes,
            suggestion=script.suggestion,
            evidence=script.evidence,
            hits=tuple(hit(e.article) for e in script.evidence),
            note=script.note,
            form=script.form,
            timings_ms={"retrieve": 5, "evidence": 3, "first_token": 20, "total": 40},
        )
