"""A mapped index is of one file, whatever happens to the name meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.stores.embedded.beside import Beside
from sensorium.stores.embedded.inverted import file, inverted
from sensorium.stores.embedded.inverted.inverted import Inverted
from sensorium.stores.embedded.inverted.probe import Near

from .conftest import Make, clustered, contents_of


def test_a_file_that_is_replaced_while_it_is_mapped_is_mapped_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "inverted.0.ivf"
    file.write(path, contents_of(clustered(800)))
    newer = contents_of(clustered(300, seed=1))
    mapping = inverted._faiss
    times = []

    def replaced_before(at: Path, mapped: file.Mapped) -> Any:
        times.append(mapped.meta.covered)
        if len(times) == 1:
            file.write(path, newer)  # faiss opens it by its name
        return mapping(at, mapped)

    monkeypatch.setattr(inverted, "_faiss", replaced_before)
    found = Inverted(path)
    assert times == [800, 300]
    np.testing.assert_array_equal(found.lists().codes, newer.lists.codes)


def test_a_file_that_is_removed_while_it_is_mapped_is_as_one_that_was_never_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "inverted.0.ivf"
    file.write(path, contents_of(clustered(300)))
    mapping = inverted._faiss

    def removed_before(at: Path, mapped: file.Mapped) -> Any:
        path.unlink()
        return mapping(at, mapped)

    monkeypatch.setattr(inverted, "_faiss", removed_before)
    with pytest.raises(FileNotFoundError):
        Inverted(path)


@pytest.mark.parametrize(("masked", "lists", "threads"), [(False, 50, 3), (True, 50, 3), (False, 2, 2), (False, 1, 1)])
def test_threads_find_together_what_one_finds_alone(
    make: Make, monkeypatch: pytest.MonkeyPatch, masked: bool, lists: int, threads: int
) -> None:
    found = make(clustered(2000))
    row = found.projection.of(clustered(1, seed=7))
    squares = found.squares - 2 * found.centroids @ row[0] + row[0] @ row[0]
    order = np.argsort(squares)[:lists]
    near = Near(order, squares[order], found.sizes[order])
    bits = np.packbits(np.random.default_rng(3).random(2000) < 0.5, bitorder="little") if masked else None
    alone = found.within(row, near, 1.0, bits)
    begun = []

    class Counted(Beside[Any]):
        def __init__(self, work: Any, name: str) -> None:
            begun.append(name)
            super().__init__(work, name)

    monkeypatch.setattr(inverted, "Beside", Counted)
    monkeypatch.setattr(inverted, "_SHARE", 10)
    monkeypatch.setattr(inverted, "_THREADS", 3)
    together = found.within(row, near, 1.0, bits)
    assert len(begun) == threads - 1
    assert len(alone[0])
    for one, all_of_them in zip(alone, together, strict=True):
        np.testing.assert_array_equal(np.sort(one), np.sort(all_of_them))
