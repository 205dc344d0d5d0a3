"""Amazon S3 Vectors, served: one module per noun, one function per operation."""

from sensorium.server.s3vectors.limits import Limits
from sensorium.server.s3vectors.service import S3VectorsService

__all__ = ["Limits", "S3VectorsService"]
