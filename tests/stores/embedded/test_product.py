"""Products are the same on one thread and on many, also where no second thread ever runs."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable

import numpy as np
import pytest

from sensorium.stores.embedded import product
from sensorium.stores.embedded.product import products
from sensorium.types import Matrix

ROWS: Matrix = np.random.default_rng(0).standard_normal((5001, 48), dtype=np.float32)
ALONE = products(ROWS, ROWS[7])


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product, "_ALONE_BYTES", 0)
    monkeypatch.setattr(product, "_PIECE_BYTES", 4096)
    monkeypatch.setattr(product, "_cores", lambda: 4)


def test_products_are_inner_products() -> None:
    np.testing.assert_allclose(ALONE, ROWS @ ROWS[7], rtol=1e-4, atol=1e-4)


def test_many_threads_find_what_one_finds() -> None:
    for _ in range(20):
        assert products(ROWS, ROWS[7]).tobytes() == ALONE.tobytes()
    assert products(ROWS[:0], ROWS[7]).shape == (0,)


def test_helpers_that_never_run_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_thread, "start_new_thread", lambda *_: 0)
    assert products(ROWS, ROWS[7]).tobytes() == ALONE.tobytes()


def test_one_product_at_a_time_has_helpers(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Callable[..., object]] = []
    monkeypatch.setattr(_thread, "start_new_thread", lambda work, _: started.append(work))
    with product._helped:
        assert products(ROWS, ROWS[7]).tobytes() == ALONE.tobytes()
    assert started == []
    products(ROWS, ROWS[7])
    assert len(started) == 3


def test_queries_of_many_threads_do_not_mix() -> None:
    wrong: list[int] = []

    def ask(place: int) -> None:
        if products(ROWS, ROWS[place]).tobytes() != np.vecdot(ROWS, ROWS[place]).tobytes():
            wrong.append(place)

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
