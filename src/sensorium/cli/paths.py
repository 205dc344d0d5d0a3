"""Paths on the command line. The shell has replaced ``~`` already: here it is a letter like any other."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from sensorium.objects.address import is_remote


class LocalPath(click.Path):
    """A ``click.Path`` whose value is absolute, without ``..`` and with symbolic links as they are named."""

    def __init__(self, *, exists: bool = False, file_okay: bool = True, dir_okay: bool = True) -> None:
        super().__init__(exists=exists, file_okay=file_okay, dir_okay=dir_okay)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        return local(os.fsdecode(super().convert(value, param, ctx)))


class PathOrUri(LocalPath):
    """A ``LocalPath``, or an object's ``s3://`` URI, whose value is the string as it is given."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if isinstance(value, str) and is_remote(value) else super().convert(value, param, ctx)


def local(path: str) -> Path:
    """The one absolute name of a path, as ``sensorium.space.local_path`` has it but for ``~``."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # Path.absolute keeps ".."
