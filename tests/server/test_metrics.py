from __future__ import annotations

import httpx
from tests.server.conftest import Small

from sensorium.server.metrics import Metrics


def test_the_page_of_numbers() -> None:
    metrics = Metrics()
    metrics.in_flight = 2
    for seconds in (0.0005, 0.001, 0.0011, 99.0):
        metrics.count(("s3vectors", "QueryVectors"), 200, seconds, 10, 20)
    metrics.count(("", ""), 404, 0.001, 0, 5)
    lines = metrics.text().splitlines()
    labels = 'service="s3vectors",operation="QueryVectors"'
    assert f'sensorium_requests_total{{{labels},status="200"}} 4' in lines
    assert 'sensorium_requests_total{service="",operation="",status="404"} 1' in lines
    assert f'sensorium_request_seconds_bucket{{{labels},le="0.001"}} 2' in lines
    assert f'sensorium_request_seconds_bucket{{{labels},le="0.0025"}} 3' in lines
    assert f'sensorium_request_seconds_bucket{{{labels},le="60.0"}} 3' in lines
    assert f'sensorium_request_seconds_bucket{{{labels},le="+Inf"}} 4' in lines
    assert f"sensorium_request_seconds_sum{{{labels}}} 99.002600" in lines
    assert f"sensorium_request_seconds_count{{{labels}}} 4" in lines
    assert 'sensorium_bytes_total{service="s3vectors",direction="received"} 40' in lines
    assert "sensorium_requests_in_flight 2" in lines
    helps = [line.split()[2] for line in lines if line.startswith("# HELP")]
    types = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert helps == types
    assert len(set(helps)) == 4


def test_the_server_counts(plain: Small) -> None:
    httpx.post(f"{plain.url}/ListVectorBuckets", content=b"{}")
    for n in range(5):
        httpx.post(f"{plain.url}/made-up-{n}")
        httpx.post(f"{plain.url}/", data={"Action": f"MadeUp{n}"})
    raw = httpx.get(f"{plain.url}/metrics")
    assert raw.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'sensorium_requests_total{service="s3vectors",operation="ListVectorBuckets",status="200"} 1' in raw.text
    # What clients make up must not make up time series.
    assert 'sensorium_requests_total{service="",operation="",status="404"} 5' in raw.text
    assert 'sensorium_requests_total{service="sts",operation="",status="400"} 5' in raw.text
    assert "sensorium_requests_in_flight 0" in raw.text
