"""What a home holds: its indexes, and the sources of one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from sensorium.cli import format
from sensorium.cli.output import cell, print_table, table

if TYPE_CHECKING:
    from sensorium.home import Home
    from sensorium.ledger import Ledger
    from sensorium.stores.base import Index, IndexSpec


@dataclass(frozen=True, slots=True)
class IndexLine:
    """An index and how many records it holds."""

    spec: IndexSpec
    records: int

    @property
    def name(self) -> str:
        from sensorium.home import display_name

        return display_name(self.spec)

    def to_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "records": self.records,
            "dim": self.spec.dim,
            "metric": self.spec.metric,
            "model": self.spec.model,
            "created_s": self.spec.created_s,
        }


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source with its records; ``size`` in bytes is None where the catalog does not know it."""

    source: str | None
    modality: str
    records: int
    size: int | None

    def to_json(self) -> dict[str, object]:
        return {"source": self.source, "modality": self.modality, "records": self.records, "size": self.size}


def indexes(home: Home) -> list[IndexLine]:
    """All indexes, ordered by bucket and name."""
    return [IndexLine(spec, home.store.open(spec.bucket, spec.name).count()) for spec in home.indexes()]


def embedded(home: Home, name: str | None) -> list[str]:
    """The names of the indexes that lie in the home, damaged ones too, or of that one alone.

    Raises NotFound where there is none of that name, Unsupported for one that lies elsewhere.
    """
    from sensorium.errors import Unsupported
    from sensorium.home import REMOTE, split_name
    from sensorium.stores.base import DEFAULT_BUCKET

    if name is not None and name.startswith(REMOTE):
        raise Unsupported(f"{name} does not lie in this home: its keeper is Amazon S3 Vectors", path="index")
    names = [(bucket, one) for bucket in home.store.buckets() for one in home.store.names(bucket)]
    if name is not None and split_name(name) not in names:
        home.index(name)  # says what there is
    return [
        one if bucket == DEFAULT_BUCKET else f"{bucket}/{one}"
        for bucket, one in names
        if name is None or split_name(name) == (bucket, one)
    ]


def sources(index: Index, ledger: Ledger) -> list[SourceLine]:
    """The sources of an index in order.

    The catalog knows those of runs. Where the index holds more records than that, written by the library or another
    program, the records themselves are read.
    """
    from sensorium.removal import pages
    from sensorium.types import metadata_source

    entries = ledger.entries()
    if sum(entry.records for entry in entries) == index.count():
        return [SourceLine(e.source, e.modality, e.records, e.size) for e in entries]
    sizes = {entry.source: entry.size for entry in entries}
    counts: dict[tuple[str | None, str], int] = {}
    for page in pages(index):
        for record in page:
            name = (metadata_source(record.metadata), str(record.metadata.get("modality", "")))
            counts[name] = counts.get(name, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (item[0][0] or "", item[0][1]))
    return [SourceLine(source, modality, n, sizes.get(source or "")) for (source, modality), n in ordered]


def show_indexes(lines: Sequence[IndexLine]) -> None:
    """Print the indexes as a table."""
    made = table("index", "records", "dim", "metric", "model", "made", right=("records", "dim"))
    for line in lines:
        day = time.strftime("%Y-%m-%d %H:%M", time.localtime(line.spec.created_s))
        model = line.spec.model or "(not said)"
        made.add_row(cell(line.name), f"{line.records:,}", str(line.spec.dim), line.spec.metric, cell(model), day)
    print_table(made)


def show_sources(lines: Sequence[SourceLine]) -> None:
    """Print the sources as a table, below the folder that holds them all."""
    folder = format.common_folder(line.source for line in lines)
    if folder:
        click.echo(f"in {format.at_home(folder)}")
    made = table("source", "modality", "records", "size", right=("records", "size"))
    for line in lines:
        size = "" if line.size is None else format.size(line.size)
        made.add_row(cell(format.source(line.source, folder)), line.modality, f"{line.records:,}", size)
    print_table(made)
    total = sum(line.records for line in lines)
    click.echo(f"{format.count(len(lines), 'source')}, {format.count(total, 'record')}")
