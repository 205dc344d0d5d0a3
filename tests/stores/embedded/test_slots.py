"""The slot file: header, growth, maps that outlive it."""

from __future__ import annotations

import resource
import struct
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from sensorium.errors import Corrupt, Unavailable
from sensorium.stores.embedded.slots import HEADER_BYTES, SlotFile, SlotHeader

HEADER = SlotHeader(dim=4, generation=2, owner=b"0123456789abcdef")
ROWS = np.arange(20, dtype=np.float32).reshape(5, 4)


@pytest.fixture
def path(home: Path) -> Path:
    return home / "vectors.2.slots"


@pytest.fixture
def file(path: Path) -> Iterator[SlotFile]:
    file = SlotFile.create(path, HEADER)
    yield file
    file.close()


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


def test_what_is_appended_is_read_back(file: SlotFile, path: Path) -> None:
    file.append(0, ROWS[:2])
    file.append(2, ROWS[2:])
    assert (file.rows(5) == ROWS).all()
    again = SlotFile(path, HEADER)
    assert (again.rows(3) == ROWS[:3]).all()
    assert again.rows(0).shape == (0, 4)
    again.close()


def test_rows_are_read_only_and_outlive_growth_and_closing(file: SlotFile) -> None:
    file.append(0, ROWS)
    early = file.rows(5)
    with pytest.raises(ValueError, match="read-only"):
        early[0, 0] = 1
    file.append(5, np.ones((50_000, 4), np.float32))  # past the room made in advance: another map
    assert file.rows(50_005)[-1].tolist() == [1, 1, 1, 1]
    file.close()
    assert (early == ROWS).all()


def test_a_torn_tail_is_written_over(file: SlotFile) -> None:
    file.append(0, ROWS)
    file.append(2, ROWS[:1] + 100)  # the database knew of two
    assert (file.rows(3)[2] == ROWS[0] + 100).all()


def test_a_file_that_is_cut_short_is_damaged(file: SlotFile, path: Path) -> None:
    file.append(0, ROWS)
    with path.open("r+b") as raw:
        raw.truncate(HEADER_BYTES + 3 * 16 + 5)
    again = SlotFile(path, HEADER)
    assert len(again.rows(3)) == 3
    with pytest.raises(Corrupt, match="cut short, at 3 of 4 vectors"):
        again.rows(4)
    again.close()


@pytest.mark.usefixtures("file")
def test_every_flipped_byte_of_the_header_is_found(path: Path) -> None:
    before = path.read_bytes()
    for at in (*range(60), 100, HEADER_BYTES - 1):
        flip(path, at)
        with pytest.raises(Corrupt, match="nothing was changed"):
            SlotFile(path, HEADER)
        flip(path, at)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (SlotHeader(5, 2, HEADER.owner), "dimension 5"),
        (SlotHeader(4, 3, HEADER.owner), "generation 3"),
        (SlotHeader(4, 2, b"x" * 16), "7878"),
    ],
)
def test_a_file_of_another_index_is_refused(path: Path, other: SlotHeader, found: str) -> None:
    SlotFile.create(path, other).close()
    with pytest.raises(Corrupt, match=f"belongs to another index.*{found}") as caught:
        SlotFile(path, HEADER)
    assert caught.value.code == "foreign"


def test_a_newer_a_foreign_and_a_short_file_are_told_apart(path: Path) -> None:
    fields = struct.pack("<8sIIQ16s", b"\x93SENSLOT", 7, 4, 2, HEADER.owner)
    newer = (fields + struct.pack("<I", crc32(fields))).ljust(HEADER_BYTES, b"\0")
    cases = ((newer, "newer_format"), (b"GIF89a" * 999, "foreign"), (b"", "foreign"), (HEADER.packed()[:99], "damaged"))
    for content, code in cases:
        path.write_bytes(content)
        with pytest.raises(Corrupt) as caught:
            SlotFile(path, HEADER)
        assert caught.value.code == code
        assert path.read_bytes() == content


def test_a_header_is_written_whole_or_the_disk_is_full(path: Path) -> None:
    """A disk with room for a part of the header takes that part first and refuses the rest."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(Unavailable) as caught:
            SlotFile.create(path, HEADER)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.code == "disk_full"
    assert path.stat().st_size == 1000


def test_a_missing_file_is_for_the_caller_to_judge(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SlotFile(path, HEADER)
