"""Whether a page holds several complete articles, and where each of them is.

Three forms are known: several <article> elements (a blog's front page, a page that scrolls on into the next article),
several articles with their text in JSON-LD, and headings of one kind that are each followed by a date and paragraphs.
A page with one article and teasers of others is one article, and so is a live blog: its entries tell one story.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import Block, block_key, names_of
from rag.ingest.html.body import block_shingles, share_taken
from rag.ingest.html.fragment import fragment_text
from rag.ingest.html.live.clocks import (
    ENTRY_CLOCK,
    GLUED_CLOCK,
    LEADING_CLOCK,
    clock_of,
    hours_of,
    is_clock,
    is_day,
    line_of_entry,
)
from rag.ingest.html.metadata import Facts
from rag.ingest.html.stated.json_ld import json_ld_name
from rag.text.timex import stamps
from rag.text.timex.names import entry_label
from rag.types import day

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_RULE = re.compile(r"\s*[+*=]{2,}$")  # behind a headline: '+++ 14.05 Uhr: ... +++'
_NAMED_HEAD = re.compile(r"head(?:line|ing)|[-_ ]title|^title|titel|titre|t[ií]tulo|titolo|tytul|rubri[kc]", re.I)
_SIGNING = re.compile(r"contributor|author|byline|edited-?by|reporter-?name|autor(?:en)?\b|verfasser", re.IGNORECASE)
_LONGEST_HEAD = 200  # characters of a line that is a heading without its element
_MOST_ENTRIES, _LEAST_ENTRIES = 500, 3  # of a live blog, and of what only looks like one
_LEAST_PROSE = 300  # characters in paragraphs; less is a teaser
_LEAST_BRIEF = 80  # of an item that has its day or byline, and two paragraphs that end as sentences do
_ENDED = re.compile(r"[.!?。！？][\"”’»)\]」』]*\s*$")
_LIVE = re.compile(
    r"\blive[-_]{0,2}(?:blog|feed|updates?|ticker|coverage|stream|post|entry|block)|\bliveticker|minute-by-minute", re.I
)
_LIVE_HEADLINE = re.compile(
    r"\blive(?=\W*$|\s*[:|–—-]|[ -](?:updates?|blog|ticker|coverage|reporting|text|commentary|news))|^live\b"
    r"|\b(?:live-?(?:blog|ticker)|newsblog|(?:news-?)?ticker|as it happen(?:s|ed)|minute[- ]by[- ]minute"
    r"|en direct|(?:notre|le) direct|en directo"
    r"|en vivo|minuto a minuto|em direto|ao vivo|in diretta|la diretta|minuto per minuto|na żywo|živě|naživo|élőben"
    r"|i direkte|direkterapport|direkt(?:rapport|en)|suorana|hetki hetkeltä|canlı|прямая трансляция|онлайн|наживо)\b"
    r"|실시간|文字直播|文字直播|直播",
    re.IGNORECASE,
)
"""What headlines of live blogs say; with entries that have their times, the page is one."""
_TEASING = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|(?:read|see|show) (?:more|on|full.{0,20})|continue reading.{0,80}|weiterlesen|mehr"
    r"|lire la suite|leer más|leia mais|leggi tutto|full (?:story|article))\W*$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:by|von|par|por)\s+\w", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One of several articles on a page."""

    title: str
    found: list[Block]  # what its body is chosen from
    element: HtmlElement | None  # that holds it and nothing else
    node: dict[str, Any]  # its JSON-LD
    link: str | None = None  # where its headline leads


def page_parts(found: Sequence[Block], facts: Facts) -> list[Part]:
    """The articles of a page that holds several, in its order; nothing for a page of one. Not for a live blog."""
    forms = (form(found, facts) for form in (_elements, _declared, _headed))
    return next((several for several in forms if len(several) > 1), [])


