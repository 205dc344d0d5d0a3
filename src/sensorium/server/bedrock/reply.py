"""What a family's handler answers: the document, and what the text in the request counts for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """``document`` may hold arrays; ``tokens`` goes into the header ``x-amzn-bedrock-input-token-count``."""

    document: Mapping[str, Any]
    tokens: int = 0


def count(texts: Iterable[str]) -> int:
    """About how many tokens the texts have: one for every four bytes of UTF-8, and at least one each.

    That is near what sub-word tokenisers give for prose: four letters of English, a bit more than one Chinese sign.
    Pictures and sound count nothing.
    """
    return sum(max(1, -(-len(text.encode("utf-8", "surrogatepass")) // 4)) for text in texts)
