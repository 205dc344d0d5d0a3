"""An error as an AWS service answers it."""

from __future__ import annotations


class AwsFault(Exception):
    """``name`` is the service model's error shape (``ValidationException``); its HTTP status stands in that model.

    ``fields`` are the pairs (path, message) of a validation error's ``fieldList``.
    """

    def __init__(self, name: str, message: str, fields: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.fields = fields
