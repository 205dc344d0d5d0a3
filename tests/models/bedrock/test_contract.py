"""The contract of models, kept over HTTP against our own server, and with ``-m aws`` against Amazon Bedrock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sensorium.models.base import Embedder, ModelSpec
from sensorium.models.bedrock import known
from sensorium.models.bedrock.embedder import BedrockEmbedder
from sensorium.models.bedrock.provider import PROVIDER
from sensorium.models.bedrock.quota import Quota
from sensorium.models.resized import resized
from sensorium.testing import payloads
from sensorium.testing.embedder_contract import EmbedderContract
from sensorium.testing.server import RunningServer
from sensorium.types import Purpose

Load = Callable[[str], Embedder]


@pytest.fixture(scope="module")
def load(server: RunningServer) -> Iterator[Load]:
    """A model of the server by Bedrock's id; one client serves all."""
    client = server.client("bedrock-runtime")
    with ThreadPoolExecutor(4) as pool:

        def loaded(name: str) -> Embedder:
            found = known.find(name)
            return BedrockEmbedder(found.spec, name, found.dialect, client, pool, Quota())

        yield loaded


class OnOurServer(EmbedderContract):
    name: str

    @pytest.fixture
    def embedder(self, load: Load) -> Embedder:
        return load(self.name)


class TestNova(OnOurServer):
    name = "amazon.nova-2-multimodal-embeddings-v1:0"


class TestCohere(OnOurServer):
    name = "cohere.embed-multilingual-v3"


@pytest.mark.parametrize("spec", known.all_specs(), ids=lambda spec: spec.id)
def test_every_model_is_understood_at_every_size(load: Load, spec: ModelSpec) -> None:
    embedder = load(spec.id.removeprefix("bedrock:"))
    for modality in sorted(spec.modalities):
        batch = [payloads.payload(modality, seed) for seed in (1, 2)]
        rows = embedder.embed(batch, Purpose.GENERIC_INDEX)
        assert rows.shape == (2, spec.dim)
        assert not np.allclose(rows[0], rows[1], atol=1e-3)
        for dim in spec.dims[:-1]:
            smaller = resized(embedder, dim)
            assert isinstance(smaller, BedrockEmbedder), "asked of the service, not cut here"
            assert (smaller.spec.dim, smaller.spec.dims[-1]) == (dim, dim)
            assert smaller.embed(batch, Purpose.GENERIC_RETRIEVAL).shape == (2, dim)


def test_inference_profiles_and_arns_name_the_same_model(load: Load) -> None:
    plain = load("twelvelabs.marengo-embed-3-0-v1:0").embed(["a word"], Purpose.GENERIC_INDEX)
    for name in (
        "us.twelvelabs.marengo-embed-3-0-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/twelvelabs.marengo-embed-3-0-v1:0",
        "arn:aws:bedrock:us-east-1:000000000000:inference-profile/us.twelvelabs.marengo-embed-3-0-v1:0",
    ):
        embedder = load(name)
        assert embedder.spec.id == f"bedrock:{name}"
        assert np.array_equal(embedder.embed(["a word"], Purpose.GENERIC_INDEX), plain)


@pytest.mark.aws
class TestNovaOnAws(EmbedderContract):
    exact = False
    name = known.DEFAULT

    @pytest.fixture
    def embedder(self) -> Embedder:
        return PROVIDER.load(self.name)


@pytest.mark.aws
class TestTitanTextOnAws(TestNovaOnAws):
    name = "amazon.titan-embed-text-v2:0"


@pytest.mark.aws
class TestTitanImageOnAws(TestNovaOnAws):
    name = "amazon.titan-embed-image-v1"


@pytest.mark.aws
class TestCohereOnAws(TestNovaOnAws):
    name = "cohere.embed-multilingual-v3"


@pytest.mark.aws
class TestMarengoOnAws(TestNovaOnAws):
    name = "us.twelvelabs.marengo-embed-3-0-v1:0"
