"""A filter as the condition of a WHERE."""

from __future__ import annotations

from benchmarks.stores.peer import Where


def condition(where: Where) -> str:
    """Fields and numbers are the benchmark's own, so that nothing has to be quoted."""
    parts = []
    for field, tests in where.items():
        for test, value in tests.items():
            match test, value:
                case "$lt", int():
                    parts.append(f"{field} < {value}")
                case "$gte", int():
                    parts.append(f"{field} >= {value}")
                case "$in", list():
                    parts.append(f"{field} IN ({', '.join(map(str, value))})")
                case _:
                    raise ValueError(f"no SQL for {field}: {test} {value!r}; there are $lt, $gte and $in")
    return " AND ".join(parts)
