"""Pools are emptied around a fork, and locks found free after it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from sensorium.errors import Invalid
from sensorium.stores.embedded import forking
from sensorium.stores.embedded.forking import Pool, Turn


@pytest.fixture
def opened() -> list[sqlite3.Connection]:
    return []


@pytest.fixture
def pool(opened: list[sqlite3.Connection]) -> Iterator[Pool]:
    def connect() -> sqlite3.Connection:
        opened.append(sqlite3.connect(":memory:", check_same_thread=False))
        return opened[-1]

    pool = Pool(connect)
    yield pool
    pool.close()


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        return connection.execute("SELECT 1").fetchone() == (1,)
    except sqlite3.ProgrammingError:
        return False


def test_a_connection_is_lent_again_but_not_in_a_transaction(pool: Pool, opened: list[sqlite3.Connection]) -> None:
    for _ in range(3):
        with pool.lent() as connection:
            assert is_open(connection)
    with pytest.raises(ZeroDivisionError), pool.lent():
        raise ZeroDivisionError
    assert is_open(opened[0])
    with pool.lent() as connection:
        connection.execute("BEGIN")
    assert not is_open(opened[0])
    assert len(opened) == 1
    with pool.lent() as one, pool.lent() as two:
        assert one is not two


def test_only_some_connections_are_kept(pool: Pool, opened: list[sqlite3.Connection]) -> None:
    def use(depth: int) -> None:
        with pool.lent():
            if depth:
                use(depth - 1)

    use(20)
    assert sum(map(is_open, opened)) == 8


def test_a_fork_finds_nothing_open(pool: Pool, opened: list[sqlite3.Connection]) -> None:
    with pool.lent():
        pass
    pool.hold()
    assert not is_open(opened[0])
    pool.release(child=True)
    with pool.lent() as connection:
        assert is_open(connection)


def test_a_fork_waits_for_what_is_lent(pool: Pool) -> None:
    lent, done = threading.Event(), threading.Event()

    def borrow() -> None:
        with pool.lent():
            lent.set()
            done.wait(60)

    borrower = threading.Thread(target=borrow)
    borrower.start()
    lent.wait(60)
    threading.Timer(0.05, done.set).start()
    pool.hold()
    assert done.is_set()
    pool.release(child=True)
    borrower.join()
    with pool.lent() as connection:
        assert is_open(connection)


def test_a_fork_in_the_middle_of_use_tears_the_child_only(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forking, "_PATIENCE_S", 0.01)
    with pool.lent():
        pool.hold()
        pool.release(child=False)
        with pool.lent() as connection:
            assert is_open(connection)
        pool.hold()
        pool.release(child=True)
        with pytest.raises(Invalid, match="forked while"), pool.lent():
            pytest.fail("a torn pool lent")


def test_a_turn_is_one_at_a_time_and_free_after_a_fork() -> None:
    turn = Turn()
    with turn.taken() as first:
        assert first
        with turn.taken(0.01) as second:
            assert not second
        turn.renew()
        with turn.taken(0.01) as third:
            assert third
    with turn.taken(0.01) as again:
        assert again


def test_a_fork_waits_for_a_connection_whose_borrower_needs_the_lock_of_logging() -> None:
    """As an import of faiss does: logging takes its lock before a fork, so that ours has to wait before that."""
    script = """
import os, sqlite3, threading, time
from sensorium.stores.embedded import forking
import logging
pool = forking.Pool(lambda: sqlite3.connect(":memory:", check_same_thread=False))
lent = threading.Event()
def borrow():
    with pool.lent():
        lent.set()
        time.sleep(0.3)
        logging.getLogger("x")
thread = threading.Thread(target=borrow)
thread.start()
lent.wait()
if not os.fork():
    with pool.lent():
        os._exit(0)
_, status = os.wait()
thread.join()
raise SystemExit(status != 0)
"""
    assert subprocess.run([sys.executable, "-c", script], timeout=120, check=False).returncode == 0
