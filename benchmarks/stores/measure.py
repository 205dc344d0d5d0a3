"""Ask the filled stores in turns, by blocks, so that what disturbs one disturbs all."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.stores.hand import Hand
from benchmarks.stores.peer import Effort
from benchmarks.stores.worker import Asked

BLOCK = 30
PAUSE_S = 0.05
"""Before each block: threads of the store before may spin for a while after their last product."""
BEYOND = 1
"""Efforts to try after the one that is enough, for the curve of recall and time."""
TOO_SLOW_MS = 100
"""No harder effort is tried after one that takes so long, and it is asked a few queries alone."""
FEWER = 5
"""Queries that show whether an effort is too slow."""

Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is measured."""

    plain: int = 480
    """Queries that choose how hard each store has to try, and then measure it; those before them warm it up."""
    fewer: int = 60
    """Queries for k = 100, and under each filter."""
    threads_s: float = 2.0
    fresh_rows: int = 30_000
    """Rows of the new stores that are filled side by side."""
    puts: int = 100
    rounds: int = 10
    """Of churn."""
    warming: int = 2000
    """Queries before those that are measured: the neighbours of stored vectors, so that most pages are mapped."""


FEW = Amounts(plain=40, fewer=20, threads_s=0.05, puts=10, rounds=2, warming=10)


@dataclass(frozen=True, slots=True)
class Turn:
    """One of those that take turns: under a label, a store and how hard it tries."""

    label: str
    hand: Hand
    effort: Effort


def sweep(hand: Hand, filter: str, k: int, wanted: float, numbers: range) -> list[Found]:
    """Recall and time of rising efforts until one finds ``wanted``, and of a few beyond it."""
    points: list[Found] = []
    left = BEYOND
    for effort in hand.call("efforts"):
        if points and points[-1]["recall"] >= wanted:
            left -= 1
        if left < 0 or (points and points[-1]["p50"] > TOO_SLOW_MS):
            break
        blocks = [hand.call("ask", asked=Asked(filter, k, list(numbers[:FEWER]), effort))]
        if len(numbers) > FEWER and summary(blocks)["p50"] <= TOO_SLOW_MS:
            blocks.append(hand.call("ask", asked=Asked(filter, k, list(numbers[FEWER:]), effort)))
        points.append({"effort": effort, **summary(blocks)})
    return points


def enough(points: Sequence[Found], wanted: float) -> Found:
    """The cheapest point that finds ``wanted``; where none does, the one that finds most."""
    good = [point for point in points if point["recall"] >= wanted]
    return min(good, key=lambda one: one["p50"]) if good else max(points, key=lambda one: one["recall"])


def interleaved(turns: Sequence[Turn], filter: str, k: int, numbers: range) -> dict[str, Found]:
    """What each finds and takes for the same queries; those that are too slow leave after the first few."""
    found: dict[str, list[Found]] = {turn.label: [] for turn in turns}
    for part in (numbers[:FEWER], *(numbers[start : start + BLOCK] for start in range(FEWER, len(numbers), BLOCK))):
        for turn in turns:
            if found[turn.label] and summary(found[turn.label])["p50"] > TOO_SLOW_MS:
                continue
            turn.hand.call("remember")
            time.sleep(PAUSE_S)
            found[turn.label].append(turn.hand.call("ask", asked=Asked(filter, k, list(part), turn.effort)))
    return {turn.label: {"effort": turn.effort, **summary(found[turn.label])} for turn in turns}


def summary(blocks: Sequence[Mapping[str, Any]]) -> Found:
    """Milliseconds (median, 95th and 99th of a hundred) of all blocks, and their recall."""
    taken = np.concatenate([block["ms"] for block in blocks])
    p50, p95, p99 = np.percentile(taken, (50, 95, 99)).tolist()
    found: Found = {"p50": p50, "p95": p95, "p99": p99}
    if "recall" in blocks[0]:
        weights = [len(block["ms"]) for block in blocks]
        found["recall"] = float(np.average([block["recall"] for block in blocks], weights=weights))
    return found
