"""Run the benchmarks one after the other, each in a process of its own.

    python -m benchmarks [store] [filters] [text] [stores] [server] [command] [indexing]

Without names all of them run. ``python -m benchmarks.store --help`` says what one of them takes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

NAMES = ("store", "filters", "text", "stores", "server", "command", "indexing")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args().names or NAMES
    for name in names:
        if name not in NAMES:
            parser.error(f"no benchmark {name!r}; there are {', '.join(NAMES)}")
    missed = []
    for name in names:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"]).returncode:
            missed.append(name)
        print(flush=True)
    if missed:
        print(f"a bar was missed, or it failed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
