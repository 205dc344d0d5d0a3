import threading
import time
from pathlib import Path

import numpy as np

from sensorium.pipeline.job import Job, Piece
from sensorium.pipeline.lookahead import OVERHEAD, Budget, weigh
from sensorium.pipeline.walk import Candidate
from sensorium.testing import payloads
from sensorium.types import Modality, Segment


def piece(modality: Modality) -> Piece:
    job = Job(Candidate(Path("/x"), 1, 1, True), {}, None, "", "")
    return Piece(job, Segment("file:///x", modality, "any/thing", None, payloads.payload(modality, 1)))


def test_weights_follow_the_arrays() -> None:
    assert weigh(piece(Modality.IMAGE)) == OVERHEAD + 48 * 64 * 3
    assert weigh(piece(Modality.AUDIO)) == OVERHEAD + 16_000 * np.dtype(np.float32).itemsize
    assert weigh(piece(Modality.VIDEO)) > 4 * 48 * 64 * 3
    assert weigh(piece(Modality.TEXT)) < OVERHEAD + 500
    assert weigh(piece(Modality.DOCUMENT)) > OVERHEAD + 96 * 72 * 3


def test_the_budget_makes_readers_wait() -> None:
    budget = Budget(100)
    assert budget.take(80)
    entered = threading.Event()

    def reader() -> None:
        budget.take(50)
        entered.set()

    thread = threading.Thread(target=reader)
    thread.start()
    time.sleep(0.05)
    assert not entered.is_set()
    budget.give(80)
    assert entered.wait(5)
    thread.join()


def test_one_segment_larger_than_the_budget_is_let_in_alone() -> None:
    budget = Budget(10)
    assert budget.take(1000)


def test_closing_lets_the_waiting_go() -> None:
    budget = Budget(1)
    budget.take(1)
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(budget.take(1)))
    thread.start()
    budget.close()
    thread.join(5)
    assert answers == [False]
