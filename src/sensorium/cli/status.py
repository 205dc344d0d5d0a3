"""``sensorium status``: what the home holds, how large it is, and what failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sensorium.cli import format
from sensorium.cli.state import State, common

if TYPE_CHECKING:
    from sensorium.catalog import Ledger
    from sensorium.cli.inventory import IndexLine
    from sensorium.home import Home
    from sensorium.stores.embedded.verify import Report


@dataclass(frozen=True, slots=True)
class _Detail:
    line: IndexLine
    by_modality: dict[str, int]
    failures: list[tuple[str, str, str]]
    proof: Report | None = None
    """What ``--verify`` found; None where nobody asked."""
    damaged: dict[str, str] = field(default_factory=dict)
    """Source of each damaged record, by key, as the catalog knows it."""

    def to_json(self) -> dict[str, object]:
        failures = [{"source": source, "code": code, "reason": reason} for source, code, reason in self.failures]
        found = {**self.line.to_json(), "by_modality": self.by_modality, "failures": failures}
        if self.proof is not None:
            damages = [
                {"key": damage.key, "source": self.damaged.get(damage.key or ""), "what": damage.what}
                for damage in self.proof.damages
            ]
            found["verified"] = {"whole": self.proof.records, "damages": damages}
        return found


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """An index in S3 Vectors, as far as the catalog knows it: nobody is asked."""

    name: str
    sources: int
    records: int
    failures: list[tuple[str, str, str]]

    def to_json(self) -> dict[str, object]:
        failures = [{"source": source, "code": code, "reason": reason} for source, code, reason in self.failures]
        return {"name": self.name, "sources": self.sources, "records": self.records, "failures": failures}


@click.command()
@click.option("--verify", is_flag=True, help="Read every record and prove that it is what was written.")
@common
@click.pass_context
def command(ctx: click.Context, verify: bool) -> None:
    """Show what the home holds.

    Its indexes with their records by modality, their models, the size on disk, and the files whose last try failed. Of
    indexes in S3 Vectors, what was put into them from here.

    Exits with 1 when --verify finds damage. `sensorium rm --source FILE` removes the records of a file, damaged ones
    too, and `sensorium index FILE` makes them anew.
    """
    from sensorium.cli import inventory, output

    state = ctx.ensure_object(State)
    with state.open(state.settings()) as home:
        details = [_detail(home, line, verify) for line in inventory.indexes(home)]
        elsewhere = [_elsewhere(name, ledger) for name, ledger in home.elsewhere()]
        store = _disk_size([home.path / "store"])
        catalog = _disk_size(home.path.glob("catalog.db*"))
    if state.json:
        output.print_json(
            {
                "home": str(home.path),
                "store_bytes": store,
                "catalog_bytes": catalog,
                "indexes": [detail.to_json() for detail in details],
                "elsewhere": [index.to_json() for index in elsewhere],
            }
        )
    else:
        click.echo(f"home     {format.at_home(str(home.path))}{'' if home.path.is_dir() else ' (not made yet)'}")
        click.echo(f"on disk  {format.size(store)} store, {format.size(catalog)} catalog")
        for detail in details:
            _show(detail)
        for index in elsewhere:
            _show_elsewhere(index)
        if not details and not elsewhere:
            click.echo("no index yet; `sensorium index PATH` makes one, `sensorium demo` shows one")
    if any(detail.proof is not None and detail.proof.damages for detail in details):
        ctx.exit(1)


def _detail(home: Home, line: IndexLine, verify: bool) -> _Detail:
    from sensorium.filter import Compare, Op
    from sensorium.types import Modality

    index = home.store.open(line.spec.bucket, line.spec.name)
    proof = index.verify() if verify else None
    if proof is not None and proof.damages:  # what is damaged cannot be counted by what it says
        ledger = home.ledger(line.spec)
        keys = {damage.key for damage in proof.damages if damage.key is not None}
        damaged = {key: source for source in ledger.sources() for key in keys.intersection(ledger.keys(source))}
        return _Detail(line, {}, ledger.failures(), proof, damaged)
    counts = {str(modality): index.count(Compare("modality", Op.EQ, modality.value)) for modality in Modality}
    present = {modality: count for modality, count in counts.items() if count}
    return _Detail(line, present, home.ledger(line.spec).failures(), proof)


def _elsewhere(name: str, ledger: Ledger) -> _Elsewhere:
    entries = ledger.entries()
    return _Elsewhere(name, len(entries), sum(entry.records for entry in entries), ledger.failures())


def _show_elsewhere(index: _Elsewhere) -> None:
    from sensorium.cli.summary import reason

    held = f"{format.count(index.sources, 'source')} with {format.count(index.records, 'record')}"
    click.echo(f"\nindex {index.name}: {held} put from here")
    for source, _, text in index.failures:
        click.echo(f"  failed: {reason(source, text)}")


def _show(detail: _Detail) -> None:
    from sensorium.cli.summary import reason

    line, spec = detail.line, detail.line.spec
    parts = ", ".join(f"{count:,} {modality}" for modality, count in detail.by_modality.items())
    click.echo(f"\nindex {line.name}: {format.count(line.records, 'record')}{f' ({parts})' if parts else ''}")
    click.echo(f"  {spec.dim} dimensions, {spec.metric} distance, model {spec.model or '(not said)'}")
    if detail.proof is not None:
        click.echo(f"  verified: {format.count(detail.proof.records, 'record')} whole")
        for damage in detail.proof.damages:
            source = detail.damaged.get(damage.key or "")
            click.echo(f"  damaged: {damage}{f' ({format.source(source)})' if source else ''}")
    for source, _, text in detail.failures:
        click.echo(f"  failed: {reason(source, text)}")


def _disk_size(paths: Iterable[Path]) -> int:
    """Bytes of files, and of all files in folders."""
    total = 0
    for path in paths:
        files = path.rglob("*") if path.is_dir() else [path]
        total += sum(file.stat().st_size for file in files if file.is_file())
    return total
