"""Keys in order, from a service that lists them in none."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from sensorium.stores.s3vectors.order import FRESH_S, KeyOrder, Part


class Shelf:
    """Keys in a random order, ten a page; counts how often they were listed."""

    def __init__(self, count: int) -> None:
        self.keys = [f"{n:04}" for n in range(count)]
        random.Random(3).shuffle(self.keys)
        self.listed = 0

    def pages(self, part: Part) -> Iterator[list[str]]:
        self.listed += 1
        share, shares = part
        own = self.keys[share::shares] if shares <= 16 else self.keys
        for start in range(0, len(own), 10):
            yield own[start : start + 10]


def scanned(order: KeyOrder, limit: int, part: Part = (0, 1)) -> list[str]:
    """All keys, a call a page."""
    found: list[str] = []
    after: str | None = None
    while page := next(order.after(after, limit, part), None):
        assert len(page) <= limit
        found += page
        after = page[-1]
    return found


@pytest.mark.parametrize("limit", [1, 7, 100, 1000])
def test_a_scan_is_in_order_and_lists_once(limit: int) -> None:
    shelf = Shelf(100)
    assert scanned(KeyOrder(shelf.pages), limit) == sorted(shelf.keys)
    assert shelf.listed == 1


def test_memory_is_bounded_and_larger_shelves_are_listed_again() -> None:
    shelf = Shelf(100)
    assert scanned(KeyOrder(shelf.pages, buffer=30), 7) == sorted(shelf.keys)
    assert shelf.listed == 4


@pytest.mark.parametrize("shares", [1, 3, 16, 17, 40])
def test_parts_share_the_keys_out(shares: int) -> None:
    shelf = Shelf(200)
    order = KeyOrder(shelf.pages)
    parts = [scanned(order, 5, (share, shares)) for share in range(shares)]
    assert all(part == sorted(part) for part in parts)
    assert sorted(key for part in parts for key in part) == sorted(shelf.keys)


def test_what_was_put_since_is_found() -> None:
    shelf = Shelf(20)
    order = KeyOrder(shelf.pages)
    assert next(order.after(None, 5, (0, 1)))[-1] == "0004"
    shelf.keys.append("0004a")
    order.forget()
    assert next(order.after("0004", 2, (0, 1))) == ["0004a", "0005"]


def test_another_question_or_a_later_one_is_a_new_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(20)
    order = KeyOrder(shelf.pages)
    next(order.after(None, 5, (0, 1)))
    next(order.after("0004", 5, (0, 1)))
    assert shelf.listed == 1
    next(order.after("0004", 5, (0, 1)))
    assert shelf.listed == 2, "the scan had gone on from 0009"
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + FRESH_S + 1)
    next(order.after("0009", 5, (0, 1)))
    assert shelf.listed == 3
