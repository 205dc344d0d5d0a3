"""A home on a memory disk where there is one (these tests flush thousands of times), a store, an index, children."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore
from sensorium.types import Record

DIM = 8
MakeRecords = Callable[..., list[Record]]
StartChild = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def home() -> Iterator[Path]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def store(home: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(home, lock_timeout_s=20) as store:
        store.create_bucket("default")
        yield store


@pytest.fixture
def index(store: EmbeddedStore) -> EmbeddedIndex:
    return store.create(IndexSpec("default", "index", DIM))


@pytest.fixture
def make_records() -> MakeRecords:
    """``make_records(n, dim=8, seed=0, prefix="key")``: random vectors with ``n`` and ``kind`` as metadata."""

    def make(n: int, dim: int = DIM, seed: int = 0, prefix: str = "key") -> list[Record]:
        rows = np.random.default_rng(seed).standard_normal((n, dim), dtype=np.float32)
        kinds = ("cat", "dog", "owl")
        return [Record(f"{prefix}-{i:05d}", rows[i], {"n": i, "kind": kinds[i % 3]}) for i in range(n)]

    return make


@pytest.fixture
def start_child() -> Iterator[StartChild]:
    """``start_child(mode, *arguments)`` runs ``child.py`` in a process of its own, killed when the test ends."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", str(Path(__file__).with_name("child.py")), *map(str, arguments)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
