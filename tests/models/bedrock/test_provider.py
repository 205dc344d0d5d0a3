"""The provider `bedrock`."""

from __future__ import annotations

import pytest

from sensorium.errors import Invalid, NotFound
from sensorium.models.bedrock import known
from sensorium.models.bedrock.embedder import BedrockEmbedder
from sensorium.models.bedrock.provider import PROVIDER, BedrockProvider
from sensorium.models.registry import Registry


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def test_it_is_installed() -> None:
    assert Registry.installed().specs("bedrock") == sorted(PROVIDER.specs(), key=lambda spec: spec.id)


def test_nova_is_the_default() -> None:
    loaded = PROVIDER.load("")
    assert loaded.spec.id == "bedrock:amazon.nova-2-multimodal-embeddings-v1:0"
    assert loaded.spec.stamp == "bedrock:amazon.nova-2-multimodal-embeddings-v1:0@v1:0"
    assert (loaded.spec.dim, loaded.spec.dims) == (3072, (256, 384, 1024, 3072))


def test_an_unknown_model_lists_what_there_is() -> None:
    with pytest.raises(NotFound, match=r"'anthropic.claude' of Bedrock is known; there are: amazon.nova-2"):
        PROVIDER.load("anthropic.claude")


@pytest.mark.parametrize(
    "name", ["amazon.titan-embed-text-v1", "amazon.titan-embed-image-v1:0", "cohere.embed-english-v3"]
)
def test_ids_with_and_without_a_version(name: str) -> None:
    spec = known.find(name).spec
    assert spec.id == f"bedrock:{name}"
    assert spec.revision in ("v1", "v3")


def test_bad_numbers_are_refused_at_once() -> None:
    with pytest.raises(Invalid, match="concurrency 0"):
        BedrockProvider(concurrency=0)
    with pytest.raises(Invalid, match="requests_per_minute 0"):
        BedrockProvider(requests_per_minute=0)


def test_the_rate_of_a_model_is_shared_by_all_who_load_it() -> None:
    provider = BedrockProvider(requests_per_minute=60)
    one, two, other = (provider.load(name) for name in (known.DEFAULT, "", "amazon.titan-embed-text-v1"))
    assert isinstance(one, BedrockEmbedder)
    assert isinstance(two, BedrockEmbedder)
    assert isinstance(other, BedrockEmbedder)
    assert one._quota is two._quota
    assert one._quota is not other._quota
