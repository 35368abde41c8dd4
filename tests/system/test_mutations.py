"""Damaged files of every kind through reading and segmentation: whatever they hold, nothing is raised and nothing odd
comes out, and what failed is told in one line.

MUTATIONS=200000 MUTATION_SEED=7 pytest tests/system/test_mutations.py    more of them, other ones
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.errors import ReadError
from rag.index.schema import storable
from rag.ingest.encoding import one_line
from rag.ingest.formats.addresses import read_feed
from rag.ingest.formats.files import find, read
from rag.ingest.page import Page, Withdrawal
from rag.ingest.segment.segmenter import MAX_BODY, MAX_TITLE, segment
from rag.types import Article, FeedState, ReportItem
from tests.conftest import Rag, Tally
from tests.support.mutate import mutated
from tests.support.web_server import Unplugged

pytestmark = pytest.mark.fault("malformed")

COUNT = int(os.environ.get("MUTATIONS", "1000"))
SEED = int(os.environ.get("MUTATION_SEED", "1"))
BATCH = 250
WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "rt", "sel", "ver")]
SIGNS = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f]")
"""What Unicode calls format characters though they have a shape: Arabic number signs, frames of hieroglyphs."""
LONGEST = 60.0  # seconds of processor time for one input; some 30 ms are usual


@contextmanager
def named(number: int) -> Iterator[None]:
    """What goes wrong inside is told with the way to see it again; so is what does not end."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"not read after {LONGEST:.0f} s of processor time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    except Exception as error:
        error.add_note(f"this input: python -m tests.support.mutate {SEED} {number} /tmp")
        raise
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def hidden(character: str) -> bool:
    """Whether it breaks a line or cannot be seen. Not ``str.isprintable``: that also refuses what Unicode has given to
    no letter yet, or to an emoji that is newer than this Python. Such a one is harmless, and a link may hold it."""
    kind = unicodedata.category(character)
    unseen = kind in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and not SIGNS.fullmatch(character)
    return unseen or (kind == "Zs" and character != " ")


def is_one_line(text: str | None) -> bool:
    return bool(text and text.strip() and not any(map(hidden, text)) and len(text) < 2000)


def test_no_character_that_is_hidden_or_ends_a_line_is_left_in_a_line() -> None:
    every = [chr(n) for n in range(sys.maxunicode + 1)]
    left = [c for c in filter(hidden, every) if one_line(f"a{c}b") not in ("ab", "a b")]
    assert not left, ascii(left)
    assert sum(map(hidden, every)) > 100_000  # of the private planes and the surrogates alone


def test_a_link_with_characters_that_unicode_does_not_know_is_told_as_it_is() -> None:
    """As damage to a feed in UTF-16 makes them: a reader sees boxes, and the line is whole."""
    link = "https://a.example/\u17ef\u0ff9\U0001fae8"
    told = link.replace("/\u17ef", "/\u17ef\u202e\U0001d173")
    feed = f"<rss version='2.0'><channel><item><title>Ferry</title><link>{told}</link></item></channel></rss>"
    items = [i for i in read_feed("a.rss", feed.encode(), Unplugged(), None) if isinstance(i, ReportItem)]
    assert [is_one_line(item.source) for item in items] == [True]
    assert items[0].source == link


def check_article(article: Article) -> None:
    assert article.title.strip() and article.body.strip()
    assert len(article.title) <= MAX_TITLE and len(article.body) <= MAX_BODY
    assert "\n" not in article.title
    assert storable(article) == article, "text that no database can hold"
    for text in (article.title, article.body, *article.authors, article.source or "", article.section or ""):
        assert not re.search(
            "[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\U000e0000-\U000e007f]", text
        )
    json.dumps(article.record())


def check_file(path: Path) -> int:
    """Reads the file and checks what comes; how many articles those were."""
    articles = 0
    items = list(read(path, lambda origin, data: read_feed(origin, data, Unplugged(), None)))
    assert items, "neither an article nor a failure"
    for item in items:
        if isinstance(item, ReportItem):
            assert item.status in ("failed", "left_out") and is_one_line(item.reason), item
            assert item.source.startswith(str(path)) or "://" in item.source, item
            assert is_one_line(item.source), item
        elif isinstance(item, Withdrawal):
            assert item.origin.startswith(str(path)) and (item.id or item.url), item
        elif isinstance(item, Page):
            assert item.origin.startswith(str(path)) or "://" in item.origin, item
            try:
                found = segment(item)
            except ReadError as error:
                assert is_one_line(str(error)), error
                continue
            assert found
            for article in found:
                check_article(article)
            articles += len(found)
        else:
            assert isinstance(item, FeedState)
    return articles


@pytest.mark.parametrize("first", range(0, COUNT, BATCH))
def test_damaged_files_are_read_or_refused(tmp_path: Path, first: int, tally: Tally) -> None:
    articles = 0
    for number in range(first, min(first + BATCH, COUNT)):
        ending, content = mutated(SEED, number)
        path = tmp_path / f"a{ending}"
        path.write_bytes(content)
        with named(number):
            articles += check_file(path)
        path.unlink()
    tally("inputs", min(BATCH, COUNT - first))
    assert articles > BATCH / 5  # most damage leaves something to read


def test_the_same_seed_gives_the_same_files() -> None:
    assert [mutated(5, n) for n in range(30)] == [mutated(5, n) for n in range(30)]
    assert mutated(5, 1) != mutated(6, 1)


def test_good_files_go_in_beside_damaged_ones(tmp_path: Path, rag: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole command: its status is 0 or 1, and no file spoils another."""

    def unreachable(*_: object, **__: object) -> None:
        raise ReadError("no such host")

    monkeypatch.setattr("rag.ingest.web.fetcher.Fetcher.get", unreachable)
    folder = tmp_path / "news"
    folder.mkdir()
    good = set()
    for number in range(min(COUNT // 7, 3000)):
        ending, content = mutated(SEED, number)
        (folder / f"{number:05}{ending}").write_bytes(content)
        if number % 20 == 0:
            good.add(title := f"Ferry {number} to close")
            words = random.Random(number).choices(WORDS, k=40)  # no copies of each other
            text = f"{title}\n\nThe ferry {' '.join(words)} in May. It is {number} years old.\n"
            (folder / f"{number:05}-good.txt").write_text(text, encoding="utf-8")
    run = rag("add", str(folder))
    assert run.status in (0, 1)
    assert "unexpected" not in run.err.lower() and "damaged" not in run.err, run.err[-500:]
    listed = {article["title"] for article in rag("list", "--json").json}
    assert good <= listed
    assert rag("check").status == 0


def test_names_of_files_that_no_text_can_hold(tmp_path: Path, rag: Rag) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    for name in (b"\xff\xfe.txt", b"a\nb.txt", b"c\x1b[31m.jsonl", "\u202e.md".encode()):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(
            b"Ferry line to close\n\nIt will close in May.\n"
        )
    assert len(list(find([folder]))) == 4
    assert rag("add", str(folder)).status in (0, 1)
