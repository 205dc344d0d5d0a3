"""How long a metadata filter takes over every row of an index, against a plain numpy comparison in the same run.

    python -m benchmarks.filters [--rows 20000 1000000]

Rows look like what Sensorium writes: a unique source, a modality, a span, tags, a price. ``first`` is the time of
the first call, which may sort the strings for ``$startsWith``; ``best`` and ``median`` are of those that follow (far
apart on a busy machine), and ``ratio`` is the best over that of comparing one float64 array of as many rows.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from sensorium.filter import matches, parse
from sensorium.stores.embedded.columns import Columns
from sensorium.types import Metadata

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


def measure(rows: int) -> None:
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
    numbers = np.random.default_rng(1).random(rows)
    floor, _ = timed_ms(lambda: numbers < 0.5)
    print(f"\n{rows:,} rows: {held / rows:.0f} bytes a row, built at {built:,.0f} rows/s (with making the metadata)")
    print(f"{'filter':24}{'rows':>10}{'first':>9}{'best':>9}{'median':>9}{'ratio':>8}")
    for name, json in FILTERS.items():
        filter = parse(json)
        start = time.perf_counter()
        found = int(snapshot.mask(filter).sum())
        first = (time.perf_counter() - start) * 1000
        check = sum(matches(filter, one) for one in made)
        if int(again.snapshot().mask(filter).sum()) != check:
            raise SystemExit(f"{name}: the columns disagree with matches")
        best, median = timed_ms(partial(snapshot.mask, filter))
        print(f"{name:24}{found:>10,}{first:>9.3f}{best:>9.3f}{median:>9.3f}{best / floor:>8.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 1_000_000])
    for rows in parser.parse_args().rows:
        measure(rows)


if __name__ == "__main__":
    main()
