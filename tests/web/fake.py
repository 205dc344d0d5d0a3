"""A stand-in for ``/api/v1`` where a real one would be slow or tame: ten thousand hits, names that play markup."""

from __future__ import annotations

import io
import math
from typing import Any

from PIL import Image, ImageDraw
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

KINDS = ("image", "document", "text", "audio", "video")
ASPECTS = (1.5, 0.7071, None, 1.7778, 1.3333)
BANDS = ("very close", "close", "related", "unrelated")
HOSTILE = '<img src=x onerror="window.pwned=1">.jpg'


def hit(rank: int) -> dict[str, Any]:
    """The hit of a rank, the same each time."""
    kind = rank % len(KINDS)
    modality = KINDS[kind]
    root = f"/api/v1/media/m{rank}"
    return {
        "rank": rank,
        "key": f"key{rank}",
        "distance": min(1.9, 0.3 + rank / 8000),
        "band": BANDS[min(3, rank // 40)],
        "scores": None,
        "modality": modality,
        "media_type": "image/jpeg",
        "title": HOSTILE if rank == 1 else f"{modality} number {rank}",
        "source": f"file:///library/{modality}/{rank}",
        "missing": rank % 17 == 0,
        "catalogued": True,
        "span": {"start_s": 4.0, "end_s": 9.0} if kind > 2 else {"page": 3} if kind == 1 else None,
        "text": "<script>window.pwned=1</script> Red shoes for every day of the year. " * 4 if kind == 2 else None,
        "text_more": False,
        "matches": [[32, 35]] if kind == 2 else [],
        "metadata": {"colour": HOSTILE, "year": 2020 + rank % 5},
        "width": 640,
        "height": 480,
        "aspect": ASPECTS[kind],
        "media": {
            "id": f"m{rank}",
            "thumbnail": f"{root}/thumbnail?v=1" if modality not in ("text", "audio") else None,
            "picture": f"{root}/picture?v=1" if modality not in ("text", "audio") else None,
            "original": f"{root}/original?v=1",
            "clip": None,
            "clip_made": None,
            "waveform": f"{root}/waveform?v=1" if kind > 2 else None,
        },
    }


class Fake:
    """Counts what it is asked; ``total`` hits in every answer."""

    def __init__(self, total: int = 10_000) -> None:
        self.total = total
        self.asked: list[dict[str, Any]] = []

    def routes(self) -> list[BaseRoute]:
        return [
            Mount(
                "/api/v1",
                routes=[
                    Route("/session", self.session),
                    Route("/models", self.models),
                    Route("/indexes", self.indexes),
                    Route("/search", self.search, methods=["POST"]),
                    Route("/records", self.record),
                    Route("/media/{id}/waveform", self.waveform),
                    Route("/media/{id}/{kind}", self.picture),
                ],
            )
        ]

    async def session(self, _: Request) -> Response:
        return JSONResponse({"open": True, "user": None, "add_paths": True, "version": "0"})

    async def models(self, _: Request) -> Response:
        return JSONResponse({"models": [], "broken": []})

    async def indexes(self, _: Request) -> Response:
        keys = [
            {"key": "colour", "types": ["string"], "values": ["blue", HOSTILE], "more": False, "standard": False},
            {
                "key": "year",
                "types": ["number"],
                "values": [],
                "more": False,
                "min": 2020,
                "max": 2024,
                "standard": False,
            },
        ]
        bands = [{"query": "text", "hit": "image", "very_close": 0.5, "close": 0.7, "related": 0.9}]
        index = {
            "name": "default", "model": "builtin@1", "dim": 256, "metric": "cosine", "records": self.total,
            "counts": dict.fromkeys(KINDS, self.total // 5), "bytes": 12_000_000, "created_s": 1.0, "text_search": True,
            "failures": 0, "remote": False, "state": "s1", "metadata": keys, "bands": bands,
        }  # fmt: skip
        return JSONResponse({"indexes": [index]})

    async def search(self, request: Request) -> Response:
        asked = await request.json()
        self.asked.append(asked)
        offset, limit = asked.get("offset", 0), asked.get("limit", 50)
        total = min(self.total, asked.get("k", 100))
        hits = [hit(rank) for rank in range(offset + 1, min(total, offset + limit) + 1)]
        after = offset + len(hits)
        return JSONResponse(
            {"index": "default", "model": "builtin@1", "metric": "cosine", "state": "s1", "took_ms": 3.2, "notes": [],
             "inputs": [], "total": total, "offset": offset, "limit": limit,
             "next": after if after < total else None, "hits": hits}
        )  # fmt: skip

    async def record(self, request: Request) -> Response:
        return JSONResponse(hit(int(request.query_params["key"].removeprefix("key"))) | {"vector": None})

    async def waveform(self, request: Request) -> Response:
        count = int(request.query_params.get("n", 100))
        peaks = [abs(math.sin(at / 7) * math.sin(at / 3)) for at in range(count)]
        times = {"seconds": 20.0, "start_s": 4.0, "end_s": 9.0, "window_start_s": 0.0, "window_end_s": 20.0}
        return JSONResponse(times | {"peaks": peaks}, headers={"cache-control": "max-age=600"})

    async def picture(self, request: Request) -> Response:
        rank = int(request.path_params["id"][1:])
        aspect = ASPECTS[rank % 5] or 1.3
        made = Image.new("RGB", (round(160 * aspect), 160), f"hsl({rank * 37 % 360}, 45%, 62%)")
        ImageDraw.Draw(made).text((10, 10), str(rank), fill="white")
        out = io.BytesIO()
        made.save(out, "PNG")
        return Response(out.getvalue(), media_type="image/png", headers={"cache-control": "max-age=600"})
