"""Which engine runs the embedded model: measured once, kept, overridden, and never one that gives other answers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rag.errors import ModelError
from rag.models.llm import engines
from rag.models.llm.download import QWEN
from rag.models.llm.engines import about_engine, faster, fastest, measured, open_engine, prepare
from rag.types import Message
from tests.support.tiny_gguf import make_gguf, taking
from tests.support.web_server import Clock

OnChunk = Callable[[Mapping[str, Any]], bool]


class FakeServer:
    """Takes ``pause`` seconds for a prompt and for each word; ``shift`` makes one reply likelier than it is."""

    clock = Clock()

    def __init__(self, pause: float, shift: float = 0.0, words: int = 3) -> None:
        self.pause, self.shift, self.words = pause, shift, words
        self.closed = False

    def reply(self, messages: Sequence[Message], max_tokens: int, reuse: bool, on_chunk: OnChunk) -> None:
        assert not reuse, "what is measured is read from its first word"
        for _ in range(self.words):
            self.clock.sleep(self.pause)
            on_chunk({"choices": [{"index": 0, "delta": {"content": "word"}, "finish_reason": None}]})
        on_chunk({"choices": [], "usage": {"prompt_tokens": 200, "completion_tokens": self.words}})

    def score(self, messages: Sequence[Message], options: Sequence[str], reuse: bool, on_chunk: OnChunk) -> None:
        on_chunk({"choices": []})
        on_chunk({"scores": [-1.0 + self.shift, -9.0]})

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def _its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What else the machine does is no part of what is measured."""
    monkeypatch.setattr(engines, "time", SimpleNamespace(monotonic=FakeServer.clock))


def test_the_faster_engine_is_taken() -> None:
    quick, slow = FakeServer(0.002), FakeServer(0.03)
    found = faster(lambda: quick, lambda: slow)
    assert (found["engine"], found["difference"]) == ("onnxruntime", 0)
    assert found["measured"]["onnxruntime"]["prompt"] > 2 * found["measured"]["xllamacpp"]["prompt"] > 0
    assert quick.closed and slow.closed
    assert faster(lambda: slow, lambda: quick)["engine"] == "xllamacpp"


def test_an_engine_that_gives_other_scores_is_not_taken(caplog: pytest.LogCaptureFixture) -> None:
    found = faster(lambda: FakeServer(0.001, shift=-5), lambda: FakeServer(0.03))
    assert (found["engine"], found["difference"]) == ("xllamacpp", 5)
    assert "disagrees" in caplog.text


def test_one_reply_that_8_bits_round_is_not_enough_to_lose_the_faster_engine() -> None:
    """Differences as an EPYC of family 26 has them: of the name that nobody would reply it finds 2.06."""
    exact = [[0, -18.52], [0, -11.63], [0, -3.76], [0, -9.25], [0, -4.44], [0, -15.73]]
    rounded = [[0, -18.88], [0, -13.69], [0, -3.75], [0, -9.41], [0, -3.72], [0, -15.96]]
    assert engines._difference(exact, rounded) < 0.6 < engines.LARGEST_DIFFERENCE
    overflowed = [[0, -6.1], [0, 4.0], [0, -14.2], [0, 2.5], [0, 7.9], [0, -1.0]]
    assert engines._difference(exact, overflowed) > engines.LARGEST_DIFFERENCE


