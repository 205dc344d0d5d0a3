from __future__ import annotations

import tracemalloc
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sensorium.media.graphemes import is_break
from sensorium.media.passages import Style, passages

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
SCRIPTS = "日本語です。 他说：“好。” नमस्ते। مرحبا؟ สวัสดีครับ 🇩🇪🇫🇷 e\u0301 한국어 \u200b \u0301 क्षि"
LATIN = "word Mr. e.g. 3. end. Why? “No!” U.S. ==="
WORDS = st.sampled_from([*SCRIPTS.split(" "), *LATIN.split(" "), FAMILY, "x" * 70, "漢" * 90, "# Title"])
GAPS = st.sampled_from(
    [" ", "  ", "\n", "\r\n", "\n\n", "\r\n \r\n", "\t", "", "\u3000", "\u2029", "\n" * 80, " " * 300]
)
PROSE = st.lists(st.tuples(WORDS, GAPS), max_size=80).map(lambda pairs: "".join(word + gap for word, gap in pairs))
ANY = st.text(max_size=600)


def blocks_of(text: str, length: int) -> Iterator[str]:
    return (text[place : place + length] for place in range(0, len(text), length))


@settings(max_examples=150, deadline=None)
@given(st.one_of(PROSE, ANY), st.integers(50, 400), st.sampled_from(Style), st.integers(1, 997))
@example("a" * 49 + " \u0301" + "b" * 60, 50, Style.PROSE, 7)
@example("." * 500, 50, Style.PROSE, 100)
@example(" \u0301x", 50, Style.PROSE, 1)
def test_passages_are_exact_bounded_and_leave_only_white_space(text: str, room: int, style: Style, block: int) -> None:
    place = 0
    for passage in passages(blocks_of(text, block), room, style):
        assert text[passage.start : passage.end] == passage.text
        assert 0 < len(passage.text) <= room
        assert text[place : passage.start].strip() == ""
        assert passage.start >= place
        place = passage.end
    assert text[place:].strip() == ""


@settings(max_examples=150, deadline=None)
@given(PROSE, st.integers(50, 300))
def test_blocks_make_no_difference(text: str, room: int) -> None:
    assert list(passages([text], room)) == list(passages(blocks_of(text, 3), room))


@settings(max_examples=150, deadline=None)
@given(st.one_of(PROSE, ANY), st.integers(50, 200))
def test_no_cluster_is_cut_that_would_fit(text: str, room: int) -> None:
    for passage in passages([text], room):
        for place in (passage.start, passage.end):
            if not is_break(text, place):
                start = next(p for p in range(place - 1, -1, -1) if is_break(text, p))
                end = next(p for p in range(place + 1, len(text) + 1) if is_break(text, p))
                assert end - start > room - 1 or text[start:end][0].isspace()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text("abcdefghij.,;!?'é", min_size=1, max_size=49), min_size=1, max_size=80), st.integers(50, 200))
def test_no_word_is_cut_that_would_fit(words: list[str], room: int) -> None:
    text = " ".join(words)
    found = [passage.text for passage in passages([text], room)]
    assert " ".join(found).split() == text.split()


def texts(text: str, room: int, style: Style = Style.PROSE) -> list[str]:
    return [passage.text for passage in passages([text], room, style)]


