"""What an async invoke of Nova leaves in its folder, as types: the result file and the lines that it names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from sensorium.errors import Unavailable
from sensorium.types import Vector

RESULT = "segmented-embedding-result.json"
"""The file that names the others."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One segment of sound or video: its seconds, and its vector ``(dimension,)`` or why there is none."""

    start_s: float
    end_s: float
    vector: Vector | None
    message: str = ""


def files(data: bytes) -> list[str]:
    """The URIs of the files with lines. Raises Unavailable for what is no result file."""
    try:
        return [
            str(entry["outputFileUri"]) for entry in json.loads(data)["embeddingResults"] if "outputFileUri" in entry
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"{RESULT} cannot be read ({error!r})", path=RESULT) from error


def lines(data: bytes, uri: str) -> Iterator[Line]:
    """The lines of one file. Raises Unavailable, naming the file, for what is none."""
    for number, text in enumerate(data.splitlines(), start=1):
        try:
            yield _line(cast(Mapping[str, Any], json.loads(text)))
        except (KeyError, TypeError, ValueError) as error:
            raise Unavailable(f"{uri}: line {number} cannot be read ({error!r})", path=uri) from error


def _line(document: Mapping[str, Any]) -> Line:
    place = document["segmentMetadata"]
    start, end = float(place["segmentStartSeconds"]), float(place["segmentEndSeconds"])
    if document.get("status", "SUCCESS") != "SUCCESS":
        reason = str(document.get("message") or document.get("failureReason") or "no reason given")
        return Line(start, end, None, reason)
    vector = np.asarray(document["embedding"], np.float32)
    if vector.ndim != 1 or not len(vector):
        raise ValueError(f"an embedding of shape {vector.shape}")
    return Line(start, end, vector)
