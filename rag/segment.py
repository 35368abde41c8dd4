"""A raw page -> the articles on it, each with title, section, dates, outlet, authors and body, without furniture.

The page is read as an alternation of prose and what stands between prose: zones of headlines, stamps, bylines and
furniture. A zone is the header of a new article, or it belongs to the article that is open (subheadings, inserts),
or it is what trails after it. Prose is never dropped; what is not prose stays where it can be content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag import dates, furniture
from rag.blocks import ANCHORS, BREAKS, Block, Kind, blocks, key, terminal
from rag.bylines import (
    byline,
    cased,
    copyright_holder,
    dateline,
    dateline_end,
    is_role,
    looks_like_name,
    looks_like_outlet,
)
from rag.cohesion import cohesion, overlap
from rag.errors import ReadError
from rag.types import Article, Page, When

_START = 2.5
"""The evidence from which a zone inside the page is the header of a new article; see ``_evidence``."""

_PASSING = (Kind.FURNITURE, Kind.CAPTION, Kind.META)  # what may stand between a headline and its stamp


_BRIEFS = re.compile(
    r"(?:(?:the )?(?:news|world|business|sports?|local|today) )?(?:in brief|briefs?|digest|at a glance)"
    r"|(?:morning|evening|daily|weekly|news) (?:briefing|round-?up|digest)|kurz notiert|kurzmeldungen|简讯",
    re.IGNORECASE,
)  # over a run of short articles, each a headline and a few sentences


@dataclass(slots=True)
class _Draft:
    """An article while its blocks are being collected."""

    title: str = ""
    body: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    prose: int = 0  # blocks of prose
    words: int = 0  # words of prose
    published: When = None
    updated: When = None
    source: str | None = None
    section: str | None = None
    section_repeats: bool = False
    url: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    whole: bool = False  # the page is known to be this article and nothing else

    @property
    def anchored(self) -> bool:
        return bool(self.published or self.updated or self.authors)

    def add(self, block: Block) -> None:
        """A block of the body. A line that says what the title or an earlier block of prose says is left out."""
        same = block.key
        if same in self.keys and (block.kind is not Kind.PROSE or same == key(self.title) or self._echoes(block)):
            return
        if not self.body and block.kind is Kind.PROSE and (place := dateline(block.text)):
            self.agency = place[1]
        self.keys.add(same)
        self.body.append(block.text)
        if block.kind is Kind.PROSE:
            self.prose += 1
            self.words += block.words

    def _echoes(self, block: Block) -> bool:
        """A long sentence that the article has already: a pull quote. Questions of an interview may come again."""
        return block.words >= 12 and not block.text.endswith("?") and not self.whole

    def note(self, block: Block) -> None:
        """Take the facts about the article that a block of its header or footer states."""
        if block.kind is Kind.STAMP and block.stamp:
            stamp = block.stamp
            if self.published and not stamp.published and not stamp.updated:
                stamp = dates.stamp(block.text, published=self.published) or stamp
            self.published = self.published or stamp.published
            self.updated = self.updated or stamp.updated
            for piece in stamp.rest:
                self._name(piece)
        elif block.kind is Kind.BYLINE and block.byline:
            self.authors = self.authors or block.byline.authors
            self.source = self.source or block.byline.source
        elif block.kind is Kind.META and block.meta:
            name, value = block.meta
            if name == "source":
                self._source_line(value)
            elif name == "section":
                self.section = self.section or value
                self.section_repeats = True
            elif name == "url":
                self.url = self.url or value
        elif block.kind is Kind.FURNITURE:
            self.source = self.source or copyright_holder(block.text)

    def _source_line(self, value: str) -> None:
        """'Northway Wire, 2024-12-08, https://...': an outlet, and what may stand with it."""
        if address := re.search(r"<?(https?://[^\s<>]+)>?", value):
            self.url = self.url or address[1].rstrip(".,;)")
            value = value[: address.start()] + value[address.end() :]
        names: list[str] = []
        for part in re.split(r"\s*[,;|]\s+", value.strip(" ,;|")):
            if when := dates.parse(part):
                self.published = self.published or when
            elif part:
                names.append(part)
        self.source = self.source or ", ".join(names) or None

    def _name(self, piece: str) -> None:
        """A byline, an outlet or a person beside a date."""
        named = byline(piece) or byline(f"By {piece}")
        if meta := furniture.meta(piece):
            self.source = self.source or (meta[1] if meta[0] == "source" else None)
        elif re.match(r"by\b", piece, re.IGNORECASE) and named:
            self.authors, self.source = self.authors or named.authors, self.source or named.source
        elif looks_like_outlet(piece):
            self.source = self.source or piece
        elif furniture.section(piece):
            self.section = self.section or piece
        elif looks_like_name(piece) and len(piece.split()) >= 2:
            self.authors = self.authors or (piece,)


def segment(page: Page) -> list[Article]:
    """The articles of a page, in its order; exactly one where ``page.whole``. Their ids are empty.

    Raises ``ReadError`` where there is no article on the page.
    """
    found = blocks(page.text)
    drafts = [_whole(page, found)] if page.whole else _cut(page, found)
    drafts = [d for d in drafts if d.body]
    if not drafts:
        raise ReadError(f"{page.origin}: no article text found; a file of news holds a headline and sentences under it")
    return [_article(page, draft, len(drafts) == 1) for draft in drafts]


def _article(page: Page, draft: _Draft, only: bool) -> Article:
    """What the format states goes before what the text seems to say."""
    title = (page.title if only and page.title else draft.title) or _first_sentence(draft.body)
    published = (page.published if only else None) or draft.published
    updated = (page.updated if only else None) or draft.updated
    url = (page.url if only else None) or draft.url
    if published is None:
        # An article that tells only its last change was out by then; failing that, the day in its address or in
        # the name of its file ('2024-09-28 coalition.txt').
        published = updated or _day_in(url) or (_day_in(page.origin) if only else None)
    source = page.source or draft.source or draft.agency
    title, named = _split_outlet(title, source)
    return Article(
        id=page.id or "" if only else "",
        title=title,
        body="\n\n".join(draft.body),
        published=published,
        updated=updated,
        source=source or named,
        section=page.section or draft.section,
        url=url,
        authors=page.authors or draft.authors,
        language=page.language,
        origin=page.origin,
    )


def _day_in(name: str | None) -> When:
    """The day in an address ('/2024/09/28/') or at the start or end of a file's name."""
    path = (name or "").split("#")[0]
    found = re.search(r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)/", path) if "://" in path else None
    stem = re.split(r"[/\\]", path)[-1].split(".")[0]
    found = found or re.match(r"((?:19|20)\d\d)[-_]?(\d\d)[-_]?(\d\d)(?!\d)", stem)
    found = found or re.search(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)$", stem)
    return dates.parse("-".join(found.groups())) if found else None


