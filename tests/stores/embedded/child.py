"""What the tests run in processes of their own: ``child.py MODE HOME …``. Talks to its parent in lines of JSON."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from zlib import crc32

import numpy as np

from sensorium.errors import SensoriumError
from sensorium.filter import parse
from sensorium.stores.base import Query
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore
from sensorium.types import Record

DIM = 8


def say(**what: object) -> None:
    """One line to the parent, in one write, so that a kill leaves it whole or away."""
    os.write(1, (json.dumps(what) + "\n").encode())


def versioned(key: str, version: int) -> Record:
    """The record that a key has in a version: all of it follows from the two, so that half a record shows."""
    vector = np.random.default_rng(crc32(f"{key} {version}".encode())).standard_normal(DIM, dtype=np.float32)
    return Record(key, vector, {"version": version, "text": f"{key} " * (version % 40)})


def state(index: EmbeddedIndex) -> dict[str, int]:
    """Every key and its version, each record checked to be whole."""
    found: dict[str, int] = {}
    after = None
    while records := index.scan(after, 1000):
        for record in records:
            version = record.metadata["version"]
            assert isinstance(version, int)
            expected = versioned(record.key, version)
            assert (record.vector == expected.vector).all(), record.key
            assert record.metadata == expected.metadata, record.key
            found[record.key] = version
        after = records[-1].key
    return found


def write(index: EmbeddedIndex, prefix: str, batches: int, size: int) -> None:
    """Put batches of records that are tagged alike, every other one alone with one delete after it."""
    for batch in range(batches):
        rows = np.random.default_rng(batch).standard_normal((size, DIM), dtype=np.float32)
        index.put(Record(f"{prefix}-{batch}-{i}", rows[i], {"batch": f"{prefix}-{batch}"}) for i in range(size))
        index.put([Record(f"{prefix}-gone-{batch}", rows[0], {"batch": "gone"})])
        index.delete([f"{prefix}-gone-{batch}"])
    say(done=True)


def read(index: EmbeddedIndex, size: int, seconds: float) -> None:
    """Ask again and again; every batch must be there whole or not at all, and nothing may vanish."""
    end = time.monotonic() + seconds
    most = 0
    asked = 0
    while time.monotonic() < end:
        hits = index.query(Query(10_000, np.ones(DIM, np.float32), filter=parse({"batch": {"$ne": "gone"}})))
        batches: dict[str, int] = {}
        for hit in hits:
            tag = str(hit.metadata["batch"])
            batches[tag] = batches.get(tag, 0) + 1
        assert set(batches.values()) <= {size}, batches
        assert len(hits) >= most
        most = len(hits)
        asked += 1
    say(asked=asked, most=most)


def fill(index: EmbeddedIndex, most_bytes: int) -> None:
    """Put until no file may grow any more, then allow it again and go on."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))
    stored = 0
    try:
        while True:
            stored += index.put(versioned(f"key-{i}", 1) for i in range(stored, stored + 100))
    except SensoriumError as error:
        say(code=error.code, message=error.message, stored=stored, kind=type(error).__name__)
    say(count=index.count(), state=len(state(index)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    index.put(versioned(f"key-{i}", 2) for i in range(stored, stored + 100))
    say(count=index.count(), damages=list(map(str, index.verify().damages)))


def fork(index: EmbeddedIndex) -> None:
    """Use an index before a fork, and on both sides of it."""
    index.put([versioned("before", 1)])
    child = os.fork()
    if child == 0:
        index.put([versioned("child", 1)])
        os._exit(0 if set(state(index)) >= {"before", "child"} else 1)
    index.put([versioned("parent", 1)])
    _, status = os.waitpid(child, 0)
    say(status=status, keys=sorted(state(index)), damages=list(map(str, index.verify().damages)))


def main(mode: str, home: str, *rest: str) -> None:
    with EmbeddedStore(Path(home), lock_timeout_s=60) as store:
        index = store.open("default", "index")
        match mode:
            case "write":
                write(index, rest[0], int(rest[1]), int(rest[2]))
            case "read":
                read(index, int(rest[0]), float(rest[1]))
            case "fill":
                fill(index, int(rest[0]))
            case "fork":
                fork(index)
            case "hold":
                with index._opened.writing():
                    say(held=True)
                    sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])
