"""Cases about queries by vector: distances, order, ties, cuts."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sensorium.errors import Invalid, Unsupported
from sensorium.stores.base import MAX_TOP_K, Index, Query, TextKey
from sensorium.testing.store_cases.base import MakeIndex, StoreCases, ask, keys_of, record
from sensorium.types import Matrix, Metric, Vector

METRICS = pytest.mark.parametrize("metric", list(Metric), ids=lambda metric: metric.value)
CLOSE = 1e-6


def true_distances(rows: Matrix, vector: Vector, metric: Metric) -> NDArray[np.float64]:
    """Distances in float64, by the book."""
    left, right = rows.astype(np.float64), vector.astype(np.float64)
    if metric is Metric.EUCLIDEAN:
        distances: NDArray[np.float64] = np.linalg.norm(left - right, axis=1)
    else:
        distances = 1 - left @ right / (np.linalg.norm(left, axis=1) * np.linalg.norm(right))
    return distances


class QueryCases(StoreCases):
    """Queries find the nearest, exactly."""

    def test_cosine_distances(self, index: Index) -> None:
        index.put([record("same", (2, 0, 0)), record("scaled", (0.25, 0, 0)), record("aside", (0, 3, 0))])
        index.put([record("opposite", (-1, 0, 0)), record("between", (1, 1, 0))])
        hits = index.query(ask((5, 0, 0)))
        assert keys_of(hits) == ["same", "scaled", "between", "aside", "opposite"]
        assert [hit.distance for hit in hits] == pytest.approx([0, 0, 1 - 0.5**0.5, 1, 2], abs=CLOSE)

    def test_euclidean_distances(self, make_index: MakeIndex) -> None:
        index = make_index(dim=2, metric=Metric.EUCLIDEAN)
        index.put([record("here", (1, 1)), record("five", (4, 5)), record("root two", (2, 2)), record("far", (-99, 1))])
        hits = index.query(ask((1, 1)))
        assert keys_of(hits) == ["here", "root two", "five", "far"]
        assert [hit.distance for hit in hits] == pytest.approx([0, 2**0.5, 5, 100], rel=CLOSE, abs=CLOSE)

    @METRICS
    def test_an_equal_vector_is_at_distance_zero(self, make_index: MakeIndex, metric: Metric) -> None:
        index = make_index(dim=1024, metric=metric)
        vectors = np.random.default_rng(2).normal(size=(50, 1024)).astype(np.float32)
        index.put(record(f"{row:02}", vector) for row, vector in enumerate(vectors))
        for row in (0, 17, 49):
            (hit,) = index.query(ask(vectors[row], k=1))
            assert hit.key == f"{row:02}"
            assert hit.distance == pytest.approx(0, abs=CLOSE)

    @METRICS
    @pytest.mark.parametrize("k", [1, 10, 299, 300, 1000])
    def test_the_nearest_are_found(self, make_index: MakeIndex, metric: Metric, k: int) -> None:
        index = make_index(dim=24, metric=metric)
        rng = np.random.default_rng(3)
        vectors = rng.normal(size=(300, 24)).astype(np.float32)
        index.put(record(f"{row:03}", vector) for row, vector in enumerate(vectors))
        for _ in range(5):
            vector = rng.normal(size=24).astype(np.float32)
            truth = true_distances(vectors, vector, metric)
            hits = index.query(ask(vector, k=k))
            found = [hit.distance for hit in hits]
            assert found == pytest.approx(np.sort(truth)[:k].tolist(), rel=CLOSE, abs=CLOSE)
            assert found == pytest.approx([truth[int(hit.key)] for hit in hits], rel=CLOSE, abs=CLOSE)
            assert len(set(keys_of(hits))) == min(k, 300)

    def test_cosine_does_not_depend_on_scale(self, make_index: MakeIndex) -> None:
        index = make_index(dim=4)
        for key, scale in (("large", 1e30), ("small", 1e-30), ("plain", 1)):
            index.put(
                [record(key, np.array([1, 2, 3, 4]) * scale), record(f"not {key}", np.array([4, -1, 2, 1]) * scale)]
            )
        for scale in (1e30, 1e-30, 1):
            hits = index.query(ask(np.array([1, 2, 3, 4]) * scale))
            assert set(keys_of(hits[:3])) == {"large", "small", "plain"}
            assert [hit.distance for hit in hits[:3]] == pytest.approx([0, 0, 0], abs=CLOSE)
            assert [hit.distance for hit in hits[3:]] == pytest.approx([1 - 12 / (30 * 22) ** 0.5] * 3, abs=CLOSE)

    def test_hits_on_the_far_side_are_hits(self, index: Index) -> None:
        index.put([record("far", (-1, -0.1, 0)), record("farther", (-1, 0, 0))])
        assert keys_of(index.query(ask())) == ["far", "farther"]

    @METRICS
    def test_ties_are_ordered_by_key(self, make_index: MakeIndex, metric: Metric) -> None:
        index = make_index(dim=5, metric=metric)
        vector = np.random.default_rng(4).normal(size=5)
        order = np.random.default_rng(5).permutation(61)
        index.put(record(f"{n:02}", vector) for n in order)
        assert keys_of(index.query(ask(vector + 1, k=7))) == [f"{n:02}" for n in range(7)]
        assert keys_of(index.query(ask(vector + 1, k=61))) == [f"{n:02}" for n in range(61)]

    def test_at_most_k(self, index: Index) -> None:
        index.put(record(f"{n}", (1, n, 0)) for n in range(5))
        assert len(index.query(ask(k=1))) == 1
        assert len(index.query(ask(k=5))) == 5
        assert len(index.query(ask(k=MAX_TOP_K))) == 5

    @pytest.mark.parametrize("k", [0, -1, MAX_TOP_K + 1])
    def test_a_bad_k_is_refused(self, index: Index, k: int) -> None:
        with pytest.raises(Invalid, match="k"):
            index.query(ask(k=k))

    @pytest.mark.parametrize("vector", [(1, 0), (1, 0, 0, 0), (1, float("nan"), 0), (0, 0, 0), (1, float("inf"), 0)])
    def test_a_bad_query_vector_is_refused(self, index: Index, vector: tuple[float, ...]) -> None:
        index.put([record("one")])
        with pytest.raises(Invalid, match=r"(?i)query"):
            index.query(ask(vector))

    def test_a_query_for_nothing_is_refused(self, index: Index) -> None:
        with pytest.raises(Invalid):
            index.query(Query(5))

    def test_texts_are_refused_where_there_is_no_text_search(self, index: Index) -> None:
        if self.text_search:
            pytest.skip("this store searches text")
        index.configure([TextKey("title")])
        with pytest.raises(Unsupported):
            index.query(Query(5, texts=(("title", "red dress"),)))

    def test_max_distance_leaves_out_what_is_farther(self, make_index: MakeIndex) -> None:
        index = make_index(dim=2, metric=Metric.EUCLIDEAN)
        index.put([record("zero", (0, 0)), record("five", (3, 4)), record("ten", (6, 8))])
        assert keys_of(index.query(ask((0, 0), max_distance=5.0))) == ["zero", "five"]
        assert keys_of(index.query(ask((0, 0), max_distance=4.999))) == ["zero"]
        assert keys_of(index.query(ask((0, 0), max_distance=5.0, k=1))) == ["zero"]
        assert index.query(ask((0, 50), max_distance=1.0)) == []

    def test_max_distance_under_cosine(self, index: Index) -> None:
        index.put([record("same", (1, 0, 0)), record("aside", (0, 1, 0)), record("opposite", (-1, 0, 0))])
        assert keys_of(index.query(ask(max_distance=1.5))) == ["same", "aside"]

    def test_hits_carry_metadata_when_asked(self, index: Index) -> None:
        index.put([record("one", (1, 0, 0), n=1, hidden="text")])
        (hit,) = index.query(ask())
        assert dict(hit.metadata) == {"n": 1, "hidden": "text"}
        (bare,) = index.query(ask(with_metadata=False))
        assert dict(bare.metadata) == {}
        assert bare.distance == pytest.approx(0, abs=CLOSE)

    def test_writes_show_at_once(self, index: Index) -> None:
        for turn in range(20):
            index.put([record("moving", (1, turn, 0)), record(f"{turn:02}", (0, 0, 1))])
            hits = index.query(ask((1, turn, 0), k=50))
            assert hits[0].key == "moving"
            assert hits[0].distance == pytest.approx(0, abs=CLOSE)
            assert len(hits) == turn + 2
            if turn % 3 == 0:
                index.delete(["moving"])
                assert "moving" not in keys_of(index.query(ask((1, turn, 0), k=50)))
                index.put([record("moving")])
