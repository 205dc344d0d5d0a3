"""Values on the command line that hold more than one word."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sensorium.cli import values
from sensorium.errors import Invalid


def test_metadata_values_keep_their_json_type() -> None:
    found = values.metadata(["year=2020", "price=9.5", "sold=true", "name=a=b", "code=007", "odd=NaN", "none=null"])
    assert found == {
        "year": 2020,
        "price": 9.5,
        "sold": True,
        "name": "a=b",
        "code": "007",
        "odd": "NaN",
        "none": "null",
    }
    assert found["sold"] is True


def test_a_key_given_twice_holds_a_list() -> None:
    assert values.metadata(["tag=a", "tag=b", "x=1"]) == {"tag": ["a", "b"], "x": 1}


@pytest.mark.parametrize("pair", ["novalue", "=x"])
def test_a_pair_without_key_or_equals_is_refused(pair: str) -> None:
    with pytest.raises(Invalid, match="KEY=VALUE"):
        values.metadata([pair])


def test_weights() -> None:
    assert values.weights(None) is None
    assert values.weights("1,0.5,-2") == [1.0, 0.5, -2.0]
    with pytest.raises(Invalid, match="numbers with commas"):
        values.weights("1;2")


@pytest.mark.parametrize("text", ["{", "[1]", "red"])
def test_a_filter_that_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="--filter"):
        values.filter(text)


def test_purposes_are_listed_where_one_is_wrong() -> None:
    with pytest.raises(Invalid, match="GENERIC_INDEX, GENERIC_RETRIEVAL"):
        values.purpose("generic_index")


def test_a_vector_survives_being_written() -> None:
    row = np.random.default_rng(1).standard_normal(50).astype(np.float32)
    again = np.asarray(json.loads(json.dumps(values.vector(row))), np.float32)
    assert (again == row).all()
