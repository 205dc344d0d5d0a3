from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from sensorium.errors import Invalid
from sensorium.server import logs
from sensorium.server.accesslog import Entry, write


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("sensorium", "sensorium.access")]
    before = [(logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    yield
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        for handler in set(logger.handlers) - set(handlers):
            handler.close()
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def test_requests_go_to_a_file_that_may_be_moved_away(tmp_path: Path) -> None:
    path = tmp_path / "log"
    logs.configure(str(path))
    write(Entry("1", "POST", "127.0.0.1", "s3vectors", "PutVectors", "arn:x", 200, None, 0.0015, 10, 2))
    path.rename(tmp_path / "old")
    write(Entry("2", "GET", "127.0.0.1", error="NoSuchThing"))
    old, new = json.loads((tmp_path / "old").read_text()), json.loads(path.read_text())
    assert old.pop("time").endswith("+00:00")
    assert old == {
        "id": "1",
        "peer": "127.0.0.1",
        "caller": "arn:x",
        "method": "POST",
        "service": "s3vectors",
        "operation": "PutVectors",
        "status": 200,
        "ms": 1.5,
        "received": 10,
        "sent": 2,
    }
    assert (new["id"], new["error"]) == ("2", "NoSuchThing")


def test_standard_error_and_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("off")
    write(Entry("1", "POST", ""))
    logging.getLogger("sensorium.server.x").warning("mind the gap")
    assert capfd.readouterr().err.endswith("WARNING sensorium.server.x: mind the gap\n")
    logs.configure("-")
    write(Entry("2", "POST", ""))
    assert json.loads(capfd.readouterr().err)["id"] == "2"


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be written"):
        logs.configure(str(tmp_path / "none" / "log"))
