"""Picture files: every format and mode, upright, no larger than needed, and damage."""

from __future__ import annotations

import io
import struct
import sys
import threading
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow

from sensorium.errors import NotFound, Unreadable, Unsupported
from sensorium.media import image
from sensorium.types import Image, Modality, PageSpan, Reading, Segment, Segmentation, Source

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
JPEG_OFF = 12
"""How far JPEG and its like may be off a flat colour."""


def read(data: bytes, side: int | None = None) -> list[Segment]:
    return list(image.segments(Source("test picture", data=data), Segmentation(), Reading(picture_side=side)))


def pixels(data: bytes, side: int | None = None) -> NDArray[np.uint8]:
    (only,) = read(data, side)
    assert isinstance(only.payload, Image)
    assert only.span is None
    assert only.payload.pixels.dtype == np.uint8
    return only.payload.pixels


def saved(picture: Pillow.Image, name: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, name, **options)
    return out.getvalue()


def corners(width: int = 80, height: int = 40) -> Pillow.Image:
    """Red, green / blue, white quarters."""
    picture = Pillow.new("RGB", (width, height), WHITE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def near(found: NDArray[np.uint8], colour: tuple[int, int, int], off: int = JPEG_OFF) -> bool:
    return bool(np.abs(found.astype(int) - np.array(colour)).max() <= off)


def assert_corners(found: NDArray[np.uint8], off: int = JPEG_OFF) -> None:
    height, width, _ = found.shape
    places = (
        (height // 4, width // 4),
        (height // 4, -width // 4),
        (-height // 4, width // 4),
        (-height // 4, -width // 4),
    )
    for place, colour in zip(places, (RED, GREEN, BLUE, WHITE), strict=True):
        assert near(found[place], colour, off), (place, found[place])


@pytest.mark.parametrize(
    ("name", "media_type", "options"),
    [
        ("PNG", "image/png", {}),
        ("JPEG", "image/jpeg", {"quality": 95}),
        ("JPEG", "image/jpeg", {"quality": 95, "progressive": True}),
        ("GIF", "image/gif", {}),
        ("WEBP", "image/webp", {"lossless": True}),
        ("WEBP", "image/webp", {"quality": 95}),
        ("BMP", "image/bmp", {}),
        ("TIFF", "image/tiff", {}),
        ("TIFF", "image/tiff", {"compression": "tiff_lzw"}),
        ("TIFF", "image/tiff", {"compression": "jpeg"}),
        ("AVIF", "image/avif", {"quality": 90}),
        ("JPEG2000", "image/jp2", {}),
        ("PPM", "image/x-portable-anymap", {}),
    ],
)
def test_every_format_gives_its_pixels_and_bytes(name: str, media_type: str, options: dict[str, Any]) -> None:
    data = saved(corners(), name, **options)
    (only,) = read(data)
    assert isinstance(only.payload, Image)
    assert only.payload.pixels.shape == (40, 80, 3)
    assert_corners(only.payload.pixels, 40)
    assert (only.modality, only.media_type, only.notes) == (Modality.IMAGE, media_type, ())
    assert only.payload.encoded is not None
    assert only.payload.encoded.media_type == media_type
    assert only.payload.encoded.read() == data


def test_the_media_type_found_by_the_reader_is_kept_and_a_path_reads_lazily(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(saved(corners(), "JPEG"))
    (only,) = image.segments(Source("a.jpg", path, media_type="image/jpeg"), Segmentation(), Reading())
    assert only.media_type == "image/jpeg"
    assert isinstance(only.payload, Image)
    assert only.payload.encoded is not None
    path.write_bytes(b"other")
    assert only.payload.encoded.read() == b"other"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(name: str, orientation: int) -> None:
    stored = {
        1: None,
        2: Pillow.Transpose.FLIP_LEFT_RIGHT,
        3: Pillow.Transpose.ROTATE_180,
        4: Pillow.Transpose.FLIP_TOP_BOTTOM,
        5: Pillow.Transpose.TRANSPOSE,
        6: Pillow.Transpose.ROTATE_90,
        7: Pillow.Transpose.TRANSVERSE,
        8: Pillow.Transpose.ROTATE_270,
    }[orientation]
    picture = corners() if stored is None else corners().transpose(stored)
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    found = pixels(saved(picture, name, exif=exif))
    assert found.shape == (40, 80, 3)
    assert_corners(found, 40)


@pytest.mark.parametrize("value", [0, 9, 400])
def test_a_senseless_orientation_is_none(value: int) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = value
    assert_corners(pixels(saved(corners(), "JPEG", exif=exif, quality=95)), 40)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # Pillow looks there for the resolution
def test_broken_exif_does_not_lose_the_photograph() -> None:
    data = saved(corners(), "JPEG", quality=95, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 30)
    assert_corners(pixels(data), 40)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "LA", "RGBA", "I;16"])
def test_every_png_mode_gives_grey_or_colour(mode: str) -> None:
    if mode == "I;16":
        grey = Pillow.fromarray(np.array([[0, 16_448], [32_896, 65_535]], np.uint16).repeat(8, 0).repeat(8, 1))
    else:
        flat = np.array([[0, 64], [128, 255]], np.uint8).repeat(8, 0).repeat(8, 1)
        grey = Pillow.fromarray(flat).convert("RGB").convert(mode, palette=Pillow.Palette.ADAPTIVE)
    found = pixels(saved(grey, "PNG"))
    assert found.shape == (16, 16, 3)
    assert tuple(found[0, 0]) == (0, 0, 0)
    assert tuple(found[15, 15]) == (255, 255, 255)
    if mode != "1":
        assert near(found[0, 15], (64, 64, 64), 2)
        assert near(found[15, 0], (128, 128, 128), 2)


def test_sixteen_bit_colour_is_scaled_not_clipped() -> None:
    levels = np.array([[0, 0x4000, 0x8000, 0xFFFF]], np.uint16).repeat(4, 0)
    rgb = np.stack([levels, levels, levels], axis=-1)
    for data in (png16(rgb), tiff16(rgb)):
        found = pixels(data)
        assert found[0, :, 0].tolist() == pytest.approx([0, 0x40, 0x80, 0xFF], abs=1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[-10.0, 0.0, 10.0]], np.float32), [0, 128, 255]),
        (np.array([[0, 100, 255]], np.int32), [0, 100, 255]),
        (np.array([[0, 32_768, 65_535]], np.int32), [0, 128, 255]),
        (np.array([[0, 500_000, 1_000_000]], np.int32), [0, 128, 255]),
    ],
)
def test_float_and_wide_integer_tiffs_are_scaled_by_their_range(values: NDArray[Any], expected: list[int]) -> None:
    assert pixels(saved(Pillow.fromarray(values), "TIFF"))[0, :, 1].tolist() == pytest.approx(expected, abs=1)


