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
    it; this does it now. Searches go on meanwhile, writers wait.
    """
    from sensorium.cli import disk, format, inventory, output, progress
    from sensorium.home import split_name

    state = ctx.ensure_object(State)
    done: list[dict[str, object]] = []
    with state.open(state.settings()) as home:
        chosen = inventory.embedded(home, index)
        with progress.counter("compact") as told:
            for number, name in enumerate(chosen):
                if told is not None:
                    told(number, len(chosen))
                bucket, short = split_name(name)
                opened = home.store.open(bucket, short)
                folder = home.path / "store" / "buckets" / bucket / short
                before = disk.used([folder])
                dead = opened.compact()
                after = disk.used([folder])
                done.append({"index": name, "dead": dead, "bytes_before": before, "bytes_after": after})
                if not state.json:
                    sizes = f"{format.size(before)} before, {format.size(after)} now"
                    click.echo(f"{name}: {format.count(dead, 'dead record')} given back, {sizes}")
    if state.json:
        output.print_json({"indexes": done})
    elif not done:
        output.remark("no index yet; `sensorium index PATH` makes one")
