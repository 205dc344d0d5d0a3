"""``sensorium show``: one record with everything that it says."""

from __future__ import annotations

import click

from sensorium.cli.state import State, common


@click.command()
@click.argument("key")
@click.option("--index", metavar="NAME", help="NAME, BUCKET/NAME or s3vectors://BUCKET/NAME.  [default: default]")
@common
@click.pass_context
def command(ctx: click.Context, key: str, index: str | None) -> None:
    """Print the record of a key.

    Where it came from, its metadata, its text, and a summary of its vector.

    The beginning of a key is enough where only one key begins so.
    """
    import numpy as np

    from sensorium.cli import format, output, values
    from sensorium.removal import find
    from sensorium.types import metadata_source, metadata_span, span_metadata

    state = ctx.ensure_object(State)
    settings = state.settings(index=index)
    with state.open(settings) as home:
        record = find(home.index(settings.index), key)
    metadata = dict(record.metadata)
    source, place = metadata_source(metadata), metadata_span(metadata)
    if state.json:
        vector = values.vector(record.vector)
        span = span_metadata(place)
        output.print_json({"key": record.key, "source": source, "span": span, "metadata": metadata, "vector": vector})
        return
    click.echo(f"{'key':<12}  {record.key}")
    click.echo(f"{'found in':<12}  {format.source(source)} {format.span(place)}".rstrip())
    text = metadata.pop("text", None)
    for name in sorted(metadata.keys() - {"source", *span_metadata(place)}):
        click.echo(f"{name:<12}  {metadata[name]}")
    first = ", ".join(f"{value:+.4f}" for value in record.vector[:6])
    click.echo(
        f"{'vector':<12}  {len(record.vector)} numbers of length {np.linalg.norm(record.vector):.4f}: {first}, …"
    )
    if text is not None:
        click.echo(f"\n{text}")
