"""The form of a file by its name, and records on their way out of an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sensorium import draft, removal
from sensorium.errors import Invalid, NotFound
from sensorium.exchange import listform
from sensorium.exchange.content import Content, Header
from sensorium.stores.base import Index
from sensorium.types import Record

PARQUET = (".parquet", ".pq")
ANSWER = (".json",)
LINES = (".jsonl", ".ndjson")


def export(index: Index, path: Path, *, replace: bool = False, progress: Callable[[int], None] | None = None) -> int:
    """Write all records of an index into a file, in the order of their keys; how many there were.

    The file is there whole or not at all. What is put or deleted meanwhile may be in it or not; what is there all the
    time is in it once. ``progress`` is told how many records are written. Raises Invalid for a name that says no form,
    Conflict for one that is taken (unless ``replace``), Unsupported where Parquet is not installed.
    """
    ending = _ending(path)
    if ending in PARQUET:
        from sensorium.exchange import parquet
    written = 0

    def pages() -> Iterator[list[Record]]:
        nonlocal written
        for page in removal.pages(index):
            yield page
            written += len(page)
            if progress is not None:
                progress(written)

    with draft.file(path, replace=replace) as stream:
        if ending in PARQUET:
            parquet.write(stream, Header.of(index.spec), pages())
        else:
            listform.write(stream, pages(), lines=ending in LINES, compressed=path.suffix.lower() == ".gz")
    return written


def opened(path: Path, *, key: str | None = None, vector: str | None = None, without: Sequence[str] = ()) -> Content:
    """A file to read records from; the rest says what the columns of a Parquet file are (``ParquetContent``).

    Raises NotFound, Invalid for a name that says no form, Unreadable for a file that is not of its form.
    """
    ending = _ending(path)
    if not path.is_file():
        raise NotFound(f"{path}: there is no such file", path=str(path))
    if ending in PARQUET:
        from sensorium.exchange import parquet

        return parquet.ParquetContent(path, key, vector, without)
    if key is not None or vector is not None or without:
        raise Invalid(f"{path}: only Parquet has columns to choose from", code="column", path=str(path))
    return listform.ListForm(path)


def _ending(path: Path) -> str:
    """``.parquet``, ``.json``, …: without the ``.gz`` that may follow the latter."""
    name = path.name.lower()
    for ending in (*PARQUET, *ANSWER, *LINES):
        if name.endswith(ending) or (ending not in PARQUET and name.endswith(f"{ending}.gz")):
            return ending
    raise Invalid(
        f"{path}: the name says no form: .parquet, or for the list form of S3 Vectors .json, .jsonl, .json.gz or"
        " .jsonl.gz",
        code="form",
        path=str(path),
    )
