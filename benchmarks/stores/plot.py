"""The curves of recall and time as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.stores.measure import Found
from benchmarks.stores.table import label, title

COLOURS = {
    "sensorium": "#c0392b",
    "lancedb-hnsw": "#1f4e8c",
    "lancedb-pq": "#3b82c4",
    "lancedb-rq": "#8fbfe0",
    "chroma": "#d99a1c",
    "pgvector": "#2e8b57",
    "faiss-flat": "#999999",
    "faiss-raw": "#555555",
}
MARKS = {"sensorium": "*", "faiss-flat": "s", "faiss-raw": "s"}
LEAST = 0.9
"""Recall below which nothing is drawn."""


def draw(found: Sequence[Found], path: Path) -> None:
    """One panel a run, two in a row."""
    across = min(2, len(found))
    down = -(-len(found) // across)
    figure = Figure(figsize=(5.4 * across, 4.2 * down))
    grid = figure.subplots(down, across, squeeze=False)
    for panel, result in zip(grid.flat, found, strict=False):
        _panel(panel, result)
    for panel in list(grid.flat)[len(found) :]:
        panel.axis("off")
    shown: dict[str, object] = {}
    for panel in grid.flat:
        handles, texts = panel.get_legend_handles_labels()
        shown |= dict(zip(texts, handles, strict=True))
    figure.legend(shown.values(), shown.keys(), loc="lower center", ncols=4, frameon=False)
    figure.tight_layout(rect=(0, 0.16 / down, 1, 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _panel(panel: Axes, result: Found) -> None:
    for name, colour in COLOURS.items():
        if name not in result["curves"]:
            continue
        points = [point for point in result["curves"][name] if point["recall"] >= LEAST]
        if name in ("sensorium", "faiss-flat"):  # these have nothing to turn: what the run measured
            points = [result["asked"]["k=10"][name]]
        points.sort(key=lambda one: one["recall"])
        xs, ys = [one["recall"] for one in points], [one["p50"] for one in points]
        big = name == "sensorium"
        panel.plot(
            xs,
            ys,
            color=colour,
            marker=MARKS.get(name, "o"),
            markersize=17 if big else 5,
            linewidth=1.4,
            linestyle="-" if len(points) > 1 else "none",
            label=label(name),
            zorder=3 if big else 2,
        )
    panel.set_yscale("log")
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    panel.axvline(0.99, color="#bbbbbb", linewidth=0.8, linestyle=":")
    panel.set_xlim(LEAST, 1.003)
    panel.set_title(title(result), fontsize=11)
    panel.set_xlabel("recall@10")
    panel.set_ylabel("median ms a query")
    panel.grid(alpha=0.25, which="major")
    panel.spines[["top", "right"]].set_visible(False)
