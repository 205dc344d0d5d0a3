"""Two writers and two readers at one index, each killed and started again: every reader sees what was acknowledged."""

from __future__ import annotations

import math
import random
import signal
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.stores.embedded.kill.hammer import WRITERS, Board
from tests.stores.embedded.kill.lives import Lives
from tests.stores.embedded.kill.operations import BUCKET, MAIN

from sensorium.stores.embedded import EmbeddedStore

_READERS = 2
_LAST_S = 2.5


class Hammering:
    """One process after another of the same kind; how many were killed and ended by themselves, and why one failed.

    On a machine of any speed at least one is killed, and the last one ends by itself.
    """

    def __init__(self, lives: Lives, home: Path, mode: str, until: float, **what: int) -> None:
        self._lives = lives
        self.kills = self.ends = 0
        self.failed = ""
        self._chance = random.Random(f"{mode} {what}")
        self._what: dict[str, Any] = {"mode": mode, "home": str(home), **what}
        self._thread = threading.Thread(target=self._run, args=(until,))
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _run(self, until: float) -> None:
        while not self.failed:
            self._live(math.inf, self._chance.uniform(0.1, 2))
            if time.time() > until - _LAST_S:
                self._live(until, None)
                break

    def _live(self, until: float, kill_after_s: float | None) -> None:
        for line in self._lives.any(kill_after_s=kill_after_s, until=until, **self._what):
            self.failed += line.get("failed", "")
            self.kills += line.get("ended") == -signal.SIGKILL
            self.ends += line.get("ended") == 0


@pytest.mark.parametrize("seconds", [6, pytest.param(180, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_a_reader_sees_what_was_acknowledged_whoever_is_killed(home: Path, seconds: float) -> None:
    with EmbeddedStore(home) as store, ExitStack() as servers:
        store.create_bucket(BUCKET)
        index = store.create(MAIN)
        board = Board(home)
        lives = [servers.enter_context(Lives()) for _ in range(WRITERS + _READERS)]
        for server in lives:
            server.ready()
        until = time.time() + seconds
        hammering = [Hammering(lives.pop(), home, "write", until, writer=writer) for writer in range(WRITERS)]
        hammering += [Hammering(lives.pop(), home, "read", until, seed=seed) for seed in range(_READERS)]
        for one in hammering:
            one.join()
        assert [one.failed for one in hammering] == [""] * len(hammering)
        assert [one.ends for one in hammering] == [1] * len(hammering)
        assert min(one.kills for one in hammering) > 0
        assert board.acknowledged.max(axis=1).min() > 0
        report = index.verify()
        assert report.damages == ()
        assert report.records == index.count()
