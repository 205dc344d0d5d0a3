"""How much effort an index has to make for a recall, and how long that takes."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import data
from benchmarks.candidates import Built, Ids, faiss
from sensorium.types import Matrix, Vector

K, TARGET = 10, 0.99
EFFORTS = (8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2560, 4096)
SHORTLISTS = (10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 400)
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
    """A query with what it may find and what it should."""

    query: Vector
    exact: Ids
    selector: Any


def questions(rows: Matrix, asked: Matrix, masks: Sequence[data.Mask | None]) -> list[Question]:
    """Queries with their truths: all under one mask, or each under its own."""
    if len(masks) == 1:
        exact = data.truth(rows, asked, K, masks[0])
    else:
        one = zip(asked, masks, strict=True)
        exact = np.concatenate([data.truth(rows, query[None], K, mask) for query, mask in one])
    made = [None if mask is None else Selector(mask) for mask in masks]
    selectors = made * len(asked) if len(made) == 1 else made
    return [Question(*one) for one in zip(asked, exact, selectors, strict=True)]


class Selector:
    """A mask as faiss takes it; the bits live as long as the selector."""

    def __init__(self, mask: data.Mask) -> None:
        self.mask = mask
        self._bits = np.packbits(mask, bitorder="little")
        self.faiss = faiss.IDSelectorBitmap(self._bits)


def sweep(built: Built, asked: Sequence[Question]) -> list[Setting]:
    """The first settings, with least effort first, that reach the recall; or the best one where none does."""
    limit = getattr(built.index, "nlist", GRAPH_LIMIT if built.candidate.code.startswith("hnsw") else 1)
    efforts = [effort for effort in EFFORTS if effort < limit] + [limit]
    found: list[Setting] = []
    best = Setting(limit, SHORTLISTS[-1], 0.0)
    turned = built.turn(np.stack([one.query for one in asked]))
    shared = all(one.selector is asked[0].selector for one in asked)
    for effort in efforts:
        most = min(effort, SHORTLISTS[-1]) if built.candidate.code.startswith("hnsw") else SHORTLISTS[-1]
        if shared:
            ids = built.shortlist(turned, most, effort, asked[0].selector and asked[0].selector.faiss)
        else:
            each = zip(turned, asked, strict=True)
            ids = np.concatenate([built.shortlist(row[None], most, effort, one.selector.faiss) for row, one in each])
        exact = np.stack([one.exact for one in asked])
        for length in SHORTLISTS:
            setting = Setting(effort, length, data.recall(ids[:, :length], exact))
            best = max(best, setting, key=lambda one: one.recall)
            if setting.recall >= TARGET:
                found.append(setting)
                break
        if len(found) == TRIED:
            break
    return found or [best]


def clock(search: Callable[[Question], object], asked: Sequence[Question]) -> tuple[float, float]:
    """p50 and p99 over the queries, in milliseconds, of the best of three passes."""
    times = np.full((PASSES, len(asked)), np.inf)
    for turn in range(PASSES):
        for number, one in enumerate(asked):
            began = time.perf_counter()
            search(one)
            times[turn, number] = time.perf_counter() - began
    best = times.min(0) * 1000
    return float(np.percentile(best, 50)), float(np.percentile(best, 99))


@contextmanager
def quiet(lock: Path | None) -> Iterator[None]:
    """Holds the lock file, where there is one, so that two benchmarks do not time at once."""
    if lock is None:
        yield
        return
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def measured(built: Built, rows: Matrix, asked: list[Question], lock: Path | None) -> dict[str, Any]:
    """The fastest setting that reaches the recall, and its times; the best recall and no times where none does."""
    flat = built.candidate.code == "flat"
    settings = [Setting(0, K, 1.0)] if flat else sweep(built, asked)
    if settings[0].recall < TARGET:
        return {"setting": settings[0], "p50": None, "p99": None}
    timed = asked[: TIMED // 5 if flat else TIMED]
    found = []
    with quiet(lock):
        for setting in settings:

            def search(one: Question, setting: Setting = setting) -> object:
                if flat and one.selector is not None:
                    return exact(rows, one)
                selector = one.selector and one.selector.faiss
                return built.search(rows, one.query, K, setting.most, setting.effort, selector)

            p50, p99 = clock(search, timed)
            found.append({"setting": setting, "p50": p50, "p99": p99})
    return min(found, key=lambda one: float(str(one["p50"])))


def exact(rows: Matrix, one: Question) -> Ids:
    """The nearest of the rows that a filter keeps, by gathering them."""
    ids: Ids = np.flatnonzero(one.selector.mask)
    return ids[np.argsort(-(rows[ids] @ one.query))[:K]]
