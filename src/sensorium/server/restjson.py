"""The rest-json protocol: members out of path, query, headers and body; an answer or an error back into them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from botocore.model import OperationModel, Shape

from sensorium.server import jsonbody
from sensorium.server.call import Answer
from sensorium.server.dialect import BEDROCK, Dialect
from sensorium.server.http import Head, Pairs, Reply
from sensorium.server.routes import Match, MethodRefused
from sensorium.wire import shapes
from sensorium.wire.fault import AwsFault
from sensorium.wire.violations import VALIDATION, Violation, smithy

JSON = (b"content-type", b"application/json")
FRONT_DOOR = {
    "AccessDeniedException": 403,
    "ExpiredTokenException": 403,
    "IncompleteSignatureException": 403,
    "InternalServerException": 500,
    "InvalidSignatureException": 403,
    "MissingAuthenticationTokenException": 403,
    "RequestTimeoutException": 408,
    "ServiceUnavailableException": 503,
    "ThrottlingException": 429,
    "UnknownOperationException": 404,
    "UnrecognizedClientException": 403,
}
"""Status of the errors that AWS's front doors answer, declared by no model. All others are 400."""


def members(match: Match, head: Head, body: bytes) -> dict[str, Any]:
    """The checked members of a request. Raises AwsFault SerializationException or ValidationException."""
    shape = match.operation.model.input_shape
    if shape is None:
        return {}
    found: dict[str, Any] = {}
    payload = shape.serialization.get("payload")
    if payload is not None:
        found[payload] = body
    elif body:
        document = jsonbody.loads(body)
        if not isinstance(document, dict):
            raise AwsFault(jsonbody.SERIALIZATION, "the body is no JSON object")
        found.update(document)
    for name, read in _elsewhere(match.operation.model):
        value = read(match, head)
        if value is None:
            found.pop(name, None)  # what stands in the body under its name is none of the operation's
        else:
            found[name] = value
    return shapes.checked(shape, found, coral if match.operation.dialect is BEDROCK else smithy)


def coral(found: Sequence[Violation]) -> AwsFault:
    """The ValidationException of the older services (Bedrock): the values are shown, and there is no field list."""
    count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected"
    texts = []
    for violation in found:
        shown = f" '{str(violation.value)[:256]}'" if isinstance(violation.value, str | int | float) else ""
        place = violation.pointer[1:].replace("/", ".")
        texts.append(f"Value{shown} at '{place}' failed to satisfy constraint: {violation.constraint}")
    return AwsFault(VALIDATION, f"{count}: {'; '.join(texts)}")


def reply(match: Match, answer: Answer) -> Reply:
    """An answer as HTTP."""
    model = match.operation.model
    shape = model.output_shape
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    status = int(model.http.get("responseCode", 200))
    if shape is None:
        return Reply(status, (JSON, *headers), b"{}")
    rest = dict(answer.members)
    for name, member in shape.members.items():
        if member.serialization.get("location") == "header" and name in rest:
            value = str(rest.pop(name))
            headers.append((str(member.serialization["name"]).lower().encode(), value.encode("latin-1")))
    payload = shape.serialization.get("payload")
    if payload is not None:
        return Reply(status, tuple(headers), bytes(rest.get(payload, b"")))
    written = _times(shape)
    return Reply(status, (JSON, *headers), jsonbody.dumps(rest if written is None else written(rest)))


def refusal(dialect: Dialect, fault: AwsFault) -> Reply:
    """An error as HTTP: the status of its shape in the model, its name in a header, ``message`` and ``fieldList``."""
    document: dict[str, Any] = {"message": fault.message}
    if fault.fields:
        document["fieldList"] = [{"path": path, "message": message} for path, message in fault.fields]
    headers: Pairs = (JSON, (b"x-amzn-errortype", fault.name.encode()))
    if isinstance(fault, MethodRefused) and fault.accepted:
        return Reply(405, (*headers, (b"allow", fault.accepted.encode())), jsonbody.dumps(document), fault.name)
    return Reply(status_of(dialect, fault.name), headers, jsonbody.dumps(document), fault.name)


def status_of(dialect: Dialect, name: str) -> int:
    """The HTTP status of an error of a service."""
    declared = _declared(dialect.service) if dialect.service else {}
    return declared.get(name) or FRONT_DOOR.get(name, 400)


@cache
def _declared(service: str) -> dict[str, int]:
    found = {shape.name: shape.metadata.get("error", {}) for shape in shapes.service(service).error_shapes}
    return {name: int(error.get("httpStatusCode", 400)) for name, error in found.items()}


Reader = Callable[[Match, Head], Any]


@cache
def _elsewhere(model: OperationModel) -> Sequence[tuple[str, Reader]]:
    """The members that do not travel in the body, each with how it is read; None where it is absent."""
    readers = {"uri": _of_path, "querystring": _of_query, "header": _of_header}
    return [
        (name, readers[location](name, member))
        for name, member in model.input_shape.members.items()
        if (location := member.serialization.get("location")) is not None
    ]


def _of_path(name: str, member: Shape) -> Reader:
    wire = member.serialization["name"]
    return lambda match, _: match.labels[wire]


def _of_header(name: str, member: Shape) -> Reader:
    wire = member.serialization["name"].lower().encode()

    def read(_: Match, head: Head) -> Any:
        return shapes.from_text(member, head.header(wire), name) if wire in head.headers else None

    return read


def _of_query(name: str, member: Shape) -> Reader:
    wire = member.serialization["name"]

    def read(_: Match, head: Head) -> Any:
        values = parse_qs(head.query.decode("latin-1"), keep_blank_values=True).get(wire)
        if values is None:
            return None
        if member.type_name == "list":
            return [shapes.from_text(member.member, value, name) for value in values]
        return shapes.from_text(member, values[0], name)

    return read


@cache
def _times(shape: Shape) -> Callable[[Any], Any] | None:
    """What turns the seconds of an answer's members into texts where the model wants ISO 8601; None for nothing to do.

    rest-json's own format of a time in a body is seconds since the epoch, as the services give them.
    """
    if shape.type_name == "timestamp":
        return _iso8601 if shape.serialization.get("timestampFormat") == "iso8601" else None
    if shape.type_name == "list":
        each = _times(shape.member)
        return None if each is None else lambda items: [each(item) for item in items]
    if shape.type_name != "structure":
        return None
    known = {name: each for name, member in shape.members.items() if (each := _times(member)) is not None}
    if not known:
        return None

    def written(found: Mapping[str, Any]) -> dict[str, Any]:
        return {name: known[name](item) if name in known else item for name, item in found.items()}

    return written


def _iso8601(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
