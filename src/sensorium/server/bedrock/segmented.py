"""SEGMENTED_EMBEDDING of Amazon Nova Multimodal Embeddings, from the source to the files that AWS would write."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sensorium.errors import SensoriumError, Unreadable
from sensorium.server.bedrock.installed import Model
from sensorium.server.bedrock.jobwork import Work, embedded
from sensorium.server.bedrock.parts import AWS_LIMITS, Limits, parts
from sensorium.types import Vector
from sensorium.wire import body
from sensorium.wire.nova import EmbeddingType, SegmentedEmbedding

_FILES = {
    EmbeddingType.TEXT: "embedding-text.jsonl",
    EmbeddingType.IMAGE: "embedding-image.jsonl",
    EmbeddingType.AUDIO: "embedding-audio.jsonl",
    EmbeddingType.VIDEO: "embedding-video.jsonl",
    EmbeddingType.AUDIO_VIDEO_COMBINED: "embedding-audio-video.jsonl",
}


@dataclass(slots=True)
class _Lines:
    """The lines of one embedding type, in a file of the job's own."""

    path: Path
    file: BinaryIO
    good: int = 0
    bad: int = 0
    message: str | None = None
    """Why the first bad one is bad."""

    def add(self, metadata: Mapping[str, int | float], outcome: Vector | SensoriumError) -> None:
        if isinstance(outcome, SensoriumError):
            self.bad += 1
            self.message = self.message or outcome.message
            line = {"segmentMetadata": metadata, "status": "FAILURE", **_reason(outcome.message)}
        else:
            self.good += 1
            line = {"embedding": outcome, "segmentMetadata": metadata, "status": "SUCCESS"}
        self.file.write(body.encode(line) + b"\n")

    def result(self, type: EmbeddingType, uri: str) -> dict[str, Any]:
        """Its entry in ``segmented-embedding-result.json``."""
        status = "SUCCESS" if not self.bad else "PARTIAL_SUCCESS" if self.good else "FAILURE"
        why = {} if self.message is None else _reason(self.message)
        return {"embeddingType": type.value, "status": status, **why, "outputFileUri": uri}


@dataclass(slots=True)
class _Output:
    folder: Path
    stack: ExitStack
    lines: dict[EmbeddingType, _Lines] = field(default_factory=dict)

    def of(self, type: EmbeddingType) -> _Lines:
        if type not in self.lines:
            path = self.folder / _FILES[type]
            self.lines[type] = _Lines(path, self.stack.enter_context(path.open("wb")))
        return self.lines[type]


def run(request: SegmentedEmbedding, model: Model, work: Work, limits: Limits = AWS_LIMITS) -> None:
    """Embed the source and write the output. Raises our errors where there is none to write, and Stopped."""
    with ExitStack() as stack:
        output = _Output(work.folder, stack)
        uri, found = parts(request, model, work, limits)
        for batch in work.going(found):
            payloads = [part.payload for part in batch if not isinstance(part.payload, SensoriumError)]
            vectors = iter(embedded(model, payloads, request.purpose, request.dimension))
            for part in batch:
                outcome = part.payload if isinstance(part.payload, SensoriumError) else next(vectors)
                output.of(part.type).add(part.metadata, outcome)
    if output.lines:
        _publish(output.lines, uri, request.dimension, work)
    if not any(lines.good for lines in output.lines.values()):
        why = next((lines.message for lines in output.lines.values()), None) or "nothing in it can be embedded"
        raise Unreadable(why, path=uri)


def _publish(found: Mapping[EmbeddingType, _Lines], uri: str, dimension: int, work: Work) -> None:
    files: dict[str, Path | Mapping[str, Any]] = {_FILES[type]: lines.path for type, lines in found.items()}
    if EmbeddingType.IMAGE in found:  # the documentation says .json, the samples .jsonl; one line is both
        files["embedding-image.json"] = found[EmbeddingType.IMAGE].path
    results = [lines.result(type, f"{work.target}/{_FILES[type]}") for type, lines in found.items()]
    made = {"sourceFileUri": uri, "embeddingDimension": dimension, "embeddingResults": results}
    listed = {
        "sourceFileUri": uri,
        "outputFiles": [f"{work.target}/{name}" for name in (*files, "segmented-embedding-result.json")],
    }
    work.publish({**files, "segmented-embedding-result.json": made, "manifest.json": listed})


def _reason(message: str) -> dict[str, str]:
    return {"failureReason": "INVALID_CONTENT", "message": message}