def _whole(page: Page, found: list[Block]) -> _Draft:
    """All blocks as one article; its header is read, its furniture left out, and no text is taken for a title
    where the format gave one."""
    draft = _Draft(title=page.title or "", whole=True)
    pairs = _pairs(found)
    if not any(prose for _, prose in pairs):
        # Text without a single sentence (a table, an unpunctuated note) is still what the record holds.
        kept = [b for b in found if b.kind in (Kind.HEAD, Kind.LIST, Kind.EITHER)]
        if not page.title and len(kept) > 1:
            draft.title = kept.pop(0).text
        draft.keys.add(key(draft.title))
        for block in kept or [b for b in found if not page.title or b.key != key(page.title)]:
            draft.add(block)
        return draft
    for i, (zone, prose) in enumerate(pairs):
        if i == 0:
            title = _title(zone, prose, set()) if not page.title else None
            if title is not None:
                draft.title = _meta_title(zone[title])
            draft.keys.add(key(draft.title))
            _open(draft, zone, title, keep_heads=True)
        else:
            _absorb(draft, zone, last=False, clean=True)
        for block in prose:
            draft.add(block)
    return draft


def _cut(page: Page, found: list[Block]) -> list[_Draft]:
    pairs = _pairs(found)
    clean = not any(b.kind in (Kind.FURNITURE, Kind.TEASER, Kind.NEXT) for b in found)
    if not any(prose for _, prose in pairs):
        return _without_sentences(found)
    drafts: list[_Draft] = []
    seen: set[str] = set()  # the keys of the titles so far
    briefs = any(_BRIEFS.fullmatch(b.text) for b in pairs[0][0])
    for i, (zone, prose) in enumerate(pairs):
        draft = drafts[-1] if drafts else None
        title: int | None = None
        if prose and (draft is None or zone):
            title = _title(zone, prose, seen)
            if draft is not None and title is not None:
                later = [b for _, more in pairs[i + 1 :] for b in more]
                if not briefs and _evidence(zone, title, prose, draft, drafts, later) < _START:
                    title = None
        if draft is not None and title is None:
            _absorb(draft, zone, last=not prose, clean=clean)
        elif prose or draft is None:
            begin = _begin(zone, title, draft) if title is not None else 0
            if draft is not None:
                _absorb(draft, zone[:begin], last=True, clean=False)
            draft = _Draft()
            if title is not None:
                draft.title = _meta_title(zone[title])
                seen.add(key(draft.title))
                draft.keys.add(key(draft.title))
            _open(draft, zone[begin:], None if title is None else title - begin, keep_heads=False)
            drafts.append(draft)
        for block in prose:
            drafts[-1].add(block)
    drafts = _join_preamble(drafts)
    _share(drafts, found, _masthead(pairs[0][0]))
    return drafts


