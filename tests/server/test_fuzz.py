"""Requests over a real socket with anything about them wrong: only modelled errors come back, and the server lives."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from botocore.model import Shape

from sensorium.config import Settings
from sensorium.server.restjson import FRONT_DOOR
from sensorium.server.routes import Operation, Routes
from sensorium.testing.server import RunningServer

OPERATIONS = Routes().operations
STRINGS = ["", "x", "shop", "a" * 70, "é", "\x00", "arn:aws:s3vectors:us-east-1:000000000000:bucket/shop", "s3://b/k"]
STRINGS += ["amazon.nova-2-multimodal-embeddings-v1:0", "twelvelabs.marengo-embed-3-0-v1:0", "cohere.embed-english-v3"]
SCALARS: list[Any] = [None, True, 0, -1, 2**70, 1.5, 1e400, float("nan"), [], {}, [[]], {"a": {"b": []}}]
HEADERS = {
    "content-type": ["application/json", "text/xml", "", "application/x-www-form-urlencoded", "a" * 3000],
    "accept": ["*/*", "text/plain", ","],
    "authorization": [
        "Bearer x",
        "AWS4-HMAC-SHA256 Credential=a/2/us/s3/aws4_request, SignedHeaders=h, Signature=0",
        "x",
    ],
    "x-amz-date": ["20260101T000000Z", "never"],
    "x-amz-content-sha256": ["UNSIGNED-PAYLOAD", "0"],
    "x-amz-target": ["DynamoDB_20120810.ListTables"],
    "origin": ["null", "https://evil.example", "http://localhost"],
    "host": ["localhost", "evil.example", "[", "localhost:99999"],
    "content-encoding": ["gzip"],
    "x-amzn-bedrock-trace": ["ENABLED", "perhaps"],
    "accept-encoding": ["gzip, br"],
    "range": ["bytes=0-1"],
    "cookie": ["a=b"],
}


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[RunningServer]:
    """A server with the real services, of its own: what is left in it is anybody's guess."""
    with RunningServer(Settings(tmp_path / "home", serve_port=0)) as running:
        yield running


def value(shape: Shape, dice: random.Random, depth: int = 0) -> Any:
    """Something that the shape might take, or might not."""
    if dice.random() < 0.04:
        return dice.choice([*SCALARS, *STRINGS])
    kind = shape.type_name
    if kind == "structure" and depth < 5:
        wanted = [name for name in shape.members if dice.random() < (0.97 if name in shape.required_members else 0.3)]
        return {name: value(each, dice, depth + 1) for name, each in shape.members.items() if name in wanted}
    if kind == "list" and depth < 5:
        return [value(shape.member, dice, depth + 1) for _ in range(dice.choice([0, 1, 2, 3]))]
    if kind == "map" and depth < 5:
        return {dice.choice(STRINGS): value(shape.value, dice, depth + 1)}
    if kind in ("integer", "long", "float", "double"):
        return dice.choice([0, 1, 3, 10_000, -5, 0.25])
    return dice.choice([*STRINGS, *(shape.metadata.get("enum") or [])])


def spoilt(data: bytes, dice: random.Random) -> bytes:
    """Some bytes changed, lost or doubled."""
    if not data or dice.random() < 0.6:
        return data
    at = dice.randrange(len(data))
    return data[:at] + dice.choice([b"", b"\x00", b"\xff", b"\\ud800", b"[", b'"', b"NaN", data[:at]]) + data[at + 1 :]


def request(operation: Operation, dice: random.Random) -> tuple[str, str, bytes, dict[str, str]]:
    """Method, path with its query, body and headers."""
    model = operation.model
    path, shape = str(model.http["requestUri"]), model.input_shape
    members = value(shape, dice)
    members = members if isinstance(members, dict) else {}
    if "vectorBucketName" in shape.members and dice.random() < 0.7:
        members.pop("vectorBucketArn", None)
        members["vectorBucketName"] = dice.choice(["shop1", "shop2"])
    query = ""
    for name, member in shape.members.items():
        place, wire = member.serialization.get("location"), member.serialization.get("name")
        if place == "uri":
            text = str(members.pop(name, None) or dice.choice(STRINGS))
            path = path.replace(f"{{{wire}}}", quote(text, safe=dice.choice(["", ":/", "%"])))
        elif place == "querystring" and name in members:
            query += f"&{wire}={quote(str(members.pop(name)))}"
    body = json.dumps(members).encode() if model.http["method"] == "POST" or dice.random() < 0.1 else b""
    if dice.random() < 0.03:
        path = spoilt(path.encode(), dice).decode("latin-1").translate({0: "%00", 10: "", 13: "", 32: "%20"})
    path = quote(path, safe="/%:?&=+,;@!$'()*~.-_[]\"\\")
    method = model.http["method"] if dice.random() < 0.97 else dice.choice(["PUT", "PATCH", "HEAD", "TRACE", "OPTIONS"])
    headers = {name: dice.choice(values) for name, values in HEADERS.items() if dice.random() < 0.05}
    return method, f"{path}?{query[1:]}" if query else path, spoilt(body, dice), headers


def fuzz(server: RunningServer, seed: int, requests: int) -> None:
    dice = random.Random(seed)
    answered = 0
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        for _ in range(requests):
            operation = dice.choice(OPERATIONS)
            method, path, body, headers = request(operation, dice)
            connection.request(method, path or "/", body, headers)
            raw = connection.getresponse()
            data = raw.read()
            found = (method, path, body, headers, raw.status, data)
            error = raw.headers["x-amzn-errortype"]
            declared = {shape.name for shape in operation.model.service_model.error_shapes}
            if raw.status == 200:
                answered += 1
            elif method != "HEAD" and b"<ErrorResponse" not in data:
                assert json.loads(data)["message"], found
                assert error in {*declared, *FRONT_DOOR, "SerializationException"}, found
            assert raw.status < 500, found
    assert answered > requests / 50
    assert server.client("sts").get_caller_identity()["Account"]


def test_spoilt_requests_get_modelled_errors(victim: RunningServer) -> None:
    fuzz(victim, 1, 1000)


@pytest.mark.slow
def test_a_great_many_spoilt_requests_get_modelled_errors(victim: RunningServer) -> None:
    fuzz(victim, 2, 20_000)
