"""Settings: one frozen record, from ``HOME/config.toml``, then ``SENSORIUM_*`` in the environment, then flags.

Only the command and the server read it; the library takes arguments.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from sensorium.errors import Invalid
from sensorium.home import DEFAULT_INDEX, DEFAULT_MODEL, default_path
from sensorium.space import local_path

PREFIX = "SENSORIUM_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting and its default. A name here is a key of the TOML file and, in capitals, of the environment."""

    home: Path
    index: str = DEFAULT_INDEX
    model: str = DEFAULT_MODEL
    workers: int = 0
    """Threads that decode, and as many that embed; 0 means one a core."""
    lookahead_mb: int = 96
    """Megabytes of decoded segments that may wait for the model."""


def load(
    home: Path | str | None = None,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Read the settings. Raises Invalid for a broken file, an unknown key or a value of the wrong type."""
    path = local_path(home or environment.get(f"{PREFIX}HOME") or default_path())
    settings = Settings(path)
    file = path / "config.toml"
    if file.is_file():
        settings = replace(settings, **_from_file(file))
    names = {field.name for field in fields(Settings)} - {"home"}
    found = {name: environment[PREFIX + name.upper()] for name in sorted(names) if PREFIX + name.upper() in environment}
    settings = replace(settings, **{name: _typed(name, text, PREFIX + name.upper()) for name, text in found.items()})
    return replace(settings, **{name: value for name, value in (flags or {}).items() if value is not None})


def _from_file(file: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Invalid(f"{file}: cannot be read as TOML: {error}", path=str(file)) from error
    return {name: _typed(name, value, f"{file}: {name}") for name, value in found.items()}


def _typed(name: str, value: object, where: str) -> Any:
    kinds = {"index": str, "model": str, "workers": int, "lookahead_mb": int}
    kind = kinds.get(name)
    if kind is None:
        raise Invalid(f"{where}: unknown setting; there are {', '.join(sorted(kinds))}", path=name)
    if kind is int:
        try:
            number = int(str(value))
        except ValueError:
            number = -1
        if number < 0 or isinstance(value, bool):
            raise Invalid(f"{where}: found {value!r}; a whole number of 0 or more is needed", path=name)
        return number
    if not isinstance(value, str) or not value:
        raise Invalid(f"{where}: found {value!r}; a name is needed", path=name)
    return value
