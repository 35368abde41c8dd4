"""SemEval-2015 Task 4: timelines of entities across documents, as far as sentences allow.

Minard et al., "SemEval-2015 Task 4: TimeLine: Cross-Document Event Ordering", SemEval 2015. A gold timeline is a file
that begins with the entity's name; each line is an order number, a day (XX where it is open) and the events, each as
document-sentence-word. Events of order 0 have no day and are left out, as in the task.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import ParseError, fromstring

from rag.errors import UsageError
from rag.types import Article

Pair = tuple[str, tuple[str, str]]
"""A day as precise as it is known ('2006-05'), and (document, sentence)."""

_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


@dataclass(frozen=True, slots=True)
class TimelineDocument:
    """An article whose sentences are paragraphs; ``sentences`` are their (start, end) in the body, by number."""

    article: Article
    sentences: dict[str, tuple[int, int]]

    def sentence_at(self, start: int) -> str | None:
        """The number of the sentence that holds a character of the body."""
        return next((n for n, (a, b) in self.sentences.items() if a <= start < b), None)


@dataclass(frozen=True, slots=True)
class GoldTimeline:
    """The gold of one entity, and the documents of its corpus."""

    entity: str
    pairs: frozenset[Pair]
    documents: dict[str, TimelineDocument]


def load_timelines(folder: Path) -> list[GoldTimeline]:
    """Every gold timeline below a folder, each with the documents (*.tml) of the folder that holds most of its own.

    Raises ``UsageError`` where there are no documents or no timelines.
    """
    corpora: dict[Path, dict[str, TimelineDocument]] = {}
    for path in sorted(folder.rglob("*.tml")):
        found = _document(path)
        corpora.setdefault(path.parent, {})[found.article.id] = found
    golds = list(_golds(folder))
    if not corpora or not golds:
        lacks = "documents (*.tml)" if not corpora else "gold timelines (*.txt)"
        raise UsageError(f"{folder}: holds no {lacks}; give the folder of a SemEval-2015 Task 4 corpus")
    out = []
    for entity, rows in golds:
        ids = Counter(doc for _, (doc, _) in rows)
        documents = max(corpora.values(), key=lambda docs: sum(n for doc, n in ids.items() if doc in docs))
        out.append(GoldTimeline(entity, frozenset(p for p in rows if p[1][0] in documents), documents))
    return out


def _golds(folder: Path) -> Iterator[tuple[str, list[Pair]]]:
    for path in sorted(folder.rglob("*.txt")):
        [entity, *lines] = path.read_text(encoding="utf-8").splitlines() or [""]
        rows: list[Pair] = []
        for line in lines:
            order, _, rest = line.partition("\t")
            when, *events = rest.split("\t")
            if order.isdigit() and order != "0" and (day := _known(when)):
                rows += [(day, (e.split("-")[0].strip(), e.split("-")[1])) for e in events if e.count("-") >= 2]
        if entity.strip() and rows:
            yield entity.strip(), rows


def _known(when: str) -> str | None:
    """The parts of a day that are known: '2006-05' of '2006-05-XX'."""
    found = _DAY.match(when.strip())
    return "-".join(part for part in found.groups() if part) if found else None


def _document(path: Path) -> TimelineDocument:
    try:
        root = fromstring(path.read_bytes())
        name = (root.findtext("DOCID") or "").strip()
        made = root.find("DCT/TIMEX3")
        published = date.fromisoformat((made.get("value") or "")[:10]) if made is not None else None
    except (ParseError, ValueError) as error:
        raise UsageError(f"{path}: is no TimeML document ({error})") from None
    body, sentences = "", {}
    for sentence in root.iter("s"):
        text = _plain("".join(sentence.itertext()))
        if text:
            sentences[str(sentence.get("id"))] = (len(body), len(body) + len(text))
            body += f"{text}\n\n"
    article = Article(name, (root.findtext("EXTRAINFO") or name).strip(), body, published=published, source="Wikinews")
    return TimelineDocument(article, sentences)


def _plain(text: str) -> str:
    """A tokenised sentence as it is printed."""
    text = " ".join(text.split())
    text = re.sub(r" ([.,;:?!%)\]])", r"\1", text)
    text = re.sub(r"([(\[]) ", r"\1", text)
    text = re.sub(r" ('s|'re|'ve|'ll|'d|'m|n't|')\b", r"\1", text)
    return re.sub(r'" ([^"]*?) "', r'"\1"', text)
