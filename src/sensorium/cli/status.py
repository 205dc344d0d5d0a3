"""``sensorium status``: what the home holds, how large it is, and what failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from sensorium.cli import format
from sensorium.cli.state import State, common

if TYPE_CHECKING:
    from sensorium.cli.inventory import IndexLine
    from sensorium.home import Home
    from sensorium.ledger import Ledger


@dataclass(frozen=True, slots=True)
class _Detail:
    line: IndexLine
    by_modality: dict[str, int]
    failures: list[tuple[str, str, str]]

    def to_json(self) -> dict[str, object]:
        failures = [{"source": source, "code": code, "reason": reason} for source, code, reason in self.failures]
        return {**self.line.to_json(), "by_modality": self.by_modality, "failures": failures}


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
@common
@click.pass_context
def command(ctx: click.Context) -> None:
    """Show what the home holds.

    Its indexes with their records by modality, their models, the size on disk, and the files whose last try failed. Of
    indexes in S3 Vectors, what was put into them from here.

    `sensorium verify` proves that they are what was written.
    """
    from sensorium.cli import disk, inventory, output

    state = ctx.ensure_object(State)
    with state.open(state.settings()) as home:
        details = [_detail(home, line) for line in inventory.indexes(home)]
        elsewhere = [_elsewhere(name, ledger) for name, ledger in home.elsewhere()]
        store = disk.used([home.path / "store"])
        catalog = disk.used(home.path.glob("catalog.db*"))
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


def _detail(home: Home, line: IndexLine) -> _Detail:
    from sensorium.filter import Compare, Op
    from sensorium.types import Modality

    index = home.store.open(line.spec.bucket, line.spec.name)
    counts = {str(modality): index.count(Compare("modality", Op.EQ, modality.value)) for modality in Modality}
    present = {modality: count for modality, count in counts.items() if count}
    return _Detail(line, present, home.ledger(line.spec).failures())


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
    for source, _, text in detail.failures:
        click.echo(f"  failed: {reason(source, text)}")
