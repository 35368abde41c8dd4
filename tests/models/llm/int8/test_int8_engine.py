"""The language model in 8 bits, made of a tiny GGUF file: beside a plain reference, and against what may go wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelError
from rag.models.llm.int8 import conversion, decoder
from rag.models.llm.int8.conversion import conversion_folder, converted
from rag.models.llm.int8.convert import convert
from rag.models.llm.int8.decoder import Decoder, guesses
from rag.models.llm.int8.graph import LEVELS, inner_layer
from rag.models.llm.int8.server import Int8Server
from rag.models.llm.int8.weights_file import KEPT_NOTE, PAGE_BYTES, WeightsFile
from rag.types import Message
from tests.support.paths import ROOT
from tests.support.patience import until
from tests.support.tiny_gguf import END, LAYERS, make_gguf, reference_logits, taking

pytest.importorskip("gguf")

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

TEXT = "the theatre of the north, then the other: 12 of them? the theatre of the north"
ASK: list[Message] = [{"role": "system", "content": TEXT}, {"role": "user", "content": "the th"}]
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Floats]]:
    """A GGUF file, its folder in 8 bits, and its weights."""
    home = tmp_path_factory.mktemp("int8")
    weights = make_gguf(home / "tiny.gguf")
    return home / "tiny.gguf", converted(home / "tiny.gguf", home / "cache"), weights


@pytest.fixture
def server(model: tuple[Path, Path, dict[str, Floats]]) -> Int8Server:
    return Int8Server(model[1], 2)


def tokens_of(server: Int8Server, text: str) -> list[int]:
    return list(server._tokenizer.encode(text, add_special_tokens=False).ids)


def replied(
    server: Int8Server, messages: list[Message], most: int = 30, reuse: bool = True
) -> tuple[str, dict[str, Any]]:
    chunks: list[Mapping[str, Any]] = []
    server.reply(messages, most, reuse, taking(chunks))
    text = "".join(c["choices"][0]["delta"]["content"] or "" for c in chunks if c["choices"])
    return text, dict(chunks[-1]["usage"])


def scored(server: Int8Server, options: list[str]) -> list[float]:
    chunks: list[Mapping[str, Any]] = []
    server.score(ASK, options, True, taking(chunks))
    return list(chunks[-1]["scores"])


@pytest.mark.parametrize("levels", LEVELS)
def test_logits_are_those_of_the_plain_way(
    levels: str, model: tuple[Path, Path, dict[str, Floats]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, folder, weights = model
    monkeypatch.setattr(decoder, "adds_in_16_bits", lambda: levels == "narrow")
    running = Decoder(folder, 1)
    tokens = [int(t) for t in np.random.default_rng(5).integers(0, len(weights["token_embd.weight"]), 60)]
    found = running.read(running.slot(tokens, reuse=False), tokens, range(len(tokens)))
    right = reference_logits(weights, tokens)
    off = np.abs(found - right).std() / right.std()
    assert off < {"wide": 0.04, "narrow": 0.06}[levels]
    assert (found.argmax(axis=1) == right.argmax(axis=1)).mean() > 0.85


def test_reading_in_parts_and_from_before_gives_the_same(model: tuple[Path, Path, dict[str, Floats]]) -> None:
    running = Decoder(model[1], 2)
    tokens = [int(t) for t in np.random.default_rng(6).integers(0, 200, 3 * decoder.TILE + 7)]
    whole = running.read(running.slot(tokens, reuse=False), tokens, [len(tokens) - 1])[0]
    slot = running.slot(tokens, reuse=True)
    assert len(slot.tokens) == len(tokens) - 1, "the last is read again, for its logits"
    seen: list[int] = []
    again = running.prompt(slot, tokens, taking(seen))
    assert again is not None and np.allclose(again, whole, atol=1e-3)
    parts = running.prompt(running.slot(tokens, reuse=False), tokens, taking(seen))
    assert parts is not None and np.allclose(parts, whole, atol=1e-3)
    assert seen == [len(tokens), 128, 256, 384, len(tokens)]


def test_a_prompt_is_stopped_after_a_part_and_gone_on_with(model: tuple[Path, Path, dict[str, Floats]]) -> None:
    running = Decoder(model[1], 2)
    tokens = [int(t) for t in np.random.default_rng(7).integers(0, 200, 3 * decoder.TILE)]
    assert running.prompt(running.slot(tokens, reuse=True), tokens, lambda _: True) is None
    assert len(running.slot(tokens, reuse=True).tokens) == decoder.TILE


def test_what_two_texts_share_is_kept_beside_other_texts(model: tuple[Path, Path, dict[str, Floats]]) -> None:
    running = Decoder(model[1], 2)
    random = np.random.default_rng(8)
    texts = [[int(t) for t in random.integers(0, 200, 90)] for _ in range(decoder.SLOTS + 1)]
    for text in texts[:-1]:
        running.read(running.slot(text, reuse=True), text, [])
    for text in texts[:-1]:
        assert len(running.slot([*text[:40], 1, 2, 3], reuse=True).tokens) == 40
    running.read(running.slot(texts[-1], reuse=True), texts[-1], [])
    assert len(running.slot(texts[0], reuse=True).tokens) == 0, "the one that waited longest made room"
    assert len(running.slot(texts[-1], reuse=False).tokens) == 0


def test_guessing_changes_no_word(model: tuple[Path, Path, dict[str, Floats]], server: Int8Server) -> None:
    running = Decoder(model[1], 2)
    for seed in range(8):
        tokens = [int(t) for t in np.random.default_rng(seed).integers(0, 40, 30)] * 2
        written = []
        for guess in (False, True):
            slot = running.slot(tokens, reuse=False)
            logits = running.prompt(slot, tokens, lambda _: False)
            assert logits is not None
            words = running.greedy(slot, logits, guess=guess)
            written.append([next(words) for _ in range(40)])
        assert written[0] == written[1]


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(1, 9))
def test_what_is_guessed_followed_the_same_tokens(tokens: list[int], most: int) -> None:
    guessed = guesses(tokens, most)
    assert len(guessed) <= most
    if guessed:
        last = tokens[-1]
        assert any(
            tokens[i] == last and tokens[i + 1 : i + 1 + len(guessed)] == guessed for i in range(len(tokens) - 1)
        )
    else:
        assert not tokens or tokens[-1] not in tokens[:-1]


def test_a_reply_is_the_same_again_and_says_what_it_took(server: Int8Server) -> None:
    first, usage = replied(server, ASK)
    again, later = replied(server, ASK)
    assert first == again
    assert (usage["prompt_tokens_details"]["cached_tokens"], usage["completion_tokens"] <= 30) == (0, True)
    assert later["prompt_tokens_details"]["cached_tokens"] == later["prompt_tokens"] - 1
    assert replied(server, ASK, reuse=False)[1]["prompt_tokens_details"]["cached_tokens"] == 0


def test_a_reply_tells_what_the_model_had_in_mind_of_its_words(
    server: Int8Server, model: tuple[Path, Path, dict[str, Floats]]
) -> None:
    chunks: list[Mapping[str, Any]] = []
    server.reply(ASK, 12, False, taking(chunks))
    inner = np.array(chunks[-1]["inner"])
    slot, asked = server._decoder._slots[-1], server._tokens(ASK)
    written = slot.tokens[len(asked) :][: slot.written]
    assert 0 < len(written) <= chunks[-1]["usage"]["completion_tokens"]
    states = reference_logits(model[2], [*asked, *written], inner_layer(LAYERS))[len(asked) :]
    assert np.corrcoef(inner, states.mean(axis=0))[0, 1] > 0.99


def test_a_callback_stops_the_reply(server: Int8Server) -> None:
    chunks: list[Mapping[str, Any]] = []

    def stop(chunk: Mapping[str, Any]) -> bool:
        chunks.append(chunk)
        return len(chunks) == 3

    server.reply(ASK, 30, True, stop)
    assert len(chunks) == 3


def test_scores_are_the_chances_of_whole_replies(
    server: Int8Server, model: tuple[Path, Path, dict[str, Floats]]
) -> None:
    options = ["the", "north", "12 of them"]
    prompt, ends = server._tokens(ASK), tokens_of(server, END)
    found = scored(server, options)
    for option, score in zip(options, found, strict=True):
        reply = [*tokens_of(server, option), *ends]
        logits = reference_logits(model[2], [*prompt, *reply])[len(prompt) - 1 : -1]
        chances = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        right = sum(chances[i, token] for i, token in enumerate(reply))
        assert score == pytest.approx(right, abs=0.1 * len(reply) + 0.05 * abs(right))


def test_a_text_without_end_stops_where_the_room_ends(server: Int8Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server._decoder.room = len(server._tokens(ASK)) + 5
    server._ends = frozenset()
    _, usage = replied(server, ASK, 100)
    assert usage["completion_tokens"] <= 6
    chunks: list[Mapping[str, Any]] = []
    server.reply([{"role": "user", "content": TEXT * 9}], 5, True, taking(chunks))
    server.score(ASK, ["north", TEXT], True, taking(chunks))
    assert [chunk["error"]["type"] for chunk in chunks] == 2 * ["exceed_context_size_error"]


def test_an_empty_option_is_the_chance_of_no_reply(server: Int8Server) -> None:
    [empty, more] = scored(server, ["", "the"])
    assert empty < 0 and more < 0


def test_the_tokenizer_marks_nothing_in_a_text_as_control(server: Int8Server) -> None:
    assert (
        server._tokenizer.decode(tokens_of(server, "the thé 漢字 12"), skip_special_tokens=False) == "the thé 漢字 12"
    )
    assert tokens_of(server, END) == [server._tokenizer.get_vocab_size() - 1]


# -- the conversion


@pytest.fixture
def file(model: tuple[Path, Path, dict[str, Floats]], tmp_path: Path) -> Path:
    shutil.copy(model[0], tmp_path / "tiny.gguf")
    return tmp_path / "tiny.gguf"


def test_every_file_is_made_and_every_step_told(file: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    convert(file, tmp_path, lambda done, of: steps.append((done, of)))
    assert steps == [(i, 5) for i in (1, 2, 3, 4, 5)]
    assert set(conversion.FILES) <= {path.name for path in tmp_path.iterdir()}


def test_it_is_made_once(file: Path, tmp_path: Path) -> None:
    steps: list[tuple[Any, ...]] = []
    folder = converted(file, tmp_path, lambda *step: steps.append(step))
    assert steps[-1][1:] == (5, 5)
    steps.clear()
    assert converted(file, tmp_path, lambda *step: steps.append(step)) == folder and not steps
    assert not (tmp_path / "models" / "unfinished").exists()


def flip(folder: Path) -> None:
    with (folder / "weights.bin").open("r+b") as weights:
        weights.seek(5000)
        [byte] = weights.read(1)
        weights.seek(5000)
        weights.write(bytes([byte ^ 16]))


def cut(folder: Path) -> None:
    with (folder / "weights.bin").open("r+b") as weights:
        weights.truncate(9000)


def other_version(folder: Path) -> None:
    note = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(note | {"graph": 0}))


def lost(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


@pytest.mark.fault("damage")
@pytest.mark.parametrize("damage", [flip, cut, other_version, lost])
def test_what_is_damaged_is_named_and_made_anew(
    damage: Callable[[Path], None], file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = converted(file, tmp_path)
    before = (folder / "weights.bin").read_bytes()
    damage(folder)
    assert converted(file, tmp_path) == folder
    assert len([r for r in caplog.records if "is made anew" in r.message]) == 1
    assert (folder / "weights.bin").read_bytes() == before


def test_a_touched_file_is_believed_by_its_digest(file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = converted(file, tmp_path)
    (folder / "weights.bin").touch()
    converted(file, tmp_path)
    assert "made anew" not in caplog.text


@pytest.mark.fault("kill")
def test_after_a_kill_it_goes_on(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = (converted(file, tmp_path / "whole") / "weights.bin").read_bytes()

    def killed(path: Path, out: Path, *_: object) -> None:
        def report(done: int, of: int) -> None:
            if done == 2:
                raise KeyboardInterrupt

        convert(path, out, report)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(conversion, "_run", killed)
        converted(file, tmp_path)
    left = tmp_path / "models" / "unfinished" / conversion_folder(file, tmp_path).name / "weights.bin"
    assert 0 < left.stat().st_size < len(whole)
    assert not conversion_folder(file, tmp_path).exists()
    before = left.stat().st_ino
    folder = converted(file, tmp_path)
    assert (folder / "weights.bin").read_bytes() == whole
    assert (folder / "weights.bin").stat().st_ino == before


def test_what_was_kept_is_not_made_twice(tmp_path: Path) -> None:
    numbers = np.arange(2000, dtype=np.float32)

    def never() -> Floats:
        raise AssertionError("made a second time")

    with WeightsFile(tmp_path / "w.bin") as first:
        first.tensor("a", lambda: numbers, np.dtype(np.float32), (2000,))
        first.keep()
        first.tensor("b", lambda: numbers, np.dtype(np.float32), (2000,))  # not kept
    with WeightsFile(tmp_path / "w.bin") as second:
        second.tensor("a", never, np.dtype(np.float32), (2000,))
        again = second.tensor("b", lambda: numbers + 1, np.dtype(np.float32), (2000,))
        second.keep()
    offset = int(next(entry.value for entry in again.external_data if entry.key == "offset"))
    assert offset == 2 * PAGE_BYTES
    written = np.fromfile(tmp_path / "w.bin", np.float32)
    assert np.array_equal(written[:2000], numbers) and np.array_equal(written[offset // 4 :], numbers + 1)
    assert {path.name for path in tmp_path.iterdir()} == {"w.bin", KEPT_NOTE}


@pytest.mark.fault("kill")
def test_a_child_that_is_killed_leaves_what_it_made(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "convert.py"
    script.write_text(
        "import os, signal, sys\nfrom pathlib import Path\n"
        "(Path(sys.argv[2]) / 'weights.bin').write_bytes(b'some')\n"
        "print('a warning of a library')\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    with monkeypatch.context() as patch:
        patch.setattr(conversion, "__file__", str(tmp_path / "conversion.py"))
        with pytest.raises(ModelError, match=r"was killed \(signal 9\), perhaps for want of memory"):
            converted(file, tmp_path)
    assert (
        tmp_path / "models" / "unfinished" / conversion_folder(file, tmp_path).name / "weights.bin"
    ).read_bytes() == b"some"
    assert converted(file, tmp_path).is_dir()


def test_a_child_that_fails_is_told_by_its_last_line(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "convert.py").write_text(
        "print('w' * 300_000)\nprint('[1]')\nprint('out of luck')\nraise SystemExit(3)\n"
    )
    monkeypatch.setattr(conversion, "__file__", str(tmp_path / "conversion.py"))
    with pytest.raises(ModelError, match=r"ended with status 3 \(out of luck\)"):
        converted(file, tmp_path)


@pytest.mark.fault("stop")
def test_the_child_ends_with_its_parent(file: Path, tmp_path: Path) -> None:
    (tmp_path / "convert.py").write_text(
        (Path(conversion.__file__).with_name("convert.py").read_text("utf-8")).replace(
            "sys.exit(main(", "import time; print(os.getpid(), flush=True); time.sleep(600); sys.exit(main("
        )
    )
    parent = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import sys; from pathlib import Path; from rag.models.llm.int8 import conversion\n"
            "conversion.__file__ = sys.argv[1]\n"
            "import json; json.loads = print\n"
            "conversion.converted(Path(sys.argv[2]), Path(sys.argv[3]))",
            *(str(tmp_path / "conversion.py"), str(file), str(tmp_path)),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not is_alive(child), "it outlives its parent")


def is_alive(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def test_it_is_given_up_where_nobody_needs_it(file: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no longer needed"):
        converted(file, tmp_path, stopped=lambda: True)
    assert converted(file, tmp_path).is_dir()


def test_a_copy_of_the_cache_is_as_good_also_where_it_cannot_be_written(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "one" / "models").mkdir(parents=True)
    shutil.copy(file, tmp_path / "one" / "models")
    converted(tmp_path / "one" / "models" / "tiny.gguf", tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two", copy_function=shutil.copy)
    for path in (tmp_path / "two").rglob("*"):
        os.utime(path, (1, 1))
    with monkeypatch.context() as patch:
        patch.setattr(conversion, "write_note", lambda *_, **__: None)
        assert converted(tmp_path / "two" / "models" / "tiny.gguf", tmp_path / "two").is_relative_to(tmp_path / "two")
    assert "made anew" not in caplog.text


def test_two_files_of_one_name_have_two_folders(file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "other").mkdir()
    make_gguf(tmp_path / "other" / "tiny.gguf", seed=4)
    folders = [converted(path, tmp_path) for path in (file, tmp_path / "other" / "tiny.gguf", file)]
    assert folders[0] == folders[2] != folders[1]
    assert "made anew" not in caplog.text


@pytest.mark.parametrize("made", [None, [], {}, {"weights.bin": 3}, {"weights.bin": [1, 2]}])
def test_a_manifest_that_says_nothing_is_not_believed(made: Any, file: Path, tmp_path: Path) -> None:
    folder = converted(file, tmp_path)
    note = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(note | {"made": made}))
    assert converted(file, tmp_path) == folder
    assert set(json.loads((folder / "manifest.json").read_text())["made"]) == set(conversion.FILES)


@pytest.mark.fault("disk")
def test_a_full_disk_is_one_line(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, 1000))
        with pytest.raises(ModelError, match=r"needed.*make room there"):
            converted(file, tmp_path)
        patch.undo()
        patch.setattr(conversion, "_run", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(ModelError, match=r"No space left.*make room there"):
            converted(file, tmp_path)
    assert converted(file, tmp_path).is_dir()


def test_a_model_of_another_kind_is_one_line(tmp_path: Path) -> None:
    make_gguf(tmp_path / "other.gguf", "llama")
    with pytest.raises(ModelError, match="no 8-bit graph is known for models of the kind llama"):
        converted(tmp_path / "other.gguf", tmp_path)
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match=r"bad\.gguf cannot be prepared"):
        converted(tmp_path / "bad.gguf", tmp_path)
    assert not list((tmp_path / "models").rglob("weights.bin"))
