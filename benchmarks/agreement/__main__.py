"""Whether fifty filters, and eight that disagree with the query, find what an exact scan finds.

    python -m benchmarks.agreement --vectors DIR [--home DIR] [--kind real] [--sizes 200k 1m] [--queries 100]

Fills an index of vectors with metadata of many kinds, builds its lists, and then replaces and deletes some records, so
that there are dead slots and a tail which the lists do not cover. Of each filter it compares

* the mask of the columns, slot by slot, with the filter's meaning, written by hand as an expression of numpy's;
* the hits of each query with an exact scan of the rows that this expression keeps: every hit must match, at its exact
  distance, none missing in number; where the plan was exact they must be the nearest; else their recall is told.

Exits with 1 where anything disagrees or the recall of a filter is below 0.98. ``--vectors`` holds what
``benchmarks.data`` and ``benchmarks.stores`` write; ``--home`` keeps the filled index and uses it again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks import data
from benchmarks.agreement.filters import FAR, FIXED, Asked, far, far_and_sold
from benchmarks.agreement.rows import Rows
from benchmarks.data import Ids, Mask
from sensorium.filter import parse
from sensorium.stores.base import IndexSpec, Query
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, Limits
from sensorium.stores.embedded.plan import Way
from sensorium.types import Matrix, Record

SIZES = {"200k": (200_000, 1024), "1m": (1_000_000, 256)}
LEAST_RECALL = 0.98
K = 10
REPLACED, DELETED = 50, 97
"""One of so many records is replaced, or deleted, after the lists were made."""
_TIE = 1e-6
_BUCKET = "default"


class Set(NamedTuple):
    """What is stored and asked."""

    vectors: Matrix
    queries: Matrix
    rows: Rows
    centroids: Matrix

    @property
    def live(self) -> Mask:
        """Which rows are still there in the end."""
        live: Mask = self.rows.numbers % DELETED != 0
        return live


class Agreed(NamedTuple):
    """How one filter fared, over all queries."""

    kept: int
    """Rows, on average."""
    recall: float
    worst: float
    """Of one query."""
    lists: int
    """Queries that the lists answered; the others were exact."""
    faults: list[str]


def read(folder: Path, kind: str, rows: int, dim: int, queries: int) -> Set:
    """Vectors that ``benchmarks.data`` has written."""
    where = data.paths(kind, rows, dim, folder)
    vectors, asked = (np.load(where[name], mmap_mode="r") for name in ("rows", "queries"))
    return Set(vectors, np.array(asked[:queries]), Rows(np.load(where["buckets"])), np.load(where["centroids"]))


def fill(home: Path, name: str, what: Set, limits: Limits) -> None:
    """Make the index; its last write says that it is whole."""

    def records(numbers: Ids) -> Iterator[Record]:
        return (Record(f"{number}", what.vectors[number], what.rows.metadata(number)) for number in numbers.tolist())

    with EmbeddedStore(home, limits=limits) as store:
        if _BUCKET not in store.buckets():
            store.create_bucket(_BUCKET)
        if name in {spec.name for spec in store.indexes(_BUCKET)}:
            if store.open(_BUCKET, name).count() == np.count_nonzero(what.live):
                return
            store.drop(_BUCKET, name)
        index = store.create(IndexSpec(_BUCKET, name, what.vectors.shape[1]))
        started = time.monotonic()
        index.put(records(what.rows.numbers))
        print(f"{len(what.rows):,} records in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        started = time.monotonic()
        index.optimise()
        print(f"their lists in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        index.put(records(what.rows.numbers[::REPLACED]))
        index.delete(f"{number}" for number in np.flatnonzero(~what.live).tolist())


def rows_of_slots(index: EmbeddedIndex) -> Ids:
    """The row of every slot; -1 for a dead one."""
    with index._opened.reading() as moment:
        rows: Ids = np.full(moment.snapshot.slots, -1, np.int64)
        for slot, key in moment.connection.execute("SELECT slot, key FROM records"):
            rows[slot] = int(key)
    return rows


def mask_of(index: EmbeddedIndex, asked: Asked, slots: Ids, count: int) -> Mask:
    """Which rows the columns keep."""
    with index._opened.reading(parse(asked.json)) as moment:
        assert moment.mask is not None
        kept = slots[np.flatnonzero(moment.mask)]
    assert kept.min(initial=0) >= 0, "the mask keeps dead slots"
    mask = np.zeros(count, bool)
    mask[kept] = True
    return mask


def filters(what: Set) -> Iterator[tuple[str, Callable[[int], Asked]]]:
    """Every filter, given the number of a query."""
    for name, asked in FIXED.items():
        yield name, partial(_always, asked)
    for name, share in FAR.items():
        sets = [data.chosen_buckets(query, what.centroids, what.rows.bucket, share) for query in what.queries]
        yield name, partial(_of_query, far, sets)
        yield f"{name}, sold", partial(_of_query, far_and_sold, sets)


def _always(asked: Asked, query: int) -> Asked:
    return asked


def _of_query(filter: Callable[[list[int]], Asked], sets: list[list[int]], query: int) -> Asked:
    return filter(sets[query])


def agreed(index: EmbeddedIndex, what: Set, slots: Ids, near: Matrix, of: Callable[[int], Asked]) -> Agreed:
    """Ask every query under one filter. ``near`` is the similarity of each query and row, (queries, rows)."""
    faults: list[str] = []
    recalls: list[float] = []
    lists = kept = 0
    mask: Mask = np.zeros(0, bool)
    known: Asked | None = None
    for number, query in enumerate(what.queries):
        asked = of(number)
        if asked is not known:
            known, mask = asked, asked.kept(what.rows) & what.live
            if (wrong := np.flatnonzero(mask != mask_of(index, asked, slots, len(mask)))).size:
                faults.append(f"{asked.json}: the columns disagree on {wrong.size:,} rows, first {wrong[0]}")
        kept += int(np.count_nonzero(mask))
        hits, how = index.explain(Query(K, query, filter=parse(asked.json), with_metadata=False))
        assert how.steps is not None
        found = np.array([int(hit.key) for hit in hits], np.int64)
        told = np.array([hit.distance for hit in hits], np.float64)
        among = np.flatnonzero(mask)
        best = among[np.argpartition(-near[number, among], 3 * K)[: 3 * K]] if len(among) > 3 * K else among
        exact = 1 - _cosines(what.vectors, best, query)
        wanted = np.sort(exact)[:K]
        if len(set(found.tolist())) != len(wanted) or not mask[found].all():
            faults.append(f"{asked.json}, query {number}: {len(found)} hits of {len(wanted)}, or some do not match")
            continue
        if np.abs(told - (1 - _cosines(what.vectors, found, query))).max(initial=0) > _TIE or (np.diff(told) < 0).any():
            faults.append(f"{asked.json}, query {number}: the distances are wrong")
        recalls.append(float((told <= wanted[-1] + _TIE).mean()) if len(wanted) else 1.0)
        lists += how.steps.way is Way.LISTS
        if how.steps.way is not Way.LISTS and recalls[-1] < 1:
            faults.append(f"{asked.json}, query {number}: an exact plan did not find the nearest")
    recall = float(np.mean(recalls)) if recalls else 0.0
    if recall < LEAST_RECALL:
        faults.append(f"recall {recall:.4f}")
    return Agreed(kept // len(what.queries), recall, min(recalls, default=0.0), lists, faults)


def _cosines(vectors: Matrix, rows: Ids, query: NDArray[np.float32]) -> NDArray[np.float64]:
    """In float64, whatever the lengths."""
    some, one = vectors[rows].astype(np.float64), query.astype(np.float64)
    cosines: NDArray[np.float64] = some @ one / (np.linalg.norm(some, axis=1) * np.linalg.norm(one))
    return cosines


def compare(home: Path, name: str, what: Set, limits: Limits) -> bool:
    """Print a line for each filter and whatever disagrees; whether nothing does."""
    fill(home, name, what, limits)
    near: Matrix = np.concatenate(
        [what.queries @ what.vectors[at : at + data.BLOCK].T for at in range(0, len(what.rows), data.BLOCK)], axis=1
    )
    worst, lists, faults = 1.0, 0, 0
    with EmbeddedStore(home, limits=limits) as store:
        index = store.open(_BUCKET, name)
        slots = rows_of_slots(index)
        print(f"{'filter':20}{'rows':>10}{'recall':>9}{'worst':>8}{'lists':>7}  of {len(what.queries)} queries")
        done = 0
        for label, of in filters(what):
            one = agreed(index, what, slots, near, of)
            print(f"{label:20}{one.kept:>10,}{one.recall:>9.4f}{one.worst:>8.2f}{one.lists:>7}", flush=True)
            for fault in one.faults:
                print(f"  FAULT {fault}")
            worst, lists, faults, done = min(worst, one.recall), lists + one.lists, faults + len(one.faults), done + 1
    asked = done * len(what.queries)
    print(f"{name}: {done} filters, {asked:,} queries, {lists:,} by lists; least recall {worst:.4f}, {faults} faults")
    return not faults


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.agreement",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--vectors", type=Path, required=True, metavar="DIR")
    parser.add_argument("--home", type=Path, metavar="DIR", help="a temporary one by default")
    parser.add_argument("--kind", choices=("real", "clustered"), default="real")
    parser.add_argument("--sizes", nargs="*", choices=SIZES, default=list(SIZES))
    parser.add_argument("--queries", type=int, default=100)
    flags = parser.parse_args()
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        for size in flags.sizes:
            what = read(flags.vectors, flags.kind, *SIZES[size], flags.queries)
            fine &= compare(flags.home or Path(folder), f"{flags.kind}-{size}", what, Limits(background=False))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
