"""One run over the filled stores, kept as JSON, and its bars."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.stores.bars import bars
from benchmarks.stores.corpus import Corpus
from benchmarks.stores.measure import FEW, Amounts, Found
from benchmarks.stores.peers import BY_NAME
from benchmarks.stores.prepare import noted
from benchmarks.stores.query import asked, churned, fresh, opened

PARTS = ("fresh", "asked", "churn")
RESULT = "result.json"


def run(names: Sequence[str], corpus: Corpus, folder: Path, without: Collection[str]) -> int:
    """Measure what is filled, write the result beside it, print the bars; 1 where one is missed."""
    amounts = FEW if corpus.size == "tiny" else Amounts()
    filled = [name for name in names if noted(folder, name)]
    for name in set(names) - set(filled):
        say(f"{BY_NAME[name].title} is not prepared in {folder}")
    result: Found = {"size": corpus.size, "kind": corpus.kind, "rows": corpus.rows, "dim": corpus.dim}
    result["machine"] = machine()
    result["warming"] = amounts.warming
    result["versions"] = {name: {one: version(one) for one in BY_NAME[name].versions()} for name in filled}
    result["prepared"] = {name: noted(folder, name) for name in filled}
    if "fresh" not in without:
        result["fresh"] = fresh(filled, corpus, folder, amounts, say)
    with ExitStack() as stack:
        hands, result["opened"] = opened(filled, corpus, folder, stack)
        if "asked" not in without:
            result |= asked(hands, corpus, amounts, say)
        result["sizes"] = {hand.name: hand.call("size") for hand in hands}
        ours = [hand for hand in hands if hand.name == "sensorium"]
        if ours and "churn" not in without:
            result["churn"] = churned(corpus, folder, amounts, ours[0], say)
        for hand in hands:
            hand.call("close")
    (folder / RESULT).write_text(json.dumps(result, indent=1))
    judged = list(bars(result))
    print(*judged, sep="\n", flush=True)
    return 0 if all(bar.met for bar in judged) else 1


def machine() -> str:
    """The class of machine in words."""
    cores = len(os.sched_getaffinity(0))
    gigabytes = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)
    return (
        f"{platform.system()} {platform.machine()}, {cores} cores, {gigabytes} GB of memory, "
        f"Python {platform.python_version()}, numpy {np.__version__}"
    )


def say(line: str) -> None:
    """What goes on, for who waits."""
    print(line, file=sys.stderr, flush=True)