def _pairs(found: Sequence[Block]) -> list[tuple[list[Block], list[Block]]]:
    """The page as (zone, the prose after it); the first zone and the last prose may be empty."""
    out: list[tuple[list[Block], list[Block]]] = [([], [])]
    for block in found:
        if block.kind is Kind.PROSE:
            out[-1][1].append(block)
        else:
            if out[-1][1]:
                out.append(([], []))
            out[-1][0].append(block)
    return out


def _is_section(block: Block) -> bool:
    """A section's name: by the common vocabulary, as an item of the page's menu, or a short line that it repeats."""
    if block.kind is not Kind.HEAD:
        return False
    short = block.words <= 3 and not any(c.isdigit() for c in block.text)
    return furniture.section(block.text) or block.on_menu or (short and block.repeats > 1)


def _title(zone: Sequence[Block], prose: Sequence[Block], seen: Iterable[str]) -> int | None:
    """The index of the block in the zone that is the headline of the prose after it, if there is one."""
    first = 0
    for j, block in enumerate(zone):
        if block.kind in (Kind.RULE, Kind.NEXT) and any(b.kind is Kind.HEAD for b in zone[j + 1 :]):
            first = j + 1
    text = " ".join(b.text for b in prose[:5])
    best: tuple[float, int] | None = None
    teaser = False
    for j in range(first, len(zone)):
        block = zone[j]
        if block.meta and block.meta[0] == "title":
            return j
        teaser = teaser or block.kind is Kind.TEASER
        if block.kind is not Kind.HEAD or furniture.section(block.text) or _BRIEFS.fullmatch(block.text):
            continue
        after = _next(zone, j)
        if block.key in seen and not (after is not None and after.kind in ANCHORS):
            continue  # the caption of a picture of the article before
        score = 2 * overlap(block.text, text) + (1 if block.words >= 4 else 0)
        shared = overlap(block.text, text)
        if block.repeats > 1:
            # A headline comes again as the caption of its pictures; so does a line under every article.
            score += 3 if block.words >= 4 and shared >= 0.25 else 0.5
        if block.words <= 2:
            score -= 1
        if looks_like_name(block.text) and block.words <= 3:
            score -= 1
        if after is not None and after.kind in ANCHORS:
            score += 1.5
        elif after is None and j == len(zone) - 1:
            score += 0.5
        elif after is not None and after.kind is Kind.HEAD and j + 1 < len(zone) and zone[j + 1] is after:
            # A headline over its standfirst: both are about the prose.
            both = min(overlap(block.text, text), 0.7) + overlap(after.text, block.text) / 2
            score += min(2.0, 3 * both) * (1.0 if after.words >= block.words else 0.5)
        if teaser and not (after is not None and after.kind in ANCHORS):
            score -= 2
        if best is None or score > best[0] + 1e-9:
            best = score, j
    return best[1] if best else None