def is_live(tree: HtmlElement, facts: Facts, found: Sequence[Block]) -> bool:
    """Whether the page is a live blog: by what it declares, by a name, by the headline of what has several entries with
    their times, or where most of its text is in entries that each begin with a clock."""
    declared = any("LiveBlog" in str(node.get("@type")) for node in facts.nodes) or _LIVE.search(facts.url or "")
    elements = tree.iter("article", "main", "section", "body", "div")
    named = (_LIVE.search(f"{names_of(e)} {e.get('data-component') or ''} {e.get('itemtype') or ''}") for e in elements)
    if declared or any(named):
        return True
    if not any(_LIVE_HEADLINE.search(title) for title in facts.titles):
        return _by_the_clock(found)
    today = day(facts.published)
    entries = {e for b in found if b.prose and (e := _entry(b.element)) is not None and _moment(e, today)}
    return len(entries) > 1 or len(_clocks(found, found)) > 1


def _by_the_clock(found: Sequence[Block]) -> bool:
    """Whether most of the text is in entries of one build, each with a clock and no day on its own line or in its
    <time>, and none of them a teaser, whose headline is a link."""
    prose = [block for block in found if block.paragraph]
    timed = (e for b in prose if (e := _entry(b.element)) is not None and ENTRY_CLOCK.fullmatch(_shown_time(e)))
    built: dict[tuple[str, str], list[HtmlElement]] = {}
    for entry in dict.fromkeys(timed):
        built.setdefault(_build(entry), []).append(entry)
    entries = max(built.values(), key=len, default=[])
    linked = ".//h2//a[@href] | .//h3//a[@href] | .//h4//a[@href]"
    if len(entries) < _LEAST_ENTRIES or any(entry.xpath(linked) for entry in entries):
        return _in_lines(found)
    inside = set(entries)
    held = sum(len(b.text) for b in prose if _entry(b.element) in inside)
    return held > 0.5 * _prose(prose)


def _in_lines(found: Sequence[Block]) -> bool:
    """The same where the clocks are lines of their own or begin headlines, without a <time>: each with a paragraph."""
    own = [i for i, block in enumerate(found) if not block.apart and _begins(block)]
    ends = [*own[1:], len(found)]
    under = [
        [b for b in found[i + 1 : end] if b.paragraph and b.links < 0.5] for i, end in zip(own, ends, strict=False)
    ]
    held = [sum(len(b.text) for b in entry) for entry in under]
    same = len({(found[i].element.tag, found[i].element.get("class")) for i in own}) == 1
    return same and len(own) >= _LEAST_ENTRIES and all(held) and sum(held) > 0.5 * _prose(found)


def _begins(block: Block) -> bool:
    return clock_of(block) is not None or (
        LEADING_CLOCK.match(line_of_entry(block.text)) is not None and is_headline(block)
    )


def with_all_entries(found: Sequence[Block], chosen: Sequence[Block], facts: Facts) -> list[Block]:
    """``chosen`` with the entries of a live blog that are built like those it has, of which extraction drops some."""
    have = {id(block) for block in chosen}
    titles = {block_key(title) for title in facts.titles}
    have |= {id(block) for block in _heads(found, have) if block_key(block.text) not in titles}
    built = {_build(entry) for block in chosen if (entry := _entry(block.element)) is not None}
    return [
        block
        for block in found
        if id(block) in have
        or (not block.apart and block.links < 0.5 and (e := _entry(block.element)) is not None and _build(e) in built)
        if block.prose or not _SIGNING.search(names_of(block.element))
    ]


def _heads(found: Sequence[Block], have: Collection[int]) -> Iterator[Block]:
    """The headings of entries, which extraction drops: beside a line that is a clock, above what was chosen."""
    clocks = {i for i, block in enumerate(found) if is_clock(block)}
    for i, block in enumerate(found):
        near = clocks.intersection(range(i - 2, i + 3)) - {i}
        goes_on = any(id(below) in have for below in found[i + 1 : i + 4])
        if near and goes_on and not block.apart and i not in clocks and is_headline(block):
            yield block


def is_headline(block: Block) -> bool:
    """Whether a line is a heading by its element or its name, or all bold."""
    if block.heading or len(block.text) > _LONGEST_HEAD or block.links > 0.5:
        return block.heading
    around = (block.element, *islice(block.element.iterancestors(), 1))
    bold = sum(len(one_line(e.text_content())) for e in block.element.iter("b", "strong"))
    return any(_NAMED_HEAD.search(names_of(e)) for e in around) or bold >= len(block.text.removeprefix("- "))


