"""The words that schemas are put together from: a few of JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
ANY_OBJECT: Schema = {"type": "object"}


def ref(name: str) -> Schema:
    """A schema of ``SCHEMAS``."""
    return {"$ref": f"#/components/schemas/{name}"}


def maybe(schema: Schema) -> Schema:
    """That, or null."""
    if "$ref" in schema or "enum" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def many(schema: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": schema}


def members(required: Mapping[str, Schema], optional: Mapping[str, Schema] = {}, closed: bool = False) -> Schema:
    """An object; ``closed`` takes no other members."""
    found: Schema = {"type": "object", "properties": {**required, **optional}, "required": list(required)}
    return {**found, "additionalProperties": False} if closed else found


def enum(*names: str) -> Schema:
    """One of these strings."""
    return {"type": "string", "enum": list(names)}


def told(schema: Schema, description: str, **more: Any) -> Schema:
    """A schema that says what it is for."""
    return {**schema, "description": description, **more}
