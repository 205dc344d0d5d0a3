"""The built-in model: small, offline, one space for text, documents, images, audio and video. `PROVIDER` offers it."""

from sensorium.models.builtin.provider import PROVIDER

__all__ = ["PROVIDER"]