def _next(zone: Sequence[Block], j: int) -> Block | None:
    """The block after j that counts: repetitions of the same line, sections, names and furniture are passed over."""
    for block in zone[j + 1 :]:
        if block.kind in _PASSING or block.key == zone[j].key:
            continue
        if block.kind is Kind.HEAD and (_is_section(block) or (looks_like_name(block.text) and block.words <= 4)):
            continue
        return block
    return None


def _evidence(
    zone: Sequence[Block],
    title: int,
    prose: Sequence[Block],
    draft: _Draft,
    drafts: Sequence[_Draft],
    later: Sequence[Block],
) -> float:
    """How much speaks for a new article at this headline rather than a subheading of the open one."""
    block = zone[title]
    if block.meta and block.meta[0] == "title":
        return 2 * _START
    text = " ".join(b.text for b in prose[:5])
    before = zone[:title]
    after = zone[title + 1 :]
    score = 0.0
    stamps = [b.stamp for b in after if b.kind is Kind.STAMP and b.stamp]
    if any(s.published or s.updated for s in stamps):
        score += 3
    elif stamps or any(b.kind is Kind.BYLINE for b in after):
        score += 2.5
    elif any(b.kind in ANCHORS and b.stamp != dates.Stamp() for b in before):
        # A footer of the open article, or a stamp above the headline
        score += 2
    elif draft.anchored and len({d.anchored for d in drafts}) == 1:
        score -= 0.5  # every article so far had a stamp or a byline, and this would have none
    breaks = [b for b in before if b.kind in BREAKS]
    if breaks and breaks[-1].kind is Kind.NEXT:
        score += 2
    elif any(b.kind is Kind.RULE for b in breaks):
        score += 2 if any(re.match(r"[=_#-]{3,}", b.text) for b in breaks) else 1.5
    if dateline(prose[0].text):
        score += 2
    if any(_is_section(b) for b in zone) or any(b.meta and b.meta[0] == "section" for b in zone):
        score += 1
    if block.gap >= 3:
        score += 1.5 if block.words >= 5 else 0.5
    score += 0.5 if block.words >= 6 else (-1.5 if block.words <= 3 and block.repeats == 1 else 0)
    shared = overlap(block.text, text)
    if block.repeats > 1 and block.words >= 3 and shared >= 0.25 and not any(b.kind is Kind.TEASER for b in breaks):
        score += 2
    score += min(1.0, 1.5 * shared) if shared else -0.5
    following = " ".join(b.text for b in [*prose, *later][:6])
    bond = cohesion(" ".join(draft.body), following)
    score += 0.5 if bond < 0.1 else (-1 if bond > 0.3 else 0)
    if not draft.anchored and draft.prose <= 2 and draft.words < 60 and draft.title and block.repeats == 1:
        # The open article has had no more than a standfirst, and its title may fit better what follows.
        if overlap(draft.title, text) >= shared or (block.words <= 3 and shared < 0.5):
            score -= 3
    return score


def _begin(zone: Sequence[Block], title: int, draft: _Draft | None) -> int:
    """Where in the zone the header of the article starts: the headline, or the section and stamp right above it."""
    under = {b.kind for b in zone[title + 1 :]}
    begin = title
    for j in range(title - 1, -1, -1):
        block = zone[j]
        if block.kind in BREAKS:
            break
        if block.kind in ANCHORS:
            # A stamp right after the prose of an article that has none is its footer.
            footer = draft is not None and not draft.anchored and all(b.kind in ANCHORS for b in zone[: j + 1])
            if block.kind in under or footer:
                break
        elif block.kind is Kind.HEAD and not _is_section(block) and block.key != zone[title].key:
            kicker = block.words == 1 and j == title - 1
            if not kicker and draft is not None:
                break
        elif block.kind is Kind.LIST:
            break
        begin = j
    return begin


