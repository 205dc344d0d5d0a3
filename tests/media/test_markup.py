from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorium.errors import Unreadable
from sensorium.media import markup
from sensorium.media.markup import visible


def text(page: str) -> str:
    return "".join(visible([page], "a.html"))


def test_what_is_not_seen_is_left_out() -> None:
    page = "<head><title>T</title><style>p{}</style><script>if (a<b) x()</script></head><body><!-- no --><p>Seen</p>"
    assert text(page + "<template><p>no</p></template><svg><text>no</text></svg><noscript>no</noscript>") == "T\n\nSeen"


def test_paragraphs_headings_lists_and_tables() -> None:
    page = "<h1>Head</h1><p>One  <b>bold</b>\n word.<br>next<ul><li>a<li>b</ul><table><tr><td>1</td><td>2</td></tr>"
    assert text(page) == "Head\n\nOne bold word.\nnext\n\na\nb\n\n1\t2"


def test_words_are_not_glued_nor_torn() -> None:
    assert text("<p>one</p><p>two</p>") == "one\n\ntwo"
    assert text("<b>half</b>way <i>there</i>") == "halfway there"
    assert text("a<span> </span>b &amp; c&nbsp;d &lt;e&gt;") == "a b & c\u00a0d <e>"


def test_preformatted_text_keeps_its_lines() -> None:
    assert text("<p>x</p><pre>a\n  b</pre><p>y") == "x\n\na\n  b\n\ny"


def test_hidden_elements_that_never_close_end_with_the_body() -> None:
    assert text("<body>a<svg><g></body>b") == "ab"
    assert text("<p>a</script>b") == "ab"


def test_a_tag_that_never_closes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "_PENDING_LIMIT", 10_000)
    with pytest.raises(Unreadable, match=r"a\.html: HTML with a tag that never closes"):
        list(visible(["<p>x", *(["<a href='" + "x" * 6000] * 5)], "a.html"))


@settings(max_examples=100, deadline=None)
@given(st.text("<>/ab &;p\n!-\"'=", max_size=200), st.integers(1, 50))
def test_any_markup_is_read_and_blocks_make_no_difference(page: str, block: int) -> None:
    blocks = (page[place : place + block] for place in range(0, len(page), block))
    assert "".join(visible(blocks, "a.html")) == text(page)
