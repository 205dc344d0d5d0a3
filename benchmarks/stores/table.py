"""The figures of the runs as a page of the documentation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks import data
from benchmarks.stores.bars import bars, indexed, ingested
from benchmarks.stores.corpus import FAR, SIZES
from benchmarks.stores.measure import Found
from benchmarks.stores.peers import BY_NAME
from benchmarks.stores.query import WITH_METADATA
from benchmarks.stores.run import RESULT

INTRODUCTION = """# Stores compared

The embedded store beside what one would pick instead, on one machine and in one run: every store in a process of its
own, asked from one thread, in turns by blocks of thirty queries, after up to twenty that measure nothing. Vectors and a
little metadata (a source and two whole numbers) are stored in each; a query brings keys. Sensorium chooses by itself
how hard to look; every other store is tuned, by its own search parameter and on the very queries that measure it, to
find as many of the nearest as Sensorium finds there (and 99 %, or 98 % under a filter) as cheaply as it can; where none
of its settings finds that many, it shows the one that finds most. Before it is measured each store is asked for the
neighbours of some stored vectors, and its files are read before each block. faiss keeps neither metadata nor writes,
and stands for what a query costs at least. `python -m benchmarks.stores --help` says how to run it; this page is
written by `python -m benchmarks.stores table plot --folder DIR`.

![Recall and median time of a query](../images/stores.png)

*clustered*: synthetic vectors, drawn by `benchmarks/data.py`. *real*: embeddings of texts, pictures and sounds by the
built-in model. *far 10 %*: a filter that keeps the tenth of the rows that is farthest from the query. *ingest*: into a
new store in batches, flushed to the disk (LanceDB does not flush by itself: its files are flushed after each batch, and
without that it takes {unflushed} a second); *and index*: until queries are fast.
*private*: memory that no file backs, of all processes, the benchmark's own Python with its imports ({before} MB for
Sensorium) included. *open*: with nothing of the store in the page cache; *first*: the first query after that.
"""

Row = Sequence[str]


def results(folder: Path) -> list[Found]:
    """What has been measured under a folder, small before large and clustered before real."""
    found = []
    for size in SIZES:
        for kind in ("clustered", "real"):
            path = folder / f"{kind}-{size}" / RESULT
            if size != "tiny" and path.exists():
                found.append(json.loads(path.read_text()))
    if not found:
        raise SystemExit(f"{folder}: no {RESULT} of any size; `query` writes it")
    return found


def page(found: Sequence[Found]) -> str:
    before = _megabytes(found[-1]["sizes"]["sensorium"]["before"])
    lance = [one["rows"] / one["seconds"] for run in found for name, one in run["fresh"].items() if "lance" in name]
    unflushed = f"{min(lance):,.0f} to {max(lance):,.0f}" if lance else "more"
    sections = (line for one in found for line in _section(one))
    return "\n".join([INTRODUCTION.format(before=before, unflushed=unflushed), *sections])


def title(result: Found) -> str:
    return f"{result['rows']:,} × {result['dim']:,}, {result['kind']}"


def label(name: str) -> str:
    return "Sensorium, with metadata" if name == WITH_METADATA else BY_NAME[name].title


def _section(result: Found) -> Iterator[str]:
    yield f"## {title(result)}\n"
    yield f"`python -m benchmarks.stores prepare query --size {result['size']} --data {result['kind']} --folder DIR`\n"
    versions = {f"{package} {one}" for named in result["versions"].values() for package, one in named.items()}
    warmed = f"Asked for {result['warming']:,} stored vectors before."
    yield f"{result['machine']}; {', '.join(sorted(versions))}. {warmed}\n"
    heads = ["store", "recall@10", "p50 ms", "p99 ms", "recall@100", "p50 ms", *_thread_heads(result)]
    yield from _grid(heads, _plain(result))
    names = [*data.SELECTIVITIES, *FAR]
    yield "Under a filter, k = 10: median milliseconds (recall).\n"
    yield from _grid(["store", *names], _filtered(result, names))
    heads = ["store", "ingest/s", "and index/s", "one put ms", "disk MB", "private MB", "open ms", "first ms"]
    yield from _grid(heads, _kept(result))
    yield "```"
    yield from map(str, bars(result))
    yield "```\n"


def _thread_heads(result: Found) -> list[str]:
    counts = next(iter(result["threads"].values()))
    return [f"{count} thread{'s' if count != '1' else ''}, queries/s" for count in counts]


def _plain(result: Found) -> Iterator[Row]:
    for name, one in result["asked"]["k=10"].items():
        deep = result["asked"]["k=100"][name]
        rates = [f"{rate:,.0f}" for rate in result["threads"].get(name, {}).values()]
        yield [
            label(name),
            f"{one['recall']:.3f}",
            f"{one['p50']:.2f}",
            f"{one['p99']:.2f}",
            f"{deep['recall']:.3f}",
            f"{deep['p50']:.2f}",
            *(rates or [""] * len(_thread_heads(result))),
        ]


def _filtered(result: Found, names: Sequence[str]) -> Iterator[Row]:
    for store in result["asked"][names[0]]:
        cells = [result["asked"][name][store] for name in names]
        yield [label(store), *(f"{one['p50']:.2f} ({one['recall']:.3f})" for one in cells)]


def _kept(result: Found) -> Iterator[Row]:
    for name, size in result["sizes"].items():
        fresh, opened = result["fresh"][name], result["opened"][name]
        yield [
            label(name),
            f"{ingested(fresh):,.0f}",
            f"{indexed(fresh):,.0f}",
            f"{fresh['p50']:.2f}" if fresh["ms"] else "",
            _megabytes(size["disk"]),
            _megabytes(size["private"]),
            f"{opened['open_s'] * 1e3:,.0f}",
            f"{opened['first_s'] * 1e3:,.0f}",
        ]


def _grid(heads: Row, rows: Iterable[Row]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|---|{'---:|' * (len(heads) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.0f}"
