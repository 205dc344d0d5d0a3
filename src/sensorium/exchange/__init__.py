"""Records between an index and a file: Parquet with vectors and metadata, and the list form of S3 Vectors.

Any index takes part, one in S3 Vectors too. The name of a file says its form, see :mod:`sensorium.exchange.forms`.
"""

from sensorium.exchange.content import Content, Header, Placed
from sensorium.exchange.fill import Filled, fill
from sensorium.exchange.forms import export, opened

__all__ = ["Content", "Filled", "Header", "Placed", "export", "fill", "opened"]
