"""Writers are killed at random: what they acknowledged is there, the rest wholly or not at all, nothing twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.stores.embedded.kill.lives import crash


@pytest.mark.parametrize(("writers", "watched"), [("a", False), ("ab", True)])
def test_killed_writers_lose_nothing(home: Path, writers: str, watched: bool) -> None:
    ends = crash(home, kills=12, seed=20, writers=writers, watched=watched)
    assert ends["acknowledged"] > 12


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_thousand_killed_writers_lose_nothing(home: Path) -> None:
    ends: Counter[str] = Counter()
    for folder in range(20):
        ends += crash(home / str(folder), 50, folder, "ab" if folder % 2 else "a", watched=folder % 4 > 1)
    assert ends["killed"] == 1000
    assert ends["acknowledged"] > 1000
    print(ends)
