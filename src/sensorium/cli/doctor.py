"""``sensorium doctor``: whether everything that is needed is there."""

from __future__ import annotations

import click

from sensorium.cli.state import State, common


@click.command()
@common
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check the installation.

    What each modality needs, whether it is there, and how to get it.

    Exits with 1 when something is broken; what is merely missing is an extra.
    """
    from sensorium.cli import output
    from sensorium.cli.checks import Verdict, all_findings

    state = ctx.ensure_object(State)
    settings = state.settings()
    found = list(all_findings(settings.home, settings.model, lambda: state.models(settings)))
    broken = [finding for finding in found if finding.verdict is Verdict.BROKEN]
    if state.json:
        output.print_json({"ok": not broken, "findings": [finding.to_json() for finding in found]})
    else:
        made = output.table("", "part", "what", "found")
        for finding in found:
            made.add_row(finding.verdict, finding.area, output.cell(finding.name), output.cell(finding.detail))
        output.print_table(made)
        click.echo(f"\n{len(broken)} broken" if broken else "\neverything that is needed is there")
    if broken:
        ctx.exit(1)
