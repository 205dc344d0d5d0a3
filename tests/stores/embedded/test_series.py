"""Series grow by appending, and views of them never change."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.stores.embedded.series import Series, scatter


def _series(dtype: type[np.generic], *entries: tuple[int, float]) -> Series:
    series = Series(dtype)
    series.add([row for row, _ in entries], [value for _, value in entries])
    return series


def test_entries_show_once_they_are_added() -> None:
    series = Series(np.float64)
    series.add([], [])
    assert series.view.size == 0
    series.add([0, 1], [1.5, 2])
    assert series.view.at(10).values.tolist() == [1.5, 2]
    assert series.view.at(1).values.tolist() == [1.5]


def test_entries_in_pieces() -> None:
    gapped = _series(np.float64, (0, 5), (2, 6), (2, 7), (9, 8)).view
    pieces = list(gapped.blocks(3))
    assert [piece.values.tolist() for piece in pieces] == [[5, 6, 7], [8]]
    assert [piece.rows().tolist() for piece in pieces] == [[0, 2, 2], [9]]
    whole = _series(np.float64, (3, 5), (4, 6), (5, 7)).view
    assert [piece.rows().tolist() for piece in whole.blocks(2)] == [[3, 4], [5]]


@pytest.mark.parametrize("first", [0, 7])
def test_owners_are_not_stored_while_every_row_has_one_entry(first: int) -> None:
    series = Series(np.float64)
    for row in range(first, first + 50, 2):
        series.add([row, row + 1], [row, row + 1])
    assert series.view.owners is None
    assert series.view.first == first
    assert series.view.at(first + 20).values.tolist() == list(range(first, first + 20))
    assert series.view.at(first).size == 0
    assert series.view.at(0).size == 0


@pytest.mark.parametrize("rows", [[0, 2], [0, 0, 1], [5, 6, 6], [3, 4, 9]])
@pytest.mark.parametrize("one_by_one", [True, False])
def test_owners_are_stored_from_the_first_gap_or_list_on(rows: list[int], one_by_one: bool) -> None:
    entries = [(row, value) for value, row in enumerate(rows)]
    series = _series(np.float64, *([] if one_by_one else entries))
    for row, value in entries if one_by_one else []:
        series.add([row], [value])
    found = series.view.at(10)
    assert found.owners is not None
    assert found.owners.tolist() == rows
    assert found.values.tolist() == list(range(len(rows)))
    for limit in range(11):
        assert series.view.at(limit).size == sum(row < limit for row in rows)


def test_a_view_stays_as_it_was() -> None:
    series = _series(np.uint8, (0, 1), (1, 2))
    early = series.view
    for row in range(2, 2_000):
        series.add([row * 2], [row % 300])
    assert early.size == 2
    assert early.owners is None
    assert early.values[:2].tolist() == [1, 2]
    assert series.view.size == 2_000


def test_codes_widen_and_keep_what_they_were() -> None:
    series = Series(np.uint8)
    wanted = [0, 255, 256, 65_535, 65_536, 3]
    kinds = []
    for row, code in enumerate(wanted):
        series.add([row], [code])
        kinds.append(series.view.values.dtype.itemsize)
    assert series.view.at(9).values.tolist() == wanted
    assert kinds == [1, 1, 2, 2, 4, 4]


def test_scatter_sets_the_rows_that_own_a_hit() -> None:
    whole = _series(np.float64, (1, 5), (2, 6))
    several = _series(np.float64, (0, 5), (0, 6), (3, 5))
    mask = np.zeros(4, np.bool_)
    scatter(mask, whole.view.at(4), whole.view.at(4).values == 6)
    assert mask.tolist() == [False, False, True, False]
    scatter(mask, several.view.at(4), several.view.at(4).values == 5)
    assert mask.tolist() == [True, False, True, True]
