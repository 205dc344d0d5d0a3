"""How long a metadata filter takes over every row of an index, against a plain numpy comparison in the same run.

    python -m benchmarks.filters [--rows 20000 1000000] [--opened 200000] [--home DIR]

Rows look like what Sensorium writes: a unique source, a modality, a span, tags, a price. ``arriving`` are columns in
memory, as rows after the last file are; ``mapped`` are those of a file. For each the first call is timed, which may
sort strings for ``$startsWith`` or prove a checksum, and the best and the median of those that follow (far apart on a
busy machine). ``ratio`` is the best of the mapped over that of comparing one float64 array of as many rows.

``--opened``: how long opening an index and its first filter take in a process of their own, once where all columns are
to be read from the records and once where files have them, and how much private memory they leave behind. ``--home``
keeps the index that is made for it, and uses it again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

from sensorium.filter import matches, parse
from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import EmbeddedStore, segmentfile
from sensorium.stores.embedded.columns import Columns, Part, Snapshot
from sensorium.stores.embedded.segment import Segment, joined
from sensorium.types import Metadata, Record

FILTERS: dict[str, object] = {
    "string equal": {"modality": "image"},
    "string not equal": {"modality": {"$ne": "image"}},
    "string in 3": {"shelf": {"$in": ["s001", "s050", "s099"]}},
    "string in 12": {"shelf": {"$in": [f"s{n:03}" for n in range(0, 96, 8)]}},
    "unique string equal": {"source": "file:///photos/0000001234.jpg"},
    "starts with, few": {"source": {"$startsWith": "file:///photos/00000012"}},
    "starts with, all": {"source": {"$startsWith": "file:///"}},
    "number range": {"price": {"$gte": 20, "$lt": 30}},
    "list holds": {"tags": "t7"},
    "list holds one of 3": {"tags": {"$in": ["t1", "t2", "t3"]}},
    "key of some rows": {"page": {"$lte": 3}},
    "exists": {"page": {"$exists": True}},
    "boolean": {"sold": True},
    "mixed types": {"odd": {"$in": [1, "1", True]}},
    "and of three": {"$and": [{"modality": "image"}, {"price": {"$lt": 30}}, {"tags": "t7"}]},
}


def metadata(rows: int) -> Iterator[Metadata]:
    """Metadata of ``rows`` records."""
    rng = random.Random(1)
    for row in range(rows):
        one: dict[str, str | int | float | bool | list[str | int | float]] = {
            "source": f"file:///photos/{row:010}.jpg",
            "modality": rng.choice(("image", "text", "audio", "video")),
            "shelf": f"s{rng.randrange(100):03}",
            "price": rng.random() * 100,
            "tags": [f"t{rng.randrange(100)}" for _ in range(3)],
            "sold": rng.random() < 0.1,
            "odd": rng.choice((1, "1", True, 1.5)),
        }
        if rng.random() < 0.3:
            one["page"] = rng.randint(1, 30)
        yield one


def timed_ms(call: Callable[[], object], seconds: float = 0.5) -> tuple[float, float]:
    """The best and the median of repeated calls."""
    call()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times) * 1000, statistics.median(times) * 1000


def mapped(columns: Columns, folder: Path) -> Snapshot:
    """The same columns in a file."""
    rows = len(columns)
    path = folder / "columns.0.col"
    frozen = Segment(0, rows, 0, columns.frozen())
    segmentfile.write(path, segmentfile.Head(bytes(16), 0, 0, rows, 0), [], joined([frozen]))
    segment, _ = segmentfile.read(path, bytes(16), 0)
    return Snapshot(rows, (Part(0, rows, segment),))


def measure(rows: int, folder: Path) -> None:
    """Print one table."""
    tracemalloc.start()
    columns = Columns()
    before = tracemalloc.get_traced_memory()[0]
    columns.extend(metadata(rows))
    snapshot = columns.snapshot()
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    start = time.perf_counter()
    again = Columns()
    again.extend(made := list(metadata(min(rows, 50_000))))
    again.snapshot()
    built = len(made) / (time.perf_counter() - start)
    start = time.perf_counter()
    file = mapped(columns, folder)
    written = rows / (time.perf_counter() - start)
    size = (folder / "columns.0.col").stat().st_size
    numbers = np.random.default_rng(1).random(rows)
    floor, _ = timed_ms(lambda: numbers < 0.5)
    print(f"\n{rows:,} rows arriving: {held / rows:.0f} bytes each, {built:,.0f} rows/s (with making the metadata)")
    print(f"in a file: {size / rows:.0f} bytes each, {written:,.0f} rows/s")
    heads = "".join(f"{head:>9}" for head in ("first", "best", "median") * 2)
    print(f"{'':34}{'arriving':>27}{'mapped':>27}\n{'filter':24}{'rows':>10}{heads}{'ratio':>7}")
    for name, json in FILTERS.items():
        filter = parse(json)
        times, found = [], []
        for where in (snapshot, file):
            start = time.perf_counter()
            found.append(where.mask(filter))
            times.append((time.perf_counter() - start) * 1000)
            times += timed_ms(partial(where.mask, filter))
        if not (found[0] == found[1]).all() or found[0][: len(made)].tolist() != [matches(filter, one) for one in made]:
            raise SystemExit(f"{name}: the columns disagree with matches")
        cells = "".join(f"{one:>9.3f}" for one in times)
        print(f"{name:24}{int(found[0].sum()):>10,}{cells}{times[4] / floor:>7.1f}")


class Opened(NamedTuple):
    """What opening an index and asking it its first filter took."""

    open_ms: float
    first_ms: float
    private_mb: float
    found: int


def opened(home: Path) -> Opened:
    """Open the index, in a process that has done nothing yet."""
    process = psutil.Process()
    filter = parse({"$and": [{"modality": "image"}, {"source": {"$startsWith": "file:///photos/00"}}]})

    def private() -> int:
        memory = process.memory_info()
        return int(memory.rss - memory.shared)

    before = private()
    start = time.perf_counter()
    with EmbeddedStore(home) as store:
        index = store.open("default", "filters")
        open_ms = (time.perf_counter() - start) * 1000
        found = index.count(filter)
        first_ms = (time.perf_counter() - start) * 1000 - open_ms
        return Opened(open_ms, first_ms, (private() - before) / 2**20, found)


def open_twice(rows: int, home: Path) -> None:
    """Print how long it takes without and with files of columns."""
    with EmbeddedStore(home) as store:
        if not store.buckets():
            store.create_bucket("default")
            vector = np.ones(8, np.float32)
            made = (Record(f"{row}", vector, one) for row, one in enumerate(metadata(rows)))
            store.create(IndexSpec("default", "filters", 8)).put(made)
        rows = store.open("default", "filters").count()
    for path in home.rglob("*.col"):
        path.unlink()
    print(f"\n{rows:,} rows, opened: {'open ms':>10}{'first filter ms':>17}{'private MB':>12}{'bytes a row':>13}")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as processes:
        for name in ("from the records", "from files", "from files"):
            took = processes.submit(opened, home).result()
            cells = f"{took.open_ms:>10.1f}{took.first_ms:>17.1f}{took.private_mb:>12.1f}"
            print(f"{name:>{len(f'{rows:,} rows, opened:')}} {cells}{took.private_mb * 2**20 / rows:>13.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="*", default=[20_000, 1_000_000])
    parser.add_argument("--opened", type=int, default=200_000, metavar="ROWS", help="0: leave that out")
    parser.add_argument("--home", type=Path, metavar="DIR")
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for rows in flags.rows:
            measure(rows, Path(folder))
        if flags.opened:
            open_twice(flags.opened, flags.home or Path(folder) / "home")


if __name__ == "__main__":
    main()
