"""A metadata file: rows of a user's own keys, by source.

CSV with a header or JSON lines. The column ``source`` is a path (relative ones count from the file's folder) or a URI.
A column ``text`` joins words to the source: text and picture of one product become one fused record, and the words
can be searched as text. Empty cells are absent. CSV cells that read as a number or as true/false are that.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sensorium.errors import Invalid, NotFound
from sensorium.space import TEXT_KEY, check_user_metadata, local_path
from sensorium.types import MetadataValue

SOURCE = "source"
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Row:
    """What the file says of one source."""

    metadata: Mapping[str, MetadataValue]
    text: str | None


@dataclass(frozen=True, slots=True)
class Annotations:
    """Rows by the source's URI."""

    rows: Mapping[str, Row]
    name: str = "metadata file"

    @classmethod
    def load(cls, path: Path | str) -> Annotations:
        """Read ``.csv``, ``.jsonl`` or ``.ndjson``. Raises Invalid naming the line for anything that is not a row."""
        path = local_path(path)
        readers = {".csv": _csv, ".jsonl": _jsonl, ".ndjson": _jsonl}
        if path.suffix.lower() not in readers:
            raise Invalid(f"{path}: a metadata file is .csv or .jsonl", path=str(path))
        if not path.is_file():
            raise NotFound(f"{path}: no such metadata file", path=str(path))
        rows: dict[str, Row] = {}
        for line, values in readers[path.suffix.lower()](path):
            where = f"{path.name} line {line}"
            source = values.pop(SOURCE, None)
            if not isinstance(source, str) or not source:
                raise Invalid(f"{where}: found no {SOURCE!r}; every row names its source", path=where)
            text = values.pop(TEXT_KEY, None)
            if text is not None and not isinstance(text, str):
                raise Invalid(f"{where}: {TEXT_KEY!r} is {text!r}; the words to join are a string", path=where)
            check_user_metadata(values)
            uri = source if "://" in source else _local(source, path.parent)
            if uri in rows:
                raise Invalid(f"{where}: a second row for {source}", path=where)
            rows[uri] = Row(values, text if text and text.strip() else None)
        return cls(rows, path.name)


def _local(source: str, folder: Path) -> str:
    return local_path(source if source.startswith("~") else folder / source).as_uri()


def _csv(path: Path) -> Iterator[tuple[int, dict[str, MetadataValue]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                if None in row or None in row.values():
                    raise Invalid(f"{path.name} line {reader.line_num}: not as many cells as the header has names")
                cells = {name: _value(name, cell) for name, cell in row.items() if cell != ""}
                yield reader.line_num, cells
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{path}: not a CSV file in UTF-8: {error}", path=str(path)) from error


def _value(name: str, cell: str) -> MetadataValue:
    """A typed cell. Texts, sources and numbers with leading zeros (product codes) stay strings."""
    if name in (SOURCE, TEXT_KEY):
        return cell
    if cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    if _NUMBER.fullmatch(cell) and math.isfinite(float(cell)):
        return float(cell) if any(c in cell for c in ".eE") else int(cell)
    return cell


def _jsonl(path: Path) -> Iterator[tuple[int, dict[str, MetadataValue]]]:
    with path.open(encoding="utf-8-sig", errors="strict") as file:
        try:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, _object(line, f"{path.name} line {number}")
        except UnicodeDecodeError as error:
            raise Invalid(f"{path}: not UTF-8: {error}", path=str(path)) from error


def _object(line: str, where: str) -> dict[str, MetadataValue]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise Invalid(f"{where}: not JSON: {error}", path=where) from error
    if not isinstance(found, dict):
        raise Invalid(f"{where}: found {type(found).__name__}; each line is an object", path=where)
    return {key: value for key, value in found.items() if value is not None}
