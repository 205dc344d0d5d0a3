"""What every subcommand shares: where the home is, whether to print JSON, and how a home and a space are opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sensorium.cli.paths import LocalPath

if TYPE_CHECKING:
    from sensorium.config import Settings
    from sensorium.home import Home
    from sensorium.models.registry import Registry
    from sensorium.objects.base import Objects
    from sensorium.space import Space

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True)
class State:
    """The flags that stand before or after the subcommand. ``registry`` is for tests; None means what is installed."""

    home: Path | None = None
    json: bool = False
    registry: Registry | None = None

    def settings(self, **flags: object) -> Settings:
        """The settings: flags over environment over ``HOME/config.toml``."""
        from sensorium.config import load

        return load(self.home, flags)

    def models(self, settings: Settings) -> Registry:
        """The registry of models, those of Bedrock at the pace of the settings."""
        from sensorium.models.registry import Provider, Registry

        def bedrock() -> Provider:
            from sensorium.models.bedrock.invocation import Invocations
            from sensorium.models.bedrock.provider import BedrockProvider

            jobs = Invocations(self.objects(settings), settings.bedrock_output) if settings.bedrock_output else None
            return BedrockProvider(settings.bedrock_requests_per_minute or None, settings.bedrock_concurrency, jobs)

        return self.registry or Registry.installed({"bedrock": bedrock})

    def open(self, settings: Settings, *, create: bool = False) -> Home:
        """The home; close it, or use it as a context manager. Only with ``create`` a missing one is made."""
        from sensorium.home import Home

        return Home(settings.home, self.models(settings), create=create, limits=settings.store_limits)

    def objects(self, settings: Settings) -> Objects:
        """Where ``s3://`` URIs are looked up: the folder of buckets, then S3."""
        from sensorium.objects.joined import opened

        return opened(settings.buckets, settings.s3_endpoint or None)


def to_fill(home: Home, settings: Settings, model: str | None, dim: int | None, metric: str | None) -> Space:
    """The space to index into, made where it is missing.

    The setting ``model`` decides for a new index only; an existing one keeps the model that it is stamped with.
    """
    model = model if home.has(settings.index) else settings.model
    return home.open(settings.index, model=model, dim=dim, metric=metric, create=True)


def _keep_home(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(State).home = value


def _keep_json(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(State).json = True


def common(function: F) -> F:
    """``--home`` and ``--json``, which every subcommand takes, before its name or after."""
    json = click.option("--json", is_flag=True, expose_value=False, callback=_keep_json, help="Print JSON.")
    home = click.option(
        "--home",
        type=LocalPath(file_okay=False),
        expose_value=False,
        callback=_keep_home,
        help="Folder of everything that Sensorium keeps. [env: SENSORIUM_HOME]",
    )
    return home(json(function))
