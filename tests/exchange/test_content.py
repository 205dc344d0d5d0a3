"""What a file says of its index."""

from __future__ import annotations

import json

import pytest

from sensorium.errors import Unreadable
from sensorium.exchange.content import Header
from sensorium.stores.base import IndexSpec, Language, TextKey
from sensorium.types import Metric


def test_what_an_index_is_comes_back() -> None:
    texts = (TextKey("b", Language.JAPANESE), TextKey("a"))
    spec = IndexSpec("bucket", "name", 5, Metric.EUCLIDEAN, frozenset({"x", "y"}), texts, "m@1", 12.5)
    header = Header.of(spec)
    assert Header.from_json(header.to_json(), "f") == header
    assert (header.dim, header.metric, header.non_filterable) == (5, Metric.EUCLIDEAN, frozenset({"x", "y"}))
    assert (header.text_keys, header.model, header.records) == (texts, "m@1", None)


@pytest.mark.parametrize("change", [{"format": 2}, {"metric": "l1"}, {"text_keys": [{"key": "a", "language": "xx"}]}])
def test_what_is_newer_or_broken_is_unreadable(change: dict[str, object]) -> None:
    text = Header.of(IndexSpec("bucket", "name", 5)).to_json()
    with pytest.raises(Unreadable, match=r"^f\.parquet: "):
        Header.from_json(json.dumps({**json.loads(text), **change}), "f.parquet")
    for broken in ("", "{}", "[]", "nonsense"):
        with pytest.raises(Unreadable, match=r"^f\.parquet: "):
            Header.from_json(broken, "f.parquet")
