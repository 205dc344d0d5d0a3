"""Bodies, without a network: what is read, what is dropped, what it counts for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sensorium.server.body import Body, Budget, Gone
from sensorium.server.dialect import S3VECTORS, STS
from sensorium.server.http import Head
from sensorium.wire.fault import AwsFault


class Sender:
    """Parts of a body as hypercorn gives them: an empty one ends it."""

    def __init__(self, *parts: bytes | None) -> None:
        self.left = list(parts)

    async def __call__(self) -> dict[str, Any]:
        if not self.left:
            await asyncio.sleep(60)
        part = self.left.pop(0)
        if part is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": part, "more_body": part != b""}


def head(length: int | None = None) -> Head:
    return Head("POST", b"/", b"", {} if length is None else {b"content-length": str(length).encode()})


def read(sender: Sender, length: int | None = None, budget: Budget | None = None, seconds: float = 5) -> bytes:
    async def reading() -> bytes:
        with Body(head(length), sender, budget or Budget(1 << 30), seconds) as body:
            return await body.read(STS)

    return asyncio.run(reading())


def test_parts_are_joined() -> None:
    assert read(Sender(b"ab", b"cd", b""), 4) == b"abcd"
    assert read(Sender(b"abcd", b"")) == b"abcd"
    assert read(Sender(b"")) == b""


def test_too_large_is_known_from_the_head_alone() -> None:
    sender = Sender(b"x")
    with pytest.raises(AwsFault, match="exceeds max allowed size"):
        read(sender, STS.max_body + 1)
    assert sender.left == [b"x"]


def test_too_large_is_known_while_it_streams() -> None:
    sender = Sender(*[b"x" * 30_000] * 10)
    with pytest.raises(AwsFault, match="exceeds max allowed size"):
        read(sender)
    assert len(sender.left) == 7


def test_the_budget_is_taken_and_given_back() -> None:
    budget = Budget(1000)
    assert read(Sender(b"x" * 600, b"x" * 400, b""), budget=budget) == b"x" * 1000
    assert read(Sender(b"x" * 1000, b""), 1000, budget) == b"x" * 1000
    assert budget.used == 0
    for length in (1001, None):
        with pytest.raises(AwsFault, match="repeat later") as caught:
            read(Sender(b"x" * 1001, b""), length, budget)
        assert caught.value.name == "ServiceUnavailableException"
        assert budget.used == 0


def test_promised_bytes_keep_nobody_out() -> None:
    async def promising() -> None:
        budget = Budget(1000)
        with Body(head(900), Sender(b"x" * 10), budget, 5) as body:
            waiting = asyncio.ensure_future(body.read(STS))
            await asyncio.sleep(0.05)
            assert budget.used == 10
            budget.check(900)
            waiting.cancel()
            await asyncio.wait({waiting})
        assert budget.used == 0

    asyncio.run(promising())


def test_a_trickle_ends() -> None:
    budget = Budget(1000)
    with pytest.raises(AwsFault, match="did not arrive") as caught:
        read(Sender(b"x"), 10, budget, seconds=0.05)
    assert caught.value.name == "RequestTimeoutException"
    assert budget.used == 0


def test_who_hangs_up_is_gone() -> None:
    with pytest.raises(Gone):
        read(Sender(b"x", None), 10)


def test_what_is_still_to_come_is_dropped() -> None:
    async def draining(sender: Sender) -> bool:
        with Body(head(), sender, Budget(1 << 30), 5) as body:
            with pytest.raises(AwsFault):
                await body.read(STS)
            await body.drain()
            return body.is_whole

    assert asyncio.run(draining(Sender(*[b"x" * 30_000] * 20, b"")))
    assert asyncio.run(draining(Sender(*[b"x" * 30_000] * 20, None)))
    endless = Sender(*[b"x" * (8 << 20)] * 100)
    assert not asyncio.run(draining(endless))
    assert len(endless.left) > 80


def test_odd_lengths_count_for_nothing() -> None:
    for text in (b"", b"-1", b"x", b"9" * 30):
        sender = Sender(b"ab", b"")
        made = Body(Head("POST", b"/", b"", {b"content-length": text}), sender, Budget(10), 5)

        async def reading(body: Body) -> bytes:
            with body:
                return await body.read(S3VECTORS)

        assert asyncio.run(reading(made)) == b"ab"
