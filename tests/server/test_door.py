"""The file of attributes: in step with the store whatever crashes, one for several processes, none without need."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from sensorium.errors import Conflict, Corrupt, Unavailable
from sensorium.server import door as module
from sensorium.server.attributes import BucketAttributes, Encryption, IndexAttributes
from sensorium.server.door import Door
from sensorium.stores import names
from sensorium.stores.base import IndexSpec

SPEC = IndexSpec("media", "songs", 3, created_s=1000.5)
TAGGED = BucketAttributes(tags={"a": "b"}, created_s=5.0, policy="{}", encryption=Encryption("aws:kms", "key"))
MARKED = IndexAttributes("CLASSIC", tags={"c": "d"})


def free() -> None:
    """Nothing of the name is there."""


def taken() -> None:
    raise names.bucket_exists("media")


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    door = Door(tmp_path / "door.db")
    yield door
    door.close()


def test_what_has_no_row_has_the_defaults_and_makes_no_file(door: Door, tmp_path: Path) -> None:
    assert door.bucket("media") is None
    assert door.policy("media") is None
    assert door.index(SPEC) == IndexAttributes()
    assert list(tmp_path.iterdir()) == []


def test_rows_outlive_the_process(door: Door, tmp_path: Path) -> None:
    door.begin_bucket("media", TAGGED, free)
    door.settle_index(SPEC, MARKED)
    secret = door.secret("tokens")
    door.close()
    with closing(Door(tmp_path / "door.db")) as again:
        assert again.bucket("media") == TAGGED
        assert again.policy("media") == "{}"
        assert again.index(SPEC) == MARKED
        assert again.secret("tokens") == secret
        assert len(secret) == 32
        assert again.secret("other") != secret


def test_a_secret_is_to_be_had_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    with closing(Door(tmp_path / "home" / "door.db")) as door:
        secret = door.secret("tokens")
        assert (len(secret), door.secret("tokens")) == (32, secret)
        with pytest.raises(Unavailable, match="cannot be used now"):
            door.begin_bucket("media", TAGGED, free)


def test_rows_of_indexes_are_counted_by_bucket(door: Door) -> None:
    assert door.indexes("media") == 0
    door.settle_index(SPEC, MARKED)
    door.settle_index(replace(SPEC, name="films"), MARKED)
    assert (door.indexes("media"), door.indexes("other")) == (2, 0)
    door.forget_index(SPEC)
    assert door.indexes("media") == 1


def test_a_bucket_that_is_there_keeps_its_row(door: Door) -> None:
    door.begin_bucket("media", TAGGED, free)
    with pytest.raises(Conflict):
        door.begin_bucket("media", BucketAttributes(), taken)
    assert door.bucket("media") == TAGGED


def test_who_made_the_bucket_settles_its_row(door: Door, tmp_path: Path) -> None:
    with closing(Door(tmp_path / "door.db")) as other:
        door.begin_bucket("media", TAGGED, free)
        other.begin_bucket("media", BucketAttributes(), free)  # which the store will then refuse
        door.settle_bucket("media", TAGGED)
        assert other.bucket("media") == TAGGED


def test_an_index_that_a_crash_left_begun_is_known_by_its_age(door: Door) -> None:
    door.begin_index(replace(SPEC, created_s=0.0), MARKED, free)
    now = time.time()
    assert door.index(replace(SPEC, created_s=now + 1)) == MARKED
    assert door.index(replace(SPEC, created_s=now + 3600)) == IndexAttributes()
    assert door.index(replace(SPEC, created_s=now - 3600)) == IndexAttributes()


def test_an_index_made_anew_has_nothing_of_the_one_before(door: Door) -> None:
    door.settle_index(SPEC, MARKED)
    successor = replace(SPEC, created_s=2000.0)
    assert door.index(successor) == IndexAttributes()
    door.change_index(successor, lambda found: replace(found, tags={"e": "f"}))
    assert door.index(successor).tags == {"e": "f"}
    assert door.index(SPEC) == IndexAttributes()
    door.forget_index(SPEC)
    assert door.index(successor).tags == {"e": "f"}
    door.forget_index(successor)
    assert door.index(successor) == IndexAttributes()


def test_a_dropped_bucket_is_forgotten_with_its_indexes_unless_it_is_there_again(door: Door) -> None:
    door.settle_bucket("media", TAGGED)
    door.settle_index(SPEC, MARKED)
    door.forget_bucket("media", lambda: False)
    assert door.bucket("media") == TAGGED
    door.forget_bucket("media", lambda: True)
    assert door.bucket("media") is None
    assert door.index(SPEC) == IndexAttributes()


def test_a_change_that_fails_changes_nothing(door: Door) -> None:
    door.settle_bucket("media", TAGGED)

    def fail(_: BucketAttributes) -> BucketAttributes:
        raise Conflict("no")

    with pytest.raises(Conflict):
        door.change_bucket("media", fail, 0.0)
    assert door.bucket("media") == TAGGED
    assert door.change_bucket("new", lambda found: found, 7.0).created_s == 7.0


def _add_tags(path: str, name: str) -> None:
    with closing(Door(Path(path))) as door:
        for number in range(20):
            tag = {f"{name}{number}": ""}
            door.change_bucket("media", lambda found, tag=tag: replace(found, tags={**found.tags, **tag}), 1.0)


def test_no_change_of_several_threads_and_processes_is_lost(door: Door, tmp_path: Path) -> None:
    door.settle_bucket("media", BucketAttributes(created_s=1.0))
    path = str(tmp_path / "door.db")
    process = multiprocessing.get_context("spawn").Process(target=_add_tags, args=(path, "process"))
    threads = [threading.Thread(target=_add_tags, args=(path, name)) for name in ("one", "two")]
    for worker in (process, *threads):
        worker.start()
    for worker in (process, *threads):
        worker.join()
    found = door.bucket("media")
    assert found is not None
    assert len(found.tags) == 60


def test_a_foreign_newer_or_broken_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "door.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE x (y)")
    before = path.read_bytes()
    with pytest.raises(Corrupt, match="another program"):
        Door(path)
    assert path.read_bytes() == before
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(Corrupt, match="not a database"):
        Door(path)
    path.unlink()
    with closing(Door(path)) as door:
        door.secret("tokens")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(Corrupt, match="format 99 is newer"):
        Door(path)


def test_a_file_that_another_process_holds_is_unavailable(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.settle_bucket("media", TAGGED)
    door.close()
    monkeypatch.setattr(module, "LOCK_WAIT_S", 0.05)
    with closing(sqlite3.connect(tmp_path / "door.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            door.settle_bucket("media", BucketAttributes())
        other.execute("ROLLBACK")
    assert door.bucket("media") == TAGGED


def test_a_closed_door_opens_again_when_it_is_asked(door: Door) -> None:
    door.settle_bucket("media", TAGGED)
    door.close()
    door.close()
    assert door.bucket("media") == TAGGED
