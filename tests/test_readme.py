"""What the README tells a reader to type works: its ``console`` and ``python`` blocks run, in order, in one empty home.

In a ``console`` block a line that begins with ``$ `` is a command, further lines are its output and are not compared,
since distances change with the model. The folder ``library`` holds a part of the sample library: every file that the
README names, and some of each modality.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sensorium.samples.library import SAMPLES, write_samples

README = Path(__file__).parents[1] / "README.md"
ELSEWHERE = ("git clone", "cd ", "make", "pip install", "uv ", "pipx ")
"""Commands that install, or that continuous integration runs by themselves."""


def blocks(text: str) -> list[tuple[str, str]]:
    """(language, body) of the fenced blocks that run."""
    found = re.findall(r"^```(console|python)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [(language, body) for language, body in found]


def commands(body: str) -> list[str]:
    """The commands of a console block; a backslash at the end of a line goes on with the next."""
    lines = body.replace("\\\n", " ").splitlines()
    found = [line.removeprefix("$ ").split("  # ")[0].strip() for line in lines if line.startswith("$ ")]
    return [command for command in found if not command.startswith(ELSEWHERE)]


def test_blocks_and_commands_are_found() -> None:
    text = "x\n```console\n$ make demo\n$ sensorium search \\\n    'a b'  # words\n 1 a\n```\n```python\nx = 1\n```\n"
    (console, body), (python, code) = blocks(text)
    assert (console, python, code) == ("console", "python", "x = 1\n")
    assert [shlex.split(command) for command in commands(body)] == [["sensorium", "search", "a b"]]


@pytest.mark.timeout(900)
def test_the_readme_runs(tmp_path: Path) -> None:
    text = README.read_text("utf-8")
    found = blocks(text)
    assert {language for language, _ in found} == {"console", "python"}
    named = [sample for sample in SAMPLES if sample.path in text]
    write_samples(tmp_path / "library", [*named, *SAMPLES[::8]])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SENSORIUM_")}
    environment |= {
        "HOME": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PYTHONWARNINGS": "error",
        "OMP_NUM_THREADS": "1",
    }
    for path in re.findall(r"library/[\w/.]+", text):
        assert (tmp_path / path).exists(), f"the README names {path}, which the sample library does not have"
    for language, body in found:
        scripts = commands(body) if language == "console" else [body]
        for script in scripts:
            run = ["bash", "-c", script] if language == "console" else [sys.executable, "-c", script]
            done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
