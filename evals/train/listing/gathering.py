"""What is weighed of the items that articles may give the lists of sets, with what is right.

``python -m evals.train.listing.gathering SET --articles FOLDER_OR_FILE --out FILE`` indexes the articles for itself and
writes a line a request: {"request", "musts", "candidates": [{"views", "right", "quote", "has"}]}, ``musts`` how many
things are wanted, ``has`` which of them a sentence names. With ``--pile`` only the requests of that pile count, and of
a file of articles those whose addresses ``PILES`` has for it.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rag import News, Settings
from rag.qa.forms import read_for_list
from rag.qa.listing.weighing import list_views
from rag.qa.requests.matter import matter
from rag.types import Filters

from ..ranking import read

Line = dict[str, Any]
PILES = "requests-real.piles.json"
MIN_LETTERS = 4
"""Of an item from which on it is right where a wanted one holds it: 'Okonjo' of 'Okonjo-Bell'."""


def gather(news: News, rows: Sequence[Line]) -> Iterator[Line]:
    """A line a request after several things."""
    for row in rows:
        question = news.pipeline.understand(row["request"], (), Filters(), None, as_written=False, form="list")
        about = matter("list", question.understood)
        scored, least, _ = read_for_list(about, news.pipeline.reach(question), question.query)
        wanted = [[must] if isinstance(must, str) else must for must in row["must"]]
        found = list_views(question.query, about, scored, least, news.embedder) if scored else []
        yield {
            "request": row["request"],
            "musts": len(wanted),
            "candidates": [
                {
                    "views": views,
                    "right": 2 * sum(any(_is_one(item, w) for w in wanted) for item in c.items) >= len(c.items),
                    "quote": c.item.quote,
                    "has": [n for n, w in enumerate(wanted) if any(x.lower() in c.item.quote.lower() for x in w)],
                }
                for c, views in found
            ],
        }


def _is_one(item: str, wanted: Sequence[str]) -> bool:
    told = item.lower()
    return any(w.lower() in told or (len(told) >= MIN_LETTERS and told in w.lower()) for w in wanted)


def pile_of(articles: Path, addresses: frozenset[str] | None, folder: Path) -> Path:
    """The articles of a pile: all of a folder, or those of a (compressed) file that have one of the addresses."""
    if addresses is None:
        return articles
    opened = gzip.open if articles.suffix == ".gz" else open
    with opened(articles, "rt", encoding="utf-8") as lines:
        kept = [line for line in lines if json.loads(line)["url"] in addresses]
    file = folder / "articles.jsonl"
    file.write_text("".join(kept), encoding="utf-8")
    return file


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.train.listing.gathering")
    parser.add_argument("set", type=Path)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--pile", help="which requests of the set, and of which articles; default: all that name none")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    rows = [row for row in read([given.set]) if row["kind"] == "list" and row.get("pile") == given.pile]
    piles = json.loads((given.set.parent / PILES).read_text(encoding="utf-8"))
    addresses = frozenset(piles[given.pile]) if given.pile else None
    options = Settings.load(llm="none", reproducible=True)
    with (
        TemporaryDirectory() as folder,
        given.out.open("w", encoding="utf-8") as out,
        News.open(f"{folder}/index", settings=options, create=True) as news,
    ):
        news.add(pile_of(given.articles, addresses, Path(folder)))
        for line in gather(news, rows):
            out.write(json.dumps(line) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
