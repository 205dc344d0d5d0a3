"""A row's checksums tell any change of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.errors import Corrupt
from sensorium.stores.embedded.rows import Row, decoded_all, encoded_all, of
from sensorium.types import MetadataValue

VECTOR = np.arange(4, dtype=np.float32)
PATH = Path("records.sqlite")
METADATA: dict[str, MetadataValue] = {"text": "日本", "n": 1, "x": 1.0, "l": ["a", 2]}


def stored() -> Row:
    ((slot, key, metadata, vector_check, row_check),) = of(7, ["ключ"], [METADATA], VECTOR[np.newaxis])
    return Row(slot, key.encode(), metadata.encode(), vector_check, row_check)


def test_a_row_gives_back_what_it_was_made_of() -> None:
    found = stored().checked(PATH)
    assert found.text() == "ключ"
    assert found.decoded() == METADATA
    assert isinstance(found.decoded()["x"], float)
    assert isinstance(found.decoded()["n"], int)
    assert found.checked_vector(VECTOR, PATH) is VECTOR


@pytest.mark.parametrize(
    "change",
    [
        {"slot": 8},
        {"slot": -1},
        {"slot": 2**40},
        {"key": "ключи".encode()},
        {"key": None},
        {"key": 5},
        {"metadata": b"{}"},
        {"metadata": None},
        {"vector_check": 0},
        {"vector_check": -1},
        {"vector_check": b"x"},
        {"row_check": 1},
        {"row_check": None},
    ],
)
def test_any_change_is_told(change: dict[str, Any]) -> None:
    changed = stored()._replace(**change)
    assert changed.broken()
    with pytest.raises(Corrupt, match="fails its checksum"):
        changed.checked(PATH)


def test_a_text_cannot_flow_from_the_key_into_the_metadata() -> None:
    whole = stored()
    moved = whole._replace(key=whole.key + whole.metadata[:2], metadata=whole.metadata[2:])
    assert moved.broken()


def test_another_vector_is_told() -> None:
    with pytest.raises(Corrupt, match=r"vector of the record 'ключ' in slot 7"):
        stored().checked_vector(VECTOR + 1, PATH)


_PIECES = st.sampled_from(["}", "{", ",", '"', "\\", "[", "]", ":", '},"",{', "\0", "é", "\u2028", "x"])
_TEXTS = st.lists(_PIECES, max_size=6).map("".join)
_VALUES = _TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()


@given(
    st.lists(st.dictionaries(_TEXTS, _VALUES | st.lists(_TEXTS | st.integers(), max_size=4), max_size=4), max_size=5)
)
def test_many_are_encoded_at_once_as_one_by_one(metadata: list[dict[str, MetadataValue]]) -> None:
    single = [json.dumps(one, ensure_ascii=False, allow_nan=False, separators=(",", ":")) for one in metadata]
    assert encoded_all(metadata) == single


def test_metadata_that_no_json_says_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        encoded_all([{}, {"x": float("nan")}])


def test_many_are_decoded_at_once() -> None:
    assert decoded_all([]) == []
    assert decoded_all([b"{}", stored().metadata]) == [{}, stored().decoded()]


def test_a_moved_row_is_whole_in_its_new_slot() -> None:
    moved = stored().moved(3)
    assert (moved.slot, moved.broken()) == (3, False)
    assert moved._replace(slot=7).broken()
