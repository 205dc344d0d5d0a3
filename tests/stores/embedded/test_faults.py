"""A full disk is a clear error that loses nothing, and the store works again when there is room."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.disks import small_disk

from sensorium.errors import Corrupt, SensoriumError, Unavailable
from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore
from sensorium.stores.embedded.faults import told
from sensorium.types import Record

PATH = Path("records.sqlite")


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("said SQLite")
    error.sqlite_errorcode = code
    return error


def told_as(error: BaseException) -> SensoriumError:
    with pytest.raises(SensoriumError) as caught, told(PATH):
        raise error
    assert caught.value.__cause__ is error
    assert str(PATH) in caught.value.message
    assert caught.value.path == str(PATH)
    return caught.value


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (sqlite_error(sqlite3.SQLITE_FULL), Unavailable, "disk_full"),
        (sqlite_error(sqlite3.SQLITE_BUSY_RECOVERY), Unavailable, "locked"),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), Unavailable, "disk"),
        (sqlite_error(sqlite3.SQLITE_READONLY), Unavailable, "refused"),
        (sqlite_error(sqlite3.SQLITE_CORRUPT_INDEX), Corrupt, "damaged"),
        (sqlite_error(sqlite3.SQLITE_NOTADB), Corrupt, "damaged"),
        (OSError(errno.ENOSPC, "no room"), Unavailable, "disk_full"),
        (OSError(errno.EDQUOT, "no quota"), Unavailable, "disk_full"),
        (OSError(errno.EFBIG, "too big"), Unavailable, "disk_full"),
        (PermissionError(errno.EACCES, "not yours"), Unavailable, "disk"),
    ],
)
def test_errors_are_told_in_ours(error: Exception, kind: type[SensoriumError], code: str) -> None:
    found = told_as(error)
    assert (type(found), found.code) == (kind, code)


@pytest.mark.parametrize("error", [sqlite3.ProgrammingError("a bug"), FileNotFoundError("x"), ValueError("x")])
def test_bugs_and_missing_files_stay_what_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, told(PATH):
        raise error
    assert caught.value is error


def test_a_process_that_may_write_no_more_loses_nothing(
    home: Path, store: EmbeddedStore, index: EmbeddedIndex, start_child: Any
) -> None:
    child = start_child("fill", home, 200_000)
    out, _ = child.communicate(timeout=60)
    failed, kept, mended = (json.loads(line) for line in out.splitlines())
    assert failed["kind"] == "Unavailable"
    assert failed["code"] in ("disk_full", "disk")
    assert "full" in failed["message"]
    assert "0 records of this call were stored before" in failed["message"]
    assert failed["stored"] > 0
    assert kept == {"count": failed["stored"], "state": failed["stored"]}
    assert mended == {"count": failed["stored"] + 100, "damages": []}
    assert index.count() == failed["stored"] + 100


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "2m") as folder:
        yield folder


def test_a_full_disk_loses_nothing(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sensorium.stores.embedded.index._PUT_AT_ONCE_BYTES", 0)  # a chunk a transaction
    rows = np.random.default_rng(0).standard_normal((3000, 128), dtype=np.float32)
    records = [Record(f"key-{i:05d}", rows[i], {"n": i}) for i in range(3000)]
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(400_000))
    with EmbeddedStore(disk) as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "index", 128))
        with pytest.raises(Unavailable, match="is full") as caught:
            index.put(records)
        stored = int(caught.value.message.rpartition("; ")[2].split()[0])
        assert stored >= 500
        assert index.count() == stored
        for _ in range(3):
            with pytest.raises(Unavailable, match="full"):
                index.put(records[stored:])
        assert index.verify().records == stored
        ballast.unlink()
        assert index.put(records[stored : stored + 300]) == 300
        assert index.delete(["key-00000"]) == 1
        assert index.verify().damages == ()
    with EmbeddedStore(disk) as store:
        index = store.open("default", "index")
        assert index.count() == stored + 299
        assert index.verify().damages == ()
        (record,) = index.get([f"key-{stored + 299:05d}"])
        assert (record.vector == rows[stored + 299]).all()


def test_a_new_index_on_a_full_disk_leaves_nothing(disk: Path) -> None:
    with EmbeddedStore(disk) as store:
        store.create_bucket("default")
        (disk / "ballast").write_bytes(bytes(shutil.disk_usage(disk).free - 8192))
        with pytest.raises(Unavailable, match="full"):
            store.create(IndexSpec("default", "index", 128))
        assert store.indexes("default") == []
        assert list((disk / "buckets" / ".work").iterdir()) == []
        (disk / "ballast").unlink()
        assert store.create(IndexSpec("default", "index", 128)).count() == 0
