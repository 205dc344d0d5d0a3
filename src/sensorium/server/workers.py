"""The one place where the server crosses to threads: a bounded pool for each service.

Pools are apart so that a queue of embeddings, which take long, keeps no vector query waiting.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sensorium.server.dialect import Dialect
from sensorium.wire.fault import AwsFault

T = TypeVar("T")


class Workers:
    """Runs calls in threads. Belongs to one event loop."""

    def __init__(self, threads: int, queue: int) -> None:
        self._threads, self._most = threads, threads + queue
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._waiting: dict[str, int] = {}
        self._running = 0
        self._changed = threading.Condition()

    async def run(self, dialect: Dialect, work: Callable[[], T]) -> T:
        """The result of the work. Raises AwsFault (429), which clients repeat, where too many calls wait already."""
        name = dialect.service
        waiting = self._waiting.get(name, 0)
        if waiting >= self._most:
            raise AwsFault(dialect.busy, "Please reduce your request rate.")
        self._waiting[name] = waiting + 1
        future = asyncio.get_running_loop().run_in_executor(self._pool(name), self._counted, work)
        # Counted until it is over, also where the client has gone and nobody waits for the result.
        future.add_done_callback(lambda _: self._leave(name))
        return await future

    def close(self, seconds: float) -> bool:
        """Give up calls that wait, and wait for those under way; False where they take longer than that."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, seconds)

    def _counted(self, work: Callable[[], T]) -> T:
        with self._changed:
            self._running += 1
        try:
            return work()
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _leave(self, name: str) -> None:
        self._waiting[name] -= 1

    def _pool(self, name: str) -> ThreadPoolExecutor:
        if name not in self._pools:
            self._pools[name] = ThreadPoolExecutor(self._threads, thread_name_prefix=f"sensorium-{name}")
        return self._pools[name]
