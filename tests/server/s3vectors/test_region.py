"""Regions: each its own store and attributes, and none that a name could lead astray."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sensorium.errors import Invalid, NotFound
from sensorium.server.door import Door
from sensorium.server.s3vectors.region import MOST, Region, Regions
from sensorium.space import explain
from sensorium.stores.base import IndexSpec, Query
from sensorium.stores.embedded import Limits
from sensorium.stores.memory import MemoryStore
from sensorium.types import Record


@pytest.fixture
def regions(tmp_path: Path) -> Iterator[Regions]:
    own = Region("us-east-1", MemoryStore(), Door(tmp_path / "door.db"))
    regions = Regions(own, tmp_path / "regions")
    yield regions
    regions.close()


def test_a_region_is_one_and_the_same_for_all_calls(regions: Regions) -> None:
    assert regions.named("us-east-1") is regions.named("us-east-1")
    other = regions.named("eu-west-1")
    assert other is regions.named("eu-west-1")
    other.store.create_bucket("media")
    assert other.has("media")
    assert not regions.named("us-east-1").has("media")


@pytest.mark.parametrize("name", ["", "..", "../store", "a/b", "A", "x" * 64, "-x", "a\n"])
def test_no_name_leads_out_of_the_folder(regions: Regions, tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid, match="no name of a region"):
        regions.named(name)
    assert [entry.name for entry in tmp_path.iterdir()] == []


def test_regions_that_are_only_named_are_forgotten_and_those_that_hold_something_are_counted(
    regions: Regions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sensorium.server.s3vectors.region.MOST", 3)
    assert MOST > 40  # AWS's own
    for number in range(10):
        assert regions.named(f"only-named-{number}").store.buckets() == []
    for number in range(3):
        regions.named(f"held-{number}").store.create_bucket("media")
    with pytest.raises(Invalid, match="3 regions"):
        regions.named("one-more")
    assert all(regions.named(f"held-{number}").has("media") for number in range(3))


def test_a_bucket_that_the_command_made_is_as_old_as_its_first_index(regions: Regions) -> None:
    region = regions.named("us-east-1")
    with pytest.raises(NotFound):
        region.bucket("media")
    region.store.create_bucket("media")
    region.store.create_bucket("empty")
    made = region.store.create(IndexSpec("media", "songs", 2)).spec.created_s
    assert region.bucket("media").created_s == made
    seen = region.bucket("empty").created_s
    assert abs(seen - time.time()) < 30
    assert region.bucket("empty").created_s == seen


def test_what_is_kept_is_there_after_closing(regions: Regions, tmp_path: Path) -> None:
    region = regions.named("eu-west-1")
    region.store.create_bucket("media")
    seen = region.bucket("media").created_s
    regions.close()
    again = Regions(Region("us-east-1", MemoryStore(), Door(tmp_path / "door.db")), tmp_path / "regions")
    assert again.named("eu-west-1").bucket("media").created_s == seen
    again.close()


def test_the_limits_of_stores_hold_in_every_region(tmp_path: Path) -> None:
    own = Region("us-east-1", MemoryStore(), Door(tmp_path / "door.db"))
    regions = Regions(own, tmp_path / "regions", Limits(0, 0, background=False))
    store = regions.named("eu-west-1").store
    store.create_bucket("media")
    index = store.create(IndexSpec("media", "words", 2))
    index.put([Record("one", np.array([1, 0], np.float32), {})])
    _, explanation = explain(index, Query(1, np.array([0, 1], np.float32)))
    assert explanation is not None
    assert explanation.steps is not None
    assert explanation.steps.why == "there is no inverted index yet"  # of so little others would not be asked
    regions.close()
