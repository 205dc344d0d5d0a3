from __future__ import annotations

import pytest
from botocore import exceptions as boto

from sensorium.errors import Invalid, NotFound, SensoriumError, Unavailable, Unreadable
from sensorium.objects.refusals import told

URI = "s3://bucket/a"


def answered(code: str, status: int) -> boto.ClientError:
    response = {"Error": {"Code": code, "Message": "why"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return boto.ClientError(response, "GetObject")


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (answered("NoSuchBucket", 404), NotFound, "no_bucket"),
        (answered("NoSuchKey", 404), NotFound, "no_object"),
        (answered("404", 404), NotFound, "no_object"),
        (answered("403", 403), Unavailable, "access_denied"),
        (answered("ExpiredToken", 400), Unavailable, "access_denied"),
        (answered("InvalidObjectState", 403), Unreadable, "archived"),
        (answered("PreconditionFailed", 412), Unreadable, "changed"),
        (answered("InvalidArgument", 400), Invalid, "invalid"),
        (answered("SlowDown", 503), Unavailable, "unavailable"),
        (answered("TooManyRequests", 429), Unavailable, "unavailable"),
        (boto.NoCredentialsError(), Unavailable, "no_credentials"),
        (boto.ProfileNotFound(profile="x"), Unavailable, "no_credentials"),
        (boto.ParamValidationError(report="x"), Invalid, "invalid"),
        (boto.EndpointConnectionError(endpoint_url="http://x"), Unavailable, "unavailable"),
        (boto.ReadTimeoutError(endpoint_url="http://x"), Unavailable, "unavailable"),
        (boto.UnknownSignatureVersionError(signature_version="x"), Unavailable, "unavailable"),
    ],
)
def test_who_is_at_fault(error: Exception, kind: type[SensoriumError], code: str) -> None:
    found = told(URI, error)
    assert type(found) is kind
    assert found.code == code
    assert URI in found.message
