"""Cases about buckets."""

from __future__ import annotations

from uuid import uuid4

import pytest

from sensorium.errors import Conflict, Invalid, NotFound
from sensorium.stores.base import Store
from sensorium.testing.store_cases.base import MakeIndex, StoreCases, record

BAD_BUCKETS = ["", "ab", "a" * 64, "Upper", "under_score", "with.dot", "-first", "last-", "a/b", "sp ace", "ünï"]


class BucketCases(StoreCases):
    """Buckets are made, listed and dropped."""

    def test_the_store_keeps_the_protocol(self, store: Store) -> None:
        assert isinstance(store, Store)

    def test_a_new_bucket_is_listed_and_empty(self, store: Store, bucket: str) -> None:
        assert bucket in store.buckets()
        assert store.indexes(bucket) == []

    def test_buckets_are_listed_by_name(self, store: Store, bucket: str) -> None:
        other = f"a-{uuid4().hex[:12]}"
        store.create_bucket(other)
        listed = store.buckets()
        store.drop_bucket(other)
        assert listed == sorted(listed)
        assert {bucket, other} <= set(listed)

    def test_a_bucket_name_is_taken_once(self, store: Store, bucket: str) -> None:
        with pytest.raises(Conflict, match=bucket):
            store.create_bucket(bucket)

    @pytest.mark.parametrize("name", BAD_BUCKETS)
    def test_a_bad_bucket_name_is_refused(self, store: Store, name: str) -> None:
        with pytest.raises(Invalid, match="bucket"):
            store.create_bucket(name)
        assert name not in store.buckets()

    def test_an_empty_bucket_can_be_dropped(self, store: Store) -> None:
        name = f"contract-{uuid4().hex[:12]}"
        store.create_bucket(name)
        store.drop_bucket(name)
        assert name not in store.buckets()

    def test_a_bucket_with_an_index_cannot_be_dropped(self, store: Store, bucket: str, make_index: MakeIndex) -> None:
        make_index().put([record("kept")])
        with pytest.raises(Conflict, match=bucket):
            store.drop_bucket(bucket)
        assert store.open(bucket, "index").count() == 1

    def test_an_unknown_bucket_is_not_found(self, store: Store) -> None:
        unknown = f"unknown-{uuid4().hex[:12]}"
        with pytest.raises(NotFound, match=unknown):
            store.drop_bucket(unknown)
        with pytest.raises(NotFound, match=unknown):
            store.indexes(unknown)
