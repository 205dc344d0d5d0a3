"""Everything that Sensorium raises on purpose, drawn as a tree.

SensoriumError
├── Invalid        the caller's fault: a value out of range, a bad filter, a wrong dimension. Mend the call.
├── NotFound       the named bucket, index, key, model or file is not there. Create it or mend the name.
├── Conflict       it is there already, or disagrees with what is there (a model's stamp, a second registration).
├── Unsupported    this model or store cannot do it (no audio), or an extra is not installed. The message names the way.
├── Unreadable     this file is broken, locked or not what it says. The rest of a run goes on.
├── Corrupt        stored data fails its checksum or is of a foreign or newer format. Nothing was changed.
└── Unavailable    a remote, a lock or a disk did not answer in time or is full. Worth another try later.

Every message names the thing (file, key, field), what was found and what is accepted. ``code`` is stable for programs;
``path`` points at the offending field or file, where there is one.
"""

from __future__ import annotations


class SensoriumError(Exception):
    """The root: catch this to catch all of ours. ``code`` is stable, ``path`` names the field or file at fault."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, path: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        if code is not None:
            self.code = code


class Invalid(SensoriumError):
    """The caller's fault: mend the call."""

    code = "invalid"


class NotFound(SensoriumError):
    """The named thing is not there."""

    code = "not_found"


class Conflict(SensoriumError):
    """The named thing is there already, or disagrees with what is there."""

    code = "conflict"


class Unsupported(SensoriumError):
    """This model, store or installation cannot do it; the message says which one can."""

    code = "unsupported"


PARTIAL = "partial"
"""Code of an Unreadable that comes after good segments: they are as they should be, and something is missing."""


class Unreadable(SensoriumError):
    """A file is broken, locked, or too large to be decoded safely."""

    code = "unreadable"


class Corrupt(SensoriumError):
    """Stored data fails its checksum, or a file is of a foreign or newer format. Nothing was changed."""

    code = "corrupt"


class Unavailable(SensoriumError):
    """A remote, a lock or a disk did not answer; the same call may work later."""

    code = "unavailable"
