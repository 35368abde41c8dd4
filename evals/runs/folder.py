"""The folder of a run: who may write it, what it holds, and whether a run in it may continue."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from rag.errors import UsageError

from .machine import git, machine, versions

RUN, RESULTS, SUMMARY, LOCK = "run.json", "results.jsonl", "summary.json", ".lock"


class RunBusy(UsageError):
    """Another process is writing a run."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds a run's folder; the system releases it when the process ends, however it ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise RunBusy(f"another process is writing the run in {folder}; wait for it, or choose another --out") from None
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror}); choose another folder with --out") from None
    try:
        yield
    finally:
        lock.release()


def begin(folder: Path, described: Mapping[str, Any], index: Mapping[str, Any]) -> dict[str, Any]:
    """Writes ``run.json``, or keeps the one of the run that continues."""
    file = folder / RUN
    if file.exists():
        return read_run(folder)
    about_run = {
        **described,
        "command": shlex.join([Path(sys.argv[0]).name.replace("__main__.py", "rag"), *sys.argv[1:]]),
        "versions": versions(),
        "git": git(),
        "machine": machine(),
        "index": dict(index),
        "started": now(),
        "finished": None,
    }
    write(file, about_run)
    return about_run


def resume(folder: Path, described: Mapping[str, Any]) -> set[str]:
    """The ids that a run in this folder has answered already; a half-written last line is cut off.

    Raises ``UsageError`` if the folder holds a run of other questions, settings or code, or something else.
    """
    file = folder / RUN
    if not file.exists():
        if any(found.name != LOCK for found in folder.iterdir()):
            raise UsageError(f"{folder} is not empty and holds no run; choose another folder with --out")
        return set()
    earlier = read_run(folder)
    differing = [
        f"{name} was {earlier['settings'].get(name)!r}, now {value!r}"
        for name, value in described["settings"].items()
        if earlier["settings"].get(name) != value
    ]
    if earlier["set"]["digest"] != described["set"]["digest"]:
        differing.append("the questions differ")
    if earlier["set"]["articles"] != described["set"]["articles"]:
        differing.append("the articles differ")
    if earlier["code"] != described["code"]:
        differing.append("the program has changed since")
    if differing:
        raise UsageError(f"{folder} holds another run ({'; '.join(differing)}); choose another folder with --out")
    results = folder / RESULTS
    if not results.exists():
        return set()
    data = results.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):  # killed in the middle of a line
        with results.open("rb+") as cut:
            cut.truncate(len(whole))
    return {line["id"] for line in read_lines(folder)}


def read_run(folder: Path) -> dict[str, Any]:
    """``run.json`` of a run. Raises ``UsageError`` if there is none, or it is damaged."""
    file = folder / RUN
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        raise UsageError(f"{folder} holds no run: there is no {RUN} in it; make one with: rag eval run SET") from None
    return _parsed(_RunFile, text, f"{file}", "choose another folder with --out")


def read_lines(folder: Path) -> list[dict[str, Any]]:
    """The lines of ``results.jsonl`` in the order they were written; of a run that goes on, those that are whole."""
    file = folder / RESULTS
    try:
        with file.open(encoding="utf-8") as results:
            whole = (text for text in results if text.endswith("\n"))
            advice = "delete it and run the same command"
            return [_parsed(_Line, text, f"{file} line {number}", advice) for number, text in enumerate(whole, 1)]
    except OSError:
        raise UsageError(f"{folder} holds no results yet: there is no {RESULTS} in it") from None


class _Set(BaseModel):
    digest: str


class _RunFile(BaseModel):
    """What ``run.json`` must have at least."""

    set: _Set
    settings: dict[str, Any]


class _Line(BaseModel):
    """What a line of ``results.jsonl`` must have at least."""

    id: str
    question: str
    answers: list[str]


def _parsed(form: type[BaseModel], text: str, place: str, advice: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text)
        form.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        fault = f"'{name}' is missing or not of its type" if name else "not an object"
    except ValueError:
        fault = "not JSON"
    else:
        return found
    raise UsageError(f"{place} is damaged: {fault}; {advice}")


def text_of(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def write(file: Path, value: Mapping[str, Any]) -> None:
    replace_file(file, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def replace_file(file: Path, text: str) -> None:
    new = file.with_name(f"{file.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
