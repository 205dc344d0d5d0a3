"""The operations of Bedrock Runtime that are not served, each with the answer that says why."""

from __future__ import annotations

from collections.abc import Mapping

from sensorium.wire.fault import AwsFault

_TALKS = "this server embeds and does not generate text; its models answer InvokeModel and StartAsyncInvoke"
_GUARDS = "this server has no guardrails"

UNSUPPORTED: Mapping[str, str] = {
    "ApplyGuardrail": _GUARDS,
    "Converse": _TALKS,
    "ConverseStream": _TALKS,
    "CountTokens": "the provided model doesn't support counting tokens; InvokeModel's answer carries the header "
    "x-amzn-bedrock-input-token-count",
    "InvokeGuardrailChecks": _GUARDS,
    "InvokeModelWithBidirectionalStream": _TALKS,
    "InvokeModelWithResponseStream": "the model is unsupported for streaming; use InvokeModel",
}
"""Operation name to reason."""


def refused(operation: str) -> AwsFault:
    """The fault for an operation that is not served."""
    reason = UNSUPPORTED.get(operation, "unknown to this server")
    return AwsFault("ValidationException", f"{operation} is not supported: {reason}.")


IGNORED: Mapping[str, str] = {
    "contentType": "a body is JSON, whatever its type is called",
    "trace": "traces tell of guardrails",
    "guardrailVersion": "an invocation that names a guardrail is refused for its identifier",
    "requestMetadata": "AWS keeps it for its invocation logs",
}
"""Members of InvokeModel that change nothing, with the reason."""

NEVER_ANSWERED: Mapping[str, str] = {
    "ModelErrorException": "a model that fails over a payload says why, and that is a ValidationException",
    "ModelNotReadyException": "the first call that needs a model loads it and waits",
    "ModelTimeoutException": "a model here runs to its end; clients have timeouts of their own",
    "ServiceQuotaExceededException": "no account has a quota",
    "ThrottlingException": "the transport answers it where too many calls wait",
}
"""Errors that InvokeModel declares and this service never raises, with the reason."""
