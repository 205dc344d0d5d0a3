"""A file that is read again when it changes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from sensorium.errors import Invalid

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
PAUSE_S = 1.0
"""Seconds between two looks at the file."""


class Watched(Generic[T]):
    """What a file says. Thread-safe.

    A file that turns out broken or missing later on is logged once and what it said before stays in force.
    """

    def __init__(self, path: Path, read: Callable[[Path], T], pause_s: float = PAUSE_S) -> None:
        """``read`` raises Invalid for a broken file, and so does this."""
        self._path, self._read, self._pause_s = path, read, pause_s
        self._lock = threading.Lock()
        self._mark = self._look()
        self._value = self._read_file()
        self._next = time.monotonic() + pause_s

    def value(self) -> T:
        """What the file says now, or said a second ago."""
        if time.monotonic() >= self._next and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._next = time.monotonic() + self._pause_s
                self._lock.release()
        return self._value

    def _refresh(self) -> None:
        mark = self._look()
        if mark == self._mark:
            return
        self._mark = mark
        try:
            self._value = self._read_file()
        except Invalid as error:
            _LOG.error("%s; what it said before stays in force", error.message)
        else:
            _LOG.info("%s: read again", self._path)

    def _read_file(self) -> T:
        try:
            return self._read(self._path)
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(f"{self._path}: cannot be read: {error}", path=str(self._path)) from error

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
