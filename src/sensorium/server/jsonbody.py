"""JSON of request and answer bodies.

Requests are read by orjson, and by Python's own reader where that refuses: it takes ``NaN``, ``Infinity`` and numbers
beyond a double, which the services have their own words for.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import orjson

from sensorium.wire.fault import AwsFault

SERIALIZATION = "SerializationException"


def loads(body: bytes) -> Any:
    """The document. Raises AwsFault SerializationException for what is no JSON, and for a lone surrogate."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return _again(body, error)


def _again(body: bytes, first: orjson.JSONDecodeError) -> Any:
    fault = AwsFault(SERIALIZATION, f"the body is no JSON: {first}")
    try:
        found = json.loads(body.decode())
        json.dumps(found, ensure_ascii=False).encode()  # a lone surrogate is no text
    except UnicodeEncodeError:
        raise AwsFault(SERIALIZATION, "the body holds a lone surrogate, which is no text") from None
    except (ValueError, RecursionError):
        raise fault from None
    return found


def dumps(document: object) -> bytes:
    """UTF-8 without blanks. An array of numbers goes out as a list, in the fewest digits that say its type's values."""
    try:
        return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    except orjson.JSONEncodeError:  # an integer beyond 64 bits, which the library may have written as metadata
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_list).encode()


def _list(array: object) -> object:
    """An array of numbers as Python's own writer takes it. Raises TypeError for what is none."""
    if isinstance(array, np.ndarray):
        return array.tolist()
    raise TypeError(f"{type(array).__name__} is no JSON")
