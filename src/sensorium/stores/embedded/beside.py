"""Work in a thread of its own, beside what follows.

Ctrl-C interrupts the main thread alone: what must not be left half done, or outlive a lock, is safe in another one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from types import TracebackType
from typing import Generic, TypeVar

_Result = TypeVar("_Result")


class Beside(Generic[_Result]):
    """Begins at once; leaving the block waits for its end. Where there is no thread to be had, it is done at once."""

    def __init__(self, work: Callable[[], _Result], name: str) -> None:
        self._work = work
        self._future: Future[_Result] = Future()
        thread = threading.Thread(target=self._run, name=name)
        try:
            thread.start()
        except RuntimeError:  # the system allows no more of them
            self._run()

    def __enter__(self) -> Beside[_Result]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        wait([self._future])

    def result(self) -> _Result:
        """Wait for what comes of it; raises what it raised."""
        return self._future.result()

    def _run(self) -> None:
        try:
            self._future.set_result(self._work())
        except BaseException as error:  # noqa: BLE001  # whatever it is, it comes out of result()
            self._future.set_exception(error)
