"""The other end of a store's process: calls that wait for their answer."""

from __future__ import annotations

from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.stores.corpus import Corpus
from benchmarks.stores.worker import serve


class Hand:
    """A running process with one store in it; a context manager that ends it."""

    def __init__(self, name: str, corpus: Corpus, folder: Path) -> None:
        self.name = name
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, name, corpus, folder), name=name)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Hand:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pipe.close()
        self._process.join()

    def call(self, method: str, **arguments: Any) -> Any:
        """What the worker's method answers; SystemExit where the process has died of it (it has said why)."""
        self._pipe.send((method, arguments))
        try:
            return self._pipe.recv()
        except EOFError as error:
            raise SystemExit(f"{self.name}: its process died in {method}") from error
