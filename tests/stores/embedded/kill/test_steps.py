"""Each operation is killed at each of its steps in turn: every statement, every flush, every file that goes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path

import pytest
from tests.stores.embedded.kill.aims import KILLED, Aim
from tests.stores.embedded.kill.ledger import Ledger
from tests.stores.embedded.kill.lives import Lives
from tests.stores.embedded.kill.operations import ACTIONS, BUCKET, MAIN
from tests.stores.embedded.test_migrations import FORMATS, check

from sensorium.stores.embedded import EmbeddedStore

_FEW = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987)
"""The steps that the fast run takes."""
_MOST = 1000
"""Steps that no operation has."""
STEPS = [_FEW, pytest.param(range(1, _MOST), marks=[pytest.mark.slow, pytest.mark.timeout(3600)])]


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    with Lives() as lives:
        yield lives


@pytest.fixture
def template(home: Path, lives: Lives) -> tuple[Path, Ledger]:
    """An index with a text, some dead slots and another index beside it, which nobody has open; and what it holds."""
    folder = home / "template"
    with EmbeddedStore(folder) as store:
        store.create_bucket(BUCKET)
        store.create(MAIN)
    ledger = Ledger("a")
    kinds = ["put", "configure", "put", "create", "delete", "put"]
    for line in lives.live(folder, 0, kinds=kinds):
        ledger.told(0, line)
    assert ledger.acknowledged == len(kinds)
    return folder, ledger


def killed(lives: Lives, home: Path, ledger: Ledger, kind: str, nth: int) -> bool:
    """Whether an operation was killed at its n-th step; AssertionError where it left what it must not."""
    said = list(lives.live(home, 1, kinds=[kind], aim=Aim("any", nth)))
    for life, line in [*((1, line) for line in said), *((2, line) for line in lives.live(home, 2))]:
        assert "failed" not in line, f"{kind} killed at its step {nth}: {line['failed']}"
        ledger.told(life, line)
    ended = said[-1]["ended"]
    assert -ended in {0, *KILLED}
    return ended != 0


@pytest.mark.parametrize("steps", STEPS, ids=len)
@pytest.mark.parametrize("kind", ACTIONS)
def test_an_operation_may_be_killed_at_any_step(
    lives: Lives, home: Path, template: tuple[Path, Ledger], kind: str, steps: Sequence[int]
) -> None:
    folder, ledger = template
    for done, nth in enumerate(steps):
        copy = home / f"{nth}"
        shutil.copytree(folder, copy)
        if not killed(lives, copy, deepcopy(ledger), kind, nth):
            assert done > 0
            return
        shutil.rmtree(copy)
    raise AssertionError(f"{kind} has more than {_MOST} steps")


@pytest.mark.parametrize("steps", STEPS, ids=len)
def test_a_migration_may_be_killed_at_any_step(lives: Lives, home: Path, steps: Sequence[int]) -> None:
    for nth in steps:
        copy = home / f"{nth}"
        shutil.copytree(FORMATS / "1" / "buckets" / "kept-store" / "every.kind", copy / "buckets" / BUCKET / MAIN.name)
        said = list(lives.live(copy, 1, kinds=[], aim=Aim("any", nth), early=True))
        with EmbeddedStore(copy) as store:
            check(store.open(MAIN.bucket, MAIN.name))
        if said[-1]["ended"] == 0:
            assert nth > 1
            return
