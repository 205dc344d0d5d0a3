"""What a record and a query may hold; the contract has the cases that every store must refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sensorium.errors import Invalid
from sensorium.filter import parse
from sensorium.stores import records
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.types import Metric, Record

SPEC = IndexSpec("abc", "xyz", 2, Metric.COSINE, frozenset({"text"}))


def _record(key: str = "k", vector: object = (1, 2), **metadata: object) -> Record:
    return Record(key, vector, metadata)


@pytest.mark.parametrize(
    ("metadata", "size"),
    [
        ({}, 4),
        ({"a": "xyz"}, 4 + 8 + 1 + 3),
        ({"é": "日"}, 4 + 8 + 2 + 3),
        ({"a": 1}, 4 + 8 + 1 + 4),
        ({"a": 12345.678}, 4 + 8 + 1 + 4),
        ({"a": True}, 4 + 8 + 1),
        ({"a": []}, 4 + 8 + 1),
        ({"a": ["xy", 5]}, 4 + 8 + 1 + (4 + 2) + (4 + 4)),
        ({"a": 1, "b": "\n"}, 4 + (8 + 1 + 4) + (8 + 1 + 1)),
    ],
)
def test_metadata_is_measured_as_s3_vectors_does(metadata: dict[str, object], size: int) -> None:
    assert records.metadata_bytes(metadata) == size


def test_a_checked_record_is_a_plain_copy() -> None:
    tags = ("a", 1)
    found = records.check_record(_record(vector=[1, 2.5], tags=tags, n=1), SPEC)
    assert found.vector.dtype == np.float32
    assert found.vector.tolist() == [1, 2.5]
    assert not found.vector.flags.writeable
    assert found.metadata == {"tags": ["a", 1], "n": 1}


@pytest.mark.parametrize(
    ("query", "path"),
    [
        (Query(0, np.ones(2, np.float32)), "k"),
        (Query(True, np.ones(2, np.float32)), "k"),
        (Query(10_001, np.ones(2, np.float32)), "k"),
        (Query(1, np.ones(2, np.float32), max_distance=float("nan")), "max_distance"),
        (Query(1, np.zeros(2, np.float32)), "vector"),
        (Query(1), "vector"),
        (Query(1, np.ones(2, np.float32), filter=parse({"text": "x"})), "filter"),
    ],
)
def test_a_bad_query_says_where(query: Query, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        records.check_query(query, SPEC)
    assert caught.value.path == path


TEXTS = replace(SPEC, text_keys=(TextKey("text"), TextKey("title")))


def test_a_query_of_texts_needs_no_vector() -> None:
    query = Query(3, texts=(("text", "words"), ("title", "日" * 1024)))
    assert records.check_query(query, TEXTS) is query


@pytest.mark.parametrize(
    ("texts", "code", "path"),
    [
        ((("text", ""),), "text_length", "texts[0]"),
        ((("title", "a"), ("text", " \n")), "text_length", "texts[1]"),
        ((("text", "a" * 1025),), "text_length", "texts[0]"),
        ((("text", "a"), ("text", "b")), "text_twice", "texts[1]"),
        ((("other", "a"),), "text_key", "texts[0]"),
        ((("text", 5),), "texts", "texts[0]"),
        ((("text", "\ud800"),), "unicode", "texts[0]"),
        (tuple((f"{n}", "a") for n in range(11)), "texts", "texts"),
    ],
)
def test_a_bad_text_says_what_and_where(texts: tuple[tuple[str, str], ...], code: str, path: str) -> None:
    for vector in (None, np.ones(2, np.float32)):
        with pytest.raises(Invalid) as caught:
            records.check_query(Query(3, vector, texts), TEXTS)
        assert (caught.value.code, caught.value.path) == (code, path)


def test_a_bad_scan_says_where() -> None:
    assert records.check_scan(1, (2, 3)) == (2, 3)
    for limit, part, path in ((0, (0, 1), "limit"), (1, (3, 3), "part"), (1, (-1, 3), "part")):
        with pytest.raises(Invalid) as caught:
            records.check_scan(limit, part)
        assert caught.value.path == path
