"""``sensorium backup``: a copy of the home while it is in use."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from sensorium.cli.paths import LocalPath
from sensorium.cli.state import State, common


@click.command()
@click.argument("to", type=LocalPath())
@common
@click.pass_context
def command(ctx: click.Context, to: Path) -> None:
    """Copy the home while it is in use.

    TO is a new folder. It is there whole or not at all, and is a home: `sensorium --home TO verify` proves it,
    `sensorium --home TO search` searches it, and to restore is to copy it to where the home was.

    A server may be running and writing. The copy holds every index as it is at one moment, the catalog, the settings
    and what was uploaded; not what is made anew by itself, as thumbnails.
    """
    from sensorium.backup import back_up
    from sensorium.cli import format, output, progress

    state = ctx.ensure_object(State)
    home = state.settings().home
    with progress.counter("back up") as told:
        made = back_up(home, to, told)
    if state.json:
        output.print_json({"home": str(home), "to": str(to), **asdict(made)})
        return
    held = f"{format.count(made.indexes, 'index')} with {format.count(made.records, 'record')}"
    click.echo(f"{held} and {format.count(made.files, 'file')} copied to {format.at_home(str(to))}")
    click.echo(f"{format.size(made.bytes)}; `sensorium --home {format.at_home(str(to))} verify` proves it")
