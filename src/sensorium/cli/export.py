"""``sensorium export``: the records of an index into a file."""

from __future__ import annotations

from pathlib import Path

import click

from sensorium.cli.paths import LocalPath
from sensorium.cli.state import State, common


@click.command()
@click.argument("file", type=LocalPath(dir_okay=False))
@click.option("--index", metavar="NAME", help="NAME, BUCKET/NAME or s3vectors://BUCKET/NAME.  [default: default]")
@click.option("--replace", is_flag=True, help="Write over a FILE that is there.")
@common
@click.pass_context
def command(ctx: click.Context, file: Path, index: str | None, replace: bool) -> None:
    """Write an index into a file.

    The name says the form: FILE.parquet, with vectors, metadata and all that the index is (pip install
    'sensorium[parquet]'); or the list form of S3 Vectors, FILE.json as `aws s3vectors list-vectors` prints it or
    FILE.jsonl with a vector a line, both with .gz behind it if you like.

    The index may be written to meanwhile. The file is there whole or not at all.
    """
    from sensorium import exchange
    from sensorium.cli import format, output, progress
    from sensorium.home import REMOTE

    state = ctx.ensure_object(State)
    settings = state.settings(index=index)
    with state.open(settings) as home:
        opened = home.index(settings.index)
        total = None if settings.index.startswith(REMOTE) else opened.count()  # to count there is to list them all
        with progress.steps(f"export {settings.index}", total) as told:
            written = exchange.export(opened, file, replace=replace, progress=told)
    size = file.stat().st_size
    if state.json:
        output.print_json({"index": settings.index, "file": str(file), "records": written, "bytes": size})
    else:
        held = f"{format.count(written, 'record')} of {settings.index}"
        click.echo(f"{held} in {format.at_home(str(file))}, {format.size(size)}")
