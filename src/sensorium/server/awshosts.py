"""The hosts of AWS that this server can stand for: those of its three services, in every region."""

from __future__ import annotations

import re

import botocore.session

from sensorium.server.dialect import BEDROCK, S3VECTORS, STS

DOMAINS = ("api.aws", "amazonaws.com")
_SERVICES = (S3VECTORS.service, BEDROCK.service, STS.service)
_HOST = re.compile(rf"({'|'.join(_SERVICES)})\.([a-z0-9-]+)\.({'|'.join(map(re.escape, DOMAINS))})")


class AwsHosts:
    """``s3vectors.us-east-1.api.aws`` and its like; ``sts.amazonaws.com``, which has no region."""

    def __init__(self, own_region: str) -> None:
        """botocore's regions, and the server's own."""
        session = botocore.session.Session()
        found = {region for service in _SERVICES for region in session.get_available_regions(service)}
        self.regions = frozenset(found | {own_region})

    def __contains__(self, host: object) -> bool:
        match = _HOST.fullmatch(str(host))
        return host == "sts.amazonaws.com" or (match is not None and match[2] in self.regions)

    def names(self) -> list[str]:
        """What a certificate for all of them is made out to; a ``*`` stands for one label only."""
        return ["sts.amazonaws.com", *(f"*.{region}.{domain}" for region in sorted(self.regions) for domain in DOMAINS)]
