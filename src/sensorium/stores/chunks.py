"""The records of a put: checked, in columns, a chunk at a time.

What is usual is judged quickly, the vectors of a chunk all at once; whatever is not goes to
:func:`~sensorium.stores.records.check_record`, which decides.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from sensorium.errors import Invalid
from sensorium.stores.base import MAX_KEY_BYTES, IndexSpec
from sensorium.stores.records import (
    MAX_BATCH,
    MAX_FILTERABLE_BYTES,
    MAX_METADATA_KEYS,
    check_record,
    metadata_bytes,
)
from sensorium.types import Matrix, Metadata, Metric, Record, as_matrix

_FLOAT32 = np.dtype(np.float32)
_INT64 = 1 << 63
_PATIENCE_S = 0.1
"""How long chunks wait for others that go with them."""


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Records in plain types, no key twice, and copies all of it."""

    keys: list[str]
    matrix: Matrix
    """``(n, dim)``, contiguous and read-only."""
    metadata: list[Metadata]
    size: int
    """Bytes of vectors and metadata, about."""

    def __len__(self) -> int:
        return len(self.keys)

    def records(self) -> list[Record]:
        """One by one; their vectors are rows of the matrix."""
        return list(map(Record, self.keys, self.matrix, self.metadata))


def checked_chunks(records: Iterable[Record], spec: IndexSpec) -> Iterator[Chunk]:
    """The records in chunks of at most 500; of equal keys in a chunk the last.

    A store writes each chunk in one piece before it asks for the next: the Invalid for a bad record says how many
    were stored before, and trusts that the chunks given out are.
    """
    source = iter(records)
    read = stored = 0
    while batch := list(islice(source, MAX_BATCH)):
        try:
            chunk = _checked(batch, spec, read)
        except Invalid as error:
            message = f"{error.message}; {stored} records of this call were stored before"
            raise Invalid(message, code=error.code, path=error.path) from error
        yield chunk
        read += len(batch)
        stored += len(chunk)


def together(chunks: Iterable[Chunk], most_bytes: int, weight: int = 1) -> Iterator[list[Chunk]]:
    """The chunks in lists to write in one piece: those that come quickly, until one brings them to so many bytes.

    ``weight``: how many times its size metadata counts for. Where the chunks end with an error, those before it are
    given out first.
    """
    held: list[Chunk] = []
    size, since = 0, time.monotonic()
    try:
        for chunk in chunks:
            held.append(chunk)
            size += chunk.matrix.nbytes + weight * (chunk.size - chunk.matrix.nbytes)
            if size >= most_bytes or time.monotonic() - since >= _PATIENCE_S:
                yield held
                held, size, since = [], 0, time.monotonic()
    except Exception:
        if held:
            yield held
        raise
    if held:
        yield held


def _checked(batch: Sequence[Record], spec: IndexSpec, first: int) -> Chunk:
    """The chunk of a batch; ``first`` is the place of its first record in the call."""
    matrix = _usual_matrix(batch, spec)
    keys, vectors, metadata, size = [], [], [], 0
    for place, record in enumerate(batch, start=first):
        plain = _usual_metadata(record.metadata) if matrix is not None and _usual_key(record.key) else None
        if plain is None:
            checked = check_record(record, spec, f"records[{place}]")
            vectors.append(checked.vector)
            plain = checked.metadata, metadata_bytes(checked.metadata)
        keys.append(record.key)
        metadata.append(plain[0])
        size += plain[1]
    if matrix is None:
        matrix = as_matrix(vectors, spec.dim)
    last = {key: place for place, key in enumerate(keys)}
    if len(last) < len(keys):
        places = list(last.values())
        keys, matrix, metadata = list(last), matrix[places], [metadata[place] for place in places]
    matrix.flags.writeable = False
    return Chunk(keys, matrix, metadata, matrix.nbytes + size)


def _usual_matrix(batch: Sequence[Record], spec: IndexSpec) -> Matrix | None:
    """The vectors if all are float32 arrays that surely pass, else None."""
    vectors = [record.vector for record in batch]
    shape = (spec.dim,)
    for vector in vectors:
        if not isinstance(vector, np.ndarray) or vector.dtype != _FLOAT32 or vector.shape != shape:
            return None
    matrix = np.empty((len(batch), spec.dim), np.float32)
    np.concatenate(vectors, out=matrix.reshape(-1))
    squares = np.einsum("nd,nd->n", matrix, matrix)  # beyond float32, or nothing, for some that would pass
    least = squares > 0 if spec.metric is Metric.COSINE else squares >= 0
    return matrix if (least & (squares < np.inf)).all() else None


def _usual_key(key: str) -> bool:
    """Whether a key surely passes."""
    return type(key) is str and key.isascii() and 0 < len(key) <= MAX_KEY_BYTES


def _usual_metadata(metadata: Metadata) -> tuple[Metadata, int] | None:
    """A copy with its size, as :func:`metadata_bytes`, if it surely passes, else None."""
    if type(metadata) is not dict or len(metadata) > MAX_METADATA_KEYS:
        return None
    plain = metadata.copy()
    size = 4
    for key, value in plain.items():
        if type(key) is not str or not key.isascii():
            return None
        size += 8 + len(key)
        kind = type(value)
        if kind is str:
            if not value.isascii():
                return None
            size += len(value)
        elif kind is float:
            if not math.isfinite(value):
                return None
            size += 4
        elif kind is int:
            if not -_INT64 <= value < _INT64:
                return None
            size += 4
        elif kind is not bool:
            return None
    return (plain, size) if size <= MAX_FILTERABLE_BYTES else None