def test_transparency_is_laid_on_white() -> None:
    clear = Pillow.new("RGBA", (10, 10), (255, 0, 0, 0))
    half = Pillow.new("RGBA", (10, 10), (255, 0, 0, 128))
    assert tuple(pixels(saved(clear, "PNG"))[5, 5]) == WHITE
    assert near(pixels(saved(half, "PNG"))[5, 5], (255, 127, 127), 2)
    assert tuple(pixels(saved(clear, "WEBP", lossless=True))[5, 5]) == WHITE
    palette = Pillow.new("P", (10, 10), 0)
    palette.putpalette([*RED, *GREEN])
    assert tuple(pixels(saved(palette, "GIF", transparency=0))[5, 5]) == WHITE
    assert tuple(pixels(saved(palette, "PNG", transparency=0))[5, 5]) == WHITE
    grey = Pillow.new("L", (10, 10), 7)
    assert tuple(pixels(saved(grey, "PNG", transparency=7))[5, 5]) == WHITE


def test_cmyk_comes_out_in_its_colours() -> None:
    red = Pillow.new("CMYK", (16, 16), (0, 255, 255, 0))
    assert near(pixels(saved(red, "JPEG", quality=95))[8, 8], RED, 20)
    assert near(pixels(saved(red, "TIFF"))[8, 8], RED, 20)


def test_cmyk_with_a_broken_profile_falls_back_to_the_formula() -> None:
    red = Pillow.new("CMYK", (16, 16), (0, 255, 255, 0))
    assert near(pixels(saved(red, "TIFF", icc_profile=b"no profile at all" * 20))[8, 8], RED, 20)


def test_lab_is_converted() -> None:
    lab = Pillow.merge("LAB", [Pillow.new("L", (8, 8), value) for value in (136, 208, 195)])
    assert near(pixels(saved(lab, "TIFF"))[4, 4], RED, 40)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("size", [(1200, 900), (901, 1601), (640, 480), (300, 300), (100, 50)])
