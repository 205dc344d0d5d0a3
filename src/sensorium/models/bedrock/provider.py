"""The provider that `pyproject.toml` names: `bedrock:ID`, with Bedrock's own ids."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from sensorium import aws
from sensorium.errors import Invalid
from sensorium.models.base import Embedder, ModelSpec
from sensorium.models.bedrock import known
from sensorium.models.bedrock.embedder import BedrockEmbedder
from sensorium.models.bedrock.invocation import Invocations
from sensorium.models.bedrock.quota import Quota

CONCURRENCY = 8


class BedrockProvider:
    """Models as AWS's own settings reach them (region, profile, credentials, endpoint, retries; see ``aws``)."""

    def __init__(
        self,
        requests_per_minute: float | None = None,
        concurrency: int = CONCURRENCY,
        jobs: Invocations | None = None,
    ) -> None:
        """At most so many requests a minute for each model, and so many at once for all of them together.

        None leaves the rate to the service, which throttles, and to the client's retries. ``jobs`` lets Nova and
        Marengo cut and embed sound and video in buckets by themselves. Raises Invalid for numbers not above zero.
        """
        if concurrency < 1:
            raise Invalid(f"concurrency {concurrency}: at least 1 is needed", path="concurrency")
        Quota(requests_per_minute)  # a bad rate is told here and not at the first load
        self._requests_per_minute = requests_per_minute
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="bedrock")
        self._jobs = jobs
        self._quotas: dict[str, Quota] = {}
        self._lock = threading.Lock()

    def specs(self) -> Sequence[ModelSpec]:
        return known.all_specs()

    def load(self, name: str) -> Embedder:
        """The model of that id, Nova for the empty one; nobody is asked yet.

        Raises NotFound for an unknown model, Unsupported without boto3, Invalid without a region.
        """
        name = name or known.DEFAULT
        found = known.find(name)
        client = aws.client("bedrock-runtime")
        with self._lock:
            quota = self._quotas.setdefault(name, Quota(self._requests_per_minute))
        return BedrockEmbedder(found.spec, name, found.dialect, client, self._pool, quota, self._jobs)


PROVIDER = BedrockProvider()
