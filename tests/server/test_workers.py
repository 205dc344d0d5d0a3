from __future__ import annotations

import asyncio
import threading

import pytest

from sensorium.server.dialect import BEDROCK, S3VECTORS
from sensorium.server.workers import Workers
from sensorium.wire.fault import AwsFault


def test_more_than_may_wait_are_sent_away() -> None:
    async def crowd() -> None:
        workers = Workers(threads=1, queue=1)
        free = threading.Event()
        calls = [asyncio.ensure_future(workers.run(S3VECTORS, lambda: free.wait(60))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(AwsFault) as caught:
            await workers.run(S3VECTORS, lambda: None)
        assert caught.value.name == "TooManyRequestsException"
        assert await workers.run(BEDROCK, threading.get_ident) != threading.get_ident()
        free.set()
        assert await asyncio.gather(*calls) == [True, True]
        assert await workers.run(S3VECTORS, lambda: 5) == 5
        assert await asyncio.to_thread(workers.close, 60)

    asyncio.run(crowd())


def test_a_client_that_goes_leaves_its_call_counted() -> None:
    async def leaving() -> None:
        workers = Workers(threads=1, queue=0)
        begun, free = threading.Event(), threading.Event()
        call = asyncio.ensure_future(workers.run(S3VECTORS, lambda: (begun.set(), free.wait(60))))
        assert await asyncio.to_thread(begun.wait, 60)
        call.cancel()
        await asyncio.wait({call})
        assert not await asyncio.to_thread(workers.close, 0.05)
        free.set()
        assert await asyncio.to_thread(workers.close, 60)

    asyncio.run(leaving())


def test_errors_come_back() -> None:
    async def failing() -> None:
        workers = Workers(threads=1, queue=0)

        def fail() -> None:
            raise ValueError("no")

        for _ in range(3):
            with pytest.raises(ValueError, match="no"):
                await workers.run(S3VECTORS, fail)
        assert workers.close(1)

    asyncio.run(failing())
