"""A payload's fingerprint: equal for equal content, whatever file it came from."""

from __future__ import annotations

import hashlib

from sensorium.types import Audio, Image, Page, Payload, Video


def fingerprint(payload: Payload) -> bytes:
    """32 bytes over the decoded content (not the encoded file), with the type and every shape in it."""
    digest = hashlib.blake2b(digest_size=32)
    _feed(digest, payload)
    return digest.digest()


def _feed(digest: hashlib.blake2b, payload: Payload | None) -> None:
    match payload:
        case None:
            digest.update(b"none;")
        case str():
            data = payload.encode("utf-8", "surrogatepass")
            digest.update(b"text;%d;" % len(data))
            digest.update(data)
        case Image(pixels=pixels):
            digest.update(b"image;%d;%d;" % pixels.shape[:2])
            digest.update(pixels.tobytes())
        case Audio(samples=samples, rate=rate):
            digest.update(b"audio;%d;%d;" % (rate, len(samples)))
            digest.update(samples.tobytes())
        case Page(text=text, picture=picture):
            digest.update(b"page;")
            _feed(digest, text)
            _feed(digest, picture)
        case Video(frames=frames, times=times, seconds=seconds, sound=sound):
            digest.update(f"video;{len(frames)};{times!r};{seconds!r};".encode())
            for frame in frames:
                _feed(digest, frame)
            _feed(digest, sound)
