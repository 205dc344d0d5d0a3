"""botocore's model of S3 Vectors, walked: every operation, required member, constraint and declared error."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.model import OperationModel, Shape
from tests.server.s3vectors.conftest import INDEX, Aws

from sensorium.errors import Corrupt, Unavailable
from sensorium.server.s3vectors import service
from sensorium.server.s3vectors.unsupported import BY_TRANSPORT, UNSUPPORTED, reason
from sensorium.wire import shapes
from sensorium.wire.fault import AwsFault

MODEL = shapes.service("s3vectors")
OPERATIONS = sorted(MODEL.operation_names)
BUCKET = {"vectorBucketName": "media"}
ARN = "arn:aws:s3vectors:us-east-1:000000000000:bucket/media"
NONE = "arn:aws:s3vectors:us-east-1:000000000000:bucket/none"
NEW_INDEX = {**BUCKET, "indexName": "new", "dataType": "float32", "dimension": 3, "distanceMetric": "cosine"}
VECTOR = {"key": "k", "data": {"float32": [1.0, 2.0, 3.0]}}
POLICY = (
    '{"Version":"2012-10-17","Statement":'
    '{"Effect":"Deny","Principal":{"AWS":"999999999999"},"Action":"s3vectors:*","Resource":"*"}}'
)
VALID: dict[str, dict[str, Any]] = {
    "CreateIndex": NEW_INDEX,
    "CreateVectorBucket": {"vectorBucketName": "new"},
    "DeleteIndex": INDEX,
    "DeleteVectorBucket": {"vectorBucketName": "bare"},
    "DeleteVectorBucketPolicy": BUCKET,
    "DeleteVectors": {**INDEX, "keys": ["k"]},
    "GetIndex": INDEX,
    "GetVectorBucket": BUCKET,
    "GetVectorBucketPolicy": BUCKET,
    "GetVectors": {**INDEX, "keys": ["k"]},
    "ListIndexes": BUCKET,
    "ListTagsForResource": {"resourceArn": ARN},
    "ListVectorBuckets": {},
    "ListVectors": INDEX,
    "PutVectorBucketDefaultIndexMode": {**BUCKET, "defaultIndexMode": "ENHANCED"},
    "PutVectorBucketPolicy": {**BUCKET, "policy": POLICY},
    "PutVectors": {**INDEX, "vectors": [VECTOR]},
    "QueryVectors": {**INDEX, "topK": 1, "queryVector": {"float32": [1.0, 2.0, 3.0]}},
    "TagResource": {"resourceArn": ARN, "tags": {"a": "b"}},
    "UntagResource": {"resourceArn": ARN, "tagKeys": ["a"]},
    "UpdateIndexMode": {**INDEX, "indexMode": "ENHANCED"},
    "UpdateMetadataConfiguration": {**INDEX, "add": {"textSearchConfigurations": []}},
}
"""Members with which each operation succeeds on :func:`furnished`."""

PATTERNED = {
    "VectorBucketArn": ARN,
    "IndexArn": f"{ARN}/index/songs",
    "KmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/one",
    "TagKey": "key",
    "TagValue": "value",
}


@pytest.fixture
def furnished(aws: Aws) -> Aws:
    """The bucket ``media`` with a policy and its index ``songs``, and an empty bucket ``bare``."""
    aws.bucket("bare")
    aws("PutVectorBucketPolicy", **BUCKET, policy=POLICY)
    return aws


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_is_served_and_answers_what_the_model_says(furnished: Aws, operation: str) -> None:
    answer = furnished(operation, **VALID[operation])
    output = MODEL.operation_model(operation).output_shape
    assert shapes.checked(output, answer) is not None  # required members are there, and nothing breaks a constraint
    assert set(answer) <= set(output.members)


def test_no_operation_is_served_that_the_model_does_not_have() -> None:
    assert sorted((*service.PLAIN, *service.PAGED)) == OPERATIONS


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_answer_to_a_missing_member_names_it(empty: Aws, operation: str) -> None:
    shape = MODEL.operation_model(operation).input_shape
    for broken, path in missing(shape, sample(shape)):
        fault = empty.refused(operation, **broken)
        assert fault.name == "ValidationException"
        assert f"Value at '{path}' failed to satisfy constraint: Member must not be null" in fault.message
        assert path in [place for place, _ in fault.fields]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_answer_to_a_broken_constraint_names_the_member(empty: Aws, operation: str) -> None:
    shape = MODEL.operation_model(operation).input_shape
    for broken, path, words in violations(shape, sample(shape)):
        fault = empty.refused(operation, **broken)
        assert fault.name == "ValidationException", path
        assert [place for place, _ in fault.fields] == [path]
        assert f"at '{path}' failed to satisfy constraint: {words}" in fault.message


def test_the_walk_meets_every_constraint_of_the_model() -> None:
    """Should the model gain one of a new kind, the walk has to learn it."""
    inputs = [MODEL.operation_model(operation).input_shape for operation in OPERATIONS]
    assert sum(1 for shape in inputs for _ in violations(shape, sample(shape))) > 100
    known = {"min", "max", "enum", "pattern", "required", "document", "union", "sensitive"}
    assert {key for shape in inputs for one in walk(shape) for key in one.metadata} <= known


@pytest.mark.parametrize("operation", OPERATIONS)
def test_another_type_of_json_is_no_request(empty: Aws, operation: str) -> None:
    shape = MODEL.operation_model(operation).input_shape
    for name, member in shape.members.items():
        if member.metadata.get("document"):
            continue
        wrong: Any = {"x": 1} if member.type_name in ("string", "integer", "boolean", "list") else 5
        fault = empty.refused(operation, **{**sample(shape), name: wrong})
        assert fault.name == "SerializationException"
        assert f"'/{name}'" in fault.message


# --- declared errors ---

Provoke = Callable[[Aws], AwsFault]


def _with(operation: str, user: str | None = None, **members: Any) -> Provoke:
    return lambda aws: aws.refused(operation, user, **{**VALID[operation], **members})


def _denied(operation: str) -> Provoke:
    def provoke(aws: Aws) -> AwsFault:
        aws.deny(operation)
        members = {**VALID[operation], **(BUCKET if operation == "DeleteVectorBucket" else {})}
        return aws.refused(operation, "ann", **members)

    return provoke


def _failing(operation: str, error: Exception) -> Provoke:
    """The store or the door fails at whatever the operation asks of them."""

    def provoke(aws: Aws) -> AwsFault:
        region = aws.service._regions.named("us-east-1")

        def fail(*_: object) -> Any:
            raise error

        with pytest.MonkeyPatch.context() as patch:
            for name in ("buckets", "open", "drop_bucket"):
                patch.setattr(region.store, name, fail)
            return aws.refused(operation, **VALID[operation])

    return provoke


def _invalid(operation: str) -> Provoke:
    if operation == "ListVectorBuckets":
        return _with(operation, maxResults=0)
    if "resourceArn" in VALID[operation]:
        return _with(operation, resourceArn="x")
    return _with(operation, vectorBucketName="x" * 64)


def _absent(operation: str) -> Provoke:
    if "resourceArn" in VALID[operation]:
        return _with(operation, resourceArn=NONE)
    return _with(operation, vectorBucketName="none")


def _quota(operation: str) -> Provoke:
    def provoke(aws: Aws) -> AwsFault:
        small = copy.copy(aws)
        limits = service.Limits(0, 0, 0)
        small.service = service.S3VectorsService(aws.home, region="us-east-1", limits=limits)
        try:
            return small.refused(operation, **VALID[operation])
        finally:
            small.close()

    return provoke


def _twice(operation: str, **members: Any) -> Provoke:
    def provoke(aws: Aws) -> AwsFault:
        aws(operation, **{**VALID[operation], **members})
        return aws.refused(operation, **{**VALID[operation], **members})

    return provoke


def _stamped(operation: str, **members: Any) -> Provoke:
    def provoke(aws: Aws) -> AwsFault:
        aws("TagResource", resourceArn=f"{ARN}/index/songs", tags={"sensorium:model": "one@1"})
        return aws.refused(operation, resourceArn=f"{ARN}/index/songs", **members)

    return provoke


CONFLICTS: dict[str, Provoke] = {
    "CreateIndex": _twice("CreateIndex"),
    "CreateVectorBucket": _twice("CreateVectorBucket"),
    "DeleteVectorBucket": _with("DeleteVectorBucket", **BUCKET),
    "TagResource": _stamped("TagResource", tags={"sensorium:model": "two@1"}),
    "UntagResource": _stamped("UntagResource", tagKeys=["sensorium:model"]),
    "UpdateMetadataConfiguration": _twice(
        "UpdateMetadataConfiguration", add={"textSearchConfigurations": [{"metadataKey": "title"}]}
    ),
}


def provoked(operation: str, error: str) -> Provoke:
    """What makes the operation answer the error."""
    return {
        "ValidationException": lambda: _invalid(operation),
        "NotFoundException": lambda: _absent(operation),
        "AccessDeniedException": lambda: _denied(operation),
        "ConflictException": lambda: CONFLICTS[operation],
        "ServiceQuotaExceededException": lambda: _quota(operation),
        "ServiceUnavailableException": lambda: _failing(operation, Unavailable("locked", code="locked")),
        "InternalServerException": lambda: _failing(operation, Corrupt("damaged", code="damaged")),
    }[error]()


DECLARED = [(name, shape.name) for name in OPERATIONS for shape in MODEL.operation_model(name).error_shapes]
SERVED = [(operation, error) for operation, error in DECLARED if reason(operation, error) is None]


@pytest.mark.parametrize(("operation", "error"), SERVED)
def test_every_declared_error_is_answered(furnished: Aws, operation: str, error: str) -> None:
    assert provoked(operation, error)(furnished).name == error


def test_the_unsupported_errors_are_declared_ones() -> None:
    for operation, error in UNSUPPORTED:
        assert any(error == declared and operation in ("*", name) for name, declared in DECLARED)
    assert set(BY_TRANSPORT) <= {error for _, error in DECLARED}
    assert len(SERVED) + sum(reason(*pair) is not None for pair in DECLARED) == len(DECLARED)


# --- the walk ---


def walk(shape: Shape) -> Iterator[Shape]:
    """A shape and all below it."""
    yield shape
    match shape.type_name:
        case "structure":
            for member in shape.members.values():
                yield from walk(member)
        case "list":
            yield from walk(shape.member)
        case "map":
            yield from walk(shape.key)
            yield from walk(shape.value)


def sample(shape: Shape) -> Any:
    """A value with every member that breaks no constraint of the model."""
    match shape.type_name:
        case "structure":
            return {name: sample(member) for name, member in shape.members.items()}
        case "list":
            return [sample(shape.member)]
        case "map":
            return {sample(shape.key): sample(shape.value)}
        case "string":
            return PATTERNED.get(shape.name) or (shape.enum or ["x" * max(3, shape.metadata.get("min", 0))])[0]
        case "boolean":
            return True
    return shape.metadata.get("min", 1)


def places(shape: Shape, value: Any, path: str = "") -> Iterator[tuple[Shape, str, list[str | int]]]:
    """Every member below a shape: its shape, AWS's pointer to it, and the steps to it in the sample."""

    def below(shape: Shape, value: Any, path: str, steps: list[str | int]) -> Iterator[Any]:
        if shape.type_name == "structure":
            for name, member in shape.members.items():
                yield member, f"{path}/{name}", [*steps, name]
                yield from below(member, value[name], f"{path}/{name}", [*steps, name])
        elif shape.type_name == "list":
            yield shape.member, f"{path}/0", [*steps, 0]
            yield from below(shape.member, value[0], f"{path}/0", [*steps, 0])
        elif shape.type_name == "map":
            (key,) = value
            yield shape.value, f"{path}/{key}", [*steps, key]

    yield from below(shape, value, path, [])


