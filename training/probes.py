"""Quick measures of a text encoder while it trains: STS Spearman and cross-lingual retrieval on dev rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from training.data import DataFolder, ntrex_split

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
NEWS_LANGUAGES = ("zh", "ru", "es", "de", "fr", "ja", "ar", "hi")
STS_LANGUAGES = ("en", "de", "zh")


def sts(encode: Encode, data: DataFolder, languages: Sequence[str] = STS_LANGUAGES) -> dict[str, float]:
    """Spearman correlation (per cent) of cosine and score on stsb dev, by language."""
    rows = [row for row in data.text("stsb") if row["split"] == "dev"]
    scores = [row["score"] for row in rows]
    found = {}
    for language in languages:
        a, b = (encode([row[side][language] for row in rows]) for side in ("a", "b"))
        found[language] = 100 * float(spearmanr((a * b).sum(1), scores)[0])
    return found


def news(encode: Encode, data: DataFolder, languages: Sequence[str] = NEWS_LANGUAGES) -> dict[str, float]:
    """R@1 (per cent) from a language to English among the held-out ntrex rows, by language."""
    rows = ntrex_split(data)[1]
    english = encode([row["en"] for row in rows])
    found = {}
    for language in languages:
        nearest = (encode([row[language] for row in rows]) @ english.T).argmax(1)
        found[language] = 100 * float((nearest == np.arange(len(rows))).mean())
    return found


def recalls(scores: NDArray[np.float32], right: NDArray[np.bool_], depths: Sequence[int] = (1, 5, 10)) -> list[float]:
    """R@k (per cent): queries in rows, items in columns; a query succeeds when a right item is among its k best."""
    best = np.where(right, scores, -np.inf).max(1, keepdims=True)
    rank = (scores > best).sum(1)
    return [100 * float((rank < k).mean()) for k in depths]
