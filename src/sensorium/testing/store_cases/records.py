"""Cases about records: put, get, delete and scan."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.errors import Invalid
from sensorium.stores.base import Index
from sensorium.testing.store_cases.base import MakeIndex, StoreCases, ask, everything, keys_of, record, same_metadata
from sensorium.types import MetadataValue, Metric, Record

ODD_KEYS = [
    "a/b",
    "%2F",
    " ",
    "line\nbreak",
    "'",
    '"; --',
    "\\",
    "ключ",
    "日本語",
    "😀",
    "e\u0301",
    "x" * 1024,
    "é" * 512,
]
EVERY_TYPE: dict[str, MetadataValue] = {
    "text": "a",
    "number-like": "1",
    "whole": 1,
    "float": 0.1,
    "negative": -2.5e-7,
    "large": 2**53,
    "true": True,
    "false": False,
    "list": ["a", 1, 0.5, "é"],
    "empty list": [],
    "empty": "",
    "a.b": "dots",
    "日本": "語 😀 \u0000 \n",
}


class RecordCases(StoreCases):
    """Records are put, read, replaced and removed."""

    def test_what_is_put_is_read_back(self, make_index: MakeIndex) -> None:
        index = make_index(dim=64, metric=Metric.EUCLIDEAN)
        vectors = np.random.default_rng(1).normal(size=(20, 64)).astype(np.float32)
        assert index.put(record(f"k{row}", vector, n=row) for row, vector in enumerate(vectors)) == 20
        found = index.get([f"k{row}" for row in range(20)])
        assert keys_of(found) == [f"k{row}" for row in range(20)]
        for row, one in enumerate(found):
            assert one.vector.dtype == np.float32
            assert np.array_equal(one.vector, vectors[row])
            assert same_metadata(one.metadata, {"n": row})

    def test_metadata_of_every_type_is_read_back(self, index: Index) -> None:
        index.put([record("all", **EVERY_TYPE), record("none")])
        found = index.get(["all", "none"])
        assert same_metadata(found[0].metadata, EVERY_TYPE)
        assert dict(found[1].metadata) == {}

    @pytest.mark.parametrize("key", ODD_KEYS, ids=ascii)
    def test_any_text_can_be_a_key(self, index: Index, key: str) -> None:
        index.put([record(key), record("other", (0, 1, 0))])
        assert keys_of(index.get([key])) == [key]
        assert keys_of(index.query(ask(k=1))) == [key]
        assert sorted(keys_of(index.scan(None, 10))) == sorted([key, "other"])
        assert index.delete([key]) == 1
        assert keys_of(index.scan(None, 10)) == ["other"]

    def test_nothing_to_put_is_fine(self, index: Index) -> None:
        assert index.put([]) == 0
        assert index.count() == 0

    def test_a_put_replaces_the_whole_record(self, index: Index) -> None:
        index.put([record("one", (1, 0, 0), old="x", both=1), record("two")])
        index.put([record("one", (0, 1, 0), both=2)])
        (found,) = index.get(["one"])
        assert found.vector.tolist() == [0, 1, 0]
        assert same_metadata(found.metadata, {"both": 2})
        assert index.count() == 2

    def test_of_equal_keys_in_one_put_the_last_wins(self, index: Index) -> None:
        index.put([record("same", (1, 0, 0), n=1), record("other"), record("same", (0, 0, 1), n=2)])
        assert index.count() == 2
        (found,) = index.get(["same"])
        assert found.vector.tolist() == [0, 0, 1]
        assert same_metadata(found.metadata, {"n": 2})

    def test_a_put_may_be_larger_than_a_chunk(self, index: Index) -> None:
        assert index.put(record(f"{n:05}", (1, n, 0)) for n in range(1203)) == 1203
        assert index.count() == 1203
        assert index.get(["01202"])[0].vector.tolist() == [1, 1202, 0]

    def test_get_keeps_the_order_and_leaves_out_absent_keys(self, index: Index) -> None:
        index.put([record("a"), record("b"), record("c")])
        assert keys_of(index.get(["c", "nope", "a"])) == ["c", "a"]
        assert index.get([]) == []
        assert index.get(["nope"]) == []

    def test_many_keys_at_once(self, index: Index) -> None:
        index.put(record(f"{n:04}", (1, n, 0)) for n in range(1100))
        wanted = [f"{n:04}" for n in reversed(range(1100))]
        assert keys_of(index.get(wanted)) == wanted
        assert index.delete(wanted) == 1100
        assert index.count() == 0

    def test_a_delete_removes_what_exists(self, index: Index) -> None:
        index.put([record("a"), record("b"), record("c")])
        assert index.delete(["a", "nope", "c"]) == 2
        assert index.delete(["a"]) == 0
        assert index.delete([]) == 0
        assert index.get(["a", "b", "c"])[0].key == "b"
        assert keys_of(index.query(ask())) == ["b"]
        assert index.count() == 1

    def test_a_deleted_record_can_come_back(self, index: Index) -> None:
        index.put([record("a", (1, 0, 0), n=1)])
        index.delete(["a"])
        index.put([record("a", (0, 1, 0))])
        (found,) = index.get(["a"])
        assert found.vector.tolist() == [0, 1, 0]
        assert dict(found.metadata) == {}

    def test_the_store_keeps_its_own_copy(self, index: Index) -> None:
        vector = np.array([1, 0, 0], np.float32)
        tags: list[str | int | float] = ["a"]
        metadata: dict[str, MetadataValue] = {"tags": tags, "n": 1}
        index.put([Record("one", vector, metadata)])
        vector[:] = 9
        tags.append("b")
        metadata["n"] = 2
        (found,) = index.get(["one"])
        assert found.vector.tolist() == [1, 0, 0]
        assert same_metadata(found.metadata, {"tags": ["a"], "n": 1})
        taken = found.metadata["tags"]
        assert isinstance(taken, list)
        taken.append("c")
        assert same_metadata(index.get(["one"])[0].metadata, {"tags": ["a"], "n": 1})

    def test_vectors_are_rounded_to_float32(self, make_index: MakeIndex) -> None:
        index = make_index(dim=2, metric=Metric.EUCLIDEAN)
        index.put([Record("one", np.array([0.1, 1e-60]), {})])
        assert np.array_equal(index.get(["one"])[0].vector, np.array([0.1, 0], np.float32))

    def test_a_zero_vector_is_fine_under_euclidean(self, make_index: MakeIndex) -> None:
        index = make_index(metric=Metric.EUCLIDEAN)
        index.put([record("zero", (0, 0, 0))])
        assert [(hit.key, hit.distance) for hit in index.query(ask((0, 0, 0)))] == [("zero", 0)]

    # --- what is refused ---

    @pytest.mark.parametrize(
        ("vector", "said"),
        [
            ((1, 0), "length 3"),
            ((1, 0, 0, 0), "length 3"),
            ((1, float("nan"), 0), "NaN"),
            ((1, float("inf"), 0), "Inf"),
            ((1, 1e300, 0), "Inf"),
            ((0, 0, 0), "zero"),
            ((1e-60, 0, 0), "zero"),
        ],
    )
    def test_a_bad_vector_is_refused(self, index: Index, vector: tuple[float, ...], said: str) -> None:
        with pytest.raises(Invalid, match=said) as caught:
            index.put([record("fine"), Record("the bad one", np.array(vector, np.float64), {})])
        assert "the bad one" in str(caught.value)
        assert index.count() == 0

    @pytest.mark.parametrize("key", ["", "x" * 1025, "é" * 513, "\ud800"], ids=ascii)
    def test_a_bad_key_is_refused(self, index: Index, key: str) -> None:
        with pytest.raises(Invalid, match="key"):
            index.put([record("fine"), record(key)])
        assert index.count() == 0

    @pytest.mark.parametrize(
        ("metadata", "said"),
        [
            ({"a": {"nested": 1}}, "strings, numbers, booleans, or arrays"),
            ({"a": None}, "strings, numbers, booleans, or arrays"),
            ({"a": [True]}, "array values must be strings or numbers"),
            ({"a": ["x", None]}, "array values must be strings or numbers"),
            ({"a": [["x"]]}, "array values must be strings or numbers"),
            ({"a": float("nan")}, "finite"),
            ({"a": [float("inf")]}, "finite"),
            ({"a": "x" * 2100}, "2048"),
            ({"hidden": "x" * 41_000}, "40960"),
            ({str(n): n for n in range(51)}, "50 keys"),
        ],
        ids=lambda value: ascii(value)[:24],
    )
    def test_bad_metadata_is_refused(self, index: Index, metadata: dict[str, object], said: str) -> None:
        with pytest.raises(Invalid, match=said) as caught:
            index.put([record("fine"), record("the bad one", **metadata)])
        assert "the bad one" in str(caught.value)
        assert index.count() == 0

    def test_metadata_may_be_as_large_as_the_limits(self, index: Index) -> None:
        filterable = "x" * (2048 - 4 - 8 - 6)
        whole: dict[str, MetadataValue] = {"filter": filterable}
        whole["hidden"] = "y" * (40_960 - 2048 - 8 - 6)
        fifty: dict[str, MetadataValue] = {f"k{n:02}": [n, "é"] for n in range(50)}
        index.put([record("whole", **whole), record("fifty", **fifty)])
        found = index.get(["whole", "fifty"])
        assert same_metadata(found[0].metadata, whole)
        assert same_metadata(found[1].metadata, fifty)
        with pytest.raises(Invalid, match="2048"):
            index.put([record("over", filter="x" * (2048 - 4 - 8 - 6 + 1))])
        with pytest.raises(Invalid, match="40960"):
            index.put([record("over", **{**whole, "hidden": f"{whole['hidden']}y"})])

    def test_a_bad_record_stops_its_chunk_and_what_follows(self, index: Index) -> None:
        def stream() -> list[Record]:
            good = [record(f"{n:04}", (1, n, 0)) for n in range(1400)]
            good[700] = record("bad", (1, 0))
            return good

        with pytest.raises(Invalid, match="500") as caught:
            index.put(stream())
        assert "bad" in str(caught.value)
        assert index.count() == 500
        assert keys_of(index.get(["0499", "0500", "1300"])) == ["0499"]

    # --- scan ---

    def test_a_scan_goes_by_pages_in_the_order_of_keys(self, index: Index) -> None:
        keys = ["B", "a", "ab", "b", "z", "é", "\uffee", "😀"]
        index.put(record(key) for key in reversed(keys))
        assert keys_of(index.scan(None, 100)) == keys
        assert keys_of(index.scan(None, 3)) == ["B", "a", "ab"]
        assert keys_of(index.scan("ab", 3)) == ["b", "z", "é"]
        assert keys_of(index.scan("aa", 1)) == ["ab"]
        assert index.scan("😀", 3) == []

    def test_a_scan_gives_whole_records(self, index: Index) -> None:
        index.put([record("one", (1, 2, 3), n=1, hidden="text")])
        (found,) = index.scan(None, 5)
        assert found.vector.tolist() == [1, 2, 3]
        assert found.vector.dtype == np.float32
        assert same_metadata(found.metadata, {"n": 1, "hidden": "text"})

    @pytest.mark.parametrize("shares", [1, 3, 16])
    def test_the_parts_of_a_scan_share_out_the_records(self, index: Index, shares: int) -> None:
        index.put(record(f"{n:03}") for n in range(100))
        seen: list[str] = []
        for share in range(shares):
            after: str | None = None
            while page := index.scan(after, 7, (share, shares)):
                assert len(page) <= 7
                assert keys_of(page) == sorted(keys_of(page))
                seen += keys_of(page)
                after = page[-1].key
        assert sorted(seen) == [f"{n:03}" for n in range(100)]

    def test_a_bad_scan_is_refused(self, index: Index) -> None:
        for part in ((1, 1), (-1, 2), (0, 0)):
            with pytest.raises(Invalid):
                index.scan(None, 10, part)
        with pytest.raises(Invalid):
            index.scan(None, 0)

    def test_a_scan_sees_replaced_and_deleted_records(self, index: Index) -> None:
        index.put(record(f"{n:02}", n=n) for n in range(30))
        index.delete(f"{n:02}" for n in range(0, 30, 2))
        index.put([record("01", n="new")])
        found = everything(index)
        assert sorted(found) == [f"{n:02}" for n in range(1, 30, 2)]
        assert same_metadata(found["01"].metadata, {"n": "new"})
