"""``sensorium search``: one question of words and files, the nearest records as an answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sensorium.cli.paths import PathOrUri
from sensorium.cli.state import State, common

if TYPE_CHECKING:
    from sensorium.models.base import ModelSpec
    from sensorium.stores.base import Index, Query
    from sensorium.types import Modality

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
@click.option("--hybrid", is_flag=True, help="Look for the words themselves, too, and fuse both rankings.")
@click.option("--text-only", is_flag=True, help="Look for the words themselves and nothing else; takes no model.")
@click.option("--explain", is_flag=True, help="Say how the hits were found, and how long it took.")
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
    hybrid: bool,
    text_only: bool,
    explain: bool,
    index: str | None,
    model: str | None,
) -> None:
    """Find by meaning, with words and files.

    Prints what is nearest to TEXT, to files, or to a mixture of them: several inputs make one fused query. Their
    order, by which --weights counts, is: TEXT, the files as they stand on the command line, then the words of
    --minus, whose weights are taken with the opposite sign. A file may be an object in a bucket: s3://BUCKET/KEY.

    Words are looked for by their meaning, that is by vectors. --hybrid also looks for the words themselves in the
    text of records (BM25), which finds names, numbers and what no model knows; --text-only does nothing but that.

    \b
    sensorium search "red summer dress"
    sensorium search "in blue" --image shoe.jpg --weights 0.5,1
    sensorium search "invoice 2041-B" --hybrid
    sensorium search "dogs" --modality video --filter '{"year": {"$gte": 2020}}'
    """
    from sensorium.cli import format, inputs, output, values
    from sensorium.space import text_question
    from sensorium.types import Metric, modality_of

    state = ctx.ensure_object(State)
    settings = state.settings(index=index)
    factors, condition = values.weights(weights), values.filter(filter_json)
    given = {"image": image, "audio": audio, "video": video, "document": document}
    objects = state.objects(settings)
    files = inputs.in_order(ctx.meta["sensorium.args"], given)
    if text_only:
        words = _words_alone(text, hybrid, {**given, "minus": minus, "weights": weights, "max-distance": max_distance})
        with state.open(settings) as home:
            searched = home.index(settings.index)
            _announce_building(searched)
            _answer(state, searched, text_question(words, k=k, modalities=modality, filter=condition), explain)
        return
    with state.open(settings) as home:
        space = home.open(settings.index, model=model)
        spec = space.embedder.spec
        read = [inputs.payload(flag, file, spec.reading, objects) for flag, file in files]
        payloads = [*([text] if text is not None else []), *(payload for payload, _ in read), *minus]
        if hybrid:
            _announce_building(space.index)
        question = space.question(
            *payloads,
            weights=inputs.signed(factors, len(payloads), len(minus)),
            k=k,
            modalities=modality,
            filter=condition,
            max_distance=max_distance,
            hybrid=hybrid,
        )
        for note in (note for _, notes in read for note in notes):
            output.remark(f"note: {format.named(note)}")
        asked = modality_of(payloads[0]) if len(payloads) == 1 else None
        _answer(
            state, space.index, question, explain, asked, spec if space.index.spec.metric is Metric.COSINE else None
        )


def _words_alone(text: str | None, hybrid: bool, others: Mapping[str, object]) -> str:
    """The words of a search for words alone. Raises Invalid where there are none, or anything else beside them."""
    from sensorium.errors import Invalid

    if hybrid:
        raise Invalid("--hybrid looks for meaning and words, --text-only for words alone; give one", path="text-only")
    if beside := [f"--{flag}" for flag, value in others.items() if value not in (None, ())]:
        raise Invalid(f"--text-only looks for words alone; leave out {', '.join(beside)}", path="text-only")
    if text is None:
        raise Invalid("nothing to search for: --text-only needs words", path="query")
    return text


def _announce_building(index: Index) -> None:
    """Say so where the first search for words has to read the records: an older Sensorium did not index words."""
    from sensorium.cli import output
    from sensorium.stores.embedded import EmbeddedIndex

    if isinstance(index, EmbeddedIndex) and (waiting := index.unsearchable()):
        output.remark(f"note: the words of {waiting:,} records are indexed first, which happens once")


def _answer(
    state: State,
    index: Index,
    question: Query,
    explain: bool,
    asked: Modality | None = None,
    spec: ModelSpec | None = None,
) -> None:
    """Ask and print. ``asked`` and ``spec`` are for :func:`hits.show`."""
    from sensorium.cli import explanation, hits, output
    from sensorium.space import explain as explained

    found, how = explained(index, question) if explain else (index.query(question), None)
    if state.json:
        own = {"explain": explanation.to_json(how, question)} if explain else {}
        output.print_json({**hits.to_json(found), **own})
    elif found:
        hits.show(found, asked, spec)
    else:
        output.remark("nothing found")
    if explain and not state.json:
        explanation.show(how, question)
