"""Policies: whom, what and where a statement means, and what is refused because it could not be enforced."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sensorium.errors import Invalid
from sensorium.server import policy
from sensorium.server.call import Caller

ANN = Caller("000000000000", "us-east-1", "ann")
BUCKET = "arn:aws:s3vectors:us-east-1:000000000000:bucket/media"
INDEX = f"{BUCKET}/index/songs"
DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3vectors:*", "Resource": "*"}


def denies(statement: Any, action: str = "s3vectors:GetVectors", resource: str = INDEX, caller: Caller = ANN) -> bool:
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    return policy.parse(text).denies(caller, action, resource, lambda key: None)


def without(*names: str, **more: Any) -> dict[str, Any]:
    return {**{key: value for key, value in DENY.items() if key not in names}, **more}


@pytest.mark.parametrize(
    ("principal", "meant"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": "000000000000"}, True),
        ({"AWS": "arn:aws:iam::000000000000:root"}, True),
        ({"AWS": "arn:aws:iam::000000000000:user/ann"}, True),
        ({"AWS": ["arn:aws:iam::000000000000:user/bob", "arn:aws:iam::000000000000:user/ann"]}, True),
        ({"AWS": "arn:aws:iam::000000000000:user/bob"}, False),
        ({"AWS": "111111111111"}, False),
        ({"AWS": "arn:aws:iam::000000000000:role/ann"}, False),
        ({"Service": "bedrock.amazonaws.com"}, False),
    ],
)
def test_a_principal_is_meant_or_not_meant(principal: Any, meant: bool) -> None:
    assert denies(without("Principal", Principal=principal)) is meant
    assert denies(without("Principal", NotPrincipal=principal)) is not meant


@pytest.mark.parametrize(
    ("action", "meant"),
    [
        ("*", True),
        ("s3vectors:*", True),
        ("s3vectors:Get*", True),
        ("S3Vectors:getvectors", True),
        (["s3vectors:Put*", "s3vectors:GetVector?"], True),
        ("s3vectors:GetVector", False),
        ("s3vectors:Put*", False),
    ],
)
def test_an_action_is_meant_or_not_meant(action: Any, meant: bool) -> None:
    assert denies(without("Action", Action=action)) is meant
    assert denies(without("Action", NotAction=action)) is not meant


@pytest.mark.parametrize(
    ("resource", "meant"),
    [
        ("*", True),
        (INDEX, True),
        (f"{BUCKET}/*", True),
        (f"{BUCKET}*", True),
        (BUCKET, False),
        (INDEX.upper().replace("ARN", "arn", 1), False),
        (["arn:aws:s3vectors:us-east-1:000000000000:bucket/other", INDEX], True),
    ],
)
def test_a_resource_is_meant_or_not_meant(resource: Any, meant: bool) -> None:
    assert denies(without("Resource", Resource=resource)) is meant
    assert denies(without("Resource", NotResource=resource)) is not meant


def test_one_deny_is_enough_and_no_allow_undoes_it() -> None:
    allow = without("Effect", Effect="Allow")
    assert not denies(allow)
    assert not denies([allow, allow])
    assert denies([allow, DENY, allow])


def test_every_condition_has_to_hold() -> None:
    held = {"Null": {"aws:username": "true"}}
    assert denies(without(Condition=held))
    assert not denies(without(Condition={**held, "StringEquals": {"aws:username": "ann"}}))


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("", "must be JSON"),
        ("[" * 10_000, "must be JSON"),
        ("[]", "must be an object"),
        ("{}", "Statement must be"),
        ({"Statement": []}, "Statement must be"),
        ({"Statement": [5]}, "Statement[0] must be an object"),
        ({"Version": "2020-01-01", "Statement": DENY}, "Version must be"),
        ({"Statement": DENY, "Extra": 1}, "unknown element 'Extra'"),
        ({"Statement": {**DENY, "Principle": "*"}}, "unknown element 'Principle'"),
        ({"Statement": {**DENY, "Effect": "deny"}}, "Effect must be Allow or Deny"),
        ({"Statement": without("Effect")}, "Effect must be Allow or Deny"),
        ({"Statement": without("Principal")}, "one of Principal and NotPrincipal"),
        ({"Statement": {**DENY, "NotAction": "s3vectors:Get*"}}, "one of Action and NotAction"),
        ({"Statement": without("Resource")}, "one of Resource and NotResource"),
        ({"Statement": {**DENY, "Principal": "ann"}}, "Principal must be an object"),
        ({"Statement": {**DENY, "Principal": {}}}, "names nobody"),
        ({"Statement": {**DENY, "Principal": {"AWS": "arn:aws:iam::000000000000:user/*"}}}, "without wildcards"),
        ({"Statement": {**DENY, "Principal": {"AWS": "ann"}}}, "12 digits"),
        ({"Statement": {**DENY, "Principal": {"aws": "*"}}}, "unknown element 'aws'"),
        ({"Statement": {**DENY, "Action": "s3:GetObject"}}, "actions of s3vectors"),
        ({"Statement": {**DENY, "Action": "GetVectors"}}, "actions of s3vectors"),
        ({"Statement": {**DENY, "Action": []}}, "non-empty list"),
        ({"Statement": {**DENY, "Resource": "media"}}, "'*' or ARNs"),
        ({"Statement": {**DENY, "Resource": "arn:aws:s3vectors:::${aws:username}"}}, "policy variable"),
        ({"Statement": {**DENY, "Condition": []}}, "Condition must be an object"),
        ({"Statement": {**DENY, "Condition": {"Bool": {}}}}, "object of condition keys"),
        ({"Statement": {**DENY, "Condition": {"IpAddress": {"aws:SourceIp": "x"}}}}, "IpAddress"),
        ({"Statement": DENY, "Id": "x" * 21_000}, "bytes"),
    ],
)
def test_what_could_not_be_enforced_is_refused(document: Any, says: str) -> None:
    with pytest.raises(Invalid) as raised:
        policy.parse(document if isinstance(document, str) else json.dumps(document))
    assert says in raised.value.message
    assert (raised.value.code, raised.value.path) == ("policy", "policy")


def test_the_refusal_is_worded_as_awss() -> None:
    fault = policy.denied(ANN, "s3vectors:GetVectors", INDEX)
    assert fault.name == "AccessDeniedException"
    assert fault.message == (
        "User: arn:aws:iam::000000000000:user/ann is not authorized to perform: s3vectors:GetVectors on resource: "
        f"{INDEX} with an explicit deny in a resource-based policy"
    )
