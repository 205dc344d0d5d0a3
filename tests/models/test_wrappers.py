"""Batched, cached and resized models keep the contract and do what they say."""

import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from sensorium.errors import Corrupt, Invalid
from sensorium.models.base import Cut, Embedder, ModelSpec
from sensorium.models.batched import Batched
from sensorium.models.cached import Cached
from sensorium.models.fingerprint import fingerprint
from sensorium.models.resized import Resized, resize, resized
from sensorium.testing import payloads
from sensorium.testing.embedder_contract import EmbedderContract
from sensorium.testing.weightless import WeightlessEmbedder
from sensorium.types import Matrix, Modality, Payload, Purpose, Segmentation

INDEX = Purpose.GENERIC_INDEX


class Counting:
    """Notes the size of every batch that reaches the model."""

    def __init__(self) -> None:
        self.inner = WeightlessEmbedder()
        self.batches: list[int] = []

    @property
    def spec(self) -> ModelSpec:
        return self.inner.spec

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        self.batches.append(len(batch))
        return self.inner.embed(batch, purpose)


class TestResizedDown(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return Resized(WeightlessEmbedder(), 32)


class TestResizedUp(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return Resized(WeightlessEmbedder(), 256)

    def test_spec_sizes(self, embedder: Embedder) -> None:
        assert embedder.spec.dim == 256
        assert embedder.spec.dims == (16, 32, 64), "padding adds no size that the model was trained for"


class TestCached(EmbedderContract):
    @pytest.fixture
    def embedder(self, tmp_path: Path) -> Iterator[Embedder]:
        cached = Cached(WeightlessEmbedder(), tmp_path / "cache.db")
        yield cached
        cached.close()


def test_batches_are_split_by_modality_and_size() -> None:
    inner = Counting()
    mixed = [payloads.payload(modality, seed) for seed in range(10) for modality in (Modality.TEXT, Modality.IMAGE)]
    rows = Batched(inner).embed(mixed, INDEX)
    assert sorted(inner.batches) == [2, 2, 8, 8]
    for row, payload in zip(rows, mixed, strict=True):
        assert np.array_equal(row, inner.inner.embed([payload], INDEX)[0])


def test_padding_keeps_cosines_and_cutting_undoes_it() -> None:
    rows = WeightlessEmbedder().embed([payloads.text(seed) for seed in range(4)], INDEX)
    wide = resize(rows, 3072)
    assert np.allclose(wide @ wide.T, rows @ rows.T)
    assert np.allclose(resize(wide, 64), rows, atol=1e-6)


def test_cutting_renormalises_and_never_divides_by_zero() -> None:
    rows = np.asarray([[3, 4, 0], [0, 0, 1]], np.float32) / np.asarray([[5], [1]], np.float32)
    assert np.allclose(resize(rows, 2), [[0.6, 0.8], [1, 0]])
    assert np.array_equal(rows, np.asarray([[3, 4, 0], [0, 0, 1]], np.float32) / np.asarray([[5], [1]], np.float32))


@pytest.mark.parametrize("dim", [0, 4097])
def test_sizes_out_of_range(dim: int) -> None:
    with pytest.raises(Invalid, match="1 to 4096"):
        Resized(WeightlessEmbedder(), dim)


def test_the_cache_asks_once(tmp_path: Path) -> None:
    inner = Counting()
    cached = Cached(inner, tmp_path / "cache.db")
    first = cached.embed([payloads.text(1), payloads.text(2)], INDEX)
    again = cached.embed([payloads.text(2), payloads.text(3), payloads.text(1)], INDEX)
    cached.close()
    assert inner.batches == [2, 1]
    assert np.array_equal(first[::-1], again[[0, 2]])


def test_the_cache_keeps_purposes_apart_and_outlives_the_process(tmp_path: Path) -> None:
    inner = Counting()
    for purpose in (INDEX, Purpose.GENERIC_RETRIEVAL, INDEX):
        cached = Cached(inner, tmp_path / "cache.db")
        cached.embed([payloads.text(1)], purpose)
        cached.close()
    assert inner.batches == [1, 1]


def test_the_cache_drops_the_longest_unused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(0.0, 2 * 3600)
    monkeypatch.setattr("time.time", lambda: next(clock))
    inner = Counting()
    cached = Cached(inner, tmp_path / "cache.db", max_rows=2)
    for seed in (1, 2, 1, 3, 1, 2):
        cached.embed([payloads.text(seed)], INDEX)
    cached.close()
    assert inner.batches == [1, 1, 1, 1], "2 was dropped for 3; 1 stayed in use"


def test_the_cache_drops_nothing_until_a_twentieth_too_much_came_in(tmp_path: Path) -> None:
    def rows() -> int:
        with closing(sqlite3.connect(tmp_path / "cache.db")) as database:
            return int(database.execute("SELECT count(*) FROM vectors").fetchone()[0])

    cached = Cached(WeightlessEmbedder(), tmp_path / "cache.db", max_rows=40)
    sizes = []
    for seed in range(46):
        cached.embed([payloads.text(seed)], INDEX)
        sizes.append(rows())
    cached.close()
    assert sizes == [*range(1, 43), 40, 41, 42, 40]


def test_a_hit_within_the_hour_writes_nothing(tmp_path: Path) -> None:
    cached = Cached(WeightlessEmbedder(), tmp_path / "cache.db")
    cached.embed([payloads.text(1)], INDEX)
    with closing(sqlite3.connect(tmp_path / "cache.db")) as watcher:
        (before,) = watcher.execute("PRAGMA data_version").fetchone()
        cached.embed([payloads.text(1)], INDEX)
        assert watcher.execute("PRAGMA data_version").fetchone() == (before,)
        cached.embed([payloads.text(2)], INDEX)
        assert watcher.execute("PRAGMA data_version").fetchone() != (before,)
    cached.close()


def test_a_broken_cache_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(Corrupt, match="delete it"):
        Cached(WeightlessEmbedder(), path)
    with pytest.raises(Invalid, match="max_rows"):
        Cached(WeightlessEmbedder(), tmp_path / "other.db", max_rows=0)
    assert sqlite3.sqlite_version


def test_fingerprints_follow_content_alone() -> None:
    made = {modality: [fingerprint(payloads.payload(modality, seed)) for seed in (1, 1, 2)] for modality in Modality}
    for same, again, other in made.values():
        assert same == again != other
    assert len({prints[0] for prints in made.values()}) == len(Modality)


class Able(Counting):
    """Makes its other sizes, and embeds sources, by itself."""

    def at(self, dim: int) -> Embedder:
        return Resized(self.inner, dim)

    def embeds(self, uri: str) -> bool:
        return uri.startswith("s3://")

    def embed_source(self, uri: str, mark: str, segmentation: Segmentation, purpose: Purpose) -> Iterator[Cut]:
        return iter(())


def test_a_size_that_the_model_offers_is_asked_of_it() -> None:
    able = Able()
    assert resized(able, None) is able
    assert resized(able, 64) is able
    smaller = resized(able, 16)
    smaller.embed(["a"], INDEX)
    assert smaller.spec.dim == 16
    assert able.batches == [], "its own smaller model has answered"
    resized(able, 20).embed(["a"], INDEX)
    assert able.batches == [1], "20 dimensions are cut from what it makes"
    assert resized(WeightlessEmbedder(), 16).spec.dim == 16


def test_batches_pass_on_who_embeds_sources() -> None:
    able = Able()
    assert Batched(able).sources is able
    assert Batched(Counting()).sources is None
