"""The service ``bedrock-runtime``: InvokeModel here, async invokes through ``jobs``."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from sensorium.errors import SensoriumError
from sensorium.objects.base import Objects
from sensorium.server.bedrock import cohere, marengo, nova, titan
from sensorium.server.bedrock.catalogue import Family
from sensorium.server.bedrock.installed import Installed, Model
from sensorium.server.bedrock.reply import Reply
from sensorium.server.bedrock.sources import Sources
from sensorium.server.bedrock.unsupported import refused
from sensorium.server.call import Answer, Call
from sensorium.wire import body
from sensorium.wire.bedrockfaults import fault
from sensorium.wire.fault import AwsFault
from sensorium.wire.schema import malformed

MAX_BODY = 25_000_000
"""Bytes of a request body."""
_ACCEPTED = {"*/*", "application/*", "application/json"}

Handler = Callable[[object, Model, Sources, bool], Reply]
_HANDLERS: dict[Family, Handler] = {
    Family.NOVA: nova.invoke,
    Family.MARENGO_3: marengo.invoke_3,
    Family.MARENGO_2: marengo.invoke_2,
    Family.TITAN_TEXT_1: titan.invoke_text_1,
    Family.TITAN_TEXT_2: titan.invoke_text_2,
    Family.TITAN_IMAGE: titan.invoke_image,
    Family.COHERE_3: cohere.invoke_3,
    Family.COHERE_4: cohere.invoke_4,
    Family.LEGACY: titan.invoke_legacy,
}


class Jobs(Protocol):
    """Async invokes. Thread-safe; raises AwsFault, or an error of our tree."""

    def start(self, call: Call) -> Answer: ...

    def get(self, call: Call) -> Answer: ...

    def list(self, call: Call) -> Answer: ...

    def close(self) -> None: ...


class BedrockService:
    """Implements ``Service``. ``objects`` is where ``s3Location`` sources lie; ``lenient`` takes what AWS refuses."""

    name = "bedrock-runtime"

    def __init__(self, models: Installed, objects: Objects | None, jobs: Jobs, lenient: bool = False) -> None:
        self._models = models
        self._objects = objects
        self._jobs = jobs
        self._lenient = lenient

    def call(self, call: Call) -> Answer:
        """Answer one operation. Raises AwsFault."""
        try:
            match call.operation:
                case "InvokeModel":
                    return self._invoke(call)
                case "StartAsyncInvoke":
                    return self._jobs.start(call)
                case "GetAsyncInvoke":
                    return self._jobs.get(call)
                case "ListAsyncInvokes":
                    return self._jobs.list(call)
        except SensoriumError as error:
            raise fault(error) from error
        raise refused(call.operation)

    def close(self) -> None:
        self._jobs.close()

    def _invoke(self, call: Call) -> Answer:
        started = time.monotonic()
        members = call.members
        _check_accept(members.get("accept"))
        if members.get("guardrailIdentifier"):
            raise AwsFault(
                "ValidationException", "The guardrail identifier or version provided in the request does not exist."
            )
        data = members.get("body") or b""
        if len(data) > MAX_BODY:
            raise malformed(("#", f"expected maxLength: {MAX_BODY}, actual: {len(data)}"))
        model = self._models.resolve(members["modelId"])
        sources = Sources(self._objects, call.caller.account)
        reply = _HANDLERS[model.family](body.decode(data), model, sources, self._lenient)
        echoed = {name: members[name] for name in ("performanceConfigLatency", "serviceTier") if name in members}
        return Answer(
            {"body": body.encode(reply.document), "contentType": "application/json", **echoed},
            {
                "x-amzn-bedrock-input-token-count": str(reply.tokens),
                "x-amzn-bedrock-invocation-latency": str(round((time.monotonic() - started) * 1000)),
            },
        )


def _check_accept(accept: str | None) -> None:
    """Raises AwsFault for an Accept header that leaves out JSON."""
    wanted = {part.split(";")[0].strip().lower() for part in (accept or "*/*").split(",")}
    if not wanted & _ACCEPTED:
        message = f"The requested accept type {accept!r} is not supported; supported are application/json and */*."
        raise AwsFault("ValidationException", message)
