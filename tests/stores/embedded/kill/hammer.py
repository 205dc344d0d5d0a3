"""Writers and readers that hammer one index from processes of their own, while some of them are killed.

They share a board in memory: before a write its version is announced for each key, after it acknowledged. So a reader
knows, whenever it asks, what it must see at least and at most; nothing is said between them that could order them.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.stores.embedded.kill.life import hurry, say
from tests.stores.embedded.kill.operations import LIMITS, MAIN, TEXT_KEYS, versioned

from sensorium.filter import parse
from sensorium.stores.base import Query
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore
from sensorium.types import Record

WRITERS = 2
KEYS = 300
"""Of each writer."""
_DELETES = 4
"""One of so many versions is a deletion."""
Versions = NDArray[np.int64]


class Board:
    """For each writer and key the newest version that was announced, and that was acknowledged; 0 before the first."""

    def __init__(self, home: Path) -> None:
        path = home / "board"
        if not path.exists():
            path.write_bytes(bytes(2 * WRITERS * KEYS * 8))
        self.announced, self.acknowledged = np.memmap(path, np.int64, "r+", shape=(2, WRITERS, KEYS))


def is_deletion(version: int) -> bool:
    return version % _DELETES == 0


def touched(writer: int, version: int) -> list[int]:
    """The places of the keys that a version of a writer puts or deletes."""
    chance = random.Random(f"{writer} {version}")
    return chance.sample(range(KEYS), chance.choice((1, 2, 30, 200)))


def key_of(writer: int, place: int) -> str:
    return f"{'ab'[writer]}{place:04}"


def write(home: str, writer: int, until: float) -> None:
    """Put or delete, and now and then compact or change what is searchable, once and again until the time comes."""
    hurry()
    board = Board(Path(home))
    version = int(board.announced[writer].max())
    done = 0
    with EmbeddedStore(Path(home), lock_timeout_s=120, limits=LIMITS) as store:
        index = store.open(MAIN.bucket, MAIN.name)
        while not done or time.time() < until:
            version += 1
            places = touched(writer, version)
            keys = [key_of(writer, place) for place in places]
            board.announced[writer, places] = version
            if is_deletion(version):
                index.delete(keys)
            else:
                index.put([versioned(key, version) for key in keys])
            board.acknowledged[writer, places] = version
            done += 1
            if version % 31 == 0:
                index.compact()
            if version % 41 == 0:
                index.configure(TEXT_KEYS[version % len(TEXT_KEYS)])
    say(done=done)


def read(home: str, seed: int, until: float) -> None:
    """Ask in every way, once and again until the time comes; each answer must hold what was acknowledged before it."""
    hurry()
    board = Board(Path(home))
    chance = random.Random(seed)
    asked = sequence = 0
    with EmbeddedStore(Path(home), lock_timeout_s=120, limits=LIMITS) as store:
        index = store.open(MAIN.bucket, MAIN.name)
        while not asked or time.time() < until:
            way = chance.choice((_all, _near, _scanned, _gotten, _filtered))
            before = board.acknowledged.copy()
            found, complete = way(index, chance)
            _check(found, complete, before, board.announced.copy())
            assert index.sequence >= sequence
            sequence = index.sequence
            asked += 1
    say(asked=asked)


def _check(found: dict[str, int], complete: bool, before: Versions, after: Versions) -> None:
    """Everything that was acknowledged before is there, and nothing that was not announced by the end."""
    for writer in range(WRITERS):
        newest = 0
        for place in range(KEYS):
            key, least, most = key_of(writer, place), int(before[writer, place]), int(after[writer, place])
            version = found.get(key)
            if version is not None:
                assert least <= version <= most, f"{key} is in version {version}, of {least} to {most}"
                newest = max(newest, version)
            elif complete:
                gone = least == 0 or any(
                    place in touched(writer, version) for version in range(least, most + 1) if is_deletion(version)
                )
                assert gone, f"{key} is not there, and no version of {least} to {most} deletes it"
        if complete and newest:
            one = [found.get(key_of(writer, place)) for place in touched(writer, newest)]
            deleted = any(is_deletion(version) for version in range(newest + 1, int(after[writer].max()) + 1))
            assert set(one) == {newest} or deleted, f"version {newest} is not whole"


def _version(record: Record) -> int:
    version = record.metadata["version"]
    assert isinstance(version, int)
    expected = versioned(record.key, version)
    assert record.metadata == expected.metadata
    assert record.vector.tobytes() == expected.vector.tobytes()
    return version


def _all(index: EmbeddedIndex, chance: random.Random) -> tuple[dict[str, int], bool]:
    hits = index.query(Query(10_000, versioned("query", chance.randrange(99)).vector))
    found: dict[str, Any] = {hit.key: hit.metadata["version"] for hit in hits}
    assert len(found) == len(hits), "a key is there twice"
    return found, True


def _near(index: EmbeddedIndex, chance: random.Random) -> tuple[dict[str, int], bool]:
    hits = index.query(Query(9, versioned("query", chance.randrange(99)).vector))
    found: dict[str, Any] = {hit.key: hit.metadata["version"] for hit in hits}
    return found, False


def _scanned(index: EmbeddedIndex, chance: random.Random) -> tuple[dict[str, int], bool]:
    records = index.scan(None, 10_000)
    found = {record.key: _version(record) for record in records}
    assert len(found) == len(records), "a key is there twice"
    return found, True


def _gotten(index: EmbeddedIndex, chance: random.Random) -> tuple[dict[str, int], bool]:
    keys = [key_of(writer, place) for writer in range(WRITERS) for place in range(KEYS)]
    return {record.key: _version(record) for record in index.get(keys)}, True


def _filtered(index: EmbeddedIndex, chance: random.Random) -> tuple[dict[str, int], bool]:
    group = chance.randrange(7)
    vector = versioned("query", chance.randrange(99)).vector
    hits = index.query(Query(10_000, vector, filter=parse({"group": group})))
    assert {hit.metadata["group"] for hit in hits} <= {group}
    found: dict[str, Any] = {hit.key: hit.metadata["version"] for hit in hits}
    return found, False
