"""Decoded JSON against the shapes of botocore's service models: what AWS checks before an operation runs.

botocore's own ParamValidator knows types and minimums only; here are maximums, enums and patterns, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape

from sensorium.wire.checks import compiled
from sensorium.wire.fault import AwsFault
from sensorium.wire.violations import Violation, Violations, misfit, smithy


@cache
def service(name: str) -> ServiceModel:
    """botocore's model of ``s3vectors``, ``bedrock-runtime`` or ``sts``; read once."""
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


@cache
def operation(service_name: str, name: str) -> OperationModel:
    """One operation of a service; botocore's OperationNotFoundError where there is none."""
    return service(service_name).operation_model(name)


def checked(
    shape: Shape, members: Mapping[str, Any], fault: Callable[[list[Violation]], AwsFault] = smithy
) -> dict[str, Any]:
    """The members that the shape knows, in our types, or the AwsFault that AWS answers.

    ``members`` are named as in the model, wherever they travelled (body, path, query, headers: see :func:`from_text`).
    Unknown members and nulls are left out. A list of floats comes out as a float64 array ``(n,)``, a timestamp as
    seconds since the epoch, a blob as bytes, a document as it is. Wrong JSON types are a SerializationException; all
    broken constraints together are one ValidationException, worded by ``fault``.

    ``shape`` is ``operation(…).input_shape`` or another that lives on: its checks are kept with it.
    """
    found = Violations()
    result: dict[str, Any] = _root(shape)(members, (), found)
    if found.found:
        raise fault(found.found)
    return result


_root = cache(compiled)


def from_text(shape: Shape, text: str, name: str) -> Any:
    """A scalar of the path, the query or a header as JSON would hold it; SerializationException where it is none."""
    kind = shape.type_name
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except ValueError as error:
        raise misfit((name,), "a number", text) from error
    if kind == "boolean":
        if text not in ("true", "false"):
            raise misfit((name,), "true or false", text)
        return text == "true"
    return text
