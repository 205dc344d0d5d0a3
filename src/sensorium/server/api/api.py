"""The API of one server: its parts put together, and its life."""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount, Router

from sensorium.config import Settings
from sensorium.home import Home
from sensorium.objects.base import Objects
from sensorium.server.access import Access
from sensorium.server.api.context import Context
from sensorium.server.api.description import Description
from sensorium.server.api.gate import Gate
from sensorium.server.api.indexes import IndexCalls
from sensorium.server.api.jobcalls import JobCalls
from sensorium.server.api.jobs import Jobs
from sensorium.server.api.map import Map
from sensorium.server.api.media import Media
from sensorium.server.api.permission import Judge, Permission
from sensorium.server.api.ranking import Rankings
from sensorium.server.api.records import RecordCalls
from sensorium.server.api.search import Search
from sensorium.server.api.sessioncalls import SessionCalls
from sensorium.server.api.sessions import Sessions
from sensorium.server.api.uploads import UploadCalls
from sensorium.server.api.uploadstore import Uploads
from sensorium.server.limits import Limits
from sensorium.server.metrics import Metrics

PREFIX = "/api/v1"


class Api:
    """Made before the event loop that it serves in; closed after it, and before the home."""

    def __init__(
        self, home: Home, settings: Settings, limits: Limits, access: Access, objects: Objects, judge: Judge
    ) -> None:
        """Raises Unavailable or Corrupt where the home's secret can neither be read nor made."""
        self.context = Context(home, settings, limits, objects, Permission(home, judge))
        self.jobs = Jobs(self.context)
        self._sessions = Sessions(access, self.context.secret)

    def pages(self, metrics: Metrics | None = None) -> list[BaseRoute]:
        """One route for everything under ``/api/v1``; ``metrics`` counts its calls."""
        context, uploads = self.context, Uploads(self.context.home.path / "queries")
        parts = (
            Description(),
            SessionCalls(context, self._sessions),
            IndexCalls(context),
            UploadCalls(context, uploads),
            Search(context, Rankings(context, uploads)),
            RecordCalls(context),
            JobCalls(context, self.jobs),
            Map(context),
            Media(context, uploads),
        )
        router = Router([route for part in parts for route in part.routes()], redirect_slashes=False)
        return [Mount(PREFIX, Gate(router, self._sessions, metrics or Metrics()))]

    def stop(self) -> None:
        """The server is told to stop: streams of events end."""
        self.context.stopping.set()

    async def ended(self, seconds: float) -> bool:
        """Wait for calls under way; False where some take longer."""
        return await self.context.ended(seconds)

    def close(self) -> None:
        """Stop the jobs."""
        self.context.stopping.set()
        self.jobs.close()
