"""Records as the JSON of PutVectors."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sensorium.stores.s3vectors.records import ENVELOPE, MAX_BODY, encoded, parts, sendable
from sensorium.types import Record


def test_a_record_is_written_with_the_fewest_digits() -> None:
    data = encoded(Record("é", np.array([0.1, -2, 1e-30], np.float32), {"n": 1, "b": True, "l": ["x", 0.5]}))
    assert b"0.1,-2.0,1e-30" in data
    found = json.loads(data)
    assert found["key"] == "é"
    assert found["metadata"] == {"n": 1, "b": True, "l": ["x", 0.5]}
    assert np.array_equal(np.array(found["data"]["float32"], np.float32), np.array([0.1, -2, 1e-30], np.float32))


def test_whole_numbers_beyond_64_bits_are_floats() -> None:
    huge = encoded(Record("k", np.ones(1, np.float32), {"a": 10**300, "b": [2**64, 2**62], "c": -(2**63)}))
    assert json.loads(huge)["metadata"] == {"a": 1e300, "b": [2.0**64, 2**62], "c": -(2**63)}


def test_calls_stay_within_the_body_limit_and_keep_the_order() -> None:
    vectors = np.random.default_rng(1).normal(size=(500, 3072)).astype(np.float32)
    made = list(parts(Record(f"{n:03}", vector, {"text": "x" * 20_000}) for n, vector in enumerate(vectors)))
    assert len(made) > 1
    assert all(sum(map(len, part)) + len(part) + ENVELOPE <= MAX_BODY for part in made)
    assert [json.loads(data)["key"] for part in made for data in part[:1]] == [
        f"{sum(len(part) for part in made[:place]):03}" for place in range(len(made))
    ]
    assert sum(map(len, made)) == 500
    assert list(parts([])) == []


@pytest.mark.parametrize(
    ("key", "fits"), [("a", True), ("é" * 512, True), ("", False), ("é" * 513, False), ("\ud800", False)], ids=ascii
)
def test_keys_that_no_record_can_have_are_not_asked_for(key: str, fits: bool) -> None:
    assert sendable(key) is fits
