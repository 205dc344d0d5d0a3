"""Keys of a file, each once."""

from __future__ import annotations

from contextlib import closing

import pytest

from sensorium.errors import Unavailable
from sensorium.exchange.seen import Seen


def test_a_key_is_new_once() -> None:
    with closing(Seen()) as seen:
        assert seen.add(["a", "b"]) is None
        assert seen.add([]) is None
        assert seen.add(["c", "b", "d"]) == "b"
        assert seen.add(["c", "d"]) is None
        assert seen.add(["A", "e", "e"]) == "e"
        assert seen.add([f"key {i}" for i in range(10_000)]) is None
        assert seen.add(["key 9999"]) == "key 9999"


def test_a_full_disk_is_said() -> None:
    with closing(Seen()) as seen:
        seen._database.execute("PRAGMA max_page_count = 3")
        with pytest.raises(Unavailable, match="no room in the folder for temporary files"):
            seen.add([f"key {i}" for i in range(10_000)])
