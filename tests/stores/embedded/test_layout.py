"""Folders: indexes appear and vanish whole, and are found by their one database."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.errors import Conflict, Corrupt, NotFound
from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import layout as module
from sensorium.stores.embedded.layout import Layout, database_path

SPEC = IndexSpec("default", "index", 4)


@pytest.fixture
def layout(home: Path) -> Layout:
    layout = Layout(home)
    layout.create_bucket("default")
    return layout


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_an_index_appears_whole(layout: Layout) -> None:
    folder = layout.create_index(SPEC)
    assert folder == layout.index("default", "index")
    database, slots = names(folder)
    assert database.startswith("records.")
    assert database.endswith(".sqlite")  # and no log beside it: all is in the file
    assert slots == "vectors.0.slots"
    assert layout.indexes("default") == ["index"]


def test_an_index_that_fails_to_be_built_leaves_nothing(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, spec: IndexSpec) -> None:
        (folder / "half").touch()
        raise ZeroDivisionError

    monkeypatch.setattr(module, "_build", fail)
    with pytest.raises(ZeroDivisionError):
        layout.create_index(SPEC)
    assert layout.indexes("default") == []
    assert names(layout.root / ".work") == []


def test_a_bucket_that_vanishes_while_an_index_is_built_is_not_there(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = module._build

    def late(folder: Path, spec: IndexSpec) -> None:
        build(folder, spec)
        layout.drop_bucket("default")

    monkeypatch.setattr(module, "_build", late)
    with pytest.raises(NotFound, match="no bucket 'default'"):
        layout.create_index(SPEC)
    assert names(layout.root / ".work") == []


def test_no_two_indexes_ever_have_the_same_database(layout: Layout) -> None:
    first = database_path(layout.create_index(SPEC)).name
    layout.move_out(layout.index("default", "index"))
    assert database_path(layout.create_index(SPEC)).name != first


def test_an_index_moved_out_is_gone_at_once(layout: Layout) -> None:
    folder = layout.create_index(SPEC)
    moved = layout.move_out(folder)
    assert not folder.exists()
    assert database_path(moved).exists()
    with pytest.raises(NotFound, match="no index default/index"):
        layout.index("default", "index")
    with pytest.raises(FileNotFoundError):
        database_path(folder)


def test_a_folder_with_two_databases_is_damaged(layout: Layout) -> None:
    folder = layout.create_index(SPEC)
    (folder / "records.other.sqlite").touch()
    with pytest.raises(Corrupt, match="found 2"):
        database_path(folder)


def test_a_bucket_that_holds_anything_stays(layout: Layout) -> None:
    (layout.root / "default" / "notes.txt").write_text("not ours", encoding="utf-8")
    with pytest.raises(Conflict, match="still holds 1"):
        layout.drop_bucket("default")
    assert names(layout.root / "default") == ["notes.txt"]
    assert layout.indexes("default") == []  # a file is no index
