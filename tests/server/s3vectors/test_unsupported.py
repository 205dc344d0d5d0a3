"""What is never answered, and why."""

from __future__ import annotations

from pathlib import Path

from sensorium.server.condition import KEYS, OPERATORS, PREFIXES
from sensorium.server.s3vectors.unsupported import BY_TRANSPORT, UNSUPPORTED, reason


def test_every_gap_has_its_reason() -> None:
    assert all(len(why) > 20 for why in (*UNSUPPORTED.values(), *BY_TRANSPORT.values()))
    assert "encrypted" in str(reason("PutVectors", "KmsDisabledException"))
    assert "transport" in str(reason("PutVectors", "TooManyRequestsException"))
    assert reason("PutVectors", "ValidationException") is None
    assert reason("ListIndexes", "AccessDeniedException") is None
    assert reason("ListVectorBuckets", "AccessDeniedException") is not None


def test_the_page_names_every_gap_and_all_that_a_policy_may_hold() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "s3vectors.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")][2:]
    told = {
        ("*" if operation == " all " else name, error)
        for _, operation, errors, *_ in (row.split("|") for row in rows)
        for name in operation.replace("`", "").split()
        for error in errors.replace("`", "").split()
    }
    assert told == set(UNSUPPORTED)
    assert all(f"`{error}`" in page for error in BY_TRANSPORT)
    assert all(f"`{operator}`" in page for operator in OPERATORS)
    folded = page.lower()
    assert all(f"`{key}`" in folded for key in (*KEYS, *(f"{prefix}key" for prefix in PREFIXES)))
