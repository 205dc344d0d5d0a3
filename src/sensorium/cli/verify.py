"""``sensorium verify``: the proof that indexes hold what was written."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from sensorium.cli import format
from sensorium.cli.state import State, common

if TYPE_CHECKING:
    from pathlib import Path

    from sensorium.home import Home
    from sensorium.stores.embedded.verify import Part, Report


@dataclass(frozen=True, slots=True)
class _Proof:
    """What is known of one index."""

    name: str
    report: Report
    rebuilt: dict[Part, str]
    """Damaged parts that were to be built anew; what went wrong, empty where nothing did."""
    sources: dict[str, str]
    """Source of each damaged record, by key, as the catalog knows it."""

    def to_json(self) -> dict[str, object]:
        damages = [
            {"key": one.key, "source": self.sources.get(one.key or ""), "part": one.part, "what": one.what}
            for one in self.report.damages
        ]
        found = {"whole": self.report.records, "proved": self.report.proved, "damages": damages}
        rebuilt = [{"part": part, "error": error or None} for part, error in self.rebuilt.items()]
        return {"index": self.name, **found, "rebuilt": rebuilt}


@click.command()
@click.option("--index", metavar="NAME", help="NAME or BUCKET/NAME.  [default: all]")
@click.option("--repair", is_flag=True, help="Build damaged parts anew that are derived from the records.")
@common
@click.pass_context
def command(ctx: click.Context, index: str | None, repair: bool) -> None:
    """Prove that indexes hold what was written.

    Reads every record and compares it with its checksums, then all that is derived from the records with them. Says
    what was proved, and names each record that is damaged and the file that it came from.

    Exits with 1 when there is damage. What is derived comes back by --repair; records come back from their files
    (`sensorium rm --source FILE`, then `sensorium index FILE`) or from a backup.
    """
    from sensorium.cli import inventory, output, progress

    state = ctx.ensure_object(State)
    proofs = []
    with state.open(state.settings()) as home:
        for name in inventory.embedded(home, index):
            with progress.counter(f"verify {name}") as told:
                proof = _proof(home, name, repair, told)
            proofs.append(proof)
            if not state.json:
                _show(proof, state.home)
    if state.json:
        output.print_json({"indexes": [proof.to_json() for proof in proofs]})
    elif not proofs:
        output.remark("no index yet; `sensorium index PATH` makes one")
    if any(proof.report.damages for proof in proofs):
        ctx.exit(1)


def _proof(home: Home, name: str, repair: bool, told: Callable[[int, int | None], None] | None) -> _Proof:
    from sensorium.errors import Corrupt, SensoriumError
    from sensorium.home import split_name
    from sensorium.stores.embedded.verify import Damage, Part, Report

    rebuilt: dict[Part, str] = {}
    try:
        index = home.store.open(*split_name(name))
        report = index.verify(told)
        for part in Part if repair else ():
            if part is not Part.RECORDS and any(damage.part is part for damage in report.damages):
                try:
                    index.rebuild(part)
                    rebuilt[part] = ""
                except SensoriumError as error:
                    rebuilt[part] = error.message
        if rebuilt:
            report = index.verify(told)
    except Corrupt as error:  # so much that it cannot even be looked at
        return _Proof(name, Report(0, (Damage(None, None, error.message),)), rebuilt, {})
    return _Proof(name, report, rebuilt, _sources(home, name, report) if report.damages else {})


def _sources(home: Home, name: str, report: Report) -> dict[str, str]:
    keys = sorted({damage.key for damage in report.damages if damage.key is not None})
    owners = home.ledger(home.index(name).spec).owners(keys)
    return {key: source for key, (source, _) in owners.items()}


def _show(proof: _Proof, home: Path | None) -> None:
    flag = "" if home is None else f" --home {shlex.quote(str(home))}"
    flag += "" if proof.name == "default" else f" --index {proof.name}"
    click.echo(f"index {proof.name}")
    for part, error in proof.rebuilt.items():
        click.echo(f"  not rebuilt: {part}: {error}" if error else f"  rebuilt: {part}")
    for line in proof.report.proved:
        click.echo(f"  proved: {line}")
    for damage in proof.report.damages:
        source = proof.sources.get(damage.key or "")
        click.echo(f"  damaged: {damage}{f' ({format.source(source)})' if source else ''}")
    for line in _remedies(proof, flag):
        click.echo(f"  {line}")


def _remedies(proof: _Proof, flag: str) -> Iterator[str]:
    """What to do, a line for each kind of damage."""
    damages = proof.report.damages
    if any(damage.part != "records" for damage in damages):
        yield f"what is derived comes back by: sensorium verify{flag} --repair"
    lost = [damage for damage in damages if damage.part == "records"]
    keys = {damage.key for damage in lost if damage.key is not None}
    if unknown := sorted(key for key in keys if key not in proof.sources):
        yield "what has no file that is known: put it again, or restore a backup, after"
        yield f"  sensorium rm{flag} -- {_quoted(unknown)}"
    if sources := sorted({format.source(proof.sources[key]) for key in keys if key in proof.sources}):
        yield "what has a file comes back by"
        yield f"  sensorium rm{flag} {' '.join(f'--source {shlex.quote(one)}' for one in sources)}"
        yield f"  sensorium index{flag} {_quoted(sources)}"
    if any(damage.key is None for damage in lost):
        yield "what has no key comes back from a backup only, or by indexing all files into a new index"


def _quoted(words: Iterable[str]) -> str:
    return " ".join(map(shlex.quote, words))
