"""The embedded store keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sensorium.stores.embedded import EmbeddedStore
from sensorium.testing.store_contract import StoreContract


class TestEmbedded(StoreContract):
    @pytest.fixture
    def store(self, home: Path) -> Iterator[EmbeddedStore]:
        with EmbeddedStore(home) as store:
            yield store
