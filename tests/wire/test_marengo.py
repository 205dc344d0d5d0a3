"""Marengo's answers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sensorium.errors import Unavailable
from sensorium.wire import body, marengo
from sensorium.wire.marengo import Embedded

VECTOR = np.array([0.6, -0.8], np.float32)


def test_an_answer_is_a_list_whose_entries_say_only_what_is_known() -> None:
    clip = Embedded(VECTOR, "visual", "clip", 0.0, 6.0)
    assert json.loads(body.encode(marengo.answer([Embedded(VECTOR), clip]))) == {
        "data": [
            {"embedding": [0.6, -0.8]},
            {
                "embedding": [0.6, -0.8],
                "embeddingOption": "visual",
                "embeddingScope": "clip",
                "startSec": 0.0,
                "endSec": 6.0,
            },
        ]
    }


def test_an_answer_is_read_back() -> None:
    clip = Embedded(VECTOR, "audio", "asset", 1.5, 6.0)
    (found,) = marengo.parse_answer(json.loads(body.encode(marengo.answer([clip]))))
    assert np.array_equal(found.vector, VECTOR)
    assert (found.option, found.scope, found.start_s, found.end_s) == ("audio", "asset", 1.5, 6.0)


def test_one_object_as_the_documentation_prints_it_is_read_too() -> None:
    (found,) = marengo.parse_answer({"data": {"embedding": [0.5, 0.5]}})
    assert found.vector.tolist() == [0.5, 0.5]


@pytest.mark.parametrize("document", [None, [], {}, {"data": 1}, {"data": [{}]}, {"data": [{"embedding": []}]}])
def test_what_is_no_answer_is_told_as_a_remotes_fault(document: object) -> None:
    with pytest.raises(Unavailable, match="without readable embeddings"):
        marengo.parse_answer(document)
