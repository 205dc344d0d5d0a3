from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorium.media.subtitles import Cue, cues, gathered

SRT = """\ufeff1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> there.
Second line.

2
00:01:00,250 --> 01:00:00,000
- {\\an8}Bye &amp; good night.

3
00:00:01,000 --> 00:00:02,500
Hola.
"""
VTT = """WEBVTT - a title

NOTE a comment
that goes on

STYLE
::cue { color: red }

intro
00:01.000 --> 00:02.500 align:start position:0%
<v Roger>Hello <c.loud>there</c>

02:00:03.5 --> 02:00:04.000
Late
"""


def test_cues_of_subrip_in_order_of_time() -> None:
    assert cues(SRT) == [
        Cue(1.0, 2.5, "Hello there.\nSecond line.\nHola."),
        Cue(60.25, 3600.0, "- Bye & good night."),
    ]
    assert cues(SRT.replace("\n", "\r\n")) == cues(SRT)


def test_cues_of_webvtt() -> None:
    assert cues(VTT) == [Cue(1.0, 2.5, "Hello there"), Cue(7203.5, 7204.0, "Late")]


def test_cues_without_a_blank_line_between_them() -> None:
    assert cues("1\n00:00:01,0 --> 00:00:02,0\nA\n2\n00:00:03,0 --> 00:00:04,0\nB\n") == [
        Cue(1, 2, "A"),
        Cue(3, 4, "B"),
    ]
    assert cues("00:00:01,000 --> 00:00:02,000\n1984\n") == [Cue(1, 2, "1984")]


def test_no_cues_in_other_text() -> None:
    assert cues("An arrow --> is not a cue.") == []
    assert cues("00:00:01,000 --> 00:00:02,000\n\n") == []


def test_cues_are_gathered_and_parted_at_pauses() -> None:
    spoken = [Cue(0, 2, "One"), Cue(2, 4, "two"), Cue(30, 32, "Later")]
    assert list(gathered(spoken, 100)) == [Cue(0, 4, "One\ntwo"), Cue(30, 32, "Later")]


def test_a_full_enough_passage_ends_with_its_sentence() -> None:
    spoken = [Cue(n, n + 1, text) for n, text in enumerate(["a" * 30, "b" * 25 + ".", "c" * 20, "d" * 20])]
    assert [cue.text.count("\n") for cue in gathered(spoken, 100)] == [1, 1]


def test_a_long_cue_shares_its_time() -> None:
    first, second = gathered([Cue(10, 20, "A" + "a" * 48 + ". " + "B" + "b" * 48 + ".")], 60)
    assert (first.start_s, second.end_s) == (10, pytest.approx(20, abs=0.2))
    assert first.end_s <= second.start_s


TIMES = st.integers(0, 30).map(lambda tenth: tenth / 2)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(TIMES, TIMES, st.text("ab. ", min_size=1, max_size=150)), max_size=20),
    st.integers(50, 200),
)
def test_spans_are_distinct_and_texts_bounded(rows: list[tuple[float, float, str]], room: int) -> None:
    file = "\n\n".join(f"00:00:{a:06.3f} --> 00:00:{b:06.3f}\n{text}" for a, b, text in rows)
    found = list(gathered(cues(file), room))
    spans = [(cue.start_s, cue.end_s) for cue in found]
    assert len(set(spans)) == len(spans)
    assert all(len(cue.text) <= room and cue.start_s <= cue.end_s for cue in found)
