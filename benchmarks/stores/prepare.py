"""Fill every store once and keep it: the slow half of the benchmark."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.stores.corpus import Corpus
from benchmarks.stores.hand import Hand


def prepare(names: Sequence[str], corpus: Corpus, folder: Path, again: bool) -> None:
    """Fill and build the stores that are not there yet (``again``: all that are named), one after the other."""
    for name in names:
        if again or not noted(folder, name):
            fill(name, corpus, folder)


def fill(name: str, corpus: Corpus, folder: Path) -> None:
    """One store from nothing, and a note of what that took."""
    store, note = folder / name, _note(folder, name)
    shutil.rmtree(store, ignore_errors=True)
    note.unlink(missing_ok=True)
    store.mkdir(parents=True)
    with Hand(name, corpus, store) as hand:
        ingest = hand.call("ingest")
        print(f"{name}: {corpus.rows / ingest['seconds']:,.0f} vectors/s in", flush=True)
        build = hand.call("build")
        print(f"{name}: built in {build['seconds']:.1f} s ({build['busy_s']:.1f} processor s)", flush=True)
        size = hand.call("size")
        hand.call("close")
    found = {"ingest": ingest, "build": build, "size": size, "load": os.getloadavg()[0]}
    note.write_text(json.dumps(found, indent=1))


def noted(folder: Path, name: str) -> dict[str, Any]:
    """The note of a filled store; empty where there is none."""
    note = _note(folder, name)
    found: dict[str, Any] = json.loads(note.read_text()) if note.exists() else {}
    return found


def _note(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"
