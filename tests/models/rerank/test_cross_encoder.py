"""A cross-encoder of sentence-transformers as the reranker: a real one, tiny and untrained, from a folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from rag.errors import ModelError
from rag.models.factory import open_reranker
from rag.models.rerank.cross_encoder import CrossEncoderReader
from rag.qa.retrieval.reranking import rank
from rag.qa.retrieval.retriever import Wanted
from rag.types import Article, Hit
from tests.support.fakes import FakeEmbedder, chunk_of

TEXTS = ["The ferry sank off Ilsaholm. Nobody drowned.", "Tickets cost nine crowns. The bakery is for sale."]
QUESTION = "Where did the ferry sink?"


def save(folder: Path, labels: int = 1) -> str:
    """A BERT of one layer over pairs of texts, its weights drawn with a fixed seed."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder.mkdir()
    words = sorted({w.strip(".?").lower() for text in [*TEXTS, QUESTION] for w in text.split()})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "?", *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=labels,
        initializer_range=1.0,
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


def hits() -> list[Hit]:
    articles = [Article(f"a{n}", "Harbour", text, published=date(2026, 3, n + 1)) for n, text in enumerate(TEXTS)]
    return [Hit(chunk_of(a, 0, len(a.body)), a, 0.5) for a in articles]


def test_it_scores_passages_and_their_sentences(tmp_path: Path) -> None:
    reader = open_reranker(save(tmp_path / "model"))
    assert isinstance(reader, CrossEncoderReader)
    found = hits()
    readings = reader.read(QUESTION, [h.chunk for h in found])
    assert [[h.article.body[s.start : s.end] for s in r.sentences] for h, r in zip(found, readings, strict=True)] == [
        ["The ferry sank off Ilsaholm.", "Nobody drowned."],
        ["Tickets cost nine crowns.", "The bakery is for sale."],
    ]
    scores = [s.score for r in readings for s in r.sentences] + [r.passage for r in readings]
    assert len(set(scores)) == 6, "every text has a score of its own"
    assert min(scores) < 0 or max(scores) > 1, "logits, no probabilities"
    assert readings == reader.read(QUESTION, [h.chunk for h in found])
    [alone] = reader.read(QUESTION, [found[1].chunk])
    assert alone.passage == pytest.approx(readings[1].passage, abs=1e-4)
    _, evidence = rank(QUESTION, found, readings, Wanted((date.min, date.min)), FakeEmbedder())
    assert len(evidence) == 4 and all(0 < e.score < 1 for e in evidence)
    assert reader.read(QUESTION, []) == []


def test_one_with_several_numbers_for_a_pair_is_refused(tmp_path: Path) -> None:
    reader = CrossEncoderReader(save(tmp_path / "model", labels=3))
    for _ in range(2):
        with pytest.raises(ModelError, match="gives several numbers for a pair; name one that gives a single score"):
            reader.read(QUESTION, [hits()[0].chunk])


def test_a_folder_without_a_model_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot be loaded \(.*\): name a cross-encoder by its folder") as caught:
        CrossEncoderReader(str(tmp_path)).read(QUESTION, [hits()[0].chunk])
    assert "\n" not in str(caught.value)


def test_a_name_that_no_hub_knows_is_asked_for_once_and_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, float | None]] = []

    def model_info(self: object, name: str, timeout: float | None = None) -> None:
        asked.append((name, timeout))
        raise OSError("no hub in this test")

    def loader(*_: object, **__: object) -> None:
        raise AssertionError("the loader tries for minutes")

    monkeypatch.setattr("huggingface_hub.HfApi.model_info", model_info)
    monkeypatch.setattr("sentence_transformers.CrossEncoder", loader)
    with pytest.raises(ModelError, match=r"the reranker no/such cannot be loaded \(no hub in this test\)") as caught:
        CrossEncoderReader("no/such").read(QUESTION, [hits()[0].chunk])
    assert [name for name, _ in asked] == ["no/such"]
    assert 0 < (asked[0][1] or 0) <= 15
    assert "\n" not in str(caught.value)


def test_one_that_a_hub_has_is_fetched_and_one_in_its_cache_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[tuple[str, bool]] = []
    cached = Path(save(tmp_path / "snapshot"))

    def loader(name: str, *, local_files_only: bool = False, **_: object) -> None:
        opened.append((name, local_files_only))
        raise OSError("seen")

    def snapshot(name: str, **_: object) -> str:
        if name != "some/cached":
            raise OSError("not in the cache")
        return str(cached)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", lambda *_, **__: SimpleNamespace(siblings=[]))
    monkeypatch.setattr("sentence_transformers.CrossEncoder", loader)
    for name in ("some/cached", "some/other", str(tmp_path)):
        with pytest.raises(ModelError, match="seen"):
            CrossEncoderReader(name).read(QUESTION, [hits()[0].chunk])
    assert opened == [("some/cached", True), ("some/other", False), (str(tmp_path), True)]
