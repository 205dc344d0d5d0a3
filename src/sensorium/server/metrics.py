"""Counters of the server, in Prometheus's text format. Changed and read on the event loop only."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
MEDIA_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
Target = tuple[str, str]
"""Service and operation; both empty for what no service knows."""


class Metrics:
    """Requests by service, operation and status; their latency; what is under way; bytes in and out."""

    def __init__(self) -> None:
        self.in_flight = 0
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[Target, list[int]] = {}
        self._seconds: dict[Target, float] = {}
        self._bytes: Counter[tuple[str, str]] = Counter()

    def count(self, target: Target, status: int, seconds: float, received: int, sent: int) -> None:
        """Note a request that is over."""
        self._requests[(*target, status)] += 1
        buckets = self._buckets.setdefault(target, [0] * (len(BUCKETS_S) + 1))
        buckets[bisect_left(BUCKETS_S, seconds)] += 1
        self._seconds[target] = self._seconds.get(target, 0.0) + seconds
        self._bytes[target[0], "received"] += received
        self._bytes[target[0], "sent"] += sent

    def text(self) -> str:
        """The page that Prometheus reads."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield from _head("sensorium_requests_total", "counter", "Requests that are over.")
        for (service, operation, status), count in sorted(self._requests.items()):
            yield f'sensorium_requests_total{{{_labels(service, operation)},status="{status}"}} {count}'
        yield from _head("sensorium_request_seconds", "histogram", "From the head of a request to its answer.")
        for target, buckets in sorted(self._buckets.items()):
            yield from self._histogram(target, buckets)
        yield from _head("sensorium_bytes_total", "counter", "Bytes of bodies.")
        for (service, direction), count in sorted(self._bytes.items()):
            yield f'sensorium_bytes_total{{service="{service}",direction="{direction}"}} {count}'
        yield from _head("sensorium_requests_in_flight", "gauge", "Requests under way.")
        yield f"sensorium_requests_in_flight {self.in_flight}"

    def _histogram(self, target: Target, buckets: list[int]) -> Iterator[str]:
        labels = _labels(*target)
        total = 0
        for border, count in zip((*map(str, BUCKETS_S), "+Inf"), buckets, strict=True):
            total += count
            yield f'sensorium_request_seconds_bucket{{{labels},le="{border}"}} {total}'
        yield f"sensorium_request_seconds_sum{{{labels}}} {self._seconds[target]:.6f}"
        yield f"sensorium_request_seconds_count{{{labels}}} {total}"


def _head(name: str, kind: str, help: str) -> Iterator[str]:
    yield f"# HELP {name} {help}"
    yield f"# TYPE {name} {kind}"


def _labels(service: str, operation: str) -> str:
    return f'service="{service}",operation="{operation}"'
