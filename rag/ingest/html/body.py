"""The blocks of a page -> those that are its article, by several witnesses.

trafilatura says which text it takes for the article, JSON-LD may hold the article's text, and the place of a block says
what belongs with it. trafilatura alone loses the second half of an article that is laid out in two columns of one kind,
and text outside paragraphs; place alone takes in teasers. Together they weigh the blocks: the run of blocks with the
greatest weight is the article, without the boilerplate inside it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from rag.ingest.html.blocks import Block, wide
from rag.ingest.web.urls import site_of
from rag.text.timex import stamps

OWN = 0.7  # what the greatest mass of paragraphs counts beside the word of a witness
_UNDER = 20  # blocks below the headline within which the article begins
_WORD = re.compile(r"\w+")
_STOP = re.compile(r"[.!?。！？…؟۔।:：;][\"”’»)\]」』\s]*$")
_LISTED = ("li", "td", "th", "tr", "dt", "dd", "pre")
# Lines by which a newsroom, in the languages it was worth writing them for, ends a page rather than an article.
_TAIL = re.compile(
    r"\(?(?:additional |with )?(?:reporting|writing|editing) by\b.{0,300}|.{0,20}(?:©|\(c\) ?\d{4}|copyright\b).{0,200}"
    r"|.{0,60}\ball rights reserved\b.{0,200}"
    r"|(?:follow|like|join|find) .{0,60}\bon (?:facebook|twitter|instagram)\b.{0,80}"
    r"|.{0,80}\bletters? to the editor\b.{0,250}|(?:sign up|subscribe)\b.{0,160}"
    r"|.{0,80}\b(?:newsletter|inbox)\b.{0,120}"
    r"|(?:click|tap) here\b.{0,120}|.{0,100}\bclick here for more\b.{0,60}"
    r"|(?:read|see|get) (?:more|also|next)\b.{0,100}|you (?:may|might) (?:also )?(?:like|be interested)\b.{0,60}"
    r"|(?:related|recommended|more)(?: \w+){0,3}:?|(?:tags?|topics?|filed under|categor(?:y|ies)|labels)\s*:.{0,200}"
    r"|(?:share|comment|comments|advertisement|advert|next|previous)\b.{0,30}|(?:tell us what|what do) you think.{0,60}"
    r"|.{0,60}\bcomments? .{0,60}\b(?:moderat|approv|aprovad)\w*.{0,80}|ISSN.{0,30}|.{0,5}source\s*:.{0,60}",
    re.IGNORECASE | re.DOTALL,
)
_END = re.compile(
    r"\W*(?:(?:\d+|all|top rated|latest|reader|user|post|leave|add|view|show|write)? ?(?:a |your )?"
    r"(?:comments?|replies|discussion)(?: \(?\d+\)?)?|leave a reply|join the (?:conversation|discussion)"
    r"|(?:related|recommended|similar|more) (?:articles?|stories|news|posts?|content|coverage|topics|links|roundups?)"
    r"|(?:more|latest) (?:in|from|on) .{2,40}"
    r"|about the authors?|about us|disclaimer|tags:?|most (?:read|popular|viewed)|trending(?: now)?"
    r"|you (?:may|might) also like|sharing is caring!?|share this(?: article| story| post)?:?"
    r"|kommentare|ähnliche artikel|mehr zum thema"
    r"|commentaires|sur le même sujet|à lire aussi|comentarios|noticias relacionadas|comentários|leia também|commenti"
    r"|articoli correlati|комментарии|читайте также|komentar|댓글|コメント|评论|相关(?:新闻|阅读|文章))\W*",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\W*(?:related|read more|read also|also read|read next|see also|more|more on this|watch|recommended|must read"
    r"|don['’]?t miss|you may also like|lesen sie auch|mehr zum thema|lire aussi|à lire aussi|lea también|leia também"
    r"|leia mais|leggi anche|читайте также|baca juga|lees ook)\b[^.]{0,40}?[:：|»>…]"
    r"|\W*you (?:may|might) also like\W*$",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"\W*(?:advert|advertisement|anzeige|werbung|publicidad|publicidade|pubblicità|publicité|реклама|story continues"
    r" below.{0,30}|article continues.{0,40}|continue reading.{0,30}|this slideshow requires javascript|loading"
    r"|share (?:this|on).{0,30}|photos?|\d+ comments?|comments?)\W*"
    r"|\[(\w+)(?:\s[^\]]*)?\].*\[/\1\]|\[\w+\s+\w+=[^\]]*\]",  # a blog's shortcodes, not carried out
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A block with what the witnesses and its place make of it."""

    block: Block
    vote: float  # share of its words, three at a time, that a witness took for the article
    near: float  # share of the prose in places of its kind that one took, or how much of the page's prose is there

    @property
    def score(self) -> float:
        """What the block speaks for the run it is in, about one for a paragraph of 100 characters."""
        size = min(wide(self.block.text), 400) / 100
        if self.block.apart:
            return -0.3 - 0.5 * size
        if self.block.heading:
            return 0.2 * self.vote - 0.1
        if self.block.links > 0.5:
            return -0.2 - 0.3 * size
        if self.block.prose:
            return size * (0.2 + 0.2 * self.block.body + 0.6 * max(self.vote, self.near))
        if self.block.tag in _LISTED:
            return 0.3 * self.vote - 0.03
        return 0.3 * self.vote + 0.25 * self.near - 0.15


