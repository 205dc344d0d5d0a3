"""Clients of AWS services (extra ``aws``), and what botocore raises as errors of ours.

Region, endpoint, profile, credentials, retry mode and attempts are AWS's own settings: ``~/.aws`` and the environment
(``AWS_DEFAULT_REGION``, ``AWS_PROFILE``, ``AWS_ENDPOINT_URL_BEDROCK_RUNTIME``, ``AWS_MAX_ATTEMPTS`` …).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sensorium.errors import Invalid, SensoriumError, Unavailable, Unsupported
from sensorium.wire.fault import AwsFault

ATTEMPTS = 8
"""Tries of one call where the settings name no number: a second or two for a network that is gone, about half a minute
for a service that asks to slow down (exponential backoff with jitter)."""
CONNECT_S = 5.0
READ_S = 120.0
CONNECTIONS = 32
"""That threads may share of one client."""


def client(service: str) -> Any:
    """botocore's client of ``service`` (``bedrock-runtime``), which threads may share; nobody is asked yet.

    Raises Unsupported without botocore, Invalid for settings that are missing or wrong.
    """
    try:
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, NoRegionError
        from botocore.session import Session
    except ImportError as error:
        message = f"{service} needs boto3: pip install 'sensorium[aws]'"
        raise Unsupported(message, code="missing_extra", path="aws") from error
    try:
        session = Session()
        config = Config(
            retries={"total_max_attempts": session.get_config_variable("max_attempts") or ATTEMPTS},
            connect_timeout=CONNECT_S,
            read_timeout=READ_S,
            max_pool_connections=CONNECTIONS,
        )
        return session.create_client(service, config=config)
    except NoRegionError as error:
        message = f"{service}: no AWS region is set; set AWS_DEFAULT_REGION, or `region` in ~/.aws/config"
        raise Invalid(message, code="no_region", path="AWS_DEFAULT_REGION") from error
    except (BotoCoreError, ValueError) as error:
        raise Invalid(
            f"{service}: the AWS settings cannot be used: {error}", code="aws_settings", path="aws"
        ) from error


@contextmanager
def told(what: str) -> Iterator[None]:
    """botocore's errors as ours: an answer of the service as AwsFault, all else with ``what`` before its message.

    Unavailable for a remote that does not answer (``unavailable``), for want of credentials (``no_credentials``) and
    for those that have expired (``expired_credentials``) or are refused (``access_denied``): never the payload's fault.
    """
    from botocore import exceptions as boto

    try:
        yield
    except SensoriumError:
        raise
    except boto.ClientError as error:
        raise _answered(what, error) from error
    except boto.ParamValidationError as error:
        raise Invalid(f"{what}: {error}", path="aws") from error
    except (boto.HTTPClientError, boto.ConnectionError) as error:
        raise Unavailable(f"{what} does not answer: {error}", path="aws") from error
    except boto.BotoCoreError as error:
        if isinstance(error, _no_keys()):
            message = (
                f"{what} cannot be asked without credentials ({error}); set AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
            )
            raise Unavailable(message, code="no_credentials", path="aws") from error
        raise Unavailable(f"{what} cannot be used: {error}", path="aws") from error


_EXPIRED = frozenset(("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"))
_REFUSED = frozenset(
    (
        *("AccessDenied", "AccessDeniedException", "UnrecognizedClientException", "InvalidClientTokenId"),
        *("InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidAccessKeyId"),
        *("MissingAuthenticationToken", "MissingAuthenticationTokenException", "OptInRequired", "NotAuthorized"),
    )
)


def _answered(what: str, error: Any) -> Exception:
    """An error that the service itself answered with. Who may call is the same question for every service."""
    said = error.response.get("Error", {})
    name, message = str(said.get("Code", "")), str(said.get("Message", ""))
    if name in _EXPIRED:
        text = f"{what}: the credentials have expired ({message}); renew them, as with `aws sso login`"
        return Unavailable(text, code="expired_credentials", path="aws")
    if name in _REFUSED:
        return Unavailable(f"{what}: access denied ({name}: {message})", code="access_denied", path="aws")
    fields = tuple(
        (str(field.get("path", "")), str(field.get("message", ""))) for field in error.response.get("fieldList", ())
    )
    return AwsFault(name, message, fields)


def _no_keys() -> tuple[type[Exception], ...]:
    from botocore import exceptions as boto

    return (
        *(boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError, boto.ProfileNotFound),
        *(boto.TokenRetrievalError, boto.NoAuthTokenError, boto.SSOError),
    )
