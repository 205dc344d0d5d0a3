"""The cache on the disk: made once, bounded, and nothing half-made."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from sensorium.errors import Unreadable
from sensorium.server.api.diskcache import DiskCache


def test_a_file_is_made_once(tmp_path: Path) -> None:
    cache, made = DiskCache(tmp_path, 1_000), []

    def make() -> bytes:
        made.append(1)
        return b"bytes"

    threads = [threading.Thread(target=cache.get, args=("abcd.webp", make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.get("abcd.webp", make).read_bytes() == b"bytes"
    assert len(made) == 1


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 100)
    paths = [cache.get(f"{number:04x}", lambda: b"x" * 30) for number in range(3)]
    for age, path in enumerate(paths):
        os.utime(path, (1_000 + age, 1_000 + age))
    cache.get("0000", lambda: b"never")  # used again
    newest = cache.get("00ff", lambda: b"x" * 30)
    assert [path.exists() for path in (*paths, newest)] == [True, False, False, True]
    large = cache.get("0aaa", lambda: b"x" * 500)  # larger than the cap: kept until the next one comes
    assert [path.exists() for path in (*paths, newest, large)] == [False] * 4 + [True]


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 100)

    def broken() -> bytes:
        raise Unreadable("broken")

    with pytest.raises(Unreadable, match="broken"):
        cache.get("ab", broken)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert cache.get("ab", lambda: b"mended").read_bytes() == b"mended"
