"""A writer is killed at random points: what it acknowledged is there, what it did not is there whole or not at all."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore

State = dict[str, int]


def after(state: State, change: dict[str, Any]) -> State:
    """What the keys and versions are once an announced change is done."""
    match change["begin"]:
        case "put":
            return state | dict.fromkeys(change["keys"], change["version"])
        case "delete":
            return {key: version for key, version in state.items() if key not in change["keys"]}
        case _:
            return state


def killed(child: subprocess.Popen[str], wait_s: float) -> list[dict[str, Any]]:
    """Kill a child some time after it has begun to write; everything that it said."""
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(wait_s)
    child.kill()
    lines = [first, *child.stdout.read().splitlines()]
    child.wait()
    return [json.loads(line) for line in lines]


def crash(start: Callable[..., subprocess.Popen[str]], home: Path, kills: int) -> int:
    """Kill writers one after another, each of which first says what it found; how many changes were acknowledged."""
    chance = random.Random(kills)
    possible: list[State] = [{}]
    version = acknowledged = 0
    for kill in range(kills):
        said = killed(start("churn", home, kill, version), chance.random() ** 2 * 0.3)
        assert said[0]["damages"] == []
        assert said[0]["state"] in possible, f"kill {kill}"
        state: State = said[0]["state"]
        assert said[0]["records"] == len(state)
        possible = [state]
        for line in said[1:]:
            if "begin" in line:
                version = line["version"]
                possible = [state, after(state, line)]
            else:
                state = possible[-1]
                possible = [state]
                acknowledged += 1
    return acknowledged


def test_a_killed_writer_loses_nothing(
    home: Path, index: EmbeddedIndex, store: EmbeddedStore, start_child: Any
) -> None:
    assert crash(start_child, home, kills=8) > 0
    assert index.verify().damages == ()  # this process had it open all along
    index.rebuild_texts()
    assert index.verify().damages == ()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_hundred_killed_writers_lose_nothing(
    home: Path, store: EmbeddedStore, index: EmbeddedIndex, start_child: Any
) -> None:
    store.close()
    assert crash(start_child, home, kills=250) > 250
