"""The metadata keys that filters may use, with the kinds of their values and some of these, by a sample of records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sensorium.space import STANDARD_KEYS
from sensorium.stores.base import Index
from sensorium.types import Metadata

SAMPLE = 2_000
_PAGE = 500
_VALUES = 20
_KEYS = 200
_LONGEST = 200
"""Characters of a value that may be offered."""


@dataclass(slots=True)
class _Facet:
    types: set[str] = field(default_factory=set)
    values: Counter[str | bool] = field(default_factory=Counter)
    low: float | None = None
    high: float | None = None
    records: int = 0

    def add(self, value: object) -> None:
        self.records += 1
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, bool):
                self.types.add("boolean")
                self.values[one] += 1
            elif isinstance(one, int | float):
                self.types.add("number")
                self.low = float(one) if self.low is None else min(self.low, float(one))
                self.high = float(one) if self.high is None else max(self.high, float(one))
            elif isinstance(one, str):
                self.types.add("string")
                if len(one) <= _LONGEST:
                    self.values[one] += 1


def facets(index: Index) -> list[dict[str, Any]]:
    """The filterable keys of the sample, the user's own first, then by how many records have them."""
    found = gathered(_sample(index), index.spec.non_filterable)
    ordered = sorted(found.items(), key=lambda item: (item[0] in STANDARD_KEYS, -item[1].records, item[0]))
    return [_document(key, facet) for key, facet in ordered[:_KEYS]]


def gathered(rows: Iterable[Metadata], hidden: frozenset[str]) -> dict[str, _Facet]:
    """What the rows hold by key, but for hidden keys."""
    found: dict[str, _Facet] = {}
    for metadata in rows:
        for key, value in metadata.items():
            if key not in hidden:
                found.setdefault(key, _Facet()).add(value)
    return found


def _sample(index: Index) -> Iterable[Metadata]:
    """Keys of ours are hashes, so that the first ones in order are a fair sample."""
    after: str | None = None
    for _ in range(SAMPLE // _PAGE):
        page = index.scan(after, _PAGE)
        yield from (record.metadata for record in page)
        if len(page) < _PAGE:
            return
        after = page[-1].key


def _document(key: str, facet: _Facet) -> dict[str, Any]:
    tells = len(facet.values) <= max(_VALUES, facet.records // 2)  # values that nearly every record has alone do not
    best = [value for value, _ in facet.values.most_common(_VALUES)] if tells else []
    return {
        "key": key,
        "types": sorted(facet.types),
        "values": sorted(best, key=lambda value: (isinstance(value, str), str(value))),
        "more": len(facet.values) > len(best),
        "min": facet.low,
        "max": facet.high,
        "standard": key in STANDARD_KEYS,
    }
