"""Encryption settings: AWS's rules, kept and reported."""

from __future__ import annotations

from typing import Any

import pytest
from tests.server.s3vectors.conftest import Aws

from sensorium.server.attributes import Encryption
from sensorium.server.s3vectors import encryption

KEY = "arn:aws:kms:us-east-1:000000000000:key/one"


def test_settings_are_read_and_reported() -> None:
    assert encryption.asked({}) is None
    for given in ({"sseType": "AES256"}, {"sseType": "aws:kms", "kmsKeyArn": KEY}):
        found = encryption.asked({"encryptionConfiguration": given})
        assert found is not None
        assert encryption.member(found) == given
    assert encryption.asked({"encryptionConfiguration": {}}) == Encryption()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sseType": "AES256", "kmsKeyArn": KEY}, "kmsKeyArn must not be specified when sseType is AES256."),
        ({"kmsKeyArn": KEY}, "kmsKeyArn must not be specified when sseType is AES256."),
        ({"sseType": "aws:kms"}, "kmsKeyArn must be specified when sseType is set to aws:kms"),
    ],
)
def test_a_key_belongs_to_kms_and_kms_to_a_key(aws: Aws, given: dict[str, Any], message: str) -> None:
    index = {"vectorBucketName": "media", "indexName": "new", "dataType": "float32", "dimension": 2}
    for operation, members in (
        ("CreateVectorBucket", {"vectorBucketName": "new"}),
        ("CreateIndex", {**index, "distanceMetric": "cosine"}),
    ):
        fault = aws.refused(operation, **members, encryptionConfiguration=given)
        assert (fault.name, fault.message) == ("ValidationException", message)
        assert fault.fields == (("EncryptionConfiguration", message),)
