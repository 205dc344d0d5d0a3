"""Cases about queries by a vector and words together."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.filter import parse
from sensorium.fusion import RRF_CONSTANT
from sensorium.stores.base import Index, Query, TextKey
from sensorium.testing.store_cases.base import MakeIndex, StoreCases, ask, keys_of, record
from sensorium.testing.store_cases.shop import assert_alike, reference_of
from sensorium.types import Metric

RED = (("text", "red"),)


def share(*ranks: int) -> float:
    """The fused score of these ranks."""
    return sum(1 / (RRF_CONSTANT + rank) for rank in ranks)


class HybridCases(StoreCases):
    """A vector's ranking and those of words make one."""

    @pytest.fixture
    def both(self, make_index: MakeIndex) -> Index:
        """An index that searches ``text`` and ``title`` beside its vectors."""
        if not self.text_search:
            pytest.skip("this store searches no text")
        return make_index(text_keys=(TextKey("text"), TextKey("title")))

    def test_rankings_are_fused(self, both: Index) -> None:
        both.put([record("near", (1, 0, 0), text="blue"), record("good", (1, 0.5, 0), text="red red")])
        both.put([record("far", (-1, 0, 0), text="red hat")])
        hits = both.query(ask(texts=RED))
        assert keys_of(hits) == ["good", "far", "near"]
        fused = [hit.scores.fused for hit in hits if hit.scores is not None]
        assert fused == pytest.approx([share(2, 1), share(3, 2), share(1)], rel=1e-5)

    def test_every_hit_says_how_near_it_is_and_how_its_words_score(self, both: Index) -> None:
        both.put([record("near", (1, 0, 0)), record("far", (-1, 0, 0), text="red")])
        hits = {hit.key: hit for hit in both.query(ask(texts=RED))}
        assert hits["near"].distance == pytest.approx(0, abs=1e-6)
        assert hits["far"].distance == pytest.approx(2, abs=1e-6)
        near, far = hits["near"].scores, hits["far"].scores
        assert near is not None
        assert far is not None
        assert dict(near.bm25) == {}
        assert far.bm25["text"] > 0

    def test_what_only_words_find_has_a_distance_too(self, both: Index) -> None:
        both.put(record(f"{n:04}", (1, n / 1000, 0)) for n in range(1050))
        both.put([record("word", (0, 0, 1), text="red")])
        (hit,) = [hit for hit in both.query(ask(k=3, texts=RED)) if hit.key == "word"]
        assert hit.distance == pytest.approx(1, abs=1e-6)
        assert hit.scores is not None
        assert hit.scores.fused == pytest.approx(share(1), rel=1e-5)

    def test_several_texts_are_rankings_of_their_own(self, both: Index) -> None:
        both.put([record("a", (1, 0, 0)), record("b", (0, 1, 0), text="red", title="hat")])
        both.put([record("c", (1, 1, 0), title="hat hat")])
        hits = both.query(ask(texts=(("title", "hat"), ("text", "red"))))
        fused = {hit.key: hit.scores.fused for hit in hits if hit.scores is not None}
        expected = {"a": share(1), "b": share(3, 2, 1), "c": share(2, 1)}
        assert fused == pytest.approx(expected, rel=1e-5)
        assert keys_of(hits) == ["b", "c", "a"]

    def test_words_that_nothing_holds_leave_the_vectors_order(self, both: Index) -> None:
        both.put(record(f"{n}", (1, n, 0), text="blue") for n in range(5))
        hits = both.query(ask(texts=RED))
        assert keys_of(hits) == [f"{n}" for n in range(5)]
        assert [hit.scores.fused for hit in hits if hit.scores is not None] == pytest.approx(
            [share(rank) for rank in range(1, 6)], rel=1e-5
        )

    def test_equal_fused_scores_are_ordered_by_key(self, both: Index) -> None:
        both.put([record("b", (1, 0, 0), text="red hat"), record("a", (1, 1, 0), text="red red")])
        hits = both.query(ask(texts=RED))
        assert [hit.scores.fused for hit in hits if hit.scores is not None] == pytest.approx([share(1, 2)] * 2)
        assert keys_of(hits) == ["a", "b"]

    def test_ties_within_a_ranking_are_ordered_by_key(self, both: Index) -> None:
        order = np.random.default_rng(6).permutation(40)
        both.put(record(f"{n:02}", (1, 0, 0), text="red") for n in order)
        hits = both.query(ask(k=12, texts=RED))
        assert keys_of(hits) == [f"{n:02}" for n in range(12)]
        assert hits[11].scores is not None
        assert hits[11].scores.fused == pytest.approx(share(12, 12), rel=1e-5)

    def test_a_filter_applies_before_both_rankings(self, both: Index) -> None:
        both.put(record(f"{n:02}", (1, n, 0), text="red " * (30 - n), n=n) for n in range(30))
        hits = both.query(ask(k=4, texts=RED, filter=parse({"n": {"$gte": 20}})))
        assert keys_of(hits) == ["20", "21", "22", "23"]
        assert hits[0].scores is not None
        assert hits[0].scores.fused == pytest.approx(share(1, 1), rel=1e-5)

    def test_max_distance_holds_for_what_words_find(self, both: Index) -> None:
        both.put([record("near", (1, 0.1, 0), text="red hat"), record("far", (-1, 0, 0), text="red")])
        hits = both.query(ask(texts=RED, max_distance=0.5))
        assert keys_of(hits) == ["near"]
        assert hits[0].scores is not None
        assert hits[0].scores.fused == pytest.approx(share(1, 1), rel=1e-5)

    def test_fewer_hits_are_the_beginning_of_more(self, both: Index) -> None:
        chance = np.random.default_rng(8)
        both.put(
            record(f"{n:04}", chance.normal(size=3), text="red " * int(chance.integers(0, 4)) + "hat")
            for n in range(700)
        )
        vector = chance.normal(size=3)
        most = keys_of(both.query(ask(vector, k=650, texts=RED)))
        for k in (1, 10, 100):
            assert keys_of(both.query(ask(vector, k=k, texts=RED))) == most[:k]

    def test_fused_hits_are_found_ten_thousand_deep(self, both: Index) -> None:
        both.put(record(f"{n:04}", (1, n, 0), text="red" if n % 3 else "blue") for n in range(1200))
        hits = both.query(ask(k=10_000, texts=RED, with_metadata=False))
        assert len(hits) == 1200
        ranks = [(-hit.scores.fused, hit.key) for hit in hits if hit.scores is not None and hit.scores.fused]
        assert ranks == sorted(ranks)
        assert len(ranks) == 1200

    def test_a_vector_alone_has_no_scores(self, both: Index) -> None:
        both.put([record("a", text="red")])
        (hit,) = both.query(ask())
        assert hit.scores is None

    def test_a_query_by_both_leaves_metadata_out_when_not_asked(self, both: Index) -> None:
        both.put([record("a", text="red")])
        (hit,) = both.query(ask(texts=RED, with_metadata=False))
        assert dict(hit.metadata) == {}
        assert hit.distance == pytest.approx(0, abs=1e-6)

    @pytest.mark.parametrize("metric", list(Metric), ids=lambda metric: metric.value)
    def test_random_queries_by_both_agree_with_the_reference(self, make_index: MakeIndex, metric: Metric) -> None:
        if not self.text_search or not self.text_scores:
            pytest.skip("its scores are its own")
        index = make_index(dim=4, metric=metric, text_keys=(TextKey("text"), TextKey("title")))
        reference = reference_of(index)
        chance = np.random.default_rng(9)
        vocabulary = ["red", "dress", "hat", "東京都", "the"]

        def text(least: int) -> str:
            return " ".join(chance.choice(vocabulary, int(chance.integers(least, 6))))

        for turn in range(8):
            vectors = chance.normal(size=(30, 4))
            made = [
                record(f"{int(n):02}", row, text=text(0), title=text(0), n=int(n) % 3)
                for n, row in zip(chance.integers(0, 80, 30), vectors, strict=True)
            ]
            for one in (index, reference):
                one.put(made)
            query = Query(
                5 + turn,
                chance.normal(size=4).astype(np.float32),
                (("text", text(1)), ("title", text(1)))[: turn % 2 + 1],
                parse({"n": {"$ne": 1}}) if turn % 3 == 1 else None,
                (0.9 if metric is Metric.COSINE else 2.5) if turn % 4 == 2 else None,
            )
            assert_alike(index, reference, query)
