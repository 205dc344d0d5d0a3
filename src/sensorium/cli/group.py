"""The group of subcommands: each is imported only when it is called or listed, and every error ends here."""

from __future__ import annotations

import importlib
import keyword
import sys
from collections.abc import Sequence
from typing import Any

import click

from sensorium.cli import faults
from sensorium.cli.state import State, common

COMMANDS = (
    *("index", "search", "embed", "ls", "show", "rm", "status", "models", "serve", "demo", "doctor"),
    *("export", "import", "backup", "verify", "compact"),
)
"""In the order in which a newcomer meets them; ``sensorium.cli.NAME.command`` is the subcommand NAME.

A module cannot well be called by a word that Python keeps for itself: that of ``import`` is ``import_``.
"""


class Commands(click.Group):
    """A group that imports a subcommand when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        found = importlib.import_module(f"sensorium.cli.{module}").command
        assert isinstance(found, click.Command)
        return found

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run and exit: 0 for success, else what :mod:`sensorium.cli.faults` says."""
        args = list(sys.argv[1:] if args is None else args)
        for stream in (sys.stdout, sys.stderr):
            # A name that the terminal cannot show is shown escaped; it must not end the command.
            getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
        extra["standalone_mode"] = False
        with faults.reported(as_json="--json" in args[: args.index("--")] if "--" in args else "--json" in args):
            sys.exit(super().main(args, *rest, **extra) or 0)


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from sensorium import __version__

        click.echo(f"sensorium {__version__}")
        ctx.exit()


@click.command(
    "sensorium", cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say the version.")
@common
@click.pass_context
def main(ctx: click.Context) -> None:
    """Search everything you can read, see and hear, with anything you can read, see or hear.

    \b
    sensorium demo                     see it work on a sample library
    sensorium index ~/Pictures         put a folder's files into the index
    sensorium search "red dress"       find them by meaning

    Everything stays on this machine, under --home or SENSORIUM_HOME.
    """
    ctx.ensure_object(State)