def _build(entry: HtmlElement) -> tuple[str, str]:
    return entry.tag, re.sub(r"\d+", "", entry.get("class") or "")


def with_times(found: Sequence[Block], chosen: Sequence[Block], facts: Facts) -> list[str]:
    """The lines of a live blog, those that begin an entry with its time: '14:05 – The doors are open.' Updates that
    the page does not show (it fetches them as readers scroll) come last."""
    updates = _updates(facts)
    day_of_page = day(facts.published)
    times = _entry_times(found, chosen, updates, day_of_page)
    lines: list[str] = []
    waiting = told = ""
    for i, block in enumerate(chosen):
        text = one_line(block.text)
        waiting = times.get(i, waiting)
        if (waiting and is_clock(block)) or (told and clock_of(block) == told[-5:]):
            continue  # the time itself
        lead = LEADING_CLOCK.match(text) if waiting else None
        if lead and hours_of(lead) == waiting[-5:]:
            text = f"{lead['day'].rstrip(' ,')}: {lead['rest']}" if lead["day"] else lead["rest"]
        text = _RULE.sub("", text)
        glued = GLUED_CLOCK.match(text.removeprefix("- ")) if waiting else None
        if glued and hours_of(glued) == waiting[-5:]:
            text = text.removeprefix("- ")[glued.end() :]
        lines.append(f"{waiting} – {text.removeprefix('- ')}" if waiting else text)
        waiting, told = "", waiting or told
    shown = set(block_shingles(" ".join(lines)))
    for update in updates:
        if share_taken(update.text, shown) < 0.5:
            head = f"{update.headline.rstrip('.')}. " if update.headline else ""
            lines.append(f"{entry_label(update.moment, day_of_page)} – {head}{one_line(update.text)}")
    return [line for line in lines if line]


def _entry_times(
    found: Sequence[Block], chosen: Sequence[Block], updates: Sequence[_Update], day_of_page: date | None
) -> dict[int, str]:
    """The place in ``chosen`` at which each entry begins, with its time: '14:05'; empty where there are no two.

    Times are those of the <time> in the entry's element, of a line that is a clock before it, or of the
    ``liveBlogUpdate`` in JSON-LD that has its headline or text.
    """
    elements = ((i, _entry(block.element)) for i, block in enumerate(chosen))
    timed = {
        i: (entry, moment) for i, entry in elements if entry is not None and (moment := _moment(entry, day_of_page))
    }
    clocks = _clocks(found, chosen)
    several = len({entry for entry, _ in timed.values()}) > 1
    if not (updates or several or len(clocks) > 1):
        return {}
    times: dict[int, str] = {}
    last: object = None
    for i, block in enumerate(chosen):
        begins: tuple[object, datetime] | None = timed.get(i) if several else None
        if begins is None and (update := _declared_as(block, updates)):
            begins = update, update.moment
        if begins is None and i in clocks:
            times[i] = clocks[i]
        elif begins is not None and begins[0] is not last:
            last, moment = begins
            times[i] = entry_label(moment, day_of_page)
    return times


def _declared_as(block: Block, updates: Sequence[_Update]) -> _Update | None:
    key = block_key(block.text)
    same = (u for u in updates if key and (key == block_key(u.headline) or block_key(u.text).startswith(key)))
    return next(same, None)


def _clocks(found: Sequence[Block], chosen: Sequence[Block]) -> dict[int, str]:
    """The places in ``chosen`` before which the page has a line that is a clock and nothing else, or that begin with
    one, with that clock."""
    place = {id(block): i for i, block in enumerate(chosen)}
    clocks: dict[int, str] = {}
    waiting = ""
    above: int | None = None  # the place of the block before, where that is a heading without a clock
    for block in found:
        if clock := clock_of(block):
            waiting = clock
            if above is not None:
                clocks[above], waiting = clock, ""
            if id(block) not in place:
                continue
        elif (lead := LEADING_CLOCK.match(line_of_entry(block.text))) and (told := hours_of(lead)):
            waiting = told
        if waiting and id(block) in place:
            clocks[place[id(block)]] = waiting
            waiting = ""
        at = place.get(id(block), -1)
        above = at if at >= 0 and at not in clocks and is_headline(block) and not is_day(block.text) else None
    return clocks


