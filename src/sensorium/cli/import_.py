"""``sensorium import``: the records of a file into an index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sensorium.cli.paths import LocalPath
from sensorium.cli.state import State, common

if TYPE_CHECKING:
    from sensorium.stores.base import TextKey


@click.command("import")
@click.argument("file", type=LocalPath(exists=True, dir_okay=False))
@click.option("--index", metavar="NAME", help="NAME, BUCKET/NAME or s3vectors://BUCKET/NAME.  [default: default]")
@click.option("--key", metavar="COLUMN", help="Parquet: the column of keys.  [default: key or id]")
@click.option("--vector", metavar="COLUMN", help="Parquet: that of vectors.  [default: vector or embedding]")
@click.option("--without", multiple=True, metavar="COLUMN", help="Parquet: a column to leave out. Repeatable.")
@click.option("--metric", type=click.Choice(["cosine", "euclidean"]), help="Distance of a new index.")
@click.option("--non-filterable", multiple=True, metavar="KEY", help="Metadata that no filter sees. Repeatable.")
@click.option("--text-key", multiple=True, metavar="KEY[:LANG]", help="Metadata to search as text. Repeatable.")
@click.option("--model", metavar="ID@REV", help="The model that made the vectors, where the file does not say.")
@common
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    index: str | None,
    key: str | None,
    vector: str | None,
    without: tuple[str, ...],
    metric: str | None,
    non_filterable: tuple[str, ...],
    text_key: tuple[str, ...],
    model: str | None,
) -> None:
    """Put the records of a file into an index.

    FILE is what `sensorium export` writes, any Parquet file with a key and a vector (its other columns become
    metadata), or the list form of S3 Vectors as `aws s3vectors list-vectors --return-data --return-metadata` prints it.

    A missing index is made as the file says; flags go before. Records replace those of the same key, and what is there
    already is left alone: after an import that was cut off, do it again.
    """
    from contextlib import closing

    from sensorium import exchange
    from sensorium.cli import format, output, progress, upkeep
    from sensorium.errors import SensoriumError
    from sensorium.exchange import agree
    from sensorium.types import Metric

    state = ctx.ensure_object(State)
    settings = state.settings(index=index)
    asked = exchange.Header(
        metric=None if metric is None else Metric(metric),
        non_filterable=frozenset(non_filterable),
        text_keys=tuple(_text_key(one) for one in text_key),
        model=model,
    )
    with (
        closing(exchange.opened(file, key=key, vector=vector, without=without)) as content,
        state.open(settings, create=True) as home,
    ):
        said, missing = content.header, not home.has(settings.index)
        if missing:
            opened = home.make(settings.index, agree.new(said, asked, content.name))
        else:
            opened = home.index(settings.index)
            agree.check(said, asked, opened.spec, content.name)
            if asked.model is not None and opened.spec.model is None:
                opened.stamp(asked.model)
        try:
            with progress.steps(f"import {settings.index}", said.records) as told:
                filled = exchange.fill(opened, content, fresh=missing, progress=told)
        except SensoriumError:
            if missing and not opened.count():  # so that the next try may make it otherwise
                home.drop(settings.index)
            raise
        if state.json:
            found = {"stored": filled.stored, "unchanged": filled.unchanged, "made": missing}
            output.print_json({"index": settings.index, "file": str(file), **found})
        else:
            there = f", {filled.unchanged:,} were there already" if filled.unchanged else ""
            made = "the new index " if missing else ""
            click.echo(f"{format.count(filled.stored, 'record')} stored in {made}{settings.index}{there}")
            if opened.spec.model is None:
                output.remark("nobody has said which model made these vectors: search with --model, or import with it")
        upkeep.finish(opened)


def _text_key(given: str) -> TextKey:
    """``KEY`` or ``KEY:LANG``; a colon that no language of ours follows belongs to the key."""
    from sensorium.stores.base import Language, TextKey

    key, colon, language = given.rpartition(":")
    return TextKey(key, Language(language)) if colon and language in tuple(Language) else TextKey(given)
