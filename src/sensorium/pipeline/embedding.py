"""Batches of one modality for the model, embedded in threads of their own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue

from sensorium.errors import Invalid, Unreadable, Unsupported
from sensorium.fusion import weighted
from sensorium.pipeline.job import Piece
from sensorium.space import Space
from sensorium.types import Modality, Payload, Purpose, Vector, modality_of

PAYLOAD_ERRORS = (Invalid, Unsupported, Unreadable)
"""What a model raises when a payload is to blame; anything else ends the run."""


@dataclass(slots=True, eq=False)
class Task:
    """A piece and the vectors of its parts: one, or two where words are joined to it."""

    piece: Piece
    missing: int
    vectors: list[Vector] = field(default_factory=list)

    @property
    def vector(self) -> Vector:
        """The one vector of the record; text and picture of one product are fused by their mean."""
        return self.vectors[0] if len(self.vectors) == 1 else weighted(self.vectors)


@dataclass(frozen=True, slots=True)
class Embedded:
    """One part of a task has its vector, or an error why it has none."""

    task: Task
    outcome: Vector | Exception


@dataclass(frozen=True, slots=True)
class BatchDone:
    """A batch has left the model; its parts came before this as `Embedded`."""


class Embedding:
    """Collects parts into batches and embeds full ones; results go to ``events``."""

    def __init__(self, space: Space, purpose: Purpose, events: SimpleQueue[object], workers: int) -> None:
        self._space = space
        self._purpose = purpose
        self._events = events
        self._workers = workers
        self._size = space.embedder.spec.limits.max_batch
        self._waiting: dict[Modality, list[tuple[Task, Payload]]] = {}
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="embed")
        self.in_flight = 0
        """Batches given to the model whose `BatchDone` has not been seen; counted by the run's own thread."""

    def add(self, piece: Piece) -> None:
        """Take a piece; a batch that it fills goes to the model."""
        parts: list[Payload] = [piece.segment.payload]
        if piece.job.joined is not None:
            parts.append(piece.job.joined)
        task = Task(piece, len(parts))
        for payload in parts:
            modality = modality_of(payload)
            self._waiting.setdefault(modality, []).append((task, payload))
            if len(self._waiting[modality]) >= self._size:
                self._submit(modality)

    @property
    def idle(self) -> bool:
        """Whether a worker has nothing to do."""
        return self.in_flight < self._workers

    @property
    def waiting(self) -> bool:
        """Whether parts wait for their batch to fill."""
        return bool(self._waiting)

    def push(self) -> None:
        """Give the fullest batch to the model as it is: better than an idle core."""
        self._submit(max(self._waiting, key=lambda modality: len(self._waiting[modality])))

    def close(self) -> None:
        """Wait for the batches under way and end the threads; batches not begun are dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, modality: Modality) -> None:
        batch = self._waiting.pop(modality)
        self.in_flight += 1
        self._pool.submit(self._embed, batch)

    def _embed(self, batch: Sequence[tuple[Task, Payload]]) -> None:
        try:
            rows = self._space.embed([payload for _, payload in batch], self._purpose)
        except PAYLOAD_ERRORS as error:
            if len(batch) > 1:  # find the payloads that are to blame, and keep the others
                for part in batch:
                    self._embed_one(*part)
            else:
                self._events.put(Embedded(batch[0][0], error))
        except Exception as error:  # noqa: BLE001  # handed to the run's own thread, which raises it
            for task, _ in batch:
                self._events.put(Embedded(task, error))
        else:
            for (task, _), row in zip(batch, rows, strict=True):
                self._events.put(Embedded(task, row))
        finally:
            self._events.put(BatchDone())

    def _embed_one(self, task: Task, payload: Payload) -> None:
        try:
            row = self._space.embed([payload], self._purpose)[0]
        except Exception as error:  # noqa: BLE001  # likewise
            self._events.put(Embedded(task, error))
        else:
            self._events.put(Embedded(task, row))
