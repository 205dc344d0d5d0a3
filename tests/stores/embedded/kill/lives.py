"""The parent's side: start lives in the fork server, kill them, and keep the account."""

from __future__ import annotations

import fcntl
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.stores.embedded.kill.aims import KILLED, Aim, drawn_aim
from tests.stores.embedded.kill.ledger import Ledger
from tests.stores.embedded.kill.operations import BUCKET, MAIN

from sensorium.stores.embedded import EmbeddedStore

_STEPS = 40
"""Operations after which a life ends by itself, its aim unmet."""
_PIPE_BYTES = 1 << 20


class Lives:
    """Lives one after another, in a fork server of their own."""

    def __init__(self) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._server = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.stores.embedded.kill.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=Path(__file__).parents[4],
            process_group=0,
        )
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._to, self._from = self._server.stdin, self._server.stdout
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            fcntl.fcntl(self._from.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)  # nobody waits for a reader that sleeps

    def __enter__(self) -> Lives:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.killpg(self._server.pid, signal.SIGKILL)  # with the life that it may have
        self._server.communicate()

    def ready(self) -> None:
        """Wait until the server has imported everything."""
        while "ready" not in _read(self._from.readline()):
            pass

    def live(
        self,
        home: Path,
        life: int,
        *,
        writers: str = "a",
        steps: int = 0,
        aim: Aim | None = None,
        early: bool = False,
        kinds: list[str] | None = None,
        kill_at: tuple[str, float] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """What one life says, its end last; ``kill_at``: SIGKILL so many seconds after it has said such a line.

        The rest is as :func:`~tests.stores.embedded.kill.life.live` explains it.
        """
        what = {"home": str(home), "life": life, "writers": writers, "steps": steps, "aim": aim, "early": early}
        pid = 0
        for line in self.any("live", kinds=kinds, **what):
            pid = line.get("born", pid)
            if kill_at is not None and kill_at[0] in line:
                time.sleep(kill_at[1])
                os.kill(pid, signal.SIGKILL)
            yield line

    def any(self, mode: str, kill_after_s: float | None = None, **what: Any) -> Iterator[dict[str, Any]]:
        """What a life of a mode says, its end last; ``kill_after_s``: SIGKILL so many seconds after it began."""
        self._to.write(json.dumps({"mode": mode, "kill_after_s": kill_after_s, **what}) + "\n")
        self._to.flush()
        while True:
            line = _read(self._from.readline())
            yield line
            if "ended" in line:
                return


def _read(line: str) -> dict[str, Any]:
    """What a line says; nothing where a kill cut it, or between lines."""
    assert line, "the fork server has ended"
    try:
        read: dict[str, Any] = json.loads(line)
    except json.JSONDecodeError:
        return {}
    return read


def crash(home: Path, kills: int, seed: int, writers: str, watched: bool = False) -> Counter[str]:
    """Kill writers of one new index until so many were; how they ended, and how many changes were acknowledged.

    ``watched``: this process has the index open all along, so that no killed writer is the last one, and the next
    does not recover the write-ahead log. AssertionError where anything was lost, twice, half or otherwise wrong.
    """
    with EmbeddedStore(home) as store:
        store.create_bucket(BUCKET)
        index = store.create(MAIN)
        if watched:
            ends = _crash(home, kills, seed, writers)
            assert index.verify().damages == ()
            return ends
    return _crash(home, kills, seed, writers)


def _crash(home: Path, kills: int, seed: int, writers: str) -> Counter[str]:
    chance = random.Random(seed)
    ledger = Ledger(writers)
    ends: Counter[str] = Counter()
    with Lives() as lives:
        life = 0
        while ends["killed"] < kills:
            life += 1
            ends[_lived(lives, ledger, home, life, writers, chance)] += 1
        for line in lives.live(home, life + 1, writers=writers):
            assert "failed" not in line, line["failed"]
            ledger.told(life + 1, line)
    ends["acknowledged"] = ledger.acknowledged
    return ends


def _lived(lives: Lives, ledger: Ledger, home: Path, life: int, writers: str, chance: random.Random) -> str:
    kill_at: tuple[str, float] | None = None
    aim: Aim | None = None
    if chance.random() < 0.5:
        kill_at = chance.choice((("born", 0.3), ("state", 0.3), ("state", 0.3), ("state", 0.02)))
        kill_at = kill_at[0], kill_at[1] * chance.random()
    else:
        aim = drawn_aim(chance)
    early = chance.random() < 0.2
    ways = f"life {life}, killed by {kill_at or aim}{', from its opening on' if early else ''}"
    ended = 0
    steps = 10_000 if kill_at else _STEPS
    for line in lives.live(home, life, writers=writers, steps=steps, aim=aim, early=early, kill_at=kill_at):
        assert "failed" not in line, f"{ways}: {line['failed']}"
        try:
            ledger.told(life, line)
        except AssertionError as error:
            raise AssertionError(f"{ways}: {error}") from error
        ended = line.get("ended", ended)
    if ended == 0:
        return "finished"
    assert -ended in KILLED, f"{ways}: ended by {ended}"
    return "killed"