@dataclass(frozen=True, slots=True)
class _Update:
    headline: str
    text: str
    moment: datetime


def _updates(facts: Facts) -> list[_Update]:
    """The entries of a live blog that JSON-LD has, with their times."""
    out: list[_Update] = []
    for node in facts.nodes:
        entries = node.get("liveBlogUpdate")
        for entry in entries[:_MOST_ENTRIES] if isinstance(entries, list) else [entries]:
            if not isinstance(entry, dict) or not isinstance(text := entry.get("articleBody"), str) or not text.strip():
                continue
            moment = stamps.parse_stamp(str(entry.get("datePublished") or "")[:60])
            if isinstance(moment, datetime):
                out.append(_Update(one_line(json_ld_name(entry.get("headline")) or ""), fragment_text(text), moment))
    return out


def _entry(element: HtmlElement) -> HtmlElement | None:
    """The outermost element around it that has one <time>: the entry of a live blog that it may belong to."""
    found = None
    for e in (element, *element.iterancestors()):
        if e.tag in ("main", "body") or sum(1 for _ in islice(e.iter("time"), 2)) > 1:
            break
        found = e if next(e.iter("time"), None) is not None else found
    return found


def _moment(entry: HtmlElement, of_page: date | None) -> datetime | None:
    """The time of an entry; where no day or no year is with it, those of the page."""
    time, shown = next(entry.iter("time")), line_of_entry(_shown_time(entry))
    of_year = f"{shown} {of_page.year}" if of_page else ""
    for told in (time.get("datetime"), shown, of_year):
        if isinstance(moment := stamps.parse_stamp(one_line((told or "")[:60])), datetime):
            clock = ENTRY_CLOCK.fullmatch(
                shown
            )  # what readers see is the clock of the place, not always of the attribute
            read = hours_of(clock) if clock else None
            return moment.replace(hour=int(read[:2]), minute=int(read[3:])) if read else moment
    clock = ENTRY_CLOCK.search(shown)
    read = hours_of(clock) if clock and of_page else None
    return datetime.combine(of_page, datetime.strptime(read, "%H:%M").time()) if of_page and read else None


def _shown_time(entry: HtmlElement) -> str:
    return one_line(next(entry.iter("time")).text_content()[:60])


def _prose(found: Iterable[Block]) -> int:
    return sum(len(b.text) for b in found if b.paragraph)


def _headlined(above: Iterable[Block], facts: Facts) -> bool:
    """Whether the headline of the whole page is among the blocks."""
    titles = {block_key(t) for t in facts.titles}
    return any(b.tag == "h1" and block_key(b.text) in titles and len(b.text) > 10 for b in above)


def _elements(found: Sequence[Block], facts: Facts) -> list[Part]:
    """The <article> elements that are complete articles, if they are what the page is made of."""
    holders: dict[HtmlElement | None, list[Block]] = {}
    for block in found:
        holders.setdefault(_holder(block.element), []).append(block)
    outside = holders.pop(None, [])
    full = {e: p for e, blocks in holders.items() if (p := _complete(e, blocks, facts))}
    longest = max((_prose(p.found) for p in full.values()), default=0)
    kept = [p for p in full.values() if not (p.link and _prose(p.found) < 0.25 * longest)]
    rest = _prose(outside) + sum(_prose(b) for e, b in holders.items() if e not in full)
    if rest > 0.5 * sum(_prose(p.found) for p in kept) or len({block_key(p.title) for p in kept}) < len(kept):
        return []
    own_rank = all(next((b.tag for b in p.found if b.heading), "") == "h1" for p in kept)
    if _headlined(outside, facts) and not own_rank and not all(p.link for p in kept):
        return []  # chapters under the headline of one story
    return kept


def _holder(element: HtmlElement) -> HtmlElement | None:
    """The article element that the element is in."""
    for e in (element, *element.iterancestors()):
        if e.tag == "article" or e.get("role") == "article" or (e.get("itemtype") or "").endswith("Article"):
            return e
    return None


