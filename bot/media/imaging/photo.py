"""Untrusted JPEG and PNG to new upright pixels, L or RGB, with nothing but the pixels left."""

import struct
import warnings
import zlib
from io import BytesIO

from PIL import Image, ImageCms, JpegImagePlugin, PngImagePlugin

from bot.media.imaging.png import essential_chunks
from bot.media_contract import ContentType, Excess, RefusalReason, Refused

MAX_PIXELS = 40_000_000
MIN_SHORT_SIDE = 16
# No film is so long: a whole spine is about 1 to 4, and Telegram takes no photo above 1 to 20.
MAX_ASPECT = 20
# Chroma within this of neutral, over every 8 by 8 pixels, is noise of the camera's encoder and not colour.
NEUTRAL, NEUTRAL_TOLERANCE = 128, 3
GREY_BLOCK = 8

# What Pillow raises on files that are cut, garbled or lie; anything else is a defect of ours.
DECODE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    zlib.error,
)
_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SRGB = ImageCms.createProfile("sRGB")

# Our own check of the header runs first and is the stricter one; this stops any path that would miss it.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def read_pixels(data: bytes, content_type: ContentType) -> Image.Image | Refused:
    """L or RGB, upright, in sRGB; a refusal if the header or the pixels are not sound."""
    try:
        with warnings.catch_warnings():
            # What is odd in a stranger's file is an answer to its sender, not a line for the operator.
            warnings.simplefilter("ignore")
            image = _open(data, content_type)
            return size_refusal(image.size, content_type) or _clean(image)
    except DECODE_ERRORS:
        return Refused(RefusalReason.DAMAGED, content_type)


def _open(data: bytes, content_type: ContentType) -> Image.Image:
    """Header only. The plugins are called by name: no other format is ever tried on these bytes."""
    if content_type is ContentType.PNG:
        return PngImagePlugin.PngImageFile(BytesIO(essential_chunks(data)))
    return JpegImagePlugin.JpegImageFile(BytesIO(data))


def size_refusal(size: tuple[int, int], content_type: ContentType) -> Refused | None:
    """Judged by the header, before a pixel is decoded."""
    long_side, short_side = max(size), min(size)
    if short_side < MIN_SHORT_SIDE:
        return Refused(RefusalReason.TOO_SMALL, content_type)
    if long_side * short_side > MAX_PIXELS:
        return Refused(RefusalReason.TOO_LARGE, content_type, Excess.PIXELS)
    if long_side > MAX_ASPECT * short_side:
        return Refused(RefusalReason.TOO_SMALL, content_type)
    return None


def _clean(image: Image.Image) -> Image.Image:
    image.load()
    turn = _TURNS.get(_orientation(image))
    pixels = _without_needless_colour(_as_grey_or_rgb(image))
    if turn is not None:
        pixels = pixels.transpose(turn)
    # Writers take comments, profiles and resolution from here when they are not told otherwise.
    pixels.info = {}
    return pixels


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except DECODE_ERRORS:
        return 1
    return value if isinstance(value, int) else 1


def _as_grey_or_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return _eight_bits(image)
    if image.has_transparency_data:
        return _flatten(image.convert("RGBA"))
    profiled = _to_srgb(image)
    if profiled is not None:
        return profiled.convert("L") if image.mode in ("1", "L") else profiled
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """By the bits in use: 12-bit values in a 16-bit file would be all but black by their upper byte."""
    wide = image.convert("I")
    _, highest = _extremes(wide)
    bits = max(8, highest.bit_length())
    factor = 255 / ((1 << bits) - 1)
    return wide.point(lambda value: value * factor + 0.5).convert("L")


def _flatten(image: Image.Image) -> Image.Image:
    """On black, as films are; a drawing on glass gets the ground that its lines stand out from."""
    alpha = image.getchannel("A")
    backdrop = "black"
    if _mean(alpha) < 128:
        backdrop = "white" if _mean(image.convert("L"), alpha) < 128 else "black"
    flat = Image.new("RGB", image.size, backdrop)
    flat.paste(image, mask=alpha)
    return flat


def _mean(channel: Image.Image, mask: Image.Image | None = None) -> float:
    histogram = channel.histogram(mask)
    return sum(level * count for level, count in enumerate(histogram)) / max(1, sum(histogram))


def _to_srgb(image: Image.Image) -> Image.Image | None:
    """None without a profile, or with one that is sRGB already or unusable: the numbers then stand."""
    profile = image.info.get("icc_profile")
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return None
        ready = image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")
        return ImageCms.profileToProfile(ready, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, *DECODE_ERRORS):
        return None


def _without_needless_colour(image: Image.Image) -> Image.Image:
    if image.mode == "L":
        return image
    _, *chroma = image.reduce(GREY_BLOCK).convert("YCbCr").split()
    extremes = [level for channel in chroma for level in _extremes(channel)]
    is_grey = all(abs(level - NEUTRAL) <= NEUTRAL_TOLERANCE for level in extremes)
    return image.convert("L") if is_grey else image


def _extremes(channel: Image.Image) -> tuple[int, int]:
    """Lowest and highest level of a picture with one band."""
    lowest, highest = channel.getextrema()
    assert not isinstance(lowest, tuple)
    assert not isinstance(highest, tuple)
    return int(lowest), int(highest)
