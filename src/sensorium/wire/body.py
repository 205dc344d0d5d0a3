"""JSON bodies as bytes: read strictly, written with arrays as they are."""

from __future__ import annotations

from typing import Any

import orjson

from sensorium.wire.schema import malformed


def decode(data: bytes) -> Any:
    """The document. Raises AwsFault (ValidationException) for bytes that are no JSON, NaN and Infinity among them."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise malformed() from error


def encode(document: object) -> bytes:
    """The document as JSON. An array is written as a list, its float32 values with the fewest digits that say them."""
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