def _complete(element: HtmlElement, found: list[Block], facts: Facts) -> Part | None:
    """The article if it has a headline of its own and paragraphs under it that do not end in 'read more'."""
    prose = [i for i, b in enumerate(found) if b.paragraph]
    head = next((i for i, b in enumerate(found) if b.tag in ("h1", "h2", "h3") and not b.apart), None)
    if head is None:  # a headline by its name alone, as databases print their documents
        named = (i for i, b in enumerate(found[: prose[0]] if prose else ()) if not b.apart and is_headline(b))
        head = next((i for i in named if not any(c.isdigit() for c in found[i].text[-4:])), None)
    if head is None or not prose or head > prose[0]:
        return None
    if (len(prose) < 2 or _prose(found) < _LEAST_PROSE) and not _brief(found, head):
        return None
    last = next(b for b in reversed(found) if not b.apart)
    if _TEASING.search(last.text) or _TEASING.search(found[prose[-1]].text):
        return None
    link = next((h for h in found[head].hrefs if h and not h.startswith("#")), None)
    return _part(found[head].text, found, facts, element, link)


def _brief(found: Sequence[Block], head: int) -> bool:
    """Whether a day or a byline is under the heading, and then short paragraphs that all end as sentences do."""
    if not _dated(found, head):
        return False
    lines = [b for b in found[head + 1 :] if b.tag == "p" and not b.apart and (b.prose or _ENDED.search(b.text))]
    whole = all(_ENDED.search(b.text) for b in lines)
    return len(lines) > 1 and whole and sum(len(b.text) for b in lines) >= _LEAST_BRIEF


def _part(headline: str, found: list[Block], facts: Facts, element: HtmlElement | None, link: str | None) -> Part:
    """An article with the JSON-LD that has its headline."""
    title = one_line(headline)
    key = block_key(title)
    node = next((n for n in facts.nodes if block_key(json_ld_name(n.get("headline")) or "") == key), {})
    return Part(title, found, element, node, link)


def _declared(found: Sequence[Block], facts: Facts) -> list[Part]:
    """Articles whose text is in JSON-LD, as far as it is on the page too."""
    out: list[Part] = []
    used: set[int] = set()
    for node in facts.nodes[:50]:
        body, title = node.get("articleBody"), json_ld_name(node.get("headline"))
        if not isinstance(body, str) or not title or len(body) < _LEAST_PROSE:
            continue
        if any(block_key(p.title) == block_key(title) for p in out):
            continue
        taken = set(block_shingles(body))
        shown = (i for i, block in enumerate(found) if not block.apart and share_taken(block.text, taken) >= 0.6)
        own = [i for i in shown if i not in used]
        if sum(len(found[i].text) for i in own) >= 0.6 * len(body):
            used.update(own)
            out.append(Part(one_line(title), [found[i] for i in own], None, node))
    return out


def _headed(found: Sequence[Block], facts: Facts) -> list[Part]:
    """Stretches of the page that each begin with a heading of one kind, a day or a byline, and go on in paragraphs."""
    for tag in ("h1", "h2"):
        heads = [i for i, b in enumerate(found) if b.tag == tag and not b.apart and len(b.text) > 10]
        dated = [i for i in heads if _dated(found, i)]
        places = {found[i].place for i in dated}
        if len(dated) < 2 or len(places) > 1 or any(found[i].place in places and i not in dated for i in heads):
            continue
        stretches = [list(found[a:b]) for a, b in zip(dated, [*dated[1:], len(found)], strict=True)]
        full = all(_prose(s) >= _LEAST_PROSE and sum(b.paragraph for b in s) >= 2 for s in stretches)
        ends = (next(b.text for b in reversed(s) if b.prose or b.heading) for s in stretches)
        distinct = len({block_key(s[0].text) for s in stretches}) == len(stretches)
        if full and distinct and not any(map(_TEASING.search, ends)) and not _headlined(found[: dated[0]], facts):
            return [_part(s[0].text, s, facts, None, next(iter(s[0].hrefs), None)) for s in stretches]
    return []


def _dated(found: Sequence[Block], head: int) -> bool:
    """Whether a day or a byline is between the heading and the first paragraph."""
    for block in found[head + 1 : head + 6]:
        stamp = stamps.stamp(block.text) if len(block.text) <= 160 else None
        if (stamp and stamp.published) or (len(block.text) < 80 and _BYLINE.match(block.text)):
            return True
        if block.prose or block.heading:
            return False
    return False
