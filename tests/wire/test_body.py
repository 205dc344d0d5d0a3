"""Bodies as bytes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sensorium.wire import body
from sensorium.wire.fault import AwsFault


def test_arrays_are_written_as_lists_that_read_back_exactly() -> None:
    vector = np.random.default_rng(1).standard_normal(64).astype(np.float32)
    written = body.encode({"embedding": vector, "n": 1, "none": None})
    found = json.loads(written)
    assert np.array_equal(np.asarray(found["embedding"], np.float32), vector)
    assert found["n"] == 1
    assert found["none"] is None


def test_integers_of_any_width_are_written() -> None:
    rows = np.array([[-128, 127], [0, 1]], np.int8)
    assert json.loads(body.encode({"int8": rows, "uint8": rows.astype(np.uint8)})) == {
        "int8": [[-128, 127], [0, 1]],
        "uint8": [[128, 127], [0, 1]],
    }


@pytest.mark.parametrize("data", [b"", b"{", b"{'a': 1}", b"\xff\xfe", b'{"a": NaN}', b'{"a": "\\ud800"}', b"\0" * 9])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(AwsFault) as caught:
        body.decode(data)
    assert caught.value.name == "ValidationException"
    assert caught.value.message.startswith("Malformed input request, ")


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(AwsFault):
        body.decode(b"[" * 100_000)


def test_indented_json_and_any_value_are_read() -> None:
    assert body.decode(json.dumps({"a": ["ä", 1]}, indent=2).encode()) == {"a": ["ä", 1]}
    assert body.decode(b"7") == 7
