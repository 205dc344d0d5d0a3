"""``sensorium rm``: records away, by key, source or filter."""

from __future__ import annotations

import click

from sensorium.cli.state import State, common


@click.command()
@click.argument("keys", nargs=-1, metavar="[KEY]…")
@click.option("--source", "sources", multiple=True, metavar="PATH", help="A file, a folder or a URI. Repeatable.")
@click.option("--filter", "filter_json", metavar="JSON", help="All records whose metadata match.")
@click.option("--all", "everything", is_flag=True, help="The whole index.")
@click.option("--index", metavar="NAME", help="NAME, BUCKET/NAME or s3vectors://BUCKET/NAME.  [default: default]")
@click.option("--yes", is_flag=True, help="Do not ask before the whole index goes.")
@common
@click.pass_context
def command(
    ctx: click.Context,
    keys: tuple[str, ...],
    sources: tuple[str, ...],
    filter_json: str | None,
    everything: bool,
    index: str | None,
    yes: bool,
) -> None:
    """Remove records from an index.

    By KEY, by source, by filter, or all. The files themselves stay. The beginning of a key is enough where only one
    key begins so. --source takes a path, or a URI with `://` in it; a folder stands for every file in it.
    """
    from sensorium import removal
    from sensorium.cli import format, output, paths, values
    from sensorium.errors import Invalid
    from sensorium.filter import parse

    ways = [bool(keys), bool(sources), filter_json is not None, everything]
    if sum(ways) != 1:
        raise Invalid("say what to remove in one way: KEY, --source, --filter or --all", path="rm")
    state = ctx.ensure_object(State)
    settings = state.settings(index=index)
    condition = values.filter(filter_json)
    with state.open(settings) as home:
        opened = home.index(settings.index)
        ledger = home.ledger(opened.spec, settings.index)
        if everything:
            removed = opened.count()
            what = f"Remove index {settings.index} with its {format.count(removed, 'record')}?"
            if not yes and state.json:
                raise Invalid("--all with --json removes only with --yes, since it cannot ask", path="yes")
            if not yes and not click.confirm(what, err=True):
                output.remark("nothing removed")
                ctx.exit(1)
            home.drop(settings.index)
        elif keys:
            found = [removal.find_key(opened, key) for key in keys]
            removed = removal.remove_keys(opened, ledger, found)
        elif sources:
            uris = [source if "://" in source else paths.local(source).as_uri() for source in sources]
            removed = removal.remove_sources(opened, ledger, uris)
        else:
            removed = removal.remove_matching(opened, ledger, parse(condition))
    if state.json:
        output.print_json({"removed": removed})
    else:
        click.echo(f"{format.count(removed, 'record')} removed from {settings.index}")
