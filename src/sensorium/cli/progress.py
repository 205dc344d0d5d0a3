"""The bar of a run, drawn on standard error and only on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sensorium.cli import format

if TYPE_CHECKING:
    from sensorium.pipeline import Progress, Report


@contextmanager
def bar(verb: str) -> Iterator[Progress | None]:
    """A ``Progress`` to hand to the pipeline; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[name]}", style="dim"),
    )
    began = time.monotonic()
    with Bar(*columns, console=Console(stderr=True), transient=True, expand=True) as drawn:
        task = drawn.add_task(verb, total=None, speed="", name="")

        def progress(report: Report, source: str) -> None:
            speed = report.segments / max(time.monotonic() - began, 0.001)
            drawn.update(
                task,
                total=report.total,
                completed=report.finished,
                speed=f"{format.count(report.segments, 'segment')} {speed:.0f}/s" if report.segments else "",
                name=escape(format.snippet(format.source(source).rpartition("/")[2], 32)),
            )

        yield progress


@contextmanager
def counter(verb: str) -> Iterator[Callable[[int, int | None], None] | None]:
    """A function to hand (done, of how many, None where that is not known); None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task(verb, total=None)
        yield lambda done, total: drawn.update(task, completed=done, total=total)


@contextmanager
def steps(verb: str, total: int | None) -> Iterator[Callable[[int], None] | None]:
    """A function to hand how many of ``total`` are done, None of an unknown number; None where nobody watches."""
    with counter(verb) as told:
        yield None if told is None else lambda done: told(done, total)
