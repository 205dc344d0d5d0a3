"""Files given to search with: each flag names the modality that its file has to hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sensorium.errors import Invalid

if TYPE_CHECKING:
    from sensorium.objects.base import Objects
    from sensorium.types import Payload, Reading

FLAGS = ("image", "audio", "video", "document")
"""The flags, named as the modalities."""
MAX_OBJECT = 512 << 20
"""Bytes of an object to search with; it is held in memory."""


def in_order(args: Sequence[str], given: Mapping[str, Sequence[Path | str]]) -> list[tuple[str, Path | str]]:
    """(flag, file) in the order of the command line, which weights count by; click alone keeps it per flag only."""
    flags = [arg.split("=", 1)[0].removeprefix("--") for arg in args if arg.startswith("--")]
    waiting = {flag: list(files) for flag, files in given.items()}
    found = [(flag, waiting[flag].pop(0)) for flag in flags if waiting.get(flag)]
    return found + [(flag, file) for flag in FLAGS for file in waiting.get(flag, ())]


def payload(flag: str, file: Path | str, reading: Reading, objects: Objects) -> tuple[Payload, tuple[str, ...]]:
    """What the file, or the object of that URI, holds, and notes. ``audio`` takes the sound of a video.

    Raises Invalid for another modality.
    """
    from sensorium.media.read import read_one
    from sensorium.space import as_source
    from sensorium.types import Modality, Source, Video

    if isinstance(file, str):
        segment = read_one(Source(file, data=objects.read(file, MAX_OBJECT)), reading)
    else:
        segment = read_one(as_source(file), reading)
    found = segment.payload
    if flag == Modality.AUDIO and isinstance(found, Video):
        if found.sound is None:
            raise Invalid(f"{file}: a video without sound; --audio needs a file that can be heard", path=flag)
        return found.sound, segment.notes
    if segment.modality != flag:
        way = f"use --{segment.modality}" if segment.modality in FLAGS else "give its words as TEXT"
        raise Invalid(f"{file}: this is {segment.media_type}, not {flag}; {way}", path=flag)
    return found, segment.notes


def signed(weights: Sequence[float] | None, inputs: int, minus: int) -> list[float] | None:
    """One weight an input, those of the last ``minus`` inputs negated; None where all count the same."""
    if weights is None:
        return [1.0] * (inputs - minus) + [-1.0] * minus if minus else None
    if len(weights) != inputs:
        raise Invalid(f"{len(weights)} weights for {inputs} inputs; give one weight an input", path="weights")
    return [*weights[: inputs - minus], *(-weight for weight in weights[inputs - minus :])]
