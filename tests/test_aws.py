"""Clients of AWS, and botocore's errors as ours."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from botocore import exceptions as boto
from tests.scripted import client as client_of
from tests.scripted import fault, scripted

from sensorium import aws
from sensorium.errors import Invalid, Unavailable, Unsupported
from sensorium.wire.fault import AwsFault


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but these."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def test_the_settings_are_aws_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3VECTORS", "http://127.0.0.1:4711")
    made = aws.client("s3vectors")
    assert made.meta.region_name == "eu-west-1"
    assert made.meta.endpoint_url == "http://127.0.0.1:4711"
    assert made.meta.config.retries["total_max_attempts"] == aws.ATTEMPTS
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    assert aws.client("s3vectors").meta.config.retries == {"total_max_attempts": 2, "mode": "adaptive"}


def test_without_a_region_or_with_broken_settings_the_remedy_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(Invalid, match="no AWS region is set; set AWS_DEFAULT_REGION") as caught:
        aws.client("s3vectors")
    assert caught.value.code == "no_region"
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(Invalid, match="nobody"):
        aws.client("s3vectors")


def test_without_the_extra_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    with pytest.raises(Unsupported, match=r"pip install 'sensorium\[aws\]'"):
        aws.client("bedrock-runtime")


def test_without_credentials_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(Unavailable, match="set AWS_ACCESS_KEY_ID") as caught, aws.told("S3 Vectors"):
        aws.client("s3vectors").list_vector_buckets()
    assert caught.value.code == "no_credentials"


def test_nobody_at_the_address_is_told_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3VECTORS", "http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(Unavailable, match="S3 Vectors does not answer") as caught, aws.told("S3 Vectors"):
        aws.client("s3vectors").list_vector_buckets()
    assert caught.value.code == "unavailable"
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ExpiredTokenException", "expired_credentials"),
        ("UnrecognizedClientException", "access_denied"),
        ("InvalidSignatureException", "access_denied"),
        ("AccessDeniedException", "access_denied"),
    ],
)
def test_who_may_not_call_is_no_fault_of_what_was_sent(name: str, code: str) -> None:
    with scripted(fault(name, 403, "The security token is no good")) as script:
        asking = script.client("s3vectors")
        with pytest.raises(Unavailable, match="The security token is no good") as caught, aws.told("S3 Vectors"):
            asking.list_vector_buckets()
    assert caught.value.code == code


def test_a_fault_keeps_its_name_message_and_fields() -> None:
    said = fault("ValidationException", 400, "bad filter")
    said.body["fieldList"] = [{"path": "filter", "message": "bad"}]
    with scripted(said) as script, pytest.raises(AwsFault) as caught, aws.told("S3 Vectors"):
        script.client("s3vectors").list_vector_buckets()
    assert (caught.value.name, caught.value.message) == ("ValidationException", "bad filter")
    assert caught.value.fields == (("filter", "bad"),)


def test_a_throttled_call_is_repeated() -> None:
    busy = fault("TooManyRequestsException", 429)
    with scripted(busy, busy, fault("ServiceUnavailableException", 503), fault("x", 200)) as script:
        assert script.client("s3vectors", attempts=4).list_vector_buckets()["ResponseMetadata"]["RetryAttempts"] == 3
        assert len(script.asked) == 4


def test_other_errors_of_botocore_and_our_own_pass_through() -> None:
    with pytest.raises(Unavailable, match="S3 Vectors cannot be used"), aws.told("S3 Vectors"):
        raise boto.BotoCoreError
    with pytest.raises(Invalid, match="ours"), aws.told("S3 Vectors"):
        raise Invalid("ours")
    with pytest.raises(Invalid, match="Missing required parameter"), aws.told("S3 Vectors"):
        client_of("s3vectors", "http://127.0.0.1:9").get_vectors()
