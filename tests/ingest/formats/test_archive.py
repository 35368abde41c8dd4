"""Zip archives are read like folders; what is wrong with one, or with a member, is said in one line."""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import pytest

from rag.ingest import encoding as file_bytes
from rag.ingest.formats import archive
from rag.ingest.formats.files import read, size
from rag.ingest.identity import file_of
from rag.ingest.page import Page
from rag.ingest.segment.segmenter import segment
from rag.types import ReportItem

pytestmark = pytest.mark.fault("fetch")

TEXT = "Ferry line to close in spring\n\nThe ferry will sail for the last time in May. It is 90 years old.\n"
RECORD = json.dumps({"title": "T", "text": "It closes."}) + "\n"


def packed(path: Path, members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return path


def names(path: Path) -> list[str]:
    """What stands behind the archive's name in the origin of each page."""
    return [p.origin.removeprefix(str(path)) for p in read(path) if isinstance(p, Page)]


def failures(path: Path) -> list[tuple[str, str]]:
    found = [i for i in read(path) if isinstance(i, ReportItem)]
    assert all(i.status == "failed" and i.reason and "\n" not in i.source + i.reason for i in found)
    return [(i.source.removeprefix(str(path)), i.reason or "") for i in found]


def test_members_are_read_in_order_like_the_files_of_a_folder(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "folder/b.txt": TEXT, "a.jsonl": RECORD * 2, "c.csv.gz": gzip.compress(b"title,text\nT,It closes.\n"),
        "folder/": "", ".hidden.txt": TEXT, "__MACOSX/a.jsonl": RECORD, "x/.git/a.txt": TEXT, "photo.jpg": "x",
    }  # fmt: skip
    path = packed(tmp_path / "a.zip", members)
    assert names(path) == ["#a.jsonl#line 1", "#a.jsonl#line 2", "#c.csv.gz#line 2", "#folder/b.txt"]
    assert failures(path) == []
    assert size(path) == 3


def test_the_file_of_a_member_and_its_day(tmp_path: Path) -> None:
    path = packed(tmp_path / "2020-01-01.zip", {"2024-05-07 ferry.txt": TEXT, "b.jsonl": RECORD})
    articles = [a for p in read(path) if isinstance(p, Page) for a in segment(p)]
    assert [str(a.published) for a in articles] == ["2024-05-07", "None"]
    assert [file_of(a).removeprefix(str(path)) for a in articles] == ["#2024-05-07 ferry.txt", "#b.jsonl"]


def test_a_bad_member_spoils_no_other(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": TEXT, "b.txt": TEXT * 50, "c.txt": TEXT}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"b.txt") + 200] ^= 1
    path.write_bytes(raw)
    assert names(path) == ["#a.txt", "#c.txt"]
    ((where, reason),) = failures(path)
    assert where == "#b.txt"
    assert "bad crc" in reason


@pytest.mark.parametrize(
    ("offset_in_entry", "value", "reason"),
    [
        (8, 1, "encrypted"),
        (10, 14, "packed with LZMA"),
        (10, 77, "packed with method 77"),
        (42, 7, "cannot be unpacked"),
    ],
)
def test_members_that_cannot_be_unpacked(tmp_path: Path, offset_in_entry: int, value: int, reason: str) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": TEXT, "b.txt": TEXT})
    raw = bytearray(path.read_bytes())
    entry = raw.rindex(b"PK\1\2")
    if offset_in_entry == 42:  # the local header's mark, which the entry points at
        raw[struct.unpack_from("<L", raw, entry + 42)[0]] = 0
    else:
        struct.pack_into("<H", raw, entry + offset_in_entry, value)
    path.write_bytes(raw)
    assert names(path) == ["#a.txt"]
    ((where, told),) = failures(path)
    assert where == "#b.txt"
    assert reason in told


def test_a_nested_archive_is_refused(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", {"a.txt": TEXT}).read_bytes()
    path = packed(tmp_path / "a.zip", {"inner.zip": inner, "b.txt": TEXT, "c.txt": inner})
    assert names(path) == ["#b.txt"]
    told = dict(failures(path))
    assert "inside an archive" in told["#inner.zip"]
    assert "a zip archive" in told["#c.txt"]


def test_a_name_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as out:
        warnings.simplefilter("ignore")
        out.writestr("a.txt", TEXT.replace("90", "80"))
        out.writestr("a.txt", TEXT)
    (found,) = [p for p in read(path) if isinstance(p, Page)]
    assert "90 years" in found.text
    (left,) = [i for i in read(path) if isinstance(i, ReportItem)]
    assert (left.status, left.source) == ("left_out", f"{path}#a.txt")
    assert left.reason == "occurs twice in the archive; only the later one was read"


def test_names_are_shown_without_what_is_absurd_in_them(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip", {"../../etc/x\n\x1b[31my.txt": TEXT, "c:\\b\\d.txt": TEXT, "n" * 5000 + ".txt": TEXT}
    )
    shown = names(path)
    assert shown[:2] == ["#etc/x [31my.txt", "#c:/b/d.txt"]
    assert len(shown[2]) < 300
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    ((where, reason),) = failures(tmp_path / "a.zip")
    assert where == ""
    assert "not a zip archive" in reason
    assert size(tmp_path / "a.zip") == 1


def test_an_archive_that_was_cut_off(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": TEXT, "b.txt": os.urandom(5000).hex()})
    path.write_bytes(path.read_bytes()[:-300])
    ((_, reason),) = failures(path)
    assert "cut off" in reason


def test_an_archive_without_news(tmp_path: Path) -> None:
    ((_, reason),) = failures(packed(tmp_path / "a.zip", {"photo.jpg": b"x", ".a.txt": TEXT}))
    assert reason == "holds no file of a kind that is read"


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", {f"{i}.txt": TEXT for i in range(20)})
    monkeypatch.setattr(archive, "MAX_MEMBERS", 10)
    assert failures(path) == [("", "holds more than 10 files; pack them into several archives")]
    monkeypatch.setattr(archive, "_MAX_LIST", 500)
    assert failures(path) == [("", "lists more than 10 files; pack them into several archives")]


def test_a_bomb_is_given_up_by_what_really_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_bytes, "FREE_BYTES", 4 << 20)
    zeros = {f"{i}.jsonl": b" " * (1 << 20) for i in range(40)}
    path = packed(tmp_path / "a.zip", {"0.txt": TEXT, **zeros})
    tracemalloc.start()
    told = failures(path)
    assert tracemalloc.get_traced_memory()[1] < 24 << 20
    tracemalloc.stop()
    assert len(told) < 20
    assert told[-1][0] == "" and "unfolds to more than text could" in told[-1][1]


def test_a_gzip_bomb_in_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_bytes, "FREE_BYTES", 1 << 20)
    monkeypatch.setattr(file_bytes, "MOST_TIMES", 20)
    path = packed(tmp_path / "a.zip", {"a.txt": TEXT, "b.jsonl.gz": gzip.compress(b"\n" * (64 << 20))})
    assert names(path) == ["#a.txt"]
    assert "unfolds" in failures(path)[-1][1]


def test_members_that_share_bytes(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {f"{i}.txt": TEXT for i in range(3)}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    last = raw.rindex(b"PK\1\2")
    struct.pack_into("<L", raw, last + 42, 10)
    path.write_bytes(raw)
    assert failures(path) == [("", "its members overlap, as those of a bomb do; pack it again")]
    cut = packed(tmp_path / "b.zip", {f"{i}.txt": TEXT for i in range(3)}, zipfile.ZIP_STORED)
    cut.write_bytes(cut.read_bytes()[59:])  # its first member begins before the file
    assert failures(cut) == [("", "its members overlap, as those of a bomb do; pack it again")]


def test_a_large_whole_member_and_a_declared_size_that_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.ingest.formats.files.MAX_FILE_BYTES", 1 << 20)
    path = packed(tmp_path / "a.zip", {"a.txt": b"a" * (2 << 20), "b.txt": TEXT})
    assert names(path) == ["#b.txt"]
    assert "larger than 1 MiB" in dict(failures(path))["#a.txt"]
    raw = bytearray(path.read_bytes())
    struct.pack_into("<L", raw, raw.index(b"PK\1\2") + 24, 10)  # the size that the list of members declares
    path.write_bytes(raw)
    assert "bad crc" in dict(failures(path))["#a.txt"]


def test_an_archive_of_the_large_form(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out, out.open("a.txt", "w", force_zip64=True) as member:
        member.write(TEXT.encode())
    assert names(path) == ["#a.txt"]
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as found:
        assert found.namelist() == ["a.txt"]
