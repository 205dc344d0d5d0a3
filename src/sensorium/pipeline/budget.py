"""Bytes that may be held at once, in memory or on the disk."""

from __future__ import annotations

import threading


class Budget:
    """Room for ``limit`` bytes. One thing is always let in, however large."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._changed = threading.Condition()
        self._closed = False

    def take(self, size: int) -> bool:
        """Wait for room; False once the budget is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._used or self._used + size <= self._limit)
            self._used += size
            return not self._closed

    def give(self, size: int) -> None:
        """Give room back."""
        with self._changed:
            self._used -= size
            self._changed.notify_all()

    def close(self) -> None:
        """Let everyone go who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
