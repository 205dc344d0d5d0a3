"""Where output goes: JSON and tables on standard output, progress and remarks on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDE = 10_000
"""Columns when output goes to a file or another program: nothing is cut there."""
NARROW = 72


def print_json(value: object, indent: int | None = 2) -> None:
    """One JSON document. Characters that the stream's encoding may lack are escaped."""
    plain = not (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf8")
    click.echo(json.dumps(value, ensure_ascii=plain, allow_nan=False, indent=indent))


def remark(text: str) -> None:
    """A line beside the result."""
    click.echo(text, err=True)


def width() -> int:
    """Columns of standard output."""
    return console().width


def is_narrow() -> bool:
    """Whether standard output is a terminal too narrow for more than the most important columns."""
    return width() < NARROW


def console() -> Console:
    """Standard output for tables. Colour and width are the terminal's; NO_COLOR is honoured."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else WIDE)


def table(*columns: str, right: Sequence[str] = (), clipped: Sequence[str] = ()) -> Table:
    """An empty table with these columns; ``right`` names those of numbers, ``clipped`` those that never wrap."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in columns:
        made.add_column(
            name,
            justify="right" if name in right else "left",
            overflow="ellipsis" if name in clipped else "fold",
            no_wrap=name in right or name in clipped,
        )
    return made


def print_table(made: Table) -> None:
    """Draw it, without blanks at the ends of lines where no terminal reads it."""
    drawn = console()
    if drawn.is_terminal:
        drawn.print(made)
        return
    with drawn.capture() as captured:
        drawn.print(made)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


def cell(value: object) -> str:
    """A value as table text: brackets in a file's name are no markup."""
    from rich.markup import escape

    return escape(str(value))
