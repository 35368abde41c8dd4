"""A raw page -> the articles on it, each with title, section, dates, outlet, authors and body, without boilerplate.

The page is read as an alternation of prose and what is between prose: zones of headlines, stamps, bylines and
boilerplate. A zone is the header of a new article, or it belongs to the article that is open (subheadings, inserts),
or it is what trails after it. Prose is never dropped; what is not prose stays where it can be content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.errors import ReadError
from rag.ingest.page import Page
from rag.ingest.places import carried_places
from rag.ingest.segment import boilerplate, headlines
from rag.ingest.segment.bylines import (
    copyright_holder,
    is_role,
    looks_like_name,
    looks_like_outlet,
)
from rag.ingest.segment.draft_article import Draft
from rag.ingest.segment.lines import ANCHORS, BREAKS, LineBlock, LineKind, line_blocks, line_key, terminal
from rag.text.reading.datelines import DATELINE, opening_day
from rag.text.reading.language import code_of_language
from rag.text.timex import stamps
from rag.types import Article, When

MAX_BODY = 1_000_000
"""The most characters that one article may have: some live blogs have a quarter of it, a thick novel all of it."""

MAX_LINES = 200_000
"""The most lines of a page, blank ones aside; each takes a tenth of a millisecond."""

_LONGEST_TIME = 20  # characters
MAX_TITLE = 500
"""Characters of a headline; a longer one is cut, at a word."""


def segment(page: Page) -> list[Article]:
    """The articles of a page, in its order; exactly one where ``page.whole``. Their ids are empty.

    Raises ``ReadError`` where there is no article on the page, or more than can be one.
    """
    if page.whole:
        _bounded(page, len(page.text))
    if len(text := boilerplate.without_contacts(page.text, above=not page.places)) < len(page.text):
        page = replace(page, text=text)
    if len(page.text) > 2 * MAX_LINES and (lines := len(re.findall(r"[^\n]\n", page.text))) > MAX_LINES:
        raise ReadError(f"{page.origin}: {lines:,} lines, and at most {MAX_LINES:,} are read as one page; split it")
    found = line_blocks(page.text, titled=page.whole and bool(page.title))
    drafts = [_whole(page, found)] if page.whole else _cut(page, found)
    for draft in drafts:
        if not draft.body and terminal(draft.title):
            draft.body.append(draft.title)  # a sentence that was taken for the headline, with nothing under it
    drafts = [d for d in drafts if d.body]
    if not drafts:
        raise ReadError(f"{page.origin}: no article text found; a file of news holds a headline and sentences under it")
    articles = [_article(page, draft, len(drafts) == 1) for draft in drafts]
    _bounded(page, max(len(article.body) for article in articles))
    return articles


def _bounded(page: Page, length: int) -> None:
    if length > MAX_BODY:
        reason = f"an article of {length:,} characters, and at most {MAX_BODY:,} are one"
        raise ReadError(f"{page.origin}: {reason}; cut it into its articles")


def _article(page: Page, draft: Draft, only: bool) -> Article:
    """What the format states goes before what the text seems to say."""
    told = page if only else Page(page.origin, "")  # of one of several articles the format states nothing
    title = told.title or draft.title or _first_sentence(draft.body)
    updated = told.updated or draft.updated
    url = told.url or draft.url
    # An article that states only its last change was out by then; failing that, the day in its address or in
    # the name of its file ('2024-09-28 coalition.txt'), unless that is the file of a crawl.
    in_file = day_in_name(page.origin) if only and page.captured is None else None
    published = told.published or draft.published
    if published is None and updated is None:
        published = opening_day("\n".join(draft.body), page.language)
    if published is None:
        in_url = day_in_name(url)  # of an article that was changed, the day it came out
        published = in_url if updated is None or stamps.earlier(in_url, updated) else updated
    published = published or in_file
    source = page.source or draft.source or draft.agency
    section = page.section or draft.section
    if section and source and section.casefold() == source.casefold():
        section = None  # the outlet's name above the headline
    title, named = _split_outlet(_short(title, MAX_TITLE), source)
    body = "\n\n".join(draft.body)
    return Article(
        id=told.id or "",
        title=title,
        body=body,
        published=published,
        updated=updated,
        source=source or named,
        section=section,
        url=url,
        authors=page.authors or draft.authors,
        language=page.language or (None if page.whole else code_of_language(body)),  # what records state is all of it
        origin=page.origin,
        version=told.version,
        correction=told.correction,
        embargo=page.embargo,
        read_at=page.captured,
        places=carried_places(page.places, page.text, body),
    )


_IN_ADDRESSES = (
    re.compile(r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)/"),
    re.compile(r"/((?:19|20)\d\d)/(\d\d)/(\d\d)$"),
    re.compile(r"[/_-]((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)"),
    re.compile(r"/((?:19|20)\d\d)([01]\d)([0-3]\d)(?=[/_-])"),
)
_TURNED_IN_ADDRESSES = re.compile(r"[/_-](\d\d)-(\d\d)-((?:19|20)\d\d)(?=[/_.-]|$)")
"""A day before its month, where it can be no month itself."""


def day_in_name(name: str | None) -> When:
    """The day in an address ('/2024/09/28/', '/28-09-2024') or at the start or end of a file's name."""
    path = re.sub(r"(?:#(?:line|item|record) \d+)+$", "", name or "")
    found = None
    if "://" in path:
        path = path.split("#", 1)[0]
        found = next(filter(None, (form.search(path) for form in _IN_ADDRESSES)), None)
        if found is None and (turned := _TURNED_IN_ADDRESSES.search(path)) and int(turned[1]) > 12:
            return stamps.parse_stamp("-".join(reversed(turned.groups())))
    stem = re.split(r"[/\\#]", path)[-1].split(".")[0]  # behind '#' is the member of an archive
    found = found or re.match(r"(?:GMT)?((?:19|20)\d\d)[-_]?(\d\d)[-_]?(\d\d)(?!\d)", stem)
    found = found or re.search(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)$", stem)
    return stamps.parse_stamp("-".join(found.groups())) if found else None


