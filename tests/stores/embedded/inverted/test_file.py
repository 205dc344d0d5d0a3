"""A file is read as it was written, or not at all."""

from __future__ import annotations

import os
import random
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sensorium.errors import Corrupt
from sensorium.stores.embedded.inverted import file
from sensorium.stores.embedded.inverted.inverted import Inverted

from .conftest import clustered, contents_of


def test_what_was_written_is_read(tmp_path: Path) -> None:
    made = contents_of(clustered(700))
    path = file.path_of(tmp_path / "records.x.sqlite", 0)
    file.write(path, made)
    found = Inverted(path)
    assert found.meta == made.meta
    np.testing.assert_array_equal(found.centroids, made.centroids)
    lists = found.lists()
    for before, after in zip(made.lists, lists, strict=True):
        np.testing.assert_array_equal(before, after)
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    path = tmp_path / "inverted.0.ivf"
    file.write(path, contents_of(clustered(300)))
    whole = path.read_bytes()
    chance = random.Random(0)
    text = whole.index(b"}", whole.index(b'"check"')) + 1
    for place in [*range(40), *chance.sample(range(text), 60), *chance.sample(range(4096, len(whole)), 100)]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        with pytest.raises(Corrupt, match="inverted"):
            file.read(path)
    for size in (0, 100, 4096, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(Corrupt):
            file.read(path)


def test_an_older_file_stays_readable_while_it_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "inverted.0.ivf"
    file.write(path, contents_of(clustered(300)))
    old = Inverted(path)
    before = old.lists()
    file.write(path, contents_of(clustered(800, seed=1)))
    np.testing.assert_array_equal(old.lists().codes, before.codes)
    assert Inverted(path).meta.covered == 800


def test_what_is_of_no_use_is_swept(tmp_path: Path) -> None:
    database = tmp_path / "records.x.sqlite"
    names = (
        "inverted.0.ivf",
        "inverted.1.ivf",
        "inverted.1.ivf.5-5.draft",
        "inverted.1.ivf.6-6.draft",
        "vectors.1.slots",
    )
    for name in names:
        (tmp_path / name).touch()
    os.utime(tmp_path / "inverted.1.ivf.5-5.draft", (time.time() - 3600,) * 2)
    file.sweep(database, 1)
    left = {"inverted.1.ivf", "inverted.1.ivf.6-6.draft", "vectors.1.slots"}
    assert {found.name for found in tmp_path.iterdir()} == left


def test_a_fingerprint_knows_the_last_rows(tmp_path: Path) -> None:
    rows = clustered(100)
    assert file.fingerprint(rows) == file.fingerprint(rows.copy())
    other = rows.copy()
    other[99, 0] += 1
    assert file.fingerprint(rows) != file.fingerprint(other)
    assert file.fingerprint(rows, np.arange(50)) == file.fingerprint(rows[:50])
    assert file.fingerprint(rows[:0]) == 0


def test_codes_of_another_kind_are_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "inverted.0.ivf"
    made = contents_of(clustered(300))
    file.write(path, made._replace(meta=replace(made.meta, bits=1)))
    with pytest.raises(Corrupt, match="codes"):
        Inverted(path)
    narrow = made.lists._replace(codes=made.lists.codes[:, :4])
    file.write(path, made._replace(lists=narrow))
    with pytest.raises(Corrupt, match="codes"):
        Inverted(path)
