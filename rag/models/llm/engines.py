"""Which engine runs the embedded model on this machine: both are measured once, and the faster one is used.

- ``onnxruntime``: the model in 8 bits, with the instructions that the processor has (``rag/models/llm/int8/``);
- ``xllamacpp``: llama.cpp, which takes any GGUF file as it is (``rag/models/llm/llama_cpp.py``).

What was measured is kept beside the models until a processor, a package or the way of conversion changes.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any, TypedDict

from rag.errors import ModelError
from rag.models.llm.download import QWEN
from rag.models.llm.embedded import Server
from rag.models.llm.int8.conversion import converted, discard
from rag.models.llm.int8.graph import DECODER_VERSION
from rag.models.llm.llama_cpp import open_llama_cpp
from rag.models.opening import error_line, read_note, write_note
from rag.models.threads import ARITHMETIC_VERSION, lacks_avx2, processor
from rag.types import EngineChoice, Message, Progress

log = logging.getLogger(__name__)

PROMPT_TOKENS, ANSWER_TOKENS = 400, 20
"""Of an answer in the chat, about: what an engine needs for them decides."""

SPEEDS = ("prompt", "answer")  # what is measured of each, in tokens a second

LARGEST_DIFFERENCE = 2.0
"""Between the engines, in how much likelier one reply is than another (natural logarithm), the mean of some pairs.

