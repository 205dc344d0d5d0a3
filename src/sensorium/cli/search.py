"""``sensorium search``: one question of words and files, the nearest records as an answer."""

from __future__ import annotations

from pathlib import Path

import click

from sensorium.cli.paths import PathOrUri
from sensorium.cli.state import State, common

_FILE = PathOrUri(exists=True, dir_okay=False)


class _Ordered(click.Command):
    """Remembers the order of the arguments."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["sensorium.args"] = list(args)
        return super().parse_args(ctx, args)


@click.command(cls=_Ordered)
@click.argument("text", required=False)
@click.option("--image", type=_FILE, multiple=True, help="Search with a picture.")
@click.option("--audio", type=_FILE, multiple=True, help="Search with a sound, or with the sound of a video.")
@click.option("--video", type=_FILE, multiple=True, help="Search with a clip (its first 30 seconds).")
@click.option("--document", type=_FILE, multiple=True, help="Search with a document (its first page).")
@click.option("--minus", multiple=True, metavar="TEXT", help="Move away from these words.")
@click.option("--weights", metavar="W,W,…", help="How much each input counts; see above.")
@click.option(
    "--modality", multiple=True, metavar="NAME", help="Only text, document, image, audio or video. Repeatable."
)
@click.option("--filter", "filter_json", metavar="JSON", help="Only records whose metadata match.")
@click.option("-k", type=click.IntRange(1, 10_000), default=10, show_default=True, help="How many hits.")
@click.option("--max-distance", type=float, help="Leave out what is farther.")
@click.option("--index", metavar="NAME", help="NAME, BUCKET/NAME or s3vectors://BUCKET/NAME.  [default: default]")
@click.option("--model", metavar="ID", help="For an index that does not say which model made its vectors.")
@common
@click.pass_context
def command(
    ctx: click.Context,
    text: str | None,
    image: tuple[Path | str, ...],
    audio: tuple[Path | str, ...],
    video: tuple[Path | str, ...],
    document: tuple[Path | str, ...],
    minus: tuple[str, ...],
    weights: str | None,
    modality: tuple[str, ...],
    filter_json: str | None,
    k: int,
    max_distance: float | None,
    index: str | None,
    model: str | None,
) -> None:
    """Find by meaning, with words and files.

    Prints what is nearest to TEXT, to files, or to a mixture of them: several inputs make one fused query. Their
    order, by which --weights counts, is: TEXT, the files as they stand on the command line, then the words of
    --minus, whose weights are taken with the opposite sign. A file may be an object in a bucket: s3://BUCKET/KEY.

    \b
    sensorium search "red summer dress"
    sensorium search "in blue" --image shoe.jpg --weights 0.5,1
    sensorium search "dogs" --modality video --filter '{"year": {"$gte": 2020}}'
    """
    from sensorium.cli import format, hits, inputs, output, values
    from sensorium.types import Metric, modality_of

    state = ctx.ensure_object(State)
    settings = state.settings(index=index)
    factors, condition = values.weights(weights), values.filter(filter_json)
    given = {"image": image, "audio": audio, "video": video, "document": document}
    objects = state.objects(settings)
    files = inputs.in_order(ctx.meta["sensorium.args"], given)
    with state.open(settings) as home:
        space = home.open(settings.index, model=model)
        spec = space.embedder.spec
        read = [inputs.payload(flag, file, spec.reading, objects) for flag, file in files]
        payloads = [*([text] if text is not None else []), *(payload for payload, _ in read), *minus]
        found = space.search(
            *payloads,
            weights=inputs.signed(factors, len(payloads), len(minus)),
            k=k,
            modalities=modality,
            filter=condition,
            max_distance=max_distance,
        )
        words_for = spec if space.index.spec.metric is Metric.COSINE else None
    for note in (note for _, notes in read for note in notes):
        output.remark(f"note: {format.named(note)}")
    if state.json:
        output.print_json(hits.to_json(found))
    elif not found:
        output.remark("nothing found")
    else:
        asked = modality_of(payloads[0]) if len(payloads) == 1 else None
        hits.show(found, asked, words_for)
