"""The rate that calls keep by themselves."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sensorium.errors import Invalid
from sensorium.models.bedrock.quota import Quota


def test_threads_share_an_even_rate() -> None:
    quota = Quota(60 / 0.05)
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        turns = sorted(pool.map(lambda _: (quota.wait(), time.monotonic() - began)[1], range(6)))
    assert turns[5] >= 5 * 0.05 - 0.01
    assert all(turn >= place * 0.05 - 0.01 for place, turn in enumerate(turns))


def test_no_rate_lets_calls_go_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("waited"))
    quota = Quota()
    for _ in range(100):
        quota.wait()


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_a_rate_is_above_zero(rate: float) -> None:
    with pytest.raises(Invalid, match="above 0"):
        Quota(rate)