def test_a_text_that_fits_is_one_passage() -> None:
    assert texts("  One. Two.\n\nThree.  ", 50) == ["One. Two.\n\nThree."]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The quick brown fox jumps over the lazy dog again.", "Then it sleeps for a very long time indeed."),
        ("He asked: “Did you see Dr. Smith at St. Mary's today?”", "Nobody had seen him there since last week."),
        ("今天天气很好，我们去公园散步吧，那里有很多花，也有湖水。" * 2, "明天会下雨，所以我们最好今天就去。" * 2),
        (
            "彼は「もう帰るよ。また明日。」と言い、ドアを閉めて静かに家を出て行った。",
            "雨が降ったので、私は窓を閉めて、お茶を飲んだ。",
        ),
        ("هل تعرف أين تقع المكتبة الكبيرة في هذه المدينة الجميلة؟", "إنها بجانب النهر بالقرب من الجسر القديم."),
        ("यह किताब बहुत अच्छी है और मुझे पढ़ना पसंद है।", "कल हम पुस्तकालय जाएंगे और नई किताबें लाएंगे।"),
        ("Это стоит 5 тыс. руб. и т.д. по списку в книге, верно?", "Мы вышли из дома рано утром и пошли к реке."),
        ("Am Montag z.B. trafen sie Prof. Müller im Institut.", "Danach gingen sie gemeinsam in die Bibliothek."),
    ],
)  # fmt: skip
def test_sentences_of_any_language_stay_whole(first: str, second: str) -> None:
    room = max(50, len(first) + 5)
    gap = "" if unicodedata.category(first[-1]) == "Po" and first[-1] == "。" else " "
    assert texts(first + gap + second, room) == [first, second]


def test_abbreviations_numbers_and_initials_end_no_sentence() -> None:
    text = "We met at noon. J. R. R. Tolkien wrote, cf. No. 5 on p. 7, to Mr. Bilbo Baggins of the Shire about it all."
    assert texts(text, 80)[0] == "We met at noon."


def test_a_well_filled_paragraph_wins_over_a_later_sentence() -> None:
    first = "A paragraph about cats that is quite long already."
    second = "Short. Another sentence that does not fit the room left."
    assert texts(f"{first}\n\n{second}", 62) == [first, second]


def test_a_markdown_heading_opens_a_passage_and_never_ends_one() -> None:
    text = (
        "Intro text about nothing much at all.\n# Cats\n\nCats sleep for most of the day and hunt at night, they say."
    )
    found = texts(text, 90, Style.MARKDOWN)
    assert found[0] == "Intro text about nothing much at all."
    assert found[1].startswith("# Cats\n\nCats sleep")


def test_lines_are_kept_whole_in_tables_and_logs() -> None:
    rows = [f"{number},a name. Another,{number * 7}" for number in range(40)]
    for found in texts("\n".join(rows), 90, Style.LINES):
        assert set(found.split("\n")) <= set(rows)


def test_a_wrapped_sentence_is_not_cut_at_its_line_ends() -> None:
    text = (
        "One sentence that is\nwrapped by hand. Two is also\nwrapped by hand like that. Three is the last of them all."
    )
    assert texts(text, 60)[0] == "One sentence that is\nwrapped by hand."


def test_a_clause_is_preferred_to_a_word_in_a_long_sentence() -> None:
    text = "when the night came down over the hills, the lamps were lit along the river and everyone walked home slowly"
    assert texts(text, 60)[0] == "when the night came down over the hills,"


def test_chinese_without_stops_is_cut_between_characters_and_before_no_comma() -> None:
    found = texts("字" * 49 + "，" + "文" * 60, 50)
    assert [len(text) for text in found] == [50, 50, 10]
    found = texts("字" * 50 + "，" + "文" * 60, 50)
    assert found[0] == "字" * 49


def test_families_and_flags_stay_whole() -> None:
    found = texts(FAMILY * 30, 50)
    assert all(len(text) % len(FAMILY) == 0 for text in found)
    flags = "🇩🇪" * 60
    assert all(len(text) % 2 == 0 for text in texts(flags, 51))


HOSTILE = [
    "." * 300_000,
    " " * 300_000 + "x",
    "a" * 300_000,
    "\u0301" * 100_000,
    "🇩" * 100_000,
    "!\n" * 150_000,
    "'" * 300_000,
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_takes_linear_time(hostile: str) -> None:
    assert "".join(texts(hostile, 50_000)).replace("\n", "") == hostile.replace("\n", "").strip()


def test_memory_does_not_grow_with_the_text() -> None:
    line = "A sentence of a log that goes on and on, and says little. "
    blocks = (line * 1000 for _ in range(60))
    tracemalloc.start()
    count = sum(1 for _ in passages(blocks, 400))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count > 8_000
    assert peak < 2_000_000
