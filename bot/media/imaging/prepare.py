"""One attachment to one image: stored master and preview."""

import hashlib

from PIL import Image

from bot.media.imaging.compress import encode_master, fit
from bot.media.imaging.detect import content_type
from bot.media.imaging.photo import read_pixels
from bot.media_contract import (
    Budget,
    ContentType,
    Excess,
    Prepared,
    PrepareRequest,
    RefusalReason,
    Refused,
)

MAX_BYTES = 25 << 20
SUPPORTED = frozenset({ContentType.JPEG, ContentType.PNG})
_NO_IMAGE = frozenset({ContentType.TEXT, ContentType.UNKNOWN})


def prepare(request: PrepareRequest) -> Prepared | Refused:
    refusal = refuse_by_content(request.data)
    if refusal is not None:
        return refusal
    pixels = read_pixels(request.data, content_type(request.data))
    return pixels if isinstance(pixels, Refused) else render(pixels, request.budget)


def refuse_by_content(data: bytes) -> Refused | None:
    """Judged by length and type, before anything is parsed."""
    if not data:
        return Refused(RefusalReason.EMPTY)
    found = content_type(data)
    if found in _NO_IMAGE:
        return Refused(RefusalReason.NOT_AN_IMAGE, found)
    if found not in SUPPORTED:
        return Refused(RefusalReason.TYPE_NOT_SUPPORTED, found)
    if len(data) > MAX_BYTES:
        return Refused(RefusalReason.TOO_LARGE, found, Excess.BYTES)
    return None


def render(pixels: Image.Image, budget: Budget) -> Prepared:
    """`pixels` is L or RGB, upright and without metadata."""
    image, image_type = encode_master(pixels)
    preview = fit(pixels, budget)
    return Prepared(
        image,
        image_type,
        preview.data,
        width=pixels.width,
        height=pixels.height,
        preview_width=preview.width,
        preview_height=preview.height,
        grey=pixels.mode == "L",
        digest=hashlib.sha256(image).hexdigest(),
    )
