"""A segment's file holds what was written, and any byte that is not is told."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from sensorium.errors import Corrupt
from sensorium.filter import matches
from sensorium.stores.embedded import segmentfile
from sensorium.stores.embedded.columns import Columns, Part, Snapshot
from sensorium.stores.embedded.segment import Segment, joined
from sensorium.stores.embedded.segmentfile import Head
from sensorium.testing.filters import random_filter, random_metadata
from sensorium.types import Metadata

HEAD = Head(bytes(range(16)), 3, 100, 160, 7)
WITNESSES = [(100, 1), (159, 2**32 - 1)]


@pytest.fixture
def rows() -> list[Metadata]:
    rng = random.Random(4)
    return [random_metadata(rng) for _ in range(60)]


@pytest.fixture
def path(tmp_path: Path, rows: list[Metadata]) -> Path:
    columns = Columns()
    columns.extend(rows)
    path = tmp_path / "columns.3.100-160.col"
    segmentfile.write(path, HEAD, WITNESSES, joined([Segment(100, 160, 7, columns.frozen())]))
    return path


def read(path: Path) -> Segment:
    """All of it, proved."""
    segment, _ = segmentfile.read(path, HEAD.owner, HEAD.generation)
    assert len(dict(segment.columns)) == len(segment.columns)
    return segment


def test_what_is_read_is_what_was_written(path: Path, rows: list[Metadata]) -> None:
    segment, witnesses = segmentfile.read(path, HEAD.owner, HEAD.generation)
    assert (segment.begin, segment.end, segment.seq, segment.path) == (100, 160, 7, path)
    assert witnesses == WITNESSES
    assert segment.values("nowhere") is None
    rng = random.Random(5)
    for _ in range(300):
        filter = random_filter(rng)
        mask = Snapshot(60, (Part(0, 60, segment),)).mask(filter)
        assert mask.tolist() == [matches(filter, one) for one in rows], filter


def test_arrays_begin_where_a_cache_line_does(path: Path) -> None:
    for values in read(path).columns.values():
        for view in (view for lanes in values[:4] for view in lanes):
            assert view.values.ctypes.data % 64 == 0
            assert not view.values.flags.writeable


def test_no_flipped_bit_is_believed(path: Path) -> None:
    sound = path.read_bytes()
    other = path.with_name("flipped")
    for place in (*range(140), *random.Random(6).sample(range(128, len(sound)), 150)):
        if sound[place : place + 1] == b"\0":  # it may lie between two keys, where nobody reads it
            continue
        flipped = bytearray(sound)
        flipped[place] ^= 1 << place % 8
        other.write_bytes(flipped)
        with pytest.raises(Corrupt, match="is damaged"):
            read(other)


@pytest.mark.parametrize("length", [0, 1, 8, 127, 128, 1_000, -1])
def test_a_file_that_is_cut_short_is_told(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(Corrupt):
        read(path)


def test_a_file_of_another_database_generation_or_format_is_told(path: Path) -> None:
    with pytest.raises(Corrupt, match="it belongs to the database 000102"):
        segmentfile.read(path, bytes(16), HEAD.generation)
    with pytest.raises(Corrupt, match="generation 3"):
        segmentfile.read(path, HEAD.owner, 4)
    newer = bytearray(path.read_bytes())
    newer[8] = 2
    path.write_bytes(newer)
    with pytest.raises(Corrupt, match="it is of the format 2, expected 1"):
        read(path)
    path.write_bytes(b"something else" * 99)
    with pytest.raises(Corrupt, match="it is no file of columns"):
        read(path)


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(segmentfile, "_written", full)
    columns = Columns()
    columns.extend([{"k": "a"}])
    with pytest.raises(OSError, match="No space"):
        segmentfile.write(tmp_path / "columns.0.0-1.col", HEAD, [], columns.frozen().items())
    assert list(tmp_path.iterdir()) == []


def test_a_mapped_segment_outlives_its_file(path: Path) -> None:
    segment = read(path)
    before = {key: [view.values.copy() for view in values.numbers] for key, values in segment.columns.items()}
    segmentfile.write(path, HEAD, [], [])
    path.unlink()
    for key, numbers in before.items():
        for one, two in zip(numbers, segment.columns[key].numbers, strict=True):
            assert np.array_equal(one, two.values, equal_nan=True)
