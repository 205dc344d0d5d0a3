"""Every operation of the service is served or refused for a reason."""

from __future__ import annotations

import botocore.session
import pytest
from tests.server.bedrock.conftest import ACCOUNT, Door

from sensorium.server.bedrock.unsupported import UNSUPPORTED, refused
from sensorium.server.call import Call, Caller
from sensorium.wire.fault import AwsFault

SERVED = {"InvokeModel", "StartAsyncInvoke", "GetAsyncInvoke", "ListAsyncInvokes"}
MODEL = botocore.session.get_session().get_service_model("bedrock-runtime")


def test_served_and_unsupported_are_all_operations() -> None:
    assert set(UNSUPPORTED) | SERVED == set(MODEL.operation_names)
    assert not set(UNSUPPORTED) & SERVED


@pytest.mark.parametrize("operation", sorted(UNSUPPORTED))
def test_an_unsupported_operation_answers_an_error_that_it_declares(operation: str, door: Door) -> None:
    with pytest.raises(AwsFault) as caught:
        door.service.call(Call(operation, {}, Caller(ACCOUNT, "us-east-1"), "r"))
    assert caught.value.name in {shape.name for shape in MODEL.operation_model(operation).error_shapes}
    assert operation in caught.value.message
    assert len(UNSUPPORTED[operation]) > 20


def test_what_nobody_knows_is_refused_too() -> None:
    assert "unknown to this server" in refused("InvokeDream").message
