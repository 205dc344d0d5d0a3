"""Cases about queries by words: what is found and how it is scored."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from sensorium.errors import Invalid
from sensorium.filter import parse
from sensorium.stores.base import Index, Query
from sensorium.testing.store_cases.base import keys_of, record, words
from sensorium.testing.store_cases.shop import ShopCases

HARMLESS = [
    '"',
    '"red',
    'red"dress',
    "'; DROP TABLE records; --",
    "NEAR(red dress)",
    "red*",
    "*",
    "-red",
    "NOT red",
    "title:red",
    "^red",
    "red AND",
    "(red",
    "{text} : red",
    "red\0dress",
    "red + dress",
    "re_d%",
    "👗 red 😀",
    "red#1",
    ("red " * 256)[:1024],
    "x" * 1024,
]


def bm25(count: int, length: int, average: float, records: int, holding: int) -> float:
    """One term's score by the book: k1 = 1.2, b = 0.75, Lucene's rarity."""
    rarity = log(1 + (records - holding + 0.5) / (holding + 0.5))
    return rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / average))


class TextCases(ShopCases):
    """Queries by words."""

    def test_words_are_found_without_a_vector(self, shop: Index) -> None:
        shop.put([record("dress", text="A red summer dress"), record("shoe", text="a blue shoe"), record("none")])
        (hit,) = shop.query(words("summer"))
        assert hit.key == "dress"
        assert hit.distance is None
        assert dict(hit.metadata) == {"text": "A red summer dress"}
        assert hit.scores is not None
        assert hit.scores.fused is None
        assert set(hit.scores.bm25) == {"text"}
        assert hit.scores.bm25["text"] > 0
        assert shop.query(words("winter")) == []

    def test_any_of_the_words_will_do_and_more_are_better(self, shop: Index) -> None:
        shop.put([record("both", text="red dress now"), record("one", text="red shoes now")])
        shop.put([record("other", text="green dress now"), record("none", text="green shoes now")])
        found = keys_of(shop.query(words("red dress")))
        assert found[0] == "both"
        assert set(found) == {"both", "one", "other"}

    def test_scores_are_bm25(self, shop: Index) -> None:
        if not self.text_scores:
            pytest.skip("its scores are its own")
        shop.put([record("1", text="red red dress"), record("2", text="red shoe"), record("3", text="dress")])
        shop.put([record("4", title="red"), record("5", text="!?"), record("6", text="hat hat hat hat")])
        hits = shop.query(words("red dress"))
        average = (3 + 2 + 1 + 4) / 4
        expected = {
            "1": bm25(2, 3, average, 4, 2) + bm25(1, 3, average, 4, 2),
            "2": bm25(1, 2, average, 4, 2),
            "3": bm25(1, 1, average, 4, 2),
        }
        assert keys_of(hits) == sorted(expected, key=lambda key: -expected[key])
        for hit in hits:
            assert hit.scores is not None
            assert hit.scores.bm25["text"] == pytest.approx(expected[hit.key], rel=1e-5)

    def test_rare_words_count_more(self, shop: Index) -> None:
        shop.put(record(f"common {n}", text="red cotton") for n in range(20))
        shop.put([record("rare", text="velvet cotton")])
        assert shop.query(words("red velvet"))[0].key == "rare"

    def test_a_word_that_all_hold_still_finds_them(self, shop: Index) -> None:
        shop.put(record(f"{n}", text="red") for n in range(5))
        hits = shop.query(words("red"))
        assert len(hits) == 5
        assert all(hit.scores is not None and hit.scores.bm25["text"] > 0 for hit in hits)

    def test_more_often_and_in_a_shorter_text_is_better(self, shop: Index) -> None:
        shop.put([record("often", text="red red red hat"), record("once", text="red old hat shop")])
        assert keys_of(shop.query(words("red"))) == ["often", "once"]
        shop.put([record("short", text="blue"), record("long", text="blue " + "and so on " * 30)])
        assert keys_of(shop.query(words("blue"))) == ["short", "long"]

    def test_a_word_asked_for_twice_counts_twice(self, shop: Index) -> None:
        shop.put([record("a", text="red"), record("b", text="blue")])
        assert keys_of(shop.query(words("red blue blue"))) == ["b", "a"]
        assert keys_of(shop.query(words("red blue red"))) == ["a", "b"]

    def test_very_many_of_a_word_are_counted(self, shop: Index) -> None:
        shop.put([record("many", text="red " * 9000), record("fewer", text="red " * 70 + "hat " * 8930)])
        assert keys_of(shop.query(words("red"))) == ["many", "fewer"]
        assert keys_of(shop.query(words("hat"))) == ["fewer"]

    def test_filters_apply_before_k(self, shop: Index) -> None:
        shop.put(record(f"{n:02}", text="red " * (20 - n), n=n) for n in range(20))
        hits = shop.query(words("red", k=3, filter=parse({"n": {"$gte": 15}})))
        assert len(hits) == 3
        assert {hit.metadata["n"] for hit in hits} <= {15, 16, 17, 18, 19}

    def test_a_filter_does_not_change_scores(self, shop: Index) -> None:
        shop.put(record(f"{n}", text="red " * (n % 3 + 1) + "hat " * (n % 4), n=n) for n in range(12))
        free = {hit.key: hit.scores for hit in shop.query(words("red hat", k=50))}
        narrow = shop.query(words("red hat", k=50, filter=parse({"n": {"$in": [1, 4, 7]}})))
        assert {hit.key for hit in narrow} == {"1", "4", "7"}
        for hit in narrow:
            assert hit.scores == free[hit.key]

    def test_lists_of_strings_are_text_and_numbers_are_not(self, shop: Index) -> None:
        shop.put([record("list", title=["red dress", "for 2026"]), record("mixed", title=[7, "blue hat", 8])])
        shop.put([record("number", title=2026), record("bool", title=True), record("text", title="true 7")])
        assert keys_of(shop.query(words("dress", "title"))) == ["list"]
        assert keys_of(shop.query(words("2026", "title"))) == ["list"]
        assert keys_of(shop.query(words("hat", "title"))) == ["mixed"]
        assert keys_of(shop.query(words("7", "title"))) == ["text"]
        assert keys_of(shop.query(words("true", "title"))) == ["text"]

    def test_each_key_is_searched_and_scored_alone(self, shop: Index) -> None:
        shop.put([record("a", text="red dress", title="hat"), record("b", text="hat")])
        before = shop.query(words("hat", "title"))
        assert keys_of(before) == ["a"]
        shop.put(record(f"more {n}", text="hat " * n) for n in range(30))
        after = shop.query(words("hat", "title"))
        assert keys_of(after) == ["a"]
        assert [hit.scores for hit in after] == [hit.scores for hit in before]

    def test_texts_for_several_keys_add_up(self, shop: Index) -> None:
        shop.put([record("both", text="red hat", title="hat"), record("text", text="red hat")])
        shop.put([record("title", title="hat"), record("none", text="blue", title="shoe")])
        hits = shop.query(Query(10, texts=(("title", "hat"), ("text", "red"))))
        assert hits[0].key == "both"
        assert {hit.key for hit in hits} == {"both", "text", "title"}
        keys = {hit.key: set(hit.scores.bm25) for hit in hits if hit.scores is not None}
        assert keys == {"both": {"title", "text"}, "text": {"text"}, "title": {"title"}}
        sums = [sum(hit.scores.bm25.values()) for hit in hits if hit.scores is not None]
        assert sums == sorted(sums, reverse=True)

    def test_equal_scores_are_ordered_by_key(self, shop: Index) -> None:
        order = np.random.default_rng(5).permutation(60)
        shop.put(record(f"{n:02}", text="red hat") for n in order)
        shop.put([record("99", text="red"), record("98", text="red hat and more")])
        assert keys_of(shop.query(words("red", k=8))) == ["99", *(f"{n:02}" for n in range(7))]
        assert keys_of(shop.query(words("red", k=70))) == ["99", *(f"{n:02}" for n in range(60)), "98"]

    def test_words_are_found_ten_thousand_deep(self, shop: Index) -> None:
        shop.put(record(f"{n:04}", text="red " * (n % 7 + 1) + "hat " * (n % 5)) for n in range(1500))
        all_of_them = shop.query(words("red", k=10_000, with_metadata=False))
        assert len(all_of_them) == 1500
        ranks = [(-hit.scores.bm25["text"], hit.key) for hit in all_of_them if hit.scores is not None]
        assert ranks == sorted(ranks)
        for k in (1, 100, 1499):
            assert keys_of(shop.query(words("red", k=k))) == keys_of(all_of_them[:k])

    def test_max_distance_means_nothing_without_a_vector(self, shop: Index) -> None:
        shop.put([record("a", text="red")])
        assert keys_of(shop.query(words("red", max_distance=0.0))) == ["a"]

    def test_a_query_by_words_leaves_metadata_out_when_not_asked(self, shop: Index) -> None:
        shop.put([record("a", text="red")])
        (hit,) = shop.query(words("red", with_metadata=False))
        assert dict(hit.metadata) == {}
        assert hit.scores is not None

    @pytest.mark.parametrize("text", HARMLESS, ids=lambda text: ascii(text[:12]))
    def test_no_query_language_leaks_in(self, shop: Index, text: str) -> None:
        shop.put([record("a", text="red dress"), record("b", text="the title is not near and or text")])
        found = keys_of(shop.query(words(text)))
        assert set(found) <= {"a", "b"}
        if "red" in text.replace("re_d", ""):
            assert "a" in found

    @pytest.mark.parametrize("text", ["!?", "…", "👗", "\0", "- * ^ :"])
    def test_a_text_without_words_finds_nothing(self, shop: Index, text: str) -> None:
        shop.put([record("a", text="red dress"), record("b", text=text)])
        assert shop.query(words(text)) == []

    @pytest.mark.parametrize(
        "texts",
        [
            (("text", ""),),
            (("text", " \t\n"),),
            (("text", "x" * 1025),),
            (("other", "red"),),
            (("text", "red"), ("text", "hat")),
            (("text", "red"), ("title", "")),
            tuple((f"key {n}", "red") for n in range(11)),
        ],
        ids=["empty", "blank", "long", "unknown", "twice", "one empty", "eleven"],
    )
    def test_bad_texts_are_refused(self, shop: Index, texts: tuple[tuple[str, str], ...]) -> None:
        shop.put([record("a", text="red dress")])
        for vector in (None, np.ones(3, np.float32)):
            with pytest.raises(Invalid):
                shop.query(Query(5, vector, texts))
