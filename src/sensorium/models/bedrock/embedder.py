"""A model of Amazon Bedrock behind the contract of models: bodies out, vectors in, several calls at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

from sensorium import aws
from sensorium.errors import Unavailable, Unsupported
from sensorium.models.base import Cut, ModelSpec, require
from sensorium.models.bedrock.dialect import Dialect, JobDialect
from sensorium.models.bedrock.invocation import Invocations
from sensorium.models.bedrock.quota import Quota
from sensorium.objects.address import is_remote
from sensorium.types import Matrix, Modality, Payload, Purpose, Segmentation, TimeSpan, as_matrix
from sensorium.wire import bedrockfaults, nova
from sensorium.wire.fault import AwsFault

_JSON = "application/json"


class BedrockEmbedder:
    """Calls InvokeModel; at most as many at once as ``pool`` has threads. Rows are made unit vectors here."""

    def __init__(
        self,
        spec: ModelSpec,
        model: str,
        dialect: Dialect,
        client: Any,
        pool: ThreadPoolExecutor,
        quota: Quota,
        jobs: Invocations | None = None,
    ) -> None:
        """``model`` is Bedrock's name of it (``modelId``); ``client`` is botocore's, of ``bedrock-runtime``.

        ``jobs`` is where async invokes write; without it sound and video in buckets are fetched and embedded in clips.
        """
        self.spec = spec
        self._model = model
        self._dialect = dialect
        self._client = client
        self._pool = pool
        self._quota = quota
        self._jobs = jobs

    def at(self, dim: int) -> BedrockEmbedder:
        """The same model asked for another of the sizes that it offers (``spec.dims``)."""
        dims = tuple(size for size in self.spec.dims if size <= dim)
        spec = replace(self.spec, dim=dim, dims=dims)
        return BedrockEmbedder(spec, self._model, self._dialect, self._client, self._pool, self._quota, self._jobs)

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

    def embeds(self, uri: str) -> bool:
        """Sound and video in buckets, told by their names, where an output folder is set and the family can."""
        return self._jobs is not None and isinstance(self._dialect, JobDialect) and _media_type(uri) is not None

    def embed_source(self, uri: str, mark: str, segmentation: Segmentation, purpose: Purpose) -> Iterator[Cut]:
        """By an async invoke; beside what the protocol says, raises Unavailable where Bedrock or S3 cannot be asked."""
        media_type = _media_type(uri)
        if self._jobs is None or media_type is None or not isinstance(self._dialect, JobDialect):
            raise Unsupported(f"{self.spec.id} does not embed {uri} by itself", path="uri")
        document = self._dialect.job(uri, media_type, segmentation, purpose, self.spec.dim)
        token = hashlib.sha256(json.dumps([self._model, mark, document, self._jobs.output]).encode()).hexdigest()
        folder = self._jobs.run(self._client, self._model, document, token[:48])
        modality = Modality.VIDEO if media_type.startswith("video/") else Modality.AUDIO
        for line in self._dialect.segments(folder, self._jobs.objects.read):
            vector = None if line.vector is None else _unit(line.vector[None], self.spec.id)[0]
            yield Cut(modality, media_type, TimeSpan(line.start_s, line.end_s), vector, line.message)

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


def _media_type(uri: str) -> str | None:
    """The media type of a sound or video in a bucket, by the end of its name."""
    form = uri.rpartition(".")[2].lower()
    heard = form in nova.AUDIO_FORMATS or form in nova.VIDEO_FORMATS
    return nova.MEDIA_TYPES[form] if heard and is_remote(uri) else None


def _unit(rows: Matrix, model: str) -> Matrix:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (np.isfinite(norms).all() and norms.all()):
        raise Unavailable(f"{model} answers a vector without a direction", path="model")
    unit: Matrix = (rows / norms).astype(np.float32, copy=False)
    return unit
