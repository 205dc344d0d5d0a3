"""How hits were found, as JSON and as a few lines below them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from sensorium.cli import format

if TYPE_CHECKING:
    from sensorium.stores.base import Query
    from sensorium.stores.embedded.plan import Explanation, Steps

_NOTHING = "this store does not explain how it finds"


def to_json(found: Explanation | None, query: Query) -> dict[str, object] | None:
    """What ``search --explain --json`` has as ``explain``; None where the store does not explain."""
    if found is None:
        return None
    return {
        "records": found.records,
        "vector": None if found.steps is None else {**found.steps._asdict(), "way": found.steps.way.value},
        "texts": dict(query.texts),
        "filter_ms": _ms(found.filter_s),
        "total_ms": _ms(found.total_s),
    }


def show(found: Explanation | None, query: Query) -> None:
    """Print the lines."""
    click.echo()
    if found is None:
        click.echo(_NOTHING)
        return
    click.echo("how they were found")
    for name, text in _lines(found, query):
        click.echo(f"  {name:<8}  {text}")


def _lines(found: Explanation, query: Query) -> Iterator[tuple[str, str]]:
    filtered = query.filter is not None
    held = format.count(found.records, "record")
    yield "records", f"{held}, {found.steps.matching:,} match the filter" if filtered and found.steps else held
    if found.steps is not None:
        yield from _of_vectors(found.steps, filtered)
    for key, words in query.texts:
        yield "words", f"{format.snippet(words)!r} in the full text of {key}{', fused' if found.steps else ''}"
    of_it = f", {_ms(found.filter_s)} ms of it until the filter was answered" if filtered else ""
    yield "took", f"{_ms(found.total_s)} ms in the index{of_it}"


def _of_vectors(steps: Steps, filtered: bool) -> Iterator[tuple[str, str]]:
    yield "way", steps.way.value
    yield "why", steps.why
    if steps.of_lists:
        looked = f"{steps.lists:,} of {format.count(steps.of_lists, 'list')} looked into"
        yield (
            "lists",
            f"{looked}, {format.count(steps.codes, 'code')} in them{' before the filter' if filtered else ''}",
        )
    if steps.uncovered:
        yield "tail", f"{format.count(steps.uncovered, 'vector')} in no list yet"
    yield "measured", format.count(steps.measured, "vector")


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
