"""Pictures of the chat in its states, light and dark, on a laptop and a phone: ``make screenshots``.

    python -m tests.support.screenshots FOLDER [STATE ...]

Over scripted answers, so that it takes no model and the pictures differ only where the page does.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from playwright.sync_api import expect

from rag.errors import ModelError
from rag.types import Understood
from tests.chat.test_chat_page import SYRIA_QUESTION, served
from tests.support.browser import Visit, chromium
from tests.support.fake_news import FLOOD, SYRIA, TROOPS, FakeNews, Script, cite, evidence

WIDTHS = {"laptop": (1280, 800), "phone": (400, 860)}
TALKS = replace(
    SYRIA,
    id="a3",
    title="Baghdad and Washington begin talks on the coalition's future",
    body="The two sides met in Baghdad on Saturday. No date for the end of the mission was set.",
    published=date(2024, 1, 27),
    source="Northern Post",
    authors=("Ada Lind", "Omar Said"),
)
TALK = "No date for the end of the mission was set."


COMPARE = "Compare what the outlets say about the troops"
PASTED = (
    "The town band will play on the green this Sunday. The concert begins at three and costs nothing. The leader of "
    "the band hopes for two hundred listeners and a dry day."
)


def _news() -> FakeNews:
    news = FakeNews(articles=(SYRIA, FLOOD, TALKS))
    wide = Script(evidence=(*Script().evidence, evidence(TALKS, TALK, 0.3)))
    news.default = wide
    news.prints[SYRIA.id] = (replace(SYRIA, id="a9", source="Harbour Times", body=""),)
    news.scripts["writing"] = replace(wide, gates={"answer": threading.Event()})
    news.scripts["evidence"] = replace(wide, gates={"draft": threading.Event()})
    news.scripts["waiting"] = replace(wide, waiting="2 ahead", gates={"found": threading.Event()})
    news.scripts["stopped"] = replace(wide, endless=True)
    news.scripts["Who will pay for the two bridges?"] = Script(
        text="The articles do not say.",
        note="the quotes that come closest do not answer it",
        refused=True,
        nearest=(FLOOD, TALKS),
        evidence=(evidence(FLOOD, "Two bridges are closed.", 0.2),),
    )
    news.scripts["How has the mission changed?"] = Script(
        text=f"I could not put this in one sentence. The articles say:\n- 27 January 2024, Northern Post: “{TALK}”",
        cause="uncarried",
        note="no quote holds what the draft says",
        refused=True,
        quotes=(cite(1, TALKS, TALK), cite(2, SYRIA, TROOPS)),
        evidence=(evidence(TALKS, TALK), evidence(SYRIA, TROOPS), evidence(FLOOD, "Two bridges are closed.", 0.2)),
    )
    news.scripts["How many troops in Syia?"] = Script(
        text="No article names Syia.",
        cause="spelling",
        refused=True,
        suggestion="How many troops in Syria?",
        nearest=(SYRIA, TALKS),
    )
    news.scripts["And in Iraq?"] = replace(wide, understood=Understood("How many troops are in Iraq?"))
    news.scripts["What happened to the bridges last week?"] = Script(
        text="“Two bridges are closed.” [1]",
        short=None,
        citations=(cite(1, FLOOD, "Two bridges are closed."),),
        evidence=(evidence(FLOOD, "Two bridges are closed."),),
        note="the embedded model could not be loaded; these are the sentences that fit best",
        understood=Understood(
            "What happened to the bridges last week?", notes=(("last week", "23 to 29 September 2024"),)
        ),
    )
    news.scripts[COMPARE] = Script(
        text=f"What the outlets say:\n- Northern Post: “{TALK}” [1]\n- Daily Wire Test: “{TROOPS}” [2]",
        short=None,
        citations=(cite(1, TALKS, TALK), cite(2, SYRIA, TROOPS)),
        evidence=(evidence(TALKS, TALK), evidence(SYRIA, TROOPS)),
        understood=Understood(COMPARE, notes=(("taken as", "a comparison"),)),
        form="comparison",
    )
    news.further[COMPARE] = (
        "How many soldiers are in Iraq?",
        "What is the latest on the coalition?",
        "Give me a timeline of the mission",
    )
    news.scripts[PASTED] = Script(
        text="This looks like an article, not a question. Add it to the library, or use it as the only source of your "
        "next question.",
        short=None,
        citations=(),
        evidence=(),
        refused=True,
        cause="talk",
        form="pasted",
    )
    news.scripts["error"] = Script(
        error=ModelError("the index is damaged: vectors are missing; mend it: rag check --repair")
    )
    return news


def _asked(question: str, until: str) -> Callable[[Visit], None]:
    def go(one: Visit) -> None:
        one.ask(question)
        expect(one.page.locator(until).first).to_be_visible()

    return go


def _source(one: Visit) -> None:
    _asked(SYRIA_QUESTION, "#live .ref")(one)
    one.page.locator("#live .ref").nth(1).click()
    one.page.locator(".also summary").first.click()


def _article(one: Visit) -> None:
    _source(one)
    one.page.locator("#panel button.title").first.click()
    expect(one.page.locator("dialog mark")).to_be_in_viewport()


def _follow_up(one: Visit) -> None:
    _asked(SYRIA_QUESTION, "#live .ref")(one)
    one.ask("What happened to the bridges last week?")
    expect(one.page.locator("#past .ref").first).to_be_visible()
    expect(one.page.locator("#live .note")).to_be_visible()
    one.page.locator("#live .thumb.down").click()


def _stop(one: Visit) -> None:
    _asked("stopped", "#live .draft")(one)
    one.page.get_by_role("button", name="Stop").click()
    expect(one.page.locator("#live .foot")).to_be_visible()


def _scope(one: Visit) -> None:
    one.page.get_by_role("button", name="Scope: all articles").click()
    one.page.get_by_label("From", exact=True).fill("2024-09-01")
    expect(one.page.locator("#chips")).to_contain_text("From 1 Sep 2024")


def _scoped_refusal(one: Visit) -> None:
    _scope(one)
    one.page.get_by_role("button", name="Change the scope").click()
    one.page.locator("#panel").get_by_role("button", name="Ask about this article").first.click()
    expect(one.page.locator("#chips .chip")).to_have_count(2)
    _asked("How many troops in Syia?", "#live .suggest")(one)


def _edit(one: Visit) -> None:
    _asked(SYRIA_QUESTION, "#live .ref")(one)
    one.page.get_by_role("button", name="Edit").click()
    expect(one.page.locator("#editing .notice")).to_be_visible()


def _chats(one: Visit) -> None:
    for question in (SYRIA_QUESTION, "How has the mission changed?", "What happened to the bridges last week?"):
        expect(one.page.locator(".welcome")).to_be_visible()
        _asked(question, "#live .foot")(one)
        one.page.get_by_role("button", name="New chat").click()
    one.page.locator("#chats summary").click()
    one.page.locator("#chats .forget").last.click()
    expect(one.page.locator("#notice .notice")).to_be_visible()


def _pasted(one: Visit) -> None:
    box = one.page.get_by_label("Your question")
    box.fill(f"{SYRIA.title} {SYRIA.body} " * 3)
    box.press("Enter")
    expect(one.page.locator("#notice .notice")).to_be_visible()
    expect(one.page.locator(".length")).to_be_visible()


def _only_text(one: Visit) -> None:
    _asked(PASTED, "#live .suggest")(one)
    one.page.get_by_role("button", name="Use as the only source").click()
    expect(one.page.locator("#chips .chip")).to_have_count(1)


def _next(one: Visit) -> None:
    _asked(COMPARE, "#next .next")(one)


STATES: dict[str, Callable[[Visit], None]] = {
    "welcome": lambda one: None,
    "scope": _scope,
    "waiting": _asked("waiting", "#live .spin"),
    "evidence": _asked("evidence", "#panel mark"),
    "writing": _asked("writing", "#live .draft"),
    "answer": _asked(SYRIA_QUESTION, "#live .ref"),
    "source": _source,
    "no-model": _follow_up,
    "article": _article,
    "asked-as": _asked("And in Iraq?", "#live .asked-as"),
    "quotes": _asked("How has the mission changed?", "#live .quotes"),
    "spelling": _scoped_refusal,
    "edit": _edit,
    "chats": _chats,
    "pasted": _pasted,
    "pasted-text": _asked(PASTED, "#live .suggest"),
    "only-text": _only_text,
    "next": _next,
    "refusal": _asked("Who will pay for the two bridges?", "#live .calm"),
    "stopped": _stop,
    "error": _asked("error", "#live .trouble"),
}


def main(folder: Path, wanted: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unknown = sorted(set(wanted) - {*STATES, "empty"})
    if unknown:
        sys.exit(f"no state {unknown[0]!r}; there are: {', '.join([*STATES, 'empty'])}")
    news = _news()
    with tempfile.TemporaryDirectory() as profile, chromium(Path(profile)) as browser:
        for empty in (False, True):
            states = {"empty": STATES["welcome"]} if empty else STATES
            with served(FakeNews(articles=()) if empty else news) as url:
                for name, go in states.items():
                    if wanted and name not in wanted:
                        continue
                    for theme in ("light", "dark"):
                        for device, (width, height) in WIDTHS.items():
                            context = browser.new_context(viewport={"width": width, "height": height})
                            one = Visit(context, f"{url}/?__theme={theme}")
                            go(one)
                            one.page.wait_for_timeout(300)  # for what fades in
                            one.page.screenshot(path=folder / f"{name}-{theme}-{device}.png")
                            context.close()
                    print(name, file=sys.stderr)
    for script in news.scripts.values():
        for gate in script.gates.values():
            gate.set()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"), sys.argv[2:])
