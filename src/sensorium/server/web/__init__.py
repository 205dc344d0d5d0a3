"""The web page: files that come with the package, one module that serves them. The page talks to ``/api/v1`` alone."""

from sensorium.server.web.site import pages

__all__ = ["pages"]
