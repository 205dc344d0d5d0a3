"""The services of one server, over a home."""

from __future__ import annotations

from sensorium.config import Settings
from sensorium.home import Home
from sensorium.server.call import Service
from sensorium.server.s3vectors.service import S3VectorsService
from sensorium.server.sts import StsService


def build(home: Home, settings: Settings) -> dict[str, Service]:
    """The services by name. Close them before the home."""
    services: list[Service] = [
        S3VectorsService(home, region=settings.serve_region, lenient=settings.serve_lenient),
        StsService(),
    ]
    return {service.name: service for service in services}
