"""Metadata of many records, kept as one array a key: what a filter means is then an expression of numpy's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks import data
from benchmarks.data import Ids, Mask
from sensorium.types import Metadata

MODALITIES = np.array(["text", "image", "audio", "video"])
TITLES = np.array(["apple", "applet", "Apple", "Äpfel", "Zürich", "東京", "東北", "🎈 party", "Ω", "a"])
ODD: tuple[str | int | float | bool | None, ...] = (1, "1", True, 1.5, None)
SHELVES = TAGS = 100
PAGES = 30
_ORIGIN_S = 1_600_000_000


class Rows:
    """The values of every key, by the row's number; each array is (rows,) or, where a row has a list, (rows, items).

    ``buckets`` are k-means clusters of the vectors, so that a filter can agree or disagree with a query.
    """

    def __init__(self, buckets: Ids, seed: int = 0) -> None:
        count = len(buckets)
        chance = np.random.default_rng([seed, 9])
        self.numbers = np.arange(count)
        self.bucket = np.asarray(buckets)
        self.draw = data.draws(count, seed)
        self.rare: Ids = chance.integers(0, 10_000, count)
        self.modality = MODALITIES[chance.choice(4, count, p=(0.6, 0.3, 0.08, 0.02))]
        self.title = TITLES[chance.integers(0, len(TITLES), count)]
        self.shelf: Ids = chance.integers(0, SHELVES, count)
        self.price: NDArray[np.float64] = chance.random(count) * 100
        self.sold: Mask = chance.random(count) < 0.1
        self.page: Ids = np.where(chance.random(count) < 0.3, chance.integers(1, PAGES + 1, count), 0)
        """0: the row has no such key."""
        self.odd: Ids = chance.integers(0, len(ODD), count)
        """The place of its value in `ODD`; None: the row has no such key."""
        self.when_s: Ids = _ORIGIN_S + 10 * self.numbers + chance.integers(0, 1000, count)
        """Rises with the row's number, about."""
        items = chance.integers(0, 4, count)
        self.tags: Ids = np.where(np.arange(3) < items[:, None], chance.integers(0, TAGS, (count, 3)), -1)
        """-1: the list is shorter; none at all: the row has no such key."""
        self.marks: NDArray[np.float64] = np.round(chance.normal(0, 1, (count, 2)), 2)

    def __len__(self) -> int:
        return len(self.numbers)

    def metadata(self, number: int) -> Metadata:
        """What the record of a row is stored with."""
        found: dict[str, str | int | float | bool | list[str | int | float]] = {
            "source": f"file:///library/{number // 7:06d}/{number % 7}.txt",
            "bucket": int(self.bucket[number]),
            "draw": int(self.draw[number]),
            "rare": int(self.rare[number]),
            "modality": str(self.modality[number]),
            "title": str(self.title[number]),
            "shelf": f"s{self.shelf[number]:03d}",
            "price": float(self.price[number]),
            "sold": bool(self.sold[number]),
            "when_s": int(self.when_s[number]),
            "marks": self.marks[number].tolist(),
        }
        if self.page[number]:
            found["page"] = int(self.page[number])
        odd = ODD[self.odd[number]]
        if odd is not None:
            found["odd"] = odd
        tags: list[str | int | float] = [f"t{tag}" for tag in self.tags[number].tolist() if tag >= 0]
        if tags:
            found["tags"] = tags[0] if len(tags) == 1 else tags  # one alone is a string
        return dict(found)

    def tagged(self, tags: Sequence[int]) -> Mask:
        """Which rows have one of the tags."""
        return any_of(np.isin(self.tags, tags))

    def titled(self, start: str) -> Mask:
        """Which rows' titles start so."""
        return np.char.startswith(self.title, start)


def any_of(items: Mask) -> Mask:
    """Which rows (rows, items) have a true item."""
    found: Mask = np.logical_or.reduce(items, 1)
    return found
