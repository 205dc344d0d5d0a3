"""``/session``: who asks, signing in, signing out."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sensorium import __version__
from sensorium.errors import Invalid
from sensorium.server.api import answers, bodies
from sensorium.server.api.context import Context
from sensorium.server.api.faults import Refusal
from sensorium.server.api.fields import Fields
from sensorium.server.api.sessions import COOKIE, SECONDS, Sessions


class SessionCalls:
    """Begins and ends sessions."""

    def __init__(self, context: Context, sessions: Sessions) -> None:
        self._context, self._sessions = context, sessions

    def routes(self) -> list[Route]:
        return [
            Route("/session", self._get, methods=["GET"]),
            Route("/session", self._begin, methods=["POST"]),
            Route("/session", self._end, methods=["DELETE"]),
        ]

    async def _get(self, request: Request) -> Response:
        try:
            user = self._sessions.caller(request.headers, request.cookies)
        except Refusal:
            user = None
        return answers.json(self._document(user))

    async def _begin(self, request: Request) -> Response:
        fields = Fields(await bodies.document(request, self._context.limits.body_seconds))
        token, key_id = fields.text("token", None, 4_096), fields.text("access_key_id", None, 256)
        secret = fields.text("secret_access_key", None, 4_096)
        fields.done()
        if self._sessions.is_open:
            return answers.json(self._document(None))
        if (token is None) == (key_id is None or secret is None):
            raise Invalid("give a token, or access_key_id and secret_access_key", path="token")
        user, cookie = await self._context.run(partial(self._sessions.begin, token, key_id, secret))
        answer = answers.json(self._document(user))
        answer.set_cookie(
            COOKIE,
            cookie,
            max_age=int(SECONDS),
            path="/api/v1",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return answer

    async def _end(self, _: Request) -> Response:
        answer = Response(status_code=204)
        answer.delete_cookie(COOKIE, path="/api/v1", httponly=True, samesite="strict")
        return answer

    def _document(self, user: str | None) -> dict[str, object]:
        return {
            "open": self._sessions.is_open,
            "user": user,
            "add_paths": self._sessions.is_open,
            "version": __version__,
        }
