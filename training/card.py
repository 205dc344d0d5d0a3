"""Write `docs/model-card.md`: fixed text, the measured table, sizes, and failures shown by the model itself.

`python -m training.card --table table.json [--model FOLDER] [--out FILE]`
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sensorium.models.builtin.calibration import WEIGHTS, Calibration
from sensorium.models.builtin.text import TextEncoder
from training.bars import table

TEMPLATE = Path(__file__).parent / "card.md"
CARD = Path(__file__).parent.parent / "docs" / "model-card.md"
PROBES = (
    # query, the sentence that means the same, one that does not
    ("the dog bites the man", "a man is bitten by a dog", "the man bites the dog"),
    ("a street without cars", "there are no vehicles on the road", "a street full of cars"),
    ("three cats", "3 cats on a wall", "two cats"),
    ("how much is 1 euro in dollars", "the exchange rate of euro and dollar", "how much is the euro tunnel ticket"),
    ("She did not like the film.", "The movie was not to her taste.", "She liked the film."),
    ("Wie hoch ist der Mount Everest?", "Mount Everest is 8,849 metres high.", "How high is the rent?"),
)


def shown(encoder: TextEncoder) -> str:
    """Markdown: cosines of each probe with what means the same and with what does not."""
    lines = ["| query | means the same | cosine | means something else | cosine | right |", "|---|---|---|---|---|---|"]
    for query, same, other in PROBES:
        q, a, b = encoder.encode([query, same, other])
        near, far = float(q @ a), float(q @ b)
        lines.append(f"| {query} | {same} | {near:.2f} | {other} | {far:.2f} | {'yes' if near > far else '**no**'} |")
    return "\n".join(lines)


def sizes(folder: Path) -> str:
    """Markdown: the files of the weights and their megabytes."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    lines = ["| file | MB |", "|---|---|"]
    lines += [f"| `{path.name}` | {path.stat().st_size / 1e6:.1f} |" for path in files]
    lines.append(f"| together | {sum(path.stat().st_size for path in files) / 1e6:.1f} |")
    return "\n".join(lines)


def write(measured: dict[int, dict[str, float]], folder: Path, out: Path) -> None:
    """Fill the template."""
    native = measured[max(measured)]
    others = {
        name: value
        for name, value in native.items()
        if name.startswith(("NTREX ", "meaning", "text->page R@1")) and "mean of 8" not in name
    }
    lines = ["| measure | value |", "|---|---|", *(f"| {name} | {value:.1f} |" for name, value in others.items())]
    text = TEMPLATE.read_text(encoding="utf8")
    parts = {
        "revision": Calibration.read(folder).revision,
        "table": table(measured),
        "more": "\n".join(lines),
        "failures": shown(TextEncoder(folder)),
        "sizes": sizes(folder),
    }
    for name, part in parts.items():
        text = text.replace(f"{{{{{name}}}}}", part)
    out.write_text(text, encoding="utf8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the model card.")
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=WEIGHTS)
    parser.add_argument("--out", type=Path, default=CARD)
    args = parser.parse_args()
    measured = {int(size): figures for size, figures in json.loads(args.table.read_text(encoding="utf8")).items()}
    write(measured, args.model, args.out)


if __name__ == "__main__":
    main()
