"""How many queries of an index are answered at once: as many as there are cores, in the order in which they came.

About half of a short query holds the interpreter's lock. Where eight threads ask at once on two cores, each gives it
away and gets it back dozens of times a query, and all together answer fewer than one thread alone (measured: 870 a
second against 1,400; two at a time 1,400).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident

from sensorium.stores.embedded import forking

_PLACES = max(2, os.cpu_count() or 1)
_PATIENCE_S = 0.05
"""Who waited so long goes in beside the others, which take their time: short queries are not to wait for long ones."""


class Gate(forking.Renewed):
    """Lets threads in, and is never in the way: nothing but speed depends on it."""

    def __init__(self, places: int = _PLACES) -> None:
        self._places = places
        super().__init__()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """For the block, one of those inside."""
        me = get_ident()
        try:
            self._enter(me)
            yield
        finally:  # of a wait that Ctrl-C ended, too
            self._leave(me)

    def renew(self) -> None:
        self._lock = Lock()
        self._inside: set[int] = set()
        """By thread, so that one that Ctrl-C kept from leaving is not counted twice."""
        self._waiting: dict[int, Lock] = {}
        """Each with what it waits for, first come first."""

    def _enter(self, me: int) -> None:
        with self._lock:
            if me in self._inside or len(self._inside) < self._places:
                self._inside.add(me)
                return
            turn = self._waiting[me] = Lock()
            turn.acquire()
        turn.acquire(timeout=_PATIENCE_S)

    def _leave(self, me: int) -> None:
        with self._lock:
            self._waiting.pop(me, None)
            self._inside.discard(me)
            while self._waiting and len(self._inside) < self._places:
                other = next(iter(self._waiting))
                self._inside.add(other)
                self._waiting.pop(other).release()
