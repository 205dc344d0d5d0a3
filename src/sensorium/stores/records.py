"""What a record and a query may hold: the rules of S3 Vectors, checked at the door of every local store.

An Invalid names the record; its ``code`` says which rule was broken and its ``path`` where (``records[3].metadata``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sensorium.errors import Invalid
from sensorium.filter import Filter, keys, number
from sensorium.stores.base import MAX_KEY_BYTES, MAX_TEXT_CHARS, MAX_TEXT_KEYS, MAX_TOP_K, IndexSpec, Query
from sensorium.types import Metadata, MetadataValue, Metric, Record, Vector

MAX_BATCH = 500
"""Records that a put writes in one piece."""
MAX_METADATA_KEYS = 50
MAX_METADATA_BYTES = 40_960
MAX_FILTERABLE_BYTES = 2_048
"""Both by :func:`metadata_bytes`."""


def check_record(record: Record, spec: IndexSpec, path: str = "record") -> Record:
    """A copy with a read-only float32 vector and its own metadata, or Invalid."""
    check_key(record.key, f"{path}.key")
    what = f"Invalid record for key {record.key!r}"
    return Record(
        record.key,
        check_vector(record.vector, spec, what, f"{path}.vector"),
        _check_metadata(record.metadata, spec.non_filterable, what, f"{path}.metadata"),
    )


def check_key(key: str, path: str = "key") -> str:
    """The key, or Invalid (code ``key``) where it is not 1 to 1,024 bytes of UTF-8."""
    if not isinstance(key, str):
        raise Invalid(f"A record's key is text, found {type(key).__name__}", code="key", path=path)
    size = _utf8_bytes(key, "A record's key", path)
    if not 1 <= size <= MAX_KEY_BYTES:
        raise Invalid(
            f"Record key length exceeds the maximum allowed: 1 to {MAX_KEY_BYTES} bytes, found {size} ({key!r:.60})",
            code="key",
            path=path,
        )
    return key


def check_vector(vector: Vector, spec: IndexSpec, what: str, path: str) -> Vector:
    """A read-only float32 copy of shape ``(dim,)``, or Invalid beginning with ``what``.

    Components are rounded to float32 first and judged then, so 1e300 is an infinity and 1e-60 a zero.
    Codes: ``vector_length``, ``vector_values`` (NaN or infinite) and ``vector_zero`` (cosine only).
    """
    try:
        given = np.asarray(vector)
    except ValueError as error:
        raise Invalid(f"{what}: vector must be numbers ({error})", code="vector_values", path=path) from error
    if given.dtype.kind not in "fiu":
        raise Invalid(f"{what}: vector must be numbers, found {given.dtype}", code="vector_values", path=path)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        plain = given.astype(np.float32)
    if plain.shape != (spec.dim,):
        found = f"length {len(plain)}" if plain.ndim == 1 else f"the shape {plain.shape}"
        raise Invalid(f"{what}: vector must have length {spec.dim}, but has {found}", code="vector_length", path=path)
    if not np.isfinite(plain).all():
        raise Invalid(f"{what}: vector contains NaNs or Infs", code="vector_values", path=path)
    if spec.metric is Metric.COSINE and not plain.any():
        message = f"{what}: cosine distance does not support vectors with zero norm"
        raise Invalid(message, code="vector_zero", path=path)
    plain.flags.writeable = False
    return plain


def check_query(query: Query, spec: IndexSpec) -> Query:
    """The query with its vector in float32, or Invalid.

    A text that breaks a rule has the code ``texts`` (how many, which kind), ``text_key``, ``text_twice`` or
    ``text_length``, and a path such as ``texts[2]``.
    """
    if not isinstance(query.k, int) or isinstance(query.k, bool) or not 1 <= query.k <= MAX_TOP_K:
        raise Invalid(f"k must be a whole number from 1 to {MAX_TOP_K}, found {query.k!r}", code="k", path="k")
    if query.max_distance is not None and math.isnan(query.max_distance):
        raise Invalid("max_distance must be a number, found NaN", code="max_distance", path="max_distance")
    check_filter(query.filter, spec)
    _check_texts(query.texts, spec)
    if query.vector is None:
        if not query.texts:
            raise Invalid("A query needs a vector or texts, found neither", code="empty_query", path="vector")
        return query
    return replace(query, vector=check_vector(query.vector, spec, "Invalid query", "vector"))


def _check_texts(texts: Sequence[tuple[str, str]], spec: IndexSpec) -> None:
    if len(texts) > MAX_TEXT_KEYS:
        message = f"A query takes at most {MAX_TEXT_KEYS} texts, found {len(texts)}"
        raise Invalid(message, code="texts", path="texts")
    searchable = {one.key for one in spec.text_keys}
    for place, (key, text) in enumerate(texts):
        path = f"texts[{place}]"
        if not isinstance(key, str) or not isinstance(text, str):
            raise Invalid(
                f"A text to search for is words for a metadata key, found {text!r:.80}", code="texts", path=path
            )
        if key not in searchable:
            there = f"its text keys are {', '.join(sorted(searchable))}" if searchable else "it has no text keys"
            message = f"{key!r:.80} is not searchable as text in {spec.bucket}/{spec.name}: {there}"
            raise Invalid(message, code="text_key", path=path)
        if key in [other for other, _ in texts[:place]]:
            raise Invalid(f"A query takes one text a metadata key, found two for {key!r}", code="text_twice", path=path)
        _utf8_bytes(text, f"The text to search for under {key!r}", path)
        if not text.strip() or len(text) > MAX_TEXT_CHARS:
            found = f"{len(text)} characters" if text.strip() else "none" if not text else "only blanks"
            message = f"A text to search for has 1 to {MAX_TEXT_CHARS} characters, found {found} for {key!r}"
            raise Invalid(message, code="text_length", path=path)


def check_filter(filter: Filter | None, spec: IndexSpec) -> None:
    """Invalid (code ``non_filterable``) where a filter looks at a key that the index keeps out of filters."""
    if filter is not None and (hidden := keys(filter) & spec.non_filterable):
        named = ", ".join(map(repr, sorted(hidden)))
        raise Invalid(
            f"Invalid use of non-filterable metadata in filter: {named} in {spec.bucket}/{spec.name}",
            code="non_filterable",
            path="filter",
        )


def check_scan(limit: int, part: tuple[int, int]) -> tuple[int, int]:
    """The part, or Invalid where the limit is under 1 or the part is not (i, n) with 0 <= i < n."""
    share, shares = part
    if limit < 1:
        raise Invalid(f"limit must be at least 1, found {limit}", code="limit", path="limit")
    if not 0 <= share < shares:
        raise Invalid(f"part must be (i, n) with 0 <= i < n, found {part}", code="part", path="part")
    return part


def metadata_bytes(metadata: Metadata) -> int:
    """The size of metadata as S3 Vectors counts it (measured; it is not the length of the JSON)."""
    return 4 + sum(8 + len(key.encode()) + _value_bytes(value) for key, value in metadata.items())


def _value_bytes(value: MetadataValue) -> int:
    match value:
        case bool():
            return 0
        case str():
            return len(value.encode())
        case int() | float():
            return 4
        case _:
            return sum(4 + _value_bytes(item) for item in value)


def _check_metadata(metadata: Metadata, hidden: frozenset[str], what: str, path: str) -> dict[str, MetadataValue]:
    if len(metadata) > MAX_METADATA_KEYS:
        message = f"{what}: Metadata object must have at most {MAX_METADATA_KEYS} keys, found {len(metadata)}"
        raise Invalid(message, code="metadata_keys", path=path)
    plain: dict[str, MetadataValue] = {}
    for key, value in metadata.items():
        if not isinstance(key, str):
            raise Invalid(f"{what}: Metadata keys must be strings, found {key!r}", code="metadata_value", path=path)
        _utf8_bytes(key, f"{what}: Metadata key", path)
        plain[key] = _check_value(value, _Place(what, key, path))
    total = metadata_bytes(plain)
    if total > MAX_METADATA_BYTES:
        message = f"{what}: Metadata object must have at most {MAX_METADATA_BYTES} bytes, found {total}"
        raise Invalid(message, code="metadata_bytes", path=path)
    if total > MAX_FILTERABLE_BYTES:
        seen = metadata_bytes({key: value for key, value in plain.items() if key not in hidden})
        if seen > MAX_FILTERABLE_BYTES:
            message = f"{what}: Filterable metadata must have at most {MAX_FILTERABLE_BYTES} bytes, found {seen}"
            raise Invalid(message, code="filterable_bytes", path=path)
    return plain


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a metadata value stands, for the message."""

    record: str
    key: str
    path: str

    def bad(self, code: str, rule: str, found: str) -> Invalid:
        return Invalid(f"{self.record}: {rule}, found {found} under {self.key!r:.80}", code=code, path=self.path)


def _check_value(value: object, place: _Place) -> MetadataValue:
    if isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        items: list[str | int | float] = []
        for item in value:
            if isinstance(item, bool) or not isinstance(item, str | int | float):
                raise place.bad("metadata_array", "Metadata array values must be strings or numbers", _kind(item))
            items.append(_check_scalar(item, place))
        return items
    if not isinstance(value, str | int | float):
        rule = "Metadata values must be strings, numbers, booleans, or arrays"
        raise place.bad("metadata_value", rule, _kind(value))
    return _check_scalar(value, place)


def _check_scalar(value: str | int | float, place: _Place) -> str | int | float:
    if isinstance(value, str):
        _utf8_bytes(value, f"{place.record}: Metadata strings must be valid Unicode", place.path)
    elif not math.isfinite(number(value)):
        found = "an integer beyond them" if isinstance(value, int) else str(value)
        raise place.bad("metadata_number", "Metadata numbers must be finite float64", found)
    return value


def _kind(value: object) -> str:
    return "null" if value is None else f"a value of type {type(value).__name__}"


def _utf8_bytes(text: str, what: str, path: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise Invalid(f"{what}: no UTF-8 for {error.object[error.start]!r}", code="unicode", path=path) from error
