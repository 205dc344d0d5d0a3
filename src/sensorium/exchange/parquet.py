"""Parquet: one row a record, columns ``key``, ``vector`` and ``metadata`` (extra ``parquet``).

``vector`` is a list of ``dim`` float32, ``metadata`` a JSON object as text, so that True, 1, 1.0 and "1" stay apart.
What the file says of its index stands under ``sensorium`` in its own metadata. Files of other programs are read too:
:mod:`sensorium.exchange.columns` says how their columns become records.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from sensorium.errors import Unreadable, Unsupported
from sensorium.exchange.columns import Columns
from sensorium.exchange.content import Header, Placed
from sensorium.types import Record, as_matrix

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise Unsupported(
        "Parquet needs pyarrow: pip install 'sensorium[parquet]'", code="extra", path="parquet"
    ) from error

_SPEC = b"sensorium"
_GROUP_BYTES = 16 << 20
"""Of keys, vectors and metadata in a row group, about: what a reader decodes at a time."""
_ROWS_AT_ONCE = 1024
_BUFFER = 1 << 20
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def write(stream: BinaryIO, header: Header, pages: Iterable[Sequence[Record]]) -> None:
    """Write records as they come, in row groups of bounded size; ``header.dim`` is known."""
    assert header.dim is not None
    schema = _schema(header.dim, header)
    with pq.ParquetWriter(
        stream,
        schema,
        compression="zstd",
        use_dictionary=False,
        write_statistics=["key"],
        write_page_checksum=True,
    ) as writer:
        group = _Group(schema, header.dim)
        for page in pages:
            for record in page:
                group.add(record)
                if group.size >= _GROUP_BYTES:
                    writer.write_table(group.table())
                    group = _Group(schema, header.dim)
        if group.keys:
            writer.write_table(group.table())


class _Group:
    """Records on their way into a row group."""

    def __init__(self, schema: Any, dim: int) -> None:
        self._schema = schema
        self._dim = dim
        self.keys: list[str] = []
        self._vectors: list[Any] = []
        self._metadata: list[str] = []
        self.size = 0

    def add(self, record: Record) -> None:
        metadata = _encode(dict(record.metadata))
        self.keys.append(record.key)
        self._vectors.append(record.vector)
        self._metadata.append(metadata)
        self.size += len(record.key) + len(metadata) + 4 * self._dim

    def table(self) -> Any:
        rows = as_matrix(self._vectors, self._dim)
        vectors = pa.FixedSizeListArray.from_arrays(pa.array(rows.reshape(-1)), type=self._schema.field("vector").type)
        columns = [pa.array(self.keys, pa.string()), vectors, pa.array(self._metadata, pa.string())]
        return pa.Table.from_arrays(columns, schema=self._schema)


def _schema(dim: int, header: Header) -> Any:
    number = pa.field("element", pa.float32(), nullable=False)
    fields = [
        pa.field("key", pa.string(), nullable=False),
        pa.field("vector", pa.list_(number, dim), nullable=False),
        pa.field("metadata", pa.string(), nullable=False),
    ]
    return pa.schema(fields, {_SPEC: header.to_json().encode()})


class ParquetContent:
    """A Parquet file, open for reading."""

    def __init__(
        self, path: Path, key: str | None = None, vector: str | None = None, without: Sequence[str] = ()
    ) -> None:
        """``key``, ``vector``: names of the columns; by default ``key`` or ``id``, and ``vector`` or ``embedding``.

        ``without``: columns to leave out; all others become metadata. Raises Unreadable for what is no Parquet file,
        Invalid where a column is not there or of a type that no record can hold.
        """
        self.name = str(path)
        try:
            self._file = pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False, page_checksum_verification=True)
        except (pa.ArrowException, OSError) as error:
            raise Unreadable(f"{path}: no Parquet file, or damaged ({error})", path=self.name) from error
        try:
            schema = self._file.schema_arrow
            self._columns = Columns(schema, self.name, key, vector, without)
            self.header = self._header(schema)
        except BaseException:
            self._file.close()
            raise

    def records(self) -> Iterator[Placed]:
        row = 1
        try:
            for batch in self._batches(self._columns.names):
                for record in self._columns.records(batch, row):
                    yield Placed(f"row {row}", record)
                    row += 1
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(row - 1, error) from error

    def close(self) -> None:
        self._file.close()

    def _batches(self, columns: Sequence[str]) -> Iterator[Any]:
        return iter(self._file.iter_batches(_ROWS_AT_ONCE, columns=columns))

    def _damaged(self, row: int, error: Exception) -> Unreadable:
        return Unreadable(f"{self.name}: damaged after row {row} ({error})", path=self.name)

    def _header(self, schema: Any) -> Header:
        records = self._file.metadata.num_rows
        kept = (schema.metadata or {}).get(_SPEC)
        said = Header() if kept is None else Header.from_json(kept, self.name)
        return replace(said, dim=said.dim or self._columns.dim or self._first_dim(), records=records)

    def _first_dim(self) -> int | None:
        """The length of the first vector, where the type of the column does not say it."""
        try:
            for batch in self._batches([self._columns.vector]):
                for length in self._columns.lengths(batch):
                    if length is not None:
                        return length
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(0, error) from error
        return None
