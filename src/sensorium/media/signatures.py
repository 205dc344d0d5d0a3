"""First bytes of the formats, as data. What needs more than a prefix to be told is in sniff.py."""

from __future__ import annotations

from collections.abc import Mapping

# (offset, bytes, media type); the first that fits wins.
IMAGES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"II+\0\x08\0\0\0", "image/tiff"),
    (0, b"MM\0+\0\x08\0\0", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image/jp2"),
    (0, b"\0\0\x01\0", "image/x-icon"),
    (0, b"P6\n", "image/x-portable-pixmap"),
    (0, b"P5\n", "image/x-portable-pixmap"),
)
AUDIO = (
    (0, b"fLaC", "audio/flac"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AIFF", "audio/aiff"),
    (8, b"AIFC", "audio/aiff"),
    (0, b"#!AMR", "audio/amr"),
    (0, b".snd", "audio/basic"),
    (0, b"caff", "audio/x-caf"),
    (0, b"MAC ", "audio/x-ape"),
    (0, b"wvpk", "audio/x-wavpack"),
    (0, b"TTA1", "audio/x-tta"),
    (0, b"riff\x2e\x91\xcf\x11", "audio/x-w64"),
    (0, b"\x0b\x77", "audio/ac3"),
    (0, b"\x7f\xfe\x80\x01", "audio/vnd.dts"),
)
VIDEO = (
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"\0\0\x01\xba", "video/mpeg"),
    (0, b"\0\0\x01\xb3", "video/mpeg"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", "video/x-ms-wmv"),
    (0, b".RMF", "video/vnd.rn-realvideo"),
    (0, b"\x06\x0e\x2b\x34\x02\x05\x01\x01", "application/mxf"),
    (0, b"DKIF\0\0", "video/x-ivf"),
    (0, b"\0\0\0\x01\x67", "video/h264"),
    (0, b"\0\0\0\x01\x09", "video/h264"),
)
# A prefix at offset 8 is only a format inside its own envelope.
ENVELOPES: Mapping[bytes, tuple[bytes, ...]] = {
    b"WEBP": (b"RIFF",),
    b"WAVE": (b"RIFF", b"RF64", b"RIFX"),
    b"AVI ": (b"RIFF",),
    b"AIFF": (b"FORM",),
    b"AIFC": (b"FORM",),
}

# Known, and not readable: the name goes into the message.
FOREIGN = (
    (0, b"\x7fELF", "an executable (ELF)"),
    (0, b"\xfe\xed\xfa\xce", "an executable (Mach-O)"),
    (0, b"\xcf\xfa\xed\xfe", "an executable (Mach-O)"),
    (0, b"\xca\xfe\xba\xbe", "a Java class or a Mach-O executable"),
    (0, b"\0asm", "a WebAssembly module"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\0", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"MSCF", "a cabinet archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"SQLite format 3\0", "an SQLite database"),
    (0, b"MThd", "MIDI notes, which hold no sound"),
    (0, b"8BPS", "a Photoshop drawing"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (0, b"\x93NUMPY", "a NumPy array"),
    (0, b"\x89HDF\r\n", "an HDF5 file"),
    (0, b"PAR1", "a Parquet table"),
    (0, b"wOFF", "a font"),
    (0, b"wOF2", "a font"),
    (0, b"OTTO", "a font"),
    (0, b"\0\x01\0\0\0", "a font"),
)

# Major brands of ISO base media files; an unknown brand is a video, and what is inside decides.
PICTURE_BRANDS: Mapping[bytes, str] = {
    b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic", b"heix": "image/heic", b"hevc": "image/heic",
    b"hevx": "image/heic", b"heim": "image/heic", b"heis": "image/heic", b"mif1": "image/heic", b"msf1": "image/heic",
}  # fmt: skip
SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "})

# The extension's one right: to name the kind of text, where the bytes say that it is text.
TEXT_TYPES: Mapping[str, str] = {
    ".txt": "text/plain", ".md": "text/markdown", ".markdown": "text/markdown", ".rst": "text/x-rst",
    ".tex": "text/x-tex", ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".json": "application/json",
    ".jsonl": "application/x-ndjson", ".ndjson": "application/x-ndjson", ".geojson": "application/json",
    ".html": "text/html", ".htm": "text/html", ".xhtml": "text/html", ".xml": "application/xml",
    ".srt": "application/x-subrip", ".vtt": "text/vtt", ".yaml": "application/yaml", ".yml": "application/yaml",
    ".toml": "application/toml", ".ini": "text/x-ini", ".cfg": "text/x-ini", ".log": "text/x-log",
    ".py": "text/x-python", ".js": "text/javascript", ".mjs": "text/javascript", ".ts": "text/x-typescript",
    ".jsx": "text/javascript", ".tsx": "text/x-typescript", ".css": "text/css", ".c": "text/x-c", ".h": "text/x-c",
    ".cc": "text/x-c++", ".cpp": "text/x-c++", ".hpp": "text/x-c++", ".java": "text/x-java", ".go": "text/x-go",
    ".rs": "text/x-rust", ".rb": "text/x-ruby", ".sh": "text/x-shellscript", ".sql": "text/x-sql", ".r": "text/x-r",
    ".swift": "text/x-swift", ".kt": "text/x-kotlin", ".php": "text/x-php", ".lua": "text/x-lua", ".pl": "text/x-perl",
}  # fmt: skip

_OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = _OOXML + "wordprocessingml.document"
PPTX = _OOXML + "presentationml.presentation"
XLSX = _OOXML + "spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
DOC = "application/msword"
PPT = "application/vnd.ms-powerpoint"
XLS = "application/vnd.ms-excel"
RTF = "application/rtf"
PDF = "application/pdf"
OFFICE = frozenset({DOCX, PPTX, XLSX, ODT, ODP, ODS, DOC, PPT, XLS, RTF})

ACCEPTED = (
    "text (txt, md, html, csv, json, srt, vtt …), documents (pdf, docx, pptx, xlsx, odt, odp, ods), "
    "images (png, jpeg, gif, webp, bmp, tiff, avif, heic), audio (wav, mp3, flac, ogg, opus, m4a, aac), "
    "video (mp4, mov, mkv, webm, flv, mpeg, wmv, 3gp, avi)"
)