def test_a_picture_is_decoded_at_or_above_the_side_and_below_twice(name: str, size: tuple[int, int]) -> None:
    found = pixels(saved(corners(*size), name), side=224)
    short, before = min(found.shape[:2]), min(size)
    assert short >= min(224, before)
    assert short < 2 * 224 or short == before
    assert found.shape[1] / found.shape[0] == pytest.approx(size[0] / size[1], rel=0.02)
    assert_corners(found, 60)


def test_every_pixel_is_kept_without_a_side() -> None:
    assert pixels(saved(corners(1201, 903), "JPEG")).shape == (903, 1201, 3)


def test_a_large_jpeg_is_decoded_small_and_nobody_is_warned(
    recwarn: pytest.WarningsRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A photograph of more pixels than are decoded is a photograph all the same; one in PNG cannot be made smaller."""
    monkeypatch.setattr(image, "MAX_PIXELS", 1_000_000)
    monkeypatch.setattr(Pillow, "MAX_IMAGE_PIXELS", 500_000)
    assert pixels(saved(corners(1_600, 1_200), "JPEG"), side=224).shape == (300, 400, 3)
    assert pixels(saved(corners(1_600, 1_200), "JPEG")).shape == (600, 800, 3)
    with pytest.raises(Unreadable, match="1600 x 1200 pixels; at most 1,000,000"):
        pixels(saved(corners(1_600, 1_200), "PNG"), side=224)
    assert not recwarn.list


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    for data in (png_header(30_000, 30_000), png_header(2_000_000_000, 2_000_000_000)):
        with pytest.raises(Unreadable, match=r"pixels|damaged|cannot be read"):
            read(data, side=224)


@pytest.mark.parametrize(
    ("name", "size"), [("GIF", (60_000, 60_000)), ("BMP", (60_000, 60_000)), ("TIFF", (60_000, 60_000))]
)
def test_a_bomb_of_another_format_is_refused(name: str, size: tuple[int, int]) -> None:
    small = saved(Pillow.new("L", (16, 16)), name)
    where = {"GIF": (6, "<HH"), "BMP": (18, "<ii")}.get(name)
    if where is None:
        large = small.replace(struct.pack("<HHIHH", 256, 4, 1, 16, 0), struct.pack("<HHII", 256, 4, 1, size[0]))
        large = large.replace(struct.pack("<HHIHH", 257, 4, 1, 16, 0), struct.pack("<HHII", 257, 4, 1, size[1]))
        assert large != small
    else:
        offset, layout = where
        packed = struct.pack(layout, *size)
        large = small[:offset] + packed + small[offset + len(packed) :]
    with pytest.raises(Unreadable, match="60000 x 60000 pixels"):
        read(large)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "AVIF"])
def test_a_truncated_picture_is_unreadable(name: str) -> None:
    noise = Pillow.fromarray(np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8))
    data = saved(noise, name)
    for share in (0.02, 0.5, 0.9):
        with pytest.raises(Unreadable, match="test picture"):
            read(data[: int(len(data) * share)])


def test_flipped_bytes_are_unreadable_or_read_and_never_anything_else() -> None:
    rng = np.random.default_rng(1)
    noise = Pillow.fromarray(rng.integers(0, 256, (40, 60, 3), np.uint8))
    refused = 0
    for name in ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"):
        whole = saved(noise, name)
        for _ in range(60):
            data = bytearray(whole)
            for at in rng.integers(0, min(len(data), 400), 4):
                data[at] = rng.integers(0, 256)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # Pillow's, about blemishes in metadata
                try:
                    read(bytes(data))
                except Unreadable:
                    refused += 1
    assert refused > 20


def test_nothing_and_something_else_are_unreadable() -> None:
    with pytest.raises(Unreadable, match="0 bytes"):
        read(b"")
    with pytest.raises(Unreadable, match="no picture format"):
        read(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n")
    with pytest.raises(NotFound):
        list(image.segments(Source("x", Path("/nowhere/at/all.png")), Segmentation(), Reading()))


@pytest.mark.skipif("pillow_heif" in sys.modules, reason="the plugin is installed")
def test_heic_without_its_plugin_says_what_to_install() -> None:
    if "HEIF" in Pillow.OPEN:
        pytest.skip("the plugin is installed")
    with pytest.raises(Unsupported, match="pip install pillow-heif"):
        read(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_is_its_first_frame_that_shows_something(name: str) -> None:
    frames = [
        Pillow.new("RGB", (80, 40), "black"),
        Pillow.new("RGB", (80, 40), "white"),
        corners(),
        Pillow.new("RGB", (80, 40)),
    ]
    data = saved(frames[0], name, save_all=True, append_images=frames[1:], duration=100)
    (only,) = read(data)
    assert isinstance(only.payload, Image)
    assert_corners(only.payload.pixels, 40)
    assert only.notes == ("an animation of 4 frames: frame 3 stands for it",)
    assert only.span is None
    assert only.payload.encoded is not None
    assert only.payload.encoded.read() == data


def test_a_blank_animation_is_its_first_frame() -> None:
    frames = [Pillow.new("RGB", (8, 8), colour) for colour in ("black", "white", "black")]
    (only,) = read(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert "frame 1 stands" in only.notes[0]


def test_the_pages_of_a_tiff_are_segments() -> None:
    pages = [Pillow.new("RGB", (300, 400), colour) for colour in (RED, GREEN, BLUE)]
    found = read(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]), side=100)
    assert [each.span for each in found] == [PageSpan(1), PageSpan(2), PageSpan(3)]
    for segment, colour in zip(found, (RED, GREEN, BLUE), strict=True):
        assert isinstance(segment.payload, Image)
        assert segment.payload.pixels.shape == (134, 100, 3)
        assert near(segment.payload.pixels[9, 9], colour, 0)
        assert segment.payload.encoded is not None
        assert segment.payload.encoded.media_type == "image/png"
        again = np.asarray(Pillow.open(io.BytesIO(segment.payload.encoded.read())))
        assert np.array_equal(again, segment.payload.pixels)


def test_a_reduced_copy_inside_a_tiff_is_no_page() -> None:
    copy = corners(8, 4)
    copy.encoderinfo = {"tiffinfo": {254: 1}}
    (only,) = read(saved(corners(), "TIFF", save_all=True, append_images=[copy]))
    assert only.span is None


def test_many_threads_read_the_same() -> None:
    data = saved(corners(640, 480), "JPEG", quality=95)
    expected = pixels(data, 224)
    found: list[NDArray[np.uint8]] = []
    threads = [threading.Thread(target=lambda: found.append(pixels(data, 224))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(np.array_equal(each, expected) for each in found)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size, with a few bytes of pixels."""
    header = struct.pack(">IIBBBBB", width & 0xFFFFFFFF, height & 0xFFFFFFFF, 8, 2, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(bytes(1_000))) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def png16(rgb: NDArray[np.uint16]) -> bytes:
    height, width, _ = rgb.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in rgb)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def tiff16(rgb: NDArray[np.uint16]) -> bytes:
    height, width, _ = rgb.shape
    data = rgb.astype("<u2").tobytes()
    tags = [
        *((256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, 8 + len(data)), (259, 3, 1, 1), (262, 3, 1, 2)),
        *((273, 4, 1, 8), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, len(data))),
    ]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return struct.pack("<2sHI", b"II", 42, 8 + len(data) + 6) + data + struct.pack("<HHH", 16, 16, 16) + directory


@pytest.mark.parametrize(
    ("name", "mode", "bits"),
    [("PNG", "RGB", 24), ("PNG", "1", 1), ("PNG", "L", 8), ("JPEG", "RGB", 24), ("PNG", "RGBA", 32)],
)
def test_a_header_says_what_is_stored(name: str, mode: str, bits: int) -> None:
    source = Source("test picture", data=saved(corners().convert(mode), name))
    assert image.header(source) == image.Header(80, 40, name.lower(), bits)


def test_a_header_of_no_picture_is_told() -> None:
    with pytest.raises(Unreadable, match="no picture format"):
        image.header(Source("test picture", data=b"nothing of the kind"))


@pytest.mark.parametrize(("turn", "size"), [(1, (40, 20)), (3, (40, 20)), (6, (20, 40)), (8, (20, 40))])
@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_the_size_is_of_the_picture_as_it_is_seen(name: str, turn: int, size: tuple[int, int]) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = turn
    source = Source("photo", data=saved(Pillow.new("RGB", (40, 20), RED), name, exif=exif))
    assert image.size(source) == size
    (only,) = image.segments(source, Segmentation(), Reading())
    assert isinstance(only.payload, Image)
    assert only.payload.pixels.shape[:2] == (size[1], size[0])
