"""So many go in at once, in their order; and nobody is kept out for long, whatever became of the others."""

from __future__ import annotations

import os
import sys
import threading
import time

import pytest

from sensorium.stores.embedded import gate
from sensorium.stores.embedded.gate import Gate

WAIT_S = 30.0


class Visitor:
    """A thread that stays inside until it is told to leave."""

    def __init__(self, gate: Gate, name: str, order: list[str]) -> None:
        self.inside, self.leave = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._visit, args=(gate, name, order))
        self._thread.start()

    def _visit(self, gate: Gate, name: str, order: list[str]) -> None:
        with gate.entered():
            order.append(name)
            self.inside.set()
            assert self.leave.wait(WAIT_S)

    def left(self) -> None:
        self.leave.set()
        self._thread.join(WAIT_S)


def waiting(gate: Gate, count: int) -> None:
    deadline = time.monotonic() + WAIT_S
    while len(gate._waiting) < count and time.monotonic() < deadline:
        time.sleep(0.001)
    assert len(gate._waiting) == count


def test_so_many_are_inside_and_the_others_follow_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_PATIENCE_S", WAIT_S)
    doors, order = Gate(2), list[str]()
    visitors = []
    for number, name in enumerate("abcde"):
        visitors.append(Visitor(doors, name, order))
        if number < 2:
            assert visitors[-1].inside.wait(WAIT_S)
        else:
            waiting(doors, number - 1)  # so that they come one after another
    assert sorted(order) == ["a", "b"]
    for number, visitor in enumerate(visitors):
        visitor.left()
        if number + 2 < len(visitors):
            assert visitors[number + 2].inside.wait(WAIT_S)
            assert len(order) == number + 3
    assert order[2:] == ["c", "d", "e"]
    assert not doors._inside
    assert not doors._waiting


def test_who_has_waited_goes_in_beside_those_that_take_long() -> None:
    doors, order = Gate(1), list[str]()
    slow = Visitor(doors, "slow", order)
    assert slow.inside.wait(WAIT_S)
    quick = Visitor(doors, "quick", order)
    assert quick.inside.wait(WAIT_S / 2)  # while the other one stays
    assert len(doors._inside) == 1
    slow.left()
    quick.left()
    assert not doors._inside
    assert not doors._waiting


def test_a_block_that_fails_leaves_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_PATIENCE_S", WAIT_S)
    doors = Gate(1)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt), doors.entered():
            raise KeyboardInterrupt
    assert not doors._inside


def test_a_wait_that_is_interrupted_gives_up_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    doors, order = Gate(1), list[str]()
    first = Visitor(doors, "first", order)
    assert first.inside.wait(WAIT_S)

    class Interrupted:
        def acquire(self, timeout: float = -1) -> bool:
            if timeout < 0:
                return True
            raise KeyboardInterrupt

    monkeypatch.setattr(gate, "Lock", Interrupted)  # what a waiting thread waits for
    with pytest.raises(KeyboardInterrupt), doors.entered():
        pytest.fail("nobody goes in who was interrupted")
    assert not doors._waiting
    first.left()
    assert not doors._inside


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")
def test_a_forked_child_finds_nobody_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_PATIENCE_S", WAIT_S)
    doors, order = Gate(1), list[str]()
    visitor = Visitor(doors, "parent", order)
    assert visitor.inside.wait(WAIT_S)
    child = os.fork()
    if not child:
        found = len(doors._inside)
        with doors.entered():
            os._exit(found)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(doors._inside) == 1
    visitor.left()
