"""The searches of the demo: what is asked, what is looked for, and at which rank it came.

The search is told only what is asked; what is looked for is compared with the hits afterwards.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sensorium.cli import format, hits
from sensorium.cli.output import print_table

if TYPE_CHECKING:
    from sensorium.samples.queries import SampleQuery
    from sensorium.space import Space
    from sensorium.types import Hit

DEPTH = 20
"""Hits that are looked through for what is looked for."""
SHOWN = 3
MOMENT_S = 5.0
"""Length of the part of a clip that a trial looks for."""


@dataclass(frozen=True, slots=True)
class Trial:
    """``wanted`` is the source looked for, narrowed by ``page`` or ``start_s``; None where nobody knows."""

    title: str
    text: str | None = None
    file: Path | None = None
    wanted: str | None = None
    page: int | None = None
    start_s: float | None = None
    modality: str | None = None
    filter: dict[str, object] | None = field(default=None)

    @property
    def asked(self) -> str:
        parts = [f'"{self.text}"'] if self.text else []
        return " + ".join([*parts, *([self.file.name] if self.file else [])])

    def fits(self, hit: Hit) -> bool:
        """Whether the hit is what is looked for. A clip that is one segment holds all of its moments."""
        from sensorium.types import TimeSpan

        if hit.source != self.wanted:
            return False
        if self.page is not None:
            return hit.metadata.get("page") == self.page
        span = hit.span
        if self.start_s is not None and isinstance(span, TimeSpan):
            return span.start_s < self.start_s + MOMENT_S and span.end_s > self.start_s
        return True


@dataclass(frozen=True, slots=True)
class Outcome:
    """The hits of a trial, nearest first."""

    trial: Trial
    hits: Sequence[Hit]

    @property
    def rank(self) -> int | None:
        """The place of what is looked for, from 1; None where it is not among the hits."""
        return next((rank for rank, hit in enumerate(self.hits, 1) if self.trial.fits(hit)), None)

    def to_json(self) -> dict[str, object]:
        trial = self.trial
        return {
            "title": trial.title,
            "text": trial.text,
            "file": str(trial.file) if trial.file else None,
            "wanted": trial.wanted,
            "rank": self.rank,
            **hits.to_json(self.hits[:SHOWN]),
        }


def of_library(queries: Sequence[SampleQuery], library: Path, files: Path) -> Iterator[Trial]:
    """The searches that come with the sample library."""
    for query in queries:
        yield Trial(
            query.title,
            query.text,
            files / query.file if query.file else None,
            (library / query.wanted).as_uri(),
            query.page,
            query.start_s,
            query.modality,
        )


def of_folder(space: Space, folder: Path) -> Iterator[Trial]:
    """Searches made of the user's own files: one of each modality as the question, and the words of its name."""
    assert space.ledger is not None
    below = f"{folder.as_uri()}/"
    found: dict[str, list[str]] = {}
    for entry in space.ledger.entries():
        if entry.source.startswith(below) and entry.modality in space.embedder.spec.modalities:
            found.setdefault(entry.modality, []).append(entry.source)
    for modality, sources in sorted(found.items()):
        chosen = random.choice(sources)
        path = Path(format.file_path(chosen) or "")
        yield Trial(f"{modality} to anything else", file=path, filter={"source": {"$ne": chosen}})
        words = " ".join(path.stem.replace("_", " ").replace("-", " ").split())
        if sum(letter.isalpha() for letter in words) > 3:
            yield Trial(f"a file's name to {modality}", text=words, wanted=chosen, modality=modality)


def run(space: Space, trial: Trial) -> Outcome:
    """Search as anybody would."""
    inputs: list[str | Path] = [part for part in (trial.text, trial.file) if part]
    modalities = [trial.modality] if trial.modality else []
    return Outcome(trial, space.search(*inputs, k=DEPTH, modalities=modalities, filter=trial.filter))


def show(number: int, outcome: Outcome) -> None:
    """Print the question, the first hits and how it went."""
    trial = outcome.trial
    click.secho(f"\n{number}. {trial.title}: {trial.asked}", bold=True)
    print_table(hits.to_table(outcome.hits[:SHOWN]))
    if trial.wanted is None:
        return
    name = format.source(trial.wanted).rpartition("/")[2]
    place = f" page {trial.page}" if trial.page is not None else ""
    place += f" at {format.clock(trial.start_s)}" if trial.start_s is not None else ""
    came = f"came at rank {outcome.rank}" if outcome.rank else f"is not among the first {DEPTH} hits"
    click.echo(f"{'=' if outcome.rank == 1 else '≠'} looked for: {name}{place}, which {came}")


def verdict(outcomes: Sequence[Outcome]) -> str:
    """How many of the searches that look for something found it, first and among the first that are shown."""
    ranks = [outcome.rank for outcome in outcomes if outcome.trial.wanted is not None]
    first = sum(rank == 1 for rank in ranks)
    near = sum(rank is not None and rank <= SHOWN for rank in ranks)
    return f"what was looked for came first in {first} of {len(ranks)} searches, among the first {SHOWN} in {near}"
