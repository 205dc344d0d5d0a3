"""Who may call: over the wire with boto3, and by the hour."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from tests.server.conftest import Small
from tests.server.test_sigv4 import changed, signed

from sensorium.server.access import Access
from sensorium.server.credentials import read_keys, read_tokens
from sensorium.server.dialect import BEDROCK, S3VECTORS
from sensorium.server.http import Head
from sensorium.server.watched import Watched
from sensorium.wire.fault import AwsFault

ALICE = ("AKIDALICE", "alices+secret/key=")
BOB = ("AKIDBOB", "bobs-secret")


def code(call: Callable[..., Any], **members: Any) -> tuple[int, str]:
    """Status and name of the error that a call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**members)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def test_profiles_are_users_and_scopes_name_regions(signed: Small) -> None:
    signed.client("s3vectors", *ALICE, region_name="eu-west-1").list_vector_buckets()
    signed.client("s3vectors", *BOB, aws_session_token="bobs-token").list_vector_buckets()
    callers = [call.caller for call in signed.vectors.calls]
    assert [caller.arn for caller in callers] == [
        "arn:aws:iam::000000000000:user/default",
        "arn:aws:iam::000000000000:user/bob",
    ]
    assert [caller.region for caller in callers] == ["eu-west-1", "us-east-1"]
    identity = signed.client("sts", *ALICE).get_caller_identity()
    assert (identity["UserId"], identity["Arn"]) == ("default", "arn:aws:iam::000000000000:user/default")


def test_every_path_and_query_of_boto3_verifies(signed: Small) -> None:
    vectors, bedrock = signed.client("s3vectors", *ALICE), signed.client("bedrock-runtime", *ALICE)
    arn = "arn:aws:s3vectors:us-east-1:000000000000:bucket/shop/index/red.dresses"
    vectors.untag_resource(resourceArn=arn, tagKeys=["a b", "ü/=+"])
    vectors.tag_resource(resourceArn=arn, tags={"ü": "ö"})
    bedrock.list_async_invokes(submitTimeAfter=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC), maxResults=3)
    bedrock.invoke_model(modelId="arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-2-multimodal-embeddings-v1:0")
    assert [call.operation for call in (*signed.vectors.calls, *signed.bedrock.calls)] == [
        "UntagResource",
        "TagResource",
        "ListAsyncInvokes",
        "InvokeModel",
    ]


def test_who_cannot_prove_it_is_refused(signed: Small) -> None:
    def listing(*args: Any, **more: Any) -> Any:
        return signed.client("s3vectors", *args, **more).list_vector_buckets

    assert code(listing(ALICE[0], "guess")) == (403, "InvalidSignatureException")
    assert code(listing("AKIDEVE", ALICE[1])) == (403, "UnrecognizedClientException")
    assert code(listing(*BOB)) == (403, "UnrecognizedClientException")
    assert code(listing(*BOB, aws_session_token="other")) == (403, "UnrecognizedClientException")
    assert code(listing(*ALICE, aws_session_token="surplus")) == (403, "UnrecognizedClientException")
    assert code(signed.client("sts", ALICE[0], "guess").get_caller_identity) == (403, "SignatureDoesNotMatch")
    assert code(signed.client("sts", "AKIDEVE", "x").get_caller_identity) == (403, "InvalidClientTokenId")
    raw = httpx.post(f"{signed.url}/ListVectorBuckets")
    assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (403, "MissingAuthenticationTokenException")
    raw = httpx.get(f"{signed.url}/?Action=GetCallerIdentity")
    assert (raw.status_code, "<Code>MissingAuthenticationToken</Code>" in raw.text) == (403, True)
    assert signed.vectors.calls == []


def test_a_refusal_does_not_wait_for_the_body(signed: Small) -> None:
    def trickle() -> Any:
        yield b"{"
        raise AssertionError("the body was asked for")

    raw = httpx.post(f"{signed.url}/ListVectorBuckets", headers={"content-length": "0"}, content=b"")
    assert raw.status_code == 403


