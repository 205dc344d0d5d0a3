"""The reference store keeps the contract."""

from __future__ import annotations

import pytest

from sensorium.stores.memory import MemoryStore
from sensorium.testing.store_contract import StoreContract


class TestMemory(StoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()
