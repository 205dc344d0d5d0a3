"""STS over its query protocol: GetCallerIdentity, which AWS's tools ask before they begin."""

from __future__ import annotations

from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from sensorium.server.call import Answer, Call
from sensorium.server.dialect import STS, UNKNOWN
from sensorium.server.http import Head, Reply
from sensorium.server.restjson import status_of
from sensorium.wire.fault import AwsFault

OPERATION = "GetCallerIdentity"
NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
XML = (b"content-type", b"text/xml")
_NAMES = {
    "ExpiredTokenException": "ExpiredToken",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "IncompleteSignatureException": "IncompleteSignature",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "UnrecognizedClientException": "InvalidClientTokenId",
    "AccessDeniedException": "AccessDenied",
    "InternalServerException": "InternalFailure",
    "RequestTimeoutException": "RequestTimeout",
    "ServiceUnavailableException": "ServiceUnavailable",
    "ThrottlingException": "Throttling",
    "ValidationException": "ValidationError",
}
"""The query protocol's words for the errors of AWS's front doors."""


class StsService:
    """Says who calls."""

    name = STS.service

    def call(self, call: Call) -> Answer:
        """``UserId``, ``Account`` and ``Arn`` of the caller."""
        caller = call.caller
        return Answer({"UserId": caller.user or caller.account, "Account": caller.account, "Arn": caller.arn})

    def close(self) -> None:
        """Nothing is under way between two calls."""


def is_query(head: Head) -> bool:
    """Whether a request speaks the query protocol: to ``/``, with an action in a form or in the query."""
    if head.raw_path not in (b"/", b""):
        return False
    form = head.header(b"content-type").startswith("application/x-www-form-urlencoded")
    return (head.method == "POST" and form) or (head.method == "GET" and b"Action=" in head.query)


def action(head: Head, body: bytes) -> str:
    """The operation asked for; there is one. Raises AwsFault MissingAction, InvalidAction or ValidationException."""
    text = head.query if head.method == "GET" else body
    try:
        found = parse_qs(text.decode("ascii"), max_num_fields=100)
    except ValueError:
        raise AwsFault("ValidationException", "the body is no form") from None
    if not found.get("Action"):
        raise AwsFault("MissingAction", "The request must contain the parameter Action")
    name = found["Action"][0]
    if name != OPERATION:
        raise AwsFault("InvalidAction", f"Could not find operation {name[:100]} for version 2011-06-15")
    return name


def reply(answer: Answer, request_id: str) -> Reply:
    """An answer as XML."""
    rows = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in answer.members.items())
    text = (
        f'<{OPERATION}Response xmlns="{NAMESPACE}"><{OPERATION}Result>{rows}</{OPERATION}Result>'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{OPERATION}Response>"
    )
    return Reply(200, (XML,), text.encode())


def refusal(fault: AwsFault, request_id: str) -> Reply:
    """An error as XML."""
    name = _NAMES.get(fault.name, fault.name)
    status = status_of(UNKNOWN, fault.name)
    kind = "Receiver" if status >= 500 else "Sender"
    text = (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>{kind}</Type><Code>{escape(name)}</Code>'
        f"<Message>{escape(_printable(fault.message))}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return Reply(status, (XML,), text.encode("utf-8", "replace"), name)


def _printable(text: str) -> str:
    """XML has no place for control characters."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)
