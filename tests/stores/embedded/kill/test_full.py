"""Every operation on a disk with room for a part of it: a clear error, nothing lost, reads go on, so do writes later.

On a small memory disk where one may be mounted, and everywhere with files that may not grow.
"""

from __future__ import annotations

import random
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.disks import small_disk
from tests.stores.embedded.kill.life import checked
from tests.stores.embedded.kill.operations import (
    ACTIONS,
    BUCKET,
    KEYS,
    LIMITS,
    MAIN,
    State,
    drawn,
    run,
    stages,
    versioned,
)

from sensorium.errors import Unavailable
from sensorium.stores.base import TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, textbuild

_DISK = "8m"
_PAGE = 4096
_LIMITS = replace(LIMITS, background=False)
Scarce = Callable[[int], AbstractContextManager[None]]
"""Leave room for so many bytes."""
_FEW = range(0, 81, 80)
_MANY = range(0, 91, 3)
ROOMS = [_FEW, pytest.param(_MANY, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])]
"""Pages."""


@pytest.fixture(autouse=True)
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts take several turns to build."""
    monkeypatch.setattr(textbuild, "AT_ONCE", 100)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", _DISK) as folder:
        yield folder


@contextmanager
def ballast(disk: Path, room: int) -> Iterator[None]:
    """Fill a disk but for some room."""
    path = disk / "ballast"
    path.write_bytes(bytes(max(shutil.disk_usage(disk).free - room, 0)))
    try:
        yield
    finally:
        path.unlink()


@contextmanager
def stunted(home: Path, room: int) -> Iterator[None]:
    """Let this process write nothing beyond so many bytes of any file, which need not be whole pages."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room * 4 // 3, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def filled(home: Path) -> State:
    """A closed store whose index has a text and dead slots; what is in it."""
    with EmbeddedStore(home) as store:
        store.create_bucket(BUCKET)
        index = store.create(MAIN)
        index.configure([TextKey("text")])
        index.put(versioned(f"a{place:04}", 1) for place in range(0, KEYS, 2))
        index.delete([f"a{place:04}" for place in range(0, KEYS, 14)])
    return {f"a{place:04}": 1 for place in range(0, KEYS, 2) if place % 14}


def tried(store: EmbeddedStore, index: EmbeddedIndex, state: State, kind: str, scarce: Scarce, room: int) -> bool:
    """Whether an operation succeeded with so much room; AssertionError where anything is not as it must be."""
    operation = drawn(1, "a", room, kind)
    possible = stages(state, operation)
    done = False
    with scarce(room):
        try:
            run(store, index, operation)
            possible, done = possible[-1:], True
        except Unavailable as error:
            if error.code not in ("disk_full", "disk"):
                raise
        reads = checked(store, index, random.Random(room), building=False)
        assert reads["state"] in possible
    after = checked(store, index, random.Random(room))
    assert after["damages"] == []
    assert after["state"] == reads["state"]
    run(store, index, operation)
    again = checked(store, index, random.Random(room))
    assert again["damages"] == []
    assert again["state"] == stages(reads["state"], operation)[-1]
    return done


def swept(home: Path, kind: str, rooms: range, scarce: Callable[[Path, int], AbstractContextManager[None]]) -> None:
    """Try an operation with more and more room, on a new index each time."""
    state = filled(home / "template")
    done = []
    for room in rooms:
        shutil.copytree(home / "template", home / "copy")
        with EmbeddedStore(home / "copy", limits=_LIMITS) as store:
            index = store.open(MAIN.bucket, MAIN.name)
            done.append(tried(store, index, state, kind, lambda room: scarce(home, room), room * _PAGE))
        shutil.rmtree(home / "copy")
    assert done[-1], "there is room enough"
    assert all(done) == (kind == "filter"), "some room is too little, but for those who need none"


@pytest.mark.parametrize("rooms", ROOMS, ids=len)
@pytest.mark.parametrize("kind", ACTIONS)
def test_a_full_disk_loses_nothing(disk: Path, kind: str, rooms: range) -> None:
    swept(disk, kind, rooms, ballast)


@pytest.mark.parametrize("rooms", ROOMS, ids=len)
@pytest.mark.parametrize("kind", ACTIONS)
def test_files_that_may_not_grow_lose_nothing(home: Path, kind: str, rooms: range) -> None:
    swept(home, kind, rooms, stunted)


@pytest.mark.parametrize("room", [0, _PAGE, 10 * _PAGE])
def test_an_index_opens_on_a_full_disk_or_says_why_not(disk: Path, room: int) -> None:
    """SQLite needs some pages to open a database for several processes."""
    state = filled(disk / "home")
    with ballast(disk, room), EmbeddedStore(disk / "home") as store:
        try:
            index = store.open(MAIN.bucket, MAIN.name)
        except Unavailable as error:
            if error.code not in ("disk_full", "disk"):
                raise
        else:
            assert checked(store, index, random.Random(room), building=False)["state"] == state
            assert room
    with EmbeddedStore(disk / "home") as store:
        found = checked(store, store.open(MAIN.bucket, MAIN.name), random.Random(room))
        assert (found["state"], found["damages"]) == (state, [])
