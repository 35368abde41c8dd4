"""Tiny models that embedders are tried with, and that a test may spoil; conftest.py makes the fixtures known."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from rag.models.embedding import embedder

TEXTS = [
    "The mayor opened the new tram line on Monday.",
    "",
    "Tram",
    "Naïve café — „Straße“, 東京, 🚋",
    *(" ".join(f"Stop number {i} opened in {1900 + i}." for i in range(n)) for n in (3, 40, 11, 90, 1)),
]


def word_pieces(*more: str) -> Any:
    """The tokenizer of the tiny models: a piece a letter, 'tram', 'the' and ``more``; anything else is unknown."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(c) for c in range(33, 127)]
    pieces = [*marks, *letters, *("##" + c for c in letters), "tram", "the", *more]
    words = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    words.normalizer = normalizers.BertNormalizer()
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return words


def make_bert(folder: Path, *more: str) -> Path:
    """Writes a BERT that a reader can be made of, with ``tokenizer.json``: 2 layers, 32 channels.

    ``more`` are words that are one piece to it. Its weights, biases too, are random and so large that a wrong one shows
    in what comes out.
    """
    torch = pytest.importorskip("torch")
    from transformers import BertConfig, BertModel

    from rag.models.rerank.reader import MAX_PAIR_TOKENS

    # A syllable of Hangul falls apart into letters that share its one character.
    words = word_pieces("漢", "字", "ᄒ", "##ᅡ", "##ᆫ", *more)
    config = BertConfig(
        vocab_size=words.get_vocab_size(),
        max_position_embeddings=MAX_PAIR_TOKENS,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    bert = BertModel(config, add_pooling_layer=False)
    draw = torch.Generator().manual_seed(7)
    for name, parameter in bert.named_parameters():
        torch.nn.init.normal_(parameter, float("LayerNorm.weight" in name), 0.3, draw)
    bert.save_pretrained(folder)
    words.save(str(folder / "tokenizer.json"))
    return folder


def make_tiny(home: Path) -> Path:
    """Writes randomly initialised models: ``mean``, ``cls``, ``cls-dense``, ``of-relu``, ``prompted``, ``static``."""
    torch = pytest.importorskip("torch")
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Normalize, Pooling, StaticEmbedding, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = word_pieces()
    fast: Any = PreTrainedTokenizerFast
    tokens = fast(tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]")
    torch.manual_seed(7)
    size: dict[str, Any] = {
        "vocab_size": words.get_vocab_size(),
        "max_position_embeddings": 64,
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
    }
    for activation in ("gelu", "relu"):
        config = BertConfig(hidden_act=activation, **size)
        BertModel(config).save_pretrained(home / activation)
        tokens.save_pretrained(home / activation)

    def transformer(activation: str = "gelu") -> Any:
        return Transformer(str(home / activation), max_seq_length=48)

    recipes: dict[str, list[Any]] = {
        "mean": [transformer(), Pooling(16, "mean"), Normalize()],
        "cls": [transformer(), Pooling(16, "cls")],
        "of-relu": [transformer("relu"), Pooling(16, "mean")],
        "cls-dense": [transformer(), Pooling(16, "cls"), Dense(16, 8)],
        "static": [StaticEmbedding(words, embedding_dim=12)],
    }
    for name, modules in recipes.items():
        SentenceTransformer(modules=modules, device="cpu").save(str(home / name))
    prompted = SentenceTransformer(
        modules=[transformer(), Pooling(16, "mean")],
        device="cpu",
        prompts={"news": "the tram: "},
        default_prompt_name="news",
    )
    prompted.save(str(home / "prompted"))
    return home


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny(tmp_path_factory.mktemp("tiny"))


def export_here(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Exports run in this process, which has torch loaded; the list says of which folders."""
    from rag.models.embedding import export

    seen: list[Path] = []

    def here(folder: Path, out: Path) -> tuple[int, str]:
        seen.append(folder)
        return export.main(folder, out), ""

    monkeypatch.setattr(embedder, "_run_export", here)
    return seen


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    return export_here(monkeypatch)


@pytest.fixture
def mean(tiny: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model that a test may spoil."""
    return Path(shutil.copytree(tiny / "mean", tmp_path / "mean"))


def original(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    return model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
