"""Forks while an inverted index is there or is being made: no side waits for threads that the other one has."""

from __future__ import annotations

from pathlib import Path

from tests.stores.embedded.kill.lives import Lives
from tests.stores.embedded.kill.operations import BUCKET, MAIN

from sensorium.stores.embedded import EmbeddedStore


def test_both_sides_of_a_fork_make_lists(home: Path) -> None:
    with EmbeddedStore(home) as store:
        store.create_bucket(BUCKET)
        store.create(MAIN)
    with Lives() as lives:
        said = list(lives.any("fork", home=str(home)))
    assert [line["failed"] for line in said if "failed" in line] == []
    assert {"damages": []} in said
    assert said[-1] == {"ended": 0}
