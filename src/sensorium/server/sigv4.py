"""AWS Signature Version 4 of a request, verified from its definition.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from sensorium.server.credentials import Key
from sensorium.server.http import Head
from sensorium.wire.fault import AwsFault

ALGORITHM = "AWS4-HMAC-SHA256"
SKEW_S = 15 * 60
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
INVALID = "InvalidSignatureException"
INCOMPLETE = "IncompleteSignatureException"
AUTHORITY = ":authority"
"""What the JavaScript SDK signs over HTTP/2 in place of ``host``; ASGI hands it on as that header."""
_STAMP = "%Y%m%dT%H%M%SZ"
_STAMPED = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_REGION = re.compile(r"[a-z0-9-]{1,64}")
_HASH = re.compile(r"[0-9a-f]{64}")
_BLANKS = re.compile(rb" +")
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


@dataclass(frozen=True, slots=True)
class Signature:
    """What an Authorization header claims."""

    key_id: str
    date: str
    region: str
    service: str
    headers: tuple[str, ...]
    signature: str

    @property
    def scope(self) -> str:
        """``20261121/us-east-1/s3vectors/aws4_request``."""
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


def parse(authorization: str) -> Signature:
    """The header's parts. Raises AwsFault IncompleteSignatureException that names what is missing."""
    algorithm, _, rest = authorization.partition(" ")
    if algorithm != ALGORITHM:
        raise AwsFault(INCOMPLETE, f"Authorization is of the kind {algorithm[:40]!r}; accepted is {ALGORITHM}")
    pairs = (part.strip().partition("=") for part in rest.split(","))
    found = {name: value for name, _, value in pairs}
    for name in ("Credential", "SignedHeaders", "Signature"):
        if not found.get(name):
            raise AwsFault(INCOMPLETE, f"Authorization header requires '{name}' parameter.")
    # An access key id of somebody else's making may hold slashes; the scope is the last four parts.
    key_id, *scope = found["Credential"].rsplit("/", 4)
    if len(scope) != 4 or scope[3] != "aws4_request" or not _REGION.fullmatch(scope[1]):
        raise AwsFault(INCOMPLETE, "Credential must be KEY/DATE/REGION/SERVICE/aws4_request")
    date, region, service, _ = scope
    return Signature(key_id, date, region, service, tuple(found["SignedHeaders"].split(";")), found["Signature"])


def check_moment(claim: Signature, head: Head, now: datetime.datetime) -> str:
    """The request's time stamp; raises AwsFault where it is missing, malformed, or more than 15 minutes away."""
    text = head.header(b"x-amz-date")
    try:
        if _STAMPED.fullmatch(text):
            moment = datetime.datetime.fromisoformat(text)
        else:
            moment = parsedate_to_datetime(head.header(b"date")).astimezone(datetime.UTC)
    except ValueError:
        needed = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        raise AwsFault(INCOMPLETE, needed) from None
    stamp = moment.strftime(_STAMP)
    if claim.date != stamp[:8]:
        raise AwsFault(
            INVALID, f"Date in Credential scope does not match the date of the request: {claim.date}, {stamp}"
        )
    away = (moment - now).total_seconds()
    if abs(away) > SKEW_S:
        wrong, side = ("expired", "earlier") if away < 0 else ("not yet current", "later")
        border = now + datetime.timedelta(seconds=SKEW_S if away > 0 else -SKEW_S)
        raise AwsFault(
            INVALID,
            f"Signature {wrong}: {stamp} is now {side} than {border:{_STAMP}} "
            f"({now:{_STAMP}} {'+' if away > 0 else '-'} 15 min.)",
        )
    return stamp


def check(claim: Signature, key: Key, head: Head, body: bytes, stamp: str) -> None:
    """Raises AwsFault InvalidSignatureException unless the key's secret made this signature of this request."""
    if not {"host", AUTHORITY} & set(claim.headers):
        raise AwsFault(INVALID, "'Host' must be a 'SignedHeader' in the AWS Authorization.")
    if "x-amz-date" not in claim.headers and b"x-amz-date" in head.headers:
        raise AwsFault(INVALID, "'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.")
    canonical = "\n".join(
        (
            head.method,
            quote(head.raw_path, safe="/-_.~"),
            _canonical_query(head.query),
            *_canonical_headers(claim, head),
            "",
            ";".join(claim.headers),
            _payload_hash(head, body),
        )
    )
    hashed = hashlib.sha256(canonical.encode("latin-1")).hexdigest()
    text = f"{ALGORITHM}\n{stamp}\n{claim.scope}\n{hashed}"
    signing_key = _signing_key(key.secret, claim.date, claim.region, claim.service)
    wanted = hmac.new(signing_key, text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), claim.signature.encode()):
        raise AwsFault(INVALID, _MISMATCH)


def _canonical_query(query: bytes) -> str:
    """The parameters, escaped anew and sorted by name, then value."""
    if not query:
        return ""
    pairs = (part.partition(b"=") for part in query.split(b"&") if part)
    escaped = sorted((_escaped(name), _escaped(value)) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in escaped)


def _escaped(part: bytes) -> str:
    return quote(unquote_to_bytes(part), safe="-_.~")


def _canonical_headers(claim: Signature, head: Head) -> list[str]:
    """``name:value`` of each signed header; a header that did not come is an empty value, and no signature fits."""
    names = ("host" if name == AUTHORITY else name for name in claim.headers)
    values = (head.headers.get(name.encode("latin-1"), b"") for name in names)
    shown = (_BLANKS.sub(b" ", value.strip()).decode("latin-1") for value in values)
    return [f"{name}:{value}" for name, value in zip(claim.headers, shown, strict=True)]


def _payload_hash(head: Head, body: bytes) -> str:
    stated = head.header(b"x-amz-content-sha256")
    if stated == UNSIGNED_PAYLOAD:
        return stated
    found = hashlib.sha256(body).hexdigest()
    if stated and not _HASH.fullmatch(stated):
        raise AwsFault(
            INVALID, f"x-amz-content-sha256 is {stated[:64]!r}; accepted are a SHA-256 and {UNSIGNED_PAYLOAD}"
        )
    if stated and not hmac.compare_digest(stated, found):
        raise AwsFault(INVALID, "The provided 'x-amz-content-sha256' header does not match what was computed.")
    return found


@lru_cache(maxsize=256)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    found = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        found = hmac.new(found, part.encode(), hashlib.sha256).digest()
    return found
