"""Model ids and what they stand for."""

from __future__ import annotations

import logging

import pytest

from sensorium.server.bedrock.catalogue import ALIASES, Entry, Family, identify
from sensorium.wire.fault import AwsFault

NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"


@pytest.mark.parametrize(
    ("model_id", "family"),
    [
        (NOVA, Family.NOVA),
        ("twelvelabs.marengo-embed-3-0-v1:0", Family.MARENGO_3),
        ("twelvelabs.marengo-embed-2-7-v1:0", Family.MARENGO_2),
        ("amazon.titan-embed-text-v1", Family.TITAN_TEXT_1),
        ("amazon.titan-embed-g1-text-02", Family.TITAN_TEXT_1),
        ("amazon.titan-embed-text-v2:0", Family.TITAN_TEXT_2),
        ("amazon.titan-embed-image-v1", Family.TITAN_IMAGE),
        ("amazon.titan-embed-image-v1:0", Family.TITAN_IMAGE),
        ("cohere.embed-english-v3", Family.COHERE_3),
        ("cohere.embed-multilingual-v3", Family.COHERE_3),
        ("cohere.embed-v4:0", Family.COHERE_4),
        ("amazon.nova-multimodal-embedding-v1:0", Family.LEGACY),
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "us.{}",
        "eu.{}",
        "apac.{}",
        "global.{}",
        "arn:aws:bedrock:us-east-1::foundation-model/{}",
        "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/{}",
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.{}",
    ],
)
def test_every_form_of_an_id_is_the_model(model_id: str, family: Family, form: str) -> None:
    assert identify(form.format(model_id)) == Entry(model_id, family)


@pytest.mark.parametrize(
    "model_id",
    [
        "",
        "builtin",
        "amazon.nova-pro-v1:0",
        "amazon.nova-2-multimodal-embeddings-v1:x",
        "amazon.nova-2-multimodal-embeddings-v1:0x",
        "xx.amazon.nova-2-multimodal-embeddings-v1:0",
        "us.us.amazon.nova-2-multimodal-embeddings-v1:0",
        "anthropic.claude-3-haiku-20240307-v1:0",
        "cohere.rerank-v3-5:0",
        "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefabcdef",
        "arn:aws:s3:::foundation-model/amazon.titan-embed-text-v1",
        NOVA + "\n",
    ],
)
def test_an_unknown_id_is_refused_as_on_aws(model_id: str) -> None:
    with pytest.raises(AwsFault) as caught:
        identify(model_id)
    assert caught.value.name == "ValidationException"
    assert caught.value.message == "The provided model identifier is invalid."


def test_the_length_of_the_context_may_be_named() -> None:
    assert identify("amazon.titan-embed-text-v2:0:8k") == Entry("amazon.titan-embed-text-v2:0", Family.TITAN_TEXT_2)


def test_an_alias_of_an_article_is_its_model_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert identify("amazon.nova-embedding-v1:0") == Entry(NOVA, Family.NOVA)
    assert "amazon.nova-embedding-v1:0" in caplog.text
    assert set(ALIASES.values()) == {NOVA}


def test_an_entry_has_the_arn_of_its_foundation_model() -> None:
    assert identify(f"us.{NOVA}").arn("us-west-2") == f"arn:aws:bedrock:us-west-2::foundation-model/{NOVA}"
