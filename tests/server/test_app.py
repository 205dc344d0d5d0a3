"""Pages beside the AWS protocols: the seam for the web page and its API."""

from __future__ import annotations

from pathlib import Path

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from tests.server.conftest import Recorder

from sensorium.config import Settings
from sensorium.server.server import Server
from sensorium.server.sts import StsService
from sensorium.testing.server import RunningServer


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.method} {request.url.path} {(await request.body()).decode()}")


def test_pages_and_operations_share_the_root(tmp_path: Path) -> None:
    vectors = Recorder("s3vectors")
    services = {service.name: service for service in (vectors, StsService())}
    pages = [Route("/", page, methods=["GET"]), Mount("/api/v1", routes=[Route("/search", page, methods=["POST"])])]
    settings = Settings(tmp_path / "home", serve_port=0)
    with RunningServer(Server(settings, build=lambda *_: services, pages=pages)) as server:
        assert httpx.get(f"{server.url}/").text == "GET / "
        assert httpx.head(f"{server.url}/").status_code == 200
        assert httpx.post(f"{server.url}/api/v1/search", content="red dress").text == "POST /api/v1/search red dress"
        assert server.client("sts").get_caller_identity()["Account"] == "000000000000"
        server.client("s3vectors").list_vector_buckets()
        assert len(vectors.calls) == 1
        assert httpx.get(f"{server.url}/api/v1/search").status_code == 405
        assert httpx.get(f"{server.url}/api/v2").headers["x-amzn-errortype"] == "UnknownOperationException"
        # A service that this server was built without.
        raw = httpx.post(f"{server.url}/model/m/invoke", content=b"{}")
        assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (404, "UnknownOperationException")
        refused = httpx.get(f"{server.url}/", headers={"host": "evil.example"})
        assert (refused.status_code, refused.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
