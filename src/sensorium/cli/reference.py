"""The reference page of the command, made from its help.

``python -m sensorium.cli.reference > docs/reference/cli.md`` writes it.
"""

from __future__ import annotations

import click

from sensorium.cli.group import COMMANDS, main

WIDTH = 100
_HEAD = """\
# The command

Made from `--help` by `python -m sensorium.cli.reference`; a test keeps the two the same.
"""


def markdown() -> str:
    """The page: the help of the command, then of every subcommand."""
    settings = {**main.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    root = click.Context(main, info_name="sensorium", **settings)
    parts = [_HEAD, _section("sensorium", main.get_help(root))]
    for name in COMMANDS:
        command = main.get_command(root, name)
        assert command is not None
        context = click.Context(command, root, name, terminal_width=WIDTH, max_content_width=WIDTH)
        parts.append(_section(f"sensorium {name}", command.get_help(context)))
    return "\n".join(parts)


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    click.echo(markdown(), nl=False)
