"""What `prepare` makes of one attachment: upright new pixels, or a reason."""

import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from bot.media.imaging.photo import MAX_PIXELS
from bot.media.imaging.prepare import MAX_BYTES, prepare
from bot.media_contract import (
    Budget,
    ContentType,
    Excess,
    Prepared,
    PrepareRequest,
    RefusalReason,
    Refused,
)
from tests.media.pictures import corner_mark, encoded, exif, film, jpeg_segments, opened, png_chunks

# JFIF header, frame, tables, scans, restart interval, end: the pixels and nothing else.
PIXEL_MARKERS = {0xE0, 0xC0, 0xC2, 0xC4, 0xDB, 0xDA, 0xDD, 0xD9}
SOUND = {kind: encoded(film(48, 48, mode="RGB"), kind, exif=exif(orientation=6)) for kind in ("JPEG", "PNG")}
PIXEL_CHUNKS = {b"IHDR", b"IDAT", b"IEND"}


def prepared(data: bytes, budget: Budget | None = None) -> Prepared:
    result = prepare(PrepareRequest(data, budget or Budget()))
    assert isinstance(result, Prepared), result
    return result


def refused(data: bytes) -> Refused:
    result = prepare(PrepareRequest(data))
    assert isinstance(result, Refused)
    return result


def resized_header(width: int, height: int) -> bytes:
    """A small PNG whose header claims another size, with the right checksum."""
    data = bytearray(encoded(film(32, 32), "PNG"))
    data[16:24] = width.to_bytes(4) + height.to_bytes(4)
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4)
    return bytes(data)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(orientation: int) -> None:
    upright = corner_mark()
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how a camera held that way stores the picture
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright
    result = prepared(encoded(stored, exif=exif(orientation=orientation), quality=95))
    pixels = opened(result.image)
    assert (result.width, result.height) == pixels.size == upright.size
    corners = [pixels.getpixel((x, y)) for x in (8, 112) for y in (8, 72)]
    assert [corner > 128 for corner in corners] == [True, False, False, False]  # type: ignore[operator]


def test_metadata_of_a_jpeg_does_not_come_through() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(
        film(900, 700, mode="RGB"), exif=exif(artist="Kamala"), icc_profile=profile, comment=b"Kamala"
    )
    result = prepared(data + b"Kamala")
    for made in (result.image, result.preview):
        assert {marker for marker, _ in jpeg_segments(made)} <= PIXEL_MARKERS
        assert [len(payload) for marker, payload in jpeg_segments(made) if marker == 0xE0] == [14]
        assert b"Kamala" not in made
        assert list(jpeg_segments(made))[-1] == (0xD9, b"")


def test_metadata_of_a_png_does_not_come_through() -> None:
    from_text = Image.new("L", (64, 64), 90)
    info = encoded(from_text, "PNG", exif=exif(artist="Kamala"), dpi=(300, 300))
    result = prepared(info)
    assert result.image_type is ContentType.PNG
    assert set(png_chunks(result.image)) == PIXEL_CHUNKS
    assert b"Kamala" not in result.image + result.preview


def test_grey_in_colour_coding_becomes_grey() -> None:
    result = prepared(encoded(film(600, 600).convert("RGB"), quality=90))
    assert result.grey
    assert opened(result.preview).mode == "L"


def test_a_small_colour_overlay_keeps_the_picture_in_colour_and_full_chroma() -> None:
    image = film(600, 600).convert("RGB")
    image.paste((220, 30, 30), (300, 300, 310, 310))
    result = prepared(encoded(image, "PNG"))
    assert not result.grey
    frames = [payload for marker, payload in jpeg_segments(result.preview) if marker in (0xC0, 0xC2)]
    assert [frame[7] for frame in frames] == [0x11]  # luma sampled as often as chroma: never 4:2:0


def test_sixteen_bit_png_is_scaled_by_the_bits_in_use() -> None:
    ramp = Image.linear_gradient("L").convert("I").point(lambda level: level * 16).convert("I;16")
    lowest, highest = opened(prepared(encoded(ramp, "PNG")).image).getextrema()
    assert lowest == 0
    assert highest >= 253  # type: ignore[operator]


