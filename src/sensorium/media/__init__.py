"""Media: bytes to payloads to segments. ``read`` is the one way in."""