def block_shingles(text: str) -> list[str]:
    """Its words, three at a time; all of them where there are fewer."""
    words = _WORD.findall(text.lower())
    return [" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))] if words else []


def block_key(text: str) -> str:
    """What two lines have in common that say the same."""
    return " ".join(_WORD.findall(text.lower()))


def choose_body(
    found: Sequence[Block], witnesses: Sequence[str], titles: Iterable[str], hosts: frozenset[str]
) -> list[Block]:
    """The blocks of the article. ``witnesses`` are texts that are taken for it, ``titles`` what its headline may be,
    ``hosts`` the page's own site (see :func:`rag.ingest.web.urls.site_of`)."""
    judged = _judge(found, witnesses)
    headlines = frozenset(block_key(t) for t in titles) - {""}
    start, end = _run(judged, headlines)
    run = _to_the_end(_in_one_article(judged[start:end]))
    prose = [item for item in run if item.block.paragraph]
    heard = sum(len(i.block.text) * i.vote for i in prose) > 0.7 * sum(len(i.block.text) for i in prose)
    kept = [i.block for i in run if block_key(i.block.text) not in headlines and _belongs(i, hosts, heard)]
    return _trimmed(_without_repeats(_within_prose(kept)))


def _judge(found: Sequence[Block], witnesses: Sequence[str]) -> list[Judged]:
    taken = {part for w in witnesses for part in (*block_shingles(w), *map(block_key, w.split("\n")))}
    votes = [share_taken(b.text, taken) for b in found]
    voted: dict[str, float] = defaultdict(float)  # characters of paragraphs by place, by their votes
    full: dict[str, int] = defaultdict(int)  # all of them
    for block, vote in zip(found, votes, strict=True):
        if block.paragraph:
            voted[block.place] += len(block.text) * vote
            full[block.place] += len(block.text)
    most = max(full.values(), default=1)
    alone = not any(witnesses)
    nears = {}
    for place, size in full.items():
        mass = min(1.0, 1.5 * size / most)
        nears[place] = mass if alone else max(voted[place] / size, OWN * mass)
    return [Judged(block, vote, nears.get(block.place, 0.0)) for block, vote in zip(found, votes, strict=True)]


def share_taken(text: str, taken: set[str]) -> float:
    """The share of a text's words, three at a time, that are among those taken."""
    parts = block_shingles(text)
    return sum(p in taken for p in parts) / len(parts) if parts else 0.0


def _run(judged: Sequence[Judged], headlines: frozenset[str]) -> tuple[int, int]:
    """The contiguous blocks with the greatest sum of scores; those under the headline before others (what readers
    write under an article may well be longer than it)."""
    best, span = _heaviest(judged, range(len(judged)))
    headed = (i for i, item in enumerate(judged) if item.block.heading and block_key(item.block.text) in headlines)
    head = next(headed, None)
    if head is not None and not (span[0] <= head + _UNDER and head < span[1]):
        under, lower = _heaviest(judged, range(head + 1, min(head + 1 + _UNDER, len(judged))))
        if under >= 0.4 * best:
            return lower
    return span


def _heaviest(judged: Sequence[Judged], starts: range) -> tuple[float, tuple[int, int]]:
    """The greatest sum of a run that begins in ``starts``, and the borders of the run."""
    best, span = 0.0, (0, 0)
    total, start = 0.0, starts.start
    for i in range(starts.start, len(judged)):
        if total <= 0 and i in starts:
            total, start = 0.0, i
        total += judged[i].score
        if total > best:
            best, span = total, (start, i + 1)
    return best, span


def _in_one_article(run: Sequence[Judged]) -> Sequence[Judged]:
    """Without what is outside the <article> element that holds most of the run and no witness took: comments."""
    holders = [
        next((e for e in (i.block.element, *i.block.element.iterancestors()) if e.tag == "article"), None) for i in run
    ]
    weight: dict[object, float] = defaultdict(float)
    for item, holder in zip(run, holders, strict=True):
        weight[holder] += max(item.score, 0.0)
    most = max(weight, key=weight.__getitem__, default=None)
    if most is None or weight[most] < 0.6 * sum(weight.values()):
        return run
    return [item for item, holder in zip(run, holders, strict=True) if holder is most or item.vote >= 0.5]


def _to_the_end(run: Sequence[Judged]) -> Sequence[Judged]:
    """Up to the line that ends an article on many pages ('Comments', 'Related stories'), unless as much follows
    it as came before, or a paragraph beside those before."""
    beside: set[object] = set()  # the elements whose children the paragraphs so far are
    size, ends = 0, 0
    for i, item in enumerate(run):
        block = item.block
        if block.paragraph:
            size += len(block.text)
            beside.add(block.element.getparent())
        elif size and ends < 20 and len(block.text) <= 60 and _END.fullmatch(block.text):
            ends += 1
            behind = [later.block for later in run[i + 1 :] if later.block.paragraph]
            few = sum(len(b.text) for b in behind) < size
            if few and not any(b.element.getparent() in beside for b in behind):
                return run[:i]
    return run


def _belongs(item: Judged, hosts: frozenset[str], heard: bool) -> bool:
    """Whether the block is text of the article; ``heard`` says that the witnesses took most of it, so that what
    they leave out has to speak for itself."""
    block = item.block
    if block.apart or _BUTTON.fullmatch(block.text):
        return False
    taken = item.vote >= 0.5 or (not heard and item.near >= 0.7)
    if block.links >= 0.5 and _CALL.match(block.text):
        return False
    if block.links >= 0.7 and not (taken and len(block.text) > 200):
        # A line that is a link to the outlet's own pages calls to another article; one that leads away is content.
        return _leads_away(block, hosts) and (taken or item.near > 0 or block.tag in _LISTED)
    if block.prose:
        return taken or item.near >= 0.3 or block.body
    if _CALL.fullmatch(block.text):
        return False
    sentence = bool(_STOP.search(block.text)) and (item.near >= 0.5 or block.body)
    return taken or sentence or block.heading or block.tag in _LISTED


def _leads_away(block: Block, hosts: frozenset[str]) -> bool:
    sites = [site_of(h) for h in block.hrefs if h.startswith(("http:", "https:", "//"))]
    return bool(sites) and all(s and s not in hosts for s in sites)


def _within_prose(kept: Sequence[Block]) -> list[Block]:
    """Without the headings before the first paragraph that are not beside it (the headline, its deck), and
    the headings that nothing follows."""
    first = next((i for i, block in enumerate(kept) if not block.heading), 0)
    beside = kept[first].element.getparent() if kept else None
    leading = [b for b in kept[:first] if b.tag != "h1" and b.element.getparent() is beside]
    out = [*leading, *kept[first:]]
    while out and out[-1].heading:
        out.pop()
    return out


def _without_repeats(kept: Sequence[Block]) -> list[Block]:
    """Without a paragraph that is there already: a pull quote, the text again for small screens."""
    seen: set[str] = set()
    out = []
    for block in kept:
        same = block_key(block.text)
        if len(same) < 80 or same not in seen or block.text.endswith("?"):
            out.append(block)
        seen.add(same)
    return out


def _trimmed(kept: list[Block]) -> list[Block]:
    """Without the stamps before the first paragraph, and at most six of the newsroom's notes behind the last."""
    kept = list(dropwhile(_stamped, kept))
    italic = sum(len(b.text) for b in kept if b.emphasis) > 0.3 * sum(len(b.text) for b in kept)
    end = len(kept)
    while end > max(1, len(kept) - 6):
        last = kept[end - 1]
        noted = last.heading or (last.emphasis and not italic and len(last.text) < 400)
        if not (noted or _TAIL.fullmatch(last.text) or _stamped(last)):
            break
        end -= 1
    return kept[:end]


def _stamped(block: Block) -> bool:
    stamp = stamps.stamp(block.text) if len(block.text) < 120 else None
    return stamp is not None and not stamp.rest
