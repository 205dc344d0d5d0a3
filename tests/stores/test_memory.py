"""The reference store keeps the contract."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.errors import NotFound
from sensorium.stores.base import IndexSpec, TextKey
from sensorium.stores.memory import MemoryStore
from sensorium.testing.store_contract import StoreContract
from sensorium.types import Record


class TestMemory(StoreContract):
    random_operations = 10_000

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()


def test_records_given_out_have_read_only_vectors() -> None:
    store = MemoryStore()
    store.create_bucket("bucket")
    index = store.create(IndexSpec("bucket", "index", 2))
    index.put([Record("one", np.ones(2, np.float32))])
    with pytest.raises(ValueError, match="read-only"):
        index.get(["one"])[0].vector[0] = 5


def test_stamps_and_text_keys_of_a_dropped_index_are_refused() -> None:
    store = MemoryStore()
    store.create_bucket("bucket")
    index = store.create(IndexSpec("bucket", "index", 2))
    store.drop("bucket", "index")
    with pytest.raises(NotFound, match="bucket/index"):
        index.stamp("model@1")
    with pytest.raises(NotFound, match="bucket/index"):
        index.configure([TextKey("title")])
    store.close()
