"""One store in a process of its own: what the benchmark asks of it there, measured there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.data import Ids
from benchmarks.stores import memory
from benchmarks.stores.corpus import Corpus
from benchmarks.stores.peer import Effort, Peer
from benchmarks.stores.peers import BY_NAME

BLOCK = 10_000
"""Records handed over in one call; a store that takes fewer at once cuts them itself."""
WARM_UP, WARM_UP_S = 20, 0.1
"""The first queries after a pause take half as long again as those after them (measured: the processor wakes, and its
caches are filled): the first so many, which measure nothing, go before each block, or as many as take so long."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Queries by their numbers, all of one kind."""

    filter: str
    k: int
    numbers: list[int]
    effort: Effort


class Worker:
    """Its methods are called over a pipe and answer with what JSON can hold."""

    def __init__(self, name: str, corpus: Corpus, folder: Path) -> None:
        self._corpus = corpus
        self._folder = folder
        self._held = np.arange(corpus.rows)
        """Which row of the corpus lies under each key."""
        self._before = memory.private_bytes([os.getpid()])
        self._open = False
        self._peer: Peer = BY_NAME[name].make(folder, corpus.dim, corpus.rows)

    def ingest(self) -> dict[str, float]:
        """Fill a store that is not there yet, see :meth:`add`."""
        self.create()
        return total(self.add(start) for start in range(0, self._corpus.rows, BLOCK))

    def create(self) -> None:
        self._peer.create()
        self._open = True

    def efforts(self) -> list[Effort]:
        return list(self._peer.efforts)

    def add(self, start: int, count: int = BLOCK) -> dict[str, float]:
        """Seconds and processor seconds, and seconds to flush where the store does not."""
        numbers = np.arange(start, min(start + count, self._corpus.rows))
        vectors = np.array(self._corpus.vectors[numbers[0] : numbers[-1] + 1])
        keys, metadata = self._corpus.keys(numbers.tolist()), self._corpus.metadata(numbers)
        taken = self._timed(lambda: self._peer.add(keys, vectors, metadata))
        return taken | {"flush_s": _seconds(self._peer.flush)}

    def build(self) -> dict[str, float]:
        return self._timed(self._peer.build)

    def settle(self) -> None:
        self._peer.settle()

    def open(self) -> dict[str, float]:
        """Seconds to open and to answer the first query, with nothing of the store's files in memory."""
        memory.forget(self._folder)
        taken = _seconds(self._peer.open)
        self._open = True
        return {"open_s": taken, "first_s": _seconds(lambda: self._ask("", 10, 0))}

    def warm(self, count: int, effort: Effort) -> None:
        """Read its files, and ask for the neighbours of so many of its own vectors, drawn at random."""
        self.remember()
        self._peer.tune(effort)
        for place in np.random.default_rng(3).choice(self._corpus.rows, min(count, self._corpus.rows), replace=False):
            self._peer.query(np.array(self._corpus.vectors[place]), 10, None)

    def remember(self) -> None:
        """Bring its files into the page cache: some machines drop from it within a minute what is seldom used."""
        memory.remember(self._folder)

    def ask(self, asked: Asked) -> dict[str, Any]:
        """The milliseconds of each query, and recall."""
        self._peer.tune(asked.effort)
        started = time.perf_counter()
        for number in range(WARM_UP):
            self._ask(asked.filter, asked.k, number)
            if time.perf_counter() - started > WARM_UP_S:
                break
        wheres = [self._corpus.where(asked.filter, number) for number in asked.numbers]
        vectors = [self._corpus.queries[number] for number in asked.numbers]
        taken, found = [], []
        for vector, where in zip(vectors, wheres, strict=True):
            started = time.perf_counter()
            keys = self._peer.query(vector, asked.k, where)
            taken.append((time.perf_counter() - started) * 1e3)
            found.append(keys)
        return {"ms": taken, "recall": self._corpus.found(asked.filter, asked.numbers, self._rows(found), asked.k)}

    def threads(self, count: int, seconds: float, effort: Effort) -> float:
        """Queries a second of so many threads together."""
        self._peer.tune(effort)
        done = [0] * count
        ready = threading.Barrier(count + 1)
        ends = threading.Event()

        def work(place: int) -> None:
            number = place
            self._ask("", 10, number)
            ready.wait()
            while not done[place] or not ends.is_set():
                self._ask("", 10, number % len(self._corpus.queries))
                number += 7
                done[place] += 1

        workers = [threading.Thread(target=work, args=(place,)) for place in range(count)]
        for one in workers:
            one.start()
        ready.wait()
        started = time.perf_counter()
        time.sleep(seconds)
        ends.set()
        for one in workers:
            one.join()
        return sum(done) / (time.perf_counter() - started)

    def puts(self, numbers: list[int]) -> list[float]:
        """Milliseconds of each put of one record, which is there already and stays what it is."""
        taken = []
        for number in numbers:
            place = np.array([number])
            keys, metadata = self._corpus.keys([number]), self._corpus.metadata(place)
            vectors = np.array(self._corpus.vectors[place])
            taken.append(_seconds(lambda: self._peer.put(keys, vectors, metadata)) * 1e3)  # noqa: B023
        return taken

    def size(self) -> dict[str, int]:
        """Bytes on disk, and bytes of memory that no file backs: of all its processes, and before it was opened."""
        processes = [os.getpid(), *self._peer.processes()]
        private = memory.private_bytes(processes)
        return {"disk": memory.disk_bytes(self._folder), "private": private, "before": self._before}

    def close(self) -> None:
        """Let go of the store; fine where it is not open."""
        if self._open:
            self._open = False
            self._peer.close()

    def churn(self, round: int, share: float) -> dict[str, float]:
        """Let a share of the keys, chosen at random, exchange their vectors: as many puts, and the same vectors.

        So what is near to a query stays what it was, under other keys.
        """
        rng = np.random.default_rng([1, round])
        places = np.sort(rng.choice(self._corpus.rows, int(share * self._corpus.rows), replace=False))
        self._held[places] = self._held[rng.permutation(places)]
        return total(self._replace(places[start : start + BLOCK]) for start in range(0, len(places), BLOCK))

    def while_building(self, asked: Asked) -> dict[str, Any]:
        """The milliseconds of queries that go on while the index is made anew, and how long that took."""
        self._peer.tune(asked.effort)
        taken: list[float] = []
        with ThreadPoolExecutor(1) as pool:
            building = pool.submit(lambda: _seconds(self._peer.renew))
            while not taken or not building.done():
                number = asked.numbers[len(taken) % len(asked.numbers)]
                taken.append(_seconds(lambda: self._ask(asked.filter, asked.k, number)) * 1e3)  # noqa: B023
        return {"ms": taken, "build_s": building.result()}

    def _replace(self, places: Ids) -> dict[str, float]:
        keys, metadata = self._corpus.keys(places.tolist()), self._corpus.metadata(places)
        vectors = self._corpus.vectors[self._held[places]]
        return self._timed(lambda: self._peer.put(keys, vectors, metadata))

    def _rows(self, found: list[list[str]]) -> list[Ids]:
        """The rows of the corpus that lie under these keys."""
        return [self._held[[int(key[4:]) for key in keys]] for keys in found]

    def _ask(self, filter: str, k: int, number: int) -> list[str]:
        return self._peer.query(self._corpus.queries[number], k, self._corpus.where(filter, number))

    def _timed(self, call: Callable[[], object]) -> dict[str, float]:
        busy = self._busy_s()
        taken = _seconds(call)
        return {"seconds": taken, "busy_s": self._busy_s() - busy}

    def _busy_s(self) -> float:
        """Processor seconds of all its processes so far."""
        total = time.process_time()
        for process in self._peer.processes():
            with suppress(psutil.NoSuchProcess):  # a backend that has ended since
                times = psutil.Process(process).cpu_times()
                total += times.user + times.system
        return total


def total(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The sum of each figure."""
    sums: dict[str, float] = {}
    for part in parts:
        for name, amount in part.items():
            sums[name] = sums.get(name, 0.0) + amount
    return sums


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def serve(pipe: Connection, name: str, corpus: Corpus, folder: Path) -> None:
    """Answer calls until the other end hangs up."""
    worker = Worker(name, corpus, folder)
    try:
        with suppress(EOFError, BrokenPipeError):
            while True:
                method, arguments = pipe.recv()
                pipe.send(getattr(worker, method)(**arguments))
    finally:
        worker.close()  # a server of its own would go on
