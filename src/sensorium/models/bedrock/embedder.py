"""A model of Amazon Bedrock behind the contract of models: bodies out, vectors in, several calls at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

from sensorium import aws
from sensorium.errors import Unavailable
from sensorium.models.base import ModelSpec, require
from sensorium.models.bedrock.dialect import Dialect
from sensorium.models.bedrock.quota import Quota
from sensorium.types import Matrix, Payload, Purpose, as_matrix
from sensorium.wire import bedrockfaults
from sensorium.wire.fault import AwsFault

_JSON = "application/json"


class BedrockEmbedder:
    """Calls InvokeModel; at most as many at once as ``pool`` has threads. Rows are made unit vectors here."""

    def __init__(
        self, spec: ModelSpec, model: str, dialect: Dialect, client: Any, pool: ThreadPoolExecutor, quota: Quota
    ) -> None:
        """``model`` is Bedrock's name of it (``modelId``); ``client`` is botocore's, of ``bedrock-runtime``."""
        self.spec = spec
        self._model = model
        self._dialect = dialect
        self._client = client
        self._pool = pool
        self._quota = quota

    def at(self, dim: int) -> BedrockEmbedder:
        """The same model asked for another of the sizes that it offers (``spec.dims``)."""
        dims = tuple(size for size in self.spec.dims if size <= dim)
        spec = replace(self.spec, dim=dim, dims=dims)
        return BedrockEmbedder(spec, self._model, self._dialect, self._client, self._pool, self._quota)

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        """Unit rows, in order. Beside what the contract says, raises Unavailable where Bedrock cannot be asked."""
        modality = require(self.spec, batch)
        if modality is None:
            return as_matrix([], self.spec.dim)
        size = self._dialect.size(modality)
        parts = [batch[start : start + size] for start in range(0, len(batch), size)]
        calls: list[Future[Matrix]] = [self._pool.submit(self._rows, part, purpose) for part in parts]
        try:
            return np.concatenate([call.result() for call in calls])
        finally:
            for call in calls:  # after an error or Ctrl-C, what has not gone out stays here
                call.cancel()

    def _rows(self, payloads: Sequence[Payload], purpose: Purpose) -> Matrix:
        body = json.dumps(self._dialect.body(payloads, purpose, self.spec.dim)).encode()
        self._quota.wait()
        rows = self._dialect.rows(self._answer(body))
        if rows.shape != (len(payloads), self.spec.dim):
            found = f"{rows.shape[0]} rows of {rows.shape[1]} numbers"
            raise Unavailable(
                f"{self.spec.id} answers {found}; asked were {len(payloads)} of {self.spec.dim}", path="model"
            )
        return _unit(rows, self.spec.id)

    def _answer(self, body: bytes) -> object:
        try:
            with aws.told(f"Bedrock ({self._model})"):
                answer = self._client.invoke_model(modelId=self._model, body=body, contentType=_JSON, accept=_JSON)
                data = answer["body"].read()
        except AwsFault as fault:
            raise bedrockfaults.error(fault, self._model) from fault
        try:
            return json.loads(data)
        except ValueError as error:
            raise Unavailable(f"{self.spec.id} answers what is no JSON ({error})", path="model") from error


def _unit(rows: Matrix, model: str) -> Matrix:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (np.isfinite(norms).all() and norms.all()):
        raise Unavailable(f"{model} answers a vector without a direction", path="model")
    unit: Matrix = (rows / norms).astype(np.float32, copy=False)
    return unit
