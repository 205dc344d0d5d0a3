"""Products are inner products, on the caller's thread and on those of BLAS, of several callers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sensorium.stores.embedded import product
from sensorium.stores.embedded.product import products
from sensorium.types import Matrix

ROWS: Matrix = np.random.default_rng(0).standard_normal((5001, 48), dtype=np.float32)


@pytest.fixture(params=[0, 16 << 20], ids=["blas", "alone"], autouse=True)
def limit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product, "_ALONE_BYTES", request.param)


def test_products_are_inner_products() -> None:
    wide = ROWS.astype(np.float64) @ ROWS[7].astype(np.float64)
    np.testing.assert_allclose(products(ROWS, ROWS[7]), wide, rtol=1e-4, atol=1e-4)
    assert products(ROWS[:0], ROWS[7]).shape == (0,)


def test_rows_may_be_read_only_and_values_may_overflow() -> None:
    rows = ROWS.copy()
    rows[3] = 3e38
    rows.flags.writeable = False
    found = products(rows, np.full(48, 3e38, np.float32))
    assert not np.isfinite(found[3])
    assert found.shape == (5001,)


def test_queries_of_many_threads_do_not_mix() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda place: products(ROWS, ROWS[place]), range(12)))
    for place, one in enumerate(found):
        np.testing.assert_allclose(one, ROWS @ ROWS[place], rtol=1e-4, atol=1e-4)
