from __future__ import annotations

from benchmarks.stores.bars import bars
from benchmarks.stores.corpus import FAR
from benchmarks.stores.measure import Found

from benchmarks import data


def one(p50: float, recall: float = 0.99) -> Found:
    return {"p50": p50, "p99": 2 * p50, "recall": recall, "effort": {}}


def result(ours: float = 0.5) -> Found:
    """A run in which every bar is met where ``ours``, Sensorium's milliseconds, is at most 0.6."""
    plain = {"sensorium": one(ours), "chroma": one(3.0), "pgvector": one(1.0, 0.9), "faiss-raw": one(0.4)}
    filled = {
        "rows": 10_000,
        "seconds": 0.5,
        "flush_s": 0.0,
        "settle_s": 0.0,
        "build": {"seconds": 0.1},
        "ms": [0.4],
        "p50": 0.4,
    }
    return {
        "size": "200k",
        "asked": {"k=10": plain} | {name: {"sensorium": one(2.0)} for name in (*data.SELECTIVITIES, *FAR)},
        "fresh": {"sensorium": filled, "chroma": {**filled, "seconds": 1.0}},
        "prepared": {"sensorium": {"build": {"seconds": 60.0}}},
        "sizes": {"sensorium": {"private": 1}},
        "opened": {"sensorium": {"open_s": 0.1}},
        "churn": {
            "churned": one(0.55),
            "fresh": one(0.5),
            "building": {"quiet": {"p99": 1.0}, "busy": {"p99": 9.0}, "build_s": 3.0},
        },
    }


def test_a_good_run_meets_them_all() -> None:
    found = list(bars(result()))
    assert all(bar.met for bar in found)
    assert len(found) == 17
    assert str(found[0]).startswith("ok    k=10, the best of the others")


def test_who_finds_less_is_not_the_best_of_the_others() -> None:
    assert "6.0 x Chroma" in next(bars(result())).found


def test_a_slow_run_misses_what_it_misses() -> None:
    missed = [bar.name for bar in bars(result(ours=1.2)) if not bar.met]
    assert missed == [
        "k=10, the best of the others at equal recall",
        "k=10, keys only, beside raw faiss",
        "unfiltered, k=10",
    ]


def test_what_was_not_measured_has_no_bar() -> None:
    small = result() | {"size": "20k"}
    del small["fresh"], small["churn"]
    assert [bar.wanted for bar in bars(small)] == [">= 1 x as fast", "<= 1.5 x, or + 0.3 ms"]