def _whole(page: Page, found: list[LineBlock]) -> Draft:
    """All blocks as one article; its header is read, its boilerplate left out, and no text is taken for a title
    where the format gave one."""
    draft = Draft(page.title or "", published=page.published, updated=page.updated, authors=page.authors, whole=True)
    pairs = _pairs(found)
    if not any(prose for _, prose in pairs):
        # Text without a single sentence (a table, an unpunctuated note) is still what the record holds.
        kept = [b for b in found if b.kind in (LineKind.HEAD, LineKind.LIST, LineKind.EITHER)]
        if not page.title and len(kept) > 1:
            draft.title = kept.pop(0).text
        for block in kept or found:
            draft.add(block)
        return draft
    for i, (zone, prose) in enumerate(pairs):
        if i == 0:
            title = headlines.find_headline(zone, prose, set()) if not page.title else None
            if title is not None:
                draft.title = headlines.headline_text(zone[title])
            _open(draft, zone, title, keep_heads=True, timed=True)
        else:
            _absorb(draft, zone, last=False, clean=True)
        for block in prose:
            draft.add(block)
    return draft


def _cut(page: Page, found: list[LineBlock]) -> list[Draft]:
    pairs = _pairs(found)
    clean = not any(b.kind in (LineKind.BOILERPLATE, LineKind.TEASER, LineKind.NEXT) for b in found)
    if not any(prose for _, prose in pairs):
        return _without_sentences(found)
    drafts: list[Draft] = []
    seen: set[str] = set()  # the keys of the titles so far
    timed = sum(map(_is_time, found)) > 1  # of a live blog: each entry under its time
    briefs = any(headlines.BRIEFS.fullmatch(b.text) for b in pairs[0][0])
    for i, (zone, prose) in enumerate(pairs):
        draft = drafts[-1] if drafts else None
        title = headlines.find_headline(zone, prose, seen) if prose and (draft is None or zone) else None
        if draft is not None and title is not None and not briefs:
            later = [b for _, more in pairs[i + 1 : i + 6] for b in more]
            if headlines.evidence(zone, title, prose, draft, drafts, later) < headlines.START:
                title = None
        if draft is not None and title is None:
            _absorb(draft, zone, last=not prose, clean=clean)
        elif prose or draft is None:
            drafts.append(_begin(zone, title, draft, timed=timed))
            if title is not None:
                seen.add(line_key(drafts[-1].title))
        for block in prose:
            drafts[-1].add(block)
    drafts = _join_preamble(drafts)
    _share(drafts, found, headlines.masthead(pairs[0][0]))
    return drafts


def _begin(zone: Sequence[LineBlock], title: int | None, before: Draft | None, *, timed: bool) -> Draft:
    """A new article whose header the zone is; what is above the header goes to the article before."""
    start = headlines.header_start(zone, title, before) if title is not None else 0
    draft = Draft(headlines.headline_text(zone[title]) if title is not None else "")
    if before is not None:
        _absorb(before, zone[:start], last=True, clean=False)
    else:
        for block in zone[:start]:
            if block.sentence:
                draft.add(replace(block, kind=LineKind.PROSE))
    _open(draft, zone[start:], None if title is None else title - start, keep_heads=False, timed=timed)
    return draft


