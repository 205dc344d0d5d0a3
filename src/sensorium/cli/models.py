"""``sensorium models``: which models are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sensorium.cli.state import State, common

if TYPE_CHECKING:
    from sensorium.models.base import ModelSpec

_OTHERS = """\
The built-in model is small and made to run anywhere; larger ones know far more. The models of Amazon Bedrock need an
AWS account and `pip install 'sensorium[aws]'`, and AWS gets what is embedded. Recommended, not part of this version:
google/embeddinggemma-2 (open weights). A Python package adds models through the entry points `sensorium.models`."""


@click.command()
@common
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the installed models."""
    from sensorium.cli import output
    from sensorium.errors import SensoriumError

    state = ctx.ensure_object(State)
    models = state.models(state.settings())
    specs: list[ModelSpec] = []
    broken: dict[str, str] = {}
    for name in models.providers():
        try:
            specs += models.specs(name)
        except SensoriumError as error:
            broken[name] = error.message
    if state.json:
        output.print_json(
            {
                "models": [
                    {
                        "id": spec.id,
                        "revision": spec.revision,
                        "dim": spec.dim,
                        "dims": list(spec.dims),
                        "modalities": sorted(spec.modalities),
                        "licence": spec.licence,
                    }
                    for spec in specs
                ],
                "broken": [{"provider": name, "reason": reason} for name, reason in broken.items()],
            }
        )
        return
    made = output.table("model", "revision", "dimensions", "modalities", "licence")
    for spec in specs:
        dims = ", ".join(str(dim) for dim in spec.dims)
        made.add_row(
            *map(output.cell, (spec.id, spec.revision, dims, ", ".join(sorted(spec.modalities)), spec.licence))
        )
    output.print_table(made)
    for reason in broken.values():
        output.remark(f"broken: {reason}")
    click.echo(f"\n{_OTHERS}")
