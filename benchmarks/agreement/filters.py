"""Fifty filters, each with what it means for `Rows`, written by hand: nothing of Sensorium's evaluates the meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from benchmarks.agreement.rows import Rows, any_of
from benchmarks.data import Mask

FAR = {"far 30 %": 0.3, "far 10 %": 0.1, "far 2 %": 0.02, "far 0.5 %": 0.005}
"""Names of sets of buckets that depend on the query: the farthest that hold at least this share of the rows."""


class Asked(NamedTuple):
    """A filter as JSON, and the rows that it keeps."""

    json: dict[str, object]
    kept: Callable[[Rows], Mask]


FIXED: dict[str, Asked] = {
    "draw < 900": Asked({"draw": {"$lt": 900}}, lambda r: r.draw < 900),
    "draw < 500": Asked({"draw": {"$lt": 500}}, lambda r: r.draw < 500),
    "draw >= 900": Asked({"draw": {"$gte": 900}}, lambda r: r.draw >= 900),
    "draw in 10": Asked({"draw": {"$in": list(range(0, 1000, 100))}}, lambda r: r.draw % 100 == 0),
    "draw = 7": Asked({"draw": 7}, lambda r: r.draw == 7),
    "draw = 7.0": Asked({"draw": {"$eq": 7.0}}, lambda r: r.draw == 7),
    "draw = '7'": Asked({"draw": "7"}, lambda r: np.zeros(len(r), bool)),
    "draw != 7": Asked({"draw": {"$ne": 7}}, lambda r: r.draw != 7),
    "rare = 1": Asked({"rare": 1}, lambda r: r.rare == 1),
    "rare < 5": Asked({"rare": {"$lt": 5}}, lambda r: r.rare < 5),
    "rare in 30": Asked({"rare": {"$in": list(range(30))}}, lambda r: r.rare < 30),
    "rare nin 5000": Asked({"rare": {"$nin": list(range(5000))}}, lambda r: r.rare >= 5000),
    "0 < rare <= 200": Asked({"rare": {"$gt": 0, "$lte": 200}}, lambda r: (r.rare > 0) & (r.rare <= 200)),
    "price < 0.05": Asked({"price": {"$lt": 0.05}}, lambda r: r.price < 0.05),
    "20 <= price < 30": Asked({"price": {"$gte": 20, "$lt": 30}}, lambda r: (r.price >= 20) & (r.price < 30)),
    "price > 99.5": Asked({"price": {"$gt": 99.5}}, lambda r: r.price > 99.5),
    "modality text": Asked({"modality": "text"}, lambda r: r.modality == "text"),
    "modality not text": Asked({"modality": {"$ne": "text"}}, lambda r: r.modality != "text"),
    "modality in 2": Asked(
        {"modality": {"$in": ["audio", "video"]}}, lambda r: (r.modality == "audio") | (r.modality == "video")
    ),
    "shelf one": Asked({"shelf": "s042"}, lambda r: r.shelf == 42),
    "shelf in 12": Asked(
        {"shelf": {"$in": [f"s{n:03d}" for n in range(0, 96, 8)]}}, lambda r: (r.shelf % 8 == 0) & (r.shelf < 96)
    ),
    "shelf nin 50": Asked({"shelf": {"$nin": [f"s{n:03d}" for n in range(50)]}}, lambda r: r.shelf >= 50),
    "shelf starts s1": Asked({"shelf": {"$startsWith": "s01"}}, lambda r: r.shelf // 10 == 1),
    "source, all": Asked({"source": {"$startsWith": "file:///"}}, lambda r: np.ones(len(r), bool)),
    "source, some": Asked({"source": {"$startsWith": "file:///library/01"}}, lambda r: r.numbers // 70_000 == 1),
    "source, few": Asked({"source": {"$startsWith": "file:///library/0123"}}, lambda r: r.numbers // 700 == 123),
    "source, one": Asked({"source": "file:///library/000123/4.txt"}, lambda r: r.numbers == 123 * 7 + 4),
    "title starts app": Asked({"title": {"$startsWith": "app"}}, lambda r: r.titled("app")),
    "title starts Ä": Asked({"title": {"$startsWith": "Ä"}}, lambda r: r.titled("Ä")),
    "title starts 東": Asked({"title": {"$startsWith": "東"}}, lambda r: r.titled("東")),
    "title in 3": Asked(
        {"title": {"$in": ["🎈 party", "Ω", "a"]}}, lambda r: r.titled("🎈") | r.titled("Ω") | (r.title == "a")
    ),
    "sold": Asked({"sold": True}, lambda r: r.sold),
    "not sold": Asked({"sold": {"$ne": True}}, lambda r: ~r.sold),
    "sold = 1": Asked({"sold": 1}, lambda r: np.zeros(len(r), bool)),
    "has a page": Asked({"page": {"$exists": True}}, lambda r: r.page > 0),
    "has no page": Asked({"page": {"$exists": False}}, lambda r: r.page == 0),
    "page <= 3": Asked({"page": {"$lte": 3}}, lambda r: (r.page > 0) & (r.page <= 3)),
    "page nin 1..29": Asked({"page": {"$nin": list(range(1, 30))}}, lambda r: (r.page == 0) | (r.page == 30)),
    "odd in 1, true": Asked({"odd": {"$in": [1, True]}}, lambda r: (r.odd == 0) | (r.odd == 2)),
    "odd > 1": Asked({"odd": {"$gt": 1}}, lambda r: r.odd == 3),
    "odd != '1'": Asked({"odd": {"$ne": "1"}}, lambda r: r.odd != 1),
    "tags t7": Asked({"tags": "t7"}, lambda r: r.tagged([7])),
    "tags in 3": Asked({"tags": {"$in": ["t1", "t2", "t3"]}}, lambda r: r.tagged([1, 2, 3])),
    "tags nin 40": Asked({"tags": {"$nin": [f"t{n}" for n in range(40)]}}, lambda r: ~r.tagged(range(40))),
    "tags start t1": Asked({"tags": {"$startsWith": "t1"}}, lambda r: r.tagged([1, *range(10, 20)])),
    "marks > 2.5": Asked({"marks": {"$gt": 2.5}}, lambda r: any_of(r.marks > 2.5)),
    "oldest 10,000": Asked({"when_s": {"$lt": 1_600_000_000 + 10**5}}, lambda r: r.when_s - 1_600_000_000 < 100_000),
    "and of three": Asked(
        {"$and": [{"modality": "image"}, {"price": {"$lt": 30}}, {"tags": {"$in": ["t7", "t8"]}}]},
        lambda r: (r.modality == "image") & (r.price < 30) & r.tagged([7, 8]),
    ),
    "or of three": Asked(
        {"$or": [{"modality": "video"}, {"price": {"$gt": 90}}, {"page": 1}]},
        lambda r: (r.modality == "video") | (r.price > 90) | (r.page == 1),
    ),
    "and of or": Asked(
        {
            "$and": [
                {"$or": [{"sold": True}, {"$and": [{"page": {"$exists": False}}, {"odd": 1.5}]}]},
                {"draw": {"$gte": 100, "$ne": 500}},
            ]
        },
        lambda r: (r.sold | ((r.page == 0) & (r.odd == 3))) & (r.draw >= 100) & (r.draw != 500),
    ),
}


def far(buckets: list[int]) -> Asked:
    """Rows of these clusters only."""
    return Asked({"bucket": {"$in": buckets}}, lambda r: np.isin(r.bucket, buckets))


def far_and_sold(buckets: list[int]) -> Asked:
    """Rows of these clusters only, and of them a tenth."""
    return Asked({"$and": [far(buckets).json, {"sold": True}]}, lambda r: far(buckets).kept(r) & r.sold)
