"""The pages name only what is there: files that they link to, and the modules that ``make`` runs."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def targets(text: str) -> list[str]:
    """What the links and pictures of a page point at, code aside."""
    plain = re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    return [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", plain)]


def modules(text: str) -> list[str]:
    """The modules that a text runs with ``python -m``."""
    return re.findall(r"python -m ([\w.]+\w)", text)


def test_targets_and_modules_are_found() -> None:
    page = "[a](b.md#c) `[x](y)` ![d](e.png)\n```\n[f](g)\n```\n"
    assert targets(page) == ["b.md", "e.png"]
    assert modules("$(BIN)/python -m pytest -n 2\n`python -m sensorium.cli.reference`.") == [
        "pytest",
        "sensorium.cli.reference",
    ]
    assert len(PAGES) > 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_and_picture_is_there(page: Path) -> None:
    named = [target for target in targets(page.read_text("utf-8")) if target and "://" not in target]
    missing = [target for target in named if not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("text", [ROOT / "Makefile", *PAGES], ids=lambda path: path.name)
def test_every_module_that_is_run_is_there(text: Path) -> None:
    """As a file here, with something to run at its end, or as an installed package's."""
    for module in modules(text.read_text("utf-8")):
        path = Path(*module.split("."))
        ours = [
            folder / place
            for folder in (ROOT, ROOT / "src")
            for place in (path.with_suffix(".py"), path / "__main__.py")
            if (folder / place).is_file()
        ]
        if (ROOT / path.parts[0]).is_dir() or (ROOT / "src" / path.parts[0]).is_dir():
            assert len(ours) == 1, f"{text.name} runs {module}"
            assert '__name__ == "__main__"' in ours[0].read_text("utf-8")
        else:
            assert module in {"pytest", "pip", "venv"}, f"{text.name} runs {module}"


def test_the_benchmarks_run_by_name() -> None:
    names = runpy.run_module("benchmarks.__main__")["NAMES"]
    runs = [path for path in (ROOT / "benchmarks").rglob("*.py") if '__name__ == "__main__"' in path.read_text("utf-8")]
    found = {path.stem if path.parent.name == "benchmarks" else path.parent.name for path in runs}
    assert found - {"__main__", "agreement", "data", "indexes"} == set(names)  # who wants to be told where vectors are
    done = subprocess.run([sys.executable, "-m", "benchmarks", "nothing"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no benchmark 'nothing'; there are store, filters" in done.stderr
