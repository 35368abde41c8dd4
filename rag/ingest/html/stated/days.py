"""The day on which a page's article was published: what the page declares, corrected by what it prints.

What is declared (JSON-LD, meta elements) is right on most pages. It is not where publishing systems write another day
into it than the one that readers see: that of Greenwich instead of the outlet's own, day and month the wrong way round,
that of a change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING, Any

from rag.ingest.encoding import one_line
from rag.ingest.html.blocks import BREAKING, Block, block_key, elsewhere, names_of
from rag.ingest.html.metadata import Facts, of_a_change
from rag.ingest.html.stated.microdata import of_another_item
from rag.text.reading.datelines import opening_day
from rag.text.timex import stamps
from rag.types import When, day

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NUMERIC = re.compile(r"(?<![\d/.-])(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?:\s+\d{1,2}:\d\d)?(?![\d/:-])")
_BARRED = re.compile(r"(?<!\d)(\d{1,2}) \| (\d{1,2}) \| ((?:19|20)\d\d)(?!\d)")  # 26 | 01 | 2022
_NEAR = 6  # lines within which a page prints both of its days
_BESIDE = 800  # characters of text between a headline and a day that is the article's
_ABOVE = 6  # lines between a day and the headline under it
_TRIED = 500  # lines with digits
_TEASER_STEPS = 4  # elements around a day in which a headline of another article may be
_LINES = 12  # lines under a headline that may be a day
_ALONE = 60  # characters of such a line
_UNDATED = ("head", "script", "style", "title", "a", "nav", "footer", "select", "option", "button", "aside")
_UNCOUNTED = ("script", "style", "head", "title", "noscript", "template")
_COMMENTS = (
    r"comments?|kommentar(?:e[nr]?)?|comentari(?:os?|s|i)?|comentários?|commenti|commentaires?|reacties|reactions"
    r"|lesermeinung(?:en)?|komentar(?:z[ey]?|[aei]|ji)?|komentá[rř]e?|kommentit|hozzaszolas(?:ok)?|yorum(?:lar)?"
)
"""What the texts of readers are called in names of elements."""
_OF_OTHERS = re.compile(
    rf"(?:^|\s)(?:{_COMMENTS}|commentmeta|commentlist|related|recommended|popular|trending|most-?read|menu|sub-menu)"
    r"(?![a-z])",
    re.IGNORECASE,
)
_COMMENT = re.compile(rf"(?:^|[\s_-])(?:{_COMMENTS})(?![a-z])", re.IGNORECASE)
_SAYS_DAY = re.compile(r"date|datum|fecha|time|publish|publi[ée]|posted|stand\b|\bmeta", re.IGNORECASE)
"""Names of what holds the day of an article."""
_MOST_NODES = 500  # of JSON-LD
_PAGES = frozenset(("WebPage", "ItemPage", "AboutPage", "Blog", "Article", "CreativeWork", "DigitalDocument"))


@dataclass(slots=True)
class Printed:
    """The days that a page prints at its headline, and how sure it is that they are the article's."""

    stamp: stamps.Stamp = field(default_factory=stamps.Stamp)
    beside: bool = False  # right under the headline, or right above it
    named: bool = False  # in what is named for a day, or with a label or a clock
    slashed: bool = False  # 07/05/2024, which can be read in two ways
    made: bool = False  # labelled as the day on which it was written: 'Created:'; one of publication goes before it

    @property
    def first(self) -> When:
        return self.stamp.published or self.stamp.updated


def published_on(facts: Facts, printed: Printed) -> When:
    """The day of publication by the first witness that can be believed, ``None`` where none is there."""
    stamped, timed = printed.stamp.published, facts.first_time
    if stamped and timed and day(stamped) == day(timed):
        stamped = timed  # the same moment, with its zone
    declared = facts.published
    if declared is None:
        return stamped or timed
    updated = printed.stamp.updated
    if stamped and updated and day(declared) == day(updated) != day(stamped):
        return stamped  # what the page declares is the day on which it was changed
    return _corrected(declared, printed) or declared


