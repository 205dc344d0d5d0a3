"""The table of bars."""

from __future__ import annotations

from training.bars import BARS, Bar, table


def test_more_is_better_unless_it_says_lower() -> None:
    assert Bar("x", "%", 19, 24).met(19) == "yes"
    assert Bar("x", "%", 19, 24).met(18.9) == "no"
    assert Bar("lost", "points", 1.5, 0.5, lower=True).met(1.0) == "yes"


def test_a_line_without_a_bar_is_shown_and_not_judged() -> None:
    assert Bar("x", "%", None, None).met(10) == "not judged"


def test_the_table_has_a_line_a_bar_and_a_column_a_size() -> None:
    name = BARS[0].name
    lines = table({512: {name: 20.0}, 64: {name: 10.0}}).splitlines()
    assert len(lines) == 2 + len(BARS)
    assert "| 512-d | 64-d |" in lines[0]
    assert "| 20.0 | 10.0 | yes |" in lines[2]
    assert lines[3].endswith("not measured |")
