"""Rows stay with their codes whatever is done to the lists."""

from __future__ import annotations

import numpy as np

from sensorium.stores.embedded.inverted.lists import Lists


def made() -> Lists:
    owners = np.array([2, 0, 2, 1, 0])
    slots = np.arange(10, 15)
    return Lists.sorted(4, owners, slots, slots[:, None].astype(np.uint8))


def test_rows_are_sorted_by_list_and_keep_their_order() -> None:
    lists = made()
    assert lists.sizes.tolist() == [2, 1, 2, 0]
    assert lists.slots.tolist() == [11, 14, 13, 10, 12]
    assert lists.owners.tolist() == [0, 0, 1, 2, 2]
    assert lists.codes[:, 0].tolist() == lists.slots.tolist()


def test_some_rows_stay_and_may_be_renumbered() -> None:
    lists = made()
    kept = lists.kept(lists.slots != 14)
    assert kept.sizes.tolist() == [1, 1, 2, 0]
    assert kept.slots.tolist() == kept.codes[:, 0].tolist() == [11, 13, 10, 12]
    renumbered = np.arange(20) * 2
    assert lists.kept(lists.slots > 12, renumbered).slots.tolist() == [28, 26]


def test_lists_are_joined_list_by_list() -> None:
    other = Lists.sorted(4, np.array([3, 0]), np.array([30, 31]), np.array([[30], [31]], np.uint8))
    joined = made().joined(other)
    assert joined.sizes.tolist() == [3, 1, 2, 1]
    assert joined.slots.tolist() == joined.codes[:, 0].tolist() == [11, 14, 31, 13, 10, 12, 30]
