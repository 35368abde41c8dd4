"""The compose file, the image and the lock files agree; Docker itself is not run."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml

from rag import Settings
from rag.index.chroma.server import ChromaAddress
from tests.support.paths import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
IMAGE = (ROOT / "Dockerfile").read_text("utf-8")


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_watched_and_waits_for_services_that_are_there(name: str) -> None:
    service = SERVICES[name]
    ends = any(
        of["depends_on"].get(name, {}).get("condition") == "service_completed_successfully"
        for of in SERVICES.values()
        if "depends_on" in of
    )
    assert service["healthcheck"].get("disable", False) is ends
    for other, how in service.get("depends_on", {}).items():
        assert how["condition"] != "service_healthy" or "test" in SERVICES[other]["healthcheck"]
    for volume in service.get("volumes", []):
        assert volume.partition(":")[0] in COMPOSE["volumes"]


def test_only_the_balancer_has_a_port_and_only_on_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(ports) == ["balancer"]
    assert all(port.startswith("127.0.0.1:") for port in ports["balancer"])


def test_chats_get_settings_that_exist_and_servers_that_are_there() -> None:
    chats = [service for name, service in SERVICES.items() if name.startswith("chat")]
    assert len(chats) == 2
    for chat in chats:
        given = chat["environment"]
        assert {name.removeprefix("RAG_").lower() for name in given} <= set(Settings.model_fields)
        assert ChromaAddress.read(given["RAG_VECTORS"]).place.partition(":")[0] in SERVICES
        host = re.fullmatch(r"postgresql://rag:.*@([a-z]+):5432/rag", given["RAG_INDEX"])
        assert host and host[1] in SERVICES
        assert "/health" in str(chat["healthcheck"]["test"])
    balancer = COMPOSE["configs"]["balancer"]["content"]
    assert re.findall(r"chat-\d", balancer) == [name for name in SERVICES if name.startswith("chat")]
    assert "health_uri /health" in balancer


def test_versions_are_those_of_the_lock_files() -> None:
    pinned = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    [chroma] = [line.partition("==")[2] for line in pinned if line.startswith("chromadb==")]
    assert SERVICES["chroma"]["image"] == f"chromadb/chroma:{chroma}"
    [torch] = re.findall(r"^TORCH  \?= (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert f'ARG TORCH="{torch}"' in IMAGE


def test_the_image_copies_what_is_there_and_not_ignored() -> None:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    copied = [word for line in re.findall(r"^COPY (.*) \S+$", IMAGE, re.MULTILINE) for word in line.split()]
    assert copied
    for name in copied:
        assert (ROOT / name).exists()
        assert any(fnmatch(name, pattern) for pattern in kept), f"{name} is not in the image's files"
