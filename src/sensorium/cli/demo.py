"""``sensorium demo``: a library made by code, indexed and searched; or one's own folder."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sensorium.cli.paths import LocalPath
from sensorium.cli.state import State, common, to_fill

if TYPE_CHECKING:
    from sensorium.cli.trials import Outcome, Trial
    from sensorium.home import Home
    from sensorium.space import Space

INDEX, OWN = "demo", "demo-folder"
"""The index of the sample library, and of one's own folder."""


@click.command()
@click.option(
    "--folder",
    type=LocalPath(exists=True, file_okay=False),
    help="Index and search this folder instead of the sample library.",
)
@common
@click.pass_context
def command(ctx: click.Context, folder: Path | None) -> None:
    """See it work on a sample library.

    Writes pictures, sounds, clips, documents and notes that are made by code, indexes them and searches them in many
    ways. The searches are ordinary ones; what the model gets wrong is shown wrong.
    """
    from sensorium.cli import faults, output, summary, trials
    from sensorium.cli.progress import bar
    from sensorium.pipeline import Options, index

    state = ctx.ensure_object(State)
    settings = state.settings(index=OWN if folder else INDEX)
    with state.open(settings, create=True) as home:
        library, plan = (folder, trials.of_folder) if folder else _sample_library(home)
        space = to_fill(home, settings, None, None, None)
        with bar("indexing") as progress:
            report = index(space, [library], Options(prune=not folder), progress)
        if not state.json:
            summary.indexed(report, settings.index, as_json=False)
        if report.stopped:
            ctx.exit(faults.INTERRUPTED)
        outcomes = _search(space, plan(space, library), quiet=state.json)
    if state.json:
        output.print_json({"index": report.to_json(), "searches": [outcome.to_json() for outcome in outcomes]})
        return
    if outcomes:
        click.echo(f"\n{trials.verdict(outcomes)}")
    _next(outcomes, settings.index, f" --home {shlex.quote(str(state.home))}" if state.home else "")


def _sample_library(home: Home) -> tuple[Path, Callable[[Space, Path], Iterable[Trial]]]:
    """Write the sample library and the files to ask with; a second time writes only what is missing."""
    from sensorium.cli import trials
    from sensorium.cli.progress import counter
    from sensorium.samples.library import write_library
    from sensorium.samples.queries import QUERIES, write_queries

    library, questions = home.path / "demo" / "library", home.path / "demo" / "queries"
    with counter("writing the sample library") as progress:
        write_library(library, progress)
        write_queries(questions)
    return library, lambda _, library: trials.of_library(QUERIES, library, questions)


def _search(space: Space, plan: Iterable[Trial], quiet: bool) -> list[Outcome]:
    from sensorium.cli import trials

    outcomes = []
    for number, trial in enumerate(plan, 1):
        outcomes.append(trials.run(space, trial))
        if not quiet:
            trials.show(number, outcomes[-1])
    return outcomes


def _next(outcomes: Iterable[Outcome], index: str, home: str) -> None:
    """Commands to go on with, ready to be copied."""
    lines = [f'sensorium search "a bird in a tree" --index {index}{home}']
    files = [outcome.trial.file for outcome in outcomes if outcome.trial.file is not None]
    pictures = [file for file in files if file.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"}]
    if pictures:
        lines.append(f"sensorium search --image {shlex.quote(str(pictures[0]))} --modality video --index {index}{home}")
    lines += [f"sensorium ls --index {index}{home}", f"sensorium index ~/Pictures{home}"]
    click.echo("\ntry next:")
    for line in lines:
        click.echo(f"  {line}")