def _pairs(found: Sequence[LineBlock]) -> list[tuple[list[LineBlock], list[LineBlock]]]:
    """The page as (zone, the prose after it); the first zone and the last prose may be empty."""
    out: list[tuple[list[LineBlock], list[LineBlock]]] = [([], [])]
    for block in found:
        if block.kind is LineKind.PROSE:
            out[-1][1].append(block)
        else:
            if out[-1][1]:
                out.append(([], []))
            out[-1][0].append(block)
    return out


def _is_time(block: LineBlock) -> bool:
    """Whether a line is a time of day and nothing else."""
    short = block.kind is LineKind.HEAD and len(block.text) <= _LONGEST_TIME and not block.repeats > 1
    stamp = stamps.stamp(block.text, bare_time=True) if short else None
    return stamp is not None and not (stamp.rest or stamp.published or stamp.updated)


def _open(draft: Draft, header: Sequence[LineBlock], title: int | None, *, keep_heads: bool, timed: bool) -> None:
    """Take the facts of a header; what is between headline and prose and may be content goes to the body, as does the
    time right above it on a page with several times (``timed``)."""
    draft.section, draft.section_repeats = headlines.section_of(header, title)
    top = -1 if title is None else title
    teaser = False
    others = (j for j, b in enumerate(header) if j > top and b.kind is LineKind.HEAD and b.key != line_key(draft.title))
    first_head = next(others, len(header))
    for j, block in enumerate(header):
        teaser = teaser or block.kind is LineKind.TEASER
        if block.kind in ANCHORS or block.kind in (LineKind.META, LineKind.BOILERPLATE):
            if block.kind is LineKind.BOILERPLATE and re.match(r"https?://\S+$", block.text):
                draft.url = draft.url or block.text
            draft.note(block)
        elif block.sentence and j != top:
            draft.add(replace(block, kind=LineKind.PROSE))
        elif block.kind is LineKind.HEAD and j > top and block.key != line_key(draft.title):
            if block.text == draft.section or boilerplate.section(block.text) or teaser:
                continue
            if title is not None and _takes_name(draft, header, j, first=j <= first_head):
                continue
            content = keep_heads or (title is not None and block.words >= 5 and block.repeats == 1)
            content = content or (timed and j == len(header) - 1 and _is_time(block))
            if content and not is_role(block.text):
                draft.add(block)
        elif block.kind in (LineKind.LIST, LineKind.EITHER) and j > top and not teaser and (top >= 0 or keep_heads):
            draft.add(block)


def _takes_name(draft: Draft, header: Sequence[LineBlock], j: int, *, first: bool) -> bool:
    """Whether ``header[j]`` is the name of the outlet or the author, which the draft then has."""
    block = header[j]
    beside = any(b.kind is LineKind.STAMP for b in header[max(j - 1, 0) : j + 2])
    after = header[j + 1].text if j + 1 < len(header) else ""
    personal = beside or is_role(after) or after.startswith("@")
    if not (looks_like_name(block.text) and block.words <= 4 and (personal or first)):
        return False
    if looks_like_outlet(block.text):
        draft.source = draft.source or block.text
    elif personal and block.words >= 2:
        draft.authors = draft.authors or (block.text,)
    else:
        return False
    return True


def _absorb(draft: Draft, zone: Sequence[LineBlock], *, last: bool, clean: bool) -> None:
    """A zone inside or after the open article: keep what may be content, take what are facts, leave boilerplate.

    After the last prose (``last``) short lines are teasers and captions rather than subheadings, unless nothing
    else on the page is boilerplate (``clean``).
    """
    dropping = False
    standfirst = not draft.anchored and draft.prose <= 2  # the byline comes after a first sentence or two
    only_stamps = all(b.kind in ANCHORS for b in zone)
    for block in zone:
        if block.kind in (LineKind.TEASER, LineKind.NEXT):
            dropping = True
        elif block.kind in ANCHORS:
            noted = not dropping and _notes(draft, block, any_stamp=standfirst or last)
            if not (noted or last or dropping) and only_stamps and block.kind is LineKind.STAMP:
                draft.add(block)  # the day over an entry of a chronicle
        elif block.kind in (LineKind.META, LineKind.BOILERPLATE):
            if not dropping:
                draft.note(block)
            dropping = dropping or (last and not clean and block.kind is LineKind.BOILERPLATE)
        elif block.sentence:
            draft.add(replace(block, kind=LineKind.PROSE))
        elif not dropping and (block.kind is LineKind.LIST or _is_subheading(block, draft, last=last, clean=clean)):
            draft.add(block)


