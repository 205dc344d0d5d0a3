"""Rows go to their nearest centroid, and their codes tell faiss as much as its own would."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
import pytest

from sensorium.stores.embedded.inverted import encoder, inverted
from sensorium.stores.embedded.inverted.encoder import Encoder
from sensorium.stores.embedded.inverted.projection import Projection
from sensorium.types import Matrix, Metric

from .conftest import clustered


def made(width: int, nlist: int = 40, count: int = 1200) -> tuple[Encoder, Matrix, Matrix]:
    """An encoder over some of the rows' means, with these, and the rows; all projected."""
    whole = clustered(count, width)
    projection = Projection.made(whole, Metric.EUCLIDEAN, 1 << 30)
    rows = projection.of(whole)
    centroids = rows[: 3 * nlist].reshape(nlist, 3, -1).mean(1)
    return Encoder(projection, centroids), centroids, rows


def faiss_codes(index: Any, rows: Matrix, owners: Matrix) -> Matrix:
    codes = np.empty((len(rows), index.code_size), np.uint8)
    index.encode_vectors(len(rows), faiss.swig_ptr(rows), faiss.swig_ptr(owners), faiss.swig_ptr(codes), False)
    return codes


def estimated(centroids: Matrix, owners: Matrix, codes: Matrix, query: Matrix) -> Matrix:
    """The squared distance of each row from a query (1, width), as faiss reads it from the codes."""
    index = inverted.blank(centroids)
    for number in range(len(centroids)):
        (held,) = np.flatnonzero([owners == number][0]).reshape(1, -1)
        own = np.ascontiguousarray(codes[held])
        index.invlists.add_entries(number, len(held), faiss.swig_ptr(held), faiss.swig_ptr(own))
    index.ntotal = len(codes)
    index.nprobe = len(centroids)
    index.qb = 8
    distances, found = index.search(query, len(codes))
    squares = np.empty(len(codes), np.float32)
    squares[found[0]] = distances[0]
    return squares


@pytest.mark.parametrize("width", [16, 1024])
def test_a_row_belongs_to_the_nearest_centroid(width: int) -> None:
    one, centroids, rows = made(width)
    found = one.of(rows)
    squares = (
        ((rows[:, None] - centroids[None]) ** 2).sum(2) if width == 16 else faiss.pairwise_distances(rows, centroids)
    )
    own = squares[np.arange(len(rows)), found.owners]
    np.testing.assert_allclose(found.squares, own, rtol=1e-4)
    assert (found.owners == squares.argmin(1)).mean() > 0.98  # of many dimensions the first few decide
    assert own.mean() < 1.001 * squares.min(1).mean()


@pytest.mark.parametrize("width", [8, 64, 256])
def test_codes_are_laid_out_as_faiss_reads_them_and_estimate_as_well(width: int) -> None:
    one, centroids, rows = made(width)
    found = one.of(rows)
    theirs = faiss_codes(inverted.blank(centroids), rows, found.owners)
    assert found.codes.shape == theirs.shape
    assert found.codes.dtype == np.uint8
    first = width // 8 + 12
    np.testing.assert_array_equal(found.codes[:, : width // 8], theirs[:, : width // 8])
    factors, expected = (
        np.ascontiguousarray(codes[:, width // 8 : first]).view(np.float32) for codes in (found.codes, theirs)
    )
    np.testing.assert_allclose(factors, expected, rtol=1e-3, atol=1e-5)
    ours_off = theirs_off = 0.0
    for query in clustered(5, width, seed=5):
        exact = ((rows - query) ** 2).sum(1)
        ours_off += float(((estimated(centroids, found.owners, found.codes, query[None]) - exact) ** 2).mean())
        theirs_off += float(((estimated(centroids, found.owners, theirs, query[None]) - exact) ** 2).mean())
    assert ours_off < 1.05 * theirs_off


def test_a_row_on_its_centroid_is_estimated_where_it_is() -> None:
    one, centroids, _ = made(64)
    found = one.of(centroids)
    np.testing.assert_array_equal(found.squares, 0)
    query = clustered(1, 64, seed=5)
    estimates = estimated(centroids, found.owners, found.codes, query)
    np.testing.assert_allclose(estimates, ((centroids - query) ** 2).sum(1), rtol=1e-4)


def test_rows_are_encoded_alone_as_together(monkeypatch: pytest.MonkeyPatch) -> None:
    one, _, rows = made(64)
    together = one.of(rows)
    monkeypatch.setattr(encoder, "_CODED_AT_ONCE", 7)
    for before, after in zip(together, one.of(rows), strict=True):
        np.testing.assert_array_equal(before, after)
