"""Do the files of metadata columns still say what the records say? Every value of every row is compared.

Their checksums are proved first, which filters do once for each key that they ask for; then what is in them is read
back row by row. A damaged file is no loss: it is made anew when a filter next needs it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from sensorium.errors import Corrupt
from sensorium.filter import number
from sensorium.stores.embedded import rows, segmentfile
from sensorium.stores.embedded.columnfiles import ColumnFiles
from sensorium.stores.embedded.moment import Moment
from sensorium.stores.embedded.segment import Segment, strings_of
from sensorium.stores.embedded.series import NO_BOOLEAN, View
from sensorium.stores.embedded.values import Values
from sensorium.types import MetadataValue

_AT_ONCE = 1000


class _Held(NamedTuple):
    """What a row holds under a key, in order, as filters see it."""

    strings: list[str]
    numbers: list[float]
    booleans: list[bool]
    empties: list[bool]
    """``[True]`` for an empty list."""


def differing(moment: Moment) -> Iterator[tuple[int | None, str]]:
    """What is wrong: a slot, None where it is a file as a whole, and what. Rows that are in no file are not wrong."""
    for path in _files(moment).all():
        try:
            segment, _ = _read(moment, path.name)
            if segment.seq <= moment.snapshot.seq:  # else it is of a commit that this moment does not see
                yield from _differing(moment, segment, path.name)
        except FileNotFoundError:  # a larger one has taken its place
            continue
        except (Corrupt, OSError) as error:
            yield None, f"the file of columns {path.name} cannot be read ({error}); the next filter makes it anew"


def proved(moment: Moment) -> Iterator[str]:
    """What agrees where nothing differs."""
    ends = [int(path.name.split("-")[1].split(".")[0]) for path in _files(moment).all()]
    if ends:
        yield f"the metadata columns of the first {max(ends):,} slots, {len(ends)} files, agree with the records"


def _files(moment: Moment) -> ColumnFiles:
    header = moment.snapshot.vectors.file.header
    return ColumnFiles(moment.path, header.owner, header.generation)


def _read(moment: Moment, name: str) -> tuple[Segment, segmentfile.Witnesses]:
    header = moment.snapshot.vectors.file.header
    return segmentfile.read(moment.path.with_name(name), header.owner, header.generation)


def _differing(moment: Moment, segment: Segment, name: str) -> Iterator[tuple[int, str]]:
    columns = dict(segment.columns)
    hidden = moment.snapshot.spec.non_filterable
    statement = f"SELECT {rows.COLUMNS} FROM records WHERE slot >= ? AND slot < ? ORDER BY slot"
    for begin in range(segment.begin, segment.end, _AT_ONCE):
        end = min(begin + _AT_ONCE, segment.end)
        first, after = begin - segment.begin, end - segment.begin
        found = {key: _held(values, first, after) for key, values in columns.items()}
        for row in map(rows.Row._make, moment.connection.execute(statement, (begin, end))):
            if row.broken():
                continue  # told by whoever verifies the records
            metadata = {key: value for key, value in row.decoded().items() if key not in hidden}
            place = row.slot - segment.begin
            for key in metadata.keys() | {key for key, held in found.items() if place in held}:
                held = found[key].get(place) if key in found else None
                if held != (_wanted(metadata[key]) if key in metadata else None):
                    yield row.slot, f"what the file of columns {name} has of its {key!r} is not what it says"


def _wanted(value: MetadataValue) -> _Held:
    elements = list(value) if isinstance(value, list | tuple) else [value]
    return _Held(
        [element for element in elements if isinstance(element, str)],
        [number(element) for element in elements if not isinstance(element, str | bool)],
        [element for element in elements if isinstance(element, bool)],
        [] if elements else [True],
    )


def _held(values: Values, begin: int, end: int) -> dict[int, _Held]:
    """By row, what those from ``begin`` to before ``end`` hold."""
    found: defaultdict[int, _Held] = defaultdict(lambda: _Held([], [], [], []))
    texts = strings_of(values)
    for row, code in _entries(values.strings, begin, end):
        if code < len(texts):
            found[row].strings.append(texts[code].decode())
    for row, value in _entries(values.numbers, begin, end):
        if not math.isnan(value):
            found[row].numbers.append(value)
    for row, value in _entries(values.booleans, begin, end):
        if value != NO_BOOLEAN:
            found[row].booleans.append(bool(value))
    for row, value in _entries(values.empties, begin, end):
        if value != NO_BOOLEAN:
            found[row].empties.append(bool(value))
    return found


def _entries(lanes: tuple[View, ...], begin: int, end: int) -> Iterator[tuple[int, Any]]:
    """The rows from ``begin`` to before ``end`` with their entries, holes among them, lane by lane."""
    for view in lanes:
        entries = view.at(end)
        owners = entries.rows()
        low = int(np.searchsorted(owners, begin))
        yield from zip(owners[low:].tolist(), entries.values[low:].tolist(), strict=True)
