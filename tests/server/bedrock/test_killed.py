"""SIGKILL in the middle of jobs, again and again; what is acknowledged is done in the end, once and whole."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from tests.pipeline.conftest import write_sound
from tests.server.bedrock.desk import NOVA, nova_input, opened

ROOT = Path(__file__).parents[3]


def killed(folder: Path, delay: float) -> bool:
    """Whether the kill came before the jobs had ended."""
    command = [sys.executable, "-m", "tests.server.bedrock.killed", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(delay)
        child.kill()
        return "done" not in child.stdout.read()


def test_killed_jobs_are_done_in_the_end(tmp_path: Path) -> None:
    rng = random.Random(3)
    write_sound(tmp_path / "a.wav", 300.0, 200.0)
    with opened(tmp_path, workers=0) as desk:  # takes jobs and runs none
        sound = desk.put("a.wav", (tmp_path / "a.wav").read_bytes())
        text = desk.put("a.txt", " ".join(f"word{number}" for number in range(30_000)).encode())
        arns = [
            desk.start(NOVA, nova_input("audio", sound, segmentationConfig={"durationSeconds": 1})),
            desk.start(NOVA, nova_input("text", text)),
        ]
    hits = sum(killed(tmp_path, rng.uniform(0.02, 0.25)) for _ in range(2))
    assert hits > 0
    with opened(tmp_path) as desk:
        states = [desk.ended(arn) for arn in arns]
        assert [state["status"] for state in states] == ["Completed", "Completed"]
        for state, name in zip(states, ("audio", "text"), strict=True):
            out = state["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
            assert desk.files(out) == [f"embedding-{name}.jsonl", "manifest.json", "segmented-embedding-result.json"]
            lines = desk.lines(f"{out}/embedding-{name}.jsonl")
            assert [line["segmentMetadata"]["segmentIndex"] for line in lines] == list(range(len(lines)))
            assert len(lines) >= 200
        assert sorted(path.name for path in (tmp_path / "buckets" / "out-bucket").iterdir()) == ["results"]
    # A job is said to be done a moment before its folder goes; who closes waits for that.
    assert {path.name for path in (tmp_path / "jobs").iterdir()} <= {"turn"}