def _corrected(declared: When, printed: Printed) -> When:
    """The printed day where that is the right one of two."""
    shown = printed.first
    one, other = day(declared), day(shown)
    if one is None or other is None or one == other:
        return None
    if local := _same_moment(declared, shown):
        return local
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return shown if printed.stamp.labelled and not printed.slashed else None
    if not printed.beside:
        return None
    if abs((other - one).days) == 1 and not _has_clock(shown) and _night_between(declared, other):
        return shown
    return shown if other < one and printed.named and not printed.made else None


def _same_moment(declared: When, shown: When) -> When:
    """The printed time with its zone, where it is the declared one on the clocks of another zone."""
    if not (isinstance(declared, datetime) and declared.tzinfo and isinstance(shown, datetime)):
        return None
    offset = shown.replace(tzinfo=None) - declared.astimezone(UTC).replace(tzinfo=None, second=0, microsecond=0)
    minutes = round(offset.total_seconds() / 60)
    if minutes % 15 or not -12 * 60 <= minutes <= 14 * 60:
        return None
    return shown.replace(tzinfo=timezone(timedelta(minutes=minutes)) if minutes else UTC)


def _night_between(declared: When, other: date) -> bool:
    """Whether it was the other day somewhere at a declared time."""
    if not (isinstance(declared, datetime) and declared.tzinfo):
        return False
    there = declared.astimezone(UTC)
    return (there + timedelta(hours=14)).date() >= other >= (there - timedelta(hours=12)).date()


def _has_clock(when: When) -> bool:
    return isinstance(when, datetime)


# -- what is printed -------------------------------------------------------------------------------------------------


def printed_days(tree: HtmlElement, facts: Facts) -> Printed:
    """The first date stamp that the page prints under its headline, or the one right above where the first is far
    below; where it is labelled, with the other of its two days that the next lines print."""
    search = _Search(facts)
    for element in tree.iter("*"):
        if search.over(element):
            break
    return search.found()


