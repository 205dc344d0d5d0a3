"""The page's routes: ``/`` and the files that it names, under an address that changes with any of them.

Such an address is kept by browsers for good. ``/`` itself is asked for each time, and answered with 304 while it is
the same.
Nothing here asks who calls: the files tell nothing of the home, and the sign-in form is one of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sensorium.server.web.asset import Asset, takes_gzip

INDEX = "index.html"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(), geolocation=()",
    "vary": "accept-encoding",
}
_FOREVER = "public, max-age=31536000, immutable"


class Site:
    """The files of a folder as pages. ``version`` is a hash of all of them."""

    def __init__(self, folder: Traversable) -> None:
        """Reads and compresses everything once. In ``index.html``, ``assets/`` becomes the address of this version."""
        data = dict(sorted(_read(folder)))
        self.version = _version(data)
        index = data.pop(INDEX).replace(b"assets/", b"assets/" + self.version.encode() + b"/")
        self._index = Asset.of(INDEX, index)
        self._assets = {name: Asset.of(name, body) for name, body in data.items()}

    def routes(self) -> list[Route]:
        """``/`` and ``/assets/VERSION/NAME``."""
        return [
            Route("/", self._page, methods=["GET"]),
            Route("/assets/{version}/{name}", self._asset, methods=["GET"]),
        ]

    async def _page(self, request: Request) -> Response:
        return _answer(self._index, request, "no-cache")

    async def _asset(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return Response("the page has no such file\n", 404, {**HEADERS, "cache-control": "no-store"}, "text/plain")
        # An old page that was left open may still ask for what it was made of; it gets what there is, unkept.
        is_current = request.path_params["version"] == self.version
        return _answer(asset, request, _FOREVER if is_current else "no-store")


def pages() -> list[Route]:
    """The routes of the page that comes with the package."""
    return Site(files("sensorium.server.web").joinpath("assets")).routes()


def _answer(asset: Asset, request: Request, cache: str) -> Response:
    headers = {**HEADERS, "cache-control": cache, "etag": asset.etag}
    if asset.is_known(request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    if takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(asset.packed, headers={**headers, "content-encoding": "gzip"}, media_type=asset.media_type)
    return Response(asset.plain, headers=headers, media_type=asset.media_type)


def _read(folder: Traversable) -> list[tuple[str, bytes]]:
    return [(found.name, found.read_bytes()) for found in folder.iterdir() if found.is_file()]


def _version(data: Mapping[str, bytes]) -> str:
    made = hashlib.sha256()
    for name, body in data.items():
        made.update(f"{name}\0{len(body)}\0".encode())
        made.update(body)
    return made.hexdigest()[:16]
