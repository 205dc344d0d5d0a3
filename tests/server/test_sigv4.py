"""Signatures made by botocore, and broken ones."""

from __future__ import annotations

import datetime
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorium.server import sigv4
from sensorium.server.credentials import Key
from sensorium.server.http import Head, joined
from sensorium.wire.fault import AwsFault

KEY = Key("alice", "AKIDALICE", "alices+secret/key=")
SECRETS = Credentials(KEY.id, KEY.secret)


def signed(
    method: str = "POST",
    path: str = "/QueryVectors",
    query: str = "",
    body: bytes = b"{}",
    headers: dict[str, str] | None = None,
    service: str = "s3vectors",
) -> Head:
    """A request as botocore signs it, as the server sees it."""
    url = f"http://localhost:8765{path}{'?' + query if query else ''}"
    request = AWSRequest(method, url, headers=headers or {}, data=body)
    SigV4Auth(SECRETS, service, "eu-west-1").add_auth(request)
    pairs = [(name.encode(), value.encode()) for name, value in request.headers.items()]
    return Head(method, path.encode(), query.encode(), joined([(b"host", b"localhost:8765"), *pairs]))


def verify(head: Head, body: bytes = b"{}", key: Key = KEY) -> None:
    claim = sigv4.parse(head.header(b"authorization"))
    stamp = sigv4.check_moment(claim, head, datetime.datetime.now(datetime.UTC))
    sigv4.check(claim, key, head, body, stamp)


def changed(head: Head, **headers: bytes) -> Head:
    """The head with other headers; an empty value removes one."""
    found = {**head.headers, **{name.replace("_", "-").encode(): value for name, value in headers.items()}}
    return Head(head.method, head.raw_path, head.query, {name: value for name, value in found.items() if value})


def test_the_example_of_aws_s_own_documentation() -> None:
    """From the Signature Version 4 test suite: get-vanilla-query-order-key-case."""
    head = Head(
        "GET",
        b"/",
        b"Param2=value2&Param1=value1",
        {
            b"host": b"example.amazonaws.com",
            b"x-amz-date": b"20150830T123600Z",
            b"authorization": b"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            b"SignedHeaders=host;x-amz-date, "
            b"Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        },
    )
    claim = sigv4.parse(head.header(b"authorization"))
    assert (claim.key_id, claim.scope) == ("AKIDEXAMPLE", "20150830/us-east-1/service/aws4_request")
    stamp = sigv4.check_moment(claim, head, datetime.datetime(2015, 8, 30, 12, 40, tzinfo=datetime.UTC))
    sigv4.check(claim, Key("p", "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), head, b"", stamp)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/QueryVectors", ""),
        ("/model/amazon.nova-2-multimodal-embeddings-v1%3A0/invoke", ""),
        ("/model/amazon.nova-2-multimodal-embeddings-v1:0/invoke", ""),
        ("/tags/arn%3Aaws%3As3vectors%3Aus-east-1%3A000000000000%3Abucket%2Fshop", "tagKeys=b&tagKeys=a%20b"),
        ("/async-invoke", "submitTimeAfter=2026-01-02T03%3A04%3A05Z&maxResults=5&nextToken="),
        ("/tags/x", "tagKeys=%C3%BC%2F%3D%2B&tagKeys=~.-_"),
    ],
)
def test_what_botocore_signs_is_verified(path: str, query: str) -> None:
    verify(signed(path=path, query=query))


SAFE = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)


@settings(deadline=None, max_examples=200)
@given(SAFE, st.lists(st.tuples(SAFE, SAFE), max_size=4), st.binary(max_size=50))
def test_any_request_that_botocore_signs_is_verified(label: str, pairs: list[tuple[str, str]], body: bytes) -> None:
    from botocore.utils import percent_encode, percent_encode_sequence

    path = f"/tags/{percent_encode(label, safe='')}x"
    head = signed(
        "POST", path, percent_encode_sequence(pairs), body, {"x-amz-meta": "  two   blanks ", "accept": "*/*"}
    )
    verify(head, body)
    with pytest.raises(AwsFault, match="does not match"):
        verify(head, body + b" ")


