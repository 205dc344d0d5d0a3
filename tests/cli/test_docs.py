"""The reference page says what ``--help`` says."""

from __future__ import annotations

from pathlib import Path

from sensorium.cli.group import COMMANDS
from sensorium.cli.reference import markdown

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == markdown(), "run: python -m sensorium.cli.reference > docs/reference/cli.md"


def test_the_page_has_every_subcommand_and_flag() -> None:
    page = markdown()
    assert [f"## sensorium {name}\n" in page for name in COMMANDS] == [True] * len(COMMANDS)
    for flag in [
        "--metadata-file",
        "--segment-seconds",
        "--prune",
        "--dry-run",
        "--minus",
        "--max-distance",
        "--filter",
        "--folder",
        "--yes",
    ]:
        assert flag in page
