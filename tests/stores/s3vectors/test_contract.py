"""The contract of stores, kept over HTTP against our own server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sensorium.stores.s3vectors import S3VectorsStore
from sensorium.testing.server import RunningServer
from sensorium.testing.store_contract import StoreContract


class TestOnOurServer(StoreContract):
    text_search = True
    random_filters = 60
    random_operations = 120

    @pytest.fixture
    def store(self, server: RunningServer) -> Iterator[S3VectorsStore]:
        store = S3VectorsStore(server.client("s3vectors"))
        yield store
        store.close()
