from __future__ import annotations

import pytest
from benchmarks.stores.sql import condition


def test_a_filter_becomes_a_condition() -> None:
    assert condition({"draw": {"$gte": 3, "$lt": 5}}) == "draw >= 3 AND draw < 5"
    assert condition({"bucket": {"$in": [1, 7]}}) == "bucket IN (1, 7)"


def test_what_has_no_condition_is_refused() -> None:
    with pytest.raises(ValueError, match="no SQL for draw: \\$ne 3"):
        condition({"draw": {"$ne": 3}})
