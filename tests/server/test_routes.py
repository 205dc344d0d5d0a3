from __future__ import annotations

from types import SimpleNamespace

import pytest

from sensorium.server.dialect import BEDROCK, S3VECTORS
from sensorium.server.routes import MethodRefused, Operation, Routes
from sensorium.wire import shapes
from sensorium.wire.fault import AwsFault

ROUTES = Routes()


@pytest.mark.parametrize("dialect", [S3VECTORS, BEDROCK])
def test_every_operation_of_the_models_has_its_route(dialect: object) -> None:
    for operation in ROUTES.operations:
        http = operation.model.http
        path = http["requestUri"].encode()
        labels = {part[1:-1] for part in http["requestUri"].split("/") if part.startswith("{")}
        for label in labels:
            path = path.replace(f"{{{label}}}".encode(), b"a%2Fb:c%3Ad")
        found = ROUTES.find(http["method"], path)
        assert found.operation is operation
        assert found.labels == dict.fromkeys(labels, "a/b:c:d")
    names = {operation.name for operation in ROUTES.operations if operation.dialect is dialect}
    assert names == set(shapes.service(dialect.service).operation_names)  # type: ignore[attr-defined]


def test_other_methods_are_named() -> None:
    with pytest.raises(MethodRefused) as caught:
        ROUTES.find("PUT", b"/tags/arn")
    assert caught.value.accepted == "DELETE, GET, POST"


@pytest.mark.parametrize("path", [b"", b"*", b"/", b"tags/x", b"/tags/a/b", b"/tags/", b"/QUERYVECTORS", b"/\xff"])
def test_paths_of_nobody(path: bytes) -> None:
    with pytest.raises(AwsFault, match="no operation of S3 Vectors"):
        ROUTES.find("POST", path)


def test_labels_are_utf_8() -> None:
    assert ROUTES.find("GET", "/tags/ü%C3%BC".encode()).labels == {"resourceArn": "üü"}
    with pytest.raises(AwsFault, match="no UTF-8"):
        ROUTES.find("GET", b"/tags/%ff")


@pytest.mark.parametrize("uri", ["/files/{key+}", "/files?list", "/GetIndex"])
def test_routes_of_a_later_botocore_are_left_out(uri: str, caplog: pytest.LogCaptureFixture) -> None:
    model = SimpleNamespace(name="NewThing", http={"method": "POST", "requestUri": uri})
    routes = Routes()
    routes._add(Operation(S3VECTORS, model))
    assert "NewThing is not served" in caplog.text
    assert routes.find("POST", b"/GetIndex").operation.name == "GetIndex"
