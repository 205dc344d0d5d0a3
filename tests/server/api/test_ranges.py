"""Range headers as players and strangers write them."""

from __future__ import annotations

import pytest

from sensorium.server.api.faults import Refusal
from sensorium.server.api.ranges import asked


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-", (0, 100)),
        ("bytes=0-0", (0, 1)),
        ("bytes=99-", (99, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-1000", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes= 1 - 2 ", (1, 3)),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=a-b", None),
        ("lines=0-5", None),
        ("", None),
    ],
)
def test_what_is_meant(header: str | None, part: tuple[int, int] | None) -> None:
    assert asked(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=0-1,5-6", "bytes=0-1,", "bytes=-0", f"bytes={'9' * 40}-"])
def test_what_cannot_be_sent(header: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked(header, 100)
    assert refused.value.code == "range"
    assert refused.value.headers == {"content-range": "bytes */100"}
