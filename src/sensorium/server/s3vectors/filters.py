"""The filter of a query: strict as AWS is, or with the mistake of the articles mended (``--lenient``)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sensorium import filter as filters
from sensorium.errors import Invalid
from sensorium.filter import Filter, Op
from sensorium.server.attributes import ENHANCED
from sensorium.server.s3vectors.limits import MAX_CONSTRAINTS, refuse
from sensorium.wire.faults import INVALID_FILTER

_LOG = logging.getLogger(__name__)
_PREFIX = "metadata."
_EQUALS = "equals"


def read(json: Any, mode: str, *, lenient: bool) -> Filter:
    """The filter, or AWS's refusal. ``$startsWith`` and the limit of 100 constraints belong to ENHANCED."""
    parsed = _parsed(json, lenient)
    if mode != ENHANCED:
        if any(condition.op is Op.STARTS_WITH for condition in filters.conditions(parsed)):
            raise refuse(INVALID_FILTER, "filter")
    elif (count := filters.constraints(parsed)) > MAX_CONSTRAINTS:
        raise refuse(f"Filter must have at most {MAX_CONSTRAINTS} constraints, but has {count}", "filter")
    return parsed


def _parsed(json: Any, lenient: bool) -> Filter:
    if lenient:
        return filters.parse(mended(json))
    try:
        return filters.parse(json)
    except Invalid as error:
        _hint(json, error)
        raise


def _hint(json: Any, error: Invalid) -> None:
    try:
        filters.parse(mended(json))
    except Invalid:
        return
    _LOG.warning("%s. AWS refuses this filter, too; `sensorium serve --lenient` would take it", error.message)


def mended(json: Any, depth: int = 0) -> Any:
    """``{"metadata.type": {"equals": "x"}}``, which AWS refuses, as ``{"type": {"$eq": "x"}}``; the rest as it is."""
    if not isinstance(json, Mapping) or depth > filters.MAX_DEPTH:
        return json
    return dict(_mended(key, value, depth) for key, value in json.items())


def _mended(key: Any, value: Any, depth: int) -> tuple[Any, Any]:
    if key in ("$and", "$or") and isinstance(value, list):
        return key, [mended(part, depth + 1) for part in value]
    if isinstance(value, Mapping) and _EQUALS in value:
        plain = {Op.EQ.value if operator == _EQUALS else operator: operand for operator, operand in value.items()}
        return key.removeprefix(_PREFIX), plain
    return key, value
