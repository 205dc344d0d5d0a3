"""``sensorium compact``: the room of dead records back to the disk."""

from __future__ import annotations

import click

from sensorium.cli.state import State, common


@click.command()
@click.option("--index", metavar="NAME", help="NAME or BUCKET/NAME.  [default: all]")
@common
@click.pass_context
def command(ctx: click.Context, index: str | None) -> None:
    """Give dead room back to the disk.

    Replaced and removed records leave room that is used again only in part. It goes by itself when there is much of
    it; this does it now. What makes searches fast (the inverted index of many vectors, the columns of filters) is
    brought up to date, too. Searches go on meanwhile, writers wait while records move.
    """
    from sensorium.cli import disk, format, inventory, output, progress
    from sensorium.home import split_name

    state = ctx.ensure_object(State)
    done: list[dict[str, object]] = []
    with state.open(state.settings()) as home:
        for name in inventory.embedded(home, index):
            bucket, short = split_name(name)
            opened = home.store.open(bucket, short)
            folder = home.path / "store" / "buckets" / bucket / short
            before = disk.used([folder])
            with progress.counter(f"compact {name}") as told:
                dead = opened.compact()
                optimised = opened.optimise(told)
            after = disk.used([folder])
            sizes = {"bytes_before": before, "bytes_after": after}
            done.append({"index": name, "dead": dead, "optimised": optimised, **sizes})
            if not state.json:
                made = ", the inverted index is up to date" if optimised else ""
                shown = f"{format.size(before)} before, {format.size(after)} now{made}"
                click.echo(f"{name}: {format.count(dead, 'dead record')} given back, {shown}")
    if state.json:
        output.print_json({"indexes": done})
    elif not done:
        output.remark("no index yet; `sensorium index PATH` makes one")
