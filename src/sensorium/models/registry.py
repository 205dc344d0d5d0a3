"""Which models are installed. Packages offer them through the entry-point group ``sensorium.models``; so do we.

A model is named ``PROVIDER`` or ``PROVIDER:NAME`` (``builtin``, ``bedrock:amazon.nova-2-multimodal-embeddings-v1:0``);
that reference is also its ``ModelSpec.id``, so an index's stamp says which model to load.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, runtime_checkable

from sensorium.errors import Conflict, Invalid, NotFound, SensoriumError, Unsupported
from sensorium.models.base import Embedder, ModelSpec

GROUP = "sensorium.models"


@runtime_checkable
class Provider(Protocol):
    """A family of models behind one name. An entry point names an object of this kind."""

    def specs(self) -> Sequence[ModelSpec]:
        """The models that can be named without asking a network or loading weights."""
        ...

    def load(self, name: str) -> Embedder:
        """The model called ``name``, empty for the family's default. NotFound where there is none."""
        ...


class Registry:
    """Providers by name. A second registration under a name is a Conflict, never a silent replacement.

    What a package offers is imported when it is first asked for, so that a broken one harms nobody else.
    """

    def __init__(self) -> None:
        self._providers: dict[str, Callable[[], Provider]] = {}

    @classmethod
    def installed(cls, instead: Mapping[str, Callable[[], Provider]] = {}) -> Registry:
        """A registry of everything that the installed packages offer.

        ``instead`` makes providers with settings of the caller's own, each once and when it is first asked for, in the
        place of installed ones of that name.
        """
        registry = cls()
        points: dict[str, list[EntryPoint]] = {}
        for point in entry_points(group=GROUP):
            points.setdefault(point.name, []).append(point)
        registry._providers.update((name, partial(_imported, name, found)) for name, found in points.items())
        registry._providers.update((name, cache(make)) for name, make in instead.items())
        return registry

    def register(self, name: str, provider: Provider) -> None:
        """Add a provider; raises Conflict where the name is taken and Invalid for a name with a colon or nothing."""
        _check_name(name)
        if name in self._providers:
            raise Conflict(f"model provider {name!r} is registered already", path=name)
        self._providers[name] = lambda: provider

    def providers(self) -> list[str]:
        """The names of all providers in order, those included that turn out to be broken."""
        return sorted(self._providers)

    def specs(self, provider: str | None = None) -> list[ModelSpec]:
        """The specs of all models that can be named offline, or of those of one provider, ordered by id.

        Raises Unsupported naming the package that cannot say, Conflict where several offer the same name.
        """
        if provider is None:
            return sorted((spec for name in self._providers for spec in self.specs(name)), key=lambda spec: spec.id)
        found = self._provider(provider, provider)
        try:
            return sorted(found.specs(), key=lambda spec: spec.id)
        except SensoriumError:
            raise
        except Exception as error:
            message = f"model provider {provider!r} cannot list its models ({_said(error)}); reinstall or remove it"
            raise Unsupported(message, code="broken_plugin", path=provider) from error

    def load(self, reference: str) -> Embedder:
        """Load ``PROVIDER`` or ``PROVIDER:NAME``. Raises NotFound that lists what there is, and as ``specs``."""
        provider, _, name = reference.partition(":")
        return self._provider(provider, reference).load(name)

    def _provider(self, name: str, reference: str) -> Provider:
        if name not in self._providers:
            there = ", ".join(self.providers()) or "none"
            raise NotFound(f"no model provider {name!r}; installed: {there}", path=reference)
        return self._providers[name]()


def _imported(name: str, points: Sequence[EntryPoint]) -> Provider:
    """The provider that an entry point names."""
    packages = sorted(_package(point) for point in points)
    if len(points) > 1:
        message = f"model provider {name!r} is offered by several packages: {', '.join(packages)}; remove all but one"
        raise Conflict(message, path=name)
    _check_name(name)
    try:
        found = points[0].load()
    except Exception as error:
        message = f"model provider {name!r} of package {packages[0]} cannot be imported ({_said(error)})"
        raise Unsupported(f"{message}; reinstall or remove it", code="broken_plugin", path=name) from error
    if not isinstance(found, Provider):
        message = f"model provider {name!r} of package {packages[0]}: {points[0].value} is no provider, it lacks"
        raise Unsupported(f"{message} `specs` or `load`", code="broken_plugin", path=name)
    return found


def _check_name(name: str) -> None:
    if not name or ":" in name:
        raise Invalid(f"provider name {name!r}: it must not be empty or hold a colon", path="name")


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