Sums that overflow, as processors without VNNI have them, give differences of ten and more. Of one pair alone nothing
follows: 8 bits round an unlikely reply by 2 on one processor and by .7 on another, the mean stays at .6."""

COMPARISON_VERSION = 2  # changes whenever the difference is found in another way

_REPORT = (
    "The harbour board of Kelda voted on Tuesday to close the old ferry pier for eleven months. Repairs begin on 3 "
    "March and will cost 4.2 million crowns, of which the county pays half. Ferries to the outer islands leave from "
    "the coal quay until the work is done, said Ines Marolt, who chairs the board. Fishing boats keep their berths. "
    "The shopkeepers of Pier Street had asked for a start in autumn, after the season; the board answered that two of "
    "the piles would not last another summer. A petition with 1,900 names was handed over before the vote. In the "
    "same session the board raised the fee for visiting yachts from 20 to 26 crowns a night, and put off a decision "
    "on the fuel store at the northern mole, whose lease ends next year. Its owner, a firm from the capital, wants to "
    "stay."
)
_QUESTIONS = (
    ("When do the repairs begin?", ("On 3 March.", "On 9 October.")),
    ("Who chairs the board?", ("Ines Marolt", "Pier Street")),
    ("Is the fee for yachts raised?", ("Yes", "No")),
    ("How much will the repairs cost?", ("4.2 million crowns", "1,900 crowns")),
    ("Where do ferries leave from until then?", ("The coal quay", "The northern mole")),
    ("How many names did the petition have?", ("1,900", "26")),
)


class Measured(TypedDict):
    """The faster engine, how far the two differ in what they find likely, and the tokens a second of each."""

    engine: EngineChoice
    difference: float
    measured: Mapping[EngineChoice, Mapping[str, float]]


Stopped = Callable[[], bool]
"""Whether the model is no longer needed, so that preparing it may end."""


def open_engine(
    file: Path,
    threads: int,
    stopped: Stopped = bool,
    *,
    cache: Path,
    choice: EngineChoice = "auto",
    progress: Progress | None = None,
) -> Server:
    """The model in a GGUF file, loaded into the engine of ``choice``; ``auto`` is the fastest for the default model,
    and xllamacpp for any other. Raises ``ModelError``."""
    if choice == "auto":
        choice = "xllamacpp"
        if _is_default(file, cache):
            choice = prepare(file, threads, cache, "auto", progress, stopped)
    if choice == "onnxruntime":
        return open_onnxruntime(file, threads, cache, progress, stopped)
    return open_llama_cpp(file, threads)


def prepare(
    file: Path,
    threads: int,
    cache: Path,
    choice: EngineChoice,
    progress: Progress | None = None,
    stopped: Stopped = bool,
) -> EngineChoice:
    """Do for the default model what :func:`open_engine` does before it loads anything; the engine that it would take.

    Raises ``ModelError`` where no engine is left.
    """
    engine = fastest(file, threads, cache, progress, stopped) if choice == "auto" else choice
    if engine == "onnxruntime":
        try:
            converted(file, cache, progress, stopped)
        except ModelError as error:
            if choice == "auto":
                return _instead(error, stopped)
            raise
    return engine


def open_onnxruntime(
    file: Path, threads: int, cache: Path, progress: Progress | None = None, stopped: Stopped = bool
) -> Server:
    """The model in 8 bits, converted first if need be. Raises ``ModelError``."""
    from rag.models.llm.int8.server import Int8Server

    folder = converted(file, cache, progress, stopped)
    try:
        return Int8Server(folder, threads)
    except Exception as error:  # onnxruntime's and tokenizers' errors share no base
        raise ModelError(f"the language model in {folder} cannot be loaded ({error_line(error)})") from error


def fastest(
    file: Path, threads: int, cache: Path, progress: Progress | None = None, stopped: Stopped = bool
) -> EngineChoice:
    """The engine for the default model here; measured if it was not yet, after a conversion that takes a minute.

    Raises ``ModelError`` where no engine is left.
    """
    from filelock import FileLock

    if known := measured(cache):
        return known["engine"]
    try:
        converted(file, cache, progress, stopped)
    except ModelError as error:
        return _instead(error, stopped)
    if not _has_llama_cpp():
        return "onnxruntime"
    if progress:
        progress("measuring the engines (once)", 0, None)
    try:
        with FileLock(_note(cache).with_suffix(".lock")):  # two that measure at once would measure each other
            found = measured(cache) or faster(
                lambda: open_onnxruntime(file, threads, cache), lambda: open_llama_cpp(file, threads), stopped
            )
            write_note(_note(cache), _key() | found, indent=1)
    except OSError:  # nothing can be kept here, but measuring at each start would take longer than it gains
        return "onnxruntime"
    if found["engine"] == "xllamacpp":
        discard(file, cache)
    return found["engine"]


def _has_llama_cpp() -> bool:
    return importlib.util.find_spec("xllamacpp") is not None and not lacks_avx2()


def _instead(error: ModelError, stopped: Stopped) -> EngineChoice:
    """The engine to take where the model could not be prepared for the other; raises the error where there is none."""
    if stopped() or not _has_llama_cpp():
        raise error
    log.warning("%s. Until then it runs in xllamacpp, which is slower.", str(error).rstrip("."))
    return "xllamacpp"


def faster(onnxruntime: Callable[[], Server], xllamacpp: Callable[[], Server], stopped: Stopped = bool) -> Measured:
    """The faster engine, of two that are opened one after the other, and what was measured, for the note.

    One that fails is the slower one. Raises ``ModelError`` if both do.
    """
    found: dict[EngineChoice, dict[str, Any]] = {}
    failed: list[BaseException] = []
    ways: dict[EngineChoice, Callable[[], Server]] = {"onnxruntime": onnxruntime, "xllamacpp": xllamacpp}
    for name, open_server in ways.items():
        try:
            found[name] = _measure(open_server(), stopped)
        except Exception as error:  # whatever a native library raises that is missing, damaged or too new
            log.warning("The engine %s cannot be used here (%s).", name, error_line(error))
            failed.append(error)
    if not found or stopped():
        raise ModelError(f"the embedded language model runs in no engine ({error_line(failed[0])})") from failed[0]
    difference = _difference(*(speed.pop("scores") for speed in found.values())) if len(found) > 1 else 0.0
    engine = min(found, key=lambda name: _seconds(found[name]))
    if difference > LARGEST_DIFFERENCE:
        log.warning("The language model in 8 bits disagrees with itself here (%.1f): xllamacpp runs it.", difference)
        engine = "xllamacpp"
    return {"engine": engine, "difference": round(difference, 2), "measured": found}


def measured(cache: Path) -> Measured | None:
    """What was found out about the engines, on this processor and with these packages; None if nothing was."""
    note = read_note(_note(cache)) or {}
    try:
        if not _key().items() <= note.items() or note["engine"] not in note["measured"]:
            return None
        speeds = {name: {key: float(speed[key]) for key in SPEEDS} for name, speed in note["measured"].items()}
    except (KeyError, TypeError, AttributeError, ValueError):
        return None
    return {"engine": note["engine"], "difference": note.get("difference", 0.0), "measured": speeds}


def about_engine(cache: Path, choice: EngineChoice = "auto") -> str | None:
    """What runs the default model, in a few words; None where that is still to be measured."""
    note = measured(cache)
    if note is None:
        return None if choice == "auto" else f"engine {choice} (RAG_ENGINE)"
    speeds = "; ".join(
        f"{name} reads {speed['prompt']:.0f} and writes {speed['answer']:.0f} tokens a second"
        for name, speed in note["measured"].items()
    )
    if choice != "auto":
        return f"engine {choice} (RAG_ENGINE; {speeds})"
    apart = "; not taken, since its replies differ here" if note["difference"] > LARGEST_DIFFERENCE else ""
    return f"engine {note['engine']} ({speeds.replace(' tokens a second;', f' tokens a second{apart};')})"


def _note(cache: Path) -> Path:
    return cache / "models" / "engines.json"


def _is_default(file: Path, cache: Path) -> bool:
    return file == cache / "models" / QWEN.file


def _key() -> dict[str, Any]:
    """What the measurement depends on."""
    key: dict[str, Any] = {"processor": processor()}
    key |= {"graph": DECODER_VERSION, "arithmetic": ARITHMETIC_VERSION, "comparison": COMPARISON_VERSION}
    key["model"] = QWEN.sha256[:12]
    for package in ("onnxruntime", "xllamacpp"):
        try:
            key[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            key[package] = None
    return key


def _messages(question: str) -> list[Message]:
    return [{"role": "user", "content": f"{_REPORT}\n\nAnswer briefly from this report. {question}"}]


def _measure(server: Server, stopped: Stopped) -> dict[str, Any]:
    """Tokens of a prompt and of an answer that ``server`` manages in a second, and its scores of some replies."""
    try:
        _time(server, "What is new?", stopped)  # what is read from the disk once
        usage, first, last = _time(server, "What did the board decide about the pier?", stopped)
        return {
            "prompt": round(usage["prompt_tokens"] / first, 1),
            "answer": round(max(1, usage["completion_tokens"] - 1) / max(1e-3, last - first), 1),
            "scores": [_scores(server, question, options) for question, options in _QUESTIONS],
        }
    finally:
        server.close()


def _time(server: Server, question: str, stopped: Stopped) -> tuple[dict[str, Any], float, float]:
    """What was used, and the seconds to the first and to the last piece of the reply."""
    begun, times, usage = time.monotonic(), [], {"prompt_tokens": 1, "completion_tokens": 1}

    def on_chunk(chunk: Mapping[str, Any]) -> bool:
        usage.update(chunk.get("usage") or {})
        if chunk.get("choices") and chunk["choices"][0]["delta"].get("content"):
            times.append(time.monotonic() - begun)
        return stopped()

    server.reply(_messages(question), ANSWER_TOKENS, False, on_chunk)
    if not times:
        raise ModelError("the embedded model gave no text")
    return usage, times[0], times[-1]


def _scores(server: Server, question: str, options: Sequence[str]) -> list[float]:
    found: list[float] = []

    def on_chunk(chunk: Mapping[str, Any]) -> bool:
        found.extend(chunk.get("scores") or ())
        return False

    server.score(_messages(question), options, True, on_chunk)
    return found


def _difference(one: Sequence[Sequence[float]], other: Sequence[Sequence[float]]) -> float:
    """The mean, in how much likelier the first reply to a question is than each other one."""
    return mean(abs((a[0] - a[i]) - (b[0] - b[i])) for a, b in zip(one, other, strict=True) for i in range(1, len(a)))


def _seconds(speed: Mapping[str, float]) -> float:
    return PROMPT_TOKENS / speed["prompt"] + ANSWER_TOKENS / speed["answer"]
