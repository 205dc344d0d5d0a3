"""Two writers and two readers at one index, each killed and started again: every reader sees what was acknowledged."""

from __future__ import annotations

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


class Hammering:
    """One process after another of the same kind, each killed after a while; how often, and why it failed."""

    def __init__(self, lives: Lives, home: Path, mode: str, until: float, **what: int) -> None:
        self._lives = lives
        self.kills = self.ends = 0
        self.failed = ""
        self._chance = random.Random(f"{mode} {what}")
        self._what: dict[str, Any] = {"mode": mode, "home": str(home), "until": until, **what}
        self._thread = threading.Thread(target=self._run, args=(until,))
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _run(self, until: float) -> None:
        while not self.failed and time.time() < until:
            kill_after_s = self._chance.uniform(0.1, 2)
            last = until - time.time() < 2.5  # which ends by itself
            for line in self._lives.any(kill_after_s=None if last else kill_after_s, **self._what):
                self.failed += line.get("failed", "")
                self.kills += line.get("ended") == -signal.SIGKILL
                self.ends += line.get("ended") == 0


@pytest.mark.parametrize("seconds", [6, pytest.param(180, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
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
        assert sum(one.kills for one in hammering) > 0
        assert board.acknowledged.max(axis=1).min() > 0
        report = index.verify()
        assert report.damages == ()
        assert report.records == index.count()
