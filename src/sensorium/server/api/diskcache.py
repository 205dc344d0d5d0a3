"""Files that can be made again, in a folder that does not grow past its cap: what was used longest ago goes first."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sensorium.errors import Unavailable

_KEEP = 0.8
"""Part of the cap that is left after a clearing."""
_TOUCH_S = 3600.0
_STRIPES = 64


class DiskCache:
    """Named files below a folder. Thread-safe; a name is made once at a time."""

    def __init__(self, folder: Path, most: int) -> None:
        """``most`` in bytes."""
        self.folder, self._most = folder, most
        self._lock = threading.Lock()
        self._used: int | None = None
        self._making = [threading.Lock() for _ in range(_STRIPES)]

    def get(self, name: str, make: Callable[[], bytes]) -> Path:
        """The file of that name (hexadecimal digits, an extension), made where it is missing. Raises as ``make``."""
        return self.filled(name, lambda part: _write(part, make()))

    def filled(self, name: str, fill: Callable[[Path], object]) -> Path:
        """As :meth:`get`, for what is written to a path."""
        path = self.folder / name[:2] / name
        if _used_again(path):
            return path
        with self._making[hash(name) % _STRIPES]:
            if _used_again(path):
                return path
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                handle, part = tempfile.mkstemp(prefix=".part-", dir=path.parent)
            except OSError as error:
                raise Unavailable(f"{path.parent}: {error.strerror or error}", path=str(path.parent)) from error
            os.close(handle)
            made = Path(part)
            try:
                fill(made)
                made.replace(path)
            finally:
                made.unlink(missing_ok=True)
        self._count(path)
        return path

    def _count(self, path: Path) -> None:
        with self._lock:
            if self._used is None:
                self._used = sum(size for _, size, _ in self._files())
            else:
                self._used += path.stat().st_size
            if self._used > self._most:
                self._clear(path)

    def _clear(self, spared: Path) -> None:
        files = sorted(self._files())
        used = sum(size for _, size, _ in files)
        for _, size, path in files:
            if used <= self._most * _KEEP:
                break
            if path != spared:
                path.unlink(missing_ok=True)
                used -= size
        self._used = used

    def _files(self) -> list[tuple[float, int, Path]]:
        """(last use, bytes, path) of every file."""
        found = []
        for path in self.folder.glob("??/*"):
            try:
                info = path.stat()
            except FileNotFoundError:
                continue
            found.append((info.st_mtime, info.st_size, path))
        return found


def _used_again(path: Path) -> bool:
    """Whether the file is there; its time says when it was used last, to the hour."""
    try:
        if time.time() - path.stat().st_mtime > _TOUCH_S:
            os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror or error}", path=str(path)) from error
