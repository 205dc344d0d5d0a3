"""Which index of faiss the embedded store should keep: the candidates on clustered and on real vectors, as a table.

    python -m benchmarks.indexes --cache DIR [--sets NAME ...] [--only NAME ...] [--lock FILE] [--stages STAGE ...]

``--cache`` is where ``benchmarks.data`` left its arrays; what is built and measured stays there, so that a second call
only adds what is missing. The table goes to ``benchmarks/indexes.md``. One thread, one query at a time; the clock runs
over the turn of the query, the index, and the float32 rescoring from the memory-mapped rows. A query's time is the best
of three passes (other programs run beside), p50 and p99 are over the queries.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import data
from benchmarks.candidates import Candidate, Ids, Selector, build, faiss
from benchmarks.sweep import TARGET, TIMED, K, Question, Setting, answered, clock, quiet, sweep
from sensorium.types import Matrix

SETS = {"real_200000x1024": 512, "clustered_200000x1024": 1024, "real_1000000x256": 256, "clustered_1000000x256": 256}
"""The sets of vectors and their dimensions without the zeros at the end."""
SWEPT, FAR, FAR_SHARE = 250, 60, 0.1
"""Queries by which a setting is found; those with a filter of their own, and the share of the rows that it keeps."""
FILTERS = {"all": None, "10 %": 100, "1 %": 10}
PARTS = ("all", "10 %", "1 %", "far")
TABLE = Path(__file__).with_suffix(".md")
REMARKS = "\n## What wins"
"""The heading of what people wrote under the tables; it stays."""


UNKNOWN = np.full(K, -1)
STAGES = ("search", "time", "table")
HEADINGS = ("build", "bytes", "no filter", "cross", "10 %", "1 %", "far")


def candidates(dim: int) -> list[Candidate]:
    """What is tried on vectors of ``dim`` dimensions."""
    tried = [Candidate("flat"), Candidate("hnsw-sq8"), Candidate("hnsw-rabitq", 4), Candidate("sq8"), Candidate("pq")]
    tried += [Candidate("rabitq", 1, rotation=rotation) for rotation in ("none", "random", "hadamard")]
    tried += [Candidate("rabitq-fastscan", 1, rotation="hadamard")]
    tried += [Candidate("rabitq", bits, rotation="hadamard") for bits in (2, 4)]
    tried += [Candidate("rabitq", 1, rotation="hadamard", lists=lists) for lists in (2, 8, 16)]
    if dim == 512:
        tried += [Candidate("rabitq", 1, "padded", 1024, rotation) for rotation in ("none", "hadamard")]
    for width in (512, 384, 256, 128):
        if width < dim:
            rotation = "random" if width == 384 else "hadamard"
            tried += [Candidate("rabitq", 1, turn, width, rotation) for turn in ("prefix", "pca")]
    half = 256 if dim > 256 else 128
    tried += [Candidate("rabitq", 2, turn, half, "hadamard") for turn in ("prefix", "pca")]
    tried += [Candidate("hnsw-sq8", 8, "pca", half)]
    return tried


class Vectors(NamedTuple):
    """A set: its rows (mapped), queries of the same kind, queries of another kind (or the same), buckets, centroids."""

    rows: Matrix
    queries: Matrix
    cross: Matrix
    owners: Ids
    centroids: Matrix


def opened(name: str, cache: Path) -> Vectors:
    kind, _, shape = name.partition("_")
    rows, dim = map(int, shape.split("x"))
    where, width = data.paths(kind, rows, dim, cache), SETS[name]
    found = {part: np.load(path, mmap_mode="r") for part, path in where.items()}
    asked = np.ascontiguousarray(found["queries"][:, :width])
    cross = np.ascontiguousarray(found["cross"][:, :width]) if "cross" in found else asked
    return Vectors(found["rows"][:, :width], asked, cross, found["buckets"], found["centroids"][:, :width])


def asked(vectors: Vectors) -> dict[str, list[Question]]:
    """The questions by what may be found: all rows, a random share of them, the rows farthest from the query."""
    draws = data.draws(len(vectors.rows))
    found: dict[str, list[Question]] = {}
    for name, below in FILTERS.items():
        selector = None if below is None else Selector(draws < below)
        found[name] = [Question(query, selector, UNKNOWN) for query in vectors.queries[:SWEPT]]
    found["far"] = [
        Question(query, Selector(np.isin(vectors.owners, chosen)), UNKNOWN)
        for query in vectors.queries[:FAR]
        for chosen in [data.chosen_buckets(query, vectors.centroids, vectors.owners, FAR_SHARE)]
    ]
    found["cross"] = [Question(query, None, UNKNOWN) for query in vectors.cross[:SWEPT]]
    return found


def search(name: str, only: Sequence[str], cache: Path) -> None:
    """Build the candidates of a set, and find the settings that reach the recall, where that has not been done."""
    vectors, folder = opened(name, cache), cache / "indexes" / name
    wanted = [one for one in candidates(SETS[name]) if not only or one.name in only]
    wanted = [one for one in wanted if not (folder / f"{one.name}.json").exists()]
    if not wanted:
        return
    asks = {part: answered(vectors.rows, these) for part, these in asked(vectors).items()}
    matrix = np.ascontiguousarray(vectors.rows)
    for candidate in wanted:
        built = build(candidate, matrix, folder)
        print(f"{name} {candidate.name}: {built.seconds:.0f} s, {built.size:.0f} bytes a vector", flush=True)
        found: dict[str, Any] = {"seconds": built.seconds, "size": built.size}
        for part in PARTS:
            found[part] = [{"setting": one} for one in sweep(built, asks[part])]
            print(f"  {part}: {[tuple(one['setting']) for one in found[part]]}", flush=True)
        turned, exact = built.turn(vectors.cross[:SWEPT]), np.stack([one.exact for one in asks["cross"]])
        for one in found["all"]:
            effort, most, _ = one["setting"]
            one["cross"] = data.recall(built.shortlist(turned, most, effort), exact)
        (folder / f"{candidate.name}.json").write_text(json.dumps(found))


def timing(name: str, only: Sequence[str], cache: Path, lock: Path | None) -> None:
    """Time the settings of the candidates of a set that have no times yet; the lock is given up after each."""
    vectors, folder = opened(name, cache), cache / "indexes" / name
    asks = asked(vectors)
    for candidate in candidates(SETS[name]):
        path = folder / f"{candidate.name}.json"
        if (only and candidate.name not in only) or not path.exists():
            continue
        found = json.loads(path.read_text())
        pairs = [(part, one) for part in PARTS for one in found[part]]
        pairs = [(part, one) for part, one in pairs if "p50" not in one and one["setting"][2] >= TARGET]
        if not pairs:
            continue
        built = build(candidate, vectors.rows, folder)
        with quiet(lock):
            for part, one in pairs:
                one["p50"], one["p99"] = clock(built, vectors.rows, asks[part], Setting(*one["setting"]))
                print(f"{name} {candidate.name} {part}: {one}", flush=True)
        path.write_text(json.dumps(found))


def done(found: dict[str, Any]) -> bool:
    """Whether all that can be timed was."""
    return all("p50" in one or one["setting"][2] < TARGET for part in PARTS for one in found[part])


def fastest(settings: list[dict[str, Any]]) -> dict[str, Any]:
    """The setting of the least p50 of those that were timed, or else the first."""
    timed = [one for one in settings if "p50" in one]
    return min(timed, key=lambda one: float(one["p50"])) if timed else settings[0]


def cell(settings: list[dict[str, Any]]) -> str:
    """Times and setting, or how near to the recall it came."""
    one = fastest(settings)
    effort, most, recall = one["setting"]
    if "p50" not in one:
        return f"({recall:.3f})"
    times = f"{one['p50']:.2f} / {one['p99']:.2f}"
    return f"{times} ({effort}, {most})" if effort else times


def table(cache: Path) -> str:
    """The Markdown of all that was measured."""
    lines = [
        "# Which index",
        "",
        "Written by `python -m benchmarks.indexes --cache DIR`, which says how it measures. "
        f"faiss {faiss.__version__}, numpy {np.__version__}, Python {platform.python_version()}, "
        f"{platform.system()} on {platform.machine()}, a small virtual machine with {os.cpu_count()} cores.",
        "",
        "A cell of times is p50 / p99 in milliseconds of the fastest setting (nprobe or efSearch, shortlist) that "
        f"reaches recall@10 of {TARGET}; a number alone in brackets is the best recall of an index that never does. "
        f"`10 %` and `1 %` are random filters, `far` keeps the {FAR_SHARE:.0%} of the rows that lie in the buckets "
        "farthest from the query; flat gathers the rows that a filter keeps. `build` is CPU seconds; `bytes` are those "
        "of a vector in the index, without the float32 rows by which all are rescored. `cross` is the recall, at the "
        "setting of the first cell, of captions that ask for pictures (of the queries themselves where clustered). "
        f"Settings are chosen by recall over {SWEPT} queries ({FAR} for `far`), the first {TIMED} of which are timed, "
        "each by its best of three passes: a recall may be off by 0.005, and p99 tells queries apart, not the moods of "
        "the machine.",
    ]
    for name, dim in SETS.items():
        files = [(one, cache / "indexes" / name / f"{one.name}.json") for one in candidates(dim)]
        read = [(one, json.loads(path.read_text())) for one, path in files if path.exists()]
        known = [(one, found) for one, found in read if done(found)]
        if not known:
            continue
        kind, _, shape = name.partition("_")
        rows, width = map(int, shape.split("x"))
        padded = "" if width == dim else f", of which {width - dim} are zero"
        lines += ["", f"## {kind}, {rows:,} x {width:,}{padded}", ""]
        lines += [f"| index | {' | '.join(HEADINGS)} |", "|---|" + "--:|" * len(HEADINGS)]
        for candidate, found in known:
            cells = [f"{found['seconds']:.0f}", f"{found['size']:.0f}", cell(found["all"])]
            cells += [f"{fastest(found['all'])['cross']:.3f}", *(cell(found[part]) for part in PARTS[1:])]
            lines.append("| " + " | ".join([candidate.name, *cells]) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="where the arrays are, and what is built is kept")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS), metavar="NAME", help=", ".join(SETS))
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="candidates, as the table names them")
    parser.add_argument("--lock", type=Path, help="a file whose lock is held while the clock runs")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES, metavar="STAGE", help=", ".join(STAGES))
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    for name in options.sets:
        if "search" in options.stages:
            search(name, options.only, options.cache)
        if "time" in options.stages:
            timing(name, options.only, options.cache, options.lock)
    if "table" in options.stages:
        remarks = TABLE.read_text().partition(REMARKS)[1:] if TABLE.exists() else ("", "")
        TABLE.write_text(table(options.cache) + "".join(remarks))


if __name__ == "__main__":
    main()
