"""``/health`` and ``/metrics``: pages for machines that watch over the server. Neither asks for a signature."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sensorium import __version__
from sensorium.errors import SensoriumError
from sensorium.server import jsonbody
from sensorium.server.metrics import MEDIA_TYPE, Metrics


def probes(indexes: Callable[[], int], metrics: Metrics) -> list[Route]:
    """The two pages. ``indexes`` counts the indexes of the home, and raises where the store cannot be read."""

    def health(_: Request) -> Response:  # no coroutine, so that Starlette runs it in a thread
        try:
            found = {"status": "ok", "version": __version__, "indexes": indexes()}
        except (SensoriumError, OSError) as error:
            failed = {"status": "failing", "version": __version__, "error": str(error)}
            return Response(jsonbody.dumps(failed), 503, media_type="application/json")
        return Response(jsonbody.dumps(found), media_type="application/json")

    async def numbers(_: Request) -> Response:
        return Response(metrics.text(), headers={"content-type": MEDIA_TYPE.decode()})

    return [Route("/health", health, methods=["GET"]), Route("/metrics", numbers, methods=["GET"])]
