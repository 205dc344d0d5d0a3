"""The store that is Amazon S3 Vectors, or a server that speaks like it (extra ``aws``)."""

from sensorium.stores.s3vectors.store import S3VectorsStore

__all__ = ["S3VectorsStore"]
