"""Cases about indexes: their names, their specification, their stamp."""

from __future__ import annotations

import time
from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest

from sensorium.errors import Conflict, Invalid, NotFound
from sensorium.stores.base import MAX_DIM, Index, IndexSpec, Language, Store, TextKey
from sensorium.testing.store_cases.base import MakeIndex, StoreCases, ask, keys_of, record
from sensorium.types import Metric

BAD_INDEXES = ["", "ab", "a" * 64, "Upper", "under_score", ".first", "last.", "-first", "last-", "a/b", "sp ace"]


class IndexCases(StoreCases):
    """Indexes are made, opened, listed, changed and dropped."""

    def test_an_index_keeps_the_protocol_and_is_empty(self, index: Index) -> None:
        assert isinstance(index, Index)
        assert index.count() == 0
        assert index.scan(None, 10) == []
        assert index.query(ask()) == []

    def test_the_specification_is_kept(self, store: Store, bucket: str) -> None:
        wanted = IndexSpec(bucket, "all.of-it", 7, Metric.EUCLIDEAN, frozenset({"a", "b"}), (), "model@1")
        before = time.time()
        made = store.create(wanted).spec
        assert replace(made, created_s=0.0) == wanted
        assert before - 60 <= made.created_s <= time.time() + 60
        assert store.open(bucket, "all.of-it").spec == made
        assert store.indexes(bucket) == [made]

    def test_indexes_are_listed_by_name(self, store: Store, bucket: str, make_index: MakeIndex) -> None:
        for name in ("zzz", "aaa", "m.m", "m-m"):
            make_index(name=name)
        assert [spec.name for spec in store.indexes(bucket)] == ["aaa", "m-m", "m.m", "zzz"]

    def test_an_index_name_is_taken_once(self, store: Store, bucket: str, make_index: MakeIndex) -> None:
        make_index(dim=3).put([record("kept")])
        with pytest.raises(Conflict, match="index"):
            make_index(dim=5)
        kept = store.open(bucket, "index")
        assert kept.spec.dim == 3
        assert kept.count() == 1

    @pytest.mark.parametrize("name", BAD_INDEXES)
    def test_a_bad_index_name_is_refused(self, store: Store, bucket: str, make_index: MakeIndex, name: str) -> None:
        with pytest.raises(Invalid, match="index"):
            make_index(name=name)
        assert store.indexes(bucket) == []

    @pytest.mark.parametrize("dim", [0, -1, MAX_DIM + 1])
    def test_a_bad_dimension_is_refused(self, store: Store, bucket: str, make_index: MakeIndex, dim: int) -> None:
        with pytest.raises(Invalid, match="dim"):
            make_index(dim=dim)
        assert store.indexes(bucket) == []

    @pytest.mark.parametrize("dim", [1, MAX_DIM])
    def test_the_smallest_and_the_largest_dimension(self, make_index: MakeIndex, dim: int) -> None:
        index = make_index(dim=dim)
        vector = np.linspace(1, 2, dim)
        index.put([record("one", vector)])
        assert np.array_equal(index.get(["one"])[0].vector, vector.astype(np.float32))
        assert keys_of(index.query(ask(vector))) == ["one"]

    def test_too_many_or_bad_key_lists_are_refused(self, make_index: MakeIndex) -> None:
        for names in (map(str, range(11)), ["x" * 64], [""]):
            with pytest.raises(Invalid, match=r"non_filterable|metadata"):
                make_index(non_filterable=frozenset(names))

    def test_equal_names_in_two_buckets_are_two_indexes(self, store: Store, bucket: str, index: Index) -> None:
        other = f"contract-{uuid4().hex[:12]}"
        store.create_bucket(other)
        try:
            twin = store.create(IndexSpec(other, "index", 3))
            twin.put([record("theirs")])
            index.put([record("ours"), record("ours too")])
            assert twin.count() == 1
            assert keys_of(store.open(bucket, "index").scan(None, 10)) == ["ours", "ours too"]
            store.drop(other, "index")
            assert index.count() == 2
        finally:
            for spec in store.indexes(other):
                store.drop(other, spec.name)
            store.drop_bucket(other)

    def test_unknown_indexes_and_buckets_are_not_found(self, store: Store, bucket: str) -> None:
        unknown = f"unknown-{uuid4().hex[:12]}"
        for call in (store.open, store.drop):
            with pytest.raises(NotFound):
                call(bucket, unknown)
            with pytest.raises(NotFound):
                call(unknown, "index")
        with pytest.raises(NotFound):
            store.create(IndexSpec(unknown, "index", 3))

    def test_a_dropped_index_is_gone(self, store: Store, bucket: str, index: Index) -> None:
        index.put([record("one")])
        store.drop(bucket, "index")
        assert store.indexes(bucket) == []
        with pytest.raises(NotFound):
            store.open(bucket, "index")

    def test_a_handle_of_a_dropped_index_says_so(self, store: Store, bucket: str, index: Index) -> None:
        index.put([record("one")])
        store.drop(bucket, "index")
        for call in (
            lambda: index.put([record("two")]),
            lambda: index.get(["one"]),
            lambda: index.delete(["one"]),
            lambda: index.query(ask()),
            lambda: index.scan(None, 1),
            lambda: index.count(),
        ):
            with pytest.raises(NotFound):
                call()

    def test_an_index_made_again_is_empty(self, store: Store, bucket: str, make_index: MakeIndex) -> None:
        make_index(dim=3).put([record("old")])
        store.drop(bucket, "index")
        again = make_index(dim=2, metric=Metric.EUCLIDEAN)
        assert again.count() == 0
        again.put([record("new", (3, 4))])
        (hit,) = again.query(ask((0, 0)))
        assert hit.key == "new"
        assert hit.distance == pytest.approx(5)

    def test_two_handles_see_each_others_writes(self, store: Store, bucket: str, index: Index) -> None:
        other = store.open(bucket, "index")
        index.put([record("one")])
        assert keys_of(other.query(ask())) == ["one"]
        other.delete(["one"])
        assert index.query(ask()) == []

    def test_a_stamp_is_written_once(self, store: Store, bucket: str, index: Index) -> None:
        before = index.spec
        index.stamp("model@1")
        index.stamp("model@1")
        assert (before.model, index.spec.model) == (None, "model@1")
        assert store.open(bucket, "index").spec.model == "model@1"
        assert [spec.model for spec in store.indexes(bucket)] == ["model@1"]
        with pytest.raises(Conflict, match="model@1"):
            index.stamp("model@2")
        assert store.open(bucket, "index").spec.model == "model@1"

    def test_a_stamp_given_at_creation_counts(self, make_index: MakeIndex) -> None:
        index = make_index(model="model@1")
        assert index.spec.model == "model@1"
        with pytest.raises(Conflict, match="model@1"):
            index.stamp("other@1")

    def test_text_keys_can_be_changed(self, store: Store, bucket: str, index: Index) -> None:
        wanted = {TextKey("title", Language.GERMAN), TextKey("text")}
        index.configure(list(wanted))
        assert set(index.spec.text_keys) == wanted
        assert set(store.open(bucket, "index").spec.text_keys) == wanted
        index.configure([])
        assert store.open(bucket, "index").spec.text_keys == ()

    def test_bad_text_keys_are_refused(self, index: Index) -> None:
        for names in (["same", "same"], [""], [str(n) for n in range(11)]):
            with pytest.raises(Invalid, match=r"text_keys|metadata"):
                index.configure([TextKey(name) for name in names])
        assert index.spec.text_keys == ()
