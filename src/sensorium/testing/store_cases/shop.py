"""What cases about text stand on: an index that searches text, and the reference that answers are held against."""

from __future__ import annotations

import pytest

from sensorium.stores.base import Index, IndexSpec, Query, TextKey
from sensorium.stores.memory import MemoryStore
from sensorium.testing.store_cases.base import MakeIndex, StoreCases, keys_of

TEXT = TextKey("text")
TITLE = TextKey("title")


class ShopCases(StoreCases):
    """A fixture for an index with text keys."""

    @pytest.fixture
    def shop(self, make_index: MakeIndex) -> Index:
        """An index that searches ``text``, which filters cannot, and ``title``."""
        if not self.text_search:
            pytest.skip("this store searches no text")
        return make_index(non_filterable=frozenset({"text"}), text_keys=(TEXT, TITLE))


def reference_of(index: Index) -> Index:
    """An empty index in memory that is like this one."""
    store = MemoryStore()
    store.create_bucket("reference")
    spec = index.spec
    return store.create(
        IndexSpec("reference", "index", spec.dim, spec.metric, spec.non_filterable, spec.text_keys, spec.model)
    )


def assert_alike(index: Index, reference: Index, query: Query) -> None:
    """Both answer with the same hits in the same order, and with the same numbers as far as float32 goes."""
    found, wanted = index.query(query), reference.query(query)
    assert keys_of(found) == keys_of(wanted)
    for left, right in zip(found, wanted, strict=True):
        assert left.distance == pytest.approx(right.distance, abs=1e-6)
        assert left.scores is not None
        assert right.scores is not None
        assert left.scores.fused == right.scores.fused or left.scores.fused == pytest.approx(right.scores.fused, 1e-5)
        assert dict(left.scores.bm25) == pytest.approx(dict(right.scores.bm25), rel=1e-5)
