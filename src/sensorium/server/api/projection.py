"""Vectors as points on a plane: their first two principal components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sensorium.types import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Points ``(n, 2)`` in -1..1, and the share of the spread that each axis shows."""

    points: NDArray[np.float32]
    explained: tuple[float, float]


def plane(rows: Matrix) -> Plane:
    """Where each row lies. Equal rows give equal pictures: the sign of an axis is settled by its largest part."""
    points = np.zeros((len(rows), 2), np.float32)
    if len(rows) < 2:
        return Plane(points, (0.0, 0.0))
    centred = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    spreads, axes = np.linalg.eigh(centred.T @ centred)
    best = axes[:, ::-1][:, :2]
    best = best * np.sign(best[np.abs(best).argmax(axis=0), range(best.shape[1])])
    points[:, : best.shape[1]] = centred @ best
    scale = float(np.abs(points).max())
    total = float(spreads.sum())
    shares = [float(max(value, 0.0)) / total if total > 0 else 0.0 for value in spreads[::-1][:2]]
    shares += [0.0] * (2 - len(shares))
    return Plane(points / scale if scale > 0 else points, (round(shares[0], 4), round(shares[1], 4)))