def _open(draft: _Draft, header: Sequence[Block], title: int | None, *, keep_heads: bool) -> None:
    """Take the facts of a header; what stands between headline and prose and may be content goes to the body."""
    draft.section, draft.section_repeats = _section(header, title)
    top = -1 if title is None else title
    teaser = False
    for j, block in enumerate(header):
        teaser = teaser or block.kind is Kind.TEASER
        if block.kind in ANCHORS or block.kind in (Kind.META, Kind.FURNITURE):
            if block.kind is Kind.FURNITURE and re.match(r"https?://\S+$", block.text):
                draft.url = draft.url or block.text
            draft.note(block)
        elif block.kind is Kind.HEAD and j > top and block.key != key(draft.title):
            if block.text == draft.section or furniture.section(block.text) or teaser:
                continue
            beside = [b for b in header[max(j - 1, 0) : j + 2] if b.kind is Kind.STAMP]
            after = header[j + 1] if j + 1 < len(header) else None
            role = after is not None and (is_role(after.text) or after.text.startswith("@"))
            first = not any(b.kind is Kind.HEAD and b.key != key(draft.title) for b in header[top + 1 : j])
            if looks_like_name(block.text) and block.words <= 4 and (beside or first or role) and title is not None:
                if looks_like_outlet(block.text):
                    draft.source = draft.source or block.text
                    continue
                if (beside or role) and block.words >= 2:
                    draft.authors = draft.authors or (block.text,)
                    continue
            if is_role(block.text):
                continue
            if keep_heads or (title is not None and block.words >= 5 and block.repeats == 1):
                draft.add(block)
        elif block.kind in (Kind.LIST, Kind.EITHER) and j > top and not teaser and (title is not None or keep_heads):
            draft.add(block)


def _section(header: Sequence[Block], title: int | None) -> tuple[str | None, bool]:
    """(the section that short lines near the headline name, whether the page insists on it)."""
    for block in header:
        if block.meta and block.meta[0] == "section":
            return block.meta[1], True
    near = [
        b
        for b in header
        if _is_section(b)
        and (title is None or b.key != header[title].key)
        and (b.on_menu or furniture.section(b.text) or not looks_like_outlet(b.text))
    ]
    names = list(dict.fromkeys(b.text for b in near))
    insisted = [b.text for b in near if b.repeats > 1]
    if insisted:
        return insisted[-1], True
    if len(names) >= 3:
        return None, False  # a menu
    known = [b.text for b in near if b.on_menu or furniture.section(b.text)]
    if known:
        return known[-1], False
    if title and header[title - 1].kind is Kind.HEAD:
        kicker = header[title - 1]
        alone = title < 2 or header[title - 2].kind is not Kind.HEAD
        if kicker.words == 1 and alone and not looks_like_outlet(kicker.text) and kicker.text.isalpha():
            return kicker.text, False
    return None, False


def _absorb(draft: _Draft, zone: Sequence[Block], *, last: bool, clean: bool) -> None:
    """A zone inside or after the open article: keep what may be content, take what are facts, leave furniture.

    After the last prose (``last``) short lines are teasers and captions rather than subheadings, unless nothing
    else on the page is furniture (``clean``).
    """
    dropping = False
    standfirst = not draft.anchored and draft.prose <= 2  # the byline comes after a first sentence or two
    only_stamps = all(b.kind in ANCHORS for b in zone)
    for block in zone:
        if block.kind in (Kind.TEASER, Kind.NEXT):
            dropping = True
        elif block.kind in ANCHORS:
            labelled = block.stamp is not None and block.stamp.labelled
            if not dropping and (standfirst or last or labelled or block.kind is Kind.BYLINE):
                had = draft.published
                draft.note(block)
                if had is None or labelled or block.kind is Kind.BYLINE:
                    continue
            if not last and not dropping and only_stamps and block.kind is Kind.STAMP:
                draft.add(block)  # the day over an entry of a chronicle
        elif block.kind in (Kind.META, Kind.FURNITURE):
            if not dropping:
                draft.note(block)
            dropping = dropping or (last and not clean and block.kind is Kind.FURNITURE)
        elif block.kind is Kind.LIST:
            if not dropping:
                draft.add(block)
        elif block.kind is Kind.HEAD:
            names_section = _is_section(block) and (block.repeats > 1 or last)
            same = _says_title(block, draft)
            if dropping or names_section or same or (last and not clean) or block.repeats > 2:
                continue
            draft.add(block)


def _says_title(block: Block, draft: _Draft) -> bool:
    """A caption that repeats the headline, alone or with a credit behind it."""
    title = key(draft.title)
    return bool(title) and (block.key == title or (len(title) > 15 and block.key.startswith(title + " ")))


