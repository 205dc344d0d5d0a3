"""``sensorium embed``: vectors of words and files, stored nowhere."""

from __future__ import annotations

from pathlib import Path

import click

from sensorium.cli.paths import LocalPath
from sensorium.cli.state import State, common


@click.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]…")
@click.option(
    "--file",
    "files",
    multiple=True,
    type=LocalPath(exists=True, dir_okay=False),
    help="A file: one vector a segment. Repeatable.",
)
@click.option("--purpose", metavar="NAME", default="GENERIC_INDEX", show_default=True, help="Why vectors are made.")
@click.option("--dim", type=click.IntRange(1, 4096), help="Dimension.  [default: the model's own]")
@click.option("--model", metavar="ID", help="`sensorium models` lists them.  [default: builtin]")
@common
@click.pass_context
def command(
    ctx: click.Context,
    texts: tuple[str, ...],
    files: tuple[Path, ...],
    purpose: str,
    dim: int | None,
    model: str | None,
) -> None:
    """Print the vectors of words and files as JSON.

    A TEXT is always words, also where a file has that name; files are given with --file.
    """
    from sensorium.cli import format, output, values
    from sensorium.errors import Invalid
    from sensorium.media.read import read
    from sensorium.models.batched import Batched
    from sensorium.models.resized import resized
    from sensorium.space import as_source
    from sensorium.types import span_metadata

    if not texts and not files:
        raise Invalid("nothing to embed: give TEXT or --file FILE", path="input")
    state = ctx.ensure_object(State)
    why = values.purpose(purpose)
    settings = state.settings(model=model)
    loaded = state.models(settings).load(settings.model)
    embedder = Batched(resized(loaded, dim))
    spec = embedder.spec
    made: list[dict[str, object]] = []
    for text, vector in zip(texts, embedder.embed(texts, why), strict=True):
        made.append({"input": text, "modality": "text", "span": {}, "vector": values.vector(vector)})
    for file in files:
        for segment in read(as_source(file), spec.segmentation, spec.reading):
            (vector,) = embedder.embed([segment.payload], why)
            span = span_metadata(segment.span)
            made.append(
                {"input": segment.source, "modality": segment.modality, "span": span, "vector": values.vector(vector)}
            )
            for note in segment.notes:
                output.remark(f"note: {format.named(note)}")
    output.print_json({"model": spec.stamp, "dim": spec.dim, "purpose": why, "embeddings": made}, indent=None)
