"""``sensorium index``."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.pipeline.conftest import write_sound

from sensorium.cli import summary
from sensorium.pipeline import Report


def test_a_folder_goes_in_and_a_second_run_embeds_nothing(command: Command, files: Path) -> None:
    first = command.json("index", files)
    assert first["embedded"] == 5
    assert first["segments"] == 6
    assert first["by_modality"] == {"audio": 2, "image": 2, "text": 2}
    again = command.ok("index", files)
    assert again.startswith("default: 5 files, 5 unchanged in ")


def test_broken_files_are_named_and_the_exit_code_says_so(command: Command, files: Path) -> None:
    (files / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"rubbish" * 9)
    result = command("index", files)
    assert result.exit_code == 1
    assert "5 embedded, 1 failed" in result.stdout
    assert "broken.png: " in result.stderr
    assert result.stderr.count("broken.png") == 1
    report = json.loads(command("index", files, "--json").stdout)
    assert report["failed"] == 1
    assert report["unchanged"] == 5
    assert report["failures"][0]["code"] == "unreadable"


def test_metadata_and_patterns(command: Command, files: Path, tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("source,colour\nfiles/one.png,red\n")
    report = command.json(
        "index", files, "--include", "*.png", "--exclude", "two*", "--metadata", "year=2020", "--metadata-file", table
    )
    assert report["embedded"] == 1
    hits = command.json("search", "anything", "--filter", '{"year": {"$gte": 2020}}')["hits"]
    assert [(hit["metadata"]["colour"], hit["metadata"]["year"]) for hit in hits] == [("red", 2020)]


def test_a_dry_run_makes_nothing(command: Command, files: Path) -> None:
    told = command.ok("index", files, "--dry-run")
    assert "5 files to embed (1 audio, 2 image, 2 text)" in told
    assert "about 6 segments" in told
    assert not command.home.exists()
    command.ok("index", files)
    assert command.json("index", files, "--dry-run")["unchanged"] == 5


def test_a_dry_run_that_meets_a_broken_file_ends_as_the_run_would(command: Command, files: Path) -> None:
    (files / "broken.pdf").write_bytes(b"%PDF-1.7 rubbish")
    result = command("index", files, "--dry-run")
    assert result.exit_code == 1
    assert "5 files to embed" in result.stdout
    assert "failed: " in result.stderr
    found = command("index", files, "--dry-run", "--json")
    assert found.exit_code == 1
    assert json.loads(found.stdout)["failed"] == 1


def test_a_note_for_every_file_is_not_a_screen_for_every_note(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(notes={f"{number} frames were left out": [f"file:///{number}.gif"] for number in range(50)})
    summary.indexed(report, "default", as_json=False)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == summary.SHOWN + 1
    assert told[0] == "note: 0 frames were left out (0.gif)"
    assert told[-1] == "note: 30 more; --json lists them"


def test_gone_files_stay_until_they_are_pruned(indexed: Command, files: Path) -> None:
    (files / "cats.txt").unlink()
    assert "1 file gone, still in the index" in indexed.ok("index", files)
    assert "1 removed" in indexed.ok("index", files, "--prune")


def test_segments_follow_their_flags(command: Command, files: Path) -> None:
    report = command.json("index", files / "tone.wav", "--segment-seconds", "2")
    assert report["segments"] == 4


def test_new_indexes_take_dim_and_metric_and_old_ones_refuse_others(command: Command, files: Path) -> None:
    command.ok("index", files, "--index", "shop/small", "--dim", "16", "--metric", "euclidean")
    (line,) = command.json("ls")["indexes"]
    assert (line["name"], line["dim"], line["metric"]) == ("shop/small", 16, "euclidean")
    refused = command("index", files, "--index", "shop/small", "--dim", "32")
    assert refused.exit_code == 2
    assert "has 16 dimensions, not 32" in refused.stderr


def test_a_path_that_is_not_there_makes_no_index(command: Command, tmp_path: Path) -> None:
    result = command("index", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert command.json("ls")["indexes"] == []


@pytest.mark.usefixtures("ctrl_c_heard")
def test_ctrl_c_ends_the_run_and_the_next_one_goes_on(
    process: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(22):
        write_sound(folder / f"{number}.wav", 200 + number, seconds=40)
    running = process("index", folder, "--workers", "1", "--segment-seconds", "1")
    while running.poll() is None and not written(tmp_path / "home" / "catalog.db"):
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=120)
    assert running.returncode == 130, out + err
    assert "stopped; run the same command to go on" in err
    assert "Traceback" not in err
    out, err = (going_on := process("index", folder, "--json", "--segment-seconds", "1")).communicate(timeout=120)
    assert going_on.returncode == 0, err
    report = json.loads(out)
    assert report["embedded"] + report["unchanged"] == 22


def written(catalog: Path) -> bool:
    """Whether a run has journalled its first keys."""
    try:
        with closing(sqlite3.connect(f"file:{catalog}?mode=ro", uri=True)) as database:
            return bool(database.execute("SELECT count(*) FROM keys").fetchone()[0])
    except sqlite3.OperationalError:  # not there yet
        return False
