"""The contract of stores, kept over HTTP against our own server, and with ``-m aws`` against Amazon S3 Vectors.

On AWS the standard settings say whose account and region; ``SENSORIUM_AWS_PREFIX`` begins the names of buckets. All
that is made is removed again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from uuid import uuid4

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


@pytest.mark.aws
class TestOnAws(StoreContract):
    text_search = True
    text_scores = False
    whole_chunks = False
    random_filters = 30
    random_operations = 60

    @pytest.fixture
    def store(self) -> Iterator[S3VectorsStore]:
        store = S3VectorsStore()
        yield store
        store.close()

    @pytest.fixture
    def bucket(self, store: S3VectorsStore) -> Iterator[str]:
        name = f"{os.environ.get('SENSORIUM_AWS_PREFIX', 'sensorium-test')}-{uuid4().hex[:12]}"
        store.create_bucket(name)
        yield name
        for spec in store.indexes(name):
            store.drop(name, spec.name)
        store.drop_bucket(name)
