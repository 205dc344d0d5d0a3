"""Requests made from the model and then spoilt: only errors that the model declares, and the service lives."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from tests.server.s3vectors.conftest import INDEX, Aws
from tests.server.s3vectors.test_conformance import OPERATIONS, VALID, sample

from sensorium.wire import shapes
from sensorium.wire.fault import AwsFault

SERIALIZATION = "SerializationException"
ARN = "arn:aws:s3vectors:us-east-1:000000000000:bucket/media"
SPOILT: list[Any] = [
    None, True, False, 0, 1, -1, 2**31, 2**63, 10**400, -0.0, 1.5, 1e308, float("inf"), float("nan"),
    "", "x", "media", "*", "\x00", "é" * 600, "a" * 70, ARN, f"{ARN}/index/songs", "nextToken", 'OR NEAR( "*',
    [], [None], [1, 2, 3], ["a"], [[]], {}, {"": 1}, {"key": "k", "data": {"float32": [1, 2, 3]}},
    {"float32": [1, 2, 3]}, {"float32": [1.0, "x", 3]}, {"$and": []}, {"$or": [{"a": 1}]}, {"a": {"$in": [1]}},
    {"a": {"$gt": float("nan")}}, {"metadata.x": {"equals": []}}, {"title": "x"}, [{"metadataKey": "t", "text": "x"}],
    '{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}',
]  # fmt: skip
"""Values that stand where they should not."""
ROUTE = ("vectorBucketName", "vectorBucketArn", "indexName", "indexArn")
"""Members that decide how far a request gets: seldom spoilt."""


def spoil(value: Any, dice: random.Random, depth: int = 0) -> Any:
    """The value with something wrong in it, at whatever depth."""
    if dice.random() < 0.2 or depth > 4:
        return dice.choice(SPOILT)
    if isinstance(value, dict) and value:
        inner = {key: spoil(item, dice, depth + 1) if dice.random() < 0.4 else item for key, item in value.items()}
        if dice.random() < 0.2:
            del inner[dice.choice(list(inner))]
        return inner
    if isinstance(value, list):
        return [spoil(item, dice, depth + 1) for item in value] * dice.choice([0, 1, 1, 2])
    return dice.choice(SPOILT) if dice.random() < 0.5 else value


def request(operation: str, dice: random.Random) -> dict[str, Any]:
    """Members of an operation that are nearly right."""
    shape = shapes.operation("s3vectors", operation).input_shape
    members = copy.deepcopy(VALID[operation] if dice.random() < 0.8 else sample(shape))
    for name, value in sample(shape).items():
        if dice.random() < 0.05:
            members.setdefault(name, value)
    open_to = [name for name in members if name not in ROUTE or dice.random() < 0.1]
    for name in dice.sample(open_to, min(len(open_to), dice.choice([0, 1, 1, 2]))):
        members[name] = spoil(members[name], dice)
    if operation == "QueryVectors" and dice.random() < 0.7:
        members["filter"] = dice.choice(SPOILT)
    vectors = members.get("vectors")
    if isinstance(vectors, list) and vectors and isinstance(vectors[0], dict):
        vectors[0]["metadata"] = {"a": dice.choice(SPOILT), "t": dice.choice(SPOILT)}
    return members


def prepare(aws: Aws) -> None:
    """Make the bucket and the index again that a request has dropped."""
    if "media" not in aws.home.store.buckets():
        aws.bucket()
    if "songs" not in [spec.name for spec in aws.home.store.indexes("media")]:
        aws.index(metadataConfiguration={"textSearchConfigurations": [{"metadataKey": "t"}]})


def fuzz(aws: Aws, seed: int, requests: int) -> None:
    dice = random.Random(seed)
    answered = 0
    for number in range(requests):
        if number % 25 == 0:
            prepare(aws)
        operation = dice.choice(OPERATIONS)
        members = request(operation, dice)
        error = SERIALIZATION
        try:
            aws(operation, **members)
            answered += 1
        except AwsFault as fault:
            error = fault.name
        declared = {shape.name for shape in shapes.operation("s3vectors", operation).error_shapes}
        assert error in {SERIALIZATION, *declared}, (operation, members)
    assert requests / 10 < answered < requests
    prepare(aws)
    aws.put(alive=[1, 2, 3])
    assert aws.found([1, 2, 3], 1) == ["alive"]


def test_spoilt_requests_get_modelled_errors(aws: Aws) -> None:
    fuzz(aws, 1, 1500)


@pytest.mark.slow
def test_a_great_many_spoilt_requests_get_modelled_errors(lenient: Aws) -> None:
    fuzz(lenient, 2, 20_000)


def test_every_operation_can_be_spoilt_and_not() -> None:
    dice = random.Random(3)
    for operation in OPERATIONS:
        assert {str(request(operation, dice)) for _ in range(40)} != {str(VALID[operation])}
    assert set(INDEX) <= set(ROUTE)
