"""The benchmarks' vectors: the same every time, unit rows, and truths that a slow loop agrees with."""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from hashlib import sha1
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks import data, inputs
from sensorium.models.resized import resize
from sensorium.types import Audio, Image, Payload

ROWS, DIM = 3_000, 32


def test_clustered_is_the_same_every_time_and_the_sizes_follow_a_power_law() -> None:
    rows = data.clustered(ROWS, DIM)
    assert rows.shape == (ROWS, DIM)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.array_equal(rows, data.clustered(ROWS, DIM))
    assert not np.array_equal(rows, data.clustered(ROWS, DIM, seed=1))
    counts = data.sizes(ROWS)
    assert counts.sum() == ROWS
    assert np.array_equal(np.bincount(data.clusters(ROWS)), counts)
    assert counts[0] > 2 * counts[-1]


def test_most_neighbours_of_a_clustered_row_are_of_its_cluster_and_some_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(data, "TOPICS", 2)
    rows, owners = data.clustered(ROWS, DIM), data.clusters(ROWS)
    near = data.truth(rows, rows[:200], 11)[:, 1:]
    same = (owners[near] == owners[:200, None]).mean()
    assert 0.5 < same < 0.999


def test_queries_are_held_out_of_the_same_clusters() -> None:
    rows, asked = data.clustered(ROWS, DIM), data.queries(50, ROWS, DIM)
    assert np.array_equal(asked, data.queries(50, ROWS, DIM))
    best = (asked @ rows.T).max(1)
    assert best.max() < 0.9999
    assert best.mean() > 0.7


def test_the_truth_is_what_a_full_sort_finds() -> None:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((200, 8), dtype=np.float32)
    asked, mask = rows[:20], rng.random(200) < 0.3
    for kept in (None, mask):
        found = data.truth(rows, asked, 5, kept)
        for query, ids in zip(asked, found, strict=True):
            near = rows @ query if kept is None else np.where(kept, rows @ query, -np.inf)
            assert ids.tolist() == np.argsort(-near, kind="stable")[:5].tolist()


def test_the_truth_does_not_depend_on_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = data.clustered(ROWS, DIM)
    whole = data.truth(rows, rows[:9], 10)
    monkeypatch.setattr(data, "BLOCK", 700)
    assert data.recall(data.truth(rows, rows[:9], 10), whole) == 1


def test_fewer_rows_than_asked_for_end_in_minus_one_and_count_for_nothing() -> None:
    rows = data.clustered(100, DIM)
    mask = np.zeros(100, np.bool_)
    mask[[3, 7]] = True
    found = data.truth(rows, rows[:2], 4, mask)
    assert sorted(found[0].tolist()) == [-1, -1, 3, 7]
    assert data.recall(np.array([[3, -1], [7, 3]]), found) == 0.75


def test_the_selectivities_keep_the_shares_that_they_name() -> None:
    drawn = np.array([row["draw"] for row in data.metadata(100_000)])
    for name, below in data.SELECTIVITIES.items():
        share = float(name.removesuffix(" %")) / 100
        assert (drawn < below).mean() == pytest.approx(share, rel=0.3)


def test_far_buckets_hold_the_share_and_lie_away_from_the_query() -> None:
    rows = data.clustered(ROWS, DIM)
    centroids, owners = data.buckets(rows, 16)
    assert len(data.metadata(ROWS, owners)) == ROWS
    query = rows[0]
    far = data.chosen_buckets(query, centroids, owners, 0.1)
    near = data.chosen_buckets(query, centroids, owners, 0.1, far=False)
    assert not set(far) & set(near)
    assert owners[0] in near
    assert np.isin(owners, far).mean() >= 0.1
    assert (rows[np.isin(owners, far)] @ query).mean() < 0 < (rows[np.isin(owners, near)] @ query).mean()


def test_cut_is_what_the_library_does_to_a_vector() -> None:
    native = data.clustered(50, DIM).astype(np.float16)
    for dim in (8, DIM, 48):
        found = data.cut(native, dim)
        assert np.allclose(found, resize(native.astype(np.float32), dim), atol=1e-3)
        assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


def test_texts_that_the_model_cannot_tell_apart_are_one() -> None:
    assert list(inputs.distinct(["A dog.", "a dog", "...", "Two dogs", "two dogs!"], set())) == ["A dog.", "Two dogs"]


def test_equal_vectors_are_one() -> None:
    rows = np.array([[1, 2], [3, 4], [1, 2], [5, 6]], np.float16)
    assert inputs.distinct_rows(rows).tolist() == [0, 1, 3]


def hashed(batch: Sequence[Payload]) -> NDArray[np.float16]:
    """Stands in for the model: a unit vector (512,) drawn from what the payload holds."""
    rows = []
    for payload in batch:
        held = payload.encode() if isinstance(payload, str) else b""
        held = payload.pixels.tobytes() if isinstance(payload, Image) else held
        held = payload.samples.tobytes() if isinstance(payload, Audio) else held
        rows.append(np.random.default_rng(list(sha1(held).digest())).standard_normal(512))
    made = np.stack(rows)
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float16)


def test_real_vectors_are_made_once_and_no_query_is_among_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("soundfile", reason="needs the extra [train]")
    from tests.training.tiny import write_images, write_sounds
    from tests.training.tiny_text import write_text

    root, cache = tmp_path / "data", tmp_path / "cache"
    root.mkdir()
    write_images(root / "images")
    write_sounds(root / "audio")
    write_text(root / "text")
    with lzma.open(root / "text" / "word_frequency.jsonl.xz", "wt", encoding="utf8") as file:
        file.write(json.dumps({"lang": "en", "words": ["you", "the"]}) + "\n")
    monkeypatch.setattr(inputs, "embedded", hashed)
    monkeypatch.setattr(data, "MEDIA", (("pictures", 2, 0.1, 99), ("sounds", 1, 0.05, 3)))
    monkeypatch.setattr(data, "HELD_TEXTS", 5)
    monkeypatch.setattr(data, "QUERIES", 8)
    found = data.collection(60, root, cache)
    assert found.rows.shape == (60, 512)
    assert np.bincount(found.modality).tolist() == [51, 6, 3]
    assert len(found.queries) == len(found.cross) == 8
    both = np.concatenate([found.rows, found.queries, found.cross])
    assert len(np.unique(both, axis=0)) == len(both)
    monkeypatch.setattr(inputs, "embedded", None)  # a second time nothing is embedded
    assert np.array_equal(data.real(60, 256, root, cache), data.cut(found.rows, 256))
