"""The bars of the embedded store, each beside what it is measured against in the same run.

    python -m benchmarks.store [--folder DIR] [--rows 20000] [--dim 1024]

Disk figures depend on the disk under ``--folder``; the raw cost of its flushes is printed beside them.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

import numpy as np

from sensorium.filter import parse
from sensorium.stores.base import IndexSpec, Query
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore
from sensorium.types import Matrix, Record, Vector

K = 10
ROUNDS, BLOCK, PAUSE_S = 60, 10, 0.1
TENTH = parse({"tenth": 3})


def seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def interleaved(*calls: Callable[[], object]) -> list[float]:
    """The median seconds of each call; they take turns by blocks, so that what disturbs one disturbs all.

    A pause stands before each block: BLAS's threads spin for a while after a product and take a core from whoever is
    next, which no query of ours would meet in use.
    """
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS // BLOCK):
        for call, times in zip(calls, taken, strict=True):
            time.sleep(PAUSE_S)
            call()
            times.extend(seconds(call) for _ in range(BLOCK))
    return [median(times) for times in taken]


def bar(name: str, found: str, wanted: str, met: bool) -> bool:
    print(f"{'ok  ' if met else 'MISS'}  {name:<46} {found:<34} bar {wanted}")
    return met


def records_of(rows: Matrix) -> list[Record]:
    return [
        Record(f"key-{i:06d}", row, {"source": f"file:///library/{i // 7}.txt", "n": i, "tenth": i % 10})
        for i, row in enumerate(rows)
    ]


def ingest(index: EmbeddedIndex, records: list[Record]) -> bool:
    busy = time.process_time()
    taken = seconds(lambda: index.put(records))
    busy = time.process_time() - busy
    rate = len(records) / taken
    found = f"{rate:,.0f} vectors/s ({len(records) / busy:,.0f} a CPU second)"
    return bar("batches of 500, durable", found, ">= 10,000 vectors/s", rate >= 10_000)


def single(index: EmbeddedIndex, records: list[Record], folder: Path) -> bool:
    """One record at a time, beside the two flushes that durability costs on this disk."""
    changing = iter(records)
    taken = [seconds(lambda: index.put([next(changing)])) for _ in range(200)]
    with (
        closing(sqlite3.connect(folder / "raw.sqlite", isolation_level=None)) as raw,
        (folder / "raw").open("wb") as file,
    ):
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("CREATE TABLE t (a)")

        def flushes() -> None:
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            raw.execute("INSERT INTO t VALUES (zeroblob(200))")

        floor = median(seconds(flushes) for _ in range(200))
    found = f"{median(taken) * 1e3:.2f} ms (raw flushes {floor * 1e3:.2f} ms)"
    return bar("single durable put, median", found, "< 1.5 ms", median(taken) < 1.5e-3)


def queries(index: EmbeddedIndex, rows: Matrix) -> bool:
    places = iter(range(1, len(rows)))

    def vector() -> Vector:
        row: Vector = rows[next(places)]
        return row

    raw, plain, filtered = interleaved(
        lambda: np.argpartition(-(rows @ vector()), K)[:K],
        lambda: index.query(Query(K, vector())),
        lambda: index.query(Query(K, vector(), filter=TENTH)),
    )
    good = bar(
        f"exact query of {len(rows):,} x {rows.shape[1]:,}, k={K}",
        f"{plain * 1e3:.2f} ms, numpy {raw * 1e3:.2f}: {plain / raw:.2f} x",
        "<= 1.5 x",
        plain <= 1.5 * raw,
    )
    found = f"{filtered * 1e3:.2f} ms: {filtered / plain:.2f} x"
    return bar("the same under a 10 % filter", found, "<= 1 x of no filter", filtered <= plain) and good


def opening(folder: Path, rows: Matrix) -> bool:
    def once(query: Query) -> None:
        with EmbeddedStore(folder) as store:
            store.open("default", "bench").query(query)

    plain = median(seconds(lambda: once(Query(K, rows[5]))) for _ in range(5))
    filtered = median(seconds(lambda: once(Query(K, rows[5], filter=TENTH))) for _ in range(3))
    found = f"{plain * 1e3:.0f} ms ({filtered * 1e3:.0f} ms with a filter)"
    return bar("open and first query", found, "< 200 ms", plain < 0.2)


def proved(index: EmbeddedIndex) -> None:
    started = time.perf_counter()
    report = index.verify()
    rate = report.records / (time.perf_counter() - started)
    print(f"      verify reads {rate:,.0f} records/s and finds {len(report.damages)} damaged")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where to write; a temporary folder if not given")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--dim", type=int, default=1_024)
    options = parser.parse_args()
    rows = np.random.default_rng(0).standard_normal((options.rows, options.dim), dtype=np.float32)
    records = records_of(rows)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        with EmbeddedStore(folder) as store:
            store.create_bucket("default")
            index = store.create(IndexSpec("default", "bench", options.dim))
            good = [ingest(index, records), single(index, records, folder), queries(index, rows)]
            proved(index)
        good.append(opening(folder, rows))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
