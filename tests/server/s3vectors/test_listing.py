"""Pages of names."""

from __future__ import annotations

from sensorium.server.s3vectors.listing import page
from sensorium.server.s3vectors.token import Tokens

TOKENS = Tokens(lambda: b"secret")
NAMES = ["b1", "a1", "b3", "b2"]


def test_names_come_in_order_and_all_at_once_where_they_fit() -> None:
    assert page({}, NAMES, TOKENS, "x") == (["a1", "b1", "b2", "b3"], {})
    assert page({}, [], TOKENS, "x") == ([], {})
    assert page({"maxResults": 4}, NAMES, TOKENS, "x")[1] == {}


def test_a_page_goes_on_behind_the_last_name_though_it_is_gone() -> None:
    shown, more = page({"maxResults": 2, "prefix": "b"}, NAMES, TOKENS, "x")
    assert shown == ["b1", "b2"]
    assert page({"prefix": "b", **more}, ["a1", "b1", "b3", "b25"], TOKENS, "x") == (["b25", "b3"], {})


def test_five_hundred_names_are_a_page() -> None:
    names = [f"{number:04}" for number in range(501)]
    shown, more = page({}, names, TOKENS, "x")
    assert len(shown) == 500
    assert page(more, names, TOKENS, "x") == (["0500"], {})
    assert len(more["nextToken"]) <= 512
    assert len(page({"maxResults": 1}, ["n" * 63, "o"], TOKENS, "x" * 63)[1]["nextToken"]) <= 512
