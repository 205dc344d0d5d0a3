"""Hits as JSON and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sensorium.cli import format
from sensorium.cli.output import cell, print_table, table

if TYPE_CHECKING:
    from rich.table import Table

    from sensorium.models.base import ModelSpec
    from sensorium.types import Hit, Modality

KEY_LENGTH = 8
"""Characters of a key in a table; ``sensorium show`` takes a beginning that only one key has."""


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
            }
            for hit in hits
        ]
    }


def to_table(hits: Sequence[Hit], asked: Modality | None = None, spec: ModelSpec | None = None) -> Table:
    """Rank, distance, what the distance means where the model says so, place, beginning of the text, key.

    Files stand as seen from the deepest folder that holds them all (``format.common_folder``). ``asked`` is the
    modality of the query, None for a fused one: a model's words hold for pairs of modalities.
    """
    folder = format.common_folder(hit.source for hit in hits)
    words = [closeness(hit, asked, spec) for hit in hits]
    texts = [format.snippet(hit.metadata.get("text")) for hit in hits]
    closeness_name, text_name = ("closeness",) if any(words) else (), ("text",) if any(texts) else ()
    made = table("#", "distance", *closeness_name, "modality", "found in", *text_name, "key", right=("#", "distance"))
    for rank, (hit, word, text) in enumerate(zip(hits, words, texts, strict=True), start=1):
        place = f"{format.source(hit.source, folder)} {format.span(hit.span)}".rstrip()
        distance = "" if hit.distance is None else f"{hit.distance:.3f}"
        optional = ([word] if any(words) else [], [cell(text)] if any(texts) else [])
        made.add_row(
            str(rank), distance, *optional[0], hit.modality or "", cell(place), *optional[1], cell(hit.key[:KEY_LENGTH])
        )
    return made


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
