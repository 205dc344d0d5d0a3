"""The searches of the demo, and how their hits are judged."""

from __future__ import annotations

from pathlib import Path

from sensorium.cli import trials
from sensorium.cli.trials import Outcome, Trial
from sensorium.samples.queries import SampleQuery
from sensorium.types import Hit


def hit(source: str, **metadata: float) -> Hit:
    return Hit(source, 0.5, {"source": source, **metadata})


def test_a_page_and_a_moment_narrow_what_is_looked_for() -> None:
    pages = [hit("file:///a.pdf", page=2), hit("file:///a.pdf", page=4)]
    assert Outcome(Trial("t", wanted="file:///a.pdf", page=4), pages).rank == 2
    clips = [hit("file:///c.mp4", start_s=0.0, end_s=5.0), hit("file:///c.mp4", start_s=5.0, end_s=10.0)]
    assert Outcome(Trial("t", wanted="file:///c.mp4", start_s=5), clips).rank == 2
    assert Outcome(Trial("t", wanted="file:///c.mp4"), clips).rank == 1
    assert Outcome(Trial("t", wanted="file:///c.mp4", start_s=5), [hit("file:///c.mp4")]).rank == 1
    assert Outcome(Trial("t", wanted="file:///d.mp4"), clips).rank is None


def test_the_verdict_counts_only_searches_that_look_for_something() -> None:
    found = [hit("file:///a"), hit("file:///b")]
    outcomes = [
        Outcome(Trial("t", wanted="file:///a"), found),
        Outcome(Trial("t", wanted="file:///b"), found),
        Outcome(Trial("t", wanted="file:///c"), found),
        Outcome(Trial("t"), found),
    ]
    assert trials.verdict(outcomes) == "what was looked for came first in 1 of 3 searches, among the first 3 in 2"


def test_sample_queries_become_trials() -> None:
    query = SampleQuery("way", "a/b.pdf", text="words", file="q.jpg", page=3, modality="document")
    (trial,) = trials.of_library([query], Path("/lib"), Path("/queries"))
    assert trial == Trial("way", "words", Path("/queries/q.jpg"), "file:///lib/a/b.pdf", 3, None, "document")
    assert trial.asked == '"words" + q.jpg'
