"""What families of Bedrock models differ in: the bodies that they take and give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

from sensorium.errors import Invalid
from sensorium.types import Matrix, Modality, Page, Payload, Purpose, Segmentation
from sensorium.wire.novaoutput import Line

MAX_BODY = 25_000_000
"""Bytes that Bedrock takes as one request."""
MAX_INLINE = (MAX_BODY - 100_000) // 4 * 3
"""Bytes of media that fit in a body, as base64 with some room for the rest."""


class Dialect(Protocol):
    """The bodies of one family. Stateless."""

    def size(self, modality: Modality) -> int:
        """Payloads that one call takes."""
        ...

    def body(self, payloads: Sequence[Payload], purpose: Purpose, dim: int) -> dict[str, Any]:
        """The request for payloads of one modality, at most ``size`` of them, as JSON.

        Raises Invalid or Unreadable for a payload that cannot be sent.
        """
        ...

    def rows(self, document: object) -> Matrix:
        """The vectors of an answer, in order, of any length but zero. Raises Unavailable for no such answer."""
        ...


@runtime_checkable
class JobDialect(Protocol):
    """The bodies of async invokes, for families that cut sound and video by themselves."""

    def job(self, uri: str, media_type: str, segmentation: Segmentation, purpose: Purpose, dim: int) -> dict[str, Any]:
        """The ``modelInput`` for a sound or video in a bucket."""
        ...

    def segments(self, folder: str, read: Callable[[str], bytes]) -> Iterator[Line]:
        """What a finished invoke wrote into its folder, in order of time; vectors of any length but zero."""
        ...


def words(page: Page) -> str:
    """The text of a page without a picture. Raises Invalid where it has none either."""
    if not page.text.strip():
        raise Invalid("a page with neither a picture nor a text", path="payload")
    return page.text
