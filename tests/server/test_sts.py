from __future__ import annotations

from xml.etree import ElementTree

import pytest

from sensorium.server import sts
from sensorium.server.call import Call, Caller
from sensorium.server.http import Head
from sensorium.wire.fault import AwsFault

FORM = {b"content-type": b"application/x-www-form-urlencoded; charset=utf-8"}
SPACE = f"{{{sts.NAMESPACE}}}"


def head(method: str = "POST", path: bytes = b"/", query: bytes = b"", form: bool = True) -> Head:
    return Head(method, path, query, FORM if form else {})


def test_what_is_a_query() -> None:
    assert sts.is_query(head())
    assert sts.is_query(head("GET", query=b"Action=GetCallerIdentity", form=False))
    assert not sts.is_query(head("GET", form=False))
    assert not sts.is_query(head(form=False))
    assert not sts.is_query(head(path=b"/ListVectorBuckets"))


def test_actions() -> None:
    assert sts.action(head(), b"Version=2011-06-15&Action=GetCallerIdentity") == "GetCallerIdentity"
    assert sts.action(head("GET", query=b"Action=GetCallerIdentity"), b"") == "GetCallerIdentity"
    for body, name in (
        (b"", "MissingAction"),
        (b"Action=", "MissingAction"),
        (b"Action=AssumeRole", "InvalidAction"),
        (b"\xff", "ValidationException"),
        (b"a&" * 200, "ValidationException"),
    ):
        with pytest.raises(AwsFault) as caught:
            sts.action(head(), body)
        assert caught.value.name == name


@pytest.mark.parametrize(("user", "identity"), [("<ann & bob>", "<ann & bob>"), (None, "123456789012")])
def test_who_calls(user: str | None, identity: str) -> None:
    caller = Caller("123456789012", "us-east-1", user)
    reply = sts.reply(sts.StsService().call(Call("GetCallerIdentity", {}, caller, "1")), "1")
    result = ElementTree.fromstring(reply.body).find(f"{SPACE}GetCallerIdentityResult")
    assert result is not None
    assert {item.tag.removeprefix(SPACE): item.text for item in result} == {
        "UserId": identity,
        "Account": "123456789012",
        "Arn": caller.arn,
    }
    assert reply.status == 200


@pytest.mark.parametrize(
    ("name", "code", "status", "kind"),
    [
        ("ExpiredTokenException", "ExpiredToken", 403, "Sender"),
        ("InvalidSignatureException", "SignatureDoesNotMatch", 403, "Sender"),
        ("MissingAction", "MissingAction", 400, "Sender"),
        ("InternalServerException", "InternalFailure", 500, "Receiver"),
        ("ServiceUnavailableException", "ServiceUnavailable", 503, "Receiver"),
        ("ThrottlingException", "Throttling", 429, "Sender"),
    ],
)
def test_errors(name: str, code: str, status: int, kind: str) -> None:
    reply = sts.refusal(AwsFault(name, "no <such> \x00 \ud800 thing"), "1")
    error = ElementTree.fromstring(reply.body).find(f"{SPACE}Error")
    assert error is not None
    assert [item.text for item in error] == [kind, code, "no <such> ? ? thing"]
    assert (reply.status, reply.error) == (status, code)
