"""Which models are installed. Packages offer them through the entry-point group ``sensorium.models``; so do we.

A model is named ``PROVIDER`` or ``PROVIDER:NAME`` (``builtin``, ``bedrock:amazon.nova-2-multimodal-embeddings-v1:0``);
that reference is also its ``ModelSpec.id``, so an index's stamp says which model to load.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Protocol

from sensorium.errors import Conflict, Invalid, NotFound
from sensorium.models.base import Embedder, ModelSpec

GROUP = "sensorium.models"


class Provider(Protocol):
    """A family of models behind one name. An entry point names an object of this kind."""

    def specs(self) -> Sequence[ModelSpec]:
        """The models that can be named without asking a network or loading weights."""
        ...

    def load(self, name: str) -> Embedder:
        """The model called ``name``, empty for the family's default. NotFound where there is none."""
        ...


class Registry:
    """Providers by name. A second registration under a name is a Conflict, never a silent replacement."""

    def __init__(self) -> None:
        self._providers: dict[str, Provider] = {}

    @classmethod
    def installed(cls) -> Registry:
        """A registry of everything that the installed packages offer."""
        registry = cls()
        for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
            registry.register(point.name, point.load())
        return registry

    def register(self, name: str, provider: Provider) -> None:
        """Add a provider; raises Conflict where the name is taken and Invalid for a name with a colon or nothing."""
        if not name or ":" in name:
            raise Invalid(f"provider name {name!r}: it must not be empty or hold a colon", path="name")
        if name in self._providers:
            raise Conflict(f"model provider {name!r} is registered already, by {self._providers[name]!r}", path=name)
        self._providers[name] = provider

    def specs(self) -> list[ModelSpec]:
        """The specs of all models that can be named offline, ordered by id."""
        return sorted((spec for p in self._providers.values() for spec in p.specs()), key=lambda spec: spec.id)

    def load(self, reference: str) -> Embedder:
        """Load ``PROVIDER`` or ``PROVIDER:NAME``. Raises NotFound that lists what there is."""
        provider, _, name = reference.partition(":")
        if provider not in self._providers:
            there = ", ".join(sorted(self._providers)) or "none"
            raise NotFound(f"no model provider {provider!r}; installed: {there}", path=reference)
        return self._providers[provider].load(name)
