"""Stores of every released format are read; older ones become new in one transaction, after a copy."""

from __future__ import annotations

import importlib.util
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Corrupt
from sensorium.filter import parse
from sensorium.stores.base import Query
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, migrations, schema

FORMATS = Path(__file__).with_name("formats")
RELEASED = sorted(path.name for path in FORMATS.iterdir() if path.name.isdigit())


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write", FORMATS / "write.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


written = loaded()


def check(index: EmbeddedIndex) -> None:
    """The index holds what ``write.py`` wrote, and can still be written to."""
    expected = {record.key: record for record in written.records() if record.key not in written.GONE}
    found = {record.key: record for record in index.scan(None, 100)}
    assert found.keys() == expected.keys()
    for key, record in found.items():
        assert record.vector.tolist() == expected[key].vector.tolist()
        assert record.metadata == expected[key].metadata
    assert index.verify().damages == ()
    assert index.count(parse({"even": True})) == sum(record.metadata["even"] for record in expected.values())
    nearest = index.query(Query(1, np.full(6, 2, np.float32)))[0]
    assert nearest.key == "key-11"
    found = index.query(Query(20, texts=(("text", "PASSAGE 11"),)))
    assert found[0].key == "key-11"
    assert {hit.key for hit in found} == expected.keys()
    assert index.spec.model == "builtin@1"
    assert index.put(written.records()) == 12
    assert index.count() == 12


def test_the_present_format_is_kept() -> None:
    assert str(schema.FORMAT) in RELEASED


@pytest.mark.parametrize("released", RELEASED)
def test_a_store_of_every_released_format_is_read(home: Path, released: str) -> None:
    shutil.copytree(FORMATS / released, home / "kept")
    with EmbeddedStore(home / "kept") as store:
        assert store.buckets() == ["kept-store"]
        check(store.open("kept-store", "every.kind"))


@pytest.fixture
def older(home: Path) -> Path:
    """A store of a format 0 that never was: its checksums are in a column of another name. The path of its database."""
    shutil.copytree(FORMATS / "1", home / "older")
    (path,) = home.glob("older/buckets/*/*/records.*.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE records RENAME COLUMN row_check TO old_check")
        connection.execute("PRAGMA user_version = 0")
    return path


def step(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE records RENAME COLUMN old_check TO row_check")


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_an_older_store_becomes_new_and_its_copy_stays(
    home: Path, older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(migrations.STEPS, 0, step)
    with EmbeddedStore(home / "older") as store:
        check(store.open("kept-store", "every.kind"))
    assert version_of(older) == schema.FORMAT
    copy = older.with_name(f"{older.name}.format-0")
    assert version_of(copy) == 0
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(old_check) FROM records").fetchone() == (9,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with EmbeddedStore(home / "older") as store:
        assert store.open("kept-store", "every.kind").count() == 12


@pytest.mark.parametrize("late", [False, True])
def test_a_migration_that_fails_leaves_the_older_store(
    home: Path, older: Path, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        if late:
            step(connection)
        raise RuntimeError("the power went")

    monkeypatch.setitem(migrations.STEPS, 0, fail)
    with EmbeddedStore(home / "older") as store, pytest.raises(RuntimeError, match="the power went"):
        store.open("kept-store", "every.kind")
    assert version_of(older) == 0
    monkeypatch.setitem(migrations.STEPS, 0, step)
    with EmbeddedStore(home / "older") as store:
        check(store.open("kept-store", "every.kind"))


def test_a_format_that_no_step_leads_from_is_refused_and_not_touched(home: Path, older: Path) -> None:
    before = older.read_bytes()
    with EmbeddedStore(home / "older") as store, pytest.raises(Corrupt, match="unknown format 0") as caught:
        store.open("kept-store", "every.kind")
    assert caught.value.code == "old_format"
    assert older.read_bytes() == before


def test_two_processes_migrate_once(home: Path, older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[Any] = []

    def counted(connection: sqlite3.Connection) -> None:
        steps.append(connection)
        step(connection)

    monkeypatch.setitem(migrations.STEPS, 0, counted)
    for _ in range(2):  # the second had seen format 0 and waited for its turn
        with closing(sqlite3.connect(older, isolation_level=None)) as connection:
            migrations.migrate(connection, older)
    assert len(steps) == 1
    assert version_of(older) == schema.FORMAT
