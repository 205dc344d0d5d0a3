"""``sensorium compact``: the room of dead records back to the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sensorium.cli import format
from sensorium.cli.state import State, common

if TYPE_CHECKING:
    from sensorium.stores.embedded import EmbeddedIndex


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
    from sensorium.cli import disk, inventory, output, progress, upkeep
    from sensorium.home import split_name

    state = ctx.ensure_object(State)
    done: list[dict[str, object]] = []
    with state.open(state.settings()) as home:
        for name in inventory.embedded(home, index):
            bucket, short = split_name(name)
            opened = home.store.open(bucket, short)
            folder = home.path / "store" / "buckets" / bucket / short
            before = disk.used([folder])
            with progress.counter(f"compact {name}"):
                dead = opened.compact()
            upkeep.finish(opened)
            after, (covered, lists) = disk.used([folder]), _covered(opened)
            sizes = {"bytes_before": before, "bytes_after": after}
            done.append({"index": name, "dead": dead, **sizes, "covered": covered, "lists": lists})
            if not state.json:
                shown = f"{format.size(before)} before, {format.size(after)} now"
                click.echo(
                    f"{name}: {format.count(dead, 'dead record')} given back, {shown}{_covering(covered, lists)}"
                )
    if state.json:
        output.print_json({"indexes": done})
    elif not done:
        output.remark("no index yet; `sensorium index PATH` makes one")


def _covered(index: EmbeddedIndex) -> tuple[int, int]:
    """How many records the inverted index covers in how many lists; (0, 0) where searches do without it."""
    from sensorium.stores.base import Query

    some = index.scan(None, 1)
    steps = index.explain(Query(1, some[0].vector))[1].steps if some else None
    if steps is None or not steps.of_lists:
        return 0, 0
    return max(0, steps.matching - steps.uncovered), steps.of_lists


def _covering(covered: int, lists: int) -> str:
    held = format.count(covered, "record")
    return f", the inverted index covers {held} in {format.count(lists, 'list')}" if lists else ""
