"""``sensorium index``: files and folders into an index."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click

from sensorium.cli.paths import LocalPath, PathOrUri
from sensorium.cli.state import State, common, to_fill


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=PathOrUri(exists=True))
@click.option(
    "--index",
    metavar="NAME",
    help="NAME, BUCKET/NAME or s3vectors://BUCKET/NAME; made where it is missing.  [default: default]",
)
@click.option("--model", metavar="ID", help="Model of a new index; `sensorium models` lists them.  [default: builtin]")
@click.option("--dim", type=click.IntRange(1), help="Dimension of a new index.  [default: the model's own]")
@click.option("--metric", metavar="NAME", help="Metric of a new index: cosine or euclidean.  [default: cosine]")
@click.option("--metadata", multiple=True, metavar="KEY=VALUE", help="Goes with every record. Repeatable.")
@click.option(
    "--metadata-file",
    type=LocalPath(exists=True, dir_okay=False),
    help="CSV or JSON lines: metadata by `source`; its column `text` joins words to a file.",
)
@click.option("--include", multiple=True, metavar="GLOB", help="Only files like this. Repeatable.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="No files or folders like this. Repeatable.")
@click.option("--segment-seconds", type=click.FloatRange(1, 30), help="Cut sound and video into this many seconds.")
@click.option("--segment-chars", type=click.IntRange(50, 50_000), help="Cut text into at most this many characters.")
@click.option("--purpose", metavar="NAME", default="GENERIC_INDEX", show_default=True, help="Why vectors are made.")
@click.option("--prune", is_flag=True, help="Remove the records of files that are gone from the folders.")
@click.option("--s3-endpoint", metavar="URL", help="Where s3:// is, when it is not Amazon's.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done and about how long it takes.")
@click.option("--workers", type=click.IntRange(1), help="Threads that decode, and as many that embed.")
@common
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path | str, ...],
    index: str | None,
    model: str | None,
    dim: int | None,
    metric: str | None,
    metadata: tuple[str, ...],
    metadata_file: Path | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    segment_seconds: float | None,
    segment_chars: int | None,
    purpose: str,
    prune: bool,
    s3_endpoint: str | None,
    dry_run: bool,
    workers: int | None,
) -> None:
    """Put files and folders into an index.

    Texts are cut into passages, documents into pages, sound and video into seconds; each becomes one record. A second
    run embeds only what is new or changed. What the bytes say decides, not a file's name. Hidden files and folders
    and symbolic links are left out unless they are named themselves.

    A PATH may be s3://BUCKET/PREFIX: objects are fetched one by one, and those whose etag is known not at all. A folder
    of that name in HOME/objects goes before the bucket.

    Exits with 1 when a file could not be read: the others are in. So does a dry run that meets one.
    """
    from sensorium.cli import faults, summary, upkeep, values
    from sensorium.cli.progress import bar
    from sensorium.pipeline import Annotations, Options, estimate
    from sensorium.pipeline import index as run
    from sensorium.types import Segmentation

    state = ctx.ensure_object(State)
    settings = state.settings(index=index, model=model, workers=workers, s3_endpoint=s3_endpoint)
    objects = state.objects(settings)
    options = Options(
        metadata=values.metadata(metadata),
        annotations=Annotations.load(metadata_file) if metadata_file else None,
        include=include,
        exclude=exclude,
        purpose=values.purpose(purpose),
        prune=prune,
        workers=settings.workers or None,
        lookahead_bytes=settings.lookahead_mb << 20,
    )
    with ExitStack() as stack:
        # A dry run makes nothing; an index that is not there yet is made in a home that goes again.
        home = stack.enter_context(state.open(settings, create=not dry_run))
        if dry_run and not home.has(settings.index):
            settings = replace(settings, home=Path(stack.enter_context(tempfile.TemporaryDirectory())), index="dry-run")
            home = stack.enter_context(state.open(settings, create=True))
        space = to_fill(home, settings, model, dim, metric)
        default = space.embedder.spec.segmentation
        if segment_seconds is not None or segment_chars is not None:
            cut = Segmentation(segment_chars or default.max_chars, segment_seconds or default.seconds)
            options = replace(options, segmentation=cut)
        if dry_run:
            found = estimate(space, paths, options, objects)
            summary.estimated(found, state.json)
            ctx.exit(1 if found.failures else 0)
        with bar("indexing") as progress:
            report = run(space, paths, options, progress, objects)
        summary.indexed(report, settings.index, state.json)
        if not report.stopped:
            upkeep.finish(space.index, due_only=True)
    if report.stopped:
        ctx.exit(faults.INTERRUPTED)
    if report.failed:
        ctx.exit(1)
