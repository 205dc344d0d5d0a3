"""``sensorium ls``: the indexes of a home, or the sources of one."""

from __future__ import annotations

import click

from sensorium.cli.state import State, common


@click.command()
@click.option("--index", metavar="NAME", help="List the sources of this index.")
@click.option("--sources", is_flag=True, help="List the sources of the default index.")
@common
@click.pass_context
def command(ctx: click.Context, index: str | None, sources: bool) -> None:
    """List indexes, or the sources of one."""
    from sensorium.cli import inventory, output

    state = ctx.ensure_object(State)
    settings = state.settings(index=index)
    with state.open(settings) as home:
        if index is None and not sources:
            found = inventory.indexes(home)
            elsewhere = [name for name, _ in home.elsewhere()]
            if state.json:
                output.print_json({"indexes": [line.to_json() for line in found], "elsewhere": elsewhere})
                return
            if found:
                inventory.show_indexes(found)
            for name in elsewhere:
                click.echo(f"{name} was filled from here")
            if not found and not elsewhere:
                output.remark(f"no index in {home.path}; `sensorium index PATH` makes one")
            return
        opened = home.index(settings.index)
        listed = inventory.sources(opened, home.ledger(opened.spec, settings.index))
    if state.json:
        output.print_json({"index": settings.index, "sources": [line.to_json() for line in listed]})
    elif listed:
        inventory.show_sources(listed)
    else:
        output.remark(f"index {settings.index} is empty; `sensorium index PATH` fills it")
