"""What botocore raises, as our errors: who is at fault and what to do."""

from __future__ import annotations

from botocore import exceptions as boto

from sensorium.errors import Invalid, NotFound, SensoriumError, Unavailable, Unreadable

_REFUSED = frozenset(
    (
        "AccessDenied",
        "AllAccessDisabled",
        "AuthorizationHeaderMalformed",
        "ExpiredToken",
        "InvalidAccessKeyId",
        "InvalidToken",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
        "403",
    )
)
_NO_KEYS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.ProfileNotFound,
    boto.TokenRetrievalError,
    boto.SSOError,
)


def told(uri: str, error: Exception) -> SensoriumError:
    """Our error for one of botocore's, with the object's name."""
    if isinstance(error, boto.ClientError):
        return _answered(uri, error)
    if isinstance(error, _NO_KEYS):
        message = (
            f"{uri}: S3 cannot be asked without credentials ({error}); set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
        )
        return Unavailable(message, code="no_credentials", path="uri")
    if isinstance(error, boto.ParamValidationError | ValueError):
        return Invalid(f"{uri}: {error}", path="uri")
    if isinstance(error, boto.HTTPClientError | boto.ConnectionError):
        return Unavailable(f"{uri}: S3 does not answer: {error}", path="uri")
    return Unavailable(f"{uri}: S3 cannot be used: {error}", path="uri")


def _answered(uri: str, error: boto.ClientError) -> SensoriumError:
    said = error.response.get("Error", {})
    code, message = str(said.get("Code", "")), str(said.get("Message", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code == "NoSuchBucket":
        return NotFound(f"{uri}: no such bucket", code="no_bucket", path="uri")
    if code in ("NoSuchKey", "NoSuchVersion", "404", "NotFound") or status == 404:
        return NotFound(f"no object {uri}", code="no_object", path="uri")
    if code == "InvalidObjectState":
        return Unreadable(f"{uri}: archived ({message}); restore it first", code="archived", path="uri")
    if code in ("PreconditionFailed", "412"):
        return Unreadable(f"{uri}: replaced while it was fetched; try again", code="changed", path="uri")
    if code in _REFUSED:
        return Unavailable(f"{uri}: access denied ({code}: {message})", code="access_denied", path="uri")
    if 400 <= status < 500 and status not in (408, 409, 429):
        return Invalid(f"{uri}: S3 refuses the call ({code}: {message})", path="uri")
    return Unavailable(f"{uri}: S3 answers {status} {code}: {message}", path="uri")
