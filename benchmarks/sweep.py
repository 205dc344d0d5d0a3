"""How much effort an index has to make for a recall, and how long that takes."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks import data
from benchmarks.candidates import Built, Ids, Selector
from sensorium.types import Matrix, Vector

K, TARGET = 10, 0.99
EFFORTS = (8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2560, 4096)
SHORTLISTS = (10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 400)
LONG = (*SHORTLISTS, 800, 1600, 3200)
"""Shortlists of the greatest effort, where the others did not do."""
TRIED, PASSES = 3, 3
"""Settings that are timed, the ones of least effort first; passes of which a query's best counts."""
TIMED = 150
GRAPH_LIMIT = 1024
"""The greatest efSearch; what needs more has lost."""


class Setting(NamedTuple):
    """nprobe or efSearch, rows of the shortlist, and the recall that was found with them."""

    effort: int
    most: int
    recall: float


class Question(NamedTuple):
    """A query with what it may find and what it should: the exact answer (K,), -1 where that is not known."""

    query: Vector
    selector: Selector | None
    exact: Ids


def answered(rows: Matrix, asked: Sequence[Question]) -> list[Question]:
    """The questions with their exact answers; questions of one filter share the selector's object."""
    first = asked[0].selector
    if all(one.selector is first for one in asked):
        exact = data.truth(rows, np.stack([one.query for one in asked]), K, None if first is None else first.mask)
    else:
        each = [(one.query[None], None if one.selector is None else one.selector.mask) for one in asked]
        exact = np.concatenate([data.truth(rows, query, K, mask) for query, mask in each])
    return [one._replace(exact=ids) for one, ids in zip(asked, exact, strict=True)]


def sweep(built: Built, asked: Sequence[Question]) -> list[Setting]:
    """The first settings, with least effort first, that reach the recall; or the best one where none does.

    The questions are `answered`.
    """
    graph = built.candidate.code.startswith("hnsw")
    if built.candidate.code == "flat":
        return [Setting(0, K, 1.0)]
    limit = GRAPH_LIMIT if graph else built.index.nlist
    found: list[Setting] = []
    best = Setting(limit, SHORTLISTS[-1], 0.0)
    turned = built.turn(np.stack([one.query for one in asked]))
    exact = np.stack([one.exact for one in asked])
    for effort in [*(effort for effort in EFFORTS if effort < limit), limit]:
        lengths = LONG if effort == limit and not found and not graph else SHORTLISTS
        most = min(effort, lengths[-1]) if graph else lengths[-1]
        if asked[0].selector is asked[-1].selector:
            ids = built.shortlist(turned, most, effort, asked[0].selector)
        else:
            each = zip(turned, asked, strict=True)
            ids = np.concatenate([built.shortlist(row[None], most, effort, one.selector) for row, one in each])
        for length in lengths:
            setting = Setting(effort, length, data.recall(ids[:, :length], exact))
            best = max(best, setting, key=lambda one: one.recall)
            if setting.recall >= TARGET:
                found.append(setting)
                break
        if len(found) == TRIED:
            break
    return found or [best]


def clock(built: Built, rows: Matrix, asked: Sequence[Question], setting: Setting) -> tuple[float, float]:
    """p50 and p99 over the queries, in milliseconds, of the best of three passes."""
    flat = built.candidate.code == "flat"
    asked = asked[: TIMED // 5 if flat else TIMED]
    times = np.full((PASSES, len(asked)), np.inf)
    for turn in range(PASSES):
        for number, one in enumerate(asked):
            began = time.perf_counter()
            if flat and one.selector is not None:
                gathered(rows, one.query, one.selector)
            else:
                built.search(rows, one.query, K, setting.most, setting.effort, one.selector)
            times[turn, number] = time.perf_counter() - began
    best = times.min(0) * 1000
    return float(np.percentile(best, 50)), float(np.percentile(best, 99))


def gathered(rows: Matrix, query: Vector, selector: Selector) -> Ids:
    """The nearest of the rows that a filter keeps, by gathering them."""
    ids: Ids = np.flatnonzero(selector.mask)
    best: Ids = ids[np.argsort(-(rows[ids] @ query))[:K]]
    return best


@contextmanager
def quiet(lock: Path | None) -> Iterator[None]:
    """Holds the lock file, where there is one, so that two benchmarks do not time at once."""
    if lock is None:
        yield
        return
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
