"""Limits and the two refusals that name them."""

from __future__ import annotations

from sensorium.server.s3vectors import limits


def test_the_quotas_are_those_of_aws() -> None:
    assert limits.Limits() == limits.Limits(10_000, 10_000, 2_000_000_000)


def test_a_refusal_names_the_member() -> None:
    fault = limits.refuse("no", "topK")
    assert (fault.name, fault.message, fault.fields) == ("ValidationException", "no", (("topK", "no"),))
    assert limits.exceeded("full").name == "ServiceQuotaExceededException"
