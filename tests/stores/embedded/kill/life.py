"""One life of a writer: open what the last one left, check all of it, go on until killed."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.stores.embedded.kill.aims import Aim, Aimed
from tests.stores.embedded.kill.operations import BUCKET, LIMITS, MAIN, OTHER, State, drawn, run, versioned

from sensorium.filter import parse
from sensorium.stores.base import Query
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, compaction, keptcolumns, textbuild, upkeep, writes
from sensorium.stores.embedded.plan import Way
from sensorium.stores.memory import MemoryStore
from sensorium.types import Hit, Record

WAIT = "wait"
"""The kind of a step at which a life waits to be killed."""


def say(**what: object) -> None:
    """One line to the parent, in one write; on a line of its own also after a longer one that a kill cut."""
    os.write(1, ("\n" + json.dumps(what) + "\n").encode())


@contextmanager
def telling() -> Iterator[None]:
    """Tell the parent whatever goes wrong, in any thread, and end the process then."""
    fine = False
    try:
        yield
        fine = True
    finally:
        if not fine:
            say(failed=traceback.format_exc())
            os._exit(1)


def live(
    home: str, life: int, writers: str, steps: int, aim: list[Any] | None, early: bool, kinds: list[str] | None
) -> None:
    """All of it. ``early``: the aim counts from the opening on, not from the first operation.

    ``kinds``: do operations of these kinds, check nothing before them; None: check, then do random ones.
    """
    hurry()
    aimed = Aimed()
    if early:
        aimed.at(Aim(*aim) if aim else None)
    with EmbeddedStore(Path(home), lock_timeout_s=120, limits=LIMITS) as store:
        index = store.open(MAIN.bucket, MAIN.name)
        if kinds is None:
            say(**checked(store, index, random.Random(life)))
        if not early:
            aimed.at(Aim(*aim) if aim else None)
        wanted = [""] * steps if kinds is None else kinds
        work = [threading.Thread(target=_work, args=(store, index, life, writer, wanted)) for writer in writers[1:]]
        for thread in work:
            thread.start()
        _work(store, index, life, writers[0], wanted)
        for thread in work:
            thread.join()
    say(finished=True)


def hurry() -> None:
    """Let happen soon and with few records what else happens with many.

    That is compaction by itself, texts in turns, files of columns, inverted indexes, and vectors written in a thread.
    """
    compaction.LEAST_DEATHS = 200
    textbuild.AT_ONCE = 150
    keptcolumns.SAVED_ROWS = 100
    writes._APART_BYTES = 1000
    upkeep._QUIET_S, upkeep._PATIENCE_S, upkeep._AGAIN_S = 0.03, 0.2, 0.01


def _work(store: EmbeddedStore, index: EmbeddedIndex, life: int, writer: str, kinds: list[str]) -> None:
    with telling():
        for step, kind in enumerate(kinds):
            if kind == WAIT:
                say(waiting=True)
                signal.pause()
            say(begin=step, writer=writer, kind=kind)
            run(store, index, drawn(life, writer, step, kind))
            say(done=step, writer=writer, sequence=index.sequence, **written(index))


def written(index: EmbeddedIndex) -> dict[str, int]:
    """How long the write-ahead log of an open index is, and the generation of its slots."""
    path = index._opened.path
    with index._opened.reading() as moment:
        return {
            "log_bytes": path.with_name(f"{path.name}-wal").stat().st_size,
            "generation": moment.snapshot.generation,
        }


def checked(store: EmbeddedStore, index: EmbeddedIndex, chance: random.Random, building: bool = True) -> dict[str, Any]:
    """What is there, each record proved to be whole and to be found by whatever should find it.

    ``building``: texts may have to be indexed first, which needs room; else they are asked only where they need not.
    """
    report = index.verify()
    records = _scanned(index)
    state = _state(records)
    assert index.count() == len(records)
    asked = chance.sample(sorted(state), min(20, len(state)))
    assert [record.key for record in index.get(["absent", *asked])] == asked
    _check_queries(index, records, chance, building)
    damages = [*report.damages, *index.verify().damages]  # once more: what was not yet indexed is now
    if OTHER.name in {spec.name for spec in store.indexes(BUCKET)}:
        other = store.open(BUCKET, OTHER.name)
        versions = set(_state(_scanned(other)).values())
        assert (len(versions), other.count()) in ((0, 0), (1, 3))
        state[OTHER.name] = max(versions, default=0)
        damages += other.verify().damages
    return {
        "state": state,
        "damages": list(map(str, damages)),
        "records": report.records,
        "sequence": index.sequence,
    }


def _scanned(index: EmbeddedIndex) -> list[Record]:
    records: list[Record] = []
    while page := index.scan(records[-1].key if records else None, 1000):
        records += page
    return records


def _state(records: list[Record]) -> State:
    state: State = {}
    for record in records:
        version = record.metadata["version"]
        assert isinstance(version, int)
        expected = versioned(record.key, version)
        assert record.vector.tobytes() == expected.vector.tobytes(), record.key
        assert record.metadata == expected.metadata, record.key
        assert record.key not in state, f"{record.key} is there twice"
        state[record.key] = version
    return state


def _check_queries(index: EmbeddedIndex, records: list[Record], chance: random.Random, building: bool) -> None:
    """Every kind of query gives what the reference store gives for the same records."""
    reference = MemoryStore()
    reference.create_bucket(BUCKET)
    twin = reference.create(MAIN)
    twin.put(records)
    twin.configure(index.spec.text_keys)
    vector = versioned("query", chance.randrange(1000)).vector
    group = parse({"group": {"$in": [chance.randrange(7), chance.randrange(7)]}})
    word = chance.choice(records).key if records else "word"
    queries = [Query(10_000, vector), Query(7, vector, filter=group)]
    if any(text.key == "text" for text in index.spec.text_keys) and (building or not index.unsearchable()):
        queries += [
            Query(10_000, texts=(("text", "word"),)),
            Query(5, texts=(("text", word),)),
            Query(20, vector, texts=(("text", f"{word} word"),), filter=group),
        ]
    for query in queries:
        (found, how), expected = index.explain(query), twin.query(query)
        if how.steps is None or how.steps.way is not Way.LISTS:
            assert list(map(_shown, found)) == list(map(_shown, expected)), query
            continue
        assert len(found) == len(expected)
        there = {hit.key: hit.metadata for hit in twin.query(replace(query, k=10_000))}
        assert all(hit.metadata == there[hit.key] for hit in found), query
        common = {hit.key for hit in found} & {hit.key for hit in expected}
        assert len(common) >= len(expected) // 2, query  # what the lists propose is nearly always all


def _shown(hit: Hit) -> tuple[object, ...]:
    return hit.key, hit.distance, hit.metadata
