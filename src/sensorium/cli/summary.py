"""What a run did, or would do, in a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import click

from sensorium.cli import format
from sensorium.cli.output import print_json, remark

if TYPE_CHECKING:
    from sensorium.pipeline import Estimate, Failure, Report

SHOWN = 20
"""Failures, and notes, that are listed one by one; ``sensorium status`` lists all failures."""


def indexed(report: Report, index: str, as_json: bool) -> None:
    """Print a run's report."""
    if as_json:
        print_json(report.to_json())
    else:
        click.echo(f"{index}: {_counts(report)} in {format.duration(report.seconds)}")
        if report.segments:
            click.echo(f"{format.count(report.segments, 'segment')} embedded: {_by_name(report.by_modality)}")
        if report.skipped:
            click.echo(f"left out: {_by_name(report.skipped)}")
        if report.gone:
            click.echo(f"{format.count(report.gone, 'file')} gone, still in the index; --prune removes them")
    for note, sources in islice(report.notes.items(), SHOWN):
        remark(f"note: {note}{_of(sources)}")
    if len(report.notes) > SHOWN:
        remark(f"note: {len(report.notes) - SHOWN} more; --json lists them")
    failures(report.failures)
    if report.stopped:
        remark("stopped; run the same command to go on")


def estimated(estimate: Estimate, as_json: bool) -> None:
    """Print a dry run's estimate."""
    if as_json:
        print_json(estimate.to_json())
        return
    todo = sum(estimate.by_modality.values())
    click.echo(f"{format.count(todo, 'file')} to embed ({_by_name(estimate.by_modality) or 'nothing new'})")
    if todo:
        segments = format.count(estimate.segments, "segment")
        click.echo(f"about {segments}, about {format.duration(estimate.seconds)} on this machine")
    if estimate.unchanged:
        click.echo(f"{format.count(estimate.unchanged, 'file')} unchanged")
    if estimate.skipped:
        click.echo(f"left out: {_by_name(estimate.skipped)}")
    failures(estimate.failures)


def failures(found: Sequence[Failure]) -> None:
    """Print the failures of a run with their reasons."""
    for failure in found[:SHOWN]:
        remark(f"failed: {reason(failure.source, failure.reason)}")
    if len(found) > SHOWN:
        remark(f"failed: {len(found) - SHOWN} more; `sensorium status` lists them")


def reason(source: str, text: str) -> str:
    """A failure as ``path: reason``; readers begin their messages with the source's URI or path."""
    path = format.file_path(source)
    for name in (source, path):
        if name:
            text = text.removeprefix(f"{name}: ")
    return f"{format.source(source)}: {text}"


def _counts(report: Report) -> str:
    done = {
        "embedded": report.embedded,
        "taken over": report.reused,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "failed": report.failed,
    }
    named = ", ".join(f"{number:,} {name}" for name, number in done.items() if number)
    return f"{format.count(report.total, 'file')}{f', {named}' if named else ''}"


def _by_name(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in sorted(counts.items()) if number)


def _of(sources: Sequence[str]) -> str:
    names = ", ".join(format.source(source).rpartition("/")[2] for source in sources[:3])
    more = f" and {len(sources) - 3} more" if len(sources) > 3 else ""
    return f" ({names}{more})" if names else ""
