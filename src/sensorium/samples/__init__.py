"""A sample library made by code: pictures, sounds, clips, documents and notes, and searches to try on them."""

from sensorium.samples.library import SAMPLES, Sample, write_library
from sensorium.samples.queries import QUERIES, SampleQuery, write_queries

__all__ = ["QUERIES", "SAMPLES", "Sample", "SampleQuery", "write_library", "write_queries"]
