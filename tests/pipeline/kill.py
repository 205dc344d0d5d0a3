"""Run indexing over and over, kill it at random points, change the folder in between; print the two indexes' contents.

A program of its own, so that it can fork before any thread exists: ``python -m tests.pipeline.kill FOLDER KILLS SEED``.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path

from tests.pipeline.conftest import contents, registry, write_folder, write_image, write_text

from sensorium.home import Home
from sensorium.pipeline import Options, Report, index


def run(home: Path, folder: Path, options: Options) -> Report:
    with Home(home, registry()) as opened:
        return index(opened.open("things", model="weightless", create=True), [folder], options)


def killed_run(home: Path, folder: Path, delay: float) -> bool:
    """Whether the kill came before the end."""
    child = os.fork()
    if not child:
        try:
            run(home, folder, Options(prune=True))
        except BaseException:  # noqa: BLE001  # the child of a fork must end here, whatever happened
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError("a run failed by itself; its traceback stands above")
    return os.WIFSIGNALED(status)


def change(folder: Path, rng: random.Random) -> None:
    """Write, rewrite, rename or delete a file."""
    files = sorted(folder.rglob("*.*"))
    match rng.randrange(5):
        case 0:
            write_text(folder / f"new{rng.randrange(40)}.txt", f"word{rng.random()}", rng.randrange(1, 20))
        case 1:
            write_image(folder / f"new{rng.randrange(40)}.png", rng.randrange(10**6))
        case 2:
            rng.choice(files).rename(folder / f"moved{rng.randrange(10**9)}.dat")
        case 3 if len(files) > 8:
            rng.choice(files).unlink()
        case _:
            write_text(rng.choice([f for f in files if f.suffix == ".txt"] or [folder / "a.txt"]), "again", 15)


def main(folder: Path, kills: int, seed: int) -> dict[str, object]:
    rng = random.Random(seed)
    write_folder(folder / "files", 15)
    began = time.monotonic()
    child = os.fork()
    if not child:
        run(folder / "warm-up", folder / "files", Options())
        os._exit(0)
    os.waitpid(child, 0)
    whole = time.monotonic() - began
    hit = 0
    for _ in range(kills):
        hit += killed_run(folder / "killed", folder / "files", rng.uniform(0, whole / 2))
        change(folder / "files", rng)
    run(folder / "killed", folder / "files", Options(prune=True))
    run(folder / "whole", folder / "files", Options())
    found = []
    for name in ("killed", "whole"):
        with Home(folder / name, registry()) as home:
            space = home.open("things")
            found.append({key: [vector.hex(), metadata] for key, (vector, metadata) in contents(space).items()})
            space.search("cart", k=5)
    return {"kills": hit, "killed": found[0], "whole": found[1]}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
