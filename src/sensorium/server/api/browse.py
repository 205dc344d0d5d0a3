"""Records in key order, those that a filter keeps, a page at a time."""

from __future__ import annotations

import time
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from sensorium.filter import And, Compare, Filter, Op, Or, matches, parse
from sensorium.server.api import queries
from sensorium.server.api.opened import Opened
from sensorium.space import as_modality, narrowed
from sensorium.types import SOURCE_KEYS, Modality, Record

_PAGE = 500
_SECONDS = 0.25
"""Time that one answer looks for records that a filter keeps; the next one goes on from there."""


@dataclass(frozen=True, slots=True)
class Browse:
    """What is listed."""

    index: str
    filter: Filter | None
    after: str | None
    limit: int


def of_query(query: QueryParams, index: str) -> Browse:
    """The members of ``GET /browse``. Raises Invalid."""
    fields = queries.fields(
        query, texts=("index", "source", "after"), wholes=("limit",), lists=("modality",), documents=("filter",)
    )
    condition, source = fields.document("filter"), fields.text("source")
    modalities: list[Modality] = [as_modality(one) for one in fields.texts("modality")]
    found = narrowed(None if condition is None else parse(condition), modalities)
    if source is not None:
        own = Or(tuple(Compare(key, Op.EQ, source) for key in SOURCE_KEYS))
        found = own if found is None else And((found, own))
    wanted = Browse(
        fields.text("index", index, 300) or index,
        found,
        fields.text("after", None, 2_000),
        fields.whole("limit", 50, 1, 500),
    )
    fields.done()
    return wanted


def page(opened: Opened, wanted: Browse) -> tuple[list[Record], str | None]:
    """(records, the key to go on after or None at the end). There may be fewer than the limit, even none."""
    index = opened.index
    if wanted.filter is None:
        records = index.scan(wanted.after, wanted.limit)
        return records, records[-1].key if len(records) == wanted.limit else None
    if opened.is_near and not index.count(wanted.filter):  # which reads no records
        return [], None
    found: list[Record] = []
    after, until = wanted.after, time.monotonic() + _SECONDS
    while True:
        scanned = index.scan(after, _PAGE)
        for record in scanned:
            if matches(wanted.filter, record.metadata):
                found.append(record)
                if len(found) == wanted.limit:
                    return found, record.key
        if len(scanned) < _PAGE:
            return found, None
        after = scanned[-1].key
        if time.monotonic() > until:
            return found, after