def _meta_title(block: Block) -> str:
    return block.meta[1] if block.meta else block.text


def _masthead(zone: Sequence[Block]) -> str | None:
    """The outlet's name as one of the first lines of the page, or in its title ('Headline | Business | The Post')."""
    heads = [b for b in zone if b.kind is Kind.HEAD]
    for block in heads[:3]:
        parts = re.split(r"\s+[|｜]\s+", block.text)
        headline = next((p for p in parts if any(key(p) == b.key for b in heads)), None)
        names = [p for p in parts if p != headline and not furniture.section(p)] if headline else []
        if len(parts) > 1 and len(names) == 1:
            return names[0]
        if looks_like_outlet(block.text) and block.words >= 2 and not (_is_section(block) or _BRIEFS.fullmatch(block.text)):
            return cased(block.text)
    return None


def _split_outlet(title: str, source: str | None) -> tuple[str, str | None]:
    """'Headline | Northway Wire' -> both; a part behind a dash only if it is the outlet that is known already."""
    parts = re.split(r"\s+[|｜]\s+", title)
    if len(parts) > 1:
        short = [p for p in parts if len(p.split()) <= 4 and not furniture.section(p)]
        rest = [p for p in parts if p not in short and not furniture.section(p)]
        if len(rest) == 1 and (not short or len(short) == 1):
            return rest[0], short[0] if short else None
    if source:
        tail = re.search(rf"\s+[-–—]\s+{re.escape(source)}$", title, re.IGNORECASE)
        if tail and tail.start() > 10:
            return title[: tail.start()], source
    return title, None


def _first_sentence(body: Sequence[str]) -> str:
    """A title for text that has none: its first sentence without its dateline, cut at a word."""
    text = " ".join(body[0].split())
    text = text[dateline_end(text) :]
    stop = re.search(r"(?<=[^\W\d_]{2}[.!?])[\"”’]?\s|[。！？]", text)
    text = text[: stop.end()].strip() if stop else text
    if len(text) <= 120:
        return text
    return (text[:117].rsplit(" ", 1)[0] if " " in text[60:117] else text[:117]).rstrip(" ,;:") + "…"


def _without_sentences(found: Sequence[Block]) -> list[_Draft]:
    """A page of short lines only: one article if it has the size of one."""
    kept = [b for b in found if b.kind in (Kind.HEAD, Kind.LIST)]
    if len(kept) < 2 or sum(b.words for b in kept) < 20 or any(b.kind in BREAKS for b in found):
        return []
    draft = _Draft(title=kept[0].text)
    draft.keys.add(kept[0].key)
    for block in found:
        if block.kind in ANCHORS:
            draft.note(block)
    for block in kept[1:]:
        draft.add(block)
    return [draft]


def _join_preamble(drafts: list[_Draft]) -> list[_Draft]:
    """A slogan or a notice above the first headline is no article; its words go to the first one."""
    if len(drafts) > 1:
        first, second = drafts[0], drafts[1]
        slight = first.prose <= 2 and first.words < 25 and len(first.title.split()) <= 3
        if slight and not first.anchored and (second.anchored or not first.title):
            if first.words > 8:
                second.body[:0] = first.body
            second.source = second.source or first.source
            second.section = second.section or first.section
            return drafts[1:]
    return drafts


def _share(drafts: list[_Draft], found: Sequence[Block], masthead: str | None) -> None:
    """What the page says once for all its articles: its outlet, and a section that it insists on."""
    sources = {d.source for d in drafts if d.source}
    holders = {h for b in found if b.kind is Kind.FURNITURE and (h := copyright_holder(b.text))}
    shared = masthead or (next(iter(holders)) if len(holders) == 1 else None)
    if shared is None and len(sources) == 1:
        shared = drafts[0].source
    for draft in drafts:
        draft.source = draft.source or shared
        known = {key(s) for s in (draft.source, masthead) if s}
        draft.authors = tuple(a for a in draft.authors if key(a) not in known)
    sections = [d.section for d in drafts]
    if drafts[0].section_repeats and not any(sections[1:]):
        for draft in drafts[1:]:
            draft.section = drafts[0].section


__all__ = ["segment", "terminal"]
