"""What an index may be called and be. What a store does with it is the contract's to say."""

from __future__ import annotations

import pytest

from sensorium.errors import Invalid
from sensorium.stores import names
from sensorium.stores.base import IndexSpec, Language, TextKey
from sensorium.testing.store_cases.buckets import BAD_BUCKETS
from sensorium.testing.store_cases.indexes import BAD_INDEXES
from sensorium.types import Metric


@pytest.mark.parametrize("name", ["abc", "a-b", "0-9", "a" * 63, "a--b"])
def test_good_names(name: str) -> None:
    assert names.check_bucket(name) == name
    assert names.check_index(name) == name


def test_only_an_index_may_have_dots() -> None:
    assert names.check_index("a.b") == "a.b"
    with pytest.raises(Invalid, match="bucket"):
        names.check_bucket("a.b")


@pytest.mark.parametrize("name", [*BAD_BUCKETS, "abc\n", None])
def test_bad_bucket_names(name: str) -> None:
    with pytest.raises(Invalid, match="3 to 63") as caught:
        names.check_bucket(name)
    assert (caught.value.code, caught.value.path) == ("bucket_name", "bucket")


@pytest.mark.parametrize("name", [*BAD_INDEXES, "abc\n", None])
def test_bad_index_names(name: str) -> None:
    with pytest.raises(Invalid, match="3 to 63") as caught:
        names.check_index(name)
    assert (caught.value.code, caught.value.path) == ("index_name", "name")


def test_a_specification_comes_out_in_plain_types() -> None:
    spec = names.check_spec(IndexSpec("abc", "xyz", 3, "euclidean", frozenset({"a"}), [TextKey("t", "de")]))
    assert spec == IndexSpec("abc", "xyz", 3, Metric.EUCLIDEAN, frozenset({"a"}), (TextKey("t", Language.GERMAN),))
    assert spec.metric is Metric.EUCLIDEAN


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"dim": True}, "dim"),
        ({"dim": 3.0}, "dim"),
        ({"metric": "dot"}, "metric"),
        ({"non_filterable": frozenset(map(str, range(11)))}, "non_filterable"),
        ({"non_filterable": "text"}, "non_filterable"),
        ({"text_keys": (TextKey("a"), TextKey("a"))}, "text_keys"),
        ({"text_keys": (TextKey("x" * 64),)}, "text_keys"),
        ({"text_keys": ("a",)}, "text_keys"),
        ({"text_keys": "a"}, "text_keys"),
        ({"text_keys": (TextKey("a", "la"),)}, "text_keys"),
        ({"model": " "}, "model"),
    ],
)
def test_bad_specifications_name_the_field(fields: dict[str, object], path: str) -> None:
    with pytest.raises(Invalid) as caught:
        names.check_spec(IndexSpec(**{"bucket": "abc", "name": "xyz", "dim": 3, **fields}))
    assert caught.value.path == path
