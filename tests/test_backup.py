"""A home is copied whole while it is in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.disks import small_disk

from sensorium import pipeline
from sensorium.backup import back_up
from sensorium.errors import Conflict, Corrupt, Invalid, NotFound, Unavailable
from sensorium.home import Home
from sensorium.models.registry import Registry
from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import EmbeddedStore
from sensorium.testing.weightless import WeightlessProvider


def registry() -> Registry:
    made = Registry()
    made.register("weightless", WeightlessProvider())
    return made


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    for name in ("cats", "ships", "bells"):
        (tmp_path / "files" / f"{name}.txt").write_text(f"Of {name} there is much to say.")
    return tmp_path / "files"


@pytest.fixture
def home(tmp_path: Path, files: Path) -> Iterator[Home]:
    """An open home: an index of three notes, settings, an upload, another region, and things made anew."""
    path = tmp_path / "home"
    with Home(path, registry()) as opened:
        pipeline.index(opened.open("notes", model="weightless", create=True), [files])
        (path / "config.toml").write_text('index = "notes"\n')
        for name in (
            "library/up/load.txt",
            "library/up/any.db",
            "library/up/any.db-wal",
            "library/store/buckets/a/b",
            "objects/bucket/x.db",
            "thumbnails/a.jpg",
            "queries/q.bin",
            "jobs/1/part",
        ):
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text(name)
        with EmbeddedStore(path / "regions" / "eu" / "store") as other:
            other.create_bucket("there")
            other.create(IndexSpec("there", "one", 3))
        yield opened


def records(home: Home) -> list[Any]:
    return [(one.key, one.vector.tobytes(), dict(one.metadata)) for one in home.index("notes").scan(None, 100)]


def test_the_copy_is_a_home_that_knows_what_was_indexed(tmp_path: Path, home: Home, files: Path) -> None:
    made = back_up(home.path, tmp_path / "copy")
    assert (made.indexes, made.records, made.files) == (2, 3, 7)
    found = {str(path.relative_to(tmp_path / "copy")) for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    assert {"catalog.db", "config.toml", "library/up/load.txt", "library/store/buckets/a/b"} < found
    assert not any(name.startswith(("thumbnails", "queries", "jobs")) for name in found)
    assert [name for name in found if name.endswith(("-wal", "-shm", ".lock", ".part"))] == ["library/up/any.db-wal"]
    assert (tmp_path / "copy" / "library" / "up" / "any.db").read_text() == "library/up/any.db"
    assert made.bytes == sum((tmp_path / "copy" / name).stat().st_size for name in found)
    with Home(tmp_path / "copy", registry(), create=False) as copy:
        assert records(copy) == records(home)
        report = pipeline.index(copy.open("notes"), [files])
        assert (report.embedded, report.unchanged) == (0, 3)
    with EmbeddedStore(tmp_path / "copy" / "regions" / "eu" / "store") as other:
        assert other.open("there", "one").spec.dim == 3


def test_folders_that_stand_elsewhere_are_copied_as_links(tmp_path: Path, home: Home) -> None:
    elsewhere = tmp_path / "disk"
    (home.path / "objects").rename(elsewhere)
    (home.path / "objects").symlink_to(elsewhere)
    (home.path / "library" / "round").symlink_to(home.path)
    assert back_up(home.path, tmp_path / "copy").files == 8
    assert (tmp_path / "copy" / "objects").readlink() == elsewhere
    assert (tmp_path / "copy" / "library" / "round").is_symlink()


def test_what_the_catalog_of_a_copy_calls_done_is_in_its_store(
    tmp_path: Path, home: Home, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is indexed after the catalog was copied: the copy has its records, and indexes it again at most."""
    (files / "late.txt").write_text("Late is this note.")
    real = EmbeddedStore.backup

    def late(self: EmbeddedStore, *rest: Any) -> Any:
        pipeline.index(home.open("notes"), [files])
        return real(self, *rest)

    monkeypatch.setattr(EmbeddedStore, "backup", late)
    back_up(home.path, tmp_path / "copy")
    with Home(tmp_path / "copy", registry(), create=False) as copy:
        assert len(copy.ledger(copy.index("notes").spec).entries()) == 3
        assert copy.index("notes").count() == 4
        assert pipeline.index(copy.open("notes"), [files]).embedded == 1
        assert copy.index("notes").count() == 4


def test_a_place_that_will_not_do(tmp_path: Path, home: Home) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(Conflict, match="is there already"):
        back_up(home.path, tmp_path / "there")
    for inside in (home.path, home.path / "copy", home.path / "store" / "copy"):
        with pytest.raises(Invalid, match="lies in the home"):
            back_up(home.path, inside)
    with pytest.raises(NotFound, match="there is no folder"):
        back_up(home.path, tmp_path / "no" / "copy")
    with pytest.raises(NotFound, match="there is no home"):
        back_up(tmp_path / "nothing", tmp_path / "copy")


def test_a_damaged_database_is_named_and_leaves_nothing(tmp_path: Path, home: Home) -> None:
    (home.path / "other.db").write_bytes(b"no database" * 1000)
    with pytest.raises(Corrupt, match=r"other\.db: not a database"):
        back_up(home.path, tmp_path / "copy")
    assert not list(tmp_path.glob("copy*"))


@pytest.mark.parametrize("size", ["32k", "100k", "150k"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, home: Home, size: str) -> None:
    with small_disk(tmp_path / "disk", size) as disk:
        with pytest.raises(Unavailable, match="full"):
            back_up(home.path, disk / "copy")
        assert list(disk.iterdir()) == []
