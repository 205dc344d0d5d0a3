"""When the embedded store turns from exact scans to an inverted index, and what it may hold in memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Settings of a store, for each of its indexes."""

    exact_bytes: int = 16 << 20
    """Up to so many bytes of vectors all of them are measured, whether a filter keeps them or not (about 3 ms)."""
    gather_bytes: int = 12 << 20
    """Up to so many bytes of vectors that a filter keeps are fetched and measured (about 3 ms)."""
    memory_bytes: int = 1 << 30
    """What building an inverted index may hold in memory, about, beside the mapped files."""
    background: bool = True
    """Whether an inverted index is built and renewed beside reads and writes; else by ``optimise`` alone."""