def test_the_url_as_sent_is_what_is_signed() -> None:
    head = signed(path="/model/a%3A0/invoke")
    assert urlsplit("http://localhost:8765/model/a%3A0/invoke").path.encode() == head.raw_path
    for other in (b"/model/a:0/invoke", b"/model/b%3A0/invoke"):
        with pytest.raises(AwsFault, match="does not match"):
            verify(Head("POST", other, b"", head.headers))


@pytest.mark.parametrize("stated", ["hash", "UNSIGNED-PAYLOAD"])
def test_a_stated_hash_of_the_body(stated: str) -> None:
    value = {"hash": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}.get(stated, stated)
    head = signed(headers={"X-Amz-Content-SHA256": value})
    verify(head)
    if stated == "hash":
        with pytest.raises(AwsFault, match="x-amz-content-sha256"):
            verify(head, b"{ }")
    else:
        verify(head, b"anything")
    with pytest.raises(AwsFault, match=r"does not match|accepted are"):
        verify(changed(head, x_amz_content_sha256=b"STREAMING-AWS4-HMAC-SHA256-PAYLOAD"))
    with pytest.raises(AwsFault, match="does not match"):
        verify(changed(signed(), x_amz_content_sha256=b"UNSIGNED-PAYLOAD"), b"other")


@pytest.mark.parametrize("name", ["host", "x_amz_date", "x_amz_security_token"])
def test_a_signed_header_may_not_change(name: str) -> None:
    key = Key("bob", KEY.id, KEY.secret, "token")
    request = AWSRequest("POST", "http://localhost:8765/QueryVectors", data=b"{}")
    SigV4Auth(Credentials(key.id, key.secret, key.token), "s3vectors", "eu-west-1").add_auth(request)
    pairs = [(b"host", b"localhost:8765"), *((n.encode(), v.encode()) for n, v in request.headers.items())]
    head = Head("POST", b"/QueryVectors", b"", joined(pairs))
    verify(head, key=key)
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=60)
    other = {"host": b"evil", "x_amz_date": now.strftime("%Y%m%dT%H%M%SZ").encode(), "x_amz_security_token": b"other"}
    with pytest.raises(AwsFault, match="does not match"):
        verify(changed(head, **{name: other[name]}), key=key)
    with pytest.raises(AwsFault, match=r"does not match|requires existence"):
        verify(changed(head, **{name: b""}), key=key)


def test_another_secret_makes_another_signature() -> None:
    with pytest.raises(AwsFault, match="Check your AWS Secret Access Key") as caught:
        verify(signed(), key=Key("alice", KEY.id, "guess"))
    assert caught.value.name == "InvalidSignatureException"


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_clock_may_be_a_little_off(minutes: int) -> None:
    head = signed()
    claim = sigv4.parse(head.header(b"authorization"))
    now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)
    assert sigv4.check_moment(claim, head, now)


@pytest.mark.parametrize(("minutes", "words"), [(16, "Signature expired"), (-16, "Signature not yet current")])
def test_a_clock_may_not_be_far_off(minutes: int, words: str) -> None:
    head = signed()
    now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)
    with pytest.raises(AwsFault, match=words):
        sigv4.check_moment(sigv4.parse(head.header(b"authorization")), head, now)


def test_the_date_of_the_scope_is_the_request_s() -> None:
    head = signed()
    claim = sigv4.parse(
        head.header(b"authorization").replace(datetime.datetime.now(datetime.UTC).strftime("/%Y%m%d/"), "/20200101/")
    )
    with pytest.raises(AwsFault, match="Date in Credential scope"):
        sigv4.check_moment(claim, head, datetime.datetime.now(datetime.UTC))


