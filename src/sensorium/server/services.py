"""The services of one server, over a home."""

from __future__ import annotations

import contextlib

from sensorium.config import Settings
from sensorium.errors import Invalid
from sensorium.home import Home
from sensorium.objects.joined import opened
from sensorium.server.bedrock.installed import DEFAULT_MODELS, Installed
from sensorium.server.bedrock.jobs import AsyncJobs
from sensorium.server.bedrock.parts import Limits
from sensorium.server.bedrock.service import BedrockService
from sensorium.server.call import Service
from sensorium.server.s3vectors.service import S3VectorsService
from sensorium.server.sts import StsService
from sensorium.wire.nova import Sizes


def build(home: Home, settings: Settings) -> dict[str, Service]:
    """The services by name. Close them before the home. Raises Invalid for settings that are broken."""
    models = Installed(home.registry, model_map(settings.serve_models))
    objects = opened(settings.buckets, settings.s3_endpoint or None)
    limits = job_limits(settings)
    with contextlib.ExitStack() as undo:
        vectors = S3VectorsService(home, region=settings.serve_region, lenient=settings.serve_lenient)
        undo.callback(vectors.close)
        jobs = AsyncJobs(
            home.path / "jobs.db",
            home.path / "jobs",
            models,
            objects,
            workers=settings.serve_jobs,
            lenient=settings.serve_lenient,
            limits=limits,
        )
        bedrock = BedrockService(models, objects, jobs, settings.serve_lenient)
        services: list[Service] = [vectors, bedrock, StsService()]
        undo.pop_all()
    return {service.name: service for service in services}


def job_limits(settings: Settings) -> Limits:
    """What one async invoke takes."""
    sizes = (
        settings.serve_jobs_text_mb,
        settings.serve_jobs_image_mb,
        settings.serve_jobs_audio_mb,
        settings.serve_jobs_video_mb,
    )
    return Limits(Sizes(*(size << 20 for size in sizes)), float(settings.serve_jobs_seconds))


def model_map(text: str) -> dict[str, str]:
    """``ID=MODEL,…`` as a mapping; an id may be a pattern. Raises Invalid for anything else."""
    found = dict(DEFAULT_MODELS)
    own = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, model = (side.strip() for side in part.partition("="))
        if not name or not model:
            raise Invalid(f"model map {part!r}: accepted is ID=MODEL, where ID may be a pattern", path="model")
        own[name] = model
    return {**own, **{name: model for name, model in found.items() if name not in own}}
