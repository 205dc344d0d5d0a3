"""Parquet: an index there and back bit for bit, and files of other programs."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.exchange.conftest import DIM, Make, held, records

from sensorium import removal
from sensorium.errors import Invalid, Unreadable
from sensorium.exchange import fill, parquet
from sensorium.exchange.content import Header
from sensorium.exchange.parquet import ParquetContent, write
from sensorium.stores.base import Index


def export(index: Index, path: Path) -> None:
    with path.open("wb") as stream:
        write(stream, Header.of(index.spec), removal.pages(index))


def test_what_is_written_is_read_bit_for_bit(tmp_path: Path, make: Make, full: Index) -> None:
    export(full, tmp_path / "a.parquet")
    with closing(ParquetContent(tmp_path / "a.parquet")) as content:
        said = content.header
        assert said.records == 700
        assert (said.dim, said.metric, said.model) == (DIM, full.spec.metric, full.spec.model)
        assert (said.non_filterable, said.text_keys) == (full.spec.non_filterable, full.spec.text_keys)
        index = make()
        fill(index, content, fresh=True)
    assert held(index) == held(full)


def test_an_empty_index_says_what_it_is(tmp_path: Path, make: Make) -> None:
    export(make(model="m@1"), tmp_path / "a.parquet")
    with closing(ParquetContent(tmp_path / "a.parquet")) as content:
        assert (content.header.dim, content.header.model, content.header.records) == (DIM, "m@1", 0)
        assert list(content.records()) == []


def test_any_reader_of_parquet_sees_keys_vectors_and_metadata(tmp_path: Path, full: Index) -> None:
    export(full, tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.column_names == ["key", "vector", "metadata"]
    found = held(full)
    assert table["key"].to_pylist() == [key for key, _, _ in found]
    numbers = table["vector"].combine_chunks().flatten().to_numpy().reshape(-1, DIM)
    assert [row.tobytes() for row in numbers] == [vector for _, vector, _ in found]
    assert [json.dumps(json.loads(text), sort_keys=True) for text in table["metadata"].to_pylist()] == [
        metadata for _, _, metadata in found
    ]
    assert not any(field.nullable for field in table.schema)


def test_row_groups_are_of_bounded_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, full: Index) -> None:
    monkeypatch.setattr(parquet, "_GROUP_BYTES", 10_000)
    export(full, tmp_path / "a.parquet")
    found = pq.ParquetFile(tmp_path / "a.parquet").metadata
    assert found.num_row_groups > 5
    assert found.num_rows == 700
    with closing(ParquetContent(tmp_path / "a.parquet")) as content:
        assert [placed.record.key for placed in content.records()] == [key for key, _, _ in held(full)]


def test_flipped_bytes_are_never_taken_for_data(tmp_path: Path, full: Index) -> None:
    export(full, tmp_path / "a.parquet")
    clean = (tmp_path / "a.parquet").read_bytes()
    for at in range(100, len(clean) - 5000, 977):
        (tmp_path / "b.parquet").write_bytes(clean[:at] + bytes([clean[at] ^ 4]) + clean[at + 1 :])
        with pytest.raises(Unreadable, match=r"b\.parquet"), closing(ParquetContent(tmp_path / "b.parquet")) as content:
            list(content.records())


def test_what_is_no_parquet_is_unreadable(tmp_path: Path) -> None:
    for data in (b"", b"PAR1", b"hello" * 100):
        (tmp_path / "a.parquet").write_bytes(data)
        with pytest.raises(Unreadable, match="no Parquet file"):
            ParquetContent(tmp_path / "a.parquet")


def foreign(path: Path, columns: dict[str, Any]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_a_file_of_another_program_is_read(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).standard_normal((3, 4))
    path = foreign(tmp_path / "a.parquet", {"id": [7, 8, 9], "embedding": list(rows), "year": [1999, None, 2001]})
    with closing(ParquetContent(path)) as content:
        assert content.header == Header(dim=4, records=3)
        found = list(content.records())
    assert [one.place for one in found] == ["row 1", "row 2", "row 3"]
    assert [one.record.key for one in found] == ["7", "8", "9"]
    assert [dict(one.record.metadata) for one in found] == [{"year": 1999}, {}, {"year": 2001}]
    assert np.array_equal([one.record.vector for one in found], rows.astype(np.float32))


def test_opening_looks_at_vectors_only_and_names_the_file(tmp_path: Path) -> None:
    """Where the type does not say how long they are; what else is wrong is told with its row."""
    columns = {"key": ["a", "b", "c"], "vector": [None, [1.0, 2.0], [3.0, 4.0]], "metadata": ["{}", "{}", "[]"]}
    with closing(ParquetContent(foreign(tmp_path / "a.parquet", columns))) as content:
        assert content.header.dim == 2
        with pytest.raises(Invalid) as caught:
            list(content.records())
        assert caught.value.path == "row 3"
    path = foreign(tmp_path / "b.parquet", {"key": ["a"], "vector": [[1.0, 2.0]]})
    at = pq.read_metadata(path).row_group(0).column(1).data_page_offset
    clean = path.read_bytes()
    path.write_bytes(clean[:at] + b"\xff" * 9 + clean[at + 9 :])
    with pytest.raises(Unreadable, match=r"b\.parquet: damaged after row 0"):
        ParquetContent(path)


def test_what_another_program_made_of_an_export_is_read(tmp_path: Path, make: Make, full: Index) -> None:
    """As DuckDB's COPY (SELECT * FROM 'a.parquet') does: plain lists, and nothing of ours beside the columns."""
    export(full, tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet").replace_schema_metadata({})
    lists = pa.array(table["vector"].to_pylist(), pa.list_(pa.float32()))
    pq.write_table(table.set_column(1, "vector", lists), tmp_path / "b.parquet", store_schema=False)
    index = make()
    with closing(ParquetContent(tmp_path / "b.parquet")) as content:
        assert content.header == Header(dim=DIM, records=700)
        fill(index, content, fresh=True)
    assert held(index) == held(full)


def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    """40,000 records of 4 kB, in one row group as others may write them, and in ours."""
    rows = np.random.default_rng(0).standard_normal((40_000, 1024), dtype=np.float32)
    table = pa.table(
        {
            "key": [f"{i}" for i in range(len(rows))],
            "vector": pa.FixedSizeListArray.from_arrays(pa.array(rows.reshape(-1)), 1024),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=len(rows), use_dictionary=False)
    code = """
import resource, sys
from contextlib import closing
from pathlib import Path
from sensorium.exchange.parquet import ParquetContent, write
from sensorium.exchange.content import Header
from sensorium.types import Record
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
before = peak()
with closing(ParquetContent(Path(sys.argv[1]))) as content:
    assert sum(1 for _ in content.records()) == 40_000
    read = peak()
    with open(sys.argv[2], "wb") as stream:
        write(stream, Header(dim=1024), ([placed.record] for placed in content.records()))
print(read - before, peak() - before)
"""
    command = [sys.executable, "-c", code, str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert pq.ParquetFile(tmp_path / "b.parquet").metadata.num_rows == 40_000
    read, written = map(int, done.stdout.split())
    assert read < 64, "MB to read 160 MB"
    assert written < 128, "MB to write them"


def test_records_of_the_wrong_kind_are_for_the_store_to_refuse(tmp_path: Path, make: Make) -> None:
    path = foreign(tmp_path / "a.parquet", {"key": ["a", "b"], "vector": [[0.5] * DIM, [1e300] * DIM]})
    index = make()
    with (
        pytest.raises(Invalid, match=r"row 2: .*'b'.* NaNs or Infs") as caught,
        closing(ParquetContent(path)) as content,
    ):
        fill(index, content, fresh=True)
    assert caught.value.code == "vector_values"


def test_streams_that_cannot_seek_are_fine(full: Index) -> None:
    class Plain(io.BytesIO):
        def seekable(self) -> bool:
            return False

    stream = Plain()
    write(stream, Header.of(full.spec), removal.pages(full))
    assert pq.read_table(io.BytesIO(stream.getvalue())).num_rows == len(records(700))