def test_an_engine_that_fails_is_the_slower_one(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> FakeServer:
        raise ImportError("libgomp.so.1: cannot open shared object file")

    silent = FakeServer(0, words=0)
    assert faster(broken, lambda: FakeServer(0.001))["engine"] == "xllamacpp"
    assert faster(lambda: FakeServer(0.001), lambda: silent)["engine"] == "onnxruntime"
    assert silent.closed
    assert "libgomp" in caplog.text and "gave no text" in caplog.text
    with pytest.raises(ModelError, match=r"runs in no engine .*libgomp"):
        faster(broken, lambda: silent)
    assert faster(lambda: FakeServer(0.001, words=1), lambda: FakeServer(0.03))["engine"] == "onnxruntime"


@pytest.fixture
def default(tmp_path: Path) -> Path:
    """A file where the default model would lie."""
    (tmp_path / "models").mkdir()
    make_gguf(tmp_path / "models" / QWEN.file)
    return tmp_path / "models" / QWEN.file


def keep(cache: Path, **changes: Any) -> None:
    speeds = {"onnxruntime": {"prompt": 217.2, "answer": 39.7}, "xllamacpp": {"prompt": 77.4, "answer": 25.2}}
    note = {**engines._key(), "engine": "onnxruntime", "difference": 0.1, "measured": speeds, **changes}
    (cache / "models").mkdir(exist_ok=True)
    (cache / "models" / "engines.json").write_text(json.dumps(note))


def test_what_was_measured_is_kept_and_told(tmp_path: Path) -> None:
    assert about_engine(tmp_path) is None
    keep(tmp_path)
    assert fastest(tmp_path / "no-such.gguf", 1, tmp_path) == "onnxruntime", "nothing is measured again"
    assert about_engine(tmp_path) == (
        "engine onnxruntime (onnxruntime reads 217 and writes 40 tokens a second; "
        "xllamacpp reads 77 and writes 25 tokens a second)"
    )
    assert (about_engine(tmp_path, "xllamacpp") or "").startswith("engine xllamacpp (RAG_ENGINE; onnxruntime reads")
    keep(tmp_path, engine="xllamacpp", difference=11.3)
    assert (about_engine(tmp_path) or "").startswith(
        "engine xllamacpp (onnxruntime reads 217 and writes 40 tokens a second; "
        "not taken, since its replies differ here; xllamacpp reads"
    )


@pytest.mark.parametrize("note", ["{}", "[1]", '{"engine": "x", "measured": {"a": {}}}'])
def test_a_damaged_note_is_none(note: str, tmp_path: Path) -> None:
    keep(tmp_path)
    file = tmp_path / "models" / "engines.json"
    if note.startswith('{"engine'):
        file.write_text(json.dumps(json.loads(file.read_text()) | json.loads(note)))
    else:
        file.write_text(note)
    assert measured(tmp_path) is None and about_engine(tmp_path) is None
    assert about_engine(tmp_path, "xllamacpp") == "engine xllamacpp (RAG_ENGINE)"


@pytest.mark.parametrize("change", [{"processor": "another"}, {"onnxruntime": "0.1"}, {"graph": 0}])
def test_what_was_measured_elsewhere_is_measured_again(
    change: dict[str, Any], default: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(tmp_path, **change)
    monkeypatch.setattr(engines, "open_onnxruntime", lambda *_: FakeServer(0.02))
    monkeypatch.setattr(engines, "open_llama_cpp", lambda *_: FakeServer(0.001))
    assert fastest(default, 1, tmp_path) == "xllamacpp"
    note = measured(tmp_path)
    assert note and note["measured"]["xllamacpp"]["answer"] > note["measured"]["onnxruntime"]["answer"]
    assert [path.name for path in (tmp_path / "models").iterdir() if path.is_dir()] == [], "nothing needs it"


def test_without_room_for_it_the_model_runs_as_it_is(
    default: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    default.write_bytes(b"GGUF" + bytes(100))
    assert fastest(default, 1, tmp_path) == "xllamacpp"
    assert ". Until then it runs in xllamacpp, which is slower." in caplog.text and measured(tmp_path) is None
    keep(tmp_path)
    assert prepare(default, 1, tmp_path, "auto") == "xllamacpp", "what was measured is of no use now"
    with pytest.raises(ModelError, match="cannot be prepared"):
        prepare(default, 1, tmp_path, "onnxruntime")


def test_where_no_other_engine_is_installed_its_failure_is_told(
    default: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_has_llama_cpp", lambda: False)
    assert fastest(default, 1, tmp_path) == "onnxruntime"
    shutil.rmtree(tmp_path / "models" / f"{default.stem}.int8")
    default.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match="cannot be prepared"):
        fastest(default, 1, tmp_path)


def test_a_setting_overrides_what_was_measured(default: Path, tmp_path: Path) -> None:
    keep(tmp_path, engine="xllamacpp")
    prepare(default, 1, tmp_path, "auto")
    assert not list((tmp_path / "models").glob("*.int8"))
    prepare(default, 1, tmp_path, "onnxruntime")
    assert list((tmp_path / "models").glob("*.int8"))
    server = open_engine(default, 1, cache=tmp_path, choice="onnxruntime")
    chunks: list[Mapping[str, Any]] = []
    server.reply([{"role": "user", "content": "the"}], 3, True, taking(chunks))
    assert chunks[-1]["usage"]["completion_tokens"] <= 3


def test_a_file_of_ones_own_runs_as_it_is(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    keep(tmp_path)
    (tmp_path / "own.gguf").write_bytes(b"<html>")
    with pytest.raises(ModelError, match="not a GGUF model"):
        open_engine(tmp_path / "own.gguf", 1, cache=tmp_path)
