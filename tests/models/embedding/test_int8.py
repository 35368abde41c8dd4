"""The embedder in 8 bits: near to the original, the same whatever a text is embedded beside, and never by mistake."""

from __future__ import annotations

import importlib.metadata
import json
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from platformdirs import user_cache_path

from rag.models.embedding import embedder, fidelity
from rag.models.embedding.embedder import open_embedder
from rag.models.embedding.onnx import Int8Embedder, OnnxEmbedder, TorchEmbedder
from rag.models.threads import usable_cores
from rag.protocols import Embedder
from tests.models.embedding.test_embedder import entry, flip_a_byte, truncate
from tests.support.small_models import TEXTS, original

# --- MiniLM -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cache() -> Path:
    """The user's cache with MiniLM exported in it."""
    try:
        importlib.metadata.version(embedder.DEFAULT_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the package of the default embedder is not installed")
    return Path(os.environ.get("RAG_CACHE") or user_cache_path("rag"))


@pytest.fixture(scope="module")
def exact(cache: Path) -> Embedder:
    return open_embedder(embedder.DEFAULT, cache, precision="fp32")


@pytest.fixture(scope="module")
def small(cache: Path) -> Embedder:
    return open_embedder(embedder.DEFAULT, cache, precision="auto")


def test_the_default_runs_in_8_bits_and_says_so_by_its_digest(small: Embedder, exact: Embedder) -> None:
    assert isinstance(small, Int8Embedder)
    assert not isinstance(exact, Int8Embedder)
    assert (small.name, small.dimension, small.max_tokens) == ("all-MiniLM-L6-v2", 384, 254)
    assert small.digest != exact.digest
    assert len(small.digest) == 64


def test_its_vectors_are_near_to_the_exact_ones_and_so_are_their_neighbours(small: Embedder, exact: Embedder) -> None:
    texts = [text for text in TEXTS if text] + fidelity.PROBE
    ours, theirs = small.embed(texts), exact.embed(texts)
    assert (ours * theirs).sum(axis=1).min() > 0.995
    assert np.abs(ours @ ours.T - theirs @ theirs.T).max() < 0.03


def test_a_text_has_the_same_vector_to_the_last_bit_in_any_company(small: Embedder, monkeypatch: Any) -> None:
    together = small.embed(TEXTS)
    alone = np.concatenate([small.embed([text]) for text in TEXTS])
    assert np.array_equal(together, alone)
    assert np.array_equal(small.embed(TEXTS[::-1])[::-1], together)
    monkeypatch.setattr("rag.models.embedding.onnx.BATCH_TEXTS", 2)
    assert np.array_equal(small.embed(TEXTS), together)


def test_its_vectors_are_unit_float32(small: Embedder) -> None:
    vectors = small.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert small.embed([]).shape == (0, 384)


def test_threads_share_it(cache: Path, small: Embedder) -> None:
    shared = open_embedder(embedder.DEFAULT, cache, precision="auto")  # a fresh one, so that they race for loading it
    out: dict[int, Any] = {}
    threads = [threading.Thread(target=lambda i=i: out.update({i: shared.embed(TEXTS[:4])})) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = small.embed(TEXTS[:4])
    assert all(np.array_equal(out[i], expected) for i in range(6))


def test_every_text_goes_through_alone(small: Embedder, cache: Path, monkeypatch: Any) -> None:
    """What bounds its memory: one text a thread, however many there are."""
    shared = open_embedder(embedder.DEFAULT, cache, precision="auto")
    assert isinstance(shared, Int8Embedder)
    session = _Counting(shared._session())
    monkeypatch.setattr(shared, "_session", lambda: session)
    shared.embed(["tram " * 300] * 20)
    assert session.shapes == [(1, 256)] * 20


class _Counting:
    def __init__(self, session: Any, fails_at: int = -1) -> None:
        self.shapes: list[tuple[int, ...]] = []
        self._session = session
        self._fails_at = fails_at

    def run(self, wanted: Any, inputs: dict[str, Any]) -> Any:
        self.shapes.append(inputs["input_ids"].shape)
        if len(self.shapes) == self._fails_at:
            raise RuntimeError("out of memory")
        return self._session.run(wanted, inputs)


def test_a_failure_is_raised_and_stops_the_rest(cache: Path, monkeypatch: Any) -> None:
    shared = open_embedder(embedder.DEFAULT, cache, precision="auto")
    assert isinstance(shared, Int8Embedder)
    session = _Counting(shared._session(), fails_at=3)
    monkeypatch.setattr(shared, "_session", lambda: session)
    with pytest.raises(RuntimeError, match="out of memory"):
        shared.embed(["tram"] * 500)
    assert len(session.shapes) <= 3 + usable_cores()


# --- any other model --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["mean", "cls"])
def test_any_bert_with_gelu_runs_in_8_bits(kind: str, tiny: Path, tmp_path: Path, exports: list[Path]) -> None:
    ours = open_embedder(str(tiny / kind), tmp_path, precision="auto")
    assert isinstance(ours, Int8Embedder)
    assert (ours.embed(TEXTS) * original(tiny / kind)).sum(axis=1).min() > 0.99
    again = open_embedder(str(tiny / kind), tmp_path, precision="int8")
    assert again.digest == ours.digest
    assert np.array_equal(again.embed(TEXTS), ours.embed(TEXTS))
    assert len(exports) == 1


@pytest.mark.parametrize(("kind", "said"), [("cls-dense", "Dense"), ("of-relu", "relu")])
def test_a_model_without_an_8_bit_graph_runs_in_32_and_says_so_once(
    kind: str, said: str, tiny: Path, tmp_path: Path, exports: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        ours = open_embedder(str(tiny / kind), tmp_path, precision="auto")
        assert type(ours) is OnnxEmbedder
    assert np.abs(ours.embed(TEXTS) - original(tiny / kind)).max() < 1e-5
    [told] = caplog.messages
    assert "no 8-bit graph is known for" in told
    assert said in told
    assert len(exports) == 1
    open_embedder(str(tiny / kind), tmp_path, precision="int8")
    assert len(caplog.messages) == 2, "who asks for 8 bits is told each time"
    open_embedder(str(tiny / kind), tmp_path, precision="fp32")
    assert len(caplog.messages) == 2


def test_32_bits_are_the_original_and_have_its_digest(mean: Path, tmp_path: Path, exports: list[Path]) -> None:
    exact = open_embedder(str(mean), tmp_path / "cache", precision="fp32")
    assert type(exact) is OnnxEmbedder
    assert np.abs(exact.embed(TEXTS) - original(mean)).max() < 1e-5
    small = open_embedder(str(mean), tmp_path / "cache", precision="auto")
    assert small.digest != exact.digest
    assert len(exports) == 1, "one export has both"


def spoil(file: str) -> Callable[[Path, Path], tuple[int, str]]:
    """An export whose ``file`` gives other vectors: its tables and matrices in float are turned around."""
    faithful = embedder._run_export

    def unfaithful(folder: Path, out: Path) -> tuple[int, str]:
        import onnx
        from onnx import numpy_helper

        result = faithful(folder, out)
        model = onnx.load(str(out / file))
        for weight in model.graph.initializer:
            if weight.data_type in (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16) and len(weight.dims) == 2:
                value = numpy_helper.to_array(weight)[:, ::-1].copy()
                weight.CopyFrom(numpy_helper.from_array(value, weight.name))
        onnx.save(model, str(out / file))
        return result

    return unfaithful


def test_8_bits_that_disagree_are_not_used(
    mean: Path, tmp_path: Path, exports: list[Path], monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(embedder, "_run_export", spoil("model.int8.onnx"))
    for _ in range(2):
        ours = open_embedder(str(mean), tmp_path / "cache", precision="auto")
        assert type(ours) is OnnxEmbedder
    [told] = caplog.messages
    assert "in 8 bits it disagrees" in told
    assert np.abs(ours.embed(TEXTS) - original(mean)).max() < 1e-5
    assert ours.digest == open_embedder(str(mean), tmp_path / "cache", precision="fp32").digest
    assert len(exports) == 1, "the refusal is remembered"


def test_where_32_bits_disagree_torch_runs_whatever_8_bits_say(
    mean: Path, tmp_path: Path, exports: list[Path], monkeypatch: Any
) -> None:
    monkeypatch.setattr(embedder, "_run_export", spoil("model.onnx"))
    assert isinstance(open_embedder(str(mean), tmp_path / "cache", precision="auto"), TorchEmbedder)
    assert not list(tmp_path.rglob("*.onnx"))


@pytest.mark.parametrize("damage", [truncate, flip_a_byte, Path.unlink])
def test_a_damaged_export_is_made_anew(
    damage: Callable[[Path], object], mean: Path, tmp_path: Path, exports: list[Path]
) -> None:
    cache = tmp_path / "cache"
    before = open_embedder(str(mean), cache, precision="auto").embed(TEXTS)
    damage(entry(cache) / "model.int8.onnx")
    after = open_embedder(str(mean), cache, precision="auto")
    assert isinstance(after, Int8Embedder)
    assert len(exports) == 2
    assert np.array_equal(after.embed(TEXTS), before)


@pytest.mark.parametrize("before", [{"arithmetic": "1"}, {}])
def test_a_verdict_of_other_arithmetic_is_judged_again(
    before: dict[str, str], mean: Path, tmp_path: Path, exports: list[Path], monkeypatch: Any
) -> None:
    """An export that a processor without VNNI refused while its sums overflowed is used once they do not."""
    cache = tmp_path / "cache"
    then = {key: value for key, value in embedder._versions().items() if key != "arithmetic"} | before
    with monkeypatch.context() as earlier:
        earlier.setattr(embedder, "_versions", lambda: then)
        earlier.setitem(fidelity.LOWEST, "model.int8.onnx", 1.1)
        assert type(open_embedder(str(mean), cache, precision="auto")) is OnnxEmbedder
    assert isinstance(open_embedder(str(mean), cache, precision="auto"), Int8Embedder)
    assert len(exports) == 1


def test_another_processor_must_agree_as_well(
    mean: Path, tmp_path: Path, exports: list[Path], monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Some processors add 8-bit products in 16 bits and cut off what is larger."""
    cache = tmp_path / "cache"
    open_embedder(str(mean), cache, precision="auto")
    here = embedder._versions()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(embedder, "_versions", lambda: here | {"processor": "another"})
        elsewhere.setitem(fidelity.LOWEST, "model.int8.onnx", 1.1)
        assert type(open_embedder(str(mean), cache, precision="auto")) is OnnxEmbedder
        assert json.loads((entry(cache) / "manifest.json").read_text("utf-8"))["versions"]["processor"] == "another"
    caplog.set_level(logging.WARNING)
    assert isinstance(open_embedder(str(mean), cache, precision="auto"), Int8Embedder), "back on the first one"
    assert len(exports) == 1
