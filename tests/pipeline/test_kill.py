"""SIGKILL anywhere and a re-run give the same index as an uninterrupted run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def killed(folder: Path, kills: int, seed: int) -> dict[str, dict[str, object]]:
    command = [sys.executable, "-m", "tests.pipeline.kill", str(folder), str(kills), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, object]] = json.loads(done.stdout)
    return found


def test_a_few_kills(tmp_path: Path) -> None:
    found = killed(tmp_path, 8, seed=1)
    assert found["killed"] == found["whole"]
    assert len(found["whole"]) > 10
    assert int(str(found["kills"])) > 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_hundred_kills(tmp_path: Path) -> None:
    hit = seed = 0
    while hit < 200:  # only kills before the end of a run count
        found = killed(tmp_path / str(seed), 30, seed)
        assert found["killed"] == found["whole"]
        hit += int(str(found["kills"]))
        seed += 1
