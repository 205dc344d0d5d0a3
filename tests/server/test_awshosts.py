from __future__ import annotations

from sensorium.server.awshosts import AwsHosts


def test_hosts_of_every_region() -> None:
    hosts = AwsHosts("xx-own-1")
    for host in (
        "s3vectors.us-east-1.api.aws",
        "bedrock-runtime.eu-west-1.amazonaws.com",
        "sts.xx-own-1.amazonaws.com",
        "sts.amazonaws.com",
    ):
        assert host in hosts
    assert "s3.us-east-1.amazonaws.com" not in hosts
    assert "S3vectors.us-east-1.api.aws" not in hosts
    assert {"*.us-east-1.api.aws", "*.us-east-1.amazonaws.com", "sts.amazonaws.com"} <= set(hosts.names())
