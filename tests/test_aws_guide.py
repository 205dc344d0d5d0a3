"""What the guide for AWS users prints works: its ``python`` blocks, and the ``console`` blocks that install nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.test_readme import blocks, commands

from sensorium.config import Settings
from sensorium.samples.library import SAMPLES, write_samples
from sensorium.testing.server import RunningServer

GUIDE = Path(__file__).parents[1] / "docs" / "aws.md"


@pytest.mark.timeout(600)
def test_the_guide_runs(tmp_path: Path) -> None:
    write_samples(tmp_path / "library", [sample for sample in SAMPLES if sample.path.startswith("notes/")])
    found = blocks(GUIDE.read_text("utf-8"))
    assert [language for language, _ in found] == ["console", "python", "console"]
    with RunningServer(Settings(tmp_path / "home", serve_port=0, serve_access_log="off")) as server:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SENSORIUM"))}
        environment |= {
            **{f"AWS_ENDPOINT_URL_{service}": server.url for service in ("S3VECTORS", "BEDROCK_RUNTIME", "STS")},
            **{"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1"},
            **{"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "OMP_NUM_THREADS": "1"},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "SENSORIUM_HOME": str(tmp_path / "client"),
        }
        said = []
        for language, body in found:
            for script in commands(body) if language == "console" else [body]:
                if script == "sensorium serve":
                    continue  # the one above stands for it
                run = ["bash", "-c", script] if language == "console" else [sys.executable, "-c", script]
                done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True)
                assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
                said.append(done.stdout)
    embedded, _, searched = said
    assert embedded.splitlines()[0].split()[1] == "dress"
    assert "notes" in searched
