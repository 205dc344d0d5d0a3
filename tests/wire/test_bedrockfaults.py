"""Our errors as Bedrock's and back."""

from __future__ import annotations

import botocore.session
import pytest

from sensorium.errors import Conflict, Corrupt, Invalid, NotFound, SensoriumError, Unavailable, Unreadable, Unsupported
from sensorium.wire.bedrockfaults import UNKNOWN_MODEL, error, fault
from sensorium.wire.fault import AwsFault

DECLARED = {shape.name for shape in botocore.session.get_session().get_service_model("bedrock-runtime").error_shapes}


@pytest.mark.parametrize(
    ("ours", "name", "back"),
    [
        (Invalid("m"), "ValidationException", Invalid),
        (Unreadable("m"), "ValidationException", Invalid),
        (Unsupported("m"), "ValidationException", Invalid),
        (NotFound("m"), "ResourceNotFoundException", NotFound),
        (Conflict("m"), "ConflictException", Conflict),
        (Unavailable("m"), "ServiceUnavailableException", Unavailable),
        (Unavailable("m", code="access_denied"), "AccessDeniedException", Unavailable),
        (Corrupt("m"), "InternalServerException", Unavailable),
        (SensoriumError("m"), "InternalServerException", Unavailable),
    ],
)
def test_who_is_at_fault_survives_the_wire(ours: SensoriumError, name: str, back: type[SensoriumError]) -> None:
    answered = fault(ours)
    assert (answered.name, answered.message) == (name, "m")
    assert name in DECLARED
    found = error(answered, "some-model")
    assert isinstance(found, back)
    assert "some-model" in found.message
    assert "m (" in found.message


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_error_of_bedrock_is_one_of_ours(name: str) -> None:
    found = error(AwsFault(name, "m"), "some-model")
    assert type(found) in {Invalid, NotFound, Conflict, Unreadable, Unavailable}
    retried = {
        "ThrottlingException",
        "ModelNotReadyException",
        "ServiceUnavailableException",
        "InternalServerException",
    }
    assert isinstance(found, Unavailable) or name not in retried


def test_an_unknown_model_is_not_found() -> None:
    found = error(AwsFault("ValidationException", UNKNOWN_MODEL), "some-model")
    assert isinstance(found, NotFound)
    assert found.code == "no_model"
