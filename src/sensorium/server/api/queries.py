"""Members that come in an address: the same names as in a body, typed by what is asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from starlette.datastructures import QueryParams

from sensorium.errors import Invalid
from sensorium.server import jsonbody
from sensorium.server.api.fields import Fields
from sensorium.wire.fault import AwsFault


def fields(
    query: QueryParams,
    *,
    texts: Collection[str] = (),
    wholes: Collection[str] = (),
    numbers: Collection[str] = (),
    flags: Collection[str] = (),
    lists: Collection[str] = (),
    documents: Collection[str] = (),
) -> Fields:
    """The parameters as members of the named types; ``v``, which only parts caches, is left aside.

    Raises Invalid for one that is unknown, twice there, or not of its type.
    """
    found: dict[str, Any] = {}
    for name in dict.fromkeys(query.keys()):
        values = query.getlist(name)
        if name == "v":
            continue
        if name in lists:
            found[name] = [value for value in values if value]
            continue
        if len(values) > 1:
            raise Invalid(f"{name}: given {len(values)} times; once is enough", path=name)
        value = values[0]
        if not value:
            continue
        if name in texts:
            found[name] = value
        elif name in wholes:
            found[name] = int(value) if value.removeprefix("-").isdecimal() and len(value) < 20 else value
        elif name in numbers:
            found[name] = _number(value)
        elif name in flags:
            found[name] = {"true": True, "1": True, "false": False, "0": False}.get(value, value)
        elif name in documents:
            found[name] = _document(name, value)
        else:
            raise Invalid(f"unknown parameter {name[:100]!r}", path=name[:100])
    return Fields(found)


def _number(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value


def _document(name: str, value: str) -> Any:
    try:
        return jsonbody.loads(value.encode("utf-8", "surrogatepass"))
    except AwsFault as fault:
        raise Invalid(f"{name}: {fault.message}", path=name) from None
