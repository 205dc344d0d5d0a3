"""Text files: decoded in blocks, cut into passages; a subtitle's passages name seconds, all others characters.

Spans count the code points of the decoded text: of the file as it is (its newlines too, without the byte order mark),
for HTML of the visible text that is extracted from it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from sensorium.errors import Unreadable
from sensorium.media.blob import opened, size
from sensorium.media.charset import Charset, decoded
from sensorium.media.markup import visible
from sensorium.media.passages import Passage, Style, passages
from sensorium.media.sniff import Kind, sniff
from sensorium.media.subtitles import cues, gathered
from sensorium.types import Modality, Reading, Segment, Segmentation, Source, TextSpan, TimeSpan

_SUBTITLES = frozenset({"application/x-subrip", "text/vtt"})
_SUBTITLE_LIMIT = 32 << 20
"""Longer ones are read as plain text: cues are sorted in memory."""
_PROSE = frozenset({"text/plain", "text/html", "text/x-rst", "text/x-tex", *_SUBTITLES})


def segments(
    source: Source, segmentation: Segmentation = Segmentation(), reading: Reading = Reading(), kind: Kind | None = None
) -> Iterator[Segment]:
    """The passages of a text file, lazily. Raises Unreadable for bytes that are no text and for text without a word."""
    kind = kind or sniff(source)
    charset = kind.charset or Charset("utf-8")
    notes = (charset.note,) if charset.note else ()
    with opened(source) as stream:
        blocks: Iterable[str] = decoded(stream, charset)
        if kind.media_type in _SUBTITLES and size(source) <= _SUBTITLE_LIMIT:
            whole = "".join(blocks)
            if spoken := cues(whole):
                for cue in gathered(spoken, segmentation.max_chars):
                    span = TimeSpan(cue.start_s, cue.end_s)
                    yield Segment(source.uri, Modality.TEXT, kind.media_type, span, cue.text, cue.text, notes)
                return
            blocks = (whole,)
        if kind.media_type == "text/html":
            blocks = visible(blocks, source.uri)
        found = passages(blocks, segmentation.max_chars, style_of(kind.media_type))
        first = next(found, None)
        if first is None:
            raise Unreadable(f"{source.uri}: the file holds no text to read", path=source.uri)
        for passage in itertools.chain((first,), found):
            yield segment(source, kind.media_type, passage, notes)


def segment(source: Source, media_type: str, passage: Passage, notes: tuple[str, ...] = ()) -> Segment:
    """A passage of a source as a segment: the payload is what the span names."""
    span = TextSpan(passage.start, passage.end)
    return Segment(source.uri, Modality.TEXT, media_type, span, passage.text, passage.text, notes)


def style_of(media_type: str) -> Style:
    """What a line end means in that kind of text."""
    if media_type == "text/markdown":
        return Style.MARKDOWN
    return Style.PROSE if media_type in _PROSE else Style.LINES
