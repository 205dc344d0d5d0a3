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
    fault = as_fault(kind("the thing is wrong"), dialect, "42")
    assert fault.name in {shape.name for shape in shapes.service(dialect.service).error_shapes}
    assert fault.message


@pytest.mark.parametrize("dialect", [S3VECTORS, BEDROCK])
@pytest.mark.parametrize(
    "error",
    [
        Unavailable("/srv/home/door.db: database or disk is full", path="/srv/home/door.db"),
        Corrupt("/srv/home/records.sqlite: damaged"),
    ],
)
def test_files_of_the_machine_are_the_logs_affair(dialect: Dialect, error: SensoriumError) -> None:
    fault = as_fault(error, dialect, "42")
    assert "/srv" not in fault.message
    assert "request 42" in fault.message
    assert fault.name in {"ServiceUnavailableException", "InternalServerException"}


def test_what_a_remote_service_lacks_is_told() -> None:
    error = Unavailable("s3://media/song.wav: S3 does not answer", path="uri")
    assert as_fault(error, BEDROCK, "42").message == error.message


def test_a_bug_leads_to_the_log() -> None:
    assert "request 42" in internal("42").message
