"""The command ``sensorium``: one file per subcommand; prints, exits; no logic.

Nothing heavier than click is imported here or at the head of a subcommand's file, so that ``--help`` is instant.
"""

from sensorium.cli.group import main

__all__ = ["main"]
