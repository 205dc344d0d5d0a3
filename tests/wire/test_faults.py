"""The table between our errors and AWS's, read both ways: what goes out comes back as what it was."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium import filter as filters
from sensorium.errors import Conflict, Corrupt, Invalid, NotFound, SensoriumError, Unavailable, Unreadable, Unsupported
from sensorium.stores import names
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.chunks import checked_chunks
from sensorium.stores.records import check_filter, check_query
from sensorium.types import Metric, Record
from sensorium.wire import shapes
from sensorium.wire.faults import BAD_QUERY, S3VECTORS, record_words
from sensorium.wire.s3vectors import put_record

SPEC = IndexSpec("media", "songs", 2, non_filterable=frozenset({"hidden"}))
EUCLIDEAN = IndexSpec("media", "songs", 2, Metric.EUCLIDEAN, frozenset({"hidden"}))
GOOD = np.array([1, 2], np.float32)


def of_record(record: Record, spec: IndexSpec = EUCLIDEAN) -> SensoriumError:
    """What our stores raise for a batch whose second record is bad."""
    with pytest.raises(SensoriumError) as raised:
        list(checked_chunks([Record("good", GOOD), record], spec))
    return raised.value


def raised_by(call: object, *arguments: object) -> SensoriumError:
    assert callable(call)
    with pytest.raises(SensoriumError) as raised:
        call(*arguments)
    return raised.value


def vector(*values: float) -> np.ndarray:
    return np.array(values, np.float64)


PREFIX = "Invalid record for key 'k': "
RAISED: list[tuple[SensoriumError, str, str, str | None]] = [
    (names.no_bucket("b"), "NotFoundException", "The specified vector bucket could not be found", None),
    (names.no_index("b", "i"), "NotFoundException", "The specified index could not be found", None),
    (names.bucket_exists("b"), "ConflictException", "A vector bucket with the specified name already exists", None),
    (names.bucket_not_empty("b", 2), "ConflictException", "The specified vector bucket is not empty", None),
    (names.index_exists("b", "i"), "ConflictException", "An index with the specified name already exists", None),
    (raised_by(names.check_bucket, "B"), "ValidationException", "Invalid vector bucket name", "vectorBucketName"),
    (raised_by(names.check_index, "I_"), "ValidationException", "Invalid index name", "indexName"),
    (raised_by(filters.parse, {}), "ValidationException", "Invalid filter", "filter"),
    (
        raised_by(check_filter, filters.parse({"hidden": 1}), SPEC),
        "ValidationException",
        "Invalid use of non-filterable metadata in filter",
        "filter",
    ),
    (raised_by(check_query, Query(1, vector(1.0)), SPEC), "ValidationException", BAD_QUERY, "vector"),
    (raised_by(check_query, Query(1, vector(1, np.inf)), SPEC), "ValidationException", BAD_QUERY, "vector"),
    (raised_by(check_query, Query(1, vector(0, 0)), SPEC), "ValidationException", BAD_QUERY, "vector"),
    (
        of_record(Record("ü" * 600, GOOD)),
        "ValidationException",
        "Record key length exceeds the maximum allowed",
        "vectors[1].key",
    ),
    (
        of_record(Record("k", vector(1))),
        "ValidationException",
        PREFIX + "vector must have length 2, but has length 1",
        "vectors[1]",
    ),
    (
        of_record(Record("k", vector(1, np.nan))),
        "ValidationException",
        PREFIX + "vector contains NaNs or Infs",
        "vectors[1]",
    ),
    (
        of_record(Record("k", vector(0, 0)), SPEC),
        "ValidationException",
        PREFIX + "cosine distance does not support vectors with zero norm",
        "vectors[1]",
    ),
    (
        of_record(Record("k", GOOD, {"a": None})),
        "ValidationException",
        PREFIX + "Metadata values must be strings, numbers, booleans, or arrays",
        "vectors[1].metadata",
    ),
    (
        of_record(Record("k", GOOD, {"a": [True]})),
        "ValidationException",
        PREFIX + "Metadata array values must be strings or numbers",
        "vectors[1].metadata",
    ),
    (
        of_record(Record("k", GOOD, {"a": 10**400})),
        "ValidationException",
        PREFIX + "Metadata numbers must be finite float64",
        "vectors[1].metadata",
    ),
    (
        raised_by(put_record, {"key": "k", "data": {"float32": GOOD}, "metadata": 1}, 1),
        "ValidationException",
        PREFIX + "Metadata must be an object",
        "vectors[1].metadata",
    ),
    (
        of_record(Record("k", GOOD, {str(number): 1 for number in range(51)})),
        "ValidationException",
        PREFIX + "Metadata object must have at most 50 keys",
        "vectors[1].metadata",
    ),
    (
        of_record(Record("k", GOOD, {"hidden": "x" * 41_000})),
        "ValidationException",
        PREFIX + "Metadata object must have at most 40960 bytes",
        "vectors[1].metadata",
    ),
    (
        of_record(Record("k", GOOD, {"a": "x" * 3000})),
        "ValidationException",
        PREFIX + "Filterable metadata must have at most 2048 bytes",
        "vectors[1].metadata",
    ),
    (NotFound("x", code="no_policy", path="policy"), "NotFoundException",
     "The specified vector bucket policy could not be found", None),
    (NotFound("x", code="no_resource", path="resourceArn"), "NotFoundException",
     "The specified resource could not be found", None),
]  # fmt: skip


@pytest.mark.parametrize(("error", "name", "message", "path"), RAISED)
def test_what_goes_out_comes_back_as_what_it_was(
    error: SensoriumError, name: str, message: str, path: str | None
) -> None:
    fault = S3VECTORS.fault(error)
    assert (fault.name, fault.message) == (name, message)
    assert fault.fields == (() if path is None else ((path, message),))
    back = S3VECTORS.error(fault.name, fault.message, path)
    assert type(back) is type(error)
    assert back.message == message
    if message == BAD_QUERY:  # AWS says one thing for three
        assert (back.code, back.path) == ("vector_length", "vector")
    else:
        assert back.code == error.code
        assert back.path == error.path


def test_every_row_of_the_table_is_tested() -> None:
    codes = {(type(error), error.code) for error, *_ in RAISED}
    assert {(row.kind, row.code) for row in S3VECTORS.rows if row.words is not None} - codes == set()


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ((("title", "x"), ("none", "x")), "'none' is not searchable as text"),
        ((("title", "x"), ("title", "y")), "one text a metadata key"),
        ((("title", "x"), ("lyrics", " ")), "1 to 1024 characters"),
    ],
)
def test_a_querys_texts_are_named_as_aws_names_them(texts: tuple[tuple[str, str], ...], says: str) -> None:
    spec = IndexSpec("media", "songs", 2, text_keys=(TextKey("title"), TextKey("lyrics")))
    fault = S3VECTORS.fault(raised_by(check_query, Query(1, texts=texts), spec))
    assert fault.name == "ValidationException"
    assert says in fault.message
    assert fault.fields == (("queryTexts[1]", fault.message),)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (Invalid("x"), "ValidationException"),
        (Unsupported("x"), "ValidationException"),
        (Unreadable("x"), "ValidationException"),
        (NotFound("x"), "NotFoundException"),
        (Conflict("x"), "ConflictException"),
        (Unavailable("x"), "ServiceUnavailableException"),
        (Corrupt("x"), "InternalServerException"),
        (SensoriumError("x"), "InternalServerException"),
        (Invalid("The store is closed", code="closed"), "ServiceUnavailableException"),
    ],
)
def test_what_no_row_knows_is_told_in_our_words(error: SensoriumError, name: str) -> None:
    fault = S3VECTORS.fault(error)
    assert (fault.name, fault.message) == (name, error.message)


def test_the_path_of_what_no_row_knows_stands_in_the_field_list_of_a_validation_error_only() -> None:
    assert S3VECTORS.fault(Invalid("bad", path="k")).fields == (("k", "bad"),)
    assert S3VECTORS.fault(Conflict("bad", path="k")).fields == ()


def test_every_error_of_the_model_comes_back_as_one_of_ours() -> None:
    for shape in shapes.service("s3vectors").error_shapes:
        error = S3VECTORS.error(shape.name, "words of AWS's own")
        assert error.message == "words of AWS's own"
        assert shape.name in S3VECTORS.names
    assert isinstance(S3VECTORS.error("BrandNewException", "x"), Unavailable)
    assert S3VECTORS.error("ThrottlingException", "x").code == "aws"


def test_a_key_is_quoted_as_aws_does_and_never_taken_for_words_of_ours() -> None:
    for key in ("it's", 'a "b"', "x, found y", "a\nb\\", "'; 5 records of this call were stored before"):
        fault = S3VECTORS.fault(of_record(Record(key, vector(1))))
        assert fault.message == f"Invalid record for key '{key}': vector must have length 2, but has length 1"
        assert S3VECTORS.error(fault.name, fault.message, "vectors[1]").code == "vector_length"
    assert record_words("something else, found 5") == "something else"
