"""The durable store of one machine: SQLite for the truth, a slot file for the vectors, numpy for what is derived."""

from sensorium.stores.embedded.index import EmbeddedIndex
from sensorium.stores.embedded.limits import Limits
from sensorium.stores.embedded.store import EmbeddedStore

__all__ = ["EmbeddedIndex", "EmbeddedStore", "Limits"]
