"""Files of wire text -> articles: each message one, its takes joined, new leads under one name with their number.

A note to editors is no text. A kill, an advisory and a message under an embargo are told as what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from rag.ingest.dispatches import marks
from rag.ingest.dispatches.frame import WireFrame, frames
from rag.ingest.dispatches.story import WireStory, embargo_of_story, story_of
from rag.ingest.page import Page, Withdrawal, embargo_not_understood, failed, not_news
from rag.types import ReportItem, day

_SECTIONS = {
    "pol": "Politics", "spo": "Sports", "fin": "Business", "eco": "Business", "wir": "Business", "env": "Environment",
    "sci": "Science", "hth": "Health", "edu": "Education", "rel": "Religion", "wea": "Weather", "clj": "Crime",
    "ace": "Culture", "lif": "Lifestyle", "dis": "Disasters",
    "war": "Conflict", "soi": "Society",
    "lab": "Labor",
    "hum": "Human interest",
    "p": "Politics", "s": "Sports", "f": "Business", "e": "Entertainment", "i": "International",
    "a": "Domestic", "w": "Washington", "l": "Lifestyle",
}  # fmt: skip
"""What the letters of IPTC 7901 and ANPA-1312 for a category mean; those of single agencies are not here."""
_NOTICE_WORDS = 120  # of a correction that names the story it corrects, at most
_NOTICE = re.compile(
    r"\b(?:erroneously|incorrectly|in (?:a|an|its|the) (?:\w+ )?(?:story|item|article|report|dispatch)"
    r"|in (?:der|einer|unserer) meldung|dans (?:la|notre|une) d[ée]p[êe]che"
    r"|en (?:la|una|nuestra) (?:nota|noticia|información)"
    r"|nella notizia|should have (?:read|said))\b",
    re.IGNORECASE,
)
_KILLED_WITHIN = 14  # days before a kill in which what it means was sent
_SHOWN = 300  # characters of a note that is kept


@dataclass(slots=True)
class _Read:
    """A message with its article."""

    frame: WireFrame
    story: WireStory
    page: Page
    key: str  # of the story it belongs to


def read_dispatches(origin: str, data: bytes, charset: str | None = None) -> Iterator[Page | ReportItem | Withdrawal]:
    """The articles of a file of messages, in its order, and why a message is none; never raises for what it holds."""
    messages = frames(data, charset)
    if messages is None:
        yield failed(origin, "not text but binary data; save the messages as they were sent")
        return
    read: list[_Read | ReportItem | Withdrawal] = []
    found = list(messages)
    for number, frame in enumerate(found, 1):
        where = f"{origin}#message {number}" if len(found) > 1 else origin
        _take(where, frame, read)
    yield from (item.page if isinstance(item, _Read) else item for item in read)
    if not read:
        yield failed(origin, "no message of a wire with a text in it")


def _take(where: str, frame: WireFrame, read: list[_Read | ReportItem | Withdrawal]) -> None:
    """Adds what one message is to those before it."""
    story = story_of(frame)
    key = _key(story, frame)
    before = [one for one in read if isinstance(one, _Read)]
    if story.killing or story.held:
        read.append(_killed(where, story, frame, key, before))
    elif story.advisory:
        read.append(not_news(where, "an advisory to editors, no article"))
    elif not story.body:
        read.append(failed(where, "no text in the message"))
    elif story.added and (start := next((one for one in reversed(before) if one.key == key), None)):
        start.story.body += _without_catch(story.body)
        start.page = _page(start.page.origin, start.story, start.frame, start.page.id)
    else:
        if story.added:
            story.body = _without_catch(story.body)
        own = _own_name(story, frame, key, before)
        if story.embargo is not None and embargo_of_story(story) is None:
            read.append(failed(where, embargo_not_understood(story.embargo)))
        else:
            read.append(_Read(frame, story, _page(where, story, frame, own), key))


def _page(where: str, story: WireStory, frame: WireFrame, name: str | None) -> Page:
    title = marks.bare_title(story.title) or _titled(story.slug)
    unfinished = story.added and name is not None
    return Page(
        where,
        "\n\n".join(story.body),
        whole=True,
        id=name,
        title=title or None,
        published=story.sent,
        source=story.agency or None,
        section=_SECTIONS.get(frame.category),
        authors=story.authors,
        version=story.version,
        correction=(story.correction or "")[:_SHOWN] or None,
        embargo=embargo_of_story(story),
    ).noted(
        "a later take of a story whose beginning is in another file" if unfinished else None,
        f"its header names the day {frame.day} without a year" if story.sent is None and frame.day else None,
    )


def _killed(where: str, story: WireStory, frame: WireFrame, key: str, before: list[_Read]) -> Withdrawal | ReportItem:
    """What a kill takes back: the story that it names by its slug or its number, in this file or by the same name."""
    names = {re.sub(r"\W", "", name.lower()) for name in story.refers}
    target = next(
        (one for one in reversed(before)
         if one.key == key or re.sub(r"\W", "", f"{one.frame.service}{one.frame.number}".lower()) in names
         or re.sub(r"\W", "", one.story.slug.lower()) in names),
        None,
    )  # fmt: skip
    why = "killed" if story.killing else "withheld"
    meant = _key_of_reference(story) or key
    name = target.page.id if target else _named(story, frame, meant)
    if name is None:
        return failed(where, "a kill that names no story by its slug; remove what it means by: rag remove")
    words = " ".join(story.notes) or " ".join(story.body)
    earlier = () if target else _names_before(story, frame, meant)
    return Withdrawal(where, name, why, story.version, story.sent, notice=words[:_SHOWN] or None, or_earlier=earlier)


def _names_before(story: WireStory, frame: WireFrame, key: str) -> tuple[str, ...]:
    """What a story of the same keywords is named that was sent on one of the days before, the last one first."""
    sent = day(story.sent)
    if sent is None:
        return ()
    days = (sent - timedelta(days=n) for n in range(1, _KILLED_WITHIN + 1))
    return tuple(filter(None, (_named(replace(story, sent=on), frame, key) for on in days)))


def _key(story: WireStory, frame: WireFrame) -> str:
    """What all messages of one story share: the keywords of its slug."""
    return re.sub(r"\W+", "-", story.slug.lower()).strip("-")


def _key_of_reference(story: WireStory) -> str:
    return next(
        (re.sub(r"\W+", "-", name.lower()).strip("-") for name in story.refers if not re.search(r"\d{3}$", name)), ""
    )


def _named(story: WireStory, frame: WireFrame, key: str) -> str | None:
    """The name of a story: its agency, its day and its keywords."""
    when = day(story.sent)
    on = when.isoformat() if when else frame.day
    if not key or not on:
        return None
    return "-".join(filter(None, ((story.agency or frame.service).lower(), on, key)))


def _own_name(story: WireStory, frame: WireFrame, key: str, before: list[_Read]) -> str | None:
    """The name that an article is stored under; one of its own where the slug is that of another story too."""
    name = _named(story, frame, key)
    if name is None:
        return None
    words = " ".join(story.body)
    if story.correction and not story.version and len(words.split()) <= _NOTICE_WORDS and _NOTICE.search(words[:400]):
        return f"{name}-correction"  # a notice beside the story, which stays
    others = [one for one in before if one.page.id == name]
    marked = story.version or story.correction or story.added
    if others and not marked and _plain(others[-1].story.title) != _plain(story.title):
        return f"{name}-{frame.number or len(before)}"
    return name


def _plain(title: str) -> str:
    return re.sub(r"\W", "", marks.bare_title(title).lower())


def _titled(slug: str) -> str:
    """'US--Ferry Line' as a headline, for a message that has none."""
    return re.sub(r"\s+", " ", re.sub(r"[-/_]+", " ", slug)).strip()


def _without_catch(body: list[str]) -> list[str]:
    """The text of a later take without the line that says where it goes on: 'ERLE: on Tuesday.'"""
    caught = body and re.fullmatch(r"[A-ZÀ-Þ][A-ZÀ-Þ .,'-]{2,40}:\s.{1,80}", body[0])
    return body[1:] if caught and len(body) > 1 else body
