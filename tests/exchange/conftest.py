"""Indexes to write into files and to fill from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sensorium.stores.base import Index, IndexSpec, Language, TextKey
from sensorium.stores.memory import MemoryStore
from sensorium.types import Metric, Record

DIM = 8
Make = Callable[..., Index]


@pytest.fixture
def make() -> Make:
    """``make("name", dim=8, …)``: an empty index."""
    store = MemoryStore()
    store.create_bucket("default")

    def made(name: str = "index", **fields: Any) -> Index:
        return store.create(IndexSpec("default", name, **{"dim": DIM, **fields}))

    return made


@pytest.fixture
def full(make: Make) -> Index:
    """700 records with all that metadata can hold, and vectors that are easily changed by a careless writer."""
    index = make(
        "full",
        metric=Metric.EUCLIDEAN,
        non_filterable=frozenset({"text"}),
        text_keys=(TextKey("text", Language.GERMAN), TextKey("title")),
        model="weightless@1",
    )
    index.put(records(700))
    return index


def records(count: int, dim: int = DIM) -> list[Record]:
    rows = np.random.default_rng(0).standard_normal((count, dim), dtype=np.float32)
    rows[0, :4] = -0.0, 1e-45, 3.4028235e38, 0.1
    metadata: list[dict[str, Any]] = [
        {"yes": True, "one": 1, "float": 1.0, "text": "1", "große Zahl": 2**53 + 1, "tiny": 5e-324},
        {"list": ["a", 1, 2.5, ""], "empty": [], "quotes": 'a "b"\n\\ \u2028 猫 \U0001f600'},
        {},
    ]
    return [Record(f"key {i:04d} é", rows[i], metadata[i % 3]) for i in range(count)]


def held(index: Index) -> list[tuple[str, bytes, str]]:
    """All that an index holds, bit for bit and with the types of metadata."""
    return [
        (record.key, record.vector.tobytes(), json.dumps(dict(record.metadata), sort_keys=True))
        for record in index.scan(None, 100_000)
    ]
