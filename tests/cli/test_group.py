"""The command as a whole: help, errors, streams."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from tests.cli.conftest import Command

import sensorium
from sensorium.cli import main
from sensorium.cli.group import COMMANDS

HEAVY = ("numpy", "rich", "av", "PIL", "onnxruntime", "pypdfium2", "sqlite3", "importlib.metadata")


@pytest.mark.parametrize("args", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_imports_nothing_heavy(args: list[str]) -> None:
    code = (
        "import sys; from sensorium.cli import main\n"
        f"try: main({args!r})\n"
        f"except SystemExit as end: print(end.code, [name for name in {HEAVY!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "0 []"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_subcommand_takes_home_and_json_and_explains_itself(name: str) -> None:
    found = main.get_command(click.Context(main), name)
    assert found is not None
    options = {option for param in found.params for option in param.opts}
    assert {"--home", "--json"} <= options
    assert all(param.help for param in found.params if isinstance(param, click.Option))
    assert len(found.get_short_help_str(100)) <= 45


def test_no_arguments_is_help(command: Command) -> None:
    result = command()
    assert result.exit_code == 0
    assert "Find by meaning" in result.output


def test_version(command: Command) -> None:
    assert command.ok("--version") == f"sensorium {sensorium.__version__}\n"


def test_the_home_may_stand_before_or_after(command: Command, files: Path, tmp_path: Path) -> None:
    command.ok("--home", tmp_path / "a", "index", files)
    command.ok("index", files, "--home", tmp_path / "b")
    for name in ("a", "b"):
        assert len(command.json("--home", tmp_path / name, "ls")["indexes"]) == 1
    assert json.loads(command.ok("--json", "ls"))["indexes"] == []


def test_wrong_usage_is_one_line_or_one_object(command: Command) -> None:
    result = command("serch", "cat")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: No such command 'serch'")
    assert result.stderr.endswith("(try: sensorium --help)\n")
    error = json.loads(command("search", "--json", "-k", "many").stdout)["error"]
    assert error["code"] == "usage"
    assert "'many' is not a valid integer" in error["message"]


def test_settings_that_are_wrong_name_their_file(command: Command) -> None:
    command.home.mkdir()
    (command.home / "config.toml").write_text("colour = 1\n")
    result = command("status")
    assert result.exit_code == 2
    assert "config.toml: colour: unknown setting" in result.stderr


def test_a_bug_is_called_a_bug(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("sensorium.cli.state.State.models", broken)
    result = command("models")
    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert "this is a bug in Sensorium; please report it to the developers" in result.stderr


def test_what_the_world_did_ends_with_one(command: Command, files: Path) -> None:
    command.ok("index", files)
    (command.home / "catalog.db").write_bytes(b"this is no database at all" * 100)
    for leftover in command.home.glob("catalog.db-*"):
        leftover.unlink()
    result = command("status", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "corrupt"


def test_only_looking_makes_no_home(command: Command, files: Path) -> None:
    for args in (["search", "cat"], ["ls"], ["ls", "--sources"], ["show", "k"], ["rm", "k"], ["status"], ["models"]):
        result = command(*args)
        assert "is none yet" in result.stderr or result.exit_code == 0
        assert not command.home.exists(), args
    command.ok("index", files, "--dry-run")
    assert not command.home.exists()


def test_the_shell_expands_a_tilde_and_nobody_else(
    command: Command, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    (files / "~$one.png").write_bytes((files / "one.png").read_bytes())
    (files / "~").mkdir()
    (files / "~" / "note.txt").write_text("A bell rings.")
    assert command.json("index", "~", "~$one.png", "~/../cats.txt")["embedded"] == 3
    listed = command.json("ls", "--sources")["sources"]
    wanted = [files / "cats.txt", files / "~$one.png", files / "~" / "note.txt"]
    assert [line["source"] for line in listed] == sorted(path.as_uri() for path in wanted)
    (hit,) = command.json("search", "--image", "~$one.png", "-k", "1")["hits"]
    assert hit["source"] == (files / "~$one.png").as_uri()
    command.ok("embed", "--file", "~$one.png")
    assert command.json("rm", "--source", "~/../cats.txt", "--source", "~")["removed"] == 2
    command.ok("--home", "~/../home", "index", "cats.txt")
    assert (files / "home" / "catalog.db").is_file()


def test_a_closed_pipe_is_quiet(process: Callable[..., subprocess.Popen[str]], files: Path) -> None:
    process("index", files).communicate()
    for args in (("ls", "--sources"), ("embed", "a word", "--dim", "4096")):
        with process(*args) as running:
            assert running.stdout is not None
            running.stdout.close()
            assert running.stderr is not None
            assert running.stderr.read() == ""


def test_a_terminal_without_utf8_is_no_obstacle(
    process: Callable[..., subprocess.Popen[str]], files: Path, tmp_path: Path
) -> None:
    (files / "naïve 猫.txt").write_text("猫 sleeps", "utf-8")
    out, err = process("index", files, encoding="latin-1").communicate()
    assert "6 embedded" in out, err
    out, err = process("search", "猫", "--modality", "text", encoding="latin-1").communicate()
    assert "naïve \\u732b.txt" in out, err
    out, err = process("search", "猫", "--json", encoding="latin-1").communicate()
    assert any(hit["metadata"].get("text") == "猫 sleeps" for hit in json.loads(out)["hits"])


def test_colour_and_width_are_the_terminals(process: Callable[..., subprocess.Popen[str]], files: Path) -> None:
    process("index", files).communicate()
    out, _ = process("search", "cat").communicate()
    assert "\x1b" not in out
    narrow = in_terminal(process, "search", "the cat", extra=(("NO_COLOR", "1"), ("COLUMNS", "40"), ("TERM", "xterm")))
    assert all(len(click.unstyle(line)) <= 40 for line in narrow.splitlines()[1:])
    assert re.search(r"\x1b\[[0-9;]*3[0-7]", narrow) is None
    assert "cats.txt" in narrow
    wide = in_terminal(process, "search", "the cat", extra=(("COLUMNS", "100"), ("TERM", "xterm")))
    assert "The cat sleeps on the warm roof." in wide


def in_terminal(process: Callable[..., subprocess.Popen[str]], *args: str, **extra: object) -> str:
    """What the command writes to a pseudo-terminal."""
    master, slave = os.openpty()
    running = process(*args, stdout=slave, **extra)
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 65_536)
        except OSError:  # Linux: the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    running.communicate()
    return shown.decode()
