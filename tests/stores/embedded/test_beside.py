"""Work beside other work: its result, its errors, and the wait for its end."""

from __future__ import annotations

import threading
import time

import pytest

from sensorium.stores.embedded.beside import Beside


def test_it_goes_on_beside_the_block() -> None:
    ready = threading.Event()

    def work() -> str:
        assert ready.wait(60)
        return threading.current_thread().name

    with Beside(work, "worker") as beside:
        ready.set()
        assert beside.result() == "worker"


def test_what_it_raises_comes_out_where_its_result_is_asked_for() -> None:
    def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Beside(work, "worker") as beside:
        beside.result()


def test_a_block_that_fails_waits_for_its_end() -> None:
    ended = []

    def work() -> None:
        time.sleep(0.05)
        ended.append(True)

    with pytest.raises(KeyError), Beside(work, "worker"):
        raise KeyError
    assert ended == [True]


def test_where_there_is_no_thread_to_be_had_it_is_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    with Beside(threading.current_thread, "worker") as beside:
        assert beside.result() is threading.current_thread()
