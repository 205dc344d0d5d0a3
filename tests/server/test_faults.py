from __future__ import annotations

import pytest

from sensorium.errors import Conflict, Corrupt, Invalid, NotFound, SensoriumError, Unavailable, Unreadable, Unsupported
from sensorium.server.dialect import BEDROCK, S3VECTORS, Dialect
from sensorium.server.faults import as_fault, internal
from sensorium.wire import shapes


@pytest.mark.parametrize("dialect", [S3VECTORS, BEDROCK])
@pytest.mark.parametrize(
    "kind", [Invalid, NotFound, Conflict, Unsupported, Unreadable, Corrupt, Unavailable, SensoriumError]
)
def test_every_error_of_the_tree_is_one_that_the_service_declares(dialect: Dialect, kind: type[SensoriumError]) -> None:
    fault = as_fault(kind("the thing is wrong"), dialect)
    assert fault.name in {shape.name for shape in shapes.service(dialect.service).error_shapes}
    assert fault.message


def test_a_bug_leads_to_the_log() -> None:
    assert "request 42" in internal("42").message
