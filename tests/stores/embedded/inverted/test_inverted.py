"""A mapped index is of one file, whatever happens to the name meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.stores.embedded.inverted import file, inverted
from sensorium.stores.embedded.inverted.inverted import Inverted

from .conftest import clustered, contents_of


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
