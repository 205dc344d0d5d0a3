"""A search as it is asked: the members of a request, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from sensorium.errors import Invalid
from sensorium.filter import Filter, parse
from sensorium.server.api import queries
from sensorium.server.api.fields import Fields
from sensorium.space import as_modality
from sensorium.stores.base import MAX_TOP_K
from sensorium.types import Modality

MOST_INPUTS = 16
MOST_HITS = 500
"""Hits of one answer."""
BANDS = ("very close", "close", "related")
_KINDS = ("text", "upload", "record")


@dataclass(frozen=True, slots=True)
class Input:
    """One of the inputs: words, an upload's id or a record's key, by ``kind``."""

    kind: str
    value: str
    weight: float = 1.0
    as_audio: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for. ``offset`` and ``limit`` say which part of the ranking is answered."""

    index: str
    inputs: tuple[Input, ...]
    model: str | None
    k: int
    modalities: tuple[Modality, ...]
    filter: Filter | None
    max_distance: float | None
    band: str | None
    hybrid: bool
    text_only: bool
    offset: int
    limit: int


def of_body(members: Mapping[str, Any], index: str) -> Question:
    """The question of ``POST /search``; ``index`` where none is named. Raises Invalid naming the member."""
    fields = Fields(members)
    found = fields.objects("inputs", MOST_INPUTS)
    return _question(fields, index, tuple(_input(one, place) for place, one in enumerate(found)))


def of_query(query: QueryParams, index: str) -> Question:
    """The question of ``GET /search``."""
    fields = queries.fields(
        query,
        texts=("index", "model", "band"),
        wholes=("k", "offset", "limit"),
        numbers=("max_distance",),
        flags=("hybrid", "text_only"),
        lists=("q", "minus", "upload", "record", "modality"),
        documents=("filter",),
    )
    inputs = [Input("text", text) for text in fields.texts("q")]
    inputs += [Input(kind, value) for kind in ("upload", "record") for value in fields.texts(kind)]
    inputs += [Input("text", text, -1.0) for text in fields.texts("minus")]
    if len(inputs) > MOST_INPUTS:
        raise Invalid(f"{len(inputs)} inputs; at most {MOST_INPUTS} make one query", path="q")
    return _question(fields, index, tuple(inputs), "modality")


def _question(fields: Fields, index: str, inputs: tuple[Input, ...], modalities: str = "modalities") -> Question:
    band = fields.text("band")
    if band is not None and band not in BANDS:
        raise Invalid(f"band {band[:40]!r}; there are {', '.join(BANDS)}", path="band")
    condition = fields.document("filter")
    question = Question(
        index=fields.text("index", index, 300) or index,
        inputs=inputs,
        model=fields.text("model", None, 300),
        k=fields.whole("k", 100, 1, MAX_TOP_K),
        modalities=tuple(dict.fromkeys(as_modality(one) for one in fields.texts(modalities))),
        filter=None if condition is None else parse(condition),
        max_distance=fields.number("max_distance"),
        band=band,
        hybrid=fields.flag("hybrid"),
        text_only=fields.flag("text_only"),
        offset=fields.whole("offset", 0, 0, MAX_TOP_K),
        limit=fields.whole("limit", 50, 1, MOST_HITS),
    )
    fields.done()
    if not inputs:
        raise Invalid("nothing to search for: give words, an upload or a record", path="inputs")
    if question.text_only and (question.hybrid or len(inputs) > 1 or inputs[0].kind != "text" or inputs[0].weight <= 0):
        raise Invalid("text_only takes one input of words, and nothing else", path="text_only")
    return question


def _input(members: Mapping[str, Any], place: int) -> Input:
    where = f"inputs[{place}]"
    kinds = [kind for kind in _KINDS if kind in members]
    if len(kinds) != 1:
        raise Invalid(f"{where}: found {', '.join(kinds) or 'none'} of {', '.join(_KINDS)}; give one", path=where)
    fields = Fields(members, where)
    value, weight = fields.required(kinds[0]), fields.number("weight", 1.0)
    heard = fields.text("as")
    if heard not in (None, "audio") or (heard and kinds[0] != "upload"):
        raise Invalid(f'{where}: `as` is "audio", for an upload', path=f"{where}.as")
    fields.done()
    if not weight or abs(weight) > 1_000:
        raise Invalid(f"{where}: weight {weight}; from -1,000 to 1,000 and not 0", path=f"{where}.weight")
    if kinds[0] == "text" and not value.strip():
        raise Invalid(f"{where}: the words to search for are empty", path=f"{where}.text")
    return Input(kinds[0], value, weight, heard == "audio")
