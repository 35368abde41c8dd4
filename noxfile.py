"""``nox``: the tests on each supported Python, with the lowest and the locked dependencies, and in random order."""

import nox

nox.options.sessions = ["locked", "lowest"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
TORCH = "torch==2.13.0"


@nox.session(python=PYTHONS)
def locked(session: nox.Session) -> None:
    """The dependencies of the lock files, as ``make test`` has them."""
    session.install("--no-deps", "--require-hashes", "-r", "requirements/dev.lock")
    session.install(TORCH)
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")
    session.run("pytest", *session.posargs)


@nox.session(python="3.11", venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """The lowest versions that ``pyproject.toml`` admits."""
    session.install("--resolution", "lowest-direct", TORCH, ".[embedded]", "--group", "dev")
    session.run("pytest", *session.posargs)


@nox.session(python="3.11")
def shuffled(session: nox.Session) -> None:
    """In random order; pytest prints the seed, and ``nox -s shuffled -- --randomly-seed=N`` repeats it."""
    session.install("--no-deps", "--require-hashes", "-r", "requirements/dev.lock")
    session.install(TORCH, "pytest-randomly")
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")
    session.run("pytest", *session.posargs)
