"""Which installed model answers for an id."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from sensorium.errors import NotFound
from sensorium.models.base import Embedder, ModelSpec
from sensorium.models.registry import Registry
from sensorium.server.bedrock.catalogue import Family
from sensorium.server.bedrock.installed import Installed
from sensorium.testing import payloads
from sensorium.testing.weightless import WeightlessEmbedder, WeightlessProvider
from sensorium.types import Matrix, Payload, Purpose
from sensorium.wire.fault import AwsFault

NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"


class Named(WeightlessEmbedder):
    """The weightless model under another id."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    @property
    def spec(self) -> ModelSpec:
        return replace(super().spec, id=self._name)


class Counting:
    """Models by any name; notes each load."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def specs(self) -> list[ModelSpec]:
        return []

    def load(self, name: str) -> Embedder:
        self.loaded.append(name)
        return Named(name)


def registry(counting: Counting) -> Registry:
    made = Registry()
    made.register("builtin", WeightlessProvider())
    made.register("other", counting)
    return made


def test_every_id_is_the_built_in_model_by_default() -> None:
    model = Installed(registry(Counting())).resolve("us.cohere.embed-v4:0")
    assert model.spec.id == "weightless"
    assert model.family is Family.COHERE_4
    assert model.entry.id == "cohere.embed-v4:0"


def test_an_id_comes_before_a_pattern_and_a_pattern_before_the_next() -> None:
    models = {"amazon.*": "other:a", "amazon.titan-*": "other:never", NOVA: "other:nova", "cohere.*-v3": "other:c"}
    found = Installed(registry(Counting()), models)
    names = {each: found.resolve(each).spec.id for each in (NOVA, "amazon.titan-embed-text-v1", f"eu.{NOVA}")}
    assert names == {NOVA: "nova", "amazon.titan-embed-text-v1": "a", f"eu.{NOVA}": "nova"}
    assert found.resolve("cohere.embed-english-v3").spec.id == "c"
    assert found.resolve("cohere.embed-v4:0").spec.id == "weightless"


def test_a_model_is_loaded_once_also_by_many_threads() -> None:
    counting = Counting()
    found = Installed(registry(counting), {"*": "other:x"})
    with ThreadPoolExecutor(8) as pool:
        models = list(pool.map(found.resolve, [NOVA, "cohere.embed-v4:0"] * 20))
    assert counting.loaded == ["x"]
    assert len({id(model.embedder) for model in models}) == 1


def test_what_is_not_known_or_not_installed_is_told() -> None:
    found = Installed(registry(Counting()), {"*": "nowhere"})
    with pytest.raises(AwsFault, match="model identifier is invalid"):
        found.resolve("nowhere")
    with pytest.raises(NotFound, match="no model provider 'nowhere'"):
        found.resolve(NOVA)


@pytest.mark.parametrize("dim", [16, 64, 3072])
def test_vectors_come_at_any_dimension_and_modality(dim: int) -> None:
    model = Installed(registry(Counting())).resolve(NOVA)
    batch = [payloads.text(1), payloads.image(2), payloads.text(1)]
    rows = model.embed(batch, Purpose.GENERIC_INDEX, dim)
    assert rows.shape == (3, dim)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.array_equal(rows[0], rows[2])
    assert not np.array_equal(rows[0], rows[1])


class Sizing(WeightlessEmbedder):
    """Makes 32 dimensions itself, which here are not the first ones of 64."""

    def at(self, dim: int) -> Embedder:
        return Reversed(dim)


class Reversed(WeightlessEmbedder):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self._dim = dim

    @property
    def spec(self) -> ModelSpec:
        return replace(super().spec, dim=self._dim, dims=(16, self._dim))

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        rows = super().embed(batch, purpose)[:, ::-1][:, : self._dim]
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class SizingProvider(WeightlessProvider):
    def load(self, name: str) -> Embedder:
        return Sizing()


def test_a_model_makes_the_sizes_that_it_offers_itself() -> None:
    made = Registry()
    made.register("builtin", SizingProvider())
    model = Installed(made).resolve(NOVA)
    batch = [payloads.text(1)]
    native, own = (model.embed(batch, Purpose.GENERIC_INDEX, dim)[0] for dim in (64, 32))
    assert np.allclose(own, native[::-1][:32] / np.linalg.norm(native[32:]), atol=1e-6)
    assert model.embed(batch, Purpose.GENERIC_INDEX, 40)[0] == pytest.approx(native[:40] / np.linalg.norm(native[:40]))
