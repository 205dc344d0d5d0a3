"""What must be there after a kill, and what may be: the parent's account of what was announced and acknowledged."""

from __future__ import annotations

from typing import Any

from tests.stores.embedded.kill.operations import OTHER, State, drawn, stages


class Ledger:
    """The states that are possible, for each writer by itself: their keys are not the same."""

    def __init__(self, writers: str) -> None:
        self._possible: dict[str, list[State]] = {writer: [{}] for writer in writers}
        self.acknowledged = 0
        self._sequences = dict.fromkeys(writers, 0)

    def told(self, life: int, line: dict[str, Any]) -> None:
        """Take a line of a child into account; AssertionError where it found what cannot be."""
        if "begin" in line:
            writer = line["writer"]
            operation = drawn(life, writer, line["begin"], line["kind"])
            self._possible[writer] = stages(self._possible[writer][-1], operation)
        elif "done" in line:
            writer = line["writer"]
            del self._possible[writer][:-1]
            self.acknowledged += 1
            assert line["sequence"] >= self._sequences[writer]
            self._sequences[writer] = line["sequence"]
        elif "state" in line:
            assert line["damages"] == []
            assert line["records"] == len([key for key in line["state"] if key != OTHER.name])
            self._found(line["state"])
            for writer, sequence in self._sequences.items():
                assert line["sequence"] >= sequence, "a sequence that was seen once never comes again"
                self._sequences[writer] = line["sequence"]

    def _found(self, state: State) -> None:
        for writer, possible in self._possible.items():
            ours = {key: version for key, version in state.items() if (key[0] if key != OTHER.name else "a") == writer}
            assert ours in possible, _told_apart(ours, possible)
            self._possible[writer] = [ours]


def _told_apart(found: State, possible: list[State]) -> str:
    """How what was found differs from each state that might have been."""
    return "; ".join(
        f"stage {place}: {sorted(set(found.items()) ^ set(state.items()))[:10]}" for place, state in enumerate(possible)
    )
