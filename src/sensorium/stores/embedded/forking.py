"""SQLite does not survive a fork with a file open: the child would count the parent's locks as its own.

So connections come from pools that are emptied before the process forks and filled again, as needed, after it.
Connections in use are waited for; where that takes too long, the child finds its pool torn and says so instead of
risking the file.
"""

from __future__ import annotations

import logging  # noqa: F401  # it takes its lock before a fork; who is first imported is last asked, after we waited
import os
import sqlite3
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sensorium.errors import Invalid

_PATIENCE_S = 5.0
"""How long a fork waits for the connections that are in use."""
_IDLE = 8
"""Connections that a pool keeps open for the next reader."""


class Renewed(ABC):
    """What threads share, and a forked child begins anew with: none of the parent's other threads is there."""

    def __init__(self) -> None:
        self.renew()
        with _REGISTRY:
            _RENEWED.add(self)

    @abstractmethod
    def renew(self) -> None:
        """Be as at first."""


class Turn(Renewed):
    """A lock that a forked child finds free, whichever thread of the parent held it."""

    @contextmanager
    def taken(self, timeout_s: float = -1) -> Iterator[bool]:
        """Hold the lock for the block; yields False, and holds nothing, where its turn did not come in time."""
        lock = self._lock
        taken = lock.acquire(timeout=timeout_s)
        try:
            yield taken
        finally:
            if taken:
                lock.release()

    def renew(self) -> None:
        self._lock = threading.Lock()


class Pool:
    """Connections to one file, lent to one thread at a time."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._changed = threading.Condition(threading.Lock())
        self._idle: list[sqlite3.Connection] = []
        self._lent = 0
        self._closed = False
        self._torn = False
        with _REGISTRY:
            _POOLS.add(self)

    @contextmanager
    def lent(self) -> Iterator[sqlite3.Connection]:
        """A connection for the block; Invalid when the pool is closed.

        Closed after it where the block left a transaction open. Otherwise a block that failed gives it back: on a full
        disk there may be no room to open another, and whoever closes the last one gives up the log that it reads from.
        """
        with self._changed:
            if self._closed:
                raise Invalid("The store is closed; open it again", code="closed")
            if self._torn:
                raise Invalid("The process was forked while the store was in use; open it in the child", code="forked")
            self._lent += 1
            connection = self._idle.pop() if self._idle else None
        try:
            if connection is None:
                connection = self._connect()
            yield connection
        finally:
            with self._changed:
                self._lent -= 1
                fine = connection is not None and not connection.in_transaction
                keep = fine and not self._closed and len(self._idle) < _IDLE
                if keep and connection is not None:
                    self._idle.append(connection)
                self._changed.notify_all()
            if not keep and connection is not None:
                connection.close()

    def close(self) -> None:
        """Close what is idle now, and what is lent when it comes back."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def hold(self) -> None:
        """Before a fork: wait until nothing is lent, close what is idle, and let nobody in."""
        self._changed.acquire()
        self._torn = not self._changed.wait_for(lambda: self._lent == 0, _PATIENCE_S)
        while self._idle:
            self._idle.pop().close()

    def release(self, child: bool) -> None:
        """After the fork. Torn is the child's pool alone."""
        self._torn = self._torn and child
        self._changed.release()


_REGISTRY = threading.Lock()
_RENEWED: weakref.WeakSet[Renewed] = weakref.WeakSet()
_POOLS: weakref.WeakSet[Pool] = weakref.WeakSet()
_HELD: list[Pool] = []


def _before() -> None:
    _REGISTRY.acquire()
    _HELD.extend(_POOLS)
    for pool in _HELD:
        pool.hold()


def _after_in_parent() -> None:
    while _HELD:
        _HELD.pop().release(child=False)
    _REGISTRY.release()


def _after_in_child() -> None:
    for one in _RENEWED:
        one.renew()
    while _HELD:
        _HELD.pop().release(child=True)
    _REGISTRY.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