@pytest.fixture
def access(keys: Path, tmp_path: Path) -> Access:
    with keys.open("a") as file:
        file.write("\n[late]\naws_access_key_id=LATE\naws_secret_access_key=x\naws_expiration=2020-01-01T00:00:00Z\n")
    tokens = tmp_path / "tokens"
    tokens.write_text("carol ABSKcarol==\nABSKplain==\n")
    return Access("123456789012", "us-east-1", Watched(keys, read_keys), Watched(tokens, read_tokens))


def bearing(token: str) -> Head:
    return Head("POST", b"/model/x/invoke", b"", {b"authorization": f"Bearer {token}".encode()})


def test_bearer_tokens_are_bedrock_s(access: Access) -> None:
    assert access.claim(bearing("ABSKcarol=="), BEDROCK).caller.arn == "arn:aws:iam::123456789012:user/carol"
    assert access.claim(bearing("ABSKplain=="), BEDROCK).caller.user == "bedrock-api-key"
    for head, dialect in ((bearing("guess"), BEDROCK), (bearing(""), BEDROCK), (bearing("ABSKcarol=="), S3VECTORS)):
        with pytest.raises(AwsFault) as caught:
            access.claim(head, dialect)
        assert caught.value.name == "UnrecognizedClientException"


def test_a_scope_is_for_one_service(access: Access) -> None:
    with pytest.raises(AwsFault, match="scoped to correct service: 's3vectors'"):
        access.claim(signed(service="bedrock"), S3VECTORS)
    claim = access.claim(signed(), S3VECTORS)
    claim.prove(b"{}")
    with pytest.raises(AwsFault, match="does not match"):
        claim.prove(b"{ }")


def test_session_keys_end(access: Access) -> None:
    head = signed()
    late = changed(head, authorization=head.headers[b"authorization"].replace(b"AKIDALICE", b"LATE"))
    with pytest.raises(AwsFault, match="expired") as caught:
        access.claim(late, S3VECTORS)
    assert caught.value.name == "ExpiredTokenException"


def test_clocks_are_compared(keys: Path) -> None:
    slow = Access(
        "0" * 12,
        "us-east-1",
        Watched(keys, read_keys),
        now=lambda: datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=20),
    )
    with pytest.raises(AwsFault, match="not yet current"):
        slow.claim(signed(), S3VECTORS)


def test_presigned_requests_are_refused(access: Access) -> None:
    for made in (access, Access("0" * 12, "us-east-1")):
        with pytest.raises(AwsFault, match="Presigned"):
            made.claim(signed(query="X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0"), S3VECTORS)


def test_without_keys_everybody_is_the_owner() -> None:
    made = Access("0" * 12, "eu-north-1")
    assert made.is_open
    assert made.claim(Head("POST", b"/", b"", {}), S3VECTORS).caller.region == "eu-north-1"
    assert made.claim(bearing("x"), BEDROCK).caller.user is None
    claim = made.claim(signed(), S3VECTORS)
    claim.prove(b"anything")
    assert (claim.caller.region, claim.caller.arn) == ("eu-west-1", "arn:aws:iam::000000000000:root")


def test_keys_are_read_again(small: Callable[..., Small], keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sensorium.server.watched.PAUSE_S", 0)
    server = small(serve_credentials=str(keys))
    eve = server.client("s3vectors", "AKIDEVE", "eve")
    monkeypatch.setattr(server.running.server._access._keys, "_pause_s", 0)
    assert code(eve.list_vector_buckets) == (403, "UnrecognizedClientException")
    keys.write_text("[eve]\naws_access_key_id=AKIDEVE\naws_secret_access_key=eve\n")
    monkeypatch.setattr(server.running.server._access._keys, "_next", 0)
    eve.list_vector_buckets()
    assert server.vectors.calls[0].caller.user == "eve"
