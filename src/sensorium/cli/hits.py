"""Hits as JSON and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sensorium.cli import format
from sensorium.cli.output import cell, is_narrow, print_table, table, width

if TYPE_CHECKING:
    from rich.table import Table

    from sensorium.models.base import ModelSpec
    from sensorium.types import Hit, Modality, Scores

KEY_LENGTH = 8
"""Characters of a key in a table; ``sensorium show`` takes a beginning that only one key has."""
LEAST_TEXT = 24
"""Columns that a text needs beside the place; with less it stands below."""


def to_json(hits: Sequence[Hit]) -> dict[str, object]:
    """What ``search --json`` prints."""
    from sensorium.types import span_metadata

    return {
        "hits": [
            {
                "key": hit.key,
                "distance": hit.distance,
                "source": hit.source,
                "modality": hit.modality,
                "span": span_metadata(hit.span),
                "metadata": dict(hit.metadata),
                **({} if hit.scores is None else {"scores": _scores(hit.scores)}),
            }
            for hit in hits
        ]
    }


def to_table(hits: Sequence[Hit], asked: Modality | None = None, spec: ModelSpec | None = None) -> Table:
    """Rank, distance, score of the words, the model's word for the distance, place, beginning of the text, key.

    Columns without a value are left out, and on a narrow terminal all but the most important. Files stand as seen
    from the deepest folder that holds them all (``format.common_folder``). ``asked`` is the modality of the query,
    None for a fused one: a model's words hold for pairs of modalities.
    """
    from rich.cells import cell_len

    folder = format.common_folder(hit.source for hit in hits)
    columns = {
        "#": [str(rank) for rank in range(1, len(hits) + 1)],
        "distance": ["" if hit.distance is None else f"{hit.distance:.3f}" for hit in hits],
        "bm25": ["" if hit.scores is None else bm25(hit.scores) for hit in hits],
        "closeness": [closeness(hit, asked, spec) for hit in hits],
        "modality": [hit.modality or "" for hit in hits],
        "found in": [f"{format.source(hit.source, folder)} {format.span(hit.span)}".rstrip() for hit in hits],
        "text": [format.snippet(hit.metadata.get("text")) for hit in hits],
        "key": [hit.key[:KEY_LENGTH] for hit in hits],
    }
    left_out = {"modality", "key"} if is_narrow() else set()
    shown = {name: list(map(cell, cells)) for name, cells in columns.items() if any(cells) and name not in left_out}
    if "text" in shown:
        # Beside the place where there is room for it, else below it.
        taken = {name: 2 + max(map(cell_len, [name, *columns[name]])) for name in shown if name != "text"}
        room = width() - sum(taken.values())
        beside = room >= LEAST_TEXT
        texts = [cell(_fitted(text, room if beside else room + taken["found in"] - 2)) for text in columns["text"]]
        if beside:
            shown["text"] = texts
        else:
            del shown["text"]
            places = zip(shown["found in"], texts, strict=True)
            shown["found in"] = [f"{place}\n[dim]{text}[/dim]" if text else place for place, text in places]
    made = table(*shown, right=("#", "distance", "bm25"), clipped=("closeness", "modality", "text", "key"))
    for row in zip(*shown.values(), strict=True):
        made.add_row(*row)
    return made


def bm25(scores: Scores) -> str:
    """How well the texts answer the words: the scores of all keys together, empty where no word stands in them."""
    return f"{sum(scores.bm25.values()):.2f}" if scores.bm25 else ""


def _scores(scores: Scores) -> dict[str, object]:
    return {"fused": scores.fused, "bm25": dict(scores.bm25)}


def _fitted(text: str, room: int) -> str:
    """The text cut to that many columns of a terminal."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= room else f"{set_cell_size(text, max(room - 1, 0)).rstrip()}…"


def closeness(hit: Hit, asked: Modality | None, spec: ModelSpec | None) -> str:
    """The model's word for the distance, empty where it has none for this pair."""
    from sensorium.types import Modality

    if spec is None or asked is None or hit.distance is None or hit.modality not in set(Modality):
        return ""
    band = spec.bands.get((asked, Modality(hit.modality)))
    return "" if band is None else band.name(hit.distance)


def show(hits: Sequence[Hit], asked: Modality | None = None, spec: ModelSpec | None = None) -> None:
    """Print the folder that holds all files, and the table."""
    folder = format.common_folder(hit.source for hit in hits)
    if folder:
        click.echo(f"in {format.at_home(folder)}")
    print_table(to_table(hits, asked, spec))
