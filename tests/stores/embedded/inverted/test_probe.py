"""As many lists are looked into as distances and matching rows ask for."""

from __future__ import annotations

import numpy as np

from sensorium.stores.embedded.inverted.probe import SEEN_FOR_EACH, Rule, enough, nearest


def test_the_nearest_lists_come_in_order() -> None:
    squares = np.array([5, 1, 4, 2, 3], np.float32)
    assert nearest(squares, 3)[0].tolist() == [1, 3, 4]
    assert nearest(squares, 9)[1].tolist() == [1, 2, 3, 4, 5]


def test_lists_within_reach_are_looked_into_and_the_floor_at_least() -> None:
    squares = np.linspace(1, 4, 31, dtype=np.float32)  # distances 1 to 2
    held = np.full(31, 1000)
    assert enough(squares, held, 1, Rule(1, 1.5)) == 13  # up to a squared distance of 2.25
    assert enough(squares, held, 1, Rule(20, 1.5)) == 20


def test_what_is_near_is_counted_from_where_enough_rows_have_been_seen() -> None:
    squares = np.linspace(1, 4, 31, dtype=np.float32)
    held = np.zeros(31, np.int64)
    held[::3] = SEEN_FOR_EACH
    assert enough(squares, held, 4, Rule(2, 1.0)) == 9 + 2


def test_too_few_lists_to_say_ask_for_more() -> None:
    squares = np.linspace(1, 1.1, 5, dtype=np.float32)
    assert enough(squares, np.full(5, 100), 10, Rule(1, 1.5)) > 5
    assert enough(squares, np.zeros(5, np.int64), 10, Rule(1, 1.0)) > 5
