"""Every index that is tried finds what is near, whatever the turn and the code, and what it was left on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.candidates import Candidate, Selector, Turn, build

from benchmarks import data

ROWS, DIM = 1_500, 32
CANDIDATES = (
    Candidate("flat"),
    Candidate("hnsw-sq8"),
    Candidate("hnsw-rabitq", 4),
    Candidate("sq8", lists=1),
    Candidate("pq", lists=1),
    Candidate("rabitq", 1, lists=1),
    Candidate("rabitq", 2, rotation="hadamard", lists=1),
    Candidate("rabitq-fastscan", 1, rotation="random", lists=1),
    Candidate("rabitq", 1, "prefix", 24, "random", 1),
    Candidate("rabitq", 1, "pca", 16, "hadamard", 1),
    Candidate("rabitq", 1, "padded", 64, "hadamard", 1),
)


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda one: one.name)
def test_a_candidate_finds_the_nearest_rows_with_and_without_a_filter(candidate: Candidate, tmp_path: Path) -> None:
    rows, asked = data.clustered(ROWS, DIM), data.queries(20, ROWS, DIM)
    keep = np.arange(ROWS) % 3 == 0
    for built in (build(candidate, rows, tmp_path), build(candidate, rows, tmp_path)):  # the second one is read
        assert built.size > 0
        effort = built.index.nlist if candidate.inverted else 400
        for selector in (None, Selector(keep)):
            exact = data.truth(rows, asked, 5, None if selector is None else keep)
            if candidate.code == "flat" and selector is not None:
                continue
            found = np.stack([built.search(rows, query, 5, 400, effort, selector) for query in asked])
            assert data.recall(found, exact) > 0.95
            assert selector is None or keep[found].all()


def test_a_turn_keeps_the_distances_that_it_can() -> None:
    rows = data.clustered(ROWS, DIM)
    near = rows[:50] @ rows[50:100].T
    for candidate in (Candidate("flat", rotation="random"), Candidate("flat", 8, "padded", 64, "hadamard")):
        turned = Turn(candidate, rows)(rows)
        assert np.allclose(turned[:50] @ turned[50:100].T, near, atol=1e-5)
    assert np.array_equal(Turn(Candidate("flat", 8, "prefix", 8), rows)(rows), rows[:, :8])


def test_names_tell_candidates_apart() -> None:
    assert len({one.name for one in CANDIDATES}) == len(CANDIDATES)
    assert Candidate("rabitq", 1, "pca", 256, "hadamard").name == "ivf-rabitq1-pca256-hadamard-4"