def test_a_film_with_clear_edges_is_laid_on_black() -> None:
    image = Image.new("RGBA", (100, 100), (200, 200, 200, 255))
    image.paste((0, 0, 0, 0), (0, 0, 20, 100))
    assert opened(prepared(encoded(image, "PNG")).image).getpixel((5, 50)) == 0


def test_dark_lines_on_glass_are_laid_on_white() -> None:
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    image.paste((10, 10, 10, 255), (40, 0, 50, 100))
    pixels = opened(prepared(encoded(image, "PNG")).image)
    assert (pixels.getpixel((5, 50)), pixels.getpixel((45, 50))) == (255, 10)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_png_mode_is_read(mode: str) -> None:
    assert prepared(encoded(film(80, 60).convert("RGB").convert(mode), "PNG")).width == 80


def test_cmyk_jpeg_is_read_with_its_colours() -> None:
    image = Image.new("RGB", (100, 100), (200, 40, 40)).convert("CMYK")
    red, green, _ = opened(prepared(encoded(image, quality=95)).image).getpixel((50, 50))
    assert red > 150
    assert green < 90


def test_same_pixels_have_the_same_digest() -> None:
    image = film(200, 200)
    plain, tagged = encoded(image, "PNG"), encoded(image, "PNG", exif=exif(artist="Kamala"))
    assert prepared(plain).digest == prepared(tagged).digest


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_a_cut_off_file_is_damaged(kind: str, share: float) -> None:
    data = encoded(film(), kind)
    assert refused(data[: int(len(data) * share)]).reason is RefusalReason.DAMAGED


def test_nothing_is_empty() -> None:
    assert refused(b"") == Refused(RefusalReason.EMPTY)


def test_too_many_bytes_are_refused_unparsed() -> None:
    data = encoded(film()) + bytes(MAX_BYTES)
    assert refused(data) == Refused(RefusalReason.TOO_LARGE, ContentType.JPEG, Excess.BYTES)


@pytest.mark.parametrize("size", [(30_000, 30_000), (2**31 - 1, 2**31 - 1), (8_000, MAX_PIXELS // 8_000 + 1)])
def test_too_many_pixels_are_refused_by_the_header(size: tuple[int, int]) -> None:
    assert refused(resized_header(*size)) == Refused(RefusalReason.TOO_LARGE, ContentType.PNG, Excess.PIXELS)


@pytest.mark.parametrize("size", [(15, 400), (1, 1), (6_000, 200), (1, 65_535)])
def test_slivers_are_too_small(size: tuple[int, int]) -> None:
    assert refused(resized_header(*size)).reason is RefusalReason.TOO_SMALL


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "WEBP"])
def test_other_picture_types_are_named_in_the_refusal(kind: str) -> None:
    expected = Refused(RefusalReason.TYPE_NOT_SUPPORTED, ContentType(kind.lower()))
    assert refused(encoded(film(), kind)) == expected


@pytest.mark.parametrize(("data", "found"), [(b"chest pain", "text"), (b"\x01\x02\x03" * 50, "unknown")])
def test_what_is_no_picture_is_refused_as_such(data: bytes, found: str) -> None:
    assert refused(data) == Refused(RefusalReason.NOT_AN_IMAGE, ContentType(found))


@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_any_bytes_give_a_result_or_a_reason(data: bytes, magic: bytes) -> None:
    assert isinstance(prepare(PrepareRequest(magic + data)), Prepared | Refused)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), st.sampled_from(["JPEG", "PNG"]))
def test_any_garbled_picture_gives_a_result_or_a_reason(data: st.DataObject, kind: str) -> None:
    picture = bytearray(SOUND[kind])
    for _ in range(data.draw(st.integers(1, 12))):
        picture[data.draw(st.integers(8, len(picture) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(prepare(PrepareRequest(bytes(picture))), Prepared | Refused)
