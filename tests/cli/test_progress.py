"""The bars, where somebody watches."""

from __future__ import annotations

import io
import sys

import pytest

from sensorium.cli import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nobody_watches_nothing() -> None:
    with progress.bar("x") as bar, progress.counter("x") as counter, progress.steps("x", 5) as steps:
        assert bar is counter is steps is None


@pytest.mark.parametrize(("total", "shown"), [(20, "7/20"), (None, "7/?")])
def test_steps_of_a_known_and_of_an_unknown_number(
    monkeypatch: pytest.MonkeyPatch, total: int | None, shown: str
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress.steps("export photos", total) as told:
        assert told is not None
        told(7)
    text = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert "export photos" in text
    assert shown in text