def changed(value: Any, steps: list[str | int], new: Any) -> Any:
    """A copy with another value at one place; ``...`` removes it."""
    result = copy.deepcopy(value)
    inner = result
    for step in steps[:-1]:
        inner = inner[step]
    if new is ...:
        del inner[steps[-1]]
    else:
        inner[steps[-1]] = new
    return result


def missing(shape: Shape, value: Any) -> Iterator[tuple[Any, str]]:
    """Copies that each lack one required member, with the pointer to it."""
    for name in shape.required_members:
        yield changed(value, [name], ...), f"/{name}"
    for member, path, steps in places(shape, value):
        if member.type_name == "structure":
            for name in member.required_members:
                yield changed(value, [*steps, name], ...), f"{path}/{name}"


def violations(shape: Shape, value: Any) -> Iterator[tuple[Any, str, str]]:
    """Copies that each break one constraint, with the pointer and the beginning of AWS's words."""
    for member, path, steps in places(shape, value):
        for new, words in broken(member):
            yield changed(value, steps, new), path, words
        if member.type_name == "map":
            for new, words in broken(member.key):
                yield changed(value, steps, {new: sample(member.value)}), path, words


def broken(shape: Shape) -> Iterator[tuple[Any, str]]:
    """Values that break one constraint of a shape each."""
    rules = shape.metadata
    good = sample(shape)
    match shape.type_name:
        case "string":
            if "pattern" in rules:
                yield "!", "Member must satisfy regular expression pattern: ^"
            if "enum" in rules:
                yield "other", f"Member must satisfy enum value set: [{', '.join(rules['enum'])}]"
            if rules.get("min", 0):
                yield "", "Member must have length"
            if "max" in rules:
                yield good[0] * (rules["max"] + 1), "Member must have length"
        case "list":
            if rules.get("min", 0):
                yield [], "Member must have length"
            if "max" in rules:
                yield good * (rules["max"] + 1), "Member must have length"
        case "integer":
            if "min" in rules:
                yield rules["min"] - 1, "Member must be"
            if "max" in rules:
                yield rules["max"] + 1, "Member must be between"
        case "structure":
            if rules.get("union"):
                yield {}, "Member must have exactly one of"


def test_the_walk_can_tell_good_from_bad() -> None:
    for operation in OPERATIONS:
        model: OperationModel = MODEL.operation_model(operation)
        shapes.checked(model.input_shape, sample(model.input_shape))
