"""What filters may be built from."""

from __future__ import annotations

import numpy as np

from sensorium.server.api.facets import facets
from sensorium.stores.base import IndexSpec
from sensorium.stores.memory import MemoryStore
from sensorium.types import Metadata, Record


def _facets(*rows: Metadata) -> dict[str, dict[str, object]]:
    store = MemoryStore()
    store.create_bucket("default")
    index = store.create(IndexSpec("default", "things", 2, non_filterable=frozenset(("text",))))
    index.put(Record(f"{number:04}", np.ones(2, np.float32), row) for number, row in enumerate(rows))
    return {str(one["key"]): one for one in facets(index)}


def test_types_values_and_bounds() -> None:
    found = _facets(
        {"colour": "red", "year": 1999, "sold": True, "tags": ["a", 2], "text": "hidden", "source": "x"},
        {"colour": "blue", "year": 2001.5, "sold": False, "tags": ["b"]},
    )
    assert list(found) == ["colour", "sold", "tags", "year", "source"]  # one's own first
    assert (found["colour"]["values"], found["colour"]["more"]) == (["blue", "red"], False)
    assert found["sold"]["values"] == [False, True]
    assert (found["year"]["types"], found["year"]["min"], found["year"]["max"]) == (["number"], 1999, 2001.5)
    assert (found["tags"]["types"], found["tags"]["values"], found["tags"]["max"]) == (
        ["number", "string"],
        ["a", "b"],
        2,
    )
    assert found["source"]["standard"] is True


def test_values_that_each_record_has_alone_are_not_offered() -> None:
    found = _facets(*({"id": f"x{number}", "size": "S" if number % 2 else "M"} for number in range(50)))
    assert (found["id"]["values"], found["id"]["more"]) == ([], True)
    assert found["size"]["values"] == ["M", "S"]
    many = _facets(*({"shop": f"s{number % 25}", "note": "n" * 201} for number in range(100)))
    assert (len(many["shop"]["values"]), many["shop"]["more"]) == (20, True)  # type: ignore[arg-type]  # a list
    assert many["note"]["values"] == []


def test_an_empty_index_has_none() -> None:
    assert _facets() == {}