def _is_subheading(block: LineBlock, draft: Draft, *, last: bool, clean: bool) -> bool:
    if block.kind is not LineKind.HEAD or (last and not clean) or block.repeats > 2:
        return False
    if headlines.is_section(block) and (block.repeats > 1 or last):
        return False
    # A caption repeats the headline, alone or with a credit behind it.
    title = line_key(draft.title)
    return not title or not (block.key == title or (len(title) > 15 and block.key.startswith(title + " ")))


def _notes(draft: Draft, block: LineBlock, *, any_stamp: bool) -> bool:
    """Whether a stamp or byline is this article's own, which it then has noted."""
    certain = block.kind is LineKind.BYLINE or (block.stamp is not None and block.stamp.labelled)
    own = certain or (any_stamp and draft.published is None)
    if certain or any_stamp:
        draft.note(block)
    return own


def _split_outlet(title: str, source: str | None) -> tuple[str, str | None]:
    """'Headline | Northway Wire' -> both; a part behind a dash only if it is the outlet that is known already."""
    parts = re.split(r"\s+[|｜]\s+", title)
    if len(parts) > 1:
        short = [p for p in parts if len(p.split()) <= 4 and not boilerplate.section(p)]
        rest = [p for p in parts if p not in short and not boilerplate.section(p)]
        if len(rest) == 1 and (not short or len(short) == 1):
            return rest[0], short[0] if short else None
    if source:
        tail = re.search(rf"\s+[-–—]\s+{re.escape(source)}$", title, re.IGNORECASE)
        if tail and tail.start() > 10:
            return title[: tail.start()], source
    return title, None


def _first_sentence(body: Sequence[str]) -> str:
    """A title for text that has none: its first sentence without its dateline, cut at a word."""
    text = DATELINE.sub("", " ".join(body[0].split()))
    if len(body) > 1 and len(text.split()) <= 20 and len(text) <= 150:
        return text  # 'Red dye banned in sweets. What comes next?'
    stop = re.search(r"(?<=[^\W\d_]{2}[.!?])[\"”’]?\s|[。！？]", text)
    text = text[: stop.end()].strip() if stop else text
    return _short(text, 120)


def _short(text: str, most: int) -> str:
    """The text, cut at a word where it is longer than ``most`` characters."""
    if len(text) <= most:
        return text
    cut = text[: most - 3]
    return (cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut).rstrip(" ,;:") + "…"


def _without_sentences(found: Sequence[LineBlock]) -> list[Draft]:
    """A page of short lines only: one article if it has the size of one."""
    kept = [b for b in found if b.kind in (LineKind.HEAD, LineKind.LIST)]
    if len(kept) < 2 or sum(b.words for b in kept) < 20 or any(b.kind in BREAKS for b in found):
        return []
    draft = Draft(title=kept[0].text)
    for block in found:
        if block.kind in ANCHORS:
            draft.note(block)
    for block in kept[1:]:
        draft.add(block)
    return [draft]


def _join_preamble(drafts: list[Draft]) -> list[Draft]:
    """A slogan or a notice above the first headline is no article; its words go to the first one."""
    if len(drafts) > 1:
        first, second = drafts[0], drafts[1]
        slight = first.prose <= 2 and first.words < 25 and len(first.title.split()) <= 3
        if slight and not first.anchored and (second.anchored or not first.title):
            if first.words >= 8:
                second.body[:0] = first.body
            second.source = second.source or first.source
            second.section = second.section or first.section
            return drafts[1:]
    return drafts


def _share(drafts: list[Draft], found: Sequence[LineBlock], masthead: str | None) -> None:
    """What the page says once for all its articles: its outlet, and a section that it insists on."""
    sources = {d.source for d in drafts if d.source}
    holders = {h for b in found if b.kind is LineKind.BOILERPLATE and (h := copyright_holder(b.text))}
    shared = masthead or (next(iter(holders)) if len(holders) == 1 else None)
    if shared is None and len(sources) == 1:
        shared = drafts[0].source
    for draft in drafts:
        draft.source = draft.source or shared
        known = {line_key(s) for s in (draft.source, masthead) if s}
        draft.authors = tuple(a for a in draft.authors if line_key(a) not in known)
    if drafts[0].section_repeats and not any(draft.section for draft in drafts[1:]):
        for draft in drafts[1:]:
            draft.section = drafts[0].section
