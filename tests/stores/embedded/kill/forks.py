"""A process that forks while its index has inverted lists, or makes some: both sides go on with it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.stores.embedded.kill.life import hurry, say, telling
from tests.stores.embedded.kill.operations import LIMITS, MAIN, versioned

from sensorium.stores.base import Query
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore

_HANGS_S = 100
_NEAR = Query(5, versioned("query", 1).vector)


def fork(home: str) -> None:
    """Fork once after lists were made, and then while a thread makes some; an AssertionError where a child hangs."""
    hurry()
    os.cpu_count = lambda: 8  # so that several threads make them
    with EmbeddedStore(Path(home), lock_timeout_s=120, limits=LIMITS) as store:
        index = store.open(MAIN.bucket, MAIN.name)
        index.put(versioned(f"a{place:04}", 1) for place in range(400))
        assert index.optimise()
        forks = 6
        for number in range(forks):
            index.put(versioned(f"b{number}{place:03}", 1) for place in range(200))
            child = os.fork()
            if child == 0:
                signal.alarm(_HANGS_S)
                with telling():
                    _use(index, number)
                os._exit(0)
            index.query(_NEAR)
            assert os.waitpid(child, 0)[1] == 0, f"fork {number} did not go on"
        index.optimise()
        assert index.count() == 400 + forks * 201
        say(damages=list(map(str, index.verify().damages)))


def _use(index: EmbeddedIndex, number: int) -> None:
    index.query(_NEAR)
    index.put([versioned(f"c{number}", 1)])
    index.optimise()
    assert len(index.query(_NEAR)) == 5
    assert len(index.get([f"c{number}"])) == 1
