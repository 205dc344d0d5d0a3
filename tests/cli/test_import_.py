"""``sensorium import``."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import Command
from tests.disks import small_disk

from sensorium import removal
from sensorium.home import Home


def held(command: Command, index: str) -> Any:
    with Home(command.home, command.registry(), create=False) as home:
        opened = home.index(index)
        spec = opened.spec
        records = [(one.key, one.vector.tobytes(), dict(one.metadata)) for one in opened.scan(None, 100)]
    return (spec.dim, spec.metric, spec.non_filterable, spec.text_keys, spec.model), records


def test_an_export_comes_back_as_the_same_index(indexed: Command, files: Path, tmp_path: Path) -> None:
    path = tmp_path / "all.parquet"
    indexed.ok("export", path)
    assert indexed.ok("import", path, "--index", "twin") == "6 records stored in the new index twin\n"
    assert held(indexed, "twin") == held(indexed, "default")
    assert indexed.ok("import", path, "--index", "twin") == "0 records stored in twin, 6 were there already\n"
    assert indexed.json("import", path, "--index", "twin") == {
        "index": "twin",
        "file": str(path),
        "stored": 0,
        "unchanged": 6,
        "made": False,
    }
    for words in (["the cat"], ["harbour", "--hybrid"], ["--image", files / "one.png"]):
        answers = [indexed.json("search", *words, "--index", name)["hits"] for name in ("default", "twin")]
        assert answers[0] == answers[1]
        assert answers[0]
    assert "  proved: 6 records" in indexed.ok("verify", "--index", "twin")


def test_indexing_the_files_again_doubles_nothing(indexed: Command, files: Path, tmp_path: Path) -> None:
    indexed.ok("export", tmp_path / "all.parquet")
    before = held(indexed, "default")
    indexed.ok("import", tmp_path / "all.parquet", "--index", "twin")
    assert indexed.json("index", files, "--index", "twin")["embedded"] == 5
    assert held(indexed, "twin") == before


def test_on_another_machine(indexed: Command, tmp_path: Path) -> None:
    indexed.ok("export", tmp_path / "all.parquet")
    other = Command(tmp_path / "other")
    other.ok("import", tmp_path / "all.parquet")
    assert held(other, "default") == held(indexed, "default")
    assert other.json("search", "the cat", "-k", "1")["hits"][0]["metadata"]["text"].startswith("The cat")


def test_the_list_form_needs_to_be_told_the_model(indexed: Command, tmp_path: Path) -> None:
    path = tmp_path / "all.json.gz"
    indexed.ok("export", path)
    result = indexed("import", path)
    assert result.exit_code == 2
    assert "say so with --model weightless@1" in result.stderr
    assert indexed.json("import", path, "--model", "weightless@1")["unchanged"] == 6
    flags = ["--model", "weightless@1", "--non-filterable", "text", "--text-key", "text"]
    indexed.ok("import", path, "--index", "twin", *flags)
    assert held(indexed, "twin") == held(indexed, "default")
    result = indexed("import", path, "--index", "unsaid", "--metric", "euclidean", "--text-key", "text:en")
    assert "nobody has said which model" in result.stderr
    (_, metric, _, (text,), model), _ = held(indexed, "unsaid")
    assert (metric, text.key, text.language, model) == ("euclidean", "text", "en", None)
    result = indexed("import", path, "--index", "unsaid", "--model", "weightless@1")
    assert (result.exit_code, result.stderr) == (0, "")
    assert held(indexed, "unsaid")[0][-1] == "weightless@1"


def test_a_file_of_another_program(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "others.parquet"
    vectors = [[1.0, 0.0], [0.0, 1.0]]
    pq.write_table(pa.table({"name": ["a", "b"], "v": vectors, "year": [1999, 2001], "raw": [b"", b""]}), path)
    result = command("import", path)
    assert result.exit_code == 2
    assert "its columns are name (string), v (list<" in result.stderr
    command.ok("import", path, "--key", "name", "--vector", "v", "--without", "raw")
    (dim, *_), records = held(command, "default")
    assert dim == 2
    assert [(key, metadata) for key, _, metadata in records] == [("a", {"year": 1999}), ("b", {"year": 2001})]


def test_a_bad_record_is_named_and_a_new_index_of_nothing_goes(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = [{"key": f"k{i}", "data": {"float32": [1, i]}} for i in range(501)]
    bad = {"key": "bad", "data": {"float32": [1, 2, 3]}}
    path.write_text("\n".join(map(json.dumps, [*good[:5], bad])))
    result = command("import", path)
    assert result.exit_code == 2
    expected = f"{path}: line 6: Invalid record for key 'bad': vector must have length 2, but has length 3"
    assert result.stderr == f"error: {expected}; 0 of its records were stored before\n"
    assert command.json("ls")["indexes"] == []
    path.write_text("\n".join(map(json.dumps, [*good, bad])))
    result = command("import", path)
    assert result.stderr.endswith("; 500 of its records were stored before\n")
    assert [index["records"] for index in command.json("ls")["indexes"]] == [500]
    path.write_text("\n".join(map(json.dumps, good)))
    assert command.ok("import", path) == "1 record stored in default, 500 were there already\n"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.parquet", b"nonsense", "no Parquet file"),
        ("a.json", b"nonsense", "not the list form"),
        ("a.json", b"", "holds no record and says no dimension"),
        ("a.txt", b"", "the name says no form"),
    ],
)
def test_what_is_no_file_of_records(command: Command, tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    result = command("import", tmp_path / name)
    assert result.exit_code in (1, 2)
    assert message in result.stderr


def large(path: Path) -> None:
    """8,000 vectors of 64 numbers."""
    rows = np.random.default_rng(0).standard_normal((8_000, 64), dtype=np.float32)
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(rows.reshape(-1)), 64)
    keys = [f"{i * 7919 % len(rows):05d}" for i in range(len(rows))]
    pq.write_table(pa.table({"key": keys, "vector": vectors, "n": range(len(rows))}), path)


def test_a_killed_import_is_done_again_and_nothing_is_lost_or_doubled(
    command: Command, tmp_path: Path, process: Callable[..., subprocess.Popen[str]]
) -> None:
    path = tmp_path / "large.parquet"
    large(path)
    command.ok("import", path, "--index", "whole")
    seen = 0
    for least in (1, 3_000):
        running = process("import", path, "--index", "killed")
        deadline = time.monotonic() + 60
        with Home(command.home, command.registry()) as home:
            while not home.has("killed") or home.index("killed").count() < least:
                assert time.monotonic() < deadline
                time.sleep(0.02)
        os.kill(running.pid, signal.SIGKILL)
        running.communicate()
        (stored,) = [line["records"] for line in command.json("ls")["indexes"] if line["name"] == "killed"]
        assert stored >= max(least, seen)
        assert command("verify", "--index", "killed").exit_code == 0
        seen = stored
    assert command.json("import", path, "--index", "killed") == {
        "index": "killed",
        "file": str(path),
        "stored": 8_000 - seen,
        "unchanged": seen,
        "made": False,
    }
    with Home(command.home, command.registry()) as home:
        both = [home.index(name) for name in ("whole", "killed")]
        for first, second in zip(*(removal.pages(index) for index in both), strict=True):
            assert [(a.key, a.vector.tobytes(), a.metadata) for a in first] == [
                (b.key, b.vector.tobytes(), b.metadata) for b in second
            ]


def test_a_full_disk_says_how_far_it_got(tmp_path: Path) -> None:
    path = tmp_path / "large.parquet"
    large(path)
    with small_disk(tmp_path / "disk", "2m") as disk:
        command = Command(disk / "home")
        result = command("import", path)
        assert result.exit_code == 1
        found = re.fullmatch(
            rf"error: {path}: The disk that holds .* is full.*; (\d+) of its records were stored before\n",
            result.stderr,
        )
        assert found is not None, result.stderr
        assert 0 < int(found[1]) < 8_000
        assert command.json("ls")["indexes"][0]["records"] == int(found[1])
        assert command("verify").exit_code == 0
