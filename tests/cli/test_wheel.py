"""The wheel: all packages and their data, two top-level names, and both commands."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.support.paths import ROOT

SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
FOLDERS = {"rag": "rag", "rag_evals": "evals"}
"""Where the top-level packages are in a clone."""
NOT_INSTALLED = ("evals/sets/",)


def packages() -> set[str]:
    return {
        ".".join([name, *path.parent.relative_to(ROOT / folder).parts])
        for name, folder in FOLDERS.items()
        for path in (ROOT / folder).rglob("*.py")
    }


def files() -> set[str]:
    """All files that a wheel should have, as they are called in it."""
    return {
        f"{name}/{path.relative_to(ROOT / folder).as_posix()}"
        for name, folder in FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and not path.relative_to(ROOT).as_posix().startswith(NOT_INSTALLED)
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built offline from a copy, so that no file of a build is left in the clone or gets in from an earlier one."""
    clone = tmp_path_factory.mktemp("clone")
    for folder in FOLDERS.values():
        shutil.copytree(ROOT / folder, clone / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for model in clone.rglob("*.onnx"):
        model.write_bytes(b"")  # to pack it would take most of the time
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, clone)
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", build, "."], cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(next(clone.glob("*.whl")))


def test_every_package_is_listed_in_pyproject() -> None:
    assert set(SETUPTOOLS["packages"]) == packages()
    assert SETUPTOOLS["packages"] == sorted(SETUPTOOLS["packages"])


def test_the_wheel_takes_two_names_and_has_every_file(wheel: zipfile.ZipFile) -> None:
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert {Path(name).parts[0] for name in names} == set(FOLDERS)
    assert names == files()


def test_the_wheel_has_the_commands(wheel: zipfile.ZipFile) -> None:
    [name] = [name for name in wheel.namelist() if name.endswith("/entry_points.txt")]
    lines = wheel.read(name).decode().split()
    assert lines == [
        "[console_scripts]",
        "rag",
        "=",
        "rag.__main__:run",
        "[rag.commands]",
        "eval",
        "=",
        "rag_evals.cli:app",
    ]
