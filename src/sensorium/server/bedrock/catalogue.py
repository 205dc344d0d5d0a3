"""Which model ids are known, and whose bodies they take: foundation models, inference profiles and ARNs of both."""

from __future__ import annotations

import enum
import logging
import re
from dataclasses import dataclass

from sensorium.wire.bedrockfaults import UNKNOWN_MODEL
from sensorium.wire.fault import AwsFault

_LOG = logging.getLogger(__name__)


class Family(enum.Enum):
    """Models that share a request and an answer body."""

    NOVA = "nova"
    MARENGO_3 = "marengo-3"
    MARENGO_2 = "marengo-2.7"
    TITAN_TEXT_1 = "titan-text-v1"
    TITAN_TEXT_2 = "titan-text-v2"
    TITAN_IMAGE = "titan-image"
    COHERE_3 = "cohere-v3"
    COHERE_4 = "cohere-v4"
    LEGACY = "legacy"


@dataclass(frozen=True, slots=True)
class Entry:
    """A model id that was recognised: ``id`` is the foundation model's, without region or version of its context."""

    id: str
    family: Family

    def arn(self, region: str) -> str:
        """``arn:aws:bedrock:REGION::foundation-model/ID``."""
        return f"arn:aws:bedrock:{region}::foundation-model/{self.id}"


_FAMILIES = (
    (Family.NOVA, r"amazon\.nova-\d+-multimodal-embeddings-v\d+"),
    (Family.MARENGO_3, r"twelvelabs\.marengo-embed-3-\d+-v\d+"),
    (Family.MARENGO_2, r"twelvelabs\.marengo-embed-2-\d+-v\d+"),
    (Family.TITAN_TEXT_1, r"amazon\.titan-embed-(?:text-v1|g1-text-02)"),
    (Family.TITAN_TEXT_2, r"amazon\.titan-embed-text-v2"),
    (Family.TITAN_IMAGE, r"amazon\.titan-embed-image-v1"),
    (Family.COHERE_3, r"cohere\.embed-(?:english|multilingual)-v3"),
    (Family.COHERE_4, r"cohere\.embed-v4"),
    (Family.LEGACY, r"amazon\.nova-multimodal-embedding-v1"),
)
_VERSION = r"(?:(?P<version>:\d+)(?::\w+)?)?"
"""``:0``, and the context length that some ids name after it (``:0:8k``)."""
_KNOWN = tuple((family, re.compile(f"(?P<name>{pattern}){_VERSION}")) for family, pattern in _FAMILIES)
_GEOGRAPHY = re.compile(r"(?:us|us-gov|eu|apac|jp|au|ca|sa|il|me|af|mx|global)\.(?=[a-z0-9-]+\.)")
_ARN = re.compile(
    r"arn:aws(?:-[a-z-]+)?:bedrock:[a-z0-9-]{1,20}:(?:[0-9]{12})?:(?:foundation-model|inference-profile)/(?P<id>.+)"
)
ALIASES = {"amazon.nova-embedding-v1:0": "amazon.nova-2-multimodal-embeddings-v1:0"}
"""Ids that source documents print and AWS never had."""


def identify(model_id: str) -> Entry:
    """The entry of an id, an inference profile's id (``us.…``) or an ARN.

    Raises AwsFault (ValidationException) for an id of no known embedding model.
    """
    arn = _ARN.fullmatch(model_id)
    bare = arn["id"] if arn else model_id
    if (geography := _GEOGRAPHY.match(bare)) is not None:
        bare = bare[geography.end() :]
    if bare in ALIASES:
        _LOG.info("model id %s is no AWS id; %s answers for it", bare, ALIASES[bare])
        bare = ALIASES[bare]
    for family, pattern in _KNOWN:
        if (found := pattern.fullmatch(bare)) is not None:
            return Entry(found["name"] + (found["version"] or ""), family)
    raise AwsFault("ValidationException", UNKNOWN_MODEL)
