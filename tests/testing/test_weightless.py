import pytest

from sensorium.errors import NotFound
from sensorium.models.base import Embedder
from sensorium.models.registry import Registry
from sensorium.testing.embedder_contract import EmbedderContract
from sensorium.testing.weightless import WeightlessEmbedder, WeightlessProvider


class TestContract(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return WeightlessEmbedder()


def test_provider_offers_one_model() -> None:
    registry = Registry()
    registry.register("weightless", WeightlessProvider())
    assert registry.load("weightless").spec.id == "weightless"
    with pytest.raises(NotFound, match="weightless provider has one"):
        registry.load("weightless:large")
