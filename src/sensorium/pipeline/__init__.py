"""Batch: walk, look ahead, embed, put, resume, report. ``index`` is the one way in."""

from sensorium.pipeline.annotations import Annotations
from sensorium.pipeline.estimate import Estimate, estimate
from sensorium.pipeline.options import Options
from sensorium.pipeline.report import Failure, Progress, Report
from sensorium.pipeline.run import index

__all__ = ["Annotations", "Estimate", "Failure", "Options", "Progress", "Report", "estimate", "index"]
