"""What the guide to maintenance prints works: its ``console`` and ``python`` blocks, in order, beside a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.test_readme import blocks, commands

from sensorium.config import Settings
from sensorium.samples.library import SAMPLES, write_samples
from sensorium.testing.server import RunningServer

GUIDE = Path(__file__).parents[1] / "docs" / "maintenance.md"


@pytest.mark.timeout(600)
def test_the_guide_runs(tmp_path: Path) -> None:
    write_samples(tmp_path / "library", [sample for sample in SAMPLES if sample.path.startswith("notes/")])
    with RunningServer(Settings(tmp_path / "aws", serve_port=0, serve_access_log="off")) as server:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SENSORIUM"))}
        environment |= {
            "AWS_ENDPOINT_URL_S3VECTORS": server.url,
            **{"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1"},
            **{"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "OMP_NUM_THREADS": "1"},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "SENSORIUM_HOME": str(tmp_path / "home"),
        }

        def run(language: str, script: str) -> str:
            command = ["bash", "-c", script] if language == "console" else [sys.executable, "-c", script]
            done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
            return done.stdout

        run("console", "sensorium index library")
        said = {
            script: run(language, script)
            for language, body in blocks(GUIDE.read_text("utf-8"))
            for script in (commands(body) if language == "console" else [body])
        }
        assert "  proved: full text of text agrees with the records\n" in said["sensorium verify"]
        assert "library/notes" in said['sensorium search "mountains" --index copy -k 3']
        (imported,) = [text for script, text in said.items() if script.startswith("sensorium import products")]
        assert imported == "2 records stored in the new index products\n"
        # What boto3 put, the command reads through the same server, and it is what was exported.
        run("console", "sensorium export back.parquet --index s3vectors://my-bucket/library")
        model = json.loads(run("console", "sensorium ls --json"))["indexes"][0]["model"]
        back = run("console", f"sensorium import back.parquet --model {model}")
        assert back.startswith("0 records stored in default, ")
        made = run("console", "sensorium import library.parquet --index s3vectors://my-bucket/twin")
        assert made.endswith(" stored in the new index s3vectors://my-bucket/twin\n")
        run("console", "sensorium export twin.parquet --index s3vectors://my-bucket/twin")
        tables = [pq.read_table(tmp_path / name) for name in ("library.parquet", "twin.parquet")]
        assert tables[0].drop(["metadata"]).equals(tables[1].drop(["metadata"]), check_metadata=True)
        both = [[json.loads(text) for text in table["metadata"].to_pylist()] for table in tables]
        assert both[0] == both[1]
