"""What a writer does before it is killed, drawn from a seed, so that both sides of the kill know it without a word."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np

from sensorium.exchange import export, fill, opened
from sensorium.filter import parse
from sensorium.stores.base import IndexSpec, Language, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore
from sensorium.stores.embedded.layout import database_path
from sensorium.stores.embedded.limits import Limits
from sensorium.stores.embedded.verify import Part
from sensorium.stores.memory import MemoryStore
from sensorium.types import Record

DIM = 8
BUCKET = "default"
MAIN = IndexSpec(BUCKET, "index", DIM)
OTHER = IndexSpec(BUCKET, "other", DIM)
KEYS = 700
"""Keys of one writer."""
CHUNK = 500
"""Records that a put stores wholly or not at all."""
LIMITS = Limits(exact_bytes=100 * DIM * 4, gather_bytes=20 * DIM * 4)
"""An inverted index is made of more than a hundred records."""
TEXT_KEYS: list[list[TextKey]] = [[TextKey("text")], [TextKey("text", Language.ENGLISH), TextKey("version")], []]

State = dict[str, int]
"""Every key with the version that it is in; and under the name of the other index, while there is one, its version."""


class Operation(NamedTuple):
    """One call, or a few."""

    kind: str
    writer: str
    keys: tuple[str, ...]
    version: int
    seed: int


@dataclass(frozen=True)
class Action:
    """How often an operation is drawn, what it does, and what it leaves."""

    weight: int
    run: Callable[[EmbeddedStore, EmbeddedIndex, Operation], object]
    stages: Callable[[State, Operation], Iterable[State]] = lambda state, operation: ()
    """The states after each of its commits."""
    sizes: tuple[int, ...] = (0,)
    """How many keys it may be given."""


def versioned(key: str, version: int) -> Record:
    """The record that a key has in a version: all of it follows from the two, so that half a record shows."""
    seed = crc32(f"{key} {version}".encode())
    vector = np.sin(np.arange(1, DIM + 1, dtype=np.float32) * (1 + seed % 9973)).astype(np.float32)
    return Record(key, vector, {"version": version, "group": seed % 7, "text": f"{key} word " * (version % 4)})


def drawn(life: int, writer: str, step: int, kind: str = "") -> Operation:
    """The operation of a step in a writer's life, of a random kind unless one is given."""
    chance = random.Random(f"{life} {writer} {step}")
    if not kind:
        kinds = [kind for kind in ACTIONS if kind not in _ALONE or writer == "a"]
        (kind,) = chance.choices(kinds, [ACTIONS[kind].weight for kind in kinds])
    places = chance.sample(range(KEYS), chance.choice(ACTIONS[kind].sizes))
    keys = tuple(f"{writer}{place:04}" for place in places)
    return Operation(kind, writer, keys, life * 1000 + step, chance.randrange(1 << 30))


def stages(state: State, operation: Operation) -> list[State]:
    """What may be there while an operation is under way: the first is before it, the last is after it."""
    return [state, *ACTIONS[operation.kind].stages(state, operation)]


def run(store: EmbeddedStore, index: EmbeddedIndex, operation: Operation) -> None:
    """Do it."""
    ACTIONS[operation.kind].run(store, index, operation)


def _put(store: EmbeddedStore, index: EmbeddedIndex, operation: Operation) -> None:
    assert index.put(versioned(key, operation.version) for key in operation.keys) == len(operation.keys)


def _overwrite(store: EmbeddedStore, index: EmbeddedIndex, operation: Operation) -> None:
    """Put the same twice, and so many that the index compacts itself."""
    _put(store, index, operation)
    _put(store, index, operation)


def _putting(state: State, operation: Operation) -> Iterator[State]:
    for start in range(0, len(operation.keys), CHUNK):
        state = state | dict.fromkeys(operation.keys[start : start + CHUNK], operation.version)
        yield state


def _deleting(state: State, operation: Operation) -> Iterator[State]:
    yield {key: version for key, version in state.items() if key not in set(operation.keys)}


def _configure(store: EmbeddedStore, index: EmbeddedIndex, operation: Operation) -> None:
    index.configure(random.Random(operation.seed).choice(TEXT_KEYS))


def _create(store: EmbeddedStore, index: EmbeddedIndex, operation: Operation) -> None:
    """Make the other index anew, with three records."""
    if OTHER.name in {spec.name for spec in store.indexes(BUCKET)}:
        store.drop(BUCKET, OTHER.name)
    store.create(OTHER).put(versioned(f"o{place}", operation.version) for place in range(3))


def _creating(state: State, operation: Operation) -> Iterator[State]:
    yield {key: version for key, version in state.items() if key != OTHER.name}
    yield state | {OTHER.name: 0}
    yield state | {OTHER.name: operation.version}


def _filter(store: EmbeddedStore, index: EmbeddedIndex, operation: Operation) -> None:
    """Ask with a filter, which may write files of columns."""
    groups = parse({"group": operation.seed % 7})
    hits = index.query(Query(10_000, versioned("query", operation.version).vector, filter=groups))
    assert {hit.metadata["group"] for hit in hits} <= {operation.seed % 7}


def _import(store: EmbeddedStore, index: EmbeddedIndex, operation: Operation) -> None:
    """Write a file of the records by means of another store, then bring them into the index."""
    memory = MemoryStore()
    memory.create_bucket(BUCKET)
    source = memory.create(MAIN)
    source.put(versioned(key, operation.version) for key in operation.keys)
    path = index._opened.path.parents[3] / f"{operation.writer}{('.parquet', '.jsonl')[operation.seed % 2]}"
    export(source, path, replace=True)
    with closing(opened(path)) as content:
        filled = fill(index, content, fresh=False)
    assert filled.stored + filled.unchanged == len(operation.keys)


def _importing(state: State, operation: Operation) -> Iterator[State]:
    return _putting(state, operation._replace(keys=tuple(sorted(operation.keys))))


def _back_up(store: EmbeddedStore, index: EmbeddedIndex, operation: Operation) -> None:
    folder = index._opened.path.parents[3] / f"backup-{operation.writer}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    held = index.backup(folder)
    with closing(EmbeddedIndex(BUCKET, MAIN.name, database_path(folder))) as copy:
        assert copy.verify().damages == ()
        assert copy.count() == held


ACTIONS: dict[str, Action] = {
    "put": Action(40, _put, _putting, (1, 1, 3, 60, 60, 620)),
    "overwrite": Action(6, _overwrite, _putting, (450,)),
    "delete": Action(15, lambda _, index, operation: index.delete(operation.keys), _deleting, (1, 3, 60, 400)),
    "compact": Action(12, lambda _, index, __: index.compact()),
    "configure": Action(8, _configure),
    "optimise": Action(8, lambda _, index, __: index.optimise()),
    "rebuild_texts": Action(5, lambda _, index, __: index.rebuild_texts()),
    "filter": Action(8, _filter),
    "rebuild_keys": Action(3, lambda _, index, __: index.rebuild(Part.KEYS)),
    "import": Action(10, _import, _importing, (3, 60, 620)),
    "back_up": Action(4, _back_up),
    "create": Action(6, _create, _creating),
}
_ALONE = frozenset({"create"})
"""Of these one writer is enough: there is one other index."""