def test_a_date_header_will_do() -> None:
    now = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
    claim = sigv4.Signature("A", "20261121", "us-east-1", "s3vectors", ("date", "host"), "0")
    head = Head("POST", b"/", b"", {b"date": b"Sat, 21 Nov 2026 12:00:30 GMT"})
    assert sigv4.check_moment(claim, head, now) == "20261121T120030Z"
    for broken in (b"", b"yesterday"):
        with pytest.raises(AwsFault, match="requires existence of either"):
            sigv4.check_moment(claim, Head("POST", b"/", b"", {b"date": broken}), now)


CREDENTIAL = "Credential=AKID/20261121/us-east-1/s3vectors/aws4_request"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "of the kind"),
        ("Basic dXNlcg==", "of the kind 'Basic'"),
        ("AWS4-ECDSA-P256-SHA256 Credential=x", "of the kind"),
        ("AWS4-HMAC-SHA256", "'Credential'"),
        (f"AWS4-HMAC-SHA256 {CREDENTIAL}", "'SignedHeaders'"),
        (f"AWS4-HMAC-SHA256 {CREDENTIAL}, SignedHeaders=host", "'Signature'"),
        ("AWS4-HMAC-SHA256 Credential=AKID/20261121, SignedHeaders=host, Signature=0", "KEY/DATE/REGION"),
        ("AWS4-HMAC-SHA256 Credential=A/2/../s3/aws4_request, SignedHeaders=host, Signature=0", "KEY/DATE/REGION"),
        ("AWS4-HMAC-SHA256 Credential=A/2/us/s3/other, SignedHeaders=host, Signature=0", "KEY/DATE/REGION"),
    ],
)
def test_headers_that_are_no_signature(header: str, words: str) -> None:
    with pytest.raises(AwsFault, match=words) as caught:
        sigv4.parse(header)
    assert caught.value.name == "IncompleteSignatureException"


def test_blanks_between_the_parts_do_not_matter() -> None:
    tight = sigv4.parse(f"AWS4-HMAC-SHA256 {CREDENTIAL},SignedHeaders=host;x-amz-date,Signature=ab")
    wide = sigv4.parse(f"AWS4-HMAC-SHA256 {CREDENTIAL},  SignedHeaders=host;x-amz-date,  Signature=ab")
    assert tight == wide
    assert tight.headers == ("host", "x-amz-date")


def test_host_and_date_must_be_signed() -> None:
    head = signed()
    claim = sigv4.parse(head.header(b"authorization"))
    for names, word in ((("x-amz-date",), "'Host'"), (("host",), "'X-Amz-Date'")):
        less = sigv4.Signature(claim.key_id, claim.date, claim.region, claim.service, names, claim.signature)
        with pytest.raises(AwsFault, match=word):
            sigv4.check(less, KEY, head, b"{}", head.header(b"x-amz-date"))


def test_over_http_2_the_authority_may_be_signed_in_the_host_s_place() -> None:
    """As the JavaScript SDK signs: its Bedrock client speaks HTTP/2, where no Host header travels."""

    class Over2(SigV4Auth):
        def headers_to_sign(self, request: AWSRequest) -> object:
            found = super().headers_to_sign(request)
            host = found["host"]
            del found["host"]
            found[":authority"] = host
            return found

    request = AWSRequest("POST", "http://localhost:8765/model/a%3A0/invoke", data=b"{}")
    Over2(SECRETS, "bedrock", "us-east-1").add_auth(request)
    pairs = [(name.encode(), value.encode()) for name, value in request.headers.items()]
    head = Head("POST", b"/model/a%3A0/invoke", b"", joined([(b"host", b"localhost:8765"), *pairs]))
    assert ":authority" in head.header(b"authorization")
    verify(head)
    with pytest.raises(AwsFault, match="does not match the signature"):
        verify(changed(head, host=b"elsewhere:8765"))
