"""Cases about text that changes: words follow every put, delete and configuration."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.errors import Invalid
from sensorium.filter import parse
from sensorium.stores.base import Index, Query
from sensorium.testing.store_cases.base import MakeIndex, keys_of, record, words
from sensorium.testing.store_cases.shop import TEXT, TITLE, ShopCases, assert_alike, reference_of


class RewordingCases(ShopCases):
    """Writes change what words find."""

    def test_a_put_replaces_the_words(self, shop: Index) -> None:
        shop.put([record("a", text="red dress", title="one"), record("b", text="red hat")])
        shop.put([record("a", text="blue shoe")])
        assert keys_of(shop.query(words("red"))) == ["b"]
        assert keys_of(shop.query(words("dress"))) == []
        assert keys_of(shop.query(words("one", "title"))) == []
        assert keys_of(shop.query(words("blue"))) == ["a"]

    def test_of_equal_keys_in_a_put_the_last_is_found(self, shop: Index) -> None:
        shop.put([record("a", text="red"), record("a", text="blue")])
        assert keys_of(shop.query(words("red"))) == []
        assert keys_of(shop.query(words("blue"))) == ["a"]

    def test_deleted_words_are_gone_and_come_back(self, shop: Index) -> None:
        shop.put([record("a", text="red"), record("b", text="red")])
        shop.delete(["a"])
        assert keys_of(shop.query(words("red"))) == ["b"]
        shop.put([record("a", text="red")])
        assert keys_of(shop.query(words("red"))) == ["a", "b"]
        shop.delete(["a", "b"])
        assert shop.query(words("red")) == []

    def test_what_is_gone_leaves_no_trace_in_scores(self, shop: Index, make_index: MakeIndex) -> None:
        kept = [record(f"{n}", text="red " * (n + 1) + "hat") for n in range(5)]
        fresh = make_index(name="fresh", text_keys=(TEXT,))
        fresh.put(kept)
        shop.put(record(f"{n}", text="red hat shoe " * n) for n in range(40))
        shop.delete(f"{n}" for n in range(5, 40))
        shop.put(kept)
        assert [(hit.key, hit.scores) for hit in shop.query(words("red hat"))] == [
            (hit.key, hit.scores) for hit in fresh.query(words("red hat"))
        ]

    def test_words_show_at_once(self, shop: Index) -> None:
        for turn in range(12):
            shop.put([record("moving", text=f"red w{turn}"), record(f"{turn:02}", text="red hat")])
            assert keys_of(shop.query(words(f"w{turn}"))) == ["moving"]
            assert len(shop.query(words("red", k=50))) == turn + 2
            if turn:
                assert shop.query(words(f"w{turn - 1}")) == []

    def test_a_text_key_can_be_added_to_records_that_are_there(self, make_index: MakeIndex) -> None:
        if not self.text_search:
            pytest.skip("this store searches no text")
        index = make_index()
        index.put(record(f"{n:04}", text="red hat" if n % 2 else "blue hat") for n in range(1100))
        with pytest.raises(Invalid) as caught:
            index.query(words("red"))
        assert caught.value.code == "text_key"
        index.configure([TEXT])
        assert len(index.query(words("red", k=1100))) == 550
        index.put([record("late", text="red")])
        assert index.query(words("red"))[0].key == "late"

    def test_a_text_key_can_be_taken_away_and_given_back(self, shop: Index) -> None:
        shop.put([record("a", text="red", title="hat")])
        shop.configure([TITLE])
        with pytest.raises(Invalid):
            shop.query(words("red"))
        assert keys_of(shop.query(words("hat", "title"))) == ["a"]
        shop.put([record("b", text="red")])
        shop.delete(["a"])
        shop.configure([TITLE, TEXT])
        assert keys_of(shop.query(words("red"))) == ["b"]

    def test_random_texts_agree_with_the_reference(self, shop: Index) -> None:
        if not self.text_scores:
            pytest.skip("its scores are its own")
        reference = reference_of(shop)
        chance = np.random.default_rng(11)
        vocabulary = ["red", "dress", "hat", "日本語", "東京都", "größe", "the", "w1", "ไทย"]

        def text() -> str:
            return " ".join(chance.choice(vocabulary, int(chance.integers(0, 12))))

        for turn in range(8):
            made = [
                record(f"{int(n):02}", text=text(), title=[text(), text()], n=int(n) % 3)
                for n in chance.integers(0, 60, 25)
            ]
            doomed = [f"{int(n):02}" for n in chance.integers(0, 60, 5)]
            for index in (shop, reference):
                index.put(made)
                index.delete(doomed)
            asked = (("text", text() or "red"), ("title", text() or "hat"))[: turn % 2 + 1]
            query = Query(7 + turn, texts=asked, filter=parse({"n": 1}) if turn % 3 else None)
            assert_alike(shop, reference, query)
