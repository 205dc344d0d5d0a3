"""The command over a home of its own, with the weightless model: in this process, and as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from tests.pipeline.conftest import write_image, write_sound

from sensorium.cli import main
from sensorium.cli.state import State
from sensorium.home import Home
from sensorium.models.registry import Registry
from sensorium.stores.embedded import Limits
from sensorium.testing.weightless import WeightlessProvider
from sensorium.types import Record


@dataclass(frozen=True)
class Command:
    """``command("search", "cat")`` runs ``sensorium search cat`` and gives the result."""

    home: Path

    def __call__(self, *args: object, input: str | None = None, registry: Registry | None = None) -> Result:
        environment = {"SENSORIUM_HOME": str(self.home), "SENSORIUM_MODEL": "weightless"}
        state = State(registry=self.registry() if registry is None else registry)
        return CliRunner(env=environment).invoke(main, list(map(str, args)), obj=state, input=input)

    def registry(self) -> Registry:
        """The weightless model alone."""
        registry = Registry()
        registry.register("weightless", WeightlessProvider())
        return registry

    def ok(self, *args: object) -> str:
        """The standard output of a run that must go well."""
        result = self(*args)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *args: object) -> Any:
        """The same, decoded from JSON."""
        return json.loads(self.ok(*args, "--json"))


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path / "home")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two notes, two pictures and a sound of 7 seconds (two segments)."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "cats.txt").write_text("The cat sleeps on the warm roof.\n", "utf-8")
    (folder / "ships.txt").write_text("A ship leaves the harbour at dawn.\n", "utf-8")
    write_image(folder / "one.png", 1)
    write_image(folder / "two.png", 2)
    write_sound(folder / "tone.wav", 440)
    for file in folder.iterdir():  # a file of this very moment is read again by the next run
        os.utime(file, (1e9, 1e9))
    return folder


@pytest.fixture
def indexed(command: Command, files: Path) -> Command:
    """The command after the files went into the default index."""
    command.ok("index", files)
    return command


@pytest.fixture
def listed(indexed: Command) -> Command:
    """The same with 500 records more, the farther from "the cat" the higher their ``n``, and an inverted index."""
    (indexed.home / "config.toml").write_text("store_exact_mb = 0\nstore_gather_mb = 0\n", "utf-8")
    with Home(indexed.home, indexed.registry(), limits=Limits(0, 0, background=False)) as home:
        index = home.store.open("default", "default")
        rows = np.random.default_rng(3).standard_normal((500, index.spec.dim), dtype=np.float32)
        rows *= np.linspace(0, 1, 500, dtype=np.float32)[:, None]
        rows += home.open(model="weightless").query_vector(["the cat"])
        index.put(Record(f"near-{n:03}", row, {"n": n}) for n, row in enumerate(rows))
        assert index.optimise()
    return indexed


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Starts ``python -m sensorium ARGS`` where the weightless model is installed beside the built-in one."""
    info = tmp_path / "site" / "weightless-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: weightless\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[sensorium.models]\nweightless = weightless_plugin:PROVIDER\n")
    plugin = "from sensorium.testing.weightless import WeightlessProvider\nPROVIDER = WeightlessProvider()\n"
    (info.parent / "weightless_plugin.py").write_text(plugin)

    def start(
        *args: object, encoding: str = "utf-8", extra: Sequence[tuple[str, str]] = (), stdout: int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(info.parent),
            "PYTHONIOENCODING": encoding,
            "SENSORIUM_HOME": str(tmp_path / "home"),
            "SENSORIUM_MODEL": "weightless",
            **dict(extra),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "sensorium", *map(str, args)],
            env=environment,
            text=True,
            encoding=encoding,
            stdout=stdout,
            stderr=subprocess.PIPE,
        )

    return start
