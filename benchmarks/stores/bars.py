"""The bars of the store, from the figures of one run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import data
from benchmarks.stores.corpus import FAR
from benchmarks.stores.measure import Found
from benchmarks.stores.peers import BY_NAME
from benchmarks.stores.query import WANTED, WANTED_FILTERED

OURS, RAW = "sensorium", "faiss-raw"
LARGE = ("200k", "1m")
TIMES = 5.0
"""How much faster than the best of the others a large index answers."""
EQUAL = 0.005
"""Recall that is called equal."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Milliseconds: unfiltered, filtered at random, filtered against the query; seconds of a build."""

    plain: float
    filtered: float
    far: float
    build_s: float | None


LIMITS = {"200k": Limits(1.0, 4.0, 8.0, 90.0), "1m": Limits(1.2, 5.0, 8.0, None)}


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    found: str
    wanted: str
    met: bool

    def __str__(self) -> str:
        return f"{'ok  ' if self.met else 'MISS'}  {self.name:<46} {self.found:<46} bar {self.wanted}"


def bars(result: Found) -> Iterator[Bar]:
    """All that the run can judge: what was not measured has no bar."""
    yield from _beside_others(result)
    yield from _ingest(result)
    if result["size"] in LIMITS:
        yield from _times(result, LIMITS[result["size"]])
    yield from _upkeep(result)


def rivals(found: Found) -> dict[str, Found]:
    """Those of the stores that a user would pick instead."""
    return {name: one for name, one in found.items() if name in BY_NAME and BY_NAME[name].competes}


def ingested(fresh: Found) -> float:
    """Vectors a second until they are on the disk."""
    rate: float = fresh["rows"] / (fresh["seconds"] + fresh["flush_s"])
    return rate


def indexed(fresh: Found) -> float:
    """Vectors a second until they are on the disk and the index is built."""
    rate: float = fresh["rows"] / (fresh["seconds"] + fresh["flush_s"] + fresh["build"]["seconds"])
    return rate


def _beside_others(result: Found) -> Iterator[Bar]:
    plain = result["asked"]["k=10"]
    ours, others = plain[OURS], rivals(plain)
    able = {name: one for name, one in others.items() if one["recall"] >= ours["recall"] - EQUAL} or others
    if able:
        name = min(able, key=lambda one: able[one]["p50"])
        times, wanted = able[name]["p50"] / ours["p50"], TIMES if result["size"] in LARGE else 1.0
        found = f"{times:.1f} x {BY_NAME[name].title} ({ours['p50']:.2f}, {able[name]['p50']:.2f} ms)"
        met = times >= wanted if wanted > 1 else times > wanted
        yield Bar("k=10, the best of the others at equal recall", found, f">= {wanted:g} x as fast", met)
    if RAW in plain:
        raw = plain[RAW]
        limit = max(1.5 * raw["p50"], raw["p50"] + 0.3)
        found = f"{ours['p50']:.2f} ms ({ours['recall']:.3f}), raw {raw['p50']:.2f} ms ({raw['recall']:.3f})"
        yield Bar("k=10, keys only, beside raw faiss", found, "<= 1.5 x, or + 0.3 ms", ours["p50"] <= limit)


def _ingest(result: Found) -> Iterator[Bar]:
    fresh = result.get("fresh", {})
    if OURS not in fresh:
        return
    ours = fresh[OURS]
    rate = ingested(ours)
    yield Bar("ingest in batches, durable", f"{rate:,.0f} vectors/s", ">= 12,000 vectors/s", rate >= 12_000)
    if others := {name: ingested(one) for name, one in rivals(fresh).items()}:
        best = max(others, key=lambda name: others[name])
        found = f"{rate / others[best]:.2f} x {BY_NAME[best].title} ({others[best]:,.0f}/s)"
        yield Bar("ingest, flushed, the best of the others", found, ">= 1 x as fast", rate >= others[best])
        ready = {name: indexed(one) for name, one in rivals(fresh).items()}
        best = max(ready, key=lambda name: ready[name])
        mine = indexed(ours)
        found = f"{mine / ready[best]:.2f} x {BY_NAME[best].title} ({mine:,.0f}, {ready[best]:,.0f}/s)"
        yield Bar("ingest and index, the best of the others", found, ">= 1 x as fast", mine >= ready[best])
    yield Bar("one durable put, median", f"{ours['p50']:.2f} ms", "<= 1 ms", ours["p50"] <= 1.0)


def _times(result: Found, limits: Limits) -> Iterator[Bar]:
    for name in ("k=10", *data.SELECTIVITIES, *FAR):
        ours = result["asked"][name][OURS]
        limit = limits.plain if name == "k=10" else limits.far if name in FAR else limits.filtered
        recall = WANTED if name == "k=10" else WANTED_FILTERED
        found = f"recall {ours['recall']:.4f}, p50 {ours['p50']:.2f} ms"
        met = ours["recall"] >= recall and ours["p50"] <= limit
        label = "unfiltered, k=10" if name == "k=10" else f"filter {name}, k=10"
        yield Bar(label, found, f">= {recall:g}, <= {limit:g} ms", met)
    if limits.build_s is not None and (build := result["prepared"][OURS].get("build")):
        yield Bar("build", f"{build['seconds']:.0f} s", f"<= {limits.build_s:g} s", build["seconds"] <= limits.build_s)
    if result["size"] == "1m":
        private = result["sizes"][OURS]["private"]
        yield Bar("private memory", f"{private / 1e6:,.0f} MB", "< 1 GB", private < 1e9)
    opened = result["opened"][OURS]["open_s"]
    yield Bar("open, nothing of it in memory", f"{opened:.3f} s", "< 1 s", opened < 1)


def _upkeep(result: Found) -> Iterator[Bar]:
    if not (churn := result.get("churn")):
        return
    worn, fresh = churn["churned"], churn["fresh"]
    lost, slower = fresh["recall"] - worn["recall"], worn["p50"] / fresh["p50"] - 1
    found = f"recall {-lost:+.4f}, p50 {slower:+.0%}"
    met = lost <= EQUAL and slower <= 0.15
    yield Bar("10 rounds of 20 % upserts, beside a fresh build", found, ">= -0.005, <= +15 %", met)
    quiet, busy = churn["building"]["quiet"]["p99"], churn["building"]["busy"]["p99"]
    found = f"{busy:.1f} ms, quiet {quiet:.1f} ms: {busy / quiet:.1f} x ({churn['building']['build_s']:.1f} s)"
    yield Bar("p99 of queries during a build", found, "<= 10 x quiet", busy <= 10 * quiet)
