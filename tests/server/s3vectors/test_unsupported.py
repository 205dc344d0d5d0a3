"""What is never answered, and why."""

from __future__ import annotations

from sensorium.server.s3vectors.unsupported import BY_TRANSPORT, UNSUPPORTED, reason


def test_every_gap_has_its_reason() -> None:
    assert all(len(why) > 20 for why in (*UNSUPPORTED.values(), *BY_TRANSPORT.values()))
    assert "encrypted" in str(reason("PutVectors", "KmsDisabledException"))
    assert "transport" in str(reason("PutVectors", "TooManyRequestsException"))
    assert reason("PutVectors", "ValidationException") is None
    assert reason("ListIndexes", "AccessDeniedException") is None
    assert reason("ListVectorBuckets", "AccessDeniedException") is not None
