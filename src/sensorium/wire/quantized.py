"""Unit rows as small integers, as Cohere's embeddings come, and back. Cosines are kept as far as the bits go."""

from __future__ import annotations

import enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sensorium.types import Matrix

_MOST = 127


class Quantity(enum.StrEnum):
    """How a component is given."""

    FLOAT = "float"
    INT8 = "int8"
    """-127..127; every row is scaled so that its largest component is 127."""
    UINT8 = "uint8"
    """``int8`` and 128: 1..255."""
    BINARY = "binary"
    """Signs, eight in one signed byte: ``ubinary`` less 128."""
    UBINARY = "ubinary"
    """Signs, eight in one byte, the first component in the highest bit."""


def quantized(rows: Matrix, quantity: Quantity) -> NDArray[Any]:
    """Rows ``(n, dim)``; for the binary ones ``(n, dim / 8)``."""
    match quantity:
        case Quantity.FLOAT:
            return rows
        case Quantity.INT8:
            return _scaled(rows).astype(np.int8)
        case Quantity.UINT8:
            return (_scaled(rows) + 128).astype(np.uint8)
        case Quantity.BINARY:
            return (np.packbits(rows > 0, axis=1).astype(np.int16) - 128).astype(np.int8)
        case Quantity.UBINARY:
            return np.packbits(rows > 0, axis=1)


def restored(values: NDArray[Any], quantity: Quantity) -> Matrix:
    """Rows that point where the original ones did, as near as the quantity tells; of any length but zero."""
    match quantity:
        case Quantity.FLOAT | Quantity.INT8:
            return values.astype(np.float32)
        case Quantity.UINT8:
            return values.astype(np.float32) - 128
        case Quantity.BINARY:
            return restored((values.astype(np.int16) + 128).astype(np.uint8), Quantity.UBINARY)
        case Quantity.UBINARY:
            return np.unpackbits(values.astype(np.uint8), axis=1).astype(np.float32) * 2 - 1


def _scaled(rows: Matrix) -> Matrix:
    largest = np.abs(rows).max(axis=1, keepdims=True)
    scaled: Matrix = np.rint(rows * (_MOST / np.where(largest > 0, largest, 1)))
    return scaled
