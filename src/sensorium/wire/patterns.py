"""The regular expressions of AWS's service models, which are Java's, as Python's."""

from __future__ import annotations

import re
from functools import cache

_CLASSES = {r"\p{L}": r"\w", r"\p{N}": r"\w", r"\p{Z}": r" \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"}
"""Python's ``\\w`` is exactly letters, numbers and the underscore, which stands beside them wherever AWS uses these."""


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern for ``fullmatch``: AWS means the whole text, with and without anchors."""
    for java, python in _CLASSES.items():
        pattern = pattern.replace(java, python)
    return re.compile(pattern)


def anchored(pattern: str) -> str:
    """The pattern as AWS's messages print it."""
    return pattern if pattern.startswith("^") else f"^{pattern}$"