class _Search:
    """Goes through the lines of a page."""

    def __init__(self, facts: Facts) -> None:
        self._wanted = block_key(facts.title or "") or None
        self._language = facts.language
        self._reached = False
        self._above: tuple[int, Printed] | None = None  # with the number of its line
        self._nearest: tuple[int, Printed] | None = None  # above the headline
        self._under: Printed | None = None
        self._bare: When = None
        self._label = ""  # a line that is the label of a day
        self._lines = self._characters = self._since = self._tried = self._headline = 0

    def over(self, element: HtmlElement) -> bool:
        """Takes the next element; whether enough is known."""
        if element.tag in _UNCOUNTED or not isinstance(element.tag, str):
            return False
        if self._reached:
            self._characters += len((element.text or "").strip()) + len((element.tail or "").strip())
        text = "" if element.tag in _UNDATED else _short(element) or _first_row(element)
        if len(text) < 4:
            return False
        if not self._reached and block_key(text) == self._wanted:
            self._reached, self._headline = True, self._lines
        self._lines += 1
        self._since += self._under is not None
        labelled = self._under is None or self._under.stamp.labelled
        if self._since > (_NEAR if labelled else _NEAR // 2) or self._tried > _TRIED:
            return True
        if not any(c.isdigit() for c in text):
            text = self._with_label(element, text)
        elif len(element) and text == _short(element):
            text = _set_apart(element)
        return self._read(element, text) if text else False

    def _with_label(self, element: HtmlElement, text: str) -> str:
        """The label and the day behind it, where a line is nothing but a label: 'Datum:' in a heading or a cell."""
        if not stamps.is_label(text):
            return ""
        beside = next(element.itersiblings("*"), None)
        behind = one_line((element.tail or "")[:100]) or (_short(beside) if beside is not None else "")
        return f"{text.rstrip(':： ')}: {behind}" if any(c.isdigit() for c in behind) else ""

    def _read(self, element: HtmlElement, text: str) -> bool:
        self._tried += 1
        text = _BARRED.sub(r"\1.\2.\3", text)
        known = self._under.stamp.published if self._under else None
        stamp = stamps.stamp(text, language=self._language, published=known)
        if stamp is None and (row := _first_row(element)):
            stamp = stamps.stamp(row, language=self._language)
        if stamp and element.tag == "time" and not (stamp.published and stamp.updated) and of_a_change(element):
            return False
        if stamp and (stamp.published or stamp.updated):
            if not of_others(element) and not self._in_teaser(element):
                self._take(element, text, stamp)
            under = self._under
            return bool(under and under.stamp.published and under.stamp.updated and not under.made)
        if self._bare is None and len(found := _NUMERIC.findall(text)) == 1 and not of_others(element):
            self._bare = stamps.parse_stamp(found[0].strip())  # labelled in a language that is not known here
        return False

    def _in_teaser(self, element: HtmlElement) -> bool:
        """Whether it is beside the linked headline of another article, in an element that holds no more than that."""
        for around in islice(element.iterancestors(), _TEASER_STEPS):
            if around.tag in ("body", "main", "html", "header") or next(around.iter("h1"), None) is not None:
                return False
            heads = [h for h in around.iter("h2", "h3", "h4", "h5") if next(h.iter("a"), None) is not None]
            heads = [head for head in heads if not _of_a_reader(head, around)]
            if keys := [key for head in heads if len((key := block_key(head.text_content()[:300])).split()) > 2]:
                return self._wanted not in keys
        return False

    def _take(self, element: HtmlElement, text: str, stamp: stamps.Stamp) -> None:
        under = self._under
        if self._reached and under is None:
            self._under = _seen(element, text, stamp, beside=self._characters <= _BESIDE)
        elif under and stamp.labelled:
            making = stamps.of_making(text)
            out = under.made and stamp.published and not making
            first = stamp.published and not under.stamp.published
            under.made = making if first else under.made and not out
            both = replace(
                under.stamp,
                published=stamp.published if out else under.stamp.published or stamp.published,
                updated=under.stamp.updated or stamp.updated,
            )
            under.stamp = both
        elif not self._reached:
            self._nearest = self._lines, _seen(element, text, stamp, beside=True)
        if self._above is None:
            self._above = self._lines, _seen(element, text, stamp, beside=False)

    def found(self) -> Printed:
        near = self._nearest
        close = near[1] if near and self._reached and self._headline - near[0] <= _ABOVE else None
        changed = self._under.stamp.updated if self._under and not self._under.stamp.published else None
        if close and changed and not close.stamp.updated and not stamps.earlier(changed, close.stamp.published):
            return replace(close, stamp=replace(close.stamp, updated=changed))
        if close and not (self._under and self._under.beside):
            return close
        return self._under or (self._above[1] if self._above else Printed(stamps.Stamp(published=self._bare)))


def _of_a_reader(element: HtmlElement, around: HtmlElement) -> bool:
    """Whether it is inside the comment of a reader."""
    inner = takewhile(lambda part: part is not around, element.iterancestors())
    return any(_COMMENT.search(names_of(part)) for part in inner)


def _seen(element: HtmlElement, text: str, stamp: stamps.Stamp, *, beside: bool) -> Printed:
    names = f"{names_of(element)} {element.get('itemprop') or ''}"
    named = bool(element.tag == "time" or stamp.labelled or _has_clock(stamp.published) or _SAYS_DAY.search(names))
    changed = re.search(r"\b(?:updated|modified)\b", names) is not None and not stamp.labelled
    slashed = re.search(r"\d/\d", text) is not None
    return Printed(stamp, beside, named and not changed, slashed, stamps.of_making(text))


def of_others(element: HtmlElement) -> bool:
    """Whether it is in a menu, a comment, or a list of other articles, by the names of what holds it."""
    for part in (element, *element.iterancestors()):
        if part.tag in ("body", "html", "article", "main"):
            return False
        if _OF_OTHERS.search(names_of(part)):
            return True
    return False


def _short(element: HtmlElement) -> str:
    """Its text where that is a short line, else nothing."""
    texts = list(islice(element.itertext(), 41))
    if len(texts) > 40 or sum(len(text.strip()) for text in texts) > 160:
        return ""
    return one_line("".join(text[:200] for text in texts))


def _set_apart(element: HtmlElement) -> str:
    """The text of an element, with blanks where its elements print what cannot be one word."""
    pieces = list(_pieces(element))
    joined = (f" {text}" if apart or _glued(before, text) else text for (before, _), (text, apart) in pairwise(pieces))
    return one_line("".join((pieces[0][0][:200], *joined)))


def _pieces(element: HtmlElement) -> Iterator[tuple[str, bool]]:
    """The texts in an element, each with whether the markup puts it on a line of its own."""
    yield (element.text or "")[:200], False
    for child in element:
        lone = child.tag in BREAKING or child.tag == "br"
        inside = list(_pieces(child)) if isinstance(child.tag, str) and child.tag not in _UNCOUNTED else [("", False)]
        yield inside[0][0], lone
        yield from inside[1:]
        yield (child.tail or "")[:200], lone


def _glued(before: str, text: str) -> bool:
    """Whether two elements print what cannot be one word: 'Published' and '7 May', '2024' and 'Updated'."""
    return bool(re.search(r"[^\W\d_]$", before) and text[:1].isdigit()) or bool(
        re.search(r"\d$", before) and re.match(r"[^\W\d_]{3}", text)
    )


def _first_row(element: HtmlElement) -> str:
    """What is before the first <br> of an element with several rows, where it is short and has a number."""
    text = one_line((element.text or "")[:_ALONE])
    broken = next(iter(element), None)
    return text if broken is not None and broken.tag == "br" and any(c.isdigit() for c in text) else ""


# -- where nothing declares or prints one as a stamp ------------------------------------------------------------------


def day_of_lines(found: Sequence[Block], facts: Facts) -> When:
    """The day in a line of its own under the headline, or with which one of these lines begins."""
    wanted = block_key(facts.title or "")
    keys = (block_key(one_line(block.text)) for block in found)
    at = next((i for i, key in enumerate(keys) if wanted and key == wanted), None)
    for block in found[at + 1 : at + 1 + _LINES] if at is not None else ():
        if len(block.text) <= _ALONE and block.links <= 0.5 and not of_others(block.element):
            stamp = stamps.stamp(_BARRED.sub(r"\1.\2.\3", block.text), language=facts.language)
            if stamp and stamp.published:
                return stamp.published
        if when := opening_day(one_line(block.text), facts.language):
            return when
    return None


def day_of_page(tree: HtmlElement) -> When:
    """The day that JSON-LD states of the page itself, where it states none of an article."""
    found = (when for script in tree.iter("script") for when in _days_of_pages(_json_ld(script)))
    return next(found, None)


def likely_day(tree: HtmlElement) -> When:
    """The day that htmldate takes for the page's, from all its text; not that of a picture on it."""
    import htmldate

    copy = deepcopy(tree)
    scripts = [(script, _json_ld(script)) for script in copy.iter("script")]
    if own := next((when for _, nodes in scripts for when in _days_of_pages(nodes)), None):
        return own
    others = [e for e in copy.iter("div", "section", "aside", "ul", "footer", "nav") if elsewhere(e)]
    others += [script for script, nodes in scripts if nodes]  # all that these say of the article has been read
    others += [e for e in copy.xpath("//*[@itemprop='datePublished' or @itemprop='dateCreated']") if of_another_item(e)]
    for element in others:
        element.drop_tree()
    try:
        found = htmldate.find_date(copy, extensive_search=False, original_date=True)
    except Exception:  # it is the last witness
        return None
    return stamps.parse_stamp(found) if found else None


def _json_ld(script: HtmlElement) -> list[Any]:
    if "ld+json" not in (script.get("type") or ""):
        return []
    try:
        return [json.loads(script.text or "", strict=False)]
    except (ValueError, RecursionError):
        return []


def _days_of_pages(nodes: list[Any]) -> Iterator[When]:
    """The days that JSON-LD states of the page itself."""
    waiting = list(nodes)
    for _ in range(_MOST_NODES):
        node = waiting.pop(0) if waiting else None
        if isinstance(node, list):
            waiting = [*node[:100], *waiting]
        elif isinstance(node, dict):
            kinds = node.get("@type")
            stated = node.get("datePublished")
            named = kinds if isinstance(kinds, list) else [kinds]
            if isinstance(stated, str) and any(isinstance(kind, str) and kind in _PAGES for kind in named):
                when = stamps.parse_stamp(one_line(stated[:100]))
                yield from [when] if when else []
            waiting += [node[name] for name in ("@graph", "mainEntity") if isinstance(node.get(name), dict | list)]
