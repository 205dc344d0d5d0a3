"""Async invokes: started, asked for until they end, and the folder that they leave in a bucket."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sensorium import aws
from sensorium.errors import Unavailable, Unreadable
from sensorium.objects.base import Objects
from sensorium.wire import bedrockfaults
from sensorium.wire.fault import AwsFault

FIRST_S, SLOWER, SLOWEST_S = 1.0, 1.5, 30.0
"""Seconds before the first question, by how much each wait is longer than the one before, and the longest."""
PATIENCE_S = 6 * 3600.0
"""Seconds after which an invoke that has not ended is given up here; a later run finds it again by its token."""


@dataclass(frozen=True, slots=True)
class Invocations:
    """Where async invokes write (``output``, an ``s3://`` folder) and where that is read. Thread-safe."""

    objects: Objects
    output: str
    sleep: Callable[[float], None] = time.sleep

    def run(self, client: Any, model: str, document: dict[str, Any], token: str) -> str:
        """The folder of a finished invoke. The same ``token`` finds one that was started before.

        Raises Unreadable where the invoke failed, Unavailable where it cannot be started or does not end.
        """
        began = time.time()
        found = self._started(client, model, document, token)
        state = _asked(client, model, found)
        if state["status"] == "Failed" and state["submitTime"].timestamp() < began - 1:
            found = self._started(client, model, document, f"{token}-{int(began)}")  # an old failure; it may do better
        wait = FIRST_S
        while (state := _asked(client, model, found))["status"] == "InProgress":
            if time.time() - began > PATIENCE_S:
                raise Unavailable(
                    f"Bedrock ({model}): {found} has not ended in {PATIENCE_S / 3600:.0f} h", path="model"
                )
            self.sleep(wait)
            wait = min(wait * SLOWER, SLOWEST_S)
        if state["status"] != "Completed":
            reason = state.get("failureMessage") or "no reason given"
            raise Unreadable(f"Bedrock ({model}): {found} failed: {reason}", code="model_error", path="model")
        folder = str(state["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]).rstrip("/")
        name = found.rpartition("/")[2]
        return folder if folder.endswith(name) else f"{folder}/{name}"

    def _started(self, client: Any, model: str, document: dict[str, Any], token: str) -> str:
        where = {"s3OutputDataConfig": {"s3Uri": self.output}}
        members = {"modelId": model, "modelInput": document, "outputDataConfig": where, "clientRequestToken": token}
        return str(_call(model, client.start_async_invoke, **members)["invocationArn"])


def _asked(client: Any, model: str, arn: str) -> dict[str, Any]:
    return _call(model, client.get_async_invoke, invocationArn=arn)


def _call(model: str, method: Callable[..., dict[str, Any]], **members: Any) -> dict[str, Any]:
    try:
        with aws.told(f"Bedrock ({model})"):
            return method(**members)
    except AwsFault as fault:
        raise bedrockfaults.error(fault, model) from fault
