from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.server import jsonbody
from sensorium.wire.fault import AwsFault


def test_numbers_that_json_does_not_know_are_read() -> None:
    found = jsonbody.loads(b"[NaN, Infinity, -Infinity, 1e999, -1e999, 12345678901234567890123]")
    assert math.isnan(found[0])
    assert found[1:5] == [math.inf, -math.inf, math.inf, -math.inf]
    assert found[5] == pytest.approx(1.2345678901234568e22)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"nan", b"[1,]", b"{'a': 1}", b"\xef\xbb\xbf{}", b'"\xff"', b"[NaN" + b"[" * 200_000]
)
def test_what_is_no_json(body: bytes) -> None:
    with pytest.raises(AwsFault, match="no JSON") as caught:
        jsonbody.loads(body)
    assert caught.value.name == "SerializationException"


@pytest.mark.parametrize("body", [b'"\\ud800"', b'{"\\udc00": 1}', b'[NaN, "\\ud83d\\ud83d"]'])
def test_a_lone_surrogate_is_no_text(body: bytes) -> None:
    with pytest.raises(AwsFault, match="surrogate"):
        jsonbody.loads(body)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=5)))
def test_it_reads_what_python_reads(value: object) -> None:
    try:
        body = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    assert repr(jsonbody.loads(body)) == repr(json.loads(body))


def test_arrays_go_out_with_the_digits_of_their_type() -> None:
    assert (
        jsonbody.dumps({"a": np.array([0.1, 1, 2e-45], np.float32), "b": "ü"})
        == '{"a":[0.1,1.0,1e-45],"b":"ü"}'.encode()
    )


def test_integers_beyond_64_bits_go_out_as_they_are() -> None:
    document = {"n": 2**70, "é": np.array([0.5, 1], np.float32)}
    assert jsonbody.dumps(document) == f'{{"n":{2**70},"é":[0.5,1.0]}}'.encode()
    with pytest.raises(TypeError, match="object is no JSON"):
        jsonbody.dumps({"n": object()})
